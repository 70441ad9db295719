"""Nested lists, tuples and dicts of tensors, taken apart and put together."""

from typing import NamedTuple

import numpy as np
import pytest

import minigrad as mg
from minigrad.autodiff.structures import flatten, flatten_like, is_structure, rebuild

a, b, c = (np.full(2, number) for number in (1.0, 2.0, 3.0))


class Pair(NamedTuple):
    first: object
    second: object


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (a, False),
        (1.0, False),
        ("text", False),
        (None, False),
        ([1.0, 2.0], False),
        ((1.0, [2.0]), False),
        ([[1.0], [2.0]], False),
        ([], True),
        ((), True),
        ({}, True),
        ([a], True),
        ([1.0, mg.Tensor(1.0)], True),
        ([[a], 1.0], True),
        ({"w": 1.0}, True),
        ([{"w": 1.0}], True),
    ],
)
def test_a_structure_holds_tensors(value, expected):
    assert is_structure(value) is expected


@pytest.mark.parametrize(
    ("structure", "leaves"),
    [
        (a, [a]),
        ([1.0, 2.0], [[1.0, 2.0]]),
        ((a, [b, {"c": c}]), [a, b, c]),
        ({"y": a, "x": (b, 1.0)}, [a, b, 1.0]),
        (Pair(a, [b, c]), [a, b, c]),
        ([a, [], {}], [a]),
    ],
)
def test_flatten_and_back(structure, leaves):
    assert repr(flatten(structure)) == repr(leaves)
    again = rebuild(structure, leaves)
    assert repr(again) == repr(structure)
    assert type(again) is type(structure)


def test_the_form_is_kept_with_other_leaves():
    assert rebuild({"x": (a, [b]), "y": 0.0}, [1, 2, 3]) == {"x": (1, [2]), "y": 3}
    assert rebuild(Pair(a, b), "xy") == Pair("x", "y")


def test_leaves_in_the_places_of_another_structure():
    given = flatten_like("f", "v", {"x": a, "y": (b, c)}, {"y": [[1.0, 2.0], 3.0], "x": 4.0})
    assert given == [4.0, [1.0, 2.0], 3.0]
    assert flatten_like("f", "v", [a, b], ([1.0], 2.0)) == [[1.0], 2.0]
    assert flatten_like("f", "v", 1.0, [1.0, 2.0]) == [[1.0, 2.0]]


@pytest.mark.parametrize(
    ("structure", "value", "message"),
    [
        ((a, b), (a,), r"f: v must have the form \(ndarray, ndarray\); got \(ndarray,\)"),
        ((a, b), a, r"must have the form \(ndarray, ndarray\); got ndarray"),
        ({"x": a}, {"y": a}, r"must have the form \{'x': ndarray\}; got \{'y': ndarray\}"),
        ([a, {"x": 1.0}], [a, [a]], r"must have the form \{'x': float\}; got \[ndarray\]"),
        ((mg.Tensor(1.0),), mg.Tensor([1.0]), r"must have the form \(Tensor,\); got Tensor"),
    ],
)
def test_another_form_is_an_error(structure, value, message):
    with pytest.raises(ValueError, match=message):
        flatten_like("f", "v", structure, value)
