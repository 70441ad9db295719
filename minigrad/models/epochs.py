"""Epochs: which batches belong to which, and what to do when they run out.

Idea:    without a number of steps, an epoch is a pass over the data. With one, the epochs go on where the
         last one stopped, and a new pass begins when one is over.
Before:  models/data.py.  Next: models/training.py.
Source:  Keras's ``keras/src/trainers/epoch_iterator.py``.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from minigrad.autodiff.tensor import wrap
from minigrad.data.background import close
from minigrad.data.packing import Batch, pack_x_y_sample_weight
from minigrad.data.structures import map_structure
from minigrad.models.data import BatchSource
from minigrad.random.state import get_random_state

_END: Any = object()
_LIMITS = {"fit": "steps_per_epoch", "fit: validation_data": "validation_steps"}


class Epochs:
    """The batches of a source, epoch by epoch.

    Args:
        name: The method that was called, for messages.
        source: Where the batches come from.
        limit: The steps of an epoch. Default None: those of a pass.

    Attributes:
        steps: The steps of an epoch, or None if they aren't known.
        taken: How many batches were taken of the current pass.
        start: The state of the randomness when it began, and how many passes were before it.

    Raises:
        ValueError: If the data never end and no limit is given.
    """

    def __init__(self, name: str, source: BatchSource, limit: int | None = None) -> None:
        if source.endless and limit is None:
            argument = _LIMITS.get(name, "steps")
            raise ValueError(f"{name}: the data set has no end, so {argument} must be given")
        self.name = name
        self.source = source
        self.limit = limit
        self.steps = source.steps if limit is None else limit
        self.taken = 0
        self.start: dict[str, np.ndarray[Any, Any]] = {}
        self._pass: Iterator[Batch] | None = None
        self._next: Any = None
        self._once: Iterator[Batch] | None = None

    def has_more(self, first: int = 0) -> bool:
        """Make sure that an epoch can begin; warn and return False if the data are used up.

        Args:
            first: The number of its first step, where the ones before it were done already.

        Raises:
            ValueError: If there never were any.
        """
        if self._pass is None or (self.limit is None and not first):
            self._begin_pass()
        self._look_ahead()
        if self._next is _END and not self.source.once:
            self._begin_pass()
            self._look_ahead()
        if self._next is not _END:
            return True
        if not (self.source.once and self.taken):
            raise ValueError(f"{self.name}: the data set is empty (it has no batch)")
        self._warn_of_the_end()
        return False

    def epoch(self, first: int = 0) -> Iterator[tuple[int, Any]]:
        """Yield the numbers and the batches of an epoch, as a ``train_step`` is given them.

        Args:
            first: The number of the first step, where the ones before it were done already.
        """
        self.source.on_epoch_begin()
        for step in itertools.count(first) if self.limit is None else range(first, self.limit):
            self._look_ahead()
            batch = self._next
            if batch is _END:
                if self.limit is not None:
                    self._warn_of_the_end()
                elif self.steps is None:
                    self.steps = step
                break
            self._next = None
            self.taken += 1
            yield step, pack_x_y_sample_weight(*(map_structure(wrap, part) for part in batch))
        self.source.on_epoch_end()

    def replay(self, count: int) -> Any:
        """Take ``count`` batches of a new pass, for a training that goes on; return the last one."""
        self._begin_pass()
        batch: Any = None
        for _ in range(count):
            self._look_ahead()
            if self._next is _END:
                raise ValueError(f"{self.name}: the data are not those that the backup was made with")
            batch, self._next = self._next, None
            self.taken += 1
        return None if batch is None else pack_x_y_sample_weight(*(map_structure(wrap, p) for p in batch))

    def restart(self) -> None:
        """Let the next epoch begin a new pass."""
        if not self.source.once:
            self.close()
            self._next = None

    def close(self) -> None:
        """End the work of the current pass: its threads, if it has any."""
        if self._pass is not None and not self.source.once:
            close(self._pass)
        self._pass = None

    def _begin_pass(self) -> None:
        if self.source.once and self._once is not None:
            self._pass = self._once  # there is only this one
            return
        self.close()
        self.start = {f"random/{name}": value for name, value in get_random_state().items()}
        self.start["passes"] = np.array(self.source.passes)
        self._pass = iter(self.source)
        self._next, self.taken = None, 0
        if self.source.once:
            self._once = self._pass

    def _look_ahead(self) -> None:
        if self._next is None and self._pass is not None:
            self._next = next(self._pass, _END)

    def _warn_of_the_end(self) -> None:
        asked = f"{_LIMITS.get(self.name, 'steps')}={self.limit}"
        if self.name == "fit":
            asked += ", in each epoch"
        warnings.warn(
            f"{self.name}: the input ran out of data: it has fewer batches than were asked for ({asked}): "
            "use Dataset.repeat(), or a generator that goes on",
            stacklevel=4,
        )
