"""Axes named, split, merged and reordered by a pattern: ``"b (h p) w -> b h (p w)"``.

Idea:    a pattern is a reshape that splits axes, a transpose, and a reshape that merges them.
Before:  ops/axes.py, ops/reshape.py.  Next: ops/control.py.
Source:  ``keras.ops.rearrange``; A. Rogozhnikov, "Einops" (2022).
"""

from __future__ import annotations

import math
import re
from typing import Any

from minigrad.errors import ShapeError
from minigrad.ops.axes import transpose
from minigrad.ops.conversion import convert_to_tensor
from minigrad.ops.reshape import reshape


def rearrange(tensor: Any, pattern: str, **axes_lengths: int) -> Any:
    """Split, reorder and merge axes by name: ``rearrange(x, "b h w c -> b (h w) c")``.

    Args:
        tensor: A tensor, array or list.
        pattern: A name for each of its axes, or several in parentheses for one that is to be split;
            ``->``; and the same names in another order, in parentheses where axes are merged. ``1`` stands
            for an axis of size 1.
        **axes_lengths: The sizes of axes that are split off; one in each parenthesis may be left out.

    Returns:
        A tensor of the same elements.

    Raises:
        ValueError: If the pattern can't be read, or both its sides don't have the same names.
        ShapeError: If the pattern doesn't fit the tensor's shape.

    Source: ``keras.ops.rearrange``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.rearrange(mg.ops.zeros((2, 6, 3)), "b (h p) c -> b h (p c)", p=2).shape
        (2, 3, 6)
    """
    x = convert_to_tensor(tensor)
    left, right = _sides(pattern)
    names = [name for group in left for name in group]
    wanted = [name for group in right for name in group]
    if sorted(names) != sorted(wanted) or len(set(names)) < len(names):
        raise ValueError(
            f"rearrange: each axis must be named once on either side; got {pattern!r} with the axes "
            f"{names} and {wanted}"
        )
    unknown = axes_lengths.keys() - set(names)
    if unknown:
        raise ValueError(f"rearrange: there is no axis {sorted(unknown)[0]!r} in the pattern {pattern!r}")
    sizes = _sizes(pattern, left, x.shape, axes_lengths)
    split = reshape(x, [sizes[name] for name in names])
    moved = transpose(split, [names.index(name) for name in wanted])
    return reshape(moved, [math.prod(sizes[name] for name in group) for group in right])


def _sides(pattern: str) -> tuple[list[list[str]], list[list[str]]]:
    """Return both sides of a pattern: for each axis the names that it is made of; none for a 1."""
    sides = pattern.split("->")
    group = r"\(\s*(?:[A-Za-z_]\w*\s*)*\)|[A-Za-z_]\w*|1"
    if len(sides) != 2 or not all(
        re.fullmatch(rf"\s*(?:(?:{group})(?:\s+|(?=[()])|$))*", one) for one in sides
    ):
        raise ValueError(
            "rearrange: a pattern looks like 'b (h p) c -> b h (p c)': names, parentheses around axes to "
            f"split or merge, and one arrow; got {pattern!r}"
        )
    first, second = ([re.findall(r"[A-Za-z_]\w*", one) for one in re.findall(group, side)] for side in sides)
    return first, second


def _sizes(pattern: str, groups: list[list[str]], shape: Any, given: dict[str, int]) -> dict[str, int]:
    """Return the size of each named axis."""
    if len(groups) != len(shape):
        raise ShapeError(f"rearrange: {pattern!r} names {len(groups)} axes, but the tensor has shape {shape}")
    sizes = dict(given)
    for group, size in zip(groups, shape, strict=True):
        open_axes = [name for name in group if name not in given]
        known = math.prod(given[name] for name in group if name in given)
        if len(open_axes) > 1:
            raise ValueError(
                f"rearrange: {pattern!r} splits an axis into {group}: give the sizes of all but one of "
                f"{open_axes}, as in rearrange(x, pattern, {open_axes[0]}=2)"
            )
        if size != known and not (open_axes and known and size % known == 0):
            raise ShapeError(
                f"rearrange: an axis of size {size} can't be {' x '.join(group) or '1'} with {given} "
                f"(pattern {pattern!r}, shape {shape})"
            )
        for name in open_axes:
            sizes[name] = size // known
    return sizes
