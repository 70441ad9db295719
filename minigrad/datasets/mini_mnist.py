"""A sixth of MNIST that comes with the package: real digits without a download.

Idea:    a first network should train the minute the package is installed, on a train or in a classroom
         without network too. 10,000 digits are enough for 97 %.
Shapes:  images (10000, 28, 28) and (2000, 28, 28), labels (10000,) and (2000,), all uint8.
Before:  idx.py (the reader).  Next: mnist.py (all 70,000).
Source:  the first 10,000 training and 2,000 test images of Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST
         database of handwritten digits", CC BY-SA 3.0; see data/README.md.
"""

from __future__ import annotations

import importlib.resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minigrad.datasets.idx import read_idx

Split = tuple[NDArray[np.uint8], NDArray[np.uint8]]
"""Images (N, 28, 28) and their labels (N,)."""


def load_data() -> tuple[Split, Split]:
    """Return the embedded part of MNIST, in the form of Keras's ``mnist.load_data``.

    Pixels go from 0 (paper) to 255 (ink), labels from 0 to 9. The order is MNIST's own. Every call returns
    fresh arrays, which you may change.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: uint8 images (10000, 28, 28) and (2000, 28, 28), uint8
        labels (10000,) and (2000,).

    Raises:
        DataFileError: If the installed files are damaged.

    Source: the MNIST database, CC BY-SA 3.0; Keras's ``keras.datasets.mnist.load_data``.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()
        >>> x_train.shape, x_test.shape
        ((10000, 28, 28), (2000, 28, 28))
        >>> y_train[:5]
        array([5, 0, 4, 1, 9], dtype=uint8)
    """
    train = _embedded("train-images-idx3-ubyte.gz"), _embedded("train-labels-idx1-ubyte.gz")
    test = _embedded("t10k-images-idx3-ubyte.gz"), _embedded("t10k-labels-idx1-ubyte.gz")
    return train, test


def _embedded(name: str) -> NDArray[Any]:
    """Read one of the files beside this module; they may lie in a zip file."""
    with importlib.resources.files("minigrad.datasets").joinpath("data", name).open("rb") as file:
        return read_idx(file)
