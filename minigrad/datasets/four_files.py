"""Images of 28x28 pixels and their labels in the four files that MNIST came in, and data sets made like it.

Idea:    the files may be plain or compressed, and spelled in two ways; what is in them must fit together.
Shapes:  images (N, 28, 28), labels (N,) from 0 to 9, all uint8.
Before:  idx.py (one such file).  Next: mnist.py, fashion_mnist.py.
Source:  Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits".
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from minigrad.datasets.idx import read_idx
from minigrad.datasets.mini_mnist import Split
from minigrad.errors import DataFileError

NAMES = {
    "x_train": "train-images-idx3-ubyte",
    "y_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte",
    "y_test": "t10k-labels-idx1-ubyte",
}
"""What a file holds -> its name."""

Damaged = Callable[[Path, str], DataFileError]
"""Makes the error for a file and what is wrong with it."""


def find(folder: Path) -> dict[str, Path]:
    """Return which of the four files lie in ``folder``, by what they hold."""
    found = {}
    for key, name in NAMES.items():
        spellings = [name, name.replace("-idx", ".idx")]
        for candidate in [*spellings, *(f"{spelling}.gz" for spelling in spellings)]:
            if (folder / candidate).is_file():
                found[key] = folder / candidate
                break
    return found


def read(paths: dict[str, Path], damaged: Damaged) -> tuple[Split, Split]:
    """Read the four files.

    Raises:
        DataFileError: As ``damaged`` makes it, if one of them is, or holds something else.
    """
    arrays = {}
    for key, path in paths.items():
        try:
            arrays[key] = read_idx(path)
        except DataFileError as exc:
            raise damaged(path, str(exc)) from exc
    return checked(arrays, paths, damaged)


def checked(
    arrays: dict[str, NDArray[np.uint8]], paths: dict[str, Path], damaged: Damaged
) -> tuple[Split, Split]:
    """Return the four arrays as Keras's tuples, if they are images and labels that fit together.

    Raises:
        DataFileError: As ``damaged`` makes it, if they aren't.
    """
    for key, array in arrays.items():
        entry, wanted = ((28, 28), "(N, 28, 28)") if key.startswith("x") else ((), "(N,)")
        if array.dtype != np.uint8 or array.size == 0 or array.ndim == 0 or array.shape[1:] != entry:
            found = f"{key} is {array.dtype} of shape {array.shape}"
            raise damaged(paths[key], f"{found}, expected uint8 {wanted}")
        if not entry and array.max() > 9:
            raise damaged(paths[key], f"{key} has the label {array.max()}; labels go from 0 to 9")
    for split in ("train", "test"):
        images, labels = len(arrays[f"x_{split}"]), len(arrays[f"y_{split}"])
        if images != labels:
            fault = f"y_{split} has {labels} labels for the {images} images of x_{split}"
            raise damaged(paths[f"y_{split}"], fault)
    return (arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])
