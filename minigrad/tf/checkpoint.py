"""Checkpoint: the variables of models, optimizers and the like in a file, and back.

Idea:    what fits is decided before anything is changed. What isn't built yet gets its values the moment it
         is, before it computes anything.
Before:  saving/files.py, tf/restoring.py, tf/checkpoint_state.py.  Next: tf/data.py.
Source:  ``tf.train.Checkpoint``; the file is an ``.npz`` file of arrays, which `minigrad` alone reads.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from minigrad.autodiff.variable import Variable as AnyVariable
from minigrad.errors import CheckpointError, DataFileError, NotBuiltError
from minigrad.layers.layer import Layer
from minigrad.optimizers import Optimizer
from minigrad.saving.files import read_npz, write_npz
from minigrad.tf.checkpoint_state import write_checkpoint_state
from minigrad.tf.recording import Variable, record_only_under_tapes
from minigrad.tf.restoring import check, own_values, restore_when_built
from minigrad.tf.tracking import roots, variables_of

COUNTER = "save_counter"


class Checkpoint:
    """A group of models, optimizers and variables that are saved and restored together.

    Args:
        **objects: Each a model, layer, optimizer or variable, or a list or dict of these. The names are those
            in the file, so restore with the same ones. They are attributes, too.

    Attributes:
        save_counter: A variable: how often was saved. It is restored, too.

    Raises:
        TypeError: If an object is something else.
        ValueError: If there is none, or one is named as a method.

    Source: ``tf.train.Checkpoint``.

    Example:
        >>> import minigrad.tf as tf, pathlib, tempfile
        >>> prefix = str(pathlib.Path(tempfile.mkdtemp()) / "steps")
        >>> checkpoint = tf.train.Checkpoint(step=tf.Variable(3))
        >>> path = checkpoint.save(prefix)
        >>> pathlib.Path(path).name, checkpoint.step.assign(0).item()
        ('steps-1', 0)
        >>> status = checkpoint.restore(path)
        >>> checkpoint.step.item()
        3
    """

    save_counter: Variable

    def __init__(self, **objects: Any) -> None:
        if not objects:
            raise ValueError("tf.train.Checkpoint: give it something to save: Checkpoint(model=model)")
        for name in objects:
            if hasattr(type(self), name) or name == COUNTER:
                raise ValueError(
                    f"tf.train.Checkpoint: an object can't be named {name!r}: choose another name"
                )
        self._objects = objects
        self._roots()  # raises for what can't be saved
        vars(self).update(objects)
        self.save_counter = Variable(0, trainable=False, name=COUNTER)
        record_only_under_tapes(self._variables())

    def _roots(self) -> list[tuple[str, Any]]:
        return [pair for name, thing in self._objects.items() for pair in roots(name, thing)]

    def _variables(self) -> dict[str, AnyVariable]:
        return {key: one for path, root in self._roots() for key, one in variables_of(path, root).items()}

    def save(self, file_prefix: str | os.PathLike[str]) -> str:
        """Write all variables to the file ``<file_prefix>-<number>.npz``; return its path without the ending.

        The numbers are 1, 2 and so on. The file ``checkpoint`` beside it says which is the latest (see
        `get_checkpoint_state`). A crash leaves whole files only.

        Raises:
            NotBuiltError: If a model or layer has no weights yet.
        """
        for path, root in self._roots():
            if isinstance(root, Layer) and not root.built:
                raise NotBuiltError(
                    f"tf.train.Checkpoint.save: {path} ({root.name}) has no weights yet: call it first"
                )
        variables = self._variables()
        number = int(self.save_counter) + 1
        target = f"{os.fspath(file_prefix)}-{number}"
        write_npz(f"{target}.npz", {COUNTER: number, **{key: one._data for key, one in variables.items()}})
        write_checkpoint_state(Path(target))
        self.save_counter.assign(number)
        record_only_under_tapes(variables)
        return target

    def restore(self, save_path: str | os.PathLike[str] | None) -> Status:
        """Give the variables the values in a file that `save` wrote.

        All that is built changes at once, or nothing if something doesn't fit. What isn't built yet gets its
        values when it is; should they not fit, that call fails. Objects that are in the file but not here
        are left out, so that a program may restore the model alone.

        Args:
            save_path: What `save` returned; None (there is no checkpoint) does nothing.

        Returns:
            What can tell whether all was used: ``restore(path).assert_consumed()``.

        Raises:
            FileNotFoundError: If there is no such file.
            DataFileError: If it is damaged, or no checkpoint.
            CheckpointError: If it lacks variables that are here, has others, or shapes differ.
        """
        if save_path is None:
            return Status(self, "", {})
        file, values = _read(save_path)
        counter = values.pop(COUNTER)
        now: dict[str, AnyVariable] = {}
        later: list[tuple[str, Any, dict[str, Any]]] = []
        for path, root in self._roots():
            own = own_values(path, values)
            if not own and (variables_of(path, root) or not getattr(root, "built", True)):
                names = ", ".join(sorted({key.split("/")[0] for key in values}))
                raise CheckpointError(f"{file} has nothing for {path!r}; what it has is named {names}")
            if isinstance(root, Layer) and not root.built:
                later.append((path, root, own))
                continue
            if isinstance(root, Optimizer):
                later.append((path, root, own))  # for variables that it hasn't seen yet
                own = {key: own[key] for key in variables_of(path, root) if key in own}
            check(file, path, variables_of(path, root), own)
            now |= variables_of(path, root)
        for key, variable in now.items():
            variable.assign(values[key])
        record_only_under_tapes(now)
        for path, root, own in later:
            restore_when_built(file, path, root, own)
        self.save_counter.assign(counter)
        return Status(self, file, values)


class Status:
    """What `Checkpoint.restore` returns: whether all of the file was used."""

    def __init__(self, checkpoint: Checkpoint, file: str, values: dict[str, Any]) -> None:
        self._checkpoint, self._file, self._values = checkpoint, file, values

    def assert_consumed(self) -> Status:
        """Raise unless every variable here and every array in the file found its partner.

        Raises:
            CheckpointError: It names those that did not: they are of objects that the `Checkpoint` doesn't
                have, or that aren't built yet.
        """
        known = self._checkpoint._variables()
        left = sorted(self._values.keys() - known.keys())
        missing = sorted(known.keys() - self._values.keys()) if self._file else sorted(known)
        if left or missing:
            where = self._file or "no checkpoint was given to restore(): it"
            raise CheckpointError(
                f"{where} has {', '.join(left) or 'nothing'} that is not used (yet), and lacks "
                f"{', '.join(missing) or 'nothing'}"
            )
        return self

    def assert_existing_objects_matched(self) -> Status:
        """Return this: `restore` has raised already, if what exists got no value."""
        return self

    def expect_partial(self) -> Status:
        """Return this: TensorFlow's way to say that the rest of the file is not needed."""
        return self


def _read(save_path: str | os.PathLike[str]) -> tuple[str, dict[str, np.ndarray[Any, Any]]]:
    """Return a checkpoint's file and its arrays by name."""
    path = os.fspath(save_path)
    file = Path(path if path.endswith(".npz") else f"{path}.npz")
    if not file.is_file():
        if Path(f"{path}.index").is_file():
            raise DataFileError(f"{path} was written by TensorFlow, whose checkpoints minigrad can't read")
        there = sorted(one.stem for one in file.parent.glob("*-*.npz"))
        raise FileNotFoundError(
            f"tf.train.Checkpoint.restore: there is no checkpoint {path!r}; its folder has: "
            f"{', '.join(there) or 'none'}"
        )
    values = read_npz(file)
    if COUNTER not in values:
        raise DataFileError(
            f"{file} is no checkpoint of tf.train.Checkpoint; load weights by model.load_weights"
        )
    return str(file), values
