"""Convolution and pooling as plain loops: the definition.

Idea:    each number of the result is a sum over a window. These functions say which, and nothing else. They
         are what the fast kernels are tested against, and far too slow for anything but tiny arrays.
Shapes:  inputs (N, H, W, C), kernel (KH, KW, C // groups, F) -> (N, OH, OW, F)
Before:  shapes.py (the output's size).  Next: threads.py (how to be fast).
Source:  lecture, "Convolution", "Stride", "Padding", "Pooling".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minigrad.shapes import Padding, Shape, window_output

Array = NDArray[Any]


def _meetings(
    spatial: Shape, size: Shape, strides: Shape, padding: Padding, dilation: Shape = (1, 1)
) -> Iterator[tuple[int, int, int, int, int, int]]:
    """Yield (i, j, a, b, h, w): output position (i, j) meets input cell (h, w) at window cell (a, b)."""
    (height, width), (top, left) = spatial, (padding[0][0], padding[1][0])
    out_height, out_width = window_output(spatial, size, strides, padding, dilation)
    for i in range(out_height):
        for j in range(out_width):
            for a in range(size[0]):
                for b in range(size[1]):
                    h = i * strides[0] + a * dilation[0] - top
                    w = j * strides[1] + b * dilation[1] - left
                    if 0 <= h < height and 0 <= w < width:  # else it is padding
                        yield i, j, a, b, h, w


def _channels_and_filters(kernel: Shape, groups: int) -> Iterator[tuple[int, int, int]]:
    """Yield (c, k, f): filter f sees input channel c, and that is channel k of its kernel."""
    _, _, channels, filters = kernel
    for f in range(filters):
        group = f // (filters // groups)
        for k in range(channels):
            yield group * channels + k, k, f


def conv2d(
    x: Array, kernel: Array, strides: Shape, padding: Padding, dilation: Shape = (1, 1), groups: int = 1
) -> Array:
    """Return ``out[n, i, j, f] = sum x[n, h, w, c] kernel[a, b, k, f]`` over the window of (i, j).

    Args:
        x: (N, H, W, C).
        kernel: (KH, KW, C // groups, F).
        strides: (SH, SW).
        padding: ((top, bottom), (left, right)) zeros.
        dilation: (DH, DW).
        groups: Filters of one group see the channels of that group only.

    Returns:
        (N, OH, OW, F).

    Example: the lecture's, an image of 1 ... 9 under a kernel of ones

        >>> image = np.arange(1.0, 10.0).reshape(1, 3, 3, 1)
        >>> conv2d(image, np.ones((2, 2, 1, 1)), (1, 1), ((0, 0), (0, 0)))[0, :, :, 0]
        array([[12., 16.],
               [24., 28.]])
    """
    spatial, size = x.shape[1:3], kernel.shape[:2]
    output = window_output(spatial, size, strides, padding, dilation)
    out = np.zeros((x.shape[0], *output, kernel.shape[3]), np.result_type(x, kernel))
    for i, j, a, b, h, w in _meetings(spatial, size, strides, padding, dilation):
        for c, k, f in _channels_and_filters(kernel.shape, groups):
            for n in range(x.shape[0]):
                out[n, i, j, f] += x[n, h, w, c] * kernel[a, b, k, f]
    return out


def conv2d_input_gradient(
    g: Array,
    kernel: Array,
    input_shape: Shape,
    strides: Shape,
    padding: Padding,
    dilation: Shape = (1, 1),
    groups: int = 1,
) -> Array:
    """Return what ``sum(g * conv2d(x, kernel))`` gains for each x: the same loop, read the other way.

    Args:
        g: (N, OH, OW, F).
        kernel: (KH, KW, C // groups, F).
        input_shape: (N, H, W, C).
        strides: As in `conv2d`, and so on.
        padding: As in `conv2d`.
        dilation: As in `conv2d`.
        groups: As in `conv2d`.

    Returns:
        (N, H, W, C).

    Example:
        >>> g, kernel, none = np.ones((1, 1, 2, 1)), np.ones((1, 2, 1, 1)), ((0, 0), (0, 0))
        >>> conv2d_input_gradient(g, kernel, (1, 1, 3, 1), (1, 1), none).ravel()
        array([1., 2., 1.])
    """
    gx = np.zeros(input_shape, np.result_type(g, kernel))
    for i, j, a, b, h, w in _meetings(input_shape[1:3], kernel.shape[:2], strides, padding, dilation):
        for c, k, f in _channels_and_filters(kernel.shape, groups):
            for n in range(input_shape[0]):
                gx[n, h, w, c] += g[n, i, j, f] * kernel[a, b, k, f]
    return gx


def conv2d_kernel_gradient(
    x: Array,
    g: Array,
    kernel_size: Shape,
    strides: Shape,
    padding: Padding,
    dilation: Shape = (1, 1),
    groups: int = 1,
) -> Array:
    """Return what ``sum(g * conv2d(x, kernel))`` gains for each number of the kernel.

    Args:
        x: (N, H, W, C).
        g: (N, OH, OW, F).
        kernel_size: (KH, KW).
        strides: As in `conv2d`, and so on.
        padding: As in `conv2d`.
        dilation: As in `conv2d`.
        groups: As in `conv2d`.

    Returns:
        (KH, KW, C // groups, F).

    Example:
        >>> x = np.arange(3.0).reshape(1, 1, 3, 1)
        >>> conv2d_kernel_gradient(x, np.ones((1, 1, 2, 1)), (1, 2), (1, 1), ((0, 0), (0, 0))).ravel()
        array([1., 3.])
    """
    gkernel = np.zeros((*kernel_size, x.shape[3] // groups, g.shape[3]), np.result_type(x, g))
    for i, j, a, b, h, w in _meetings(x.shape[1:3], kernel_size, strides, padding, dilation):
        for c, k, f in _channels_and_filters(gkernel.shape, groups):
            for n in range(x.shape[0]):
                gkernel[a, b, k, f] += x[n, h, w, c] * g[n, i, j, f]
    return gkernel


def max_pool2d(x: Array, pool_size: Shape, strides: Shape, padding: Padding) -> tuple[Array, Array]:
    """Return each window's maximum and the place ``a KW + b`` of its first one; a NaN beats all numbers.

    Args:
        x: (N, H, W, C).
        pool_size: (KH, KW).
        strides: (SH, SW).
        padding: ((top, bottom), (left, right)), never a maximum.

    Returns:
        Two arrays of shape (N, OH, OW, C).

    Example:
        >>> x = np.array([4.0, 9.0, 9.0]).reshape(1, 1, 3, 1)
        >>> out, index = max_pool2d(x, (1, 3), (1, 1), ((0, 0), (0, 0)))
        >>> out.item(), index.item()
        (9.0, 1)
    """
    output = window_output(x.shape[1:3], pool_size, strides, padding)
    out = np.zeros((x.shape[0], *output, x.shape[3]), x.dtype)
    index = np.full(out.shape, -1)
    for i, j, a, b, h, w in _meetings(x.shape[1:3], pool_size, strides, padding):
        for n in range(x.shape[0]):
            for c in range(x.shape[3]):
                best, value = out[n, i, j, c], x[n, h, w, c]
                unseen = index[n, i, j, c] < 0
                if unseen or value > best or (np.isnan(value) and not np.isnan(best)):
                    out[n, i, j, c], index[n, i, j, c] = value, a * pool_size[1] + b
    return out, index


def max_pool2d_gradient(g: Array, x: Array, pool_size: Shape, strides: Shape, padding: Padding) -> Array:
    """Return the gradient of ``sum(g * max_pool2d(x))``: each g goes to its window's first maximum.

    Args:
        g: (N, OH, OW, C).
        x: (N, H, W, C), what was pooled.
        pool_size: As in `max_pool2d`.
        strides: As in `max_pool2d`.
        padding: As in `max_pool2d`.

    Returns:
        (N, H, W, C).

    Example:
        >>> x = np.array([4.0, 9.0, 9.0]).reshape(1, 1, 3, 1)
        >>> max_pool2d_gradient(np.ones((1, 1, 1, 1)), x, (1, 3), (1, 1), ((0, 0), (0, 0))).ravel()
        array([0., 1., 0.])
    """
    _, index = max_pool2d(x, pool_size, strides, padding)
    gx = np.zeros(x.shape, g.dtype)
    for i, j, a, b, h, w in _meetings(x.shape[1:3], pool_size, strides, padding):
        for n in range(x.shape[0]):
            for c in range(x.shape[3]):
                if index[n, i, j, c] == a * pool_size[1] + b:
                    gx[n, h, w, c] += g[n, i, j, c]
    return gx


def _real_cells(spatial: Shape, pool_size: Shape, strides: Shape, padding: Padding) -> Array:
    """Return how many cells of each window are not padding: (OH, OW)."""
    count = np.zeros(window_output(spatial, pool_size, strides, padding), np.intp)
    for i, j, *_ in _meetings(spatial, pool_size, strides, padding):
        count[i, j] += 1
    return count


def average_pool2d(x: Array, pool_size: Shape, strides: Shape, padding: Padding) -> Array:
    """Return each window's mean over its cells that are not padding.

    Args:
        x: (N, H, W, C).
        pool_size: (KH, KW).
        strides: (SH, SW).
        padding: ((top, bottom), (left, right)), not counted.

    Returns:
        (N, OH, OW, C).

    Example:
        >>> average_pool2d(np.arange(3.0).reshape(1, 1, 3, 1), (1, 2), (1, 1), ((0, 0), (0, 1))).ravel()
        array([0.5, 1.5, 2. ])
    """
    count = _real_cells(x.shape[1:3], pool_size, strides, padding)
    out = np.zeros((x.shape[0], *count.shape, x.shape[3]), x.dtype)
    for i, j, _, _, h, w in _meetings(x.shape[1:3], pool_size, strides, padding):
        for n in range(x.shape[0]):
            for c in range(x.shape[3]):
                out[n, i, j, c] += x[n, h, w, c] / count[i, j]
    return out


def average_pool2d_gradient(
    g: Array, input_shape: Shape, pool_size: Shape, strides: Shape, padding: Padding
) -> Array:
    """Return the gradient of ``sum(g * average_pool2d(x))``: each g is shared among its window's real cells.

    Args:
        g: (N, OH, OW, C).
        input_shape: (N, H, W, C).
        pool_size: As in `average_pool2d`.
        strides: As in `average_pool2d`.
        padding: As in `average_pool2d`.

    Returns:
        (N, H, W, C).

    Example:
        >>> g, none = np.ones((1, 1, 1, 1)), ((0, 0), (0, 0))
        >>> average_pool2d_gradient(g, (1, 1, 2, 1), (1, 2), (1, 1), none).ravel()
        array([0.5, 0.5])
    """
    count = _real_cells(input_shape[1:3], pool_size, strides, padding)
    gx = np.zeros(input_shape, g.dtype)
    for i, j, _, _, h, w in _meetings(input_shape[1:3], pool_size, strides, padding):
        for n in range(input_shape[0]):
            for c in range(input_shape[3]):
                gx[n, h, w, c] += g[n, i, j, c] / count[i, j]
    return gx
