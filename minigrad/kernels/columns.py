"""A convolution's windows as the rows of a matrix (im2col).

Idea:    a window that is written out as a row turns the convolution into one matrix product, the one thing
         that a CPU does at full speed. In NHWC a window row (KW C numbers) lies together in
         memory, so writing it out copies long runs.
Shapes:  inputs (N, H, W, C) -> columns (G, M, K) with M = n OH OW positions and K = KH KW C/G.
Before:  windows.py.  Next: conv_plan.py, conv_forward.py.
Source:  Chellapilla, Puri & Simard 2006, "High Performance Convolutional Neural Networks
         for Document Processing".
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from minigrad.errors import ShapeError
from minigrad.kernels.scratch import scratch
from minigrad.kernels.windows import Array, Windows, padded, sliding, windows
from minigrad.shapes import Padding, Shape

BLOCK_CELLS = (
    1_200_000  # of the arrays that one block needs: some megabytes, so that each step is worth its dispatch
)
MIN_BLOCK_ROWS = 256  # of the matrix product, however wide: below, packing the kernel costs too much
_SHORT_RUN = 16  # window rows shorter than this are not worth a copy each


@dataclass(frozen=True, slots=True)
class Case:
    """One convolution's sizes."""

    windows: Windows
    kernel: Shape  # (KH, KW, C // groups, F)
    groups: int

    @property
    def taps(self) -> int:
        """K, the numbers that one output is a sum of."""
        high, wide, channels, _ = self.kernel
        return high * wide * channels

    @property
    def depthwise(self) -> bool:
        """Whether every channel is convolved on its own."""
        return self.groups > 1 and self.kernel[2] == 1

    @property
    def pointwise(self) -> bool:
        """Whether the inputs are their own columns: kernel 1x1, stride 1, no padding."""
        w = self.windows
        return w.size == w.strides == (1, 1) and not any(map(any, w.padding)) and self.groups == 1

    @property
    def tall(self) -> bool:
        """Whether the columns are gathered along the image's rows, as the window's own are too short."""
        return not self.pointwise and self.kernel[1] * self.kernel[2] < _SHORT_RUN

    @property
    def output_shape(self) -> Shape:
        """(N, OH, OW, F)."""
        return (self.windows.shape[0], *self.windows.output, self.kernel[3])

    def block_cells(self, taps: int) -> int:
        """Return how many cells the columns of one block should have, ``taps`` to a row."""
        return max(BLOCK_CELLS, MIN_BLOCK_ROWS * taps)


@lru_cache(maxsize=512)
def case(
    name: str, shape: Shape, kernel: Shape, strides: Shape, padding: Padding, dilation: Shape, groups: int
) -> Case:
    """Return the checked sizes of a convolution.

    Raises:
        ShapeError: If kernel, inputs and groups don't fit each other.

    Example:
        >>> case("conv2d", (1, 7, 7, 4), (3, 3, 2, 6), (1, 1), ((0, 0), (0, 0)), (1, 1), 2).output_shape
        (1, 5, 5, 6)
    """
    if len(kernel) != 4:
        raise ShapeError(f"{name}: kernel must have the 4 axes (KH, KW, C // groups, F); got shape {kernel}")
    geometry = windows(name, shape, kernel[:2], strides, padding, dilation)
    if groups < 1 or shape[3] % groups or kernel[3] % groups:
        raise ShapeError(
            f"{name}: groups={groups} must be at least 1 and divide the channels and the filters "
            f"(inputs {shape}, kernel {kernel})"
        )
    if kernel[2] * groups != shape[3]:
        raise ShapeError(
            f"{name}: inputs have {shape[3]} channels, the kernel expects {kernel[2] * groups} "
            f"(inputs {shape}, kernel {kernel}, groups {groups})"
        )
    return Case(geometry, kernel, groups)


