"""Two layers that a model runs as one: a convolution, and the max pooling that follows it.

Idea:    only what pooling keeps of a convolution is written to memory (ops/conv_pool.py). The layers stay
         two: their weights, names and shapes are their own, and the result is the same, bit by bit. A
         model looks for such pairs among its steps.
Before:  layers/convolution.py, layers/pooling.py, ops/conv_pool.py.  Next: models/graph.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minigrad import activations
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import ShapeError
from minigrad.layers.convolution import Conv1D, Conv2D
from minigrad.layers.pooling import MaxPooling1D, MaxPooling2D
from minigrad.ops.conv_pool import conv_max_pool  # itself, as symbolic tensors don't get here

_PAIRS = ((Conv2D, MaxPooling2D), (Conv1D, MaxPooling1D))


class ConvolutionThenPooling:
    """A convolutional layer and the max pooling that alone takes its output."""

    def __init__(self, convolution: Any, pooling: Any) -> None:
        self.convolution, self.pooling = convolution, pooling

    def __call__(self, inputs: Any) -> Any:
        """Return ``pooling(convolution(inputs))``."""
        first, second = self.convolution, self.pooling
        if self._is_one_op(inputs):
            try:
                return conv_max_pool(
                    inputs,
                    first.kernel,
                    first.bias,
                    first.strides,
                    first.padding,
                    first.data_format,
                    first.dilation_rate,
                    first.groups,
                    first.activation is activations.relu,
                    second.pool_size,
                    second.strides,
                    second.padding,
                )
            except ShapeError:
                pass  # one after the other, they tell whose it is
        return second(first(inputs))

    def compute_output_spec(self, inputs: Any) -> Any:
        """Return the symbolic output for a symbolic input."""
        return self.pooling.compute_output_spec(self.convolution.compute_output_spec(inputs))

    def _is_one_op(self, inputs: Any) -> bool:
        """Tell whether the layers do nothing now but what the op does."""
        first, second = self.convolution, self.pooling
        called_before = first.input_shape is not None and second.input_shape is not None
        plain = first.activation is activations.relu or first.activation is activations.linear
        regularized = first.activity_regularizer is not None or second.activity_regularizer is not None
        return (
            inputs.__class__ is Tensor
            and inputs.dtype == first.dtype == second.dtype
            and called_before
            and plain
            and not regularized
            and first.data_format == second.data_format
        )


def are_a_pair(first: Any, second: Any) -> bool:
    """Tell whether ``second`` pools what ``first`` convolves. Subclasses may do anything: they are none."""
    return (type(first), type(second)) in _PAIRS


def in_pairs(layers: Sequence[Any]) -> list[Any]:
    """Return layers that are called one after the other, with each pair in one.

    Example:
        >>> import minigrad as mg
        >>> stack = [mg.layers.Conv2D(4, 3), mg.layers.MaxPooling2D(), mg.layers.Flatten()]
        >>> [type(one).__name__ for one in in_pairs(stack)]
        ['ConvolutionThenPooling', 'Flatten']
    """
    found: list[Any] = []
    for layer in layers:
        if found and are_a_pair(found[-1], layer):
            found[-1] = ConvolutionThenPooling(found[-1], layer)
        else:
            found.append(layer)
    return found
