"""A whole model to a file, and back: what it is, its weights, how it was compiled, the optimizer's state.

Before:  layers/serialization.py, saving/hdf5.py, saving/assets.py.  Next: saving/weights.py.
Source:  ``keras.saving.save_model`` and ``keras.saving.load_model``.
"""

from __future__ import annotations

import datetime
import json
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from minigrad.errors import DataFileError, LikelyMistakeWarning, UnknownNameError
from minigrad.layers import serialization
from minigrad.layers.stored_weights import weights_to_be_loaded
from minigrad.saving import archive
from minigrad.saving.assets import collect_assets, load_assets
from minigrad.saving.hdf5 import from_hdf5, import_h5py, to_hdf5
from minigrad.saving.state import Arrays, Part, load_state, parts
from minigrad.serialization import custom_object_scope
from minigrad.version import __version__

KERAS_VERSION = "3.15.1"
"""The version of Keras whose form of a file this is."""


def save_model(
    model: Any,
    filepath: Any,
    overwrite: bool = True,
    zipped: bool | None = None,
    include_optimizer: bool = True,
) -> None:
    """Write a model to a ``.keras`` file, which Keras 3 opens, too.

    It holds the model's config, its weights, what ``compile`` was given, with "accuracy" as the metric that
    it turned out to be, and the optimizer's state: training goes on from it as if it had not stopped.

    Args:
        model: The model.
        filepath: The file's path, which ends with ``.keras``, or an open binary file. The file takes its
            place at once: a crash leaves the old one.
        overwrite: Whether a file that is there is replaced (the default), or an error.
        zipped: False to write a folder of files instead of one file. Default: one file.
        include_optimizer: Whether what ``compile`` was given is stored. Default True.

    Raises:
        ImportError: Without h5py.
        FileExistsError: If the file is there and overwrite is False.
        ValueError: If the path has another ending, or the model uses a function without a name, which no
            file can hold.

    Source: ``keras.saving.save_model``, ``keras.Model.save``.

    Example:
        >>> import minigrad as mg, numpy as np, pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "model.keras"
        >>> model = mg.Sequential([mg.Input((2,)), mg.layers.Dense(3, activation="softmax")])
        >>> mg.saving.save_model(model, path)
        >>> again = mg.saving.load_model(path)
        >>> np.array_equal(again(np.ones((1, 2))), model(np.ones((1, 2))))
        True
    """
    zipped = zipped is not False
    if not hasattr(filepath, "write"):
        check_model_path(filepath, overwrite, zipped)
    import_h5py("writing .keras files")
    if not model.built:
        warnings.warn(
            f"{model.name} is saved before it was built, and so without weights: call it on data first",
            LikelyMistakeWarning,
            stacklevel=2,
        )
    with serialization.sharing():
        config = serialization.serialize(model)
    found = parts(model)
    if not include_optimizer:
        config.pop("compile_config", None)
        found = [part for part in found if part.path != "optimizer"]
    about = {
        "keras_version": KERAS_VERSION,
        "minigrad_version": __version__,
        "date_saved": datetime.datetime.now().strftime("%Y-%m-%d@%H:%M:%S"),
    }
    members = {
        archive.METADATA: json.dumps(about).encode(),
        archive.CONFIG: _to_json(model, config),
        archive.WEIGHTS: to_hdf5(found, model.trainable_variables),
        **collect_assets(found),
    }
    archive.write_archive(filepath, members, zipped)


def check_model_path(filepath: Any, overwrite: bool, zipped: bool) -> None:
    """Check where a model is to be saved.

    Raises:
        ValueError: If the name has the wrong ending.
        FileExistsError: If there is something, and overwrite is False.
    """
    name = os.fspath(filepath)
    if not zipped and name.endswith(".keras"):
        raise ValueError(
            f"save: with zipped=False a folder is written, and its name can't end with .keras: {name}"
        )
    if zipped and not name.endswith(".keras"):
        if name.endswith(archive.OF_WEIGHTS):
            hint = "that is a name for weights alone, see save_weights"
        elif name.endswith((".h5", ".hdf5")):
            hint = "Keras's older .h5 form is not written here"
        else:
            hint = "other forms, such as TensorFlow's SavedModel, are not written here"
        raise ValueError(f"save: the file's name must end with .keras ({hint}); got {name!r}")
    if not overwrite and os.path.exists(name):
        raise FileExistsError(f"save: {name} exists, and overwrite is False")


