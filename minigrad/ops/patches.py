"""Windows of images read into columns, and columns added back.

Idea:    one integer index names all cells of all windows. Reading there and adding up there are each other's
         derivative: what convolution does in its kernel, spelled out.
Shapes:  (N, C, H, W) <-> (N, C KH KW, L), L windows; (N, H, W, C) -> (N, OH, OW, KH KW C)
Before:  ops/indexing.py, ops/repeating.py, ops/images.py.  Next: ops/einops.py.
Source:  ``keras.ops`` for names and argument order; PyTorch's ``unfold`` and ``fold``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.errors import ShapeError
from minigrad.ops.conversion import convert_to_tensor
from minigrad.ops.images import layout
from minigrad.ops.indexing import get_item, put_items
from minigrad.ops.repeating import pad
from minigrad.ops.reshape import reshape
from minigrad.shapes import integers, padding_mode, window_padding

Sizes = int | Sequence[int]


def unfold(x: Any, kernel_size: Sizes, dilation: Sizes = 1, padding: Sizes = 0, stride: Sizes = 1) -> Any:
    """Put every window of an image into a column; the gradient is `fold`.

    Args:
        x: A tensor, array or list (N, C, H, W): channels first, as in PyTorch.
        kernel_size: (KH, KW), or one number for both.
        dilation: The step between a window's cells; one number or two. Default 1.
        padding: How many zeros to put at both ends of each axis; one number or two. Default 0.
        stride: The step between windows; one number or two. Default 1.

    Returns:
        A tensor (N, C KH KW, L), L the number of windows.

    Raises:
        ShapeError: If x has not 4 axes, or no window fits in.
        ValueError: If an argument is out of range.

    Source: ``keras.ops.unfold``, ``torch.nn.Unfold``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.unfold(mg.ops.zeros((2, 3, 4, 5)), 2).shape
        (2, 12, 12)
    """
    x = convert_to_tensor(x)
    if x.ndim != 4:
        raise ShapeError(f"unfold: x must have shape (N, C, H, W); got {x.shape}")
    kernel, step, (top, left), stride = _options("unfold", kernel_size, dilation, padding, stride)
    x = pad(x, ((0, 0), (0, 0), (top, top), (left, left)))
    rows, columns = _cells("unfold", x.shape[2:], kernel, step, stride)
    y = get_item(x, (slice(None), slice(None), rows, columns))  # (N, C, KH KW, L)
    return reshape(y, (x.shape[0], x.shape[1] * rows.shape[0], rows.shape[1]))


def fold(
    x: Any,
    output_size: Sizes,
    kernel_size: Sizes,
    dilation: Sizes = 1,
    padding: Sizes = 0,
    stride: Sizes = 1,
) -> Any:
    """Add the columns up to an image, each number where `unfold` takes it from; the gradient is `unfold`.

    Args:
        x: A tensor, array or list (N, C KH KW, L).
        output_size: (H, W), or one number for both.
        kernel_size, dilation, padding, stride: As for `unfold`.

    Returns:
        A tensor (N, C, H, W).

    Raises:
        ShapeError: If x doesn't have as many rows and columns as there are cells and windows.
        ValueError: If an argument is out of range.

    Source: ``keras.ops.fold``, ``torch.nn.Fold``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.fold(mg.ops.ones((1, 2, 2)), (1, 3), (1, 2)).tolist()
        [[[[1.0, 2.0, 1.0]]]]
    """
    x = convert_to_tensor(x)
    kernel, step, (top, left), stride = _options("fold", kernel_size, dilation, padding, stride)
    height, width = integers("fold", "output_size", output_size, 2, minimum=1)
    rows, columns = _cells("fold", (height + 2 * top, width + 2 * left), kernel, step, stride)
    cells, windows = rows.shape
    if x.ndim != 3 or x.shape[1] % cells or x.shape[2] != windows:
        raise ShapeError(
            f"fold: x must have shape (N, C * {cells}, {windows}), for windows of {kernel} in an output of "
            f"{height, width}; got {x.shape}"
        )
    n, channels = x.shape[0], x.shape[1] // cells
    key = (slice(None), slice(None), rows, columns)
    whole = (n, channels, height + 2 * top, width + 2 * left)
    y = put_items(reshape(x, (n, channels, cells, windows)), key, whole)
    return get_item(y, (..., slice(top, top + height), slice(left, left + width)))


def _options(name: str, kernel_size: Any, dilation: Any, padding: Any, stride: Any) -> tuple[Any, ...]:
    return (
        integers(name, "kernel_size", kernel_size, 2, minimum=1),
        integers(name, "dilation", dilation, 2, minimum=1),
        integers(name, "padding", padding, 2, minimum=0),
        integers(name, "stride", stride, 2, minimum=1),
    )


def _cells(name: str, size: Any, kernel: Any, dilation: Any, stride: Any) -> tuple[Any, Any]:
    """Return the row and the column of each cell of each window: two arrays (KH KW, windows)."""
    places = []
    for length, cells, step, jump in zip(size, kernel, dilation, stride, strict=True):
        starts = _starts(length, cells, step, jump)
        if not starts.size:
            raise ShapeError(
                f"{name}: a window of {kernel}, with dilation {dilation}, does not fit into {tuple(size)}"
            )
        places.append(np.arange(cells)[:, None] * step + starts)  # (K, windows)
    (kh, oh), (kw, ow) = places[0].shape, places[1].shape
    rows = np.broadcast_to(places[0][:, None, :, None], (kh, kw, oh, ow))
    columns = np.broadcast_to(places[1][None, :, None, :], (kh, kw, oh, ow))
    return rows.reshape(kh * kw, oh * ow), columns.reshape(kh * kw, oh * ow)


def _starts(length: int, cells: int, step: int, jump: int) -> Any:
    """Return where along one axis the windows begin."""
    return np.arange(0, length - (cells - 1) * step, jump)


def extract_patches(
    images: Any,
    size: Sizes,
    strides: Sizes | None = None,
    dilation_rate: Sizes = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    """Put every window of an image into the channels of one pixel; each gradient goes back where it was read.

    Args:
        images: (N, H, W, C) or a single image (H, W, C); with the channels first if channels_first.
        size: (KH, KW), or one number for both.
        strides: The step between windows; one number or two. Default: size, so that none overlap.
        dilation_rate: The step between a window's cells; one number or two. Default 1.
        padding: "valid" (the default): windows within the image only. "same": as many as there are steps.
        data_format: "channels_last" or "channels_first". Default: Keras's setting, channels_last.

    Returns:
        (N, OH, OW, KH KW C), or with the channels first; without N for a single image.

    Raises:
        ShapeError: If images have not 3 or 4 axes, or no window fits in.
        ValueError: If an argument is not among what is accepted.

    Source: ``keras.ops.image.extract_patches``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.image.extract_patches(mg.ops.zeros((1, 4, 6, 3)), 2).shape
        (1, 2, 3, 12)
    """
    name = "extract_patches"
    images = convert_to_tensor(images)
    single = images.ndim == 3
    given = layout(name, reshape(images, (1, *images.shape)) if single else images, data_format)
    if given.dimensions != 2:
        raise ShapeError(f"{name}: images must be (N, H, W, C) or (H, W, C); got shape {images.shape}")
    x = given.to_images(reshape(images, given.shape))
    kernel = integers(name, "size", size, 2, minimum=1)
    stride = kernel if strides is None else integers(name, "strides", strides, 2, minimum=1)
    step = integers(name, "dilation_rate", dilation_rate, 2, minimum=1)
    around = window_padding(name, given.spatial, kernel, stride, padding_mode(name, padding), step)
    x = pad(x, ((0, 0), *around, (0, 0)))
    rows, columns = _cells(name, x.shape[1:3], kernel, step, stride)
    y = get_item(x, (slice(None), rows.T, columns.T))  # (N, L, KH KW, C)
    counts = [len(_starts(*one)) for one in zip(x.shape[1:3], kernel, step, stride, strict=True)]
    y = reshape(y, (x.shape[0], *counts, rows.shape[0] * x.shape[3]))
    y = given.from_images(y)
    return reshape(y, y.shape[1:]) if single else y
