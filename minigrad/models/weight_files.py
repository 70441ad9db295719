"""Models and weights to files, and back: what `Model` offers of saving.

Before:  saving/weights.py, models/compile_config.py.  Next: models/training.py.
Source:  Keras's ``keras/src/models/model.py``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from minigrad import saving
from minigrad.models.compile_config import Recompilable


class WeightFiles(Recompilable):
    """A model that can be written to a file."""

    def save(
        self,
        filepath: Any,
        overwrite: bool = True,
        zipped: bool | None = None,
        include_optimizer: bool = True,
    ) -> None:
        """Write the whole model to a ``.keras`` file; `saving.load_model` reads it, and Keras 3 does.

        Args:
            filepath: The file's path, which ends with ``.keras``, or an open binary file.
            overwrite: Whether a file that is there is replaced (the default), or an error.
            zipped: False to write a folder of files instead of one file. Default: one file.
            include_optimizer: Whether what `compile` was given is stored, and the optimizer's state. Default
                True.

        Raises:
            ImportError: Without h5py.
            FileExistsError: If the file is there and overwrite is False.
            ValueError: If the path has another ending, or the model uses a function without a name.

        Source: ``keras.Model.save``.
        """
        saving.save_model(self, filepath, overwrite, zipped, include_optimizer)

    def save_weights(
        self,
        filepath: str | os.PathLike[str],
        overwrite: bool = True,
        max_shard_size: float | None = None,
        objects_to_skip: Iterable[Any] | None = None,
    ) -> None:
        """Write all weights to a file: ``.weights.h5``, ``.npz`` or ``.safetensors``.

        Args:
            filepath: The file.
            overwrite: Whether a file that is there is replaced (the default), or an error.
            max_shard_size: Keras's, for several files; only None, one file, is supported.
            objects_to_skip: Layers to leave out, of ``.weights.h5`` only.

        Raises:
            NotBuiltError: Before the model is built.
            FileExistsError: If the file is there and overwrite is False.
            ImportError: Without h5py or safetensors, where they are needed.
            ValueError: If the name has another ending, or several files are asked for.

        Source: ``keras.Model.save_weights``.
        """
        saving.save_weights(self, filepath, overwrite, max_shard_size, objects_to_skip)

    def load_weights(
        self,
        filepath: str | os.PathLike[str],
        skip_mismatch: bool = False,
        objects_to_skip: Iterable[Any] | None = None,
    ) -> None:
        """Read all weights from a file; if anything is wrong with it, the model stays as it was.

        Args:
            filepath: What `save_weights`, `save` or Keras 3 wrote.
            skip_mismatch: Whether layers whose weights don't fit are left as they are, with a warning.
                Default False.
            objects_to_skip: Layers to leave as they are; of ``.weights.h5`` and ``.keras`` only.

        Raises:
            NotBuiltError: Before the model is built.
            MissingFileError: If there is no such file.
            DataFileError: If the file is damaged, something else, or another model's.
            ShapeError: If a named weight has another shape.

        Source: ``keras.Model.load_weights``.
        """
        saving.load_weights(self, filepath, skip_mismatch, objects_to_skip)
