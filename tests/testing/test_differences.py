"""Numerical derivatives against exact ones."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad.testing.differences import slope

FUNCTIONS = {
    "exp": (math.exp, math.exp, -5.0, 5.0),
    "sin": (math.sin, math.cos, -30.0, 30.0),
    "log": (math.log, lambda x: 1.0 / x, 0.01, 50.0),
    "reciprocal": (lambda x: 1.0 / x, lambda x: -1.0 / x**2, 0.01, 50.0),
    "tanh": (math.tanh, lambda x: 1.0 - math.tanh(x) ** 2, -3.0, 3.0),
    "cube": (lambda x: x**3, lambda x: 3.0 * x**2, -3.0, 3.0),
    "wave": (lambda x: math.sin(50.0 * x), lambda x: 50.0 * math.cos(50.0 * x), -1.0, 1.0),
}


def derivative(f, x, expected=math.nan, weights=(1.0,)):
    """``expected`` is nan, so that all steps are taken and nothing of the answer is given away."""

    def vector(value):
        try:
            return np.atleast_1d(np.asarray(f(value), float))
        except (ValueError, ZeroDivisionError):
            return np.array([math.nan])

    return slope(vector, x, vector(x), np.asarray(weights), lambda d: 1e-8 + 1e-6 * abs(d), expected)


@pytest.mark.parametrize("name", FUNCTIONS)
@given(st.data())
def test_smooth_functions(name, data):
    f, exact, low, high = FUNCTIONS[name]
    x = data.draw(st.floats(low, high))
    found = derivative(f, x)
    error = abs(found.value - exact(x))
    assert error <= 1e-9 * max(1.0, abs(exact(x)))
    assert error <= 10.0 * found.uncertainty
    assert found.uncertainty < 1e-6 * max(1.0, abs(exact(x)))
    assert not found.kink


def test_two_steps_do_where_the_derivative_is_as_expected():
    evaluated = []

    def f(x):
        evaluated.append(x)
        return np.array([x * x])

    found = slope(f, 1.5, f(1.5), np.ones(1), lambda d: 1e-9, 3.0)
    assert found.value == pytest.approx(3.0, abs=1e-11)
    assert len(evaluated) == 1 + 4
    slope(f, 1.5, f(1.5), np.ones(1), lambda d: 1e-9, 2.0)
    assert len(evaluated) > 1 + 4 + 10


@pytest.mark.parametrize(
    ("f", "x", "left", "right"),
    [
        (abs, 0.0, -1.0, 1.0),
        (lambda x: max(x, 0.0), 0.0, 0.0, 1.0),
        (lambda x: max(3.0 * x, x**2 + 2.0), 1.0, 2.0, 3.0),
        (lambda x: abs(x - 100.0) + math.sin(x), 100.0, math.cos(100.0) - 1.0, math.cos(100.0) + 1.0),
        (lambda x: math.exp(x) + 1e-3 * abs(x), 0.0, 0.999, 1.001),
    ],
)
@pytest.mark.parametrize("know_it", [True, False])
def test_kinks(f, x, left, right, know_it):
    found = derivative(f, x, expected=(left + right) / 2.0 if know_it else math.nan)
    assert found.kink
    assert found.left == pytest.approx(left, abs=1e-4)
    assert found.right == pytest.approx(right, abs=1e-4)


@pytest.mark.parametrize("f", [math.floor, lambda x: x > 2.0, lambda x: math.sin(x) + (x >= 2.0)])
def test_jumps(f):
    assert derivative(f, 2.0).kink
    assert not derivative(f, 2.01).kink


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: x * x, 0.0),
        (lambda x: abs(x) ** 3, 0.0),
        (lambda x: x * abs(x), 0.0),
        (lambda x: math.log1p(math.exp(200.0 * x)), 0.0),
        (lambda x: math.exp(-x * x * 1e4), 1e-2),
        (abs, 1e-3),
        (lambda x: 0.0, 1.0),
        (lambda x: 1e7 + x, 0.3),
    ],
)
def test_sharp_but_smooth_is_no_kink(f, x):
    assert not derivative(f, x).kink


def test_several_outputs_are_weighted():
    found = derivative(lambda x: (x**2, math.sin(x), 7.0), 0.5, weights=(2.0, -1.0, 1e6))
    assert found.value == pytest.approx(2.0 - math.cos(0.5), abs=1e-10)


def test_outputs_that_do_not_move_bring_no_rounding_in():
    found = derivative(lambda x: (x**2, 1e12), 0.5, weights=(1.0, 1.0))
    assert found.uncertainty < 1e-10


def test_a_function_that_is_not_finite_around_the_point_has_no_derivative():
    assert math.isnan(derivative(math.sqrt, 0.0).value)
    near = derivative(math.sqrt, 1e-5)  # only the large steps leave the domain
    assert near.value == pytest.approx(0.5 / math.sqrt(1e-5), rel=1e-7)


def test_noise_shows_in_the_uncertainty():
    found = derivative(lambda x: float(np.float32(math.sin(x))), 0.5)
    assert found.uncertainty > 1e-6
    assert abs(found.value - math.cos(0.5)) < 10.0 * found.uncertainty


# -- a kink with others around it -----------------------------------------------------------------


def hinge(at, change):
    return lambda x: change * max(0.0, x - at)


def with_hinges(*hinges):
    parts = [hinge(at, change) for at, change in hinges]
    return lambda x: math.sin(x) + sum(part(x) for part in parts)


@pytest.mark.parametrize("distance", [1e-3, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6])
@pytest.mark.parametrize("change", [-1.5, -0.5, 0.7, 3.0])
@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_a_kink_is_seen_beside_another_one(distance, change, side):
    """So it is in a network of many rectifiers: at most steps, more than one of them changes sides."""
    found = derivative(with_hinges((0.0, 1.0), (side * distance, change)), 0.0, expected=1.0)
    left = 1.0 + (change if side < 0 else 0.0)
    assert found.kink
    assert found.left == pytest.approx(left, rel=1e-4)
    assert found.right == pytest.approx(left + 1.0, rel=1e-4)


@pytest.mark.parametrize("distance", [1e-3, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6])
@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_a_kink_beside_the_point_is_none_of_its_own(distance, side):
    found = derivative(with_hinges((side * distance, 1.0)), 0.0)
    assert not found.kink
    assert found.value == pytest.approx(2.0 if side < 0 else 1.0, rel=1e-6)


def test_many_kinks_around_the_point_are_none_of_its_own():
    hinges = [(side * 10.0**-power, 0.3) for power in range(1, 7) for side in (-1.0, 1.0)]
    found = derivative(with_hinges(*hinges), 0.0)
    assert not found.kink
    assert found.value == pytest.approx(1.0 + 6 * 0.3, rel=1e-6)
