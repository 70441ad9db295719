"""Max and average pooling, and the way back through them.

Idea:    the way back from a maximum needs only to know which cell of the window it was: one byte for each
         output. To scatter by that index and to gather by it are each other's transposes, so max pooling can
         be differentiated as often as one likes.
Shapes:  inputs (N, H, W, C) -> (N, OH, OW, C)
Before:  window_reductions.py.  Next: conv_pool.py (both in one).
Source:  lecture, "Max Pooling"; ``keras.ops.max_pool``, ``keras.ops.average_pool``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, overload

import numpy as np

from minigrad.errors import ShapeError
from minigrad.kernels import window_reductions
from minigrad.kernels.scratch import scratch
from minigrad.kernels.threads import parallel_for
from minigrad.kernels.window_reductions import along_axis, lowest, max_with_index, pool, window_rows
from minigrad.kernels.windows import Array, Windows, blocks, compute_dtype, pairs, windows
from minigrad.shapes import Padding, Shape

_BLOCK_CELLS = 1_200_000  # few large steps: threads that meet at the interpreter's lock often gain nothing
_NO_PADDING = ((0, 0), (0, 0))


def pool_windows(
    name: str, shape: Shape, pool_size: Shape, strides: Shape, padding: Padding = _NO_PADDING
) -> Windows:
    """Return the checked geometry of a pooling.

    Raises:
        ShapeError: If ``shape`` is not of 4 axes.
        ValueError: If an option is out of range, or a window could lie in padding alone.
    """
    found = windows(name, tuple(shape), tuple(pool_size), tuple(strides), pairs(padding))
    if any(max(pair) >= size for pair, size in zip(found.padding, found.size, strict=True)):
        raise ValueError(
            f"{name}: padding must be smaller than the pool size, or a window may lie in padding alone; "
            f"got padding {padding} and pool_size {tuple(pool_size)}"
        )
    return found


@overload
def max_pool2d(
    x: Array, pool_size: Shape, strides: Shape, padding: Padding = ..., with_index: Literal[True] = ...
) -> tuple[Array, Array]: ...
@overload
def max_pool2d(
    x: Array, pool_size: Shape, strides: Shape, padding: Padding, with_index: Literal[False]
) -> tuple[Array, None]: ...
@overload
def max_pool2d(
    x: Array, pool_size: Shape, strides: Shape, padding: Padding = ..., *, with_index: bool
) -> tuple[Array, Array | None]: ...
def max_pool2d(
    x: Array,
    pool_size: Shape,
    strides: Shape,
    padding: Padding = _NO_PADDING,
    with_index: bool = True,
) -> tuple[Array, Array | None]:
    """Return each window's maximum, and where in the window it is.

    Padding counts as minus infinity. A NaN in a window is its maximum, as in ``np.maximum``.

    Args:
        x: (N, H, W, C).
        pool_size: (KH, KW).
        strides: (SH, SW).
        padding: ((top, bottom), (left, right)), each smaller than the pool size.
        with_index: Whether the index is wanted; inference is faster without.

    Returns:
        (out, index), both (N, OH, OW, C). ``index`` is ``a KW + b`` of the window's first maximum in
        row-major order: uint8 if the window has at most 255 cells, else intp; None if not wanted.

    Raises:
        ShapeError: If ``x`` has not 4 axes.
        ValueError: If an option is out of range.
        DTypeError: If the dtype is not real.

    Example:
        >>> out, index = max_pool2d(np.array([4.0, 3.0, 2.0, 5.0]).reshape(1, 2, 2, 1), (2, 2), (2, 2))
        >>> out.item(), index.item()
        (5.0, 3)
    """
    geometry = pool_windows("max_pool2d", x.shape, pool_size, strides, padding)
    compute_dtype("max_pool2d", x)  # none is needed: any real dtype can be compared
    n, high, _, channels = shape = (x.shape[0], *geometry.output, x.shape[3])
    out = np.empty(shape, x.dtype)
    index = empty_index(shape, geometry) if with_index else None
    parts = blocks(n, high, x.shape[2] * channels * geometry.strides[0], _BLOCK_CELLS)

    def block(i: int) -> None:
        images, rows = parts[i]
        part, seen = window_rows(geometry, rows)
        if index is None:
            pool(np.maximum, lowest(x.dtype), x[images, seen], part, out[images, rows])
        else:
            max_with_index(x[images, seen], part, out[images, rows], index[images, rows])

    parallel_for(block, len(parts) if out.size else 0)
    return out, index


def empty_index(shape: Shape, geometry: Windows) -> Array:
    """Return an array for the index of each window's maximum: bytes, unless a window has too many cells."""
    return np.empty(shape, np.uint8 if geometry.size[0] * geometry.size[1] <= 255 else np.intp)


