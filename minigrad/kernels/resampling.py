"""Images read at places between their pixels: what rotating, shifting and zooming come down to.

Idea:    each output pixel says which place of the input it shows, ``x' = a0 x + a1 y + a2`` and
         ``y' = b0 x + b1 y + b2``. Its value is a weighted sum of the up to four pixels around that place. So
         the output is linear in the input, and the way back adds each gradient to the same pixels with the
         same weights.
Shapes:  images (N, H, W, C), transforms (N, 6) -> (N, H, W, C)
Before:  threads.py.  Next: ops/affine.py.
Source:  ``keras.ops.image.affine_transform``; SciPy's ``ndimage.map_coordinates`` for the fill modes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minigrad.kernels.threads import parallel_for

Array = NDArray[Any]

_BLOCK_PIXELS = 2**14

FILL_MODES = ("constant", "nearest", "wrap", "mirror", "reflect")
INTERPOLATIONS = ("nearest", "bilinear")


def resample(
    images: Array, transforms: Array, interpolation: str, fill_mode: str, fill_value: float = 0.0
) -> Array:
    """Return each image as its transform shows it: ``out[n, y, x] = images[n, y', x']``.

    Args:
        images: (N, H, W, C), float32 or float64.
        transforms: (N, 6): a0, a1, a2, b0, b1, b2 for each image.
        interpolation: "nearest", or "bilinear": between the four pixels around the place.
        fill_mode: What lies outside the image. "constant": fill_value. "nearest": ``a a | a b c | c c``.
            "wrap": ``b c | a b c | a b``. "reflect": ``b a | a b c | c b``. "mirror": ``c b | a b c | b a``.
        fill_value: For "constant".

    Returns:
        (N, H, W, C), a new array.

    Example:
        >>> row = np.array([1.0, 2.0, 3.0]).reshape(1, 1, 3, 1)
        >>> to_the_right = np.array([[1.0, 0.0, -0.5, 0.0, 1.0, 0.0]])  # x' = x - 0.5
        >>> resample(row, to_the_right, "bilinear", "constant").ravel()
        array([0.5, 1.5, 2.5])
    """
    count, height, width, channels = images.shape
    out = np.empty((count, height, width, channels), images.dtype)
    blocks = _blocks(images.shape)

    def block(i: int) -> None:
        planes = np.ascontiguousarray(images[blocks[i]].reshape(-1, channels).T)  # (C, pixels)
        total = np.zeros_like(planes)
        seen = np.zeros(planes.shape[1:], planes.dtype)  # the weights that met a pixel
        for index, weight in _taps(
            transforms[blocks[i]], (height, width), images.dtype, interpolation, fill_mode
        ):
            total += planes.take(index, axis=1) * weight
            seen += weight
        if fill_mode == "constant" and fill_value:
            total += (1 - seen) * images.dtype.type(fill_value)
        out[blocks[i]].reshape(-1, channels)[:] = total.T

    parallel_for(block, len(blocks))
    return out


def resample_gradient(g: Array, transforms: Array, interpolation: str, fill_mode: str) -> Array:
    """Return the gradient of `resample`'s images: each gradient goes to the pixels that were read.

    Args:
        g: (N, H, W, C), the output's gradient.
        transforms, interpolation, fill_mode: As for `resample`.

    Returns:
        (N, H, W, C), a new array of g's dtype.

    Example:
        >>> g = np.array([1.0, 1.0, 1.0]).reshape(1, 1, 3, 1)
        >>> to_the_right = np.array([[1.0, 0.0, -0.5, 0.0, 1.0, 0.0]])
        >>> resample_gradient(g, to_the_right, "bilinear", "constant").ravel()
        array([1. , 1. , 0.5])
    """
    count, height, width, channels = g.shape
    out = np.empty((count, height, width, channels), g.dtype)
    blocks = _blocks(g.shape)

    def block(i: int) -> None:
        planes = np.ascontiguousarray(g[blocks[i]].reshape(-1, channels).T)
        pixels = planes.shape[1]
        total = np.zeros((channels, pixels))
        for index, weight in _taps(transforms[blocks[i]], (height, width), g.dtype, interpolation, fill_mode):
            for channel in range(channels):
                total[channel] += np.bincount(index, planes[channel] * weight, pixels)
        out[blocks[i]].reshape(-1, channels)[:] = total.T

    parallel_for(block, len(blocks))
    return out


def _blocks(shape: tuple[int, ...]) -> list[slice]:
    """Return the images in runs of about a block's pixels: by shape alone, whatever the threads."""
    count, height, width, _ = shape
    run = max(1, _BLOCK_PIXELS // max(1, height * width))
    return [slice(start, min(start + run, count)) for start in range(0, count, run)]


def _taps(
    transforms: Array, size: tuple[int, int], dtype: Any, interpolation: str, fill_mode: str
) -> Iterator[tuple[Array, Any]]:
    """Yield, for a block of images, which pixel every output pixel reads (flat), and with what weight."""
    height, width = size
    a0, a1, a2, b0, b1, b2 = transforms.astype(dtype).T[:, :, None, None]  # (N, 1, 1) each
    y, x = np.arange(height, dtype=dtype)[:, None], np.arange(width, dtype=dtype)
    rows = list(_axis_taps(b0 * x + b1 * y + b2, height, interpolation, fill_mode))
    columns = list(_axis_taps(a0 * x + a1 * y + a2, width, interpolation, fill_mode))
    first = (np.arange(len(transforms)) * (height * width))[:, None, None]
    for row, row_weight in rows:
        for column, column_weight in columns:
            yield (first + row * width + column).ravel(), (row_weight * column_weight).ravel()


def _axis_taps(place: Array, size: int, interpolation: str, fill_mode: str) -> Iterator[tuple[Array, Array]]:
    """Yield the indices along one axis that its places are read from, and their weights."""
    if interpolation == "nearest":
        yield _within(np.floor(place + 0.5), np.ones_like(place), size, fill_mode)
    else:
        low = np.floor(place)
        part = place - low
        yield _within(low, 1 - part, size, fill_mode)
        yield _within(low + 1, part, size, fill_mode)


def _within(index: Array, weight: Array, size: int, fill_mode: str) -> tuple[Array, Array]:
    """Return indices that are inside, for those that may be outside, and the weights they have then."""
    if fill_mode == "constant":
        weight = weight * ((index >= 0) & (index < size))
    if fill_mode in ("constant", "nearest"):
        index = np.clip(index, 0, size - 1)
    elif fill_mode == "wrap":
        index = np.mod(index, size)
    elif fill_mode == "reflect":  # there and back again: 0 ... size - 1, size - 1 ... 0
        index = np.mod(index, 2 * size)
        index = np.minimum(index, 2 * size - 1 - index)
    else:  # the same with each end once
        index = np.mod(index, max(1, 2 * size - 2))
        index = np.minimum(index, max(0, 2 * size - 2) - index)
    return index.astype(np.intp), weight
