"""Seeds: where every random number begins.

Idea:    all numbers of one draw follow from two integers: a seed, and a counter that says which draw of
         that seed it is. So the whole state of the randomness is small enough to be read, stored and
         set; and since a draw is made in one go, no number depends on how many threads there are.
Before:  serialization.py.  Next: random/distributions.py.
Source:  ``keras.random.SeedGenerator`` and ``keras.utils.set_random_seed``; Salmon et al., "Parallel random
         numbers: as easy as 1, 2, 3" (2011) for counting instead of carrying state; NumPy's ``SeedSequence``
         (which spreads the two integers over the generator's state) and ``SFC64``.
"""

from __future__ import annotations

import operator
import random
import threading
from typing import Any

import numpy as np

from minigrad.serialization import Family

_LIMIT = 2**64
_OTHERS = ", a SeedGenerator or None"
_lock = threading.Lock()  # one for all generators, so that a SeedGenerator can be pickled and copied


class SeedGenerator:
    """A seed and a count of how often it was used: other numbers at every use, the same in every run.

    Args:
        seed: An integer in [0, 2**64). Default None: drawn from the global generator, so it follows
            from `set_random_seed`, if that was called.
        name: Default "seed_generator".

    Attributes:
        state: ``[seed, counter]``, an ndarray of two uint64. Assign to it to go back, or to continue
            where another process stopped.

    Raises:
        ValueError: If the seed is anything else.

    Source: ``keras.random.SeedGenerator``.

    Example:
        >>> import minigrad as mg
        >>> seed = SeedGenerator(7)
        >>> first, second = (mg.random.normal((2,), seed=seed).tolist() for _ in range(2))
        >>> first == second
        False
        >>> seed.state
        array([7, 2], dtype=uint64)
        >>> seed.state = [7, 0]
        >>> mg.random.normal((2,), seed=seed).tolist() == first
        True
    """

    def __init__(self, seed: int | None = None, name: str | None = None) -> None:
        self.name = name or "seed_generator"
        self._given = None if seed is None else _integer("SeedGenerator: seed", seed, others=" or None")
        self._seed = (
            int(generator().integers(_LIMIT, dtype=np.uint64)) if self._given is None else self._given
        )
        self._counter = 0

    @property
    def state(self) -> np.ndarray[Any, np.dtype[np.uint64]]:
        """The seed and the number of draws so far."""
        return np.array([self._seed, self._counter], np.uint64)

    @state.setter
    def state(self, value: Any) -> None:
        try:
            seed, counter = map(operator.index, value)
        except (TypeError, ValueError):
            raise ValueError(
                f"SeedGenerator: state must be two integers, [seed, counter]; got {value!r}"
            ) from None
        seed, counter = (
            _integer("SeedGenerator: state[0]", seed),
            _integer("SeedGenerator: state[1]", counter),
        )
        with _lock:
            self._seed, self._counter = seed, counter

    def next(self) -> np.ndarray[Any, np.dtype[np.uint64]]:
        """Return the state, and count one draw."""
        with _lock:
            state = self.state
            self._counter += 1
        return state

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments; the state is not among them."""
        return {"seed": self._given, "name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> SeedGenerator:
        """Return a new generator with the arguments that `get_config` gave."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"SeedGenerator(seed={self._seed}, counter={self._counter})"


SEEDS = Family("seed", "keras.random", [SeedGenerator])

_global: SeedGenerator | None = None


def global_seed_generator() -> SeedGenerator:
    """Return the generator that ``seed=None`` means; before `set_random_seed` its seed is arbitrary."""
    global _global
    with _lock:
        if _global is None:
            _global = SeedGenerator(int(np.random.SeedSequence().generate_state(1, np.uint64)[0]))
        return _global


