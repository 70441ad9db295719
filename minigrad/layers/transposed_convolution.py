"""Conv1DTranspose and Conv2DTranspose: a convolution walked backward, from small to large.

Idea:    where a convolution gathers a window into one number, this one spreads each number over a window:
         it is the convolution's own input gradient, used as a layer.
Shapes:  inputs (N, H, W, C), kernel (KH, KW, F, C), bias (F,) -> (N, OH, OW, F)
Before:  ops/conv_functions.py, layers/convolution.py.  Next: layers/depthwise.py.
Source:  Dumoulin & Visin 2016, "A guide to convolution arithmetic", chapter 4; Keras's
         ``keras/src/layers/convolutional/base_conv_transpose.py``.
"""

from __future__ import annotations

from typing import Any

from minigrad import ops
from minigrad.layers.convolutional import Convolutional
from minigrad.layers.spatial import Sizes, on_known_sizes
from minigrad.shapes import Shape, integers, transposed_window


class _TransposedConvolution(Convolutional):
    """What the two transposed convolutions share."""

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        output_padding: Any = None,
        data_format: str | None = None,
        dilation_rate: Any = 1,
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
        self.output_padding = None
        if output_padding is not None:
            self.output_padding = integers(name, "output_padding", output_padding, self.rank, minimum=0)
            if any(more >= step for more, step in zip(self.output_padding, self.strides, strict=True)):
                raise ValueError(
                    f"{name}: output_padding={self.output_padding} must be smaller than "
                    f"strides={self.strides}, as it chooses among the sizes that the strides leave open"
                )

    def _add_kernels(self, channels: int) -> None:
        shape = (*self.kernel_size, self.filters, channels)  # filters before channels: it maps backward
        self.kernel = self._add_weight_as("kernel", "kernel", shape)

    def _output_channels(self, channels: int | None) -> int:
        return self.filters

    def _output_spatial(self, spatial: Sizes) -> Sizes:
        def sizes(spatial: Any, kernel: Any, strides: Any, dilation: Any, more: Any = None) -> Shape:
            name = type(self).__name__
            return transposed_window(name, spatial, kernel, strides, self.padding, more, dilation)[0]

        options = [self.kernel_size, self.strides, self.dilation_rate]
        if self.output_padding is not None:
            options.append(self.output_padding)
        return on_known_sizes(sizes, spatial, *options)

    def call(self, inputs: Any) -> Any:
        """Return ``activation(conv_transpose(inputs, kernel) + bias)``."""
        outputs = ops.conv_transpose(
            inputs,
            self.kernel,
            output_padding=self.output_padding,
            data_format=self.data_format,
            **self._geometry,
        )
        if self.bias is not None:
            last = self.data_format == "channels_last"
            bias = self.bias if last else ops.reshape(self.bias, (self.filters, *(1,) * self.rank))
            outputs = ops.add(outputs, bias)
        return self.activation(outputs)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"filters": self.filters, "output_padding": self.output_padding}


class Conv1DTranspose(_TransposedConvolution):
    """A transposed convolution of sequences: each input adds a scaled copy of the kernel to the output.

    ``y[n, l, f] = act(b[f] + sum x[n, i, c] k[u, f, c])``, the sum being over c and all i and u with
    ``l = i s + u d - cropped``.

    Args:
        filters: The number of output channels F.
        kernel_size: The kernel's length K.
        strides: How far apart the copies are. Default 1.
        padding: "valid", for the length ``(L - 1) S + max(K, S)``, or "same", for ``L S``; in any letter
            case. Default "valid".
        output_padding: Chooses another length, see `Conv2DTranspose`. Default None.
        data_format: "channels_last" (N, L, C) or "channels_first" (N, C, L). Default: as in the
            Keras config file ``~/.keras/keras.json``, else "channels_last".
        dilation_rate: The step between the kernel's own cells. Default 1.
        activation, use_bias: As in `Conv2D`.
        kernel_initializer, bias_initializer: As in `Conv2D`.
        kernel_regularizer, bias_regularizer, activity_regularizer: As in `Conv2D`.
        kernel_constraint, bias_constraint: As in `Conv2D`.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Shapes:
        inputs (N, L, C); kernel (length, F, C); bias (F,); output (N, OL, F).

    Raises:
        ValueError: As `Conv2DTranspose`.
        ShapeError: As `Conv2DTranspose`.

    Source: ``keras.layers.Conv1DTranspose``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> layer = mg.layers.Conv1DTranspose(1, 3, strides=2, kernel_initializer="ones")
        >>> layer(np.array([1.0, 10.0]).reshape(1, 2, 1)).numpy().ravel()
        array([ 1.,  1., 11., 10., 10.], dtype=float32)
    """

    rank = 1


class Conv2DTranspose(_TransposedConvolution):
    """A transposed convolution of images: each input adds a scaled copy of the kernel to the output.

    ``y[n, h, w, f] = act(b[f] + sum x[n, i, j, c] k[u, v, f, c])``, the sum being over c and all i, j, u and
    v with ``h = i s + u d - cropped`` and ``w = j s + v d - cropped``.

    Args:
        filters: The number of output channels F.
        kernel_size: An integer or (height, width).
        strides: An integer or (vertical, horizontal) distance of the copies. Default (1, 1).
        padding: "valid", for the size ``(I - 1) S + max(K, S)``, or "same", for ``I S``; in any letter
            case. Default "valid".
        output_padding: An integer or two, smaller than strides, that choose another size:
            ``(I - 1) S + K + p`` for "valid", ``(I - 1) S + K mod 2 + p`` for "same", K being what the
            dilated kernel spans. Default None: the sizes above.
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W). Default: as in the
            Keras config file ``~/.keras/keras.json``, else "channels_last".
        dilation_rate: An integer or two: the step between the kernel's own cells. Default (1, 1).
        activation: A name or callable. Default: none.
        use_bias: Whether a bias is added. Default True.
        kernel_initializer: Default "glorot_uniform".
        bias_initializer: Default "zeros".
        kernel_regularizer, bias_regularizer, activity_regularizer: Terms added to the loss. Default: none.
        kernel_constraint, bias_constraint: Applied after each optimizer step. Default: none.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Shapes:
        kernel (height, width, F, C) in both data formats; bias (F,).

    Raises:
        ValueError: If an argument is out of range or unknown, strides and dilation_rate are both greater
            than 1, or output_padding is not smaller than strides.
        ShapeError: When built or called, if the input has another rank or number of channels.

    Source: ``keras.layers.Conv2DTranspose``.

    Example: what a convolution with stride 2 halved is doubled

        >>> import minigrad as mg, numpy as np
        >>> mg.layers.Conv2DTranspose(8, 3, strides=2, padding="same")(np.zeros((1, 7, 7, 16))).shape
        (1, 14, 14, 8)
    """

    rank = 2

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = (1, 1),
        padding: str = "valid",
        output_padding: Any = None,
        data_format: str | None = None,
        dilation_rate: Any = (1, 1),
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
            output_padding,
            data_format,
            dilation_rate,
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


Convolution1DTranspose = Conv1DTranspose
Convolution2DTranspose = Conv2DTranspose
