"""Scans: a state carried along an axis, step by step or by pairs.

Idea:    a loop takes as many steps as there are elements. If the order of joining makes no difference, all
         pairs can be joined at once, then pairs of pairs: about log2 as many steps, each on whole arrays.
Before:  ops/control.py.  Next: ops/methods.py.
Source:  ``keras.ops``; Blelloch, "Prefix Sums and Their Applications" (1990).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minigrad.autodiff.structures import leaves, map_leaves
from minigrad.errors import ShapeError
from minigrad.ops.axes import moveaxis
from minigrad.ops.control import length_of, slice_of, stack_all
from minigrad.ops.joining import concatenate, stack
from minigrad.ops.reshape import flip, ndim, reshape
from minigrad.ops.reshape import shape as shape_of
from minigrad.shapes import normalize_axis


def scan(
    f: Callable[[Any, Any], tuple[Any, Any]],
    init: Any,
    xs: Any = None,
    length: int | None = None,
    reverse: bool = False,
) -> tuple[Any, Any]:
    """Carry a state along the first axis: ``state, y[i] = f(state, xs[i])``.

    Args:
        f: Takes the state and a slice, returns the next state and a result.
        init: The first state.
        xs: A tensor, or a tuple, list or dict of tensors of one length. Default None: slices are None.
        length: How often; needed without xs, and checked against it.
        reverse: Whether to go from the last slice to the first. Default False.

    Returns:
        The last state, and the results stacked in the order of xs (None if f returns None).

    Raises:
        ShapeError: If the lengths differ or are unknown.

    Source: ``keras.ops.scan``.

    Example:
        >>> import minigrad as mg
        >>> last, sums = mg.ops.scan(lambda s, x: (s + x, s + x), 0.0, mg.Tensor([1.0, 2.0, 3.0]))
        >>> sums
        Tensor([1., 3., 6.], shape=(3,), dtype=float32)
    """
    count = length_of("scan", xs) if xs is not None else length
    if count is None or length not in (None, count):
        raise ShapeError(f"scan: length={length} doesn't fit xs, of length {count}")
    state, results = init, []
    for i in reversed(range(count)) if reverse else range(count):
        state, result = f(state, None if xs is None else slice_of(xs, i))
        results.append(result)
    if reverse:
        results.reverse()
    return state, None if not results or results[0] is None else stack_all(results)


def associative_scan(f: Callable[[Any, Any], Any], elems: Any, reverse: bool = False, axis: int = 0) -> Any:
    """Return the running results of an associative function: ``y_0 = x_0``, ``y_i = f(y_(i-1), x_i)``.

    Args:
        f: Takes two (of each part of elems), with an axis of any length in the place of ``axis``, and
            returns one. Associative: ``f(f(a, b), c) = f(a, f(b, c))``, so that pairs can be joined first
            and the calls are about ``2 log2(length)``, each on many at once.
        elems: A tensor, or a tuple, list or dict of tensors of one length along the axis.
        reverse: Whether to go from the last to the first. Default False.
        axis: Which axis. Default 0.

    Returns:
        What elems is, of the same shapes.

    Raises:
        ShapeError: If the axis is out of range, or the lengths differ.

    Source: ``keras.ops.associative_scan``; Blelloch, "Prefix Sums and Their Applications" (1990).

    Example:
        >>> import minigrad as mg
        >>> mg.ops.associative_scan(mg.ops.maximum, mg.Tensor([1.0, 3.0, 2.0]))
        Tensor([1., 3., 3.], shape=(3,), dtype=float32)
    """
    moved = map_leaves(lambda x: moveaxis(x, normalize_axis("associative_scan", axis, ndim(x)), 0), elems)
    length_of("associative_scan", moved)
    if reverse:
        moved = map_leaves(lambda x: flip(x, 0), moved)

    def joined(a: Any, b: Any) -> Any:  # f sees the axis where the caller has it
        given = [map_leaves(lambda x: moveaxis(x, 0, axis), one) for one in (a, b)]
        return map_leaves(lambda x: moveaxis(x, axis, 0), f(*given))

    result = _scan_pairs(joined, moved)
    if reverse:
        result = map_leaves(lambda x: flip(x, 0), result)
    return map_leaves(lambda x: moveaxis(x, 0, axis), result)


def _scan_pairs(f: Callable[[Any, Any], Any], xs: Any) -> Any:
    """Return the running results along axis 0: those of the pairs first, then those in between."""
    count = length_of("associative_scan", xs)
    if count < 2:
        return xs
    even, odd = map_leaves(lambda x: x[::2], xs), map_leaves(lambda x: x[1::2], xs)
    behind_odd = _scan_pairs(f, f(map_leaves(lambda x: x[: count // 2], even), odd))  # y_1, y_3, ...
    between = (count - 1) // 2
    if not between:
        behind_even = map_leaves(lambda x: x[:1], even)
    else:
        rest = f(map_leaves(lambda y: y[:between], behind_odd), map_leaves(lambda x: x[1:], even))
        firsts, rests = leaves(map_leaves(lambda x: x[:1], even)), iter(leaves(rest))
        joined = iter([concatenate([first, next(rests)]) for first in firsts])
        behind_even = map_leaves(lambda _: next(joined), even)  # y_0, y_2, ...
    odds = iter(leaves(behind_odd))
    return map_leaves(lambda x: _interleaved(x, next(odds)), behind_even)


def _interleaved(even: Any, odd: Any) -> Any:
    """Return even[0], odd[0], even[1], odd[1], ... along axis 0; even may have one more."""
    count = len(odd)
    pairs = stack([even[:count], odd], 1)
    flat = reshape(pairs, (2 * count, *shape_of(even)[1:]))
    return flat if len(even) == count else concatenate([flat, even[count:]])
