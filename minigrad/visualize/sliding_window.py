"""A convolution step by step: the window slides over the image, and each step fills one cell of the output.

Idea:    each output is a dot product of the window and the kernel. The animation shows the window, the
         kernel's numbers in its cells, the sum spelled out, and the output so far.
Shapes:  image (H, W), kernel (KH, KW) -> (OH, OW)
Before:  kernels/reference.py (the loops that are drawn), visualize/cells.py.  Next: visualize/attribution.py.
Source:  the lecture's sliding window.
"""

from __future__ import annotations

import base64
import io
import os
from typing import TYPE_CHECKING, Any

import numpy as np

from minigrad.arguments import number
from minigrad.errors import ShapeError
from minigrad.saving.files import replacing
from minigrad.shapes import integers, padding_mode, window_output, window_padding
from minigrad.visualize.canvas import GREEN, ORANGE, new_figure
from minigrad.visualize.cells import cell, fitting_size, frame, number_text, plain

if TYPE_CHECKING:
    from minigrad.visualize.figure import Figure

IMAGE = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
KERNEL = [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
"""The lecture's example."""

_MOST_CELLS, _MOST_STEPS, _MOST_TERMS = 400, 400, 9


class SlidingWindow:
    """A convolution as an animation. In a notebook it plays.

    Attributes:
        image, kernel, output: The arrays; the image without its padding.
        steps: How many there are: one for each cell of the output.
    """

    def __init__(self, image: Any, kernel: Any, strides: Any, padding: str, dilation_rate: Any) -> None:
        self.image, self.kernel = _plane("image", image), _plane("kernel", kernel)
        self.strides = integers("sliding_window", "strides", strides, 2)
        self.dilation = integers("sliding_window", "dilation_rate", dilation_rate, 2)
        self.padding = padding_mode("sliding_window", padding)
        shapes = self.image.shape, self.kernel.shape
        self._pads = window_padding("sliding_window", *shapes, self.strides, self.padding, self.dilation)
        self._padded = np.pad(self.image, self._pads)
        shape = window_output(*shapes, self.strides, self._pads, self.dilation)
        self.steps = shape[0] * shape[1]
        if self._padded.size > _MOST_CELLS or self.steps > _MOST_STEPS:
            raise ShapeError(
                f"sliding_window: up to {_MOST_CELLS} cells are drawn; got an image of {self.image.shape}, "
                f"{self._padded.shape} with its padding. Give a part of it, such as image[:12, :12]"
            )
        windows = [self._window(step, shape) for step in range(self.steps)]
        self._places = windows
        self._width = self._padded.shape[1] + self.kernel.shape[1] + shape[1] + 3.0  # of a frame, in cells
        self._side = min(0.62, 13 / self._width)  # of a cell, in inches
        self.output = np.array([np.sum(self._values(place) * self.kernel) for place in windows]).reshape(
            shape
        )

    def _window(self, step: int, shape: tuple[int, ...]) -> tuple[int, int]:
        """Return the row and column, in the padded image, where the window begins."""
        row, column = divmod(step, shape[1])
        return row * self.strides[0], column * self.strides[1]

    def _values(self, place: tuple[int, int]) -> Any:
        """Return what the window sees."""
        rows, columns = (
            start + np.arange(size) * step
            for start, size, step in zip(place, self.kernel.shape, self.dilation, strict=True)
        )
        return self._padded[np.ix_(rows, columns)]

    def __len__(self) -> int:
        return self.steps

    def __repr__(self) -> str:
        shapes = f"image={self.image.shape}, kernel={self.kernel.shape}, output={self.output.shape}"
        return f"<SlidingWindow {shapes}>"

    def frame(self, step: int) -> Figure:
        """Return one step as a figure.

        Args:
            step: From 0; negative ones count from the end.

        Raises:
            IndexError: If there is no such step.
        """
        if not -self.steps <= step < self.steps:
            raise IndexError(f"sliding_window: there are {self.steps} steps, and no step {step}")
        step %= self.steps
        rows, columns = self._padded.shape
        out_rows, out_columns = self.output.shape
        kernel_rows, kernel_columns = self.kernel.shape
        width, side = self._width, self._side
        height = max(rows, kernel_rows, out_rows)
        options = f"stride {self.strides[0]}" if len(set(self.strides)) == 1 else f"strides {self.strides}"
        if max(self.dilation) > 1:
            options += f", dilation {self.dilation}"
        title = f"Convolution, {options}, padding {self.padding}: step {step + 1} of {self.steps}"
        figure = new_figure(side * width + 0.4, side * (height + 2.4) + 0.7, title)
        axes = figure.add_subplot()
        self._draw_image(axes, self._places[step])
        x = columns + 1.5
        _heading(axes, x, kernel_columns, "kernel")
        for (row, column), value in np.ndenumerate(self.kernel):
            self._cell(axes, x + column, row, number_text(value), "window")
        x += kernel_columns + 1.5
        _heading(axes, x, out_columns, "output")
        self._draw_output(axes, x, step)
        axes.text(0, height + 0.7, self._sum(step), fontsize=10.5, va="center", color="#1f1f1f")
        plain(axes, -0.2, width + 0.2, -1.0, height + 1.2)
        return figure

    def _draw_image(self, axes: Any, place: tuple[int, int]) -> None:
        rows, columns = self.image.shape
        (top, _), (left, _) = self._pads
        _heading(axes, 0, self._padded.shape[1], "image" + (", padded" if np.any(self._pads) else ""))
        seen = {
            (place[0] + row * self.dilation[0], place[1] + column * self.dilation[1]): weight
            for (row, column), weight in np.ndenumerate(self.kernel)
        }
        for (row, column), value in np.ndenumerate(self._padded):
            inside = top <= row < top + rows and left <= column < left + columns
            weight = seen.get((row, column))
            kind = "window" if weight is not None else "input" if inside else "padding"
            corner = "" if weight is None else f"×{number_text(weight)}"
            self._cell(axes, column, row, number_text(value), kind, corner)
        spans = [(size - 1) * step + 1 for size, step in zip(self.kernel.shape, self.dilation, strict=True)]
        frame(axes, place[1], place[0], spans[1], spans[0], ORANGE)

    def _draw_output(self, axes: Any, x: float, step: int) -> None:
        for index, ((row, column), value) in enumerate(np.ndenumerate(self.output)):
            kind = "new" if index == step else "output" if index < step else "empty"
            self._cell(axes, x + column, row, number_text(value) if index <= step else "", kind)
            if index == step:
                frame(axes, x + column, row, 1, 1, GREEN)

    def _cell(self, axes: Any, x: float, y: float, text: str, kind: str, corner: str = "") -> None:
        """Draw a cell whose numbers stay inside."""
        size = min(fitting_size(text, self._side), fitting_size(corner, self._side) / 0.62)
        cell(axes, x, y, text, kind, corner, size)

    def _sum(self, step: int) -> str:
        """Return the step's dot product, spelled out as far as there is room."""
        values = self._values(self._places[step])
        pairs = list(zip(values.ravel(), self.kernel.ravel(), strict=True))
        terms = [f"{number_text(x)}·{_signed(w)}" for x, w in pairs[:_MOST_TERMS]]
        more = " + ..." if len(pairs) > _MOST_TERMS else ""
        return f"{' + '.join(terms)}{more} = {number_text(self.output.flat[step])}"

    def save(self, path: str | os.PathLike[str], seconds: float = 0.8) -> None:
        """Write the animation to a file; it is there complete, or as it was before.

        Args:
            path: Must end in ``.gif``.
            seconds: How long each step is shown; the last one is, four times as long. Default 0.8.

        Raises:
            ValueError: If the file's name ends otherwise, or seconds is not above 0.
        """
        if not os.fspath(path).lower().endswith(".gif"):
            raise ValueError(f"sliding_window: the file's name must end in .gif; got {os.fspath(path)!r}")
        data = self.to_gif(number("sliding_window", "seconds", seconds, above=0))
        with replacing(path) as file:
            file.write(data)

    def to_gif(self, seconds: float = 0.8) -> bytes:
        """Return the animation as the bytes of a GIF file, which plays again and again."""
        frames = [self.frame(step).to_bytes(dpi=90) for step in range(self.steps)]
        from PIL import Image  # which comes with matplotlib

        opened = [Image.open(io.BytesIO(frame)).convert("RGB") for frame in frames]
        pictures = [one.quantize(64, dither=Image.Dither.NONE) for one in opened]
        times = [round(1000 * seconds)] * (self.steps - 1) + [round(4000 * seconds)]
        buffer = io.BytesIO()
        pictures[0].save(
            buffer, "GIF", save_all=True, append_images=pictures[1:], duration=times, loop=0, disposal=1
        )
        return buffer.getvalue()

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.to_gif()).decode()
        return f'<img alt="a convolution, step by step" src="data:image/gif;base64,{data}">'