def set_random_seed(seed: int) -> None:
    """Make everything random that follows the same in every run.

    Seeds the global generator, from which minigrad draws wherever ``seed=None``, Python's ``random``
    and ``numpy.random``. Layers and seed generators that exist already keep their seeds.

    Args:
        seed: An integer in [0, 2**32), which is what ``numpy.random`` takes.

    Raises:
        ValueError: If it is anything else.

    Source: ``keras.utils.set_random_seed``.

    Example:
        >>> import minigrad as mg
        >>> mg.utils.set_random_seed(0)
        >>> first = mg.random.uniform((3,)).tolist()
        >>> mg.utils.set_random_seed(0)
        >>> mg.random.uniform((3,)).tolist() == first
        True
    """
    global _global
    number = _integer("set_random_seed: seed", seed, 2**32)
    random.seed(number)
    np.random.seed(number)  # noqa: NPY002 - for users' code that draws from NumPy's global state
    with _lock:
        _global = SeedGenerator(number)


def generator(seed: Any = None) -> np.random.Generator:
    """Return NumPy's generator for one draw. Everything random in minigrad comes from here.

    Args:
        seed: An integer in [0, 2**64): the same numbers at every call. A `SeedGenerator`: the next
            ones. None: the next ones of the global generator.

    Raises:
        ValueError: If it is anything else.

    Example:
        >>> generator(3).permutation(4).tolist() == generator(3).permutation(4).tolist()
        True
    """
    if seed is None:
        seed = global_seed_generator()
    if isinstance(seed, SeedGenerator):
        number, counter = map(int, seed.next())
    else:
        number, counter = _integer("seed", seed, others=_OTHERS), 0
    # as a spawn key, since SeedSequence pads entropy alone with zeros: (7, 0) and (7,) would be the same
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(number, spawn_key=(counter,))))


def standardize_seed(name: str, seed: Any) -> int | SeedGenerator | None:
    """Return a ``seed`` argument checked: None, an integer, or a `SeedGenerator` (or its config).

    Args:
        name: Whose argument it is, for the error message.
        seed: What the user, or a config, gave.

    Raises:
        ValueError: If it is anything else.

    Example:
        >>> standardize_seed("Dropout", 5)
        5
        >>> standardize_seed("Dropout", 0.5)
        Traceback (most recent call last):
        ...
        ValueError: Dropout: seed must be an integer in [0, 2**64), a SeedGenerator or None; got 0.5
    """
    if isinstance(seed, dict):
        seed = SEEDS.deserialize(seed)
    if seed is None or isinstance(seed, SeedGenerator):
        return seed
    return _integer(f"{name}: seed", seed, others=_OTHERS)


def as_seed_generator(name: str, seed: Any) -> SeedGenerator:
    """Return the `SeedGenerator` of a layer: ``seed`` itself if it is one, else a new one of that seed.

    Args:
        name: Whose argument it is, for the error message.
        seed: None, an integer, a `SeedGenerator` or its config.

    Raises:
        ValueError: If it is anything else.

    Example:
        >>> as_seed_generator("Dropout", 5)
        SeedGenerator(seed=5, counter=0)
    """
    checked = standardize_seed(name, seed)
    return checked if isinstance(checked, SeedGenerator) else SeedGenerator(checked)


def serialize_seed(seed: int | SeedGenerator | None) -> Any:
    """Return a ``seed`` argument in a form that JSON can hold; `standardize_seed` reads it.

    Example:
        >>> serialize_seed(5), serialize_seed(SeedGenerator(5))["class_name"]
        (5, 'SeedGenerator')
    """
    return SEEDS.serialize(seed) if isinstance(seed, SeedGenerator) else seed


def _integer(name: str, value: Any, limit: int = _LIMIT, others: str = "") -> int:
    """Return ``value`` as an integer in [0, limit); a boolean is none."""
    try:
        number = -1 if isinstance(value, bool | np.bool) else operator.index(value)
    except TypeError:
        number = -1
    if not 0 <= number < limit:
        power = limit.bit_length() - 1
        raise ValueError(f"{name} must be an integer in [0, 2**{power}){others}; got {value!r}")
    return number
