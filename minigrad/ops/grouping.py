"""Counting and grouping: distinct values, bins, and reductions over the rows of each group.

Idea:    "the sum of each class" is a scatter that adds up, and reading each group's result back is its
         derivative. Which group a row belongs to is an integer, and has none.
Shapes:  data (N, ...), segment_ids (N,) -> (S, ...)
Before:  ops/sorting.py, ops/scattering.py, ops/encoding.py.  Next: ops/statistics.py.
Source:  ``keras.ops`` for names and argument order; TensorFlow's ``unsorted_segment_sum``.
"""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable, nondifferentiable
from minigrad.autodiff.op import Array
from minigrad.autodiff.values import floating
from minigrad.errors import DTypeError, ShapeError
from minigrad.ops.conversion import as_array, convert_to_tensor
from minigrad.ops.creation import ones
from minigrad.ops.indexing import put_items, take
from minigrad.ops.reshape import expand_dims
from minigrad.ops.scattering import scatter_update
from minigrad.shapes import normalize_axis


@nondifferentiable
def isin(x1: Any, x2: Any, assume_unique: bool = False, invert: bool = False) -> Any:
    """Tell for each element of x1 whether it is in x2.

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise, of any shape.
        assume_unique: Whether no element is twice in x1, nor in x2; that is faster. Default False.
        invert: Whether to tell what is not in x2. Default False.

    Returns:
        A constant boolean tensor of x1's shape.

    Source: ``keras.ops.isin``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.isin(mg.Tensor([1.0, 2.0, 3.0]), [1.0, 3.0])
        Tensor([ True, False,  True], shape=(3,), dtype=bool)
    """
    return np.isin(as_array(x1), as_array(x2), assume_unique=assume_unique, invert=invert)


@nondifferentiable
def digitize(x: Any, bins: Any) -> Any:
    """Return the bin of each element: the i with ``bins[i-1] <= x < bins[i]``.

    Args:
        x: A tensor, array, number or list.
        bins: The limits between bins, in ascending order.

    Returns:
        A constant int32 tensor of x's shape: 0 below the first limit, ``len(bins)`` from the last one on.

    Raises:
        ValueError: If the limits are not in order.

    Source: ``keras.ops.digitize``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.digitize(mg.Tensor([-1.0, 0.0, 9.0]), [0.0, 5.0])
        Tensor([0, 1, 2], shape=(3,), dtype=int32)
    """
    limits = np.asarray(bins)
    if limits.ndim != 1 or (np.diff(limits) < 0).any():
        raise ValueError(f"digitize: bins must be a vector in ascending order; got {bins!r}")
    return np.digitize(as_array(x), limits).astype(np.int32)


@nondifferentiable
def histogram(x: Any, bins: Any = 10, range: tuple[float, float] | None = None) -> tuple[Any, Any]:
    """Count how many elements fall into each bin; the last bin includes its upper limit.

    Args:
        x: A tensor, array or list; it is flattened.
        bins: How many, all of one width, or their limits in ascending order. Default 10.
        range: The lowest and the highest limit. Default: the least and the greatest element.

    Returns:
        The counts, int32 of shape (B,), and the limits (B + 1,) of x's dtype (integers give `floatx`).

    Raises:
        ValueError: If the number of bins is not positive, or the limits are not in order.

    Source: ``keras.ops.histogram``.

    Example:
        >>> import minigrad as mg
        >>> counts, limits = mg.ops.histogram(mg.Tensor([1.0, 2.0, 2.5, 5.0]), 2)
        >>> counts.tolist(), limits.tolist()
        ([3, 1], [1.0, 3.0, 5.0])
    """
    array = floating(as_array(x))
    if np.ndim(bins) == 0 and operator.index(bins) < 1:
        raise ValueError(f"histogram: bins must be a positive integer, or limits; got {bins!r}")
    counts, limits = np.histogram(array, bins if np.ndim(bins) == 0 else np.asarray(bins), range)
    return counts.astype(np.int32), limits.astype(array.dtype)


