"""The backward pass: from an output's gradient to the gradients of what it was computed from.

Idea:    the chain rule, read from the end. Walk the recorded calls from the newest to the oldest; by
         the time a call is reached, all that was computed from its result has been, so its gradient
         is complete. Ask its rule for the gradients of its inputs, and add these up.
Before:  differentiable.py (what was recorded).  Next: tape.py (the same in TensorFlow's words).
Source:  Griewank & Walther, "Evaluating Derivatives" (2008), ch. 3; autograd's ``backward_pass``.
"""

from __future__ import annotations

import contextlib
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal

import numpy as np

from minigrad.autodiff.broadcasting import sum_to_shape
from minigrad.autodiff.differentiable import _plain, saved_version
from minigrad.autodiff.node import ARRAYS, CONSTANT, MODE, RECORD, Leaf, Node, Output
from minigrad.autodiff.tensor import NDArray, Tensor, attach, read_only, to_array, wrap
from minigrad.errors import GraphError, ShapeError

_number = operator.attrgetter("number")

Unconnected = Literal["none", "zero", "error"]


@contextlib.contextmanager
def _level(level: int) -> Iterator[None]:
    before = MODE.level
    MODE.level = level
    try:
        yield
    finally:
        MODE.level = before


class no_grad(contextlib.ContextDecorator):  # noqa: N801 - PyTorch's name, used like a keyword
    """Record nothing inside: results are constants. A context manager, and a decorator.

    Example:
        >>> import minigrad as mg
        >>> w = mg.Tensor([1.0, 2.0], requires_grad=True)
        >>> with mg.no_grad():
        ...     y = w * 2.0
        >>> y.requires_grad
        False
    """

    def _recreate_cm(self) -> no_grad:
        return type(self)()  # for each call of a decorated function: it may run in several threads

    def __enter__(self) -> None:
        self._before = [*getattr(self, "_before", []), MODE.level]
        MODE.level = max(CONSTANT, MODE.level)

    def __exit__(self, *exception: object) -> None:
        MODE.level = self._before.pop()


@contextlib.contextmanager
def recording() -> Iterator[None]:
    """Record inside, also where a surrounding `no_grad` says otherwise: a training step needs it."""
    with _level(RECORD):
        yield


@attach("backward")
def backward(output: Tensor, gradient: Any = None, retain_graph: bool = False) -> None:
    """Add the gradient of ``output`` to ``.grad`` of every leaf that it was computed from.

    For each leaf w with dL/d(output) = ``gradient``, ``w.grad += dL/dw``.

    Args:
        output: A tensor that requires a gradient.
        gradient: The gradient of output, of its shape. Default: 1 for a tensor of one element.
        retain_graph: Keep what the graph saved, so that it can be walked again. Default False.

    Raises:
        GraphError: If the tensor requires no gradient, the graph was freed by an earlier pass, or a
            tensor that it saved was changed in place.
        ShapeError: If there is no gradient and the output is not of one element, or it doesn't fit.

    Source: ``torch.Tensor.backward``.

    Example:
        >>> import minigrad as mg
        >>> x = mg.Tensor(3.0, requires_grad=True)
        >>> (x * x + x).backward()
        >>> x.grad
        array(7., dtype=float32)
    """
    start = start_gradient("backward", output, gradient)
    order = _ancestors([output._node])
    leaves = [vertex for vertex in order if isinstance(vertex, Leaf)]
    found = _walk({output._node: start}, order, frozenset(leaves), False, retain_graph, useful=None)
    taken = {id(start)} if gradient is not None else set()
    for leaf in leaves:
        new = _owned(found[leaf], taken)
        leaf.grad = new if leaf.grad is None else leaf.grad + new


