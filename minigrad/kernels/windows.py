"""Windows over images: their geometry, the blocks of work, and how window and input cells meet.

Idea:    convolution and pooling look through the same windows. Output position o of one axis meets
         input position ``o S + k D - P`` at window position k. Everything here says that once.
Shapes:  inputs (N, H, W, C), window (KH, KW) -> positions (N, OH, OW).
Before:  scratch.py, shapes.py.  Next: columns.py, and later window_reductions.py.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from minigrad.errors import DTypeError, ShapeError
from minigrad.kernels.scratch import zeroed
from minigrad.shapes import Padding, Shape, window_output

Array = NDArray[Any]

_SHARES = (
    4  # work that is worth sharing is cut into a multiple of so many blocks: fair for 2 threads and for 4
)
_WORTH_SHARING = 100_000  # cells


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows that slide over a batch of images."""

    shape: Shape
    size: Shape
    strides: Shape
    padding: Padding
    dilation: Shape
    output: Shape  # (OH, OW)

    def tap_offsets(self) -> list[tuple[int, int]]:
        """Return ``k D - P`` of both axes for each cell of the window, in row-major order."""
        rows, columns = (
            [k * step - before for k in range(count)]
            for count, step, (before, _) in zip(self.size, self.dilation, self.padding, strict=True)
        )
        return [(row, column) for row in rows for column in columns]


@lru_cache(maxsize=512)
def windows(
    name: str, shape: Shape, size: Shape, strides: Shape, padding: Padding, dilation: Shape = (1, 1)
) -> Windows:
    """Return the checked geometry of a call.

    Raises:
        ShapeError: If ``shape`` is not of 4 axes.
        ValueError: If a size, stride or dilation is below 1, or a padding below 0.

    Example:
        >>> windows("conv2d", (1, 7, 7, 1), (3, 3), (2, 2), ((0, 0), (0, 0))).output
        (3, 3)
    """
    if len(shape) != 4:
        raise ShapeError(f"{name}: inputs must have the 4 axes (N, H, W, C); got shape {shape}")
    for argument, values in (("window size", size), ("strides", strides), ("dilation", dilation)):
        if len(values) != 2 or min(values) < 1:
            raise ValueError(f"{name}: {argument} must be 2 integers, each >= 1; got {values}")
    if len(padding) != 2 or any(len(pair) != 2 or min(pair) < 0 for pair in padding):
        raise ValueError(f"{name}: padding must be ((top, bottom), (left, right)), each >= 0; got {padding}")
    output = window_output(shape[1:3], size, strides, padding, dilation)
    return Windows(shape, size, strides, padding, dilation, output)


def pairs(padding: Any) -> Padding:
    """Return ``padding`` as nested tuples, so that it can be looked up in a cache."""
    return tuple(map(tuple, padding))


def compute_dtype(name: str, *arrays: Array) -> tuple[np.dtype[Any], np.dtype[Any]]:
    """Return the dtype of the result, and the one to compute in.

    float16 is computed in float32 and integers in float64: BLAS has neither.

    Raises:
        DTypeError: For complex numbers, long doubles, strings, objects.

    Example:
        >>> compute_dtype("conv2d", np.zeros(1, np.float16))
        (dtype('float16'), dtype('float32'))
    """
    result = arrays[0].dtype
    if any(array.dtype is not result for array in arrays):
        result = np.result_type(*arrays)
    if result.kind == "f" and result.itemsize <= 8:
        return result, np.dtype(np.float32) if result.itemsize < 4 else result
    if result.kind in "biu":
        return result, np.dtype(np.float64)
    raise DTypeError(f"{name}: dtype must be float16, float32, float64, integer or bool; got {result}")


Block = tuple[slice, slice]  # images, output rows