def check_index(name: str, g: Array, index: Array, geometry: Windows) -> None:
    """Raise ShapeError unless ``g`` and ``index`` have one cell for each window."""
    _check_shape(name, "g", g, geometry)
    _check_shape(name, "index", index, geometry)


def _check_shape(name: str, argument: str, array: Array, geometry: Windows) -> None:
    expected = (geometry.shape[0], *geometry.output, geometry.shape[3])
    if array.shape != expected:
        raise ShapeError(f"{name}: {argument} must be of shape {expected}; got {array.shape}")


def window_scatter(
    g: Array,
    index: Array,
    input_shape: Shape,
    pool_size: Shape,
    strides: Shape,
    padding: Padding = _NO_PADDING,
) -> Array:
    """Add each ``g`` to the input cell that its index names; the other cells are 0.

    The gradient of max pooling, and the transpose of `window_gather`.

    Args:
        g: (N, OH, OW, C).
        index: Of g's shape, from `max_pool2d`.
        input_shape: (N, H, W, C).
        pool_size: As in `max_pool2d`, and so on.
        strides: As in `max_pool2d`.
        padding: As in `max_pool2d`.

    Returns:
        (N, H, W, C) of g's dtype.

    Raises:
        ShapeError: If the shapes don't fit each other.

    Example:
        >>> g, index = np.full((1, 1, 1, 1), 7.0), np.full((1, 1, 1, 1), 3, np.uint8)
        >>> window_scatter(g, index, (1, 2, 2, 1), (2, 2), (2, 2))[0, :, :, 0]
        array([[0., 0.],
               [0., 7.]])
    """
    geometry = pool_windows("window_scatter", input_shape, pool_size, strides, padding)
    check_index("window_scatter", g, index, geometry)
    gx = np.empty(geometry.shape, g.dtype)
    _for_images(
        lambda images: window_reductions.scatter(g[images], index[images], geometry, gx[images]), geometry
    )
    return gx


def _for_images(block: Callable[[slice], None], geometry: Windows) -> None:
    """Call ``block`` for every block of whole images."""
    n, height, width, channels = geometry.shape
    parts = blocks(n, 1, height * width * channels, _BLOCK_CELLS)
    parallel_for(lambda i: block(parts[i][0]), len(parts))


def window_gather(
    x: Array,
    index: Array,
    pool_size: Shape,
    strides: Shape,
    padding: Padding = _NO_PADDING,
) -> Array:
    """Return, of each window, the cell that its index names: the transpose of `window_scatter`.

    Args:
        x: (N, H, W, C).
        index: (N, OH, OW, C), from `max_pool2d`.
        pool_size: As in `max_pool2d`, and so on.
        strides: As in `max_pool2d`.
        padding: As in `max_pool2d`.

    Returns:
        Of index's shape and x's dtype.

    Raises:
        ShapeError: If the shapes don't fit each other.

    Example:
        >>> x = np.arange(4.0).reshape(1, 2, 2, 1)
        >>> window_gather(x, np.full((1, 1, 1, 1), 2, np.uint8), (2, 2), (2, 2)).item()
        2.0
    """
    geometry = pool_windows("window_gather", x.shape, pool_size, strides, padding)
    _check_shape("window_gather", "index", index, geometry)
    (stride, step), ((above, _), (left, _)) = geometry.strides, geometry.padding
    row, column = np.divmod(index.astype(np.intp), geometry.size[1])
    row += (np.arange(geometry.output[0]) * stride - above)[:, None, None]
    column += (np.arange(geometry.output[1]) * step - left)[:, None]
    image, channel = np.arange(x.shape[0])[:, None, None, None], np.arange(x.shape[3])
    gathered: Array = x[image, row, column, channel]
    return gathered


