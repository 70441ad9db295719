"""PyDataset: batches by number, made by a class of your own.

Idea:    whoever can say how many batches there are and make any one of them can be shuffled, repeated,
         and read by several threads at once.
Before:  data/packing.py, data/background.py.  Next: models/data.py.
Source:  Keras's ``keras/src/trainers/data_adapters/py_dataset_adapter.py``.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterator
from typing import Any

from minigrad.data.background import mapped


class PyDataset:
    """Batches by number. Subclass it with ``__len__`` (how many) and ``__getitem__`` (one of them).

    Args:
        workers: How many threads ``fit`` and the like make batches on. Default 1: none but their own.
        use_multiprocessing: Only False. NumPy lets threads compute at the same time.
        max_queue_size: How many batches the threads may be ahead. Default 10.

    Raises:
        ValueError: For use_multiprocessing=True, or a number below 0.

    Source: ``keras.utils.PyDataset``, also called ``keras.utils.Sequence``.

    Example:
        >>> import numpy as np
        >>> class Squares(PyDataset):
        ...     def __len__(self):
        ...         return 3
        ...     def __getitem__(self, index):
        ...         x = np.arange(2 * index, 2 * index + 2.0)
        ...         return x, x**2
        >>> [y.tolist() for x, y in Squares()]
        [[0.0, 1.0], [4.0, 9.0], [16.0, 25.0]]
    """

    def __init__(self, workers: int = 1, use_multiprocessing: bool = False, max_queue_size: int = 10) -> None:
        name = type(self).__name__
        for argument, value in (("workers", workers), ("max_queue_size", max_queue_size)):
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                raise ValueError(f"{name}: {argument} must be an integer >= 0; got {value!r}")
        if use_multiprocessing:
            raise ValueError(
                f"{name}: use_multiprocessing=True is not supported; use workers={max(2, workers)} for "
                "threads: NumPy and the reading of files let them run at the same time"
            )
        self.workers = workers
        self.use_multiprocessing = use_multiprocessing
        self.max_queue_size = max_queue_size

    def __getitem__(self, index: int) -> Any:
        """Return the batch of this number: x, (x,), (x, y) or (x, y, sample_weight)."""
        raise NotImplementedError(f"{type(self).__name__} must define __getitem__(self, index)")

    @property
    def num_batches(self) -> int | None:
        """The number of batches; None, if a subclass says so, for a data set without end."""
        if not hasattr(self, "__len__"):
            raise NotImplementedError(
                f"{type(self).__name__} must define __len__(self), the number of batches (or num_batches, "
                "None for a data set without end)"
            )
        return len(self)

    def on_epoch_begin(self) -> None:
        """Called at the beginning of each epoch."""

    def on_epoch_end(self) -> None:
        """Called at the end of each epoch: the place to shuffle."""

    def __iter__(self) -> Iterator[Any]:
        count = self.num_batches
        for index in itertools.count() if count is None else range(count):
            yield self[index]

    def read(self, order: Iterator[int]) -> Iterator[Any]:
        """Yield the batches of these numbers, made by ``workers`` threads if there are several."""
        if not hasattr(self, "workers"):
            warnings.warn(
                f"{type(self).__name__}.__init__ should call super().__init__(**kwargs), which takes "
                "workers and max_queue_size",
                stacklevel=2,
            )
            self.workers, self.max_queue_size = 1, 10
        if self.workers < 2:
            return map(self.__getitem__, order)
        return mapped(order, self.__getitem__, self.workers, max(self.workers, self.max_queue_size))
