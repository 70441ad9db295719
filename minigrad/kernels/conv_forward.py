"""The way forward through a convolution: one matrix product for each block.

Idea:    cut the batch into blocks that fit a core's cache. A block is gathered into columns, multiplied by
         the kernel straight into its place in the output, and bias and ReLU are applied while it is still
         there. The columns are not kept: to make them again in the backward pass is cheaper than memory.
Shapes:  inputs (N, H, W, C), kernel (KH, KW, C // groups, F) -> (N, OH, OW, F)
Before:  columns.py.  Next: conv_gradients.py (the way back).
Source:  Chellapilla, Puri & Simard 2006.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.kernels.columns import Case, by_group, columns, kernel_by_group
from minigrad.kernels.threads import parallel_for
from minigrad.kernels.windows import Array, blocks


def forward(x: Array, kernel: Array, of: Case, bias: Array | None, relu: bool, out: Array) -> None:
    """Write the convolution into ``out``; see `minigrad.kernels.conv.conv2d`."""
    convolve = block_convolution(x, kernel, of, bias, out.dtype)
    n, high, wide, filters = of.output_shape
    cells = of.taps * of.groups + filters
    parts = blocks(n, high, wide * cells, of.block_cells(cells))

    def block(i: int) -> None:
        images, rows = parts[i]
        place = out[images, rows]
        convolve(images, rows, place)
        if relu:
            np.maximum(place, 0, out=place)

    parallel_for(block, len(parts))


def block_convolution(
    x: Array, kernel: Array, of: Case, bias: Array | None, dtype: Any
) -> Callable[[slice, slice, Array], None]:
    """Return what writes the convolution's ``[images, rows]``, with its bias, into a contiguous array."""
    matrix = kernel_by_group(kernel, of.groups, dtype)  # (G, K, F // G)
    fold = of.tall and bias is not None  # a product so narrow is cheaper with one more column than a sum
    if bias is not None and fold:
        matrix = np.concatenate([matrix, bias.reshape(of.groups, 1, -1)], axis=1)
    wide = of.windows.output[1]
    row = None if bias is None or fold else bias.reshape(1, -1).repeat(wide, axis=0)
    line = None if row is None else row.ravel()  # a row of the image: long runs are faster

    def convolve(images: slice, rows: slice, out: Array) -> None:
        np.matmul(columns(x, of, images, rows, dtype, fold), matrix, out=by_group(out, of.groups))
        if line is not None:
            lines = out.reshape(*out.shape[:2], len(line))
            np.add(lines, line, out=lines)

    return convolve
