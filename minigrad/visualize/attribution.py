"""Which pixels count? Saliency and Grad-CAM, two answers that a gradient gives.

Idea:    training asks for the loss's gradient by the weights. The same backward pass gives the gradient of
         one class's score by the image: by which pixels, if they changed a little, would the score change
         most? Grad-CAM asks that of the last feature maps, which know more, and adds up the maps by it.
Shapes:  image (1, H, W, C) -> saliency (H, W), Grad-CAM (h, w) of the layer's maps
Before:  visualize/images.py, models/inside.py.  Next: visualize/diagram.py.
Source:  Simonyan, Vedaldi & Zisserman, "Deep inside convolutional networks" (2013); Selvaraju et al.,
         "Grad-CAM" (2017).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from minigrad.autodiff.graph import grad
from minigrad.autodiff.modes import recording
from minigrad.autodiff.tensor import Tensor
from minigrad.config import image_data_format
from minigrad.errors import ShapeError, unknown_name
from minigrad.layers.input import InputLayer
from minigrad.models.inside import InnerCall, calls_inside
from minigrad.models.model import Model
from minigrad.visualize.canvas import bare, new_figure
from minigrad.visualize.images import as_pictures, built_model, one_image, show_picture

if TYPE_CHECKING:
    from minigrad.visualize.figure import Figure

Array = np.ndarray[Any, np.dtype[Any]]


def saliency_map(model: Model, image: Any, target: int | None = None) -> Array:
    """Return how much each pixel counts for a class: ``max_c |d score / d image[i, j, c]|``.

    Args:
        model: A built model of one image that gives scores (1, K). Logits are better than probabilities,
            whose gradient vanishes where the model is sure.
        image: (H, W), (H, W, C) or a batch of one; as the model takes it.
        target: The class. Default: the one with the highest score.

    Returns:
        An array (H, W), from 0.

    Raises:
        NotBuiltError: If the model has no weights yet.
        ShapeError: If the image isn't one that the model takes, the output is no (1, K), or there is no
            such class.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> model = mg.Sequential([mg.Input((2, 2, 1)), mg.layers.Flatten(), mg.layers.Dense(1)])
        >>> model.layers[1].kernel.assign(np.array([[1.0], [-2.0], [0.0], [4.0]]))
        <Variable path=...>
        >>> mg.visualize.saliency_map(model, np.ones((2, 2)))
        array([[1., 2.],
               [0., 4.]], dtype=float32)
    """
    image = one_image("saliency_map", built_model("saliency_map", model), image)
    return _saliency("saliency_map", model, image, target)[0]


def _saliency(name: str, model: Model, image: Array, target: int | None) -> tuple[Array, int, float]:
    """Return the map, the class and its score."""
    pixels, score, target, _ = _scored(name, model, image, target)
    gradient = np.abs(grad(score, pixels, unconnected="zero")._data[0])  # (H, W, C)
    return gradient.max(axis=_channel_axis(None)), target, float(score)


def grad_cam_map(model: Model, image: Any, target: int | None = None, layer: str | None = None) -> Array:
    """Return where a layer's feature maps speak for a class: ``relu(sum_c a_c map_c)``.

    ``a_c`` is the mean over the map of ``d score / d map_c``.

    Args:
        model, image, target: As for `saliency_map`.
        layer: The name of a layer that gives maps (1, h, w, C). Default: the last that does.

    Returns:
        An array (h, w), from 0.

    Raises:
        UnknownNameError: If no layer that gives maps is named so.
        NotBuiltError, ShapeError: As for `saliency_map`; also if no layer gives maps.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> layers = [mg.layers.Conv2D(2, 3), mg.layers.GlobalAveragePooling2D(), mg.layers.Dense(3)]
        >>> model = mg.Sequential([mg.Input((8, 8, 1)), *layers])
        >>> mg.visualize.grad_cam_map(model, np.ones((8, 8))).shape
        (6, 6)
    """
    image = one_image("grad_cam_map", built_model("grad_cam_map", model), image)
    return _grad_cam("grad_cam_map", model, image, target, layer)[0]


def _grad_cam(
    name: str, model: Model, image: Array, target: int | None, layer: str | None
) -> tuple[Array, str, int, float]:
    """Return the map, the layer's name, the class and its score."""
    _, score, target, calls = _scored(name, model, image, target)
    made = [call for call in calls if not isinstance(call.layer, InputLayer)]
    maps = [call for call in made if isinstance(call.output, Tensor) and call.output.ndim == 4]
    if not maps:
        raise ShapeError(f"{name}: no layer of {model.name!r} gives feature maps (1, h, w, C)")
    names = [call.name for call in maps]
    if layer is not None and layer not in names:
        raise unknown_name("layer that gives feature maps", layer, names)
    chosen = maps[-1] if layer is None else maps[names.index(layer)]
    channel = _channel_axis(chosen.layer)
    space = tuple(axis for axis in (0, 1, 2) if axis != channel % 3)
    gradient = grad(score, chosen.output, unconnected="zero")._data[0]
    weights = gradient.mean(axis=space, keepdims=True)
    found = np.maximum((weights * chosen.output._data[0]).sum(axis=channel), 0)
    return found, chosen.name, target, float(score)


