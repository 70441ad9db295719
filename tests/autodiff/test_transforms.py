"""grad, value_and_grad, vjp and jvp of functions."""

import threading

import numpy as np
import pytest
from hypothesis import given

import minigrad as mg
from minigrad import ops
from minigrad.autodiff.custom_gradient import custom_gradient
from minigrad.autodiff.jacobians import jacobian
from minigrad.autodiff.node import MODE
from minigrad.autodiff.transforms import grad, jvp, value_and_grad, vjp
from minigrad.errors import DTypeError, GraphError, NotDifferentiableError, ShapeError
from minigrad.testing.strategies import arrays


def product(x, y):
    return (x * y).sum()


X, Y = np.array([1.0, -2.0, 3.0]), np.array([4.0, 5.0, -6.0])


# -- grad and value_and_grad -----------------------------------------------------------------------


def test_grad_of_a_tensor_is_what_it_was():
    x = mg.Tensor(X, requires_grad=True)
    assert grad((x * x).sum(), x).tolist() == [2.0, -4.0, 6.0]
    assert grad(x * x, [x], grad_output=[1.0, 0.0, 1.0], unconnected="zero")[0].tolist() == [2.0, 0.0, 6.0]
    with pytest.raises(GraphError, match="does not depend"):
        grad((x * x).sum(), mg.Tensor(1.0, requires_grad=True), unconnected="error")
    with pytest.raises(TypeError, match="the output must be a Tensor; got float"):
        grad(1.0, x)
    with pytest.raises(TypeError, match="argnums"):
        grad((x * x).sum(), argnums=0)


@pytest.mark.parametrize(
    ("argnums", "expected"),
    [
        (0, Y.tolist()),
        (1, X.tolist()),
        (-1, X.tolist()),
        ((1, 0), (X.tolist(), Y.tolist())),
        ([0], (Y.tolist(),)),
    ],
)
def test_argnums_choose_the_arguments(argnums, expected):
    found = grad(product, argnums)(X, Y)
    assert (tuple(one.tolist() for one in found) if isinstance(found, tuple) else found.tolist()) == expected
    value, again = value_and_grad(product, argnums=argnums)(X, Y)
    assert value.item() == product(X, Y)
    assert isinstance(again, tuple) == isinstance(expected, tuple)


@pytest.mark.parametrize("x", [X, mg.Tensor(X), X.tolist(), mg.Variable(X), mg.Tensor(X, requires_grad=True)])
def test_arguments_of_all_kinds(x):
    value, slope = value_and_grad(lambda x: (x**3).sum())(x)
    assert isinstance(value, mg.Tensor)
    np.testing.assert_allclose(slope.numpy(), 3 * X**2, rtol=1e-6)
    assert slope.dtype == (np.float32 if isinstance(x, list) else np.float64)
    assert not slope.requires_grad
    assert not value.requires_grad
    assert slope.shape == (3,)


def test_a_number_is_a_tensor_without_dimension():
    slope = grad(lambda x: x * x * x)(2.0)
    assert (slope.item(), slope.shape, slope.dtype) == (12.0, (), np.float32)
    assert grad(lambda x: x * x)(3).item() == 6.0


def test_what_the_caller_owns_is_left_alone():
    x = mg.Tensor(X, requires_grad=True)
    w = mg.Variable(Y)
    constant = mg.Tensor(Y)
    x.grad = np.ones(3)
    hooks = []
    x.register_hook(hooks.append)
    grad(lambda a, b: (a * b * w).sum(), (0, 1))(x, constant)
    assert x.grad.tolist() == [1.0, 1.0, 1.0]
    assert w.grad is None
    assert not constant.requires_grad
    assert x.requires_grad
    assert hooks == []
    x.data += 1.0  # which would be noticed if a graph had kept it
    assert x.tolist() == (X + 1).tolist()


def test_a_later_change_of_an_argument_changes_no_result():
    array = X.copy()
    _, vjp_fn = vjp(lambda x: x * x, array)
    kept, _ = vjp(lambda x: x, array)
    array[:] = 0.0
    assert vjp_fn(np.ones(3))[0].tolist() == (2 * X).tolist()
    assert kept.tolist() == X.tolist()
    x = mg.Tensor(X)
    same, _ = value_and_grad(lambda x: x[0])(x)
    x.data[:] = 0.0
    assert same.item() == X[0]


