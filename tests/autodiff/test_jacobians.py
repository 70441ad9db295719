"""jacobian, hessian and hvp, of tensors and of functions."""

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given

import minigrad as mg
from minigrad import ops
from minigrad.autodiff.jacobians import hessian, hvp, jacobian
from minigrad.autodiff.transforms import grad
from minigrad.errors import DTypeError, GraphError, NotDifferentiableError, ShapeError
from minigrad.testing.strategies import arrays

X, Y = np.array([1.0, -2.0, 3.0]), np.array([4.0, 5.0, -6.0])


def numerical_jacobian(f, x, step=1e-5):
    """Return the Jacobian by central differences, one input element at a time."""
    columns = []
    for index in np.ndindex(x.shape):
        h = np.zeros_like(x)
        h[index] = step
        columns.append((f(x + h).numpy() - f(x - h).numpy()) / (2 * step))
    return np.stack(columns, axis=-1).reshape(columns[0].shape + x.shape) if columns else np.zeros(x.shape)


# -- jacobian ----------------------------------------------------------------------------------------


@given(arrays((2, 3)))
def test_jacobian_of_a_function_against_differences(x):
    def f(x):
        return ops.tanh(x) @ np.arange(12.0).reshape(3, 4) * x[0, 0]

    found = jacobian(f)(x)
    assert found.shape == (2, 4, 2, 3)
    np.testing.assert_allclose(
        found.numpy(), numerical_jacobian(lambda x: f(mg.Tensor(x)), x), rtol=1e-5, atol=1e-6
    )


def test_jacobian_of_a_tensor():
    x, y = mg.Tensor(X, requires_grad=True), mg.Tensor(2.0, requires_grad=True)
    z = x * x * y
    by_x, by_y = jacobian(z, [x, y], retain_graph=True)
    assert by_x.tolist() == np.diag(4 * X).tolist()
    assert by_y.tolist() == (X * X).tolist()
    assert not by_x.requires_grad
    assert x.grad is None
    named = jacobian(z, {"y": y, "x": (x,)})
    assert named["x"][0].tolist() == by_x.tolist()
    assert named["y"].tolist() == by_y.tolist()
    with pytest.raises(GraphError, match="was freed"):
        jacobian(z, x)


def test_jacobian_by_a_result_in_between():
    x = mg.Tensor(X, requires_grad=True)
    h = x * 2.0
    assert jacobian(h * h, h).tolist() == np.diag(4 * X).tolist()


def test_zeros_where_there_is_no_influence():
    x, y = mg.Tensor(X, requires_grad=True), mg.Tensor([1.0, 2.0], requires_grad=True)
    by_y = jacobian(x * x, y)
    assert (by_y.tolist(), by_y.dtype) == (np.zeros((3, 2)).tolist(), np.float32)
    assert jacobian(lambda x: mg.Tensor([1.0, 2.0]))(X).tolist() == np.zeros((2, 3)).tolist()
    partly = jacobian(lambda x: ops.stack([x[0], mg.Tensor(X[0]), x[2]]))(X)
    assert partly.tolist() == [[1.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 1.0]]


@pytest.mark.parametrize(
    ("x", "shape"), [(np.zeros((0, 2)), (0, 2, 0, 2)), (np.array(2.0), ()), (np.ones((1,)), (1, 1))]
)
def test_shapes_of_empty_and_single_ones(x, shape):
    assert jacobian(lambda x: x * x)(x).shape == shape
    tensor = mg.Tensor(x, requires_grad=True)
    assert jacobian(tensor * tensor, tensor).shape == shape


def test_the_form_of_results_and_arguments():
    class Pair(NamedTuple):
        first: object
        second: object

    def f(p, y):
        return Pair(p["a"] * y, [p["a"].sum()])

    by_p, by_y = jacobian(f, argnums=(0, 1))({"a": X}, Y).first
    assert by_p["a"].tolist() == np.diag(Y).tolist()
    assert by_y.tolist() == np.diag(X).tolist()
    whole, aux = jacobian(lambda *a: (f(*a), "aux"), has_aux=True)({"a": X}, Y)
    assert isinstance(whole, Pair)
    assert whole.second[0]["a"].tolist() == [1.0, 1.0, 1.0]
    assert aux == "aux"


