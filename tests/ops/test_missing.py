import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad import ops
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients
from minigrad.testing.strategies import arrays, shapes

ALONG = ["nansum", "nanprod", "nanmean", "nanvar", "nanstd", "nanmax", "nanmin"]
RUNNING = ["nancumsum", "nancumprod"]


@st.composite
def with_holes(draw, **kwargs):
    x = draw(arrays(shapes(min_size=1, **kwargs), separation=0.02))
    holes = draw(arrays(x.shape)) > 1.0
    return np.where(holes, math.nan, x)


@pytest.mark.filterwarnings("ignore:.*All-NaN|.*empty slice|.*Degrees of freedom:RuntimeWarning")
@pytest.mark.parametrize("name", ALONG)
@given(with_holes(), st.data())
def test_reductions_are_numpys(name, x, data):
    axis = data.draw(st.sampled_from([None, tuple(range(x.ndim)), *range(-x.ndim, x.ndim)]))
    keepdims = data.draw(st.booleans())
    got = getattr(ops, name)(Tensor(x), axis, keepdims)
    expected = getattr(np, name)(x, axis=axis, keepdims=keepdims)
    assert got.shape == np.shape(expected)
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", RUNNING)
@given(with_holes(), st.data())
def test_running_ones_are_numpys(name, x, data):
    axis = data.draw(st.sampled_from([None, *range(-x.ndim, x.ndim)]))
    np.testing.assert_allclose(getattr(ops, name)(x, axis), getattr(np, name)(x, axis), rtol=1e-12)


X = np.array([[1.0, math.nan, 3.5], [-2.0, 0.4, math.nan]])


@pytest.mark.parametrize("name", [*ALONG, *RUNNING])
def test_gradients_are_those_of_what_is_there_and_zero_for_what_is_not(name):
    there = ~np.isnan(X)

    def of_all(values):
        y = getattr(ops, name)(ops.put_items(values, there, X.shape) + np.where(there, 0.0, math.nan), axis=1)
        return y * y

    check_gradients(of_all, X[there], order=2)
    x = Tensor(X, requires_grad=True)
    getattr(ops, name)(x, axis=1).sum().backward()
    assert (x.grad[~there] == 0).all()
    assert np.isfinite(x.grad).all()


def test_where_all_are_missing():
    x = Tensor([[math.nan, math.nan], [1.0, 2.0]], requires_grad=True)
    for name in ("nanmean", "nanvar", "nanstd", "nanmax", "nanmin"):
        y = getattr(ops, name)(x, axis=1)
        assert np.isnan(y.numpy()).tolist() == [True, False]
        x.grad = None
        y.sum().backward()
        assert np.isfinite(x.grad).all()
    assert ops.nansum(x, axis=1).tolist() == [0, 3]
    assert ops.nanprod(x, axis=1).tolist() == [1, 2]


def test_integers_have_none_missing_and_dtypes_stay():
    whole = Tensor([3, 1, 2], dtype="int32")
    assert ops.nansum(whole).dtype == ops.sum(whole).dtype
    assert ops.nanmax(whole).dtype == np.int32
    assert ops.nanmean(whole).item() == 2
    for name in ALONG:
        assert getattr(ops, name)(X.astype(np.float32)).dtype == np.float32
        assert getattr(ops, name)(X).dtype == np.float64


def test_bad_input():
    with pytest.raises(ShapeError, match="axis 3 is out of range"):
        ops.nansum(X, axis=3)
