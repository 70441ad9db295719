import operator

import numpy as np
import pytest
from hypothesis import given

import minigrad as mg
from minigrad import ops
from minigrad.errors import DTypeError, ShapeError
from minigrad.testing import check_gradients
from minigrad.testing.strategies import arrays, broadcastable_shapes

SMOOTH = ["add", "sub", "mul", "truediv", "pow"]
STEPS = ["floordiv", "mod"]
COMPARISONS = ["eq", "ne", "lt", "le", "gt", "ge"]
BITS = ["and_", "or_", "xor"]


@pytest.mark.parametrize("name", [*SMOOTH, *STEPS, *COMPARISONS])
@given(shapes=broadcastable_shapes(), pair=arrays((2,), 0.5, 2.0))
def test_operators_are_numpys_from_both_sides(name, shapes, pair):
    operate = getattr(operator, name)
    rng = np.random.default_rng(int(pair[0] * 1e6))
    a, b = (rng.uniform(0.5, 2.0, shape) for shape in shapes)
    expected = operate(a, b)
    for left, right in ((mg.Tensor(a), mg.Tensor(b)), (mg.Tensor(a), b), (a, mg.Tensor(b))):
        result = operate(left, right)
        assert isinstance(result, mg.Tensor)
        np.testing.assert_allclose(result, expected, rtol=1e-13)
    number = float(pair[1])
    np.testing.assert_allclose(operate(mg.Tensor(a), number), operate(a, number), rtol=1e-13)
    np.testing.assert_allclose(operate(number, mg.Tensor(b)), operate(number, b), rtol=1e-13)
    if name in SMOOTH:
        check_gradients(lambda x, y: operate(x, y), a, b)
        check_gradients(lambda y: operate(number, y), b)


def test_matmul_from_both_sides():
    a, b = np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(3, 4)
    for left, right in ((mg.Tensor(a), mg.Tensor(b)), (mg.Tensor(a), b), (a, mg.Tensor(b))):
        np.testing.assert_array_equal(left @ right, a @ b)
    np.testing.assert_array_equal(mg.Tensor(a).dot(b), a @ b)
    check_gradients(lambda x: a @ x, b)


@pytest.mark.parametrize("name", [*BITS, "lshift", "rshift"])
def test_bits(name):
    a, b = np.array([1, 2, 5]), np.array([3, 1, 0])
    operate = getattr(operator, name)
    for left, right in ((mg.Tensor(a), mg.Tensor(b)), (mg.Tensor(a), b), (a, mg.Tensor(b))):
        np.testing.assert_array_equal(operate(left, right), operate(a, b))
    np.testing.assert_array_equal(operate(mg.Tensor(a), 3), operate(a, 3))
    np.testing.assert_array_equal(operate(6, mg.Tensor(b)), operate(6, b))
    if name in BITS:
        yes = mg.Tensor([True, False, True])
        np.testing.assert_array_equal(operate(yes, a > 1), operate(yes._data, a > 1))
        np.testing.assert_array_equal(~yes, [False, True, False])


def test_operators_of_one_tensor():
    x = np.array([-1.5, 0.25, 2.5])
    t = mg.Tensor(x)
    for result, expected in (
        (-t, -x),
        (+t, x),
        (abs(t), abs(x)),
        (round(t), np.round(x)),
        (round(t, 1), x.round(1)),
    ):
        np.testing.assert_array_equal(result, expected)
    quotient, remainder = divmod(t, 2.0)
    np.testing.assert_array_equal(2.0 * quotient + remainder, x)
    quotient, remainder = divmod(5.0, t)
    np.testing.assert_allclose(t * quotient + remainder, 5.0)
    assert 0.25 in t
    assert 0.5 not in t


def test_operators_are_the_ops_themselves():
    assert mg.Tensor.__add__ is ops.add
    assert mg.Tensor.__pow__ is ops.power
    assert mg.Tensor.__matmul__ is ops.matmul
    assert mg.Tensor.sum is ops.sum


def test_powers_of_negative_numbers():
    x = np.array([-2.0, -0.5, 3.0])
    for exponent in (2, 3, 0, 1, -1, -2, 2.0):
        np.testing.assert_allclose(mg.Tensor(x) ** exponent, x**exponent)
        check_gradients(lambda t, e=exponent: t**e, x, order=2)


