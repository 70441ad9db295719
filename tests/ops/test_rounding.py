"""Rounding and remainders: halves, signs, decimals, and gradients of zero."""

import numpy as np
import pytest

import minigrad as mg

ops = mg.ops


def test_a_half_goes_to_the_even_neighbor():
    assert ops.round(mg.Tensor([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5])).tolist() == [-2, -2, 0, 0, 2, 2]


def test_round_to_decimals():
    x = mg.Tensor(np.array([123.456, -0.005]))
    np.testing.assert_allclose(ops.round(x, 2), [123.46, -0.0], atol=1e-12)
    np.testing.assert_allclose(ops.round(x, decimals=-2), [100.0, 0.0])
    assert ops.round(mg.Tensor(np.array([123, 156])), -1).tolist() == [120, 160]


@pytest.mark.parametrize("name", ["sign", "floor", "ceil", "trunc", "round"])
def test_steps_are_part_of_the_graph_with_gradient_zero(name):
    x = mg.Tensor([0.3, -1.7], requires_grad=True)
    result = getattr(ops, name)(x)
    assert result.requires_grad
    assert mg.grad(result, x, [np.inf, 1.0], retain_graph=True).tolist() == [0.0, 0.0]
    (result * x).sum().backward()
    assert x.grad.tolist() == result.tolist()


def test_floor_divide_has_gradient_zero_of_each_inputs_shape():
    x1 = mg.Tensor(np.array([[7.0], [-7.0]]), requires_grad=True)
    x2 = mg.Tensor(np.array([2.0, -3.0, 4.0]), requires_grad=True)
    result = ops.floor_divide(x1, x2)
    assert result.tolist() == [[3.0, -3.0, 1.0], [-4.0, 2.0, -2.0]]
    dx1, dx2 = mg.grad(result.sum(), [x1, x2])
    assert (dx1.tolist(), dx2.tolist()) == ([[0.0], [0.0]], [0.0, 0.0, 0.0])


def test_the_remainder_has_the_divisors_sign_and_its_gradient():
    x1 = mg.Tensor(np.array([7.0, -7.0, 7.0, -7.0]), requires_grad=True)
    x2 = mg.Tensor(np.array([3.0, 3.0, -3.0, -3.0]), requires_grad=True)
    result = ops.mod(x1, x2)
    assert result.tolist() == [7.0 % 3, -7.0 % 3, 7.0 % -3, -7.0 % -3]
    dx1, dx2 = mg.grad(result.sum(), [x1, x2])
    assert (dx1.tolist(), dx2.tolist()) == ([1.0] * 4, [-2.0, 3.0, 3.0, -2.0])


def test_integers_divide_into_integers():
    x = mg.Tensor(np.array([7, -7]))
    assert ops.floor_divide(x, 2).tolist() == [3, -4]
    assert ops.floor_divide(x, 2).dtype.kind == "i"
    assert ops.mod(x, 3).tolist() == [1, 2]


def test_absolute_has_gradient_zero_at_zero():
    x = mg.Tensor([-2.0, 0.0, 3.0], requires_grad=True)
    assert mg.grad(abs(x).sum(), x).tolist() == [-1.0, 0.0, 1.0]


@pytest.mark.parametrize("dtype", ["int32", "int64"])
def test_floor_and_ceil_of_integers_are_float32_and_trunc_is_not(dtype):
    x = mg.Tensor(np.array([3, -4], dtype))
    assert ops.floor(x).dtype == ops.ceil(x).dtype == np.float32
    assert ops.trunc(x).dtype == dtype
