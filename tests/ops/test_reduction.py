import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients
from minigrad.testing.strategies import arrays, shapes

PAIRS = {
    "sum": np.sum,
    "mean": np.mean,
    "var": np.var,
    "std": np.std,
    "prod": np.prod,
    "max": np.max,
    "min": np.min,
    "amax": np.max,
    "amin": np.min,
    "ptp": np.ptp,
    "any": np.any,
    "all": np.all,
    "median": np.median,
}


@st.composite
def axes(draw, ndim):
    choices = [st.none()]
    if ndim:
        choices.append(st.integers(-ndim, ndim - 1))
        choices.append(st.lists(st.integers(0, ndim - 1), unique=True, min_size=1, max_size=ndim).map(tuple))
    return draw(st.one_of(choices))


@pytest.mark.parametrize("name", PAIRS)
@given(st.data())
def test_values_are_numpys(name, data):
    dtype = data.draw(st.sampled_from([np.float64, np.float32]))
    x = data.draw(arrays(shapes(min_size=1), dtype=dtype))
    axis, keepdims = data.draw(axes(x.ndim)), data.draw(st.booleans())
    y = getattr(mg.ops, name)(Tensor(x), axis, keepdims)
    expected = PAIRS[name](x, axis=axis, keepdims=keepdims)
    assert y.shape == expected.shape
    assert y.dtype == expected.dtype
    np.testing.assert_allclose(y, expected, rtol=1e-5 if dtype == np.float32 else 1e-13, atol=1e-6)


@pytest.mark.parametrize("name", ["sum", "prod", "max", "min", "any", "all", "mean", "logsumexp"])
def test_no_axis_at_all_is_not_every_axis(name):
    x = np.arange(6.0).reshape(2, 3) - 1
    y = getattr(mg.ops, name)(x, axis=())
    assert y.shape == (2, 3)
    np.testing.assert_allclose(y, x if name not in ("any", "all") else x != 0)


def test_of_nothing():
    empty = Tensor(np.zeros((0, 3)))
    assert mg.ops.sum(empty).item() == 0
    assert mg.ops.prod(empty).item() == 1
    assert mg.ops.all(empty).item() is True
    assert mg.ops.any(empty).item() is False
    assert mg.ops.count_nonzero(empty).item() == 0
    assert mg.ops.logsumexp(empty).item() == -np.inf
    for function in (mg.ops.mean, mg.ops.var, mg.ops.std):
        assert function(empty).item() != function(empty).item()  # NaN
        assert function(empty, axis=0, keepdims=True).shape == (1, 3)
        assert function(empty, axis=1).shape == (0,)
        assert function(np.zeros((0, 3), np.float32), axis=0).dtype == np.float32


@pytest.mark.parametrize("name", ["max", "min", "amax", "amin", "ptp", "argmax", "argmin", "median"])
def test_there_is_no_extreme_of_nothing(name):
    with pytest.raises(ShapeError, match=r"m(ax|in|edian)"):
        getattr(mg.ops, name)(np.zeros((2, 0)), axis=1)


@pytest.mark.parametrize("name", [*PAIRS, "logsumexp", "count_nonzero", "average", "argmax", "argmin"])
def test_an_axis_that_is_not_there_is_named(name):
    with pytest.raises(ShapeError, match=r"axis 2 is out of range for an array of 2 dimension"):
        getattr(mg.ops, name)(np.zeros((2, 3)), axis=2)
    if not name.startswith("arg"):
        with pytest.raises(ShapeError, match="names an axis twice"):
            getattr(mg.ops, name)(np.zeros((2, 3)), axis=(0, -2))


def test_integers_give_the_float_type_where_the_result_is_none():
    x = np.array([[1, 2], [3, 6]])
    for name in ("mean", "var", "std", "logsumexp"):
        assert getattr(mg.ops, name)(x).dtype == np.float32
    assert mg.ops.sum(x).dtype == x.dtype
    assert mg.ops.prod(x).dtype == x.dtype
    assert mg.ops.mean(np.array([True, False])).item() == 0.5
    assert mg.ops.sum(np.array([True, True])).item() == 2


def test_float16_sums_do_not_lose_the_mean():
    x = np.full(4096, 1.0, np.float16)
    assert mg.ops.mean(x).item() == 1.0
    assert mg.ops.mean(x).dtype == np.float16


def test_std_has_gradient_zero_where_nothing_varies():
    x = Tensor(np.array([[2.0, 2.0, 2.0], [1.0, 2.0, 3.0]]), requires_grad=True)
    mg.ops.std(x, axis=1).sum().backward()
    np.testing.assert_array_equal(x.grad[0], 0)
    np.testing.assert_allclose(x.grad[1], [-1 / np.sqrt(6), 0, 1 / np.sqrt(6)], atol=1e-12)


def test_a_constant_rows_std_can_be_differentiated_twice():
    x = Tensor([2.0, 2.0], requires_grad=True)
    first = mg.grad(mg.ops.std(x), x, create_graph=True)
    np.testing.assert_array_equal(mg.grad(first.sum(), x), [0, 0])


@given(st.data())
def test_average_is_numpys(data):
    x = data.draw(arrays(shapes(min_ndim=1, min_size=1)))
    axis = data.draw(st.one_of(st.none(), st.integers(-x.ndim, x.ndim - 1)))
    whole = axis is None or data.draw(st.booleans())
    weights = data.draw(arrays(x.shape if whole else x.shape[axis], 0.1, 1.0))
    np.testing.assert_allclose(
        mg.ops.average(Tensor(x), axis, Tensor(weights)), np.average(x, axis, weights), rtol=1e-12, atol=1e-12
    )
    np.testing.assert_allclose(mg.ops.average(x, axis), np.average(x, axis), atol=1e-12)


def test_averages_gradient_reaches_the_weights():
    x, w = np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([0.5, 2.0])
    check_gradients(lambda x, w: mg.ops.average(x, 1, w), x, w, order=2)


def test_average_takes_lists():
    assert mg.ops.average([1.0, 4.0], weights=[3, 1]).item() == 1.75
    assert mg.ops.average(np.array([[1.0, 4.0]]), 1, [3, 1]).dtype == np.float64


def test_averages_errors():
    with pytest.raises(ZeroDivisionError, match="average: the weights add up to zero"):
        mg.ops.average([1.0, 2.0], weights=[1.0, -1.0])
    with pytest.raises(ShapeError, match=r"average: weights of shape \(3,\) fit neither x of shape \(2, 3\)"):
        mg.ops.average(np.ones((2, 3)), 0, np.ones(3))
    with pytest.raises(ShapeError, match="average: weights"):
        mg.ops.average(np.ones((2, 3)), None, np.ones(3))


def test_counting():
    x = np.array([[0.0, 2.0, np.nan], [0.0, 0.0, -1.0]])
    y = mg.ops.count_nonzero(x, axis=1)
    assert y.dtype == np.int32
    np.testing.assert_array_equal(y, np.count_nonzero(x, axis=1))
    assert mg.ops.count_nonzero(x).shape == ()
    assert mg.ops.count_nonzero([[True, False], [True, True]], axis=(0, 1)).item() == 3


def test_any_and_all_are_constants():
    x = Tensor([1.0, 0.0], requires_grad=True)
    assert not mg.ops.any(x).requires_grad
    assert mg.ops.any(x).dtype == bool


def test_methods_are_there():
    x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    assert x.mean().item() == 2.5
    np.testing.assert_array_equal(x.max(axis=0), [3, 4])
    assert x.std(keepdims=True).shape == (1, 1)
    assert x.any().item() is True
