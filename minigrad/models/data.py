"""From the user's arrays, or whatever else holds batches, to batches.

Idea:    whatever is given, training sees passes over triples ``(x, y, sample_weight)``, each a batch.
Shapes:  x (N, ...), y (N, ...), sample_weight (N,) -> batches of batch_size rows; the last may be shorter.
Before:  data/ (Dataset, PyDataset), random/ (the order of the rows).  Next: models/epochs.py.
Source:  Keras's ``keras/src/trainers/data_adapters``.
"""

from __future__ import annotations

import inspect
import itertools
import numbers
import operator
from collections.abc import Iterable, Iterator, Sized
from typing import Any

import numpy as np

from minigrad.autodiff.tensor import to_array
from minigrad.data.dataset import Dataset
from minigrad.data.packing import (
    Batch,
    check_class_weight,
    unpack_x_y_sample_weight,
    weights_of_classes,
)
from minigrad.data.py_dataset import PyDataset
from minigrad.data.recipe import INFINITE_CARDINALITY
from minigrad.data.structures import flatten, form, map_structure
from minigrad.errors import DTypeError, ShapeError
from minigrad.random import generator

__all__ = ["ArrayBatches", "BatchSource", "batch_source", "flatten", "map_structure", "split_validation"]


class BatchSource:
    """What batches come from. Iterating is one pass.

    Attributes:
        steps: The number of batches of a pass, or None if it isn't known.
        endless: Whether a pass never ends.
        once: Whether there is only one pass.
        passes: How many passes have begun; the random orders of later ones may follow from it.
    """

    steps: int | None = None
    endless = False
    once = False
    passes = 0

    def __iter__(self) -> Iterator[Batch]:
        """Begin a pass."""
        raise NotImplementedError

    def on_epoch_begin(self) -> None:
        """Called at the beginning of each epoch."""

    def on_epoch_end(self) -> None:
        """Called at the end of each epoch."""


