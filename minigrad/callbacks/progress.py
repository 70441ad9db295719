"""The progress of training, as a person looks at it: a bar in a terminal or notebook, else a line an epoch.

Idea:    while an epoch runs, tqdm draws a bar, which is gone when it is over; what stays is one line with the
         final numbers, however long, and the same wherever the output goes.
Before:  callbacks/callback.py.  Next: models/training.py.
Source:  the form is that of Keras's ``keras/src/utils/progbar.py``.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np

from minigrad.callbacks.callback import Callback, Logs

_BAR = "{n_fmt}/{total_fmt} {bar:%d} {remaining}{desc}"
_NO_TOTAL = "{n_fmt}/? {elapsed}{desc}"
_WIDTH = 20


def is_watched() -> bool:
    """Tell whether the output goes to a terminal or notebook, rather than to a file."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return sys.stdout.isatty() or hasattr(shell, "kernel")  # importing IPython makes no notebook


def resolve_verbose(name: str, verbose: Any) -> int:
    """Return 0 (silent), 1 (a bar) or 2 (a line an epoch); "auto" is 1 where there is somebody to watch.

    Raises:
        ValueError: For anything else.
    """
    if verbose == "auto":
        return 1 if is_watched() else 2
    if verbose not in (0, 1, 2):
        raise ValueError(
            f'{name}: verbose must be "auto", 0 (silent), 1 (a bar) or 2 (a line); got {verbose!r}'
        )
    return int(verbose)


def format_value(value: Any) -> str:
    """Return a number with 4 decimals, or in scientific form if it is 0.001 or less.

    Example:
        >>> format_value(0.98765), format_value(0.0005)
        ('0.9877', '5.0000e-04')
    """
    if np.ndim(value):  # a metric of several numbers
        return "[" + ", ".join(map(format_value, np.ravel(value))) + "]"
    number = float(value)
    return f"{number:.4f}" if abs(number) > 1e-3 else f"{number:.4e}"


def format_logs(logs: Logs) -> str:
    """Return the logs in one line: ``accuracy: 0.9512 - loss: 0.1634``."""
    return " - ".join(f"{name}: {format_value(value)}" for name, value in logs.items())


def format_time(seconds: float) -> str:
    """Return a time in the unit that suits it.

    Example:
        >>> [format_time(t) for t in (0.00004, 0.0612, 2.5, 75.0, 3700.0)]
        ['40us', '61ms', '2.5s', '1:15', '1:01:40']
    """
    if seconds < 1e-3:
        return f"{seconds * 1e6:.0f}us"
    if seconds < 1:
        return f"{seconds * 1e3:.0f}ms"
    if seconds < 60:
        return f"{seconds:.1f}s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def announce(message: str) -> None:
    """Print a line above the bar, if one is open.

    Example:
        >>> announce("Epoch 3: early stopping")
        Epoch 3: early stopping
    """
    if ProgressBar.open_bar is None:
        print(message, flush=True)
    else:
        ProgressBar.open_bar.write(message, file=sys.stdout)


class ProgressBar(Callback):
    """Shows steps, time left, loss and metrics while training, evaluating or predicting.

    Args:
        verbose: 1 for a bar that moves (where the output is a file, only its last state), 2 for one line
            an epoch.

    Source: ``keras.callbacks.ProgbarLogger``.
    """

    open_bar: Any = None  # tqdm's, of which there is one at a time

    def __init__(self, verbose: int = 1) -> None:
        self.verbose = verbose
        self._running = False
        self._training = False
        self._began = 0.0
        self._shown = 0.0
        self._done = 0
        self._first = 0
        self._total: int | None = None
        self._logs: Logs = {}

    def _open(self, total: int | None) -> None:
        self._running, self._logs = True, {}
        self._began, self._done, self._first, self._total = time.perf_counter(), 0, 0, total
        if self.verbose == 1 and is_watched():
            import shutil  # late, with its compressors

            from tqdm import tqdm  # as text in notebooks, too: of a widget, the stored notebook keeps remains

            narrow = shutil.get_terminal_size().columns < 60  # leave room for the loss
            ProgressBar.open_bar = tqdm(
                total=total,
                bar_format=_NO_TOTAL if total is None else _BAR % (6 if narrow else _WIDTH),
                ascii=" ━",
                file=sys.stdout,
                leave=False,
                dynamic_ncols=True,
            )

    def _step(self, batch: int, logs: Logs | None) -> None:
        if not self._done:
            self._first = batch  # not 0 where a training goes on in the middle of an epoch
        self._done = batch + 1
        if logs is not None:
            self._logs = logs
        bar = self.open_bar
        if bar is not None:
            now = time.monotonic()
            if now - self._shown > 0.1:  # the numbers need not be read faster
                self._shown = now
                if self._logs:
                    bar.set_description_str(f" - {format_logs(self._logs)}", refresh=False)
                bar.update(self._done - bar.n)

    def _line(self, logs: Logs) -> str:
        seconds = time.perf_counter() - self._began
        total = self._total or self._done
        count = f"{self._done}/{total}"
        each = f"{format_time(seconds / max(1, self._done - self._first))}/step"
        if self.verbose == 2:
            return " - ".join(filter(None, [count, format_time(seconds), each, format_logs(logs)]))
        bar = ("━" * (_WIDTH * self._done // max(1, total))).ljust(_WIDTH)
        return " - ".join(filter(None, [f"{count} {bar} {format_time(seconds)} {each}", format_logs(logs)]))

    def finish(self, logs: Logs | None = None) -> None:
        """Let the bar become the line that stays; nothing happens where none is open."""
        if not self._running:
            return
        self._running = False
        if self.open_bar is not None:
            self.open_bar.close()
            ProgressBar.open_bar = None
        if self.verbose and self._done:  # an error in the first step speaks for itself
            print(self._line(self._logs if logs is None else logs), flush=True)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Remember that evaluations are part of an epoch from now on."""
        self._training = True

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Training is over, however it ended: leave no bar open."""
        self._training = False
        self.finish()

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Write which epoch begins."""
        if self.verbose and self.params.get("epochs", 1) > 1:
            print(f"Epoch {epoch + 1}/{self.params['epochs']}", flush=True)
        self._open(self.params.get("steps"))

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Move on by a step."""
        self._step(batch, logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Show the epoch's final numbers, those of the validation included."""
        self.params["steps"] = self._total or self._done  # now it is known
        self.finish(logs)

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Begin a bar, unless the evaluation is part of an epoch."""
        if not self._training:
            self._open(self.params.get("steps"))

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Move on by a batch."""
        if not self._training:
            self._step(batch, logs)

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Show the final numbers."""
        if not self._training:
            self.finish(logs)

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Begin a bar."""
        self._open(self.params.get("steps"))

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Move on by a batch."""
        self._step(batch, None)

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """Close the bar."""
        self.finish()
