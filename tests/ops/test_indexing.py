import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import minigrad as mg
from minigrad import ops
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients
from minigrad.testing.strategies import arrays, shapes
from op_cases.arranging import keys


@settings(max_examples=200)
@given(st.data())
def test_a_key_reads_what_it_reads_in_numpy_and_adds_up_backward(data):
    shape = data.draw(shapes())
    x, key = data.draw(arrays(shape)), data.draw(keys(shape))
    t = mg.Tensor(x, requires_grad=True)
    y = t[key]
    np.testing.assert_array_equal(y, x[key], strict=True)
    g = np.random.default_rng(0).normal(size=y.shape)
    expected = np.zeros(shape)
    np.add.at(expected, key, g)
    y.backward(g)
    np.testing.assert_allclose(t.grad, expected, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize(
    "key",
    [
        0,
        -1,
        True,
        None,
        ...,
        (),
        [2, 0],
        [],
        [True, False, True],
        (slice(None), [0, 0, 3]),
        ([0, 2], slice(None, None, -1)),
        ([[0], [2]], [1, 3]),
        (0, ..., [1, 1]),
        (slice(None), None, 2),
        np.int64(1),
        np.array(1),
        (np.array([True, False, True]), [0]),
    ],
)
def test_keys_of_every_form(key):
    x = np.arange(12.0).reshape(3, 4)
    t = mg.Tensor(x, requires_grad=True)
    np.testing.assert_array_equal(t[key], x[key], strict=True)
    check_gradients(lambda one: one[key], x, order=2)


def test_tensors_are_indices_too():
    x = np.arange(12.0).reshape(3, 4)
    t = mg.Tensor(x)
    rows = mg.Tensor([2, 0], dtype="int32")
    np.testing.assert_array_equal(t[rows], x[[2, 0]])
    np.testing.assert_array_equal(t[:, rows], x[:, [2, 0]])
    np.testing.assert_array_equal(t[rows[0] :, rows[1]], x[2:, 0])
    np.testing.assert_array_equal(t[t > 5], x[x > 5])
    np.testing.assert_array_equal(t[[rows[0], rows[1]]], x[[2, 0]])
    assert [10, 20, 30][rows[0]] == 30


def test_basic_keys_give_views_and_others_copies():
    x = mg.Tensor(np.arange(12.0).reshape(3, 4))
    assert np.shares_memory(x[1:, ::-1]._data, x._data)
    assert not np.shares_memory(x[[0, 1]]._data, x._data)


def test_a_key_that_changes_later_does_not_change_the_gradient():
    x = mg.Tensor(np.arange(3.0), requires_grad=True)
    array, listed = np.array([0, 0]), [1, 1]
    y = x[array].sum() + x[listed].sum() + x[(listed,)].sum()
    array[:] = 2
    listed[:] = [2, 2]
    y.backward()
    np.testing.assert_array_equal(x.grad, [2, 4, 0])


def test_a_tensor_is_iterated_over_by_rows():
    x = mg.Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    first, second = x
    (first * second).sum().backward()
    np.testing.assert_array_equal(x.grad, [[3, 4], [1, 2]])


@pytest.mark.parametrize(
    ("key", "match"),
    [
        (3, "get_item: index 3 is out of bounds for axis 0 with size 3"),
        ((0, [0, 7]), "get_item: index 7 is out of bounds for axis 1 with size 4"),
        ((0, 0, 0), "get_item: too many indices"),
        (1.0, r"get_item: indices must be integers or booleans, not float64.*astype\('int32'\)"),
        ([0.5], "integers or booleans"),
        (mg.Tensor([0, 1]), "integers or booleans, not float32"),
        (np.array([True, False]), "get_item: boolean index did not match"),
    ],
)
def test_bad_keys(key, match):
    with pytest.raises(IndexError, match=match):
        mg.Tensor(np.zeros((3, 4)))[key]


def test_assignment_names_the_way_to_write_it():
    x = mg.Tensor([1.0, 2.0])
    with pytest.raises(TypeError, match="scatter_update"):
        x[0] = 3.0


@given(arrays(shapes(min_ndim=1, min_size=1)), st.data())
def test_take_is_numpys(x, data):
    axis = data.draw(st.none() | st.integers(-x.ndim, x.ndim - 1))
    count = x.size if axis is None else x.shape[axis]
    shape = data.draw(shapes(max_ndim=2))
    flat = [data.draw(st.integers(-count, count - 1)) for _ in range(int(np.prod(shape)))]
    indices = np.array(flat, dtype=np.int32).reshape(shape)
    np.testing.assert_array_equal(ops.take(x, indices, axis), np.take(x, indices, axis), strict=True)
    check_gradients(lambda one: ops.take(one, indices, axis), x)


@given(arrays(shapes(min_ndim=1, min_size=1)), st.data())
def test_take_along_axis_is_numpys(x, data):
    axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
    shape = list(x.shape)
    shape[axis] = data.draw(st.integers(0, 4))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    indices = rng.integers(-x.shape[axis], x.shape[axis], shape)
    expected = np.take_along_axis(x, indices, axis)
    np.testing.assert_array_equal(ops.take_along_axis(x, indices, axis), expected, strict=True)
    check_gradients(lambda one: ops.take_along_axis(one, mg.Tensor(indices), axis), x)


def test_take_along_axis_broadcasts_as_in_keras():
    x = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(ops.take_along_axis(x, [[2, 0]], 1), [[2, 0], [5, 3]])
    np.testing.assert_array_equal(ops.take_along_axis(x[:1], [[2], [0]], 1), [[2], [0]])
    np.testing.assert_array_equal(ops.take_along_axis(x, [5, 0]), [5, 0])


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda x: ops.take(x, [0, 5], 1), IndexError, "take: index 5 is out of range for axis 1 of size 4"),
        (lambda x: ops.take(x, -13), IndexError, "take: index -13 is out of range for axis 0 of size 12"),
        (lambda x: ops.take(x, [0.0]), IndexError, "take: indices must be integers, not float64"),
        (lambda x: ops.take(x, [True]), IndexError, "take: indices must be integers, not bool"),
        (lambda x: ops.take(x, 0, 2), ShapeError, "take: axis 2 is out of range"),
        (lambda x: ops.take_along_axis(x, [0], 0), ShapeError, "as many axes as the input"),
        (
            lambda x: ops.take_along_axis(x, [[4]], 1),
            IndexError,
            "index 4 is out of range for axis 1 of size 4",
        ),
        (
            lambda x: ops.take_along_axis(x, np.zeros((2, 1), int), 1),
            ShapeError,
            r"\(2, 1\) don't broadcast against the input of shape \(3, 4\) at axis 0",
        ),
        (lambda x: ops.put_items([1.0], [9], (3,)), IndexError, "put_items: index 9 is out of bounds"),
        (lambda x: ops.put_items([1.0, 2.0], [0, 1, 2], (3,)), ShapeError, "put_items: "),
    ],
)
def test_bad_indices(call, error, match):
    with pytest.raises(error, match=match):
        call(mg.Tensor(np.zeros((3, 4))))


@given(st.integers(0, 999))
def test_many_float32_gradients_of_one_row_are_all_added(seed):
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, 3, 200)
    g = rng.normal(size=(200, 2)).astype(np.float32)
    x = mg.Tensor(np.zeros((3, 2), np.float32), requires_grad=True)
    ops.take(x, rows, 0).backward(g)
    expected = [g[rows == row].sum(axis=0, dtype=np.float64) for row in range(3)]
    np.testing.assert_allclose(x.grad, expected, rtol=1e-5, atol=1e-5)
    assert x.grad.dtype == np.float32