def test_nested_arguments_keep_their_form():
    parameters = {"layers": [(np.ones((2, 2)), 0.5), {"bias": mg.Tensor([1.0, 2.0])}], "scale": 2.0}

    def loss(p, x):
        (kernel, shift), rest = p["layers"]
        return ((x @ kernel + shift + rest["bias"]) * p["scale"]).sum()

    value, slopes = value_and_grad(loss)(parameters, np.array([[1.0, 2.0]]))
    assert slopes["layers"][0][0].tolist() == [[2.0, 2.0], [4.0, 4.0]]
    assert isinstance(slopes["layers"][0], tuple)
    assert slopes["layers"][0][1].item() == 4.0
    assert slopes["layers"][1]["bias"].tolist() == [2.0, 2.0]
    assert slopes["scale"].item() == value.item() / 2 == 10.0
    assert grad(lambda p: mg.Tensor(1.0))([]) == []


def test_other_arguments_are_passed_on_as_they_are():
    seen = {}

    def f(x, how, *, scale):
        seen.update(how=how, scale=scale)
        return (x * scale).sum()

    options = {"a": [1, 2]}
    assert grad(f)(X, options, scale=3).tolist() == [3.0, 3.0, 3.0]
    assert seen["how"] is options
    assert seen["scale"] == 3


def test_the_same_tensor_twice_is_two_arguments():
    x = mg.Tensor(X, requires_grad=True)
    assert [one.tolist() for one in grad(lambda a, b: (a * a * b).sum(), (0, 1))(x, x)] == [
        (2 * X * X).tolist(),
        (X * X).tolist(),
    ]
    assert grad(lambda a: (a * x).sum())(x).tolist() == X.tolist()  # what is used besides is constant


def test_zero_where_there_is_no_influence():
    assert grad(lambda x, y: (x * x).sum(), 1)(X, Y).tolist() == [0.0, 0.0, 0.0]
    zero = grad(lambda x: 3.0)(X.astype(np.float32))
    assert (zero.tolist(), zero.dtype) == ([0.0, 0.0, 0.0], np.float32)
    assert grad(lambda x: ops.stop_gradient(x).sum())(X).tolist() == [0.0, 0.0, 0.0]
    assert grad(lambda x: mg.Tensor(X, requires_grad=True).sum())(X).tolist() == [0.0, 0.0, 0.0]


def test_aux_is_returned_beside():
    def f(x):
        hidden = x * 2.0
        return hidden.sum(), {"hidden": hidden, "note": "text", "list": [1, 2]}

    (value, aux), slope = value_and_grad(f, has_aux=True)(X)
    assert value.item() == 2 * X.sum()
    assert slope.tolist() == [2.0, 2.0, 2.0]
    assert aux["hidden"].tolist() == (2 * X).tolist()
    assert not aux["hidden"].requires_grad
    assert (aux["note"], aux["list"]) == ("text", [1, 2])
    slope, aux = grad(f, 0, True)(X)
    assert aux["note"] == "text"
    with pytest.raises(
        TypeError, match=r"grad: with has_aux=True the function must return \(output, aux\); got Tensor"
    ):
        grad(lambda x: x.sum(), has_aux=True)(X)


def test_gradients_of_gradients():
    slope = lambda x: x**4  # noqa: E731
    for order, expected in enumerate([4 * 8.0, 12 * 4.0, 24 * 2.0, 24.0, 0.0], start=1):
        slope = grad(slope)
        assert slope(2.0).item() == pytest.approx(expected), order


def test_a_run_inside_a_run_sees_the_outer_arguments_as_constants():
    inner = grad(lambda x, y: x * x * y)
    assert grad(lambda x: inner(x, x))(3.0).item() == 4 * 3.0  # d/dx (2 x x)
    assert grad(lambda x: x * grad(lambda y: x * y)(2.0))(3.0).item() == 6.0  # d/dx (x x)
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0).item() == 1.0  # no confusion of perturbations


def test_recorded_on_request_only():
    w = mg.Tensor(2.0, requires_grad=True)
    x = mg.Tensor(3.0, requires_grad=True)
    value, slope = value_and_grad(lambda x: w * x * x, create_graph=True)(x)
    assert mg.grad(slope, [w, x], retain_graph=True)[0].item() == 6.0
    assert mg.grad(slope, x, retain_graph=True).item() == 4.0
    assert mg.grad(value, [x, w])[0].item() == 12.0
    with mg.no_grad():
        assert grad(lambda x: w * x)(x).item() == 2.0
        assert grad(lambda x: w * x * x, create_graph=True)(x).requires_grad
    assert not grad(lambda x: w * x * x)(x).requires_grad


