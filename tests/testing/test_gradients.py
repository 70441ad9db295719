"""A check that can't fail proves nothing: every way for a rule to be wrong has to be found."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.errors import DTypeError, GradientError, KinkError, NotDifferentiableError
from minigrad.testing import check_gradients
from minigrad.testing.strategies import arrays, broadcastable_shapes

X = np.array([[0.5, -1.2, 2.0], [0.3, 0.9, -0.7]])
Y = np.array([1.5, -0.4, 0.8])


def unary(forward, rule, **options):
    """An op of one array with any rule, right or wrong."""

    def function(x):
        return forward(x)

    function.__annotations__ = {"x": mg.Array}
    op = mg.differentiable(register=False, **options)(function)
    op.vjp(rule)
    return op


def square_with(rule):
    return unary(lambda x: x * x, rule)


# -- right rules pass -----------------------------------------------------------------------------


@given(broadcastable_shapes().flatmap(lambda both: st.tuples(*map(arrays, both))))
def test_right_rules_pass_in_both_orders(values):
    def fn(x, y):
        return x * y + x * x - y

    report = check_gradients(fn, *values, order=2)
    x, y = values
    result = np.broadcast(x, y).size
    assert report.checked == 2 * (x.size + y.size) + result
    assert report.max_rel_error < 1e-8
    assert report.kinks == []


@pytest.mark.parametrize(
    ("forward", "derivative", "x"),
    [
        (np.exp, np.exp, 20.0),
        (np.log, lambda x: 1 / x, 0.01),
        (np.reciprocal, lambda x: -1 / x**2, 0.004),
        (np.sqrt, lambda x: 0.5 / np.sqrt(x), 1e-4),
        (lambda x: np.sin(100 * x), lambda x: 100 * np.cos(100 * x), 0.3),
        (lambda x: np.logaddexp(0, 300 * x), lambda x: 300 / (1 + np.exp(-300 * x)), 1e-3),
        (lambda x: np.abs(x) ** 3, lambda x: 3 * x * np.abs(x), 0.0),
        (np.square, lambda x: 2 * x, 0.0),
        (np.square, lambda x: 2 * x, 1e5),
        (lambda x: np.abs(x), np.sign, 1e-4),
        (lambda x: 1e5 + np.sin(x), np.cos, 0.5),
        (lambda x: 1e-6 * np.tanh(x), lambda x: 1e-6 * (1 - np.tanh(x) ** 2), 0.5),
    ],
)
def test_steep_curved_large_and_small_functions_pass(forward, derivative, x):
    op = unary(forward, lambda g, x: g * derivative(x))
    assert check_gradients(op, np.array([x, 1.25 * x])).checked == 2
    wrong = unary(forward, lambda g, x: g * (derivative(x) * 1.0001 + 1e-6))
    with pytest.raises(GradientError):
        check_gradients(wrong, np.array([x, 1.25 * x]))


# -- wrong rules are found ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rule",
    [
        lambda g, x: g * x,  # a factor is missing
        lambda g, x: -2.0 * g * x,  # the sign
        lambda g, x: 2.0002 * g * x,  # off by 1e-4
        lambda g, x: 2.00002 * g * x,  # off by 1e-5
        lambda g, x: 2.0 * x,  # g is forgotten
        lambda g, x: 2.0 * g * x + 1e-5,
        lambda g, x: 2.0 * g[::-1] * x,  # in the wrong order
        lambda g, x: g * 0.0,
        lambda g, x: None,
    ],
)
def test_a_wrong_first_derivative_is_found(rule):
    with pytest.raises(GradientError, match=r"the gradient of .* is wrong") as caught:
        check_gradients(square_with(rule), X)
    assert not isinstance(caught.value, KinkError)


def test_a_difference_below_the_tolerance_is_none():
    op = square_with(lambda g, x: (2.0 + 1e-8) * g * x)
    check_gradients(op, X)
    with pytest.raises(GradientError):
        check_gradients(op, X, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("index", list(np.ndindex(2, 3)))
def test_one_wrong_element_is_found_and_named(index):
    factor = np.full((2, 3), 2.0)
    factor[index] = 2.1
    op = square_with(lambda g, x: g * x * factor)
    with pytest.raises(GradientError) as caught:
        check_gradients(op, X)
    message = str(caught.value)
    assert "with respect to input 0 ('x') of shape (2, 3), at 1 of 6 elements" in message
    assert f"at index {index}: " in message
    assert "seed=0" in message
    assert "[[ 0.5, -1.2,  2. ]," in message


def test_the_message_gives_both_values_worst_first_and_counts_the_rest():
    scale = np.arange(1.0, 9.0)
    op = square_with(lambda g, x: g * x * (2.0 + scale))
    with pytest.raises(GradientError) as caught:
        check_gradients(op, np.ones(8))
    lines = [line for line in str(caught.value).splitlines() if "by the rule" in line]
    assert len(lines) == 5
    assert "and 3 more" in str(caught.value)
    by_rule, numerical = (float(word) for word in lines[0].replace(",", "").split() if word[-1].isdigit())
    largest = by_rule / numerical
    for line in lines:
        by_rule, numerical = (float(word) for word in line.replace(",", "").split() if word[-1].isdigit())
        assert 1.0 < by_rule / numerical <= max(largest, 5.0)


def matmul_with(rule):
    @mg.differentiable(register=False)
    def product(a: mg.Array, b: mg.Array):
        return a @ b

    product.vjp(rule)
    return product


def test_a_transposed_gradient_is_found_even_where_the_shape_is_the_same():
    square = np.array([[0.5, 1.5], [-1.0, 2.0]])

    def right(g, a, b):
        return g @ b.T, a.T @ g

    def wrong(g, a, b):
        return g @ b, a.T @ g

    check_gradients(matmul_with(right), square, square + 1.0)
    with pytest.raises(GradientError, match=r"input 0 \('a'\)"):
        check_gradients(matmul_with(wrong), square, square + 1.0)


def test_only_the_wrong_input_is_named():
    def wrong(g, a, b):
        return g @ b.T, 2.0 * a.T @ g

    with pytest.raises(GradientError) as caught:
        check_gradients(matmul_with(wrong), X, X.T)
    assert "with respect to input 1 ('b')" in str(caught.value)
    assert "with respect to input 0" not in str(caught.value)


def test_a_missing_sum_over_a_broadcast_axis_is_found():
    @mg.differentiable(register=False)
    def add_bias(x: mg.Array, b: mg.Array):
        return x + b

    @add_bias.vjp
    def _(g):
        return g, g[0]

    with pytest.raises(GradientError, match=r"input 1 \('b'\) of shape \(3,\), at 3 of 3"):
        check_gradients(add_bias, X, Y)


def test_a_gradient_of_the_wrong_dtype_is_found():
    op = square_with(lambda g, x: (2.0 * g * x).astype(np.float32))
    with pytest.raises(GradientError, match="dtype float32; the input has shape"):
        check_gradients(op, X)


def test_a_missing_gradient_is_named_as_such():
    with pytest.raises(GradientError, match="as the rules give no gradient"):
        check_gradients(square_with(lambda g: None), X)


def test_a_missing_gradient_of_what_has_no_influence_is_right():
    assert check_gradients(lambda x, y: x * 2.0, X, Y).checked == 9
    assert check_gradients(lambda x, y: x * 2.0, X, Y, order=2).checked == 2 * 9 + 6


def test_a_gradient_that_is_not_finite_is_found():
    op = square_with(lambda g, x: g * x * np.array([2.0, 2.0, np.nan]))
    with pytest.raises(GradientError, match=r"at index \(1, 2\): nan by the rule, "):
        check_gradients(op, X)


def test_a_result_that_is_not_finite_is_refused():
    op = unary(lambda x: np.where(x > 1, np.inf, x), lambda g: g)
    with pytest.raises(GradientError, match=r"not finite at these inputs: \[inf\]"):
        check_gradients(op, [2.0])


def test_a_point_at_the_edge_of_the_domain_is_explained():
    op = unary(lambda x: np.sqrt(x), lambda g, out: 0.5 * g / (out + 1e-30))
    with pytest.raises(GradientError, match="choose one inside its domain"):
        check_gradients(op, [0.0])


# -- second derivatives ---------------------------------------------------------------------------


def constant(value):
    return np.array(value.data) if isinstance(value, mg.Tensor) else value


@pytest.mark.parametrize(
    "rule",
    [
        lambda g, x: 3.0 * g * constant(x) * x,  # half of the second derivative is lost
        lambda g, x: 3.0 * g * constant(x * x),  # all of it
        lambda g, x: 3.0 * constant(g) * x * x,  # the dependence on the output's gradient is lost
    ],
)
def test_a_derivative_that_is_wrong_in_the_second_order_only_is_found(rule):
    op = unary(lambda x: x * x * x, rule)
    check_gradients(op, X, order=1)
    with pytest.raises(GradientError, match="the second derivative of"):
        check_gradients(op, X, order=2)


def test_order_2_looks_at_order_1_first():
    with pytest.raises(GradientError, match="the gradient of"):
        check_gradients(square_with(lambda g, x: g * x), X, order=2)


def test_an_op_of_order_1_is_refused_in_order_2():
    op = unary(lambda x: x * x, lambda g, x: 2.0 * g * x, order=1)
    check_gradients(op, X)
    with pytest.raises(NotDifferentiableError, match="function has derivatives up to order 1"):
        check_gradients(op, X, order=2)


def test_mixed_second_derivatives_are_checked():
    @mg.differentiable(register=False)
    def product(a: mg.Array, b: mg.Array):
        return a * b

    @product.vjp
    def _(g, a, b):
        return g * constant(b), g * a

    check_gradients(product, X, Y)
    with pytest.raises(GradientError, match=r"second derivative .*\n.*input 1 \('b'\)"):
        check_gradients(product, X, Y, order=2)


# -- kinks ----------------------------------------------------------------------------------------

absolute = unary(np.abs, lambda g, x: g * np.sign(x))
relu = unary(lambda x: np.maximum(x, 0.0), lambda g, out: g * (constant(out) > 0))
leaky = unary(lambda x: np.where(x > 0, x, 0.5 * x), lambda g, x: g * np.where(x > 0, 1.0, 0.5))
floor = unary(np.floor, lambda g: g * 0.0)


@pytest.mark.parametrize("op", [absolute, relu, leaky])
def test_a_kink_is_told_from_a_wrong_rule(op):
    with pytest.raises(KinkError, match=r"kink or a jump(.|\n)*at index \(1,\): the slope is") as caught:
        check_gradients(op, [1.0, 0.0, -2.0])
    assert "no sign of a wrong rule" in str(caught.value)
    assert "at index (0,)" not in str(caught.value)


@pytest.mark.parametrize("op", [absolute, relu, leaky])
def test_a_kink_can_be_skipped(op):
    report = check_gradients(op, [1.0, 0.0, -2.0], kinks="skip")
    assert report.kinks == [(1, "input 0 ('x')", (1,))]
    assert report.checked == 2


def test_a_jump_counts_as_a_kink():
    with pytest.raises(KinkError):
        check_gradients(floor, [0.5, 2.0])
    assert check_gradients(floor, [0.5, 2.0], kinks="skip").checked == 1


def test_a_kink_close_by_does_no_harm():
    for distance in 1e-2, 1e-3, 1e-4, 1e-5:
        assert check_gradients(absolute, [distance, -distance]).checked == 2


def test_a_wrong_rule_beside_a_kink_is_no_kink():
    op = unary(np.abs, lambda g, x: g * np.sign(x) * 1.5)
    with pytest.raises(GradientError) as caught:
        check_gradients(op, [1.0, 0.0], kinks="skip")
    assert type(caught.value) is GradientError


def test_a_skipped_kink_still_bounds_the_rule():
    op = unary(np.abs, lambda g, x: g * np.where(x > 0, 1.0, np.where(x < 0, -1.0, 2.0)))
    with pytest.raises(KinkError, match="no convention allows"):
        check_gradients(op, [1.0, 0.0], kinks="skip")


def test_nothing_but_kinks_is_no_check():
    with pytest.raises(KinkError, match="nothing was compared"):
        check_gradients(absolute, [0.0, 0.0], kinks="skip")


def test_a_kink_of_the_gradient_is_found_in_order_2():
    def squared_relu(x):
        return relu(x) * relu(x)

    assert check_gradients(squared_relu, [1.0, 0.0]).checked == 2
    with pytest.raises(KinkError, match="the gradient of squared_relu"):
        check_gradients(squared_relu, [1.0, 0.0], order=2)


# -- inputs and outputs of all kinds --------------------------------------------------------------


def test_integers_and_booleans_are_constants():
    seen = []

    def fn(x, n, mask, k):
        seen.append((n.dtype, mask.dtype, k))
        return x * n * mask * k

    report = check_gradients(fn, X, np.array([1, 2, 3]), np.array([True, False, True]), 3)
    assert report.checked == X.size
    assert seen[0] == (np.dtype(np.int64), np.dtype(bool), 3)


def test_numbers_lists_tensors_and_float32_arrays_are_taken_in_float64():
    dtypes = set()

    def fn(*values):
        dtypes.update(value.dtype for value in values)
        return values[0] * values[1] * values[2] * values[3] * values[4]

    report = check_gradients(
        fn, 2.0, [0.5, 1], mg.Tensor([1.0, 2.0]), Y[:2].astype(np.float32), np.float32(2.0)
    )
    assert report.checked == 1 + 2 + 2 + 2 + 1
    assert dtypes == {np.dtype(np.float64)}


def test_lists_and_dicts_of_arrays_are_inputs_and_outputs():
    def fn(pair, named):
        first, second = pair
        return {"a": first * second, "b": [named["w"] * first, mg.Tensor([1, 2], dtype=int)]}

    report = check_gradients(fn, [X, Y], {"w": Y * 2.0}, order=2)
    assert report.checked == 2 * (6 + 3 + 3) + 12


def test_a_wrong_member_of_a_list_is_named():
    wrong = square_with(lambda g, x: g * x)
    with pytest.raises(GradientError, match=r"input 0 \('pair'\)\[1\] of shape \(3,\)"):
        check_gradients(lambda pair: pair[0] * wrong(pair[1]), [X, Y])


def test_a_result_may_be_an_input_or_returned_twice():
    def fn(x):
        y = x * x
        return x, y, y

    assert check_gradients(fn, X, order=2).checked == 6 + 6 + 18


def test_wrt_chooses_the_inputs():
    def wrong(g, a, b):
        return g @ b.T, 2.0 * a.T @ g

    assert check_gradients(matmul_with(wrong), X, X.T, wrt=0).checked == 6
    with pytest.raises(GradientError):
        check_gradients(matmul_with(wrong), X, X.T, wrt=[1])


def test_empty_arrays_have_nothing_to_check():
    assert check_gradients(lambda x: x * x, np.zeros((0, 3)), order=2).checked == 0


def test_of_a_large_array_some_elements_are_checked_always_the_same():
    x = np.linspace(-1.0, 1.0, 2000)
    report = check_gradients(lambda x: x * x, x)
    assert (report.checked, report.left_out) == (500, 1500)
    assert check_gradients(lambda x: x * x, x) == report
    assert dataclasses.asdict(check_gradients(lambda x: x * x, x, max_elements=None))["checked"] == 2000


def test_inputs_are_not_changed():
    x, y = X.copy(), mg.Tensor(Y, requires_grad=True)
    check_gradients(lambda x, y: x * y, x, y, order=2)
    np.testing.assert_array_equal(x, X)
    np.testing.assert_array_equal(y.data, Y)
    assert y.grad is None


# -- variables ------------------------------------------------------------------------------------


def test_variables_are_varied_where_they_are():
    w = mg.Variable([1.0, 2.0, 3.0], name="w")
    w.grad = np.ones(3)
    before = w.data

    def layer(x):
        return mg.ops.sum(x * w * w, axis=1)

    assert check_gradients(lambda x, w: layer(x), X, w, order=2).checked == 2 * 9 + 2
    assert w.data is before
    assert w.dtype == np.float32
    np.testing.assert_array_equal(w.grad, np.ones(3))


def test_variables_are_given_back_their_values_after_a_failure():
    w = mg.Variable([1.0, 2.0], trainable=False)
    wrong = square_with(lambda g, x: g * x)
    with pytest.raises(GradientError):
        check_gradients(wrong, w)
    np.testing.assert_array_equal(w.data, np.array([1.0, 2.0], np.float32))
    assert not w.requires_grad


# -- bad calls ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"order": 3}, "order must be 1 or 2; got 3"),
        ({"step": 0.0}, "step must be a number in"),
        ({"rtol": -1.0}, "can't be negative"),
        ({"rtol": 0.0, "atol": 0.0}, "nor both 0"),
        ({"kinks": "ignore"}, "kinks must be 'error' or 'skip'; got 'ignore'"),
        ({"max_elements": 0}, "max_elements must be a positive integer or None; got 0"),
        ({"wrt": 1}, "names input 1, but there are 1"),
    ],
)
def test_bad_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        check_gradients(lambda x: x, X, **options)


def test_integers_have_no_gradient_to_check():
    with pytest.raises(ValueError, match="none of the inputs is a floating array"):
        check_gradients(lambda x: x, np.arange(3))
    with pytest.raises(ValueError, match="input 1, which holds no floating array"):
        check_gradients(lambda x, y: x, X, np.arange(3), wrt=1)


def test_a_random_function_is_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="another one each time"):
        check_gradients(lambda x: x * rng.uniform(size=3), X)


def test_results_that_cannot_be_checked_are_refused():
    with pytest.raises(TypeError, match="must return tensors; got ndarray"):
        check_gradients(lambda x: x.data, X)
    with pytest.raises(TypeError, match="returned no floating tensor"):
        check_gradients(lambda x: (), X)
    with pytest.raises(DTypeError, match="returned float32"):
        check_gradients(lambda x: mg.ops.cast(x, "float32"), X)


def test_the_function_is_named_with_its_place():
    with pytest.raises(GradientError, match=r"of <lambda> \(.*test_gradients.py:\d+\) is wrong"):
        check_gradients(lambda x: square_with(lambda g, x: g * x)(x), X)
    with pytest.raises(GradientError, match=r"gradient of function \(.*test_gradients.py:\d+\)"):
        check_gradients(square_with(lambda g, x: g * x), X)


def test_what_is_no_function():
    with pytest.raises(TypeError, match="check_gradients takes a function; got int"):
        check_gradients(3, [1.0])
