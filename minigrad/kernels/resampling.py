"""Images read at places between their pixels: what rotating, shifting and zooming come down to.

Idea:    each output pixel says which place of the input it shows, ``x' = a0 x + a1 y + a2`` and
         ``y' = b0 x + b1 y + b2``. Its value is a weighted sum of the up to four pixels around that place. So
         the output is linear in the input, and the way back adds each gradient to the same pixels with the
         same weights. Images get a border first, filled as the fill mode says, and places far outside are
         folded into the bordered image: then all four pixels are there, at fixed distances from the first.
Shapes:  images (N, H, W, C), transforms (N, 6) -> (N, H, W, C)
Before:  threads.py.  Next: ops/affine.py.
Source:  ``keras.ops.image.affine_transform``; SciPy's ``ndimage.map_coordinates`` for the fill modes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from minigrad.kernels.threads import parallel_for

Array = NDArray[Any]

_BLOCK_PIXELS = 2**15

FILL_MODES = ("constant", "nearest", "wrap", "mirror", "reflect")
INTERPOLATIONS = ("nearest", "bilinear")

_BEFORE, _AFTER = 1, 2
"""The border: a place lies from -1 to the size, so that pixels from -1 to the size + 1 may be read."""


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
    border = _border(height, width, fill_mode)

    def block(i: int) -> None:
        here = images[blocks[i]].reshape(-1, height * width, channels)
        planes = np.full((channels, len(here), height * width + 1), fill_value, images.dtype)
        planes[:, :, :-1] = here.transpose(2, 0, 1)
        planes = planes.take(border.ravel(), axis=2).reshape(channels, -1)
        first, down, right = _places(
            transforms[blocks[i]], (height, width), images.dtype, interpolation, fill_mode
        )
        low = planes.take(first, axis=1)
        if interpolation == "bilinear":
            stride = border.shape[1]
            low += (planes[:, 1:].take(first, axis=1) - low) * right
            high = planes[:, stride:].take(first, axis=1)
            high += (planes[:, stride + 1 :].take(first, axis=1) - high) * right
            high -= low
            high *= down
            low += high
        out[blocks[i]] = low.transpose(1, 2, 3, 0)

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

    border = _border(height, width, fill_mode)

    def block(i: int) -> None:
        here = g[blocks[i]]
        first, down, right = _places(
            transforms[blocks[i]], (height, width), g.dtype, interpolation, fill_mode
        )
        taps = [(0, 1.0 - down, 1.0 - right)]
        if interpolation == "bilinear":
            stride = border.shape[1]
            taps += [(1, 1.0 - down, right), (stride, down, 1.0 - right), (stride + 1, down, right)]
        # Where each bordered pixel of the block came from; constant ones go to a cell after the image.
        source = (np.arange(len(here))[:, None] * (height * width + 1) + border.ravel()).ravel()
        for channel in range(channels):
            total = np.zeros(len(source))
            for step, vertical, horizontal in taps:
                weighted = here[..., channel] * (vertical * horizontal)
                total += np.bincount((first + step).ravel(), weighted.ravel(), len(source))
            back = np.bincount(source, total, len(here) * (height * width + 1)).reshape(len(here), -1)
            out[blocks[i], ..., channel] = back[:, :-1].reshape(here.shape[:3])

    parallel_for(block, len(blocks))
    return out


def _blocks(shape: tuple[int, ...]) -> list[slice]:
    """Return the images in runs of about a block's pixels: by shape alone, whatever the threads."""
    count, height, width, _ = shape
    run = max(1, _BLOCK_PIXELS // max(1, height * width))
    return [slice(start, min(start + run, count)) for start in range(0, count, run)]


def _border(height: int, width: int, fill_mode: str) -> Array:
    """Return the flat index of the pixel that each cell of the bordered image shows: (H + 3, W + 3).

    It is H W where the fill mode is constant and the cell is outside.
    """
    (rows, row_inside), (columns, column_inside) = (
        _inside(np.arange(-_BEFORE, size + _AFTER), size, fill_mode) for size in (height, width)
    )
    known = row_inside[:, None] & column_inside
    return np.where(known, rows[:, None] * width + columns, height * width)


def _inside(index: Array, size: int, fill_mode: str) -> tuple[Array, Array]:
    """Return the indices inside that stand for those outside, and which of them do."""
    known = np.ones(len(index), bool)
    if fill_mode == "constant":
        known = (index >= 0) & (index < size)
    elif fill_mode == "nearest":
        index = np.clip(index, 0, size - 1)
    elif fill_mode == "wrap":
        index = np.mod(index, size)
    elif fill_mode == "reflect":  # there and back again: 0 ... size - 1, size - 1 ... 0
        index = np.mod(index, 2 * size)
        index = np.minimum(index, 2 * size - 1 - index)
    else:  # the same with each end once
        index = np.mod(index, max(1, 2 * size - 2))
        index = np.minimum(index, max(0, 2 * size - 2) - index)
    return index, known


def _places(
    transforms: Array, size: tuple[int, int], dtype: Any, interpolation: str, fill_mode: str
) -> tuple[Array, Array, Array]:
    """Return what the output pixels of a block of images read.

    Returns:
        The flat index in the bordered images of the first, upper left pixel (n, H, W), and how far below it
        and to the right of it the place is: of a shape that broadcasts, between 0 and 1.
    """
    height, width = size
    a0, a1, a2, b0, b1, b2 = transforms.astype(dtype).T[:, :, None, None]  # (n, 1, 1) each
    y, x = np.arange(height, dtype=dtype)[:, None], np.arange(width, dtype=dtype)
    # A shift or zoom leaves rows rows: then there is but one place for each row, and for each column.
    down = b0 * x + b1 * y + b2 if b0.any() else b1 * y + b2
    right = a0 * x + a1 * y + a2 if a1.any() else a0 * x + a2
    row, down = _split(down, height, interpolation, fill_mode)
    column, right = _split(right, width, interpolation, fill_mode)
    stride = width + _BEFORE + _AFTER
    image = np.arange(len(transforms))[:, None, None] * (stride * (height + _BEFORE + _AFTER))
    return (image + (row + _BEFORE) * stride) + (column + _BEFORE), down, right


def _split(place: Array, size: int, interpolation: str, fill_mode: str) -> tuple[Array, Array]:
    """Return the pixel before each place along one axis, and how far after it the place is."""
    if interpolation == "nearest":
        place = np.floor(place + 0.5)
    place = _folded(place, size, fill_mode)
    low = np.floor(place)
    return low.astype(np.intp), place - low


def _folded(place: Array, size: int, fill_mode: str) -> Array:
    """Return the places from -1 to the size that show the same as these."""
    if fill_mode == "constant":
        return np.clip(place, -1, size)
    if fill_mode == "nearest":
        return np.clip(place, 0, size - 1)
    if fill_mode == "wrap":
        return np.asarray(np.mod(place, size))
    if fill_mode == "reflect":  # about the outer edges of the first and the last pixel
        place = np.mod(place + 0.5, 2 * size)
        return np.asarray(np.minimum(place, 2 * size - place) - 0.5)
    place = np.mod(place, max(1, 2 * size - 2))  # about their centers
    return np.asarray(np.minimum(place, max(0, 2 * size - 2) - place))
