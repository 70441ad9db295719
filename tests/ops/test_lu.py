import numpy as np
import pytest
import scipy.linalg

from minigrad import ops
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import ShapeError

X = np.random.default_rng(0).normal(size=(2, 3, 4, 4))


def test_it_is_lapacks():
    lu, pivots = ops.lu_factor(Tensor(X))
    assert pivots.dtype == np.int32
    for place in np.ndindex(2, 3):
        expected, order = scipy.linalg.lu_factor(X[place])
        np.testing.assert_allclose(lu.numpy()[place], expected, rtol=1e-9, atol=1e-12)
        np.testing.assert_array_equal(pivots.numpy()[place], order)


def test_the_input_stays_and_a_singular_matrix_has_factors():
    x = np.array([[0.0, 0.0], [0.0, 0.0]])
    lu, _ = ops.lu_factor(x)
    np.testing.assert_array_equal(lu, x)
    assert ops.lu_factor(np.zeros((0, 0)))[0].shape == (0, 0)
    assert ops.lu_factor(Tensor([[1, 2], [3, 4]], dtype="int32"))[0].dtype == np.float32


def test_solving_with_it_gives_the_gradient_of_the_determinant():
    x = Tensor(X, requires_grad=True)
    lu, pivots = ops.lu_factor(x)
    exchanges = (pivots.numpy() != np.arange(4)).sum(-1) % 2
    det = ops.prod(ops.diagonal(lu, axis1=-2, axis2=-1), -1) * (1.0 - 2.0 * exchanges)
    np.testing.assert_allclose(det, np.linalg.det(X), rtol=1e-9)
    det.sum().backward()
    expected = np.linalg.det(X)[..., None, None] * np.linalg.inv(X).swapaxes(-1, -2)
    np.testing.assert_allclose(x.grad, expected, rtol=1e-7, atol=1e-9)


def test_only_square_ones():
    with pytest.raises(ShapeError, match=r"lu_factor: x must be a square matrix .*\(2, 3\)"):
        ops.lu_factor(np.ones((2, 3)))
