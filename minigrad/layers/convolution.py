"""Conv1D and Conv2D: the kernel that slides over the input, and the layer that owns it.

Idea:    a dense layer that sees only a small window, with the same weights at every place: local
         connection and weight sharing. A 5x5x3 filter at one place is a 75-term dot product plus bias.
Shapes:  inputs (N, H, W, C), kernel (KH, KW, C / groups, F), bias (F,) -> (N, OH, OW, F);
         inputs (N, L, C), kernel (K, C / groups, F), bias (F,) -> (N, OL, F)
Before:  ops/conv_functions.py (the arithmetic), layers/convolutional.py (what such layers share).
Next:    layers/transposed_convolution.py.
Source:  the lecture, "Conv2D"; Keras's ``keras/src/layers/convolutional/base_conv.py``.
"""

from __future__ import annotations

from typing import Any

from minigrad.errors import ShapeError
from minigrad.layers.convolutional import Convolutional
from minigrad.shapes import integers


class _Convolution(Convolutional):
    """What the two convolutions share."""

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        groups: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            kernel_size=kernel_size,
            strides=strides,
            padding=padding,
            data_format=data_format,
            dilation_rate=dilation_rate,
            activation=activation,
            use_bias=use_bias,
            activity_regularizer=activity_regularizer,
            weights={
                "kernel_initializer": kernel_initializer,
                "bias_initializer": bias_initializer,
                "kernel_regularizer": kernel_regularizer,
                "bias_regularizer": bias_regularizer,
                "kernel_constraint": kernel_constraint,
                "bias_constraint": bias_constraint,
            },
            **kwargs,
        )
        name = type(self).__name__
        (self.filters,) = integers(name, "filters", filters, count=1)
        (self.groups,) = integers(name, "groups", groups, count=1)
        if self.filters % self.groups:
            raise ValueError(
                f"{name}: filters={self.filters} can't be divided evenly into groups={self.groups}"
            )

    def _add_kernels(self, channels: int) -> None:
        if channels % self.groups:
            raise ShapeError(
                f"{type(self).__name__}: {channels} input channels can't be divided evenly into "
                f"groups={self.groups}"
            )
        shape = (*self.kernel_size, channels // self.groups, self.filters)
        self.kernel = self._add_weight_as("kernel", "kernel", shape)

    def _output_channels(self, channels: int | None) -> int:
        return self.filters

    def call(self, inputs: Any) -> Any:
        """Return ``activation(conv(inputs, kernel) + bias)``."""
        return self._convolve(inputs, self.kernel, self.groups, **self._geometry)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"filters": self.filters, "groups": self.groups}


class Conv1D(_Convolution):
    """A 1-D convolution of sequences: ``y[n, i, f] = act(b[f] + sum_uc x[n, i s + u d, c] k[u, c, f])``.

    With weights w and one channel that is the lecture's ``y_0 = x_0 w_0 + x_1 w_1 + x_2 w_2``,
    ``y_1 = x_1 w_0 + x_2 w_1 + x_3 w_2``, and so on.

    Args:
        filters: The number of kernels, which is the number of output channels F.
        kernel_size: The kernel's length.
        strides: The step of the window. Default 1.
        padding: "valid" (no padding), "same" (zeros so that the output has ceil(L / S) cells) or "causal"
            (zeros in front only, so that no output sees a later input), in any letter case. Default "valid".
        data_format: "channels_last" (N, L, C) or "channels_first" (N, C, L). Default: as in the
            Keras config file ``~/.keras/keras.json``, else "channels_last".
        dilation_rate: The step between the kernel's own cells. Default 1.
        groups, activation, use_bias: As in `Conv2D`.
        kernel_initializer, bias_initializer: As in `Conv2D`.
        kernel_regularizer, bias_regularizer, activity_regularizer: As in `Conv2D`.
        kernel_constraint, bias_constraint: As in `Conv2D`.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Shapes:
        inputs (N, L, C); kernel (length, C / groups, F); bias (F,); output (N, OL, F).

    Raises:
        ValueError: As `Conv2D`.
        ShapeError: As `Conv2D`.

    Source: ``keras.layers.Conv1D``; the lecture, "1-D convolution".

    Example:
        >>> import minigrad as mg, numpy as np
        >>> layer = mg.layers.Conv1D(1, 2, padding="causal", kernel_initializer="ones")
        >>> layer(np.array([1.0, 2.0, 3.0]).reshape(1, 3, 1)).numpy().ravel()
        array([1., 3., 5.], dtype=float32)
    """

    rank = 1
    paddings = ("valid", "same", "causal")


class Conv2D(_Convolution):
    """A 2-D convolution: ``y[n, i, j, f] = act(b[f] + sum_uvc x[n, i s + u d, j s + v d, c] k[u, v, c, f])``.

    Args:
        filters: The number of kernels, which is the number of output channels F.
        kernel_size: An integer or (height, width).
        strides: An integer or (vertical, horizontal) step of the window. Default (1, 1).
        padding: "valid" (no padding) or "same" (zeros so that the output has ceil(I / S) cells), in any
            letter case. Default "valid".
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W). Default: as in the
            Keras config file ``~/.keras/keras.json``, else "channels_last".
        dilation_rate: An integer or two: the step between the kernel's own cells. Default (1, 1).
        groups: The channels are split into this many groups, each with filters / groups kernels of its
            own. Default 1.
        activation: A name or callable. Default: none.
        use_bias: Whether a bias is added. Default True.
        kernel_initializer: Default "glorot_uniform".
        bias_initializer: Default "zeros".
        kernel_regularizer, bias_regularizer, activity_regularizer: Terms added to the loss. Default: none.
        kernel_constraint, bias_constraint: Applied after each optimizer step. Default: none.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Shapes:
        kernel (height, width, C / groups, F) in both data formats; bias (F,).

    Raises:
        ValueError: If an argument is out of range or unknown, filters can't be divided by groups, or
            strides and dilation_rate are both greater than 1.
        ShapeError: When built or called, if the input has another rank or number of channels, or is
            smaller than the kernel with "valid" padding.

    Source: ``keras.layers.Conv2D``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> layer = mg.layers.Conv2D(6, 5)
        >>> layer(np.zeros((1, 32, 32, 3))).shape, layer.count_params()
        ((1, 28, 28, 6), 456)
    """

    rank = 2

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = (1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = (1, 1),
        groups: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            filters,
            kernel_size,
            strides,
            padding,
            data_format,
            dilation_rate,
            groups,
            activation,
            use_bias,
            kernel_initializer,
            bias_initializer,
            kernel_regularizer,
            bias_regularizer,
            activity_regularizer,
            kernel_constraint,
            bias_constraint,
            **kwargs,
        )


Convolution1D = Conv1D
Convolution2D = Conv2D
