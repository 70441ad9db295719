"""Training: fit, evaluate, predict.

Idea:    a loop brings batches to one step, and reports what the step did.
Before:  models/data.py, models/step.py.  Next: models/model.py.
Source:  Keras's ``keras/src/trainers/trainer.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from minigrad.autodiff.graph import no_grad, recording
from minigrad.callbacks import Callback, CallbackList, History, ProgressBar
from minigrad.callbacks.progress import resolve_verbose
from minigrad.models.data import ArrayBatches, flatten, map_structure, split_validation
from minigrad.models.step import Compiled, Results


class Trainer(Compiled):
    """The loops over batches and epochs. `Model` adds what a model is made of."""

    stop_training = False
    history: History | None = None

    # -- many steps ------------------------------------------------------------------------------

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Sequence[Callback] | None = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: dict[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: int | Sequence[int] = 1,
    ) -> History:
        """Train the model, epoch by epoch.

        Args:
            x: Inputs: an array (N, ...), or a list or dict of them.
            y: Targets, with as many rows.
            batch_size: The rows of a step. Default 32.
            epochs: Train until this many epochs are done. Default 1.
            verbose: 0 silent, 1 a progress bar, 2 a line an epoch; "auto" (the default) is 1 in a terminal or
                notebook and 2 where the output goes to a file.
            callbacks: `Callback` instances.
            validation_split: The part of the rows, at their end, that is kept for validation. Default 0.
            validation_data: ``(x, y)`` or ``(x, y, sample_weight)`` to evaluate after each epoch.
            shuffle: Whether each epoch has its own random order. Default True.
            class_weight: A weight for each class number; a class that is missing counts 1.
            sample_weight: A weight for each row.
            initial_epoch: The number of the first epoch. Default 0.
            steps_per_epoch: Stop an epoch after this many steps. Default: all rows.
            validation_steps: The same for the validation.
            validation_batch_size: Default: batch_size.
            validation_freq: After how many epochs to validate, or a list of epochs (from 1). Default 1.

        Returns:
            A `History` with the loss and the metrics of each epoch.

        Raises:
            NotCompiledError: Before `compile`.
            ShapeError: If the numbers of rows differ, or the targets don't fit the output.
            ValueError: If the data set is empty, or an argument is out of range.

        Source: ``keras.Model.fit``.
        """
        self._check_compiled("fit")
        _check_count("fit", "epochs", epochs)
        if validation_split and validation_data is None:
            arrays, held_out = split_validation(
                "fit", map_structure(np.asarray, (x, y, sample_weight)), validation_split
            )
            (x, y, sample_weight), validation_data = arrays, held_out
        data = ArrayBatches("fit", x, y, sample_weight, batch_size, shuffle, class_weight)
        steps = _limit("fit", "steps_per_epoch", steps_per_epoch, data.steps)
        validation = self._validation(validation_data, validation_batch_size or batch_size)
        level = resolve_verbose("fit", verbose)
        self.history = History()
        bar = [ProgressBar(level)] if level else []
        watch = CallbackList(
            [self.history, *(callbacks or ()), *bar], self, epochs=epochs, steps=steps, verbose=level
        )
        self.stop_training = False
        watch("on_train_begin")
        try:
            for epoch in range(initial_epoch, epochs):
                self.reset_metrics()
                watch("on_epoch_begin", epoch)
                logs: Results = {}
                for step, batch in zip(range(steps), data, strict=False):
                    watch("on_train_batch_begin", step)
                    with recording():
                        logs = self.train_step(batch)
                    watch("on_train_batch_end", step, logs)
                logs = dict(logs)
                if validation is not None and _is_due(epoch + 1, validation_freq):
                    results = self._evaluate(validation, validation_steps, watch)
                    logs |= {f"val_{name}": value for name, value in results.items()}
                watch("on_epoch_end", epoch, logs)
                if self.stop_training:
                    break
            self.optimizer.finalize_variable_values(self.trainable_variables)  # of a moving average, if any
        finally:
            watch("on_train_end")
        return self.history

    def _validation(self, data: Any, batch_size: int | None) -> ArrayBatches | None:
        if data is None:
            return None
        if not isinstance(data, tuple) or len(data) not in (2, 3):
            raise ValueError("fit: validation_data must be a tuple (x, y) or (x, y, sample_weight)")
        x, y, weight = (*data, None)[:3]
        return ArrayBatches("fit: validation_data", x, y, weight, batch_size)

    def _evaluate(self, data: ArrayBatches, steps: int | None, watch: CallbackList) -> Results:
        self.reset_metrics()
        logs: Results = {}
        watch("on_test_begin")
        for step, batch in zip(range(_limit("evaluate", "steps", steps, data.steps)), data, strict=False):
            watch("on_test_batch_begin", step)
            with no_grad():
                logs = self.test_step(batch)
            watch("on_test_batch_end", step, logs)
        watch("on_test_end", logs)
        return logs

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: Any = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Sequence[Callback] | None = None,
        return_dict: bool = False,
    ) -> Any:
        """Return the loss and the metrics on a data set.

        Args:
            x: Inputs, as for `fit`.
            y: Targets.
            batch_size: The rows of a batch. Default 32.
            verbose: As for `fit`.
            sample_weight: A weight for each row.
            steps: Stop after this many batches. Default: all.
            callbacks: `Callback` instances.
            return_dict: Whether to return a dict by name. Default False.

        Returns:
            The loss alone if there are no metrics, else a list: the loss, then each metric.

        Raises:
            NotCompiledError: Before `compile`.

        Source: ``keras.Model.evaluate``.
        """
        self._check_compiled("evaluate")
        data = ArrayBatches("evaluate", x, y, sample_weight, batch_size)
        watch = self._watch("evaluate", verbose, callbacks, _limit("evaluate", "steps", steps, data.steps))
        results = self._evaluate(data, steps, watch)
        return results if return_dict else _in_order(results)

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: Any = "auto",
        steps: int | None = None,
        callbacks: Sequence[Callback] | None = None,
    ) -> Any:
        """Return the outputs for all inputs, as an ndarray (or the structure of them that the model gives).

        Args:
            x: Inputs, as for `fit`.
            batch_size: The rows of a batch. Default 32.
            verbose: As for `fit`; "auto" is silent where the output goes to a file.
            steps: Stop after this many batches. Default: all.
            callbacks: `Callback` instances.

        Source: ``keras.Model.predict``.
        """
        data = ArrayBatches("predict", x, batch_size=batch_size)
        count = _limit("predict", "steps", steps, data.steps)
        if verbose == "auto" and resolve_verbose("predict", verbose) == 2:
            verbose = 0
        watch = self._watch("predict", verbose, callbacks, count)
        outputs = []
        watch("on_predict_begin")
        for step, (batch, _, _) in zip(range(count), data, strict=False):
            watch("on_predict_batch_begin", step)
            outputs.append(self.predict_on_batch(batch))
            watch("on_predict_batch_end", step, {"outputs": outputs[-1]})
        watch("on_predict_end")
        parts = [iter(flatten(output)) for output in zip(*map(flatten, outputs), strict=True)]
        joined = iter([np.concatenate(list(part)) for part in parts])
        return map_structure(lambda _: next(joined), outputs[0])

    def _watch(
        self, name: str, verbose: Any, callbacks: Iterable[Callback] | None, steps: int
    ) -> CallbackList:
        level = resolve_verbose(name, verbose)
        bar = [ProgressBar(level)] if level else []
        return CallbackList([*(callbacks or ()), *bar], self, epochs=1, steps=steps, verbose=level)

    # -- single batches --------------------------------------------------------------------------

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: dict[int, float] | None = None,
        return_dict: bool = False,
    ) -> Any:
        """Train on one batch; return the loss and the metrics so far, as `evaluate` does.

        Source: ``keras.Model.train_on_batch``.
        """
        self._check_compiled("train_on_batch")
        with recording():
            results = self.train_step(_one_batch("train_on_batch", x, y, sample_weight, class_weight))
        return results if return_dict else _in_order(results)

    def test_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """Measure one batch; return the loss and the metrics so far, as `evaluate` does.

        Source: ``keras.Model.test_on_batch``.
        """
        self._check_compiled("test_on_batch")
        with no_grad():
            results = self.test_step(_one_batch("test_on_batch", x, y, sample_weight))
        return results if return_dict else _in_order(results)

    def predict_on_batch(self, x: Any) -> Any:
        """Return the outputs for one batch, as ndarrays.

        Source: ``keras.Model.predict_on_batch``.
        """
        with no_grad():
            return map_structure(np.array, self.predict_step(x))


def _one_batch(name: str, x: Any, y: Any, sample_weight: Any, class_weight: Any = None) -> Any:
    data = ArrayBatches(name, x, y, sample_weight, class_weight=class_weight)
    return data.x, data.y, data.sample_weight


def _in_order(results: Results) -> Any:
    values = list(results.values())
    return values[0] if len(values) == 1 else values


def _check_count(name: str, argument: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise ValueError(f"{name}: {argument} must be an integer >= 1; got {value!r}")


def _limit(name: str, argument: str, steps: int | None, available: int) -> int:
    if steps is None:
        return available
    _check_count(name, argument, steps)
    return min(steps, available)


def _is_due(epoch: int, frequency: int | Sequence[int]) -> bool:
    return epoch % frequency == 0 if isinstance(frequency, int) else epoch in frequency
