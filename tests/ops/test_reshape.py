import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad import ops
from minigrad.errors import ShapeError
from minigrad.testing.strategies import arrays, shapes


@given(arrays(shapes()), st.data())
def test_expand_dims_and_squeeze_are_numpys(x, data):
    axis = data.draw(st.integers(-x.ndim - 1, x.ndim))
    wide = ops.expand_dims(x, axis)
    np.testing.assert_array_equal(wide, np.expand_dims(x, axis), strict=True)
    np.testing.assert_array_equal(ops.squeeze(wide, axis), x, strict=True)
    np.testing.assert_array_equal(ops.squeeze(x), np.squeeze(x), strict=True)
    assert ops.expand_dims(x, (0, -1)).shape == (1, *x.shape, 1)


@given(arrays(shapes()))
def test_ravel_and_the_questions_about_a_shape(x):
    np.testing.assert_array_equal(ops.ravel(x), np.ravel(x), strict=True)
    for one in (x, mg.Tensor(x)):
        assert (ops.shape(one), ops.ndim(one), ops.size(one)) == (x.shape, x.ndim, x.size)


@given(arrays(shapes(min_ndim=2)), st.integers(-5, 5), st.permutations((0, 1)))
def test_flip_roll_and_rot90_are_numpys(x, k, axes):
    np.testing.assert_array_equal(ops.rot90(x, k, axes), np.rot90(x, k, axes), strict=True)
    np.testing.assert_array_equal(ops.flip(x, axes), np.flip(x, axes), strict=True)
    np.testing.assert_array_equal(ops.flip(x), np.flip(x), strict=True)
    np.testing.assert_array_equal(ops.roll(x, k), np.roll(x, k), strict=True)
    np.testing.assert_array_equal(ops.roll(x, (k, 1), axes), np.roll(x, (k, 1), axes), strict=True)


def test_a_reshape_of_a_constant_is_a_view_and_of_a_float32_stays_one():
    x = mg.Tensor(np.arange(6, dtype=np.float32))
    assert np.shares_memory(ops.reshape(x, (2, 3))._data, x._data)
    assert ops.expand_dims(x, 0).dtype == np.float32


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: ops.reshape(ops.zeros((2, 3)), (4, 2)), r"reshape: .*\(inputs of shape \(2, 3\)\)"),
        (
            lambda: ops.squeeze(ops.zeros((2, 1)), 0),
            r"squeeze: axis 0 .* shape \(2, 1\) has size 2",
        ),
        (lambda: ops.squeeze(ops.zeros((2, 1)), 2), "squeeze: axis 2 is out of range"),
        (lambda: ops.expand_dims(ops.zeros(2), 3), "expand_dims: axis 3 is out of range"),
        (lambda: ops.expand_dims(ops.zeros(2), (0, 0)), "names an axis twice"),
        (lambda: ops.flip(ops.zeros(2), 1), "flip: axis 1 is out of range"),
        (lambda: ops.rot90(ops.zeros((2, 2)), axes=(0,)), "rot90: axes must be two axes"),
        (lambda: ops.rot90(ops.zeros((2, 2)), axes=(0, 0)), "names an axis twice"),
        (lambda: ops.roll(ops.zeros(2), 1, 4), "roll: "),
    ],
)
def test_shapes_that_do_not_fit(call, match):
    with pytest.raises(ShapeError, match=match):
        call()
