"""One step of training: what ``compile`` sets, and what happens to a batch.

Idea:    a step is five lines (`Compiled.train_step`): predict, measure the loss, walk back, update, count.
Before:  models/compiled.py, optimizers/.  Next: models/training.py (which brings the batches).
Source:  Keras's ``keras/src/trainers/trainer.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad import optimizers
from minigrad.autodiff.graph import gradients
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import NotCompiledError
from minigrad.layers.layer import Layer
from minigrad.metrics import Mean, Metric
from minigrad.models.compiled import CompiledMetrics, check_targets, resolve_loss
from minigrad.models.data import flatten

Results = dict[str, float]


class Compiled(Layer):
    """A layer that was told what to minimise and how, and can take one step towards it."""

    optimizer: Any = None
    loss: Any = None

    # -- compile ---------------------------------------------------------------------------------

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: bool | str = "auto",
    ) -> None:
        """Set the optimizer, the loss and the metrics for training.

        Args:
            optimizer: A name or an optimizer. Default "rmsprop".
            loss: A name, a `Loss`, or a function ``f(y_true, y_pred)``. Default: only what `add_loss` adds.
            metrics: A list of names, metrics or functions. "accuracy" finds out which one fits.
            weighted_metrics: The same, and they count the rows by their sample_weight.
            run_eagerly: Keras's switch; here every step is eager.
            steps_per_execution: Only 1, Keras's default.
            jit_compile: Only "auto" or False: there is nothing to compile.

        Raises:
            UnknownNameError: For a name that isn't known; it says which are.
            ValueError: For a setting that isn't supported.

        Source: ``keras.Model.compile``.
        """
        if steps_per_execution != 1:
            raise ValueError(f"compile: steps_per_execution={steps_per_execution!r} is not supported, only 1")
        if jit_compile not in ("auto", False, None):
            raise ValueError(f"compile: jit_compile={jit_compile!r} is not supported: there is no compiler")
        if isinstance(loss, list | tuple | dict):
            raise ValueError("compile: several losses need a model with several outputs; give a single loss")
        self.optimizer = optimizers.get(optimizer)
        if self.optimizer is None:
            raise ValueError("compile: optimizer must be a name or an optimizer; got None")
        self.loss = loss
        self.run_eagerly = run_eagerly
        self._loss = resolve_loss(loss)
        self._metrics = CompiledMetrics(metrics)
        self._weighted_metrics = CompiledMetrics(weighted_metrics)
        self._loss_tracker = Mean(name="loss")
        self.compiled = True

    compiled = False

    def _check_compiled(self, name: str) -> None:
        if not self.compiled:
            raise NotCompiledError(
                f"{self.name}: call compile(optimizer=..., loss=...) before {name}: it says what to "
                "minimise, and how"
            )

    @property
    def metrics(self) -> list[Metric]:
        """The loss's mean and all metrics, also those that are attributes of the model."""
        if not self.compiled:
            return list(self._parts(Metric))
        ours = [self._loss_tracker, *self._metrics.metrics, *self._weighted_metrics.metrics]
        return ours + [one for one in self._parts(Metric) if all(one is not other for other in ours)]

    @property
    def metrics_names(self) -> list[str]:
        """The names of `metrics`, in their order."""
        return [metric.name for metric in self.metrics]

    def reset_metrics(self) -> None:
        """Let all metrics count from the start."""
        for metric in self.metrics:
            metric.reset_state()

    def get_metrics_result(self) -> Results:
        """Return the metrics' values so far, by name."""
        return {metric.name: float(metric.result()) for metric in self.metrics}

    # -- one step --------------------------------------------------------------------------------

    def train_step(self, data: tuple[Any, Any, Any]) -> Results:
        """Train on one batch ``(x, y, sample_weight)``; return the metrics' values so far.

        Override it to train in another way; `fit` does the rest.

        Source: ``keras.Model.train_step``.
        """
        x, y, sample_weight = data
        y_pred = self(x, training=True)
        loss = self.compute_loss(x, y, y_pred, sample_weight)
        variables = self.trainable_variables
        grads = _gradients(self.name, self.optimizer.scale_loss(loss), variables)
        self.optimizer.apply(grads, variables)
        return self._count(loss, x, y, y_pred, sample_weight)

    def test_step(self, data: tuple[Any, Any, Any]) -> Results:
        """Measure one batch ``(x, y, sample_weight)``; return the metrics' values so far."""
        x, y, sample_weight = data
        y_pred = self(x, training=False)
        loss = self.compute_loss(x, y, y_pred, sample_weight)
        return self._count(loss, x, y, y_pred, sample_weight)

    def predict_step(self, x: Any) -> Any:
        """Return the model's output for one batch."""
        return self(x, training=False)

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None
    ) -> Any:
        """Return the loss of a batch: that of ``compile``, and those added by layers and regularizers.

        Raises:
            ValueError: If there is nothing to minimise.

        Source: ``keras.Model.compute_loss``.
        """
        total: Any = None
        if self._loss is not None:
            if y is None:
                raise ValueError(f"{self.name}: the loss {self._loss.name!r} needs targets, and y is missing")
            check_targets(self.name, y, y_pred)
            total = self._loss(y, y_pred, sample_weight=sample_weight)
        for added in self.losses:
            total = added if total is None else total + added
        if total is None:
            raise ValueError(
                f"{self.name}: there is no loss to minimise: give compile a loss, or call add_loss"
            )
        return total

    def _count(self, loss: Tensor, x: Any, y: Any, y_pred: Any, sample_weight: Any) -> Results:
        """Take a batch into the metrics; the loss counts by the batch's size."""
        self._loss_tracker.update_state(float(loss), sample_weight=len(flatten(x)[0]))
        if y is not None:
            self._metrics.update(y, y_pred)
            self._weighted_metrics.update(y, y_pred, sample_weight)
        return self.get_metrics_result()


def _gradients(name: str, loss: Any, variables: Sequence[Any]) -> list[Any]:
    """Return the loss's gradient by each variable (None where it has none)."""
    if not isinstance(loss, Tensor) or loss._node is None:
        raise ValueError(
            f"{name}: the loss depends on no weight that can be trained; are all layers frozen, or does "
            "call() leave minigrad's operations (by .numpy(), say)?"
        )
    start = np.ones(loss.shape, loss.dtype)
    return list(gradients({loss._node: start}, [variable._node for variable in variables], False, False))
