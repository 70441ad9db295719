import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import ShapeError
from minigrad.ops.diagonals import embed_diagonal
from minigrad.testing import check_gradients
from minigrad.testing.strategies import arrays, shapes


@given(st.data())
def test_diagonals_and_traces_are_numpys(data):
    x = data.draw(arrays(shapes(min_ndim=2, max_ndim=4)))
    axis1, axis2 = data.draw(st.permutations(range(x.ndim)))[:2]
    offset = data.draw(st.integers(-4, 4))
    expected = np.diagonal(x, offset, axis1, axis2)
    np.testing.assert_array_equal(mg.ops.diagonal(Tensor(x), offset, axis1, axis2 - x.ndim), expected)
    np.testing.assert_allclose(
        mg.ops.trace(Tensor(x), offset, axis1, axis2), np.trace(x, offset, axis1, axis2), atol=1e-14
    )
    back = embed_diagonal(expected, x.shape, offset, axis1, axis2)
    np.testing.assert_array_equal(np.diagonal(back, offset, axis1, axis2), expected)
    assert np.count_nonzero(back) == np.count_nonzero(expected)


@given(st.data())
def test_triangles_are_numpys(data):
    x, k = data.draw(arrays(shapes(min_ndim=2, max_ndim=4))), data.draw(st.integers(-5, 5))
    np.testing.assert_array_equal(mg.ops.tril(Tensor(x), k), np.tril(x, k))
    np.testing.assert_array_equal(mg.ops.triu(Tensor(x), k), np.triu(x, k))


@pytest.mark.parametrize("k", [-2, 0, 1])
def test_diag_makes_and_reads(k):
    vector, matrix = np.array([1.0, 2.0, 3.0]), np.arange(12.0).reshape(3, 4)
    np.testing.assert_array_equal(mg.ops.diag(Tensor(vector), k), np.diag(vector, k))
    np.testing.assert_array_equal(mg.ops.diag(Tensor(matrix), k), np.diag(matrix, k))
    np.testing.assert_array_equal(mg.ops.diag([1.0, 2.0], k), np.diag([1.0, 2.0], k))
    check_gradients(lambda x: mg.ops.diag(x, k) ** 2, vector, order=2)
    check_gradients(lambda x: mg.ops.trace(x, k) ** 2, matrix, order=2)


def test_errors():
    with pytest.raises(ShapeError, match=r"diag: x must be a vector or a matrix; got shape \(\)"):
        mg.ops.diag(np.array(1.0))
    with pytest.raises(ShapeError, match="diagonal: axis"):
        mg.ops.diagonal(np.ones((2, 2)), 0, 1, -1)
    with pytest.raises(ShapeError, match="diagonal: axis 1 is out of range"):
        mg.ops.trace(np.ones(2))
    with pytest.raises(ShapeError, match=r"tril: x must be a matrix \(..., M, N\); got shape \(3,\)"):
        mg.ops.tril(np.ones(3))
    with pytest.raises(ShapeError, match="triu"):
        mg.ops.triu(np.array(2.0))
    with pytest.raises(
        ShapeError, match=r"embed_diagonal: x of shape \(3,\) is not a diagonal of .* \(2, 2\)"
    ):
        embed_diagonal(np.ones(3), (2, 2))
