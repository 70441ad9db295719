"""The file ``checkpoint``, which says which checkpoint of a folder is the latest.

Before:  saving/files.py.  Next: tf/checkpoint.py.
Source:  ``tf.train.get_checkpoint_state``; the file has TensorFlow's form, lines of ``name: "value"``.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from minigrad.errors import DataFileError
from minigrad.saving.files import replacing

FILE = "checkpoint"
_LINE = re.compile(r'(\w+): ("(?:[^"\\]|\\.)*")\s*')


@dataclass(frozen=True)
class CheckpointState:
    """Which checkpoints a folder has.

    Attributes:
        model_checkpoint_path: The latest, to be given to `Checkpoint.restore`.
        all_model_checkpoint_paths: The latest alone, as TensorFlow's ``Checkpoint.save`` has it.
    """

    model_checkpoint_path: str
    all_model_checkpoint_paths: list[str] = field(default_factory=list)


def write_checkpoint_state(latest: Path) -> None:
    """Write the file beside ``latest``, of which it keeps the name alone: the folder may be moved."""
    name = json.dumps(latest.name, ensure_ascii=False)
    with replacing(latest.parent / FILE) as file:
        file.write(f"model_checkpoint_path: {name}\nall_model_checkpoint_paths: {name}\n".encode())


def get_checkpoint_state(checkpoint_dir: str | os.PathLike[str]) -> CheckpointState | None:
    """Return which checkpoint of a folder is the latest, or None if it has none.

    Raises:
        DataFileError: If the file ``checkpoint`` there is damaged.

    Source: ``tf.train.get_checkpoint_state``.

    Example:
        >>> import tempfile
        >>> print(get_checkpoint_state(tempfile.mkdtemp()))
        None
    """
    file = Path(checkpoint_dir) / FILE
    if not file.is_file():
        return None
    try:
        lines = [_LINE.fullmatch(line) for line in file.read_text("utf-8").splitlines()]
        pairs = [(line[1], os.path.join(checkpoint_dir, json.loads(line[2]))) for line in lines if line]
        latest = dict(pairs)["model_checkpoint_path"]
    except (UnicodeDecodeError, ValueError, KeyError):
        raise DataFileError(
            f"{file} is damaged: it should say which checkpoint is the latest. Delete it, and restore by the "
            "checkpoint's own path"
        ) from None
    return CheckpointState(latest, [path for name, path in pairs if name == "all_model_checkpoint_paths"])


def latest_checkpoint(checkpoint_dir: str | os.PathLike[str]) -> str | None:
    """Return the path of a folder's latest checkpoint, or None if it has none.

    Raises:
        DataFileError: If the file ``checkpoint`` there is damaged.

    Source: ``tf.train.latest_checkpoint``.

    Example:
        >>> import minigrad.tf as tf, pathlib, tempfile
        >>> folder = tempfile.mkdtemp()
        >>> path = tf.train.Checkpoint(step=tf.Variable(1)).save(folder + "/model")
        >>> pathlib.Path(latest_checkpoint(folder)).name
        'model-1'
    """
    state = get_checkpoint_state(checkpoint_dir)
    return None if state is None else state.model_checkpoint_path
