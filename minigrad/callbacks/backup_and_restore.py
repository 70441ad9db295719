"""BackupAndRestore: training that survives a crash.

Idea:    the state of the training is one file that is always whole. Where it is found, training goes on from
         it, to the same bits as if it had never stopped.
Before:  callbacks/callback.py, saving/files.py.  Next: models/resuming.py (what the state is).
Source:  Keras's ``keras/src/callbacks/backup_and_restore.py``.
"""

from __future__ import annotations

import os
from pathlib import Path

from minigrad.callbacks.callback import Callback, Logs
from minigrad.callbacks.model_checkpoint import check_save_freq
from minigrad.errors import DataFileError
from minigrad.saving.files import read_npz, write_npz


class BackupAndRestore(Callback):
    """Store the state of a training, and go on from it when ``fit`` is called again after a crash.

    The state has the weights, the optimizer's variables, the epoch and step, the randomness (of minigrad,
    NumPy and Python), and what `EarlyStopping` and the like remember. So the result is the same, to the last
    bit, as without the crash. What a `PyDataset` or generator of your own remembers is not in it. The
    model must be built, and ``fit`` be called with the same arguments.

    Args:
        backup_dir: A folder for the file. It is for this training only.
        save_freq: "epoch" (the default), or a number of steps.
        double_checkpoint: Whether the state before the last is kept, too, and used if the last can't be
            read. Default False.
        delete_checkpoint: Whether the file is deleted when training is complete. Default True. It stays where
            training ends by an error or Ctrl-C.

    Raises:
        ValueError: If backup_dir is empty, or save_freq is something else.

    Source: ``keras.callbacks.BackupAndRestore``.

    Example:
        >>> import minigrad as mg, numpy as np, tempfile
        >>> def crash(epoch, logs):
        ...     if epoch == 2:
        ...         raise RuntimeError("power cut")
        >>> folder, x = tempfile.mkdtemp(), np.ones((4, 1))
        >>> model = mg.Sequential([mg.Input((1,)), mg.layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> backup = mg.callbacks.BackupAndRestore(folder)
        >>> try:
        ...     model.fit(x, x, epochs=5, verbose=0, callbacks=[
        ...         backup, mg.callbacks.LambdaCallback(on_epoch_begin=crash)])
        ... except RuntimeError:
        ...     print(model.fit(x, x, epochs=5, callbacks=[backup], verbose=0).epoch)
        [2, 3, 4]
    """

    runs_last = True  # so that the state has what other callbacks change at the end of an epoch

    def __init__(
        self,
        backup_dir: str | os.PathLike[str],
        save_freq: int | str = "epoch",
        double_checkpoint: bool = False,
        delete_checkpoint: bool = True,
    ) -> None:
        if not isinstance(backup_dir, str | os.PathLike) or not os.fspath(backup_dir):
            raise ValueError(f"BackupAndRestore: backup_dir must be the path of a folder; got {backup_dir!r}")
        self.backup_dir = Path(backup_dir)
        self.save_freq = check_save_freq("BackupAndRestore", save_freq)
        self.double_checkpoint = double_checkpoint
        self.delete_checkpoint = delete_checkpoint
        self._file = self.backup_dir / "training.npz"
        self._earlier = self.backup_dir / "training.npz.bkp"
        self._steps = 0

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Go on from the stored state, if there is one."""
        self._steps = 0
        if not self._file.exists():
            return
        try:
            state = read_npz(self._file)
        except DataFileError:
            if not self._earlier.exists():
                raise
            state = read_npz(self._earlier)
        self.model.set_training_state(state)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Store the state after every ``save_freq`` steps."""
        if self.save_freq == "epoch":
            return
        self._steps += 1
        if self._steps >= int(self.save_freq):
            self._steps = 0
            self._store()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Store the state after each epoch."""
        if self.save_freq == "epoch":
            self._store()

    def _store(self) -> None:
        if self.double_checkpoint and self._file.exists():
            import shutil

            shutil.copyfile(self._file, self._earlier)
        write_npz(self._file, self.model.get_training_state())

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Training is complete: delete what was stored."""
        if self.delete_checkpoint:
            self._file.unlink(missing_ok=True)
            self._earlier.unlink(missing_ok=True)
            if self.backup_dir.is_dir() and not any(self.backup_dir.iterdir()):
                self.backup_dir.rmdir()

    def on_train_interrupted(self, logs: Logs | None = None) -> None:
        """Keep what was stored: it is for this."""
