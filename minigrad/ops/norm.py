"""Norms: how large a vector or a matrix is.

Idea:    most norms are made of reductions that know their derivative. The root in the others has an infinite
         slope at 0, where the gradient is set to 0, so that a zero vector stays where it is.
Shapes:  (..., D) -> (...), and (..., M, N) -> (...)
Before:  ops/singular.py, ops/extrema.py.  Next: ops/quantile.py.
Source:  ``keras.ops.norm``, ``numpy.linalg.norm``.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import cast, differentiable
from minigrad.autodiff.op import Array
from minigrad.ops.axes import moveaxis
from minigrad.ops.comparison import equal, not_equal
from minigrad.ops.conversion import convert_to_tensor
from minigrad.ops.extrema import max, min
from minigrad.ops.reduction import Axis, restore_axes, sum
from minigrad.ops.reshape import reshape
from minigrad.ops.rounding import absolute, sign
from minigrad.ops.selection import divide_no_nan
from minigrad.ops.singular import singular_values
from minigrad.shapes import normalize_axes


def norm(x: Any, ord: Any = None, axis: Axis = None, keepdims: bool = False) -> Any:
    """Norm of vectors (one axis) or of matrices (two axes).

    Of vectors: ``(sum |x|^ord)^(1 / ord)``, for inf the largest |x|, for -inf the smallest, for 0 the number
    of nonzero elements. Of matrices: None and "fro" the root of the sum of squares, 1 the largest sum of a
    column (of |x|), inf that of a row, 2 the largest singular value, each negated the smallest, and "nuc"
    the sum of the singular values. At 0, where a norm has no derivative, the gradient is 0.

    Args:
        x: A tensor, array or list.
        ord: Which norm. Default: None, the root of the sum of squares, over any number of axes.
        axis: The axis of vectors, or a pair of axes, rows' and columns'. Default: all of x's.
        keepdims: Whether the reduced axes stay, of size 1. Default False.

    Returns:
        A floating tensor without these axes (with them, of size 1, if keepdims).

    Raises:
        ShapeError: If an axis is out of range or named twice.
        ValueError: If there is no such norm over so many axes.

    Source: ``keras.ops.norm``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.norm(mg.Tensor([3.0, -4.0])).item()
        5.0
        >>> mg.ops.norm(mg.Tensor([[3.0, -4.0], [1.0, 1.0]]), ord=1).item()
        5.0
    """
    x = convert_to_tensor(x)
    if x.dtype.kind != "f":
        x = cast(x, None)
    axes = normalize_axes("norm", axis, x.ndim)
    if ord is None or (len(axes) == 2 and ord == "fro"):
        return power_norm(x, 2.0, axes, keepdims)
    if len(axes) == 1 and not isinstance(ord, str):
        return _vector_norm(x, float(ord), axes, keepdims)
    if len(axes) != 2 or ord not in ("nuc", 1, -1, 2, -2, math.inf, -math.inf):
        accepted = {1: "any number", 2: "'fro', 'nuc', 1, -1, 2, -2, inf or -inf"}.get(len(axes), "no other")
        raise ValueError(
            f"norm: over {len(axes)} axis(es) of x, of shape {x.shape}, ord must be None or {accepted}; "
            f"got {ord!r}"
        )
    y = _matrix_norm(x, ord, *axes)
    sizes = [(index, 1 if index in axes else size) for index, size in enumerate(x.shape)]
    return reshape(y, [size for index, size in sizes if keepdims or index not in axes])


def _vector_norm(x: Any, ord: float, axes: Any, keepdims: bool) -> Any:
    if ord == math.inf:
        return max(absolute(x), axes, keepdims, 0.0)
    if ord == -math.inf:
        return min(absolute(x), axes, keepdims)
    if ord == 0:
        return sum(cast(not_equal(x, 0), x.dtype), axes, keepdims)
    if ord == 1:
        return sum(absolute(x), axes, keepdims)
    return power_norm(x, ord, axes, keepdims)


def _matrix_norm(x: Any, ord: Any, row: int, column: int) -> Any:
    """Return the norm with both axes kept, of size 1, or with both gone."""
    if ord in ("nuc", 2, -2):
        values = singular_values(moveaxis(x, (row, column), (-2, -1)))
        return sum(values, -1) if ord == "nuc" else max(values, -1) if ord == 2 else min(values, -1)
    first, second = (row, column) if ord in (1, -1) else (column, row)
    sums = sum(absolute(x), first, True)
    return max(sums, second, True) if ord > 0 else min(sums, second, True)


@differentiable
def power_norm(x: Array, ord: float, axis: Axis = None, keepdims: bool = False) -> Any:
    """Norm of order p: ``y = (sum |x|^p)^(1 / p)``, so ``dx = g sign(x) (|x| / y)^(p - 1)``.

    Where x is 0 the gradient is 0.

    Args:
        x: A tensor, array or list.
        ord: The order p, a finite number other than 0.
        axis: An axis or a tuple of axes. Default: all.
        keepdims: Whether the reduced axes stay, of size 1. Default False.

    Returns:
        A floating tensor without the reduced axes (with them, of size 1, if keepdims).

    Source: ``numpy.linalg.vector_norm``.

    Example:
        >>> power_norm([1.0, 2.0, 2.0], 2.0).item()
        3.0
    """
    axes = normalize_axes("norm", axis, x.ndim)
    if ord == 2.0:
        return np.sqrt(np.sum(np.square(x), axis=axes, keepdims=keepdims))
    with np.errstate(divide="ignore"):  # for a negative order, a 0 is nearest: 0^-1 is inf, and inf^-1 is 0
        return np.sum(np.absolute(x) ** ord, axis=axes, keepdims=keepdims) ** (1.0 / ord)


@power_norm.vjp
def _(g: Any, x: Any, out: Any, ord: float, axis: Axis, keepdims: bool) -> Any:
    y = restore_axes("norm", out, axis, keepdims, x.shape)
    g = restore_axes("norm", g, axis, keepdims, x.shape)
    if ord == 2.0:
        return divide_no_nan(g, y) * x
    size = absolute(x)
    ratio = divide_no_nan(size, y) if ord > 1.0 else divide_no_nan(y, size)
    ratio = ratio + cast(equal(x, 0), x.dtype)  # at 0, sign(x) says it all; 0 to a power has infinite slopes
    return g * sign(x) * ratio ** math.fabs(ord - 1.0)
