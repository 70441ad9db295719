"""Losses: what training makes small, under the names of ``keras.losses``.

Before:  ops/.  Next: metrics/ (what is only watched), optimizers/.
"""

from __future__ import annotations

from typing import Any

from minigrad.losses.crossentropy import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
    binary_crossentropy,
    categorical_crossentropy,
    sparse_categorical_crossentropy,
)
from minigrad.losses.loss import Loss, LossFunctionWrapper
from minigrad.losses.regression import MeanSquaredError, mean_squared_error
from minigrad.serialization import Family

_family = Family(
    "loss",
    "keras.losses",
    classes=[
        BinaryCrossentropy,
        CategoricalCrossentropy,
        LossFunctionWrapper,
        MeanSquaredError,
        SparseCategoricalCrossentropy,
    ],
    functions=[
        binary_crossentropy,
        categorical_crossentropy,
        mean_squared_error,
        sparse_categorical_crossentropy,
    ],
    aliases={
        "bce": binary_crossentropy,
        "BCE": binary_crossentropy,
        "mse": mean_squared_error,
        "MSE": mean_squared_error,
    },
)


def get(identifier: Any) -> Any:
    """Return the loss that ``identifier`` names: a function for its name, an instance for a class's.

    Args:
        identifier: A name, a config, a class, an instance or a function; None for None.

    Raises:
        UnknownNameError: For a name that isn't known.
        ValueError: For anything that can't be a loss.

    Source: ``keras.losses.get``.

    Example:
        >>> get("mse").__name__, get("CategoricalCrossentropy").name
        ('mean_squared_error', 'categorical_crossentropy')
    """
    return _family.get(identifier)


def serialize(loss: Any) -> Any:
    """Return a loss's config: a function's name, or a class's name with its arguments.

    Source: ``keras.losses.serialize``.
    """
    return _family.serialize(loss)


def deserialize(name: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Return the loss that `serialize` described.

    Raises:
        UnknownNameError: If it is neither minigrad's nor in ``custom_objects``.

    Source: ``keras.losses.deserialize``.

    Example:
        >>> deserialize(serialize(BinaryCrossentropy(label_smoothing=0.25))).label_smoothing
        0.25
    """
    return _family.deserialize(name, custom_objects)


__all__ = [
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "Loss",
    "LossFunctionWrapper",
    "MeanSquaredError",
    "SparseCategoricalCrossentropy",
    "binary_crossentropy",
    "categorical_crossentropy",
    "deserialize",
    "get",
    "mean_squared_error",
    "serialize",
    "sparse_categorical_crossentropy",
]
