"""graph: a picture of how a tensor was computed.

Idea:    what `backward` walks can be drawn: a box for each recorded call, one for each tensor that wants
         a gradient, and arrows from what is used to what uses it, from top to bottom.
Before:  graph.py, variable.py, layout.py, svg.py.  Next: ops/elementwise.py.
Source:  micrograd's and DeZero's drawings; Graphviz's DOT language.
"""

from __future__ import annotations

import contextlib
import inspect
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from minigrad.autodiff.differentiable import cast
from minigrad.autodiff.layout import Point, layered
from minigrad.autodiff.node import Leaf, Node, Output
from minigrad.autodiff.svg import arrow, curve, document
from minigrad.autodiff.tensor import Tensor
from minigrad.autodiff.variable import Variable
from minigrad.autodiff.walk import ancestors
from minigrad.errors import GraphError

MAX_NODES = 60
"""Up to how many boxes our own picture is clear."""

_COLORS = {  # of the kinds of boxes: fill, and outline
    "op": ("#e8f0fe", "#4a73b8"),
    "tensor": ("#e6f4ea", "#3b8751"),
    "constant": ("#f4f4f4", "#9a9a9a"),
    "output": ("#f3e8fd", "#8553b0"),
}


class Box(NamedTuple):
    """One box of the picture: its kind (op, tensor, constant or output), its title, and a line below it."""

    kind: str
    title: str
    detail: str

    @property
    def size(self) -> tuple[float, float]:
        """The width and height that the text needs: letters of both fonts are 0.6 of their size wide."""
        return max(7.9 * len(self.title), 6.7 * len(self.detail)) + 24.0, 44.0 if self.detail else 28.0


