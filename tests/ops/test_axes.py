import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import ShapeError
from minigrad.testing.strategies import arrays, shapes


@given(st.data())
def test_permutations_are_numpys(data):
    x = data.draw(arrays(shapes(max_ndim=4)))
    axes = data.draw(st.one_of(st.none(), st.permutations(range(x.ndim))))
    np.testing.assert_array_equal(mg.ops.transpose(Tensor(x), axes), np.transpose(x, axes))


@given(st.data())
def test_moved_axes_are_numpys(data):
    x = data.draw(arrays(shapes(min_ndim=1, max_ndim=4)))
    axis = st.integers(-x.ndim, x.ndim - 1)
    source, destination = data.draw(axis), data.draw(axis)
    np.testing.assert_array_equal(
        mg.ops.moveaxis(Tensor(x), source, destination), np.moveaxis(x, source, destination)
    )
    np.testing.assert_array_equal(
        mg.ops.swapaxes(Tensor(x), source, destination), np.swapaxes(x, source, destination)
    )
    count = data.draw(st.integers(0, x.ndim))
    several, places = (data.draw(st.permutations(range(x.ndim)))[:count] for _ in range(2))
    np.testing.assert_array_equal(
        mg.ops.moveaxis(Tensor(x), several, places), np.moveaxis(x, several, places)
    )


def test_a_transpose_copies_nothing():
    x = Tensor(np.ones((200, 300)))
    for y in (mg.ops.transpose(x), x.T, mg.ops.swapaxes(x, 0, 1)):
        assert np.shares_memory(y._data, x._data)


@pytest.mark.parametrize("axes", [(0,), (0, 0), (0, 2), (0, 1, 2)])
def test_axes_that_are_no_permutation(axes):
    with pytest.raises(ShapeError, match="transpose: ax"):
        mg.ops.transpose(np.ones((2, 3)), axes)


def test_axes_that_are_not_there():
    with pytest.raises(ShapeError, match="swapaxes: axis 2"):
        mg.ops.swapaxes(np.ones((2, 3)), 0, 2)
    with pytest.raises(ShapeError, match="moveaxis: axis -3"):
        mg.ops.moveaxis(np.ones((2, 3)), -3, 0)
    with pytest.raises(ShapeError, match=r"moveaxis: source \(0, 1\) and destination 0 must be as many"):
        mg.ops.moveaxis(np.ones((2, 3)), (0, 1), 0)
    with pytest.raises(ShapeError, match="moveaxis: source None"):
        mg.ops.moveaxis(np.ones((2, 3)), None, None)
