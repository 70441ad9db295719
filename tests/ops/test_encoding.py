import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad import ops
from minigrad.errors import DTypeError, ShapeError
from minigrad.testing import check_gradients
from minigrad.testing.strategies import shapes


@given(shapes(max_ndim=2), st.data())
def test_one_hot_is_a_row_of_the_unit_matrix(shape, data):
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    x = rng.integers(-1, 5, shape)
    axis = data.draw(st.integers(-len(shape) - 1, len(shape)))
    rows = np.vstack([np.eye(4, dtype=np.float32), np.zeros((1, 4), np.float32)])
    expected = np.moveaxis(rows[np.where((x >= 0) & (x < 4), x, 4)], -1, axis)
    np.testing.assert_array_equal(ops.one_hot(x, 4, axis), expected, strict=True)
    np.testing.assert_array_equal(
        ops.one_hot(mg.Tensor(x), 4, axis, "int32"), expected.astype(np.int32), strict=True
    )


def test_whole_numbers_of_any_dtype_are_classes():
    for x in (mg.Tensor([1, 0]), np.array([1, 0], np.uint8), [True, False]):
        assert ops.one_hot(x, 2).tolist() == [[0, 1], [1, 0]]
    assert ops.one_hot([0], 0).shape == (1, 0)


def test_multi_hot():
    assert ops.multi_hot([0, 4], 5).tolist() == [1, 0, 0, 0, 1]  # Keras's example
    assert ops.multi_hot([[0, 1], [2, 2]], 3).tolist() == [[1, 1, 0], [0, 0, 1]]
    assert ops.multi_hot([[0, 1], [2, 2]], 3, axis=0).tolist() == [[1, 0], [1, 0], [0, 1]]
    assert ops.multi_hot(np.zeros((2, 0), int), 3).tolist() == [[0, 0, 0], [0, 0, 0]]
    assert ops.multi_hot(np.zeros((2, 4, 5), int), 3, dtype="bool").shape == (2, 5, 3)


@given(st.lists(st.integers(0, 5), max_size=8), st.integers(0, 9))
def test_bincount_is_numpys(x, minlength):
    expected = np.bincount(np.array(x, int), minlength=minlength)
    counts = ops.bincount(x, minlength=minlength)
    np.testing.assert_array_equal(counts, expected)
    assert counts.dtype == np.int32
    weights = np.linspace(-1.0, 1.0, len(x))
    result = ops.bincount(x, weights, minlength)
    np.testing.assert_allclose(result, np.bincount(np.array(x, int), weights, minlength), atol=1e-15)
    check_gradients(lambda one: ops.bincount(x, one, minlength), weights)


def test_bincount_of_rows():
    counts = ops.bincount(mg.Tensor([[0, 1, 1], [2, 2, 2]], dtype="int32"))
    assert counts.tolist() == [[1, 2, 0], [0, 0, 3]]
    assert ops.bincount([[0, 1], [1, 1]], mg.Tensor([[0.5, 1.0], [2.0, 3.0]])).tolist() == [[0.5, 1], [0, 5]]


def test_nonzero_and_unravel_index():
    x = np.array([[0.0, 2.0, 0.0], [3.0, 0.0, np.nan]])
    for index, expected in zip(ops.nonzero(mg.Tensor(x)), np.nonzero(x), strict=True):
        assert index.dtype == np.int32
        np.testing.assert_array_equal(index, expected)
    for index, expected in zip(ops.unravel_index([0, 5, -1], (2, 3)), ([0, 1, 1], [0, 2, 2]), strict=True):
        assert index.dtype == np.int32
        np.testing.assert_array_equal(index, expected)


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: ops.one_hot([0.5], 2), DTypeError, "one_hot: classes must be whole numbers"),
        (lambda: ops.one_hot([0], -1), ValueError, "one_hot: num_classes must be an integer >= 0; got -1"),
        (lambda: ops.one_hot([0], 2.5), ValueError, "num_classes must be an integer >= 0; got 2.5"),
        (lambda: ops.one_hot([0], 2, axis=2), ShapeError, "one_hot: axis 2 is out of range"),
        (lambda: ops.multi_hot([0]), ValueError, "multi_hot: num_classes must be .* got None"),
        (lambda: ops.multi_hot(0, 3), ShapeError, "multi_hot: inputs must have one axis or more"),
        (lambda: ops.bincount([-1]), ValueError, "bincount: x and minlength must not be negative"),
        (lambda: ops.bincount([0.5]), IndexError, "bincount: indices must be integers"),
        (lambda: ops.bincount(3), ShapeError, "bincount: x must have one or two axes"),
        (
            lambda: ops.bincount([1], [1.0, 2.0]),
            ShapeError,
            r"weights of shape \(2,\) don't fit x of shape \(1,\)",
        ),
        (
            lambda: ops.unravel_index(6, (2, 3)),
            IndexError,
            "unravel_index: index 6 is out of range .* size 6",
        ),
    ],
)
def test_what_does_not_fit(call, error, match):
    with pytest.raises(error, match=match):
        call()
