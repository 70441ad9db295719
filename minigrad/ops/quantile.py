"""Quantiles: median, percentiles and all between.

Idea:    a quantile is a weighted mean of two neighbors in sorted order. These two elements get the gradient,
         by their weights. NaN is sorted behind all numbers, so to leave it out is to count fewer elements.
Shapes:  (..., reduced, ...) -> (..., ...), behind one axis of quantiles if several are asked for
Before:  ops/missing.py, ops/sorting.py.  Next: ops/statistics.py.
Source:  ``keras.ops`` for names and argument order; Hyndman & Fan, "Sample Quantiles in Statistical Packages"
         (1996), definition 7, for "linear".
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import cast
from minigrad.errors import ShapeError
from minigrad.ops.axes import moveaxis, transpose
from minigrad.ops.conversion import convert_to_tensor
from minigrad.ops.indexing import get_item, take_along_axis
from minigrad.ops.reduction import Axis
from minigrad.ops.reshape import reshape
from minigrad.ops.selection import where
from minigrad.ops.sorting import sort
from minigrad.shapes import normalize_axes

_METHODS = ("linear", "lower", "higher", "midpoint", "nearest")


def median(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Median over axes: the middle element, or the mean of the two in the middle, which share the gradient.

    Args:
        x: A tensor, array or list.
        axis: An axis or a tuple of axes, negative ones counting from the end. Default: all.
        keepdims: Whether the reduced axes stay, of size 1. Default False.

    Returns:
        A floating tensor without the reduced axes (with them, of size 1, if keepdims); NaN if an element is.

    Raises:
        ShapeError: If an axis is out of range or named twice, or if there are no elements.

    Source: ``keras.ops.median``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.median(mg.Tensor([5.0, 1.0, 2.0, 4.0])).item()
        3.0
    """
    return _quantile("median", x, 0.5, axis, "midpoint", keepdims)


