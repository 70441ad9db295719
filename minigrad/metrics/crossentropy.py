"""Crossentropies as metrics: the same numbers as the losses, gathered over an epoch.

Before:  reduction.py, losses/crossentropy.py (the formulas).  Next: regression.py.
Source:  Keras's ``keras/src/metrics/probabilistic_metrics.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from minigrad.arguments import number
from minigrad.losses.crossentropy import (
    binary_crossentropy,
    categorical_crossentropy,
    sparse_categorical_crossentropy,
)
from minigrad.metrics.reduction import MeanMetricWrapper


class CategoricalCrossentropy(MeanMetricWrapper):
    """The mean crossentropy with one-hot labels, ``-sum_i t_i log p_i``.

    Args:
        name: Default "categorical_crossentropy".
        dtype: The dtype of the result. Default: `floatx`.
        from_logits: Whether y_pred is logits, not probabilities. Default False.
        label_smoothing: In [0, 1]. Default 0.
        axis: The axis of the classes. Default -1.

    Raises:
        ValueError: If label_smoothing is out of range.

    Source: ``keras.metrics.CategoricalCrossentropy``.

    Example:
        >>> metric = CategoricalCrossentropy()
        >>> round(float(metric([[0, 1, 0], [0, 0, 1]], [[0.05, 0.95, 0], [0.1, 0.8, 0.1]])), 3)
        1.177
    """

    direction = "down"

    def __init__(
        self,
        name: str | None = "categorical_crossentropy",
        dtype: DTypeLike | None = None,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
    ) -> None:
        self.from_logits = from_logits
        self.label_smoothing = number("CategoricalCrossentropy", "label_smoothing", label_smoothing, 0, 1)
        self.axis = axis
        options = {"from_logits": from_logits, "label_smoothing": self.label_smoothing, "axis": axis}
        super().__init__(categorical_crossentropy, name, dtype, **options)


class SparseCategoricalCrossentropy(MeanMetricWrapper):
    """The mean crossentropy with integer labels, ``-log p_t``.

    Args:
        name: Default "sparse_categorical_crossentropy".
        dtype: The dtype of the result. Default: `floatx`.
        from_logits: Whether y_pred is logits, not probabilities. Default False.
        ignore_class: A label whose samples count 0; where weights are given, they aren't counted at all.
            Default None.
        axis: The axis of the classes. Default -1.

    Source: ``keras.metrics.SparseCategoricalCrossentropy``.

    Example:
        >>> metric = SparseCategoricalCrossentropy()
        >>> round(float(metric([1, 2], [[0.05, 0.95, 0], [0.1, 0.8, 0.1]])), 3)
        1.177
    """

    direction = "down"

    def __init__(
        self,
        name: str | None = "sparse_categorical_crossentropy",
        dtype: DTypeLike | None = None,
        from_logits: bool = False,
        ignore_class: int | None = None,
        axis: int = -1,
    ) -> None:
        self.from_logits = from_logits
        self.ignore_class = ignore_class
        self.axis = axis
        options = {"from_logits": from_logits, "ignore_class": ignore_class, "axis": axis}
        super().__init__(sparse_categorical_crossentropy, name, dtype, **options)

    def update_state(  # type: ignore[override]  # as MeanMetricWrapper
        self, y_true: Any, y_pred: Any, sample_weight: Any = None
    ) -> None:
        """Take in a batch; see `MeanMetricWrapper.update_state`."""
        if self.ignore_class is not None and sample_weight is not None:
            counts = np.asarray(y_true) != self.ignore_class
            if counts.ndim == np.ndim(y_pred):
                counts = counts.squeeze(self.axis)
            weights = np.asarray(sample_weight)
            more = weights.ndim - counts.ndim  # axes of size 1 at the end of the one that has fewer
            counts = counts.reshape(counts.shape + (1,) * more)
            sample_weight = weights.reshape(weights.shape + (1,) * -more) * counts
        super().update_state(y_true, y_pred, sample_weight)


class BinaryCrossentropy(MeanMetricWrapper):
    """The mean crossentropy of yes or no, ``-t log p - (1 - t) log(1 - p)``.

    Args:
        name: Default "binary_crossentropy".
        dtype: The dtype of the result. Default: `floatx`.
        from_logits: Whether y_pred is logits, not probabilities. Default False.
        label_smoothing: In [0, 1]. Default 0.

    Raises:
        ValueError: If label_smoothing is out of range.

    Source: ``keras.metrics.BinaryCrossentropy``.

    Example:
        >>> round(float(BinaryCrossentropy()([[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]])), 3)
        0.815
    """

    direction = "down"

    def __init__(
        self,
        name: str | None = "binary_crossentropy",
        dtype: DTypeLike | None = None,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
    ) -> None:
        self.from_logits = from_logits
        self.label_smoothing = number("BinaryCrossentropy", "label_smoothing", label_smoothing, 0, 1)
        options = {"from_logits": from_logits, "label_smoothing": self.label_smoothing}
        super().__init__(binary_crossentropy, name, dtype, **options)
