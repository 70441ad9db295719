"""SeparableConv1D and SeparableConv2D: first space, then channels.

Idea:    a 3x3 convolution from C to F channels has 9 C F weights. Looking for patterns in each channel
         (9 C), then mixing the channels at each place (C F), needs about a ninth of them.
Shapes:  inputs (N, H, W, C), depthwise kernel (KH, KW, C, M), pointwise kernel (1, 1, C M, F), bias (F,)
         -> (N, OH, OW, F)
Before:  layers/depthwise.py.  Next: layers/pooling.py.
Source:  Chollet 2017, "Xception"; Keras's ``keras/src/layers/convolutional/base_separable_conv.py``.
"""

from __future__ import annotations

from typing import Any

from minigrad import ops
from minigrad.layers.convolutional import Convolutional
from minigrad.shapes import integers


class _SeparableConvolution(Convolutional):
    """What the two separable convolutions share."""

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        depth_multiplier: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        pointwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
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
                "depthwise_initializer": depthwise_initializer,
                "pointwise_initializer": pointwise_initializer,
                "bias_initializer": bias_initializer,
                "depthwise_regularizer": depthwise_regularizer,
                "pointwise_regularizer": pointwise_regularizer,
                "bias_regularizer": bias_regularizer,
                "depthwise_constraint": depthwise_constraint,
                "pointwise_constraint": pointwise_constraint,
                "bias_constraint": bias_constraint,
            },
            **kwargs,
        )
        name = type(self).__name__
        (self.filters,) = integers(name, "filters", filters, count=1)
        (self.depth_multiplier,) = integers(name, "depth_multiplier", depth_multiplier, count=1)

    def _add_kernels(self, channels: int) -> None:
        between = channels * self.depth_multiplier
        depthwise = (*self.kernel_size, channels, self.depth_multiplier)
        pointwise = (*(1,) * self.rank, between, self.filters)
        self.depthwise_kernel = self._add_weight_as("depthwise", "depthwise_kernel", depthwise)
        self.pointwise_kernel = self._add_weight_as("pointwise", "pointwise_kernel", pointwise)

    def _output_channels(self, channels: int | None) -> int:
        return self.filters

    def call(self, inputs: Any) -> Any:
        """Return ``activation(conv(depthwise_conv(inputs, depthwise), pointwise) + bias)``."""
        between = ops.depthwise_conv(
            inputs, self.depthwise_kernel, data_format=self.data_format, **self._geometry
        )  # (N, OH, OW, C M)
        return self._convolve(between, self.pointwise_kernel)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"filters": self.filters, "depth_multiplier": self.depth_multiplier}


class SeparableConv1D(_SeparableConvolution):
    """A separable convolution of sequences: a depthwise one, then one of length 1 that mixes the channels.

    Args:
        filters: The number of output channels F.
        kernel_size: The depthwise kernel's length.
        strides: The step of the depthwise window. Default 1.
        padding: "valid" or "same", in any letter case. Default "valid".
        data_format: "channels_last" (N, L, C) or "channels_first" (N, C, L). Default: as in the
            Keras config file ``~/.keras/keras.json``, else "channels_last".
        dilation_rate: The step between the depthwise kernel's own cells. Default 1.
        depth_multiplier: The number M of depthwise kernels for each channel. Default 1.
        activation, use_bias: As in `Conv2D`.
        depthwise_initializer, pointwise_initializer, bias_initializer: As in `SeparableConv2D`.
        depthwise_regularizer, pointwise_regularizer, bias_regularizer: As in `SeparableConv2D`.
        activity_regularizer: As in `SeparableConv2D`.
        depthwise_constraint, pointwise_constraint, bias_constraint: As in `SeparableConv2D`.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Shapes:
        inputs (N, L, C); depthwise kernel (length, C, M); pointwise kernel (1, C M, F); bias (F,);
        output (N, OL, F).

    Raises:
        ValueError: As `SeparableConv2D`.
        ShapeError: As `SeparableConv2D`.

    Source: ``keras.layers.SeparableConv1D``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> layer = mg.layers.SeparableConv1D(1, 2)
        >>> layer.build((None, 2, 2))
        >>> depthwise = np.array([[1.0, 0.0], [0.0, 1.0]]).reshape(2, 2, 1)
        >>> layer.set_weights([depthwise, np.ones((1, 2, 1)), np.zeros(1)])
        >>> layer(np.array([[[1.0, 10.0], [2.0, 20.0]]])).tolist()  # channel 0 now + channel 1 next
        [[[21.0]]]
    """

    rank = 1


class SeparableConv2D(_SeparableConvolution):
    """A separable convolution of images: a depthwise one, then one of size 1 that mixes the channels.

    ``z[n, i, j, c M + m] = sum_uv x[n, i s + u d, j s + v d, c] k[u, v, c, m]``, then
    ``y[n, i, j, f] = act(b[f] + sum_e z[n, i, j, e] p[e, f])``.

    Args:
        filters: The number of output channels F.
        kernel_size: An integer or (height, width) of the depthwise kernel.
        strides: An integer or (vertical, horizontal) step of the depthwise window. Default (1, 1).
        padding: "valid" or "same", in any letter case. Default "valid".
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W). Default: as in the
            Keras config file ``~/.keras/keras.json``, else "channels_last".
        dilation_rate: An integer or two: the step between the depthwise kernel's own cells. Default (1, 1).
        depth_multiplier: The number M of depthwise kernels for each channel. Default 1.
        activation: A name or callable. Default: none.
        use_bias: Whether a bias is added. Default True.
        depthwise_initializer, pointwise_initializer: Of the kernels. Default "glorot_uniform".
        bias_initializer: Default "zeros".
        depthwise_regularizer, pointwise_regularizer, bias_regularizer: Terms added to the loss.
            Default: none.
        activity_regularizer: A term added to the loss. Default: none.
        depthwise_constraint, pointwise_constraint, bias_constraint: Applied after each optimizer step.
            Default: none.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Shapes:
        depthwise kernel (height, width, C, M), pointwise kernel (1, 1, C M, F) in both data formats;
        bias (F,).

    Raises:
        ValueError: If an argument is out of range or unknown, or strides and dilation_rate are both
            greater than 1.
        ShapeError: When built or called, if the input has another rank or number of channels, or is
            smaller than the kernel with "valid" padding.

    Source: ``keras.layers.SeparableConv2D``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> layer = mg.layers.SeparableConv2D(64, 3)
        >>> layer(np.zeros((1, 8, 8, 32))).shape, layer.count_params()  # Conv2D would have 18496
        ((1, 6, 6, 64), 2400)
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
        depth_multiplier: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        pointwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
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
            depth_multiplier,
            activation,
            use_bias,
            depthwise_initializer,
            pointwise_initializer,
            bias_initializer,
            depthwise_regularizer,
            pointwise_regularizer,
            bias_regularizer,
            activity_regularizer,
            depthwise_constraint,
            pointwise_constraint,
            bias_constraint,
            **kwargs,
        )


SeparableConvolution1D = SeparableConv1D
SeparableConvolution2D = SeparableConv2D
