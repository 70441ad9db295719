"""EarlyStopping: end training when it no longer helps.

Before:  callbacks/monitor.py.  Next: callbacks/learning_rate.py.
Source:  Prechelt, "Early stopping - but when?" (1998); Keras's ``keras/src/callbacks/early_stopping.py``.
"""

from __future__ import annotations

from typing import Any

from minigrad.callbacks.callback import Logs
from minigrad.callbacks.monitor import Mode, MonitorCallback
from minigrad.callbacks.progress import announce


class EarlyStopping(MonitorCallback):
    """Stop training when a number has stopped getting better.

    Args:
        monitor: The number's name in the logs. Default "val_loss".
        min_delta: By how much it must be better than the best to count. Default 0.
        patience: After how many epochs in a row without an improvement to stop. Default 0.
        verbose: 1 to print a line when it acts. Default 0.
        mode: "min", "max" or "auto" (the default): see `MonitorCallback`.
        baseline: A value that must be beaten, too: improvements that don't reach it don't end the waiting.
            Default None.
        restore_best_weights: Whether the model gets back the weights of the best epoch at the end of
            training, however it ends. Default False: it keeps those of the last step.
        start_from_epoch: How many epochs not to look at. Default 0.

    Source: ``keras.callbacks.EarlyStopping``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> model = mg.Sequential([mg.Input((1,)), mg.layers.Dense(1)])
        >>> model.compile(mg.optimizers.SGD(0.0), "mse")  # which learns nothing
        >>> stop = mg.callbacks.EarlyStopping(monitor="loss", patience=3)
        >>> history = model.fit(np.ones((4, 1)), np.zeros((4, 1)), epochs=10, callbacks=[stop], verbose=0)
        >>> len(history.history["loss"])
        4
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0.0,
        patience: int = 0,
        verbose: int = 0,
        mode: Mode = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__(monitor, mode, min_delta=min_delta)
        self.patience = patience
        self.verbose = verbose
        self.baseline = baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = start_from_epoch
        self._forget()

    def _forget(self) -> None:
        self.best, self.best_weights = None, None
        self.wait, self.best_epoch, self.stopped_epoch = 0, 0, 0

    best_weights: Any

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Begin anew: one instance may serve several trainings."""
        super().on_train_begin(logs)
        self._forget()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Count the epoch, and stop if there were too many without an improvement."""
        current = self.current_value(logs)
        if current is None or epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:  # the first is the best so far
            self.best_weights, self.best_epoch = self.model.get_weights(), epoch
        self.wait += 1
        if self.is_improvement(current, self.best):
            self.best, self.best_epoch = current, epoch
            if self.restore_best_weights:
                self.best_weights = self.model.get_weights()
            if self.baseline is None or self.is_improvement(current, self.baseline):
                self.wait = 0
        elif self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Give the model its best weights back."""
        if self.stopped_epoch and self.verbose:
            announce(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.restore_best_weights and self.best_weights is not None:
            if self.verbose:
                announce(f"Restoring the weights of the best epoch: {self.best_epoch + 1}")
            self.model.set_weights(self.best_weights)

    def get_state(self) -> dict[str, Any]:
        """Return what it remembers: the best value, epoch and weights, and how long it has waited."""
        state = {**super().get_state(), "wait": self.wait, "best_epoch": self.best_epoch}
        for index, weight in enumerate(self.best_weights or ()):
            state[f"best_weights/{index}"] = weight
        return state

    def set_state(self, state: dict[str, Any]) -> None:
        """Remember it again."""
        super().set_state(state)
        self.wait, self.best_epoch = int(state["wait"]), int(state["best_epoch"])
        count = sum(key.startswith("best_weights/") for key in state)
        self.best_weights = [state[f"best_weights/{index}"] for index in range(count)] or None
