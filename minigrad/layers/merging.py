"""Layers that make one tensor of several, element by element: Add, Subtract, Multiply, Average ...

Idea:    a branch and its shortcut meet here. Sizes of 1 are broadcast; where the inputs have different
         numbers of axes, those that are missing are put in after the batch.
Shapes:  several (N, ...) that broadcast -> (N, ...)
Before:  layers/layer.py, ops/elementwise.py.  Next: layers/joining.py (several along an axis).
Source:  Keras's ``keras/src/layers/merging``.
"""

from __future__ import annotations

import functools
from typing import Any

from minigrad import ops
from minigrad.errors import ShapeError
from minigrad.layers.layer import Layer


class Merge(Layer):
    """The base of layers that are called on a list of inputs and merge them element by element.

    Args:
        **kwargs: Those of `Layer`: name, dtype, trainable.

    Raises:
        ShapeError: When called, if the inputs are no list, or their shapes don't broadcast.

    Source: Keras's ``keras/src/layers/merging/base_merge.py``.
    """

    def build(self, input_shape: Any) -> None:
        """Check the inputs' shapes; there is nothing to make."""
        self.compute_output_shape(input_shape)

    def call(self, inputs: Any) -> Any:
        """Return what the inputs are merged to."""
        check_inputs(self, inputs)
        ndim = max(len(one.shape) for one in inputs)
        return self._merge([_with_axes(one, ndim) for one in inputs])

    def _merge(self, inputs: list[Any]) -> Any:
        raise NotImplementedError(f"{type(self).__name__} must define _merge(self, inputs)")

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape that the inputs' shapes broadcast to."""
        check_shapes(self, input_shape)
        examples = [tuple(shape[1:]) for shape in input_shape]
        try:
            merged = functools.reduce(_broadcast, examples)
        except ValueError:
            raise ShapeError(
                f"{self.name}: inputs of shapes {_listed(input_shape)} can't be merged element by element: "
                "but for sizes of 1 the shapes must agree"
            ) from None
        return (_common_batch(self, input_shape), *merged)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config()


class Add(Merge):
    """The sum of the inputs: ``y = x1 + x2 + ...``.

    Args:
        **kwargs: Those of `Layer`: name, dtype, trainable.

    Raises:
        ShapeError: When called, if the inputs are no list, or their shapes don't broadcast.

    Source: ``keras.layers.Add``.

    Example:
        >>> import minigrad as mg
        >>> mg.layers.Add()([mg.Tensor([[1.0, 2.0]]), mg.Tensor([[10.0, 20.0]])]).tolist()
        [[11.0, 22.0]]
    """

    def _merge(self, inputs: list[Any]) -> Any:
        return functools.reduce(ops.add, inputs)


