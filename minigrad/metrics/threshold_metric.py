"""The base of metrics made of counts: of true and false positives and negatives at some thresholds.

Idea:    the four numbers of a confusion matrix say all there is to say of yes and no at one threshold;
         each metric of this kind is a quotient of them, or a search among such quotients.
Shapes:  y_true and y_pred (N, ...) -> a scalar, or (T,) for T thresholds
Before:  confusion.py (the counting), metric.py.  Next: counts.py (the counts themselves).
Source:  Keras's ``keras/src/metrics/confusion_metrics.py``.
"""

from __future__ import annotations

import warnings
from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike

from minigrad.autodiff.tensor import NDArray, Tensor, wrap
from minigrad.errors import DTypeError, LikelyMistakeWarning, ShapeError
from minigrad.losses.inputs import check_same_shape, squeeze_or_expand_to_same_rank
from minigrad.metrics.confusion import Counts, Thresholds, only_top_k
from minigrad.metrics.metric import Metric, add_to
from minigrad.metrics.weights import fitted_weights
from minigrad.shapes import integers


class ThresholdMetric(Metric):
    """The base of metrics made of counts at thresholds. A subclass defines ``counted`` and `result`.

    Args:
        thresholds: The thresholds.
        name: Default: the class's name in snake case, numbered from the second on.
        dtype: The dtype of the result, and what predictions are compared in. Default: `floatx`. The counts
            are kept in float64.
        even: Whether the thresholds are evenly spaced from 0 to 1.
        top_k: Only so many greatest predictions of a sample can be a yes. Default None: all.
        class_id: The only class to look at. Default None: all together.

    Attributes:
        counted: Which of `Counts` are kept, as variables that are attributes of these names.
    """

    counted: ClassVar[tuple[str, ...]] = Counts._fields

    def __init__(
        self,
        thresholds: list[float],
        name: str | None,
        dtype: DTypeLike | None,
        even: bool = False,
        top_k: int | None = None,
        class_id: int | None = None,
    ) -> None:
        super().__init__(dtype, name)
        own = type(self).__name__
        if self._dtype.kind != "f":
            raise DTypeError(f"{own}: dtype must be a float type; got {self._dtype}")
        self.thresholds = thresholds
        self.top_k = None if top_k is None else integers(own, "top_k", top_k, 1)[0]
        self.class_id = None if class_id is None else integers(own, "class_id", class_id, 1, minimum=0)[0]
        self._thresholds = Thresholds(thresholds, self._dtype, even)
        self._counts_made = False

    def _add_counts(self, *labels: int) -> None:
        """Make the variables, for several labels with an axis more."""
        for kind in self.counted:
            shape = (len(self.thresholds), *labels)
            setattr(self, kind, self.add_variable(shape, dtype="float64", name=kind))
        self._counts_made = True

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take in a batch.

        Args:
            y_true: The truth: 0 is a no, anything else a yes.
            y_pred: Predictions between 0 and 1, of the same shape but for a last axis of size 1.
            sample_weight: One weight for each sample, or for each prediction. Default: all 1.

        Raises:
            ShapeError: If the shapes don't fit each other.
            ValueError: If class_id or top_k is more than there are classes.
        """
        labels, y_pred, weights = self._prepared(y_true, y_pred, sample_weight)
        self._add(self._thresholds.count(labels, y_pred, weights))

    def _add(self, counts: Counts) -> None:
        for kind in self.counted:
            add_to(getattr(self, kind), getattr(counts, kind))

    def _prepared(
        self, y_true: Any, y_pred: Any, sample_weight: Any
    ) -> tuple[NDArray, NDArray, NDArray | None]:
        """Return truth values, predictions and weights of one shape."""
        y_true, y_pred = np.asarray(y_true), np.asarray(y_pred, self._dtype)
        y_true, y_pred = squeeze_or_expand_to_same_rank(y_true, y_pred)
        check_same_shape(self.name, y_true, y_pred)
        self._warn_of_logits(y_pred)
        labels = y_true.astype(bool)
        weights = fitted_weights(self.name, sample_weight, y_pred.shape)
        if self.top_k is not None:
            y_pred = only_top_k(self.name, y_pred, self.top_k)
        if self.class_id is not None:
            self._check_class(y_pred)
            of_class = (..., slice(self.class_id, self.class_id + 1))
            labels, y_pred = labels[of_class], y_pred[of_class]
            weights = None if weights is None else weights[of_class]
        return labels, y_pred, weights

    def _check_class(self, y_pred: NDArray) -> None:
        if y_pred.ndim < 2:
            raise ShapeError(
                f"{self.name}: class_id needs y_pred of shape (samples, classes); got {y_pred.shape}"
            )
        if self.class_id is not None and self.class_id >= y_pred.shape[-1]:
            raise ValueError(
                f"{self.name}: class_id={self.class_id} is none of the {y_pred.shape[-1]} classes of y_pred"
            )

    def _warn_of_logits(self, y_pred: NDArray) -> None:
        """Warn where predictions are plainly no probabilities, but the thresholds are."""
        if self.top_k is None and max(self.thresholds) > 0 and y_pred.size and y_pred.min() < 0:
            warnings.warn(
                f"{self.name}: y_pred has values below 0, so it holds logits, not probabilities, which its "
                f"thresholds are meant for: let the model end with sigmoid{self._logits_hint}",
                LikelyMistakeWarning,
                stacklevel=4,
            )

    _logits_hint: ClassVar[str] = ", or use thresholds=0"

    def _to_result(self, values: NDArray) -> Tensor:
        """Return what was found for each threshold; a scalar if there is one only."""
        return wrap(np.asarray(values[0] if len(self.thresholds) == 1 else values, self._dtype))


def plain_thresholds(thresholds: Any) -> Any:
    """Return thresholds as they were given, in a form that JSON can hold."""
    if thresholds is None:
        return None
    return np.asarray(thresholds, np.float64).tolist()
