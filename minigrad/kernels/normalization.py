"""Statistics of channels, and their use: the passes of batch normalization, blocked and threaded.

Idea:    there is next to no arithmetic in normalization, only memory traffic. So each function goes over its
         arrays once (`moments` twice), in blocks that stay in cache, and sums come out block by block.
Shapes:  x (N, C, S): C channels with S places after them: 1 where channels are last; statistics (C,)
Before:  threads.py, scratch.py.  Next: example_normalization.py; ops/normalization.py.
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


class _Blocks:
    """x as a matrix in runs of rows: by shape alone, whatever the threads.

    Where channels are last, they are its columns. Else a row is one channel of one example.
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.count, self.channels, self.places = shape
        self.last = self.places == 1
        self.shape = (self.count, self.channels) if self.last else (self.count * self.channels, self.places)
        self.run = max(1, _BLOCK_CELLS // max(1, self.shape[1]))
        rows = self.shape[0]
        self.parts = [slice(start, min(start + self.run, rows)) for start in range(0, rows, self.run)]

    def each(self, block: Callable[[int, slice], None]) -> None:
        """Call ``block`` with the number and the rows of each part, on all threads."""
        parallel_for(lambda i: block(i, self.parts[i]), len(self.parts))

    def spread(self, statistic: Array) -> Callable[[slice], Array]:
        """Return what takes rows to the numbers of a statistic (C,) that broadcast against them.

        As columns they are written out for a whole block: one long loop over two full blocks takes half
        as long as a short loop for each row.
        """
        if self.last:
            full = np.tile(statistic, (min(self.run, self.count), 1))
            return lambda rows: full[: rows.stop - rows.start]
        column = np.tile(statistic, self.count)[:, None]
        return lambda rows: column[rows]

    def sums(self, count: int, block: Callable[[slice], tuple[Array, ...]]) -> list[Array]:
        """Return ``count`` sums of each channel, of what ``block`` gives for rows, in the blocks' order."""
        # A product with ones is the fastest sum. They are added in float64: exact enough for any size.
        wide = (len(self.parts), self.channels) if self.last else (self.shape[0],)
        partial = np.zeros((count, *wide))

        def run(i: int, rows: slice) -> None:
            for which, cells in enumerate(block(rows)):
                if self.last:
                    partial[which, i] = np.ones(len(cells), cells.dtype) @ cells
                else:
                    partial[which, rows] = cells @ np.ones(self.places, cells.dtype)

        self.each(run)
        return list(partial.reshape(count, -1, self.channels).sum(axis=1))


def moments(x: Array) -> tuple[Array, Array]:
    """Return each channel's mean and (biased) variance, as the mean of squared distances from the mean.

    Args:
        x: (N, C, S), contiguous, floating, not empty.

    Returns:
        Two arrays (C,) of x's dtype.

    Example:
        >>> moments(np.array([[1.0, 5.0], [3.0, 5.0]]).reshape(2, 2, 1))
        (array([2., 5.]), array([1., 0.]))
    """
    blocks = _Blocks(x.shape)
    cells, size = x.reshape(blocks.shape), blocks.count * blocks.places
    (total,) = blocks.sums(1, lambda rows: (cells[rows],))
    mean = (total / size).astype(x.dtype)
    center = blocks.spread(mean)

    def squares(rows: slice) -> tuple[Array]:
        centered = np.subtract(cells[rows], center(rows), out=_buffer(cells[rows]))
        return (np.square(centered, out=centered),)

    (total,) = blocks.sums(1, squares)
    return mean, (total / size).astype(x.dtype)


def center_scale_shift(x: Array, center: Array, scale: Array, shift: Array | None = None) -> Array:
    """Return ``(x - center) scale + shift``, channel by channel.

    Args:
        x: (N, C, S), contiguous.
        center: (C,).
        scale: (C,).
        shift: (C,) or None for 0.

    Returns:
        (N, C, S), a new array.

    Example:
        >>> x = np.array([[1.0, 5.0], [3.0, 5.0]]).reshape(2, 2, 1)
        >>> center_scale_shift(x, np.array([2.0, 5.0]), np.array([10.0, 1.0]), np.array([0.0, 7.0]))[..., 0]
        array([[-10.,   7.],
               [ 10.,   7.]])
    """
    blocks = _Blocks(x.shape)
    cells, out = x.reshape(blocks.shape), np.empty(blocks.shape, x.dtype)
    middle, factor = blocks.spread(center), blocks.spread(scale)
    offset = None if shift is None else blocks.spread(shift)

    def block(_: int, rows: slice) -> None:
        place = np.subtract(cells[rows], middle(rows), out=out[rows])
        place *= factor(rows)
        if offset is not None:
            place += offset(rows)

    blocks.each(block)
    return out.reshape(x.shape)


def scaled_sum(g: Array, factor: Array, x: Array, center: Array, slope: Array, shift: Array) -> Array:
    """Return ``g factor + (x - center) slope + shift``, channel by channel: the input's gradient's form.

    Args:
        g: (N, C, S), contiguous.
        factor: (C,).
        x: (N, C, S), contiguous.
        center: (C,).
        slope: (C,).
        shift: (C,).

    Returns:
        (N, C, S), a new array.

    Example:
        >>> g, x, one = np.array([[[1.0]], [[2.0]]]), np.array([[[5.0]], [[6.0]]]), np.ones(1)
        >>> scaled_sum(g, 10 * one, x, 5 * one, 100 * one, one).ravel()
        array([ 11., 121.])
    """
    blocks = _Blocks(x.shape)
    cells, gradient, out = x.reshape(blocks.shape), g.reshape(blocks.shape), np.empty(blocks.shape, x.dtype)
    vectors = [blocks.spread(one) for one in (factor, slope, shift - center * slope)]  # one pass less

    def block(_: int, rows: slice) -> None:
        times, steep, offset = (one(rows) for one in vectors)
        place = np.multiply(cells[rows], steep, out=out[rows])
        place += offset
        place += np.multiply(gradient[rows], times, out=_buffer(place))

    blocks.each(block)
    return out.reshape(x.shape)


def gradient_sums(g: Array, x: Array, center: Array) -> tuple[Array, Array]:
    """Return each channel's ``sum g`` and ``sum g (x - center)``, in one pass.

    Args:
        g: (N, C, S), contiguous.
        x: (N, C, S), contiguous.
        center: (C,).

    Returns:
        Two arrays (C,) of x's dtype.

    Example:
        >>> gradient_sums(np.array([[[1.0]], [[2.0]]]), np.array([[[5.0]], [[6.0]]]), np.array([5.0]))
        (array([3.]), array([2.]))
    """
    blocks = _Blocks(x.shape)
    cells, gradient, middle = x.reshape(blocks.shape), g.reshape(blocks.shape), blocks.spread(center)

    def products(rows: slice) -> tuple[Array, Array]:
        here = gradient[rows]
        centered = np.subtract(cells[rows], middle(rows), out=_buffer(here))
        return here, np.multiply(centered, here, out=centered)

    total, product = blocks.sums(2, products)
    return total.astype(x.dtype), product.astype(x.dtype)


def _buffer(like: Array) -> Array:
    return scratch("centered", like.shape, like.dtype)
