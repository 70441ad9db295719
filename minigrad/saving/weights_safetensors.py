"""A model's weights in a ``.safetensors`` file, the form in which they are passed on today.

Idea:    names, shapes and numbers, and nothing that could be run. The names are those of the layers; their
         order in the model is noted, too, for a model whose layers were named by counting.
Before:  saving/named_weights.py, saving/files.py.  Next: saving/weights.py.
Source:  https://github.com/huggingface/safetensors.
"""

from __future__ import annotations

import json
import os
from typing import Any

import numpy as np

from minigrad.errors import DataFileError, MissingFileError
from minigrad.saving.files import replacing
from minigrad.saving.named_weights import (
    Arrays,
    assign_by_name,
    assign_in_order,
    check_built,
    named_weights,
)
from minigrad.version import __version__


def import_safetensors(purpose: str) -> Any:
    """Return the module safetensors.

    Raises:
        ImportError: If it isn't installed; it says what to do.
    """
    try:
        import safetensors.numpy
    except ImportError:
        raise ImportError(f"{purpose} needs safetensors: pip install minigrad[safetensors]") from None
    return safetensors


def save_weights_safetensors(model: Any, path: str | os.PathLike[str]) -> None:
    """Write all weights of a model to a ``.safetensors`` file, by the names of the layers that lead to them.

    Args:
        model: A built model or layer.
        path: The file. It takes its place at once: a crash leaves the old one.

    Raises:
        ImportError: Without safetensors.
        NotBuiltError: If the model has no weights yet.
    """
    safetensors = import_safetensors("writing .safetensors files")
    check_built(model, "save")
    own = named_weights(model)
    about = {"format": "np", "order": json.dumps(list(own)), "minigrad_version": __version__}
    arrays = {name: np.array(variable, order="C") for name, variable in own.items()}
    content = safetensors.numpy.save(arrays, metadata=about)
    with replacing(path) as file:
        file.write(content)


def load_weights_safetensors(model: Any, path: str | os.PathLike[str], skip_mismatch: bool = False) -> None:
    """Read all weights of a model from a ``.safetensors`` file.

    They are found by their names; or, where the names are others, by the order that minigrad notes in its
    files, if each weight's own name and shape fit.

    Args:
        model: A built model or layer. It changes only if every weight fits.
        path: The file.
        skip_mismatch: Whether to take those weights whose name and shape fit, and leave the others as they
            are, with a warning. Default False.

    Raises:
        ImportError: Without safetensors.
        NotBuiltError: If the model has no weights yet.
        MissingFileError: If there is no such file.
        DataFileError: If the file is damaged, or something else.
        ShapeError: If a name or a shape differs.
    """
    safetensors = import_safetensors(f"reading {os.fspath(path)}")
    check_built(model, "load")
    arrays, order = _read(safetensors, os.fspath(path))
    if order is not None and not skip_mismatch and sorted(arrays) != sorted(named_weights(model)):
        assign_in_order(path, model, {name: arrays[name] for name in order})
    else:
        assign_by_name(path, model, arrays, skip_mismatch)


def _read(safetensors: Any, path: str) -> tuple[Arrays, list[str] | None]:
    """Return the arrays of a file, and their order if it is noted."""
    if not os.path.exists(path):
        raise MissingFileError(f"there is no file {path}")
    try:
        with safetensors.safe_open(path, framework="np") as file:
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no dict
            noted = json.loads((file.metadata() or {}).get("order", "null"))
    except Exception as error:  # its own errors are no subclass of any that is known without it
        raise DataFileError(f"{path} is damaged, or no .safetensors file ({error})") from None
    known = isinstance(noted, list) and all(isinstance(one, str) for one in noted)
    return arrays, noted if known and sorted(noted) == sorted(arrays) else None
