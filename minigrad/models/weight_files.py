"""Weights to a file, and back: what `Model` offers of saving.

Before:  saving/weights_npz.py.  Next: models/training.py.
Source:  Keras's ``keras/src/models/model.py``.
"""

from __future__ import annotations

import os

from minigrad.layers.layer import Layer
from minigrad.saving import load_weights_npz, save_weights_npz


class WeightFiles(Layer):
    """A layer whose weights can be written to a file."""

    def save_weights(self, filepath: str | os.PathLike[str], overwrite: bool = True) -> None:
        """Write all weights to an ``.npz`` file.

        Args:
            filepath: The file, whose name ends with ``.npz``.
            overwrite: Whether a file that is there is replaced (the default), or an error.

        Raises:
            NotBuiltError: Before the model is built.
            FileExistsError: If the file is there and overwrite is False.
            ValueError: If the name has another ending.

        Source: ``keras.Model.save_weights``.
        """
        _check_ending("save_weights", filepath)
        if not overwrite and os.path.exists(filepath):
            raise FileExistsError(f"save_weights: {os.fspath(filepath)} exists, and overwrite is False")
        save_weights_npz(self, filepath)

    def load_weights(self, filepath: str | os.PathLike[str]) -> None:
        """Read all weights from a file that `save_weights` wrote; the model changes only if all fit.

        Raises:
            NotBuiltError: Before the model is built.
            FileNotFoundError: If there is no such file.
            DataFileError: If the file is damaged.
            ShapeError: If it is another model's.

        Source: ``keras.Model.load_weights``.
        """
        _check_ending("load_weights", filepath)
        load_weights_npz(self, filepath)


def _check_ending(name: str, filepath: str | os.PathLike[str]) -> None:
    if not os.fspath(filepath).endswith(".npz"):
        raise ValueError(f"{name}: the file's name must end with .npz; got {os.fspath(filepath)!r}")
