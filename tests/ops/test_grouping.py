import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad import ops
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import DTypeError, ShapeError
from minigrad.testing import check_gradients
from minigrad.testing.strategies import arrays, shapes

X = np.array([[3.0, 1.0, 3.0], [2.0, 1.0, 0.5]])
IDS = np.array([2, 0, 2, 0, 2])
ROWS = np.array([[1.0, -2.0], [0.5, 3.0], [4.0, 0.25], [-1.5, 2.5], [2.0, 1.5]])
SEGMENTS = {"sum": np.sum, "prod": np.prod, "max": np.max, "min": np.min}


@pytest.mark.parametrize("name", SEGMENTS)
def test_each_group_is_reduced_alone(name):
    y = getattr(ops, f"segment_{name}")(Tensor(ROWS), IDS, 4)
    for group in (0, 2):
        np.testing.assert_allclose(y[group], SEGMENTS[name](ROWS[group == IDS], axis=0))
    nothing = {"sum": 0, "prod": 1, "max": -np.inf, "min": np.inf}[name]
    np.testing.assert_array_equal(y.numpy()[[1, 3]], nothing)
    assert getattr(ops, f"segment_{name}")(ROWS.astype(np.float32), IDS).shape == (3, 2)


@pytest.mark.parametrize("name", SEGMENTS)
def test_segment_gradients(name):
    def of_used(x):
        return getattr(ops, f"segment_{name}")(x, IDS)[[0, 2]] ** 2

    check_gradients(of_used, ROWS, order=2)


@pytest.mark.parametrize("name", ["segment_max", "segment_min"])
def test_ties_share_the_gradient(name):
    x = Tensor([2.0, 2.0, 2.0, 5.0], requires_grad=True)
    getattr(ops, name)(x, [0, 0, 0, 1]).sum().backward()
    np.testing.assert_allclose(x.grad, [1 / 3, 1 / 3, 1 / 3, 1], rtol=1e-6)


def test_integers():
    y = ops.segment_max(Tensor([3, 1, 2], dtype="int32"), [0, 2, 0])
    assert y.tolist() == [3, np.iinfo(np.int32).min, 1]


@pytest.mark.parametrize(
    ("ids", "count", "error", "message"),
    [
        (
            [0, 1],
            None,
            ShapeError,
            r"one id for each row of data; got shape \(2,\) for .* \(5, 2\)",
        ),
        ([0, 1, 2, 3, 4], 3, IndexError, "segment_ids must be from 0 to 2; got 3"),
        ([0, 1, -1, 0, 0], None, IndexError, "got -1"),
        ([0.0] * 5, None, DTypeError, "must be integers; got float64"),
    ],
)
def test_bad_segments(ids, count, error, message):
    with pytest.raises(error, match=message):
        ops.segment_sum(ROWS, ids, count)


@given(arrays(shapes(min_ndim=1)).map(np.round), st.booleans())
def test_isin_is_numpys(x, invert):
    np.testing.assert_array_equal(
        ops.isin(x, [1.0, -2.0], invert=invert), np.isin(x, [1.0, -2.0], invert=invert)
    )


def test_digitize_is_numpys():
    bins = [0.0, 1.0, 2.5]
    y = ops.digitize(Tensor(X), bins)
    assert y.dtype == np.int32
    np.testing.assert_array_equal(y, np.digitize(X, bins))
    with pytest.raises(ValueError, match="ascending order"):
        ops.digitize(X, [1.0, 0.0])


@pytest.mark.parametrize(
    "options", [{}, {"bins": 3}, {"bins": [0.0, 1.0, 4.0]}, {"bins": 2, "range": (0.0, 2.0)}]
)
def test_histogram_is_numpys(options):
    counts, limits = ops.histogram(Tensor(X), **options)
    expected, edges = np.histogram(X, **options)
    np.testing.assert_array_equal(counts, expected)
    np.testing.assert_allclose(limits, edges)


def test_histogram_needs_bins():
    with pytest.raises(ValueError, match="bins must be a positive integer"):
        ops.histogram(X, 0)


def test_unique_is_numpys():
    got = ops.unique(Tensor(X), return_index=True, return_inverse=True, return_counts=True)
    expected = np.unique(X, return_index=True, return_inverse=True, return_counts=True)
    for one, other in zip(got, expected, strict=True):
        np.testing.assert_array_equal(one, other)
    rows = np.array([[1, 2], [0, 1], [1, 2]])
    values, counts = ops.unique(rows, axis=0, return_counts=True)
    assert (values.tolist(), counts.tolist()) == ([[0, 1], [1, 2]], [1, 2])


def test_unique_in_order_of_occurrence_and_of_a_size():
    values, inverse = ops.unique([3.0, 1.0, 3.0, 2.0], sorted=False, return_inverse=True)
    assert (values.tolist(), inverse.tolist()) == ([3, 1, 2], [0, 1, 0, 2])
    values, counts = ops.unique([3.0, 1.0, 3.0], size=4, fill_value=-1.0, return_counts=True)
    assert (values.tolist(), counts.tolist()) == ([1, 3, -1, -1], [1, 2, 0, 0])
    assert ops.unique([3.0, 1.0, 2.0], size=2).tolist() == [1, 2]
