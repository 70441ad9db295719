"""custom_gradient: a function that says itself how its gradient is computed.

Idea:    run the function, cut off the past of what it returned, and put in its place a single call whose
         rule is the function's own. `differentiable` declares an op in NumPy; this takes a function of
         tensors, and its rule may use whatever the function computed on the way.
Before:  graph.py, structures.py, variable.py.  Next: debugging.py.
Source:  ``tf.custom_gradient``.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, ParamSpec

import numpy as np

from minigrad.autodiff.differentiable import cast
from minigrad.autodiff.modes import at_level
from minigrad.autodiff.node import ARRAYS, CONSTANT, MODE, RECORD, Leaf, Output, new_node
from minigrad.autodiff.op import Array, Op
from minigrad.autodiff.operation import recordable
from minigrad.autodiff.structures import flatten, is_structure, rebuild
from minigrad.autodiff.tensor import Tensor, to_array, wrap
from minigrad.autodiff.variable import Variable
from minigrad.errors import GraphError, ShapeError

P = ParamSpec("P")


class _Call(NamedTuple):
    """What the rule needs to know of a call; of arguments that are no tensors, None."""

    name: str
    grad_fn: Callable[..., Any]
    arguments: list[tuple[tuple[int, ...], np.dtype[Any]] | None]
    variables: list[Variable]
    several: bool


def custom_gradient(f: Callable[P, Any]) -> Callable[P, Any]:
    """Let a function state its own gradient: for numerical stability, clipping, reversal and the like.

    Args:
        f: Takes tensors by position (and options by name) and returns ``(value, grad_fn)``. The value is
            a Tensor, or a list, tuple or dict of them. ``grad_fn(*upstream)`` gets the gradient of each
            value as a Tensor, and returns that of each positional argument, of its shape: a single one,
            or a list or tuple; None stands for zero, and for arguments that are no tensors. Where
            gradients are recorded, grad_fn is, too: written with ops, it can be differentiated again.
            If the value depends on trainable variables that are no arguments, grad_fn must have a
            parameter ``variables``: it gets the list of them by that name, and returns ``(gradients of
            the arguments, list of the gradients of the variables)``.

    Returns:
        A function with f's arguments that returns the value. ndarrays and lists that are passed by
        position become tensors; numbers, strings and the like are passed on as they are.

    Raises:
        TypeError: When called: if f returns no such pair, a tensor that requires a gradient is passed by
            name, or variables are used and grad_fn has no such parameter.
        GraphError: When called: if the value depends on another tensor that requires a gradient. In the
            backward pass: if a tensor that grad_fn uses was changed in place.
        ValueError: In the backward pass: if grad_fn doesn't return one gradient for each.
        ShapeError: In the backward pass: if one has a wrong shape.

    Source: ``tf.custom_gradient``.

    Example:
        >>> import minigrad as mg
        >>> @mg.custom_gradient
        ... def log1pexp(x):
        ...     e = mg.ops.exp(x)
        ...     return mg.ops.log(1.0 + e), lambda upstream: upstream * (1.0 - 1.0 / (1.0 + e))
        >>> @mg.custom_gradient
        ... def reverse(x):
        ...     return x, lambda upstream: -upstream
        >>> x = mg.Tensor([0.0, 1.0], requires_grad=True)
        >>> reverse(log1pexp(x)).sum().backward()
        >>> x.grad.round(3)
        array([-0.5  , -0.731], dtype=float32)
    """
    if not callable(f):
        raise TypeError(f"custom_gradient takes a function; got {type(f).__name__}")
    op = _op(getattr(f, "__name__", type(f).__name__))

    @recordable
    @functools.wraps(f, updated=())
    def call(*args: P.args, **kwargs: P.kwargs) -> Any:
        given = [_argument(op.name, one) for one in args]
        _check_options(op.name, kwargs)
        result = f(*given, **kwargs)
        value, grad_fn = _pair(op.name, result)
        values = [_value(op.name, one) for one in flatten(value)]
        outputs = [one.detach() for one in values]
        if MODE.level == RECORD:
            _record(op, given, values, outputs, grad_fn)
        return rebuild(value, outputs)

    return call


# -- the call ------------------------------------------------------------------------------------


def _argument(name: str, value: Any) -> Any:
    if isinstance(value, list | tuple) and is_structure(value) and value:
        raise TypeError(
            f"{name}: a list of tensors has no gradient of its own: pass the tensors one by one, f(*tensors)"
        )
    return Tensor(value) if isinstance(value, np.ndarray | list) else value


def _check_options(name: str, options: dict[str, Any]) -> None:
    for option, value in options.items():
        if isinstance(value, Tensor) and value.requires_grad:
            raise TypeError(
                f"{name}: argument {option!r} requires a gradient, and grad_fn returns gradients for "
                "positional arguments only: pass it by position"
            )


def _pair(name: str, result: Any) -> tuple[Any, Callable[..., Any]]:
    if isinstance(result, tuple) and len(result) == 2 and callable(result[1]):
        return result
    raise TypeError(
        f"{name}: a function with custom_gradient must return (value, grad_fn); got {type(result).__name__}"
    )


def _value(name: str, value: Any) -> Tensor:
    if not isinstance(value, Tensor):
        raise TypeError(f"{name}: its value must be tensors; got {type(value).__name__}")
    return value


def _record(
    op: Op, given: Sequence[Any], values: Sequence[Tensor], outputs: Sequence[Tensor], grad_fn: Any
) -> None:
    """Make the outputs remember the call."""
    tensors = [one if isinstance(one, Tensor) else None for one in given]
    variables = _variables(op.name, values, tensors)
    parents = tuple(None if one is None else one._node for one in (*tensors, *variables))
    if not any(parents):
        return
    if variables and not _accepts_variables(grad_fn):
        listed = ", ".join(variable.path for variable in variables)
        raise TypeError(
            f"{op.name}: its value depends on variables ({listed}), so grad_fn must have a parameter "
            "'variables' and return (gradients of the arguments, gradients of the variables)"
        )
    arguments = [None if one is None else (one.shape, one.dtype) for one in tensors]
    several = len(outputs) > 1
    watched = (*_captured(grad_fn), *variables)  # kept so that a change in place is noticed
    saved = (watched, _Call(op.name, grad_fn, arguments, variables, several))
    shape = tuple(one.shape for one in outputs) if several else outputs[0].shape
    node = new_node(op, parents, saved, shape)
    for index, one in enumerate(outputs):
        if one.dtype.kind == "f":
            one._node = Output(node, index, one.shape) if several else node


def _variables(name: str, values: Sequence[Tensor], arguments: Sequence[Tensor | None]) -> list[Variable]:
    """Return the variables that the values depend on otherwise than through the arguments.

    Raises:
        GraphError: If they depend so on something that is no variable.
    """
    seen = {one._node for one in arguments if one is not None}
    pending = [one._node for one in values]
    found: list[Any] = []
    while pending:
        vertex = pending.pop()
        if vertex is None or vertex in seen:
            continue
        seen.add(vertex)
        if isinstance(vertex, Leaf) or vertex.parents is None:
            found.append(vertex)
        else:
            pending += vertex.parents
    variables: list[Variable] = []
    for vertex in sorted(found, key=lambda vertex: vertex.number):  # the order in which they were made
        owner = vertex.owner() if isinstance(vertex, Leaf) and vertex.owner is not None else None
        if not isinstance(owner, Variable):
            raise GraphError(
                f"{name}: its value depends on a tensor of shape {vertex.shape} that requires a gradient and "
                "is no argument, so that its gradient would be lost: pass it as an argument, or t.detach()"
            )
        variables.append(owner)
    return variables


def _accepts_variables(grad_fn: Any) -> bool:
    parameters = inspect.signature(grad_fn).parameters.values()
    return any(one.name == "variables" or one.kind is one.VAR_KEYWORD for one in parameters)


def _captured(function: Any) -> tuple[Tensor, ...]:
    """Return the tensors of the surrounding function that ``function`` uses."""
    found = []
    for cell in getattr(function, "__closure__", None) or ():
        with contextlib.suppress(ValueError):  # a name without a value yet
            found.append(cell.cell_contents)
    return tuple(one for one in found if isinstance(one, Tensor))


# -- the way back --------------------------------------------------------------------------------


def _op(name: str) -> Op:
    """Return the op that stands for the calls of a function: its rule asks each call's own."""

    def forward(inputs: Sequence[Array], kept: Any, call: Any) -> Any:
        raise NotImplementedError("it is the function itself that is called")

    op = Op(forward, aux=False, order=None)
    op.name = name
    op.vjp(_rule)
    return op


