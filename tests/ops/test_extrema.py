import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import ShapeError
from minigrad.testing.strategies import arrays, shapes


def gradient(function, x):
    x = Tensor(x, requires_grad=True)
    function(x).sum().backward()
    return x.grad


@pytest.mark.parametrize(("function", "sign"), [(mg.ops.max, 1.0), (mg.ops.min, -1.0)])
def test_ties_share_the_gradient_evenly(function, sign):
    x = sign * np.array([[3.0, 1.0, 3.0, 3.0], [0.0, 0.0, -1.0, -1.0]])
    expected = [[1 / 3, 0, 1 / 3, 1 / 3], [0.5, 0.5, 0, 0]]
    np.testing.assert_allclose(gradient(lambda x: function(x, 1), x), expected)
    every = [[1 / 3, 0, 1 / 3, 1 / 3], [0, 0, 0, 0]]
    np.testing.assert_allclose(gradient(function, x), every)
    np.testing.assert_allclose(gradient(lambda x: function(x, (0, 1), True), x), every)


def test_an_initial_value_that_wins_takes_the_gradient_away():
    x = np.array([[1.0, 2.0], [5.0, 6.0]])
    np.testing.assert_array_equal(mg.ops.max(x, 1, initial=3.0), [3, 6])
    np.testing.assert_array_equal(gradient(lambda x: mg.ops.max(x, 1, initial=3.0), x), [[0, 0], [0, 1]])
    np.testing.assert_array_equal(gradient(lambda x: mg.ops.min(x, 1, initial=3.0), x), [[1, 0], [0, 0]])
    assert mg.ops.max(np.zeros(0), initial=-1.0).item() == -1


def test_nan_wins_and_gets_the_gradient():
    x = np.array([[1.0, np.nan, 2.0], [1.0, 3.0, 2.0]])
    np.testing.assert_array_equal(mg.ops.max(x, 1), [np.nan, 3])
    np.testing.assert_array_equal(gradient(lambda x: mg.ops.max(x, 1), x), [[0, 1, 0], [0, 1, 0]])


def test_amax_and_amin_are_max_and_min():
    x = np.array([[1.0, 4.0], [4.0, 0.0]])
    np.testing.assert_array_equal(gradient(mg.ops.amax, x), [[0, 0.5], [0.5, 0]])
    np.testing.assert_array_equal(gradient(lambda x: mg.ops.amin(x, axis=0), x), [[1, 0], [0, 1]])
    np.testing.assert_array_equal(gradient(mg.ops.ptp, x), [[0, 0.5], [0.5, -1]])


@given(st.data())
def test_the_place_of_the_extreme(data):
    x = np.round(data.draw(arrays(shapes(min_size=1))))  # with ties
    axis = data.draw(st.one_of(st.none(), *([st.integers(-x.ndim, x.ndim - 1)] if x.ndim else [])))
    keepdims = data.draw(st.booleans())
    for ours, numpys in ((mg.ops.argmax, np.argmax), (mg.ops.argmin, np.argmin)):
        y = ours(Tensor(x, requires_grad=True), axis, keepdims)
        np.testing.assert_array_equal(y, numpys(x, axis=axis, keepdims=keepdims))
        assert y.shape == numpys(x, axis=axis, keepdims=keepdims).shape
        assert y.dtype == np.int32
        assert not y.requires_grad


def test_an_argmax_has_one_axis():
    with pytest.raises(TypeError, match=r"argmax: axis must be an integer, got \(0, 1\)"):
        mg.ops.argmax(np.ones((2, 2)), axis=(0, 1))


@given(st.data())
def test_logsumexp_is_scipys(data):
    x = data.draw(arrays(shapes(min_size=1), -1000.0, 1000.0))
    axis = data.draw(st.one_of(st.none(), *([st.integers(-x.ndim, x.ndim - 1)] if x.ndim else [])))
    keepdims = data.draw(st.booleans())
    y = mg.ops.logsumexp(Tensor(x), axis, keepdims)
    expected = scipy.special.logsumexp(x, axis=axis, keepdims=keepdims)
    assert y.shape == np.sum(x, axis=axis, keepdims=keepdims).shape
    np.testing.assert_allclose(y, np.reshape(expected, y.shape), rtol=1e-13)


def test_logsumexp_at_extremes():
    for dtype in (np.float16, np.float32, np.float64):
        largest = float(np.finfo(dtype).max)
        x = np.array([[largest, largest], [-largest, -largest], [-np.inf, -np.inf]], dtype)
        np.testing.assert_array_equal(mg.ops.logsumexp(x, 1), x[:, 0])
        slopes = gradient(lambda x: mg.ops.logsumexp(x, 1), x)
        assert slopes.dtype == dtype
        np.testing.assert_allclose(slopes, [[0.5, 0.5], [0.5, 0.5], [0, 0]])
    np.testing.assert_array_equal(gradient(mg.ops.logsumexp, np.array([-np.inf, 0.0])), [0, 1])
    assert mg.ops.logsumexp([np.inf, 0.0]).item() == np.inf
    assert np.isnan(mg.ops.logsumexp([np.nan, 0.0]).item())


def test_logsumexp_of_no_axis_and_wrong_axes():
    np.testing.assert_allclose(mg.ops.logsumexp(np.array([1.0, 2.0]), ()), [1, 2])
    with pytest.raises(ShapeError, match="logsumexp: axis 1"):
        mg.ops.logsumexp(np.ones(3), 1)
