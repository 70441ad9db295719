"""The steps of a data set: each takes an iterator of elements and is one.

Idea:    a generator holds no more than it needs: shuffling keeps a buffer, batching one batch.
Shapes:  elements are arrays, or tuples and dicts of them; batches have one axis more, the first.
Before:  data/background.py, random/.  Next: data/dataset.py.
Source:  TensorFlow's ``tf.data``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from minigrad.autodiff.modes import no_grad
from minigrad.autodiff.tensor import to_array, wrap
from minigrad.config import floatx
from minigrad.data.background import close
from minigrad.data.structures import flatten, form, map_structure
from minigrad.errors import ShapeError
from minigrad.random import generator

Source = Callable[["Run"], Iterator[Any]]


@dataclass(frozen=True)
class Run:
    """One iteration over a data set: from what the random orders in it follow.

    All is drawn when the iteration begins, in the caller's thread, so nothing depends on how far
    ahead other threads are.
    """

    seed: int
    number: int
    repetitions: tuple[int, ...] = ()

    def repetition(self, index: int) -> Run:
        """Return the run of a `repeat`'s pass of this number."""
        return replace(self, repetitions=(*self.repetitions, index))

    def part(self, index: int) -> Run:
        """Return the run of the part of this number, of several data sets that make one."""
        return replace(self, seed=self.seed + index)

    def generator(self, seed: int | None, depth: int, again: bool) -> np.random.Generator:
        """Return the generator of a shuffle.

        Args:
            seed: The shuffle's own, or None: the run's.
            depth: How many shuffles come before it.
            again: Whether each iteration has an order of its own.
        """
        key = (depth, self.number, *self.repetitions) if again else (depth,)
        entropy = self.seed if seed is None else seed
        mixed = np.random.SeedSequence(entropy, spawn_key=key).generate_state(1, np.uint64)
        return generator(int(mixed[0]))


def slices(arrays: Any, size: int) -> Iterator[Any]:
    """Yield the rows of arrays."""
    for index in range(size):
        yield map_structure(lambda array: array[index, ...], arrays)  # noqa: B023 - called at once


def shuffled(source: Iterator[Any], size: int, order: np.random.Generator) -> Iterator[Any]:
    """Yield the elements in a random order, of which ``size`` are at hand to choose from.

    Example:
        >>> sorted(shuffled(iter(range(5)), 3, generator(1)))
        [0, 1, 2, 3, 4]
    """
    buffer: list[Any] = []
    draws: Iterator[float] = iter(())
    for element in source:
        if len(buffer) < size:
            buffer.append(element)
            continue
        draw = next(draws, None)
        if draw is None:  # many at a time: one call of NumPy costs as much as a hundred numbers
            draws = iter(order.random(256).tolist())
            draw = next(draws)
        place = int(draw * size)
        yield buffer[place]
        buffer[place] = element
    for place in order.permutation(len(buffer)).tolist():
        yield buffer[place]


def batches(source: Iterator[Any], size: int, drop_remainder: bool) -> Iterator[Any]:
    """Yield ``size`` elements at a time, stacked.

    Raises:
        ShapeError: If the shapes within a batch differ.
    """
    group: list[Any] = []
    for element in source:
        group.append(element)
        if len(group) == size:
            yield stack(group)
            group = []
    if group and not drop_remainder:
        yield stack(group)


def stack(elements: list[Any]) -> Any:
    """Return the elements as one, each of its arrays the stack of theirs.

    Example:
        >>> stack([(np.array([1, 2]), np.array(0)), (np.array([3, 4]), np.array(1))])
        (array([[1, 2],
               [3, 4]]), array([0, 1]))
    """
    columns = [list(column) for column in zip(*map(flatten, elements), strict=True)]
    for column in columns:
        different = next((one for one in column if one.shape != column[0].shape), None)
        if different is not None:
            raise ShapeError(
                f"Dataset.batch: elements of one batch must have the same shape; got {column[0].shape} and "
                f"{different.shape}: make them equal with map(), or use batch(1)"
            )
    stacked = iter([np.stack(column) for column in columns])
    return map_structure(lambda _: next(stacked), elements[0])


def rows(source: Iterator[Any]) -> Iterator[Any]:
    """Yield each row of each element, the inverse of `batches`.

    Raises:
        ShapeError: If an element has no rows, or its arrays have different numbers of them.
    """
    for element in source:
        yield from slices(element, row_count("Dataset.unbatch", element))


def row_count(name: str, arrays: Any) -> int:
    """Return the number of rows that all the arrays have.

    Raises:
        ShapeError: If they differ, or an array has no axis.
    """
    leaves = flatten(arrays)
    counts = {array.shape[0] if array.ndim else -1 for array in leaves}
    if len(counts) != 1 or -1 in counts:
        raise ShapeError(f"{name}: all arrays must have the same number of rows; got {form(arrays)}")
    return counts.pop()


def repeated(again: Callable[[int], Iterator[Any]], count: int | None) -> Iterator[Any]:
    """Yield the elements of ``again(0)``, ``again(1)``, ...; forever if ``count`` is None.

    Raises:
        ValueError: If there are none, which would go on forever.
    """
    number = 0
    while count is None or number < count:
        empty = True
        for element in again(number):
            empty = False
            yield element
        if empty and count is None:
            raise ValueError("Dataset.repeat: the data set is empty, so it can't be repeated forever")
        number += 1


def taken(source: Iterator[Any], count: int) -> Iterator[Any]:
    """Yield the first ``count`` elements, and end the source's work then."""
    try:
        for _, element in zip(range(count), source, strict=False):  # asks for no element too many
            yield element
    finally:
        close(source)


def zipped(sources: list[Iterator[Any]], structure: Any) -> Iterator[Any]:
    """Yield an element of each source, in the places that ``structure`` has for them."""
    try:
        for elements in zip(*sources, strict=False):
            parts = iter(elements)
            yield map_structure(lambda _: next(parts), structure)  # noqa: B023 - called at once
    finally:
        for source in sources:
            close(source)


def call(function: Callable[..., Any], element: Any) -> Any:
    """Return what a user's function gives for an element: a tuple is several arguments."""
    with no_grad():
        given = map_structure(wrap, element)
        return function(*given) if isinstance(given, tuple) else function(given)


def as_arrays(name: str, value: Any) -> Any:
    """Return a user's structure with arrays in it: tuples and dicts are structure, all else is an array.

    Raises:
        TypeError: If there is None in it.

    Example:
        >>> as_arrays("map", ([1, 2], {"a": 3.0}))
        (array([1, 2]), {'a': array(3., dtype=float32)})
    """
    if isinstance(value, tuple):
        return tuple(as_arrays(name, part) for part in value)
    if isinstance(value, dict):
        return {key: as_arrays(name, part) for key, part in value.items()}
    if value is None:
        raise TypeError(f"{name}: an element can't be None; does the function return a value?")
    if hasattr(value, "to_numpy"):  # a pandas frame or series
        value = value.to_numpy()
    if isinstance(value, list | int | float | bool) and not _is_ragged(value):
        array = np.asarray(value)  # integers stay integers, which labels have to be
        return array.astype(floatx()) if array.dtype == np.float64 else to_array(array)
    return to_array(value)


def _is_ragged(value: Any) -> bool:
    """Tell whether a nested list is no array; `to_array` raises the error that says so."""
    try:
        np.asarray(value)
    except ValueError:
        return True
    return False