def test_recorded_while_a_tape_is_open():
    w = mg.Variable(2.0)
    with mg.GradientTape() as tape:
        slope = grad(lambda x: w * w * x)(3.0)
    assert slope.item() == 4.0
    assert tape.gradient(slope, w).item() == 4.0


def test_a_tape_inside_a_function():
    def f(x):
        with mg.GradientTape() as tape:
            tape.watch(x)
            y = x * x * x
        return tape.gradient(y, x)

    assert f(mg.Tensor(2.0)).item() == 12.0
    assert grad(f)(2.0).item() == 12.0


def test_no_grad_inside_a_function_is_respected():
    def f(x):
        with mg.no_grad():
            y = grad(lambda x: x * x)(x)
        return x * y

    assert grad(f)(3.0).item() == 6.0


def test_an_outer_graph_that_was_freed_is_of_no_concern():
    w = mg.Tensor(2.0, requires_grad=True)
    h = w * w
    h.backward()
    assert grad(lambda x: x * h)(3.0).item() == 4.0


def test_a_function_that_fails_leaves_the_state_clean():
    def fail(x):
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"), mg.no_grad():
        grad(fail)(1.0)
    assert (MODE.transforms, MODE.level) == (0, 0)


def test_a_model_is_a_function():
    mg.utils.set_random_seed(0)
    layers = mg.layers
    model = mg.Sequential(
        [layers.Conv2D(2, 3, activation="relu"), layers.MaxPooling2D(), layers.Flatten(), layers.Dense(3)]
    )
    images = np.random.default_rng(0).normal(size=(2, 6, 6, 1)).astype(np.float32)
    loss = mg.losses.SparseCategoricalCrossentropy(from_logits=True)
    model(images)

    def objective(x):
        return loss(np.array([0, 2]), model(x))

    saliency = grad(objective)(images)
    x = mg.Tensor(images, requires_grad=True)
    objective(x).backward()
    np.testing.assert_array_equal(saliency.numpy(), x.grad)
    assert np.abs(x.grad).max() > 0


def test_the_function_keeps_its_name():
    assert grad(product).__name__ == "product"


def test_threads_do_not_meet():
    found = {}

    def work(number):
        found[number] = [grad(grad(lambda x: x**3 * number))(2.0).item() for _ in range(20)]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: [12.0 * number] * 20 for number in range(4)}


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: grad(lambda x: x)(X),
            ShapeError,
            r"grad: the function must return a single number, .*\(3,\).*jacobian",
        ),
        (
            lambda: value_and_grad(lambda x: (x, x))(1.0),
            ShapeError,
            "value_and_grad: .*returned a tuple.*has_aux",
        ),
        (
            lambda: grad(lambda x: np.ones(1))(X),
            TypeError,
            "must return tensors, but returned ndarray; .*minigrad.ops",
        ),
        (lambda: grad(lambda x: None)(X), TypeError, "but returned NoneType"),
        (
            lambda: grad(lambda x: ops.argmax(x))(X),
            DTypeError,
            "returned a tensor of int32, which has no derivative",
        ),
        (lambda: grad(lambda x: x)(np.arange(3)), DTypeError, "grad: argument 0 is int64"),
        (lambda: grad(product, 1)(X, np.array([True])), DTypeError, "argument 1 is bool"),
        (lambda: grad(product, 2)(X, Y), ValueError, r"argnums=2 names an argument.* it had 2 by position"),
        (lambda: grad(product)(x=X, y=Y), ValueError, r"argnums=0 .* it had 0 by position"),
        (lambda: grad(product, (0, -2))(X, Y), ValueError, r"argnums=\(0, -2\) names an argument twice"),
        (
            lambda: grad(product, 0.0)(X, Y),
            TypeError,
            "argnums must be an integer or a sequence of them; got 0.0",
        ),
        (lambda: grad(product, "x")(X, Y), TypeError, "argnums must be an integer .* got 'x'"),
        (lambda: value_and_grad(mg.Tensor(1.0)), TypeError, "value_and_grad takes a function; got Tensor"),
        (lambda: grad(product, 0, retain_graph=True), TypeError, "retain_graph"),
    ],
)
def test_bad_input(call, error, message):
    with pytest.raises(error, match=message):
        call()


