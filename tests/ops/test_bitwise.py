import numpy as np
import pytest

import minigrad as mg
from minigrad import ops
from minigrad.errors import DTypeError, ShapeError

NAMES = ["bitwise_and", "bitwise_or", "bitwise_xor", "left_shift", "right_shift"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", ["int32", "uint8", "bool"])
def test_bits_are_numpys(name, dtype):
    x, y = np.array([[0], [1], [6]]).astype(dtype), np.array([0, 1, 3]).astype(dtype)
    expected = getattr(np, name)(x, y)
    np.testing.assert_array_equal(getattr(ops, name)(mg.Tensor(x), y), expected, strict=True)
    np.testing.assert_array_equal(getattr(ops, name)(x, mg.Tensor(y)), expected, strict=True)


def test_not():
    for x in (np.array([0, -1, 5]), np.array([True, False])):
        np.testing.assert_array_equal(ops.bitwise_not(x), ~x, strict=True)
    assert ops.bitwise_invert is ops.bitwise_not
    assert ops.bitwise_left_shift is ops.left_shift
    assert ops.bitwise_right_shift is ops.right_shift


@pytest.mark.parametrize("name", NAMES)
def test_floats_have_no_bits(name):
    with pytest.raises(DTypeError, match=f"{name}: .*float32"):
        getattr(ops, name)(mg.Tensor([1.0]), mg.Tensor([2.0]))
    with pytest.raises(ShapeError, match=name):
        getattr(ops, name)(np.zeros(2, int), np.zeros(3, int))
