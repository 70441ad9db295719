import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import ShapeError
from minigrad.ops.recurrence import linear_recurrence, shift
from minigrad.testing import check_gradients
from minigrad.testing.strategies import arrays, shapes


def product_slopes(x):
    """The plain definition: for each element, multiply the others."""
    return np.array([np.prod(np.delete(x, index)) for index in range(len(x))])


@pytest.mark.parametrize("zeros", [(), (1,), (0, 3), (0, 1, 2, 3)])
def test_the_products_gradient_with_zeros(zeros):
    x = np.array([2.0, -3.0, 0.5, 4.0])
    x[list(zeros)] = 0.0
    tensor = Tensor(x, requires_grad=True)
    mg.ops.prod(tensor).backward()
    np.testing.assert_array_equal(tensor.grad, product_slopes(x))
    check_gradients(mg.ops.prod, x, order=2)


def test_the_products_gradient_over_several_axes():
    x = np.random.default_rng(0).uniform(-2, 2, (2, 3, 4, 2))
    x[0, 1, 2, 0] = x[1, 0, 0, 1] = x[1, 2, 3, 1] = 0.0
    tensor = Tensor(x, requires_grad=True)
    weights = np.arange(1.0, 7.0).reshape(3, 2)
    mg.ops.prod(tensor, axis=(2, 0)).backward(weights)
    for j in range(3):
        for k in range(2):
            slopes = product_slopes(x[:, j, :, k].ravel()).reshape(2, 4)
            np.testing.assert_allclose(tensor.grad[:, j, :, k], weights[j, k] * slopes, rtol=1e-13)


def test_a_product_of_large_and_small_numbers_does_not_divide():
    x = Tensor([1e-30, 1e30, 0.0, 2.0], requires_grad=True)
    mg.ops.prod(x).backward()
    np.testing.assert_allclose(x.grad, [0, 0, 2, 0], rtol=1e-6)


def test_dtypes_of_products_and_sums():
    x = np.array([100, 100], np.int8)
    assert mg.ops.prod(x, dtype="float64").dtype == np.float64
    assert mg.ops.prod(x).item() == 10000
    np.testing.assert_array_equal(mg.ops.cumsum(x, dtype="float32"), np.float32([100, 200]))
    assert mg.ops.cumsum(Tensor([1.0, 2.0]), dtype="float64").dtype == np.float64
    np.testing.assert_array_equal(mg.ops.cumprod(np.array([1, 2, 3])), [1, 2, 6])


@pytest.mark.parametrize("name", ["cumsum", "cumprod"])
@given(st.data())
def test_running_values_are_numpys(name, data):
    x = data.draw(arrays(shapes()))
    axis = data.draw(st.one_of(st.none(), *([st.integers(-x.ndim, x.ndim - 1)] if x.ndim else [])))
    y = getattr(mg.ops, name)(Tensor(x), axis)
    np.testing.assert_allclose(y, getattr(np, name)(x, axis=axis), rtol=1e-13)
    assert y.shape == getattr(np, name)(x, axis=axis).shape


@pytest.mark.parametrize("axis", [None, 0, 1, -1])
def test_running_gradients_with_zeros(axis):
    x = np.array([[1.5, 0.0, -2.0, 0.0], [0.0, 2.0, 3.0, 0.5]])
    check_gradients(lambda x: mg.ops.cumprod(x, axis), x, order=2)
    check_gradients(lambda x: mg.ops.cumsum(x, axis), x, order=2)


def test_a_running_axis_that_is_not_there_is_named():
    with pytest.raises(ShapeError, match="cumsum: axis 1"):
        mg.ops.cumsum(np.ones(3), 1)
    with pytest.raises(ShapeError, match="cumprod: axis -2"):
        mg.ops.cumprod(np.ones(3), -2)


@given(st.data())
def test_differences_are_numpys(data):
    x = data.draw(arrays(shapes(min_ndim=1, max_size=5)))
    n, axis = data.draw(st.integers(0, 4)), data.draw(st.integers(-x.ndim, x.ndim - 1))
    np.testing.assert_allclose(mg.ops.diff(Tensor(x), n, axis), np.diff(x, n, axis), atol=1e-14)


def test_differences_of_booleans_integers_and_lists():
    np.testing.assert_array_equal(mg.ops.diff(np.array([True, True, False])), [False, True])
    np.testing.assert_array_equal(mg.ops.diff(np.array([1, 4, 9])), [3, 5])
    np.testing.assert_array_equal(mg.ops.diff([1.0, 4.0, 9.0], n=2), [2])
    check_gradients(lambda x: mg.ops.diff(x, 2, 0) ** 2, np.arange(8.0).reshape(4, 2) ** 2, order=2)


def test_differences_errors():
    with pytest.raises(ValueError, match="diff: n must be 0 or more; got -1"):
        mg.ops.diff([1.0, 2.0], -1)
    with pytest.raises(ShapeError, match="diff: a must have an axis"):
        mg.ops.diff(np.array(1.0))
    with pytest.raises(ShapeError, match="diff: axis 1"):
        mg.ops.diff([1.0, 2.0], axis=1)


def test_a_linear_recurrence_is_its_loop():
    a, b = np.random.default_rng(0).normal(size=(2, 3, 5))
    for reverse in (False, True):
        expected, y = np.zeros((3, 5)), np.zeros(3)
        for i in reversed(range(5)) if reverse else range(5):
            y = expected[:, i] = a[:, i] * y + b[:, i]
        np.testing.assert_allclose(linear_recurrence(a, b, reverse), expected)
    with pytest.raises(
        ShapeError, match=r"linear_recurrence: a and b must have one shape .* \(2,\) and \(3,\)"
    ):
        linear_recurrence(np.ones(2), np.ones(3))


def test_shifting_out_of_sight():
    x = np.array([1.0, 2.0, 3.0])
    np.testing.assert_array_equal(shift(x, 2, 7.0), [7, 7, 1])
    np.testing.assert_array_equal(shift(x, -1), [2, 3, 0])
    for by in (3, 9, -3, -9):
        np.testing.assert_array_equal(shift(x, by), [0, 0, 0])