def _counts(geometry: Windows, dtype: Any) -> Array:
    """Return how many real cells each window has, (OH, OW, 1), or (OH, 1, 1) if columns don't differ."""
    along = []
    for axis in (0, 1):
        count = np.zeros(geometry.output[axis], dtype)
        for _, places, _ in along_axis(geometry, axis, 0, geometry.output[axis]):
            count[places] += 1
        along.append(count)
    if (along[1] == along[1][:1]).all():  # a divisor for a whole row of windows: long runs are faster
        along[1] = along[1][:1]
    return along[0][:, None, None] * along[1][:, None]


def average_pool2d(x: Array, pool_size: Shape, strides: Shape, padding: Padding = _NO_PADDING) -> Array:
    """Return each window's mean over its real cells; padding is not counted.

    Args:
        x: (N, H, W, C).
        pool_size: (KH, KW).
        strides: (SH, SW).
        padding: ((top, bottom), (left, right)), each smaller than the pool size.

    Returns:
        (N, OH, OW, C) of x's dtype.

    Raises:
        ShapeError: If ``x`` has not 4 axes.
        ValueError: If an option is out of range.

    Example:
        >>> x = np.arange(1.0, 5.0).reshape(1, 2, 2, 1)
        >>> average_pool2d(x, (2, 2), (2, 2), ((0, 1), (0, 1)))[0, :, :, 0]
        array([[2.5]])
        >>> average_pool2d(x, (2, 2), (1, 1), ((0, 1), (0, 1)))[0, :, :, 0]
        array([[2.5, 3. ],
               [3.5, 4. ]])
    """
    geometry = pool_windows("average_pool2d", x.shape, pool_size, strides, padding)
    result, dtype = compute_dtype("average_pool2d", x)
    out = np.empty((x.shape[0], *geometry.output, x.shape[3]), dtype)
    counts = _counts(geometry, dtype)
    parts = blocks(
        x.shape[0], geometry.output[0], x[:1].size * geometry.strides[0] // max(1, x.shape[1]), _BLOCK_CELLS
    )

    def block(i: int) -> None:
        images, rows = parts[i]
        part, seen = window_rows(geometry, rows)
        pool(np.add, 0, x[images, seen], part, out[images, rows])
        out[images, rows] /= counts[rows]

    parallel_for(block, len(parts) if out.size else 0)
    return out.astype(result, copy=False)


def average_pool2d_gradient(
    g: Array, input_shape: Shape, pool_size: Shape, strides: Shape, padding: Padding = _NO_PADDING
) -> Array:
    """Return the gradient of ``sum(g * average_pool2d(x))``: each window's share goes to all its real cells.

    Args:
        g: (N, OH, OW, C).
        input_shape: (N, H, W, C).
        pool_size: As in `average_pool2d`, and so on.
        strides: As in `average_pool2d`.
        padding: As in `average_pool2d`.

    Returns:
        (N, H, W, C) of g's dtype.

    Raises:
        ShapeError: If the shapes don't fit each other.

    Example:
        >>> average_pool2d_gradient(np.ones((1, 1, 1, 1)), (1, 2, 2, 1), (2, 2), (2, 2))[0, :, :, 0]
        array([[0.25, 0.25],
               [0.25, 0.25]])
    """
    geometry = pool_windows("average_pool2d_gradient", input_shape, pool_size, strides, padding)
    _check_shape("average_pool2d_gradient", "g", g, geometry)
    result, dtype = compute_dtype("average_pool2d_gradient", g)
    gx = np.empty(geometry.shape, dtype)
    counts = _counts(geometry, dtype)

    def block(images: slice) -> None:
        share = np.divide(g[images], counts, out=scratch("share", g[images].shape, dtype))
        window_reductions.spread(share, geometry, gx[images])

    _for_images(block, geometry)
    return gx.astype(result, copy=False)