def test_jacobian_of_convolution_and_pooling_against_differences():
    rng = np.random.default_rng(0)
    x, kernel = rng.normal(size=(1, 4, 4, 1)), rng.normal(size=(2, 2, 1, 2))

    def f(kernel):
        return ops.max_pool(ops.conv(x, kernel, strides=1, padding="same"), 2)

    found = jacobian(f)(kernel)
    np.testing.assert_allclose(
        found.numpy(), numerical_jacobian(lambda k: f(mg.Tensor(k)), kernel), atol=1e-8
    )


def test_a_recorded_jacobian_is_differentiable():
    third = jacobian(jacobian(jacobian(lambda x: x**4)))(X)
    expected = np.zeros((3,) * 4)
    expected[range(3), range(3), range(3), range(3)] = 24 * X
    np.testing.assert_allclose(third.numpy(), expected)
    x = mg.Tensor(X, requires_grad=True)
    with mg.no_grad():
        recorded = jacobian(lambda x: x**3, create_graph=True)(x)
    assert mg.grad(recorded.sum(), x).tolist() == (6 * X).tolist()
    recorded = jacobian(x**3, x, create_graph=True)
    assert mg.grad(recorded.sum(), x).tolist() == (6 * X).tolist()
    assert grad(lambda x: jacobian(lambda x: x**3)(x).sum())(X).tolist() == (6 * X).tolist()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: jacobian(3.0, mg.Tensor(1.0)),
            TypeError,
            "jacobian: the output must be a Tensor; got float",
        ),
        (
            lambda: jacobian(mg.Tensor(X), mg.Tensor(X)),
            GraphError,
            "jacobian: the output .* requires no gradient",
        ),
        (lambda: jacobian(mg.Tensor(X, requires_grad=True)), TypeError, "inputs"),
        (lambda: jacobian(lambda x: x, 1)(X), ValueError, "jacobian: argnums=1 names an argument"),
        (
            lambda: jacobian(lambda x: ops.argmax(x))(X),
            DTypeError,
            "jacobian: the function returned a tensor of int",
        ),
        (lambda: jacobian(lambda x: x)(X, 1, 2), TypeError, "positional argument"),
    ],
)
def test_bad_input_of_jacobian(call, error, message):
    with pytest.raises(error, match=message):
        call()


# -- hessian and hvp -------------------------------------------------------------------------------


def rosenbrock(x):
    return (100.0 * (x[1:] - x[:-1] ** 2.0) ** 2.0 + (1.0 - x[:-1]) ** 2.0).sum()


def rosenbrock_hessian(x):
    """Return it in closed form (as in SciPy's ``rosen_hess``)."""
    n = len(x)
    H = np.zeros((n, n))
    for i in range(n - 1):
        H[i, i] += 1200 * x[i] ** 2 - 400 * x[i + 1] + 2
        H[i + 1, i + 1] += 200
        H[i, i + 1] = H[i + 1, i] = -400 * x[i]
    return H


@given(arrays((4,)), arrays((4,)))
def test_hessian_and_its_product_with_a_vector(x, v):
    H = rosenbrock_hessian(x)
    np.testing.assert_allclose(hessian(rosenbrock)(x).numpy(), H, rtol=1e-9, atol=1e-8)
    np.testing.assert_allclose(hvp(rosenbrock, x, v).numpy(), H @ v, rtol=1e-9, atol=1e-7)
    tensor = mg.Tensor(x, requires_grad=True)
    np.testing.assert_allclose(hessian(rosenbrock(tensor), tensor).numpy(), H, rtol=1e-9, atol=1e-8)
    np.testing.assert_allclose(hvp(rosenbrock(tensor), tensor, v).numpy(), H @ v, rtol=1e-9, atol=1e-7)


def test_hessian_by_several_arguments():
    def f(x, y):
        return (x * x * y).sum()

    (xx, xy), (yx, yy) = hessian(f, argnums=(0, 1))(X, Y)
    assert xx.tolist() == np.diag(2 * Y).tolist()
    assert xy.tolist() == yx.tolist() == np.diag(2 * X).tolist()
    assert yy.tolist() == np.zeros((3, 3)).tolist()
    x, y = mg.Tensor(X, requires_grad=True), mg.Tensor(Y, requires_grad=True)
    blocks = hessian(f(x, y), {"x": x, "y": y})
    assert blocks["x"]["x"].tolist() == xx.tolist()
    assert blocks["y"]["x"].tolist() == yx.tolist()
    assert blocks["y"]["y"].tolist() == yy.tolist()
    h, aux = hessian(lambda x: (f(x, Y), 7), has_aux=True)(X)
    assert (h.tolist(), aux) == (xx.tolist(), 7)


