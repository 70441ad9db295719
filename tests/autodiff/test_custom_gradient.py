"""custom_gradient: functions that state their own gradient."""

import gc
import weakref

import numpy as np
import pytest

import minigrad as mg
from minigrad import ops
from minigrad.autodiff.custom_gradient import custom_gradient
from minigrad.autodiff.symbolic import KerasTensor
from minigrad.errors import GraphError, ShapeError
from minigrad.testing import check_gradients

X = np.array([1.0, -2.0, 3.0])


@custom_gradient
def log1pexp(x):
    """Stable where exp(x) overflows in the derivative that the rules would give."""
    e = ops.exp(x)
    return ops.log(1.0 + e), lambda upstream: upstream * (1.0 - 1.0 / (1.0 + e))


def double_for_gradients(x):
    return x, lambda g: 2.0 * g


@pytest.fixture
def x():
    return mg.Tensor(X, requires_grad=True)


def test_the_stated_gradient_is_used(x):
    y = custom_gradient(double_for_gradients)(x)
    assert y.tolist() == X.tolist()
    y.sum().backward()
    assert x.grad.tolist() == [2.0, 2.0, 2.0]


def test_tensorflows_example():
    check_gradients(log1pexp, X, order=2)
    x = mg.Tensor(100.0, requires_grad=True)
    with np.errstate(over="ignore"):
        assert mg.grad(log1pexp(x), x).item() == 1.0


def test_clipping_and_reversal(x):
    @custom_gradient
    def clip_gradient(x, limit):
        return x, lambda g: (ops.clip(g, -limit, limit), None)

    reverse = custom_gradient(lambda x: (x, lambda g: -g))
    (clip_gradient(x, 1.5) * [1.0, 2.0, -3.0]).sum().backward()
    assert x.grad.tolist() == [1.0, 1.5, -1.5]
    x.grad = None
    reverse(reverse(reverse(x))).sum().backward()
    assert x.grad.tolist() == [-1.0, -1.0, -1.0]


def test_grad_fn_gets_tensors_and_may_return_what_becomes_one(x):
    seen = []

    @custom_gradient
    def f(x):
        def grad_fn(upstream):
            seen.append(upstream)
            return [1, 2, 3] if len(seen) == 1 else np.ones(3, np.float32)

        return x * 1.0, grad_fn

    with pytest.raises(ValueError, match="f: grad_fn must return one gradient for each argument: 1, got 3"):
        f(x).sum().backward()
    f(x).sum().backward()
    assert x.grad.tolist() == [1.0, 1.0, 1.0]
    assert x.grad.dtype == np.float64
    assert all(isinstance(one, mg.Tensor) and not one.requires_grad for one in seen)


def test_several_arguments_and_values(x):
    y = mg.Tensor(np.float32(2.0), requires_grad=True)

    @custom_gradient
    def f(x, how, y, *, scale=1.0):
        assert how == "name"
        return {"product": x * y, "count": ops.argmax(x), "sum": x + y}, lambda g, _, h: (
            g * 10.0,
            None,
            h.sum(),
        )

    found = f(x, "name", y, scale=3.0)
    assert set(found) == {"product", "count", "sum"}
    assert found["count"].item() == 2
    assert not found["count"].requires_grad
    (found["product"] + found["sum"]).sum().backward()
    assert x.grad.tolist() == [10.0, 10.0, 10.0]
    assert (y.grad.item(), y.grad.dtype) == (3.0, np.float32)
    x.grad = y.grad = None
    f(x, "name", y)["sum"].sum().backward()  # of the other value, the gradient is zero
    assert x.grad.tolist() == [0.0, 0.0, 0.0]


def test_arrays_and_lists_become_tensors_and_are_constants():
    @custom_gradient
    def f(x, y):
        assert isinstance(x, mg.Tensor)
        assert isinstance(y, mg.Tensor)
        return x * y, lambda g: (g * y, g * x)

    assert not f(X, [1.0, 2.0, 3.0]).requires_grad
    x = mg.Tensor([1.0], requires_grad=True)
    f(X[:1], x).sum().backward()
    assert x.grad.tolist() == [1.0]


def test_zero_gradient_by_none(x):
    y = custom_gradient(lambda a, b: (a * b, lambda g: (None, g)))(x, x)
    y.sum().backward()
    assert x.grad.tolist() == [1.0, 1.0, 1.0]


def test_gradients_that_are_not_the_true_ones_are_differentiated_as_stated():
    cube = custom_gradient(lambda x: (x, lambda g: g * x**3))  # says f' = x^3, so f'' = 3 x^2
    x = mg.Tensor(2.0, requires_grad=True)
    first = mg.grad(cube(x), x, create_graph=True)
    assert (first.item(), mg.grad(first, x).item()) == (8.0, 12.0)


def test_what_is_computed_on_the_way_leads_back_to_the_arguments():
    @custom_gradient
    def f(x, y):
        product = ops.exp(x) * y
        return product, lambda g: (g * product, g * ops.exp(x))

    check_gradients(f, X, [0.5, 1.0, 2.0], order=2)


def test_nothing_is_recorded_where_nothing_is_wanted(x):
    f = custom_gradient(double_for_gradients)
    with mg.no_grad():
        assert not f(x).requires_grad
    assert not f(X).requires_grad
    assert mg.grad(x.sum() + f(X).sum(), x).tolist() == [1.0, 1.0, 1.0]


def test_the_value_is_independent_of_the_argument_that_it_is(x):
    y = custom_gradient(double_for_gradients)(x)
    assert y is not x
    x.data[:] = 0.0
    assert y.tolist() == X.tolist()


