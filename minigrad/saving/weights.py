"""Weights to a file, and back, in the form that the file's name asks for.

Before:  saving/models.py, saving/weights_npz.py, saving/weights_safetensors.py.  Next: models/.
Source:  ``keras.saving.save_weights`` and ``keras.saving.load_weights``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from minigrad.errors import DataFileError, MissingFileError
from minigrad.optimizers import Optimizer
from minigrad.saving import archive
from minigrad.saving.files import replacing
from minigrad.saving.hdf5 import from_hdf5, import_h5py, to_hdf5
from minigrad.saving.models import may_be_left
from minigrad.saving.named_weights import check_built, warn_of_mismatch
from minigrad.saving.state import Arrays, Part, Snapshot, load_state, parts
from minigrad.saving.weights_npz import load_weights_npz, save_weights_npz
from minigrad.saving.weights_safetensors import load_weights_safetensors, save_weights_safetensors


def save_weights(
    model: Any,
    filepath: str | os.PathLike[str],
    overwrite: bool = True,
    max_shard_size: float | None = None,
    objects_to_skip: Iterable[Any] | None = None,
) -> None:
    """Write a model's weights to a file, in the form that its name ends with.

    ========================  ==========================================================================
    ``.weights.h5``           Keras's form, which it reads, too; with the optimizer's state. Needs h5py.
    ``.npz``                  NumPy's form. Needs nothing else.
    ``.safetensors``          By name. Needs safetensors.
    ========================  ==========================================================================

    Args:
        model: A built model.
        filepath: The file. It takes its place at once: a crash leaves the old one.
        overwrite: Whether a file that is there is replaced (the default), or an error.
        max_shard_size: Keras's, for several files; only None, one file, is supported.
        objects_to_skip: Layers to leave out, of ``.weights.h5`` only.

    Raises:
        NotBuiltError: Before the model is built.
        FileExistsError: If the file is there and overwrite is False.
        ImportError: Without h5py or safetensors, where they are needed.
        ValueError: If the name has another ending, or several files are asked for.

    Source: ``keras.saving.save_weights``, ``keras.Model.save_weights``.
    """
    name = os.fspath(filepath)
    if max_shard_size is not None:
        raise ValueError(
            f"save_weights: weights are written to one file; max_shard_size={max_shard_size!r} asks for "
            "several, which is not supported"
        )
    if not name.endswith(archive.OF_WEIGHTS):
        raise ValueError(_wrong_ending("save_weights", name, archive.OF_WEIGHTS))
    _check_skipped("save_weights", name, objects_to_skip)
    check_built(model, "save")
    if not overwrite and os.path.exists(name):
        raise FileExistsError(f"save_weights: {name} exists, and overwrite is False")
    if name.endswith(".npz"):
        save_weights_npz(model, filepath)
    elif name.endswith(".safetensors"):
        save_weights_safetensors(model, filepath)
    else:
        content = to_hdf5(parts(model, objects_to_skip or ()), model.trainable_variables)
        with replacing(filepath) as file:
            file.write(content)


def load_weights(
    model: Any,
    filepath: str | os.PathLike[str],
    skip_mismatch: bool = False,
    objects_to_skip: Iterable[Any] | None = None,
) -> None:
    """Read a model's weights from a file; if anything is wrong with it, the model stays as it was.

    Besides the forms that `save_weights` writes, those of a ``.keras`` file can be read. The optimizer's
    state is taken over where the model is compiled and has as much of it; an optimizer that has made no
    step yet mostly has not.

    Args:
        model: A built model.
        filepath: The file.
        skip_mismatch: Whether layers whose weights don't fit are left as they are, with a warning. Default
            False: that is an error.
        objects_to_skip: Layers to leave as they are; of ``.weights.h5`` and ``.keras`` only.

    Raises:
        NotBuiltError: Before the model is built.
        MissingFileError: If there is no such file.
        DataFileError: If the file is damaged, something else, or another model's.
        ShapeError: If a named weight has another shape.
        ImportError: Without h5py or safetensors, where they are needed.

    Source: ``keras.saving.load_weights``, ``keras.Model.load_weights``.
    """
    name = os.fspath(filepath)
    if not name.endswith((*archive.OF_WEIGHTS, ".keras")):
        raise ValueError(_wrong_ending("load_weights", name, (*archive.OF_WEIGHTS, ".keras")))
    _check_skipped("load_weights", name, objects_to_skip)
    check_built(model, "load")
    if not os.path.exists(name):
        raise MissingFileError(f"there is no file {name}")
    if name.endswith(".npz"):
        load_weights_npz(model, filepath, skip_mismatch)
    elif name.endswith(".safetensors"):
        load_weights_safetensors(model, filepath, skip_mismatch)
    else:
        _load_parts(name, model, _stores(name), skip_mismatch, objects_to_skip)


def _stores(name: str) -> dict[str, Arrays]:
    """Return the arrays of a .weights.h5 or .keras file by their paths."""
    import_h5py(f"reading {name}")
    if name.endswith(".weights.h5"):
        return from_hdf5(name, Path(name).read_bytes())
    members = archive.read_archive(name)
    if archive.WEIGHTS not in members:
        raise DataFileError(f"{name} has no {archive.WEIGHTS}, and so no weights")
    return from_hdf5(f"{name} ({archive.WEIGHTS})", members[archive.WEIGHTS])


def _load_parts(
    name: str, model: Any, stores: dict[str, Arrays], skip_mismatch: bool, skip: Iterable[Any] | None
) -> None:
    found = [one for one in parts(model, skip or ()) if _takes(one, stores)]
    before = Snapshot(owner for _, owner in found)
    skipped: list[str] = []

    def report(path: str, error: Exception) -> None:
        if not skip_mismatch:
            raise DataFileError(
                f"{name} doesn't fit {model.name!r}: at {path or 'its top'}, {error}"
            ) from error
        skipped.append(path or model.name)

    try:
        left = load_state(found, stores, model.trainable_variables, report)
        left = set() if skip else {path for path in left if not may_be_left(path, stores[path])}
        if left and not skip_mismatch:
            raise DataFileError(
                f"{name} doesn't fit {model.name!r}: it has weights for {', '.join(sorted(left))}, which the "
                "model doesn't have"
            )
    except BaseException:
        before.put_back()
        raise
    if skipped or left:
        warn_of_mismatch(name, model, [*skipped, *sorted(left)])


def _takes(part: Part, stores: dict[str, Arrays]) -> bool:
    """Tell whether a part is to be loaded: an optimizer only if it has the file's number of variables."""
    store = stores.get(part.path, {})
    return not isinstance(part.owner, Optimizer) or len(store) == len(part.owner.variables)


def _check_skipped(function: str, name: str, skip: Iterable[Any] | None) -> None:
    if skip is not None and not name.endswith((".h5", ".keras")):
        raise ValueError(f"{function}: objects_to_skip is for .weights.h5 files; got {name!r}")


def _wrong_ending(function: str, name: str, endings: tuple[str, ...]) -> str:
    hint = ""
    if name.endswith((".h5", ".hdf5")):
        hint = "; Keras's older .h5 form can be read and written by Keras only"
    elif name.endswith(".keras"):
        hint = "; a whole model is saved by model.save"
    elif name.endswith(".weights.json"):
        hint = "; weights in several files (max_shard_size) are not supported"
    known = f"{', '.join(endings[:-1])} or {endings[-1]}"
    return f"{function}: the file's name must end with {known}; got {name!r}{hint}"
