"""CIFAR-10: 60,000 small photographs of ten kinds of things, in color.

Idea:    of the forms in which CIFAR-10 is given away, the "binary version" is read: plain bytes, in which
         nothing can be hidden that runs.
Shapes:  images (50000, 32, 32, 3) and (10000, 32, 32, 3), labels (50000, 1) and (10000, 1), all uint8.
Before:  cache.py (the download).  Next: models/ (who learns from it).
Source:  A. Krizhevsky, "Learning multiple layers of features from tiny images" (2009);
         Keras's ``keras.datasets.cifar10``.
"""

from __future__ import annotations

import gzip
import os
import tarfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from minigrad.config import image_data_format
from minigrad.datasets.cache import get_file, locate
from minigrad.datasets.mini_mnist import Split
from minigrad.errors import DataFileError

URL = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"
SIZE = 170_052_171
SHA256 = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"

ARCHIVE = "cifar-10-binary.tar.gz"
FOLDER = "cifar-10-batches-bin"
TRAIN = tuple(f"data_batch_{number}.bin" for number in range(1, 6))
TEST = "test_batch.bin"
RECORD = 1 + 3 * 32 * 32  # a label, then an image's red, green and blue

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
"""What the labels 0 to 9 mean."""


def load_data(path: str | os.PathLike[str] = ARCHIVE) -> tuple[Split, Split]:
    """Return CIFAR-10; it is downloaded (170 MB) when it is first asked for.

    Args:
        path: The archive of the binary version, or the folder with its ``.bin`` files. Default: the archive
            in the cache folder (``$KERAS_HOME/datasets``, else ``~/.keras/datasets``); if it isn't there,
            the folder "cifar-10-batches-bin" in its place, and else it is downloaded.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: uint8 images (50000, 32, 32, 3) and (10000, 32, 32, 3), with
        the channels first if ``image_data_format()`` says so; uint8 labels (50000, 1) and (10000, 1) from 0
        to 9 (see ``CLASSES``).

    Raises:
        FileNotFoundError: If another path is given, and names nothing.
        DownloadError: If it isn't there and can't be downloaded or stored.
        DataFileError: If a file is damaged or holds something else.

    Source: Keras's ``keras.datasets.cifar10.load_data``.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> for name in (*TRAIN, TEST):  # two frogs in each
        ...     length = (folder / name).write_bytes(2 * (bytes([6]) + bytes(3072)))
        >>> (x_train, y_train), _ = load_data(folder)
        >>> x_train.shape, y_train.shape, CLASSES[y_train[0, 0]]
        ((10, 32, 32, 3), (10, 1), 'frog')
    """
    place = locate(path)
    if not place.exists():
        if (place.parent / FOLDER).is_dir():
            place = place.parent / FOLDER
        elif os.fspath(path) != ARCHIVE:
            raise FileNotFoundError(
                f"cifar10.load_data: path={os.fspath(path)!r}: there is no {str(place)!r}"
            )
        else:
            place = get_file(place, URL, size=SIZE, sha256=SHA256, advice=_advice(place))
    return _load(place, _from_folder(place) if place.is_dir() else _from_archive(place))


def _from_folder(place: Path) -> dict[str, bytes]:
    """Return the content of the files that are there, by name."""
    return {name: (place / name).read_bytes() for name in (*TRAIN, TEST) if (place / name).is_file()}


def _from_archive(place: Path) -> dict[str, bytes]:
    """Return the content of the archive's files, by name; whichever folder of it they are in."""
    contents = {}
    try:
        with gzip.open(place) as stream, tarfile.open(fileobj=stream, mode="r:") as archive:
            for member in archive:
                file = archive.extractfile(member)
                if file is not None:
                    contents[Path(member.name).name] = file.read()
            while stream.read(1 << 20):  # to the end, where gzip's checksum is
                pass
    except FileNotFoundError:
        raise
    except (tarfile.TarError, OSError, EOFError, zlib.error) as exc:
        raise _damaged(place, f"it is no .tar.gz file, or is damaged ({exc})") from exc
    return contents


def _load(place: Path, contents: dict[str, bytes]) -> tuple[Split, Split]:
    """Return the images and labels of all files."""
    parts = {}
    for name in (*TRAIN, TEST):
        if name not in contents:
            raise _damaged(place, f"it has no {name}")
        parts[name] = _records(place, name, contents[name])
    train = [np.concatenate(arrays) for arrays in zip(*(parts[name] for name in TRAIN), strict=True)]
    return (train[0], train[1]), parts[TEST]


def _records(place: Path, name: str, content: bytes) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the images and labels in the content of a file."""
    if not content or len(content) % RECORD:
        raise _damaged(place, f"{name} has {len(content)} bytes, which is no multiple of {RECORD}")
    records = np.frombuffer(content, np.uint8).reshape(-1, RECORD)
    labels = records[:, :1].copy()
    if labels.max() > 9:
        raise _damaged(place, f"{name} has the label {labels.max()}; labels go from 0 to 9")
    images = records[:, 1:].reshape(-1, 3, 32, 32)
    if image_data_format() == "channels_last":
        images = images.transpose(0, 2, 3, 1)
    return np.array(images, order="C"), labels


def _advice(place: Path) -> str:
    """Return what to do when the download fails."""
    return (
        f"Put {ARCHIVE} (from {URL}), or its folder {FOLDER}, into the folder {str(place.parent)!r}, or give "
        "cifar10.load_data a path to it. minigrad.datasets.mini_mnist.load_data() needs no download: it has "
        "handwritten digits."
    )


def _damaged(path: Path, fault: str) -> DataFileError:
    """Return the error for files that can't be CIFAR-10."""
    return DataFileError(
        f"cifar10.load_data: can't use {str(path)!r}: {fault}. Delete it, to have CIFAR-10 downloaded again, "
        "or put a good copy of the binary version there."
    )
