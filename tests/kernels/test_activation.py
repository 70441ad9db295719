"""Activations in blocks: the plain formula's numbers, whatever the size, layout and number of threads."""

import numpy as np
import pytest
from scipy import special as scipy_special

from minigrad.kernels import activation, special
from minigrad.kernels.elementwise import BLOCK, over_blocks
from minigrad.kernels.threads import get_num_threads, set_num_threads

SIZES = [(), (0,), (3, 1), (BLOCK,), (BLOCK + 1,), (5, BLOCK // 2)]
TOLERANCE = {np.float16: 4e-3, np.float32: 1e-6, np.float64: 1e-14}
ROOT_HALF, SLOPE = np.sqrt(0.5), np.sqrt(2 / np.pi)


def normal(shape, dtype, seed=0):
    return np.asarray(3.0 * np.random.default_rng(seed).normal(size=shape), dtype)


def curve(x, approximate):
    """F(x) and its derivative in float64."""
    if not approximate:
        return scipy_special.ndtr(x), np.exp(-x * x / 2) / np.sqrt(2 * np.pi)
    t = np.tanh(SLOPE * (x + 0.044715 * x**3))
    return (1 + t) / 2, (1 - t * t) / 2 * SLOPE * (1 + 3 * 0.044715 * x * x)


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("shape", SIZES)
def test_the_plain_formulas_agree(shape, dtype):
    x, g = normal(shape, dtype), normal(shape, dtype, 1)
    wide, gradient, close = x.astype(np.float64), g.astype(np.float64), TOLERANCE[dtype]

    def check(found, expected):
        assert (found.dtype, found.shape) == (dtype, shape)
        largest = max(1.0, np.abs(gradient).max(initial=0.0))  # its error is multiplied by g
        np.testing.assert_allclose(found, expected, rtol=close, atol=5 * close * largest)

    check(activation.relu(x), np.maximum(wide, 0))
    check(activation.relu_gradient(g, x), gradient * (wide > 0))
    logistic = scipy_special.expit(wide)
    check(activation.silu(x), wide * logistic)
    check(activation.silu_gradient(g, x, x), gradient * (logistic + wide * (1 - logistic)))
    check(activation.tanh(x), np.tanh(wide))
    check(activation.tanh_gradient(g, x), gradient * (1 - wide**2))
    check(activation.sigmoid(x), scipy_special.expit(wide))
    check(activation.sigmoid_gradient(g, x), gradient * wide * (1 - wide))
    check(special.erf(x), scipy_special.erf(wide))
    for approximate in (False, True):
        below, bell = curve(wide, approximate)
        out, kept = activation.gelu(x, approximate)
        check(out, wide * below)
        check(kept, below)
        check(activation.gelu_gradient(g, x, kept, approximate), gradient * (below + wide * bell))


def test_extreme_numbers_neither_warn_nor_go_wrong():
    x = np.array([-1e30, -1e4, 1e4, 1e30], np.float32)
    np.testing.assert_array_equal(activation.sigmoid(x), [0, 0, 1, 1])
    np.testing.assert_array_equal(activation.silu(x), [0, 0, 1e4, np.float32(1e30)])
    np.testing.assert_array_equal(
        activation.silu_gradient(np.ones_like(x), x, activation.silu(x)), [0, 0, 1, 1]
    )
    np.testing.assert_array_equal(special.erf(x), [-1, -1, 1, 1])
    x = np.array([-1e4, -30.0, 30.0, 1e4], np.float32)
    for approximate in (False, True):
        out, kept = activation.gelu(x, approximate)
        np.testing.assert_array_equal(out, [0, 0, 30, 1e4])
        np.testing.assert_array_equal(
            activation.gelu_gradient(np.ones_like(x), x, kept, approximate), [0, 0, 1, 1]
        )


def test_arrays_that_are_not_contiguous_are_read_right():
    x = normal((300, 400), np.float32).T[:, ::2]
    np.testing.assert_array_equal(activation.sigmoid(x), activation.sigmoid(x.copy()))
    g = np.broadcast_to(np.float32(2.0), x.shape)
    np.testing.assert_array_equal(activation.tanh_gradient(g, x), 2 * activation.tanh_gradient(g / 2, x))


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_the_number_of_threads_changes_no_bit(threads):
    x = normal((5 * BLOCK + 7,), np.float32)

    def run():
        out, kept = activation.gelu(x, False)
        gradients = [activation.gelu_gradient(x, x, kept, False), activation.silu_gradient(x, x, out)]
        return [out, kept, *gradients, activation.relu_gradient(x, x), activation.tanh(x), special.erf(x)]

    before = get_num_threads()
    expected = run()
    try:
        set_num_threads(threads)
        for one, other in zip(run(), expected, strict=True):
            assert one.tobytes() == other.tobytes()
    finally:
        set_num_threads(before)


def test_each_cell_is_in_one_block():
    seen = np.zeros((3, BLOCK), np.int64)

    def steps(part):
        part += 1

    over_blocks(steps, seen)
    assert (seen == 1).all()
