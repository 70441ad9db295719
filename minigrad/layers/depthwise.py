"""DepthwiseConv1D and DepthwiseConv2D: every channel has kernels of its own, and sees no other channel.

Idea:    a convolution in as many groups as there are channels. It looks for patterns in space only, for a
         fraction of the weights and the work; mixing the channels is left to others.
Shapes:  inputs (N, H, W, C), kernel (KH, KW, C, M), bias (C M,) -> (N, OH, OW, C M)
Before:  ops/conv_functions.py, layers/convolutional.py.  Next: layers/separable.py.
Source:  Howard et al. 2017, "MobileNets"; Keras's
         ``keras/src/layers/convolutional/base_depthwise_conv.py``.
"""

from __future__ import annotations

from typing import Any

from minigrad import ops
from minigrad.layers.convolutional import Convolutional
from minigrad.shapes import integers


class _DepthwiseConvolution(Convolutional):
    """What the two depthwise convolutions share."""

    def __init__(
        self,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
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
                "bias_initializer": bias_initializer,
                "depthwise_regularizer": depthwise_regularizer,
                "bias_regularizer": bias_regularizer,
                "depthwise_constraint": depthwise_constraint,
                "bias_constraint": bias_constraint,
            },
            **kwargs,
        )
        name = type(self).__name__
        (self.depth_multiplier,) = integers(name, "depth_multiplier", depth_multiplier, count=1)

    def _add_kernels(self, channels: int) -> None:
        shape = (*self.kernel_size, channels, self.depth_multiplier)
        self.kernel = self._add_weight_as("depthwise", "kernel", shape)

    def _output_channels(self, channels: int | None) -> int | None:
        return None if channels is None else channels * self.depth_multiplier

    def call(self, inputs: Any) -> Any:
        """Return ``activation(depthwise_conv(inputs, kernel) + bias)``."""
        *size, channels, multiplier = self.kernel.shape
        kernel = ops.reshape(self.kernel, (*size, 1, channels * multiplier))  # one group for each channel
        return self._convolve(inputs, kernel, groups=channels, **self._geometry)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"depth_multiplier": self.depth_multiplier}


class DepthwiseConv1D(_DepthwiseConvolution):
    """A depthwise convolution of sequences: each channel is convolved with M kernels of its own.

    ``y[n, i, c M + m] = act(b[c M + m] + sum_u x[n, i s + u d, c] k[u, c, m])``.

    Args:
        kernel_size: The kernel's length.
        strides: The step of the window. Default 1.
        padding: "valid" or "same", in any letter case. Default "valid".
        depth_multiplier: The number M of kernels for each channel. Default 1.
        data_format: "channels_last" (N, L, C) or "channels_first" (N, C, L). Default: as in the
            Keras config file ``~/.keras/keras.json``, else "channels_last".
        dilation_rate: The step between the kernel's own cells. Default 1.
        activation, use_bias: As in `Conv2D`.
        depthwise_initializer, bias_initializer: Of the kernel and the bias; as in `Conv2D`.
        depthwise_regularizer, bias_regularizer, activity_regularizer: As in `Conv2D`.
        depthwise_constraint, bias_constraint: As in `Conv2D`.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Shapes:
        inputs (N, L, C); kernel (length, C, M); bias (C M,); output (N, OL, C M).

    Raises:
        ValueError: As `DepthwiseConv2D`.
        ShapeError: As `DepthwiseConv2D`.

    Source: ``keras.layers.DepthwiseConv1D``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> layer = mg.layers.DepthwiseConv1D(2, depthwise_initializer="ones")
        >>> layer(np.array([[[1.0, 10.0], [2.0, 20.0]]])).tolist()
        [[[3.0, 30.0]]]
    """

    rank = 1


class DepthwiseConv2D(_DepthwiseConvolution):
    """A depthwise convolution of images: each channel is convolved with M kernels of its own.

    ``y[n, i, j, c M + m] = act(b[c M + m] + sum_uv x[n, i s + u d, j s + v d, c] k[u, v, c, m])``.

    Args:
        kernel_size: An integer or (height, width).
        strides: An integer or (vertical, horizontal) step of the window. Default (1, 1).
        padding: "valid" or "same", in any letter case. Default "valid".
        depth_multiplier: The number M of kernels for each channel. Default 1.
        data_format: "channels_last" (N, H, W, C) or "channels_first" (N, C, H, W). Default: as in the
            Keras config file ``~/.keras/keras.json``, else "channels_last".
        dilation_rate: An integer or two: the step between the kernel's own cells. Default (1, 1).
        activation: A name or callable. Default: none.
        use_bias: Whether a bias is added. Default True.
        depthwise_initializer: Of the kernel. Default "glorot_uniform".
        bias_initializer: Default "zeros".
        depthwise_regularizer, bias_regularizer, activity_regularizer: Terms added to the loss. Default: none.
        depthwise_constraint, bias_constraint: Applied after each optimizer step. Default: none.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Shapes:
        kernel (height, width, C, M) in both data formats; bias (C M,).

    Raises:
        ValueError: If an argument is out of range or unknown, or strides and dilation_rate are both
            greater than 1.
        ShapeError: When built or called, if the input has another rank or number of channels, or is
            smaller than the kernel with "valid" padding.

    Source: ``keras.layers.DepthwiseConv2D``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> layer = mg.layers.DepthwiseConv2D(3, depth_multiplier=2)
        >>> layer(np.zeros((1, 8, 8, 16))).shape, layer.count_params()
        ((1, 6, 6, 32), 320)
    """

    rank = 2

    def __init__(
        self,
        kernel_size: Any,
        strides: Any = (1, 1),
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        dilation_rate: Any = (1, 1),
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            kernel_size,
            strides,
            padding,
            depth_multiplier,
            data_format,
            dilation_rate,
            activation,
            use_bias,
            depthwise_initializer,
            bias_initializer,
            depthwise_regularizer,
            bias_regularizer,
            activity_regularizer,
            depthwise_constraint,
            bias_constraint,
            **kwargs,
        )
