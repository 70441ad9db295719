"""Counting right and wrong yeses and noes, at many thresholds at once.

Idea:    a prediction is a yes at every threshold below it. So it is enough to know its rank: how many of the
         thresholds are below it. A histogram of the ranks, summed up from its end, holds the counts for all
         thresholds, and took one pass over the predictions instead of one for each threshold.
Shapes:  y_true and y_pred (N, ...) -> counts (T,) for T thresholds; (T, L), apart for each of L labels
Before:  losses/inputs.py.  Next: threshold_metric.py (the base of what is made of it).
Source:  Keras's ``keras/src/metrics/metrics_utils.py``.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from minigrad.arguments import number
from minigrad.autodiff.tensor import NDArray


class Counts(NamedTuple):
    """The (weighted) numbers of predictions of each kind, one for each threshold."""

    true_positives: NDArray
    false_positives: NDArray
    true_negatives: NDArray
    false_negatives: NDArray


class Thresholds:
    """Numbers that a prediction must be above to be a yes.

    Args:
        values: The thresholds, in any order.
        dtype: What predictions and thresholds are compared in.
        even: Whether they are evenly spaced from 0 to 1. The rank is then a product, not a search, and
            predictions are limited to [0, 1].
        least: The least rank that a prediction can have: 1, if it is above the first threshold anyway.

    Example:
        >>> thresholds = Thresholds([0.5, 0.25], np.dtype("float32"))
        >>> thresholds.ranks(np.array([0.25, 0.3, 0.9])).tolist()
        [0, 1, 2]
    """

    def __init__(self, values: list[float], dtype: np.dtype[Any], even: bool = False, least: int = 0) -> None:
        self.values = np.asarray(values, dtype)
        self.order = np.argsort(self.values, kind="stable")
        self.sorted = self.values[self.order]
        self.even = even
        self.least = least

    def ranks(self, y_pred: NDArray) -> NDArray:
        """Return how many thresholds each prediction is above; a NaN is above none."""
        y_pred = y_pred.astype(self.values.dtype, copy=False)
        if not self.even:
            return np.asarray(np.searchsorted(self.sorted, np.fmax(y_pred, -np.inf)))
        limited = np.fmin(np.fmax(y_pred, 0.0), 1.0)
        found = np.ceil(limited * self.values.dtype.type(len(self.values) - 1)).astype(np.intp)
        return np.asarray(np.maximum(found, self.least))

    def count(
        self, labels: NDArray, y_pred: NDArray, weights: NDArray | None = None, per_label: bool = False
    ) -> Counts:
        """Return the counts at each threshold.

        Args:
            labels: Truth values.
            y_pred: Predictions, of the same shape.
            weights: What each counts, likewise. Default: 1.
            per_label: Whether to count each column of (N, L) by itself.

        Example:
            >>> thresholds = Thresholds([0.5, 0.25], np.dtype("float32"))
            >>> counts = thresholds.count(np.array([True, True, False]), np.array([0.3, 0.6, 0.4]))
            >>> counts.true_positives.tolist(), counts.false_positives.tolist()
            ([1.0, 2.0], [0.0, 1.0])
        """
        bins = len(self.values) + 1
        columns = labels.shape[-1] if per_label else 1
        cells = labels * bins + self.ranks(y_pred)  # noes first, then yeses, each by rank
        if per_label:
            cells += np.arange(columns) * (2 * bins)
        flat_weights = None if weights is None else weights.reshape(-1)
        found: NDArray = np.bincount(cells.reshape(-1), flat_weights, minlength=columns * 2 * bins)
        histogram = found.astype(np.float64, copy=False).reshape(columns, 2, bins)
        at_least = np.flip(np.cumsum(np.flip(histogram, -1), -1), -1)  # how many have that rank or more
        totals, positives = at_least[..., :1], np.empty_like(at_least[..., 1:])
        positives[..., self.order] = at_least[..., 1:]
        negatives = totals - positives
        kinds = (positives[:, 1], positives[:, 0], negatives[:, 0], negatives[:, 1])
        return Counts(*(kind.T if per_label else kind[0] for kind in kinds))


def given_thresholds(name: str, thresholds: Any, default: float) -> list[float]:
    """Return the thresholds that a user gave (a number, some, or None for the default) as a list.

    Raises:
        ValueError: If one is not between 0 and 1, or there is none.

    Example:
        >>> given_thresholds("example", None, 0.5), given_thresholds("example", (0, 0.25), 0.5)
        ([0.5], [0.0, 0.25])
    """
    if thresholds is None:
        return [default]
    values = list(thresholds) if np.ndim(thresholds) else [thresholds]
    if not values:
        raise ValueError(f"{name}: thresholds must be a number, or at least one; got {thresholds!r}")
    return [number(name, "thresholds", value, 0, 1) for value in values]


def even_thresholds(number_of: int) -> list[float]:
    """Return so many thresholds, evenly spaced from 0 to 1; a single one is 0.5.

    Example:
        >>> even_thresholds(3), even_thresholds(1)
        ([0.0, 0.5, 1.0], [0.5])
    """
    return [i / (number_of - 1) for i in range(number_of)] if number_of > 1 else [0.5]


def only_top_k(name: str, y_pred: NDArray, k: int) -> NDArray:
    """Return the predictions with all but the k greatest along the last axis at -infinity.

    Of equal ones the first are kept.

    Raises:
        ValueError: If there are less than k.

    Example:
        >>> only_top_k("example", np.array([[0.25, 0.5, 0.75]]), 2).tolist()
        [[-inf, 0.5, 0.75]]
    """
    if k > y_pred.shape[-1]:
        raise ValueError(
            f"{name}: top_k={k} is more than the {y_pred.shape[-1]} classes of y_pred, {y_pred.shape}"
        )
    best = np.argsort(-y_pred, axis=-1, kind="stable")[..., :k]
    kept = np.zeros(y_pred.shape, bool)
    np.put_along_axis(kept, best, True, axis=-1)
    return np.where(kept, y_pred, -np.inf).astype(y_pred.dtype)


def ratio(part: NDArray, rest: NDArray) -> NDArray:
    """Return ``part / (part + rest)``; 0 where both are 0.

    Example:
        >>> ratio(np.array([1.0, 0.0]), np.array([3.0, 0.0])).tolist()
        [0.25, 0.0]
    """
    return divide_no_nan(part, part + rest)


def divide_no_nan(x: NDArray, y: NDArray) -> NDArray:
    """Return ``x / y``; 0 where y is 0.

    Example:
        >>> divide_no_nan(np.array([1.0, 1.0]), np.array([4.0, 0.0])).tolist()
        [0.25, 0.0]
    """
    return np.divide(x, y, out=np.zeros(np.shape(y)), where=y != 0)
