import numpy as np
import pytest

import minigrad as mg
from minigrad.autodiff.tensor import Tensor
from minigrad.testing import check_gradients


def regular(*stack, size=3):
    """Matrices far from singular."""
    return np.random.default_rng(0).uniform(-0.5, 0.5, (*stack, size, size)) + 2 * np.eye(size)


def minors(x):
    """The cofactors by their definition."""
    size = len(x)
    result = np.empty_like(x)
    for i in range(size):
        for j in range(size):
            rest = np.delete(np.delete(x, i, 0), j, 1)
            result[i, j] = (-1) ** (i + j) * np.linalg.det(rest)
    return result


@pytest.mark.parametrize("rank", [0, 1, 2, 3, 4])
def test_the_determinants_gradient_at_any_rank(rank):
    rng = np.random.default_rng(rank)
    x = rng.normal(size=(4, rank)) @ rng.normal(size=(rank, 4))
    tensor = Tensor(x, requires_grad=True)
    mg.ops.det(tensor).backward()
    np.testing.assert_allclose(tensor.grad, minors(x), atol=1e-12)
    check_gradients(mg.ops.det, x)


def test_second_derivatives_at_a_singular_matrix_are_an_error():
    x = Tensor(np.zeros((2, 2)), requires_grad=True)
    first = mg.grad(mg.ops.det(x), x, create_graph=True)
    with pytest.raises(np.linalg.LinAlgError, match="inv: Singular matrix"):
        mg.grad(first.sum(), x)


def test_determinants_of_stacks_and_of_nothing():
    x = regular(2, 3)
    np.testing.assert_allclose(mg.ops.det(x), np.linalg.det(x))
    sign, logarithm = mg.ops.slogdet(-x)
    np.testing.assert_allclose(sign.data * np.exp(logarithm.data), -np.linalg.det(x))
    np.testing.assert_allclose(mg.ops.logdet(x), np.log(np.linalg.det(x)))
    assert mg.ops.det(np.zeros((0, 0))).item() == 1
    check_gradients(mg.ops.logdet, regular(2), order=2, max_elements=10)