@nondifferentiable
def unique(
    x: Any,
    sorted: bool = True,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    size: int | None = None,
    fill_value: Any = None,
) -> Any:
    """Return the distinct elements, each once.

    Args:
        x: A tensor, array or list. No NaN equals another.
        sorted: In ascending order (the default), else in that of their first occurrence.
        return_index: Whether to return where each occurs first, too. Default False.
        return_inverse: Whether to return which one each element of x is, too. Default False.
        return_counts: Whether to return how often each occurs, too. Default False.
        axis: Compare slices along this axis. Default: none, and x is flattened.
        size: How many to return: the others are cut off, missing ones filled up. Default: all.
        fill_value: What to fill up with. Default 0.

    Returns:
        The values; or a tuple of them and what was asked for (int32), in that order.

    Raises:
        ShapeError: If the axis is out of range.

    Source: ``keras.ops.unique``.

    Example:
        >>> import minigrad as mg
        >>> values, counts = mg.ops.unique(mg.Tensor([3.0, 1.0, 3.0]), return_counts=True)
        >>> values.tolist(), counts.tolist()
        ([1.0, 3.0], [1, 2])
    """
    array = as_array(x)
    along = None if axis is None else normalize_axis("unique", axis, array.ndim)
    values, index, inverse, counts = np.unique(
        array, return_index=True, return_inverse=True, return_counts=True, axis=along, equal_nan=False
    )
    inverse = inverse.reshape(array.shape if along is None else -1)
    if not sorted:
        order = np.argsort(index)
        values, index, counts = np.take(values, order, along or 0), index[order], counts[order]
        inverse = np.argsort(order)[inverse]
    if size is not None:
        values = _resized(values, size, along or 0, 0 if fill_value is None else fill_value)
        index, counts = _resized(index, size, 0, 0), _resized(counts, size, 0, 0)
    asked = (return_index, return_inverse, return_counts)
    more = [
        one.astype(np.int32) for one, wanted in zip((index, inverse, counts), asked, strict=True) if wanted
    ]
    return (values, *more) if more else values


def _resized(array: Any, size: int, axis: int, fill_value: Any) -> Any:
    array = np.take(array, np.arange(min(size, array.shape[axis])), axis)
    missing = [(0, size - array.shape[axis] if one == axis else 0) for one in range(array.ndim)]
    return np.pad(array, missing, constant_values=fill_value)


def segment_sum(data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False) -> Any:
    """Sum of each group of rows: ``y_s = sum of data_i with segment_ids_i = s``, so ``ddata_i = g_s``.

    Args:
        data: A tensor, array or list (N, ...).
        segment_ids: The group of each row: integers (N,), 0 or more.
        num_segments: The number of groups, S. Default: one more than the largest id.
        sorted: Says that the ids are in ascending order; it makes no difference here. Default False.

    Returns:
        A tensor (S, ...) of data's dtype; 0 for a group without rows.

    Raises:
        ShapeError: If there is not one id for each row.
        IndexError: If an id is negative, or not below num_segments.
        DTypeError: If the ids are not integers.

    Source: ``keras.ops.segment_sum``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.segment_sum(mg.Tensor([1.0, 2.0, 3.0]), [0, 1, 0])
        Tensor([4., 2.], shape=(2,), dtype=float32)
    """
    data, ids, count = _groups("segment_sum", data, segment_ids, num_segments)
    return put_items(data, ids, (count, *data.shape[1:]))


def segment_prod(data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False) -> Any:
    """Product of each group of rows; see `segment_sum` for arguments and errors. Of no rows it is 1.

    Source: ``keras.ops.segment_prod``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.segment_prod(mg.Tensor([4.0, 2.0, 3.0]), [0, 1, 0])
        Tensor([12.,  2.], shape=(2,), dtype=float32)
    """
    data, ids, count = _groups("segment_prod", data, segment_ids, num_segments)
    return scatter_update(ones((count, *data.shape[1:]), data.dtype), expand_dims(ids, -1), data, "mul")


