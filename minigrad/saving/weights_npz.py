"""A model's weights in an ``.npz`` file, which NumPy reads without minigrad.

Idea:    weights are stored in the model's own order; a weight's own name and shape have to fit, the names of
         the layers (dense, dense_1, ...) need not, since they count what was made before.
Before:  saving/files.py, saving/named_weights.py.  Next: saving/weights_safetensors.py.
Source:  ``keras.Model.save_weights``.
"""

from __future__ import annotations

import os
from typing import Any

from minigrad.saving.files import read_npz, write_npz
from minigrad.saving.named_weights import assign_by_name, assign_in_order, check_built, named_weights


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
    check_built(model, "save")
    own = named_weights(model).items()
    write_npz(path, {f"{index}/{name}": one._data for index, (name, one) in enumerate(own)})


def load_weights_npz(model: Any, path: str | os.PathLike[str], skip_mismatch: bool = False) -> None:
    """Read all weights of a model or layer from a file that `save_weights_npz` wrote.

    Args:
        model: A built model or layer. It changes only if every weight fits.
        path: The file.
        skip_mismatch: Whether to take those weights whose name (also the layers') and shape fit, and leave
            the others as they are, with a warning. Default False.

    Raises:
        NotBuiltError: If the model has no weights yet.
        FileNotFoundError: If there is no such file.
        DataFileError: If the file is damaged, or no such file.
        ShapeError: If the number of weights, a name or a shape differs.
    """
    check_built(model, "load")
    arrays = read_npz(path)
    if skip_mismatch:
        assign_by_name(path, model, {key.split("/", 1)[-1]: one for key, one in arrays.items()}, True)
    else:
        assign_in_order(path, model, arrays)
