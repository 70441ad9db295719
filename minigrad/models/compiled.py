"""What ``compile`` was given, ready for use: the losses and the metrics of each output.

Before:  models/outputs.py, losses/, metrics/.  Next: models/step.py.
Source:  Keras's ``keras/src/trainers/compile_utils.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from minigrad import losses as loss_functions
from minigrad import metrics as metric_functions
from minigrad.autodiff.tensor import Tensor
from minigrad.data.structures import Path
from minigrad.losses import Loss
from minigrad.metrics import Mean, MeanMetricWrapper, Metric
from minigrad.models.outputs import Outputs, check_rows, leaves

_BY_SHAPE = {
    "accuracy": "accuracy",
    "acc": "accuracy",
    "crossentropy": "crossentropy",
    "ce": "crossentropy",
}


def kind_by_shape(y_true: Any, y_pred: Any) -> str:
    """Return which form of accuracy or crossentropy such labels and outputs ask for.

    Where the output's last axis is 1 it is the binary form; where the labels have fewer axes, or a last
    axis of 1, the sparse one; else the categorical.
    """
    true, pred = np.shape(y_true), np.shape(y_pred)
    if not pred or pred[-1] == 1:
        return "binary"
    if len(true) < len(pred) or true[-1] == 1:
        return "sparse_categorical"
    return "categorical"


def _is_by_shape(identifier: Any, *which: str) -> bool:
    return isinstance(identifier, str) and _BY_SHAPE.get(identifier.lower()) in which


def resolve_loss(loss: Any) -> Loss | None:
    """Return a `Loss` for a name, a config, a function ``f(y_true, y_pred)`` or a Loss; None for None.

    Raises:
        UnknownNameError: If the name is unknown; it says which are known.
    """
    found = loss_functions.get(loss)
    if found is None or isinstance(found, Loss):
        return found
    name = loss if isinstance(loss, str) else getattr(found, "__name__", None)
    return loss_functions.LossFunctionWrapper(found, name=name)


class OutputLoss(NamedTuple):
    """A loss of one output."""

    output: int
    loss: Loss
    weight: float | None
    tracker: Mean


class CompiledLoss:
    """The losses of ``compile``, each with its output and its weight.

    Args:
        loss: A name, a `Loss` or a function, for all outputs; or a list or dict of them.
        loss_weights: What each loss is multiplied by in the sum, in the same form. Default: 1.
        output_names: The model's ``output_names``, or None.

    Attributes:
        metrics: The mean of each loss, without its weight, called "<output>_loss"; empty where there is
            only one loss.

    Raises:
        UnknownNameError: For a loss that isn't known.
        ValueError: If loss_weights is neither number, list nor dict.

    Source: Keras's ``CompileLoss``.
    """

    def __init__(
        self, loss: Any, loss_weights: Any = None, output_names: Sequence[str] | None = None
    ) -> None:
        if loss_weights is not None and not isinstance(loss_weights, list | tuple | dict | int | float):
            raise ValueError(
                f"compile: loss_weights must be a number, or a list or dict of them; got {loss_weights!r}"
            )
        self._given = loss
        self._weights = loss_weights
        self._output_names = output_names
        self._resolved = {  # a name that isn't known is told now, not after the first batch
            id(one): resolve_loss(one) for one in leaves(loss) if not _is_by_shape(one, "crossentropy")
        }
        self._outputs: Outputs | None = None
        self._losses: list[OutputLoss] = []
        self.metrics: list[Metric] = []

    @property
    def built(self) -> bool:
        """Whether it has seen a batch, and so knows the outputs."""
        return self._outputs is not None

    def build(self, y_true: Any, y_pred: Any) -> None:
        """Find out which loss is for which output, from a first batch.

        Raises:
            ValueError: If there is another number of losses or weights than of outputs.
        """
        outputs = Outputs(y_pred, self._output_names)
        shared = not isinstance(self._given, list | tuple | dict) or leaves(self._given) == [self._given]
        given = [[self._given]] * len(outputs) if shared else outputs.spread("loss", self._given)
        weights = self._spread_weights(outputs, given)
        targets = outputs.targets(y_true, [bool(one) for one in given])
        predictions = outputs.select(y_pred)
        names: list[str] = []
        self._losses.clear()
        for index, (of_output, of_weights) in enumerate(zip(given, weights, strict=True)):
            for identifier, weight in zip(of_output, of_weights, strict=True):
                found: Any = self._resolved.get(id(identifier))
                if found is None:
                    kind = kind_by_shape(targets[index], predictions[index])
                    found = resolve_loss(f"{kind}_crossentropy")
                output = outputs.names[index] if len(of_output) == 1 else None  # else the losses' own names
                name = _loss_name(outputs.paths[index], output, found)
                names.append(name if name not in names else f"{name}_{names.count(name)}")
                self._losses.append(OutputLoss(index, found, weight, Mean(name=f"{names[-1]}_loss")))
        self.metrics = [one.tracker for one in self._losses] if len(self._losses) > 1 else []
        self._outputs = outputs

    def _spread_weights(self, outputs: Outputs, given: list[list[Any]]) -> list[list[Any]]:
        if self._weights is None:
            return [[None] * len(one) for one in given]
        if isinstance(self._weights, int | float) and sum(map(len, given)) == 1:
            return [[float(self._weights)] * len(one) for one in given]
        weights = outputs.spread("loss_weights", self._weights)
        if [len(one) for one in weights] != [len(one) for one in given]:
            raise ValueError(
                f"compile: loss_weights must match the losses, one for one: loss={self._given!r}, "
                f"loss_weights={self._weights!r}"
            )
        return weights

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Return the weighted sum of the losses, a scalar; None if no output has one.

        Raises:
            ValueError: If the targets or weights don't fit the outputs.
            ShapeError: If the numbers of rows differ.
        """
        if self._outputs is None:
            self.build(y_true, y_pred)
        outputs: Any = self._outputs
        if isinstance(y_pred, Tensor) and isinstance(y_true, Tensor) and len(self._losses) == 1:
            targets, predictions, weights = [y_true], [y_pred], [sample_weight]
        else:
            wanted = [any(one.output == index for one in self._losses) for index in range(len(outputs))]
            targets = outputs.targets(y_true, wanted)
            predictions, weights = outputs.select(y_pred), outputs.weights(sample_weight)
        total = None
        for index, loss, factor, tracker in self._losses:
            predicted = predictions[index]
            check_rows(loss.name, targets[index], predicted)
            value: Any = loss(targets[index], predicted, sample_weight=weights[index])
            if np.size(value) != 1:
                raise ValueError(
                    f"{loss.name}: the loss must be a single number; got shape {np.shape(value)}: compile needs "
                    "a loss with a reduction"
                )
            if self.metrics:
                tracker.update_state(float(value), sample_weight=len(predicted))
            if factor is not None:
                value = value * factor
            total = value if total is None else total + value
        return total


