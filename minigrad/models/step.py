"""One step of training: what ``compile`` sets, and what happens to a batch.

Idea:    a step is five lines (`Compiled.train_step`): predict, measure the loss, walk back, update, count.
Before:  models/compiled_metrics.py, optimizers/.  Next: models/training.py (which brings the batches).
Source:  Keras's ``keras/src/trainers/trainer.py``.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np

from minigrad import optimizers
from minigrad.autodiff.graph import gradients
from minigrad.autodiff.tensor import Tensor
from minigrad.data.packing import unpack_x_y_sample_weight
from minigrad.data.structures import flatten
from minigrad.errors import NotCompiledError
from minigrad.layers.layer import Layer
from minigrad.metrics import Mean, Metric
from minigrad.models.compiled import CompiledLoss
from minigrad.models.compiled_metrics import CompiledMetrics
from minigrad.models.mistakes import warn_of_nothing_to_train

Results = dict[str, Any]


class _Counted:
    """The metrics that the last step counted; no list, in which a layer's parts would be looked for."""

    def __init__(self, metrics: Sequence[Metric]) -> None:
        self.metrics = metrics


class Compiled(Layer):
    """A layer that was told what to minimise and how, and can take one step towards it."""

    optimizer: Any = None
    loss: Any = None
    compiled = False
    _counted: _Counted | None = None

    # -- compile ---------------------------------------------------------------------------------

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        loss_weights: Any = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: bool | str | None = "auto",
        auto_scale_loss: bool = True,
    ) -> None:
        """Set the optimizer, the loss and the metrics for training.

        For a model with several outputs, loss, loss_weights, metrics and weighted_metrics may be lists in the
        outputs' order, or dicts by their names. The results are then called "<output>_loss" and
        "<output>_<metric>"; "loss" is the weighted sum.

        Args:
            optimizer: A name or an optimizer. Default "rmsprop".
            loss: A name, a `Loss`, or a function ``f(y_true, y_pred)``, for all outputs; None for an output
                without a loss. Default: only what `add_loss` adds.
            loss_weights: What each loss is multiplied by in the sum. Default: 1.
            metrics: A list of names, metrics or functions. "accuracy" finds out which one fits.
            weighted_metrics: The same, and they count the rows by their sample_weight.
            run_eagerly: Keras's switch; here every step is eager.
            steps_per_execution: Only 1, Keras's default.
            jit_compile: Keras's switch; there is no compiler here, and True warns of that.
            auto_scale_loss: Keras's switch for float16 weights, which don't exist here.

        Raises:
            UnknownNameError: For a name that isn't known; it says which are.
            ValueError: For a setting that isn't supported.

        Source: ``keras.Model.compile``.
        """
        if steps_per_execution != 1:
            raise ValueError(f"compile: steps_per_execution={steps_per_execution!r} is not supported, only 1")
        if jit_compile not in ("auto", True, False, None):
            raise ValueError(f'compile: jit_compile must be "auto", True or False; got {jit_compile!r}')
        if jit_compile is True:
            warnings.warn("compile: jit_compile=True changes nothing: there is no compiler", stacklevel=2)
        self.optimizer = optimizers.get(optimizer)
        if self.optimizer is None:
            raise ValueError("compile: optimizer must be a name or an optimizer; got None")
        self.loss = loss
        self.run_eagerly = run_eagerly
        names = getattr(self, "output_names", None)
        self._compiled_loss = None if loss is None else CompiledLoss(loss, loss_weights, names)
        self._compiled_metrics = CompiledMetrics(metrics, weighted_metrics, names)
        self._loss_tracker = Mean(name="loss")
        self._compile_arguments = SimpleNamespace(  # no dict, in which a layer's parts would be looked for
            loss=loss, loss_weights=loss_weights, metrics=metrics, weighted_metrics=weighted_metrics
        )
        parameters = inspect.signature(self.compute_loss).parameters.values()
        self._loss_takes_training = any(
            one.name == "training" or one.kind is inspect.Parameter.VAR_KEYWORD for one in parameters
        )
        self._counted = None
        self.compiled = True

    def _check_compiled(self, name: str) -> None:
        if not self.compiled:
            raise NotCompiledError(
                f"{self.name}: call compile(optimizer=..., loss=...) before {name}: it says what to "
                "minimise, and how"
            )

    # -- metrics ---------------------------------------------------------------------------------

    @property
    def metrics(self) -> list[Metric]:
        """The loss's mean, the metrics of compile (as one), each output's loss, then those of the layers."""
        found: list[Metric] = []
        if self.compiled:
            found = [self._loss_tracker, self._compiled_metrics]
            found += [] if self._compiled_loss is None else self._compiled_loss.metrics
        ours = {id(metric) for metric in (*found, *(self._compiled_metrics.metrics if found else ()))}
        for layer in self._flatten_layers():
            if layer is self or not isinstance(layer, Compiled):  # what a model inside counted is its own
                found += [one for one in layer._parts(Metric) if id(one) not in ours]
        return list(dict.fromkeys(found))

    @property
    def metrics_names(self) -> list[str]:
        """The names of the results, in their order."""
        return list(self.get_metrics_result())

    def reset_metrics(self) -> None:
        """Let all metrics count from the start."""
        self._counted = None
        for metric in self.metrics:
            metric.reset_state()

    def get_metrics_result(self) -> Results:
        """Return the metrics' values so far, by name.

        Source: ``keras.Model.get_metrics_result``.
        """
        counted = self._counted or _Counted(self.metrics)
        if self.built:  # looking through all layers at each step would cost more than counting
            self._counted = counted
        results: Results = {}
        for metric in counted.metrics:
            result = metric.result()
            results.update(as_numbers(result if isinstance(result, dict) else {metric.name: result}))
        return results

    # -- one step --------------------------------------------------------------------------------

    def train_step(self, data: Any) -> Results:
        """Train on one batch; return the metrics' values so far.

        Override it to train in another way; `fit` does the rest.

        Args:
            data: x, (x, y) or (x, y, sample_weight), which ``utils.unpack_x_y_sample_weight`` takes apart.

        Source: ``keras.Model.train_step``.
        """
        x, y, sample_weight = unpack_x_y_sample_weight(data)
        y_pred = self(x, training=True)
        loss = self._loss_of(x, y, y_pred, sample_weight, training=True)
        variables = self.trainable_variables
        if variables:
            grads = _gradients(self.name, self.optimizer.scale_loss(loss), variables)
            self.optimizer.apply(grads, variables)
        else:
            warn_of_nothing_to_train(self)
        return self.compute_metrics(x, y, y_pred, sample_weight=sample_weight)

    def test_step(self, data: Any) -> Results:
        """Measure one batch of the same form; return the metrics' values so far."""
        x, y, sample_weight = unpack_x_y_sample_weight(data)
        y_pred = self(x, training=False)
        self._loss_of(x, y, y_pred, sample_weight, training=False)
        return self.compute_metrics(x, y, y_pred, sample_weight=sample_weight)

    def predict_step(self, data: Any) -> Any:
        """Return the model's output for one batch of the same form."""
        x, _, _ = unpack_x_y_sample_weight(data)
        return self(x, training=False)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Return the loss of a batch: that of ``compile``, and those added by layers and regularizers.

        Override it to minimise something else.

        Args:
            x: The inputs; the default doesn't look at them.
            y: The targets.
            y_pred: The outputs.
            sample_weight: How much each row counts.
            training: Whether this is a step of training; the default doesn't care.

        Raises:
            ValueError: If there is nothing to minimise.

        Source: ``keras.Model.compute_loss``.
        """
        total: Any = None
        if self._compiled_loss is not None:
            if y is None:
                raise ValueError(f"{self.name}: the loss {self.loss!r} needs targets, and y is missing")
            total = self._compiled_loss(y, y_pred, sample_weight)
        for added in self.losses:
            total = added if total is None else total + added
        if total is None:
            raise ValueError(
                f"{self.name}: there is no loss to minimise: give compile a loss, or call add_loss"
            )
        return total

    def _loss_of(self, x: Any, y: Any, y_pred: Any, sample_weight: Any, training: bool) -> Any:
        """Return `compute_loss`, whatever arguments a subclass's takes, and count it by the batch's size."""
        more = {"training": training} if self._loss_takes_training else {}
        loss = self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, **more)
        if np.size(loss) != 1:
            raise ValueError(
                f"{self.name}: compute_loss must return a single number; got shape {np.shape(loss)}"
            )
        self._loss_tracker.update_state(float(loss), sample_weight=len(flatten(x)[0]))
        return loss

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> Results:
        """Take a batch into the metrics of ``compile``; return all metrics' values so far.

        Override it to count more.

        Source: ``keras.Model.compute_metrics``.
        """
        self._compiled_metrics.update_state(y, y_pred, sample_weight)
        return self.get_metrics_result()


def as_numbers(results: Any) -> Results:
    """Return a step's results with floats in place of scalar tensors and arrays, and without nesting.

    Raises:
        TypeError: If they are no dict.

    Example:
        >>> as_numbers({"loss": Tensor(0.5), "more": {"steps": 2}})
        {'loss': 0.5, 'steps': 2.0}
    """
    if not isinstance(results, dict):
        raise TypeError(
            "train_step and test_step must return a dict of results, such as {'loss': 0.5}; "
            f"got {results!r}"
        )
    numbers: Results = {}
    for name, value in results.items():
        if type(value) is float:
            numbers[name] = value
        elif isinstance(value, dict):
            numbers.update(as_numbers(value))
        else:
            numbers[name] = float(value) if np.ndim(value) == 0 else np.asarray(value)
    return numbers


def _gradients(name: str, loss: Any, variables: Sequence[Any]) -> list[Any]:
    """Return the loss's gradient by each variable (None where it has none)."""
    if not isinstance(loss, Tensor) or loss._node is None:
        raise ValueError(
            f"{name}: the loss depends on no weight that can be trained; are all layers frozen, or does "
            "call() leave minigrad's operations (by .numpy(), say)?"
        )
    start = np.ones(loss.shape, loss.dtype)
    return list(gradients({loss._node: start}, [variable._node for variable in variables], False, False))