class Graph:
    """The recorded graph of a tensor, as boxes and arrows; it keeps no array alive.

    In a notebook it shows itself.

    Attributes:
        boxes: What is drawn, in the order in which it was computed.
        edges: Pairs of indices: from what is used to what uses it.
    """

    def __init__(self, boxes: Sequence[Box], edges: Sequence[tuple[int, int]]) -> None:
        self.boxes = list(boxes)
        self.edges = list(edges)

    def __repr__(self) -> str:
        return f"<Graph nodes={len(self.boxes)}, edges={len(self.edges)}>"

    def _repr_svg_(self) -> str | None:
        return self.to_svg() if len(self.boxes) <= MAX_NODES else None

    def to_dot(self) -> str:
        """Return the graph in the language of Graphviz: ``dot -Tsvg`` draws it, however large it is."""
        lines = ["digraph {", '  bgcolor="white"', '  node [shape=box, style="rounded,filled", fontsize=11]']
        for index, (kind, title, detail) in enumerate(self.boxes):
            label = "\\n".join(_quoted(line) for line in (title, detail) if line)
            fill, stroke = _COLORS[kind]
            lines.append(f'  n{index} [label="{label}", fillcolor="{fill}", color="{stroke}"]')
        lines += [f"  n{upper} -> n{lower}" for upper, lower in self.edges]
        return "\n".join([*lines, "}"]) + "\n"

    def to_svg(self, max_nodes: int = MAX_NODES) -> str:
        """Return the graph as a picture in SVG.

        Args:
            max_nodes: More than so many boxes are an error, as they are too many to see. Default 60.

        Raises:
            ValueError: If there are more.
        """
        if len(self.boxes) > max_nodes:
            raise ValueError(
                f"to_svg: a graph of {len(self.boxes)} nodes is too large to draw clearly (max_nodes="
                f"{max_nodes}); use to_dot() and Graphviz, or a larger max_nodes"
            )
        layout = layered([box.size for box in self.boxes], self.edges)
        boxes = (_box(box, center) for box, center in zip(self.boxes, layout.centers, strict=True))
        arrows = (arrow(curve(route)) for route in layout.routes)
        return document(layout.width, layout.height, [*arrows, *boxes])

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the graph to a file; it is there complete, or as it was before.

        Args:
            path: Its ending says in which form: ``.svg``, or ``.dot`` (or ``.gv``) for Graphviz.

        Raises:
            ValueError: If it ends otherwise, or is too large for an SVG.
        """
        target = Path(path)
        if target.suffix not in (".svg", ".dot", ".gv"):
            raise ValueError(f"save: the file's name must end in .svg, .dot or .gv; got {str(path)!r}")
        import uuid

        text = self.to_svg() if target.suffix == ".svg" else self.to_dot()
        part = target.with_name(f"{target.name}.{uuid.uuid4().hex}.part")
        try:
            part.write_text(text, encoding="utf-8")
            os.replace(part, target)
        finally:  # an error leaves nothing behind
            with contextlib.suppress(OSError):
                part.unlink()


def _box(box: Box, center: Point) -> str:
    import html

    (width, height), (x, y), (fill, stroke) = box.size, center, _COLORS[box.kind]
    dashes = ' stroke-dasharray="4 3"' if box.kind == "constant" else ""
    radius = 5 if box.kind == "op" else height / 2
    baseline = y - 3.0 if box.detail else y + 4.5
    return (
        f'<rect x="{x - width / 2:.1f}" y="{y - height / 2:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'rx="{radius:.0f}" fill="{fill}" stroke="{stroke}" stroke-width="1.3"{dashes}/>'
        f'<text x="{x:.1f}" y="{baseline:.1f}" font-size="13" font-weight="600" fill="#1f1f1f">'
        f"{html.escape(box.title)}</text>"
        f'<text x="{x:.1f}" y="{y + 13.0:.1f}" font-size="11" fill="#555555">{html.escape(box.detail)}</text>'
    )


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


# -- from a tensor to boxes ----------------------------------------------------------------------


def graph(output: Tensor, names: Mapping[str, Tensor] | None = None) -> Graph:
    """Return the recorded graph of a tensor, to be drawn.

    Boxes are the calls of ops, with the shape and dtype of their results; the tensors that want a
    gradient (variables by their path); the outputs of ops with several; and constants. Arrows lead
    from top to bottom, the tensor itself comes last.

    Args:
        output: A tensor that was computed from one with requires_grad=True, and not walked back from yet.
        names: Names for tensors in the graph, such as ``{"x": x, "hidden": h}``.

    Returns:
        An object with ``to_svg()``, ``to_dot()`` and ``save(path)`` that shows itself in a notebook.

    Raises:
        GraphError: If the tensor has no graph, or it was freed by a backward pass.
        TypeError: If it is no tensor.

    Source: ``torchviz.make_dot``.

    Example:
        >>> import minigrad as mg
        >>> x = mg.Tensor([1.0, 2.0], requires_grad=True)
        >>> picture = mg.graph((x * x + 1.0).sum(), names={"x": x})
        >>> [box.title for box in picture.boxes]
        ['x', 'multiply', 'constant', 'add', 'sum']
        >>> picture
        <Graph nodes=5, edges=5>
    """
    if not isinstance(output, Tensor):
        raise TypeError(f"graph: a tensor is needed; got {type(output).__name__}")
    if output._node is None:
        raise GraphError("graph: this tensor requires no gradient, so nothing was recorded of its past")
    called = {tensor._node: name for name, tensor in (names or {}).items() if tensor._node is not None}
    order = ancestors([output._node])
    dtypes = _dtypes(order, output)
    boxes: list[Box] = []
    edges: list[tuple[int, int]] = []
    places: dict[Any, int] = {}
    for vertex in order:
        used = []
        for index, parent in enumerate(vertex.parents):
            key, box = (parent, None) if parent is not None else _constant(vertex, index)
            if box is not None and key not in places:
                places[key] = len(boxes)
                boxes.append(box)
            if key is not None:
                used.append(places[key])
        places[vertex] = len(boxes)
        boxes.append(_describe(vertex, called.get(vertex), dtypes.get(vertex)))
        edges += [(place, places[vertex]) for place in used]
    return Graph(boxes, edges)


def _describe(vertex: Any, name: str | None, dtype: Any) -> Box:
    """Return the box of a vertex."""
    facts = f"{vertex.shape} {dtype}" if dtype else f"{vertex.shape}"
    if isinstance(vertex, Leaf):
        owner = None if vertex.owner is None else vertex.owner()
        return Box("tensor", name or (owner.path if isinstance(owner, Variable) else "tensor"), facts)
    if isinstance(vertex, Output):
        return Box("output", name or f"output {vertex.index}", facts)
    title = f"{name} = {vertex.op.name}" if name else vertex.op.name
    several = isinstance(vertex.shape, tuple) and any(isinstance(one, tuple) for one in vertex.shape)
    return Box("op", title, f"{len(vertex.shape)} outputs" if several else facts)


def _constant(node: Node, index: int) -> tuple[Any, Box | None]:
    """Return a key and a box for an input without gradient; None where there may have been none.

    What is known of it is what the op saved.
    """
    op, position = node.op, node.op.arrays[0 if node.op.sequence else index]
    found, value = _saved(node, op.parameters[position])
    if found and op.sequence:
        value = value[index]
    if not found:
        optional = op.defaults[position] is not inspect.Parameter.empty
        return (None, None) if optional else ((node, index), Box("constant", "constant", ""))
    if value is None:
        return None, None
    if isinstance(value, Tensor):
        return id(value), Box("constant", "constant", f"{value.shape} {value.dtype}")
    return (node, index), Box("constant", f"{value:g}", "")


def _saved(node: Node, parameter: str) -> tuple[bool, Any]:
    """Return whether a node saved its argument of this name, and its value."""
    names = list(inspect.signature(node.op.rule).parameters)[1:] if node.op.rule else []
    if parameter in names and node.saved is not None:
        return True, node.saved[names.index(parameter)]
    return False, None


def _dtypes(order: Sequence[Any], output: Tensor) -> dict[Any, np.dtype[Any]]:
    """Return the dtypes of vertices, which don't keep them: ops but `cast` compute in their inputs' dtype."""
    dtypes = {output._node: output.dtype}
    for vertex in reversed(order):
        dtype = dtypes[vertex]
        if isinstance(vertex, Node) and vertex.op is cast.op and vertex.saved:
            dtype = vertex.saved[0]
        for parent in vertex.parents:
            if parent is not None:
                dtypes[parent] = dtype
    return dtypes