def test_comparisons_are_constant_and_none_is_never_an_error():
    t = mg.Tensor([1.0, 2.0], requires_grad=True)
    for result in (t == 1.0, t != 1.0, t < 2.0, t <= t, t > 1, t <= 1, t == [1.0, 5.0]):
        assert (result.dtype, result.requires_grad) == (bool, False)
    assert (t == None) is False  # noqa: E711
    assert (t != None) is True  # noqa: E711
    assert (t == "abc") is False
    assert None not in [t]
    with pytest.raises(ShapeError, match="equal"):
        t == [1.0, 2.0, 3.0]  # noqa: B015
    assert len({t, mg.Tensor([1.0, 2.0])}) == 2  # by identity


def test_an_update_in_place_is_a_new_tensor():
    x = mg.Tensor([1.0, 2.0], requires_grad=True)
    y = x
    y += 1.0
    y *= y
    assert x.tolist() == [1.0, 2.0]
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, [4, 6])


REDUCTIONS = (
    "sum", "mean", "prod", "max", "min", "var", "std", "any", "all", "argmax", "argmin", "cumsum", "cumprod"
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "args"),
    [
        *((name, ()) for name in REDUCTIONS),
        *((name, (1,)) for name in REDUCTIONS),
        ("argsort", ()),
        ("astype", ("float32",)),
        ("astype", (int,)),
        ("clip", (0.5, 1.0)),
        ("copy", ()),
        ("diagonal", ()),
        ("diagonal", (1,)),
        ("flatten", ()),
        ("item", ()),
        ("nonzero", ()),
        ("ravel", ()),
        ("repeat", (2,)),
        ("repeat", (2, 1)),
        ("reshape", (-1,)),
        ("reshape", (3, 2)),
        ("reshape", ((3, 2),)),
        ("round", (1,)),
        ("squeeze", ()),
        ("swapaxes", (0, 1)),
        ("take", ([1, 1],)),
        ("take", ([1, 1], 1)),
        ("tolist", ()),
        ("trace", ()),
        ("transpose", ()),
        ("transpose", (1, 0)),
        ("transpose", ((1, 0),)),
        ("transpose", (None,)),
    ],
)
def test_methods_are_numpys(name, args):
    x = np.array([[0.3, 1.2, 0.7], [0.1, 2.4, 0.9]])
    if name == "item":
        x = x[:1, :1]
    result, expected = getattr(mg.Tensor(x), name)(*args), getattr(x, name)(*args)
    if isinstance(expected, tuple):
        result = tuple(one._data for one in result)
    np.testing.assert_allclose(result, expected, rtol=1e-14)
    assert np.shape(result) == np.shape(expected)


def test_methods_that_numpy_has_as_functions():
    x = np.array([[0.3, 1.2], [0.1, 2.4]])
    t = mg.Tensor(x)
    for name in ("exp", "log", "sqrt", "tanh", "abs"):
        np.testing.assert_allclose(getattr(t, name)(), getattr(np, name)(x), rtol=1e-15)
    np.testing.assert_array_equal(t.T, x.T)
    assert t.sum(axis=0, keepdims=True).shape == (1, 2)
    with pytest.raises(ShapeError, match="sum: axis 2 is out of range"):
        t.sum(axis=2)


def test_every_declared_method_is_attached():
    declared = [name for name in mg.Tensor.__dict__ if not name.startswith("__")]
    assert {"sum", "reshape", "T", "backward", "item"} <= set(declared)
    for name in declared:
        assert getattr(mg.Tensor, name) is not None


@pytest.mark.parametrize("other", ["abc", None, object(), 1j])
def test_what_is_no_number_is_an_error(other):
    with pytest.raises(DTypeError):
        mg.Tensor([1.0]) + other
    with pytest.raises(DTypeError):
        other * mg.Tensor([1.0])


def test_numbers_in_strings():
    t = mg.Tensor(2.0)
    assert f"{t:.2f} {'%.4f' % t} {'{:.8f}'.format(mg.Tensor([2.0]))}" == "2.00 2.0000 2.00000000"  # noqa: UP031, UP032
    assert str(mg.Tensor([1.0, 2.5])) == "[1.  2.5]"
    with pytest.raises(ValueError, match="one element"):
        f"{mg.Tensor([1.0, 2.0]):.2f}"
