"""What ``compile`` was given, ready for use: the loss and the metrics.

Before:  losses/, metrics/.  Next: models/training.py.
Source:  Keras's ``keras/src/trainers/compile_utils.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import losses as loss_functions
from minigrad import metrics as metric_functions
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import ShapeError
from minigrad.losses import Loss
from minigrad.metrics import MeanMetricWrapper, Metric


def resolve_loss(loss: Any) -> Loss | None:
    """Return a `Loss` for a name, a config, a function ``f(y_true, y_pred)`` or a Loss; None for None.

    Raises:
        UnknownNameError: If the name is unknown; it says which are known.
    """
    found = loss_functions.get(loss)
    if found is None or isinstance(found, Loss):
        return found
    return loss_functions.LossFunctionWrapper(found, name=getattr(found, "__name__", None))


class CompiledMetrics:
    """The metrics of ``compile``, made ready when the shapes of the first batch are known.

    Args:
        metrics: Names, `Metric` instances or functions, or None.

    Source: Keras's ``CompileMetrics``.
    """

    def __init__(self, metrics: Any) -> None:
        if metrics is not None and not isinstance(metrics, list | tuple):
            raise ValueError(f"compile: metrics must be a list, such as ['accuracy']; got {metrics!r}")
        self._given = list(metrics or ())
        self.metrics: list[Metric] = [one for one in self._given if isinstance(one, Metric)]
        self._built = len(self.metrics) == len(self._given)
        for one in self._given:
            if one not in ("accuracy", "acc", "crossentropy", "ce"):
                _resolve_metric(one)  # a name that isn't known is told now, not after the first batch

    def build(self, y_true: Any, y_pred: Any) -> None:
        """Decide what "accuracy" and the like mean, from the shapes of the labels and the output."""
        if not self._built:
            self.metrics = [_resolve_metric(_by_shape(one, y_true, y_pred), one) for one in self._given]
            names = [metric.name for metric in self.metrics]
            for index, metric in enumerate(self.metrics):  # names must tell metrics apart
                repeats = names[:index].count(metric.name)
                if repeats:
                    metric.name = f"{metric.name}_{repeats}"
            self._built = True

    def update(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take in one batch."""
        self.build(y_true, y_pred)
        for metric in self.metrics:
            metric.update_state(y_true, y_pred, sample_weight=sample_weight)


def _resolve_metric(metric: Any, given: Any = None) -> Metric:
    found = metric if isinstance(metric, Metric) else metric_functions.get(metric)
    name = given if isinstance(given, str) else getattr(found, "__name__", None)
    if isinstance(found, Metric):
        if isinstance(given, str) and not isinstance(metric, Metric):
            found.name = given  # "accuracy" stays "accuracy", whatever it stands for
        return found
    return MeanMetricWrapper(found, name=name or "metric")


def _by_shape(metric: Any, y_true: Any, y_pred: Any) -> Any:
    """Return the name that "accuracy" or "crossentropy" stands for with such labels and outputs.

    Where the output's last axis is 1 it is the binary form; where the labels have fewer axes, or a last
    axis of 1, the sparse one; else the categorical.
    """
    kinds = {"accuracy": "accuracy", "acc": "accuracy", "crossentropy": "crossentropy", "ce": "crossentropy"}
    if not isinstance(metric, str) or metric not in kinds:
        return metric
    true, pred = np.shape(y_true), np.shape(y_pred)
    if not pred or pred[-1] == 1:
        kind = "binary"
    elif len(true) < len(pred) or true[-1] == 1:
        kind = "sparse_categorical"
    else:
        kind = "categorical"
    return f"{kind}_{kinds[metric]}"


def check_targets(name: str, y_true: Any, y_pred: Any) -> None:
    """Raise a clear error if the labels and the output don't even have the same number of rows.

    Raises:
        ShapeError: Giving both shapes.
    """
    if isinstance(y_pred, Tensor) and y_pred.ndim and len(y_true) != len(y_pred):
        raise ShapeError(
            f"{name}: the model gives outputs of shape {y_pred.shape} for targets of shape "
            f"{np.shape(y_true)}: the numbers of rows differ; does the model keep the batch axis?"
        )
