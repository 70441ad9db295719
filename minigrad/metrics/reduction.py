"""Metrics that are a sum or a mean, which nearly all are.

Idea:    the mean over an epoch is the total over all batches divided by the count over all batches, not the
         mean of the batches' means: the last batch may be smaller.
Shapes:  values (N, ...), weights (N,) or as the values -> a scalar
Before:  metric.py, losses/.  Next: accuracy.py.
Source:  Keras's ``keras/src/metrics/reduction_metrics.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import numpy as np
from numpy.typing import DTypeLike

from minigrad import ops
from minigrad.autodiff.modes import no_grad
from minigrad.autodiff.tensor import NDArray, Tensor, wrap
from minigrad.errors import ShapeError
from minigrad.losses.inputs import squeeze_or_expand_to_same_rank
from minigrad.metrics.metric import Metric, add_to
from minigrad.serialization import FAMILIES

Reduce = Callable[..., Any]


class Sum(Metric):
    """The weighted sum of all values.

    Args:
        name: Default "sum".
        dtype: The dtype of the result. Default: `floatx`.

    Source: ``keras.metrics.Sum``.

    Example:
        >>> metric = Sum()
        >>> metric.update_state([1.0, 3.0])
        >>> float(metric([5.0, 7.0], sample_weight=[1.0, 0.0]))
        9.0
    """

    def __init__(self, name: str | None = "sum", dtype: DTypeLike | None = None) -> None:
        super().__init__(dtype, name)
        self.total = self.add_variable(dtype="float64", name="total")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Add the values, each multiplied by its weight.

        Args:
            values: Any shape (N, ...).
            sample_weight: Weights of the same shape, or of its first axes. Default: all 1.

        Raises:
            ShapeError: If the weights don't fit.
        """
        total, _ = _totals(self.name, np.asarray(values), sample_weight, np.sum)
        add_to(self.total, total)

    def result(self) -> Tensor:
        """Return the sum so far."""
        return wrap(self.total._data.astype(self._dtype))


class Mean(Metric):
    """The weighted mean of all values: ``sum(v w) / sum(w)``.

    Args:
        name: Default "mean".
        dtype: The dtype of the result. Default: `floatx`. The total and the count are kept in float64.

    Source: ``keras.metrics.Mean``.

    Example:
        >>> metric = Mean()
        >>> metric.update_state([1.0, 3.0])
        >>> float(metric([5.0], sample_weight=[2.0]))
        3.5
    """

    def __init__(self, name: str | None = "mean", dtype: DTypeLike | None = None) -> None:
        super().__init__(dtype, name)
        self.total = self.add_variable(dtype="float64", name="total")
        self.count = self.add_variable(dtype="float64", name="count")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Take in a batch of values.

        Args:
            values: Of shape (N, ...): of each sample the mean counts. Or a number.
            sample_weight: Weights of the same shape, or of its first axes. Default: all 1.

        Raises:
            ShapeError: If the weights don't fit.
        """
        total, count = _totals(self.name, np.asarray(values), sample_weight, np.mean)
        add_to(self.total, total)
        add_to(self.count, count)

    def result(self) -> Tensor:
        """Return the mean so far; 0 if nothing was taken in."""
        total, count = float(self.total._data), float(self.count._data)
        return wrap(np.asarray(total / count if count else 0.0, self._dtype))


class MeanMetricWrapper(Mean):
    """The mean of a function ``fn(y_true, y_pred, **kwargs)`` that gives one number for each sample.

    Args:
        fn: The function. It may use ops; no gradient is recorded.
        name: Default: the class's name in snake case, numbered from the second on.
        dtype: The dtype of the result. Default: `floatx`.
        **kwargs: Further arguments of the function.

    Source: ``keras.metrics.MeanMetricWrapper``.

    Example:
        >>> import minigrad as mg
        >>> def furthest(y_true, y_pred):
        ...     return mg.ops.max(mg.ops.abs(y_true - y_pred), axis=-1)
        >>> metric = MeanMetricWrapper(furthest)
        >>> float(metric([[0.0, 1.0]], [[0.25, 0.5]]))
        0.5
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        name: str | None = None,
        dtype: DTypeLike | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name, dtype)  # without a name, Metric finds one
        self.fn = fn
        self.fn_kwargs = kwargs

    def update_state(  # type: ignore[override]  # a mean of other things, as in Keras
        self, y_true: Any, y_pred: Any, sample_weight: Any = None
    ) -> None:
        """Take in a batch.

        Args:
            y_true: The truth: a tensor, an array or a list.
            y_pred: The model's output, likewise.
            sample_weight: One weight for each sample, or for each of the function's values. Default: all 1.

        Raises:
            ShapeError: If the shapes don't fit each other.
            TypeError: If the function returns None.
        """
        with no_grad():
            y_true, y_pred = ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred)
            values = self.fn(y_true, y_pred, **self.fn_kwargs)
        if values is None:
            raise TypeError(f"{self.name}: the metric function returned None; does it end with a return?")
        super().update_state(values, sample_weight)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew, without its state."""
        config = {**super().get_config(), **self.fn_kwargs}
        if type(self) is MeanMetricWrapper:
            config["fn"] = FAMILIES["keras.metrics"].serialize(self.fn)
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return the metric that `get_config` described."""
        if "fn" in config:
            config = {**config, "fn": FAMILIES["keras.metrics"].deserialize(config["fn"])}
        return cls(**config)


def _totals(name: str, values: NDArray, sample_weight: Any, reduce: Reduce) -> tuple[float, float]:
    """Return the weighted sum over the samples and the sum of their weights, in float64.

    ``reduce`` (a mean or a sum) makes one value, and one weight, of all that a sample has.
    """
    if sample_weight is None:
        if values.ndim == 0:
            return float(values), 1.0
        total = float(values.sum(dtype=np.float64))
        if reduce is np.mean and values.ndim > 1:
            total *= len(values) / max(values.size, 1)
        return total, float(len(values))
    weights = np.asarray(sample_weight, np.float64)
    values, weights = squeeze_or_expand_to_same_rank(np.asarray(values, np.float64), weights)
    values = _over_axes(reduce, values, weights.ndim)
    try:
        weights = np.broadcast_to(weights, values.shape)
    except ValueError:
        given = np.shape(sample_weight)
        raise ShapeError(
            f"{name}: sample_weight of shape {given} doesn't fit values of shape {values.shape}"
        ) from None
    weighted = _over_axes(reduce, values * weights, 1)
    return float(weighted.sum()), float(_over_axes(reduce, weights, 1).sum())


def _over_axes(reduce: Reduce, values: NDArray, first: int) -> NDArray:
    """Return ``values`` reduced over all axes from ``first`` on."""
    if values.ndim <= first:
        return values
    return np.asarray(reduce(values, axis=tuple(range(first, values.ndim))))
