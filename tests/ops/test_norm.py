import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients
from minigrad.testing.strategies import arrays, shapes

inf = np.inf
VECTORS = [None, 0, 1, 2, 3, 1.5, 0.5, -1, -2, inf, -inf]
MATRICES = [None, "fro", "nuc", 1, -1, 2, -2, inf, -inf]


@pytest.mark.parametrize("ord", VECTORS)
@given(st.data())
def test_norms_of_vectors_are_numpys(ord, data):
    x = data.draw(arrays(shapes(min_ndim=1, min_size=1), away_from=(0,)))
    axis, keepdims = data.draw(st.integers(-x.ndim, x.ndim - 1)), data.draw(st.booleans())
    y = mg.ops.norm(Tensor(x), ord, axis, keepdims)
    expected = np.linalg.norm(x, ord, axis, keepdims)
    assert y.shape == expected.shape
    np.testing.assert_allclose(y, expected, rtol=1e-12)


@pytest.mark.parametrize("ord", MATRICES)
@given(st.data())
def test_norms_of_matrices_are_numpys(ord, data):
    x = data.draw(arrays(shapes(min_ndim=2, min_size=1)))
    axis = tuple(data.draw(st.permutations(range(-x.ndim, 0)))[:2])
    keepdims = data.draw(st.booleans())
    y = mg.ops.norm(Tensor(x), ord, axis, keepdims)
    expected = np.linalg.norm(x, ord, axis, keepdims)
    assert y.shape == expected.shape
    np.testing.assert_allclose(y, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("ord", [ord for ord in VECTORS if ord != 0])
def test_gradients_of_norms_of_vectors(ord):
    x = np.array([[1.0, -2.0, 0.5], [-0.3, 0.7, 1.1]])
    check_gradients(lambda x: mg.ops.norm(x, ord, 1), x, order=2)


@pytest.mark.parametrize("ord", MATRICES)
def test_gradients_of_norms_of_matrices(ord):
    x = np.random.default_rng(0).normal(size=(2, 3, 2))
    check_gradients(lambda x: mg.ops.norm(x, ord, (1, 2)), x, order=2)


def test_the_number_of_nonzeros_is_flat():
    x = Tensor([0.0, 3.0], requires_grad=True)
    y = mg.ops.norm(x, 0)
    assert y.item() == 1
    assert y.dtype == np.float32
    assert not y.requires_grad


@pytest.mark.parametrize("ord", VECTORS[1:])
def test_at_zero_the_gradient_is_zero(ord):
    for rows in ([[0.0, 0.0, 0.0]], [[0.0, 2.0, 0.0]]):
        x = Tensor(np.array(rows), requires_grad=True)
        y = mg.ops.norm(x, ord, 1)
        with np.errstate(divide="ignore"):
            np.testing.assert_allclose(y, np.linalg.norm(rows, ord, 1))
        if not y.requires_grad:
            continue
        slopes = mg.grad(y.sum(), x, create_graph=True)
        np.testing.assert_allclose(slopes, np.array(rows) / 2 if ord > 0 else np.zeros((1, 3)))
        if slopes.requires_grad:
            assert np.isfinite(mg.grad(slopes.sum(), x)).all()


def test_all_axes():
    x = np.arange(24.0).reshape(2, 3, 4)
    np.testing.assert_allclose(mg.ops.norm(x), np.linalg.norm(x))
    assert mg.ops.norm(x, keepdims=True).shape == (1, 1, 1)
    np.testing.assert_allclose(mg.ops.norm(x, axis=(0, 1, 2)), np.linalg.norm(x))
    assert mg.ops.norm(np.array(-3.0)).item() == 3
    assert mg.ops.norm(np.zeros((0, 2))).item() == 0
    assert mg.ops.norm(np.zeros(0), inf).item() == 0
    assert mg.ops.norm(np.array([3, 4])).dtype == np.float32
    assert mg.ops.norm([3, 4]).item() == 5


def test_norms_that_dont_exist():
    with pytest.raises(ValueError, match=r"norm: over 1 axis\(es\) .* None or any number; got 'fro'"):
        mg.ops.norm(np.ones(3), "fro")
    with pytest.raises(
        ValueError, match=r"norm: over 2 axis.* 'fro', 'nuc', 1, -1, 2, -2, inf or -inf; got 3"
    ):
        mg.ops.norm(np.ones((3, 2)), 3)
    with pytest.raises(ValueError, match=r"norm: over 3 axis.* None or no other; got 1"):
        mg.ops.norm(np.ones((3, 2, 2)), 1)
    with pytest.raises(ShapeError, match="norm: axis 1 is out of range"):
        mg.ops.norm(np.ones(3), axis=1)
    with pytest.raises(ShapeError, match="min"):
        mg.ops.norm(np.zeros(0), -inf)
