"""Hinge losses as metrics: how far scores are from their margin, gathered over an epoch.

Before:  reduction.py, losses/margin.py (the formulas).  Next: divergence.py.
Source:  Keras's ``keras/src/metrics/hinge_metrics.py``.
"""

from __future__ import annotations

from numpy.typing import DTypeLike

from minigrad.losses.margin import categorical_hinge, hinge, squared_hinge
from minigrad.metrics.reduction import MeanMetricWrapper


class Hinge(MeanMetricWrapper):
    """How far scores are from their margin, ``mean(max(1 - t y, 0))``, t being -1 or 1 (or 0 for -1).

    Args:
        name: Default "hinge".
        dtype: The dtype of the result. Default: `floatx`.

    Source: ``keras.metrics.Hinge``.

    Example:
        >>> round(float(Hinge()([[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]])), 4)
        1.3
    """

    direction = "down"

    def __init__(self, name: str | None = "hinge", dtype: DTypeLike | None = None) -> None:
        super().__init__(hinge, name, dtype)


class SquaredHinge(MeanMetricWrapper):
    """How far scores are from their margin, squared, ``mean(max(1 - t y, 0)^2)``.

    Args:
        name: Default "squared_hinge".
        dtype: The dtype of the result. Default: `floatx`.

    Source: ``keras.metrics.SquaredHinge``.

    Example:
        >>> round(float(SquaredHinge()([[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]])), 4)
        1.86
    """

    direction = "down"

    def __init__(self, name: str | None = "squared_hinge", dtype: DTypeLike | None = None) -> None:
        super().__init__(squared_hinge, name, dtype)


class CategoricalHinge(MeanMetricWrapper):
    """By how much the best wrong class comes too close: the mean of ``max(wrong - right + 1, 0)``.

    Args:
        name: Default "categorical_hinge".
        dtype: The dtype of the result. Default: `floatx`.

    Source: ``keras.metrics.CategoricalHinge``.

    Example:
        >>> round(float(CategoricalHinge()([[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]])), 4)
        1.4
    """

    direction = "down"

    def __init__(self, name: str | None = "categorical_hinge", dtype: DTypeLike | None = None) -> None:
        super().__init__(categorical_hinge, name, dtype)
