"""Files that are either the old ones or the new ones, never half of one.

Before:  errors.py.  Next: saving/weights_npz.py.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from minigrad.errors import DataFileError

if TYPE_CHECKING:
    import zipfile

_SMALL = 2**26  # bytes that a member of an archive may unfold to, whatever it is stored as
_EXPANSION = 100  # more than weights can be compressed


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Open a file for writing that takes the place of ``path`` when all is written.

    Until then, and if something fails (or the process is killed), what was there stays as it was. The
    folder is made if there is none.

    Raises:
        IsADirectoryError: If path is a folder.

    Example:
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "numbers.txt"
        >>> with replacing(path) as file:
        ...     length = file.write(b"1 2 3")
        >>> path.read_bytes()
        b'1 2 3'
    """
    target = Path(path)
    if target.is_dir():
        raise IsADirectoryError(f"{target} is a folder; give the path of a file")
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.unfinished")
    try:
        with open(unfinished, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def write_npz(path: str | os.PathLike[str], arrays: dict[str, Any]) -> None:
    """Write arrays to an ``.npz`` file, which takes its place at once.

    Any string may be a name. The names are stored as an array of their own, for those of an archive
    are names of files.
    """
    numbered = {f"array_{index}": np.asarray(array) for index, array in enumerate(arrays.values())}
    with replacing(path) as file:
        np.savez(file, names=np.array(list(arrays), dtype=np.str_), **numbered)  # type: ignore[arg-type]


def read_npz(path: str | os.PathLike[str]) -> dict[str, np.ndarray[Any, Any]]:
    """Return the arrays that `write_npz` wrote. Nothing in the file is run.

    Raises:
        FileNotFoundError: If there is no such file.
        DataFileError: If it is damaged, or something else.

    Example:
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "a.npz"
        >>> write_npz(path, {"dense/kernel": np.ones(2)})
        >>> read_npz(path)
        {'dense/kernel': array([1., 1.])}
    """
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            check_sizes(os.fspath(path), archive.zip.infolist())
            names = archive["names"].tolist()
            return {name: archive[f"array_{index}"] for index, name in enumerate(names)}
    except (FileNotFoundError, DataFileError):
        raise
    except Exception as error:  # NumPy and zipfile raise errors of many kinds for what is damaged
        raise DataFileError(
            f"{os.fspath(path)} is damaged, or no file of arrays that minigrad wrote ({error})"
        ) from None


def check_sizes(name: str, members: Iterable[zipfile.ZipInfo]) -> None:
    """Check that no member of a zip archive unfolds to far more than it has.

    Raises:
        DataFileError: If one does.
    """
    for one in members:
        if one.file_size > _SMALL and one.file_size > _EXPANSION * one.compress_size:
            raise DataFileError(
                f"{name}: its member {one.filename} would unfold from {one.compress_size} bytes to "
                f"{one.file_size}: it holds no weights"
            )
