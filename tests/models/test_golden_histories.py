"""Whole trainings against Keras's own (tests/golden/make_histories_golden.py): every epoch's numbers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg
from golden.history_cases import CASES

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "histories.json").read_text("utf-8"))


def same(found, expected):
    if isinstance(expected, dict):
        assert set(found) == set(expected)
        for name, one in expected.items():
            same(found[name], one)
        return
    np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", CASES)
def test_keras_gives_the_same_numbers(name):
    same(CASES[name](mg), GOLDEN[name])
