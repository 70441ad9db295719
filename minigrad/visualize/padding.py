"""SAME and VALID padding, drawn with the cells, the windows and the formula.

Idea:    one axis is enough to see it: the cells of the input, the zeros that SAME adds on both sides, the
         places of the window below, and the cells that VALID leaves out at the end.
Shapes:  input size I, kernel size F, stride S, dilation D -> output size O, zeros P_start and P_end
Before:  shapes.py, explanation/windows.py, visualize/cells.py.  Next: visualize/sliding_window.py.
Source:  the lecture, "SAME vs VALID".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minigrad.explanation.windows import window_lines
from minigrad.shapes import effective_size, integers, output_size, padding_mode, window_padding
from minigrad.visualize.canvas import ORANGE, new_figure
from minigrad.visualize.cells import FILLS, cell, plain

if TYPE_CHECKING:
    from minigrad.visualize.figure import Figure

_MOST_CELLS, _MOST_WINDOWS = 40, 12


def padding(
    size: int = 7,
    kernel_size: int = 3,
    strides: int = 1,
    dilation_rate: int = 1,
    modes: Sequence[str] = ("valid", "same"),
) -> Figure:
    """Draw one axis of an input, what padding adds to it, and each place of the window.

    Input cells are blue and numbered, zeros gray with dashed borders, cells that no window reaches hatched
    in red. Below is a bar for each window, with a dot at each cell that it multiplies, and the formulas.

    Args:
        size: The size I of the axis, at most 40. Default 7.
        kernel_size: The window's size. Default 3.
        strides: The window's step S. Default 1.
        dilation_rate: The step between the window's own cells. Default 1.
        modes: Which of "valid", "same" and "causal" to draw, below each other. Default: the first two.

    Returns:
        The figure.

    Raises:
        ImportError: If matplotlib isn't installed.
        ShapeError: If a "valid" window doesn't fit.
        ValueError: If an argument is out of range.

    Example:
        >>> import minigrad as mg
        >>> figure = mg.visualize.padding(5, kernel_size=3, strides=2, modes=["same"])
        >>> figure.axes[0].get_title(loc="left")
        'SAME: 5 -> 3 cells, P_start = 1, P_end = 1'
    """
    (size,) = integers("padding", "size", size, 1)
    (kernel_size,) = integers("padding", "kernel_size", kernel_size, 1)
    (stride,) = integers("padding", "strides", strides, 1)
    (dilation,) = integers("padding", "dilation_rate", dilation_rate, 1)
    if size > _MOST_CELLS:
        raise ValueError(f"padding: up to {_MOST_CELLS} cells are drawn; got size={size}")
    modes = [modes] if isinstance(modes, str) else list(modes)
    modes = [padding_mode("padding", mode, ("valid", "same", "causal")) for mode in modes]
    if not modes:
        raise ValueError("padding: modes must name at least one of 'valid', 'same' and 'causal'; got none")
    strips = [_Strip(size, kernel_size, stride, dilation, mode) for mode in modes]

    widest = max(strip.end - strip.start for strip in strips)
    width = max(9.0, 0.45 * widest + 1)
    heights = [strip.rows for strip in strips]
    title = f"A window of {kernel_size} over {size} cells, stride {stride}"
    title += f", dilation {dilation}" if dilation > 1 else ""
    figure = new_figure(width, 0.6 + 0.45 * sum(heights) + 0.4 * len(strips), title)
    panels = figure.subplots(len(strips), 1, squeeze=False, height_ratios=heights).flat
    left, right = min(strip.start for strip in strips), max(strip.end for strip in strips)
    for axes, strip in zip(panels, strips, strict=True):
        strip.draw(axes, left, right)
    return figure


class _Strip:
    """One mode's picture: a row of cells, the windows below, and the formulas."""

    def __init__(self, size: int, kernel_size: int, stride: int, dilation: int, mode: str) -> None:
        self.size, self.kernel_size, self.stride, self.dilation = size, kernel_size, stride, dilation
        self.mode = mode
        ((self.before, self.after),) = window_padding(
            "padding", (size,), (kernel_size,), (stride,), mode, (dilation,)
        )
        self.span = effective_size(kernel_size, dilation)
        self.output = output_size(size, kernel_size, stride, dilation, (self.before, self.after))
        self.start, self.end = -self.before, size + self.after
        self.windows = min(self.output, _MOST_WINDOWS)
        self.lines = window_lines(size, kernel_size, stride, dilation, mode)
        self.rows = 1.6 + 0.55 * self.windows + 0.6 * len(self.lines) + 0.5

    def draw(self, axes: Any, left: int, right: int) -> None:
        """Draw it into axes that span these cells."""
        read = {
            place * self.stride - self.before + step * self.dilation
            for place in range(self.output)
            for step in range(self.kernel_size)
        }
        for index in range(self.start, self.end):
            if not 0 <= index < self.size:
                cell(axes, index, 0, "0", "padding")
            else:
                cell(axes, index, 0, str(index + 1), "input" if index in read else "dropped")
        for place in range(self.windows):
            self._window(axes, place, 1.35 + 0.55 * place)
        y = 1.35 + 0.55 * self.windows + 0.25
        if self.windows < self.output:
            axes.text(left, y, f"... and {self.output - self.windows} more windows", fontsize=8, va="center")
        for line in self.lines:
            y += 0.6
            axes.text(left, y, f"{line.topic}:  {line.text}", fontsize=9.5, va="center", color="#303030")
        plain(axes, left - 0.1, max(right + 0.1, left + 19), -0.2, y + 0.5)
        title = f"{self.mode.upper()}: {self.size} -> {self.output} cells, "
        title += f"P_start = {self.before}, P_end = {self.after}"
        axes.set_title(title, fontsize=11, loc="left", weight="bold")

    def _window(self, axes: Any, place: int, y: float) -> None:
        """Draw a place of the window: a bar over its span, with dots where it reads."""
        from matplotlib.patches import Rectangle

        x = place * self.stride - self.before
        bar = Rectangle((x + 0.06, y), self.span - 0.12, 0.4, facecolor=FILLS["window"], edgecolor=ORANGE)
        axes.add_patch(bar)
        dots = [x + step * self.dilation + 0.5 for step in range(self.kernel_size)]
        axes.plot(dots, [y + 0.2] * len(dots), ".", color=ORANGE, markersize=5)
        axes.text(x + self.span + 0.05, y + 0.2, f"output {place + 1}", fontsize=7.5, va="center")
