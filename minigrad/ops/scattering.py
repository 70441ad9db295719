"""Tensors with some of their places replaced: what assignment is elsewhere.

Idea:    a tensor is never changed in place, since a gradient may need its old values. ``x[key] = v``
         becomes a new tensor: g flows to v at the places of key, and to x everywhere else.
Before:  ops/indexing.py.  Next: ops/repeating.py.
Source:  ``keras.ops`` for names and argument order.
"""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import cast, differentiable
from minigrad.autodiff.op import Array
from minigrad.autodiff.tensor import NDArray, Tensor, to_array
from minigrad.errors import ShapeError
from minigrad.ops.creation import zeros
from minigrad.ops.elementwise import multiply
from minigrad.ops.indexing import (
    check_range,
    flat_places,
    get_item,
    index_array,
    plain_key,
    put_items,
    repeats_possible,
)
from minigrad.ops.reshape import shape
from minigrad.ops.selection import maximum, minimum

_REDUCTIONS = ("add", "max", "min", "mul")


@differentiable(aux=True)
def set_items(x: Array, values: Array, key: Any) -> Any:
    """Replace at ``key``: ``y = x; y[key] = values``.

    The derivative: ``dvalues = g[key]``, and ``dx`` is g with zeros at key. Where key names a place
    twice the last value stays, and it alone gets the gradient.

    Args:
        x: A tensor.
        values: A tensor or number that broadcasts to the shape of ``x[key]``.
        key: As for `get_item`.

    Returns:
        A tensor of x's shape.

    Raises:
        IndexError: If an index is out of range, of a wrong dtype, or there are too many.
        ShapeError: If the values do not broadcast to the places.

    Source: our own; ``x.at[key].set(values)`` in JAX.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.set_items(mg.Tensor([1.0, 2.0, 3.0]), 0.0, mg.Tensor([True, False, True]))
        Tensor([0., 2., 0.], shape=(3,), dtype=float32)
    """
    key = plain_key(key)
    out = np.array(x)
    out[key] = values
    last = _last_written(out.shape, key) if isinstance(values, np.ndarray) else None
    return out, (key, last)


@set_items.vjp
def _(g: Any, aux: Any, needs: Any) -> Any:
    key, last = aux
    dx = set_items(g, 0.0, key) if needs[0] else None
    dvalues = get_item(g, key) if needs[1] else None
    if dvalues is not None and last is not None:
        dvalues = dvalues * last
    return dx, dvalues


def _last_written(of: tuple[int, ...], key: Any) -> NDArray | None:
    """Return which of the values assigned at key are not overwritten by a later one; None: all."""
    if not repeats_possible(key):
        return None
    places = flat_places(of, key)
    order = np.arange(places.size).reshape(places.shape)
    writer = np.empty(np.prod(of, dtype=np.intp), np.intp)
    writer[places] = order
    last: NDArray = writer[places] == order
    return None if last.all() else last


def scatter(indices: Any, values: Any, shape: Any) -> Any:
    """Add values into zeros: ``y = 0; y[indices] += values``, so ``dvalues = g[indices]``.

    Args:
        indices: Integers of shape (N, K): N places, each K indices of the first axes.
        values: A tensor of shape (N, *shape[K:]).
        shape: The shape of y.

    Returns:
        A tensor of that shape and values' dtype. A place named twice holds the sum.

    Raises:
        IndexError: If an index is out of range or not an integer.
        ShapeError: If the shapes don't fit.

    Source: ``keras.ops.scatter``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.scatter([[0], [2], [2]], mg.Tensor([1.0, 2.0, 3.0]), (4,))
        Tensor([1., 0., 5., 0.], shape=(4,), dtype=float32)
    """
    values = values if isinstance(values, Tensor | np.ndarray) else Tensor(values)
    return _scatter_update("scatter", zeros(shape, values.dtype), indices, values, "add")


def scatter_update(inputs: Any, indices: Any, updates: Any, reduction: str | None = None) -> Any:
    """Update at places: ``y = inputs; y[indices] = updates``, or another way of combining the two.

    Args:
        inputs: A tensor, array or list.
        indices: Integers of shape (N, K): N places, each K indices of the first axes.
        updates: A tensor of shape (N, *inputs.shape[K:]).
        reduction: None (the default) replaces, ``"add"``, ``"mul"``, ``"max"`` and ``"min"`` combine the
            old value with the update. Updates of one place are applied one after another.

    Returns:
        A tensor of inputs' shape and dtype.

    Raises:
        IndexError: If an index is out of range or not an integer.
        ShapeError: If the shapes don't fit.
        ValueError: If the reduction is unknown.

    Source: ``keras.ops.scatter_update``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.scatter_update(mg.ops.ones(3), [[0], [0]], mg.Tensor([1.0, 2.0]), reduction="add")
        Tensor([4., 1., 1.], shape=(3,), dtype=float32)
    """
    how = reduction.lower() if isinstance(reduction, str) else reduction
    if how is not None and how not in _REDUCTIONS:
        listed = ", ".join(map(repr, _REDUCTIONS))
        raise ValueError(f"scatter_update: reduction must be None or one of {listed}; got {reduction!r}")
    return _scatter_update("scatter_update", inputs, indices, updates, how)


