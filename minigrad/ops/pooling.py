"""Keras's pooling functions, in one and two dimensions.

Idea:    a window slides over the image; what is left of it is its maximum, or its mean.
Shapes:  inputs (N, H, W, C) -> (N, OH, OW, C); one spatial axis less for sequences.
Before:  ops/windows.py, ops/images.py.  Next: ops/probabilities.py.
Source:  ``keras.ops.max_pool``, ``average_pool``, ``adaptive_max_pool``, ``adaptive_average_pool``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import cast
from minigrad.autodiff.node import MODE, RECORD
from minigrad.autodiff.tensor import Tensor
from minigrad.config import floatx
from minigrad.errors import ShapeError
from minigrad.ops.images import Layout, as_2d, layout, padding_2d, separable_resize
from minigrad.ops.indexing import take
from minigrad.ops.windows import average_pool2d, max_pool2d
from minigrad.shapes import Padding, Shape, integers, padding_mode, remembered, window_padding

Sizes = int | Sequence[int]


def max_pool(
    inputs: Any,
    pool_size: Sizes,
    strides: Sizes | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    """Take the maximum of each window: in one dimension ``y[n, i, c] = max_{a < K} inputs[n, i S + a, c]``.

    The derivative goes to each window's first maximum.

    Args:
        inputs: (N, H, W, C) or, for sequences, (N, L, C); (N, C, H, W), (N, C, L) if channels_first.
        pool_size: The window's size: an integer, or one for each spatial axis.
        strides: How far it moves each time. Default: pool_size, so that windows don't overlap.
        padding: "valid" (the default: what doesn't fill a window is dropped) or "same" (the output's size is
            ceil(size / stride); the padding counts as minus infinity). Any letter case.
        data_format: "channels_last" or "channels_first". Default: Keras's setting, channels_last.

    Returns:
        (N, OH, OW, C) or (N, OL, C), or with the channels first.

    Raises:
        ShapeError: If the inputs have the wrong number of axes, or are smaller than a "valid" window.
        ValueError: If an argument is not among what is accepted.

    Source: ``keras.ops.max_pool``; lecture, "Max Pooling".

    Example: the lecture's

        >>> import minigrad as mg
        >>> image = mg.ops.reshape(mg.Tensor([4.0, 3.0, 2.0, 1.0]), (1, 2, 2, 1))
        >>> mg.ops.max_pool(image, 2, strides=1).item()
        4.0
        >>> mg.ops.max_pool(image, 2, strides=1, padding="SAME").numpy()[0, :, :, 0]
        array([[4., 3.],
               [2., 1.]], dtype=float32)
    """
    found = layout("max_pool", inputs, data_format)
    windows = window_options(found.name, found.spatial, pool_size, strides, padding)
    return found.from_images(_max_pool2d(found.to_images(inputs), *windows))


def average_pool(
    inputs: Any,
    pool_size: Sizes,
    strides: Sizes | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    """Take the mean of each window: in one dimension ``y[n, i, c] = sum_{a < K} inputs[n, i S + a, c] / K``.

    The derivative is shared equally among the window's cells.

    Args:
        inputs: As in `max_pool`.
        pool_size: As in `max_pool`.
        strides: As in `max_pool`.
        padding: "valid" (the default) or "same", where padding is not counted: at the border the mean is
            over fewer cells. Any letter case.
        data_format: As in `max_pool`.

    Returns:
        (N, OH, OW, C) or (N, OL, C), or with the channels first; integers give floats.

    Raises:
        ShapeError: If the inputs have the wrong number of axes, or are smaller than a "valid" window.
        ValueError: If an argument is not among what is accepted.

    Source: ``keras.ops.average_pool``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.average_pool(mg.Tensor([[[1.0], [2.0], [6.0]]]), 2, 1, "same").tolist()
        [[[1.5], [4.0], [6.0]]]
    """
    found = layout("average_pool", inputs, data_format)
    windows = window_options(found.name, found.spatial, pool_size, strides, padding)
    return found.from_images(average_pool2d(found.to_images(inputs), *windows))


def adaptive_max_pool(inputs: Any, output_size: Sizes, data_format: str | None = None) -> Any:
    """Take maxima of as many windows as the output should have cells.

    Window i of O over an axis of size I covers ``floor(i I / O) ... ceil((i + 1) I / O) - 1``; the
    derivative goes to each window's first maximum.

    Args:
        inputs: As in `max_pool`.
        output_size: The output's spatial size: an integer, or one for each axis.
        data_format: As in `max_pool`.

    Returns:
        (N, OH, OW, C) or (N, OL, C), or with the channels first.

    Raises:
        ShapeError: If the inputs have the wrong number of axes.
        ValueError: If output_size is not positive.

    Source: ``keras.ops.adaptive_max_pool``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.adaptive_max_pool(mg.Tensor([[[1.0], [2.0], [6.0]]]), 2).tolist()
        [[[2.0], [6.0]]]
    """
    found = layout("adaptive_max_pool", inputs, data_format)
    images, pool_size = found.to_images(inputs), []
    for axis, (size, count) in enumerate(zip(*_adaptive(found, output_size), strict=True), start=1):
        cells = _adaptive_cells(size, count)
        if size % count:  # windows overlap or differ in size: write them out, one after the other
            images = take(images, cells.ravel(), axis=axis)
        pool_size.append(cells.shape[1])
    shape = (pool_size[0], pool_size[1])
    return found.from_images(_max_pool2d(images, shape, shape, ((0, 0), (0, 0))))


def adaptive_average_pool(inputs: Any, output_size: Sizes, data_format: str | None = None) -> Any:
    """Take means of as many windows as the output should have cells.

    Window i of O over an axis of size I covers ``floor(i I / O) ... ceil((i + 1) I / O) - 1``; the
    derivative is shared equally among the window's cells.

    Args:
        inputs: As in `max_pool`.
        output_size: The output's spatial size: an integer, or one for each axis.
        data_format: As in `max_pool`.

    Returns:
        (N, OH, OW, C) or (N, OL, C), or with the channels first.

    Raises:
        ShapeError: If the inputs have the wrong number of axes.
        ValueError: If output_size is not positive.

    Source: ``keras.ops.adaptive_average_pool``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.adaptive_average_pool(mg.Tensor([[[1.0], [2.0], [6.0]]]), 2).tolist()
        [[[1.5], [4.0]]]
    """
    found = layout("adaptive_average_pool", inputs, data_format)
    images = found.to_images(inputs)
    size, output = _adaptive(found, output_size)
    if size[0] % output[0] == size[1] % output[1] == 0:
        windows = (size[0] // output[0], size[1] // output[1])
        return found.from_images(average_pool2d(images, windows, windows))
    if images.dtype.kind != "f":
        images = cast(images, floatx())
    # A rectangle's mean is the mean over its rows of the means over its columns.
    means = map(_adaptive_means, size, output)
    return found.from_images(separable_resize(images, *means))


# -- what they share -----------------------------------------------------------------------------


@remembered
def window_options(
    name: str, spatial: Shape, pool_size: Sizes, strides: Sizes | None, padding: str
) -> tuple[Shape, Shape, Padding]:
    """Return Keras's arguments as those of the ops on images: size, strides and padding of (height, width).

    Raises:
        ShapeError: If a "valid" window is larger than the input.
        ValueError: If an argument is not among what is accepted.
    """
    size = integers(name, "pool_size", pool_size, len(spatial))
    steps = size if strides is None else integers(name, "strides", strides, len(spatial))
    pads = window_padding(name, spatial, size, steps, padding_mode(name, padding))
    return as_2d(size), as_2d(steps), padding_2d(pads)


def _max_pool2d(images: Any, pool_size: Shape, strides: Shape, padding: Padding) -> Any:
    """Pool, remembering where the maxima are only where a derivative can be asked for."""
    with_index = MODE.level == RECORD and isinstance(images, Tensor) and images.requires_grad
    return max_pool2d(images, pool_size, strides, padding, with_index)


def _adaptive(found: Layout, output_size: Sizes) -> tuple[Shape, Shape]:
    """Return (height, width) of the inputs and of the output."""
    if 0 in found.spatial:
        raise ShapeError(f"{found.name}: inputs of shape {found.shape} have no cells to pool")
    return as_2d(found.spatial), as_2d(found.integers("output_size", output_size))


def _adaptive_cells(size: int, count: int) -> Any:
    """Return which cells each window covers, (count, longest): a shorter one names its last cell twice."""
    windows = np.arange(count)
    first, stop = windows * size // count, -(-(windows + 1) * size // count)
    longest = int(np.max(stop - first))
    return np.minimum(first[:, None] + np.arange(longest), stop[:, None] - 1)


def _adaptive_means(size: int, count: int) -> Any:
    """Return the matrix (count, size) whose product with an axis takes the windows' means."""
    means = np.zeros((count, size))
    means[np.arange(count)[:, None], _adaptive_cells(size, count)] = 1.0
    return means / means.sum(axis=1, keepdims=True)
