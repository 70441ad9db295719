"""step_backward: the backward pass in slow motion, one rule at a time.

Idea:    `backward` asks the rule of each recorded call, from the newest to the oldest, for the gradients of
         its inputs, and adds them up. Here the same rules are asked in the same order, and each question is
         shown: the gradient that came in, the rule as it stands in the source, the gradients that went out.
Before:  graph.py, drawing.py (the same graph as a picture).  Next: representation.py.
Source:  the loop is that of walk.py, without what makes it fast.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from minigrad.autodiff.broadcasting import sum_to_shape
from minigrad.autodiff.graph import start_gradient
from minigrad.autodiff.modes import at_level
from minigrad.autodiff.node import ARRAYS, Leaf, Node, Output
from minigrad.autodiff.op import Op
from minigrad.autodiff.pullback import pullback_of
from minigrad.autodiff.tensor import NDArray, Tensor
from minigrad.autodiff.variable import Variable
from minigrad.autodiff.walk import ancestors, call_hooks, fill_zeros, freed
from minigrad.notebook import html_table

_ROOT = Path(__file__).parents[2]


class Outgoing(NamedTuple):
    """What a rule says of one input.

    Attributes:
        argument: The name of the op's parameter.
        source: Where the input came from: a leaf's name, or the op that computed it.
        gradient: The input's gradient, of its shape.
        summed_from: The shape that the rule's result had, if the input was broadcast to it; else None.
    """

    argument: str
    source: str
    gradient: NDArray
    summed_from: tuple[int, ...] | None


class Step(NamedTuple):
    """One step of the backward pass: a rule that is asked, or a leaf that is reached.

    Attributes:
        number: Counted from 1.
        name: The op, or the leaf.
        shape: Of the op's output, or of the leaf; for an op with several outputs a tuple of shapes.
        incoming: The gradient that came in, complete: all that was computed from the output has been asked.
            For an op with several outputs a list, None standing for one that nothing came back to.
        rule: The rule's source code; "" for a leaf.
        where: The file and line of that.
        outgoing: What it says of the inputs that want a gradient; none for a leaf.
    """

    number: int
    name: str
    shape: Any
    incoming: Any
    rule: str
    where: str
    outgoing: list[Outgoing]

    def __str__(self) -> str:
        if not self.rule:
            return f"{self.number}. leaf {self.name}: its gradient is complete\n   g = {show(self.incoming)}"
        lines = [
            f"{self.number}. {self.name}, whose output has shape {self.shape}",
            f"   g = {show(self.incoming)}",
            f"   rule ({self.where}):",
            textwrap.indent(self.rule, "       "),
            *(f"   {_line(one)}" for one in self.outgoing),
        ]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return html_table([_cells(self)], _HEADER)


class BackwardSteps:
    """The steps of a backward pass; each time they are iterated over, the graph is walked anew.

    It prints as all of them, and in a notebook shows itself as a table.
    """

    def __init__(self, start: NDArray, order: list[Any], names: dict[Any, str]) -> None:
        self._start, self._order, self._names = start, order, names

    def __iter__(self) -> Iterator[Step]:
        pending: dict[Any, Any] = {self._order[-1]: self._start}
        number = 0
        for vertex in reversed(self._order):
            g = pending.pop(vertex, None)
            if g is None:
                continue
            if vertex.hooks is not None:
                g = call_hooks(vertex, g, create_graph=False)
            if isinstance(vertex, Output):
                slots = pending.setdefault(vertex.node, [None] * len(vertex.node.shape))
                slots[vertex.index] = g
                continue
            number += 1
            outgoing = self._ask(vertex, g, pending) if isinstance(vertex, Node) else []
            rule, where = rule_source(vertex.op) if isinstance(vertex, Node) else ("", "")
            yield Step(number, self._name(vertex), vertex.shape, g, rule, where, outgoing)

    def _ask(self, node: Node, g: Any, pending: dict[Any, Any]) -> list[Outgoing]:
        """Ask the rule of a call, and add what it says to the gradients that are on their way."""
        if node.parents is None:
            raise freed(node)
        outgoing = []
        with at_level(ARRAYS):
            g = fill_zeros(g, node.shape) if isinstance(g, list) else g
            results = pullback_of(node.op)(g, node, None)
            for index, (parent, result) in enumerate(zip(node.parents, results, strict=True)):
                if parent is None or result is None:
                    continue
                wide = None if result.shape == parent.shape else result.shape
                gradient = np.asarray(result if wide is None else sum_to_shape(result, parent.shape))
                before = pending.get(parent)
                pending[parent] = gradient if before is None else before + gradient
                outgoing.append(Outgoing(_argument(node.op, index), self._name(parent), gradient, wide))
        return outgoing

    def _name(self, vertex: Any) -> str:
        if vertex in self._names:
            return self._names[vertex]
        if isinstance(vertex, Output):
            return f"output {vertex.index} of {vertex.node.op.name}"
        if isinstance(vertex, Node):
            return vertex.op.name
        owner = vertex.owner() if isinstance(vertex, Leaf) and vertex.owner is not None else None
        return owner.path if isinstance(owner, Variable) else "tensor"

    def __str__(self) -> str:
        return "\n\n".join(map(str, self))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html_table(map(_cells, self), _HEADER, "The backward pass, step by step")


_HEADER = ("", "call", "gradient that comes in", "rule", "gradients that go out")


def step_backward(
    loss: Tensor, gradient: Any = None, names: Mapping[str, Tensor] | None = None
) -> BackwardSteps:
    """Walk back from a loss one rule at a time, and show each: nothing but looking is done.

    No ``.grad`` is changed and the graph stays, so that ``loss.backward()`` can still follow; it gives the
    gradients that the last steps, those of the leaves, show.

    Args:
        loss: A tensor that requires a gradient.
        gradient: The gradient of loss, of its shape. Default: 1 for a tensor of one element.
        names: Names for tensors in the graph, such as ``{"x": x, "hidden": h}``, as for `graph`.

    Returns:
        The steps: iterate over them (``for step in ...``) or print them all. Each has the name of the op,
        the gradient ``incoming``, the source code of the ``rule`` and the gradients ``outgoing``.

    Raises:
        GraphError: If the tensor requires no gradient, or the graph was freed by a backward pass.
        ShapeError: If there is no gradient and the loss is not of one element, or it doesn't fit.
        TypeError: If it is no tensor, or the gradient no array.

    Source: Baydin et al., "Automatic Differentiation in Machine Learning" (2018), table 3.

    Example:
        >>> import minigrad as mg
        >>> x = mg.Tensor([2.0, 3.0], requires_grad=True)
        >>> steps = mg.step_backward((x * x).sum(), names={"x": x})
        >>> [step.name for step in steps]
        ['sum', 'multiply', 'x']
        >>> print(list(steps)[1])
        2. multiply, whose output has shape (2,)
           g = [1. 1.]  (2,) float32
           rule (minigrad/ops/elementwise.py, line ...):
               @multiply.vjp
               def _(g: Any, x1: Any, x2: Any, needs: Any) -> Any:
                   return g * x2 if needs[0] else None, g * x1 if needs[1] else None
           x1 (x): [2. 3.]  (2,) float32
           x2 (x): [2. 3.]  (2,) float32
    """
    if isinstance(gradient, Mapping):
        raise TypeError("step_backward: gradient must be an array; names are given as names={...}")
    start = start_gradient("step_backward", loss, gradient)
    called = {tensor._node: name for name, tensor in (names or {}).items() if tensor._node is not None}
    return BackwardSteps(start, ancestors([loss._node]), called)


def rule_source(op: Op) -> tuple[str, str]:
    """Return the source code of an op's rule, and the file and line where it stands.

    Where Python can't find the source (of what was typed in, say), that is said instead.
    """
    rule: Any = op.rule
    if rule is None:
        return "(it has none)", op.name
    try:
        lines, first = inspect.getsourcelines(rule)
        path = Path(inspect.getsourcefile(rule) or "")
    except (OSError, TypeError):
        return "(its source can't be found)", getattr(rule, "__qualname__", op.name)
    shown = path.relative_to(_ROOT).as_posix() if path.is_relative_to(_ROOT) else path.name
    return textwrap.dedent("".join(lines)).rstrip(), f"{shown}, line {first}"


def show(gradient: Any) -> str:
    """Return a gradient as text: its numbers, or some of them, its shape and its dtype.

    Example:
        >>> show(np.float32([1, 2]))
        '[1. 2.]  (2,) float32'
    """
    if isinstance(gradient, list):
        return "; ".join("nothing" if one is None else show(one) for one in gradient)
    array = np.asarray(gradient)
    with np.printoptions(threshold=12, edgeitems=2, precision=4, linewidth=60):
        numbers = " ".join(np.array2string(array).split())  # in one line
    return f"{numbers}  {array.shape} {array.dtype}"


def _argument(op: Op, index: int) -> str:
    """Return the name of an op's array input."""
    if op.sequence:
        return f"{op.parameters[op.arrays[0]]}[{index}]"
    return op.parameters[op.arrays[index]]


def _line(one: Outgoing) -> str:
    summed = f", summed from {one.summed_from}" if one.summed_from is not None else ""
    return f"{one.argument} ({one.source}): {show(one.gradient)}{summed}"


def _cells(step: Step) -> list[str]:
    """Return the cells of a step in a notebook's table."""
    if not step.rule:
        return [str(step.number), f"leaf {step.name}\n{step.shape}", show(step.incoming), "", "complete"]
    rule = f"{step.rule}\n({step.where})"
    outgoing = "\n".join(map(_line, step.outgoing))
    return [str(step.number), f"{step.name}\n{step.shape}", show(step.incoming), rule, outgoing]
