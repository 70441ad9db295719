"""The archive of a whole model: what is in it, how it is read with care, and how it is written.

Idea:    a .keras file is a zip archive of three files: which model it is (config.json), who wrote it
         (metadata.json) and all arrays (model.weights.h5). It may come from anywhere, so nothing in it is
         believed before it is checked, and a wrong one is told by what is wrong with it.
Before:  saving/files.py.  Next: saving/assets.py.
Source:  Keras's ``keras/src/saving/saving_lib.py``.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from minigrad.errors import DataFileError, MissingFileError
from minigrad.saving.files import check_sizes, replacing

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
OF_WEIGHTS = (".weights.h5", ".npz", ".safetensors")
"""How the names of files of weights alone end."""
_KINDS = {  # what foreign files begin with
    b"\x89HDF": "is an HDF5 file, of Keras's older .h5 form or of weights alone (see load_weights)",
    b"\x89PNG": "is a PNG image",
    b"\xff\xd8\xff": "is a JPEG image",
    b"\x93NUMPY": "is a NumPy array",
    b"\x80": "is a pickle, which could run any code, and is never read",
}


def read_archive(path: Any) -> dict[str, bytes]:
    """Return the members of a .keras file, or of such a folder, by their names.

    Args:
        path: The file, the folder, or an open binary file.

    Raises:
        MissingFileError: If there is none.
        DataFileError: If it is something else, damaged, truncated, or unfolds to far more than it has.
    """
    if hasattr(path, "read"):
        return _members(getattr(path, "name", "the open file"), path)
    name = os.fspath(path)
    if os.path.isdir(name):
        return _folder(name)
    if not os.path.exists(name):
        raise MissingFileError(f"there is no file {name}")
    if not name.endswith(".keras"):
        hint = "; weights alone are read by model.load_weights" if name.endswith(OF_WEIGHTS) else ""
        raise DataFileError(f"{name}: the name of a whole model's file ends with .keras{hint}")
    with open(name, "rb") as file:
        return _members(name, file)


def _members(name: str, file: Any) -> dict[str, bytes]:
    import zipfile  # late, as are the others: most programs save nothing

    start = file.read(8)
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
            names = [one.filename for one in infos]
            if len(set(names)) < len(names):
                raise DataFileError(f"{name} is no .keras archive: two of its members have the same name")
            if CONFIG not in names:
                held = ", ".join(names[:5]) or "nothing"
                raise DataFileError(f"{name} is no .keras archive: it has no {CONFIG}, but {held}")
            infos = [one for one in infos if _is_ours(one.filename)]
            check_sizes(name, infos)
            return {one.filename: archive.read(one) for one in infos}
    except DataFileError:
        raise
    except Exception as error:  # zipfile raises errors of many kinds for what is damaged
        raise DataFileError(f"{name} {_what_is_wrong(start, error)}") from None


def _is_ours(name: str) -> bool:
    return name in (CONFIG, METADATA, WEIGHTS) or (name.startswith("assets/") and not name.endswith("/"))


def _what_is_wrong(start: bytes, error: Exception) -> str:
    if not start:
        return "is empty"
    for beginning, kind in _KINDS.items():
        if start.startswith(beginning):
            return f"{kind}, and no .keras archive"
    if start.startswith(b"PK"):
        return f"is truncated or damaged ({error})"
    return f"is no .keras archive: it is no zip file at all ({error})"


def _folder(name: str) -> dict[str, bytes]:
    """Return the files of a model that was saved with ``zipped=False``."""
    root = Path(name)
    if (root / "saved_model.pb").exists():
        raise DataFileError(
            f"{name} is a TensorFlow SavedModel, which can't be read here: open it with the version of Keras "
            "that wrote it, and save it as .keras"
        )
    if not (root / CONFIG).is_file():
        raise DataFileError(f"{name} is a folder without {CONFIG}, and so no saved model")
    files = [root / one for one in (CONFIG, METADATA, WEIGHTS) if (root / one).is_file()]
    files += [one for one in sorted((root / "assets").rglob("*")) if one.is_file() and not one.is_symlink()]
    return {one.relative_to(root).as_posix(): one.read_bytes() for one in files}


def read_config(name: str, members: dict[str, bytes]) -> dict[str, Any]:
    """Return the model's config.

    Raises:
        DataFileError: If it is none.
    """
    try:
        config = json.loads(members[CONFIG])
    except (ValueError, RecursionError) as error:
        raise DataFileError(f"{name}: its {CONFIG} is damaged ({error})") from None
    if not isinstance(config, dict) or not {"class_name", "config"} <= config.keys():
        raise DataFileError(f"{name}: its {CONFIG} describes no model")
    return config


# -- writing ---------------------------------------------------------------------------------------


def write_archive(path: Any, members: dict[str, bytes], zipped: bool) -> None:
    """Write a .keras file, or such a folder, which takes its place at once.

    Args:
        path: The file, the folder, or an open binary file.
        members: The contents by their names.
        zipped: Whether to write a file rather than a folder.
    """
    if hasattr(path, "write"):
        _write_zip(path, members)
    elif zipped:
        with replacing(path) as file:
            _write_zip(file, members)
    else:
        with replacing_folder(path) as folder:
            for name, content in members.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(content)


def _write_zip(file: Any, members: dict[str, bytes]) -> None:
    import zipfile

    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:  # not compressed, as Keras has it: weights hardly shrink
        for name, content in members.items():
            archive.writestr(name, content)
    file.write(whole.getbuffer())


@contextlib.contextmanager
def replacing_folder(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Make a folder to be filled, which takes the place of ``path`` when that is done.

    If something fails, what was there stays as it was. Only for a moment, while the two are exchanged, is
    the old folder known by another name.

    Raises:
        NotADirectoryError: If path is a file.
    """
    import shutil

    target = Path(path)
    if target.exists() and not target.is_dir():
        raise NotADirectoryError(f"{target} is a file; give the path of a folder")
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.unfinished")
    old = target.with_name(f".{target.name}.{os.getpid()}.old")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        unfinished.mkdir()
        yield unfinished
        if target.exists():
            target.rename(old)
        unfinished.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        if old.exists() and not target.exists():
            old.rename(target)
        raise
