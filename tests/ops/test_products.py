import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients
from minigrad.testing.strategies import arrays, shapes


@given(arrays(shapes()), arrays(shapes()))
def test_outer_and_kron_are_numpys(x1, x2):
    np.testing.assert_allclose(mg.ops.outer(Tensor(x1), x2), np.outer(x1, x2))
    y = mg.ops.kron(Tensor(x1), x2)
    assert y.shape == np.kron(x1, x2).shape
    np.testing.assert_allclose(y, np.kron(x1, x2))


def test_outer_and_kron_have_gradients():
    x1, x2 = np.arange(6.0).reshape(2, 3), np.array([[1.0, -2.0]])
    check_gradients(mg.ops.outer, x1, x2, order=2, max_elements=10)
    check_gradients(mg.ops.kron, x1, x2, order=2, max_elements=10)


@given(st.data())
def test_cross_is_numpys(data):
    one, other = data.draw(st.sampled_from([((2,), (2,)), ((2, 1), (3,)), ((), (3,)), ((4, 2), (4, 2))]))
    axisa, axisb = data.draw(st.integers(-1, len(one))), data.draw(st.integers(-1, len(other)))
    axisc = data.draw(st.integers(-1, max(len(one), len(other))))
    x1 = np.moveaxis(data.draw(arrays((*one, 3))), -1, axisa)
    x2 = np.moveaxis(data.draw(arrays((*other, 3))), -1, axisb)
    y = mg.ops.cross(Tensor(x1), Tensor(x2), axisa, axisb, axisc)
    np.testing.assert_allclose(y, np.cross(x1, x2, axisa, axisb, axisc), atol=1e-13)


def test_cross_in_the_plane():
    a, b = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0, -1.0], [0.5, 2.0]])
    np.testing.assert_allclose(mg.ops.cross(a, b), a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
    c = np.array([1.0, -2.0, 3.0])
    lifted = np.cross(np.concatenate([a, np.zeros((2, 1))], -1), c)
    np.testing.assert_allclose(mg.ops.cross(a, c), lifted)
    np.testing.assert_allclose(mg.ops.cross(a.T, b.T, axis=0), mg.ops.cross(a, b))
    assert mg.ops.cross(Tensor(a.astype(np.float32)), [1.0, 2.0]).dtype == np.float32
    check_gradients(mg.ops.cross, a, b, order=2)
    check_gradients(mg.ops.cross, a, c, order=2)


def test_crosss_errors():
    with pytest.raises(ShapeError, match=r"cross: vectors must have 2 or 3 components; got 4 and 3"):
        mg.ops.cross(np.ones(4), np.ones(3))
    with pytest.raises(ShapeError, match="cross: axis 1 is out of range"):
        mg.ops.cross(np.ones(3), np.ones(3), axis=1)
    with pytest.raises(ShapeError, match=r"cross.*\(2, 3\) and \(4, 3\)"):
        mg.ops.cross(np.ones((2, 3)), np.ones((4, 3)))
