"""History: the loss and the metrics of every epoch.

Before:  callbacks/callback.py.  Next: callbacks/progress.py.
"""

from __future__ import annotations

import itertools
from typing import Any

from minigrad.callbacks.callback import Callback, Logs
from minigrad.notebook import html_table


class History(Callback):
    """What ``fit`` returns: the logs of each epoch.

    Attributes:
        history: For each name (loss, metrics, then val_ of each) the list of its values.
        epoch: The numbers of the epochs, from 0.
        epochs_of: For each name the numbers of the epochs that its values are of; they are fewer for
            val_ where ``validation_freq`` leaves some out.

    Source: ``keras.callbacks.History``.

    Example:
        >>> history = History()
        >>> history.on_epoch_end(0, {"loss": 0.5})
        >>> history.epoch, history.history
        ([0], {'loss': [0.5]})
        >>> history  # the last epoch's values
        <History epochs=1, loss=0.5>
    """

    def __init__(self) -> None:
        self.history: dict[str, list[Any]] = {}
        self.epoch: list[int] = []
        self.epochs_of: dict[str, list[int]] = {}

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Forget earlier runs' epochs; what was recorded stays in ``history`` until then."""
        self.epoch = []

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Append the epoch's values."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)
            self.epochs_of.setdefault(name, []).append(epoch)

    def epochs_from_1(self, name: str) -> list[int]:
        """Return the number of the epoch that each value of a name is of, counted from 1.

        Where one object recorded several runs, each from the first epoch on, the values are just counted.
        """
        epochs = self.epochs_of[name]
        if any(after <= before for before, after in itertools.pairwise(epochs)):
            return list(range(1, len(epochs) + 1))
        return [epoch + 1 for epoch in epochs]

    def __repr__(self) -> str:
        last = [f"{name}={_text(values[-1])}" for name, values in self.history.items()]
        return f"<History {', '.join([f'epochs={self._count()}', *last])}>"

    def _count(self) -> int:
        return len({epoch for name in self.history for epoch in self.epochs_from_1(name)})

    def _repr_html_(self) -> str:
        found = {
            name: dict(zip(self.epochs_from_1(name), values, strict=True))
            for name, values in self.history.items()
        }
        epochs = sorted({epoch for values in found.values() for epoch in values})
        rows = [[epoch, *(_text(values.get(epoch, "")) for values in found.values())] for epoch in epochs]
        return html_table(
            rows, ["epoch", *found], f"History of {len(epochs)} epoch" + "s" * (len(epochs) != 1)
        )


def _text(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
