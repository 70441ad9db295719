"""Branches and loops as functions.

Idea:    there is no compiled graph here, so ``if`` and ``for`` do; these are for code that was written
         for Keras, and to say what its functions mean.
Before:  ops/encoding.py.  Next: ops/methods.py.
Source:  ``keras.ops`` for names and argument order.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from minigrad.errors import ShapeError
from minigrad.ops.conversion import convert_to_tensor
from minigrad.ops.joining import stack


def cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """Return ``true_fn()`` if ``pred`` is true, else ``false_fn()``.

    Source: ``keras.ops.cond``.

    Example:
        >>> cond(3 > 2, lambda: "yes", lambda: "no")
        'yes'
    """
    return true_fn() if pred else false_fn()


def switch(index: Any, branches: Sequence[Callable[..., Any]], *operands: Any) -> Any:
    """Return ``branches[index](*operands)``; an index beyond either end means the branch there.

    Raises:
        ValueError: If there is no branch.

    Source: ``keras.ops.switch``.

    Example:
        >>> switch(1, [lambda x, y: x + y, lambda x, y: x - y], 5, 3)
        2
    """
    if not branches:
        raise ValueError("switch: at least one branch is needed; got none")
    return branches[min(max(operator.index(index), 0), len(branches) - 1)](*operands)


def fori_loop(lower: Any, upper: Any, body_fun: Callable[[int, Any], Any], init_val: Any) -> Any:
    """Return the last state of ``state = body_fun(i, state)`` for i from ``lower`` to ``upper - 1``.

    Args:
        lower: The first i.
        upper: Where to end; it is not included.
        body_fun: Takes i and the state, returns the next state.
        init_val: The first state.

    Source: ``keras.ops.fori_loop``.

    Example:
        >>> fori_loop(0, 4, lambda i, total: total + i, 0)
        6
    """
    state = init_val
    for i in range(operator.index(lower), operator.index(upper)):
        state = body_fun(i, state)
    return state


def while_loop(
    cond: Callable[..., Any], body: Callable[..., Any], loop_vars: Any, maximum_iterations: int | None = None
) -> Any:
    """Repeat ``loop_vars = body(*loop_vars)`` as long as ``cond(*loop_vars)``.

    Args:
        cond: Takes the variables; whether to go on.
        body: Takes the variables, returns the next ones.
        loop_vars: A tuple or list of variables (numbers become tensors), or a single one.
        maximum_iterations: How often at most. Default: no limit.

    Returns:
        The last variables: a tuple, or a single one.

    Raises:
        ValueError: If body returns another number of variables.

    Source: ``keras.ops.while_loop``.

    Example:
        >>> while_loop(lambda x: x < 100.0, lambda x: x * 2.0, 3.0).item()
        192.0
    """
    several = isinstance(loop_vars, tuple | list)
    values = tuple(convert_to_tensor(one) for one in (loop_vars if several else (loop_vars,)))
    count = 0
    while (maximum_iterations is None or count < maximum_iterations) and cond(*values):
        result = body(*values)
        new = tuple(result) if isinstance(result, tuple | list) else (result,)
        if len(new) != len(values):
            raise ValueError(f"while_loop: body takes {len(values)} variables but returned {len(new)}")
        values = new
        count += 1
    return values if several else values[0]


def map(f: Callable[[Any], Any], xs: Any) -> Any:
    """Return ``f`` of each slice of the first axis, stacked.

    Args:
        f: Takes a slice (of each part of xs), returns a tensor, or a tuple, list or dict of results.
        xs: A tensor, or a tuple, list or dict of tensors of one length.

    Returns:
        What f returns, each tensor with an axis in front.

    Raises:
        ShapeError: If there is nothing to map over, or the lengths differ.

    Source: ``keras.ops.map``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.map(lambda row: row.sum(), mg.Tensor([[1.0, 2.0], [3.0, 4.0]]))
        Tensor([3., 7.], shape=(2,), dtype=float32)
    """
    count = _length("map", xs)
    if not count:
        raise ShapeError("map: there is nothing to map over, so the results' shape is unknown")
    return _stack_all([f(_slice(xs, i)) for i in range(count)])


def vectorized_map(function: Callable[[Any], Any], elements: Any) -> Any:
    """Return ``function`` of each slice of the first axis, stacked; another name of `map`.

    Source: ``keras.ops.vectorized_map``.

    Example:
        >>> import minigrad as mg
        >>> a, b = mg.Tensor([1.0, 2.0]), mg.Tensor([3.0, 4.0])
        >>> mg.ops.vectorized_map(lambda pair: pair[0] * pair[1], [a, b])
        Tensor([3., 8.], shape=(2,), dtype=float32)
    """
    return map(function, elements)


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
    count = _length("scan", xs) if xs is not None else length
    if count is None or length not in (None, count):
        raise ShapeError(f"scan: length={length} doesn't fit xs, of length {count}")
    state, results = init, []
    for i in reversed(range(count)) if reverse else range(count):
        state, result = f(state, None if xs is None else _slice(xs, i))
        results.append(result)
    if reverse:
        results.reverse()
    return state, None if not results or results[0] is None else _stack_all(results)


# -- tuples, lists and dicts of tensors -----------------------------------------------------------


def _parts(structure: Any) -> list[Any] | None:
    if isinstance(structure, dict):
        return list(structure.values())
    return list(structure) if isinstance(structure, tuple | list) else None


def _length(name: str, xs: Any) -> int:
    parts = _parts(xs)
    lengths = {_length(name, part) for part in parts} if parts else {len(xs)}
    if len(lengths) > 1:
        raise ShapeError(f"{name}: the parts of xs have different lengths: {sorted(lengths)}")
    return lengths.pop()


def _slice(xs: Any, i: int) -> Any:
    if isinstance(xs, dict):
        return {name: _slice(part, i) for name, part in xs.items()}
    if isinstance(xs, tuple | list):
        return type(xs)(_slice(part, i) for part in xs)
    return xs[i]


def _stack_all(results: list[Any]) -> Any:
    first = results[0]
    if isinstance(first, dict):
        return {name: _stack_all([result[name] for result in results]) for name in first}
    if isinstance(first, tuple | list):
        return type(first)(_stack_all(list(column)) for column in zip(*results, strict=True))
    return stack(results)
