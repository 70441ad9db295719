import math

import numpy as np
import pytest
from hypothesis import given

from minigrad import ops
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients
from minigrad.testing.strategies import arrays, shapes

EDGES = np.array([math.nan, math.inf, -math.inf, 0.0, -0.0, 1.5, -2.5, 1e-40], np.float32)


@pytest.mark.parametrize("name", ["signbit", "isposinf", "isneginf", "fabs"])
def test_of_one_argument_they_are_numpys(name):
    np.testing.assert_array_equal(getattr(ops, name)(Tensor(EDGES)), getattr(np, name)(EDGES), strict=True)


@pytest.mark.parametrize("name", ["fmod", "heaviside", "nextafter"])
def test_of_two_arguments_they_are_numpys(name):
    with np.errstate(invalid="ignore"):
        got = getattr(ops, name)(Tensor(EDGES[:, None]), EDGES)
        expected = getattr(np, name)(EDGES[:, None], EDGES)
    np.testing.assert_array_equal(got, expected, strict=True)


@given(arrays(shapes(), away_from=(0.0,)))
def test_fabs(x):
    check_gradients(ops.fabs, x, order=2)


def test_integers_become_float32():
    for y in (ops.fabs([-1, 2]), ops.heaviside([-1, 2], 1), ops.nextafter([1], [2])):
        assert y.dtype == np.float32
    assert ops.signbit([-1, 2]).tolist() == [True, False]


def test_at_the_step_the_value_there_gets_the_gradient():
    x, at_zero = Tensor([-1.0, 0.0, 2.0], requires_grad=True), Tensor(0.25, requires_grad=True)
    ops.heaviside(x, at_zero).sum().backward()
    np.testing.assert_array_equal(x.grad, [0, 0, 0])
    assert at_zero.grad == 1


def test_shapes_that_do_not_broadcast():
    with pytest.raises(ShapeError, match=r"fmod: shapes \(2,\) and \(3,\) do not broadcast"):
        ops.fmod(np.ones(2), np.ones(3))