# -- vjp --------------------------------------------------------------------------------------------


def test_vjp_returns_the_value_and_the_way_back():
    value, back = vjp(lambda x, y: (x @ y, x.sum()), np.ones((2, 3)), mg.Tensor(np.arange(3.0)))
    assert value[0].tolist() == [3.0, 3.0]
    assert not value[0].requires_grad
    for _ in range(2):  # as often as one likes
        x, y = back(([1.0, 2.0], 10.0))
        assert x.tolist() == [[10.0, 11.0, 12.0], [10.0, 12.0, 14.0]]
        assert y.tolist() == [3.0, 3.0, 3.0]
    x, y = back((np.zeros(2), mg.Tensor(1.0)))
    assert (x.tolist(), y.tolist()) == (np.ones((2, 3)).tolist(), [0.0, 0.0, 0.0])


def test_vjp_of_one_result_given_twice():
    _, back = vjp(lambda x: (lambda y: [y, y])(x * 2.0), X)
    assert back([np.ones(3), 10 * np.ones(3)])[0].tolist() == [22.0, 22.0, 22.0]
    _, back = vjp(lambda x: {"a": x, "b": x}, X)
    assert back({"b": 10 * np.ones(3), "a": np.ones(3)})[0].tolist() == [11.0, 11.0, 11.0]


def test_vjp_with_aux_and_nested_inputs():
    value, back, aux = vjp(lambda p: (p["a"] * p["b"], "aux"), {"a": X, "b": 2.0}, has_aux=True)
    assert (value.tolist(), aux) == ((2 * X).tolist(), "aux")
    (slopes,) = back(np.ones(3))
    assert slopes["b"].item() == X.sum()


def test_the_way_back_is_a_function_of_the_gradient():
    _, back = vjp(lambda x: x * x, X)
    matrix = jacobian(lambda u: back(u)[0])(np.ones(3))
    np.testing.assert_array_equal(matrix.numpy(), np.diag(2 * X))
    assert grad(lambda x: vjp(lambda y: x * y, x)[1](1.0)[0])(3.0).item() == 1.0


def test_bad_input_of_vjp():
    value, back = vjp(lambda x: (x, x), X)
    with pytest.raises(
        ValueError, match=r"vjp: the gradient must have the form \(Tensor, Tensor\); got ndarray"
    ):
        back(X)
    with pytest.raises(ShapeError, match=r"vjp: the gradient of shape \(2,\) doesn't fit a tensor of \(3,\)"):
        back((X[:2], X))
    with pytest.raises(TypeError, match=r"grad\(y, x, grad_output=u\)"):
        vjp(value[0], X)
    with pytest.raises(TypeError, match="vjp takes a function; got int"):
        vjp(3, X)


# -- jvp --------------------------------------------------------------------------------------------


@given(arrays((3,)), arrays((3,)))
def test_jvp_is_the_directional_derivative(x, t):
    value, tangent = jvp(lambda x: ops.tanh(x) * x[0], x, t)
    expected = (1 - np.tanh(x) ** 2) * t * x[0] + np.tanh(x) * t[0]
    np.testing.assert_allclose(tangent.numpy(), expected, rtol=1e-10, atol=1e-12)
    np.testing.assert_array_equal(value.numpy(), np.tanh(x) * x[0])


def test_jvp_of_several_inputs_and_outputs():
    def f(x, p):
        return {"product": x * p["scale"], "constant": ops.stop_gradient(x), "same": x, "again": x}

    value, tangent = jvp(f, (X, {"scale": 2.0}), (np.ones(3), {"scale": 10.0}))
    assert tangent["product"].tolist() == (2.0 + 10.0 * X).tolist()
    assert tangent["constant"].tolist() == [0.0, 0.0, 0.0]
    assert tangent["same"].tolist() == tangent["again"].tolist() == [1.0, 1.0, 1.0]
    assert value["product"].tolist() == (2 * X).tolist()
    _, tangent, aux = jvp(lambda x: (x * x, 5), mg.Tensor([1.0, 2.0]), [1.0, 1.0], has_aux=True)
    assert (tangent.tolist(), aux) == ([2.0, 4.0], 5)
    assert jvp(lambda xs: xs, [X], [Y])[1].tolist() == Y.tolist()


