"""History: the loss and the metrics of every epoch.

Before:  callbacks/callback.py.  Next: callbacks/progress.py.
"""

from __future__ import annotations

from typing import Any

from minigrad.callbacks.callback import Callback, Logs


class History(Callback):
    """What ``fit`` returns: the logs of each epoch.

    Attributes:
        history: For each name (loss, metrics, then val_ of each) the list of its values.
        epoch: The numbers of the epochs, from 0.

    Source: ``keras.callbacks.History``.

    Example:
        >>> history = History()
        >>> history.on_epoch_end(0, {"loss": 0.5})
        >>> history.epoch, history.history
        ([0], {'loss': [0.5]})
    """

    def __init__(self) -> None:
        self.history: dict[str, list[Any]] = {}
        self.epoch: list[int] = []

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Forget earlier runs' epochs; what was recorded stays in ``history`` until then."""
        self.epoch = []

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Append the epoch's values."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)