def test_hvp_of_several_arguments_has_their_form():
    def f(p, y):
        return (p["x"] ** 2 * y).sum()

    slopes, by_y = hvp(f, ({"x": X}, Y), ({"x": np.ones(3)}, np.zeros(3)))
    assert slopes["x"].tolist() == (2 * Y).tolist()
    assert by_y.tolist() == (2 * X).tolist()
    assert isinstance(hvp(lambda x, y: (x * y).sum(), [X, Y], [X, Y]), list)
    x, y = mg.Tensor(X, requires_grad=True), mg.Tensor(Y, requires_grad=True)
    z = (x * x * y).sum()
    by_x, by_y = hvp(z, (x, y), (np.ones(3), np.zeros(3)))
    assert by_x.tolist() == (2 * Y).tolist()
    assert hvp(z, y, np.ones(3)).tolist() == [0.0, 0.0, 0.0]
    assert mg.grad(z, y).tolist() == (X * X).tolist()


def test_linear_functions_have_a_hessian_of_zeros():
    assert hessian(lambda x: (3.0 * x).sum())(X).tolist() == np.zeros((3, 3)).tolist()
    assert hessian(lambda x: 3.0)(X).tolist() == np.zeros((3, 3)).tolist()
    x = mg.Tensor(X, requires_grad=True)
    assert hessian((3.0 * x).sum(), x).tolist() == np.zeros((3, 3)).tolist()
    assert hvp(lambda x: (3.0 * x).sum(), X, X).tolist() == [0.0, 0.0, 0.0]


def test_hessian_of_a_small_network_is_the_derivative_of_its_gradient():
    rng = np.random.default_rng(0)
    x, labels = rng.normal(size=(3, 4, 4, 1)), np.array([0, 1, 1])
    kernel = rng.normal(size=(3, 3, 1, 2))

    def loss(kernel):
        h = ops.average_pool(ops.relu(ops.conv(x, kernel)), 2)
        return ops.sparse_categorical_crossentropy(labels, ops.reshape(h, (3, 2)), from_logits=True).mean()

    H = hessian(loss)(kernel).numpy()
    expected = numerical_jacobian(lambda k: grad(loss)(k), kernel)
    np.testing.assert_allclose(H, expected, atol=1e-7)
    v = rng.normal(size=kernel.shape)
    np.testing.assert_allclose(hvp(loss, kernel, v).numpy(), np.tensordot(H, v, 4), atol=1e-12)


def test_recorded_hessians():
    x = mg.Tensor(2.0, requires_grad=True)
    H = hessian(x**4, x, create_graph=True)
    assert (H.item(), mg.grad(H, x).item()) == (48.0, 48.0)
    p = hvp(x**4, x, 1.0, create_graph=True)
    assert (p.item(), mg.grad(p, x).item()) == (48.0, 48.0)
    assert grad(hessian(lambda x: x**4))(2.0).item() == 48.0
    assert grad(lambda x: hvp(lambda x: x**4, x, 1.0))(2.0).item() == 48.0
    assert hvp(lambda x: x**4, x, 1.0, create_graph=True).requires_grad


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: hessian(lambda x: x)(X),
            ShapeError,
            r"hessian: the function must return a single number.*\(3,\)",
        ),
        (lambda: hvp(lambda x: x, X, X), ShapeError, "hvp: the function must return a single number"),
        (
            lambda: hvp(lambda x: x.sum(), X, X[:2]),
            ShapeError,
            r"hvp: v of shape \(2,\) doesn't fit .* \(3,\)",
        ),
        (lambda: hvp(lambda x, y: x.sum(), (X, Y), X), ValueError, "hvp: v must be a tuple of 2"),
        (
            lambda: hessian(mg.Tensor(X, requires_grad=True) * 1.0, []),
            ShapeError,
            r"hessian: only a single .*\(3,\)",
        ),
    ],
)
def test_bad_input_of_hessian_and_hvp(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_an_op_without_second_derivative_says_so():
    @mg.differentiable(order=1, register=False)
    def once(x: mg.Array):
        return x * x

    once.vjp(lambda g, x: 2.0 * g * x)
    assert jacobian(once)(X).tolist() == np.diag(2 * X).tolist()
    with pytest.raises(NotDifferentiableError, match="once has derivatives up to order 1 only"):
        hessian(lambda x: once(x).sum())(X)
