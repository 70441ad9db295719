"""Grids of cells with numbers in them, as the lecture's slides draw them.

Before:  visualize/canvas.py.  Next: visualize/padding.py, visualize/sliding_window.py.
"""

from __future__ import annotations

from typing import Any

FILLS = {
    "input": "#e8f0fe",
    "padding": "#f0f0f0",
    "dropped": "#fbe4e1",
    "window": "#ffd9a8",
    "output": "#e6f4ea",
    "new": "#a9dcb7",
    "empty": "#ffffff",
}
"""What a cell's color says."""


def cell(axes: Any, x: float, y: float, text: str, kind: str, corner: str = "", size: float = 11) -> None:
    """Draw a cell of side 1 whose upper left corner is at (x, y), y growing downward.

    Args:
        axes: Where.
        x, y: The corner.
        text: What stands in it.
        kind: One of `FILLS`; padding is drawn with a dashed border, and what is dropped hatched.
        corner: Small text in the lower right corner. Default: none.
        size: Of the text. Default 11.
    """
    from matplotlib.patches import Rectangle

    axes.add_patch(
        Rectangle(
            (x, y),
            1,
            1,
            facecolor=FILLS[kind],
            edgecolor="#8a8a8a",
            linewidth=0.9,
            linestyle="--" if kind == "padding" else "-",
            hatch="////" if kind == "dropped" else None,
        )
    )
    axes.text(x + 0.5, y + 0.5, text, ha="center", va="center", fontsize=size, color="#1f1f1f")
    if corner:
        axes.text(x + 0.95, y + 0.93, corner, ha="right", va="bottom", fontsize=0.62 * size, color="#b03a1e")


def frame(axes: Any, x: float, y: float, width: float, height: float, color: str) -> None:
    """Draw a thick frame around cells."""
    from matplotlib.patches import Rectangle

    box = Rectangle((x, y), width, height, facecolor="none", edgecolor=color, linewidth=2.4, zorder=3)
    axes.add_patch(box)


def plain(axes: Any, left: float, right: float, top: float, bottom: float) -> None:
    """Give the axes these limits, y growing downward, with square units and nothing around."""
    axes.set(xlim=(left, right), ylim=(bottom, top))
    axes.set_aspect("equal")
    axes.set_axis_off()


def number_text(value: float) -> str:
    """Return a number as it is written into a cell: integers below a million whole, others to 3 digits.

    Example:
        >>> number_text(4.0), number_text(-0.12345), number_text(1234.0), number_text(1234.5)
        ('4', '-0.123', '1234', '1.23e+03')
    """
    whole = float(value).is_integer() and abs(value) < 1e6
    return f"{value:.0f}" if whole else f"{value:.3g}"


def fitting_size(text: str, side: float, most: float = 11) -> float:
    """Return the font size, in points, at which a number fits into a cell whose side has so many inches.

    Example:
        >>> fitting_size("4", 0.6), round(fitting_size("-4.36e+03", 0.4), 1)
        (11, 4.2)
    """
    digit = 0.64 * len(text)  # a digit of matplotlib's own font is 0.64 of the font's size wide
    return min(most, 72 * 0.85 * side / max(digit, 1e-9))
