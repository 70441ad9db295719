"""From the user's arrays to batches.

Idea:    whatever is given, training sees a sequence of ``(x, y, sample_weight)``, each a batch.
Shapes:  x (N, ...), y (N, ...), sample_weight (N,) -> batches of batch_size rows; the last may be shorter.
Before:  random.py (the order of the rows).  Next: models/compiled.py.
Source:  Keras's ``keras/src/trainers/data_adapters/array_data_adapter.py``.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from minigrad.autodiff.tensor import Tensor, to_array
from minigrad.errors import ShapeError
from minigrad.random import generator

Batch = tuple[Any, Any, Any]


class ArrayBatches:
    """Arrays, cut into batches.

    Args:
        name: The method that was called, for error messages.
        x: An array, or a list, tuple or dict of arrays with the same number of rows.
        y: The same, or None.
        sample_weight: One weight for each row, or None.
        batch_size: The rows of a batch. Default None: 32.
        shuffle: Whether the rows come in a new random order in each epoch. Default False.
        class_weight: A weight for each class, by its number; others count 1. Default None.

    Attributes:
        size: The number of rows.
        steps: The number of batches in an epoch.

    Raises:
        ShapeError: If the numbers of rows differ.
        ValueError: If there are no rows, or batch_size is not an integer >= 1.
    """

    def __init__(
        self,
        name: str,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        batch_size: int | None = None,
        shuffle: bool = False,
        class_weight: dict[int, float] | None = None,
    ) -> None:
        self.x = map_structure(lambda part: _rows(name, "x", part), x)
        self.y = map_structure(lambda part: _rows(name, "y", part), y)
        if class_weight is not None:
            if sample_weight is not None:
                raise ValueError(f"{name}: sample_weight and class_weight can't both be given")
            sample_weight = _class_weights(name, self.y, class_weight)
        self.sample_weight = map_structure(lambda part: _rows(name, "sample_weight", part), sample_weight)
        sizes = {
            f"{argument} {list(part.shape)}": len(part)
            for argument, value in (("x", self.x), ("y", self.y), ("sample_weight", self.sample_weight))
            for part in flatten(value)
        }
        if len(set(sizes.values())) > 1:
            raise ShapeError(f"{name}: the numbers of rows differ: {', '.join(sizes)}")
        self.size = next(iter(sizes.values()), 0)
        if not self.size:
            raise ValueError(f"{name}: the data set is empty (x has no rows)")
        self.batch_size = 32 if batch_size is None else batch_size
        if isinstance(self.batch_size, bool) or not isinstance(self.batch_size, int | np.integer):
            raise ValueError(f"{name}: batch_size must be an integer >= 1; got {batch_size!r}")
        if self.batch_size < 1:
            raise ValueError(f"{name}: batch_size must be an integer >= 1; got {batch_size!r}")
        self.shuffle = shuffle
        self.steps = -(-self.size // self.batch_size)

    def __iter__(self) -> Iterator[Batch]:
        """Yield the batches of one epoch."""
        order = generator(None).permutation(self.size) if self.shuffle else None
        for start in range(0, self.size, self.batch_size):
            rows = slice(start, start + self.batch_size)
            take = operator.itemgetter(rows if order is None else order[rows])
            yield (
                map_structure(take, self.x),
                map_structure(take, self.y),
                map_structure(take, self.sample_weight),
            )


def split_validation(name: str, arrays: Any, validation_split: float) -> tuple[Any, Any]:
    """Return (training, validation) parts of every array: the last rows, before any shuffling.

    Raises:
        ValueError: If the split is not between 0 and 1, or leaves nothing on a side.

    Source: Keras's ``train_validation_split``.
    """
    if not 0 < validation_split < 1:
        raise ValueError(f"{name}: validation_split must be between 0 and 1; got {validation_split!r}")
    size = len(flatten(arrays)[0])
    first = int(np.floor(size * (1.0 - validation_split)))
    if first in (0, size):
        raise ValueError(
            f"{name}: {size} rows are too few to split: validation_split={validation_split} leaves "
            f"{first} for training and {size - first} for validation"
        )
    return (
        map_structure(lambda part: part[:first], arrays),
        map_structure(lambda part: part[first:], arrays),
    )


def flatten(structure: Any) -> list[Any]:
    """Return the arrays in nested tuples, lists of arrays and dicts, without the Nones."""
    if structure is None:
        return []
    if isinstance(structure, dict):
        return [leaf for part in structure.values() for leaf in flatten(part)]
    if is_structure(structure):
        return [leaf for part in structure for leaf in flatten(part)]
    return [structure]


def map_structure(function: Callable[[Any], Any], structure: Any) -> Any:
    """Return the structure with ``function`` applied to each array in it."""
    if structure is None:
        return None
    if isinstance(structure, dict):
        return {key: map_structure(function, part) for key, part in structure.items()}
    if is_structure(structure):
        return type(structure)(map_structure(function, part) for part in structure)
    return function(structure)


def is_structure(value: Any) -> bool:
    """Tell whether a list or tuple holds arrays, rather than being a (nested) list of numbers."""
    if isinstance(value, tuple):
        return True
    return isinstance(value, list) and any(hasattr(part, "shape") for part in value)


def _rows(name: str, argument: str, value: Any) -> np.ndarray[Any, Any]:
    """Return an array with at least one axis, the rows."""
    if isinstance(value, Tensor):
        value = value._data
    if hasattr(value, "to_numpy"):  # a pandas frame or series
        value = value.to_numpy()
    if not isinstance(value, np.ndarray | list):
        raise TypeError(
            f"{name}: {argument} must be an array, a tensor, or a list or dict of them; "
            f"got {type(value).__name__}"
        )
    array = to_array(value)
    if not array.ndim:
        raise ShapeError(f"{name}: {argument} must have rows; got a single number")
    return array


def _class_weights(name: str, y: Any, class_weight: dict[int, float]) -> np.ndarray[Any, Any]:
    """Return the weight of each row's class."""
    if not isinstance(y, np.ndarray) or y.ndim > 2:
        raise ValueError(f"{name}: class_weight needs a single target of class numbers or one-hot rows")
    one_hot = y.ndim == 2 and y.shape[1] > 1
    classes = y.argmax(axis=1) if one_hot else y.reshape(-1).round().astype(np.int64)
    weights = np.ones(len(classes), np.float32)
    for number, weight in class_weight.items():
        weights[classes == int(number)] = weight
    return weights
