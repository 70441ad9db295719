"""Batches taken apart and put together; the weights of classes; structures."""

from __future__ import annotations

from collections import OrderedDict, namedtuple

import numpy as np
import pytest

import minigrad as mg
from minigrad.data.packing import check_class_weight, weights_of_classes
from minigrad.data.structures import at, flatten, form, join, map_structure, paths


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (1, (1, None, None)),
        ((1,), (1, None, None)),
        ([1, 2], (1, 2, None)),
        ((1, 2, 3), (1, 2, 3)),
        ({"a": 1}, ({"a": 1}, None, None)),
    ],
)
def test_unpack(data, expected):
    assert mg.utils.unpack_x_y_sample_weight(data) == expected


def test_unpack_refuses_more():
    with pytest.raises(ValueError, match="got 4 parts"):
        mg.utils.unpack_x_y_sample_weight((1, 2, 3, 4))
    with pytest.raises(ValueError, match="got 0 parts"):
        mg.utils.unpack_x_y_sample_weight(())


def test_pack_is_as_short_as_it_can_be():
    pack = mg.utils.pack_x_y_sample_weight
    assert pack(1) == 1
    assert pack([1, 2]) == ([1, 2],)
    assert pack(1, 2) == (1, 2)
    assert pack(1, 2, 3) == (1, 2, 3)
    assert pack(1, sample_weight=3) == (1, None, 3)


@pytest.mark.parametrize(
    "labels",
    [
        np.array([0, 2, 1]),
        np.array([[0], [2], [1]]),
        np.eye(3)[[0, 2, 1]],
        np.array([0.0, 2.0, 1.0]),
    ],
)
def test_weights_of_classes(labels):
    weights = weights_of_classes("fit", labels, {0: 3.0, 1: 5.0, 7: 9.0})
    assert weights.tolist() == [3.0, 1.0, 5.0]
    assert weights.dtype == np.float32


def test_class_weight_is_checked():
    assert check_class_weight("fit", {"0": 2, np.int64(1): 3.0}) == {0: 2.0, 1: 3.0}
    for wrong in ([1.0, 2.0], {"cat": 1.0}, {0: "much"}, {0.5: 1.0}):
        with pytest.raises(ValueError, match="fit: class_weight"):
            check_class_weight("fit", wrong)
    with pytest.raises(ValueError, match="needs a single target"):
        weights_of_classes("fit", {"a": np.zeros(2)}, {0: 1.0})


def test_structures():
    Pair = namedtuple("Pair", "left right")
    nested = {"a": Pair(np.zeros(1), None), "b": [np.ones(2), (np.ones(3),)]}
    assert [len(leaf) for leaf in flatten(nested)] == [1, 2, 3]
    doubled = map_structure(len, nested)
    assert doubled == {"a": Pair(1, None), "b": [2, (3,)]}
    assert isinstance(doubled["a"], Pair)
    assert isinstance(map_structure(len, OrderedDict(a=np.zeros(2))), OrderedDict)
    assert paths(nested) == [("a", 0), ("a", 1), ("b", 0), ("b", 1, 0)]
    assert at(nested, ("b", 1, 0)).shape == (3,)
    assert form(nested) == "{'a': ((1,), None), 'b': [(2,), ((3,))]}"
    assert flatten([[1, 2], [3, 4]]) == [[[1, 2], [3, 4]]]  # numbers, not a structure
    assert join([(np.zeros(1), {"k": np.ones(1)})] * 2, np.concatenate)[1]["k"].tolist() == [1.0, 1.0]
