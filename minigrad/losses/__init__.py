"""Losses: what training makes small, under the names of ``keras.losses``.

Before:  ops/.  Next: metrics/ (what is only watched), optimizers/.
"""

from __future__ import annotations

from typing import Any

from minigrad.losses.alignment import CTC, ctc
from minigrad.losses.crossentropy import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
    binary_crossentropy,
    categorical_crossentropy,
    sparse_categorical_crossentropy,
)
from minigrad.losses.divergence import (
    KLDivergence,
    Poisson,
    kl_divergence,
    poisson,
)
from minigrad.losses.focal import (
    BinaryFocalCrossentropy,
    CategoricalFocalCrossentropy,
    binary_focal_crossentropy,
    categorical_focal_crossentropy,
)
from minigrad.losses.loss import (
    Loss,
    LossFunctionWrapper,
)
from minigrad.losses.margin import (
    CategoricalHinge,
    Hinge,
    SquaredHinge,
    categorical_hinge,
    hinge,
    squared_hinge,
)
from minigrad.losses.noisy_labels import (
    CategoricalGeneralizedCrossEntropy,
    categorical_generalized_cross_entropy,
)
from minigrad.losses.overlap import (
    Dice,
    Tversky,
    dice,
    tversky,
)
from minigrad.losses.regression import (
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
)
from minigrad.losses.robust import (
    Huber,
    LogCosh,
    huber,
    log_cosh,
)
from minigrad.losses.similarity import (
    CosineSimilarity,
    cosine_similarity,
)
from minigrad.serialization import Family

_family = Family(
    "loss",
    "keras.losses",
    classes=[
        CTC,
        BinaryCrossentropy,
        BinaryFocalCrossentropy,
        CategoricalCrossentropy,
        CategoricalFocalCrossentropy,
        CategoricalGeneralizedCrossEntropy,
        CategoricalHinge,
        CosineSimilarity,
        Dice,
        Hinge,
        Huber,
        KLDivergence,
        LogCosh,
        LossFunctionWrapper,
        MeanAbsoluteError,
        MeanAbsolutePercentageError,
        MeanSquaredError,
        MeanSquaredLogarithmicError,
        Poisson,
        SparseCategoricalCrossentropy,
        SquaredHinge,
        Tversky,
    ],
    functions=[
        binary_crossentropy,
        binary_focal_crossentropy,
        categorical_crossentropy,
        categorical_focal_crossentropy,
        categorical_generalized_cross_entropy,
        categorical_hinge,
        cosine_similarity,
        ctc,
        dice,
        hinge,
        huber,
        kl_divergence,
        log_cosh,
        mean_absolute_error,
        mean_absolute_percentage_error,
        mean_squared_error,
        mean_squared_logarithmic_error,
        poisson,
        sparse_categorical_crossentropy,
        squared_hinge,
        tversky,
    ],
    aliases={
        "bce": binary_crossentropy,
        "BCE": binary_crossentropy,
        "kld": kl_divergence,
        "KLD": kl_divergence,
        "mae": mean_absolute_error,
        "MAE": mean_absolute_error,
        "mape": mean_absolute_percentage_error,
        "MAPE": mean_absolute_percentage_error,
        "mse": mean_squared_error,
        "MSE": mean_squared_error,
        "msle": mean_squared_logarithmic_error,
        "MSLE": mean_squared_logarithmic_error,
        "kullback_leibler_divergence": kl_divergence,
        "logcosh": log_cosh,
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
    "CTC",
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalGeneralizedCrossEntropy",
    "CategoricalHinge",
    "CosineSimilarity",
    "Dice",
    "Hinge",
    "Huber",
    "KLDivergence",
    "LogCosh",
    "Loss",
    "LossFunctionWrapper",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
    "Tversky",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_generalized_cross_entropy",
    "categorical_hinge",
    "cosine_similarity",
    "ctc",
    "deserialize",
    "dice",
    "get",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "poisson",
    "serialize",
    "sparse_categorical_crossentropy",
    "squared_hinge",
    "tversky",
]
