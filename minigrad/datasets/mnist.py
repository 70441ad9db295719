"""MNIST: 70,000 handwritten digits, the first data set of every course.

Idea:    whatever form of it you have is fine: Keras's ``mnist.npz`` or the four original files. If you
         have none, it is downloaded once.
Shapes:  images (60000, 28, 28) and (10000, 28, 28), labels (60000,) and (10000,), all uint8.
Before:  four_files.py (the original files), cache.py (the download).  Next: models/ (who learns from it).
Source:  Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits", CC BY-SA 3.0;
         Keras's ``keras.datasets.mnist``.
"""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import numpy as np

from minigrad.datasets import four_files
from minigrad.datasets.cache import get_file, locate
from minigrad.datasets.mini_mnist import Split
from minigrad.errors import DataFileError

URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
SIZE = 11_490_434
SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"

NPZ = "mnist.npz"
IDX = four_files.NAMES
"""Key in Keras's file -> name of the original file."""


def load_data(path: str | os.PathLike[str] = NPZ) -> tuple[Split, Split]:
    """Return MNIST; it is downloaded when it is first asked for.

    ``path`` may be

    - a name such as ``"mnist.npz"``, in the cache folder (``$KERAS_HOME/datasets``, else
      ``~/.keras/datasets``, which Keras shares) or else in the working folder;
    - an absolute path of such a file;
    - a folder that holds ``mnist.npz`` or the four original files, ``train-images-idx3-ubyte`` and so on,
      plain or ``.gz``, also spelled ``train-images.idx3-ubyte``.

    If the ``.npz`` file isn't there, the four original files in its folder are taken; if they aren't there
    either, it is downloaded to its place. Part of MNIST, in files of one of these forms, is read too.

    Args:
        path: Where MNIST lies or is to be kept.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: uint8 images (60000, 28, 28) and (10000, 28, 28) from 0
        (paper) to 255 (ink), uint8 labels (60000,) and (10000,) from 0 to 9.

    Raises:
        FileNotFoundError: If the path names nothing, or a folder without MNIST.
        DownloadError: If it isn't there and can't be downloaded or stored.
        DataFileError: If a file is damaged or holds something else.

    Source: Keras's ``keras.datasets.mnist.load_data``; the data are CC BY-SA 3.0.

    Example:
        >>> import tempfile
        >>> from minigrad.datasets import mini_mnist
        >>> (x, y), (x_test, y_test) = mini_mnist.load_data()
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     np.savez(Path(folder, "mnist.npz"), x_train=x, y_train=y, x_test=x_test, y_test=y_test)
        ...     (x_train, y_train), _ = load_data(folder)
        >>> x_train.shape, y_train[:5]
        ((10000, 28, 28), array([5, 0, 4, 1, 9], dtype=uint8))
    """
    place = locate(path)
    if place.is_dir():
        return _load_folder(place)
    if not place.exists():
        if place.suffix != ".npz":
            raise FileNotFoundError(
                f"mnist.load_data: path={os.fspath(path)!r}: there is no file or folder {str(place)!r}; "
                "only a name that ends in .npz can be downloaded to"
            )
        originals = four_files.find(place.parent)
        if len(originals) == len(IDX):
            return four_files.read(originals, _damaged)
        place = get_file(place, URL, size=SIZE, sha256=SHA256, advice=_advice(place))
    return _load_npz(place)


def _advice(place: Path) -> str:
    """Return what to do when the download fails."""
    return (
        f"Put {place.name} (from {URL}) or the four files {', '.join(IDX.values())} (plain or .gz) "
        f"into the folder {str(place.parent)!r}, or give mnist.load_data a path to them. "
        "minigrad.datasets.mini_mnist.load_data() needs no download: it has 10,000 + 2,000 of these digits."
    )


def _load_folder(folder: Path) -> tuple[Split, Split]:
    """Read MNIST from a folder that the user named."""
    if (folder / NPZ).is_file():
        return _load_npz(folder / NPZ)
    originals = four_files.find(folder)
    if len(originals) < len(IDX):
        missing = [name for key, name in IDX.items() if key not in originals]
        raise FileNotFoundError(
            f"mnist.load_data: the folder {str(folder)!r} has neither {NPZ} nor {', '.join(missing)} "
            "(plain or .gz)"
        )
    return four_files.read(originals, _damaged)


def _load_npz(path: Path) -> tuple[Split, Split]:
    """Read Keras's file: a zip file of one NumPy file per array."""
    arrays = {}
    with open(path, "rb") as file:
        try:
            with zipfile.ZipFile(file) as archive:
                for key in IDX:  # each is read whole, so that its CRC is checked; np.load may stop before
                    content = io.BytesIO(archive.read(f"{key}.npy"))
                    arrays[key] = np.lib.format.read_array(content, allow_pickle=False)
        except Exception as exc:  # zipfile, zlib and NumPy raise a dozen classes on damaged bytes
            raise _damaged(path, f"it is no .npz file of {', '.join(IDX)}, or is damaged ({exc})") from exc
    return four_files.checked(arrays, dict.fromkeys(IDX, path), _damaged)


def _damaged(path: Path, fault: str) -> DataFileError:
    """Return the error for a file that can't be MNIST."""
    return DataFileError(
        f"mnist.load_data: can't use {str(path)!r}: {fault}. Delete it, to have MNIST "
        "downloaded again, or put a good copy there."
    )
