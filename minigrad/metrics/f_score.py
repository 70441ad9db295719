"""F scores: precision and recall in one number.

Idea:    the harmonic mean is near the worse of the two, so neither can be bought with the other.
Shapes:  y_true and y_pred (N, C) -> (C,), or a scalar if averaged
Before:  precision.py.  Next: iou.py.
Source:  Keras's ``keras/src/metrics/f_score_metrics.py``; van Rijsbergen, "Information Retrieval" (1979).
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import DTypeLike

from minigrad.arguments import number
from minigrad.autodiff.tensor import NDArray, Tensor, wrap
from minigrad.config import epsilon
from minigrad.errors import ShapeError
from minigrad.losses.inputs import check_same_shape
from minigrad.metrics.metric import Metric, add_to
from minigrad.metrics.weights import fitted_weights

Average = Literal["micro", "macro", "weighted"]

_AVERAGES = (None, "micro", "macro", "weighted")
_COUNTED = ("true_positives", "false_positives", "false_negatives", "intermediate_weights")


class FBetaScore(Metric):
    """The weighted harmonic mean of precision p and recall r: ``(1 + b^2) p r / (b^2 p + r)``, b being beta.

    Args:
        average: None (the default): a score for each class; ``"macro"``: their mean; ``"weighted"``: their
            mean, weighted by how often a class is true; ``"micro"``: the score of all classes taken together.
        beta: How many times as much recall counts as precision; positive. Default 1.
        threshold: What is above it is a yes; in (0, 1]. Default None: the greatest of a sample is.
        name: Default "fbeta_score".
        dtype: The dtype of the result. Default: `floatx`. The counts are kept in float64.

    Raises:
        ValueError: If an argument is out of range.

    Source: ``keras.metrics.FBetaScore``.

    Example:
        >>> metric = FBetaScore(beta=2.0, threshold=0.5)
        >>> y_pred = [[0.2, 0.6, 0.7], [0.2, 0.6, 0.6], [0.6, 0.8, 0]]
        >>> scores = metric([[1, 1, 1], [1, 0, 0], [1, 1, 0]], y_pred)
        >>> [round(score, 4) for score in scores.tolist()]
        [0.3846, 0.9091, 0.8333]
    """

    direction = "up"
    true_positives: Any
    false_positives: Any
    false_negatives: Any
    intermediate_weights: Any

    def __init__(
        self,
        average: Average | None = None,
        beta: float = 1.0,
        threshold: float | None = None,
        name: str | None = "fbeta_score",
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(dtype, name)
        own = type(self).__name__
        if average not in _AVERAGES:
            raise ValueError(
                f"{own}: average must be one of {', '.join(map(repr, _AVERAGES))}; got {average!r}"
            )
        self.average = average
        self.beta = number(own, "beta", beta, above=0)
        self.threshold = None if threshold is None else number(own, "threshold", threshold, 0, 1, above=0)
        self._shape: tuple[int, ...] | None = None

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take in a batch.

        Args:
            y_true: (N, C) of zeros and ones.
            y_pred: (N, C): probabilities, or scores if there is no threshold.
            sample_weight: One weight for each sample, or for each prediction. Default: all 1.

        Raises:
            ShapeError: If the shapes don't fit each other, or those of the batches before.
        """
        y_true, y_pred = np.asarray(y_true, np.float64), np.asarray(y_pred, self._dtype)
        check_same_shape(self.name, y_true, y_pred)
        self._build(y_pred.shape)
        chosen = self._chosen(y_pred)
        weights = fitted_weights(self.name, sample_weight, y_pred.shape)
        axis = None if self.average == "micro" else 0
        counts = (chosen * y_true, chosen * (1.0 - y_true), (1.0 - chosen) * y_true, y_true)
        for kind, values in zip(_COUNTED, counts, strict=True):
            add_to(getattr(self, kind), (values if weights is None else values * weights).sum(axis))

    def _chosen(self, y_pred: NDArray) -> NDArray:
        """Return 1 where the answer is yes, else 0."""
        if self.threshold is not None:
            return np.asarray(y_pred > self._dtype.type(self.threshold), np.float64)
        best = y_pred >= y_pred.max(-1, keepdims=True, initial=-np.inf)
        return np.asarray(best & (np.abs(y_pred) > 1e-9), np.float64)  # all zeros choose no class

    def _build(self, shape: tuple[int, ...]) -> None:
        """Make the variables at the first batch."""
        if len(shape) != 2:
            raise ShapeError(f"{self.name}: y_pred must have shape (samples, classes); got {shape}")
        if self._shape is None:
            self._shape = shape[1:]
            for kind in _COUNTED:
                own_shape = () if self.average == "micro" else self._shape
                setattr(self, kind, self.add_variable(own_shape, dtype="float64", name=kind))
        elif self._shape != shape[1:]:
            raise ShapeError(
                f"{self.name}: y_pred of shape {shape} has {shape[1]} classes, not {self._shape[0]} as before"
            )

    def result(self) -> Tensor:
        """Return the score so far, or that of each class; 0 if nothing was taken in."""
        if self._shape is None:
            return wrap(np.zeros((), self._dtype))
        hits = self.true_positives._data
        precision = hits / (hits + self.false_positives._data + epsilon())
        recall = hits / (hits + self.false_negatives._data + epsilon())
        square = self.beta**2
        scores = (1.0 + square) * (precision * recall / (square * precision + recall + epsilon()))
        if self.average == "weighted":
            weights = self.intermediate_weights._data
            scores = (scores * weights).sum() / (weights.sum() + epsilon())
        elif self.average == "macro":
            scores = scores.mean()
        return wrap(np.asarray(scores, self._dtype))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew, without its state."""
        return {
            **super().get_config(),
            "average": self.average,
            "beta": self.beta,
            "threshold": self.threshold,
        }


class F1Score(FBetaScore):
    """The harmonic mean of precision p and recall r: ``2 p r / (p + r)``.

    Args:
        average: None (the default): a score for each class; ``"macro"``: their mean; ``"weighted"``: their
            mean, weighted by how often a class is true; ``"micro"``: the score of all classes taken together.
        threshold: What is above it is a yes; in (0, 1]. Default None: the greatest of a sample is.
        name: Default "f1_score".
        dtype: The dtype of the result. Default: `floatx`. The counts are kept in float64.

    Raises:
        ValueError: If an argument is out of range.

    Source: ``keras.metrics.F1Score``.

    Example:
        >>> metric = F1Score(threshold=0.5)
        >>> y_pred = [[0.2, 0.6, 0.7], [0.2, 0.6, 0.6], [0.6, 0.8, 0]]
        >>> scores = metric([[1, 1, 1], [1, 0, 0], [1, 1, 0]], y_pred)
        >>> [round(score, 4) for score in scores.tolist()]
        [0.5, 0.8, 0.6667]
    """

    def __init__(
        self,
        average: Average | None = None,
        threshold: float | None = None,
        name: str | None = "f1_score",
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(average, 1.0, threshold, name, dtype)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew, without its state."""
        config = super().get_config()
        del config["beta"]
        return config
