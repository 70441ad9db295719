"""Space exchanged for depth: images in blocks that don't overlap.

Idea:    cutting into blocks is a reshape with a transpose, and so is its derivative.
Shapes:  (N, H, W, C B^2) <-> (N, H B, W B, C)
Before:  ops/axes.py, ops/reshape.py, ops/conversion.py.  Next: ops/patches.py (blocks that overlap).
Source:  ``keras.ops`` for names and argument order.
"""

from __future__ import annotations

from typing import Any

from minigrad.config import standardize_data_format
from minigrad.errors import ShapeError
from minigrad.ops.axes import transpose
from minigrad.ops.conversion import convert_to_tensor
from minigrad.ops.reshape import reshape
from minigrad.shapes import integers


def depth_to_space(x: Any, block_size: int, data_format: str = "channels_last") -> Any:
    """Spread each pixel's channels over a block of pixels: ``(N, H, W, C B^2) -> (N, H B, W B, C)``.

    Args:
        x: A tensor, array or list (N, H, W, C B^2); (N, C B^2, H, W) if channels_first.
        block_size: The side B of a block.
        data_format: "channels_last" (the default) or "channels_first".

    Returns:
        A tensor of as many elements; `space_to_depth` undoes it.

    Raises:
        ShapeError: If x has not 4 axes, or the channels are no multiple of B^2.
        ValueError: If block_size is no positive integer, or data_format is unknown.

    Source: ``keras.ops.depth_to_space``; Shi et al., "Real-time single image ... sub-pixel" (2016).

    Example:
        >>> import minigrad as mg
        >>> mg.ops.depth_to_space(mg.ops.zeros((1, 2, 3, 8)), 2).shape
        (1, 4, 6, 2)
    """
    x, b, first = _blocks("depth_to_space", x, block_size, data_format)
    n, height, width, channels = _nhwc(x.shape, first)
    if channels % (b * b):
        raise ShapeError(
            f"depth_to_space: the {channels} channels of x of shape {x.shape} are no multiple of {b} x {b}"
        )
    few = channels // (b * b)
    if first:
        y = transpose(reshape(x, (n, few, b, b, height, width)), (0, 1, 4, 2, 5, 3))
        return reshape(y, (n, few, height * b, width * b))
    y = transpose(reshape(x, (n, height, width, b, b, few)), (0, 1, 3, 2, 4, 5))
    return reshape(y, (n, height * b, width * b, few))


def space_to_depth(x: Any, block_size: int, data_format: str = "channels_last") -> Any:
    """Put each block of pixels into the channels of one: ``(N, H B, W B, C) -> (N, H, W, C B^2)``.

    Args:
        x: A tensor, array or list (N, H B, W B, C); (N, C, H B, W B) if channels_first.
        block_size: The side B of a block.
        data_format: "channels_last" (the default) or "channels_first".

    Returns:
        A tensor of as many elements; `depth_to_space` undoes it.

    Raises:
        ShapeError: If x has not 4 axes, or height or width is no multiple of B.
        ValueError: If block_size is no positive integer, or data_format is unknown.

    Source: ``keras.ops.space_to_depth``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.space_to_depth(mg.ops.zeros((1, 4, 6, 2)), 2).shape
        (1, 2, 3, 8)
    """
    x, b, first = _blocks("space_to_depth", x, block_size, data_format)
    n, height, width, channels = _nhwc(x.shape, first)
    if height % b or width % b:
        raise ShapeError(f"space_to_depth: x of shape {x.shape} can't be cut into blocks of {b} x {b}")
    rows, columns = height // b, width // b
    if first:
        y = transpose(reshape(x, (n, channels, rows, b, columns, b)), (0, 1, 3, 5, 2, 4))
        return reshape(y, (n, channels * b * b, rows, columns))
    y = transpose(reshape(x, (n, rows, b, columns, b, channels)), (0, 1, 3, 2, 4, 5))
    return reshape(y, (n, rows, columns, b * b * channels))


def _blocks(name: str, x: Any, block_size: Any, data_format: str) -> tuple[Any, int, bool]:
    first = standardize_data_format(name, data_format) == "channels_first"
    (size,) = integers(name, "block_size", block_size, 1, minimum=1)
    x = convert_to_tensor(x)
    if x.ndim != 4:
        raise ShapeError(f"{name}: x must have 4 axes; got shape {x.shape}")
    return x, size, first


def _nhwc(shape: Any, channels_first: bool) -> tuple[int, int, int, int]:
    n, a, b, c = shape
    return (n, b, c, a) if channels_first else (n, a, b, c)
