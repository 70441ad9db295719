import numpy as np
import pytest

import minigrad as mg
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import NotDifferentiableError, ShapeError
from minigrad.testing import check_gradients


def definite(*stack, size=3):
    x = np.random.default_rng(0).normal(size=(*stack, size, size))
    return x @ x.swapaxes(-1, -2) + np.eye(size)


@pytest.mark.parametrize("stack", [(), (2,), (0,), (2, 1)])
def test_cholesky_factors(stack):
    x = definite(*stack)
    lower = mg.ops.cholesky(Tensor(x))
    np.testing.assert_allclose(lower, np.linalg.cholesky(x), atol=1e-12)
    upper = mg.ops.cholesky(Tensor(x), upper=True)
    np.testing.assert_array_equal(upper, lower.data.swapaxes(-1, -2))
    np.testing.assert_allclose(mg.ops.cholesky_inverse(lower), np.linalg.inv(x), atol=1e-12)
    np.testing.assert_allclose(mg.ops.cholesky_inverse(upper, upper=True), np.linalg.inv(x), atol=1e-12)


def test_choleskys_gradient_is_symmetric_and_right():
    x = Tensor(definite(), requires_grad=True)
    weights = np.arange(9.0).reshape(3, 3)
    slopes = mg.grad(mg.ops.cholesky(x), x, grad_output=weights)
    np.testing.assert_allclose(slopes, slopes.data.T)
    check_gradients(lambda x: mg.ops.cholesky(x, True), definite(), order=2)
    check_gradients(mg.ops.cholesky_inverse, np.linalg.cholesky(definite()), order=2)


def test_the_logarithm_of_a_determinant_both_ways():
    x = Tensor(definite(), requires_grad=True)
    by_factor = 2.0 * mg.ops.sum(mg.ops.log(mg.ops.diagonal(mg.ops.cholesky(x))))
    np.testing.assert_allclose(by_factor, mg.ops.logdet(x), rtol=1e-12)
    np.testing.assert_allclose(mg.grad(by_factor, x), mg.grad(mg.ops.logdet(x), x), rtol=1e-10)


def test_not_positive_definite():
    with pytest.raises(np.linalg.LinAlgError, match=r"cholesky: .*not positive definite.*\(2, 2\)"):
        mg.ops.cholesky(-np.eye(2))
    with pytest.raises(ShapeError, match="cholesky: x must be a square"):
        mg.ops.cholesky(np.ones((2, 3)))
    with pytest.raises(ShapeError, match="cholesky_inverse: x must be a square"):
        mg.ops.cholesky_inverse(np.ones((2, 3)))


@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 4), (2, 4, 3), (2, 2, 5), (3, 1), (1, 3), (0, 3, 2)])
@pytest.mark.parametrize("mode", ["reduced", "complete"])
def test_qr(shape, mode):
    x = np.random.default_rng(0).normal(size=shape)
    q, r = mg.ops.qr(Tensor(x), mode)
    expected_q, expected_r = np.linalg.qr(x, mode)
    np.testing.assert_allclose(q, expected_q, atol=1e-12)
    np.testing.assert_allclose(r, expected_r, atol=1e-12)
    np.testing.assert_array_equal(r, np.triu(r))
    if mode == "reduced" and x.size:
        check_gradients(mg.ops.qr, x, order=2, max_elements=8)
        check_gradients(lambda x: mg.ops.qr(x)[1], x)


def test_qrs_errors():
    x = Tensor(np.ones((3, 2)) + np.eye(3, 2), requires_grad=True)
    q, _ = mg.ops.qr(x, "complete")
    with pytest.raises(NotDifferentiableError, match=r"qr: with mode='complete', a matrix of shape \(3, 2\)"):
        mg.grad(q.sum(), x)
    square = Tensor(np.eye(2) + 1.0, requires_grad=True)
    assert mg.grad(mg.ops.qr(square, "complete")[0].sum(), square).shape == (2, 2)
    with pytest.raises(ValueError, match="qr: mode must be 'reduced' or 'complete'; got 'r'"):
        mg.ops.qr(x, "r")
    with pytest.raises(ShapeError, match="qr: x must be a matrix"):
        mg.ops.qr(np.ones(3))
    zero = Tensor(np.zeros((2, 2)), requires_grad=True)
    with pytest.raises(np.linalg.LinAlgError, match="solve: Singular matrix"):
        mg.grad(mg.ops.qr(zero)[1].sum(), zero)


@pytest.mark.parametrize("stack", [(), (2,), (0,)])
def test_eigenvalues(stack):
    x = definite(*stack)
    w, v = mg.ops.eigh(Tensor(x))
    np.testing.assert_allclose(w, np.linalg.eigvalsh(x), atol=1e-12)
    np.testing.assert_allclose(x @ v.data, v.data * w.data[..., None, :], atol=1e-11)
    if x.size:
        check_gradients(mg.ops.eigh, x, order=2, max_elements=8)


def test_eigenvalues_alone_may_be_the_same():
    x = Tensor(np.diag([2.0, 2.0, 5.0]), requires_grad=True)
    w, _ = mg.ops.eigh(x)
    np.testing.assert_allclose(mg.grad(w.sum(), x), np.eye(3), atol=1e-14)


def test_eigenvectors_of_equal_values_have_no_derivative():
    x = Tensor(np.diag([2.0, 2.0, 5.0]), requires_grad=True)
    _, v = mg.ops.eigh(x)
    with pytest.raises(NotDifferentiableError, match="eigh: the value 2 is there twice"):
        mg.grad(v.sum(), x)
    w, _ = mg.ops.eigh(x)
    with pytest.raises(NotDifferentiableError, match="eigh: the value 2 is there twice"):
        mg.grad((w * w).sum(), x, create_graph=True)


def test_the_symmetric_part_is_what_counts():
    x = definite()
    skewed = x + np.array([[0, 1, 2], [-1, 0, 3], [-2, -3, 0]])
    np.testing.assert_allclose(mg.ops.eigh(skewed)[0], np.linalg.eigvalsh(x))
    np.testing.assert_allclose(mg.ops.cholesky(skewed), np.linalg.cholesky(x))
    assert mg.ops.eigh(np.array([[2, 1], [1, 2]]))[0].dtype == np.float32
    np.testing.assert_allclose(mg.ops.eigh(np.array([[2, 1], [1, 2]]))[0], [1, 3], rtol=1e-6)