def segment_max(data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False) -> Any:
    """Largest of each group of rows, element by element; where k tie for it, each gets ``g / k``.

    See `segment_sum` for arguments and errors. Of no rows it is minus infinity (the least integer).

    Source: ``keras.ops.segment_max``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.segment_max(mg.Tensor([1.0, 2.0, 3.0]), [0, 1, 0])
        Tensor([3., 2.], shape=(2,), dtype=float32)
    """
    data, ids, count = _groups("segment_max", data, segment_ids, num_segments)
    return _segment_max(data, ids, count)


def segment_min(data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False) -> Any:
    """Smallest of each group of rows, element by element; where k tie for it, each gets ``g / k``.

    See `segment_sum` for arguments and errors. Of no rows it is infinity (the greatest integer).

    Source: ``keras.ops.segment_min``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.segment_min(mg.Tensor([1.0, 2.0, 3.0]), [0, 1, 0])
        Tensor([1., 2.], shape=(2,), dtype=float32)
    """
    data, ids, count = _groups("segment_min", data, segment_ids, num_segments)
    return _segment_min(data, ids, count)


@differentiable
def _segment_max(data: Array, ids: Any, count: int) -> Any:
    least = -math.inf if data.dtype.kind == "f" else np.iinfo(data.dtype).min
    return _combined(np.maximum, data, ids, count, least)


@differentiable
def _segment_min(data: Array, ids: Any, count: int) -> Any:
    greatest = math.inf if data.dtype.kind == "f" else np.iinfo(data.dtype).max
    return _combined(np.minimum, data, ids, count, greatest)


@_segment_max.vjp
def _(g: Any, data: Any, ids: Any, count: int, out: Any) -> Any:
    return take(g, ids, 0) * _shares(data, ids, count, out)


@_segment_min.vjp
def _(g: Any, data: Any, ids: Any, count: int, out: Any) -> Any:
    return take(g, ids, 0) * _shares(data, ids, count, out)


def _combined(ufunc: Any, data: Any, ids: Any, count: int, nothing: Any) -> Any:
    out = np.full((count, *data.shape[1:]), nothing, data.dtype)
    ufunc.at(out, ids, data)
    return out


@nondifferentiable
def _shares(data: Any, ids: Any, count: int, out: Any) -> Any:
    """Return 1 / k for each of the k rows of a group that equal its result, 0 for the others."""
    best = (data == out[ids]).astype(data.dtype)
    totals = np.zeros((count, *data.shape[1:]), data.dtype)
    np.add.at(totals, ids, best)
    return best / np.maximum(totals[ids], 1)


def _groups(name: str, data: Any, segment_ids: Any, num_segments: int | None) -> tuple[Any, Any, int]:
    """Return the data, the ids and the number of groups, checked."""
    data, ids = convert_to_tensor(data), np.asarray(segment_ids)
    if ids.size and ids.dtype.kind not in "iu":
        raise DTypeError(f"{name}: segment_ids must be integers; got {ids.dtype}")
    if not data.ndim or ids.shape != data.shape[:1]:
        raise ShapeError(
            f"{name}: segment_ids must be a vector with one id for each row of data; got shape {ids.shape} "
            f"for data of shape {data.shape}"
        )
    ids = ids.astype(np.int64)
    count = int(ids.max(initial=-1)) + 1 if num_segments is None else operator.index(num_segments)
    if ids.size and not (ids.min() >= 0 and ids.max() < count):
        wrong = ids[(ids < 0) | (ids >= count)][0]
        raise IndexError(f"{name}: segment_ids must be from 0 to {count - 1}; got {wrong}")
    return data, ids, count
