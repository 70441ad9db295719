"""ModelCheckpoint: write the model, or its weights, to a file now and then.

Before:  callbacks/monitor.py.  Next: callbacks/backup_and_restore.py.
Source:  Keras's ``keras/src/callbacks/model_checkpoint.py``.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from minigrad.callbacks.callback import Logs
from minigrad.callbacks.monitor import Mode, MonitorCallback
from minigrad.callbacks.progress import announce

_OF_WEIGHTS = (".weights.h5", ".npz", ".safetensors")
_OF_MODELS = (".keras",)


class ModelCheckpoint(MonitorCallback):
    """Save the model after each epoch, or after so many steps, or only where it is better than before.

    Args:
        filepath: The file. It may have places for the epoch (from 1), the step and the logs:
            ``"{epoch:02d}-{val_loss:.2f}.npz"``. Weights go to ``.weights.h5``, ``.npz`` or
            ``.safetensors``, a whole model to ``.keras``.
        monitor: What says which model is better. Default "val_loss".
        verbose: 1 to print a line when it acts. Default 0.
        save_best_only: Whether to save only where the monitored number is the best so far (each time, with a
            warning, if there is no such number). Default False.
        save_weights_only: Whether to save by ``model.save_weights`` instead of ``model.save``. Default False.
        mode: "min", "max" or "auto" (the default): see `MonitorCallback`.
        save_freq: "epoch" (the default), or a number of steps.
        initial_value_threshold: A value that the first model must be better than. Default None.

    Raises:
        ValueError: If the file's ending doesn't say what it is to hold, or save_freq is something else.

    Source: ``keras.callbacks.ModelCheckpoint``.

    Example:
        >>> import minigrad as mg, numpy as np, os, tempfile
        >>> folder = tempfile.mkdtemp()
        >>> path = os.path.join(folder, "epoch-{epoch}.npz")
        >>> save = mg.callbacks.ModelCheckpoint(path, save_weights_only=True)
        >>> model = mg.Sequential([mg.Input((1,)), mg.layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> x = np.zeros((4, 1))
        >>> history = model.fit(x, x, epochs=2, callbacks=[save], verbose=0)
        >>> sorted(os.listdir(folder))
        ['epoch-1.npz', 'epoch-2.npz']
    """

    without_it = "it saves each time"

    def __init__(
        self,
        filepath: str | os.PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: Mode = "auto",
        save_freq: int | str = "epoch",
        initial_value_threshold: float | None = None,
    ) -> None:
        super().__init__(monitor, mode, initial_value_threshold)
        self.filepath = os.fspath(filepath)
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only
        self.save_freq = check_save_freq("ModelCheckpoint", save_freq)
        endings = _OF_WEIGHTS if save_weights_only else _OF_MODELS
        if not self.filepath.endswith(endings):
            other = "" if save_weights_only else "; for weights only, pass save_weights_only=True"
            raise ValueError(
                f"ModelCheckpoint: with save_weights_only={save_weights_only}, filepath must end with "
                f"{' or '.join(endings)}; got {self.filepath!r}{other}"
            )
        self._epoch = 0
        self._steps = 0

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Remember the epoch, which may be part of the file's name."""
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Save after every ``save_freq`` steps."""
        if self.save_freq == "epoch":
            return
        self._steps += 1
        if self._steps >= int(self.save_freq):
            self._steps = 0
            self._save({"epoch": self._epoch + 1, "batch": batch + 1}, logs or {})

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Save after each epoch."""
        if self.save_freq == "epoch":
            self._save({"epoch": epoch + 1}, logs or {})

    def _save(self, place: dict[str, int], logs: Logs) -> None:
        path = self._path(place, logs)
        if not self._is_due(place["epoch"], logs, path):
            return
        if os.path.isdir(path):
            raise IsADirectoryError(f"ModelCheckpoint: {path} is a folder; filepath must be that of a file")
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        if self.save_weights_only:
            self.model.save_weights(path, overwrite=True)
        else:
            self.model.save(path, overwrite=True)

    def _path(self, place: dict[str, int], logs: Logs) -> str:
        known = {**logs, **place}
        try:
            return self.filepath.format(**known)
        except KeyError as error:
            raise KeyError(
                f"ModelCheckpoint: filepath {self.filepath!r} has a place for {error}, which is not known; "
                f"known are: {', '.join(known)}"
            ) from None

    def _is_due(self, epoch: int, logs: Logs, path: str) -> bool:
        if not self.save_best_only:
            if self.verbose:
                announce(f"Epoch {epoch}: saving model to {path}")
            return True
        current = self.current_value(logs)
        if current is None:  # better a model too many than none
            return not self.is_awaited(logs)
        better = self.is_improvement(current, self.best)
        if self.verbose:
            best = "None" if self.best is None else f"{self.best:.5f}"
            change = f"improved from {best} to {current:.5f}, saving model to {path}"
            announce(f"Epoch {epoch}: {self.monitor} {change if better else f'did not improve from {best}'}")
        if better:
            self.best = current
        return better

    def get_state(self) -> dict[str, Any]:
        """Return what it remembers: the best value, and the steps since it last saved."""
        return {**super().get_state(), "steps": self._steps}

    def set_state(self, state: dict[str, Any]) -> None:
        """Remember it again."""
        super().set_state(state)
        self._steps = int(state["steps"])


def check_save_freq(name: str, save_freq: Any) -> int | str:
    """Return ``save_freq`` if it is "epoch" or a number of steps.

    Raises:
        ValueError: If it isn't.
    """
    if save_freq == "epoch":
        return "epoch"
    if isinstance(save_freq, bool) or not isinstance(save_freq, int) or save_freq < 1:
        raise ValueError(f'{name}: save_freq must be "epoch" or an integer >= 1; got {save_freq!r}')
    return save_freq