def _to_json(model: Any, config: dict[str, Any]) -> bytes:
    try:
        return json.dumps(config).encode()
    except TypeError as error:
        raise ValueError(
            f"{model.name} can't be saved: a get_config() returned what no file can hold ({error})"
        ) from None


def load_model(
    filepath: Any, custom_objects: dict[str, Any] | None = None, compile: bool = True, safe_mode: bool = True
) -> Any:
    """Return the model that `save_model`, or Keras 3, wrote to a ``.keras`` file.

    Nothing in the file is run or unpickled: it names classes and functions, which have to be minigrad's own,
    registered by `register_keras_serializable`, or handed over.

    Args:
        filepath: The file, such a folder, or an open binary file.
        custom_objects: Classes and functions of your own that the model uses, by name.
        compile: Whether to compile the model as it was, and load the optimizer's state. Default True.
        safe_mode: Keras's switch, which lets code in the file run if it is False. Here code is refused
            whatever it is.

    Raises:
        ImportError: Without h5py.
        MissingFileError: If there is no such file.
        UnknownNameError: If the model uses a class or function that isn't known here; it says what to do.
        DataFileError: If the file is truncated, damaged, something else, or holds Python code.

    Source: ``keras.saving.load_model``.
    """
    name = getattr(filepath, "name", "the open file") if hasattr(filepath, "read") else os.fspath(filepath)
    members = archive.read_archive(filepath)
    import_h5py(f"reading {name}")
    config = archive.read_config(str(name), members)
    to_compile = config.pop("compile_config", None)
    if archive.WEIGHTS not in members:
        raise DataFileError(f"{name} has no {archive.WEIGHTS}, and so no weights")
    stores = from_hdf5(f"{name} ({archive.WEIGHTS})", members[archive.WEIGHTS])
    with custom_object_scope(custom_objects or {}):
        with naming_file(name, "its config makes no model"), serialization.sharing(), weights_to_be_loaded():
            model = serialization.deserialize(config)
        of_optimizer = stores.pop("optimizer", {})
        fill(name, model, parts(model), stores)
        load_assets(name, parts(model), members)
        if compile and to_compile:
            with naming_file(name, "the model can't be compiled as it was (compile=False leaves that out)"):
                model.compile_from_config(to_compile)
            if of_optimizer and model.compiled:
                fill(name, model, [Part("optimizer", model.optimizer)], {"optimizer": of_optimizer})
    return model


@contextmanager
def naming_file(name: Any, what: str) -> Iterator[None]:
    """Say of an error within the block which file it is about."""
    try:
        yield
    except UnknownNameError as error:
        hint = (
            ""
            if "custom_objects" in str(error)
            else " If it is your own, pass custom_objects={name: class or function}, or decorate it with "
            "saving.register_keras_serializable()"
        )
        raise UnknownNameError(f"{name}: {error}{hint}") from error
    except ImportError:
        raise
    except Exception as error:
        kind = "" if isinstance(error, ValueError) else f"{type(error).__name__}: "
        raise DataFileError(f"{name}: {what}: {kind}{error}") from error


def fill(name: Any, model: Any, found: list[Part], stores: dict[str, Arrays]) -> None:
    """Give all parts of a new model their arrays from a file.

    Raises:
        DataFileError: If one doesn't fit, or there are arrays for what the model doesn't have.
    """

    def fail(path: str, error: Exception) -> None:
        raise DataFileError(f"{name} doesn't fit {model.name!r}: at {path or 'its top'}, {error}") from error

    left = load_state(found, stores, model.trainable_variables, fail)
    left = {path for path in left if not may_be_left(path, stores[path])}
    if left:
        raise DataFileError(
            f"{name} doesn't fit {model.name!r}: it has weights for {', '.join(sorted(left))}, which the "
            "model doesn't have"
        )


def may_be_left(path: str, store: Arrays) -> bool:
    """Tell whether arrays that no part of a model wants are nothing to worry about: no layer's weights."""
    parts = path.split("/")
    if "optimizer" in parts or "metrics" in parts or "seed_generator" in parts[-1]:
        return True
    return all(array.shape == (2,) and array.dtype.kind in "iu" for array in store.values())
