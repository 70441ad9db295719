"""Conv2D: the kernel that slides over the image, and the layer that owns it.

Idea:    a dense layer that sees only a small window, with the same weights at every place: local
         connection and weight sharing. A 5x5x3 filter at one place is a 75-term dot product plus bias.
Shapes:  inputs (N, H, W, C), kernel (KH, KW, C / groups, F), bias (F,) -> (N, OH, OW, F)
Before:  ops/convolution.py (the arithmetic), layers/dense.py.  Next: layers/pooling.py.
Source:  the lecture, "Conv2D"; Keras's ``keras/src/layers/convolutional/base_conv.py``.
"""

from __future__ import annotations

from typing import Any

from minigrad import activations, constraints, initializers, ops, regularizers
from minigrad.config import standardize_data_format
from minigrad.errors import ShapeError
from minigrad.layers.layer import Layer
from minigrad.shapes import integers, padding_mode, window_output, window_padding


class Conv2D(Layer):
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
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        (self.filters,) = integers("Conv2D", "filters", filters, count=1)
        (self.groups,) = integers("Conv2D", "groups", groups, count=1)
        self.kernel_size = integers("Conv2D", "kernel_size", kernel_size, count=2)
        self.strides = integers("Conv2D", "strides", strides, count=2)
        self.dilation_rate = integers("Conv2D", "dilation_rate", dilation_rate, count=2)
        self.padding = padding_mode("Conv2D", padding)
        self.data_format = standardize_data_format("Conv2D", data_format)
        if self.filters % self.groups:
            raise ValueError(
                f"Conv2D: filters={self.filters} can't be divided evenly into groups={self.groups}"
            )
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(
                f"Conv2D: strides={self.strides} and dilation_rate={self.dilation_rate} can't both be "
                "greater than 1"
            )
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)

    def build(self, input_shape: Any) -> None:
        """Make the kernel, and the bias if there is one."""
        channels = input_shape[self._channel_axis] if len(input_shape) == 4 else None
        if channels is None:
            form = "(N, H, W, C)" if self.data_format == "channels_last" else "(N, C, H, W)"
            raise ShapeError(
                f"Conv2D: the input must have 4 axes {form} and a known number of channels; "
                f"got shape {input_shape}"
            )
        if channels % self.groups:
            raise ShapeError(
                f"Conv2D: {channels} input channels can't be divided evenly into groups={self.groups} "
                f"(inputs {input_shape})"
            )
        self.compute_output_shape(input_shape)  # raises if the kernel doesn't fit
        self.kernel = self.add_weight(
            shape=(*self.kernel_size, channels // self.groups, self.filters),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
            name="kernel",
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                shape=(self.filters,),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
                name="bias",
            )

    @property
    def _channel_axis(self) -> int:
        return -1 if self.data_format == "channels_last" else 1

    def call(self, inputs: Any) -> Any:
        """Return ``activation(conv(inputs, kernel) + bias)``."""
        relu = self.activation is activations.relu  # done within the convolution, while a block is in cache
        outputs = ops.conv_with_bias(
            inputs,
            self.kernel,
            self.bias,
            strides=self.strides,
            padding=self.padding,
            data_format=self.data_format,
            dilation_rate=self.dilation_rate,
            groups=self.groups,
            relu=relu,
        )
        return outputs if relu else self.activation(outputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return (N, OH, OW, F), or (N, F, OH, OW) for channels_first."""
        last = self.data_format == "channels_last"
        batch, *rest = input_shape
        spatial = tuple(rest[:-1] if last else rest[1:])
        output: tuple[int | None, ...] = (None, None)
        if None not in spatial:
            geometry = spatial, self.kernel_size, self.strides
            padding = window_padding("Conv2D", *geometry, self.padding, self.dilation_rate)
            output = window_output(*geometry, padding, self.dilation_rate)
        return (batch, *output, self.filters) if last else (batch, self.filters, *output)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "padding": self.padding,
            "data_format": self.data_format,
            "dilation_rate": self.dilation_rate,
            "groups": self.groups,
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "bias_regularizer": regularizers.serialize(self.bias_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
            "bias_constraint": constraints.serialize(self.bias_constraint),
        }


Convolution2D = Conv2D
