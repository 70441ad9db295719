"""The same numbers, more often: tiles, repetitions, padding, grids.

Idea:    a repetition is a broadcast, or a reading at repeated places; both sum the gradient by themselves,
         so nothing here needs a rule of its own but padding with constants.
Before:  ops/indexing.py.  Next: ops/sorting.py.
Source:  ``keras.ops`` for names and argument order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autodiff.broadcasting import broadcast_to
from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.errors import ShapeError
from minigrad.ops.indexing import get_item, index_array, take
from minigrad.ops.reshape import ndim, ravel, reshape, shape, size
from minigrad.shapes import normalize_axis

_MODES = {"reflect": "reflect", "symmetric": "symmetric", "edge": "edge", "wrap": "wrap", "circular": "wrap"}


def tile(x: Any, repeats: Any) -> Any:
    """Lay the whole tensor side by side, ``repeats`` times along each axis; ``dx`` sums the tiles of g.

    Args:
        x: A tensor, array or list.
        repeats: An int or one for each axis. The shorter of it and x's shape is filled with 1 in front.

    Returns:
        A tensor of shape ``x.shape * repeats``.

    Raises:
        ValueError: If a count is negative.

    Source: ``keras.ops.tile``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.tile(mg.Tensor([1.0, 2.0]), (2, 2))
        Tensor([[1., 2., 1., 2.], [1., 2., 1., 2.]], shape=(2, 4), dtype=float32)
    """
    counts = np.atleast_1d(index_array("tile", repeats)).tolist()
    if min(counts, default=0) < 0:
        raise ValueError(f"tile: repeats must not be negative; got {repeats!r}")
    sizes = [1] * (len(counts) - ndim(x)) + list(shape(x))
    counts = [1] * (len(sizes) - len(counts)) + counts
    apart = [n for pair in zip([1] * len(sizes), sizes, strict=True) for n in pair]  # 1, N1, 1, N2, ...
    spread = [n for pair in zip(counts, sizes, strict=True) for n in pair]  # R1, N1, R2, N2, ...
    joined = tuple(count * n for count, n in zip(counts, sizes, strict=True))
    return reshape(broadcast_to(reshape(x, apart), spread), joined)


def repeat(x: Any, repeats: Any, axis: int | None = None) -> Any:
    """Repeat each element; ``dx`` sums its repetitions' gradients.

    Args:
        x: A tensor, array or list.
        repeats: How often: an int for all, or one for each element along the axis.
        axis: Along which axis. Default None: the flattened tensor.

    Returns:
        A tensor whose size along the axis is the sum of the counts.

    Raises:
        ShapeError: If the axis is out of range, or the counts are not as many as the elements.
        ValueError: If a count is negative.

    Source: ``keras.ops.repeat``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.repeat(mg.Tensor([1.0, 2.0]), 2)
        Tensor([1., 1., 2., 2.], shape=(4,), dtype=float32)
        >>> mg.ops.repeat(mg.Tensor([1.0, 2.0]), [1, 3])
        Tensor([1., 2., 2., 2.], shape=(4,), dtype=float32)
    """
    if axis is None:
        x, axis = ravel(x), 0
    axis = normalize_axis("repeat", axis, ndim(x))
    before, count, after = shape(x)[:axis], shape(x)[axis], shape(x)[axis + 1 :]
    counts = index_array("repeat", repeats)
    if counts.size and counts.min() < 0:
        raise ValueError(f"repeat: repeats must not be negative; got {repeats!r}")
    if counts.size == 1:
        times = int(counts.reshape(()))
        wide = broadcast_to(reshape(x, (*before, count, 1, *after)), (*before, count, times, *after))
        return reshape(wide, (*before, count * times, *after))
    if counts.shape != (count,):
        raise ShapeError(f"repeat: repeats of shape {counts.shape} don't fit axis {axis} of {shape(x)}")
    return take(x, np.repeat(np.arange(count), counts), axis)


def pad(x: Any, pad_width: Any, mode: str = "constant", constant_values: Any = None) -> Any:
    """Add elements before and after each axis.

    The gradient of a padding with constants is the inner part of g; in the other modes, which copy
    elements of x, each element collects the gradients of its copies.

    Args:
        x: A tensor, array or list.
        pad_width: How many: ``((before, after), ...)`` for each axis, one ``((before, after),)`` or
            ``(before, after)`` for all, or an int for both sides of all.
        mode: ``"constant"`` (the default), ``"reflect"`` (mirrored at the outermost element),
            ``"symmetric"`` (mirrored beyond it), ``"edge"`` (the outermost element), ``"wrap"`` or
            ``"circular"`` (from the other end).
        constant_values: The number to pad with, in mode constant only. Default 0.

    Returns:
        A tensor, larger by ``before + after`` along each axis.

    Raises:
        ShapeError: If pad_width doesn't fit x's axes, or an empty axis has nothing to copy.
        ValueError: If a width is negative, the mode is unknown, or constant_values has no use in it.

    Source: ``keras.ops.pad``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.pad(mg.Tensor([1.0, 2.0]), (1, 2))
        Tensor([0., 1., 2., 0., 0.], shape=(5,), dtype=float32)
        >>> mg.ops.pad(mg.Tensor([1.0, 2.0, 3.0]), 2, mode="reflect")
        Tensor([3., 2., 1., 2., 3., 2., 1.], shape=(7,), dtype=float32)
    """
    widths = _pad_widths(pad_width, shape(x))
    if mode == "constant":
        value = 0.0 if constant_values is None else constant_values
        if np.ndim(value):
            raise ValueError(f"pad: constant_values must be one number; got {constant_values!r}")
        return _pad(x, widths, float(value))
    if mode not in _MODES:
        raise ValueError(
            f"pad: mode must be 'constant' or one of {', '.join(map(repr, _MODES))}; got {mode!r}"
        )
    if constant_values is not None:
        raise ValueError(f"pad: constant_values has no use in mode {mode!r}; got {constant_values!r}")
    for axis, (before, after) in enumerate(widths):
        if not before and not after:
            continue
        count = shape(x)[axis]
        if not count:
            raise ShapeError(f"pad: axis {axis} of an input of shape {shape(x)} has nothing to copy")
        sources = np.pad(np.arange(count), (before, after), _MODES[mode])  # type: ignore[call-overload]
        x = take(x, sources, axis)
    return x


@differentiable
def _pad(x: Array, widths: Any, value: Any) -> Any:
    return np.pad(x, widths, constant_values=value) if x.ndim else x.copy()


@_pad.vjp
def _(g: Any, widths: Any, x_shape: Any) -> Any:
    inner = zip(widths, x_shape, strict=True)
    return get_item(g, tuple(slice(before, before + n) for (before, _), n in inner))


def _pad_widths(pad_width: Any, of: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Return NumPy's and Keras's ways to write pad_width as ((before, after), ...) for each axis."""
    given = index_array("pad", pad_width)
    if given.size and given.min() < 0:
        raise ValueError(f"pad: pad_width must not be negative; got {pad_width!r}")
    if not of:
        return ()
    try:
        pairs = np.broadcast_to(given, (len(of), 2)).tolist()
    except ValueError:
        raise ShapeError(
            f"pad: pad_width {pad_width!r} doesn't fit an input of shape {of}: give (before, after) for "
            f"each of the {len(of)} axes, one pair for all, or one number"
        ) from None
    return tuple((before, after) for before, after in pairs)