def grad(
    output: Tensor,
    inputs: Any,
    grad_output: Any = None,
    create_graph: bool = False,
    retain_graph: bool | None = None,
    unconnected: Unconnected = "none",
) -> Any:
    """Return the gradients of ``output`` with respect to ``inputs``; no ``.grad`` is touched.

    Args:
        output: A tensor that requires a gradient.
        inputs: A tensor, or a list or tuple of tensors: leaves or results in between.
        grad_output: The gradient of output, of its shape. Default: 1 for a tensor of one element.
        create_graph: Record the computation of the gradients, so that they can be differentiated
            again. Default False.
        retain_graph: Keep what the graph saved. Default: as create_graph.
        unconnected: What to give for an input that output does not depend on: ``"none"`` (the
            default), ``"zero"``, or ``"error"``.

    Returns:
        A Tensor of each input's shape and dtype (constant unless create_graph), in the form of inputs.

    Raises:
        GraphError: As for `backward`, and for an unconnected input on request.
        ShapeError: If grad_output is missing for a non-scalar, or doesn't fit.

    Source: ``torch.autograd.grad``.

    Example:
        >>> import minigrad as mg
        >>> x = mg.Tensor(2.0, requires_grad=True)
        >>> first = mg.grad(x**3, x, create_graph=True)
        >>> first.item(), mg.grad(first, x).item()
        (12.0, 12.0)
    """
    single = isinstance(inputs, Tensor)
    sources: list[Any] = [inputs] if single else list(inputs)
    for source in sources:
        if not isinstance(source, Tensor):
            raise TypeError(f"grad: inputs must be tensors; got {type(source).__name__}")
    start = start_gradient("grad", output, grad_output, create_graph)
    retain = create_graph if retain_graph is None else retain_graph
    found = gradients({output._node: start}, [source._node for source in sources], create_graph, retain)
    results = [
        connected("grad", index, source, gradient, unconnected)
        for index, (source, gradient) in enumerate(zip(sources, found, strict=True))
    ]
    return results[0] if single else type(inputs)(results)


def gradients(
    starts: dict[Any, Any],
    targets: Sequence[Any],
    create_graph: bool,
    retain_graph: bool,
    inside: Callable[[Any], bool] | None = None,
) -> list[Tensor | None]:
    """Return the gradient at each target vertex, given those at the starts; None where no path leads.

    This is what `grad` and the gradient tape share.

    Args:
        starts: The gradients to begin with, by vertex.
        targets: Vertices, or None for a tensor that has none.
        create_graph: Whether to record the computation.
        retain_graph: Whether to keep what the graph saved.
        inside: Which calls count; all others are taken as constants. Default: all.
    """
    wanted = frozenset(target for target in targets if target is not None)
    order = _ancestors(list(starts), inside, wanted)
    found = _walk(starts, order, wanted, create_graph, retain_graph, frozenset(order))
    taken = {id(start) for start in starts.values()}
    results: list[Tensor | None] = []
    for target in targets:
        gradient = found.get(target)
        if gradient is not None and not isinstance(gradient, Tensor):
            gradient = wrap(_owned(gradient, taken))
        results.append(gradient)
    return results


# -- the walk ------------------------------------------------------------------------------------


