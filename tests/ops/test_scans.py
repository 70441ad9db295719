import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad import ops
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients
from minigrad.testing.strategies import arrays

RNG = np.random.default_rng(0)


@given(st.integers(0, 17), st.booleans(), st.sampled_from([0, 1, -1]))
def test_a_running_sum_is_numpys(length, reverse, axis):
    x = RNG.normal(size=(3, length) if axis else (length, 3))
    y = ops.associative_scan(lambda a, b: a + b, Tensor(x), reverse, axis)
    turned = np.flip(x, axis) if reverse else x
    expected = np.cumsum(turned, axis)
    np.testing.assert_allclose(y, np.flip(expected, axis) if reverse else expected, atol=1e-12)


def test_the_order_is_kept():
    """Matrices don't commute."""
    x = RNG.normal(size=(7, 2, 2))
    y = ops.associative_scan(ops.matmul, Tensor(x)).numpy()
    expected = x[0]
    for i in range(1, 7):
        expected = expected @ x[i]
        np.testing.assert_allclose(y[i], expected, rtol=1e-9)


def test_structures():
    xs = {"factor": RNG.normal(size=5), "add": RNG.normal(size=5)}

    def compose(first, then):
        return {
            "factor": first["factor"] * then["factor"],
            "add": first["add"] * then["factor"] + then["add"],
        }

    y, state = ops.associative_scan(compose, xs)["add"].numpy(), 0.0
    for i in range(5):
        state = xs["factor"][i] * state + xs["add"][i]
        np.testing.assert_allclose(y[i], state)


@given(arrays((5, 2)))
def test_gradients(x):
    check_gradients(lambda x: ops.associative_scan(lambda a, b: a * b, x) ** 2, x, order=2, max_elements=4)


def test_bad_input():
    with pytest.raises(ShapeError, match="axis 2 is out of range"):
        ops.associative_scan(ops.add, np.ones((2, 2)), axis=2)
    with pytest.raises(ShapeError, match="different lengths"):
        ops.associative_scan(lambda a, b: a, [np.ones(2), np.ones(3)])
