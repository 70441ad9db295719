"""The metrics that ``compile`` was given, each with its output.

Before:  models/compiled.py.  Next: models/step.py.
Source:  Keras's ``keras/src/trainers/compile_utils.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from minigrad import metrics as metric_functions
from minigrad.metrics import MeanMetricWrapper, Metric
from minigrad.models.by_shape import BY_SHAPE, is_by_shape, kind_by_shape
from minigrad.models.outputs import Outputs, leaves
from minigrad.serialization import to_snake_case


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
            if not is_by_shape(one, "accuracy", "crossentropy"):
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

    def resolved(self, argument: str) -> tuple[list[Any], list[list[Metric]]]:
        """Return the names of the outputs (or None), and what "metrics" or "weighted_metrics" are of each."""
        names = [None] if self._outputs is None else self._outputs.names
        return names, self._plain if argument == "metrics" else self._weighted

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
    if is_by_shape(given, "accuracy", "crossentropy"):
        identifier = f"{kind_by_shape(y_true, y_pred)}_{BY_SHAPE[given.lower()]}"
    named = metric_functions.get(identifier)
    found: Metric = named if isinstance(named, Metric) else _wrapped(named)
    if isinstance(given, str):
        found.name = given  # "accuracy" stays "accuracy", whatever it stands for
    return found


def _wrapped(function: Any) -> Metric:
    return MeanMetricWrapper(function, name=to_snake_case(getattr(function, "__name__", "metric")))
