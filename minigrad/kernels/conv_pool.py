"""A convolution whose output is pooled at once: it never gets to memory.

Idea:    a convolution writes four numbers for each one that 2x2 max pooling keeps. So the pooling is done on
         a block of the convolution while that is in cache, and only the maxima and where they were are
         written. On the way back a block of the convolution's gradient is made of these when it is needed,
         and used where it lies. Both do the same arithmetic in the same order as one after the other.
Shapes:  inputs (N, H, W, C), kernel (KH, KW, C // groups, F) -> (N, OH, OW, F) -> (N, PH, PW, F)
Before:  conv.py, pool.py (the two apart).  Next: normalization.py.
Source:  kernel fusion, as compilers do it: Chen et al. 2018, "TVM".
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from minigrad.kernels import conv_gradients
from minigrad.kernels.columns import Case, by_place, case
from minigrad.kernels.conv import conv2d, conv2d_gradients, way_back
from minigrad.kernels.conv_forward import block_convolution, cells_of
from minigrad.kernels.conv_plan import forward_way
from minigrad.kernels.pool import check_index, empty_index, max_pool2d, pool_windows, window_scatter
from minigrad.kernels.scratch import scratch
from minigrad.kernels.threads import parallel_for
from minigrad.kernels.window_reductions import (
    lowest,
    max_by_place,
    max_with_index,
    pool,
    scatter,
    window_rows,
)
from minigrad.kernels.windows import Array, Windows, blocks, compute_dtype, pairs, select
from minigrad.shapes import Padding, Shape

_MANY = 2**16  # cells to be pooled, from which on long runs save more than there is to do for each place


class Pool(NamedTuple):
    """The pooling that follows: the arguments of `minigrad.kernels.pool.max_pool2d`."""

    size: Shape
    strides: Shape
    padding: Padding = ((0, 0), (0, 0))


def conv2d_max_pool2d(
    x: Array,
    kernel: Array,
    strides: Shape,
    padding: Padding,
    dilation: Shape,
    groups: int,
    bias: Array | None,
    relu: bool,
    then: Pool,
    with_index: bool = True,
) -> tuple[Array, Array | None]:
    """Return ``max_pool2d(conv2d(x, kernel, ...), *then)``, bit by bit.

    ReLU comes last, where there is less to do: the maximum of what is cut at 0 is the maximum, cut at 0.

    Args:
        x: (N, H, W, C).
        kernel: (KH, KW, C // groups, F).
        strides: As in `conv2d`, and so on.
        padding: As in `conv2d`.
        dilation: As in `conv2d`.
        groups: As in `conv2d`.
        bias: As in `conv2d`.
        relu: As in `conv2d`.
        then: The pooling.
        with_index: As in `max_pool2d`.

    Returns:
        (out, index), both (N, PH, PW, F); index is None if it is not wanted. Where ReLU gave 0, it is any.

    Raises:
        ShapeError: If the shapes don't fit each other.
        ValueError: If an option is out of range.

    Example:
        >>> x, kernel = np.arange(9.0).reshape(1, 3, 3, 1), np.ones((2, 2, 1, 1))
        >>> options = ((1, 1), ((0, 0), (0, 0)), (1, 1), 1, None, False)
        >>> out, index = conv2d_max_pool2d(x, kernel, *options, Pool((2, 2), (2, 2)))
        >>> out.item(), index.item()
        (24.0, 3)
    """
    of = case("conv2d", x.shape, kernel.shape, tuple(strides), pairs(padding), tuple(dilation), groups)
    result, dtype = compute_dtype("conv2d", *(one for one in (x, kernel, bias) if one is not None))
    if not fuses(of, dtype, result):
        full = conv2d(x, kernel, strides, padding, dilation, groups, bias, relu)
        return max_pool2d(full, *then, with_index=with_index)
    windows = pool_windows("max_pool2d", of.output_shape, *then)
    bias = None if bias is None else bias.astype(dtype, copy=False)
    convolve = block_convolution(x, kernel, of, bias, dtype)
    n, high, _, filters = shape = (of.output_shape[0], *windows.output, of.output_shape[3])
    out = np.empty(shape, dtype)
    index = empty_index(shape, windows) if with_index else None
    many = math.prod(of.output_shape) >= _MANY
    size = windows.size if many and _separate(windows) and forward_way(of) == "columns" else None
    cells = cells_of(of)
    parts = blocks(n, high, windows.strides[0] * windows.shape[2] * cells, of.block_cells(cells))

    def block(i: int) -> None:
        images, rows = parts[i]
        part, seen = window_rows(windows, rows)
        sizes = (images.stop - images.start, seen.stop - seen.start, windows.shape[2], filters)
        place: Array = scratch("convolved", sizes, dtype)
        maxima, places = out[images, rows], None if index is None else index[images, rows]
        if size is not None:
            convolve(images, seen, place, size)
            max_by_place(_apart(place, size, maxima.shape), maxima, places)
        else:
            convolve(images, seen, place)
            if places is None:
                pool(np.maximum, lowest(dtype), place, part, maxima)
            else:
                max_with_index(place, part, maxima, places)
        if relu:
            np.maximum(maxima, 0, out=maxima)

    parallel_for(block, len(parts) if out.size else 0)
    return out, index


def conv2d_max_pool2d_gradients(
    x: Array,
    g: Array,
    kernel: Array,
    strides: Shape,
    padding: Padding,
    dilation: Shape,
    groups: int,
    out: Array | None,
    index: Array,
    then: Pool,
    needs: tuple[bool, bool, bool] = (True, True, True),
) -> tuple[Array | None, Array | None, Array | None]:
    """Return the gradients of ``sum(g * conv2d_max_pool2d(x, kernel, ..., bias))``.

    Args:
        x: (N, H, W, C), the input.
        g: (N, PH, PW, F), the gradient of what was returned.
        kernel: (KH, KW, C // groups, F).
        strides: As in `conv2d`, and so on.
        padding: As in `conv2d`.
        dilation: As in `conv2d`.
        groups: As in `conv2d`.
        out: What was returned, if there was a ReLU: ``g`` counts only where it is > 0. Else None.
        index: Where the maxima were.
        then: The pooling.
        needs: Which of the three gradients to compute; the others are None.

    Returns:
        The gradients of (x, kernel, bias), of their shapes.

    Raises:
        ShapeError: If the shapes don't fit each other.

    Example:
        >>> x, kernel = np.arange(9.0).reshape(1, 3, 3, 1), np.ones((2, 2, 1, 1))
        >>> options = ((1, 1), ((0, 0), (0, 0)), (1, 1), 1)
        >>> pool, index = Pool((2, 2), (2, 2)), np.full((1, 1, 1, 1), 3, np.uint8)
        >>> g = np.ones((1, 1, 1, 1))
        >>> gx, gkernel, gbias = conv2d_max_pool2d_gradients(x, g, kernel, *options, None, index, pool)
        >>> gx[0, :, :, 0]
        array([[0., 0., 0.],
               [0., 1., 1.],
               [0., 1., 1.]])
    """
    name = "conv2d_max_pool2d_gradients"
    of = case(name, x.shape, kernel.shape, tuple(strides), pairs(padding), tuple(dilation), groups)
    windows = pool_windows(name, of.output_shape, *then)
    check_index(name, g, index, windows)
    result, dtype = compute_dtype(name, x, g, kernel)
    if not fuses(of, dtype, result):
        if out is not None:
            g = select(g, out > 0, np.empty_like(g))
        full = window_scatter(g, index, of.output_shape, *then)
        return conv2d_gradients(x, full, kernel, strides, padding, dilation, groups, None, needs)
    source = PooledGradient(g.astype(dtype, copy=False), out, index, windows)
    found = way_back(of, needs)(of, x, source, kernel, needs, dtype).run()
    return tuple(found)  # type: ignore[return-value]


def _separate(windows: Windows) -> bool:
    """Tell whether the pooling's windows cut the image into cells, from its first corner on."""
    return windows.strides == windows.size and not (windows.padding[0][0] or windows.padding[1][0])


def _apart(place: Array, size: Shape, shape: Shape) -> list[Array]:
    """Return a block that was written cell by cell as its parts, and only what windows see."""
    rows = place.reshape(-1, place.shape[3])
    found = by_place(place, 1, size)
    return [rows[where].reshape(part.shape)[:, : shape[1], : shape[2]] for part, where in found]


def fuses(of: Case, dtype: np.dtype[Any], result: np.dtype[Any]) -> bool:
    """Return whether the two are done as one: not where the result is rounded, or nothing is multiplied."""
    return not of.depthwise and dtype == result and 0 not in of.windows.output


class PooledGradient(conv_gradients.OutputGradient):
    """The convolution's gradient, made of the pooling's a block at a time: zeros, but for the maxima."""

    def __init__(self, g: Array, out: Array | None, index: Array, windows: Windows) -> None:
        super().__init__(g, out)
        self.index, self.windows = index, windows

    def block(self, images: slice, rows: slice, dtype: Any) -> Array:
        """Return a block of the convolution's gradient, as a scratch array."""
        shape = (images.stop - images.start, rows.stop - rows.start, *self.windows.shape[2:])
        return self.write(images, rows, scratch("g", shape, dtype))

    def write(self, images: slice, rows: slice, out: Array) -> Array:
        """Write a block of the convolution's gradient into ``out``: what `window_scatter` would."""
        here, part = self._windows_of(rows)
        index = self.index[images, here]
        g: Array = super().write(images, here, scratch("pooled", index.shape, out.dtype))
        scatter(g, index, part, out)
        return out

    def _windows_of(self, rows: slice) -> tuple[slice, Windows]:
        """Return which rows of windows look at these rows of cells, and the geometry of the two alone."""
        w = self.windows
        (size, _), (stride, _), ((above, _), sides) = w.size, w.strides, w.padding
        first = max(0, -((size - 1 - above - rows.start) // stride))
        last = max(first, min(w.output[0], (rows.stop - 1 + above) // stride + 1))
        shape = (w.shape[0], rows.stop - rows.start, *w.shape[2:])
        padding = ((above + rows.start - first * stride, 0), sides)
        part = Windows(shape, w.size, w.strides, padding, (1, 1), (last - first, w.output[1]))
        return slice(first, last), part
