import numpy as np
import pytest

import minigrad as mg
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import NotDifferentiableError, ShapeError
from minigrad.testing import check_gradients

SHAPES = [(3, 3), (4, 2), (2, 4), (2, 3, 2), (1, 3), (3, 1), (1, 1)]


def normal(*shape):
    return np.random.default_rng(sum(shape)).normal(size=shape)


@pytest.mark.parametrize("shape", [*SHAPES, (0, 2, 3)])
def test_the_factors_give_the_matrix(shape):
    x = normal(*shape)
    for full in (True, False):
        u, s, vt = mg.ops.svd(Tensor(x), full)
        expected = np.linalg.svd(x, full)
        assert [u.shape, s.shape, vt.shape] == [one.shape for one in expected]
        np.testing.assert_allclose(s, expected[1], atol=1e-12)
        k = s.shape[-1]
        np.testing.assert_allclose(
            u.data[..., :k] * s.data[..., None, :] @ vt.data[..., :k, :], x, atol=1e-12
        )
    np.testing.assert_allclose(mg.ops.svd(x, compute_uv=False), expected[1], atol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_gradients(shape):
    x = normal(*shape)
    check_gradients(lambda x: mg.ops.svd(x, full_matrices=False), x, order=2, max_elements=8)
    check_gradients(lambda x: mg.ops.svd(x, compute_uv=False), x, order=2, max_elements=8)


def test_singular_values_alone_may_be_the_same_or_zero():
    for x in (np.diag([2.0, 2.0]), np.zeros((3, 2)), np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]])):
        tensor = Tensor(x, requires_grad=True)
        alone = mg.grad(mg.ops.svd(tensor, compute_uv=False).sum(), tensor)
        u, _, vt = np.linalg.svd(x, full_matrices=False)
        np.testing.assert_allclose(alone, u @ vt, atol=1e-14)
        _, s, _ = mg.ops.svd(tensor, full_matrices=False)
        np.testing.assert_allclose(mg.grad(s.sum(), tensor), u @ vt, atol=1e-14)


def test_vectors_without_derivative():
    for x, value in ((np.diag([2.0, 2.0]), "2"), (np.eye(3, 2, -1) * [1, 0], "0"), (np.zeros((2, 3)), "0")):
        tensor = Tensor(x, requires_grad=True)
        u, _, _ = mg.ops.svd(tensor, full_matrices=False)
        with pytest.raises(NotDifferentiableError, match=f"svd: the value {value} is there twice"):
            mg.grad(u.sum(), tensor)
    tensor = Tensor(normal(3, 2), requires_grad=True)
    u, _, _ = mg.ops.svd(tensor)
    with pytest.raises(
        NotDifferentiableError, match=r"svd: with full_matrices=True, a matrix of shape \(3, 2\)"
    ):
        mg.grad(u.sum(), tensor)
    square = Tensor(normal(2, 2), requires_grad=True)
    assert mg.grad(mg.ops.svd(square)[0].sum(), square).shape == (2, 2)


def test_a_square_matrix_may_have_one_zero():
    x = np.diag([3.0, 1.0, 0.0])
    tensor = Tensor(x, requires_grad=True)
    u, _, vt = mg.ops.svd(tensor)
    assert np.isfinite(mg.grad((u * vt).sum(), tensor)).all()


@pytest.mark.parametrize("shape", SHAPES)
def test_pseudoinverses(shape):
    x = normal(*shape)
    np.testing.assert_allclose(mg.ops.pinv(Tensor(x)), np.linalg.pinv(x), atol=1e-12)
    check_gradients(mg.ops.pinv, x, order=2, max_elements=8)


def test_pseudoinverses_below_full_rank():
    x = normal(4, 2) @ normal(2, 3)
    p = mg.ops.pinv(x).data
    np.testing.assert_allclose(x @ p @ x, x, atol=1e-12)
    np.testing.assert_allclose(p @ x @ p, p, atol=1e-12)
    a, b = normal(4, 2), normal(2, 3)  # in these the rank cannot change
    check_gradients(lambda a, b: mg.ops.pinv(mg.ops.matmul(a, b)), a, b, order=2, max_elements=8)
    single = x.astype(np.float32)
    np.testing.assert_allclose(single @ mg.ops.pinv(single).data @ single, single, atol=1e-4)
    np.testing.assert_allclose(mg.ops.pinv(np.diag([1.0, 0.01]), rcond=0.1), [[1, 0], [0, 0]])


@pytest.mark.parametrize("shape", [(4, 2), (2, 4), (3, 3)])
def test_least_squares(shape):
    a = normal(*shape)
    for b in (normal(shape[0]), normal(shape[0], 2)):
        np.testing.assert_allclose(mg.ops.lstsq(Tensor(a), Tensor(b)), np.linalg.lstsq(a, b)[0], atol=1e-12)
        check_gradients(mg.ops.lstsq, a, b, max_elements=8)


def test_ranks():
    x = np.stack([np.eye(3), np.ones((3, 3)), np.zeros((3, 3))])
    y = mg.ops.matrix_rank(Tensor(x, requires_grad=True))
    assert y.tolist() == [3, 1, 0]
    assert y.dtype == np.int32
    assert mg.ops.matrix_rank(np.diag([1.0, 0.01]), tol=0.1).item() == 1


def test_errors():
    for function in (mg.ops.svd, mg.ops.pinv, mg.ops.matrix_rank):
        with pytest.raises(ShapeError, match=rf"{function.__name__}: x must be a matrix .* got shape \(3,\)"):
            function(np.ones(3))
    with pytest.raises(ShapeError, match=r"lstsq: axis 0 of x1 has size 3 and axis 0 of x2 has size 2"):
        mg.ops.lstsq(np.ones((3, 2)), np.ones(2))
    with pytest.raises(ShapeError, match=r"lstsq: a must have shape \(M, N\)"):
        mg.ops.lstsq(np.ones((1, 3, 2)), np.ones(3))