@lru_cache(maxsize=512)
def blocks(images: int, rows: int, row_cells: int, cells: int) -> tuple[Block, ...]:
    """Return a partition of (images, rows) into blocks of at most about ``cells`` array cells each.

    A block is some whole images or, where one image is larger than a block, some rows of one image. The
    partition depends on shapes alone, so that results don't depend on the number of threads.

    Example:
        >>> blocks(images=5, rows=4, row_cells=10, cells=80)
        ((slice(0, 1, None), slice(0, 4, None)), ..., (slice(3, 5, None), slice(0, 4, None)))
    """
    if not images or not rows:
        return ()
    fit = max(1, cells // max(1, row_cells))
    if fit < rows:
        cuts = _cuts(rows, -(-rows // fit))
        return tuple((slice(n, n + 1), part) for n in range(images) for part in cuts)
    count = -(-images // (fit // rows))
    if images * rows * row_cells > _WORTH_SHARING:
        count = min(images, -(-count // _SHARES) * _SHARES)
    return tuple((part, slice(0, rows)) for part in _cuts(images, count))


def _cuts(size: int, count: int) -> list[slice]:
    """Return ``range(size)`` cut into ``count`` runs whose lengths differ by 1 at most."""
    bounds = [size * i // count for i in range(count + 1)]
    return [slice(a, b) for a, b in itertools.pairwise(bounds)]


@lru_cache(maxsize=512)
def grouped(images: int, rows: int, row_cells: int, cells: int, most: int) -> tuple[tuple[Block, ...], ...]:
    """Return `blocks` in at most ``most`` runs of neighbors; blocks of one image stay together."""
    by_images: dict[tuple[int, int], list[Block]] = {}
    for part in blocks(images, rows, row_cells, cells):
        by_images.setdefault((part[0].start, part[0].stop), []).append(part)
    units = list(by_images.values())
    runs = _cuts(len(units), min(most, len(units))) if units else []
    return tuple(tuple(part for unit in units[run] for part in unit) for run in runs)


def overlap(offset: int, stride: int, size: int, first: int, last: int) -> tuple[slice, slice]:
    """Return the outputs of ``range(first, last)`` whose input ``o stride + offset`` exists, and these.

    Example:
        >>> overlap(offset=-1, stride=1, size=3, first=0, last=3)
        (slice(1, 3, None), slice(0, 2, 1))
    """
    start = max(first, -(offset // stride))
    stop = max(start, min(last, (size - 1 - offset) // stride + 1))
    begin = start * stride + offset
    return slice(start, stop), slice(begin, max(begin, begin + (stop - start - 1) * stride + 1), stride)


Meeting = tuple[int, tuple[slice, slice], tuple[slice, slice]]  # window cell, output slices, input slices


def meetings(geometry: Windows, rows: slice) -> Iterator[Meeting]:
    """Yield, for each cell of the window, (its index, output slices, input slices) that meet there.

    Only the output rows of ``rows`` are covered, and the output slices count from its start. What
    meets padding is left out; cells that meet nothing at all are not yielded.
    """
    _, height, width, _ = geometry.shape
    for tap, (down, right) in enumerate(geometry.tap_offsets()):
        out_rows, in_rows = overlap(down, geometry.strides[0], height, rows.start, rows.stop)
        out_columns, in_columns = overlap(right, geometry.strides[1], width, 0, geometry.output[1])
        if out_rows.start < out_rows.stop and out_columns.start < out_columns.stop:
            out_rows = slice(out_rows.start - rows.start, out_rows.stop - rows.start)
            yield tap, (out_rows, out_columns), (in_rows, in_columns)


def padded(x: Array, geometry: Windows, images: slice, rows: slice, dtype: Any) -> Array:
    """Return what the windows of a block look at, zeros where that is padding.

    Returns:
        (n, (rows - 1) SH + span, W + left + right, C), a view of ``x`` where it can be.
    """
    _, height, width, channels = geometry.shape
    (above, _), (left, right) = geometry.padding
    top = rows.start * geometry.strides[0] - above
    bottom = (rows.stop - 1) * geometry.strides[0] - above + (geometry.size[0] - 1) * geometry.dilation[0] + 1
    direct = x.strides[-1] == x.itemsize or channels == 1
    if top >= 0 and bottom <= height and not left and not right and direct and x.dtype == dtype:
        return x[images, top:bottom]
    first, last = min(max(top, 0), height), max(min(bottom, height), 0)
    last = max(first, last)
    shape = (images.stop - images.start, bottom - top, left + width + right, channels)
    inner = slice(first - top, last - top), slice(left, left + width)
    out: Array = zeroed(("padded", first - top, last - top, left, width), shape, dtype)
    out[:, *inner] = x[images, first:last]
    return out


def sliding(x: Array, geometry: Windows, rows: int) -> Array:
    """Return every window of a `padded` block as a view: (n, rows, OW, KH, KW, C)."""
    n, down, right, channel = x.strides
    (high, wide), (sh, sw), (dh, dw) = geometry.size, geometry.strides, geometry.dilation
    shape = (x.shape[0], rows, geometry.output[1], high, wide, x.shape[3])
    strides = (n, down * sh, right * sw, down * dh, right * dw, channel)
    if x.flags.c_contiguous and x.size:  # the same in a quarter of the time, which one image would feel
        view: Array = np.ndarray(shape, x.dtype, x, 0, strides)
        view.flags.writeable = False
        return view
    return as_strided(x, shape, strides, writeable=False)


def select(g: Array, condition: Array, out: Array) -> Array:
    """Write ``g`` where ``condition`` holds and 0 elsewhere into ``out``.

    The bits are multiplied as integers, so that an infinity times 0 is 0. NumPy has nothing faster: its
    masked copies work cell by cell.
    """
    bits = np.dtype(f"i{g.itemsize}")
    np.multiply(g.view(bits), condition, out=out.view(bits))
    return out
