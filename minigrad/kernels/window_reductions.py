"""Sums and maxima of windows, one axis at a time.

Idea:    a window's maximum is the maximum over its rows, then over its columns; its sum likewise. So a
         pool is a few passes over long runs of memory. The maximum's index goes along, one byte for each.
Shapes:  a block of inputs (n, H, W, C) -> (n, OH, OW, C)
Before:  windows.py, conv.py.  Next: pool.py (blocks, threads and the public functions).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.kernels.scratch import scratch
from minigrad.kernels.windows import Array, Windows, overlap

Meeting = tuple[int, slice, slice]  # cell k of the window, the outputs and the inputs that meet there


def lowest(dtype: np.dtype[Any]) -> Any:
    """Return what no number is below."""
    if dtype.kind == "f":
        return -np.inf
    return np.iinfo(dtype).min if dtype.kind in "iu" else False


def along_axis(geometry: Windows, axis: int, first: int, last: int) -> list[Meeting]:
    """Return what meets along one axis (0: height, 1: width), outputs counted from ``first``."""
    size, stride, before = geometry.size[axis], geometry.strides[axis], geometry.padding[axis][0]
    found = []
    for k in range(size):
        out, into = overlap(k - before, stride, geometry.shape[1 + axis], first, last)
        if out.start < out.stop:
            found.append((k, slice(out.start - first, out.stop - first), into))
    return found


def _reduce(ufunc: np.ufunc, start: Any, x: Array, axis: int, met: list[Meeting], out: Array) -> Array:
    """Combine the cells of each window along one axis into ``out``, whole slices at a time."""
    lead = (slice(None),) * (1 + axis)
    whole = [(x[*lead, cells], k) for k, places, cells in met if places == slice(0, out.shape[1 + axis])]
    if len(whole) >= 2:
        ufunc(whole[0][0], whole[1][0], out=out)
    elif whole:
        out[...] = whole[0][0]
    else:
        out[...] = start
    done = [k for _, k in whole[:2]]
    for k, places, cells in met:
        if k not in done:
            to = out[*lead, places]
            ufunc(to, x[*lead, cells], out=to)
    return out


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
    high, wide = geometry.output
    between: Array = scratch("between", (len(x), high, *x.shape[2:]), out.dtype)
    _reduce(ufunc, start, x, 0, along_axis(geometry, 0, 0, high), between)
    _reduce(ufunc, start, between, 1, along_axis(geometry, 1, 0, wide), out)


def max_with_index(x: Array, geometry: Windows, out: Array, index: Array) -> None:
    """Take the maximum over the width first: ties go to the first in row-major order that way."""
    high, wide = geometry.output
    shape = (len(x), x.shape[1], wide, x.shape[3])
    best: Array = scratch("between", shape, x.dtype)
    column: Array = scratch("column", shape, index.dtype)
    across, down = along_axis(geometry, 1, 0, wide), along_axis(geometry, 0, 0, high)
    for careful in (False, True):
        _first_maximum(x, 1, across, [index.dtype.type(k) for k, _, _ in across], best, column, careful)
        rows = [column[:, cells] + k * geometry.size[1] if k else column[:, cells] for k, _, cells in down]
        _first_maximum(best, 0, down, rows, out, index, careful)
        if out.dtype.kind != "f" or not np.isnan(out.max(initial=-np.inf)):
            return  # comparisons are as simple as they look unless there is a NaN: it beats every number


def _first_maximum(
    x: Array, axis: int, met: list[Meeting], candidates: list[Any], best: Array, index: Array, careful: bool
) -> None:
    """Write the windows' maxima along one axis into ``best``, and the candidate of the first into ``index``.

    ``candidates[i]`` is what the index becomes where the cells of ``met[i]`` win. Candidates grow from one to
    the next, so a byte-wise maximum takes the place of a masked copy, which is slow.
    """
    lead = (slice(None),) * (1 + axis)
    everything = slice(0, best.shape[1 + axis])
    held, held_index = best, index  # the result so far; a view of the input, as long as that will do
    if met[0][1] == everything:
        held, held_index = x[*lead, met[0][2]], candidates[0]
        met, candidates = met[1:], candidates[1:]
    else:
        best[...] = lowest(x.dtype)
        for (_, places, _), candidate in zip(met[::-1], candidates[::-1], strict=True):
            index[*lead, places] = candidate  # what remains is the first cell that is not padding
    for (_, places, cells), candidate in zip(met, candidates, strict=True):
        if held is not best and places != everything:
            best[...], index[...] = held, held_index
            held, held_index = best, index
        old, value, to = held[*lead, places], x[*lead, cells], best[*lead, places]
        beats: Array = scratch("beats", to.shape, np.bool_)
        if careful:
            beats[...] = ~(old >= value) & (old == old)
        else:
            np.less(old, value, out=beats)
        np.maximum(old, value, out=to)
        if isinstance(held_index, np.ndarray):
            winner = np.multiply(
                beats.view(np.uint8), candidate, out=scratch("winner", to.shape, index.dtype)
            )
            np.maximum(held_index[*lead, places], winner, out=index[*lead, places])
        else:  # one candidate against a single number
            np.multiply(beats.view(np.uint8), candidate - held_index, out=index)
            index += held_index
        held, held_index = best, index
    if held is not best:
        best[...], index[...] = held, held_index
