"""Several tensors to one along an axis.

Idea:    joining and splitting undo each other, so each is the other's derivative.
Shapes:  concatenate (N1, ...), (N2, ...) -> (N1 + N2, ...); stack of k (...) -> (k, ...).
Before:  ops/reshape.py.  Next: ops/splitting.py.
Source:  ``keras.ops`` for names and argument order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.errors import ShapeError
from minigrad.ops.reshape import ndim, ravel, reshape, shape
from minigrad.shapes import normalize_axis


@differentiable(aux=True)
def _concatenate(xs: Sequence[Array], axis: Any) -> Any:
    points = np.cumsum([x.shape[axis] if x.ndim else 0 for x in xs])[:-1]
    return np.concatenate(xs, axis), tuple(map(int, points))


@_concatenate.vjp
def _(g: Any, axis: Any, aux: Any) -> Any:
    return split_(g, aux, axis)


@differentiable
def split_(x: Array, points: Any, axis: Any) -> tuple[Any, ...]:
    """Cut a tensor before the indices ``points`` (a tuple) of an axis; its derivative joins again.

    Source: NumPy's ``split``.

    Example:
        >>> import minigrad as mg
        >>> split_(mg.Tensor([1.0, 2.0, 3.0]), (1,), 0)[1]
        Tensor([2., 3.], shape=(2,), dtype=float32)
    """
    return tuple(np.split(x, points, axis))


@split_.vjp
def _(g: Any, axis: Any) -> Any:
    return _concatenate(g, axis)


def concatenate(xs: Sequence[Any], axis: int | None = 0) -> Any:
    """Join tensors along an axis that they have: ``y = [x1; x2; ...]``; g is split at the seams.

    Args:
        xs: Tensors, arrays or lists whose shapes agree but for that axis.
        axis: Which axis; None joins the flattened tensors. Default 0.

    Returns:
        A tensor of the common dtype.

    Raises:
        ShapeError: If there is no tensor, the shapes don't agree or the axis is out of range.

    Source: ``keras.ops.concatenate``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.concatenate([mg.Tensor([1.0, 2.0]), mg.Tensor([3.0])])
        Tensor([1., 2., 3.], shape=(3,), dtype=float32)
    """
    xs = _not_empty("concatenate", xs)
    if axis is None:
        return _concatenate([ravel(x) for x in xs], 0)
    return _concatenate(xs, normalize_axis("concatenate", axis, ndim(xs[0])))


@differentiable
def _stack(xs: Sequence[Array], axis: Any) -> Any:
    dtype = next(x.dtype for x in xs if isinstance(x, np.ndarray | np.generic))  # numbers follow it
    return np.stack(xs, axis, dtype=dtype)


@_stack.vjp
def _(g: Any, axis: Any) -> Any:
    return _unstack(g, axis)


@differentiable
def _unstack(x: Array, axis: Any) -> Any:
    front = np.moveaxis(x, axis, 0)
    return tuple(front[i, ...] for i in range(len(front)))  # the ... keeps a lone number an array


@_unstack.vjp
def _(g: Any, axis: Any) -> Any:
    return _stack(g, axis)


def stack(x: Sequence[Any], axis: int = 0) -> Any:
    """Join tensors of one shape along a new axis: ``y[i] = x_i``, so ``dx_i = g[i]``.

    Args:
        x: Tensors, arrays, numbers or lists of one shape.
        axis: Where the new axis stands in the result. Default 0.

    Returns:
        A tensor of one more axis, of size ``len(x)``.

    Raises:
        ShapeError: If there is no tensor, the shapes differ or the axis is out of range.

    Source: ``keras.ops.stack``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.stack([mg.Tensor([1.0, 2.0]), mg.Tensor([3.0, 4.0])], axis=1)
        Tensor([[1., 3.], [2., 4.]], shape=(2, 2), dtype=float32)
    """
    xs = _not_empty("stack", x)
    return _stack(xs, normalize_axis("stack", axis, ndim(xs[0]) + 1))


def unstack(x: Any, num: int | None = None, axis: int = 0) -> list[Any]:
    """Take a tensor apart along an axis; the inverse of `stack`.

    Args:
        x: A tensor, array or list.
        num: The axis's size, to be checked. Default None: whatever it is.
        axis: Which axis. Default 0.

    Returns:
        A list of tensors without that axis.

    Raises:
        ShapeError: If the axis is out of range, or its size is not ``num``.

    Source: ``keras.ops.unstack``.

    Example:
        >>> import minigrad as mg
        >>> a, b = mg.ops.unstack(mg.Tensor([[1.0, 2.0], [3.0, 4.0]]))
        >>> b
        Tensor([3., 4.], shape=(2,), dtype=float32)
    """
    axis = normalize_axis("unstack", axis, ndim(x))
    count = shape(x)[axis]
    if num is not None and num != count:
        raise ShapeError(
            f"unstack: axis {axis} of an input of shape {shape(x)} has size {count}, not num={num}"
        )
    return list(_unstack(x, axis)) if count else []


def append(x1: Any, x2: Any, axis: int | None = None) -> Any:
    """Join two tensors; without an axis, the flattened ones.

    Args:
        x1: A tensor, array or list.
        x2: Likewise.
        axis: Which axis. Default None: both are flattened.

    Returns:
        A tensor of the common dtype.

    Raises:
        ShapeError: If the shapes don't agree but for that axis.

    Source: ``keras.ops.append``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.append(mg.Tensor([1.0]), mg.Tensor([[2.0, 3.0]]))
        Tensor([1., 2., 3.], shape=(3,), dtype=float32)
    """
    return concatenate([x1, x2], axis)


def hstack(xs: Sequence[Any]) -> Any:
    """Join side by side: along axis 1, or axis 0 where there is only one.

    Source: ``keras.ops.hstack``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.hstack([mg.Tensor([[1.0], [2.0]]), mg.Tensor([[3.0], [4.0]])])
        Tensor([[1., 3.], [2., 4.]], shape=(2, 2), dtype=float32)
    """
    xs = [x if ndim(x) else reshape(x, 1) for x in _not_empty("hstack", xs)]
    return concatenate(xs, min(1, ndim(xs[0]) - 1))


def vstack(xs: Sequence[Any]) -> Any:
    """Join one below the other: along axis 0, a vector being a row.

    Source: ``keras.ops.vstack``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.vstack([mg.Tensor([1.0, 2.0]), mg.Tensor([3.0, 4.0])])
        Tensor([[1., 2.], [3., 4.]], shape=(2, 2), dtype=float32)
    """
    rows = [x if ndim(x) > 1 else reshape(x, (1, -1)) for x in _not_empty("vstack", xs)]
    return concatenate(rows, 0)


def column_stack(xs: Sequence[Any]) -> Any:
    """Join as columns: along axis 1, a vector being a column.

    Source: ``keras.ops.column_stack``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.column_stack([mg.Tensor([1.0, 2.0]), mg.Tensor([3.0, 4.0])])
        Tensor([[1., 3.], [2., 4.]], shape=(2, 2), dtype=float32)
    """
    columns = [x if ndim(x) > 1 else reshape(x, (-1, 1)) for x in _not_empty("column_stack", xs)]
    return concatenate(columns, 1)


def dstack(xs: Sequence[Any]) -> Any:
    """Join in depth: along axis 2, a matrix being of shape (H, W, 1) and a vector of (1, W, 1).

    Source: ``keras.ops.dstack``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.dstack([mg.Tensor([1.0, 2.0]), mg.Tensor([3.0, 4.0])]).shape
        (1, 2, 2)
    """
    layers = [
        x if ndim(x) > 2 else reshape(x, (*shape(x), 1) if ndim(x) == 2 else (1, -1, 1))
        for x in _not_empty("dstack", xs)
    ]
    return concatenate(layers, 2)


def _not_empty(name: str, xs: Any) -> list[Any]:
    listed = list(xs)
    if not listed:
        raise ShapeError(f"{name}: at least one tensor is needed; got none")
    return listed
