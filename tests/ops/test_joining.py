import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad import ops
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients
from minigrad.testing.strategies import arrays, shapes


@given(arrays(shapes(min_ndim=1, max_size=6)), st.data())
def test_splits_are_numpys_and_joining_undoes_them(x, data):
    axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
    count = x.shape[axis]
    sections = data.draw(st.integers(1, 4))
    low, high = data.draw(st.sampled_from([(0, count + 2), (-count, -1)] if count else [(0, 2)]))
    points = sorted(data.draw(st.lists(st.integers(low, high), max_size=3)))
    for pieces, expected in (
        (ops.array_split(x, sections, axis), np.array_split(x, sections, axis)),
        (ops.split(x, points, axis), np.split(x, points, axis)),
        (ops.unstack(x, axis=axis), [np.take(x, i, axis) for i in range(count)]),
    ):
        assert isinstance(pieces, list)
        assert len(pieces) == len(expected)
        for piece, other in zip(pieces, expected, strict=True):
            np.testing.assert_array_equal(piece, other, strict=True)
    np.testing.assert_array_equal(ops.concatenate(ops.split(x, points, axis), axis), x, strict=True)
    if count:
        np.testing.assert_array_equal(ops.stack(ops.unstack(x, axis=axis), axis), x, strict=True)


@given(shapes(max_ndim=3, min_size=1), st.data())
def test_the_stacks_are_numpys(shape, data):
    xs = [data.draw(arrays(shape)) for _ in range(2)]
    for name in ("stack", "hstack", "vstack", "dstack", "column_stack"):
        np.testing.assert_array_equal(getattr(ops, name)(xs), getattr(np, name)(xs), strict=True)
    np.testing.assert_array_equal(ops.append(*xs), np.append(*xs), strict=True)
    if shape:
        np.testing.assert_array_equal(ops.append(*xs, axis=-1), np.append(*xs, axis=-1), strict=True)


@pytest.mark.parametrize("name", ["hstack", "vstack", "dstack", "column_stack", "stack", "concatenate"])
def test_the_stacks_are_differentiable(name):
    rng = np.random.default_rng(0)
    check_gradients(lambda *xs: getattr(ops, name)(xs), rng.normal(size=(3,)), rng.normal(size=(3,)), order=2)


def test_dtypes():
    x = mg.Tensor([1.0, 2.0])
    assert ops.concatenate([x, np.array([1, 2])]).dtype == np.float32
    assert ops.concatenate([x, np.ones(2)]).dtype == np.float64
    assert ops.stack([x, [1, 2]]).dtype == np.float32
    assert ops.stack([mg.Tensor(1.0), 2.0]).dtype == np.float32
    assert ops.stack([mg.Tensor(1, dtype="int32"), 2]).dtype == np.int32
    assert ops.concatenate([mg.Tensor([True]), mg.Tensor([False])]).dtype == bool


def test_numbers_are_stacked_with_tensors_and_a_tensor_is_a_list_of_its_rows():
    x = mg.Tensor(3.0, requires_grad=True)
    y = ops.stack([x, 1.0, x])
    assert y.tolist() == [3.0, 1.0, 3.0]
    y.sum().backward()
    assert x.grad == 2.0
    rows = mg.Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    (ops.concatenate(rows) * [1.0, 2.0, 3.0, 4.0]).sum().backward()
    np.testing.assert_array_equal(rows.grad, [[1, 2], [3, 4]])


def test_only_the_pieces_that_are_used_get_a_gradient():
    x = mg.Tensor(np.arange(5.0), requires_grad=True)
    ops.split(x, [2, 3])[1].sum().backward()
    np.testing.assert_array_equal(x.grad, [0, 0, 1, 0, 0])


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: ops.concatenate([]), ShapeError, "concatenate: at least one tensor"),
        (lambda: ops.stack([]), ShapeError, "stack: at least one tensor"),
        (lambda: ops.hstack([]), ShapeError, "hstack: at least one tensor"),
        (lambda: ops.concatenate([mg.Tensor(1.0)]), ShapeError, "axis 0 is out of range"),
        (
            lambda: ops.concatenate([ops.zeros((2, 3)), ops.zeros((2, 4))]),
            ShapeError,
            r"concatenate: .*\(2, 3\) and \(2, 4\)",
        ),
        (lambda: ops.stack([ops.zeros(2), ops.zeros(3)]), ShapeError, r"stack: .*\(2,\) and \(3,\)"),
        (lambda: ops.stack([ops.zeros(2)], 2), ShapeError, "stack: axis 2 is out of range"),
        (lambda: ops.split(ops.zeros(5), 2), ShapeError, r"split: axis 0 of .*\(5,\).*2 equal.*array_split"),
        (lambda: ops.split(ops.zeros(5), 0), ValueError, "positive integer; got 0"),
        (lambda: ops.split(ops.zeros(5), [3, 1]), ValueError, r"ascending order; got \[3, 1\]"),
        (lambda: ops.array_split(ops.zeros(5), 2.5), ValueError, "positive integer; got 2.5"),
        (lambda: ops.array_split(ops.zeros(5), [1, 2]), ValueError, "positive integer"),
        (lambda: ops.unstack(ops.zeros((2, 3)), num=3), ShapeError, "unstack: axis 0 .* size 2, not num=3"),
        (lambda: ops.unstack(mg.Tensor(1.0)), ShapeError, "unstack: axis 0 is out of range"),
    ],
)
def test_what_does_not_fit(call, error, match):
    with pytest.raises(error, match=match):
        call()
