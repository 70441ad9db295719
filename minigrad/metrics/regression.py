"""Metrics of numbers: how far the output is from where it should be.

Before:  reduction.py, losses/regression.py (the formulas).  Next: r2.py.
Source:  Keras's ``keras/src/metrics/regression_metrics.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from minigrad.autodiff.tensor import Tensor, wrap
from minigrad.losses.inputs import check_same_shape, squeeze_or_expand_to_same_rank
from minigrad.losses.regression import (
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
)
from minigrad.losses.robust import log_cosh
from minigrad.losses.similarity import cosine_similarity as minus_cosine_similarity
from minigrad.metrics.reduction import Mean, MeanMetricWrapper


def cosine_similarity(y_true: Any, y_pred: Any, axis: int = -1) -> Tensor:
    """The cosine of the angle between two vectors: ``sum(t y) / (|t| |y|)``; as a loss it has a minus.

    Args:
        y_true: (N, D): the vectors wanted.
        y_pred: (N, D): the model's output.
        axis: The axis of a vector. Default -1.

    Returns:
        A tensor of y_pred's shape without the axis.

    Raises:
        ShapeError: If the shapes differ by more than a last axis of size 1.

    Source: Keras's function of that name in ``keras/src/metrics/regression_metrics.py``.

    Example:
        >>> round(cosine_similarity([[3.0, 4.0]], [[6.0, 8.0]]).item(), 4)
        1.0
    """
    return -minus_cosine_similarity(y_true, y_pred, axis)


class MeanSquaredError(MeanMetricWrapper):
    """The mean of the squared differences, ``mean((y - t)^2)``.

    Args:
        name: Default "mean_squared_error".
        dtype: The dtype of the result. Default: `floatx`.

    Source: ``keras.metrics.MeanSquaredError``.

    Example:
        >>> float(MeanSquaredError()([[0, 1], [0, 0]], [[1, 1], [0, 0]]))
        0.25
    """

    direction = "down"

    def __init__(self, name: str | None = "mean_squared_error", dtype: DTypeLike | None = None) -> None:
        super().__init__(mean_squared_error, name, dtype)


class RootMeanSquaredError(Mean):
    """The root of the mean of the squared differences, ``sqrt(mean((y - t)^2))``.

    Args:
        name: Default "root_mean_squared_error".
        dtype: The dtype of the result. Default: `floatx`.

    Source: ``keras.metrics.RootMeanSquaredError``.

    Example:
        >>> float(RootMeanSquaredError()([[0, 1], [0, 0]], [[1, 1], [0, 0]]))
        0.5
    """

    direction = "down"

    def __init__(self, name: str | None = "root_mean_squared_error", dtype: DTypeLike | None = None) -> None:
        super().__init__(name, dtype)

    def update_state(  # type: ignore[override]  # a mean of other things, as in Keras
        self, y_true: Any, y_pred: Any, sample_weight: Any = None
    ) -> None:
        """Take in a batch.

        Args:
            y_true: The values wanted.
            y_pred: The model's output, of the same shape but for a last axis of size 1.
            sample_weight: One weight for each sample, or for each value. Default: all 1.

        Raises:
            ShapeError: If the shapes don't fit each other.
        """
        y_true, y_pred = np.asarray(y_true, self._dtype), np.asarray(y_pred, self._dtype)
        y_true, y_pred = squeeze_or_expand_to_same_rank(y_true, y_pred)
        check_same_shape(self.name, y_true, y_pred)
        super().update_state(np.square(y_pred - y_true), sample_weight)

    def result(self) -> Tensor:
        """Return the root of the mean so far; 0 if nothing was taken in."""
        return wrap(np.asarray(np.sqrt(super().result()._data), self._dtype))


class MeanAbsoluteError(MeanMetricWrapper):
    """The mean size of the differences, ``mean(|y - t|)``.

    Args:
        name: Default "mean_absolute_error".
        dtype: The dtype of the result. Default: `floatx`.

    Source: ``keras.metrics.MeanAbsoluteError``.

    Example:
        >>> float(MeanAbsoluteError()([[0, 1], [0, 0]], [[1, 1], [0, 0]]))
        0.25
    """

    direction = "down"

    def __init__(self, name: str | None = "mean_absolute_error", dtype: DTypeLike | None = None) -> None:
        super().__init__(mean_absolute_error, name, dtype)


class MeanAbsolutePercentageError(MeanMetricWrapper):
    """The mean difference in percent of the truth, ``100 mean(|y - t| / max(|t|, epsilon))``.

    Args:
        name: Default "mean_absolute_percentage_error".
        dtype: The dtype of the result. Default: `floatx`.

    Source: ``keras.metrics.MeanAbsolutePercentageError``.

    Example:
        >>> float(MeanAbsolutePercentageError()([[2, 1], [2, 4]], [[1, 1], [2, 3]]))
        18.75
    """

    direction = "down"

    def __init__(
        self, name: str | None = "mean_absolute_percentage_error", dtype: DTypeLike | None = None
    ) -> None:
        super().__init__(mean_absolute_percentage_error, name, dtype)


class MeanSquaredLogarithmicError(MeanMetricWrapper):
    """The mean squared difference of the logarithms, ``mean((log(1 + y) - log(1 + t))^2)``.

    Args:
        name: Default "mean_squared_logarithmic_error".
        dtype: The dtype of the result. Default: `floatx`.

    Source: ``keras.metrics.MeanSquaredLogarithmicError``.

    Example:
        >>> metric = MeanSquaredLogarithmicError()
        >>> round(float(metric([[0, 1], [0, 0]], [[1, 1], [0, 0]])), 4)
        0.1201
    """

    direction = "down"

    def __init__(
        self, name: str | None = "mean_squared_logarithmic_error", dtype: DTypeLike | None = None
    ) -> None:
        super().__init__(mean_squared_logarithmic_error, name, dtype)


class LogCoshError(MeanMetricWrapper):
    """The mean logarithm of the hyperbolic cosine, ``mean(log(cosh(y - t)))``.

    Args:
        name: Default "logcosh".
        dtype: The dtype of the result. Default: `floatx`.

    Source: ``keras.metrics.LogCoshError``.

    Example:
        >>> round(float(LogCoshError()([[0, 1], [0, 0]], [[1, 1], [0, 0]])), 4)
        0.1084
    """

    direction = "down"

    def __init__(self, name: str | None = "logcosh", dtype: DTypeLike | None = None) -> None:
        super().__init__(log_cosh, name, dtype)


class CosineSimilarity(MeanMetricWrapper):
    """The mean cosine of the angle between two vectors, ``sum(t y) / (|t| |y|)``.

    Args:
        name: Default "cosine_similarity".
        dtype: The dtype of the result. Default: `floatx`.
        axis: The axis of a vector. Default -1.

    Source: ``keras.metrics.CosineSimilarity``.

    Example:
        >>> round(float(CosineSimilarity()([[0.0, 1.0], [1.0, 1.0]], [[1.0, 0.0], [1.0, 1.0]])), 4)
        0.5
    """

    direction = "up"

    def __init__(
        self, name: str | None = "cosine_similarity", dtype: DTypeLike | None = None, axis: int = -1
    ) -> None:
        super().__init__(cosine_similarity, name, dtype, axis=axis)
        self.axis = axis
