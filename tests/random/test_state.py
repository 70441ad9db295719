"""The state of the randomness: what is drawn after going back to it."""

from __future__ import annotations

import random

import numpy as np

import minigrad as mg
from minigrad.random.state import get_random_state, set_random_state


def draw():
    return (
        mg.random.normal((3,)).tolist(),
        np.random.rand(3).tolist(),  # noqa: NPY002
        np.random.randn(),  # noqa: NPY002 - keeps a second number for the next call
        random.random(),
        random.gauss(0, 1),  # likewise
    )


def test_going_back():
    mg.utils.set_random_seed(4)
    draw()
    state = get_random_state()
    assert all(isinstance(value, np.ndarray) and value.dtype != object for value in state.values())
    first, second = draw(), draw()
    assert first != second
    set_random_state(state)
    assert draw() == first
    assert draw() == second
