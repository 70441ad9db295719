"""Top-k accuracies: how often the true class is among the k most probable.

Shapes:  y_pred (N, C), y_true (N, C) one-hot or (N,) integers -> (N,) of zeros and ones
Before:  accuracy.py.  Next: crossentropy.py.
Source:  Keras's ``keras/src/metrics/accuracy_metrics.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from minigrad import ops
from minigrad.autodiff.differentiable import nondifferentiable
from minigrad.losses.inputs import check_one_hot
from minigrad.metrics.accuracy import as_floats, integer_labels
from minigrad.metrics.reduction import MeanMetricWrapper
from minigrad.shapes import integers


@nondifferentiable
def top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> Any:
    """Where the true class is among the k most probable.

    Args:
        y_true: (N, C): one-hot labels.
        y_pred: (N, C): probabilities or logits.
        k: How many. Default 5.

    Returns:
        Zeros and ones, a tensor of shape (N,).

    Raises:
        ShapeError: If the shapes differ.

    Source: ``keras.metrics.top_k_categorical_accuracy``.

    Example:
        >>> scores = [[0.1, 0.9, 0.8], [0.3, 0.2, 0.5]]
        >>> top_k_categorical_accuracy([[0, 0, 1], [0, 1, 0]], scores, k=2).tolist()
        [1.0, 0.0]
    """
    y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)
    check_one_hot("top_k_categorical_accuracy", y_true, y_pred, -1, "SparseTopKCategoricalAccuracy")
    return as_floats(ops.in_top_k(y_true.argmax(-1), y_pred, k))


@nondifferentiable
def sparse_top_k_categorical_accuracy(
    y_true: Any, y_pred: Any, k: int = 5, from_sorted_ids: bool = False
) -> Any:
    """Where the true class is among the k most probable.

    Args:
        y_true: (N,) or (N, 1): the number of the true class.
        y_pred: (N, C): probabilities or logits; or the numbers of the classes, the most probable first.
        k: How many. Default 5.
        from_sorted_ids: Whether y_pred is those numbers. Default False.

    Returns:
        Zeros and ones, a tensor of shape (N,).

    Raises:
        ShapeError: If the shapes don't fit each other.

    Source: ``keras.metrics.sparse_top_k_categorical_accuracy``.

    Example:
        >>> sparse_top_k_categorical_accuracy([2, 1], [[0.1, 0.9, 0.8], [0.3, 0.2, 0.5]], k=2).tolist()
        [1.0, 0.0]
    """
    name = "sparse_top_k_categorical_accuracy"
    labels, y_pred = integer_labels(name, y_true, y_pred, "TopKCategoricalAccuracy")
    if from_sorted_ids:
        return as_floats((y_pred[..., :k] == labels[..., None]).any(-1))
    return as_floats(ops.in_top_k(labels.astype(np.int64), y_pred, k))


class TopKCategoricalAccuracy(MeanMetricWrapper):
    """How often the true class is among the k most probable, with one-hot labels.

    Args:
        k: How many. Default 5.
        name: Default "top_k_categorical_accuracy".
        dtype: The dtype of the result. Default: `floatx`.

    Raises:
        ValueError: If k is not an integer >= 1.

    Source: ``keras.metrics.TopKCategoricalAccuracy``.

    Example:
        >>> float(TopKCategoricalAccuracy(k=1)([[0, 0, 1], [0, 1, 0]], [[0.1, 0.9, 0.8], [0.05, 0.95, 0]]))
        0.5
    """

    direction = "up"

    def __init__(
        self, k: int = 5, name: str | None = "top_k_categorical_accuracy", dtype: DTypeLike | None = None
    ) -> None:
        (self.k,) = integers("TopKCategoricalAccuracy", "k", k, 1)
        super().__init__(top_k_categorical_accuracy, name, dtype, k=self.k)


class SparseTopKCategoricalAccuracy(MeanMetricWrapper):
    """How often the true class is among the k most probable, with integer labels.

    Args:
        k: How many. Default 5.
        name: Default "sparse_top_k_categorical_accuracy".
        dtype: The dtype of the result. Default: `floatx`.
        from_sorted_ids: Whether y_pred is the numbers of the classes, the most probable first, and not
            their scores. Default False.

    Raises:
        ValueError: If k is not an integer >= 1.

    Source: ``keras.metrics.SparseTopKCategoricalAccuracy``.

    Example:
        >>> float(SparseTopKCategoricalAccuracy(k=1)([2, 1], [[0.1, 0.9, 0.8], [0.05, 0.95, 0]]))
        0.5
    """

    direction = "up"

    def __init__(
        self,
        k: int = 5,
        name: str | None = "sparse_top_k_categorical_accuracy",
        dtype: DTypeLike | None = None,
        from_sorted_ids: bool = False,
    ) -> None:
        (self.k,) = integers("SparseTopKCategoricalAccuracy", "k", k, 1)
        self.from_sorted_ids = from_sorted_ids
        options = {"k": self.k, "from_sorted_ids": from_sorted_ids}
        super().__init__(sparse_top_k_categorical_accuracy, name, dtype, **options)
