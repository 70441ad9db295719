"""Branches and loops as functions.

Idea:    there is no compiled graph here, so ``if`` and ``for`` do; these are for code that was written
         for Keras, and to say what its functions mean.
Before:  ops/encoding.py.  Next: ops/scans.py.
Source:  ``keras.ops`` for names and argument order.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from minigrad.autodiff import transforms
from minigrad.autodiff.broadcasting import broadcast_to
from minigrad.autodiff.structures import leaves, map_leaves
from minigrad.errors import ShapeError
from minigrad.ops.conversion import convert_to_tensor
from minigrad.ops.joining import stack
from minigrad.ops.reshape import reshape
from minigrad.ops.reshape import shape as shape_of
from minigrad.shapes import broadcast_shapes


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
    count = length_of("map", xs)
    if not count:
        raise ShapeError("map: there is nothing to map over, so the results' shape is unknown")
    return stack_all([f(slice_of(xs, i)) for i in range(count)])


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


def vectorize(
    pyfunc: Callable[..., Any], *, excluded: Iterable[int | str] | None = None, signature: str | None = None
) -> Callable[..., Any]:
    """Return a function that calls ``pyfunc`` for each element, and stacks what it returns.

    Args:
        pyfunc: Takes tensors of no dimension, returns a tensor.
        excluded: The positions and names of arguments that are passed on as they are. Default: none.
        signature: Must be None: for arrays as elements there are `map` and `scan`.

    Returns:
        A function with pyfunc's arguments; those that are not excluded broadcast against each other.

    Raises:
        TypeError: If pyfunc is no function.
        ValueError: If a signature is given.

    Source: ``keras.ops.vectorize``, ``numpy.vectorize``.

    Example:
        >>> import minigrad as mg
        >>> absolute = mg.ops.vectorize(lambda x: x if x > 0 else -x)
        >>> absolute(mg.Tensor([[1.0, -2.0]]))
        Tensor([[1., 2.]], shape=(1, 2), dtype=float32)
    """
    if not callable(pyfunc):
        raise TypeError(f"vectorize: pyfunc must be a function; got {pyfunc!r}")
    if signature is not None:
        raise ValueError(f"vectorize: signature is not supported, use ops.map; got {signature!r}")
    left_out = set(excluded or ())

    @functools.wraps(pyfunc)
    def call(*args: Any, **kwargs: Any) -> Any:
        given: dict[Any, Any] = {**dict(enumerate(args)), **kwargs}
        arrays = {key: convert_to_tensor(one) for key, one in given.items() if key not in left_out}
        shape = broadcast_shapes("vectorize", *(one.shape for one in arrays.values()))
        flat = {key: reshape(broadcast_to(one, shape), (-1,)) for key, one in arrays.items()}
        results = []
        for i in range(math.prod(shape)):
            now = given | {key: one[i] for key, one in flat.items()}
            named = {key: one for key, one in now.items() if isinstance(key, str)}
            results.append(pyfunc(*(now[key] for key in range(len(args))), **named))
        if not results:
            raise ShapeError(f"vectorize: there is nothing to call the function for (shape {shape})")
        y = stack_all(results)
        return map_leaves(lambda one: reshape(one, (*shape, *shape_of(one)[1:])), y)

    return call


def jvp(
    fun: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any], has_aux: bool = False
) -> tuple[Any, ...]:
    """Return ``fun(*primals)`` and its derivative in the direction of ``tangents``; see `minigrad.jvp`.

    Source: ``keras.ops.jvp``.

    Example:
        >>> import minigrad as mg
        >>> value, tangent = mg.ops.jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 10.0))
        >>> value.item(), tangent.item()
        (6.0, 23.0)
    """
    return transforms.jvp(fun, tuple(primals), tuple(tangents), has_aux)


# -- tuples, lists and dicts of tensors -----------------------------------------------------------


def length_of(name: str, xs: Any) -> int:
    """Return the one length of all parts of xs.

    Raises:
        ShapeError: If they differ.
    """
    lengths = {len(part) for part in leaves(xs)}
    if len(lengths) != 1:
        raise ShapeError(f"{name}: the parts of xs have different lengths: {sorted(lengths)}")
    return lengths.pop()


def slice_of(xs: Any, i: int) -> Any:
    """Return slice i of each part of xs."""
    return map_leaves(lambda part: part[i], xs)


def stack_all(results: list[Any]) -> Any:
    """Return one structure of the form that all results have, each tensor stacked."""
    columns = zip(*[leaves(result) for result in results], strict=True)
    stacked = iter([stack(list(column)) for column in columns])
    return map_leaves(lambda _: next(stacked), results[0])
