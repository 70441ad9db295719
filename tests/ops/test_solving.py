import numpy as np
import pytest
import scipy.linalg

import minigrad as mg
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import DTypeError, ShapeError
from minigrad.kernels.threads import single_threaded_blas
from minigrad.testing import check_gradients


def regular(*stack, size=3, seed=0):
    """Matrices far from singular."""
    return np.random.default_rng(seed).uniform(-0.5, 0.5, (*stack, size, size)) + 2 * np.eye(size)


def right(*shape):
    return np.random.default_rng(1).normal(size=shape)


@pytest.mark.parametrize(
    ("stack", "shape", "vectors"),
    [
        ((), (3,), True),
        ((), (3, 2), False),
        ((4,), (4, 3), True),
        ((4,), (4, 3, 2), False),
        ((4,), (1, 3, 2), False),
        ((), (4, 3, 2), False),
        ((2, 1), (2, 4, 3), True),
        ((), (3, 0), False),
    ],
)
def test_solutions(stack, shape, vectors):
    a, b = regular(*stack), right(*shape)
    x = mg.ops.solve(Tensor(a), Tensor(b))
    product = (a @ x.data[..., None])[..., 0] if vectors else a @ x.data
    np.testing.assert_allclose(product, np.broadcast_to(b, product.shape), atol=1e-12)
    if b.size:
        check_gradients(mg.ops.solve, a, b, order=2, max_elements=10)


def test_triangular_solutions_read_one_triangle_only():
    a, b = regular(), right(3, 2)
    for lower in (True, False):
        x = mg.ops.solve_triangular(a, b, lower)
        np.testing.assert_allclose(x, scipy.linalg.solve_triangular(a, b, lower=lower), atol=1e-12)
        check_gradients(lambda a, b, lower=lower: mg.ops.solve_triangular(a, b, lower), a, b, order=2)
    np.testing.assert_allclose(mg.ops.solve_triangular(a, b[:, 0]), np.linalg.solve(np.triu(a), b[:, 0]))


def test_shapes_that_dont_fit():
    with pytest.raises(
        ShapeError, match=r"solve: x must be a square matrix \(..., M, M\); got shape \(2, 3\)"
    ):
        mg.ops.solve(np.ones((2, 3)), np.ones(2))
    with pytest.raises(
        ShapeError, match=r"solve: b must have shape \(..., 3, N\).* got a \(3, 3\) and b \(2,\)"
    ):
        mg.ops.solve(regular(), np.ones(2))
    with pytest.raises(ShapeError, match=r"solve_triangular: b must have"):
        mg.ops.solve_triangular(regular(), np.ones((2, 3)))
    with pytest.raises(ShapeError, match=r"solve.*\(4, 3, 3\) and \(5, 3, 1\)"):
        mg.ops.solve(regular(4), np.ones((5, 3, 1)))
    for function in (mg.ops.inv, mg.ops.det, mg.ops.slogdet, mg.ops.logdet):
        with pytest.raises(ShapeError, match=r"(inv|det): x must be a square matrix"):
            function(np.ones((3, 2)))
    with pytest.raises(ShapeError, match="det: x must be a matrix"):
        mg.ops.det(np.ones(3))


def test_singular_matrices_are_named_errors():
    singular = np.ones((2, 2))
    with pytest.raises(np.linalg.LinAlgError, match=r"solve: Singular matrix .*\(2, 2\) and \(2, 1\)"):
        mg.ops.solve(singular, np.ones(2))
    with pytest.raises(np.linalg.LinAlgError, match=r"inv: Singular matrix \(inputs of shape \(2, 2\)\)"):
        mg.ops.inv(singular)
    x = Tensor(singular, requires_grad=True)
    sign, logarithm = mg.ops.slogdet(x)
    assert (sign.item(), logarithm.item()) == (0, -np.inf)
    with pytest.raises(np.linalg.LinAlgError, match="inv: Singular matrix"):
        mg.grad(logarithm, x)


def test_float16_is_not_for_lapack():
    with pytest.raises(DTypeError, match=r"inv: .*float16"):
        mg.ops.inv(np.eye(2, dtype=np.float16))


def test_integers_and_lists():
    assert mg.ops.inv(np.array([[2, 0], [0, 4]])).dtype == np.float32
    np.testing.assert_array_equal(mg.ops.solve([[2, 0], [0, 4]], [1, 1]), [0.5, 0.25])
    assert mg.ops.det([[2.0, 0.0], [0.0, 4.0]]).dtype == np.float32


@pytest.mark.parametrize("n", [-3, -1, 0, 1, 2, 5, 8])
def test_powers_of_matrices(n):
    x = regular(2)
    y = mg.ops.matrix_power(Tensor(x), n)
    np.testing.assert_allclose(y, np.linalg.matrix_power(x, n), rtol=1e-10, atol=1e-12)
    assert mg.ops.matrix_power(x.astype(np.float32), n).dtype == np.float32
    if n:
        check_gradients(lambda x: mg.ops.matrix_power(x, n), x, max_elements=8)


def test_powers_that_are_none():
    with pytest.raises(TypeError, match=r"matrix_power: n must be an integer; got 0\.5"):
        mg.ops.matrix_power(regular(), 0.5)
    with pytest.raises(ShapeError, match="matrix_power: x must be a square"):
        mg.ops.matrix_power(np.ones((2, 3)), 2)


@pytest.mark.parametrize("name", ["inv", "det", "slogdet", "cholesky", "qr", "eigh", "svd", "pinv"])
def test_the_bits_do_not_depend_on_the_number_of_threads(name):
    x = np.random.default_rng(0).normal(size=(300, 300)) * 0.01 + np.eye(300)
    several = getattr(mg.ops, name)(x)
    with single_threaded_blas():
        one = getattr(mg.ops, name)(x)
    for a, b in zip(*((y if isinstance(y, tuple) else (y,)) for y in (several, one)), strict=True):
        assert a.data.tobytes() == b.data.tobytes()