def _channel_axis(layer: Any) -> int:
    """Return which axis of one example is the channels'."""
    return -1 if getattr(layer, "data_format", image_data_format()) == "channels_last" else 0


def _scored(
    name: str, model: Model, image: Array, target: int | None
) -> tuple[Tensor, Tensor, int, list[InnerCall]]:
    """Return the image as a tensor, a class's score that is computed from it, the class, and the calls."""
    pixels = Tensor(image.astype(model.dtype), requires_grad=True)
    with recording():
        calls, scores = calls_inside(model, pixels)
        if not isinstance(scores, Tensor) or scores.ndim != 2:
            shape = getattr(scores, "shape", scores)
            raise ShapeError(f"{name}: {model.name!r} must give scores of shape (1, K); got {shape}")
        classes = scores.shape[1]
        if target is None:
            target = int(np.argmax(scores._data[0]))
        if not -classes <= target < classes:
            raise ShapeError(f"{name}: {model.name!r} has {classes} classes, and no class {target}")
        return pixels, scores[0, target], target % classes, calls


# -- as pictures -----------------------------------------------------------------------------------


def saliency(
    model: Model, image: Any, target: int | None = None, class_names: Sequence[str] | None = None
) -> Figure:
    """Draw an image beside its `saliency_map`: bright where a small change would change the score most.

    Args:
        model, image, target: As for `saliency_map`.
        class_names: For the title. Default: the class's number.

    Returns:
        The figure.

    Raises:
        ImportError: If matplotlib isn't installed.
        NotBuiltError, ShapeError: As for `saliency_map`.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> model = mg.Sequential([mg.Input((8, 8, 1)), mg.layers.Flatten(), mg.layers.Dense(3)])
        >>> figure = mg.visualize.saliency(model, np.ones((8, 8)), target=2)
        >>> figure.get_suptitle().startswith("Saliency for class 2, score ")
        True
    """
    model = built_model("saliency", model)
    batch = one_image("saliency", model, image)
    found, target, score = _saliency("saliency", model, batch, target)
    figure = new_figure(8.6, 4.0, f"Saliency for class {_name(class_names, target)}, score {score:.3g}")
    left, right = figure.subplots(1, 2)
    _show_image(left, batch)
    left.set_title("the image", fontsize=10)
    picture = right.imshow(found, cmap="inferno", vmin=0, interpolation="nearest")
    right.set_title("how much the score depends on each pixel", fontsize=10)
    bare(right)
    figure.colorbar(picture, ax=right, label="|d score / d pixel|", shrink=0.9)
    return figure


def grad_cam(
    model: Model,
    image: Any,
    target: int | None = None,
    layer: str | None = None,
    class_names: Sequence[str] | None = None,
) -> Figure:
    """Draw an image, and over it where a layer's feature maps speak for a class (`grad_cam_map`).

    Args:
        model, image, target, layer: As for `grad_cam_map`.
        class_names: For the title. Default: the class's number.

    Returns:
        The figure.

    Raises:
        ImportError: If matplotlib isn't installed.
        NotBuiltError, ShapeError, UnknownNameError: As for `grad_cam_map`.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> layers = [mg.layers.Conv2D(2, 3, name="conv"), mg.layers.Flatten(), mg.layers.Dense(3)]
        >>> model = mg.Sequential([mg.Input((8, 8, 1)), *layers])
        >>> figure = mg.visualize.grad_cam(model, np.ones((8, 8)), target=1)
        >>> figure.axes[1].get_title()
        'where conv (6x6) speaks for it'
    """
    model = built_model("grad_cam", model)
    batch = one_image("grad_cam", model, image)
    found, name, target, score = _grad_cam("grad_cam", model, batch, target, layer)
    figure = new_figure(8.6, 4.0, f"Grad-CAM for class {_name(class_names, target)}, score {score:.3g}")
    left, right = figure.subplots(1, 2)
    _show_image(left, batch)
    left.set_title("the image", fontsize=10)
    _show_image(right, batch)
    height, width = batch.shape[1:3] if _channel_axis(None) == -1 else batch.shape[2:4]
    picture = right.imshow(
        found,
        cmap="inferno",
        vmin=0,
        vmax=float(found.max()) or 1.0,
        alpha=0.6,
        interpolation="bilinear",
        extent=(-0.5, width - 0.5, height - 0.5, -0.5),
    )
    right.set_title(f"where {name} ({found.shape[0]}x{found.shape[1]}) speaks for it", fontsize=10)
    figure.colorbar(picture, ax=right, label="relu of the weighted maps", shrink=0.9)
    return figure


def _show_image(axes: Any, batch: Array) -> None:
    last = batch if _channel_axis(None) == -1 else np.moveaxis(batch, 1, -1)
    show_picture(axes, as_pictures("attribution", last)[0])


def _name(class_names: Sequence[str] | None, target: int) -> str:
    return str(target) if class_names is None else f"{class_names[target]!r}"
