import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad import ops
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients
from minigrad.testing.strategies import arrays, shapes
from op_cases.arranging import keys

COMBINE = {
    None: lambda old, new: new,
    "add": lambda old, new: old + new,
    "mul": lambda old, new: old * new,
    "max": np.maximum,
    "min": np.minimum,
}


@given(st.data())
def test_set_items_is_assignment(data):
    shape = data.draw(shapes())
    x, key = data.draw(arrays(shape)), data.draw(keys(shape))
    expected = x.copy()
    expected[key] = values = data.draw(arrays(x[key].shape))
    np.testing.assert_array_equal(ops.set_items(x, values, key), expected, strict=True)


@pytest.mark.parametrize("reduction", [None, "add", "mul", "max", "min"])
@given(data=st.data())
def test_scatter_update_is_a_loop_over_the_updates(reduction, data):
    x = data.draw(arrays(shapes(min_ndim=1, min_size=1)))
    depth, count = data.draw(st.integers(1, x.ndim)), data.draw(st.integers(0, 5))
    rng = np.random.default_rng(data.draw(st.integers(0, 999)))
    indices = rng.integers([-n for n in x.shape[:depth]], x.shape[:depth], (count, depth))
    updates = rng.normal(size=(count, *x.shape[depth:]))
    expected = x.copy()
    for place, update in zip(map(tuple, indices), updates, strict=True):
        expected[place] = COMBINE[reduction](expected[place], update)
    result = ops.scatter_update(x, indices, updates, reduction)
    np.testing.assert_allclose(result, expected, rtol=1e-13)
    check_gradients(lambda one, other: ops.scatter_update(one, indices, other, reduction), x, updates)


def test_of_two_values_for_one_place_only_the_last_gets_the_gradient():
    x = mg.Tensor(np.zeros(3), requires_grad=True)
    updates = mg.Tensor(np.array([1.0, 2.0, 3.0]), requires_grad=True)
    y = ops.scatter_update(x, [[1], [1], [-1]], updates)
    assert y.tolist() == [0, 2, 3]
    y.backward(np.array([5.0, 6.0, 7.0]))
    np.testing.assert_array_equal(x.grad, [5, 0, 0])
    np.testing.assert_array_equal(updates.grad, [0, 6, 7])


def test_a_product_with_a_zero_has_the_right_gradient():
    updates = mg.Tensor(np.array([0.0, 2.0, 3.0]), requires_grad=True)
    ops.scatter_update(np.ones(2), [[0], [0], [1]], updates, "mul").sum().backward()
    np.testing.assert_array_equal(updates.grad, [2, 0, 1])


def test_the_result_has_the_inputs_dtype_and_they_stay_as_they_are():
    x = np.zeros(3, np.int32)
    y = ops.scatter_update(x, [[0]], mg.Tensor([2.7]))
    assert (y.dtype, y.tolist(), x.tolist()) == (np.int32, [2, 0, 0], [0, 0, 0])
    assert ops.slice_update(mg.Tensor([1.0, 2.0]), [0], np.array([3])).dtype == np.float32


def test_scatter_is_kerass_example():
    y = ops.scatter([[0, 1], [1, 1]], np.array([1.0, 1.0]), shape=(2, 2))
    np.testing.assert_array_equal(y, [[0, 1], [0, 1]])
    check_gradients(lambda v: ops.scatter([[0], [2], [0]], v, (3, 2)), np.arange(6.0).reshape(3, 2), order=2)


def test_scatter_adds_up_at_a_place_named_twice_as_keras_does():
    np.testing.assert_array_equal(ops.scatter([[0], [0], [2]], [1.0, 2.0, 3.0], (4,)), [3, 0, 3, 0])
    with pytest.raises(ShapeError, match=r"scatter: values must have shape \(2,\) .*got \(3,\)"):
        ops.scatter([[0], [1]], np.ones(3), (4,))


@given(arrays(shapes(min_ndim=1)), st.data())
def test_slice_and_slice_update(x, data):
    starts = [data.draw(st.integers(0, n)) for n in x.shape]
    sizes = [data.draw(st.integers(0, n - start)) for n, start in zip(x.shape, starts, strict=True)]
    key = tuple(slice(start, start + n) for start, n in zip(starts, sizes, strict=True))
    np.testing.assert_array_equal(ops.slice(x, starts, sizes), x[key], strict=True)
    rest = ops.slice(x, mg.Tensor(starts, dtype="int32"), [-1] * x.ndim)
    np.testing.assert_array_equal(rest, x[tuple(slice(start, None) for start in starts)])
    updates = np.full(sizes, 9.0)
    expected = x.copy()
    expected[key] = updates
    np.testing.assert_array_equal(ops.slice_update(x, starts, updates), expected, strict=True)
    check_gradients(lambda one, other: ops.slice_update(one, starts, other), x, updates)


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (
            lambda x: ops.scatter_update(x, [[0]], [1.0]),
            ShapeError,
            r"shape \(1, 4\).*got \(1,\)",
        ),
        (lambda x: ops.scatter_update(x, [0], [1.0]), ShapeError, r"indices must have shape \(N, K\)"),
        (lambda x: ops.scatter_update(x, [[0, 0, 0]], [1.0]), ShapeError, "K <= 2"),
        (
            lambda x: ops.scatter_update(x, [[0, 4]], [1.0]),
            IndexError,
            "index 4 is out of range for axis 1",
        ),
        (lambda x: ops.scatter_update(x, [[0.0, 1.0]], [1.0]), IndexError, "must be integers"),
        (
            lambda x: ops.scatter_update(x, [[0, 1]], [1.0], "sum"),
            ValueError,
            "reduction must .*'sum'",
        ),
        (lambda x: ops.slice(x, [0], [1, 1]), ShapeError, "needs 2 start indices"),
        (lambda x: ops.slice(x, [0, 2], [1, 3]), ShapeError, r"slice: \[2:5\] does not lie within axis 1"),
        (lambda x: ops.slice(x, [-1, 0], [1, 1]), ShapeError, "does not lie within axis 0"),
        (lambda x: ops.slice_update(x, [0, 0], ops.zeros(2)), ShapeError, "slice_update: .*needs 2"),
        (lambda x: ops.set_items(x, ops.zeros(3), 0), ShapeError, "set_items: "),
    ],
)
def test_what_does_not_fit(call, error, match):
    with pytest.raises(error, match=match):
        call(ops.zeros((3, 4)))
