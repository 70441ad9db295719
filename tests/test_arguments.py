"""Checks of numbers and shapes that are arguments."""

import numpy as np
import pytest

import minigrad as mg
from minigrad.arguments import number, standardize_shape


@pytest.mark.parametrize("value", [2, 2.0, np.float32(2), np.int8(2), np.array(2.0), mg.Tensor(2.0)])
def test_numbers(value):
    found = number("f", "a", value, 0, 2)
    assert type(found) is float
    assert found == 2.0


@pytest.mark.parametrize(
    "value", ["2", b"2", True, np.True_, None, [2], 1j, np.nan, np.inf, -np.inf, np.zeros(2)]
)
def test_what_is_no_number(value):
    with pytest.raises(ValueError, match="f: a must be a number that is finite; got "):
        number("f", "a", value)


@pytest.mark.parametrize(
    ("bounds", "value", "message"),
    [
        ({"minimum": 0}, -1, ">= 0; got -1"),
        ({"minimum": 0, "maximum": 1}, 2, "between 0 and 1; got 2"),
        ({"above": 0}, 0, "> 0; got 0"),
        ({"maximum": 3}, 4, "<= 3; got 4"),
        ({"above": 0, "maximum": 1}, 2, "> 0 and <= 1; got 2"),
        ({"minimum": 0, "below": 1}, 1, ">= 0 and < 1; got 1"),
    ],
)
def test_bounds(bounds, value, message):
    with pytest.raises(ValueError, match=f"f: a must be a number {message}"):
        number("f", "a", value, **bounds)


def test_shapes():
    assert standardize_shape("f", [2, np.int64(3)]) == (2, 3)
    assert standardize_shape("f", ()) == ()
    assert standardize_shape("f", 4) == (4,)
    assert standardize_shape("f", np.array([2, 3])) == (2, 3)
    for bad in ((2.0,), "ab", None, (None,), (-1, 2), -3, ((2,), 3)):
        with pytest.raises(ValueError, match="f: shape must be integers >= 0; got "):
            standardize_shape("f", bad)