def quantile(x: Any, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> Any:
    """Quantile over axes: what the share q of the elements does not exceed.

    With the n elements in order, it is at place ``q (n - 1)``, counted from 0. Between two places, i < j,
    method says: "linear" interpolates, "lower" takes i, "higher" j, "midpoint" their mean, "nearest" the
    nearer one (of two at the same distance, the one of even number).

    Args:
        x: A tensor, array or list.
        q: A number from 0 to 1, or an array or list of them; constants.
        axis: An axis or a tuple of axes, negative ones counting from the end. Default: all.
        method: See above. Default "linear".
        keepdims: Whether the reduced axes stay, of size 1. Default False.

    Returns:
        A floating tensor of q's shape and then the axes that are left (with the reduced ones, of size 1,
        if keepdims); NaN where an element is.

    Raises:
        ShapeError: If an axis is out of range or named twice, or if there are no elements.
        ValueError: If a q is outside [0, 1], or for another method.

    Source: ``keras.ops.quantile``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.quantile(mg.Tensor([1.0, 2.0, 3.0, 5.0]), [0.5, 1.0])
        Tensor([2.5, 5. ], shape=(2,), dtype=float32)
    """
    return _quantile("quantile", x, _shares("quantile", q, 1), axis, method, keepdims)


def percentile(x: Any, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> Any:
    """Percentile over axes: the `quantile` of ``q / 100``.

    Args:
        x: A tensor, array or list.
        q: A number from 0 to 100, or an array or list of them; constants.
        axis: An axis or a tuple of axes, negative ones counting from the end. Default: all.
        method: As for `quantile`. Default "linear".
        keepdims: Whether the reduced axes stay, of size 1. Default False.

    Returns:
        A floating tensor, as from `quantile`.

    Raises:
        ShapeError: If an axis is out of range or named twice, or if there are no elements.
        ValueError: If a q is outside [0, 100], or for another method.

    Source: ``keras.ops.percentile``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.percentile(mg.Tensor([1.0, 2.0, 3.0, 5.0]), 100).item()
        5.0
    """
    return _quantile("percentile", x, _shares("percentile", q, 100), axis, method, keepdims)


def nanmedian(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Median of what is not NaN; see `median`.

    Args:
        x: A tensor, array or list.
        axis: An axis or a tuple of axes, negative ones counting from the end. Default: all.
        keepdims: Whether the reduced axes stay, of size 1. Default False.

    Returns:
        A floating tensor without the reduced axes (with them, of size 1, if keepdims); NaN where all are.

    Raises:
        ShapeError: If an axis is out of range or named twice, or if there are no elements.

    Source: ``keras.ops.nanmedian``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.nanmedian(mg.Tensor([5.0, float("nan"), 2.0])).item()
        3.5
    """
    return _quantile("nanmedian", x, 0.5, axis, "midpoint", keepdims, skip=True)


def nanquantile(x: Any, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> Any:
    """Quantile of what is not NaN; see `quantile` for arguments and errors.

    Source: ``keras.ops.nanquantile``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.nanquantile(mg.Tensor([5.0, float("nan"), 2.0]), [0.5, 1.0])
        Tensor([3.5, 5. ], shape=(2,), dtype=float32)
    """
    return _quantile("nanquantile", x, _shares("nanquantile", q, 1), axis, method, keepdims, skip=True)


def nanpercentile(x: Any, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> Any:
    """Percentile of what is not NaN; see `percentile` for arguments and errors.

    Source: ``keras.ops.nanpercentile``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.nanpercentile(mg.Tensor([5.0, float("nan"), 2.0]), 100).item()
        5.0
    """
    return _quantile("nanpercentile", x, _shares("nanpercentile", q, 100), axis, method, keepdims, skip=True)


def _shares(name: str, q: Any, whole: int) -> Any:
    shares = np.asarray(q, np.float64) / whole
    if not ((shares >= 0) & (shares <= 1)).all():
        raise ValueError(f"{name}: q must be from 0 to {whole}; got {q!r}")
    return shares


def _quantile(
    name: str, x: Any, q: Any, axis: Axis, method: str, keepdims: bool, *, skip: bool = False
) -> Any:
    """Return the quantiles of x; ``skip`` leaves NaN out instead of returning it."""
    if method not in _METHODS:
        raise ValueError(f"{name}: method must be one of {', '.join(map(repr, _METHODS))}; got {method!r}")
    x = convert_to_tensor(x)
    x = x if x.dtype.kind == "f" else cast(x, None)
    axes = normalize_axes(name, axis, x.ndim)
    kept = [index for index in range(x.ndim) if index not in axes]
    count = int(np.prod([x.shape[index] for index in axes], dtype=np.int64))
    if not count:
        raise ShapeError(f"{name}: there is no {name} of no elements (x of shape {x.shape}, axis {axis!r})")
    rows = reshape(transpose(x, (*kept, *axes)), (*(x.shape[index] for index in kept), count))

    missing = np.isnan(np.asarray(rows)).sum(axis=-1, keepdims=True)
    shares = np.asarray(q)
    low, high, weight = _places(shares.reshape(-1), np.maximum(count - missing, 1) if skip else count, method)
    ordered = sort(rows, -1)
    first, second = (
        take_along_axis(ordered, np.broadcast_to(places, (*missing.shape[:-1], shares.size)), -1)
        for places in (low, high)
    )
    weight = weight.astype(x.dtype)
    y = first * (1.0 - weight) + second * weight
    if not skip:
        y = where(missing > 0, get_item(ordered, (..., slice(-1, None))), y)

    y = moveaxis(y, -1, 0)
    sizes = [(index, 1 if index in axes else size) for index, size in enumerate(x.shape)]
    return reshape(y, (*shares.shape, *(size for index, size in sizes if keepdims or index in kept)))


def _places(q: Any, count: int, method: str) -> tuple[Any, Any, Any]:
    """Return the two places in sorted order, and the weight of the second one."""
    place = q * (count - 1)
    low, high = np.floor(place).astype(np.int64), np.ceil(place).astype(np.int64)
    if method == "linear":
        weight = place - low
    elif method == "midpoint":
        weight = np.where(low == high, 0.0, 0.5)
    elif method == "nearest":
        weight = (np.round(place) > low).astype(float)
    else:
        weight = np.full(place.shape, float(method == "higher"))
    # Where one of the two has all the weight, it takes both places: the other may be infinite.
    low, high = np.where(weight == 1, high, low), np.where(weight == 0, low, high)
    return low, high, np.where(low == high, 0.5, weight)
