"""Boxes, texts and arrows at their places, written as SVG or drawn with matplotlib.

Idea:    a drawing is a flat list of three kinds of shapes. What is drawn where is decided before; the two
         ways of drawing know nothing of models.
Before:  autodiff/svg.py, visualize/canvas.py.  Next: visualize/diagram_dot.py.
"""

from __future__ import annotations

import html
import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from minigrad.autodiff.layout import Point
from minigrad.autodiff.svg import MARGIN, arrow, document
from minigrad.visualize.canvas import new_figure

if TYPE_CHECKING:
    from minigrad.visualize.figure import Figure

TITLE, DETAIL = 13.0, 11.0
"""Sizes of letters; those of a monospaced font are 0.6 of it wide."""


class Rectangle(NamedTuple):
    """A box with round corners, from its upper left one on."""

    left: float
    top: float
    width: float
    height: float
    fill: str
    stroke: str
    dashed: bool = False


class Text(NamedTuple):
    """A line of text, centered at x, standing on y."""

    x: float
    y: float
    text: str
    size: float = DETAIL
    bold: bool = False
    color: str = "#404040"


class Arrow(NamedTuple):
    """A way through points, in pieces of SVG's path language: M, L and C with their coordinates."""

    pieces: list[tuple[str, list[Point]]]


Shapes = Sequence[Rectangle | Text | Arrow]


def route_arrow(route: Sequence[Point], splines: str, sideways: bool) -> Arrow:
    """Return the arrow along a route.

    Args:
        route: Its points.
        splines: "curved" (smooth, leaving and arriving at right angles), "line" or "ortho".
        sideways: Whether arrows leave boxes to the side, rather than up or down.
    """
    pieces: list[tuple[str, list[Point]]] = [("M", [route[0]])]
    for (x, y), (to_x, to_y) in itertools.pairwise(route):
        if sideways:
            turns = [((x + to_x) / 2, y), ((x + to_x) / 2, to_y)]
        else:
            turns = [(x, (y + to_y) / 2), (to_x, (y + to_y) / 2)]
        if splines == "line":
            pieces.append(("L", [(to_x, to_y)]))
        elif splines == "ortho":
            pieces += [("L", [point]) for point in (*turns, (to_x, to_y))]
        else:
            pieces.append(("C", [*turns, (to_x, to_y)]))
    return Arrow(pieces)


def to_svg(shapes: Shapes, width: float, height: float) -> str:
    """Return the shapes as an SVG file."""
    return document(width, height, map(_svg_of, shapes))


def _svg_of(shape: Rectangle | Text | Arrow) -> str:
    if isinstance(shape, Rectangle):
        dashes = ' stroke-dasharray="5 4"' if shape.dashed else ""
        return (
            f'<rect x="{shape.left:.1f}" y="{shape.top:.1f}" width="{shape.width:.1f}" '
            f'height="{shape.height:.1f}" rx="5" fill="{shape.fill}" stroke="{shape.stroke}" '
            f'stroke-width="1.3"{dashes}/>'
        )
    if isinstance(shape, Text):
        weight = ' font-weight="600"' if shape.bold else ""
        return (
            f'<text x="{shape.x:.1f}" y="{shape.y:.1f}" font-size="{shape.size:g}"{weight} '
            f'fill="{shape.color}">{html.escape(shape.text)}</text>'
        )
    path = " ".join(sign + " ".join(f"{x:.1f} {y:.1f}" for x, y in points) for sign, points in shape.pieces)
    return arrow(path)


def to_figure(shapes: Shapes, width: float, height: float) -> Figure:
    """Return the shapes as a figure of matplotlib, as large as the SVG.

    Raises:
        ImportError: If matplotlib isn't installed.
    """
    width, height = width + 2 * MARGIN, height + 2 * MARGIN
    figure = new_figure(width / 96, height / 96)  # CSS's pixels
    figure.set_layout_engine("none")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set(xlim=(-MARGIN, width - MARGIN), ylim=(height - MARGIN, -MARGIN))
    axes.set_axis_off()
    for shape in shapes:
        _draw(axes, shape)
    return figure


def _draw(axes: Any, shape: Rectangle | Text | Arrow) -> None:
    from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
    from matplotlib.path import Path

    points = 72 / 96  # of a pixel
    if isinstance(shape, Rectangle):
        axes.add_patch(
            FancyBboxPatch(
                (shape.left, shape.top),
                shape.width,
                shape.height,
                boxstyle="round,pad=0,rounding_size=5",
                facecolor=shape.fill,
                edgecolor=shape.stroke,
                linewidth=1.3 * points,
                linestyle="--" if shape.dashed else "-",
            )
        )
    elif isinstance(shape, Text):
        axes.text(
            shape.x,
            shape.y,
            shape.text,
            ha="center",
            va="baseline",
            fontsize=shape.size * points,
            weight="bold" if shape.bold else "normal",
            color=shape.color,
            family="DejaVu Sans Mono",
        )
    else:
        codes = {"M": [Path.MOVETO], "L": [Path.LINETO], "C": [Path.CURVE4] * 3}
        path = Path(
            [point for _, part in shape.pieces for point in part],
            [code for sign, _ in shape.pieces for code in codes[sign]],
        )
        axes.add_patch(
            FancyArrowPatch(path=path, arrowstyle="-|>", mutation_scale=8, color="#707070", linewidth=1.0)
        )
