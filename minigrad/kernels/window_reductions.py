"""Sums and maxima of windows, one axis at a time.

Idea:    a window's maximum is the maximum over its rows, then over its columns; its sum likewise. So a
         pool is a few passes over long runs of memory. Which cell it was is found afterwards, by comparing.
         On the way back, the first S cells of windows at stride S never meet the same input cell: what
         they get is written, only what the others get is added.
Shapes:  a block of inputs (n, H, W, C) -> (n, OH, OW, C)
Before:  windows.py, conv.py.  Next: pool.py (blocks, threads and the public functions).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from minigrad.kernels.scratch import scratch
from minigrad.kernels.windows import Array, Windows, meetings, overlap, select

Meeting = tuple[int, slice, slice]  # cell k of the window, the outputs and the inputs that meet there


def lowest(dtype: np.dtype[Any]) -> Any:
    """Return what no number is below."""
    if dtype.kind == "f":
        return -np.inf
    return np.iinfo(dtype).min if dtype.kind in "iu" else False


@lru_cache(maxsize=512)
def along_axis(geometry: Windows, axis: int, first: int, last: int) -> tuple[Meeting, ...]:
    """Return what meets along one axis (0: height, 1: width), outputs counted from ``first``."""
    size, stride, before = geometry.size[axis], geometry.strides[axis], geometry.padding[axis][0]
    found = []
    for k in range(size):
        out, into = overlap(k - before, stride, geometry.shape[1 + axis], first, last)
        if out.start < out.stop:
            found.append((k, slice(out.start - first, out.stop - first), into))
    return tuple(found)


@lru_cache(maxsize=512)
def _passes(geometry: Windows, axis: int) -> tuple[Meeting | None, tuple[Meeting, ...]]:
    """Return the first cell of the windows that all outputs of an axis meet, if any, and the others."""
    count = geometry.output[axis]
    met = along_axis(geometry, axis, 0, count)
    whole = next((meeting for meeting in met if meeting[1] == slice(0, count)), None)
    return whole, tuple(meeting for meeting in met if meeting is not whole)


def _reduce(ufunc: np.ufunc, start: Any, x: Array, axis: int, geometry: Windows, out: Array) -> None:
    """Combine the cells of each window along one axis into ``out``, whole slices at a time."""
    lead = (slice(None),) * (1 + axis)
    whole, rest = _passes(geometry, axis)
    if whole is None:
        out[...] = start
    elif not rest:
        out[...] = x[*lead, whole[2]]
    else:  # the first two at once, and a copy of the first where the second is padding
        held, (_, places, cells), rest = x[*lead, whole[2]], rest[0], rest[1:]
        ufunc(held[*lead, places], x[*lead, cells], out=out[*lead, places])
        for alone in (slice(0, places.start), slice(places.stop, out.shape[1 + axis])):
            if alone.start < alone.stop:
                out[*lead, alone] = held[*lead, alone]
    for _, places, cells in rest:
        to = out[*lead, places]
        ufunc(to, x[*lead, cells], out=to)


def window_rows(geometry: Windows, rows: slice) -> tuple[Windows, slice]:
    """Return the geometry of some output rows alone, and the input rows that they see."""
    (size, _), (stride, _), ((above, _), sides) = geometry.size, geometry.strides, geometry.padding
    n, height, width, channels = geometry.shape
    top = rows.start * stride - above
    first, last = max(0, top), min(height, (rows.stop - 1) * stride - above + size)
    padding = ((first - top, 0), sides)
    part = Windows(
        (n, last - first, width, channels),
        geometry.size,
        geometry.strides,
        padding,
        (1, 1),
        (rows.stop - rows.start, geometry.output[1]),
    )
    return part, slice(first, last)


def pool(ufunc: np.ufunc, start: Any, x: Array, geometry: Windows, out: Array) -> None:
    """Reduce a block of images: height first, whose runs in memory are the longest, then width."""
    between: Array = scratch("between", (len(x), geometry.output[0], *x.shape[2:]), out.dtype)
    _reduce(ufunc, start, x, 0, geometry, between)
    _reduce(ufunc, start, between, 1, geometry, out)


def max_with_index(x: Array, geometry: Windows, out: Array, index: Array) -> None:
    """Take the maximum, then find the first cell of the window, in row-major order, that equals it.

    Counted from cell k, the first equal one is ``d[k] = differs[k] (d[k + 1] + 1)``, from the last cell
    backward. That is arithmetic on bytes, and takes the place of masked copies, which are slow.
    """
    pool(np.maximum, lowest(x.dtype), x, geometry, out)
    careful = _holds_nan(out)
    differs: Array = scratch("differs", out.shape, np.bool_)
    met = {tap: (places, cells) for tap, places, cells in meetings(geometry, slice(0, geometry.output[0]))}
    before_last = range(geometry.size[0] * geometry.size[1] - 1)
    index[...] = min(1, len(before_last))
    for tap in reversed(before_last):
        if tap in met:
            places, cells = met[tap]
            values, different = x[:, *cells], differs[:, *places]
            np.not_equal(values, out[:, *places], out=different)
            if careful:
                different &= values == values
            index[:, *places] *= different.view(np.uint8)
        if tap:
            index += 1


def _holds_nan(out: Array) -> bool:
    """Tell whether comparisons are not as simple as they look: a NaN beats every number, and equals none."""
    return out.dtype.kind == "f" and bool(np.isnan(out.max(initial=-np.inf)))


def max_by_place(parts: Sequence[Array], out: Array, index: Array | None) -> None:
    """Take the maximum of windows that don't overlap, and which cell is the first that has it.

    It is `max_with_index` for cells that lie apart: each pass goes over whole runs of memory.

    Args:
        parts: For each cell of the window, in row-major order, what the windows have there: (n, h, w, C).
            The last windows of an axis may lack cells; these parts have a row or a column less.
        out: The maxima, (n, OH, OW, C).
        index: The cells' numbers, of the same shape, or None if they are not wanted.

    Example:
        >>> out, index = np.empty((1, 1, 2, 1)), np.empty((1, 1, 2, 1), np.uint8)
        >>> max_by_place([np.array([[[[1.0], [5.0]]]]), np.array([[[[3.0]]]])], out, index)
        >>> out.ravel(), index.ravel()
        (array([3., 5.]), array([1, 0], dtype=uint8))
    """
    best = parts[0]
    if index is not None:
        index[...] = 0
    for k, part in enumerate(parts[1:], start=1):
        here = (slice(None), slice(part.shape[1]), slice(part.shape[2]))
        if index is not None:
            greater = np.greater(part, best[here], out=scratch("greater", part.shape, np.bool_))
            number = scratch("number", part.shape, index.dtype)
            np.multiply(greater.view(np.uint8), index.dtype.type(k), out=number)
            np.maximum(index[here], number, out=index[here])
        if best is not out and part.shape != out.shape:
            out[...] = best
            best = out
        np.maximum(best[here], part, out=out[here])
        best = out
    if best is not out:
        out[...] = best
    if index is not None and _holds_nan(out):  # none is greater than a NaN, so look for the cells anew
        index[...] = 0
        found = np.isnan(parts[0]) | (parts[0] == out)
        for k, part in enumerate(parts[1:], start=1):
            here = (slice(None), slice(part.shape[1]), slice(part.shape[2]))
            new = (np.isnan(part) | (part == out[here])) & ~found[here]
            index[here][new] = k
            found[here] |= new


def _reached(geometry: Windows, axis: int) -> int:
    """Return how many input cells, from the first on, the first S cells of windows reach without a gap."""
    if geometry.strides[axis] > geometry.size[axis]:
        return 0
    return max(0, geometry.output[axis] * geometry.strides[axis] - geometry.padding[axis][0])


def _clear(out: Array, geometry: Windows) -> None:
    """Write 0 to the cells that the first S cells of the windows, along either axis, don't reach."""
    for axis in (0, 1):
        out[*(slice(None),) * (1 + axis), _reached(geometry, axis) :] = 0


