"""Dataset: a chain of steps that makes elements, or batches of them, one at a time.

Idea:    a data set is a recipe. Nothing happens until it is iterated over, and each iteration follows it
         anew; each method returns a longer recipe.
Before:  data/stages.py (the steps), data/recipe.py.  Next: models/data.py (``fit(dataset)``).
Source:  TensorFlow's ``tf.data.Dataset``.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from minigrad.data import stages
from minigrad.data.background import AUTOTUNE, check_workers, mapped, prefetched
from minigrad.data.recipe import INFINITE_CARDINALITY, UNKNOWN_CARDINALITY, Recipe
from minigrad.data.spec import TensorSpec, batched, spec_of, unbatched, varies
from minigrad.data.stages import Run, Source, as_arrays
from minigrad.data.structures import flatten, is_structure, map_structure
from minigrad.random import generator
from minigrad.random.seed import standardize_seed


class Dataset(Recipe):
    """A sequence of elements, each an array or a tuple or dict of arrays.

    Make one with `from_tensor_slices`, `from_tensors`, `from_generator`, `range` or `zip`. Iterating
    gives Tensors, `as_numpy_iterator` arrays; ``fit``, ``evaluate`` and ``predict`` take data sets of
    batches.

    All randomness follows from the seeds of the shuffles; where none is given, from the global one
    (``utils.set_random_seed``), whatever the number of threads.

    Source: ``tf.data.Dataset``.

    Example:
        >>> import numpy as np
        >>> images, labels = np.zeros((5, 2, 2)), np.arange(5)
        >>> dataset = Dataset.from_tensor_slices((images, labels)).shuffle(5, seed=1).batch(2)
        >>> for x, y in dataset:
        ...     print(x.shape, y.shape)
        (2, 2, 2) (2,)
        (2, 2, 2) (2,)
        (1, 2, 2) (1,)
    """

    # -- where elements come from ----------------------------------------------------------------

    @staticmethod
    def from_tensor_slices(tensors: Any) -> Dataset:
        """Return the data set of the rows of arrays.

        Args:
            tensors: An array (N, ...), or a tuple or dict (also nested) of them; a list is an array.

        Raises:
            ShapeError: If the numbers of rows differ.

        Example:
            >>> [int(x) for x in Dataset.from_tensor_slices([1, 2, 3])]
            [1, 2, 3]
        """
        arrays = as_arrays("Dataset.from_tensor_slices", tensors)
        size = stages.row_count("Dataset.from_tensor_slices", arrays)
        return Dataset(lambda run: stages.slices(arrays, size), size, lambda: unbatched(spec_of(arrays)))

    @staticmethod
    def from_tensors(tensors: Any) -> Dataset:
        """Return the data set of one element."""
        arrays = as_arrays("Dataset.from_tensors", tensors)
        return Dataset(lambda run: iter([arrays]), 1, lambda: spec_of(arrays))

    @staticmethod
    def from_generator(generator: Callable[[], Iterable[Any]], output_signature: Any = None) -> Dataset:
        """Return the data set of what ``generator()`` yields; it is called anew for each iteration.

        Args:
            generator: A function without arguments, such as a generator function.
            output_signature: `TensorSpec`s of an element. Default None: as the first one is.

        Raises:
            TypeError: If generator can't be called.
        """
        if not callable(generator):
            raise TypeError(
                "Dataset.from_generator: it takes a function that returns an iterable (write `f`, not "
                f"`f()`), so that the data set can be read twice; got {type(generator).__name__}"
            )

        def source(run: Run) -> Iterator[Any]:
            for element in generator():
                yield as_arrays("Dataset.from_generator", element)

        made = Dataset(source, UNKNOWN_CARDINALITY, lambda: output_signature)
        if output_signature is None:
            made._spec = made._look_at_the_first
        return made

    @staticmethod
    def range(*args: int, output_type: Any = "int64") -> Dataset:
        """Return the data set of ``range(*args)``."""
        numbers = np.arange(*args, dtype=output_type)
        return Dataset.from_tensor_slices(numbers)

    @staticmethod
    def zip(*datasets: Any) -> Dataset:
        """Return the data set of tuples (or dicts), one element of each; it is as long as the shortest.

        Args:
            *datasets: Data sets; or one tuple or dict of them.
        """
        structure = datasets[0] if len(datasets) == 1 and is_structure(datasets[0]) else datasets
        parts: list[Dataset] = flatten(structure)
        for part in parts:
            if not isinstance(part, Dataset):
                raise TypeError(f"Dataset.zip: it takes data sets; got {type(part).__name__}")
        sizes = [part._size for part in parts]
        finite = [size for size in sizes if size != INFINITE_CARDINALITY]
        size = min(finite, default=INFINITE_CARDINALITY)  # an unknown size is below all others
        return Dataset(
            lambda run: stages.zipped(
                [p._source(run.part(i)) for i, p in builtins.enumerate(parts)], structure
            ),
            size,
            lambda: map_structure(lambda part: part.element_spec, structure),
            max(part._shuffles for part in parts),
            any(part._draws for part in parts),
        )

    # -- what is done with them ------------------------------------------------------------------

    def map(
        self, map_func: Callable[..., Any], num_parallel_calls: int | None = None, deterministic: bool = True
    ) -> Dataset:
        """Return the data set of ``map_func(element)``; a tuple's parts are several arguments.

        Args:
            map_func: Gets Tensors, and may use ops and NumPy. It returns an array or Tensor, or a tuple or
                dict of them.
            num_parallel_calls: The number of threads that call it, or `AUTOTUNE`. Default None: none but
                the caller's. What it draws from a shared generator then depends on their order.
            deterministic: Only True: the results keep the order of the elements.

        Example:
            >>> [int(x) for x in Dataset.range(3).map(lambda x: x * x)]
            [0, 1, 4]
        """
        if not deterministic:
            raise ValueError("Dataset.map: deterministic=False is not supported: the order is always kept")

        def apply(element: Any) -> Any:
            return as_arrays("Dataset.map", stages.call(map_func, element))

        source: Source = lambda run: builtins.map(apply, self._source(run))  # noqa: E731
        if num_parallel_calls is not None:
            workers = check_workers("Dataset.map", "num_parallel_calls", num_parallel_calls)
            source = lambda run: mapped(self._source(run), apply, workers, 2 * workers)  # noqa: E731
        longer = self._longer(source, self._size)
        longer._spec = lambda: longer._look_at_the_first(varies(self.element_spec))
        return longer

    def filter(self, predicate: Callable[..., Any]) -> Dataset:
        """Return the data set of the elements for which ``predicate(element)`` is true."""
        return self._longer(
            lambda run: (one for one in self._source(run) if bool(stages.call(predicate, one))),
            INFINITE_CARDINALITY if self._size == INFINITE_CARDINALITY else UNKNOWN_CARDINALITY,
        )

    def shuffle(
        self, buffer_size: int, seed: int | None = None, reshuffle_each_iteration: bool = True
    ) -> Dataset:
        """Return the data set in a random order.

        Args:
            buffer_size: From how many elements the next one is chosen: as many as there are give a
                perfect shuffle; fewer need less memory.
            seed: An integer. Default None: each iteration draws one from the global generator.
            reshuffle_each_iteration: Whether each iteration has an order of its own. Default True.

        Example:
            >>> numbers = Dataset.range(4).shuffle(4, seed=3)
            >>> sorted(int(x) for x in numbers)
            [0, 1, 2, 3]
        """
        size = _count("shuffle", "buffer_size", buffer_size)
        number = standardize_seed("Dataset.shuffle", seed)
        if number is None and not reshuffle_each_iteration:
            number = int(generator().integers(2**63))
        if number is not None and not isinstance(number, int):
            raise ValueError(f"Dataset.shuffle: seed must be an integer or None; got {seed!r}")
        depth = self._shuffles

        def source(run: Run) -> Iterator[Any]:
            order = run.generator(number, depth, reshuffle_each_iteration)
            return stages.shuffled(self._source(run), size, order)

        longer = self._longer(source, self._size)
        longer._shuffles = depth + 1
        longer._draws = self._draws or number is None
        return longer

    def batch(self, batch_size: int, drop_remainder: bool = False) -> Dataset:
        """Return the data set of batches: ``batch_size`` elements stacked along a new first axis.

        Args:
            batch_size: An integer >= 1.
            drop_remainder: Whether a last, smaller batch is left out. Default False.
        """
        size = _count("batch", "batch_size", batch_size)
        count = self._size if self._size < 0 else self._size // size
        if self._size >= 0 and not drop_remainder:
            count = -(-self._size // size)
        longer = self._longer(lambda run: stages.batches(self._source(run), size, drop_remainder), count)
        longer._spec = lambda: batched(self.element_spec, size if drop_remainder else None)
        return longer

    def unbatch(self) -> Dataset:
        """Return the data set of the rows of this one's elements: the inverse of `batch`."""
        size = INFINITE_CARDINALITY if self._size == INFINITE_CARDINALITY else UNKNOWN_CARDINALITY
        longer = self._longer(lambda run: stages.rows(self._source(run)), size)
        longer._spec = lambda: unbatched(self.element_spec)
        return longer

    def prefetch(self, buffer_size: int = AUTOTUNE) -> Dataset:
        """Return the data set, up to ``buffer_size`` elements of which a thread computes ahead.

        The thread ends with the iteration, also where that is left early.
        """
        size = 2 if buffer_size == AUTOTUNE else _count("prefetch", "buffer_size", buffer_size)
        return self._longer(lambda run: prefetched(self._source(run), size), self._size)

    def repeat(self, count: int | None = None) -> Dataset:
        """Return the data set ``count`` times in a row; forever if count is None (the default) or -1."""
        times = None if count in (None, -1) else _count("repeat", "count", count, least=0)
        size = self._size * times if times is not None and self._size >= 0 else self._size
        if times is None and self._size != 0:
            size = INFINITE_CARDINALITY
        return self._longer(
            lambda run: stages.repeated(lambda index: self._source(run.repetition(index)), times),
            0 if times == 0 else size,
        )

    def take(self, count: int) -> Dataset:
        """Return the data set of the first ``count`` elements; all of them if count is -1."""
        if count == -1:
            return self._longer(self._source, self._size)
        number = _count("take", "count", count, least=0)
        size = number if self._size == INFINITE_CARDINALITY else min(number, self._size)
        return self._longer(lambda run: stages.taken(self._source(run), number), size)

    def skip(self, count: int) -> Dataset:
        """Return the data set without the first ``count`` elements; without any if count is -1."""
        if count == -1:
            return self.take(0)
        number = _count("skip", "count", count, least=0)

        def source(run: Run) -> Iterator[Any]:
            elements = self._source(run)
            for _ in builtins.zip(builtins.range(number), elements, strict=False):
                pass
            return elements

        return self._longer(source, max(0, self._size - number) if self._size >= 0 else self._size)

    def cache(self) -> Dataset:
        """Return the data set, whose elements are kept in memory by the first whole iteration."""
        kept: list[list[Any]] = []

        def source(run: Run) -> Iterator[Any]:
            if kept:
                yield from kept[0]
                return
            seen = []
            for element in self._source(run):
                seen.append(element)
                yield element
            kept[:] = [seen]

        return self._longer(source, self._size)

    def enumerate(self, start: int = 0) -> Dataset:
        """Return the data set of tuples (number, element)."""
        numbers = Dataset(
            lambda run: builtins.map(np.asarray, _count_from(start)),
            INFINITE_CARDINALITY,
            lambda: TensorSpec((), "int64"),
        )
        return Dataset.zip(numbers, self)

    def concatenate(self, dataset: Dataset) -> Dataset:
        """Return the data set of this one's elements, then the other's."""
        sizes = (self._size, dataset._size)
        size = sum(sizes) if min(sizes) >= 0 else min(sizes)
        if INFINITE_CARDINALITY in sizes:
            size = INFINITE_CARDINALITY

        def source(run: Run) -> Iterator[Any]:
            yield from self._source(run)
            yield from dataset._source(run.part(1))

        longer = self._longer(source, size)
        longer._shuffles = max(self._shuffles, dataset._shuffles)
        longer._draws = self._draws or dataset._draws
        return longer


def _count_from(start: int) -> Iterator[Any]:
    while True:
        yield np.int64(start)
        start += 1


def _count(method: str, argument: str, value: Any, least: int = 1) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ValueError(f"Dataset.{method}: {argument} must be an integer >= {least}; got {value!r}")
    return int(value)
