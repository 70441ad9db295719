"""What every data set is: a recipe for elements, how many there are, and what they look like.

Before:  data/stages.py.  Next: data/dataset.py (the steps as methods).
Source:  TensorFlow's ``tf.data.Dataset``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Self

from minigrad.autodiff.tensor import wrap
from minigrad.data.spec import batched, spec_of, unbatched
from minigrad.data.stages import Run, Source
from minigrad.data.structures import map_structure
from minigrad.random import generator

INFINITE_CARDINALITY = -1
UNKNOWN_CARDINALITY = -2


class Recipe:
    """What `Dataset` is made on: it can be read, and knows its size and its elements' form.

    Args:
        source: Makes an iterator over the elements.
        size: The number of elements, or one of the two constants.
        spec: Returns the elements' `TensorSpec`s.
        shuffles: How many shuffles there are in it.
        draws: Whether one of them has no seed of its own.
    """

    def __init__(
        self, source: Source, size: int, spec: Callable[[], Any], shuffles: int = 0, draws: bool = False
    ) -> None:
        self._source = source
        self._size = size
        self._spec = spec
        self._shuffles = shuffles
        self._draws = draws
        self._runs = 0

    def as_numpy_iterator(self) -> Iterator[Any]:
        """Return an iterator of the elements with arrays (not Tensors) in them."""
        seed = int(generator().integers(2**63)) if self._draws else 0
        run = Run(seed, self._runs)
        self._runs += 1
        return self._source(run)

    def __iter__(self) -> Iterator[Any]:
        return (map_structure(wrap, element) for element in self.as_numpy_iterator())

    def cardinality(self) -> int:
        """Return the number of elements; `INFINITE_CARDINALITY` (-1) or `UNKNOWN_CARDINALITY` (-2)."""
        return self._size

    def __len__(self) -> int:
        if self._size < 0:
            kind = "infinite" if self._size == INFINITE_CARDINALITY else "not known before it is read"
            raise TypeError(f"the length of this Dataset is {kind}; ask cardinality() to see which")
        return self._size

    def __bool__(self) -> bool:
        return True  # not what its length says: `if dataset` asks whether there is one

    @property
    def element_spec(self) -> Any:
        """The `TensorSpec` of each array of an element; after `map` the first element is computed for it."""
        return self._spec()

    def __repr__(self) -> str:
        return f"<Dataset cardinality={self._size}>"

    def _longer(self, source: Source, size: int) -> Self:
        return type(self)(source, size, self._spec, self._shuffles, self._draws)

    def _look_at_the_first(self, varies: bool = False) -> Any:
        element = next(self._source(Run(0, 0)), None)
        if element is None:
            raise ValueError("Dataset.element_spec: the data set is empty, so there is no element to look at")
        spec = spec_of(element)
        return batched(unbatched(spec), None) if varies else spec