def _loss_name(path: Path, output: str | None, loss: Loss) -> str:
    """Return what a loss is called: the output's name, or the keys that lead to it, or its own."""
    if not path or isinstance(path[-1], int):
        path = (*path[:-1], output or loss.name)
    return "/".join(map(str, path))


class CompiledMetrics(Metric):
    """The metrics of ``compile``, made ready when the shapes of the first batch are known.

    Args:
        metrics: A list of names, metrics and functions; for several outputs a list or dict of such lists.
        weighted_metrics: The same; these count each row by its sample_weight.
        output_names: The model's ``output_names``, or None.

    Raises:
        UnknownNameError: For a metric that isn't known.
        ValueError: If metrics is no list or dict.

    Source: Keras's ``CompileMetrics``.
    """

    def __init__(
        self, metrics: Any = None, weighted_metrics: Any = None, output_names: Sequence[str] | None = None
    ) -> None:
        super().__init__(name="compile_metrics")
        for argument, given in (("metrics", metrics), ("weighted_metrics", weighted_metrics)):
            if given is not None and not isinstance(given, list | tuple | dict):
                raise ValueError(
                    f"compile: {argument} must be a list, such as ['accuracy'], or a dict by the outputs' "
                    f"names; got {given!r}"
                )
        self._given = metrics
        self._given_weighted = weighted_metrics
        self._output_names = output_names
        self._outputs: Outputs | None = None
        self._plain: list[list[Metric]] = []
        self._weighted: list[list[Metric]] = []
        named = [*leaves(metrics), *leaves(weighted_metrics)]
        for one in named:  # a name that isn't known is told now, not after the first batch
            if not _is_by_shape(one, "accuracy", "crossentropy"):
                _resolve_metric(one, None, None)
        self.given = bool(named)

    @property
    def built(self) -> bool:
        """Whether it has seen a batch, and so knows the outputs."""
        return self._outputs is not None

    @property
    def metrics(self) -> list[Metric]:
        """All metrics, the weighted ones last; empty before the first batch."""
        return [metric for group in (*self._plain, *self._weighted) for metric in group]

    def build(self, y_true: Any, y_pred: Any) -> None:
        """Make the metrics, and decide what "accuracy" and the like mean, from a first batch."""
        outputs = Outputs(y_pred, self._output_names)
        self._plain = self._make(outputs, "metrics", self._given, y_true, y_pred)
        self._weighted = self._make(outputs, "weighted_metrics", self._given_weighted, y_true, y_pred)
        self._outputs = outputs

    def _make(
        self, outputs: Outputs, argument: str, given: Any, y_true: Any, y_pred: Any
    ) -> list[list[Metric]]:
        if not given:
            return [[] for _ in range(len(outputs))]
        spread = outputs.spread(argument, given)
        targets = outputs.targets(y_true, [bool(one) for one in spread])
        return [
            [_resolve_metric(one, true, pred) for one in group]
            for group, true, pred in zip(spread, targets, outputs.select(y_pred), strict=True)
        ]

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take in one batch.

        Raises:
            ValueError: If there are metrics and no targets.
        """
        if not self.given:
            return
        if y_true is None:
            raise ValueError("the metrics of compile need targets, and y is missing")
        if self._outputs is None:
            self.build(y_true, y_pred)
        outputs: Any = self._outputs
        wanted = [bool(a or b) for a, b in zip(self._plain, self._weighted, strict=True)]
        targets, predictions = outputs.targets(y_true, wanted), outputs.select(y_pred)
        weights = outputs.weights(sample_weight)
        for plain, weighted, true, pred, weight in zip(
            self._plain, self._weighted, targets, predictions, weights, strict=True
        ):
            for metric in plain:
                metric.update_state(true, pred)
            for metric in weighted:
                metric.update_state(true, pred, sample_weight=weight)

    def reset_state(self) -> None:
        """Let all metrics count from the start."""
        for metric in self.metrics:
            metric.reset_state()

    def result(self) -> dict[str, Any]:
        """Return the metrics' values so far, by name."""
        return {name: metric.result() for name, metric in self.by_name().items()}

    def directions(self) -> dict[str, Any]:
        """Return whether more ("up") or less ("down") is better, or None, for each name."""
        return {name: metric.direction for name, metric in self.by_name().items()}

    def by_name(self) -> dict[str, Metric]:
        """Return the metrics by the names of their results: "<output>_<metric>" where outputs have names."""
        results: dict[str, Metric] = {}
        for group, name, index in self._groups():
            for metric in group:
                prefix = f"{name}_" if name else ""
                full = f"{prefix}{metric.name}"
                if full in results and index >= len(self._plain):
                    full = f"{prefix}weighted_{metric.name}"
                results[_free(full, results)] = metric
        return results

    def _groups(self) -> Iterator[tuple[list[Metric], Any, int]]:
        names = [] if self._outputs is None else self._outputs.names
        names = [None] if len(names) == 1 else names
        for index, (group, name) in enumerate(zip(self._plain + self._weighted, names * 2, strict=True)):
            yield group, name, index


def _free(name: str, taken: dict[str, Any]) -> str:
    """Return the name, numbered if it is taken."""
    number, free = 0, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def _resolve_metric(given: Any, y_true: Any, y_pred: Any) -> Metric:
    """Return the metric for a name, a metric or a function; it is called as it was named."""
    identifier = given
    if _is_by_shape(given, "accuracy", "crossentropy"):
        identifier = f"{kind_by_shape(y_true, y_pred)}_{_BY_SHAPE[given.lower()]}"
    named = metric_functions.get(identifier)
    found: Metric = named if isinstance(named, Metric) else _wrapped(named)
    if isinstance(given, str):
        found.name = given  # "accuracy" stays "accuracy", whatever it stands for
    return found


def _wrapped(function: Any) -> Metric:
    return MeanMetricWrapper(function, name=getattr(function, "__name__", None) or "metric")
