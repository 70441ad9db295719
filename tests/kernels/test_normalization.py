"""The passes of batch normalization: right in every block, and the same bits on any number of threads."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad.kernels import normalization
from minigrad.kernels.threads import get_num_threads, set_num_threads

COUNTS, CHANNELS, PLACES = (1, 2, 63, 5000, 70_001), (1, 3, 32), (1, 2, 50, 40_000)
SHAPES = st.tuples(*map(st.sampled_from, (COUNTS, CHANNELS, PLACES))).filter(lambda one: np.prod(one) < 3e6)


def normal(shape, dtype, seed=0):
    return np.random.default_rng(seed).normal(3.0, 2.0, shape).astype(dtype)


@given(SHAPES, st.sampled_from((np.float32, np.float64)))
def test_numpy_agrees(shape, dtype):
    x, g, wide = normal(shape, dtype), normal(shape, dtype, 1), normal(shape, dtype).astype(np.float64)
    close = 2e-5 if dtype == np.float32 else 1e-11
    mean, variance = normalization.moments(x)
    np.testing.assert_allclose(mean, wide.mean(axis=(0, 2)), rtol=close)
    np.testing.assert_allclose(variance, wide.var(axis=(0, 2)), rtol=close, atol=close)
    m, v = mean[:, None], variance[:, None]
    out = normalization.center_scale_shift(x, mean, variance, mean)
    np.testing.assert_allclose(out, (x - m) * v + m, rtol=close)
    np.testing.assert_allclose(normalization.center_scale_shift(x, mean, variance), (x - m) * v, rtol=close)
    total, product = normalization.gradient_sums(g, x, mean)
    np.testing.assert_allclose(total, g.astype(np.float64).sum(axis=(0, 2)), rtol=close)
    scale = shape[0] * shape[2] * 10
    np.testing.assert_allclose(
        product, (g.astype(np.float64) * (wide - m)).sum(axis=(0, 2)), rtol=close, atol=close * scale
    )
    sums = normalization.scaled_sum(g, mean, x, variance, mean, total)
    expected = g * m + (x - v) * m + total[:, None]
    np.testing.assert_allclose(sums, expected, rtol=close, atol=close * scale)
    assert {a.dtype for a in (mean, variance, out, total, product, sums)} == {np.dtype(dtype)}


@pytest.mark.parametrize("shape", [(70_001, 7, 1), (301, 7, 50)])
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_the_number_of_threads_changes_no_bit(threads, shape):
    x, g = normal(shape, np.float32), normal(shape, np.float32, 1)

    def run():
        mean, variance = normalization.moments(x)
        out = normalization.center_scale_shift(x, mean, variance, mean)
        sums = normalization.scaled_sum(g, mean, x, variance, mean, mean)
        return [mean, variance, out, sums, *normalization.gradient_sums(g, x, mean)]

    before = get_num_threads()
    expected = run()
    try:
        set_num_threads(threads)
        for one, other in zip(run(), expected, strict=True):
            assert one.tobytes() == other.tobytes()
    finally:
        set_num_threads(before)