def _ancestors(
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


def _walk(
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
    with _level(RECORD if create_graph else ARRAYS):
        for vertex in reversed(order):
            g = pending.pop(vertex, None)
            if g is None:
                continue
            if vertex.hooks is not None:
                g = _call_hooks(vertex, g, create_graph)
            if between and vertex in between:
                found[vertex] = g
            if vertex.__class__ is Node:
                parents: tuple[Any, ...] = vertex.parents or ()
                results = _apply_rule(vertex, g, useful, create_graph)
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


def _apply_rule(node: Node, g: Any, useful: frozenset[Any] | None, create_graph: bool) -> Sequence[Any]:
    """Return the gradients of a node's inputs by its op's rule; those that are useful, if that is given."""
    op, parents, saved = node.op, node.parents, node.saved
    if op.rule is None or (create_graph and op.order is not None):
        op.check_order(2 if create_graph else 1)
    if parents is None or saved is None:
        raise GraphError(f"{op.name}: the graph was freed while it was being walked")
    if g.__class__ is list:  # of several outputs, those that nothing came back to have gradient zero
        g = _fill_zeros(g, node.shape)
    arguments = [g]
    version = 0
    for value in saved:
        if isinstance(value, Tensor):
            version += value._version
            value = value._data
        elif value.__class__ is tuple:  # a sequence of inputs, or an option
            version += saved_version(value)
            value = tuple(map(_plain, value))
        arguments.append(value)
    if version != node.version:
        raise GraphError(
            f"{op.name}: a tensor that it saved for its derivative was changed in place afterwards, so the "
            f"gradient would be wrong (output of shape {node.shape}). Change it after the backward pass, or "
            "change a copy"
        )
    if create_graph:
        arguments = [g, *saved]
        if op.out_position is not None:  # kept as an array, since a Tensor there would be a cycle
            arguments[1 + op.out_position] = _outputs(node, saved[op.out_position])
    for index in op.extras:
        if index is not None:
            arguments.append(None if parents[index] is None else parents[index].shape)
        elif len(parents) == 2:  # `_is_needed` written out, as this is the usual case
            first, second = parents
            if useful is None:
                arguments.append((first is not None, second is not None))
            else:
                arguments.append((first in useful, second in useful))
        else:
            arguments.append(tuple(_is_needed(parent, useful) for parent in parents))
    results = op.rule(*arguments)  # type: ignore[misc]
    if op.single:
        return (results,)
    if len(results) != len(parents):
        raise TypeError(f"{op.name}: its rule gave {len(results)} gradients for {len(parents)} inputs")
    return results  # type: ignore[no-any-return]


def _is_needed(parent: Any, useful: frozenset[Any] | None) -> bool:
    return parent is not None if useful is None else parent in useful


def _outputs(node: Node, out: Any) -> Any:
    if not isinstance(out, tuple):
        return wrap(out, node)
    return tuple(wrap(one, Output(node, index, one.shape)) for index, one in enumerate(out))


def _fill_zeros(slots: list[Any], shapes: Sequence[tuple[int, ...]]) -> tuple[Any, ...]:
    given = next(slot for slot in slots if slot is not None)
    zeros: list[Any] = [np.zeros(shape, given.dtype) for shape in shapes]
    if isinstance(given, Tensor):
        zeros = [wrap(zero) for zero in zeros]
    return tuple(zero if slot is None else slot for slot, zero in zip(slots, zeros, strict=True))


def _call_hooks(vertex: Any, g: Any, create_graph: bool) -> Any:
    """Show the gradient to the vertex's hooks, in the order they were registered.

    They see it through a read-only view, as others may hold the array.
    """
    if not create_graph:
        g = read_only(np.asarray(g))
    for hook in vertex.hooks:
        with _level(RECORD if create_graph else CONSTANT):
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


# -- beginning and end ---------------------------------------------------------------------------


def start_gradient(name: str, output: Any, gradient: Any, create_graph: bool = False) -> Any:
    """Return the gradient to begin with at ``output``: what was given, checked, or 1 for a scalar.

    Raises:
        GraphError: If output requires no gradient.
        ShapeError: If it is not of one element and no gradient is given, or the shapes differ.
    """
    if not isinstance(output, Tensor):
        raise TypeError(f"{name}: the output must be a Tensor; got {type(output).__name__}")
    if output._node is None:
        raise GraphError(
            f"{name}: the output (shape {output.shape}, {output.dtype}) requires no gradient: it was "
            "computed from no tensor with requires_grad=True, under no_grad(), or by an op without derivative"
        )
    if gradient is None:
        if output.size != 1:
            raise ShapeError(
                f"{name}: the output has shape {output.shape}, so there is no single derivative: reduce it "
                "to one element (.sum(), .mean()) or pass a gradient of that shape"
            )
        start: Any = np.ones(output.shape, output.dtype)
    elif create_graph and isinstance(gradient, Tensor):
        start = gradient
    else:
        start = to_array(gradient, output.dtype)
    if start.shape != output.shape:
        raise ShapeError(f"{name}: a gradient of shape {start.shape} doesn't fit an output of {output.shape}")
    return wrap(start) if create_graph and not isinstance(start, Tensor) else start


def connected(name: str, index: int, source: Tensor, gradient: Any, unconnected: str) -> Tensor | None:
    """Return ``gradient``, or for None what ``unconnected`` asks for.

    Raises:
        GraphError: If it asks for an error.
        ValueError: If it is none of "none", "zero" and "error".
    """
    if unconnected not in ("none", "zero", "error"):
        raise ValueError(f"{name}: unconnected must be 'none', 'zero' or 'error'; got {unconnected!r}")
    if gradient is not None or unconnected == "none":
        return gradient  # type: ignore[no-any-return]
    if unconnected == "zero":
        return wrap(np.zeros(source.shape, source.dtype))
    raise GraphError(
        f"{name}: the output does not depend on input {index} (shape {source.shape}"
        + ("" if source.requires_grad else ", which has requires_grad=False")
        + ")"
    )


def _owned(gradient: Any, taken: set[int]) -> NDArray:
    """Return the gradient as an array that the caller may change: nobody else's, and no view."""
    array = np.asarray(gradient)
    if array.base is not None or id(array) in taken:
        array = array.copy()
    taken.add(id(array))
    return array
