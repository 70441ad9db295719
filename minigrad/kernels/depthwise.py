"""Depthwise convolution: every channel has kernels of its own.

Idea:    there is no sum over channels, so no matrix product either: ``einsum`` multiplies and adds whole rows
         of positions, a window cell at a time, without writing the products out. (A multiplication and a sum
         for each cell, over blocks in cache, takes twice as long: more passes, and more calls.)
Shapes:  inputs (N, H, W, C), kernel (KH, KW, 1, C m) -> (N, OH, OW, C m); filter c m + k sees channel c.
Before:  conv_gradients.py, conv_plan.py.  Next: conv.py.
Source:  Chollet 2017, "Xception"; ``keras.ops.depthwise_conv``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from minigrad.kernels import conv_gradients
from minigrad.kernels.columns import Case
from minigrad.kernels.scratch import scratch
from minigrad.kernels.threads import parallel_for
from minigrad.kernels.windows import (
    Array,
    Block,
    Meeting,
    Windows,
    blocks,
    grouped,
    meetings,
    padded,
    sliding,
)

BLOCK_CELLS = 800_000  # of one array: two threads that take long passes seldom meet at the interpreter's lock


def forward(x: Array, kernel: Array, of: Case, bias: Array | None, relu: bool, out: Array) -> None:
    """Write the convolution into ``out``; see `minigrad.kernels.conv.conv2d`."""
    n, high, wide, filters = out.shape
    weights = _rows_of(kernel, wide, out.dtype)
    line = None if bias is None else np.tile(bias, wide)  # a row of the image: long runs are faster
    parts = blocks(n, high, wide * filters, BLOCK_CELLS)

    def block(i: int) -> None:
        images, rows = parts[i]
        place = out[images, rows]
        _correlate(_views(x, of, images, rows, out.dtype), weights, place)
        if line is not None:
            lines = place.reshape(*place.shape[:2], len(line))
            np.add(lines, line, out=lines)
        if relu:
            np.maximum(place, 0, out=place)

    parallel_for(block, len(parts))


def _rows_of(kernel: Array, wide: int, dtype: Any) -> Array:
    """Return the weights for a whole row of positions, (KH, KW, OW, C m): long runs are faster."""
    high, across, _, filters = kernel.shape
    weights = kernel.astype(dtype, copy=False).reshape(high, across, 1, filters)
    return np.repeat(weights, wide, axis=2)


def _correlate(views: Array, weights: Array, out: Array) -> None:
    """Write ``sum_{a, b} views[n, i, j, a, b, f] weights[a, b, j, f]`` into ``out``, (n, i, j, f)."""
    n, high, wide, filters = out.shape
    if views.strides[2] == filters * views.itemsize:  # what a row of positions sees is one run of memory
        shape, s = (n, high, *weights.shape[:2], wide * filters), views.strides
        runs = as_strided(views, shape, (*s[:2], *s[3:5], s[5]), writeable=False)
        weights, out = weights.reshape(shape[2:]), out.reshape(n, high, wide * filters)
        np.einsum("niabr,abr->nir", runs, weights, out=out)
    else:
        np.einsum("nijabf,abjf->nijf", views, weights, out=out)


def _views(x: Array, of: Case, images: slice, rows: slice, dtype: Any) -> Array:
    """Return a block's windows (n, rows, OW, KH, KW, C m): each channel as often as it has kernels."""
    block = padded(x, of.windows, images, rows, dtype)
    channels, filters = block.shape[3], of.kernel[3]
    if filters != channels:
        repeated: Array = scratch("repeated", (*block.shape, filters // channels), dtype)
        repeated[...] = block[..., None]
        block = repeated.reshape(*block.shape[:3], filters)
    return sliding(block, of.windows, rows.stop - rows.start)


def _back(of: Case) -> Windows | None:
    """Return the windows through which the input's gradient sees ``g``; None if it is not that simple."""
    w, (n, *_, filters) = of.windows, of.output_shape
    reach = [(size - 1) * step for size, step in zip(w.size, w.dilation, strict=True)]
    padding = tuple((r - before, r - after) for r, (before, after) in zip(reach, w.padding, strict=True))
    if w.strides != (1, 1) or min(map(min, padding)) < 0:
        return None
    return Windows((n, *w.output, filters), w.size, (1, 1), padding, w.dilation, w.shape[1:3])


class Gradients(conv_gradients.Gradients):
    """The gradients of a depthwise convolution, cell by cell of the window."""

    def tasks_of(self, most: int) -> tuple[tuple[Block, ...], ...]:
        """Return blocks of the size that suits passes over single arrays."""
        n, high, wide, filters = self.of.output_shape
        return grouped(n, high, wide * filters, BLOCK_CELLS, most)

    def prepare(self) -> None:
        """Repeat the weights for a row of positions."""
        self.back = None if self.kernel is None else _back(self.of)
        if self.kernel is not None:
            self.matrix = _rows_of(self.kernel, self.of.windows.output[1], self.dtype)
            self.flipped = _rows_of(self.kernel[::-1, ::-1], self.of.windows.shape[2], self.dtype)

    def adds_input(self) -> bool:
        """Yes, unless it is gathered."""
        return self.back is None

    def folds(self) -> bool:
        """No: there are no columns."""
        return False

    def kernel_layout(self) -> tuple[int, ...]:
        """(KH, KW, C m)."""
        return (*self.of.kernel[:2], self.of.kernel[3])

    def kernel_result(self, total: Array) -> Array:
        """Return the kernel's layout."""
        return total.reshape(self.of.kernel)

    def block(self, task: int, images: slice, rows: slice, first: bool) -> None:
        """Do one block."""
        g = self.source.block(images, rows, self.dtype)
        self.add_bias(task, g, first)
        if self.gkernel is not None:
            assert self.x is not None
            part, views = self.gkernel[task], _views(self.x, self.of, images, rows, self.dtype)
            total = np.einsum("nijabf,nijf->abf", views, g)
            part[...] = total if first else part + total
        if self.gx is not None:
            if self.back is not None:
                self._gather_input(g, images, rows, self.back)
            else:
                self._add_input(g, images, list(meetings(self.of.windows, rows)))

    def _gather_input(self, g: Array, images: slice, rows: slice, back: Windows) -> None:
        """Write rows of the gradient, for stride 1: it is a convolution of g with the flipped kernel.

        A block's share of the input rows is as large as that of the output rows; it sees some more rows of g.
        """
        assert self.gx is not None
        (n, _, width, channels), filters = self.gx[images].shape, g.shape[3]
        outputs, height = back.shape[1], back.output[0]
        first, last = height * rows.start // outputs, height * rows.stop // outputs
        top = first - back.padding[0][0]
        bottom = top + last - first + (back.size[0] - 1) * back.dilation[0]
        seen = slice(max(0, top), max(0, min(outputs, bottom)))
        if seen != rows:
            g = self.source.block(images, seen, self.dtype)
        padding = ((seen.start - top, 0), back.padding[1])
        part = Windows(g.shape, back.size, (1, 1), padding, back.dilation, (last - first, width))
        found = sliding(padded(g, part, slice(0, n), slice(0, last - first), self.dtype), part, last - first)
        to = self.gx[images, first:last]
        if filters == channels:
            _correlate(found, self.flipped, to)
            return
        sums: Array = scratch("sums", (n, last - first, width, filters), self.dtype)
        _correlate(found, self.flipped, sums)
        np.sum(sums.reshape(*to.shape, filters // channels), axis=4, out=to)

    def _add_input(self, g: Array, images: slice, met: list[Meeting]) -> None:
        """Add each ``g`` times its weight to the cells that it came from; sum over a channel's kernels."""
        assert self.gx is not None
        gx = self.gx[images]
        for tap, positions, cells in met:
            here = g[:, *positions]
            weights = self.matrix[*divmod(tap, self.of.kernel[1]), : here.shape[2]]
            product = np.multiply(here, weights, out=scratch("product", here.shape, self.dtype))
            per_channel = product.reshape(*here.shape[:3], gx.shape[3], -1)
            to = gx[:, *cells]
            for one in range(per_channel.shape[4]):
                to += per_channel[..., one]
