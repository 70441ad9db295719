import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import ShapeError
from minigrad.ops import matrix_products
from minigrad.testing import check_gradients
from minigrad.testing.strategies import arrays, shapes


def normal(*shape, dtype=np.float64):
    return np.random.default_rng(len(shape)).normal(size=shape).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((3,), (3,)),
        ((2, 3), (3,)),
        ((3,), (3, 4)),
        ((5, 2, 3), (3,)),
        ((3,), (5, 3, 4)),
        ((5, 2, 3), (3, 4)),
        ((2, 3), (5, 3, 4)),
        ((6, 1, 2, 3), (5, 3, 4)),
        ((2, 0), (0, 4)),
        ((0, 3), (3, 2)),
    ],
)
def test_matmul_is_numpys(one, other, dtype):
    x1, x2 = normal(*one, dtype=dtype), normal(*other, dtype=dtype)
    y = Tensor(x1) @ Tensor(x2)
    assert y.dtype == dtype
    assert y.shape == np.matmul(x1, x2).shape
    np.testing.assert_allclose(y, np.matmul(x1, x2), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(x1 @ Tensor(x2), np.matmul(x1, x2), rtol=1e-5, atol=1e-6)


def test_a_layers_gradients_are_right_at_full_size():
    x, w = normal(100, 300, dtype=np.float32), normal(300, 50, dtype=np.float32)
    g = np.ones((100, 50), np.float32)
    for lead in ((100,), (5, 20), (2, 5, 10)):
        xs, ws = Tensor(x.reshape(*lead, 300), requires_grad=True), Tensor(w, requires_grad=True)
        mg.ops.matmul(xs, ws).backward(g.reshape(*lead, 50))
        np.testing.assert_allclose(xs.grad.reshape(x.shape), g @ w.T, rtol=1e-4, atol=1e-3)
        np.testing.assert_allclose(ws.grad, x.T @ g, rtol=1e-4, atol=1e-3)


def test_only_the_gradient_that_is_needed_is_computed(monkeypatch):
    calls = []
    real = matrix_products.matmul_kernel
    monkeypatch.setattr(matrix_products, "matmul_kernel", lambda a, b: calls.append((a, b)) or real(a, b))
    w = Tensor(normal(30, 4), requires_grad=True)
    y = mg.ops.matmul(normal(20, 30), w)
    y.backward(np.ones((20, 4)))
    assert len(calls) == 2
    assert calls[1][0].base is not None  # the transpose is a view, not a copy


def test_a_list_takes_the_others_dtype():
    assert mg.ops.matmul([[1.0, 2.0]], Tensor(normal(2, 2))).dtype == np.float64
    assert mg.ops.matmul(np.array([[1, 2]]), np.array([3, 4])).tolist() == [11]


def test_matmuls_errors_name_the_axes():
    with pytest.raises(
        ShapeError,
        match=r"matmul: axis -1 of x1 has size 3 and axis -2 of x2 has size 4.*\(2, 3\) and \(4, 5\)",
    ):
        mg.ops.matmul(np.ones((2, 3)), np.ones((4, 5)))
    with pytest.raises(ShapeError, match="matmul: axis -1 of x1 has size 3 and axis -1 of x2 has size 4"):
        mg.ops.matmul(np.ones(3), np.ones(4))
    with pytest.raises(
        ShapeError, match=r"matmul: both must have .* \(\) and \(2, 2\). To scale by a number"
    ):
        mg.ops.matmul(2.0, np.ones((2, 2)))
    with pytest.raises(ShapeError, match=r"matmul.*\(2, 3, 4\) and \(5, 4, 6\)"):
        mg.ops.matmul(np.ones((2, 3, 4)), np.ones((5, 4, 6)))


@pytest.mark.parametrize("name", ["dot", "inner"])
@given(st.data())
def test_dot_and_inner_are_numpys(name, data):
    k = data.draw(st.integers(1, 3))
    one, other = (data.draw(shapes(max_ndim=2)) for _ in range(2))
    shape1 = data.draw(st.sampled_from([(*one, k), ()]))
    shape2 = (*other, k) if name == "inner" else (*other[:-1], k, *other[-1:])
    x1, x2 = data.draw(arrays(shape1)), data.draw(arrays(data.draw(st.sampled_from([shape2, ()]))))
    expected = getattr(np, name)(x1, x2)
    y = getattr(mg.ops, name)(Tensor(x1), Tensor(x2))
    assert y.shape == expected.shape
    np.testing.assert_allclose(y, expected, atol=1e-13)


def test_gradients_of_what_is_made_of_matmul():
    x, y, z = normal(2, 3, 4), normal(5, 4, 2), normal(3, 4, 2)
    check_gradients(mg.ops.dot, x, y, order=2, max_elements=10)
    check_gradients(lambda x, z: mg.ops.tensordot(x, z, ((1, -1), (0, 1))), x, z, order=2, max_elements=10)
    check_gradients(lambda x, z: mg.ops.vdot(x, z), x, z, order=2, max_elements=10)
    check_gradients(mg.ops.inner, x, normal(4), order=2)


def test_tensordot_is_numpys():
    x, y = normal(2, 3, 4), normal(3, 4, 5)
    for axes in (2, ([1, 2], [0, 1]), ((1,), (0,)), (2, 1), (-1, -2)):
        np.testing.assert_allclose(mg.ops.tensordot(Tensor(x), y, axes), np.tensordot(x, y, axes), rtol=1e-12)
    assert mg.ops.tensordot(x, y, 0).shape == (2, 3, 4, 3, 4, 5)
    np.testing.assert_array_equal(mg.ops.tensordot(np.ones((2, 0)), np.ones((0, 3)), 1), np.zeros((2, 3)))
    np.testing.assert_allclose(mg.ops.vdot(x, x.reshape(6, 4)), np.vdot(x, x))


def test_errors_of_dot_and_the_like():
    with pytest.raises(ShapeError, match="dot: axis -1 of x1 has size 2 and axis -1 of x2 has size 3"):
        mg.ops.dot(np.ones(2), np.ones(3))
    with pytest.raises(ShapeError, match="inner: axis -1 of x1 has size 2"):
        mg.ops.inner(np.ones((3, 2)), np.ones((2, 3)))
    with pytest.raises(ShapeError, match=r"vdot: .* got shapes \(2,\) and \(3,\)"):
        mg.ops.vdot(np.ones(2), np.ones(3))
    with pytest.raises(ShapeError, match="tensordot: axis 1 of x1 has size 3 and axis 0 of x2 has size 2"):
        mg.ops.tensordot(np.ones((2, 3)), np.ones((2, 3)), 1)
    with pytest.raises(ShapeError, match="tensordot: axes=3 axes of arrays of 2 and 2"):
        mg.ops.tensordot(np.ones((2, 3)), np.ones((2, 3)), 3)
    with pytest.raises(ShapeError, match="tensordot: axes must name as many axes of x1 as of x2"):
        mg.ops.tensordot(np.ones((2, 3)), np.ones((2, 3)), ((0, 1), (0,)))
    with pytest.raises(ShapeError, match="tensordot: axis 2 is out of range"):
        mg.ops.tensordot(np.ones((2, 3)), np.ones((2, 3)), (2, 0))
    with pytest.raises(ValueError, match=r"tensordot: axes must be an integer or a pair .* got 'ab'"):
        mg.ops.tensordot(np.ones((2, 3)), np.ones((2, 3)), "ab")
