"""What holds for all ops that work element by element: their values, dtypes, shapes and errors.

The oracles are NumPy's and SciPy's functions in float64; gradients are checked by tests/ops/test_registry.py.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

import minigrad as mg
from minigrad.errors import DTypeError, ShapeError
from minigrad.testing.strategies import arrays, broadcastable_shapes, shapes

ops = mg.ops
ANY, POSITIVE, INNER = (-30.0, 30.0), (1e-3, 1e3), (-0.999, 0.999)

UNARY = {  # the op: (its oracle, where it is defined)
    "negative": (np.negative, ANY),
    "positive": (np.positive, ANY),
    "absolute": (np.absolute, ANY),
    "abs": (np.absolute, ANY),
    "sign": (np.sign, ANY),
    "floor": (np.floor, ANY),
    "ceil": (np.ceil, ANY),
    "trunc": (np.trunc, ANY),
    "round": (np.round, ANY),
    "square": (np.square, ANY),
    "sqrt": (np.sqrt, POSITIVE),
    "rsqrt": (lambda x: 1 / np.sqrt(x), POSITIVE),
    "reciprocal": (lambda x: 1 / x, POSITIVE),
    "exp": (np.exp, ANY),
    "exp2": (np.exp2, ANY),
    "expm1": (np.expm1, ANY),
    "log": (np.log, POSITIVE),
    "log1p": (np.log1p, (-0.99, 1e3)),
    "log2": (np.log2, POSITIVE),
    "log10": (np.log10, POSITIVE),
    "sin": (np.sin, ANY),
    "cos": (np.cos, ANY),
    "tan": (np.tan, (-1.5, 1.5)),
    "arcsin": (np.arcsin, INNER),
    "arccos": (np.arccos, INNER),
    "arctan": (np.arctan, ANY),
    "sinh": (np.sinh, ANY),
    "cosh": (np.cosh, ANY),
    "tanh": (np.tanh, ANY),
    "arcsinh": (np.arcsinh, ANY),
    "arccosh": (np.arccosh, (1.001, 1e3)),
    "arctanh": (np.arctanh, INNER),
    "erf": (special.erf, ANY),
    "erfc": (special.erfc, (-9.0, 9.0)),
    "erfinv": (special.erfinv, INNER),
    "relu": (lambda x: np.where(x > 0, x, 0), ANY),
    "relu6": (lambda x: np.where(x > 0, np.where(x < 6, x, 6), 0), ANY),
    "leaky_relu": (lambda x: np.where(x > 0, x, 0.2 * x), ANY),
    "elu": (lambda x: np.where(x > 0, x, np.expm1(x)), ANY),
    "selu": (
        lambda x: 1.0507009873554804934 * np.where(x > 0, x, 1.6732632423543772848 * np.expm1(x)),
        ANY,
    ),
    "celu": (lambda x: np.where(x > 0, x, np.expm1(x)), ANY),
    "sigmoid": (special.expit, ANY),
    "log_sigmoid": (special.log_expit, ANY),
    "softplus": (lambda x: np.logaddexp(x, 0), ANY),
    "silu": (lambda x: x * special.expit(x), ANY),
    "mish": (lambda x: x * np.tanh(np.logaddexp(x, 0)), ANY),
    "gelu": (lambda x: x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))), ANY),
    "hard_sigmoid": (lambda x: np.clip(x / 6 + 0.5, 0, 1), ANY),
    "hard_silu": (lambda x: x * np.clip(x / 6 + 0.5, 0, 1), ANY),
    "hard_tanh": (lambda x: np.clip(x, -1, 1), ANY),
    "sparse_sigmoid": (lambda x: np.clip((x + 1) / 2, 0, 1), ANY),
    "sparse_plus": (lambda x: np.where(x <= -1, 0, np.where(x < 1, (x + 1) ** 2 / 4, x)), ANY),
    "softsign": (lambda x: x / (1 + abs(x)), ANY),
    "squareplus": (lambda x: (x + np.sqrt(x * x + 4)) / 2, (-3.0, 30.0)),
    "soft_shrink": (lambda x: np.sign(x) * np.maximum(abs(x) - 0.5, 0), ANY),
    "hard_shrink": (lambda x: np.where(abs(x) > 0.5, x, 0), ANY),
    "tanh_shrink": (lambda x: x - np.tanh(x), ANY),
    "nan_to_num": (np.nan_to_num, ANY),
}
SAME_DTYPE = {  # of integers, these make integers of the same kind
    *("negative", "positive", "absolute", "abs", "sign", "trunc", "round", "square"),
    *("relu", "relu6", "nan_to_num"),
}
BINARY = {
    "add": (np.add, ANY),
    "subtract": (np.subtract, ANY),
    "multiply": (np.multiply, ANY),
    "divide": (np.divide, POSITIVE),
    "true_divide": (np.divide, POSITIVE),
    "divide_no_nan": (np.divide, POSITIVE),
    "floor_divide": (np.floor_divide, POSITIVE),
    "mod": (np.mod, POSITIVE),
    "power": (np.power, (0.1, 4.0)),
    "maximum": (np.maximum, ANY),
    "minimum": (np.minimum, ANY),
    "logaddexp": (np.logaddexp, ANY),
    "arctan2": (np.arctan2, ANY),
    "hypot": (np.hypot, ANY),
}


@pytest.mark.parametrize("name", UNARY)
@given(data=st.data())
def test_unary_values(name, data):
    oracle, domain = UNARY[name]
    x = data.draw(arrays(shapes(), *domain))
    result = getattr(ops, name)(mg.Tensor(x))
    assert (result.dtype, result.shape) == (np.float64, x.shape)
    np.testing.assert_allclose(result, oracle(x), rtol=2e-13, atol=1e-15)


@pytest.mark.parametrize("name", UNARY)
def test_unary_values_in_float32_are_as_near_as_float32_can_be(name):
    oracle, domain = UNARY[name]
    x = np.random.default_rng(0).uniform(*domain, 1000).astype(np.float32)
    result = getattr(ops, name)(mg.Tensor(x))
    assert result.dtype == np.float32
    slack = 1e-4 if name in ("tanh_shrink", "mish", "gelu") else 4e-6  # these subtract what is nearly equal
    np.testing.assert_allclose(result, oracle(x.astype(np.float64)), rtol=slack, atol=1e-6)


@pytest.mark.parametrize("name", sorted(UNARY.keys() - SAME_DTYPE))
@pytest.mark.parametrize("dtype", ["int32", "int64", "uint8", "bool"])
def test_integers_give_float32_where_the_result_is_a_fraction(name, dtype):
    x = np.array([0, 0] if name in ("arctanh", "erfinv") else [1, 1], dtype)
    result = getattr(ops, name)(mg.Tensor(x))
    assert result.dtype == np.float32
    np.testing.assert_allclose(result, UNARY[name][0](x.astype(np.float64)), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", sorted(SAME_DTYPE))
@pytest.mark.parametrize("dtype", ["int32", "int64", "int8"])
def test_integers_stay_integers_where_the_result_is_one(name, dtype):
    x = np.array([-2, 0, 7], dtype)
    result = getattr(ops, name)(mg.Tensor(x))
    assert result.dtype == dtype
    assert result.tolist() == UNARY[name][0](x.astype(np.float64)).tolist()


@pytest.mark.parametrize("name", UNARY)
def test_numbers_lists_and_arrays_are_taken_like_tensors(name):
    op = getattr(ops, name)
    value = 1.5 if name == "arccosh" else 0.5
    for given_ in (value, [value], np.array([value], np.float32)):
        result = op(given_)
        assert isinstance(result, mg.Tensor)
        assert result.dtype == np.float32
        np.testing.assert_allclose(result, op(mg.Tensor(given_)), rtol=0)


@pytest.mark.parametrize("name", BINARY)
@given(data=st.data())
def test_binary_values(name, data):
    oracle, domain = BINARY[name]
    one, other = data.draw(broadcastable_shapes())
    x1, x2 = data.draw(arrays(one, *domain)), data.draw(arrays(other, *domain))
    result = getattr(ops, name)(mg.Tensor(x1), mg.Tensor(x2))
    expected = oracle(x1, x2)
    assert (result.dtype, result.shape) == (np.float64, np.shape(expected))
    np.testing.assert_allclose(result, expected, rtol=1e-14)


@pytest.mark.parametrize("name", BINARY)
def test_the_other_operand_follows_the_tensors_dtype(name):
    op = getattr(ops, name)
    x = mg.Tensor(np.array([1.5, 2.0], np.float32))
    expected = BINARY[name][0](np.array([1.5, 2.0]), 2.0)
    for other in (2, 2.0, [2.0, 2.0], np.array([2, 2])):
        result = op(x, other)
        assert result.dtype == np.float32
        np.testing.assert_allclose(result, expected, rtol=1e-6)
    assert op(2.0, x).dtype == np.float32
    np.testing.assert_allclose(op(2.0, x), BINARY[name][0](2.0, np.array([1.5, 2.0])), rtol=1e-6)


@pytest.mark.parametrize("name", BINARY)
def test_shapes_that_do_not_broadcast_are_named(name):
    with pytest.raises(ShapeError, match=r"shapes \(2, 3\) and \(2, 4\) do not broadcast"):
        getattr(ops, name)(np.ones((2, 3)), np.ones((2, 4)))


@pytest.mark.parametrize("name", sorted({**UNARY, **BINARY}))
def test_what_is_no_number_is_refused(name):
    wrong = ("text",) if name in UNARY else ("text", 1.0)
    with pytest.raises(DTypeError):
        getattr(ops, name)(*wrong)


@pytest.mark.parametrize("name", UNARY)
def test_gradients_of_float32_are_float32(name):
    x = mg.Tensor(np.full(3, 1.5 if name == "arccosh" else 0.25, np.float32), requires_grad=True)
    gradient = mg.grad(getattr(ops, name)(x).sum(), x)
    assert (gradient.dtype, gradient.shape) == (np.float32, (3,))


def test_division_by_zero_is_numpys():
    with np.errstate(divide="ignore"):
        assert ops.divide(mg.Tensor([1.0, -1.0]), 0.0).tolist() == [np.inf, -np.inf]
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        ops.divide(mg.Tensor([1.0]), 0.0)


def test_a_constant_divisor_gets_no_gradient():
    x = mg.Tensor([3.0], requires_grad=True)
    divisor = mg.Tensor([2.0])
    (x / divisor).backward()
    assert x.grad.tolist() == [0.5]
    assert divisor.grad is None
