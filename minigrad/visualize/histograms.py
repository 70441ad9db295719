"""Histograms of weights and of gradients, a panel for each weight.

Idea:    weights that are all near 0, or gradients that shrink from layer to layer towards the input, tell
         of a bad initialization or depth before the loss does.
Before:  visualize/images.py, models/model.py.  Next: visualize/padding.py.
Source:  Glorot & Bengio (2010), whose figures these are; TensorBoard's histograms.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from minigrad.autodiff.graph import grad
from minigrad.autodiff.modes import recording
from minigrad.errors import NotBuiltError, NotCompiledError, ShapeError
from minigrad.layers.layer import Layer
from minigrad.models.data import ArrayBatches
from minigrad.models.model import Model
from minigrad.visualize.canvas import BLUE, GREEN, at_least_one, grid_size, new_figure
from minigrad.visualize.images import built_model

if TYPE_CHECKING:
    from minigrad.visualize.figure import Figure

Named = tuple[str, Any]


def weight_histograms(layer: Layer, bins: int = 40, max_panels: int = 24) -> Figure:
    """Draw the distribution of each weight of a layer or model.

    Above each panel stand the weight's path, its shape, its mean and its standard deviation.

    Args:
        layer: A built layer or model.
        bins: The number of bars. Default 40.
        max_panels: How many weights are drawn at most; the title says if that isn't all. Default 24.

    Returns:
        The figure.

    Raises:
        ImportError: If matplotlib isn't installed.
        NotBuiltError: If it has no weights, or none yet.
        TypeError: If it is no layer.

    Example:
        >>> import minigrad as mg
        >>> model = mg.Sequential([mg.Input((4,)), mg.layers.Dense(3, name="dense")], name="net")
        >>> figure = mg.visualize.weight_histograms(model)
        >>> [axes.get_title().splitlines()[0] for axes in figure.axes]
        ['net/dense/kernel', 'net/dense/bias']
    """
    if not isinstance(layer, Layer):
        raise TypeError(f"weight_histograms: a layer or model is needed; got {type(layer).__name__}")
    if not layer.variables:
        raise NotBuiltError(
            f"weight_histograms: {layer.name!r} has no weights"
            + ("" if layer.built else " yet: call it on data, or build(input_shape)")
        )
    values = [(weight.path, weight._data) for weight in layer.variables]
    return _histograms(
        "weight_histograms", f"Weights of {layer.name}", "weight", values, bins, max_panels, BLUE
    )


def gradient_histograms(
    model: Model,
    x: Any = None,
    y: Any = None,
    gradients: Sequence[Any] | None = None,
    bins: int = 40,
    max_panels: int = 24,
) -> Figure:
    """Draw the distribution of the loss's gradient by each trainable weight.

    Args:
        model: A compiled model; it is called in training mode on x, and the loss is that of `compile`. It is
            left as it was: moving statistics, and the random numbers that a dropout draws next.
        x: A batch of inputs.
        y: Its targets.
        gradients: Instead of x and y: a gradient (or None) for each of ``model.trainable_variables``, as a
            tape or `grad` gives them; the model needs not be compiled then.
        bins: The number of bars. Default 40.
        max_panels: How many weights are drawn at most; the title says if that isn't all. Default 24.

    Returns:
        The figure. A weight whose gradient is None, as the loss doesn't depend on it, has an empty panel.

    Raises:
        ImportError: If matplotlib isn't installed.
        NotBuiltError: If the model has no weights yet.
        NotCompiledError: If x is given and the model isn't compiled.
        ShapeError: If there are more or fewer gradients than trainable weights.
        ValueError: If neither x nor gradients is given, or both.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> model = mg.Sequential([mg.Input((4,)), mg.layers.Dense(3, name="dense")])
        >>> model.compile(loss="mse")
        >>> figure = mg.visualize.gradient_histograms(model, np.ones((2, 4)), np.ones((2, 3)))
        >>> [axes.get_xlabel() for axes in figure.axes]
        ['gradient', 'gradient']
    """
    model = built_model("gradient_histograms", model)
    variables = model.trainable_variables
    if (x is None) == (gradients is None):
        raise ValueError("gradient_histograms: give either a batch, x and y, or gradients")
    if gradients is None:
        if not model.compiled:
            raise NotCompiledError(
                f"gradient_histograms: {model.name!r} isn't compiled, so it has no loss: call compile, or "
                "give gradients"
            )
        gradients = _gradients(model, x, y)
    if len(gradients) != len(variables):
        raise ShapeError(
            f"gradient_histograms: {model.name!r} has {len(variables)} trainable weights; got "
            f"{len(gradients)} gradients"
        )
    values = [(variable.path, one) for variable, one in zip(variables, gradients, strict=True)]
    title = f"Gradients of {model.name}"
    return _histograms("gradient_histograms", title, "gradient", values, bins, max_panels, GREEN)


def _gradients(model: Model, x: Any, y: Any) -> Any:
    """Return the gradients of the loss for a batch; statistics and random numbers stay as they were."""
    batch = ArrayBatches("gradient_histograms", x, y)
    before = [(variable, variable.numpy()) for variable in model.non_trainable_variables]
    seeds = [(seed, seed.state) for seed in model._seed_generators()]
    try:
        with recording():
            loss = model.compute_loss(x=batch.x, y=batch.y, y_pred=model(batch.x, training=True))
        return grad(loss, model.trainable_variables)
    finally:
        for variable, value in before:
            variable.assign(value)
        for seed, state in seeds:
            seed.state = state


def _histograms(
    name: str, title: str, what: str, values: list[Named], bins: int, max_panels: int, color: str
) -> Figure:
    bins = at_least_one(name, "bins", bins)
    shown = values[: at_least_one(name, "max_panels", max_panels)]
    if len(shown) < len(values):
        title += f": the first {len(shown)} of {len(values)}"
    rows, columns = grid_size(len(shown), 4)
    figure = new_figure(max(4.0, 3.2 * columns), 0.5 + 2.6 * rows, title)
    panels = list(figure.subplots(rows, columns, squeeze=False).flat)
    for axes in panels[len(shown) :]:
        axes.set_axis_off()
    for axes, (path, value) in zip(panels, shown, strict=False):
        _draw(axes, path, value, bins, color)
        axes.set(xlabel=what, ylabel="how many")
        axes.tick_params(labelsize=7)
    return figure


def _draw(axes: Any, path: str, value: Any, bins: int, color: str) -> None:
    from matplotlib.ticker import MaxNLocator

    if value is None:
        axes.set_title(f"{path}\nNone: the loss doesn't depend on it", fontsize=8)
        return
    numbers = np.asarray(value, np.float64)
    finite = numbers[np.isfinite(numbers)]
    lost = numbers.size - finite.size
    spread = f"mean {finite.mean():.2g}, deviation {finite.std():.2g}" if finite.size else ""
    note = f"{lost:,} not finite" if lost else ""
    facts = ", ".join(part for part in (spread, note) if part)
    axes.set_title(f"{path}\n{numbers.shape}: {facts}", fontsize=8)
    axes.hist(finite.ravel(), bins=bins, color=color)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
