"""Layers that make one tensor of several along an axis: Concatenate, Dot.

Shapes:  Concatenate: (N, ..., C1, ...), (N, ..., C2, ...) -> (N, ..., C1 + C2, ...);
         Dot: (N, A, K), (N, K, B) -> (N, A, B).
Before:  layers/merging.py, ops/joining.py.  Next: layers/merge_functions.py.
Source:  Keras's ``keras/src/layers/merging``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from minigrad import ops
from minigrad.errors import ShapeError
from minigrad.layers.layer import Layer
from minigrad.layers.merging import check_inputs, check_shapes, check_two
from minigrad.shapes import normalize_axis


class Concatenate(Layer):
    """The inputs side by side: ``y = [x1, x2, ...]`` along an axis.

    Args:
        axis: Along which axis; the others must agree. Default -1.
        **kwargs: Those of `Layer`: name, dtype, trainable.

    Raises:
        ValueError: If axis is not an integer.
        ShapeError: When called, if the inputs are no list, or differ in another axis.

    Source: ``keras.layers.Concatenate``.

    Example:
        >>> import minigrad as mg
        >>> mg.layers.Concatenate()([mg.Tensor([[1.0, 2.0]]), mg.Tensor([[3.0]])]).tolist()
        [[1.0, 2.0, 3.0]]
    """

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if isinstance(axis, bool) or not isinstance(axis, int):
            raise ValueError(f"Concatenate: axis must be an integer; got {axis!r}")
        self.axis = axis

    def build(self, input_shape: Any) -> None:
        """Check the inputs' shapes; there is nothing to make."""
        self.compute_output_shape(input_shape)

    def call(self, inputs: Any) -> Any:
        """Return the inputs side by side."""
        check_inputs(self, inputs)
        return ops.concatenate(inputs, axis=self.axis)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the first shape, with the sum of the sizes along the axis."""
        check_shapes(self, input_shape)
        shapes = [tuple(shape) for shape in input_shape]
        axis = normalize_axis(self.name, self.axis, len(shapes[0]))
        output = list(shapes[0])
        for shape in shapes[1:]:
            fits = len(shape) == len(output) and all(
                one == axis or None in (a, b) or a == b
                for one, (a, b) in enumerate(zip(shape, output, strict=True))
            )
            if not fits:
                raise ShapeError(
                    f"{self.name}: but for axis {self.axis}, along which they are joined, the inputs' shapes "
                    f"must agree; got {', '.join(map(str, shapes))}"
                )
            output = [b if a is None else a for a, b in zip(output, shape, strict=True)]
        sizes = [shape[axis] for shape in shapes]
        output[axis] = None if None in sizes else sum(sizes)
        return tuple(output)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"axis": self.axis}


class Dot(Layer):
    """The dot products of two inputs along an axis of each, example by example.

    ``y[n, a, b] = sum_k x1[n, a, k] x2[n, k, b]``, the axes called k being those that are given; the
    output has first the other axes of x1, then those of x2. If there are none, it is (N, 1).

    Args:
        axes: An axis of both, or (one of the first, one of the second); not 0, which is the batch.
        normalize: Whether to bring the vectors to length 1 before, so that the result is the cosine of
            their angle. Default False.
        **kwargs: Those of `Layer`: name, dtype, trainable.

    Raises:
        TypeError: If axes is neither an integer nor a list or tuple.
        ValueError: If axes are not two integers.
        ShapeError: When called, if there are not two inputs, or the axes' sizes differ.

    Source: ``keras.layers.Dot``.

    Example:
        >>> import minigrad as mg
        >>> mg.layers.Dot(axes=1)([mg.Tensor([[1.0, 2.0]]), mg.Tensor([[10.0, 20.0]])]).tolist()
        [[50.0]]
    """

    def __init__(self, axes: Any, normalize: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if isinstance(axes, bool) or not isinstance(axes, int | list | tuple):
            raise TypeError(f"Dot: axes must be an integer or two; got {axes!r}")
        if not isinstance(axes, int) and (
            len(axes) != 2 or any(isinstance(one, bool) or not isinstance(one, int) for one in axes)
        ):
            raise ValueError(f"Dot: axes must be an integer or two; got {axes!r}")
        self.axes = axes if isinstance(axes, int) else list(axes)
        self.normalize = normalize

    def build(self, input_shape: Any) -> None:
        """Check the inputs' shapes; there is nothing to make."""
        self.compute_output_shape(input_shape)

    def _summed_axes(self, shapes: Sequence[Any]) -> tuple[int, int]:
        """Return the axis of each input, counted from the front."""
        given = (self.axes, self.axes) if isinstance(self.axes, int) else self.axes
        first, second = (
            normalize_axis(self.name, axis, len(shape)) for axis, shape in zip(given, shapes, strict=True)
        )
        if 0 in (first, second):
            raise ShapeError(
                f"{self.name}: axes={self.axes} names axis 0, the batch, over which there is no dot product"
            )
        sizes = shapes[0][first], shapes[1][second]
        if None not in sizes and sizes[0] != sizes[1]:
            raise ShapeError(
                f"{self.name}: along axes={self.axes} the sizes are {sizes[0]} and {sizes[1]}, which must be "
                f"equal; got the shapes {tuple(shapes[0])} and {tuple(shapes[1])}"
            )
        return first, second

    def call(self, inputs: Any) -> Any:
        """Return the dot products."""
        check_inputs(self, inputs)
        check_two(self, inputs)
        shape = self.compute_output_shape([one.shape for one in inputs])
        first, second = self._summed_axes([one.shape for one in inputs])
        x, y = inputs
        if self.normalize:
            x, y = ops.normalize(x, axis=first), ops.normalize(y, axis=second)
        x, y = ops.moveaxis(x, first, -1), ops.moveaxis(y, second, 1)
        x = ops.reshape(x, (x.shape[0], math.prod(x.shape[1:-1]), x.shape[-1]))  # (N, A, K)
        y = ops.reshape(y, (y.shape[0], y.shape[1], math.prod(y.shape[2:])))  # (N, K, B)
        return ops.reshape(ops.matmul(x, y), shape)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the batch, and the other axes of both inputs."""
        check_shapes(self, input_shape)
        check_two(self, input_shape)
        if len(input_shape[0]) < 2 or len(input_shape[1]) < 2:
            raise ShapeError(f"{self.name}: the inputs must have at least 2 axes; got {input_shape}")
        batches = {shape[0] for shape in input_shape} - {None}
        if len(batches) > 1:
            raise ShapeError(f"{self.name}: the inputs have different batch sizes; got {input_shape}")
        first, second = self._summed_axes(input_shape)
        rest = [size for axis, size in enumerate(input_shape[0]) if axis not in (0, first)]
        rest += [size for axis, size in enumerate(input_shape[1]) if axis not in (0, second)]
        return (next(iter(batches), None), *(rest or [1]))

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"axes": self.axes, "normalize": self.normalize}