def scatter(g: Array, index: Array, geometry: Windows, out: Array) -> None:
    """Write into ``out`` (n, H, W, C), for each cell, the sum of those ``g`` whose index names it."""
    _clear(out, geometry)
    for tap, places, cells in meetings(geometry, slice(0, geometry.output[0])):
        here, to = g[:, *places], out[:, *cells]
        chosen = np.equal(index[:, *places], tap, out=scratch("chosen", here.shape, np.bool_))
        row, column = divmod(tap, geometry.size[1])
        if row < geometry.strides[0] and column < geometry.strides[1]:
            select(here, chosen, to)
        else:
            to += select(here, chosen, scratch("winner", here.shape, out.dtype))


def spread(g: Array, geometry: Windows, out: Array) -> None:
    """Give each ``g`` to all cells of its window, the transpose of a sum: along one axis, then the other."""
    n, high, _, channels = g.shape
    width = geometry.shape[2]
    between: Array = scratch("between", (n, high, width, channels), out.dtype)
    _spread(g, 1, geometry, between)
    _spread(between, 0, geometry, out)


def _spread(g: Array, axis: int, geometry: Windows, out: Array) -> None:
    lead = (slice(None),) * (1 + axis)
    out[*lead, _reached(geometry, axis) :] = 0
    for k, places, cells in along_axis(geometry, axis, 0, geometry.output[axis]):
        to, what = out[*lead, cells], g[*lead, places]
        if k < geometry.strides[axis]:
            to[...] = what
        else:
            np.add(to, what, out=to)
