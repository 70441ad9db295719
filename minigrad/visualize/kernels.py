"""The kernels of a convolution, as pictures.

Idea:    a kernel is a small image: what it looks for. In the first layer that can be seen; further on a
         kernel has a picture for every channel of what the layer before gives.
Shapes:  kernel (KH, KW, C, F): F kernels of C channels each
Before:  visualize/canvas.py, layers/convolution.py.  Next: visualize/feature_maps.py.
Source:  the lecture's "What does a convolution see?"; Zeiler & Fergus, "Visualizing and understanding
         convolutional networks" (2013).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from minigrad.errors import NotBuiltError, ShapeError
from minigrad.layers.convolutional import Convolutional
from minigrad.layers.depthwise import DepthwiseConv1D, DepthwiseConv2D
from minigrad.layers.layer import Layer
from minigrad.layers.separable import SeparableConv1D, SeparableConv2D
from minigrad.layers.transposed_convolution import Conv1DTranspose, Conv2DTranspose
from minigrad.visualize.canvas import at_least_one, bare, grid_size, join, new_figure, shown_of

if TYPE_CHECKING:
    from minigrad.visualize.figure import Figure

Array = np.ndarray[Any, np.dtype[Any]]


def kernels(layer: Layer, channel: int | None = None, max_kernels: int = 64, max_channels: int = 8) -> Figure:
    """Draw the kernels of a convolutional layer: blue is positive, red negative, white zero.

    Kernels of one channel are drawn side by side, and so are those of three, in colors in which gray is
    zero. Of others each has a row, with a picture for each channel; or ``channel`` picks one. Kernels of
    one spatial axis are drawn as (channels, length). The title says how many there are if not all are shown.

    Args:
        layer: A convolutional layer, or a model, of which the first one is drawn.
        channel: Which input channel to draw alone. Default: all.
        max_kernels: How many kernels are drawn at most; in rows at most 16. Default 64.
        max_channels: How many of a kernel's channels are drawn at most. Default 8.

    Returns:
        The figure.

    Raises:
        ImportError: If matplotlib isn't installed.
        NotBuiltError: If the layer has no weights yet.
        ShapeError: If there is no such channel.
        TypeError: If it is no convolutional layer, or a model without one.

    Example:
        >>> import minigrad as mg
        >>> layer = mg.layers.Conv2D(6, 5, name="conv")
        >>> layer.build((None, 28, 28, 1))
        >>> figure = mg.visualize.kernels(layer)
        >>> figure.get_suptitle().splitlines()[0]
        'Kernels of conv (Conv2D): 6 kernels of 5x5'
    """
    layer = _convolution(layer)
    kernel = _as_kernel(layer)  # (KH, KW, C, F)
    max_kernels = at_least_one("kernels", "max_kernels", max_kernels)
    max_channels = at_least_one("kernels", "max_channels", max_channels)
    if channel is None:
        note = ""
    else:
        channels = kernel.shape[2]
        if not -channels <= channel < channels:
            raise ShapeError(f"kernels: {layer.name!r} has {channels} channels, and no channel {channel}")
        kernel = kernel[:, :, channel, np.newaxis]
        note = f"channel {channel % channels} of {channels}"
    finite = np.isfinite(kernel)
    limit = float(np.abs(kernel[finite]).max(initial=0.0)) or 1.0
    lost = f"{kernel.size - finite.sum():,} weights are not finite: black" if not finite.all() else ""
    kernel = np.where(finite, kernel, np.nan)
    height, width, channels, filters = kernel.shape
    if channels in (1, 3) or layer.rank == 1:
        sheet = _side_by_side(layer, kernel[..., :max_kernels], limit)
        colored = channels == 3 and layer.rank == 2
        note = note or ("channels as red, green, blue; gray is 0" if colored else "")
    else:
        sheet, colored = _in_rows(kernel[:, :, :max_channels, : min(max_kernels, 16)]), False
        note = shown_of(min(channels, max_channels), channels, "channels")
    shown = shown_of(sheet.kernels, filters, "kernels")
    size = f"{height}x{width}" if layer.rank == 2 else f"length {width}, channels from top to bottom"
    scale = "" if colored else f"blue +{limit:.2g}, white 0, red -{limit:.2g}"
    title = (
        f"Kernels of {layer.name} ({type(layer).__name__}): {shown} of {size}\n{join([note, scale, lost])}"
    )
    return _draw(sheet, title, limit)


class _Sheet(NamedTuple):
    """Pictures, row by row, and what stands above and beside each."""

    kernels: int
    columns: int
    pictures: list[Array]
    above: list[str]
    beside: list[str]


def _side_by_side(layer: Convolutional, kernel: Array, limit: float) -> _Sheet:
    """Return one picture for each kernel."""
    count = kernel.shape[-1]
    pictures = []
    for one in np.moveaxis(kernel, -1, 0):  # (KH, KW, C)
        if layer.rank == 1:
            pictures.append(one[0].T)  # (C, L)
        else:
            colors = np.nan_to_num(0.5 + 0.5 * one / limit)  # what is no number is black
            pictures.append(one[..., 0] if one.shape[-1] == 1 else colors)
    return _Sheet(count, grid_size(count, 8)[1], pictures, list(map(str, range(count))), [""] * count)


def _in_rows(kernel: Array) -> _Sheet:
    """Return a picture for each channel of each kernel, which has a row."""
    _, _, channels, count = kernel.shape
    places = [(row, column) for row in range(count) for column in range(channels)]
    pictures = [kernel[:, :, column, row] for row, column in places]
    above = [f"channel {column}" if row == 0 else "" for row, column in places]
    beside = [f"kernel {row}" if column == 0 else "" for row, column in places]
    return _Sheet(count, channels, pictures, above, beside)


def _draw(sheet: _Sheet, title: str, limit: float) -> Figure:
    """Return the figure."""
    from matplotlib import colormaps

    colors = colormaps["RdBu"].with_extremes(bad="black")
    rows = -(-len(sheet.pictures) // sheet.columns)
    tall = min(3.0, max(0.4, sheet.pictures[0].shape[0] / sheet.pictures[0].shape[1]))
    gap = 0.25 if all(sheet.above) else 0.08
    figure = new_figure(max(7.0, 1.05 * sheet.columns), 1.0 + (gap + 0.85 * tall) * rows, title)
    panels = list(figure.subplots(rows, sheet.columns, squeeze=False).flat)
    for axes in panels[len(sheet.pictures) :]:
        axes.set_axis_off()
    for axes, picture, above, beside in zip(panels, sheet.pictures, sheet.above, sheet.beside, strict=False):
        axes.imshow(picture, cmap=colors, vmin=-limit, vmax=limit, interpolation="nearest")
        axes.set_title(above, fontsize=8, pad=2)
        axes.set_ylabel(beside, fontsize=8, rotation=0, ha="right", va="center")
        bare(axes)
    return figure


def _convolution(layer: Any) -> Convolutional:
    """Return the layer, or the first of a model, that is convolutional and built."""
    if not isinstance(layer, Layer):
        raise TypeError(f"kernels: a layer is needed; got {type(layer).__name__}")
    found = next((one for one in layer._flatten_layers() if isinstance(one, Convolutional)), None)
    if found is None:
        raise TypeError(
            f"kernels: {layer.name!r} ({type(layer).__name__}) is no convolutional layer and has none inside"
        )
    if not found.built:
        raise NotBuiltError(
            f"kernels: {found.name!r} isn't built yet, so it has no kernels: call it on data, or "
            "build(input_shape)"
        )
    return found


def _as_kernel(layer: Any) -> Array:
    """Return a layer's kernel as (KH, KW, C, F), KH being 1 for one spatial axis."""
    if isinstance(layer, SeparableConv1D | SeparableConv2D):
        kernel = layer.depthwise_kernel.numpy()  # (..., C, M)
    else:
        kernel = layer.kernel.numpy()
    if isinstance(layer, Conv1DTranspose | Conv2DTranspose):
        kernel = np.swapaxes(kernel, -1, -2)  # (..., F, C) -> (..., C, F)
    separate = (DepthwiseConv1D, DepthwiseConv2D, SeparableConv1D, SeparableConv2D)
    if isinstance(layer, separate):  # each kernel sees one channel
        kernel = kernel.reshape((*kernel.shape[:-2], 1, -1))
    return kernel if kernel.ndim == 4 else kernel[np.newaxis]