def sliding_window(
    image: Any = None,
    kernel: Any = None,
    strides: Any = (1, 1),
    padding: str = "valid",
    dilation_rate: Any = (1, 1),
) -> SlidingWindow:
    """Show a convolution of one channel step by step: ``sliding_window().save("convolution.gif")``.

    Args:
        image: (H, W), at most 400 cells with its padding. Default: the lecture's example.
        kernel: (KH, KW). Default: the lecture's example.
        strides: An integer or (vertical, horizontal) step of the window. Default (1, 1).
        padding: "valid" or "same", in any letter case. Default "valid".
        dilation_rate: An integer or two: the step between the kernel's own cells. Default (1, 1).

    Returns:
        The animation: ``save("name.gif")`` writes it, ``frame(step)`` is one step as a figure, ``output``
        the result; a notebook plays it.

    Raises:
        ImportError: When it is drawn, if matplotlib isn't installed.
        ShapeError: If image or kernel doesn't have two axes, the kernel doesn't fit, or there are too many
            cells to draw.
        ValueError: If an argument is out of range.

    Source: the lecture's sliding window; its result is [[4, 3, 4], [2, 4, 3], [2, 3, 4]].

    Example:
        >>> import minigrad as mg
        >>> steps = mg.visualize.sliding_window()
        >>> len(steps), steps.output.tolist()
        (9, [[4.0, 3.0, 4.0], [2.0, 4.0, 3.0], [2.0, 3.0, 4.0]])
        >>> steps.frame(1).get_suptitle()
        'Convolution, stride 1, padding valid: step 2 of 9'
    """
    image = IMAGE if image is None else image
    return SlidingWindow(image, KERNEL if kernel is None else kernel, strides, padding, dilation_rate)


def _plane(argument: str, value: Any) -> Any:
    array = np.asarray(value, np.float64)
    if array.ndim != 2 or not array.size:
        raise ShapeError(
            f"sliding_window: {argument} must have two axes, (height, width), for one channel is drawn; got "
            f"{array.shape}"
        )
    return array


def _heading(axes: Any, x: float, width: float, text: str) -> None:
    axes.text(x + width / 2, -0.35, text, ha="center", va="center", fontsize=11, weight="bold")


def _signed(value: float) -> str:
    text = number_text(value)
    return f"({text})" if value < 0 else text
