"""How a rule is called: with the gradient of a recorded call's output, and what the rule names.

Idea:    a rule says by its parameters' names what it wants: inputs, the output, options, which inputs need
         a gradient. What to fetch for each name is known once the rule is; so the function that fetches it
         is written out then, as text, once for each op. Looking the names up at every call instead would
         take longer than the arithmetic of a small array.
Before:  op.py (the rules), tensor.py.  Next: walk.py (who calls them).
Source:  "pullback" is differential geometry's (and JAX's) word for a vector-Jacobian product.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from minigrad.autodiff.node import Node, Output
from minigrad.autodiff.op import Op
from minigrad.autodiff.tensor import Tensor, wrap
from minigrad.errors import GraphError

Pullback = Callable[[Any, Node, frozenset[Any] | None], Sequence[Any]]
"""Takes the gradient of a node's output (a tuple for several), the node, and the vertices whose gradient is
useful (None: all). Returns a gradient, or None, for each of the node's parents."""


def pullback_of(op: Op, recorded: bool = False) -> Pullback:
    """Return the function that calls an op's rule for a node: made at the first use, and kept by the op.

    To make those of all ops at once would take half as long again as importing them.

    Args:
        op: Any op.
        recorded: Whether the rule's own computation is to be recorded, so that it can be differentiated
            again. The rule then gets tensors, otherwise plain arrays. Default False.

    Raises:
        NotDifferentiableError: If there is no rule, or none of this order.

    The function raises:
        GraphError: If a tensor that the node saved was changed in place.
        TypeError: If the rule gives more gradients than there are inputs, or fewer.
    """
    known = op.recorded_pullback if recorded else op.pullback
    if known is None:
        known = make_pullback(op, recorded)
        setattr(op, "recorded_pullback" if recorded else "pullback", known)
    return known


def make_pullback(op: Op, recorded: bool) -> Pullback:
    """Return that function, made anew."""
    op.check_order(2 if recorded else 1)
    text = pullback_source(op, recorded)
    file = f"<the {'recorded ' * recorded}call of {op.name}'s rule>"
    linecache.cache[file] = len(text), None, text.splitlines(keepends=True), file  # for tracebacks
    names: dict[str, Any] = {"rule": op.rule, "Tensor": Tensor}
    names |= {"array": saved_array, "tensor": saved_tensor, "outputs": outputs, "wrong": wrong_count}
    exec(compile(text, file, "exec"), names)
    pullback: Pullback = names["pullback"]
    return pullback


def pullback_source(op: Op, recorded: bool) -> str:
    """Return the text of that function.

    Example:
        >>> import minigrad as mg
        >>> print(pullback_source(mg.ops.tanh.op, recorded=False))
        def pullback(g, node, useful):
            (v0,) = node.saved
            return (rule(g, v0),)
        >>> print(pullback_source(mg.ops.divide.op, recorded=True))
        def pullback(g, node, useful):
            (v0, v1,) = node.saved
            (p0, p1,) = node.parents
            needs = (p0 is not None, p1 is not None,) if useful is None else (p0 in useful, p1 in useful,)
            results = rule(g, tensor(v0, node), outputs(v1, node), needs)
            if len(results) != 2:
                raise wrong(node, results)
            return results
    """
    lines = ["def pullback(g, node, useful):"]
    if op.named:
        lines.append(f"    {_tuple(f'v{index}' for index in range(len(op.named)))} = node.saved")
    parents = [f"p{index}" for index in range(len(op.arrays))]
    if op.extras and not op.sequence:
        lines.append(f"    {_tuple(parents)} = node.parents")
    if None in op.extras and op.sequence:
        lines.append(
            "    needs = tuple([p is not None and (useful is None or p in useful) for p in node.parents])"
        )
    elif None in op.extras:
        every, some = (_tuple(f"{p} {test}" for p in parents) for test in ("is not None", "in useful"))
        lines.append(f"    needs = {every} if useful is None else {some}")
    arguments = ["g", *(_fetched(op, name, f"v{index}", recorded) for index, name in enumerate(op.named))]
    arguments += [
        "needs" if one is None else f"None if p{one} is None else p{one}.shape" for one in op.extras
    ]
    call = f"rule({', '.join(arguments)})"
    if op.single:
        return "\n".join([*lines, f"    return ({call},)"])
    count = "len(node.parents)" if op.sequence else str(len(parents))
    lines += [f"    results = {call}", f"    if len(results) != {count}:"]
    return "\n".join([*lines, "        raise wrong(node, results)", "    return results"])


def _fetched(op: Op, name: str, value: str, recorded: bool) -> str:
    """Return how the rule's parameter ``name`` is had from ``value``, which is what was saved for it."""
    if name == "out":  # kept as an array, since a tensor there would be a cycle
        return f"outputs({value}, node)" if recorded else value
    if name == "aux":
        return value
    if recorded:
        return f"tensor({value}, node)"
    if op.sequence or op.parameters.index(name) not in op.arrays:
        return f"array({value}, node)"
    fresh = f"isinstance({value}, Tensor) and {value}._changed < node.number"  # the usual case, written out
    return f"{value}._data if {fresh} else array({value}, node)"


def _tuple(parts: Iterable[str]) -> str:
    return f"({' '.join(f'{part},' for part in parts)})"


def saved_array(value: Any, node: Node) -> Any:
    """Return a tensor that ``node`` saved, or each of a tuple, as an array; an option as it is.

    Raises:
        GraphError: If a tensor was changed in place after it was saved.
    """
    if value.__class__ is tuple:  # a sequence of inputs, or an option
        return tuple([saved_array(one, node) for one in value])
    if not isinstance(value, Tensor):
        return value
    if value._changed > node.number:
        raise GraphError(
            f"{node.op.name}: a tensor that it saved for its derivative was changed in place afterwards, so "
            f"the gradient would be wrong (output of shape {node.shape}). Change it after the backward pass, "
            "or change a copy"
        )
    return value._data


def saved_tensor(value: Any, node: Node) -> Any:
    """Return what ``node`` saved as it is, with its past; raises as `saved_array`."""
    saved_array(value, node)
    return value


def outputs(out: Any, node: Node) -> Any:
    """Return the node's output, or each of several, as the tensor that it was."""
    if not isinstance(out, tuple):
        return wrap(out, node)
    return tuple(wrap(one, Output(node, index, one.shape)) for index, one in enumerate(out))


def wrong_count(node: Node, results: Sequence[Any]) -> TypeError:
    """Return the error to raise where a rule gave too many gradients, or too few."""
    count = len(node.parents or ())
    return TypeError(f"{node.op.name}: its rule gave {len(results)} gradients for {count} inputs")
