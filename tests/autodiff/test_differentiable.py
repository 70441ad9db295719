"""What happens when an op is called: dtypes, options, several outputs, errors, and what is recorded."""

from collections.abc import Sequence

import numpy as np
import pytest

import minigrad as mg
from minigrad.autodiff.differentiable import REGISTRY
from minigrad.autodiff.modes import at_level
from minigrad.autodiff.node import ARRAYS, Node
from minigrad.autodiff.values import floating, to_dtype
from minigrad.errors import DTypeError, ShapeError
from minigrad.testing import check_gradients

Array = mg.Array


def declare(forward, rule=None, **options):
    op = mg.differentiable(register=False, **options)(forward)
    if rule is not None:
        op.vjp(rule)
    return op


# -- dtypes ---------------------------------------------------------------------------------------

F16, F32, F64 = (np.dtype(name) for name in ("float16", "float32", "float64"))


def tensor(dtype):
    return mg.Tensor(np.array([1, 2], dtype))


@pytest.mark.parametrize(
    ("x1", "x2", "dtype"),
    [
        (tensor("f4"), tensor("f4"), F32),
        (tensor("f4"), tensor("f8"), F64),
        (tensor("f2"), tensor("f4"), F32),
        (tensor("f4"), tensor("i8"), F32),
        (tensor("f2"), tensor("i8"), F16),
        (tensor("f4"), tensor("?"), F32),
        (tensor("i4"), tensor("i8"), np.dtype("int64")),
        (tensor("i8"), tensor("?"), np.dtype("int64")),
        (tensor("f4"), np.ones(2, np.float64), F64),
        (np.ones(2, np.float32), tensor("f2"), F32),
        (tensor("f4"), [1.0, 2.0], F32),
        (tensor("f8"), [1, 2], F64),
        (tensor("f2"), [1, 2], F16),
        (tensor("i8"), [1, 2], np.dtype("int64")),
        (tensor("f4"), 2.5, F32),
        (tensor("f2"), 2.5, F16),
        (2, tensor("f8"), F64),
        (tensor("f4"), np.float64(2.5), F32),
        (tensor("f4"), True, F32),
        (tensor("i8"), 2, np.dtype("int64")),
        (tensor("i8"), 2.5, F32),
        (tensor("?"), 2.5, F32),
        (1.0, 2.0, F32),
        ([1, 2], [3.0, 4.0], F32),
        (1, [True, False], F32),
    ],
)
def test_inputs_get_one_dtype(x1, x2, dtype):
    for a, b in (x1, x2), (x2, x1):
        result = mg.ops.multiply(a, b)
        assert isinstance(result, mg.Tensor)
        assert result.dtype == dtype
        expected = np.multiply(np.asarray(a, np.float64), np.asarray(b, np.float64))
        np.testing.assert_array_equal(result.numpy(), expected.astype(dtype))


@pytest.mark.parametrize("dtype", ["int64", "int8", "bool", "uint8"])
def test_a_float_function_of_integers_gives_floatx(dtype):
    assert mg.ops.exp(tensor(dtype)).dtype == np.float32 or dtype in ("int8", "bool", "uint8")
    assert mg.ops.tanh(tensor("int64")).dtype == np.float32
    assert mg.ops.divide(tensor("int64"), tensor("int64")).dtype == np.float32


def test_gradients_have_each_inputs_own_dtype():
    half = mg.Tensor(np.ones(2, np.float16), requires_grad=True)
    single = mg.Tensor(np.ones(2, np.float32), requires_grad=True)
    double = mg.Tensor(np.ones(2, np.float64), requires_grad=True)
    (half * single * double).sum().backward()
    assert (half.grad.dtype, single.grad.dtype, double.grad.dtype) == (F16, F32, F64)


def test_integers_have_no_gradient_and_stop_it():
    x = mg.Tensor([1.5, 2.5], requires_grad=True)
    y = mg.ops.cast(x, "int32")
    assert not y.requires_grad
    assert not (y * 2.5).requires_grad
    (x * mg.Tensor(np.array([2, 3]))).sum().backward()
    assert x.grad.tolist() == [2.0, 3.0]


