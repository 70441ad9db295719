"""The base of callbacks that watch one number, and act on whether it gets better.

Before:  callbacks/callback.py, metrics/.  Next: callbacks/early_stopping.py.
Source:  Keras's ``keras/src/callbacks/monitor_callback.py``.
"""

from __future__ import annotations

import difflib
import warnings
from typing import Any, Literal

from minigrad.callbacks.callback import Callback, Logs

Mode = Literal["auto", "min", "max"]


class MonitorCallback(Callback):
    """Knows what "better" means for a number of the logs.

    Args:
        monitor: Its name. Default "val_loss".
        mode: "min" if less is better, "max" if more is; "auto" (the default): as the loss or metric says.
        baseline: What to compare the first value with. Default None: the first value is an improvement.
        min_delta: By how much a value must be better than the best to count. Default 0.

    Raises:
        ValueError: For another mode.

    Source: Keras's ``MonitorCallback``.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        mode: Mode = "auto",
        baseline: float | None = None,
        min_delta: float = 0.0,
    ) -> None:
        if mode not in ("auto", "min", "max"):
            raise ValueError(f'{type(self).__name__}: mode must be "auto", "min" or "max"; got {mode!r}')
        self.monitor = monitor
        self.mode = mode
        self.best = baseline
        self.min_delta = abs(min_delta)
        self._warned = False

    without_it = "it does nothing"
    """What it does if the monitored value does not exist."""

    def current_value(self, logs: Logs | None) -> float | None:
        """Return the monitored value; None, with a warning the first time, if the logs don't have it."""
        logs = logs or {}
        if self.monitor in logs:
            return float(logs[self.monitor])
        if not self._warned and not self.is_awaited(logs):
            self._warned = True
            near = difflib.get_close_matches(self.monitor, logs, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            if self.monitor.startswith("val_") and not self.params.get("validates"):
                hint = "; there are no validation data: give fit validation_data or validation_split."
            warnings.warn(
                f"{type(self).__name__}: monitor={self.monitor!r} is not available, so {self.without_it}"
                f"{hint} (available are: {', '.join(logs)})",
                stacklevel=5,
            )
        return None

    def is_awaited(self, logs: Logs) -> bool:
        """Tell whether only this epoch has no validation, and another will."""
        awaited = self.params.get("validates") and not any(name.startswith("val_") for name in logs)
        return self.monitor.startswith("val_") and bool(awaited)

    def is_improvement(self, value: float, reference: float | None) -> bool:
        """Tell whether a value is better than another by more than min_delta.

        Raises:
            ValueError: If mode is "auto" and nothing says what is better.
        """
        if reference is None:
            return True
        if self._direction() == "min":
            return value + self.min_delta < reference
        return value - self.min_delta > reference

    def _direction(self) -> str:
        if self.mode != "auto":
            return self.mode
        name = self.monitor.removeprefix("val_")
        if name == "loss" or name.endswith("_loss"):
            return "min"
        directions: dict[str, Any] = {}
        for metric in self.model.metrics:
            own = {metric.name: metric.direction}
            directions |= metric.directions() if hasattr(metric, "directions") else own
        if directions.get(name) is None:
            raise ValueError(
                f"{type(self).__name__}: whether {self.monitor!r} should be large or small isn't known; pass "
                "mode='max' or mode='min'"
            )
        return "max" if directions[name] == "up" else "min"

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Warn again in another training."""
        self._warned = False

    def get_state(self) -> dict[str, Any]:
        """Return the best value so far, if there is one."""
        return {} if self.best is None else {"best": self.best}

    def set_state(self, state: dict[str, Any]) -> None:
        """Remember the best value."""
        self.best = float(state["best"]) if "best" in state else None