class ArrayBatches(BatchSource):
    """Arrays, cut into batches.

    Args:
        name: The method that was called, for error messages.
        x: An array, or a list, tuple or dict of arrays with the same number of rows.
        y: The same, or None.
        sample_weight: One weight for each row, or None; for several targets also a list or dict.
        batch_size: The rows of a batch. Default None: 32.
        shuffle: Whether the rows come in a new random order in each pass. Default False.
        class_weight: A weight for each class, by its number; others count 1. Default None.

    Attributes:
        size: The number of rows.
        steps: The number of batches in a pass.

    Raises:
        ShapeError: If the numbers of rows differ.
        ValueError: If there are no rows, or batch_size is not an integer >= 1.
    """

    steps: int

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
            sample_weight = weights_of_classes(name, self.y, check_class_weight(name, class_weight))
        self.sample_weight = map_structure(lambda part: _rows(name, "sample_weight", part), sample_weight)
        sizes = {
            f"{argument} {list(part.shape)}": len(part)
            for argument, value in (("x", self.x), ("y", self.y), ("sample_weight", self.sample_weight))
            for part in flatten(value)
        }
        if len(set(sizes.values())) > 1:
            raise ShapeError(f"{name}: the numbers of rows differ: {', '.join(sizes)}")
        self.size = next(iter(sizes.values()), 0)
        if x is None:
            raise ValueError(f"{name}: x is missing")
        if not self.size:
            raise ValueError(f"{name}: the data set is empty (x has no rows)")
        self.batch_size = 32 if batch_size is None else batch_size
        if isinstance(self.batch_size, bool) or not isinstance(self.batch_size, int | np.integer):
            raise ValueError(f"{name}: batch_size must be an integer >= 1; got {batch_size!r}")
        if self.batch_size < 1:
            raise ValueError(f"{name}: batch_size must be an integer >= 1; got {batch_size!r}")
        if not isinstance(shuffle, bool | np.bool):
            raise ValueError(f"{name}: shuffle must be True or False; got {shuffle!r}")
        self.shuffle = shuffle
        self.steps = -(-self.size // self.batch_size)

    def __iter__(self) -> Iterator[Batch]:
        """Begin a pass; its order is drawn now."""
        return self._pass(generator(None).permutation(self.size) if self.shuffle else None)

    def _pass(self, order: np.ndarray[Any, Any] | None) -> Iterator[Batch]:
        for start in range(0, self.size, self.batch_size):
            rows = slice(start, start + self.batch_size)
            take = operator.itemgetter(rows if order is None else order[rows])
            yield (
                map_structure(take, self.x),
                map_structure(take, self.y),
                map_structure(take, self.sample_weight),
            )


class IterableBatches(BatchSource):
    """Batches from anything that can be iterated over: a generator, a Dataset, a loader.

    Args:
        name: The method that was called, for error messages.
        batches: Yields x, (x,), (x, y) or (x, y, sample_weight).
        class_weight: As for `ArrayBatches`.
    """

    def __init__(self, name: str, batches: Any, class_weight: dict[int, float] | None = None) -> None:
        self.name = name
        self.batches = batches
        self.class_weight = None if class_weight is None else check_class_weight(name, class_weight)
        self.once = isinstance(batches, Iterator)
        if isinstance(batches, Dataset):
            self.endless = batches.cardinality() == INFINITE_CARDINALITY
            self.steps = batches.cardinality() if batches.cardinality() >= 0 else None
        elif isinstance(batches, Sized) and not self.once:
            self.steps = len(batches)

    @property
    def passes(self) -> int:
        """How many passes have begun."""
        return self.batches._runs if isinstance(self.batches, Dataset) else 0

    @passes.setter
    def passes(self, value: int) -> None:
        if isinstance(self.batches, Dataset):
            self.batches._runs = value

    def __iter__(self) -> Iterator[Batch]:
        source = self.batches
        return map(self._batch, source.as_numpy_iterator() if isinstance(source, Dataset) else iter(source))

    def _batch(self, data: Any) -> Batch:
        """Return a batch as arrays, with the weights of its classes."""
        if data is None:
            raise ValueError(f"{self.name}: the data set yields None instead of a batch")
        parts = unpack_x_y_sample_weight(data)
        names = ("x", "y", "sample_weight")
        x, y, sample_weight = (
            map_structure(lambda one: _rows(self.name, name, one, _BATCH_HINT), part)  # noqa: B023
            for name, part in zip(names, parts, strict=True)
        )
        rows = {name: {len(one) for one in flatten(part)} for name, part in (("x", x), ("y", y))}
        if rows["y"] - rows["x"]:
            raise ShapeError(
                f"{self.name}: the numbers of rows of a batch differ: x is {form(x)}, y is {form(y)}"
            )
        if self.class_weight is not None:
            if sample_weight is not None:
                raise ValueError(
                    f"{self.name}: class_weight can't be given where the batches have sample weights"
                )
            sample_weight = weights_of_classes(self.name, y, self.class_weight)
        return x, y, sample_weight


class PyDatasetBatches(IterableBatches):
    """The batches of a `PyDataset`, in a new order in each pass if ``shuffle``."""

    def __init__(
        self, name: str, batches: PyDataset, class_weight: dict[int, float] | None, shuffle: bool
    ) -> None:
        super().__init__(name, batches, class_weight)
        self.steps = batches.num_batches
        self.endless = self.steps is None
        self.shuffle = shuffle and not self.endless

    def __iter__(self) -> Iterator[Batch]:
        order: Any = itertools.count()
        if self.steps is not None:
            order = generator(None).permutation(self.steps).tolist() if self.shuffle else range(self.steps)
        return map(self._batch, self.batches.read(iter(order)))

    def on_epoch_begin(self) -> None:
        """Tell the data set."""
        self.batches.on_epoch_begin()

    def on_epoch_end(self) -> None:
        """Tell the data set, whose length may have changed."""
        self.batches.on_epoch_end()
        self.steps = self.batches.num_batches


def batch_source(
    name: str,
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    batch_size: int | None = None,
    steps: int | None = None,
    shuffle: bool = False,
    class_weight: dict[int, float] | None = None,
) -> BatchSource:
    """Return the batches of what ``fit`` and the like were given.

    Raises:
        TypeError: If x is neither arrays nor anything that yields batches.
        ValueError: If y, sample_weight or batch_size is given besides an x that has its own.

    Source: Keras's ``get_data_adapter``.
    """
    if _is_arrays(x):
        if batch_size is None and steps:
            rows = next((len(part) for part in flatten(x) if hasattr(part, "__len__")), 0)
            batch_size = max(1, -(-rows // steps))  # as many rows as make that many steps
        return ArrayBatches(name, x, y, sample_weight, batch_size, shuffle, class_weight)
    if isinstance(x, str | bytes) or not isinstance(x, Iterable):
        hint = "; call it, so that it makes one" if inspect.isfunction(x) else ""
        raise TypeError(
            f"{name}: x must be arrays, a Dataset, a PyDataset, or a generator of batches; "
            f"got {type(x).__name__}{hint}"
        )
    kind = type(x).__name__
    for argument, value in (("y", y), ("sample_weight", sample_weight), ("batch_size", batch_size)):
        if value is not None:
            own = "have a size of their own" if argument == "batch_size" else "are (x, y, sample_weight)"
            raise ValueError(f"{name}: {argument} can't be given where x is a {kind}: its batches {own}")
    if isinstance(x, PyDataset):
        return PyDatasetBatches(name, x, class_weight, shuffle)
    return IterableBatches(name, x, class_weight)


def split_validation(name: str, arrays: Any, validation_split: float) -> tuple[Any, Any]:
    """Return (training, validation) parts of every array: the last rows, before any shuffling.

    Raises:
        ValueError: If the split is not between 0 and 1, or leaves nothing on a side, or the data are not
            arrays.

    Source: Keras's ``train_validation_split``.
    """
    if not isinstance(validation_split, numbers.Real) or not 0 < validation_split < 1:
        raise ValueError(f"{name}: validation_split must be between 0 and 1; got {validation_split!r}")
    if not _is_arrays(arrays[0]):
        raise ValueError(
            f"{name}: validation_split needs arrays; of a {type(arrays[0]).__name__}, give a part of its "
            "own as validation_data"
        )
    arrays = map_structure(lambda part: _rows(name, "data", part), arrays)
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


_BATCH_HINT = ": the data set yields single elements, not batches; make them with .batch(batch_size)"


def _is_arrays(x: Any) -> bool:
    return x is None or isinstance(x, list | tuple | dict | int | float) or hasattr(x, "__array__")


def _rows(name: str, argument: str, value: Any, hint: str = "") -> np.ndarray[Any, Any]:
    """Return an array with at least one axis, the rows."""
    if hasattr(value, "to_numpy"):  # a pandas frame or series
        value = value.to_numpy()
    if hasattr(value, "toarray"):  # a sparse matrix
        raise TypeError(f"{name}: {argument} is a sparse {type(value).__name__}; give {argument}.toarray()")
    if not isinstance(value, list | int | float | np.generic) and not hasattr(value, "__array__"):
        raise TypeError(
            f"{name}: {argument} must be an array, a tensor, or a list or dict of them; "
            f"got {type(value).__name__}"
        )
    try:
        array = to_array(value)
    except (DTypeError, ShapeError) as error:
        raise type(error)(f"{name}: {argument}: {error}") from None
    if not array.ndim:
        raise ShapeError(f"{name}: {argument} must have rows; got a single number{hint}")
    return array
