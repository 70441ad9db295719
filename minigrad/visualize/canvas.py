"""What all pictures begin with: an empty figure, rows and columns in it, and an array shown as a picture.

Idea:    matplotlib is looked for here, when the first picture is drawn; nothing else imports it.
Before:  visualize/figure.py, shapes.py.  Next: visualize/images.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minigrad.shapes import integers

if TYPE_CHECKING:
    from minigrad.visualize.figure import Figure

BLUE, ORANGE, GREEN, RED, GRAY = "#2f6db5", "#d9772b", "#3b8751", "#c0392b", "#7a7a7a"
"""The colors of all pictures: training, validation, right, wrong, and what is only beside it."""


def new_figure(width: float, height: float, title: str = "") -> Figure:
    """Return an empty figure of this size in inches.

    Raises:
        ImportError: If matplotlib isn't installed.
    """
    try:
        from minigrad.visualize.figure import Figure
    except ImportError as error:
        raise missing_matplotlib() from error
    figure = Figure(figsize=(width, height), layout="constrained", facecolor="white")
    if title:
        figure.suptitle(title, fontsize=12)
    return figure


def missing_matplotlib() -> ImportError:
    """Return the error that says what to install."""
    return ImportError(
        "minigrad.visualize draws with matplotlib, which is not installed: pip install minigrad[plot]"
    )


def grid_size(count: int, most_columns: int) -> tuple[int, int]:
    """Return how many rows and columns hold so many pictures, about as wide as they are allowed to be.

    Example:
        >>> grid_size(32, 8), grid_size(3, 8), grid_size(9, 8)
        ((4, 8), (1, 3), (2, 5))
    """
    rows = -(-count // most_columns)
    return rows, -(-count // rows)


def bare(axes: Any) -> None:
    """Take the ticks off, and make the frame thin: for a picture whose pixels' numbers say nothing."""
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set(color="#b8b8b8", linewidth=0.6)


def shown_of(shown: int, count: int, what: str) -> str:
    """Return what is shown of what there is; ``what`` in the plural.

    Example:
        >>> shown_of(16, 128, "channels"), shown_of(8, 8, "channels"), shown_of(1, 1, "channels")
        ('first 16 of 128 channels', '8 channels', '1 channel')
    """
    if shown == count == 1:
        return f"1 {what.removesuffix('s')}"
    return f"{count} {what}" if shown == count else f"first {shown} of {count} {what}"


def at_least_one(name: str, argument: str, value: Any) -> int:
    """Return a limit such as ``max_channels``, if it is one.

    Raises:
        ValueError: If it is no integer >= 1.
    """
    return integers(name, argument, value, 1)[0]


def join(parts: Sequence[str]) -> str:
    """Return the parts that aren't empty, with commas."""
    return ", ".join(part for part in parts if part)
