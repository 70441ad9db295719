"""Numbers with some missing: sums, products and moments that leave NaN out.

Idea:    put in the place of a NaN what makes no difference, 0 into a sum and 1 into a product, and count only
         the others. Nothing flows back to what was replaced, so a NaN never gets into a gradient.
Shapes:  (..., reduced, ...) -> (..., ...); with keepdims=True the reduced axes stay, of size 1.
Before:  ops/reduction.py, ops/cumulative.py, ops/conversion.py.  Next: ops/missing_extrema.py.
Source:  ``keras.ops`` for names and argument order; NumPy's functions of these names.
"""

from __future__ import annotations

import math
from typing import Any

from numpy.typing import DTypeLike

from minigrad.autodiff.differentiable import cast
from minigrad.ops.comparison import equal, isnan
from minigrad.ops.conversion import convert_to_tensor
from minigrad.ops.cumulative import cumprod, cumsum, prod
from minigrad.ops.logic import logical_not
from minigrad.ops.powers import sqrt
from minigrad.ops.reduction import Axis, sum
from minigrad.ops.selection import maximum, where


def nansum(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Sum of what is there: ``y = sum x`` without the NaNs, so ``dx = g``, and 0 for a NaN.

    Args:
        x: A tensor, array or list.
        axis: An axis or a tuple of axes, negative ones counting from the end. Default: all.
        keepdims: Whether the reduced axes stay, of size 1. Default False.

    Returns:
        A tensor without the reduced axes (with them, of size 1, if keepdims); of nothing, 0.

    Raises:
        ShapeError: If an axis is out of range or named twice.

    Source: ``keras.ops.nansum``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.nansum(mg.Tensor([1.0, float("nan"), 4.0])).item()
        5.0
    """
    return sum(without(x, 0.0), axis, keepdims)


def nanprod(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Product of what is there: ``y = prod x`` without the NaNs; a NaN has the gradient 0.

    Args:
        x: A tensor, array or list.
        axis: An axis or a tuple of axes, negative ones counting from the end. Default: all.
        keepdims: Whether the reduced axes stay, of size 1. Default False.

    Returns:
        A tensor without the reduced axes (with them, of size 1, if keepdims); of nothing, 1.

    Raises:
        ShapeError: If an axis is out of range or named twice.

    Source: ``keras.ops.nanprod``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.nanprod(mg.Tensor([1.0, float("nan"), 4.0])).item()
        4.0
    """
    return prod(without(x, 1.0), axis, keepdims)


def nanmean(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Average of what is there: ``y = (sum x) / n`` over the n that are not NaN, so ``dx = g / n``, or 0.

    Args:
        x: A tensor, array or list.
        axis: An axis or a tuple of axes, negative ones counting from the end. Default: all.
        keepdims: Whether the reduced axes stay, of size 1. Default False.

    Returns:
        A floating tensor without the reduced axes (with them, of size 1, if keepdims); of nothing, NaN.

    Raises:
        ShapeError: If an axis is out of range or named twice.

    Source: ``keras.ops.nanmean``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.nanmean(mg.Tensor([1.0, float("nan"), 4.0])).item()
        2.5
    """
    x = _floats(x)
    count = _count(x, axis, keepdims)
    return where(equal(count, 0), math.nan, nansum(x, axis, keepdims) / maximum(count, 1.0))


def nanvar(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Variance of what is there: ``y = mean (x - mean x)^2``, both over the n that are not NaN.

    Args:
        x: A tensor, array or list.
        axis: An axis or a tuple of axes, negative ones counting from the end. Default: all.
        keepdims: Whether the reduced axes stay, of size 1. Default False.

    Returns:
        A floating tensor without the reduced axes (with them, of size 1, if keepdims); of nothing, NaN.

    Raises:
        ShapeError: If an axis is out of range or named twice.

    Source: ``keras.ops.nanvar``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.nanvar(mg.Tensor([1.0, float("nan"), 4.0])).item()
        2.25
    """
    x = _floats(x)
    count = _count(x, axis, keepdims)
    distance = where(isnan(x), 0.0, x - nanmean(x, axis, True))
    return where(equal(count, 0), math.nan, sum(distance * distance, axis, keepdims) / maximum(count, 1.0))


def nanstd(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Standard deviation of what is there: ``y = sqrt(nanvar x)``; where it is 0, so is the gradient.

    Args:
        x: A tensor, array or list.
        axis: An axis or a tuple of axes, negative ones counting from the end. Default: all.
        keepdims: Whether the reduced axes stay, of size 1. Default False.

    Returns:
        A floating tensor without the reduced axes (with them, of size 1, if keepdims); of nothing, NaN.

    Raises:
        ShapeError: If an axis is out of range or named twice.

    Source: ``keras.ops.nanstd``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.nanstd(mg.Tensor([1.0, float("nan"), 4.0])).item()
        1.5
    """
    variance = nanvar(x, axis, keepdims)
    same = equal(variance, 0)
    return where(same, 0.0, sqrt(where(same, 1.0, variance)))


def nancumsum(x: Any, axis: int | None = None, dtype: DTypeLike | None = None) -> Any:
    """Running sum of what is there: a NaN counts as 0; see `cumsum`.

    Args:
        x: A tensor, array or list.
        axis: The axis. Default: none, and x is flattened.
        dtype: What to convert x to first. Default: nothing.

    Returns:
        A tensor of x's shape (flat, without an axis).

    Raises:
        ShapeError: If the axis is out of range.

    Source: ``keras.ops.nancumsum``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.nancumsum(mg.Tensor([1.0, float("nan"), 4.0]))
        Tensor([1., 1., 5.], shape=(3,), dtype=float32)
    """
    return cumsum(without(x, 0.0), axis, dtype)


def nancumprod(x: Any, axis: int | None = None, dtype: DTypeLike | None = None) -> Any:
    """Running product of what is there: a NaN counts as 1; see `cumprod`.

    Args:
        x: A tensor, array or list.
        axis: The axis. Default: none, and x is flattened.
        dtype: What to convert x to first. Default: nothing.

    Returns:
        A tensor of x's shape (flat, without an axis).

    Raises:
        ShapeError: If the axis is out of range.

    Source: ``keras.ops.nancumprod``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.nancumprod(mg.Tensor([1.0, float("nan"), 4.0]))
        Tensor([1., 1., 4.], shape=(3,), dtype=float32)
    """
    return cumprod(without(x, 1.0), axis, dtype)


# -- what they share -----------------------------------------------------------------------------


def _floats(x: Any) -> Any:
    x = convert_to_tensor(x)
    return x if x.dtype.kind == "f" else cast(x, None)


def without(x: Any, neutral: float) -> Any:
    """Return x with ``neutral`` in the place of each NaN; integers have none.

    Example:
        >>> import minigrad as mg
        >>> without(mg.Tensor([float("nan"), 1.0]), 0.0).tolist()
        [0.0, 1.0]
    """
    x = convert_to_tensor(x)
    return where(isnan(x), neutral, x) if x.dtype.kind == "f" else x


def _count(x: Any, axis: Axis, keepdims: bool) -> Any:
    """Return how many of the elements are not NaN, in x's dtype."""
    return sum(cast(logical_not(isnan(x)), x.dtype), axis, keepdims)