@pytest.mark.parametrize("dtype", ["float16", "int64", np.bool_, float])
def test_dtypes_are_read(dtype):
    assert to_dtype(dtype) == np.dtype(dtype)
    assert to_dtype(None) == np.float32


@pytest.mark.parametrize(
    ("dtype", "message"), [("float3", "unknown dtype 'float3'"), ("complex64", "not complex64")]
)
def test_dtypes_that_a_tensor_cannot_have_are_refused(dtype, message):
    with pytest.raises(DTypeError, match=message):
        to_dtype(dtype)
    with pytest.raises(DTypeError, match=message):
        mg.ops.cast(mg.Tensor(1.0), dtype)


def test_floating_converts_integers_only():
    assert floating(np.ones(2, np.float16)).dtype == np.float16
    assert floating(np.array([1, 2])).dtype == np.float32


# -- options, sequences, several outputs, aux ----------------------------------------------------------


def scale_forward(x: Array, factor=2.0, offset=None):
    return x * factor + (0.0 if offset is None else offset)


scale = declare(scale_forward, lambda g, factor: g * factor)


def test_options_by_position_name_and_default():
    x = mg.Tensor([1.0, 2.0], requires_grad=True)
    for result, factor in (scale(x), 2.0), (scale(x, 3.0), 3.0), (scale(x=x, factor=4.0), 4.0):
        assert result.tolist() == [factor, 2.0 * factor]
        assert mg.grad(result.sum(), x).tolist() == [factor, factor]


def test_an_option_may_be_a_tensor_and_is_a_constant():
    x, factor = (mg.Tensor([1.0, 2.0], requires_grad=True) for _ in range(2))
    result = scale(x, factor, offset=factor)
    assert result.tolist() == [2.0, 6.0]
    result.sum().backward()
    assert x.grad.tolist() == [1.0, 2.0]
    assert factor.grad is None


def optional_forward(x: Array, bias: "Array | None" = None):
    return x if bias is None else x + bias


optional = declare(optional_forward, lambda g, bias: (g, None if bias is None else g))


def test_an_optional_array_may_be_missing():
    x = mg.Tensor([1.0, 2.0], requires_grad=True)
    assert mg.grad(optional(x).sum(), x).tolist() == [1.0, 1.0]
    assert mg.grad(optional(x, None).sum(), x).tolist() == [1.0, 1.0]
    b = mg.Tensor(3.0, requires_grad=True)
    assert [one.tolist() for one in mg.grad(optional(x, bias=b).sum(), [x, b])] == [[1.0, 1.0], 2.0]


def total_forward(xs: Sequence[Array], weight=1.0):
    return weight * sum(x * x for x in xs)


total = declare(
    total_forward,
    lambda g, xs, weight, needs: [
        2.0 * weight * g * x if need else None for x, need in zip(xs, needs, strict=True)
    ],
)


def test_a_sequence_of_arrays():
    xs = [mg.Tensor([1.0, 2.0], requires_grad=True), mg.Tensor([3.0]), np.ones(2), 4.0]
    result = total(xs, weight=2.0)
    np.testing.assert_allclose(result.numpy(), 2.0 * np.array([1 + 9 + 1 + 16, 4 + 9 + 1 + 16]))
    result.sum().backward()
    assert xs[0].grad.tolist() == [4.0, 8.0]
    check_gradients(lambda a, b: total((a, b, a)), [1.0, 2.0], [3.0], order=2)


def test_a_changed_member_of_a_sequence_is_noticed():
    x = mg.Tensor([1.0], requires_grad=True)
    result = total([x, x])
    x.data += 1.0
    with pytest.raises(mg.errors.GraphError, match="total_forward: a tensor that it saved"):
        result.backward()


