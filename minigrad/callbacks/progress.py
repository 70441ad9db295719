"""The progress of training, as a person looks at it: a bar in a terminal or notebook, else a line an epoch.

Before:  callbacks/callback.py.  Next: models/training.py.
Source:  the numbers' form is that of Keras's ``keras/src/utils/progbar.py``; the bar is tqdm's.
"""

from __future__ import annotations

import sys
import time
from typing import Any, Literal

from minigrad.callbacks.callback import Callback, Logs

Verbose = Literal["auto", 0, 1, 2] | bool

_BAR = "{n_fmt}/{total_fmt} {bar:20} {elapsed}<{remaining} {rate_fmt}{postfix}"
_NO_TOTAL = "{n_fmt}/? {elapsed} {rate_fmt}{postfix}"


def resolve_verbose(name: str, verbose: Any) -> int:
    """Return 0 (silent), 1 (a bar) or 2 (a line an epoch); "auto" is 1 where there is somebody to watch.

    Raises:
        ValueError: For anything else.
    """
    if verbose == "auto":
        return 1 if sys.stdout.isatty() or "ipykernel" in sys.modules else 2
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
    number = float(value)
    return f"{number:.4f}" if abs(number) > 1e-3 else f"{number:.4e}"


def format_logs(logs: Logs) -> str:
    """Return the logs in one line: ``accuracy: 0.9512 - loss: 0.1634``."""
    return " - ".join(f"{name}: {format_value(value)}" for name, value in logs.items())


class ProgressBar(Callback):
    """Shows steps, time left, loss and metrics while training, evaluating or predicting.

    Args:
        verbose: 1 for a bar that moves, 2 for one line an epoch.

    Source: ``keras.callbacks.ProgbarLogger``.
    """

    def __init__(self, verbose: int = 1) -> None:
        self.verbose = verbose
        self._bar: Any = None
        self._training = False
        self._began = 0.0
        self._steps = 0

    def _open(self, total: int | None) -> None:
        self._began, self._steps = time.perf_counter(), 0
        if self.verbose == 1:
            from tqdm.auto import tqdm

            form = _NO_TOTAL if total is None else _BAR
            self._bar = tqdm(
                total=total,
                bar_format=form,
                ascii=" ━",
                file=sys.stdout,
                unit="step",
                leave=True,
                dynamic_ncols=True,
            )

    def _step(self, logs: Logs | None) -> None:
        self._steps += 1
        if self._bar is not None:
            now = time.monotonic()
            if logs and now - getattr(self, "_shown", 0.0) > 0.1:  # the numbers need not be read faster
                self._bar.set_postfix_str(format_logs(logs), refresh=False)
                self._shown = now
            self._bar.update()

    def _close(self, logs: Logs | None) -> None:
        seconds = time.perf_counter() - self._began
        if self._bar is not None:
            self._bar.set_postfix_str(format_logs(logs or {}), refresh=True)
            self._bar.close()
            self._bar = None
        elif self.verbose == 2:
            each = 1e3 * seconds / max(1, self._steps)
            parts = [
                f"{self._steps}/{self._steps} - {seconds:.1f}s - {each:.0f}ms/step",
                format_logs(logs or {}),
            ]
            print(" - ".join(filter(None, parts)), flush=True)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Remember that evaluations are part of an epoch from now on."""
        self._training = True

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Training is over, however it ended: leave no bar open."""
        self._training = False
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Write which epoch begins."""
        if self.params["epochs"] > 1:
            print(f"Epoch {epoch + 1}/{self.params['epochs']}", flush=True)
        self._open(self.params["steps"])

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Move on by a step."""
        self._step(logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Show the epoch's final numbers, those of the validation included."""
        self._close(logs)

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Begin a bar, unless the evaluation is part of an epoch."""
        if not self._training:
            self._open(self.params["steps"])

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Move on by a batch."""
        if not self._training:
            self._step(logs)

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Show the final numbers."""
        if not self._training:
            self._close(logs)

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Begin a bar."""
        self._open(self.params["steps"])

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Move on by a batch."""
        self._step(None)

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """Close the bar."""
        self._close(None)
