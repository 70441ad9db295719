"""Feature maps: what each layer of a model makes of an image.

Idea:    a channel of a convolution's output is again an image: bright where the kernel found what it looks
         for. Layer by layer the images grow smaller and say less of where, more of what; at the end there is
         a score for each class.
Before:  visualize/images.py, models/inside.py.  Next: visualize/mistakes.py.
Source:  the lecture's feature maps; Zeiler & Fergus (2013).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from minigrad.autodiff.modes import no_grad
from minigrad.autodiff.tensor import Tensor
from minigrad.config import image_data_format
from minigrad.errors import unknown_name
from minigrad.layers.input import InputLayer
from minigrad.layers.layer import Layer
from minigrad.models.inside import InnerCall, calls_inside
from minigrad.models.model import Model
from minigrad.visualize.canvas import BLUE, RED, at_least_one, bare, new_figure, shown_of
from minigrad.visualize.images import as_pictures, built_model, one_image, show_picture

if TYPE_CHECKING:
    from minigrad.visualize.figure import Figure

Array = np.ndarray[Any, np.dtype[Any]]


def feature_maps(
    model: Model, image: Any, layers: str | Sequence[str] | None = None, max_channels: int = 8
) -> Figure:
    """Draw what each layer of a model gives for an image, a row for each.

    Maps are drawn from their layer's least value (black) to its largest (white), vectors as bars, and
    sequences as a picture with the channels from top to bottom. Beside each row stand the layer, the
    output's shape, and how many of the channels are shown if it isn't all.

    Args:
        model: A built model of one input.
        image: (H, W), (H, W, C) or a batch of one; as the model takes it (scaled, say).
        layers: The names of the layers to draw. Default: all that the model is directly made of.
        max_channels: How many of a layer's channels are drawn at most. Default 8.

    Returns:
        The figure.

    Raises:
        ImportError: If matplotlib isn't installed.
        NotBuiltError: If the model has no weights yet.
        ShapeError: If the image isn't one that the model takes.
        UnknownNameError: If the model calls no layer of such a name.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> conv, flat = mg.layers.Conv2D(4, 3, name="conv"), mg.layers.Flatten(name="flat")
        >>> model = mg.Sequential([mg.Input((8, 8, 1)), conv, flat])
        >>> figure = mg.visualize.feature_maps(model, np.ones((8, 8)))
        >>> len(figure.axes)  # the texts beside the image and two layers, the image, four maps, and bars
        9
    """
    model = built_model("feature_maps", model)
    max_channels = at_least_one("feature_maps", "max_channels", max_channels)
    batch = one_image("feature_maps", model, image)
    with no_grad():
        calls, _ = calls_inside(model, batch)
    calls = _chosen([call for call in calls if not isinstance(call.layer, InputLayer)], layers)
    widest = max((_channels(call) for call in calls), default=1)
    columns = min(max_channels, max(widest, 4))
    figure = new_figure(2.2 + 1.15 * columns, 0.5 + 1.25 * (len(calls) + 1), f"Feature maps of {model.name}")
    grid = figure.add_gridspec(len(calls) + 1, columns + 1, width_ratios=[2.0, *[1.0] * columns])
    _label(figure.add_subplot(grid[0, 0]), "the image", f"{batch.shape[1:]}")
    _draw_input(figure.add_subplot(grid[0, 1]), batch)
    for row, call in enumerate(calls, start=1):
        _draw_layer(figure, grid, row, columns, call)
    return figure


def _chosen(calls: list[InnerCall], layers: str | Sequence[str] | None) -> list[InnerCall]:
    """Return the calls that give one tensor, of the layers that are asked for."""
    drawn = [call for call in calls if isinstance(call.output, Tensor) and call.output.ndim > 1]
    if layers is None:
        return drawn
    wanted = [layers] if isinstance(layers, str) else list(layers)
    known = [call.name for call in drawn]
    for name in wanted:
        if name not in known:
            raise unknown_name("layer of this model", name, known)
    return [call for call in drawn if call.name in wanted]


def _channels(call: InnerCall) -> int:
    return len(_maps(call.layer, call.output)) if call.output.ndim == 4 else 1


def _maps(layer: Any, output: Tensor) -> Array:
    """Return the channels of an output (1, H, W, C) as (C, H, W)."""
    first = getattr(layer, "data_format", image_data_format()) == "channels_first"
    return output._data[0] if first else np.moveaxis(output._data[0], -1, 0)


def _draw_input(axes: Any, batch: Array) -> None:
    """Show the image, or what stands for it where it is none."""
    if batch.ndim == 4 and batch.shape[-1] in (1, 3):
        show_picture(axes, as_pictures("feature_maps", batch)[0])
    else:
        axes.imshow(np.atleast_2d(batch.reshape(batch.shape[1], -1)), cmap="gray", aspect="auto")
        bare(axes)


def _draw_layer(figure: Figure, grid: Any, row: int, columns: int, call: InnerCall) -> None:
    """Draw a row: the text, and the maps, or the bars, beside it."""
    output = call.output
    kind = type(call.layer).__name__ if isinstance(call.layer, Layer) else "op"
    notes = []
    if output.ndim == 4:
        notes += _draw_maps(figure, grid, row, columns, _maps(call.layer, output))
    else:
        axes = figure.add_subplot(grid[row, 1:])
        values = output._data[0]
        if values.ndim == 1:
            _bars(axes, values)
        else:
            picture = values.reshape(len(values), -1).T  # (C, L)
            axes.imshow(picture, cmap=_gray(), aspect="auto", interpolation="nearest")
            bare(axes)
    lost = int(np.sum(~np.isfinite(output._data)))
    if lost:
        notes.append(f"{lost:,} numbers not finite" + ("" if output.ndim == 2 else ": red"))
    _label(
        figure.add_subplot(grid[row, 0]), f"{call.name} ({kind})", "\n".join([f"{output.shape[1:]}", *notes])
    )


def _draw_maps(figure: Figure, grid: Any, row: int, columns: int, maps: Array) -> list[str]:
    """Draw the first maps of a layer, and return what is to be said of them."""
    shown = min(columns, len(maps))
    finite = maps[np.isfinite(maps)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    for index in range(shown):
        axes = figure.add_subplot(grid[row, index + 1])
        picture = np.ma.masked_invalid(maps[index])
        axes.imshow(picture, cmap=_gray(), vmin=low, vmax=high, interpolation="nearest")
        bare(axes)
    scale = [f"{low:.2g} (black) to {high:.2g} (white)"] if finite.size else []
    return [shown_of(shown, len(maps), "channels"), *scale]


def _gray() -> Any:
    """Return the color map: what is no number is red."""
    from matplotlib import colormaps

    return colormaps["gray"].with_extremes(bad=RED)


def _bars(axes: Any, values: Array) -> None:
    """Draw a vector: bars where they can be told apart, else a line of steps."""
    places = np.arange(len(values))
    values = np.where(np.isfinite(values), values, np.nan)
    if len(values) <= 64:
        axes.bar(places, values, color=BLUE)
    else:
        axes.fill_between(places, values, step="mid", color=BLUE, linewidth=0)
    if len(values) <= 20:
        axes.set_xticks(places)
    axes.tick_params(labelsize=7)
    axes.margins(x=0.01)
    axes.axhline(0, color="#404040", linewidth=0.6)


def _label(axes: Any, name: str, text: str) -> None:
    axes.set_axis_off()
    axes.text(1.0, 0.62, name, ha="right", va="bottom", fontsize=9, weight="bold", transform=axes.transAxes)
    axes.text(1.0, 0.56, text, ha="right", va="top", fontsize=7.5, color="#505050", transform=axes.transAxes)
