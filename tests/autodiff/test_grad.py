"""``grad``: the same walk, its results returned, and differentiated again."""

import numpy as np
import pytest
from hypothesis import given

import minigrad as mg
from minigrad.errors import GraphError, ShapeError
from minigrad.testing.strategies import arrays


@pytest.fixture
def x():
    return mg.Tensor(np.array([1.0, -2.0, 3.0]), requires_grad=True)


# -- grad ----------------------------------------------------------------------------------------------


def test_grad_has_the_form_of_its_inputs_and_leaves_grad_alone(x):
    y = mg.Tensor(2.0, requires_grad=True)

    def z():
        return (x * y).sum()

    assert mg.grad(z(), x).tolist() == [2.0, 2.0, 2.0]
    assert [one.tolist() for one in mg.grad(z(), [x, y])] == [[2.0, 2.0, 2.0], 2.0]
    assert isinstance(mg.grad(z(), (x,)), tuple)
    assert mg.grad(z(), []) == []
    assert x.grad is None
    assert not mg.grad(z(), x).requires_grad


def test_grad_by_a_result_in_between(x):
    y = x * 2.0
    z = (y * y).sum()
    dy, dx, dz = mg.grad(z, [y, x, z])
    assert dy.tolist() == [4.0, -8.0, 12.0]
    assert dx.tolist() == [8.0, -16.0, 24.0]
    assert dz.item() == 1.0


def test_grad_of_what_has_no_influence(x):
    other, constant = mg.Tensor([1.0, 2.0], requires_grad=True), mg.Tensor(np.ones(2))
    y = (x * x).sum()
    assert mg.grad(y, [other, constant], retain_graph=True) == [None, None]
    zero = mg.grad(y, constant, unconnected="zero", retain_graph=True)
    assert (zero.tolist(), zero.dtype) == ([0.0, 0.0], np.float64)
    with pytest.raises(GraphError, match=r"does not depend on input 1 \(shape \(2,\)\)"):
        mg.grad(y, [x, other], unconnected="error", retain_graph=True)
    with pytest.raises(GraphError, match=r"input 0 \(shape \(2,\), which has requires_grad=False\)"):
        mg.grad(y, constant, unconnected="error", retain_graph=True)
    with pytest.raises(ValueError, match="unconnected must be 'none', 'zero' or 'error'; got 'zeros'"):
        mg.grad(y, other, unconnected="zeros")


def test_bad_arguments_of_grad(x):
    with pytest.raises(TypeError, match="grad: the output must be a Tensor; got float"):
        mg.grad(1.0, x)
    with pytest.raises(TypeError, match="inputs must be tensors; got ndarray"):
        mg.grad(x.sum(), [x.data])
    with pytest.raises(ShapeError, match=r"grad: the output has shape \(3,\)"):
        mg.grad(x * x, x)


def test_retain_graph_of_grad(x):
    y = (x * x).sum()
    mg.grad(y, x, retain_graph=True)
    mg.grad(y, x, create_graph=True)
    mg.grad(y, x)
    with pytest.raises(GraphError, match="freed"):
        mg.grad(y, x)


# -- higher orders ---------------------------------------------------------------------------------------


def test_derivatives_to_the_fourth_order():
    x = mg.Tensor(np.array(1.5), requires_grad=True)
    y = x * x * x * x
    for expected in 4 * 1.5**3, 12 * 1.5**2, 24 * 1.5, 24.0:
        y = mg.grad(y, x, create_graph=True)
        np.testing.assert_allclose(y.item(), expected)


def test_derivatives_of_a_transcendental_function_to_the_third_order():
    x = mg.Tensor(np.array([0.3, -0.8]), requires_grad=True)
    t = np.tanh(x.data)
    first = mg.grad(mg.ops.tanh(x).sum(), x, create_graph=True)
    second = mg.grad(first.sum(), x, create_graph=True)
    third = mg.grad(second.sum(), x)
    np.testing.assert_allclose(first.data, 1 - t**2)
    np.testing.assert_allclose(second.data, -2 * t * (1 - t**2))
    np.testing.assert_allclose(third.data, (6 * t**2 - 2) * (1 - t**2))


@given(arrays((3, 3)), arrays((3,)), arrays((3,)))
def test_hessian_vector_products(matrix, point, vector):
    x, v = mg.Tensor(point, requires_grad=True), mg.Tensor(vector)
    y = mg.ops.tanh(mg.ops.sum(mg.Tensor(matrix) * x, axis=1)).sum()
    gradient = mg.grad(y, x, create_graph=True)
    product = mg.grad((gradient * v).sum(), x)
    t = np.tanh(matrix @ point)
    hessian = matrix.T @ np.diag(-2 * t * (1 - t**2)) @ matrix
    np.testing.assert_allclose(product.data, hessian @ vector, atol=1e-10)


def test_a_gradient_may_enter_the_loss():
    x = mg.Tensor(np.array([0.5, 2.0]), requires_grad=True)
    y = (x * x * x).sum()
    penalty = mg.grad(y, x, create_graph=True)
    (y + (penalty * penalty).sum()).backward()
    np.testing.assert_allclose(x.grad, 3 * x.data**2 + 36 * x.data**3)


def test_the_derivative_of_a_gradient_by_the_given_gradient():
    x, v = (mg.Tensor(np.array([2.0, 3.0]), requires_grad=True) for _ in range(2))
    product = mg.grad(x * x * x, x, grad_output=v, create_graph=True)
    assert mg.grad(product.sum(), v).tolist() == [12.0, 27.0]


def test_create_graph_works_inside_no_grad():
    x = mg.Tensor(np.array(2.0), requires_grad=True)
    y = x * x * x
    with mg.no_grad():
        first = mg.grad(y, x, create_graph=True)
    assert mg.grad(first, x).item() == 12.0
