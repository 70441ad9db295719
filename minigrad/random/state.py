"""The whole state of the global randomness as arrays: to be stored, and set again.

Before:  random/seed.py.  Next: models/resuming.py.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from minigrad.random.seed import global_seed_generator


def get_random_state() -> dict[str, np.ndarray[Any, Any]]:
    """Return the state of minigrad's global generator, of ``numpy.random`` and of Python's ``random``.

    Example:
        >>> import minigrad as mg
        >>> state = get_random_state()
        >>> first = mg.random.uniform((2,)).tolist()
        >>> set_random_state(state)
        >>> mg.random.uniform((2,)).tolist() == first
        True
    """
    legacy: Any = np.random.get_state()  # noqa: NPY002 - users' code may draw from it
    version, words, gauss = random.getstate()
    return {
        "minigrad": global_seed_generator().state,
        "numpy_words": legacy[1],
        "numpy_rest": np.array([legacy[2], legacy[3], legacy[4]], np.float64),
        "python_words": np.array(words, np.uint64),
        "python_rest": np.array([version, np.nan if gauss is None else gauss], np.float64),
    }


def set_random_state(state: dict[str, np.ndarray[Any, Any]]) -> None:
    """Go back to a state that `get_random_state` returned."""
    global_seed_generator().state = state["minigrad"]
    position, has_gauss, cached = state["numpy_rest"].tolist()
    np.random.set_state(  # noqa: NPY002
        ("MT19937", state["numpy_words"].astype(np.uint32), int(position), int(has_gauss), cached)
    )
    version, gauss = state["python_rest"].tolist()
    words = tuple(state["python_words"].tolist())
    random.setstate((int(version), words, None if np.isnan(gauss) else gauss))
