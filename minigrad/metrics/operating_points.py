"""The best of one quotient where another is good enough: sensitivity at a specificity, and so on.

Idea:    raising the threshold trades one kind of mistake for the other. Often one kind may not exceed some
         rate (false alarms, say), and the question is how good the other can be made then.
Shapes:  y_true and y_pred (N, ...) -> a scalar
Before:  precision.py.  Next: auc.py (all thresholds in one number).
Source:  Keras's ``keras/src/metrics/confusion_metrics.py``.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike

from minigrad.arguments import number
from minigrad.autodiff.tensor import NDArray, Tensor, wrap
from minigrad.metrics.confusion import even_thresholds, ratio
from minigrad.metrics.threshold_metric import ThresholdMetric
from minigrad.shapes import integers


class _OperatingPoint(ThresholdMetric):
    """The base: the greatest ``sought`` among the thresholds whose ``required`` is at least some value."""

    direction = "up"
    required: ClassVar[str]
    sought: ClassVar[str]
    _logits_hint = ""
    true_positives: Any
    false_positives: Any
    true_negatives: Any
    false_negatives: Any

    def __init__(
        self,
        value: float,
        num_thresholds: int,
        class_id: int | None,
        name: str | None,
        dtype: DTypeLike | None,
    ) -> None:
        own = type(self).__name__
        self.value = number(own, self.required, value, 0, 1)
        (self.num_thresholds,) = integers(own, "num_thresholds", num_thresholds, 1)
        thresholds = even_thresholds(self.num_thresholds)
        super().__init__(thresholds, name, dtype, even=self.num_thresholds > 1, class_id=class_id)
        self._add_counts()

    def _quotient(self, name: str) -> NDArray:
        """Return a quotient at each threshold, in the dtype of the result."""
        part, rest = {
            "sensitivity": (self.true_positives, self.false_negatives),
            "recall": (self.true_positives, self.false_negatives),
            "specificity": (self.true_negatives, self.false_positives),
            "precision": (self.true_positives, self.false_positives),
        }[name]
        return ratio(part._data, rest._data).astype(self._dtype)

    def result(self) -> Tensor:
        """Return the best so far; 0 if the requirement is met nowhere."""
        good_enough = self._quotient(self.required) >= self._dtype.type(self.value)
        return wrap(
            np.asarray(np.max(self._quotient(self.sought), where=good_enough, initial=0.0), self._dtype)
        )

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew, without its state."""
        return {
            **super().get_config(),
            self.required: self.value,
            "num_thresholds": self.num_thresholds,
            "class_id": self.class_id,
        }


class SensitivityAtSpecificity(_OperatingPoint):
    """The best sensitivity, ``tp / (tp + fn)``, where the specificity, ``tn / (tn + fp)``, is high enough.

    Args:
        specificity: The least accepted specificity; in [0, 1].
        num_thresholds: How many thresholds, evenly spaced from 0 to 1, are tried. Default 200.
        class_id: The only class (along the last axis) to look at. Default None: all together.
        name: Default "sensitivity_at_specificity", numbered from the second on.
        dtype: The dtype of the result. Default: `floatx`.

    Raises:
        ValueError: If an argument is out of range.

    Source: ``keras.metrics.SensitivityAtSpecificity``.

    Example:
        >>> float(SensitivityAtSpecificity(0.5)([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]))
        0.5
    """

    required = "specificity"
    sought = "sensitivity"

    def __init__(
        self,
        specificity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(specificity, num_thresholds, class_id, name, dtype)
        self.specificity = self.value


class SpecificityAtSensitivity(_OperatingPoint):
    """The best specificity, ``tn / (tn + fp)``, where the sensitivity, ``tp / (tp + fn)``, is high enough.

    Args:
        sensitivity: The least accepted sensitivity; in [0, 1].
        num_thresholds: How many thresholds, evenly spaced from 0 to 1, are tried. Default 200.
        class_id: The only class (along the last axis) to look at. Default None: all together.
        name: Default "specificity_at_sensitivity", numbered from the second on.
        dtype: The dtype of the result. Default: `floatx`.

    Raises:
        ValueError: If an argument is out of range.

    Source: ``keras.metrics.SpecificityAtSensitivity``.

    Example:
        >>> metric = SpecificityAtSensitivity(0.5)
        >>> round(float(metric([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8])), 4)
        0.6667
    """

    required = "sensitivity"
    sought = "specificity"

    def __init__(
        self,
        sensitivity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(sensitivity, num_thresholds, class_id, name, dtype)
        self.sensitivity = self.value


class PrecisionAtRecall(_OperatingPoint):
    """The best precision, ``tp / (tp + fp)``, where the recall, ``tp / (tp + fn)``, is high enough.

    Args:
        recall: The least accepted recall; in [0, 1].
        num_thresholds: How many thresholds, evenly spaced from 0 to 1, are tried. Default 200.
        class_id: The only class (along the last axis) to look at. Default None: all together.
        name: Default "precision_at_recall", numbered from the second on.
        dtype: The dtype of the result. Default: `floatx`.

    Raises:
        ValueError: If an argument is out of range.

    Source: ``keras.metrics.PrecisionAtRecall``.

    Example:
        >>> float(PrecisionAtRecall(0.5)([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]))
        0.5
    """

    required = "recall"
    sought = "precision"

    def __init__(
        self,
        recall: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(recall, num_thresholds, class_id, name, dtype)
        self.recall = self.value


class RecallAtPrecision(_OperatingPoint):
    """The best recall, ``tp / (tp + fn)``, where the precision, ``tp / (tp + fp)``, is high enough.

    Args:
        precision: The least accepted precision; in [0, 1].
        num_thresholds: How many thresholds, evenly spaced from 0 to 1, are tried. Default 200.
        class_id: The only class (along the last axis) to look at. Default None: all together.
        name: Default "recall_at_precision", numbered from the second on.
        dtype: The dtype of the result. Default: `floatx`.

    Raises:
        ValueError: If an argument is out of range.

    Source: ``keras.metrics.RecallAtPrecision``.

    Example:
        >>> float(RecallAtPrecision(0.8)([0, 0, 1, 1], [0, 0.5, 0.3, 0.9]))
        0.5
    """

    required = "precision"
    sought = "recall"

    def __init__(
        self,
        precision: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(precision, num_thresholds, class_id, name, dtype)
        self.precision = self.value
