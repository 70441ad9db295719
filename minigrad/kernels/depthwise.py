"""Depthwise convolution: every channel has kernels of its own.

Idea:    there is no sum over channels, so no matrix product either. A window cell at a time, the whole
         block is multiplied by that cell's weights and added: KH KW passes over a block in cache.
Shapes:  inputs (N, H, W, C), kernel (KH, KW, 1, C m) -> (N, OH, OW, C m); filter c m + k sees channel c.
Before:  conv_gradients.py.  Next: conv.py.
Source:  Chollet 2017, "Xception"; ``keras.ops.depthwise_conv``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.kernels import conv_gradients
from minigrad.kernels.columns import Case
from minigrad.kernels.scratch import scratch
from minigrad.kernels.threads import parallel_for
from minigrad.kernels.windows import Array, Block, Meeting, blocks, grouped, meetings

BLOCK_CELLS = 200_000  # of one array: a pass over it is worth its dispatch, and it still stays in cache


def forward(x: Array, kernel: Array, of: Case, bias: Array | None, relu: bool, out: Array) -> None:
    """Write the convolution into ``out``; see `minigrad.kernels.conv.conv2d`."""
    n, high, wide, filters = out.shape
    weights = _rows_of(kernel, wide, out.dtype)
    parts = blocks(n, high, wide * filters, BLOCK_CELLS)

    def block(i: int) -> None:
        images, rows = parts[i]
        place = out[images, rows]
        place[...] = 0 if bias is None else bias
        met = list(meetings(of.windows, rows))
        seen = _repeated(x[images, _seen(met)], filters, out.dtype)
        for tap, positions, cells in _from(met):
            to = place[:, *positions]
            to += np.multiply(
                seen[:, *cells], weights[tap, : to.shape[2]], out=scratch("product", to.shape, out.dtype)
            )
        if relu:
            np.maximum(place, 0, out=place)

    parallel_for(block, len(parts))


def _rows_of(kernel: Array, wide: int, dtype: Any) -> Array:
    """Return each window cell's weights for a whole row of positions, which is faster: (KH KW, OW, C m)."""
    weights = kernel.astype(dtype, copy=False).reshape(-1, 1, kernel.shape[3])
    return np.repeat(weights, wide, axis=1)


def _seen(met: list[Meeting]) -> slice:
    """Return the input rows that a block's windows see."""
    return slice(
        min((cells[0].start for *_, cells in met), default=0),
        max((cells[0].stop for *_, cells in met), default=0),
    )


def _from(met: list[Meeting]) -> list[Meeting]:
    """Return the meetings with the input rows counted from the first that is seen."""
    first = _seen(met).start
    return [
        (tap, positions, (slice(rows.start - first, rows.stop - first, rows.step), columns))
        for tap, positions, (rows, columns) in met
    ]


def _repeated(x: Array, filters: int, dtype: Any) -> Array:
    """Return each channel as often as it has kernels: (n, rows, W, C m)."""
    channels = x.shape[3]
    if filters == channels:
        return x
    out: Array = scratch("repeated", (*x.shape, filters // channels), dtype)
    out[...] = x[..., None]
    return out.reshape(*x.shape[:3], filters)


class Gradients(conv_gradients.Gradients):
    """The gradients of a depthwise convolution, cell by cell of the window."""

    def tasks_of(self, most: int) -> tuple[tuple[Block, ...], ...]:
        """Return blocks of the size that suits passes over single arrays."""
        n, high, wide, filters = self.of.output_shape
        return grouped(n, high, wide * filters, BLOCK_CELLS, most)

    def prepare(self) -> None:
        """(KH KW, OW, C m)."""
        if self.kernel is not None:
            self.matrix = _rows_of(self.kernel, self.of.windows.output[1], self.dtype)

    def kernel_layout(self) -> tuple[int, ...]:
        """(KH KW, C m)."""
        return (self.of.kernel[0] * self.of.kernel[1], self.of.kernel[3])

    def kernel_result(self, total: Array) -> Array:
        """Return the kernel's layout."""
        return total.reshape(self.of.kernel)

    def block(self, task: int, images: slice, rows: slice, first: bool) -> None:
        """Do one block."""
        g = self.masked(images, rows, scratch("g", self.g[images, rows].shape, self.dtype))
        self.add_bias(task, g, first)
        met = list(meetings(self.of.windows, rows))
        if self.gkernel is not None:
            self._add_kernel(task, g, images, met, first)
        if self.gx is not None:
            self._add_input(g, images, met)

    def _add_kernel(self, task: int, g: Array, images: slice, met: list[Meeting], first: bool) -> None:
        """Add ``sum x g`` over all positions, for each cell of the window."""
        assert self.gkernel is not None
        assert self.x is not None
        if first:
            self.gkernel[task] = 0
        filters = g.shape[3]
        seen = _repeated(self.x[images, _seen(met)], filters, self.dtype)
        for tap, positions, cells in _from(met):
            here = g[:, *positions]
            product: Array = scratch("product", here.shape, self.dtype)
            np.multiply(seen[:, *cells], here, out=product)
            flat = product.reshape(-1, filters)
            self.gkernel[task, tap] += np.ones(len(flat), self.dtype) @ flat

    def _add_input(self, g: Array, images: slice, met: list[Meeting]) -> None:
        """Add each ``g`` times its weight to the cells that it came from; sum over a channel's kernels."""
        assert self.gx is not None
        gx, seen = self.gx[images], _seen(met)
        n, _, width, channels = gx.shape
        sums: Array = scratch("sums", (n, seen.stop - seen.start, width, g.shape[3]), self.dtype)
        sums[...] = 0
        for tap, positions, cells in _from(met):
            here = g[:, *positions]
            to = sums[:, *cells]
            weights = self.matrix[tap, : here.shape[2]]
            to += np.multiply(here, weights, out=scratch("product", here.shape, self.dtype))
        per_channel = sums.reshape(n, -1, width, channels, g.shape[3] // channels)
        for one in range(per_channel.shape[4]):
            gx[:, seen] += per_channel[..., one]
