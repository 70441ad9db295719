"""The losses that ``compile`` was given, each with its output and its weight.

Before:  models/outputs.py, losses/, metrics/.  Next: models/compiled_metrics.py.
Source:  Keras's ``keras/src/trainers/compile_utils.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from minigrad import losses as loss_functions
from minigrad.autodiff.tensor import Tensor
from minigrad.data.structures import Path
from minigrad.losses import Loss
from minigrad.metrics import Mean, Metric
from minigrad.models.by_shape import is_by_shape, kind_by_shape
from minigrad.models.outputs import Outputs, check_rows, leaves


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
        ValueError: If loss_weights is anything but numbers.

    Source: Keras's ``CompileLoss``.
    """

    def __init__(
        self, loss: Any, loss_weights: Any = None, output_names: Sequence[str] | None = None
    ) -> None:
        for one in leaves(loss_weights):
            if not isinstance(one, int | float | np.number | None):
                raise ValueError(
                    "compile: loss_weights must be a number, or a list or dict of them; got "
                    f"{loss_weights!r}. What is to be reported goes to metrics="
                )
        self._given = loss
        self._weights = loss_weights
        self._output_names = output_names
        self._resolved = {  # a name that isn't known is told now, not after the first batch
            id(one): resolve_loss(one) for one in leaves(loss) if not is_by_shape(one, "crossentropy")
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
                    f"{loss.name}: the loss must be a single number; got shape {np.shape(value)}: "
                    "compile needs a loss with a reduction"
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
