"""Statistics of channels, and their use: the passes of batch normalization, blocked and threaded.

Idea:    there is next to no arithmetic in normalization, only memory traffic. So each function goes over its
         arrays once (`moments` twice), in blocks that stay in cache, and sums come out block by block.
Shapes:  rows (M, C), one statistic for each of the C columns -> (C,) or (M, C)
Before:  threads.py, scratch.py.  Next: ops/normalization.py.
Source:  Ioffe & Szegedy 2015, "Batch Normalization", algorithm 1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minigrad.kernels.scratch import scratch
from minigrad.kernels.threads import parallel_for

Array = NDArray[Any]

_BLOCK_CELLS = 2**16


def _cuts(rows: int, columns: int) -> list[slice]:
    """Return ``range(rows)`` in runs of about a block's cells: by shape alone, whatever the threads."""
    run = max(1, _BLOCK_CELLS // max(1, columns))
    return [slice(start, min(start + run, rows)) for start in range(0, rows, run)]


def _column_sums(
    shape: tuple[int, int], count: int, block: Callable[[slice], tuple[Array, ...]]
) -> list[Array]:
    """Return ``count`` sums over the rows, each from what ``block`` gives for its run of rows, in order."""
    parts = _cuts(*shape)
    partial = np.zeros((count, len(parts), shape[1]))  # float64: exact enough for any number of rows

    def run(i: int) -> None:
        for which, rows in enumerate(block(parts[i])):
            partial[which, i] = np.ones(len(rows), rows.dtype) @ rows  # the fastest sum over rows

    parallel_for(run, len(parts))
    return list(partial.sum(axis=1))


def moments(x: Array) -> tuple[Array, Array]:
    """Return each column's mean and (biased) variance, as the mean of squared distances from the mean.

    Args:
        x: (M, C), floating, M > 0.

    Returns:
        Two arrays (C,) of x's dtype.

    Example:
        >>> moments(np.array([[1.0, 5.0], [3.0, 5.0]]))
        (array([2., 5.]), array([1., 0.]))
    """
    (total,) = _column_sums(x.shape, 1, lambda rows: (x[rows],))
    mean = (total / len(x)).astype(x.dtype)

    def squares(rows: slice) -> tuple[Array]:
        centered = np.subtract(x[rows], mean, out=scratch("centered", x[rows].shape, x.dtype))
        return (np.square(centered, out=centered),)

    (total,) = _column_sums(x.shape, 1, squares)
    return mean, (total / len(x)).astype(x.dtype)


def center_scale_shift(x: Array, center: Array, scale: Array, shift: Array | None = None) -> Array:
    """Return ``(x - center) scale + shift``, column by column.

    Args:
        x: (M, C).
        center: (C,).
        scale: (C,).
        shift: (C,) or None for 0.

    Returns:
        (M, C), a new array.

    Example:
        >>> x = np.array([[1.0, 5.0], [3.0, 5.0]])
        >>> center_scale_shift(x, np.array([2.0, 5.0]), np.array([10.0, 1.0]), np.array([0.0, 7.0]))
        array([[-10.,   7.],
               [ 10.,   7.]])
    """
    out = np.empty(x.shape, x.dtype)
    parts = _cuts(*x.shape)

    def block(i: int) -> None:
        place = np.subtract(x[parts[i]], center, out=out[parts[i]])
        np.multiply(place, scale, out=place)
        if shift is not None:
            np.add(place, shift, out=place)

    parallel_for(block, len(parts))
    return out


def scaled_sum(g: Array, factor: Array, x: Array, center: Array, slope: Array, shift: Array) -> Array:
    """Return ``g factor + (x - center) slope + shift``, column by column: the form of the input's gradient.

    Args:
        g: (M, C).
        factor: (C,).
        x: (M, C).
        center: (C,).
        slope: (C,).
        shift: (C,).

    Returns:
        (M, C), a new array.

    Example:
        >>> g, x, one = np.array([[1.0], [2.0]]), np.array([[5.0], [6.0]]), np.ones(1)
        >>> scaled_sum(g, 10 * one, x, 5 * one, 100 * one, one)
        array([[ 11.],
               [121.]])
    """
    out = np.empty(x.shape, x.dtype)
    parts = _cuts(*x.shape)

    def block(i: int) -> None:
        place = np.subtract(x[parts[i]], center, out=out[parts[i]])
        np.multiply(place, slope, out=place)
        np.add(place, shift, out=place)
        here = np.multiply(g[parts[i]], factor, out=scratch("centered", place.shape, x.dtype))
        np.add(place, here, out=place)

    parallel_for(block, len(parts))
    return out


def gradient_sums(g: Array, x: Array, center: Array) -> tuple[Array, Array]:
    """Return each column's ``sum g`` and ``sum g (x - center)``, in one pass.

    Args:
        g: (M, C).
        x: (M, C).
        center: (C,).

    Returns:
        Two arrays (C,) of x's dtype.

    Example:
        >>> gradient_sums(np.array([[1.0], [2.0]]), np.array([[5.0], [6.0]]), np.array([5.0]))
        (array([3.]), array([2.]))
    """

    def products(rows: slice) -> tuple[Array, Array]:
        here = g[rows]
        centered = np.subtract(x[rows], center, out=scratch("centered", here.shape, x.dtype))
        return here, np.multiply(centered, here, out=centered)

    total, product = _column_sums(x.shape, 2, products)
    return total.astype(x.dtype), product.astype(x.dtype)
