"""Callbacks: what is called at the beginning and the end of training, epochs and batches.

Before:  models/training.py calls them.  Next: callbacks/history.py, callbacks/callback_list.py.
Source:  Keras's ``keras/src/callbacks/callback.py``.
"""

from __future__ import annotations

from typing import Any

Logs = dict[str, Any]


class Callback:
    """Something that watches training. Override the methods that you need; ``logs`` says what is known.

    Attributes:
        model: The model that is trained; set before training begins. Setting its ``stop_training`` to
            True ends training after the current step; the epoch is still reported.
        params: A dict with "epochs", "steps" (of an epoch, None if that isn't known), "verbose" and
            "validates" (whether there are validation data).
        runs_last: Whether it is called after all that are not so, wherever it stands among them.

    Source: ``keras.callbacks.Callback``.

    Example:
        >>> class Print(Callback):
        ...     def on_epoch_end(self, epoch, logs=None):
        ...         print(epoch, sorted(logs))
        >>> Print().on_epoch_end(0, {"loss": 0.5})
        0 ['loss']
    """

    model: Any = None
    params: dict[str, Any]
    runs_last = False

    def set_model(self, model: Any) -> None:
        """Remember the model; called before training begins."""
        self.model = model

    def set_params(self, params: dict[str, Any]) -> None:
        """Remember the settings of the run; called before training begins."""
        self.params = params

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Training begins."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Training has ended; logs are those of the last epoch."""

    def on_train_interrupted(self, logs: Logs | None = None) -> None:
        """Training ends by an error or Ctrl-C; the default is to do what `on_train_end` does."""
        self.on_train_end(logs)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """An epoch begins; they are counted from 0."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """An epoch has ended; logs has the loss, the metrics, and those of the validation as val_..."""

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """A training step begins; they are counted from 0 in each epoch."""
        self.on_batch_begin(batch, logs)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """A training step has ended; logs has the means over the epoch so far."""
        self.on_batch_end(batch, logs)

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Keras's older name of `on_train_batch_begin`."""

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Keras's older name of `on_train_batch_end`."""

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """An evaluation begins."""

    def on_test_end(self, logs: Logs | None = None) -> None:
        """An evaluation has ended."""

    def on_test_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """A batch of an evaluation begins."""

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """A batch of an evaluation has ended."""

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """A prediction begins."""

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """A prediction has ended."""

    def on_predict_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """A batch of a prediction begins."""

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """A batch of a prediction has ended."""

    def get_state(self) -> dict[str, Any]:
        """Return what it remembers from epoch to epoch, as numbers and arrays by name.

        `BackupAndRestore` keeps it, so that an interrupted training goes on as if nothing had been.
        """
        return {}

    def set_state(self, state: dict[str, Any]) -> None:
        """Remember what `get_state` returned."""


EVENTS = tuple(name for name in vars(Callback) if name.startswith("on_"))
"""The names of all events."""
