"""What convolutional layers share: the window's geometry, the weights' settings, and the bias.

Idea:    every one of them slides a kernel over one or two spatial axes. They differ in which weights
         there are and what is connected with what; those few lines are in the files that follow.
Shapes:  inputs (N, L, C) or (N, H, W, C) -> (N, OL, F) or (N, OH, OW, F)
Before:  layers/layer.py, layers/spatial.py.  Next: layers/convolution.py.
Source:  Keras's ``keras/src/layers/convolutional/base_conv.py``.
"""

from __future__ import annotations

from typing import Any

from minigrad import activations, constraints, initializers, ops, regularizers
from minigrad.autodiff.variable import Variable
from minigrad.config import standardize_data_format
from minigrad.errors import ShapeError
from minigrad.layers.input_spec import InputSpec
from minigrad.layers.layer import Layer
from minigrad.layers.spatial import Sizes, join_shape, split_shape, window_sizes
from minigrad.shapes import integers, padding_mode

_KINDS: dict[str, Any] = {
    "initializer": initializers,
    "regularizer": regularizers,
    "constraint": constraints,
}


class Convolutional(Layer):
    """The base of layers whose kernel slides over ``rank`` spatial axes.

    A subclass says how many axes that are, makes its kernels in `_add_kernels`, and computes in ``call``.

    Args:
        kernel_size, strides, padding, data_format, dilation_rate: As in `Conv2D`.
        activation, use_bias, activity_regularizer: As in `Conv2D`.
        weights: The settings of each weight, such as ``kernel_initializer`` or ``bias_constraint``.
        **kwargs: Those of `Layer`.
    """

    rank: int
    paddings: tuple[str, ...] = ("valid", "same")

    def __init__(
        self,
        *,
        kernel_size: Any,
        strides: Any,
        padding: str,
        data_format: str | None,
        dilation_rate: Any,
        activation: Any,
        use_bias: bool,
        activity_regularizer: Any,
        weights: dict[str, Any],
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        name = type(self).__name__
        self.kernel_size = integers(name, "kernel_size", kernel_size, self.rank)
        self.strides = integers(name, "strides", strides, self.rank)
        self.dilation_rate = integers(name, "dilation_rate", dilation_rate, self.rank)
        self.padding = padding_mode(name, padding, self.paddings)
        self.data_format = standardize_data_format(name, data_format)
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(
                f"{name}: strides={self.strides} and dilation_rate={self.dilation_rate} can't both be "
                "greater than 1"
            )
        self.input_spec = InputSpec(ndim=self.rank + 2)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self._weight_settings = tuple(weights)
        for setting, value in weights.items():  # self.kernel_initializer = initializers.get(...), and so on
            setattr(self, setting, _kind(setting).get(value))

    # -- what a subclass defines -----------------------------------------------------------------

    def _add_kernels(self, channels: int) -> None:
        """Make the weights besides the bias."""
        raise NotImplementedError

    def _output_channels(self, channels: int | None) -> int | None:
        """Return the number of output channels, None if the input's number is needed and not known."""
        raise NotImplementedError

    def _output_spatial(self, spatial: Sizes) -> Sizes:
        """Return the output's spatial sizes."""
        name = type(self).__name__
        return window_sizes(name, spatial, self.kernel_size, self.strides, self.padding, self.dilation_rate)

    # -- what they all do ------------------------------------------------------------------------

    def build(self, input_shape: Any) -> None:
        """Make the kernel, and the bias if there is one."""
        name = type(self).__name__
        _, _, channels = split_shape(name, input_shape, self.rank, self.data_format)
        if channels is None:
            raise ShapeError(
                f"{name}: the number of channels must be known to make the weights; got shape {input_shape}"
            )
        self.compute_output_shape(input_shape)  # raises if the kernel doesn't fit
        self._channels = channels
        self._add_kernels(channels)
        filters = self._output_channels(channels)
        self.bias = self._add_weight_as("bias", "bias", (filters,)) if self.use_bias else None

    def _add_weight_as(self, role: str, name: str, shape: Any) -> Variable:
        """Make a weight with the initializer, regularizer and constraint that are set for its role."""
        return self.add_weight(
            shape,
            initializer=getattr(self, f"{role}_initializer"),
            regularizer=getattr(self, f"{role}_regularizer"),
            constraint=getattr(self, f"{role}_constraint"),
            name=name,
        )

    @property
    def _geometry(self) -> dict[str, Any]:
        return {"strides": self.strides, "padding": self.padding, "dilation_rate": self.dilation_rate}

    def _convolve(self, inputs: Any, kernel: Any, groups: int = 1, **geometry: Any) -> Any:
        """Return ``activation(conv(inputs, kernel) + bias)``."""
        relu = self.activation is activations.relu  # done within the convolution, while a block is in cache
        outputs = ops.conv_with_bias(
            inputs, kernel, self.bias, data_format=self.data_format, groups=groups, relu=relu, **geometry
        )
        return outputs if relu else self.activation(outputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the output's shape, None being a size that is not known."""
        name = type(self).__name__
        batch, spatial, channels = split_shape(name, input_shape, self.rank, self.data_format)
        if self.built and channels not in (None, self._channels):
            raise ShapeError(
                f"{name}: inputs have {channels} channels, the kernel expects {self._channels} "
                f"(inputs {tuple(input_shape)})"
            )
        output = self._output_spatial(spatial)
        return join_shape(batch, output, self._output_channels(channels), self.data_format)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return (
            super().get_config()
            | {
                "kernel_size": self.kernel_size,
                "data_format": self.data_format,
                "activation": activations.serialize(self.activation),
                "use_bias": self.use_bias,
                "activity_regularizer": regularizers.serialize(self.activity_regularizer),
            }
            | self._geometry
            | {name: _kind(name).serialize(getattr(self, name)) for name in self._weight_settings}
        )


def _kind(setting: str) -> Any:
    """Return the module that a setting's values come from: initializers for ``kernel_initializer``."""
    return _KINDS[setting.rpartition("_")[2]]
