"""The area under a curve: how good the scores are, whatever the threshold.

Idea:    lowering the threshold from 1 to 0 moves a point through the square of (false alarms, hits), from
         (0, 0) to (1, 1). The area under its path is the chance that a random yes gets a higher score
         than a random no. Here the path is known at some thresholds only, and straight between them.
Shapes:  y_true and y_pred (N, ...) -> a scalar
Before:  operating_points.py.  Next: f_score.py.
Source:  Keras's ``keras/src/metrics/confusion_metrics.py``; Davis & Goadrich, "The relationship between
         precision-recall and ROC curves" (2006); Flach & Kull, "Precision-recall-gain curves" (2015).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from minigrad import ops
from minigrad.arguments import number
from minigrad.autodiff.modes import no_grad
from minigrad.autodiff.tensor import NDArray, Tensor, wrap
from minigrad.config import epsilon
from minigrad.errors import ShapeError
from minigrad.metrics.confusion import (
    Counts,
    divide_no_nan,
    even_thresholds,
    given_thresholds,
    ratio,
)
from minigrad.metrics.threshold_metric import ThresholdMetric
from minigrad.shapes import integers

_CURVES = ("ROC", "PR", "PRGAIN")
_METHODS = ("interpolation", "minoring", "majoring")


class AUC(ThresholdMetric):
    """The area under the ROC curve, or the precision-recall curve.

    With ``recall = tp / (tp + fn)``, the ROC curve is recall against ``fp / (fp + tn)``, the PR curve is
    ``tp / (tp + fp)`` against recall; PRGAIN is the latter with both axes rescaled such that always saying
    yes has 0. The area is the sum over neighboring thresholds of ``(x_i - x_{i+1}) h_i``.

    Args:
        num_thresholds: How many thresholds, evenly spaced from just below 0 to just above 1; at least 2.
            Default 200.
        curve: ``"ROC"``, ``"PR"`` or ``"PRGAIN"``. Default "ROC".
        summation_method: h between two points. ``"interpolation"`` (the default): their mean, but for PR,
            where tp and fp are taken to change evenly; ``"minoring"``: the lesser one; ``"majoring"``: the
            greater.
        name: Default "auc", numbered from the second on.
        dtype: The dtype of the result. Default: `floatx`.
        thresholds: Thresholds in [0, 1] to use instead; one below 0 and one above 1 are added. Default None.
        multi_label: Whether each column of (N, L) is a label by itself: the result is the mean of their
            areas. Default False: all predictions are taken together.
        num_labels: L. Default None: that of the first batch.
        label_weights: How much each label counts: with multi_label, its area in the mean, else each of its
            predictions. Default None: all the same.
        from_logits: Whether y_pred is logits, which sigmoid makes probabilities of. Default False.

    Raises:
        ValueError: If an argument is out of range, or num_labels is given without multi_label.

    Source: ``keras.metrics.AUC``.

    Example:
        >>> metric = AUC(num_thresholds=3)
        >>> float(metric([0, 0, 1, 1], [0, 0.5, 0.3, 0.9]))
        0.75
    """

    direction = "up"
    _logits_hint = ", or use from_logits=True"
    true_positives: Any
    false_positives: Any
    true_negatives: Any
    false_negatives: Any

    def __init__(
        self,
        num_thresholds: int | None = 200,
        curve: str = "ROC",
        summation_method: str = "interpolation",
        name: str | None = None,
        dtype: DTypeLike | None = None,
        thresholds: Any = None,
        multi_label: bool = False,
        num_labels: int | None = None,
        label_weights: Any = None,
        from_logits: bool = False,
    ) -> None:
        self.curve = _one_of("curve", str(curve).upper(), _CURVES, curve)
        self.summation_method = _one_of(
            "summation_method", str(summation_method).lower(), _METHODS, summation_method
        )
        if thresholds is not None:
            inner = sorted(given_thresholds("AUC", thresholds, 0.5))
        else:
            given: Any = num_thresholds
            (number,) = integers("AUC", "num_thresholds", given, 1, minimum=2)
            inner = even_thresholds(number)[1:-1]
        super().__init__([-epsilon(), *inner, 1.0 + epsilon()], name, dtype, even=thresholds is None)
        self._thresholds.least = 1
        self.num_thresholds = len(self.thresholds)
        self._given_thresholds = thresholds is not None
        self.multi_label = multi_label
        self.from_logits = from_logits
        self.num_labels = num_labels
        self.label_weights = _checked_label_weights(label_weights)
        if num_labels is not None:
            if not multi_label:
                raise ValueError(f"AUC: num_labels={num_labels} is for multi_label=True only")
            integers("AUC", "num_labels", num_labels, 1)
        if not multi_label or num_labels is not None:
            self._add_counts(*([num_labels] if num_labels is not None else []))

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take in a batch.

        Args:
            y_true: The truth: 0 is a no, anything else a yes.
            y_pred: Predictions between 0 and 1 (or logits), of the same shape but for a last axis of size 1.
            sample_weight: One weight for each sample, or for each prediction. Default: all 1.

        Raises:
            ShapeError: If the shapes don't fit each other, or the number of labels.
        """
        if self.from_logits:
            with no_grad():
                y_pred = ops.sigmoid(ops.convert_to_tensor(y_pred, self._dtype))
        labels, y_pred, weights = self._prepared(y_true, y_pred, sample_weight)
        if self.multi_label:
            self._check_labels(y_pred.shape)
        elif self.label_weights is not None:
            self._check_label_weights(y_pred.shape)
            weights = np.broadcast_to(self.label_weights, y_pred.shape) * (
                1.0 if weights is None else weights
            )
        self._add(self._thresholds.count(labels, y_pred, weights, self.multi_label))

    def _check_labels(self, shape: tuple[int, ...]) -> None:
        """Raise if the predictions aren't (N, L); make the counts if this is the first batch."""
        if len(shape) != 2:
            raise ShapeError(f"{self.name}: multi_label needs y_pred of shape (samples, labels); got {shape}")
        self._check_label_weights(shape)
        if not self._counts_made:
            self._add_counts(shape[1])
        elif shape[1] != self.true_positives.shape[1]:
            raise ShapeError(
                f"{self.name}: y_pred of shape {shape} has {shape[1]} labels, not "
                f"{self.true_positives.shape[1]} as before"
            )

    def _check_label_weights(self, shape: tuple[int, ...]) -> None:
        if self.label_weights is not None and shape[-1:] != self.label_weights.shape:
            raise ShapeError(
                f"{self.name}: {self.label_weights.size} label_weights don't fit y_pred of shape {shape}"
            )

    def result(self) -> Tensor:
        """Return the area so far; 0 if nothing was taken in."""
        if not self._counts_made:
            return wrap(np.zeros((), self._dtype))
        counts = Counts(*(getattr(self, kind)._data for kind in self.counted))
        if self.curve == "PR" and self.summation_method == "interpolation":
            area = _interpolated_pr_area(counts)
        else:
            x, y = _POINTS[self.curve](counts)
            area = ((x[:-1] - x[1:]) * _HEIGHTS[self.summation_method](y[:-1], y[1:])).sum(0)
        if self.multi_label:
            weights = np.ones(area.shape) if self.label_weights is None else self.label_weights
            area = divide_no_nan((area * weights).sum(), weights.sum())
        return wrap(np.asarray(area, self._dtype))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew, without its state."""
        config = {
            **super().get_config(),
            "num_thresholds": self.num_thresholds,
            "curve": self.curve,
            "summation_method": self.summation_method,
            "multi_label": self.multi_label,
            "num_labels": self.num_labels,
            "label_weights": None if self.label_weights is None else self.label_weights.tolist(),
            "from_logits": self.from_logits,
        }
        if self._given_thresholds:
            config["thresholds"] = self.thresholds[1:-1]
        return config


def _one_of(argument: str, value: str, accepted: tuple[str, ...], given: Any) -> str:
    if value not in accepted:
        raise ValueError(f"AUC: {argument} must be one of {', '.join(map(repr, accepted))}; got {given!r}")
    return value


def _checked_label_weights(label_weights: Any) -> NDArray | None:
    if label_weights is None:
        return None
    return np.array([number("AUC", "label_weights", weight, 0) for weight in label_weights])


# -- curves: x and y at each threshold, from the counts there ------------------------------------------


def _roc(counts: Counts) -> tuple[NDArray, NDArray]:
    tp, fp, tn, fn = counts
    return ratio(fp, tn), ratio(tp, fn)


def _precision_recall(counts: Counts) -> tuple[NDArray, NDArray]:
    tp, fp, _, fn = counts
    return ratio(tp, fn), ratio(tp, fp)


def _precision_recall_gain(counts: Counts) -> tuple[NDArray, NDArray]:
    """Rescale: a gain is 0 where the quotient is that of always saying yes, and 1 where it is 1."""
    tp, fp, tn, fn = counts
    odds = divide_no_nan(tp + fn, tn + fp)
    recall = 1.0 - odds * divide_no_nan(fn, tp)
    precision = 1.0 - odds * divide_no_nan(fp, tp)
    none = tp == 0.0  # both would be minus infinity
    return np.maximum(np.where(none, 0.0, recall), 0.0), np.where(none, 1.0, precision)


_POINTS = {"ROC": _roc, "PR": _precision_recall, "PRGAIN": _precision_recall_gain}
_HEIGHTS: dict[str, Callable[[NDArray, NDArray], NDArray]] = {
    "interpolation": lambda a, b: (a + b) / 2.0,
    "minoring": np.minimum,
    "majoring": np.maximum,
}


def _interpolated_pr_area(counts: Counts) -> NDArray:
    """Return the area below the precision-recall curve where tp and fp change evenly between thresholds.

    With ``P = tp + fp`` going from P_1 to P_0 and ``tp = a + s P``, the integral of precision over tp is
    ``s (tp_0 - tp_1 + a log(P_0 / P_1))``; divided by the number of yeses it is that over recall.
    """
    tp, predicted, yeses = counts.true_positives, counts[0] + counts[1], counts[0] + counts[3]
    gained = tp[:-1] - tp[1:]
    slope = divide_no_nan(gained, predicted[:-1] - predicted[1:])
    intercept = tp[1:] - slope * predicted[1:]
    growth = np.where(predicted[1:] > 0, divide_no_nan(predicted[:-1], predicted[1:]), 1.0)
    return divide_no_nan(slope * (gained + intercept * np.log(growth)), yeses[1:]).sum(0)  # type: ignore[no-any-return]
