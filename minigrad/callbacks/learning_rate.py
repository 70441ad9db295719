"""Callbacks that change the learning rate between epochs.

Before:  callbacks/monitor.py, optimizers/.  Next: callbacks/model_checkpoint.py.
Source:  Keras's ``reduce_lr_on_plateau.py`` and ``learning_rate_scheduler.py`` in ``keras/src/callbacks``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.arguments import number
from minigrad.callbacks.callback import Callback, Logs
from minigrad.callbacks.monitor import Mode, MonitorCallback
from minigrad.callbacks.progress import announce


class ReduceLROnPlateau(MonitorCallback):
    """Multiply the learning rate by a factor when a number has stopped getting better.

    The logs of each epoch get "learning_rate": the one that the epoch was trained with.

    Args:
        monitor: The number's name in the logs. Default "val_loss".
        factor: What to multiply by, in [0, 1). Default 0.1.
        patience: After how many epochs in a row without an improvement. Default 10.
        verbose: 1 to print a line when it acts. Default 0.
        mode: "min", "max" or "auto" (the default): see `MonitorCallback`.
        min_delta: By how much the number must be better than the best to count. Default 1e-4.
        cooldown: How many epochs to wait after a reduction before counting again. Default 0.
        min_lr: The least learning rate. Default 0.

    Raises:
        ValueError: If factor or min_lr is out of range.

    Source: ``keras.callbacks.ReduceLROnPlateau``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> model = mg.Sequential([mg.Input((1,)), mg.layers.Dense(1, kernel_initializer="zeros")])
        >>> model.compile(mg.optimizers.SGD(0.5), "mse")
        >>> reduce = mg.callbacks.ReduceLROnPlateau(monitor="loss", patience=2)
        >>> x = np.zeros((4, 1))
        >>> model.fit(x, x, epochs=4, callbacks=[reduce], verbose=0).history["learning_rate"]
        [0.5, 0.5, 0.5, 0.05000000074505806]
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: Mode = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
    ) -> None:
        super().__init__(monitor, mode, min_delta=min_delta)
        self.factor = number("ReduceLROnPlateau", "factor", factor, 0.0, below=1.0)
        self.min_lr = number("ReduceLROnPlateau", "min_lr", min_lr, 0.0)
        self.patience = patience
        self.verbose = verbose
        self.cooldown = cooldown
        self.cooldown_counter = 0
        self.wait = 0

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Begin anew: one instance may serve several trainings."""
        super().on_train_begin(logs)
        self.best, self.cooldown_counter, self.wait = None, 0, 0

    def in_cooldown(self) -> bool:
        """Whether it waits after a reduction."""
        return self.cooldown_counter > 0

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Count the epoch, and reduce the learning rate if there were too many without an improvement."""
        current = self.current_value(logs)
        if logs is not None:
            logs["learning_rate"] = float(self.model.optimizer.learning_rate)
        if current is None:
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        if self.is_improvement(current, self.best):
            self.best, self.wait = current, 0
        elif not self.in_cooldown():
            self.wait += 1
            if self.wait >= self.patience and self._reduce(epoch):
                self.cooldown_counter, self.wait = self.cooldown, 0

    def _reduce(self, epoch: int) -> bool:
        optimizer = self.model.optimizer
        old = float(optimizer.learning_rate)
        if old <= np.float32(self.min_lr):
            return False
        new = max(old * self.factor, self.min_lr)
        optimizer.learning_rate = new
        if self.verbose:
            announce(f"Epoch {epoch + 1}: ReduceLROnPlateau reducing learning rate to {new:g}")
        return True

    def get_state(self) -> dict[str, Any]:
        """Return what it remembers: the best value, and how long it has waited."""
        return {**super().get_state(), "wait": self.wait, "cooldown_counter": self.cooldown_counter}

    def set_state(self, state: dict[str, Any]) -> None:
        """Remember it again."""
        super().set_state(state)
        self.wait, self.cooldown_counter = int(state["wait"]), int(state["cooldown_counter"])


class LearningRateScheduler(Callback):
    """Set the learning rate at the beginning of each epoch.

    The logs of each epoch get "learning_rate".

    Args:
        schedule: A function of the epoch (from 0) and the current learning rate, or of the epoch only, that
            returns the new one.
        verbose: 1 to print a line each time. Default 0.

    Raises:
        TypeError: If schedule can't be called.

    Source: ``keras.callbacks.LearningRateScheduler``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> model = mg.Sequential([mg.Input((1,)), mg.layers.Dense(1)])
        >>> model.compile(mg.optimizers.SGD(1.0), "mse")
        >>> halve = mg.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2 if epoch else rate)
        >>> x = np.zeros((4, 1))
        >>> model.fit(x, x, epochs=3, callbacks=[halve], verbose=0).history["learning_rate"]
        [1.0, 0.5, 0.25]
    """

    def __init__(self, schedule: Callable[..., Any], verbose: int = 0) -> None:
        if not callable(schedule):
            raise TypeError(
                "LearningRateScheduler: schedule must be a function of (epoch, learning_rate); "
                f"got {schedule!r}"
            )
        self.schedule = schedule
        self.verbose = verbose
        self._takes_rate = _takes_two(schedule)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Ask the schedule."""
        optimizer = self.model.optimizer
        rate = float(optimizer.learning_rate)
        new = self.schedule(epoch, rate) if self._takes_rate else self.schedule(epoch)
        optimizer.learning_rate = number("LearningRateScheduler", "the result of schedule", new)
        if self.verbose:
            announce(f"Epoch {epoch + 1}: LearningRateScheduler setting learning rate to {float(new):g}")

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Report the learning rate."""
        if logs is not None:
            logs["learning_rate"] = float(self.model.optimizer.learning_rate)


def _takes_two(function: Callable[..., Any]) -> bool:
    try:
        inspect.signature(function).bind(0, 0.0)
    except (TypeError, ValueError):
        return False
    return True