class Subtract(Merge):
    """The difference of two inputs: ``y = x1 - x2``.

    Args:
        **kwargs: Those of `Layer`: name, dtype, trainable.

    Raises:
        ShapeError: When called, if there are not two inputs, or their shapes don't broadcast.

    Source: ``keras.layers.Subtract``.

    Example:
        >>> import minigrad as mg
        >>> mg.layers.Subtract()([mg.Tensor([[1.0, 2.0]]), mg.Tensor([[10.0, 20.0]])]).tolist()
        [[-9.0, -18.0]]
    """

    def _merge(self, inputs: list[Any]) -> Any:
        check_two(self, inputs)
        return ops.subtract(*inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape that the two shapes broadcast to."""
        check_shapes(self, input_shape)
        check_two(self, input_shape)
        return super().compute_output_shape(input_shape)


class Multiply(Merge):
    """The product of the inputs: ``y = x1 x2 ...``.

    Args:
        **kwargs: Those of `Layer`: name, dtype, trainable.

    Raises:
        ShapeError: When called, if the inputs are no list, or their shapes don't broadcast.

    Source: ``keras.layers.Multiply``.

    Example:
        >>> import minigrad as mg
        >>> mg.layers.Multiply()([mg.Tensor([[1.0, 2.0]]), mg.Tensor([[10.0, 20.0]])]).tolist()
        [[10.0, 40.0]]
    """

    def _merge(self, inputs: list[Any]) -> Any:
        return functools.reduce(ops.multiply, inputs)


class Average(Merge):
    """The mean of the k inputs: ``y = (x1 + x2 + ...) / k``.

    Args:
        **kwargs: Those of `Layer`: name, dtype, trainable.

    Raises:
        ShapeError: When called, if the inputs are no list, or their shapes don't broadcast.

    Source: ``keras.layers.Average``.

    Example:
        >>> import minigrad as mg
        >>> mg.layers.Average()([mg.Tensor([[1.0, 2.0]]), mg.Tensor([[11.0, 22.0]])]).tolist()
        [[6.0, 12.0]]
    """

    def _merge(self, inputs: list[Any]) -> Any:
        return ops.divide(functools.reduce(ops.add, inputs), len(inputs))


class Maximum(Merge):
    """The largest of the inputs: ``y = max(x1, x2, ...)``. The gradient goes to the first that has it.

    Args:
        **kwargs: Those of `Layer`: name, dtype, trainable.

    Raises:
        ShapeError: When called, if the inputs are no list, or their shapes don't broadcast.

    Source: ``keras.layers.Maximum``.

    Example:
        >>> import minigrad as mg
        >>> mg.layers.Maximum()([mg.Tensor([[1.0, 20.0]]), mg.Tensor([[10.0, 2.0]])]).tolist()
        [[10.0, 20.0]]
    """

    def _merge(self, inputs: list[Any]) -> Any:
        return functools.reduce(ops.maximum, inputs)


class Minimum(Merge):
    """The smallest of the inputs: ``y = min(x1, x2, ...)``. The gradient goes to the first that has it.

    Args:
        **kwargs: Those of `Layer`: name, dtype, trainable.

    Raises:
        ShapeError: When called, if the inputs are no list, or their shapes don't broadcast.

    Source: ``keras.layers.Minimum``.

    Example:
        >>> import minigrad as mg
        >>> mg.layers.Minimum()([mg.Tensor([[1.0, 20.0]]), mg.Tensor([[10.0, 2.0]])]).tolist()
        [[1.0, 2.0]]
    """

    def _merge(self, inputs: list[Any]) -> Any:
        return functools.reduce(ops.minimum, inputs)


# -- what they share -------------------------------------------------------------------------------


def check_inputs(layer: Layer, inputs: Any) -> None:
    """Raise unless a layer was called on a list of at least one input."""
    if not isinstance(inputs, list | tuple) or not inputs:
        raise ShapeError(
            f"{layer.name}: it merges several inputs, so call it on a list: "
            f"{type(layer).__name__}()([x1, x2]); got {type(inputs).__name__}"
            + (f" of shape {tuple(inputs.shape)}" if hasattr(inputs, "shape") else "")
        )


def check_shapes(layer: Layer, input_shape: Any) -> None:
    """Raise unless this is a list of shapes, each with a batch."""
    is_list = isinstance(input_shape, list | tuple) and len(input_shape) > 0
    if not is_list or not all(isinstance(shape, list | tuple) for shape in input_shape):
        raise ShapeError(
            f"{layer.name}: it merges several inputs, so call it on a list: "
            f"{type(layer).__name__}()([x1, x2]); got a single input of shape {input_shape}"
        )
    if any(len(shape) == 0 for shape in input_shape):
        raise ShapeError(
            f"{layer.name}: each input needs a batch axis; got the shapes {_listed(input_shape)}"
        )


def check_two(layer: Layer, inputs: Any) -> None:
    """Raise unless these are two inputs, or two shapes."""
    if isinstance(inputs, list | tuple) and len(inputs) != 2:
        raise ShapeError(f"{layer.name}: {type(layer).__name__} takes exactly 2 inputs; got {len(inputs)}")


def _common_batch(layer: Layer, shapes: Any) -> int | None:
    """Return the batch size of all inputs, None if it isn't known."""
    sizes = {shape[0] for shape in shapes} - {None}
    if len(sizes) > 1:
        raise ShapeError(f"{layer.name}: the inputs have different batch sizes; got {_listed(shapes)}")
    return next(iter(sizes), None)


def _broadcast(first: tuple[int | None, ...], second: tuple[int | None, ...]) -> tuple[int | None, ...]:
    """Return the shape that two broadcast to; what meets an unknown size is unknown, too."""
    missing = len(first) - len(second)
    first, second = (1,) * -missing + first, (1,) * missing + second
    merged: list[int | None] = []
    for one, other in zip(first, second, strict=True):
        if None not in (one, other) and 1 not in (one, other) and one != other:
            raise ValueError("sizes differ")
        merged.append(None if None in (one, other) else other if one == 1 else one)
    return tuple(merged)


def _with_axes(x: Any, ndim: int) -> Any:
    """Return x with so many axes, the new ones following the batch."""
    missing = ndim - len(x.shape)
    return ops.expand_dims(x, tuple(range(1, 1 + missing))) if missing else x


def _listed(shapes: Any) -> str:
    return ", ".join(str(tuple(shape)) for shape in shapes)
