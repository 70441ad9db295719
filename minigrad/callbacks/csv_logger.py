"""CSVLogger: the numbers of each epoch as a row of a file.

Before:  callbacks/callback.py.  Next: callbacks/lambda_callback.py.
Source:  Keras's ``keras/src/callbacks/csv_logger.py``.
"""

from __future__ import annotations

import csv
import os
from typing import Any

import numpy as np

from minigrad.callbacks.callback import Callback, Logs


class CSVLogger(Callback):
    """Write the logs of each epoch to a CSV file. Each row is in the file when its epoch is over.

    Args:
        filename: The file.
        separator: What stands between the values. Default ",".
        append: Whether rows are added to a file that is there (under its columns), rather than it being
            replaced. Default False.

    Source: ``keras.callbacks.CSVLogger``.

    Example:
        >>> import minigrad as mg, numpy as np, pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "log.csv"
        >>> model = mg.Sequential([mg.Input((1,)), mg.layers.Dense(1, kernel_initializer="zeros")])
        >>> model.compile("sgd", "mse")
        >>> x = np.zeros((4, 1))
        >>> history = model.fit(x, x, epochs=2, callbacks=[mg.callbacks.CSVLogger(path)], verbose=0)
        >>> print(path.read_text())
        epoch,loss,val_loss
        0,0.0,NA
        1,0.0,NA
    """

    def __init__(self, filename: str | os.PathLike[str], separator: str = ",", append: bool = False) -> None:
        self.filename = os.fspath(filename)
        self.separator = separator
        self.append = append
        self._file: Any = None
        self._writer: Any = None
        self._columns: list[str] = []

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Open the file."""
        self._close()
        self._columns = []
        if self.append and os.path.exists(self.filename):
            with open(self.filename, newline="", encoding="utf-8") as file:
                self._columns = next(csv.reader(file, delimiter=self.separator), [])
        self._file = open(self.filename, "a" if self.append else "w", newline="", encoding="utf-8")  # noqa: SIM115

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write a row.

        Raises:
            ValueError: If the file that is appended to has no column for a value.
        """
        row = {"epoch": epoch, **{name: _text(value) for name, value in (logs or {}).items()}}
        if self._writer is None:
            begun = bool(self._columns)
            self._columns = self._columns or _columns(row)
            self._writer = csv.DictWriter(
                self._file, self._columns, restval="NA", delimiter=self.separator, lineterminator="\n"
            )
            if not begun:
                self._writer.writeheader()
        unknown = [name for name in row if name not in self._columns]
        if unknown:
            raise ValueError(
                f"CSVLogger: {self.filename} has no column for {', '.join(unknown)}; it has: "
                f"{', '.join(self._columns)}"
            )
        self._writer.writerow(row)
        self._file.flush()

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Close the file."""
        self._close()

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file = self._writer = None


def _columns(row: dict[str, Any]) -> list[str]:
    """Return the columns for such rows, with those of a validation, which later epochs may have."""
    names = sorted(name for name in row if name != "epoch")
    if not any(name.startswith("val_") for name in names):
        names += [f"val_{name}" for name in names]
    return ["epoch", *names]


def _text(value: Any) -> Any:
    if np.ndim(value):
        return "[" + ", ".join(str(one) for one in np.ravel(value)) + "]"
    return value
