"""Activations at their kinks, far out, and with their options."""

import numpy as np
import pytest
from scipy import special

import minigrad as mg
from minigrad.testing import check_gradients

ops = mg.ops
UNBOUNDED = ["relu", "softplus", "silu", "mish", "elu", "selu", "squareplus", "sparse_plus"]
COMPOSED = ["selu", "celu", "mish", "hard_silu", "hard_sigmoid", "sparse_plus", "sparse_sigmoid"]
FAR = [-1e30, -1e4, -200.0, 200.0, 1e4, 1e30]


def gradient(function, x):
    tensor = mg.Tensor(np.array(x, np.float32), requires_grad=True)
    result = function(tensor)
    assert result.dtype == np.float32
    found = mg.grad(result.sum(), tensor)
    assert found.dtype == np.float32
    return found.tolist()


@pytest.mark.parametrize(
    ("name", "x", "expected"),  # what TensorFlow gives, and PyTorch where there is no such function
    [
        ("relu", [-1.0, 0.0, 1.0], [0, 0, 1]),
        ("relu6", [-1.0, 0.0, 1.0, 6.0, 7.0], [0, 0, 1, 0, 0]),
        ("hard_tanh", [-2.0, -1.0, 0.0, 1.0, 2.0], [0, 1, 1, 1, 0]),
        ("hard_sigmoid", [-3.0, 0.0, 3.0], [0, 1 / 6, 0]),
        ("elu", [0.0], [1]),
        ("celu", [0.0], [1]),
        ("soft_shrink", [-0.5, 0.0, 0.5, 0.6], [0, 0, 0, 1]),
        ("hard_shrink", [-0.5, 0.0, 0.5, 0.6], [0, 0, 0, 1]),
        ("sparse_plus", [-1.0, 0.0, 1.0, 2.0], [0, 0.5, 1, 1]),
        ("softsign", [0.0], [1]),
        ("tanh_shrink", [0.0], [0]),
    ],
)
def test_gradients_at_kinks(name, x, expected):
    assert gradient(getattr(ops, name), x) == pytest.approx(expected, rel=1e-6)


def test_leaky_relu_has_its_slope_at_zero_and_below():
    assert gradient(lambda x: ops.leaky_relu(x, 0.25), [-1.0, 0.0, 1.0]) == [0.25, 0.25, 1.0]


@pytest.mark.parametrize("slope", [-0.5, 0.0, 0.3, 1.0, 2.0])
def test_leaky_relu_takes_any_slope(slope):
    x = np.array([-2.0, 0.0, 3.0])
    np.testing.assert_allclose(ops.leaky_relu(mg.Tensor(x), slope), [-2.0 * slope, 0.0, 3.0])


@pytest.mark.parametrize("alpha", [0.5, 1.0, 2.0])
def test_elu_and_celu_take_alpha(alpha):
    x = np.array([-2.0, -0.1, 3.0])
    np.testing.assert_allclose(ops.elu(mg.Tensor(x), alpha), np.where(x > 0, x, alpha * np.expm1(x)))
    np.testing.assert_allclose(
        ops.celu(mg.Tensor(x), alpha=alpha), np.where(x > 0, x, alpha * np.expm1(x / alpha))
    )
    assert gradient(lambda t: ops.elu(t, alpha), [0.0]) == [alpha]
    assert gradient(lambda t: ops.celu(t, alpha), [0.0]) == [1.0]


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("sigmoid", 0.0, 1.0),
        ("relu6", 0.0, 6.0),
        ("hard_sigmoid", 0.0, 1.0),
        ("softsign", -1.0, 1.0),
        ("hard_tanh", -1.0, 1.0),
        ("sparse_sigmoid", 0.0, 1.0),
    ],
)
def test_bounded_activations_stay_finite_far_out(name, low, high):
    function = getattr(ops, name)
    np.testing.assert_allclose(function(mg.Tensor(FAR)), [low] * 3 + [high] * 3, atol=6e-3)
    np.testing.assert_allclose(gradient(function, FAR), np.zeros(6), atol=3e-5)


