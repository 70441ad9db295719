import math

import numpy as np
import pytest

from minigrad import ops
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients

NAN = math.nan
X = np.array([[1.0, NAN, 3.0], [NAN, NAN, 2.0], [4.0, 4.0, -1.0]])


@pytest.mark.parametrize("name", ["nanargmax", "nanargmin"])
@pytest.mark.parametrize("axis", [None, 0, 1, -1])
def test_places_are_numpys(name, axis):
    y = getattr(ops, name)(Tensor(X), axis)
    assert y.dtype == np.int32
    np.testing.assert_array_equal(y, getattr(np, name)(X, axis))


def test_the_place_of_nothing_is_minus_one():
    assert ops.nanargmax([[NAN, NAN], [1.0, 2.0]], axis=1, keepdims=True).tolist() == [[-1], [1]]
    assert ops.nanargmin([NAN, -math.inf]).item() == 1
    assert ops.nanargmax(Tensor([3, 5], dtype="int32")).item() == 1


@pytest.mark.parametrize("name", ["fmax", "fmin"])
def test_fmax_and_fmin_are_numpys(name):
    a, b = np.array([1.0, NAN, NAN, -2.0]), np.array([0.5, 3.0, NAN, NAN])
    np.testing.assert_array_equal(getattr(ops, name)(a, b), getattr(np, name)(a, b))
    check_gradients(getattr(ops, name), np.array([1.0, -2.0]), np.array([0.5, 3.0]), order=2)


def test_the_number_beside_a_nan_gets_the_gradient():
    a, b = Tensor([NAN, 1.0], requires_grad=True), Tensor([2.0, NAN], requires_grad=True)
    ops.fmax(a, b).sum().backward()
    np.testing.assert_array_equal(a.grad, [0, 1])
    np.testing.assert_array_equal(b.grad, [1, 0])


def test_bad_input():
    with pytest.raises(ShapeError, match="axis 2 is out of range"):
        ops.nanargmax(X, axis=2)
    with pytest.raises(ShapeError, match=r"max.*\(0,\)"):
        ops.nanmax(np.zeros(0))