def _rule(g: Any, kept: Any, call: Any) -> list[Any]:
    upstream = g if call.several else [g]
    if MODE.level != ARRAYS:
        return _gradients(call, upstream)
    with at_level(CONSTANT):  # grad_fn is written for tensors
        found = _gradients(call, [wrap(np.asarray(one)) for one in upstream])
    return [None if one is None else one._data for one in found]


def _gradients(call: _Call, upstream: Sequence[Any]) -> list[Tensor | None]:
    """Return what a call's grad_fn gives for its arguments and variables, checked."""
    if call.variables:
        result = call.grad_fn(*upstream, variables=list(call.variables))
        if not isinstance(result, tuple) or len(result) != 2:
            raise ValueError(
                f"{call.name}: grad_fn must return (gradients of the arguments, gradients of the variables); "
                f"got {type(result).__name__}"
            )
        for_arguments, for_variables = result
    else:
        for_arguments, for_variables = call.grad_fn(*upstream), []
    facts = [(one.shape, one.dtype) for one in call.variables]
    return [
        *_checked(call.name, "argument", for_arguments, call.arguments),
        *_checked(call.name, "variable", for_variables, facts),
    ]


def _checked(name: str, what: str, given: Any, facts: Sequence[Any]) -> list[Tensor | None]:
    """Return gradients as tensors of the right dtype.

    Raises:
        ValueError: If there are not as many as there should be.
        ShapeError: If one has another shape.
    """
    listed = list(given) if isinstance(given, list | tuple) else [given]
    if len(listed) != len(facts):
        raise ValueError(
            f"{name}: grad_fn must return one gradient for each {what}: {len(facts)}, got {len(listed)}"
        )
    found: list[Tensor | None] = []
    for index, (one, fact) in enumerate(zip(listed, facts, strict=True)):
        if one is None or fact is None:
            found.append(None)
            continue
        shape, dtype = fact
        gradient = one if isinstance(one, Tensor) else wrap(to_array(one, dtype))
        if gradient.shape != shape:
            raise ShapeError(
                f"{name}: grad_fn returned a gradient of shape {gradient.shape} for {what} {index}, whose "
                f"shape is {shape}"
            )
        found.append(gradient if gradient.dtype == dtype else cast(gradient, dtype))
    return found
