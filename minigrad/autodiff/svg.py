"""Drawings as text: what every SVG of boxes and arrows begins with, and its arrows.

Before:  layout.py (where boxes and arrows are).  Next: drawing.py, visualize/diagram_drawing.py.
Source:  W3C, "Scalable Vector Graphics (SVG) 1.1".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from minigrad.autodiff.layout import Point

FONT = "ui-monospace, Menlo, 'DejaVu Sans Mono', Consolas, monospace"
MARGIN = 18.0


def document(width: float, height: float, parts: Iterable[str]) -> str:
    """Return a whole SVG file: its parts with a margin around, on white, to be readable on any page."""
    width, height = width + 2 * MARGIN, height + 2 * MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.1f} {height:.1f}" font-family="{FONT}" text-anchor="middle">',
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto"><path d="M0 0.5 L7.5 4 L0 7.5 z" fill="#707070"/></marker></defs>',
        '<rect width="100%" height="100%" rx="8" fill="#ffffff"/>',
        f'<g transform="translate({MARGIN} {MARGIN})">',
        *parts,
        "</g>",
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def arrow(path: str) -> str:
    """Return a path with an arrow's head at its end."""
    return f'<path d="{path}" fill="none" stroke="#707070" stroke-width="1.3" marker-end="url(#arrow)"/>'


def curve(route: Sequence[Point]) -> str:
    """Return a smooth path through these points, upright at each of them.

    Example:
        >>> curve([(0, 0), (4, 10)])
        'M0.0 0.0 C0.0 5.0 4.0 5.0 4.0 10.0'
    """
    (x, y), *rest = route
    path = f"M{x:.1f} {y:.1f}"
    for to_x, to_y in rest:
        middle = (y + to_y) / 2
        path += f" C{x:.1f} {middle:.1f} {to_x:.1f} {middle:.1f} {to_x:.1f} {to_y:.1f}"
        x, y = to_x, to_y
    return path
