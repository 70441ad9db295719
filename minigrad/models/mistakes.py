"""Likely mistakes that only the training as a whole shows, told once, each with its remedy.

Idea:    a wrong scale or a layer that nobody calls raises no error; the network just learns badly. What
         one loss or metric can see (a softmax under from_logits=True, accuracy on logits) is told there.
Before:  errors.py, layers/.  Next: models/training.py.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from minigrad.data.structures import flatten
from minigrad.errors import LikelyMistakeWarning

_SCALING = {"Rescaling", "Normalization", "Lambda", "Embedding", "UnitNormalization", "Discretization"}


def warn_of_raw_images(model: Any, x: Any) -> None:
    """Warn if a network that was never trained gets images of 0 to 255.

    Only where nothing in the model can scale them: a ``call`` of its own, a layer of its own, or one that
    normalizes, may.
    """
    layers = model._flatten_layers()
    ours = all(type(layer).__module__.startswith("minigrad.") for layer in layers)
    if not ours or any(_scales(type(layer).__name__) for layer in layers):
        return
    for images in flatten(x):
        array = np.asarray(images)
        if array.ndim < 3 or not array.size or array.dtype.kind not in "fiu":
            continue
        if array.min() >= 0 and 128 <= array.max() <= 255 and not np.any(array % 1):
            warnings.warn(
                f"{model.name}: the inputs are whole numbers from {array.min():.0f} to {array.max():.0f}, "
                "such as raw images; a new network learns badly from these: divide them by 255 (x / 255.0)",
                LikelyMistakeWarning,
                stacklevel=4,
            )


def _scales(name: str) -> bool:
    return name in _SCALING or "Normalization" in name


def warn_of_unused_layers(model: Any) -> None:
    """Warn of layers that the model owns and no batch has gone through: they have no weights to train."""
    unused = [layer for layer in model._flatten_layers() if not layer.built and layer is not model]
    if unused:
        names = ", ".join(f"{layer.name!r} ({type(layer).__name__})" for layer in unused)
        warnings.warn(
            f"{model.name}: nothing uses the layer(s) {names}, so they are not trained: call them in call(), "
            "or remove them",
            LikelyMistakeWarning,
            stacklevel=4,
        )


def warn_of_nothing_to_train(model: Any) -> None:
    """Warn that training changes nothing, as no weight of the model is trainable."""
    warnings.warn(
        f"{model.name}: it has no trainable weights, so training changes nothing; is all of it frozen?",
        LikelyMistakeWarning,
        stacklevel=4,
    )
