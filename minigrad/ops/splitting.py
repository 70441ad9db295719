"""One tensor to several along an axis.

Idea:    the pieces lie behind one another, and so do their gradients: these are joined again.
Shapes:  (N, ...) -> (N1, ...), (N2, ...), ... with N = N1 + N2 + ...
Before:  ops/joining.py.  Next: ops/indexing.py.
Source:  ``keras.ops`` for names and argument order.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.errors import ShapeError
from minigrad.ops.joining import split_
from minigrad.ops.reshape import ndim, shape
from minigrad.shapes import normalize_axis


def split(x: Any, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Any]:
    """Cut a tensor along an axis; the gradients of the pieces are joined again.

    Args:
        x: A tensor, array or list.
        indices_or_sections: The number of equal pieces, or the indices to cut before, in order.
        axis: Which axis. Default 0.

    Returns:
        A list of tensors: ``split(x, [2, 3])`` gives ``x[:2], x[2:3], x[3:]``.

    Raises:
        ShapeError: If the axis is out of range or can't be cut into that many equal pieces.
        ValueError: If the number of pieces is not positive, or the indices are not in order.

    Source: ``keras.ops.split``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.split(mg.Tensor([1.0, 2.0, 3.0, 4.0]), 2)[1]
        Tensor([3., 4.], shape=(2,), dtype=float32)
    """
    axis = normalize_axis("split", axis, ndim(x))
    count = shape(x)[axis]
    if not np.ndim(indices_or_sections):
        sections = operator.index(indices_or_sections)  # type: ignore[arg-type]
        if sections > 0 and count % sections:
            raise ShapeError(
                f"split: axis {axis} of an input of shape {shape(x)} can't be cut into {sections} equal "
                "pieces: give the indices to cut at, or use array_split"
            )
        return array_split(x, sections, axis)
    points = [operator.index(point) for point in indices_or_sections]  # type: ignore[union-attr]
    points = [min(max(point + count if point < 0 else point, 0), count) for point in points]
    if points != sorted(points):
        raise ValueError(f"split: the indices must be in ascending order; got {indices_or_sections!r}")
    return list(split_(x, tuple(points), axis))


def array_split(x: Any, indices_or_sections: int, axis: int = 0) -> list[Any]:
    """Cut a tensor into pieces that are as equal as can be, the larger ones first.

    Args:
        x: A tensor, array or list.
        indices_or_sections: The number of pieces.
        axis: Which axis. Default 0.

    Returns:
        A list of tensors.

    Raises:
        ShapeError: If the axis is out of range.
        ValueError: If the number of pieces is not a positive integer.

    Source: ``keras.ops.array_split``.

    Example:
        >>> import minigrad as mg
        >>> [piece.shape for piece in mg.ops.array_split(mg.ops.zeros(5), 3)]
        [(2,), (2,), (1,)]
    """
    try:
        sections = operator.index(indices_or_sections)
    except TypeError:
        sections = 0
    if sections < 1:
        raise ValueError(
            f"split: the number of pieces must be a positive integer; got {indices_or_sections!r}"
        )
    axis = normalize_axis("split", axis, ndim(x))
    least, larger = divmod(shape(x)[axis], sections)
    points = [i * least + min(i, larger) for i in range(1, sections)]
    return list(split_(x, tuple(points), axis))


def hsplit(x: Any, indices_or_sections: int | Sequence[int]) -> list[Any]:
    """Cut into pieces from left to right: `split` along axis 1, or along the one axis of a vector.

    Source: ``keras.ops.hsplit``.

    Example:
        >>> import minigrad as mg
        >>> [piece.shape for piece in mg.ops.hsplit(mg.ops.zeros((2, 4)), 2)]
        [(2, 2), (2, 2)]
    """
    return split(x, indices_or_sections, 1 if _rank("hsplit", x, 1) > 1 else 0)


def vsplit(x: Any, indices_or_sections: int | Sequence[int]) -> list[Any]:
    """Cut into pieces from top to bottom: `split` along axis 0 of a tensor of two axes or more.

    Source: ``keras.ops.vsplit``.

    Example:
        >>> import minigrad as mg
        >>> [piece.shape for piece in mg.ops.vsplit(mg.ops.zeros((4, 2)), [1])]
        [(1, 2), (3, 2)]
    """
    _rank("vsplit", x, 2)
    return split(x, indices_or_sections, 0)


def dsplit(x: Any, indices_or_sections: int | Sequence[int]) -> list[Any]:
    """Cut into pieces in depth: `split` along axis 2.

    Source: ``keras.ops.dsplit``.

    Example:
        >>> import minigrad as mg
        >>> [piece.shape for piece in mg.ops.dsplit(mg.ops.zeros((1, 1, 4)), 2)]
        [(1, 1, 2), (1, 1, 2)]
    """
    _rank("dsplit", x, 3)
    return split(x, indices_or_sections, 2)


def _rank(name: str, x: Any, least: int) -> int:
    rank = ndim(x)
    if rank < least:
        raise ShapeError(f"{name}: x must have {least} axes at least; got shape {shape(x)}")
    return rank
