"""Callbacks: what is called at the beginning and the end of training, epochs and batches.

Before:  models/training.py calls them.  Next: callbacks/history.py.
Source:  Keras's ``keras/src/callbacks/callback.py``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Logs = dict[str, Any]


class Callback:
    """Something that watches training. Override the methods that you need; ``logs`` says what is known.

    Attributes:
        model: The model that is trained; set before training begins. Setting its ``stop_training`` to
            True ends training after the current epoch.
        params: A dict with "epochs", "steps" and "verbose".

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

    def set_model(self, model: Any) -> None:
        """Remember the model; called before training begins."""
        self.model = model

    def set_params(self, params: dict[str, Any]) -> None:
        """Remember the settings of the run; called before training begins."""
        self.params = params

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Training begins."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Training has ended."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """An epoch begins; they are counted from 0."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """An epoch has ended; logs has the loss, the metrics, and those of the validation as val_..."""

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """A training step begins; they are counted from 0 in each epoch."""

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """A training step has ended; logs has the means over the epoch so far."""

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


class CallbackList:
    """Several callbacks, called in their order.

    Args:
        callbacks: `Callback` instances.
        model: The model to hand to each.
        **params: What each gets as its ``params``.

    Raises:
        TypeError: If one is not a `Callback`.

    Source: ``keras.callbacks.CallbackList``.
    """

    def __init__(self, callbacks: Iterable[Callback], model: Any, **params: Any) -> None:
        self.callbacks = list(callbacks)
        for callback in self.callbacks:
            if not isinstance(callback, Callback):
                hint = "; make an instance of it" if isinstance(callback, type) else ""
                raise TypeError(f"callbacks must be Callback instances; got {callback!r}{hint}")
            callback.set_model(model)
            callback.set_params(params)
        # Most callbacks watch epochs only, so a batch asks just those that override its method.
        self._watchers: dict[str, list[Callback]] = {}

    def __call__(self, event: str, *args: Any) -> None:
        """Call the method ``event`` of every callback that defines it."""
        if event not in self._watchers:
            default = getattr(Callback, event)
            self._watchers[event] = [
                one for one in self.callbacks if getattr(type(one), event) is not default
            ]
        for callback in self._watchers[event]:
            getattr(callback, event)(*args)
