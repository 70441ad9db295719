"""The shapes of spatial layers: which axes are space, which is the channels', and what is not known yet.

Idea:    a layer is often asked for its output's shape before there is an input, when the batch, and maybe
         a height or width, is still None. What is known is computed, what is not stays None.
Shapes:  (N, L, C) or (N, H, W, C); (N, C, L) or (N, C, H, W) with channels_first
Before:  shapes.py, config.py.  Next: layers/convolutional.py, layers/pooling.py.
Source:  the ``compute_output_shape`` of Keras's spatial layers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from minigrad.errors import ShapeError
from minigrad.shapes import window_output, window_padding

Size = int | None
Sizes = tuple[Size, ...]

_FORMS = {
    (1, "channels_last"): "(N, L, C)",
    (1, "channels_first"): "(N, C, L)",
    (2, "channels_last"): "(N, H, W, C)",
    (2, "channels_first"): "(N, C, H, W)",
}


def spatial_axes(rank: int, data_format: str) -> tuple[int, ...]:
    """Return which axes of an input are space.

    Example:
        >>> spatial_axes(2, "channels_last"), spatial_axes(2, "channels_first")
        ((1, 2), (2, 3))
    """
    first = 1 if data_format == "channels_last" else 2
    return tuple(range(first, first + rank))


def split_shape(name: str, shape: Sequence[Size], rank: int, data_format: str) -> tuple[Size, Sizes, Size]:
    """Return the batch size, the spatial sizes and the number of channels of an input's shape.

    Args:
        name: The layer's class, for the error message.
        shape: The input's shape; a size may be None.
        rank: The number of spatial axes, 1 or 2.
        data_format: "channels_last" or "channels_first".

    Raises:
        ShapeError: If the shape has another number of axes.

    Example:
        >>> split_shape("Conv2D", (None, 3, 28, 28), 2, "channels_first")
        (None, (28, 28), 3)
    """
    if len(shape) != rank + 2:
        form = _FORMS[rank, data_format]
        hint = "; if the batch axis is missing, x[None] adds it" if len(shape) == rank + 1 else ""
        raise ShapeError(
            f"{name}: the input must have {rank + 2} axes {form}; got shape {tuple(shape)}{hint}"
        )
    batch, *rest = shape
    if data_format == "channels_last":
        return batch, tuple(rest[:-1]), rest[-1]
    return batch, tuple(rest[1:]), rest[0]


def join_shape(batch: Size, spatial: Sequence[Size], channels: Size, data_format: str) -> Sizes:
    """Return the shape that `split_shape` takes apart.

    Example:
        >>> join_shape(None, (28, 28), 3, "channels_last")
        (None, 28, 28, 3)
    """
    if data_format == "channels_last":
        return (batch, *spatial, channels)
    return (batch, channels, *spatial)


def on_known_sizes(rule: Callable[..., Iterable[int]], spatial: Sizes, *options: Sequence[Any]) -> Sizes:
    """Return ``rule(spatial, *options)``, computed for the axes whose size is known; the others stay None.

    Args:
        rule: Takes spatial sizes and options, of as many axes as there are, and returns their output sizes.
        spatial: The sizes; one may be None.
        *options: Strides and the like, one element for each axis.

    Example:
        >>> on_known_sizes(lambda sizes, factors: map(int.__mul__, sizes, factors), (5, None), (2, 3))
        (10, None)
    """
    known = [axis for axis, size in enumerate(spatial) if size is not None]
    sizes, *others = (tuple(values[axis] for axis in known) for values in (spatial, *options))
    found = iter(rule(sizes, *others))
    return tuple(None if size is None else next(found) for size in spatial)


def window_sizes(
    name: str,
    spatial: Sizes,
    window: tuple[int, ...],
    strides: tuple[int, ...],
    padding: str,
    dilation: tuple[int, ...] | None = None,
) -> Sizes:
    """Return how many places a window has along each axis, None where the input's size is.

    Raises:
        ShapeError: If the window doesn't fit into the input and padding is "valid".

    Example:
        >>> window_sizes("Conv2D", (28, None), (3, 3), (2, 2), "same")
        (14, None)
    """

    def places(sizes: Any, window: Any, strides: Any, dilation: Any) -> tuple[int, ...]:
        pads = window_padding(name, sizes, window, strides, padding, dilation)
        return window_output(sizes, window, strides, pads, dilation)

    return on_known_sizes(places, spatial, window, strides, dilation or (1,) * len(spatial))
