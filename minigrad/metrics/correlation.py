"""Correlations: whether output and truth go up and down together.

Shapes:  y_true and y_pred (N, D) -> (N,)
Before:  reduction.py.  Next: confusion.py.
Source:  Keras's ``keras/src/metrics/correlation_metrics.py``; Lin, "A concordance correlation coefficient to
         evaluate reproducibility" (1989).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from minigrad import ops
from minigrad.autodiff.tensor import Tensor
from minigrad.config import epsilon
from minigrad.losses.inputs import matching_pair
from minigrad.metrics.reduction import MeanMetricWrapper


def pearson_correlation(y_true: Any, y_pred: Any, axis: int = -1) -> Tensor:
    """Pearson's correlation of t and y: ``mean((t - mean t) (y - mean y)) / (std t std y)``.

    It is 1 where y is a rising straight function of t, 0 where there is no linear relation, and NaN where
    all t or all y are the same, so that nothing can be told.

    Args:
        y_true: (N, D): the values wanted.
        y_pred: (N, D): the model's output.
        axis: The axis along which they are compared. Default -1; 0 compares over the batch.

    Returns:
        A tensor of y_pred's shape without the axis.

    Raises:
        ShapeError: If the shapes differ by more than a last axis of size 1.

    Source: ``keras.metrics.pearson_correlation``.

    Example:
        >>> round(pearson_correlation([[0.0, 1.0, 0.5]], [[0.1, 0.9, 0.5]]).item(), 4)
        1.0
    """
    y_true, y_pred = matching_pair("pearson_correlation", y_true, y_pred)
    with np.errstate(invalid="ignore"):
        t, y = (x / ops.std(x, axis, True) for x in _centered(y_true, y_pred, axis))
    return ops.mean(t * y, axis)  # type: ignore[no-any-return]


def concordance_correlation(y_true: Any, y_pred: Any, axis: int = -1) -> Tensor:
    """The concordance of t and y: ``2 cov(t, y) / (var t + var y + (mean t - mean y)^2 + epsilon)``.

    Unlike `pearson_correlation`, it is 1 only where y equals t.

    Args:
        y_true: (N, D): the values wanted.
        y_pred: (N, D): the model's output.
        axis: The axis along which they are compared. Default -1; 0 compares over the batch.

    Returns:
        A tensor of y_pred's shape without the axis.

    Raises:
        ShapeError: If the shapes differ by more than a last axis of size 1.

    Source: ``keras.metrics.concordance_correlation``.

    Example:
        >>> round(concordance_correlation([[0.0, 1.0, 0.5]], [[0.1, 0.9, 0.5]]).item(), 4)
        0.9756
    """
    y_true, y_pred = matching_pair("concordance_correlation", y_true, y_pred)
    t, y = _centered(y_true, y_pred, axis)
    shift = ops.mean(y_true, axis) - ops.mean(y_pred, axis)
    spread = ops.mean(ops.square(t) + ops.square(y), axis) + ops.square(shift) + epsilon()
    return 2.0 * ops.mean(t * y, axis) / spread  # type: ignore[no-any-return]


def _centered(y_true: Tensor, y_pred: Tensor, axis: int) -> tuple[Tensor, Tensor]:
    return y_true - ops.mean(y_true, axis, True), y_pred - ops.mean(y_pred, axis, True)


class PearsonCorrelation(MeanMetricWrapper):
    """The mean of Pearson's correlation, ``cov(t, y) / (std t std y)``.

    Args:
        name: Default "pearson_correlation".
        dtype: The dtype of the result. Default: `floatx`.
        axis: The axis along which each correlation is taken. Default -1.

    Source: ``keras.metrics.PearsonCorrelation``.

    Example:
        >>> metric = PearsonCorrelation()
        >>> round(float(metric([[0, 1, 0.5], [1, 1, 0.2]], [[0.1, 0.9, 0.5], [1, 0.9, 0.2]])), 4)
        0.9967
    """

    direction = "up"

    def __init__(
        self, name: str | None = "pearson_correlation", dtype: DTypeLike | None = None, axis: int = -1
    ) -> None:
        super().__init__(pearson_correlation, name, dtype, axis=axis)
        self.axis = axis


class ConcordanceCorrelation(MeanMetricWrapper):
    """The mean concordance, ``2 cov(t, y) / (var t + var y + (mean t - mean y)^2)``.

    Args:
        name: Default "concordance_correlation".
        dtype: The dtype of the result. Default: `floatx`.
        axis: The axis along which each concordance is taken. Default -1.

    Source: ``keras.metrics.ConcordanceCorrelation``.

    Example:
        >>> metric = ConcordanceCorrelation()
        >>> round(float(metric([[0, 1, 0.5], [1, 1, 0.2]], [[0.1, 0.9, 0.5], [1, 0.9, 0.2]])), 4)
        0.9816
    """

    direction = "up"

    def __init__(
        self, name: str | None = "concordance_correlation", dtype: DTypeLike | None = None, axis: int = -1
    ) -> None:
        super().__init__(concordance_correlation, name, dtype, axis=axis)
        self.axis = axis
