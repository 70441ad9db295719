"""Precision and recall: how far a yes can be trusted, and how many of the yeses are found.

Idea:    either is easy alone: say yes to the surest sample only, or to all of them. Both together are what
         counts.
Shapes:  y_true and y_pred (N, ...) -> a scalar, or (T,) for T thresholds
Before:  counts.py.  Next: operating_points.py, f_score.py (both in one number).
Source:  Keras's ``keras/src/metrics/confusion_metrics.py``.
"""

from __future__ import annotations

import math
from typing import Any

from numpy.typing import DTypeLike

from minigrad.autodiff.tensor import Tensor
from minigrad.metrics.confusion import given_thresholds, ratio
from minigrad.metrics.threshold_metric import ThresholdMetric, plain_thresholds


class _TopKMetric(ThresholdMetric):
    """What `Precision` and `Recall` share: their arguments."""

    direction = "up"
    true_positives: Any

    def __init__(
        self,
        thresholds: Any = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        default = 0.5 if top_k is None else -math.inf  # then being among the top k is enough
        values = given_thresholds(type(self).__name__, thresholds, default)
        super().__init__(values, name, dtype, top_k=top_k, class_id=class_id)
        self.init_thresholds = thresholds
        self._add_counts()

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew, without its state."""
        return {
            **super().get_config(),
            "thresholds": plain_thresholds(self.init_thresholds),
            "top_k": self.top_k,
            "class_id": self.class_id,
        }


class Precision(_TopKMetric):
    """Which part of the predicted yeses is right: ``tp / (tp + fp)``, or 0 if there are none.

    Args:
        thresholds: A number in [0, 1], or several, for each of which it is computed; what is above is a yes.
            Default 0.5, or with top_k: none. For logits, 0 is right.
        top_k: Only the k greatest predictions of a sample (along the last axis) can be a yes. Default None:
            all.
        class_id: The only class (along the last axis) to look at. Default None: all together.
        name: Default "precision", numbered from the second on.
        dtype: The dtype of the result. Default: `floatx`.

    Raises:
        ValueError: If an argument is out of range.

    Source: ``keras.metrics.Precision``.

    Example:
        >>> metric = Precision()
        >>> round(float(metric([0, 1, 1, 1], [1, 0, 1, 1])), 4)
        0.6667
    """

    counted = ("true_positives", "false_positives")
    false_positives: Any

    def result(self) -> Tensor:
        """Return the precision so far, or one for each threshold."""
        return self._to_result(ratio(self.true_positives._data, self.false_positives._data))


class Recall(_TopKMetric):
    """Which part of the true yeses is found: ``tp / (tp + fn)``, or 0 if there are none.

    Args:
        thresholds: A number in [0, 1], or several, for each of which it is computed; what is above is a yes.
            Default 0.5, or with top_k: none. For logits, 0 is right.
        top_k: Only the k greatest predictions of a sample (along the last axis) can be a yes. Default None:
            all.
        class_id: The only class (along the last axis) to look at. Default None: all together.
        name: Default "recall", numbered from the second on.
        dtype: The dtype of the result. Default: `floatx`.

    Raises:
        ValueError: If an argument is out of range.

    Source: ``keras.metrics.Recall``.

    Example:
        >>> metric = Recall()
        >>> round(float(metric([0, 1, 1, 1], [1, 0, 1, 1])), 4)
        0.6667
    """

    counted = ("true_positives", "false_negatives")
    false_negatives: Any

    def result(self) -> Tensor:
        """Return the recall so far, or one for each threshold."""
        return self._to_result(ratio(self.true_positives._data, self.false_negatives._data))
