"""Divergences as metrics: the same numbers as the losses, gathered over an epoch.

Before:  reduction.py, losses/divergence.py (the formulas).  Next: correlation.py.
Source:  Keras's ``keras/src/metrics/probabilistic_metrics.py``.
"""

from __future__ import annotations

from numpy.typing import DTypeLike

from minigrad.losses.divergence import kl_divergence, poisson
from minigrad.metrics.reduction import MeanMetricWrapper


class KLDivergence(MeanMetricWrapper):
    """The mean of Kullback-Leibler's divergence, ``sum_i t_i log(t_i / p_i)``.

    Args:
        name: Default "kl_divergence".
        dtype: The dtype of the result. Default: `floatx`.

    Source: ``keras.metrics.KLDivergence``.

    Example:
        >>> round(float(KLDivergence()([[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]])), 4)
        0.4581
    """

    direction = "down"

    def __init__(self, name: str | None = "kl_divergence", dtype: DTypeLike | None = None) -> None:
        super().__init__(kl_divergence, name, dtype)


class Poisson(MeanMetricWrapper):
    """The mean of Poisson's loss, ``y - t log(y + epsilon)``.

    Args:
        name: Default "poisson".
        dtype: The dtype of the result. Default: `floatx`.

    Source: ``keras.metrics.Poisson``.

    Example:
        >>> round(float(Poisson()([[0, 1], [0, 0]], [[1, 1], [0, 0]])), 4)
        0.5
    """

    direction = "down"

    def __init__(self, name: str | None = "poisson", dtype: DTypeLike | None = None) -> None:
        super().__init__(poisson, name, dtype)