# -- variables ---------------------------------------------------------------------------------------


def test_variables_get_gradients_through_the_keyword():
    a, b = mg.Variable(2.0, name="a"), mg.Variable(3.0, name="b")
    given = []

    @custom_gradient
    def f(x):
        def grad_fn(g, variables):
            given.extend(variables)
            return g * a * b, [g * x * b, g * x * a]

        return b * (x * a), grad_fn

    x = mg.Tensor(5.0, requires_grad=True)
    with mg.GradientTape() as tape:
        y = f(x)
    assert [one.item() for one in tape.gradient(y, [x, a, b])] == [6.0, 15.0, 10.0]
    assert [one is two for one, two in zip(given, (a, b), strict=True)] == [True, True]
    assert mg.grad(f(4.0), a).item() == 12.0  # with a constant argument, too


def test_variables_through_keyword_arguments_are_differentiated_again():
    w = mg.Variable([2.0, 3.0])

    @custom_gradient
    def f(x):
        return x * w * w, lambda g, **named: (g * w * w, [2.0 * g * x * w])

    first = mg.grad(f(mg.Tensor([1.0, 1.0])).sum(), w, create_graph=True)
    assert mg.grad(first.sum(), w).tolist() == [2.0, 2.0]


def test_variables_without_the_keyword_are_an_error():
    w = mg.Variable([2.0], name="kernel")
    f = custom_gradient(lambda x: (x * w, lambda g: g))
    with pytest.raises(
        TypeError, match=r"<lambda>: its value depends on variables \(kernel\), so grad_fn must have"
    ):
        f(mg.Tensor([1.0], requires_grad=True))
    with mg.no_grad():
        assert f(mg.Tensor([1.0])).item() == 2.0
    w.trainable = False
    assert f(mg.Tensor([1.0], requires_grad=True)).item() == 2.0


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (lambda g: g, r"must return \(gradients of the arguments, gradients of the variables\); got Tensor"),
        (lambda g: (g, []), "one gradient for each variable: 1, got 0"),
        (lambda g: (g, [g, g]), "one gradient for each variable: 1, got 2"),
    ],
)
def test_too_few_gradients_of_variables(result, message):
    w = mg.Variable([2.0])
    f = custom_gradient(lambda x: (x * w, lambda g, variables: result(g)))
    with pytest.raises(ValueError, match=message):
        f(mg.Tensor([1.0])).backward()


def test_another_tensor_that_wants_a_gradient_is_an_error(x):
    other = x * 2.0
    for used in (x, other):
        with pytest.raises(
            GraphError, match=r"depends on a tensor of shape \(3,\) .* pass it as an argument"
        ):
            custom_gradient(lambda y, used=used: (y * used, lambda g: g))(mg.Tensor(X))
    other.sum().backward()
    with pytest.raises(GraphError, match="pass it as an argument"):
        custom_gradient(lambda y: (y * other, lambda g: g))(mg.Tensor(X))
    y = custom_gradient(lambda y: (y * ops.stop_gradient(x), lambda g: g))(mg.Tensor(X, requires_grad=True))
    assert y.requires_grad


# -- errors ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("result", [None, 1.0, (1.0,), (1.0, 2.0), [1.0, abs]])
def test_what_is_no_pair_is_an_error(result, x):
    f = custom_gradient(lambda x: result)
    with pytest.raises(TypeError, match=r"a function with custom_gradient must return \(value, grad_fn\)"):
        f(x)


def test_bad_input(x):
    with pytest.raises(TypeError, match="custom_gradient takes a function; got Tensor"):
        custom_gradient(x)
    with pytest.raises(TypeError, match="<lambda>: its value must be tensors; got float"):
        custom_gradient(lambda x: (1.0, lambda g: g))(x)
    f = custom_gradient(lambda *xs, y=None: (xs[0] * 1.0, lambda g: g))
    with pytest.raises(TypeError, match=r"argument 'y' requires a gradient, .* pass it by position"):
        f(x, y=x)
    with pytest.raises(TypeError, match=r"pass the tensors one by one, f\(\*tensors\)"):
        f([x, x])
    with pytest.raises(ValueError, match="one gradient for each argument: 2, got 1"):
        f(x, x).sum().backward()
    with pytest.raises(ShapeError, match=r"a gradient of shape \(\) for argument 0, whose shape is \(3,\)"):
        custom_gradient(lambda x: (x.sum(), lambda g: g))(x).backward()


def test_a_change_in_place_of_what_grad_fn_uses_is_noticed(x):
    y = custom_gradient(lambda x: (x * x, lambda g: 2.0 * g * x))(x)
    x.data += 1.0
    with pytest.raises(GraphError, match=r"<lambda>: a tensor that it saved .* was changed in place"):
        y.sum().backward()


def test_the_graph_is_freed_and_may_be_retained(x):
    y = custom_gradient(double_for_gradients)(x)
    y.sum().backward(retain_graph=True)
    y.sum().backward()
    with pytest.raises(GraphError, match="double_for_gradients: the graph was freed"):
        y.sum().backward()


def test_no_cycles(x):
    gc.disable()
    try:
        y = log1pexp(x)
        watched = weakref.ref(y._node)
        y.sum().backward()
        del y
        assert watched() is None
    finally:
        gc.enable()


def test_the_function_keeps_its_name_and_documentation():
    assert log1pexp.__name__ == "log1pexp"
    assert "Stable" in log1pexp.__doc__


def test_on_symbolic_tensors_it_is_part_of_the_model():
    y = log1pexp(KerasTensor((None, 3)))
    assert isinstance(y, KerasTensor)
    assert y.shape == (None, 3)
