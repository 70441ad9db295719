"""Exponentials, logarithms, circle, hyperbola and bell curve where they are steep, flat or undefined."""

import math

import numpy as np
import pytest

import minigrad as mg

ops = mg.ops


def value_and_gradient(name, value, *others):
    x = mg.Tensor(np.array(value), requires_grad=True)
    result = getattr(ops, name)(x, *others)
    return result.item(), mg.grad(result, x).item()


@pytest.mark.parametrize("name", ["expm1", "log1p", "tanh", "sinh", "arcsinh", "arctanh", "sin", "arcsin"])
def test_small_numbers_keep_their_digits(name):
    value, gradient = value_and_gradient(name, 1e-20)
    assert (value, gradient) == (1e-20, 1.0)


@pytest.mark.parametrize(
    ("name", "value", "result", "gradient"),
    [
        ("tanh", 1e4, 1.0, 0.0),
        ("tanh", -1e4, -1.0, 0.0),
        ("arctan", 1e150, math.pi / 2, 1e-300),
        ("arcsinh", 1e300, math.asinh(1e300), 1e-300),
        ("arccosh", 1e300, math.acosh(1e300), 1e-300),
        ("erf", 1e3, 1.0, 0.0),
        ("erfc", -1e3, 2.0, 0.0),
        ("exp", -1e4, 0.0, 0.0),
    ],
)
def test_far_out(name, value, result, gradient):
    assert value_and_gradient(name, value) == pytest.approx((result, gradient), rel=1e-14)


@pytest.mark.parametrize("name", ["arcsin", "arccos", "arctanh"])
def test_slopes_near_one_keep_their_digits(name):
    x = np.nextafter(1.0, 0.0)
    slope = {"arcsin": 0.5, "arccos": 0.5, "arctanh": 1.0}[name]
    expected = (-1 if name == "arccos" else 1) * ((1 - x) * (1 + x)) ** -slope
    assert value_and_gradient(name, x)[1] == pytest.approx(expected, rel=1e-14)


def test_logaddexp_does_not_overflow_and_its_weights_sum_to_one():
    x1 = mg.Tensor(np.array([1000.0, -1000.0, 0.0, -np.inf]), requires_grad=True)
    x2 = mg.Tensor(np.array([0.0, -1000.0, 0.0, 0.0]), requires_grad=True)
    result = ops.logaddexp(x1, x2)
    np.testing.assert_allclose(result, [1000.0, -1000.0 + math.log(2), math.log(2), 0.0])
    dx1, dx2 = mg.grad(result.sum(), [x1, x2])
    np.testing.assert_allclose(dx1, [1.0, 0.5, 0.5, 0.0], rtol=1e-12)
    np.testing.assert_allclose(dx2, [0.0, 0.5, 0.5, 1.0], rtol=1e-12)


def test_singular_points_are_numpys_with_its_warning():
    for name, value, expected in [("log", 0.0, -np.inf), ("log1p", -1.0, -np.inf), ("arctanh", 1.0, np.inf)]:
        with pytest.warns(RuntimeWarning, match="divide by zero"):
            assert getattr(ops, name)(value).item() == expected
    with pytest.warns(RuntimeWarning, match="invalid value"):
        assert math.isnan(ops.log(-1.0).item())


def test_arctan2_knows_all_four_quadrants():
    ordinate, abscissa = [1.0, 1.0, -1.0, -1.0, 0.0], [1.0, -1.0, -1.0, 1.0, -1.0]
    expected = np.array([0.25, 0.75, -0.75, -0.25, 1.0]) * math.pi
    np.testing.assert_allclose(ops.arctan2(ordinate, abscissa), expected, rtol=1e-6)


def test_hypot_does_not_overflow():
    x1, x2 = mg.Tensor(np.array(3e200), requires_grad=True), mg.Tensor(np.array(4e200), requires_grad=True)
    result = ops.hypot(x1, x2)
    assert result.item() == pytest.approx(5e200)
    assert [one.item() for one in mg.grad(result, [x1, x2])] == pytest.approx([0.6, 0.8])


def test_eight_bit_integers_are_not_worked_out_in_float16():
    x = mg.Tensor(np.arange(256, dtype=np.uint8))
    for name in ("sqrt", "sin", "log1p", "tanh"):
        result = getattr(ops, name)(x)
        assert result.dtype == np.float32
        np.testing.assert_allclose(result, getattr(np, name)(np.arange(256.0)), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(ops.hypot(x, x), np.hypot(np.arange(256.0), np.arange(256.0)), rtol=1e-6)


def test_aliases_are_the_same_op():
    assert ops.abs is ops.absolute
    assert ops.true_divide is ops.divide
    assert ops.swish is ops.silu
    assert ops.hard_swish is ops.hard_silu
