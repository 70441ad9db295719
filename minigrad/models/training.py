"""Training: fit, evaluate, predict.

Idea:    a loop brings batches to one step, and reports what the step did.
Before:  models/epochs.py, models/resuming.py, callbacks/.  Next: models/model.py.
Source:  Keras's ``keras/src/trainers/trainer.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from minigrad.autodiff.modes import no_grad, recording
from minigrad.callbacks import CallbackList, History
from minigrad.callbacks.progress import resolve_verbose
from minigrad.data.packing import unpack_x_y_sample_weight
from minigrad.data.structures import join, map_structure
from minigrad.models.data import batch_source, split_validation
from minigrad.models.epochs import Epochs
from minigrad.models.fit_arguments import check_count, check_frequency, has_rows, is_due, validation_parts
from minigrad.models.mistakes import warn_of_raw_images, warn_of_unused_layers
from minigrad.models.resuming import Fit, Resumable
from minigrad.models.step import Results, as_numbers
from minigrad.models.weight_files import WeightFiles


class Trainer(Resumable, WeightFiles):
    """The loops over batches and epochs. `Model` adds what a model is made of."""

    stop_training = False
    stop_evaluating = False
    stop_predicting = False
    history: History | None = None

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = None,
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
            x: Inputs: an array (N, ...), or a list or dict of them. Or a `Dataset`, a `PyDataset`, a
                generator or another iterable of batches (x, y) or (x, y, sample_weight).
            y: Targets, with as many rows: an array, or a list or dict of them.
            batch_size: The rows of a step, for arrays. Default 32; with steps_per_epoch, as many as make
                that many steps.
            epochs: Train until this many epochs are done. Default 1.
            verbose: 0 silent, 1 a progress bar, 2 a line an epoch; "auto" (the default) is 1 in a terminal or
                notebook and 2 where the output goes to a file.
            callbacks: `Callback` instances.
            validation_split: The part of the rows, at their end, that is kept for validation. Default 0.
            validation_data: ``(x, y)`` or ``(x, y, sample_weight)``, or a data set of batches, to evaluate
                after each epoch.
            shuffle: Whether each epoch has its own random order, of an array's rows or a PyDataset's batches.
                Default True. Other data sets have the order that they have.
            class_weight: A weight for each class number; a class that is missing counts 1.
            sample_weight: A weight for each row; for several outputs also a list or dict of them.
            initial_epoch: The number of the first epoch. Default 0.
            steps_per_epoch: The steps of an epoch; the next one goes on from there. Default: a whole pass.
            validation_steps: Stop each validation after this many batches. Default: all.
            validation_batch_size: Default: batch_size.
            validation_freq: After how many epochs to validate, or a list of epochs (from 1). Default 1.

        Returns:
            A `History` with the loss and the metrics of each epoch; it stays as ``model.history`` also
            where training ends by an error or Ctrl-C.

        Raises:
            NotCompiledError: Before `compile`.
            ShapeError: If the numbers of rows differ, or the targets don't fit the output.
            ValueError: If the data set is empty, or an argument is out of range.

        Source: ``keras.Model.fit``.
        """
        self._check_compiled("fit")
        check_count("fit", "epochs", epochs)
        check_frequency(validation_freq)
        if validation_split and validation_data is None:
            (x, y, sample_weight), validation_data = split_validation(
                "fit", (x, y, sample_weight), validation_split
            )
        data = self._epochs("fit", x, y, sample_weight, batch_size, steps_per_epoch, shuffle, class_weight)
        validation = None
        if validation_data is not None:
            parts = validation_parts(validation_data)
            if parts[1] is None and has_rows(parts[0]) and self.loss is not None:
                raise ValueError(
                    "fit: validation_data must be (x, y) or (x, y, sample_weight): the loss needs targets"
                )
            size = validation_batch_size or (batch_size if has_rows(parts[0]) else None)
            validation = self._epochs("fit: validation_data", *parts, size, validation_steps)
        level = resolve_verbose("fit", verbose)
        settings = {"epochs": epochs, "steps": data.steps, "validates": validation is not None}
        watch = CallbackList(callbacks, True, level > 0, self, verbose=level, **settings)
        with self._under_way(Fit(data, watch, initial_epoch), validation) as fit:
            self._train(fit, epochs, validation, validation_freq)
        return watch.history

    @contextmanager
    def _under_way(self, fit: Fit, validation: Epochs | None) -> Iterator[Fit]:
        """Call the callbacks at the beginning and, however training ends, at the end."""
        self.stop_training = False
        self._fit = fit
        self.history = fit.callbacks.history
        try:
            fit.callbacks("on_train_begin", {})
            if self._state_to_resume is not None:
                fit.epoch, fit.step = (int(self._state_to_resume[key]) for key in ("epoch", "step"))
            yield fit
        except BaseException:
            fit.callbacks("on_train_interrupted", fit.callbacks.last_logs)
            raise
        else:
            fit.callbacks("on_train_end", fit.callbacks.last_logs)
        finally:
            self._fit = self._state_to_resume = None
            fit.data.close()
            if validation is not None:
                validation.close()

    def _train(
        self, fit: Fit, epochs: int, validation: Epochs | None, frequency: int | Sequence[int]
    ) -> None:
        watch, data = fit.callbacks, fit.data
        fresh = not int(self.optimizer.iterations)
        if self._state_to_resume is not None and not fit.step:
            self._resume()
        for epoch in range(fit.epoch, epochs):
            if self._state_to_resume is None and not data.has_more(fit.step):
                break
            self.reset_metrics()
            watch("on_epoch_begin", epoch, {})
            if self._state_to_resume is not None:  # in the middle of this epoch
                self._resume()
            logs: Results = {}
            for step, batch in data.epoch(fit.step):
                if fresh and not step and epoch == fit.epoch:
                    warn_of_raw_images(self, unpack_x_y_sample_weight(batch)[0])
                watch("on_train_batch_begin", step, {})
                with recording():
                    logs = as_numbers(self.train_step(batch))
                fit.step = step + 1
                watch("on_train_batch_end", step, logs)
                if self.stop_training:
                    break
            logs = dict(logs) or self.get_metrics_result()
            if validation is not None and is_due(epoch + 1, frequency):
                validation.restart()
                results = self._evaluate(validation, watch)
                logs |= {f"val_{name}": value for name, value in results.items()}
            if fresh:
                warn_of_unused_layers(self)
                fresh = False
            fit.epoch, fit.step = epoch + 1, 0
            watch("on_epoch_end", epoch, logs)
            watch.last_logs = logs
            if self.stop_training:
                break
        self.optimizer.finalize_variable_values(self.trainable_variables)  # of a moving average, if any

    def _evaluate(self, data: Epochs, watch: CallbackList) -> Results:
        self.stop_evaluating = False
        self.reset_metrics()
        watch("on_test_begin", {})
        logs: Results = {}
        if data.has_more():
            for step, batch in data.epoch():
                watch("on_test_batch_begin", step, {})
                with no_grad():
                    logs = as_numbers(self.test_step(batch))
                watch("on_test_batch_end", step, logs)
                if self.stop_evaluating:
                    break
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
        callbacks: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """Return the loss and the metrics on a data set.

        Args:
            x: Inputs, or a data set of batches, as for `fit`.
            y: Targets.
            batch_size: The rows of a batch, for arrays. Default 32.
            verbose: As for `fit`.
            sample_weight: A weight for each row.
            steps: Stop after this many batches. Default: all.
            callbacks: `Callback` instances.
            return_dict: Whether to return a dict by name. Default False.

        Returns:
            The loss alone if there are no metrics, else a list: the loss, each output's loss if there are
            several, then the metrics.

        Raises:
            NotCompiledError: Before `compile`.

        Source: ``keras.Model.evaluate``.
        """
        self._check_compiled("evaluate")
        data = self._epochs("evaluate", x, y, sample_weight, batch_size, steps)
        level = resolve_verbose("evaluate", verbose)
        watch = CallbackList(callbacks, False, level > 0, self, verbose=level, epochs=1, steps=data.steps)
        try:
            results = self._evaluate(data, watch)
        except BaseException:
            watch.interrupt()
            raise
        finally:
            data.close()
        return results if return_dict else self._in_order(results)

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: Any = "auto",
        steps: int | None = None,
        callbacks: Any = None,
    ) -> Any:
        """Return the outputs for all inputs, as an ndarray (or the structure of them that the model gives).

        Args:
            x: Inputs, or a data set of batches, as for `fit`; the batches' targets are not looked at.
            batch_size: The rows of a batch, for arrays. Default 32.
            verbose: As for `fit`; "auto" is silent where the output goes to a file.
            steps: Stop after this many batches. Default: all.
            callbacks: `Callback` instances.

        Source: ``keras.Model.predict``.
        """
        data = self._epochs("predict", x, None, None, batch_size, steps)
        level = resolve_verbose("predict", verbose)
        level = 0 if verbose == "auto" and level == 2 else level
        watch = CallbackList(callbacks, False, level > 0, self, verbose=level, epochs=1, steps=data.steps)
        self.stop_predicting = False
        outputs = []
        try:
            data.has_more()
            watch("on_predict_begin", {})
            for step, batch in data.epoch():
                watch("on_predict_batch_begin", step, {})
                with no_grad():
                    outputs.append(map_structure(np.asarray, self.predict_step(batch)))
                watch("on_predict_batch_end", step, {"outputs": outputs[-1]})
                if self.stop_predicting:
                    break
            watch("on_predict_end", {})
        except BaseException:
            watch.interrupt()
            raise
        finally:
            data.close()
        return join(outputs, np.concatenate)

    def _epochs(
        self,
        name: str,
        x: Any,
        y: Any,
        sample_weight: Any,
        batch_size: int | None,
        steps: int | None,
        shuffle: bool = False,
        class_weight: dict[int, float] | None = None,
    ) -> Epochs:
        if steps is not None:
            argument = {"fit": "steps_per_epoch", "fit: validation_data": "validation_steps"}.get(
                name, "steps"
            )
            check_count(name, argument, steps)
        source = batch_source(name, x, y, sample_weight, batch_size, steps, shuffle, class_weight)
        return Epochs(name, source, steps)
