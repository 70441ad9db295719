"""How many predictions are true and false positives and negatives.

Shapes:  y_true and y_pred (N, ...) -> a scalar, or (T,) for T thresholds
Before:  threshold_metric.py.  Next: precision.py.
Source:  Keras's ``keras/src/metrics/confusion_metrics.py``.
"""

from __future__ import annotations

from typing import Any, ClassVar

from numpy.typing import DTypeLike

from minigrad.autodiff.tensor import Tensor
from minigrad.metrics.confusion import Counts, given_thresholds
from minigrad.metrics.metric import add_to
from minigrad.metrics.threshold_metric import ThresholdMetric, plain_thresholds


class _Count(ThresholdMetric):
    """The base of the four metrics that are a count themselves."""

    counted = ("accumulator",)
    accumulator: Any
    kind: ClassVar[str]

    def __init__(
        self, thresholds: Any = None, name: str | None = None, dtype: DTypeLike | None = None
    ) -> None:
        values = given_thresholds(type(self).__name__, thresholds, 0.5)
        super().__init__(values, name, dtype)
        self.init_thresholds = thresholds
        self._add_counts()

    def _add(self, counts: Counts) -> None:
        add_to(self.accumulator, getattr(counts, self.kind))

    def result(self) -> Tensor:
        """Return the (weighted) number so far, or one for each threshold."""
        return self._to_result(self.accumulator._data)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew, without its state."""
        return {**super().get_config(), "thresholds": plain_thresholds(self.init_thresholds)}


class TruePositives(_Count):
    """How often yes is right.

    It is the (weighted) number of predictions above the threshold whose truth is yes.

    Args:
        thresholds: A number in [0, 1], or several, for each of which it is counted. Default 0.5; for logits,
            0 is right.
        name: Default "true_positives", numbered from the second on.
        dtype: The dtype of the result. Default: `floatx`.

    Raises:
        ValueError: If a threshold is out of range.

    Source: ``keras.metrics.TruePositives``.

    Example:
        >>> metric = TruePositives()
        >>> float(metric([0, 1, 1, 1], [1, 0, 1, 1]))
        2.0
    """

    direction = "up"
    kind = "true_positives"


class TrueNegatives(_Count):
    """How often no is right.

    It is the (weighted) number of predictions up to the threshold whose truth is no.

    Args:
        thresholds: A number in [0, 1], or several, for each of which it is counted. Default 0.5; for logits,
            0 is right.
        name: Default "true_negatives", numbered from the second on.
        dtype: The dtype of the result. Default: `floatx`.

    Raises:
        ValueError: If a threshold is out of range.

    Source: ``keras.metrics.TrueNegatives``.

    Example:
        >>> metric = TrueNegatives()
        >>> float(metric([0, 1, 0, 0], [1, 1, 0, 0]))
        2.0
    """

    direction = "up"
    kind = "true_negatives"


class FalsePositives(_Count):
    """How often yes is wrong.

    It is the (weighted) number of predictions above the threshold whose truth is no.

    Args:
        thresholds: A number in [0, 1], or several, for each of which it is counted. Default 0.5; for logits,
            0 is right.
        name: Default "false_positives", numbered from the second on.
        dtype: The dtype of the result. Default: `floatx`.

    Raises:
        ValueError: If a threshold is out of range.

    Source: ``keras.metrics.FalsePositives``.

    Example:
        >>> metric = FalsePositives()
        >>> float(metric([0, 1, 0, 0], [0, 0, 1, 1]))
        2.0
    """

    direction = "down"
    kind = "false_positives"


class FalseNegatives(_Count):
    """How often no is wrong.

    It is the (weighted) number of predictions up to the threshold whose truth is yes.

    Args:
        thresholds: A number in [0, 1], or several, for each of which it is counted. Default 0.5; for logits,
            0 is right.
        name: Default "false_negatives", numbered from the second on.
        dtype: The dtype of the result. Default: `floatx`.

    Raises:
        ValueError: If a threshold is out of range.

    Source: ``keras.metrics.FalseNegatives``.

    Example:
        >>> metric = FalseNegatives()
        >>> float(metric([0, 1, 1, 1], [0, 1, 0, 0]))
        2.0
    """

    direction = "down"
    kind = "false_negatives"
