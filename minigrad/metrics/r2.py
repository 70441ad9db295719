"""R squared: which part of the values' variance the output explains.

Idea:    the simplest model of all answers the mean, and its squared error is the variance. So 1 is a perfect
         model, 0 one that is no better than the mean, and below 0 it is worse.
Shapes:  y_true and y_pred (N, D) -> a scalar, or (D,)
Before:  regression.py.  Next: correlation.py.
Source:  Keras's ``keras/src/metrics/regression_metrics.py``.
"""

from __future__ import annotations

import warnings
from typing import Any, Literal

import numpy as np
from numpy.typing import DTypeLike

from minigrad.autodiff.tensor import NDArray, Tensor, wrap
from minigrad.errors import ShapeError
from minigrad.losses.inputs import check_same_shape, squeeze_or_expand_to_same_rank
from minigrad.metrics.metric import Metric, add_to
from minigrad.metrics.weights import fitted_weights
from minigrad.shapes import integers

Aggregation = Literal["uniform_average", "variance_weighted_average"]

_AGGREGATIONS = (None, "uniform_average", "variance_weighted_average")
_SUMS = ("squared_sum", "sum", "residual", "count")


class R2Score(Metric):
    """The coefficient of determination: ``1 - sum((t - y)^2) / sum((t - mean t)^2)``.

    With p ``num_regressors`` and n samples, ``1 - (1 - R2) (n - 1) / (n - p - 1)``: the adjusted score, which
    does not grow by adding inputs of no use. Where t is constant, a score is 0, or NaN if y is, too.

    Args:
        class_aggregation: What is done with the scores of the D outputs: ``"uniform_average"`` (the default):
            their mean; ``"variance_weighted_average"``: their mean weighted by the variance of t; None:
            nothing.
        num_regressors: p, an integer >= 0. Default 0: not adjusted.
        name: Default "r2_score".
        dtype: The dtype of the result. Default: `floatx`. The sums are kept in float64.

    Raises:
        ValueError: If an argument is out of range.

    Source: ``keras.metrics.R2Score``; what it counts as samples is that of its versions after 3.15.

    Example:
        >>> metric = R2Score()
        >>> round(float(metric([[1.0], [4.0], [3.0]], [[2.0], [4.0], [4.0]])), 4)
        0.5714
    """

    direction = "up"
    squared_sum: Any
    sum: Any
    residual: Any
    count: Any

    def __init__(
        self,
        class_aggregation: Aggregation | None = "uniform_average",
        num_regressors: int = 0,
        name: str | None = "r2_score",
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(dtype, name)
        if class_aggregation not in _AGGREGATIONS:
            raise ValueError(
                f"R2Score: class_aggregation must be one of {', '.join(map(repr, _AGGREGATIONS))}; "
                f"got {class_aggregation!r}"
            )
        self.class_aggregation = class_aggregation
        (self.num_regressors,) = integers("R2Score", "num_regressors", num_regressors, 1, minimum=0)
        self.num_samples = self.add_variable(dtype="float64", name="num_samples")
        self._outputs: int | None = None

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take in a batch.

        Args:
            y_true: (N, D): the values wanted.
            y_pred: (N, D): the model's output.
            sample_weight: One weight for each sample, or for each value. Default: all 1.

        Raises:
            ShapeError: If the shapes don't fit each other, or those of the batches before.
        """
        y_true, y_pred = np.asarray(y_true, np.float64), np.asarray(y_pred, np.float64)
        y_true, y_pred = squeeze_or_expand_to_same_rank(y_true, y_pred)
        check_same_shape(self.name, y_true, y_pred)
        self._build(y_pred.shape)
        weights = fitted_weights(self.name, sample_weight, y_true.shape)
        weights = np.ones(y_true.shape) if weights is None else weights
        sums = (y_true**2, y_true, (y_true - y_pred) ** 2, 1.0)
        for name, values in zip(_SUMS, sums, strict=True):
            add_to(getattr(self, name), (values * weights).sum(0))
        add_to(self.num_samples, np.count_nonzero(weights.any(-1)))

    def _build(self, shape: tuple[int, ...]) -> None:
        """Make the variables at the first batch."""
        if len(shape) != 2:
            raise ShapeError(f"{self.name}: y_pred must have shape (samples, outputs); got {shape}")
        if self._outputs is None:
            self._outputs = shape[1]
            for name in _SUMS:
                setattr(self, name, self.add_variable((self._outputs,), dtype="float64", name=name))
        elif self._outputs != shape[1]:
            raise ShapeError(
                f"{self.name}: y_pred of shape {shape} has {shape[1]} outputs, not {self._outputs} as before"
            )

    def result(self) -> Tensor:
        """Return the score so far, or that of each output; 0 if nothing was taken in."""
        if self._outputs is None or not self.num_samples._data:
            return wrap(np.zeros((), self._dtype))
        with np.errstate(divide="ignore", invalid="ignore"):
            total = self.squared_sum._data - self.sum._data**2 / self.count._data
            scores = 1.0 - self.residual._data / total
            scores = np.where(np.isinf(scores), 0.0, scores)
            if self.class_aggregation == "uniform_average":
                scores = scores.mean()
            elif self.class_aggregation == "variance_weighted_average":
                scores = (total * scores).sum() / total.sum()
        return wrap(np.asarray(self._adjusted(scores), self._dtype))

    def _adjusted(self, scores: NDArray) -> NDArray:
        samples = float(self.num_samples._data)
        left = samples - self.num_regressors - 1.0
        if not self.num_regressors:
            return scores
        if left <= 0:
            warnings.warn(
                f"{self.name}: the score of {samples:.0f} samples can't be adjusted for num_regressors="
                f"{self.num_regressors}: there must be at least two samples more; this is the plain score",
                stacklevel=3,
            )
            return scores
        return 1.0 - (1.0 - scores) * (samples - 1.0) / left

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew, without its state."""
        return {
            **super().get_config(),
            "class_aggregation": self.class_aggregation,
            "num_regressors": self.num_regressors,
        }
