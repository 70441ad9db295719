"""Softmax and its relatives: against SciPy, at the extremes, and what makes them what they are."""

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients
from minigrad.testing.strategies import arrays, shapes

DTYPES = st.sampled_from((np.float32, np.float64))


@st.composite
def with_axis(draw):
    x = draw(arrays(draw(shapes(min_ndim=1)), -30.0, 30.0, dtype=draw(DTYPES)))
    axes = st.integers(-x.ndim, x.ndim - 1)
    return x, draw(axes | st.lists(st.integers(0, x.ndim - 1), min_size=1, unique=True).map(tuple))


@pytest.mark.filterwarnings("ignore:softmax over axis")
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@given(case=with_axis())
def test_scipy_agrees(name, case):
    x, axis = case
    y = getattr(mg.ops, name)(x, axis)
    assert y.dtype == x.dtype
    assert y.shape == x.shape
    if x.size:
        close = {"rtol": 1e-5, "atol": 1e-5} if x.dtype == np.float32 else {"rtol": 1e-12, "atol": 1e-13}
        np.testing.assert_allclose(y.numpy(), getattr(scipy.special, name)(x, axis), **close)


def test_neither_large_nor_small_numbers_overflow():
    x = np.float32([[1e30, 0.0, -1e30], [-3e38, -3e38, -3e38], [88.0, 89.0, 90.0]])
    assert mg.ops.softmax(x).numpy()[0].tolist() == [1.0, 0.0, 0.0]
    np.testing.assert_allclose(mg.ops.softmax(x).numpy()[1], 1 / 3)
    logarithm = mg.ops.log_softmax(x).numpy()
    assert logarithm[0].tolist() == [0.0, np.float32(-1e30), np.float32(-2e30)]
    assert np.isfinite(logarithm).all()
    assert mg.ops.softmax(np.float32([-np.inf, 0.0])).tolist() == [0.0, 1.0]  # masked out
    assert mg.ops.sparsemax(x).numpy()[0].tolist() == [1.0, 0.0, 0.0]


def test_a_shift_changes_nothing():
    x = np.float64([0.3, -1.0, 2.0])
    for op in (mg.ops.softmax, mg.ops.log_softmax, mg.ops.sparsemax):
        np.testing.assert_allclose(op(x + 1e6).numpy(), op(x).numpy(), rtol=1e-9, atol=1e-12)


def test_softmax_of_one_number_warns():
    with pytest.warns(UserWarning, match=r"softmax over axis -1 of shape \(4, 1\).*a sigmoid may"):
        y = mg.ops.softmax(np.zeros((4, 1), np.float32))
    assert (y.numpy() == 1).all()


def test_integers_and_lists():
    y = mg.ops.softmax(np.array([0, 0]))
    assert y.dtype == np.float32
    assert y.tolist() == [0.5, 0.5]
    assert mg.ops.log_softmax([0.0, 0.0]).numpy() == pytest.approx(-np.log(2))
    assert mg.ops.sparsemax(np.array([0, 5])).tolist() == [0.0, 1.0]


def test_sums_over_several_axes():
    y = mg.ops.softmax(np.random.default_rng(0).normal(size=(2, 3, 4)), axis=(0, -1)).numpy()
    np.testing.assert_allclose(y.sum(axis=(0, 2)), 1.0)


@given(arrays(shapes(min_ndim=1, max_ndim=2, min_size=1)), st.integers(0, 1))
def test_sparsemax_is_the_nearest_point_of_the_simplex(x, axis):
    axis = min(axis, x.ndim - 1)
    y = mg.ops.sparsemax(x, axis).numpy()
    np.testing.assert_allclose(y.sum(axis=axis), 1.0)
    assert (y >= 0).all()
    # The nearest point p of a convex set is the one with (x - p)(q - p) <= 0 for all its corners q.
    for row, point in zip(
        np.moveaxis(x, axis, -1).reshape(-1, x.shape[axis]),
        np.moveaxis(y, axis, -1).reshape(-1, x.shape[axis]),
        strict=True,
    ):
        assert ((np.eye(len(row)) - point) @ (row - point) <= 1e-12).all()


def test_glu():
    x = np.random.default_rng(0).normal(size=(3, 4))
    expected = x[:, :2] * scipy.special.expit(x[:, 2:])
    np.testing.assert_allclose(mg.ops.glu(x).numpy(), expected, rtol=1e-13)
    assert mg.ops.glu(np.float32(x).T, axis=0).dtype == np.float32
    for order in (1, 2):
        check_gradients(mg.ops.glu, x, order=order)


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "sparsemax", "glu"])
def test_bad_axes(name):
    with pytest.raises(ShapeError, match=f"{name}: axis 2 is out of range"):
        getattr(mg.ops, name)(np.zeros((2, 2)), 2)


def test_bad_arguments():
    with pytest.raises(ShapeError, match=r"softmax: axis \(0, -2\) names an axis twice"):
        mg.ops.softmax(np.zeros((2, 2)), (0, -2))
    with pytest.raises(ShapeError, match=r"glu: axis 1 is halved.* got shape \(2, 3\)"):
        mg.ops.glu(np.zeros((2, 3)), 1)
