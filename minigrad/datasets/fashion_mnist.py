"""Fashion-MNIST: 70,000 pictures of clothes, in the form of MNIST and harder.

Idea:    whoever learned the digits tries this next, with the same model. The files are named as MNIST's, so
         they lie in a folder of their own.
Shapes:  images (60000, 28, 28) and (10000, 28, 28), labels (60000,) and (10000,), all uint8.
Before:  four_files.py, cache.py (the download).  Next: cifar10.py (in color).
Source:  H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine
         learning algorithms" (2017), MIT license; Keras's ``keras.datasets.fashion_mnist``.
"""

from __future__ import annotations

import os
from pathlib import Path

from minigrad.datasets import four_files
from minigrad.datasets.cache import get_file, locate
from minigrad.datasets.mini_mnist import Split
from minigrad.errors import DataFileError

URL = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
FOLDER = "fashion-mnist"
FILES = {
    "x_train": (26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
    "y_train": (29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
    "x_test": (4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
    "y_test": (5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
}
"""What a file holds -> the size and the SHA-256 of its ``.gz`` file."""

CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
"""What the labels 0 to 9 mean."""


def load_data(path: str | os.PathLike[str] = FOLDER) -> tuple[Split, Split]:
    """Return Fashion-MNIST; it is downloaded (31 MB) when it is first asked for.

    Args:
        path: The folder of the four files, plain or ``.gz``, named as MNIST's. Default "fashion-mnist" in
            the cache folder (``$KERAS_HOME/datasets``, else ``~/.keras/datasets``, which Keras shares);
            files that are missing there are downloaded to it, to other folders nothing is.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: uint8 images (60000, 28, 28) and (10000, 28, 28) from 0
        (background) to 255, uint8 labels (60000,) and (10000,) from 0 to 9 (see ``CLASSES``).

    Raises:
        FileNotFoundError: If another folder is given, and a file isn't in it.
        DownloadError: If a file isn't there and can't be downloaded or stored.
        DataFileError: If a file is damaged or holds something else.

    Source: Keras's ``keras.datasets.fashion_mnist.load_data``.

    Example:
        >>> import tempfile
        >>> from minigrad.datasets import mini_mnist
        >>> from minigrad.datasets.idx import write_idx
        >>> (x, y), _ = mini_mnist.load_data()  # digits, in place of clothes
        >>> folder = Path(tempfile.mkdtemp())
        >>> for key, name in four_files.NAMES.items():
        ...     write_idx(folder / name, x[:50] if key.startswith("x") else y[:50])
        >>> (x_train, y_train), _ = load_data(folder)
        >>> x_train.shape, CLASSES[y_train[0]]
        ((50, 28, 28), 'Sandal')
    """
    place = locate(path)
    found = four_files.find(place)
    missing = [key for key in four_files.NAMES if key not in found]
    if missing and os.fspath(path) != FOLDER:
        names = ", ".join(four_files.NAMES[key] for key in missing)
        raise FileNotFoundError(
            f"fashion_mnist.load_data: the folder {str(place)!r} doesn't have {names} (plain or .gz)"
        )
    for key in missing:
        name = f"{four_files.NAMES[key]}.gz"
        size, sha256 = FILES[key]
        found[key] = get_file(place / name, URL + name, size=size, sha256=sha256, advice=_advice(place))
    return four_files.read(found, _damaged)


def _advice(place: Path) -> str:
    """Return what to do when a download fails."""
    return (
        f"Put the four files {', '.join(four_files.NAMES.values())} (plain or .gz, from {URL}) into the "
        f"folder {str(place)!r}, or give fashion_mnist.load_data a folder that has them. "
        "minigrad.datasets.mini_mnist.load_data() needs no download: it has handwritten digits."
    )


def _damaged(path: Path, fault: str) -> DataFileError:
    """Return the error for a file that can't be Fashion-MNIST's."""
    return DataFileError(
        f"fashion_mnist.load_data: can't use {str(path)!r}: {fault}. Delete it, to have it downloaded again, "
        "or put a good copy there."
    )
