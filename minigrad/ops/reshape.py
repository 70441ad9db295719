"""The same numbers in another arrangement.

Idea:    nothing is computed, so the gradient is only arranged back: each op's rule is the op itself.
Shapes:  any -> the same number of elements.
Before:  ops/reduction.py.  Next: ops/joining.py.
Source:  ``keras.ops`` for names and argument order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.autodiff.symbolic import KerasTensor
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import ShapeError
from minigrad.shapes import normalize_axes


def shape(x: Any) -> tuple[int, ...]:
    """Return the size of each axis of ``x``, as a tuple of ints.

    Source: ``keras.ops.shape``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.shape([[1.0, 2.0, 3.0]])
        (1, 3)
    """
    return x.shape if isinstance(x, Tensor | KerasTensor | np.ndarray) else np.shape(x)  # type: ignore[return-value]


def ndim(x: Any) -> int:
    """Return the number of axes of ``x``.

    Source: ``keras.ops.ndim``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.ndim(mg.ops.zeros((2, 3)))
        2
    """
    return len(shape(x))


def size(x: Any) -> int:
    """Return the number of elements of ``x``.

    Source: ``keras.ops.size``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.size(mg.ops.zeros((2, 3)))
        6
    """
    return int(np.prod(shape(x), dtype=np.int64))


@differentiable
def reshape(x: Array, newshape: Any) -> Any:
    """Give the elements, in their order, another shape; the gradient takes the old one.

    Args:
        x: A tensor, array or list.
        newshape: An int or a tuple of ints; one of them may be -1, for what is left.

    Returns:
        A tensor of the new shape.

    Raises:
        ShapeError: If the sizes differ.

    Source: ``keras.ops.reshape``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.reshape(mg.Tensor([1.0, 2.0, 3.0, 4.0]), (2, -1))
        Tensor([[1., 2.], [3., 4.]], shape=(2, 2), dtype=float32)
    """
    return np.reshape(x, newshape)


@reshape.vjp
def _(g: Any, x_shape: Any) -> Any:
    return reshape(g, x_shape)


def ravel(x: Any) -> Any:
    """Flatten to one axis: ``reshape(x, -1)``.

    Args:
        x: A tensor, array or list.

    Returns:
        A tensor of shape (size,).

    Source: ``keras.ops.ravel``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.ravel(mg.Tensor([[1.0, 2.0], [3.0, 4.0]]))
        Tensor([1., 2., 3., 4.], shape=(4,), dtype=float32)
    """
    return reshape(x, (size(x),))  # -1 would be ambiguous for an empty array


def expand_dims(x: Any, axis: int | Sequence[int]) -> Any:
    """Insert axes of size 1.

    Args:
        x: A tensor, array or list.
        axis: Where the new axis (or each of several) stands in the result; negative ones count from
            the result's end.

    Returns:
        A tensor with the additional axes.

    Raises:
        ShapeError: If an axis is out of range or named twice.

    Source: ``keras.ops.expand_dims``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.expand_dims(mg.Tensor([1.0, 2.0]), -1).shape
        (2, 1)
    """
    count = len(axis) if isinstance(axis, Sequence) else 1
    old = shape(x)
    axes = normalize_axes("expand_dims", axis, len(old) + count)
    remaining = iter(old)
    return reshape(x, tuple(1 if i in axes else next(remaining) for i in range(len(old) + count)))


def squeeze(x: Any, axis: int | Sequence[int] | None = None) -> Any:
    """Remove axes of size 1.

    Args:
        x: A tensor, array or list.
        axis: Which one, or which. Default: all of size 1.

    Returns:
        A tensor without these axes.

    Raises:
        ShapeError: If an axis is out of range, named twice, or not of size 1.

    Source: ``keras.ops.squeeze``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.squeeze(mg.Tensor([[[1.0, 2.0]]]), axis=0).shape
        (1, 2)
    """
    old = shape(x)
    axes = normalize_axes("squeeze", axis, len(old))
    if axis is None:
        axes = tuple(i for i in axes if old[i] == 1)
    for i in axes:
        if old[i] != 1:
            raise ShapeError(f"squeeze: axis {i} of an input of shape {old} has size {old[i]}, not 1")
    return reshape(x, tuple(n for i, n in enumerate(old) if i not in axes))


@differentiable
def flip(x: Array, axis: Any = None) -> Any:
    """Reverse the order along axes: ``y[i] = x[n - 1 - i]``, so ``dx`` is g, reversed.

    Args:
        x: A tensor, array or list.
        axis: An axis or a tuple of axes. Default: all.

    Returns:
        A tensor of x's shape.

    Raises:
        ShapeError: If an axis is out of range or named twice.

    Source: ``keras.ops.flip``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.flip(mg.Tensor([[1.0, 2.0], [3.0, 4.0]]), axis=1)
        Tensor([[2., 1.], [4., 3.]], shape=(2, 2), dtype=float32)
    """
    return np.flip(x, normalize_axes("flip", axis, np.ndim(x)))


@flip.vjp
def _(g: Any, axis: Any) -> Any:
    return flip(g, axis)


@differentiable
def roll(x: Array, shift: Any, axis: Any = None) -> Any:
    """Shift along an axis, in a circle: ``y[(i + shift) mod n] = x[i]``, so ``dx`` is g, shifted back.

    Args:
        x: A tensor, array or list.
        shift: By how many places, or a tuple of shifts, one for each axis.
        axis: An axis or a tuple of axes. Default: the flattened order, in x's shape.

    Returns:
        A tensor of x's shape.

    Raises:
        ShapeError: If an axis is out of range, or shift and axis don't fit each other.

    Source: ``keras.ops.roll``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.roll(mg.Tensor([1.0, 2.0, 3.0]), 1)
        Tensor([3., 1., 2.], shape=(3,), dtype=float32)
    """
    return np.roll(x, shift, axis)


@roll.vjp
def _(g: Any, shift: Any, axis: Any) -> Any:
    back = tuple(-one for one in shift) if isinstance(shift, Sequence) else -shift
    return roll(g, back, axis)


@differentiable
def rot90(array: Array, k: Any = 1, axes: Any = (0, 1)) -> Any:
    """Rotate by ``k`` quarter turns in the plane of two axes, from the first towards the second.

    The gradient is rotated back: ``dx = rot90(g, -k)``.

    Args:
        array: A tensor, array or list of two axes or more.
        k: How many quarter turns. Default 1.
        axes: The two axes. Default (0, 1).

    Returns:
        A tensor; for odd k the sizes of the two axes are exchanged.

    Raises:
        ShapeError: If there are not two different axes within range.

    Source: ``keras.ops.rot90``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.rot90(mg.Tensor([[1.0, 2.0], [3.0, 4.0]]))
        Tensor([[2., 4.], [1., 3.]], shape=(2, 2), dtype=float32)
    """
    pair = normalize_axes("rot90", tuple(axes), np.ndim(array))
    if len(pair) != 2:
        raise ShapeError(f"rot90: axes must be two axes; got {axes!r}")
    return np.rot90(array, k, pair)


@rot90.vjp
def _(g: Any, k: Any, axes: Any) -> Any:
    return rot90(g, -k, axes)


def fliplr(x: Any) -> Any:
    """Mirror left and right: `flip` along axis 1.

    Source: ``keras.ops.fliplr``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.fliplr(mg.Tensor([[1.0, 2.0]]))
        Tensor([[2., 1.]], shape=(1, 2), dtype=float32)
    """
    return flip(x, 1)


def flipud(x: Any) -> Any:
    """Turn upside down: `flip` along axis 0.

    Source: ``keras.ops.flipud``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.flipud(mg.Tensor([[1.0], [2.0]]))
        Tensor([[2.], [1.]], shape=(2, 1), dtype=float32)
    """
    return flip(x, 0)