def test_jvp_of_a_tensor():
    x, y = mg.Tensor(X, requires_grad=True), mg.Tensor(Y, requires_grad=True)
    z = x * y
    value, tangent = jvp(z, [x, y], [np.ones(3), np.zeros(3)])
    assert value is z
    assert tangent.tolist() == Y.tolist()
    assert jvp(z, x, np.ones(3), create_graph=True)[1].requires_grad
    assert mg.grad(z.sum(), x).tolist() == Y.tolist()  # its graph is there still
    with pytest.raises(GraphError, match="was freed"):
        jvp(z, x, np.ones(3))
    with pytest.raises(GraphError, match=r"jvp: input 1 \(shape \(3,\)\) requires no gradient"):
        jvp(x * y, [x, mg.Tensor(Y)], [X, X])
    with pytest.raises(TypeError, match="inputs must be tensors; got ndarray"):
        jvp(x * y, X, X)
    with pytest.raises(GraphError, match=r"jvp: the output .* requires no gradient"):
        jvp(mg.Tensor(1.0), x, X)
    with pytest.raises(TypeError, match="has_aux is for functions"):
        jvp(x * y, x, X, has_aux=True)


def test_jvp_is_differentiable_again():
    def directional(x):
        return jvp(lambda x: x**3, x, 1.0)[1]

    assert directional(2.0).item() == 12.0
    assert grad(directional)(2.0).item() == 12.0
    assert jvp(directional, 2.0, 10.0)[1].item() == 120.0
    assert grad(lambda t: jvp(lambda x: x**3, 2.0, t)[1])(1.0).item() == 12.0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_jvp_and_vjp_agree_for_convolution_pooling_and_fused_losses(dtype):
    rng = np.random.default_rng(0)
    x, kernel = rng.normal(size=(2, 5, 5, 2)).astype(dtype), rng.normal(size=(3, 3, 2, 4)).astype(dtype)
    labels = np.array([1, 3])

    def network(x, kernel):
        h = ops.max_pool(ops.conv(x, kernel, padding="same"), 2, padding="same")
        h = ops.average_pool(h, 3)
        h = ops.reshape(h, (2, 4))
        return ops.sparse_categorical_crossentropy(labels, h, from_logits=True)

    tangents = rng.normal(size=x.shape).astype(dtype), rng.normal(size=kernel.shape).astype(dtype)
    value, tangent = jvp(network, (x, kernel), tangents)
    u = rng.normal(size=value.shape).astype(dtype)
    pulled = vjp(network, x, kernel)[1](u)
    assert tangent.dtype == dtype
    left = float((tangent.numpy() * u).sum())
    right = sum(float((one.numpy() * t).sum()) for one, t in zip(pulled, tangents, strict=True))
    assert left == pytest.approx(right, rel=1e-4 if dtype is np.float32 else 1e-12)


def test_an_op_without_second_derivative_says_so():
    @mg.differentiable(order=1, register=False)
    def once(x: mg.Array):
        return x * x

    once.vjp(lambda g, x: 2.0 * g * x)
    assert grad(lambda x: once(x))(3.0).item() == 6.0
    for call in (lambda: jvp(once, 3.0, 1.0), lambda: grad(grad(once))(3.0)):
        with pytest.raises(NotDifferentiableError, match="once has derivatives up to order 1 only"):
            call()


def test_jvp_through_a_custom_gradient():
    double = custom_gradient(lambda x: (x, lambda g: 2.0 * g))
    assert jvp(double, 3.0, 1.0)[1].item() == 2.0


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: jvp(product, (X, Y), (X,)), ValueError, "jvp: tangents must be a tuple of 2, .* got 1"),
        (
            lambda: jvp(product, (X, Y), (X, Y[:2])),
            ShapeError,
            r"tangents of shape \(2,\) doesn't fit a tensor of \(3,\)",
        ),
        (
            lambda: jvp(lambda p: p["a"], ({"a": 1.0},), ([1.0],)),
            ValueError,
            r"the form \{'a': float\}; got list",
        ),
        (lambda: jvp(lambda x: x, np.arange(3), X), DTypeError, "jvp: argument 0 is int64"),
        (lambda: jvp(lambda x: "y", X, X), TypeError, "returned str"),
    ],
)
def test_bad_input_of_jvp(call, error, message):
    with pytest.raises(error, match=message):
        call()
