"""Axes in another order: no number changes, none is copied.

Idea:    a transpose is a permutation of axes, and its derivative is the permutation backwards.
Shapes:  (N, H, W, C) -> (N, C, H, W), say; the result is a view of the same memory.
Before:  autodiff/differentiable.py.  Next: ops/matrix_products.py (where transposes are needed).
Source:  ``keras.ops`` for names and argument order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.errors import ShapeError
from minigrad.shapes import normalize_axes, normalize_axis


@differentiable
def transpose(x: Array, axes: Any = None) -> Any:
    """Permute the axes: ``y[i_axes[0], i_axes[1], ...] = x[i_0, i_1, ...]``; the gradient goes back.

    Args:
        x: A tensor, array or list.
        axes: For each axis of the result, the axis of x that it was. Default: all in reverse.

    Returns:
        A tensor of x's elements, its axes permuted.

    Raises:
        ShapeError: If axes is not a permutation of x's axes.

    Source: ``keras.ops.transpose``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.transpose(mg.Tensor([[1.0, 2.0], [3.0, 4.0]]))
        Tensor([[1., 3.], [2., 4.]], shape=(2, 2), dtype=float32)
    """
    return np.transpose(x, _permutation(axes, np.ndim(x)))


@transpose.vjp
def _(g: Any, axes: Any) -> Any:
    return transpose(g, inverse_permutation(_permutation(axes, g.ndim)))


def _permutation(axes: Any, ndim: int) -> tuple[int, ...]:
    if axes is None:
        return tuple(reversed(range(ndim)))
    order = normalize_axes("transpose", axes, ndim)
    if len(order) != ndim:
        raise ShapeError(f"transpose: axes {axes!r} must name each of the {ndim} axes of x once")
    return order


def inverse_permutation(order: tuple[int, ...]) -> tuple[int, ...]:
    """Return the permutation that undoes ``order``.

    Example:
        >>> inverse_permutation((2, 0, 1))
        (1, 2, 0)
    """
    return tuple(sorted(range(len(order)), key=order.__getitem__))


@differentiable
def swapaxes(x: Array, axis1: int, axis2: int) -> Any:
    """Exchange two axes; the gradient's are exchanged back.

    Args:
        x: A tensor, array or list.
        axis1: An axis of x.
        axis2: The axis to exchange it with.

    Returns:
        A tensor of x's elements with these axes exchanged.

    Raises:
        ShapeError: If an axis is out of range.

    Source: ``keras.ops.swapaxes``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.swapaxes(mg.ops.reshape(mg.Tensor([1.0, 2.0]), (1, 1, 2)), 0, -1).shape
        (2, 1, 1)
    """
    ndim = np.ndim(x)
    return np.swapaxes(x, normalize_axis("swapaxes", axis1, ndim), normalize_axis("swapaxes", axis2, ndim))


@swapaxes.vjp
def _(g: Any, axis1: int, axis2: int) -> Any:
    return swapaxes(g, axis1, axis2)


def moveaxis(x: Any, source: Any, destination: Any) -> Any:
    """Move axes to other places; the remaining ones keep their order.

    Args:
        x: A tensor, array or list.
        source: An axis or several, where they are.
        destination: As many, where they go to.

    Returns:
        A tensor of x's elements, its axes permuted (see `transpose`).

    Raises:
        ShapeError: If an axis is out of range or named twice, or the counts differ.

    Source: ``keras.ops.moveaxis``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.moveaxis(mg.ops.reshape(mg.Tensor([1.0, 2.0]), (1, 2, 1)), 1, 0).shape
        (2, 1, 1)
    """
    ndim = np.ndim(x)
    taken = normalize_axes("moveaxis", source, ndim)
    places = normalize_axes("moveaxis", destination, ndim)
    if source is None or destination is None or len(taken) != len(places):
        raise ShapeError(f"moveaxis: source {source!r} and destination {destination!r} must be as many axes")
    order = [axis for axis in range(ndim) if axis not in taken]
    for place, axis in sorted(zip(places, taken, strict=True)):
        order.insert(place, axis)
    return transpose(x, tuple(order))