def halves_forward(x: Array):
    return x[: len(x) // 2] * 2.0, x[len(x) // 2 :] * 3.0


def halves_rule(g):
    first, second = g
    return mg.ops.concatenate([2.0 * first, 3.0 * second])


halves = declare(halves_forward, halves_rule)


def test_several_outputs_each_have_a_gradient():
    x = mg.Tensor([1.0, 2.0, 3.0, 4.0], requires_grad=True)
    first, second = halves(x)
    assert (first.tolist(), second.tolist()) == ([2.0, 4.0], [9.0, 12.0])
    assert mg.grad(first.sum(), x, retain_graph=True).tolist() == [2.0, 2.0, 0.0, 0.0]
    assert mg.grad(second.sum(), x, retain_graph=True).tolist() == [0.0, 0.0, 3.0, 3.0]
    assert mg.grad((first * second).sum(), x).tolist() == [18.0, 24.0, 6.0, 12.0]
    check_gradients(halves, [1.0, 2.0, 3.0, 4.0], order=2)


def test_outputs_may_be_integers_beside_floats():
    def forward(x: Array) -> tuple[Array, Array]:
        order = np.argsort(x)
        return x[order], order

    op = declare(forward, lambda g, out: mg.ops.take(g[0], mg.ops.argsort(out[1])))
    x = mg.Tensor([3.0, 1.0, 2.0], requires_grad=True)
    values, order = op(x)
    assert values.requires_grad
    assert not order.requires_grad
    assert order.tolist() == [1, 2, 0]
    assert mg.grad((values * mg.Tensor([1.0, 2.0, 3.0])).sum(), x).tolist() == [3.0, 1.0, 2.0]


def test_outs_named_by_the_rule_are_part_of_the_graph_when_recorded():
    def forward(x: Array, y: Array) -> tuple[Array, Array]:
        return x * y, x / y

    def rule(g, y, out):
        product, quotient = out
        g1, g2 = g
        return g1 * y + g2 / y, g1 * product / y - g2 * quotient / y

    check_gradients(declare(forward, rule), [1.0, -2.0], [0.5, 3.0], order=2)


def test_aux_is_kept_for_the_rule_and_not_returned():
    def forward(x: Array):
        positive = x > 0
        return np.where(positive, x, 0.0), positive

    op = declare(forward, lambda g, aux: g * aux, aux=True)
    x = mg.Tensor([1.0, -2.0], requires_grad=True)
    result = op(x)
    assert result.tolist() == [1.0, 0.0]
    assert mg.grad(result.sum(), x).tolist() == [1.0, 0.0]
    with at_level(ARRAYS):
        assert op(np.array([1.0, -2.0])).tolist() == [1.0, 0.0]


def test_a_rule_learns_which_inputs_need_a_gradient():
    asked = []

    def forward(x: Array, y: Array, z: Array):
        return x * y * z

    def rule(g, x, y, z, needs, y_shape):
        asked.append((needs, y_shape))
        return g * y * z, g * x * z if needs[1] else None, g * x * y if needs[2] else None

    op = declare(forward, rule)
    a, b = mg.Tensor([1.0], requires_grad=True), mg.Tensor([[2.0], [3.0]], requires_grad=True)
    op(a, [1.0], b).sum().backward()
    op(a, b, 1.0).sum().backward()
    mg.grad(op(a, b, b).sum(), a)
    assert asked == [
        ((True, False, True), None),
        ((True, True, False), (2, 1)),
        ((True, False, False), (2, 1)),
    ]


def test_a_rule_of_too_few_gradients_is_named():
    def forward(x: Array, y: Array, z: Array):
        return x + y + z

    op = declare(forward, lambda g: (g, g))
    x = mg.Tensor([1.0], requires_grad=True)
    with pytest.raises(TypeError, match="forward: its rule gave 2 gradients for 3 inputs"):
        op(x, x, x).backward()


# -- what is recorded -----------------------------------------------------------------------------------


def test_constants_record_nothing():
    result = mg.ops.tanh(mg.Tensor([1.0]) * 2.0)
    assert result._node is None


def test_a_node_keeps_what_its_rule_names_and_no_more():
    x = mg.Tensor([1.0], requires_grad=True)
    assert (x + x)._node.saved == ()
    assert (x * x)._node.saved == (x, x)
    (out,) = mg.ops.tanh(x)._node.saved
    assert isinstance(out, np.ndarray)  # a Tensor would be a cycle
    assert isinstance((x + x)._node, Node)


def test_ops_on_arrays_return_tensors_and_within_rules_arrays():
    assert isinstance(mg.ops.multiply(np.ones(2), np.ones(2)), mg.Tensor)
    with at_level(ARRAYS):
        assert isinstance(mg.ops.multiply(np.ones(2), np.ones(2)), np.ndarray)
        assert isinstance(mg.ops.argmax(np.ones(2)), np.ndarray | np.integer)
        assert isinstance(mg.ops.multiply(mg.Tensor([1.0]), np.ones(2)), mg.Tensor)


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "gelu", "sqrt", "sum", "log_sigmoid"])
@pytest.mark.parametrize("given", [0.5, [0.5, 2.0], np.float32(0.5)])
def test_within_rules_numbers_and_lists_alone_are_taken_too(name, given):
    op = getattr(mg.ops, name)
    with at_level(ARRAYS):
        result = op(given)
    assert not isinstance(result, mg.Tensor)
    assert np.asarray(result).tolist() == op(given).tolist()