def meshgrid(*x: Any, indexing: str = "xy") -> list[Any]:
    """Return coordinate grids: the i-th result holds ``x_i`` along its own axis, repeated along the others.

    Args:
        *x: Tensors, arrays or lists of one axis (or numbers).
        indexing: ``"xy"`` (the default: the first input runs along axis 1, the second along axis 0)
            or ``"ij"`` (the i-th along axis i).

    Returns:
        A list of tensors of one shape, as many as inputs.

    Raises:
        ShapeError: If an input has more than one axis.
        ValueError: If indexing is neither.

    Source: ``keras.ops.meshgrid``.

    Example:
        >>> import minigrad as mg
        >>> a, b = mg.ops.meshgrid(mg.Tensor([1.0, 2.0]), mg.Tensor([3.0, 4.0]))
        >>> b
        Tensor([[3., 3.], [4., 4.]], shape=(2, 2), dtype=float32)
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: indexing must be 'xy' or 'ij'; got {indexing!r}")
    for one in x:
        if ndim(one) > 1:
            raise ShapeError(f"meshgrid: inputs have one axis; got one of shape {shape(one)}")
    axes = list(range(len(x)))
    if indexing == "xy" and len(x) > 1:
        axes[:2] = [1, 0]
    sizes = [0] * len(x)
    for one, axis in zip(x, axes, strict=True):
        sizes[axis] = size(one)
    grids = []
    for one, axis in zip(x, axes, strict=True):
        along = tuple(n if i == axis else 1 for i, n in enumerate(sizes))
        grids.append(broadcast_to(reshape(one, along), tuple(sizes)))
    return grids
