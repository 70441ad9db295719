"""Metrics: numbers that are watched, not made small, under the names of ``keras.metrics``.

Before:  losses/.  Next: models/ (``compile(metrics=["accuracy"])``).
"""

from __future__ import annotations

from typing import Any

from minigrad.losses.crossentropy import (
    binary_crossentropy,
    categorical_crossentropy,
    sparse_categorical_crossentropy,
)
from minigrad.losses.regression import mean_squared_error
from minigrad.metrics.accuracy import (
    Accuracy,
    BinaryAccuracy,
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
    accuracy,
    binary_accuracy,
    categorical_accuracy,
    sparse_categorical_accuracy,
)
from minigrad.metrics.crossentropy import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
)
from minigrad.metrics.metric import Metric
from minigrad.metrics.reduction import Mean, MeanMetricWrapper, Sum
from minigrad.metrics.regression import MeanSquaredError
from minigrad.metrics.top_k import (
    SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy,
    sparse_top_k_categorical_accuracy,
    top_k_categorical_accuracy,
)
from minigrad.serialization import Family

_family = Family(
    "metric",
    "keras.metrics",
    classes=[
        Accuracy,
        BinaryAccuracy,
        BinaryCrossentropy,
        CategoricalAccuracy,
        CategoricalCrossentropy,
        Mean,
        MeanMetricWrapper,
        MeanSquaredError,
        SparseCategoricalAccuracy,
        SparseCategoricalCrossentropy,
        SparseTopKCategoricalAccuracy,
        Sum,
        TopKCategoricalAccuracy,
    ],
    aliases={
        "acc": Accuracy,
        "bce": BinaryCrossentropy,
        "BCE": BinaryCrossentropy,
        "mse": MeanSquaredError,
        "MSE": MeanSquaredError,
    },
)


def get(identifier: Any) -> Any:
    """Return the metric that ``identifier`` names: a new instance for a class or its name, in either case.

    Args:
        identifier: A name, a config, a class, an instance or a function; None for None.

    Raises:
        UnknownNameError: For a name that isn't known.
        ValueError: For anything that can't be a metric.

    Source: ``keras.metrics.get``.

    Example:
        >>> get("mse").name, get("categorical_accuracy").name
        ('mean_squared_error', 'categorical_accuracy')
    """
    return _family.get(identifier)


def serialize(metric: Any) -> Any:
    """Return a metric's config: a function's name, or a class's name with its arguments.

    Source: ``keras.metrics.serialize``.
    """
    return _family.serialize(metric)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Return the metric that `serialize` described.

    Raises:
        UnknownNameError: If it is neither minigrad's nor in ``custom_objects``.

    Source: ``keras.metrics.deserialize``.

    Example:
        >>> deserialize(serialize(BinaryAccuracy(threshold=0.25))).threshold
        0.25
    """
    return _family.deserialize(config, custom_objects)


__all__ = [
    "Accuracy",
    "BinaryAccuracy",
    "BinaryCrossentropy",
    "CategoricalAccuracy",
    "CategoricalCrossentropy",
    "Mean",
    "MeanMetricWrapper",
    "MeanSquaredError",
    "Metric",
    "SparseCategoricalAccuracy",
    "SparseCategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy",
    "Sum",
    "TopKCategoricalAccuracy",
    "accuracy",
    "binary_accuracy",
    "binary_crossentropy",
    "categorical_accuracy",
    "categorical_crossentropy",
    "deserialize",
    "get",
    "mean_squared_error",
    "serialize",
    "sparse_categorical_accuracy",
    "sparse_categorical_crossentropy",
    "sparse_top_k_categorical_accuracy",
    "top_k_categorical_accuracy",
]
