"""A model's weights in an ``.npz`` file, which NumPy reads without minigrad.

Idea:    weights are stored in the model's own order; a weight's own name and shape have to fit, the names of
         the layers (dense, dense_1, ...) need not, since they count what was made before.
Before:  saving/files.py, layers/weights.py.  Next: models/weight_files.py.
Source:  ``keras.Model.save_weights``.
"""

from __future__ import annotations

import os
from typing import Any

from minigrad.errors import DataFileError, NotBuiltError, ShapeError
from minigrad.saving.files import read_npz, write_npz


def save_weights_npz(model: Any, path: str | os.PathLike[str]) -> None:
    """Write all weights of a model or layer to an ``.npz`` file.

    Args:
        model: A built model or layer.
        path: The file. It takes its place at once: a crash leaves the old one.

    Raises:
        NotBuiltError: If the model has no weights yet.

    Example:
        >>> import minigrad as mg, numpy as np, pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "weights.npz"
        >>> first, second = (mg.Sequential([mg.Input((2,)), mg.layers.Dense(3)]) for _ in range(2))
        >>> save_weights_npz(first, path)
        >>> load_weights_npz(second, path)
        >>> np.array_equal(first.get_weights()[0], second.get_weights()[0])
        True
    """
    if not model.built:
        raise NotBuiltError(f"{model.name} has no weights to save yet: call it, or build it with a shape")
    write_npz(path, {_key(index, one): one._data for index, one in enumerate(model.variables)})


def load_weights_npz(model: Any, path: str | os.PathLike[str]) -> None:
    """Read all weights of a model or layer from a file that `save_weights_npz` wrote.

    Args:
        model: A built model or layer. It changes only if every weight fits.
        path: The file.

    Raises:
        NotBuiltError: If the model has no weights yet.
        FileNotFoundError: If there is no such file.
        DataFileError: If the file is damaged, or no such file.
        ShapeError: If the number of weights, a name or a shape differs.
    """
    if not model.built:
        raise NotBuiltError(
            f"{model.name} has no weights to load into yet: call it, or build it with a shape"
        )
    arrays = read_npz(path)
    variables = model.variables
    if len(arrays) != len(variables):
        raise ShapeError(
            f"{os.fspath(path)} has {len(arrays)} weights, {model.name} has {len(variables)}: "
            "is it another model's?"
        )
    for (key, array), variable in zip(arrays.items(), variables, strict=True):
        if key.rsplit("/", 1)[-1] != variable.name:
            raise ShapeError(
                f"{os.fspath(path)}: its weight {key!r} stands where {model.name} has {variable.path!r}"
            )
        if array.shape != variable.shape:
            raise ShapeError(
                f"{os.fspath(path)}: its weight {key!r} has shape {array.shape}, {variable.path!r} of "
                f"{model.name} {variable.shape}"
            )
        if array.dtype.kind not in "fiub":
            raise DataFileError(f"{os.fspath(path)}: its weight {key!r} is {array.dtype}, not numeric")
    for array, variable in zip(arrays.values(), variables, strict=True):
        variable.assign(array)


def _key(index: int, variable: Any) -> str:
    return f"{index}/{variable.path}"
