"""The way forward through a convolution: one matrix product for each block.

Idea:    cut the batch into blocks that fit a core's cache. A block is gathered into columns, multiplied by
         the kernel straight into its place in the output, and bias and ReLU are applied while it is still
         there. The columns are not kept: to make them again in the backward pass is cheaper than memory.
         For a large kernel, columns of one window row are enough: multiply them by all KH kernel rows at
         once, and add the KH results, each moved by its row. That copies KW cells rather than KH KW, and the
         product is nearly square, which BLAS does half as fast again.
Shapes:  inputs (N, H, W, C), kernel (KH, KW, C // groups, F) -> (N, OH, OW, F)
Before:  columns.py, conv_plan.py.  Next: conv_gradients.py (the way back).
Source:  Chellapilla, Puri & Simard 2006.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.kernels.columns import Case, by_group, columns, kernel_by_group, split_channels
from minigrad.kernels.conv_plan import forward_way, row_cells
from minigrad.kernels.scratch import scratch
from minigrad.kernels.threads import parallel_for
from minigrad.kernels.windows import Array, Windows, blocks, overlap
from minigrad.shapes import Shape


def forward(x: Array, kernel: Array, of: Case, bias: Array | None, relu: bool, out: Array) -> None:
    """Write the convolution into ``out``; see `minigrad.kernels.conv.conv2d`."""
    convolve = block_convolution(x, kernel, of, bias, out.dtype)
    n, high, wide, _ = of.output_shape
    cells = cells_of(of)
    parts = blocks(n, high, wide * cells, of.block_cells(cells))

    def block(i: int) -> None:
        images, rows = parts[i]
        place = out[images, rows]
        convolve(images, rows, place)
        if relu:
            np.maximum(place, 0, out=place)

    parallel_for(block, len(parts))


def cells_of(of: Case) -> int:
    """Return how many cells a block needs for each output position."""
    if forward_way(of) == "rows":
        return row_cells(of)
    return of.taps * of.groups + of.kernel[3]


Convolve = Callable[..., None]
"""Takes the block's images, its output rows and where to write them, and from `by_columns` also the
``cells`` by which they are ordered (see `columns`)."""


def block_convolution(x: Array, kernel: Array, of: Case, bias: Array | None, dtype: Any) -> Convolve:
    """Return what writes the convolution's ``[images, rows]``, with its bias, into a contiguous array."""
    way = by_rows if forward_way(of) == "rows" else by_columns
    return way(x, kernel, of, bias, dtype)


def by_columns(x: Array, kernel: Array, of: Case, bias: Array | None, dtype: Any) -> Convolve:
    """Return a convolution as one product of the columns; see `block_convolution`."""
    matrix = kernel_by_group(kernel, of.groups, dtype)  # (G, K, F // G)
    fold = of.tall and bias is not None  # a product so narrow is cheaper with one more column than a sum
    if bias is not None and fold:
        matrix = np.concatenate([matrix, bias.reshape(of.groups, 1, -1)], axis=1)
    wide = of.windows.output[1]
    row = None if bias is None or fold else bias.reshape(1, -1).repeat(wide, axis=0)
    line = None if row is None else row.ravel()  # a row of the image: long runs are faster

    def convolve(images: slice, rows: slice, out: Array, cells: Shape = (1, 1)) -> None:
        np.matmul(columns(x, of, images, rows, dtype, fold, cells), matrix, out=by_group(out, of.groups))
        if line is not None:
            lines = out.reshape(*out.shape[:2], len(line))
            np.add(lines, line, out=lines)

    return convolve


def by_rows(x: Array, kernel: Array, of: Case, bias: Array | None, dtype: Any) -> Convolve:
    """Return a convolution of stride 1 as the sum of its kernel's rows; see `block_convolution`.

    With V[n, h, j, b, c] = x[n, h, j + b DW - left, c], the columns of a single row of the kernel::

        out[n, i, j, f] = sum_a Z[n, i + a DH - top, j, a, f],   Z = V times the kernel
    """
    w, groups = of.windows, of.groups
    high, wide, channels, filters = of.kernel
    each = filters // groups
    padding, dilation, output = ((0, 0), w.padding[1]), (1, w.dilation[1]), (w.shape[1], w.output[1])
    flat = Windows(w.shape, (1, wide), (1, 1), padding, dilation, output)
    line = Case(flat, (1, *of.kernel[1:]), groups)
    split = kernel.astype(dtype, copy=False).reshape(high, wide, channels, groups, each)
    matrix = split.transpose(3, 1, 2, 0, 4).reshape(groups, wide * channels, high * each)
    start = 0 if bias is None else bias

    def convolve(images: slice, rows: slice, out: Array) -> None:
        offsets = [a * w.dilation[0] - w.padding[0][0] for a in range(high)]
        met = [overlap(offset, 1, w.shape[1], rows.start, rows.stop) for offset in offsets]
        met_rows = [into for to, into in met if to.start < to.stop]
        first = min((into.start for into in met_rows), default=0)
        last = max((into.stop for into in met_rows), default=0)
        out[...] = start
        if first == last:  # the windows look at padding alone
            return
        across = columns(x, line, images, slice(first, last), dtype)
        shape = (groups, images.stop - images.start, last - first, w.output[1], high, each)
        z: Array = scratch("z", shape, dtype)
        np.matmul(across, matrix, out=z.reshape(groups, -1, high * each))
        sums = split_channels(out, groups)
        for a, (to, into) in enumerate(met):
            place = sums[:, :, to.start - rows.start : to.stop - rows.start]
            np.add(place, z[:, :, into.start - first : into.stop - first, :, a], out=place)

    return convolve