def _scatter_update(name: str, inputs: Any, indices: Any, updates: Any, how: str | None) -> Any:
    inputs, updates = _tensor(inputs), _tensor(updates)
    places = _places(indices, shape(inputs))
    wanted = (len(places), *shape(inputs)[places.shape[1] :])
    if shape(updates) != wanted:
        what = "values" if name == "scatter" else "updates"
        raise ShapeError(
            f"{name}: {what} must have shape {wanted} for indices of shape {places.shape} into "
            f"{shape(inputs)}; got {shape(updates)}"
        )
    if updates.dtype != inputs.dtype:
        updates = cast(updates, inputs.dtype)
    key = tuple(places.T)
    if how is None:
        return set_items(inputs, updates, key)
    if how == "add":
        return inputs + put_items(updates, key, shape(inputs))
    return _combine_in_rounds(how, inputs, updates, places)


def _combine_in_rounds(how: str, inputs: Any, updates: Any, places: NDArray) -> Any:
    """Apply the first update of each place, then the second of each that has one, and so on."""
    combine: Any = {"max": maximum, "min": minimum, "mul": multiply}[how]
    seen: dict[tuple[int, ...], int] = {}
    rounds: list[list[int]] = []
    for n, place in enumerate(map(tuple, places.tolist())):
        times = seen[place] = seen.get(place, -1) + 1
        if times == len(rounds):
            rounds.append([])
        rounds[times].append(n)
    for members in rounds:
        key = tuple(places[members].T)
        inputs = set_items(inputs, combine(get_item(inputs, key), get_item(updates, members)), key)
    return inputs


def _places(indices: Any, of: tuple[int, ...]) -> NDArray:
    """Return the indices of scatter, checked and counted from the front."""
    places = index_array("scatter_update", indices)
    if places.ndim != 2 or places.shape[1] > len(of):
        raise ShapeError(
            f"scatter_update: indices must have shape (N, K) with K <= {len(of)} for inputs of shape {of}; "
            f"got {places.shape}"
        )
    sizes = of[: places.shape[1]]
    for axis, count in enumerate(sizes):
        check_range("scatter_update", places[:, axis], axis, count)
    return np.where(places < 0, places + np.array(sizes, places.dtype), places)


def slice(inputs: Any, start_indices: Any, shape: Any) -> Any:
    """Cut out a block: ``y = inputs[start : start + shape]`` along every axis.

    Args:
        inputs: A tensor, array or list.
        start_indices: Where the block starts: an integer (which may be computed) for each axis.
        shape: The block's shape; -1 stands for all that is left.

    Returns:
        A tensor of that shape.

    Raises:
        ShapeError: If there are not as many numbers as axes, or the block does not lie within inputs.

    Source: ``keras.ops.slice``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.slice(mg.Tensor([[1.0, 2.0], [3.0, 4.0]]), (1, 0), (1, 2))
        Tensor([[3., 4.]], shape=(1, 2), dtype=float32)
    """
    return get_item(inputs, _block("slice", inputs, start_indices, shape))


def slice_update(inputs: Any, start_indices: Any, updates: Any) -> Any:
    """Replace a block: ``y = inputs; y[start : start + updates.shape] = updates``.

    Args:
        inputs: A tensor, array or list.
        start_indices: Where the block starts: an integer (which may be computed) for each axis.
        updates: A tensor with as many axes as inputs.

    Returns:
        A tensor of inputs' shape and dtype.

    Raises:
        ShapeError: If there are not as many numbers as axes, or the block does not lie within inputs.

    Source: ``keras.ops.slice_update``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.slice_update(mg.ops.zeros(3), [1], mg.Tensor([5.0, 6.0]))
        Tensor([0., 5., 6.], shape=(3,), dtype=float32)
    """
    inputs, updates = _tensor(inputs), _tensor(updates)
    if updates.dtype != inputs.dtype:
        updates = cast(updates, inputs.dtype)
    return set_items(inputs, updates, _block("slice_update", inputs, start_indices, shape(updates)))


def _block(name: str, inputs: Any, start_indices: Any, sizes: Any) -> tuple[Any, ...]:
    starts = index_array(name, start_indices).tolist()
    wanted = index_array(name, sizes).tolist()
    of = shape(inputs)
    if not len(starts) == len(wanted) == len(of):
        raise ShapeError(
            f"{name}: an input of shape {of} needs {len(of)} start indices and sizes; got "
            f"start_indices={start_indices}, shape {sizes}"
        )
    key = []
    for axis, (start, count, n) in enumerate(zip(starts, wanted, of, strict=True)):
        stop = n if count == -1 else start + count
        if not 0 <= start <= stop <= n:
            raise ShapeError(
                f"{name}: [{start}:{stop}] does not lie within axis {axis} of an input of shape {of}"
            )
        key.append(builtins.slice(start, stop))
    return tuple(key)


def _tensor(x: Any) -> Any:
    return x if isinstance(x, Tensor | np.ndarray) else to_array(x)
