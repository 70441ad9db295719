import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad import ops
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients
from minigrad.testing.strategies import arrays, shapes


@given(arrays(shapes()), st.integers(0, 3) | st.lists(st.integers(0, 3), max_size=4))
def test_tile_is_numpys(x, repeats):
    np.testing.assert_array_equal(ops.tile(x, repeats), np.tile(x, repeats), strict=True)
    check_gradients(lambda one: ops.tile(one, repeats), x)


@given(arrays(shapes(min_ndim=1)), st.data())
def test_repeat_is_numpys(x, data):
    axis = data.draw(st.none() | st.integers(-x.ndim, x.ndim - 1))
    count = x.size if axis is None else x.shape[axis]
    several = st.lists(st.integers(0, 3), min_size=count, max_size=count)
    repeats = data.draw(st.integers(0, 3) | several)
    np.testing.assert_array_equal(ops.repeat(x, repeats, axis), np.repeat(x, repeats, axis), strict=True)
    check_gradients(lambda one: ops.repeat(one, repeats, axis), x)


@pytest.mark.parametrize("mode", ["constant", "reflect", "symmetric", "edge", "wrap"])
@given(data=st.data())
def test_pad_is_numpys(mode, data):
    x = data.draw(arrays(shapes(min_size=int(mode != "constant"))))
    widths = [(data.draw(st.integers(0, 5)), data.draw(st.integers(0, 5))) for _ in x.shape]
    expected = np.pad(x, widths, mode) if x.ndim else x
    np.testing.assert_array_equal(ops.pad(x, widths, mode), expected, strict=True)
    check_gradients(lambda one: ops.pad(one, widths, mode), x)


@pytest.mark.parametrize(
    "width", [1, (1,), (1, 2), ((1, 2),), ((1, 2), (0, 3)), [[1], [2]], np.array([1, 0])]
)
def test_pad_widths_may_be_written_in_several_ways(width):
    x = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(ops.pad(x, width), np.pad(x, width), strict=True)
    expected = np.pad(x, width, constant_values=-1.5)
    np.testing.assert_array_equal(ops.pad(x, width, constant_values=-1.5), expected)


def test_circular_is_wrap_and_dtypes_stay():
    x = mg.Tensor([1, 2, 3], dtype="int32")
    assert ops.pad(x, 1, "circular").tolist() == [3, 1, 2, 3, 1]
    assert ops.pad(x, 1).dtype == np.int32
    assert ops.pad(x, 1, constant_values=7).tolist() == [7, 1, 2, 3, 7]
    assert ops.pad(mg.Tensor([True]), 1).tolist() == [False, True, False]


@pytest.mark.parametrize("indexing", ["xy", "ij"])
@pytest.mark.parametrize("sizes", [(), (3,), (2, 3), (2, 3, 4), (0, 2)])
def test_meshgrid_is_numpys(indexing, sizes):
    xs = [np.arange(n) + 0.5 for n in sizes]
    grids = ops.meshgrid(*xs, indexing=indexing)
    for grid, expected in zip(grids, np.meshgrid(*xs, indexing=indexing), strict=True):
        np.testing.assert_array_equal(grid, expected, strict=True)
    if xs:
        check_gradients(lambda *ones: ops.concatenate(ops.meshgrid(*ones, indexing=indexing)), *xs)


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda x: ops.tile(x, -1), ValueError, "tile: repeats must not be negative; got -1"),
        (lambda x: ops.tile(x, 1.5), IndexError, "tile: indices must be integers"),
        (
            lambda x: ops.repeat(x, [1, 2], 1),
            ShapeError,
            r"repeats of shape \(2,\) don't fit axis 1 of \(2, 3\)",
        ),
        (lambda x: ops.repeat(x, -1), ValueError, "repeat: repeats must not be negative"),
        (lambda x: ops.repeat(x, 2, 2), ShapeError, "repeat: axis 2 is out of range"),
        (lambda x: ops.pad(x, -1), ValueError, "pad: pad_width must not be negative; got -1"),
        (lambda x: ops.pad(x, ((1, 1),) * 3), ShapeError, r"doesn't fit an input of shape \(2, 3\)"),
        (lambda x: ops.pad(x, 1, "mean"), ValueError, "mode must be 'constant' or .*'edge'.*got 'mean'"),
        (lambda x: ops.pad(x, 1, "edge", 2.0), ValueError, "constant_values has no use in mode 'edge'"),
        (lambda x: ops.pad(x, 1, constant_values=[1, 2]), ValueError, "constant_values must be one number"),
        (lambda x: ops.pad(x[:0], 1, "edge"), ShapeError, r"axis 0 of .*\(0, 3\) has nothing to copy"),
        (lambda x: ops.meshgrid(x), ShapeError, r"meshgrid: .*\(2, 3\)"),
        (lambda x: ops.meshgrid(x[0], indexing="yx"), ValueError, "indexing must be 'xy' or 'ij'; got 'yx'"),
    ],
)
def test_what_does_not_fit(call, error, match):
    with pytest.raises(error, match=match):
        call(ops.zeros((2, 3)))
