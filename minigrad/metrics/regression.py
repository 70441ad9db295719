"""Metrics of numbers: how far the output is from where it should be.

Before:  reduction.py, losses/regression.py (the formulas).  Next: models/.
Source:  Keras's ``keras/src/metrics/regression_metrics.py``.
"""

from __future__ import annotations

from numpy.typing import DTypeLike

from minigrad.losses.regression import mean_squared_error
from minigrad.metrics.reduction import MeanMetricWrapper


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
