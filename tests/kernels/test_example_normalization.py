"""Normalization of examples in groups: NumPy's plain formula, in every block, on any number of threads."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad.kernels.example_normalization import normalize_groups, normalize_groups_gradient
from minigrad.kernels.threads import get_num_threads, set_num_threads

SHAPES = st.tuples(*map(st.sampled_from, ((0, 1, 3, 700), (1, 2, 60, 2500), (1, 2, 4)))).filter(
    lambda one: np.prod(one) < 1e6
)


def normal(shape, dtype, seed=0):
    return np.random.default_rng(seed).normal(3.0, 2.0, shape).astype(dtype)


def plain(x, groups, epsilon, scale, offset, g):
    """The formulas of forward and backward pass on whole arrays, in float64."""
    x, scale, offset, g = (one.astype(np.float64) for one in (x, scale, offset, g))
    parts = (*x.shape[:2], groups, x.shape[2] // groups)

    def means(y):
        full = np.broadcast_to(y.reshape(parts).mean(axis=(1, 3), keepdims=True), parts)
        return full.reshape(x.shape)

    inverse = 1 / np.sqrt(means((x - means(x)) ** 2) + epsilon)
    h, z = g * scale, (x - means(x)) * inverse
    dx = inverse * (h - means(h) - z * means(h * z))
    return z * scale + offset, dx, (g * z).sum(axis=(0, 1)), g.sum(axis=(0, 1))


@given(SHAPES, st.sampled_from((1, 2, 3)), st.sampled_from((np.float32, np.float64)), st.booleans())
def test_the_plain_formula_agrees(shape, groups, dtype, scaled):
    shape = (*shape[:2], shape[2] * groups)
    x, g = normal(shape, dtype), normal(shape, dtype, 1)
    scale, offset = (
        normal((2, shape[2]), dtype, 2)
        if scaled
        else np.array([[1.0], [0.0]], dtype).repeat(shape[2], axis=1)
    )
    y, mean, inverse = normalize_groups(x, groups, 0.1, *((scale, offset) if scaled else ()))
    gradients = normalize_groups_gradient(g, x, mean, inverse, *((scale,) if scaled else ()))
    assert mean.shape == inverse.shape == (shape[0], groups)
    close = 1e-4 if dtype == np.float32 else 1e-11
    expecteds = plain(x, groups, 0.1, scale, offset, g)
    first, turned = (np.ascontiguousarray(one.swapaxes(1, 2)) for one in (x, g))  # channels first
    y1, mean1, inverse1 = normalize_groups(
        first, groups, 0.1, *((scale, offset) if scaled else (None, None)), 1
    )
    dx1, *rest = normalize_groups_gradient(turned, first, mean1, inverse1, scale if scaled else None, 1)
    again = (y1.swapaxes(1, 2), dx1.swapaxes(1, 2), *rest)
    for one, expected in zip((y, *gradients, *again), expecteds * 2, strict=True):
        assert one.dtype == dtype
        np.testing.assert_allclose(one, expected, rtol=close, atol=close * np.sqrt(x.size + 1))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_mean_far_from_zero_does_no_harm(dtype):
    x = normal((3, 5000, 4), dtype) + dtype(1000)
    y, _, _ = normalize_groups(x, 2, 1e-3)
    expected, *_ = plain(x, 2, 1e-3, np.ones(4), np.zeros(4), x)
    np.testing.assert_allclose(y, expected, atol=1e-4 if dtype == np.float32 else 1e-11)


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize(("shape", "groups"), [((1001, 1, 512), 1), ((17, 100, 64), 8)])
def test_the_number_of_threads_changes_no_bit(threads, shape, groups):
    x, g, scale = normal(shape, np.float32), normal(shape, np.float32, 1), normal(shape[2:], np.float32, 2)

    def run():
        y, mean, inverse = normalize_groups(x, groups, 1e-3, scale, scale)
        return [y, mean, inverse, *normalize_groups_gradient(g, x, mean, inverse, scale)]

    before = get_num_threads()
    expected = run()
    try:
        set_num_threads(threads)
        for one, other in zip(run(), expected, strict=True):
            assert one.tobytes() == other.tobytes()
    finally:
        set_num_threads(before)
