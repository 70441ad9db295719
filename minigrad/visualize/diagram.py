"""A diagram: boxes with texts in them, laid out, and written to files.

Idea:    the picture of a computation's graph and that of a model are laid out by the same function
         (autodiff/layout.py). A diagram inside a box is laid out first, and makes the box as large.
Before:  autodiff/layout.py, visualize/diagram_drawing.py, visualize/diagram_dot.py.
         Next: visualize/model_boxes.py (what the boxes of a model are).
Source:  Graphviz's ``rankdir``.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from minigrad.autodiff.layout import Layout, Point, layered
from minigrad.saving.files import replacing
from minigrad.visualize.diagram_dot import to_dot
from minigrad.visualize.diagram_drawing import (
    DETAIL,
    TITLE,
    Rectangle,
    Shapes,
    Text,
    route_arrow,
    to_figure,
    to_svg,
)

if TYPE_CHECKING:
    from minigrad.visualize.figure import Figure

RANKDIRS = ("TB", "BT", "LR", "RL")
SPLINES = {"curved": "curved", "spline": "curved", "line": "line", "polyline": "line", "ortho": "ortho"}

_COLORS = {  # of the kinds of boxes: fill, and outline
    "layer": ("#e8f0fe", "#4a73b8"),
    "input": ("#e6f4ea", "#3b8751"),
    "op": ("#f4f4f4", "#8a8a8a"),
    "model": ("#f3e8fd", "#8553b0"),
    "cluster": ("#fcfaff", "#8553b0"),
}
_PAD, _TITLE_LINE, _DETAIL_LINE = 12.0, 22.0, 16.0


class Settings(NamedTuple):
    """What is shown of each layer, and how the whole is laid out; as in `plot_model`."""

    show_shapes: bool = False
    show_dtype: bool = False
    show_layer_names: bool = False
    rankdir: str = "TB"
    expand_nested: bool = False
    show_layer_activations: bool = False
    show_trainable: bool = False
    splines: str = "curved"

    def check(self, name: str) -> None:
        """Raise a ValueError unless all are known."""
        if self.rankdir not in RANKDIRS:
            raise ValueError(f"{name}: rankdir must be one of {', '.join(RANKDIRS)}; got {self.rankdir!r}")
        if self.splines not in SPLINES:
            raise ValueError(f"{name}: splines must be one of {', '.join(SPLINES)}; got {self.splines!r}")


class Card(NamedTuple):
    """One box: its kind, its title, further lines, and the diagram of a model that is shown in it."""

    kind: str
    title: str
    lines: list[str]
    inner: Diagram | None = None

    def size(self) -> tuple[float, float]:
        """Return the width and height that the content needs."""
        width = max([0.615 * TITLE * len(self.title), *(0.615 * DETAIL * len(line) for line in self.lines)])
        height = _TITLE_LINE + _DETAIL_LINE * len(self.lines) + 8.0
        if self.inner is not None:
            width, height = max(width, self.inner.width), height + self.inner.height + _PAD + 4.0
        return width + 2 * _PAD, height


class Diagram:
    """A model's boxes and arrows, laid out. In a notebook it shows itself.

    Attributes:
        name: The model's.
        cards: The boxes, each after those that it depends on.
        edges: Pairs of indices: from what is used to what uses it.
        width, height: Of the picture, without the margin.
    """

    def __init__(
        self, name: str, cards: Sequence[Card], edges: Sequence[tuple[int, int]], settings: Settings
    ) -> None:
        self.name = name
        self.cards, self.edges, self.settings = list(cards), list(edges), settings
        self._sizes = [card.size() for card in self.cards]
        layout = _turned(self._sizes, self.edges, settings.rankdir)
        self.width, self.height = layout.width, layout.height
        self._centers, self._routes = layout.centers, layout.routes

    def __repr__(self) -> str:
        return f"<Diagram of {self.name!r}: {len(self.cards)} boxes, {len(self.edges)} arrows>"

    def shapes(self, left: float = 0.0, top: float = 0.0) -> Shapes:
        """Return what is drawn, with the upper left corner at this place."""
        sideways = self.settings.rankdir in ("LR", "RL")
        shapes: list[Any] = [
            route_arrow([(x + left, y + top) for x, y in route], SPLINES[self.settings.splines], sideways)
            for route in self._routes
        ]
        for card, size, (x, y) in zip(self.cards, self._sizes, self._centers, strict=True):
            shapes += _box(card, size, left + x, top + y)
        return shapes

    def to_svg(self) -> str:
        """Return the diagram as an SVG file, which needs neither Graphviz nor matplotlib."""
        return to_svg(self.shapes(), self.width, self.height)

    def to_figure(self) -> Figure:
        """Return the diagram as a figure of matplotlib, for PNG and the like.

        Raises:
            ImportError: If matplotlib isn't installed.
        """
        return to_figure(self.shapes(), self.width, self.height)

    def to_dot(self, dpi: int = 200, subgraph: bool = False) -> str:
        """Return the diagram in Graphviz's language.

        Args:
            dpi: The resolution that is written into it. Default 200.
            subgraph: Whether to return it as a cluster, to be put into another graph. Default False.
        """
        return to_dot(self, dpi, subgraph)

    def save(self, path: str | os.PathLike[str], dpi: int = 200) -> None:
        """Write the diagram to a file; it is there complete, or as it was before.

        Args:
            path: Its ending says in which form: ``.svg``; ``.dot`` or ``.gv`` for Graphviz; or what
                matplotlib writes, such as ``.png`` (so does a name without ending) and ``.pdf``.
            dpi: The resolution of a PNG. Default 200.

        Raises:
            ImportError: For such a picture, if matplotlib isn't installed.
            ValueError: If nothing writes files of that ending.
        """
        suffix = Path(path).suffix.lower()
        if suffix == ".svg":
            data = self.to_svg().encode()
        elif suffix in (".dot", ".gv"):
            data = self.to_dot(dpi).encode()
        else:
            data = _by_matplotlib(self, path, suffix.removeprefix(".") or "png", dpi)
        with replacing(path) as file:
            file.write(data)

    def _repr_svg_(self) -> str:
        return self.to_svg()


def _by_matplotlib(diagram: Diagram, path: Any, form: str, dpi: int) -> bytes:
    try:
        figure = diagram.to_figure()
    except ImportError as error:
        raise ImportError(
            f"{os.fspath(path)}: pictures of type {form!r} are drawn with matplotlib, which is not "
            "installed: pip install minigrad[plot], or write an .svg or .dot file, which needs nothing"
        ) from error
    known = figure.canvas.get_supported_filetypes()
    if form not in known:
        endings = ["svg", "dot", "gv", *sorted(set(known) - {"svg"})]
        raise ValueError(
            f"plot_model: no file of type {form!r} can be written; the name must end in "
            f"{', '.join(f'.{one}' for one in endings)}; got {os.fspath(path)!r}"
        )
    return figure.to_bytes(form, dpi)


def _box(card: Card, size: tuple[float, float], x: float, y: float) -> list[Any]:
    """Return a card around this center."""
    (width, height), top = size, y - size[1] / 2
    fill, stroke = _COLORS["cluster" if card.inner is not None else card.kind]
    shapes: list[Any] = [
        Rectangle(x - width / 2, top, width, height, fill, stroke, dashed=card.inner is not None),
        Text(x, top + 18.0, card.title, TITLE, bold=True, color="#1f1f1f"),
    ]
    for index, line in enumerate(card.lines):
        shapes.append(Text(x, top + 18.0 + _DETAIL_LINE * (index + 1), line))
    if card.inner is not None:
        head = _TITLE_LINE + _DETAIL_LINE * len(card.lines) + 12.0
        shapes += card.inner.shapes(x - card.inner.width / 2, top + head)
    return shapes


def _turned(sizes: Sequence[tuple[float, float]], edges: Sequence[tuple[int, int]], rankdir: str) -> Layout:
    """Return the layout, in the direction that is asked for: top to bottom is turned and mirrored."""
    sideways = rankdir in ("LR", "RL")
    layout = layered([(height, width) for width, height in sizes] if sideways else sizes, edges)

    def move(point: Point) -> Point:
        x, y = point
        y = layout.height - y if rankdir in ("BT", "RL") else y
        return (y, x) if sideways else (x, y)

    width, height = (layout.height, layout.width) if sideways else (layout.width, layout.height)
    routes = [list(map(move, route)) for route in layout.routes]
    return Layout(list(map(move, layout.centers)), routes, width, height)