def test_within_rules_a_sequence_may_hold_lists():
    with at_level(ARRAYS):
        assert mg.ops.concatenate([[1.0], [2.0]]).tolist() == [1.0, 2.0]


@pytest.mark.parametrize("how", ["input", "view of it", "option"])
def test_an_array_of_the_callers_may_change_before_the_backward_pass(how):
    x = mg.Tensor(np.array([1.0, 2.0]), requires_grad=True)
    array = np.array([3.0, 4.0])
    if how == "input":
        y = x * array
    elif how == "view of it":
        y = x * mg.ops.reshape(array.reshape(1, 2), (2,))
    else:
        y = scale(x, array)
    array[...] = 100.0
    y.sum().backward()
    assert x.grad.tolist() == [3.0, 4.0]


def test_a_tensor_given_as_option_may_change_before_the_backward_pass():
    x = mg.Tensor([1.0, 2.0], requires_grad=True)
    factor = mg.Tensor([3.0, 4.0])
    y = scale(x, factor)
    factor.data -= 100.0
    y.sum().backward()
    assert x.grad.tolist() == [3.0, 4.0]


# -- names and the registry ---------------------------------------------------------------------------


def test_an_op_looks_like_its_function():
    assert mg.ops.tanh.__name__ == "tanh"
    assert mg.ops.tanh.__doc__.startswith("Hyperbolic tangent")
    assert REGISTRY["tanh"] is mg.ops.tanh


def test_ops_of_ones_own_join_the_registry_on_request_only():
    before = dict(REGISTRY)
    declare(scale_forward)
    assert before == REGISTRY

    def tanh(x: Array):
        return x

    with pytest.raises(TypeError, match="an op named 'tanh' is registered already"):
        mg.differentiable(tanh)
    assert before == REGISTRY


def test_a_nondifferentiable_function_gives_constants():
    @mg.nondifferentiable
    def signs(x, scale=1):
        return np.sign(x) * scale, [1, 2], "text"

    x = mg.Tensor([-1.0, 2.0], requires_grad=True)
    values, numbers, text = signs(x, scale=mg.Tensor([2.0, 3.0]))
    assert values.tolist() == [-2.0, 3.0]
    assert not values.requires_grad
    assert (numbers, text) == ([1, 2], "text")
    assert signs.__name__ == "signs"


# -- errors ---------------------------------------------------------------------------------------------


