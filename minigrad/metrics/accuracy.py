"""Accuracies: how often the model is right.

Idea:    a prediction counts as right or wrong; how sure the model was of it doesn't matter here.
Shapes:  y_pred (N, C), y_true (N, C) one-hot or (N,) integers -> (N,) of zeros and ones
Before:  reduction.py.  Next: top_k.py.
Source:  Keras's ``keras/src/metrics/accuracy_metrics.py``.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from minigrad.arguments import number
from minigrad.autodiff.differentiable import nondifferentiable
from minigrad.autodiff.tensor import NDArray
from minigrad.config import floatx
from minigrad.errors import LikelyMistakeWarning
from minigrad.losses.inputs import (
    check_one_hot,
    check_same_shape,
    check_sparse,
    squeeze_or_expand_to_same_rank,
)
from minigrad.metrics.reduction import MeanMetricWrapper


@nondifferentiable
def accuracy(y_true: Any, y_pred: Any) -> Any:
    """Where predictions equal the labels: ``1 if t = y else 0``, element by element.

    Args:
        y_true: Labels.
        y_pred: Predicted labels, of the same shape but for a last axis of size 1.

    Returns:
        Zeros and ones, a tensor of that shape.

    Raises:
        ShapeError: If the shapes differ.

    Source: Keras's function of that name.

    Example:
        >>> accuracy([1, 2, 3, 4], [0, 2, 3, 4]).tolist()
        [0.0, 1.0, 1.0, 1.0]
    """
    y_true, y_pred = squeeze_or_expand_to_same_rank(np.asarray(y_true), np.asarray(y_pred))
    check_same_shape("accuracy", y_true, y_pred)
    return as_floats(y_true == y_pred)


@nondifferentiable
def binary_accuracy(y_true: Any, y_pred: Any, threshold: float = 0.5) -> Any:
    """Where yes and no are right: ``1 if t = (y > threshold) else 0``, element by element.

    Args:
        y_true: 0 or 1.
        y_pred: Probabilities of yes, of the same shape but for a last axis of size 1.
        threshold: What is above it is a yes. Default 0.5; for logits, 0 is right.

    Returns:
        Zeros and ones, a tensor of that shape.

    Raises:
        ShapeError: If the shapes differ.

    Source: ``keras.metrics.binary_accuracy``.

    Example:
        >>> binary_accuracy([1, 1, 0, 0], [0.98, 1.0, 0.0, 0.6]).tolist()
        [1.0, 1.0, 1.0, 0.0]
    """
    y_true, y_pred = squeeze_or_expand_to_same_rank(np.asarray(y_true), np.asarray(y_pred))
    check_same_shape("binary_accuracy", y_true, y_pred)
    if threshold > 0 and y_pred.size and y_pred.min() < 0:
        warnings.warn(
            f"binary_accuracy: y_pred has values below 0, so it holds logits, not probabilities, and the "
            f"threshold of {threshold} is not the even chance: use BinaryAccuracy(threshold=0.0); for "
            "numbers that are no classes, a metric such as 'mae'",
            LikelyMistakeWarning,
            stacklevel=3,
        )
    return as_floats((y_pred > threshold) == y_true)


@nondifferentiable
def categorical_accuracy(y_true: Any, y_pred: Any) -> Any:
    """Where the most probable class is the true one: ``1 if argmax t = argmax y else 0``.

    Args:
        y_true: (N, C): one-hot labels.
        y_pred: (N, C): probabilities or logits.

    Returns:
        Zeros and ones, a tensor of shape (N,).

    Raises:
        ShapeError: If the shapes differ.

    Source: ``keras.metrics.categorical_accuracy``.

    Example:
        >>> categorical_accuracy([[0, 0, 1], [0, 1, 0]], [[0.1, 0.9, 0.8], [0.05, 0.95, 0]]).tolist()
        [0.0, 1.0]
    """
    y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)
    check_one_hot("categorical_accuracy", y_true, y_pred, -1, "SparseCategoricalAccuracy")
    return as_floats(y_true.argmax(-1) == y_pred.argmax(-1))


@nondifferentiable
def sparse_categorical_accuracy(y_true: Any, y_pred: Any) -> Any:
    """Where the most probable class is the true one: ``1 if t = argmax y else 0``.

    Args:
        y_true: (N,) or (N, 1): the number of the true class.
        y_pred: (N, C): probabilities or logits.

    Returns:
        Zeros and ones, a tensor of shape (N,).

    Raises:
        ShapeError: If the shapes don't fit each other.

    Source: ``keras.metrics.sparse_categorical_accuracy``.

    Example:
        >>> sparse_categorical_accuracy([2, 1], [[0.1, 0.6, 0.3], [0.05, 0.95, 0]]).tolist()
        [0.0, 1.0]
    """
    labels, y_pred = integer_labels("sparse_categorical_accuracy", y_true, y_pred, "CategoricalAccuracy")
    return as_floats(labels == y_pred.argmax(-1))


def integer_labels(name: str, y_true: Any, y_pred: Any, dense: str) -> tuple[NDArray, NDArray]:
    """Return integer labels without their last axis of size 1, and y_pred, both as arrays."""
    labels, y_pred = np.asarray(y_true), np.asarray(y_pred)
    check_sparse(name, labels, y_pred, -1, dense)
    return labels.reshape(y_pred.shape[:-1]), y_pred


def as_floats(matches: Any) -> NDArray:
    """Return truth values as zeros and ones of `floatx`."""
    return np.asarray(matches, floatx())


class Accuracy(MeanMetricWrapper):
    """How often predictions equal labels.

    Args:
        name: Default "accuracy".
        dtype: The dtype of the result. Default: `floatx`.

    Source: ``keras.metrics.Accuracy``.

    Example:
        >>> float(Accuracy()([[1], [2], [3], [4]], [[0], [2], [3], [4]]))
        0.75
    """

    direction = "up"

    def __init__(self, name: str | None = "accuracy", dtype: DTypeLike | None = None) -> None:
        super().__init__(accuracy, name, dtype)


class BinaryAccuracy(MeanMetricWrapper):
    """How often yes and no are right.

    Args:
        name: Default "binary_accuracy".
        dtype: The dtype of the result. Default: `floatx`.
        threshold: What is above it is a yes. Default 0.5; for logits, 0 is right.

    Raises:
        ValueError: If the threshold is no number.

    Source: ``keras.metrics.BinaryAccuracy``.

    Example:
        >>> float(BinaryAccuracy()([[1], [1], [0], [0]], [[0.98], [1.0], [0.0], [0.6]]))
        0.75
    """

    direction = "up"

    def __init__(
        self,
        name: str | None = "binary_accuracy",
        dtype: DTypeLike | None = None,
        threshold: float = 0.5,
    ) -> None:
        self.threshold = number("BinaryAccuracy", "threshold", threshold)
        super().__init__(binary_accuracy, name, dtype, threshold=self.threshold)


class CategoricalAccuracy(MeanMetricWrapper):
    """How often the most probable class is the true one, with one-hot labels.

    Args:
        name: Default "categorical_accuracy".
        dtype: The dtype of the result. Default: `floatx`.

    Source: ``keras.metrics.CategoricalAccuracy``.

    Example:
        >>> float(CategoricalAccuracy()([[0, 0, 1], [0, 1, 0]], [[0.1, 0.9, 0.8], [0.05, 0.95, 0]]))
        0.5
    """

    direction = "up"

    def __init__(self, name: str | None = "categorical_accuracy", dtype: DTypeLike | None = None) -> None:
        super().__init__(categorical_accuracy, name, dtype)


class SparseCategoricalAccuracy(MeanMetricWrapper):
    """How often the most probable class is the true one, with integer labels.

    Args:
        name: Default "sparse_categorical_accuracy".
        dtype: The dtype of the result. Default: `floatx`.

    Source: ``keras.metrics.SparseCategoricalAccuracy``.

    Example:
        >>> float(SparseCategoricalAccuracy()([[2], [1]], [[0.1, 0.6, 0.3], [0.05, 0.95, 0]]))
        0.5
    """

    direction = "up"

    def __init__(
        self, name: str | None = "sparse_categorical_accuracy", dtype: DTypeLike | None = None
    ) -> None:
        super().__init__(sparse_categorical_accuracy, name, dtype)
