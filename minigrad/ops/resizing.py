"""Images of another size or with other channels: resized, cropped, padded, gray.

Idea:    each new pixel is a weighted mean of old ones, with weights for its row times weights for its
         column: two matrix products, whose derivative is two more.
Shapes:  (N, H, W, C) -> (N, OH, OW, C); a single image (H, W, C) likewise.
Before:  ops/images.py, ops/repeating.py.  Next: ops/affine.py.
Source:  ``keras.ops.image``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import cast
from minigrad.errors import ShapeError
from minigrad.ops.conversion import convert_to_tensor
from minigrad.ops.images import layout, separable_resize
from minigrad.ops.indexing import get_item
from minigrad.ops.matrix_products import matmul
from minigrad.ops.repeating import pad
from minigrad.ops.reshape import expand_dims, reshape
from minigrad.ops.rounding import round
from minigrad.shapes import integers

_INTERPOLATIONS = ("nearest", "bilinear")
_GRAY = (0.2989, 0.587, 0.114)  # how much of the brightness each of red, green and blue makes


def resize(
    images: Any,
    size: Any,
    interpolation: str = "bilinear",
    antialias: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    fill_mode: str = "constant",
    fill_value: float = 0.0,
    data_format: str | None = None,
) -> Any:
    """Show images at another size; the gradient spreads each new pixel's over the old ones it is made of.

    Args:
        images: (N, H, W, C) or a single image (H, W, C); with the channels first if channels_first.
        size: The new (height, width).
        interpolation: "bilinear" (the default): between the four nearest pixels; or "nearest".
        antialias: Whether a smaller image takes the mean over all that a new pixel covers, so that fine
            patterns don't turn into coarse ones. Default False.
        crop_to_aspect_ratio: Whether to cut the images to the new proportions first, around the middle,
            instead of distorting them. Default False.
        pad_to_aspect_ratio: Whether to pad them to the new proportions first, with as much at one end as at
            the other (and so, as Keras does, with one row too few at times). Default False.
        fill_mode: "constant": pad with fill_value.
        fill_value: Default 0.
        data_format: "channels_last" or "channels_first". Default: Keras's setting, channels_last.

    Returns:
        A tensor of the images' dtype (integers are rounded) and the new size.

    Raises:
        ShapeError: If images have not 3 or 4 axes, or no pixels.
        ValueError: If an argument is not among what is accepted.

    Source: ``keras.ops.image.resize``.

    Example:
        >>> import minigrad as mg
        >>> image = mg.Tensor([[[0.0], [4.0]]])
        >>> mg.ops.image.resize(image, (1, 4)).numpy().ravel()
        array([0., 1., 3., 4.], dtype=float32)
    """
    name = "resize"
    if interpolation not in _INTERPOLATIONS:
        raise ValueError(f"resize: interpolation must be 'nearest' or 'bilinear'; got {interpolation!r}")
    if fill_mode != "constant":
        raise ValueError(f"resize: fill_mode must be 'constant'; got {fill_mode!r}")
    if crop_to_aspect_ratio and pad_to_aspect_ratio:
        raise ValueError("resize: only one of crop_to_aspect_ratio and pad_to_aspect_ratio can be True")
    new = integers(name, "size", size, 2, minimum=1)

    def change(x: Any) -> Any:
        dtype = x.dtype
        x = x if dtype.kind == "f" else cast(x, None)
        if not (x.shape[1] and x.shape[2]):
            raise ShapeError(f"resize: there are no pixels in images of shape {x.shape}")
        if crop_to_aspect_ratio:
            x = _cropped(x, new)
        elif pad_to_aspect_ratio:
            x = _padded(x, new, fill_value)
        matrices = [
            resizing_matrix(*one, interpolation, antialias) for one in zip(x.shape[1:3], new, strict=True)
        ]
        y = separable_resize(x, *matrices)
        return y if dtype.kind == "f" else cast(round(y), dtype)

    return _on_images(name, images, data_format, change)


def resizing_matrix(old: int, new: int, interpolation: str, antialias: bool) -> Any:
    """Return the matrix (new, old) that reads an axis at the centers of ``new`` cells.

    Example: to twice the size, and to half of it

        >>> resizing_matrix(2, 4, "bilinear", False).tolist()
        [[1.0, 0.0], [0.75, 0.25], [0.25, 0.75], [0.0, 1.0]]
        >>> resizing_matrix(4, 2, "bilinear", True).round(3).tolist()
        [[0.429, 0.429, 0.143, 0.0], [0.0, 0.143, 0.429, 0.429]]
    """
    centers = (np.arange(new) + 0.5) * (old / max(1, new))  # of the new cells, in old ones
    matrix = np.zeros((new, old))
    if interpolation == "nearest":
        matrix[np.arange(new), np.minimum(np.floor(centers).astype(np.intp), old - 1)] = 1.0
        return matrix
    width = max(1.0, old / new) if antialias else 1.0
    places = centers - 0.5 if antialias else np.clip(centers - 0.5, 0, old - 1)
    distance = np.abs(np.arange(old) - places[:, None]) / width
    matrix = np.maximum(0.0, 1.0 - distance)
    return matrix / matrix.sum(axis=1, keepdims=True)


def _proportions(shape: Any, new: Any) -> tuple[int, int]:
    """Return the height and width of the new proportions that go with the other one of an image."""
    height, width = shape[1:3]
    return int(float(width * new[0]) / new[1]), int(float(height * new[1]) / new[0])


def _cropped(x: Any, new: Any) -> Any:
    height, width = (max(1, min(*one)) for one in zip(x.shape[1:3], _proportions(x.shape, new), strict=True))
    top, left = (x.shape[1] - height) // 2, (x.shape[2] - width) // 2
    return get_item(x, (slice(None), slice(top, top + height), slice(left, left + width)))


def _padded(x: Any, new: Any, fill_value: float) -> Any:
    wanted = _proportions(x.shape, new)
    half = [max(size - old, 0) // 2 for size, old in zip(wanted, x.shape[1:3], strict=True)]
    return pad(x, ((0, 0), *((one, one) for one in half), (0, 0)), constant_values=fill_value)


def crop_images(
    images: Any,
    top_cropping: int | None = None,
    left_cropping: int | None = None,
    bottom_cropping: int | None = None,
    right_cropping: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> Any:
    """Cut images: of top, bottom and the target's height two must be given, and so from left to right.

    Args:
        images: (N, H, W, C) or a single image (H, W, C); with the channels first if channels_first.
        top_cropping, bottom_cropping: How many rows to cut off.
        left_cropping, right_cropping: How many columns to cut off.
        target_height, target_width: The size that is left.
        data_format: "channels_last" or "channels_first". Default: Keras's setting, channels_last.

    Returns:
        A tensor of the images' dtype.

    Raises:
        ShapeError: If images have not 3 or 4 axes.
        ValueError: If not exactly two of three are given, or they don't fit the images.

    Source: ``keras.ops.image.crop_images``.

    Example:
        >>> import minigrad as mg
        >>> image = mg.ops.zeros((5, 6, 3))
        >>> mg.ops.image.crop_images(image, 1, 2, target_height=3, target_width=4).shape
        (3, 4, 3)
    """

    def change(x: Any) -> Any:
        top, height = _span(
            "crop_images", "height", x.shape[1], -1, top_cropping, bottom_cropping, target_height
        )
        left, width = _span(
            "crop_images", "width", x.shape[2], -1, left_cropping, right_cropping, target_width
        )
        return get_item(x, (slice(None), slice(top, top + height), slice(left, left + width)))

    return _on_images("crop_images", images, data_format, change)


def pad_images(
    images: Any,
    top_padding: int | None = None,
    left_padding: int | None = None,
    bottom_padding: int | None = None,
    right_padding: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> Any:
    """Put zeros around images: of top, bottom and the target's height two must be given, and so sideways.

    Args:
        images: (N, H, W, C) or a single image (H, W, C); with the channels first if channels_first.
        top_padding, bottom_padding: How many rows to add.
        left_padding, right_padding: How many columns to add.
        target_height, target_width: The size of the result.
        data_format: "channels_last" or "channels_first". Default: Keras's setting, channels_last.

    Returns:
        A tensor of the images' dtype.

    Raises:
        ShapeError: If images have not 3 or 4 axes.
        ValueError: If not exactly two of three are given, or they don't fit the images.

    Source: ``keras.ops.image.pad_images``.

    Example:
        >>> import minigrad as mg
        >>> image = mg.ops.zeros((5, 6, 3))
        >>> mg.ops.image.pad_images(image, 1, 2, target_height=10, target_width=10).shape
        (10, 10, 3)
    """

    def change(x: Any) -> Any:
        top, height = _span("pad_images", "height", x.shape[1], 1, top_padding, bottom_padding, target_height)
        left, width = _span("pad_images", "width", x.shape[2], 1, left_padding, right_padding, target_width)
        around = (top, height - x.shape[1] - top), (left, width - x.shape[2] - left)
        return pad(x, ((0, 0), *around, (0, 0)))

    return _on_images("pad_images", images, data_format, change)


def _span(
    name: str, axis: str, size: int, sign: int, before: int | None, behind: int | None, target: int | None
) -> tuple[int, int]:
    """Return how much to add (sign 1) or cut off (sign -1) before, and the size that results."""
    ends = ("top", "bottom") if axis == "height" else ("left", "right")
    if [before, behind, target].count(None) != 1:
        raise ValueError(
            f"{name}: of {ends[0]}, {ends[1]} and target_{axis} exactly two must be given; got "
            f"{before}, {behind} and {target}"
        )
    if target is None:
        target = size + sign * ((before or 0) + (behind or 0))
    change = sign * (target - size)
    before = change - (behind or 0) if before is None else before
    behind = change - before
    if before < 0 or behind < 0 or target <= 0:
        raise ValueError(
            f"{name}: images of {axis} {size} can't become {target} with {before} at the {ends[0]} "
            f"and {behind} at the {ends[1]}"
        )
    return before, target


def rgb_to_grayscale(images: Any, data_format: str | None = None) -> Any:
    """Brightness of colors: ``y = 0.2989 red + 0.587 green + 0.114 blue``.

    Args:
        images: (N, H, W, 3) or a single image (H, W, 3); with the channels first if channels_first.
        data_format: "channels_last" or "channels_first". Default: Keras's setting, channels_last.

    Returns:
        A tensor with a single channel, of the images' dtype (integers are rounded down).

    Raises:
        ShapeError: If images have not 3 or 4 axes, or not 3 channels.

    Source: ``keras.ops.image.rgb_to_grayscale``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.image.rgb_to_grayscale(mg.Tensor([[[1.0, 1.0, 0.0]]])).numpy().round(4).tolist()
        [[[0.8859...]]]
    """

    def change(x: Any) -> Any:
        if x.shape[3] != 3:
            raise ShapeError(f"rgb_to_grayscale: images must have 3 channels; got shape {x.shape}")
        dtype = x.dtype
        x = x if dtype.kind == "f" else cast(x, None)
        y = expand_dims(matmul(x, np.array(_GRAY, x.dtype)), -1)
        return y if dtype.kind == "f" else cast(y, dtype)

    return _on_images("rgb_to_grayscale", images, data_format, change)


def _on_images(name: str, images: Any, data_format: str | None, change: Callable[[Any], Any]) -> Any:
    """Return what ``change`` makes of images (N, H, W, C), in the layout that they were given in."""
    images = convert_to_tensor(images)
    if images.ndim not in (3, 4):
        raise ShapeError(f"{name}: images must be (N, H, W, C) or (H, W, C); got shape {images.shape}")
    several = images if images.ndim == 4 else reshape(images, (1, *images.shape))
    found = layout(name, several, data_format)
    y = found.from_images(change(found.to_images(several)))
    return y if images.ndim == 4 else reshape(y, y.shape[1:])
