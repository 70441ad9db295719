"""Powers at the points where the textbook's formula breaks down: base 0, negative bases, exponent 0."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.testing import check_gradients

ops = mg.ops


def base_gradient(base, exponent, order=1):
    x = mg.Tensor(np.array(base, float), requires_grad=True)
    result = ops.power(x, exponent).sum()
    for _ in range(order):
        result = mg.grad(result, x, create_graph=True).sum()
    return result.item()


@pytest.mark.parametrize("as_tensor", [False, True])
@pytest.mark.parametrize(
    ("base", "exponent", "expected"),
    [
        (0.0, 0, 0.0),
        (0.0, 1, 1.0),
        (0.0, 2, 0.0),
        (0.0, 3, 0.0),
        (-2.0, 0, 0.0),
        (-2.0, 1, 1.0),
        (-2.0, 2, -4.0),
        (-2.0, 3, 12.0),
        (-2.0, -1, -0.25),
        (2.0, 0.5, 0.5 / math.sqrt(2.0)),
    ],
)
def test_the_bases_gradient(base, exponent, expected, as_tensor):
    exponent = mg.Tensor(np.array(float(exponent))) if as_tensor else exponent
    assert base_gradient(base, exponent) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("as_tensor", [False, True])
@pytest.mark.parametrize(
    ("base", "exponent", "expected"), [(0.0, 1, 0), (0.0, 2, 2), (0.0, 3, 0), (-2.0, 3, -12)]
)
def test_the_bases_second_derivative(base, exponent, expected, as_tensor):
    exponent = mg.Tensor(np.array(float(exponent))) if as_tensor else exponent
    assert base_gradient(base, exponent, order=2) == expected


def test_the_mixed_second_derivative_is_right_at_exponent_zero():
    base, exponent = (
        mg.Tensor(np.array(2.0), requires_grad=True),
        mg.Tensor(np.array(0.0), requires_grad=True),
    )
    first = mg.grad(base**exponent, base, create_graph=True)
    assert first.item() == 0.0
    assert [one.item() for one in mg.grad(first, [base, exponent])] == [0.0, 0.5]  # of e x^(e-1)


def test_the_exponents_gradient_is_zero_where_the_base_is_not_positive():  # as TensorFlow has it
    base = mg.Tensor(np.array([0.0, 0.0, -2.0, -2.0, 2.0]))
    exponent = mg.Tensor(np.array([0.0, 2.0, 2.0, 3.0, 3.0]), requires_grad=True)
    found = mg.grad(ops.power(base, exponent).sum(), exponent)
    np.testing.assert_allclose(found, [0.0, 0.0, 0.0, 0.0, 8.0 * math.log(2.0)], rtol=1e-15)
    with np.errstate(divide="ignore"):
        infinite = ops.power(base[:1], exponent[:1] - 1.0)
    assert infinite.tolist() == [math.inf]
    assert mg.grad(infinite, exponent).tolist() == [0.0] * 5


@pytest.mark.parametrize("base", [0.0, -2.0, 0.5, 3])
def test_a_number_to_a_tensor(base):
    exponent = mg.Tensor(np.array([1.0, 2.0], np.float32), requires_grad=True)
    result = base**exponent
    assert result.dtype == np.float32
    assert result.tolist() == [base, base**2]
    gradient = mg.grad(result.sum(), exponent)
    assert gradient.dtype == np.float32
    log = math.log(base) if base > 0 else 0.0
    np.testing.assert_allclose(gradient, [base * log, base**2 * log], rtol=1e-6)


@given(exponent=st.integers(-12, 12), seed=st.integers(0, 99))
def test_whole_exponents_are_exact_to_rounding(exponent, seed):
    rng = np.random.default_rng(seed)
    x = rng.uniform(0.2, 3.0, 20) * rng.choice([1.0, -1.0], 20)
    np.testing.assert_allclose(ops.power(mg.Tensor(x), exponent), x ** float(exponent), rtol=4e-15)
    result = ops.power(mg.Tensor(x.astype(np.float32)), exponent)
    assert result.dtype == np.float32
    np.testing.assert_allclose(result, x.astype(np.float32).astype(float) ** exponent, rtol=1e-6)


def test_integers_stay_integers():
    x = mg.Tensor(np.array([2, -3]))
    assert (x**3).tolist() == [8, -27]
    assert (x**9).dtype.kind == "i"
    assert (mg.Tensor(np.array([4])) ** 0.5).dtype == np.float32


def test_an_integer_to_a_negative_power_says_what_to_do():
    with pytest.raises(
        ValueError, match="power: an integer to a negative integer power is a fraction: use a"
    ):
        mg.Tensor(np.array([2, 3])) ** -1
    np.testing.assert_allclose(mg.Tensor(np.array([2, 4])) ** -1.0, [0.5, 0.25])


def test_roots_at_zero_have_an_infinite_slope():
    for function in (ops.sqrt, lambda x: x**0.5):
        x = mg.Tensor([0.0], requires_grad=True)
        y = function(x)
        with np.errstate(divide="ignore"):
            assert mg.grad(y, x).tolist() == [math.inf]


def test_third_derivatives():
    check_gradients(lambda x: mg.grad((x**4).sum(), x, create_graph=True), [1.5, -0.5], order=2)
    check_gradients(lambda x, y: mg.grad((x**y).sum(), x, create_graph=True), [1.5], [2.5], order=2)
