"""Learning curves: how loss and metrics went, epoch by epoch.

Idea:    where the training's loss goes on falling and the validation's rises, the model learns by heart.
Before:  visualize/canvas.py, callbacks/history.py.  Next: visualize/kernels.py.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from minigrad.callbacks.history import History
from minigrad.errors import unknown_name
from minigrad.visualize.canvas import BLUE, GRAY, ORANGE, RED, grid_size, new_figure

if TYPE_CHECKING:
    from minigrad.visualize.figure import Figure


def learning_curves(history: History | Mapping[str, Any], metrics: Sequence[str] | None = None) -> Figure:
    """Draw loss and metrics over the epochs: a panel each, with training and validation in it.

    In the loss's panel a line marks the epoch with the lowest validation loss; epochs whose value is NaN or
    infinite are marked in red.

    Args:
        history: What ``fit`` returned, or its ``history``: a dict of lists, such as one read from a file.
        metrics: Which to draw, without "val_". Default: all that are numbers.

    Returns:
        The figure.

    Raises:
        ImportError: If matplotlib isn't installed.
        UnknownNameError: If there is no such metric; it says which there are.
        ValueError: If there is no epoch in it, or a dict's lists don't tell which epochs they are of.
        TypeError: If it is no history.

    Example:
        >>> import minigrad as mg
        >>> figure = mg.visualize.learning_curves({"loss": [2.0, 1.0, 0.5], "val_loss": [2.1, 1.2, 1.3]})
        >>> [axes.get_ylabel() for axes in figure.axes]
        ['loss']
    """
    curves = _curves(history)
    known = list(dict.fromkeys(name.removeprefix("val_") for name in curves))
    wanted = known if metrics is None else [metrics] if isinstance(metrics, str) else list(metrics)
    for name in wanted:
        if name not in known:
            raise unknown_name("metric in this history", name, known)
    rows, columns = grid_size(len(wanted), 3)
    figure = new_figure(5.0 * columns, 3.6 * rows, "Learning curves")
    panels = figure.subplots(rows, columns, squeeze=False).flat
    for axes, name in zip(panels, wanted, strict=False):
        _draw(axes, name, curves)
    for axes in list(panels)[len(wanted) :]:
        axes.set_axis_off()
    return figure


def _curves(history: Any) -> dict[str, tuple[list[int], list[float]]]:
    """Return for each name the epochs, from 1, and the values."""
    given = history.history if isinstance(history, History) else history
    if not isinstance(given, Mapping):
        raise TypeError(
            f"learning_curves: what fit returned is needed, or a dict of lists; got {type(history).__name__}"
        )
    numbers = {name: values for name, values in given.items() if all(map(_is_number, values))}
    longest = max(map(len, numbers.values()), default=0)
    if not longest:
        raise ValueError("learning_curves: there is no epoch in this history; train first, with fit")
    found = {}
    for name, values in numbers.items():
        epochs = list(range(1, len(values) + 1))
        if isinstance(history, History) and len(history.epochs_of.get(name, ())) == len(values):
            epochs = history.epochs_from_1(name)
        elif len(values) != longest:
            raise ValueError(
                f"learning_curves: {name!r} has {len(values)} values for {longest} epochs, and a dict "
                "doesn't tell which; give what fit returned"
            )
        found[name] = (epochs, [float(value) for value in values])
    return found


def _is_number(value: Any) -> bool:
    array = np.asarray(value)
    return array.ndim == 0 and array.dtype.kind in "biuf"


def _draw(axes: Any, name: str, curves: Mapping[str, tuple[list[int], list[float]]]) -> None:
    from matplotlib.ticker import MaxNLocator

    kinds = ((name, "training", BLUE), (f"val_{name}", "validation", ORANGE))
    for key, label, color in kinds:
        if key not in curves:
            continue
        epochs, values = curves[key]
        marker = "o" if len(epochs) <= 30 else None
        axes.plot(epochs, values, color=color, marker=marker, markersize=4, label=label)
        lost = [epoch for epoch, value in zip(epochs, values, strict=True) if not math.isfinite(value)]
        if lost:
            mark = axes.get_xaxis_transform()
            label = f"{label}: not finite"
            axes.plot(lost, [0.02] * len(lost), "x", color=RED, transform=mark, label=label)
    if name == "loss" and "val_loss" in curves:
        epochs, values = curves["val_loss"]
        if np.isfinite(values).any():
            best = epochs[int(np.nanargmin(np.where(np.isfinite(values), values, np.nan)))]
            axes.axvline(best, color=GRAY, linestyle=":", label=f"lowest validation: epoch {best}")
    axes.set(title=name.replace("_", " ").capitalize(), xlabel="epoch", ylabel=name)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.25)
    axes.legend(fontsize=9)