@pytest.mark.parametrize("name", UNBOUNDED)
def test_unbounded_activations_are_straight_far_out_without_a_warning(name):
    x = [-1e4, -200.0, 200.0, 1e4]
    result = getattr(ops, name)(mg.Tensor(x))
    scale = 1.0507009 if name == "selu" else 1.0
    low = {"elu": -1.0, "selu": -1.7580993}.get(name, 0.0)
    np.testing.assert_allclose(result, [low, low, scale * 200.0, scale * 1e4], rtol=1e-3, atol=1e-2)
    found = gradient(getattr(ops, name), x)
    np.testing.assert_allclose(found, [0.0, 0.0, scale, scale], atol=1e-3)


def test_log_sigmoid_is_straight_on_the_left():
    x = mg.Tensor([-1e4, -200.0, 0.0, 200.0])
    np.testing.assert_allclose(ops.log_sigmoid(x), [-1e4, -200.0, -np.log(2.0), 0.0], rtol=1e-6)
    np.testing.assert_allclose(gradient(ops.log_sigmoid, [-1e4, -200.0, 0.0, 200.0]), [1.0, 1.0, 0.5, 0.0])


def test_tails_keep_their_digits():
    x = np.array([-40.0, -20.0])
    np.testing.assert_allclose(ops.sigmoid(mg.Tensor(x)), np.exp(x), rtol=1e-8)
    np.testing.assert_allclose(ops.softplus(mg.Tensor(x)), np.exp(x), rtol=1e-8)
    np.testing.assert_allclose(ops.log_sigmoid(mg.Tensor(-x)), -np.exp(x), rtol=1e-8)
    far = np.array([-1e4, -1e6])
    np.testing.assert_allclose(ops.squareplus(mg.Tensor(far)), 1 / np.abs(far), rtol=1e-7)
    np.testing.assert_allclose(gradient(ops.softsign, [1e4]), [1 / (1 + 1e4) ** 2], rtol=1e-5)
    np.testing.assert_allclose(gradient(ops.tanh_shrink, [1e4, 1e-3]), [1.0, 1e-6], rtol=1e-5)


def test_sigmoid_at_infinity():
    assert ops.sigmoid(mg.Tensor([-np.inf, np.inf])).tolist() == [0.0, 1.0]


def test_gelu_is_approximate_unless_told_otherwise():
    x = np.linspace(-5, 5, 101)
    exact = x * special.ndtr(x)
    np.testing.assert_allclose(ops.gelu(mg.Tensor(x), approximate=False), exact, rtol=1e-8, atol=1e-15)
    difference = np.abs(ops.gelu(mg.Tensor(x)).numpy() - exact).max()
    assert 1e-4 < difference < 5e-4
    assert ops.gelu(mg.Tensor(x)).tolist() == ops.gelu(mg.Tensor(x), True).tolist()
    assert gradient(lambda t: ops.gelu(t, approximate=False), [0.0]) == [0.5]


def test_shrinking_takes_a_threshold():
    x = mg.Tensor([-2.0, -0.9, 0.0, 0.9, 2.0])
    assert ops.soft_shrink(x, 1.0).tolist() == [-1.0, 0.0, 0.0, 0.0, 1.0]
    assert ops.hard_shrink(x, threshold=1.0).tolist() == [-2.0, 0.0, 0.0, 0.0, 2.0]


def test_threshold_keeps_what_is_strictly_above():
    x = [0.9, 1.0, 1.1]
    assert ops.threshold(mg.Tensor(x), 1.0, -5.0).tolist() == pytest.approx([-5.0, -5.0, 1.1])
    assert gradient(lambda t: ops.threshold(t, 1.0, -5.0), x) == [0.0, 0.0, 1.0]


def test_squareplus_takes_its_smoothness():
    np.testing.assert_allclose(ops.squareplus(mg.Tensor([0.0, 0.0]), b=1.0), [0.5, 0.5])


@pytest.mark.parametrize("name", COMPOSED)
def test_compositions_have_both_derivatives(name):
    check_gradients(getattr(ops, name), np.array([-2.1, -0.7, 0.4, 1.7, 5.0]), order=2)


def test_lists_and_integers_are_taken_by_compositions_too():
    for name in ("selu", "celu", "mish", "hard_silu", "sparse_plus", "soft_shrink", "hard_shrink"):
        result = getattr(ops, name)([1, 2])
        assert result.dtype == np.float32
        np.testing.assert_allclose(getattr(ops, name)(mg.Tensor(np.array([1, 2]))), result, rtol=1e-6)