def by_group(matrix: Array, groups: int) -> Array:
    """Return (..., G F) seen as (G, M, F), without a copy."""
    return matrix.reshape(-1, groups, matrix.shape[-1] // groups).transpose(1, 0, 2)


def split_channels(array: Array, groups: int) -> Array:
    """Return (N, H, W, C) seen as (G, N, H, W, C // G), without a copy."""
    n, high, wide, channels = array.shape
    return array.reshape(n, high, wide, groups, channels // groups).transpose(3, 0, 1, 2, 4)


def kernel_by_group(kernel: Array, groups: int, dtype: Any) -> Array:
    """Return the kernel as the matrices of its groups: (G, K, F // G)."""
    high, wide, channels, filters = kernel.shape
    matrix = kernel.astype(dtype, copy=False).reshape(high * wide * channels, groups, filters // groups)
    return matrix.transpose(1, 0, 2)


def columns(
    x: Array,
    of: Case,
    images: slice,
    rows: slice,
    dtype: Any,
    ones: bool = False,
    cells: Shape = (1, 1),
) -> Array:
    """Return a block's windows as the rows of a matrix for each group.

    Args:
        x: The inputs.
        of: The convolution.
        images: The block's images.
        rows: The block's output rows.
        dtype: The dtype to compute in.
        ones: Whether a column of ones follows: the bias' input. Only if ``of.tall``.
        cells: The size of the cells that will be pooled: the outputs that come first in their cell come
            first, then those that come second, and so on. Default: in the order of the image.

    Returns:
        (G, M, K), a view of this thread's scratch or, for a 1x1 kernel, of ``x``.
    """
    geometry, groups = of.windows, of.groups
    block = padded(x, geometry, images, rows, dtype)
    count = rows.stop - rows.start
    view = sliding(block, geometry, count)  # (n, rows, OW, KH, KW, C)
    n, _, wide, high, across, channels = view.shape
    each = channels // groups
    shape = (groups, n * count * wide, of.taps)
    if of.pointwise and view.flags.c_contiguous and cells == (1, 1):
        return view.reshape(shape)
    if groups > 1:  # bring each group's channels together first: then a window row is one run again
        apart: Array = scratch("apart", (groups, *block.shape[:3], each), dtype)
        np.copyto(apart, split_channels(block, groups))
        view = sliding(apart.reshape(groups * n, *apart.shape[2:]), geometry, count)
    view = view.reshape(groups, n, count, wide, high, across, each)
    if of.tall:  # copy along the image's rows instead: (G, K, M), handed out transposed
        tall: Array = scratch("columns", (groups, of.taps + ones, shape[1]), dtype)
        tall[:, of.taps :] = 1
        runs = tall[:, : of.taps].reshape(groups, high, across, each, -1)
        for part, place in by_place(view, 2, cells):
            to = runs[..., place].reshape(groups, high, across, each, *part.shape[1:4])
            np.copyto(to, part.transpose(0, 4, 5, 6, 1, 2, 3))
        return tall.transpose(0, 2, 1)
    out: Array = scratch("columns", shape, dtype)
    for part, place in by_place(view, 2, cells):
        np.copyto(out[:, place].reshape(part.shape), part)
    return out


def by_place(array: Array, axis: int, cells: Shape) -> Iterator[tuple[Array, slice]]:
    """Yield the parts of an array that have the same place in their cell, and where these are in sequence.

    Args:
        array: (..., n, OH, OW, ...).
        axis: That of OH.
        cells: The size of the cells that OH and OW are cut into; the last ones may be smaller.

    Example:
        >>> image = np.arange(6).reshape(1, 2, 3)
        >>> [(part.ravel().tolist(), place.start) for part, place in by_place(image, 1, (2, 2))]
        [([0, 2], 0), ([1], 2), ([3, 5], 3), ([4], 5)]
    """
    lead, start = (slice(None),) * axis, 0
    for p in range(cells[0]):
        for q in range(cells[1]):
            part = array[*lead, p :: cells[0], q :: cells[1]]
            stop = start + math.prod(part.shape[axis - 1 : axis + 2])
            yield part, slice(start, stop)
            start = stop