def test_shapes_that_do_not_broadcast_are_named():
    message = r"add: shapes \(2, 3\) and \(4,\) do not broadcast together: axis -1 has sizes 3 and 4"
    for requires_grad in True, False:
        x = mg.Tensor(np.ones((2, 3)), requires_grad=requires_grad)
        with pytest.raises(ShapeError, match=message):
            mg.ops.add(x, mg.Tensor(np.ones(4)))
        with pytest.raises(ShapeError, match=message):
            x + np.ones(4)


def test_an_error_of_a_body_names_op_and_shapes_and_keeps_its_cause():
    def forward(x: Array, y: Array):
        return np.stack([x, y])

    with pytest.raises(
        ShapeError, match=r"forward: all input arrays .* \(inputs of shape \(2,\) and \(3,\)\)"
    ) as caught:
        declare(forward)(mg.Tensor([1.0, 2.0]), np.ones(3))
    assert isinstance(caught.value.__cause__, ValueError)


@pytest.mark.parametrize(
    ("raised", "expected", "message"),
    [
        (ValueError("bad"), ShapeError, r"body: bad \(inputs of shape \(2,\)\)"),
        (TypeError("bad"), DTypeError, r"body: bad \(inputs of dtype float32\)"),
        (IndexError("bad"), IndexError, r"body: bad \(inputs of shape \(2,\)\)"),
        (np.linalg.LinAlgError("bad"), np.linalg.LinAlgError, r"body: bad \(inputs of shape \(2,\)\)"),
        (ShapeError("ours"), ShapeError, "^ours$"),
        (ValueError("body: said it already"), ValueError, "^body: said it already$"),
        (ZeroDivisionError("bad"), ZeroDivisionError, "^bad$"),
    ],
)
@pytest.mark.parametrize("parameters", ["x", "x1, x2", "x, axis=None"])
def test_errors_are_translated_and_others_pass(raised, expected, message, parameters):
    def fail(*args):
        raise raised

    scope = {"fail": fail, "Array": Array}
    names = parameters.replace("x1", "x1: Array").replace("x2", "x2: Array").replace("x,", "x: Array,")
    names = "x: Array" if parameters == "x" else names
    exec(f"def body({names}):\n    fail()", scope)
    x = mg.Tensor([1.0, 2.0])
    args = (x, x) if parameters == "x1, x2" else (x,)
    if parameters == "x1, x2":
        message = message.replace(r"shape \(2,\)", r"shape \(2,\) and \(2,\)").replace(
            "float32", "float32, float32"
        )
    with pytest.raises(expected, match=message):
        declare(scope["body"])(*args)


def test_ragged_lists_and_text_are_refused():
    with pytest.raises(ShapeError, match="rows of equal length"):
        mg.Tensor([1.0]) * [[1.0], [2.0, 3.0]]
    with pytest.raises((DTypeError, TypeError)):
        mg.ops.multiply(mg.Tensor([1.0]), "text")


def test_names_alone_make_no_array():
    """Two parameters may be called x1 and x2, and the second one be an option."""

    @mg.differentiable(register=False)
    def times(x1: mg.Array, x2):
        return x1 * x2

    @times.vjp
    def _(g, x2):
        return g * x2

    x = mg.Tensor([1.0, 2.0], requires_grad=True)
    times(x, 3.0).sum().backward()
    np.testing.assert_array_equal(x.grad, [3.0, 3.0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda t: mg.ops.exp(None), "exp: x must be a tensor; got None"),
        (lambda t: t + None, "add: x2 must be a tensor; got None"),
        (lambda t: mg.ops.broadcast_to(None, (2,)), "broadcast_to: x must be a tensor; got None"),
        (lambda t: mg.ops.exp("abc"), "exp: a tensor holds floats, integers or booleans"),
        (lambda t: mg.ops.concatenate([t, "x"]), "concatenate: a tensor holds floats, integers or booleans"),
    ],
)
def test_what_is_no_tensor_is_refused_by_name(call, message):
    with pytest.raises(DTypeError, match=message):
        call(mg.Tensor([1.0, 2.0]))
