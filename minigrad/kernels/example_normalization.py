"""Normalization of each example by its own numbers, whole or in groups of channels: blocked and threaded.

Idea:    a block is a few examples, read from memory once: mean, variance and result come out of the cache. A
         sum over places is a product with ones, which BLAS does faster than NumPy's sums; what is left to
         do for each group is a handful of numbers.
Shapes:  x (N, S, C), or (N, C, S): N examples of S places and C channels, in G groups; statistics (N, G)
Before:  threads.py, scratch.py, elementwise.py (how large a block is).  Next: ops/example_normalization.py.
Source:  Ba, Kiros & Hinton 2016, "Layer Normalization"; Wu & He 2018, "Group Normalization".
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from minigrad.kernels.elementwise import BLOCK
from minigrad.kernels.scratch import scratch
from minigrad.kernels.threads import parallel_for

Array = NDArray[Any]

_RUN = 1024  # places whose float32 sum is exact enough; runs are summed in float64


def normalize_groups(
    x: Array,
    groups: int,
    epsilon: float,
    scale: Array | None = None,
    offset: Array | None = None,
    axis: int = 2,
) -> tuple[Array, Array, Array]:
    """Return ``y = scale (x - m) r + offset``, ``r = 1 / sqrt(v + epsilon)``, and m and r.

    m and v are mean and (biased) variance of each group of each example.

    Args:
        x: (N, S, C) or (N, C, S), contiguous, float32 or float64; S and C are not 0.
        groups: G, a divisor of C: so many runs of neighboring channels.
        epsilon: Keeps the root away from 0.
        scale: (C,) or None for 1.
        offset: (C,) or None for 0.
        axis: That of the channels: 2, the default, or 1.

    Returns:
        y of x's shape, m and r (N, G).

    Example:
        >>> x = np.array([1.0, 3.0, 10.0, 30.0]).reshape(1, 1, 4)
        >>> y, mean, _ = normalize_groups(x, 2, 0.0)
        >>> y.ravel(), mean
        (array([-1.,  1., -1.,  1.]), array([[ 2., 20.]]))
    """
    count, channels = len(x), x.shape[axis]
    size = x.shape[3 - axis] * (channels // groups)
    ones = np.ones(channels, x.dtype)
    factor = _spread((ones if scale is None else scale)[None], channels, axis)
    shift = None if offset is None else _spread(offset[None], channels, axis)
    out = np.empty(x.shape, x.dtype)
    means, inverses = np.empty((count, groups), x.dtype), np.empty((count, groups), x.dtype)
    blocks = _blocks(x.shape)

    def block(i: int) -> None:
        here, mean, inverse, y = (one[blocks[i]] for one in (x, means, inverses, out))
        mean[:] = _group_sums(_place_sums(here, axis), ones, groups) / size
        centered = np.subtract(here, _spread(mean, channels, axis), out=_buffer("centered", here))
        squares = np.square(centered, out=y)  # y is not needed yet
        variance = _group_sums(_place_sums(squares, axis), ones, groups) / size
        inverse[:] = 1.0 / np.sqrt(variance + epsilon)
        _multiply(centered, _spread(inverse, channels, axis), factor, y)
        if shift is not None:
            y += shift

    parallel_for(block, len(blocks))
    return out, means, inverses


def normalize_groups_gradient(
    g: Array, x: Array, means: Array, inverses: Array, scale: Array | None = None, axis: int = 2
) -> tuple[Array, Array, Array]:
    """Return the gradients of `normalize_groups`'s x, scale and offset.

    With ``h = g scale`` and the means over a group, ``dx = r (h - mean h - (x - m) r^2 mean(h (x - m)))``;
    ``dscale = sum g (x - m) r`` and ``doffset = sum g``.

    Args:
        g: Of x's shape, contiguous.
        x, scale, axis: As there.
        means: m, from there.
        inverses: r, from there.

    Returns:
        Arrays of x's shape, (C,) and (C,).

    Example:
        >>> x = np.array([1.0, 3.0]).reshape(1, 1, 2)
        >>> y, mean, inverse = normalize_groups(x, 1, 0.0)
        >>> normalize_groups_gradient(np.ones_like(x), x, mean, inverse)
        (array([[[0., 0.]]]), array([-1.,  1.]), array([1., 1.]))
    """
    groups, channels = means.shape[1], x.shape[axis]
    size = x.shape[3 - axis] * (channels // groups)
    scale = np.ones(channels, x.dtype) if scale is None else scale
    factor = _spread(scale[None], channels, axis)
    dx = np.empty(x.shape, x.dtype)
    blocks = _blocks(x.shape)
    partial = np.zeros((2, len(blocks), channels))  # of dscale and doffset: added in the blocks' order

    def block(i: int) -> None:
        gradient, here, mean, inverse, out = (one[blocks[i]] for one in (g, x, means, inverses, dx))
        centered = np.subtract(here, _spread(mean, channels, axis), out=_buffer("centered", here))
        products = _place_sums(np.multiply(gradient, centered, out=out), axis)
        sums = _place_sums(gradient, axis)
        partial[0, i] = _example_sums(products.reshape(-1, groups, channels // groups), inverse)
        partial[1, i] = np.ones(len(sums), sums.dtype) @ sums
        slope = _group_sums(products, scale, groups) * inverse / size * inverse * inverse
        shift = _group_sums(sums, scale, groups) * inverse / size
        _multiply(gradient, _spread(inverse, channels, axis), factor, out)
        centered *= _spread(slope.astype(x.dtype), channels, axis)
        centered += _spread(shift.astype(x.dtype), channels, axis)
        out -= centered

    parallel_for(block, len(blocks))
    dscale, doffset = partial.sum(axis=1).astype(x.dtype)
    return dx, dscale, doffset


def _blocks(shape: tuple[int, ...]) -> list[slice]:
    """Return the examples in runs of about a block's cells: by shape alone, whatever the threads."""
    count = shape[0]
    run = max(1, BLOCK // (shape[1] * shape[2]))
    return [slice(start, min(start + run, count)) for start in range(0, count, run)]


def _buffer(tag: str, like: Array) -> Array:
    return scratch(tag, like.shape, like.dtype)


def _place_sums(x: Array, axis: int) -> Array:
    """Return x summed over its places: (n, C)."""
    places = x.shape[3 - axis]
    if places == 1:
        return x.reshape(len(x), x.shape[axis])
    if places <= _RUN:
        ones = np.ones(places, x.dtype)
        result: Array = ones @ x if axis == 2 else x @ ones
        return result
    starts = range(0, places, _RUN)
    runs = [x[:, one : one + _RUN] if axis == 2 else x[:, :, one : one + _RUN] for one in starts]
    return np.asarray(np.sum([_place_sums(run, axis) for run in runs], axis=0, dtype=np.float64))


def _group_sums(columns: Array, weights: Array, groups: int) -> Array:
    """Return (n, C) times weights (C,), summed over each group's channels: (n, G)."""
    each = columns.reshape(len(columns), groups, columns.shape[1] // groups).swapaxes(0, 1)  # (G, n, K)
    sums: Array = each @ weights.astype(columns.dtype, copy=False).reshape(groups, each.shape[2], 1)
    return sums[:, :, 0].T


def _example_sums(columns: Array, factor: Array) -> Array:
    """Return (n, G, K) times a factor for each group of each example (n, G), summed over examples: (C,)."""
    return (factor.T[:, None] @ columns.swapaxes(0, 1)).ravel()  # (G, 1, n) by (G, n, K)


def _spread(statistic: Array, channels: int, axis: int) -> Array:
    """Return (n, G) such that it broadcasts against x: a group's number for each of its channels."""
    groups = statistic.shape[1]
    if groups > 1:  # one group's number need not be written out
        statistic = np.repeat(statistic, channels // groups, axis=1)
    return np.expand_dims(statistic, 3 - axis)


def _multiply(x: Array, statistic: Array, factor: Array, out: Array) -> None:
    """Write ``x statistic factor``; where an example has several places, the two factors are one."""
    if min(x.shape[1:]) > 1:
        np.multiply(x, statistic * factor, out=out)
    else:
        np.multiply(x, statistic, out=out)
        out *= factor
