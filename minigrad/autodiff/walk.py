"""The chain rule, read from the end.

Idea:    walk the recorded calls from the newest to the oldest; by the time a call is reached, all that was
         computed from its result has been, so its gradient is complete. Ask its rule for the gradients
         of its inputs, and add these up.
Before:  differentiable.py (what was recorded), pullback.py (how a rule is called), broadcasting.py.
         Next: graph.py (what users call).
Source:  Griewank & Walther, "Evaluating Derivatives" (2008), ch. 3; autograd's ``backward_pass``.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from minigrad.autodiff.broadcasting import sum_to_shape
from minigrad.autodiff.modes import at_level
from minigrad.autodiff.node import ARRAYS, CONSTANT, RECORD, Leaf, Node, Output
from minigrad.autodiff.pullback import pullback_of
from minigrad.autodiff.tensor import Tensor, read_only, to_array, wrap
from minigrad.errors import GraphError, ShapeError

_number = operator.attrgetter("number")


def ancestors(
    starts: Iterable[Any],
    inside: Callable[[Any], bool] | None = None,
    wanted: frozenset[Any] | None = None,
) -> list[Any]:
    """Return the vertices that the starts came from, oldest first: without recursion, so to any depth.

    With ``wanted``, only those through which a wanted vertex is reached.

    Raises:
        GraphError: If a part of the graph was freed.
    """
    order = list(starts)
    seen = set(order)
    for vertex in order:  # which grows meanwhile
        if inside is not None and not inside(vertex):
            continue
        if vertex.parents is None:
            raise GraphError(
                f"{vertex.op.name}: the graph was freed by an earlier backward pass through it; "
                "pass retain_graph=True to that pass to walk it again"
            )
        for parent in vertex.parents:
            if parent is not None and parent not in seen:
                seen.add(parent)
                order.append(parent)
    order.sort(key=_number)
    if wanted is None:
        return order
    useful = set(wanted)
    for vertex in order:  # parents come first, so one pass is enough
        if vertex not in useful and (inside is None or inside(vertex)):
            for parent in vertex.parents:
                if parent in useful:
                    useful.add(vertex)
                    break
    return [vertex for vertex in order if vertex in useful]


def walk(
    starts: dict[Any, Any],
    order: Sequence[Any],
    wanted: frozenset[Any],
    create_graph: bool,
    retain_graph: bool,
    useful: frozenset[Any] | None,
) -> dict[Any, Any]:
    """Carry the gradients ``starts`` back along ``order`` (oldest first) to the wanted vertices.

    Only ``useful`` vertices get one; None stands for all, and spares looking each of them up.
    """
    pending: dict[Any, Any] = dict(starts)
    found: dict[Any, Any] = {}
    ours: set[Any] = set()  # vertices whose sum is an array that nobody else holds
    between = {vertex for vertex in wanted if vertex.__class__ is not Leaf}  # mostly none
    with at_level(RECORD if create_graph else ARRAYS):
        for vertex in reversed(order):
            g = pending.pop(vertex, None)
            if g is None:
                continue
            if vertex.hooks is not None:
                g = call_hooks(vertex, g, create_graph)
            if between and vertex in between:
                found[vertex] = g
            if vertex.__class__ is Node:
                parents = vertex.parents
                if parents is None:
                    raise freed(vertex)
                if g.__class__ is list:
                    g = fill_zeros(g, vertex.shape)
                op = vertex.op  # mostly its pullback is there; only else it is worth a call
                pullback = (op.recorded_pullback if create_graph else op.pullback) or pullback_of(
                    op, create_graph
                )
                results = pullback(g, vertex, useful)
                if not retain_graph:
                    vertex.parents = vertex.saved = None
                index = 0
                for parent in parents:  # there are as many as results
                    result = results[index]
                    index += 1
                    if result is None or parent is None or (useful is not None and parent not in useful):
                        continue
                    if result.shape != parent.shape:
                        result = sum_to_shape(result, parent.shape)
                    before = pending.get(parent)
                    if before is None:
                        pending[parent] = result  # borrowed: it may be somebody else's array
                    elif parent in ours:
                        before += result
                        pending[parent] = before
                    else:
                        pending[parent] = before + result
                        if not create_graph:
                            ours.add(parent)
            elif vertex.__class__ is Output:
                slots = pending.setdefault(vertex.node, [None] * len(vertex.node.shape))
                slots[vertex.index] = g
            else:
                found[vertex] = g
    return found


def freed(node: Node) -> GraphError:
    """Return the error to raise where a node is freed while the graph is being walked, by a hook say."""
    return GraphError(f"{node.op.name}: the graph was freed while it was being walked")


def fill_zeros(slots: list[Any], shapes: Sequence[tuple[int, ...]]) -> tuple[Any, ...]:
    """Return the gradients of several outputs: of those that nothing came back to, it is zero."""
    given = next(slot for slot in slots if slot is not None)
    zeros: list[Any] = [np.zeros(shape, given.dtype) for shape in shapes]
    if isinstance(given, Tensor):
        zeros = [wrap(zero) for zero in zeros]
    return tuple(zero if slot is None else slot for slot, zero in zip(slots, zeros, strict=True))


def call_hooks(vertex: Any, g: Any, create_graph: bool) -> Any:
    """Show the gradient to the vertex's hooks, in the order they were registered.

    They see it through a read-only view, as others may hold the array.
    """
    if not create_graph:
        g = read_only(np.asarray(g))
    for hook in vertex.hooks:
        with at_level(RECORD if create_graph else CONSTANT):
            new = hook(g)
        if new is None:
            continue
        if not create_graph:
            new = read_only(to_array(new, g.dtype))
        if new.shape != vertex.shape:
            raise ShapeError(
                f"a hook returned a gradient of shape {new.shape} for a tensor of {vertex.shape}"
            )
        g = new
    return g
