"""Data on their way to the model: shuffled and cut into batches.

Idea:    an epoch of 10,000 images in batches of 100, nothing else done with them.
Shapes:  (10,000, 28, 28, 1) -> 100 times (100, 28, 28, 1)
Before:  numbers.py.  Next: augmentation.py.
"""

import numpy as np

from benchmarks.case import Case, Side, Work
from benchmarks.cases import numbers

COUNT, BATCH = 10_000, 100


def _count(batches):
    """Walk through an epoch; return how many images it had, and the sum of their labels."""
    images = total = 0
    for x, y in batches:
        images += len(x)
        total += int(y.sum())
    return [np.array([images, total])]


def _data():
    return numbers.images(COUNT, 28, 28, 1), numbers.labels(COUNT)


def minigrad_loading():
    import minigrad as mg

    batches = mg.data.Dataset.from_tensor_slices(_data()).shuffle(COUNT).batch(BATCH)
    return Work(lambda: _count(batches), lambda: _count(batches))


def torch_loading():
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    x, y = (torch.from_numpy(array) for array in _data())
    batches = DataLoader(TensorDataset(x, y), batch_size=BATCH, shuffle=True)
    return Work(lambda: _count(batches), lambda: _count(batches))


CASES = [
    Case(
        "loading",
        "an epoch of data, shuffled, in batches of 100: per batch",
        Side("minigrad", minigrad_loading),
        (Side("torch", torch_loading),),
        count=COUNT // BATCH,
    ),
]
