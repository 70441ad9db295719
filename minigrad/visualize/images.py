"""What can be shown as a picture, and what can't: images, labels and predictions, checked.

Before:  visualize/canvas.py.  Next: visualize/learning_curves.py.
Shapes:  images (N, H, W), (N, H, W, 1) or (N, H, W, 3); labels (N,) or one-hot (N, K); scores (N, K)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.errors import NotBuiltError, ShapeError
from minigrad.models.model import Model
from minigrad.ops.nn import softmax
from minigrad.visualize.canvas import bare

Array = np.ndarray[Any, np.dtype[Any]]


def as_pictures(name: str, images: Any) -> Array:
    """Return images as (N, H, W) or (N, H, W, 3), the latter between 0 and 1.

    Raises:
        ShapeError: If they have another shape.

    Example:
        >>> as_pictures("example", np.zeros((2, 28, 28, 1))).shape
        (2, 28, 28)
    """
    array = np.asarray(images)
    if array.ndim == 4 and array.shape[-1] == 1:
        array = array[..., 0]
    if array.ndim not in (3, 4) or (array.ndim == 4 and array.shape[-1] != 3):
        raise ShapeError(
            f"{name}: images must have shape (N, H, W), (N, H, W, 1) or (N, H, W, 3), the channels last; got "
            f"{np.shape(images)}"
        )
    return _colors(array) if array.ndim == 4 else array


def _colors(array: Array) -> Array:
    """Return colors between 0 and 1, be they that, between 0 and 255, or anything."""
    array = array.astype(np.float64)
    low, high = array.min(initial=0.0), array.max(initial=0.0)
    if low >= 0 and high <= 1:
        return array
    if low >= 0 and high <= 255:
        return array / 255
    return np.asarray((array - low) / (high - low))


def show_picture(axes: Any, picture: Array) -> None:
    """Show one image of `as_pictures`: without colors in gray, from its least to its largest value."""
    axes.imshow(np.ma.masked_invalid(picture), cmap="gray", interpolation="nearest")
    bare(axes)


def built_model(name: str, model: Any) -> Model:
    """Return the model, if it is one that has its weights.

    Raises:
        TypeError: If it is no model.
        NotBuiltError: If it has no weights yet.
    """
    if not isinstance(model, Model):
        raise TypeError(f"{name}: a model is needed; got {type(model).__name__}")
    if not model.built:
        raise NotBuiltError(
            f"{name}: {model.name!r} isn't built yet, so there is nothing to show: call it on data, or "
            "build(input_shape)"
        )
    return model


def one_image(name: str, model: Model, image: Any) -> Array:
    """Return an image as a batch of one in the shape that a model takes.

    Args:
        name: The function, for error messages.
        model: A built model of one input.
        image: (H, W), (H, W, C) or a batch of one; as the model takes it.

    Raises:
        TypeError: If it isn't an array of numbers.
        ShapeError: If it has another shape, or is several images.
    """
    array = np.asarray(image)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name}: an image is an array of numbers; got {type(image).__name__}")
    expected = model.input_shape
    if not isinstance(expected, tuple):
        raise ShapeError(f"{name}: {model.name!r} must have one input, an image; its inputs are {expected}")
    axes = len(expected)
    if array.ndim == axes - 2 and expected[-1] == 1:
        array = array[..., np.newaxis]
    if array.ndim == axes - 1:
        array = array[np.newaxis]
    fits = array.ndim == axes and all(
        size in (None, given) for size, given in zip(expected[1:], array.shape[1:], strict=False)
    )
    if not fits:
        raise ShapeError(
            f"{name}: {model.name!r} takes images of shape {expected[1:]}; got an image of {np.shape(image)}"
        )
    if len(array) != 1:
        raise ShapeError(f"{name}: one image is shown at a time; got {len(array)}, so give images[0], say")
    return array


def class_numbers(name: str, argument: str, labels: Any) -> Array:
    """Return labels or scores as the numbers of classes: (N,), integers.

    Raises:
        ShapeError: If they are neither (N,), (N, 1) nor (N, K).
        ValueError: If a label is no integer, or negative.

    Example:
        >>> class_numbers("example", "y_true", [[0, 1], [1, 0]])
        array([1, 0])
    """
    array = np.asarray(labels)
    if array.ndim == 2 and array.shape[1] > 1:
        return np.asarray(np.argmax(array, axis=1))
    if array.ndim == 2:
        array = array[:, 0]
    if array.ndim != 1:
        raise ShapeError(
            f"{name}: {argument} must be class numbers (N,), or one-hot or scores (N, K); got {array.shape}"
        )
    if array.size and (np.any(array < 0) or np.any(array != np.floor(array))):
        raise ValueError(
            f"{name}: {argument} of shape {np.shape(labels)} must be class numbers, integers from 0; got "
            f"{array[(array < 0) | (array != np.floor(array))][0]}. Scores of two classes in one column? "
            "Compare them first: y_pred > 0.5"
        )
    return array.astype(np.int64)


def probabilities(name: str, y_pred: Any, from_logits: bool) -> Array:
    """Return scores as probabilities (N, K).

    Raises:
        ShapeError: If they are not (N, K).
        ValueError: If they are no probabilities, and from_logits doesn't say so.
    """
    array = np.asarray(y_pred, np.float64)
    if array.ndim != 2 or array.shape[1] < 2:
        raise ShapeError(f"{name}: y_pred must be the scores of each class, (N, K); got {array.shape}")
    if from_logits:
        return np.asarray(softmax(array))
    if array.size and (array.min() < -1e-6 or np.abs(array.sum(axis=1) - 1).max() > 1e-3):
        raise ValueError(
            f"{name}: the rows of y_pred are no probabilities (they should be >= 0 and sum to 1); if the "
            "model gives logits, pass from_logits=True"
        )
    return array


def same_length(name: str, **arrays: Any) -> None:
    """Check that arrays have the same number of rows.

    Raises:
        ShapeError: If they don't.
    """
    counts = {key: len(value) for key, value in arrays.items()}
    if len(set(counts.values())) > 1:
        listed = ", ".join(f"{key} {count}" for key, count in counts.items())
        raise ShapeError(f"{name}: they must have as many rows each; got {listed}")


def names_of_classes(name: str, class_names: Sequence[str] | None, count: int) -> list[str]:
    """Return the names of so many classes; default: their numbers.

    Raises:
        ValueError: If there are fewer.
    """
    if class_names is None:
        return [str(number) for number in range(count)]
    if len(class_names) < count:
        raise ValueError(f"{name}: there are {count} classes; got {len(class_names)} class_names")
    return [str(one) for one in class_names]
