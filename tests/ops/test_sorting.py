import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad import ops
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients
from minigrad.testing.strategies import arrays, shapes


@given(arrays(shapes(min_ndim=1)), st.data())
def test_sort_and_argsort_are_numpys(x, data):
    x = np.round(x)  # with ties
    axis = data.draw(st.none() | st.integers(-x.ndim, x.ndim - 1))
    np.testing.assert_array_equal(ops.sort(x, axis), np.sort(x, axis), strict=True)
    expected = np.argsort(x, axis, kind="stable").astype(np.int32)
    np.testing.assert_array_equal(ops.argsort(mg.Tensor(x), axis), expected, strict=True)


def test_sort_without_an_axis_has_a_gradient_and_nan_comes_last():
    check_gradients(lambda x: ops.sort(x, None), np.array([[3.0, 1.0], [2.0, 0.5]]), order=2)
    np.testing.assert_array_equal(ops.sort([np.nan, 2.0, -np.inf, 1.0]), [-np.inf, 1, 2, np.nan])


@given(arrays(shapes(min_ndim=1, min_size=1), separation=0.02), st.booleans(), st.booleans(), st.data())
def test_top_k_is_the_end_of_a_sort(x, ordered, stable, data):
    k = data.draw(st.integers(0, x.shape[-1]))
    values, indices = ops.top_k(mg.Tensor(x), k, ordered, stable)
    assert indices.dtype == np.int32
    assert not indices.requires_grad
    np.testing.assert_array_equal(values, np.take_along_axis(x, indices._data, -1), strict=True)
    if not ordered:
        values = np.flip(np.sort(values, -1), -1)
    np.testing.assert_array_equal(values, np.flip(np.sort(x, -1), -1)[..., :k])
    check_gradients(lambda one: ops.top_k(one, k, ordered, stable)[0], x)


def test_of_equal_elements_the_first_is_the_first():
    values, indices = ops.top_k([1.0, 3.0, 3.0, 2.0, 3.0], 4)
    assert (values.tolist(), indices.tolist()) == ([3, 3, 3, 2], [1, 2, 4, 3])
    assert ops.top_k(mg.Tensor([5, 2, 7, 1, 9, 3], dtype="int32"), 3)[0].tolist() == [9, 7, 5]


def test_in_top_k_is_kerass_example():
    predictions = [[0.1, 0.4, 0.6, 0.9, 0.5], [0.1, 0.7, 0.9, 0.8, 0.3], [0.1, 0.6, 0.9, 0.9, 0.5]]
    assert ops.in_top_k([2, 5, 3], mg.Tensor(predictions), k=3).tolist() == [True, False, True]


@given(arrays(shapes(min_ndim=2, max_ndim=2, min_size=1)), st.integers(1, 4), st.integers(0, 99))
def test_in_top_k_asks_how_many_are_larger(x, k, seed):
    x = np.round(x)
    targets = np.random.default_rng(seed).integers(-1, x.shape[1] + 1, len(x))
    expected = [
        0 <= target < x.shape[1] and sum(one > row[target] for one in row) < k
        for target, row in zip(targets, x, strict=True)
    ]
    assert ops.in_top_k(targets, x, k).tolist() == expected


def test_a_prediction_that_is_not_finite_is_not_in_the_top_k():
    assert ops.in_top_k([0, 1], [[np.nan, 1.0], [0.0, np.inf]], 2).tolist() == [False, False]


@given(arrays(shapes(max_ndim=2)), st.sampled_from(("left", "right")))
def test_searchsorted_is_numpys(values, side):
    sequence = np.array([-2.0, -1.0, -1.0, 0.0, 2.0])
    expected = np.searchsorted(sequence, np.round(values), side)
    result = ops.searchsorted(mg.Tensor(sequence), np.round(values), side)
    np.testing.assert_array_equal(result, expected)
    assert result.dtype == np.int32


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: ops.sort([1.0], 1), ShapeError, "sort: axis 1 is out of range"),
        (lambda: ops.argsort([1.0], 1), ShapeError, "argsort: axis 1 is out of range"),
        (lambda: ops.top_k([1.0, 2.0], 3), ValueError, "top_k: k must be between 0 and .*2; got 3"),
        (lambda: ops.top_k([1.0, 2.0], -1), ValueError, "top_k: k must be between"),
        (lambda: ops.top_k(1.0, 1), ShapeError, "top_k: axis -1 is out of range"),
        (lambda: ops.in_top_k([1, 0], [[0.0, 1.0]], 1), ShapeError, r"in_top_k: targets of shape \(2,\)"),
        (lambda: ops.in_top_k([0.5], [[0.0, 1.0]], 1), IndexError, "in_top_k: indices must be integers"),
        (lambda: ops.searchsorted([[1.0]], 1.0), ShapeError, "searchsorted: the sequence must have one axis"),
        (lambda: ops.searchsorted([1.0], 1.0, "up"), ValueError, "side must be 'left' or 'right'; got 'up'"),
    ],
)
def test_what_does_not_fit(call, error, match):
    with pytest.raises(error, match=match):
        call()
