"""Comparisons and logic: NumPy's answers, as constant boolean tensors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.errors import ShapeError
from minigrad.testing.strategies import broadcastable_shapes

ops = mg.ops
BINARY = ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal")
LOGIC = ("logical_and", "logical_or", "logical_xor")
SPECIAL = [0.0, -0.0, 1.0, -1.0, 1e-45, np.inf, -np.inf, np.nan]


@pytest.mark.parametrize("name", BINARY + LOGIC)
@given(data=st.data())
def test_answers_are_numpys(name, data):
    one, other = data.draw(broadcastable_shapes())
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    x1, x2 = rng.choice(SPECIAL, one), rng.choice(SPECIAL, other)
    result = getattr(ops, name)(mg.Tensor(x1), mg.Tensor(x2))
    assert result.dtype == bool
    np.testing.assert_array_equal(result, getattr(np, name)(x1, x2))


@pytest.mark.parametrize("name", ["isnan", "isinf", "isfinite", "logical_not"])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_answers_about_one_number_are_numpys(name, dtype):
    x = np.array(SPECIAL, dtype)
    np.testing.assert_array_equal(getattr(ops, name)(mg.Tensor(x)), getattr(np, name)(x))


@pytest.mark.parametrize("name", BINARY + LOGIC)
def test_answers_are_constants_for_numbers_lists_and_tensors(name):
    x = mg.Tensor([1.0, 2.0], requires_grad=True)
    for other in (1, [1.0, 2.0], np.array([1.0, 2.0]), mg.Tensor([1.0, 2.0], requires_grad=True)):
        result = getattr(ops, name)(x, other)
        assert isinstance(result, mg.Tensor)
        assert not result.requires_grad
        np.testing.assert_array_equal(result, getattr(np, name)(np.asarray(x), np.asarray(other)))


def test_a_python_number_is_compared_in_the_tensors_dtype():
    assert ops.equal(mg.Tensor([0.1]), 0.1).item() is True  # float32, as NumPy does it, too


@pytest.mark.parametrize("name", BINARY + LOGIC + ("isclose", "allclose"))
def test_shapes_that_do_not_broadcast_are_named(name):
    with pytest.raises(ShapeError, match=rf"{name}: shapes \(2,\) and \(3,\) do not broadcast"):
        getattr(ops, name)(mg.Tensor([1.0, 2.0]), mg.Tensor([1.0, 2.0, 3.0]))


def test_closeness_is_relative_to_the_second_and_absolute():
    x, y = mg.Tensor(np.array([100.0, 0.0])), mg.Tensor(np.array([100.1, 1e-3]))
    assert ops.isclose(x, y).tolist() == [False, False]
    assert ops.isclose(x, y, rtol=1e-2).tolist() == [True, False]
    assert ops.isclose(x, y, atol=1e-2).tolist() == [False, True]
    assert ops.isclose(x, y, 1e-2, 1e-2).tolist() == [True, True]
    assert bool(ops.allclose(x, y, 1e-2, 1e-2))
    assert not bool(ops.allclose(x, y, 1e-2))


def test_nan_is_close_to_nan_on_request_only():
    x = mg.Tensor([np.nan])
    assert not ops.isclose(x, x).item()
    assert ops.isclose(x, x, equal_nan=True).item()
    assert bool(ops.allclose(x, x, equal_nan=True))
    assert ops.allclose(x, x).shape == ()
