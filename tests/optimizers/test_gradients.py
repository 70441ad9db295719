"""Clipping against its definition."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from minigrad.optimizers.blocks import BLOCK, sum_of_squares
from minigrad.optimizers.gradients import clip_factors, scaled

SHAPES = [(), (3,), (4, 5), (BLOCK + 3,)]


def gradients(seed):
    rng = np.random.default_rng(seed)
    return [np.asarray(rng.normal(size=shape)) for shape in SHAPES]


@given(st.integers(0, 5), st.sampled_from([0.01, 1.0, 100.0]), st.sampled_from([1.0, 0.125]))
def test_clipnorm_limits_the_norm_of_each(seed, limit, scale):
    given_gradients = gradients(seed)
    factors = clip_factors(given_gradients, scale, limit, None)
    for gradient, factor in zip(given_gradients, factors, strict=True):
        norm = np.linalg.norm(scale * gradient)
        np.testing.assert_allclose(factor * gradient, scale * gradient * limit / max(norm, limit), rtol=1e-12)


@given(st.integers(0, 5), st.sampled_from([0.01, 1.0, 100.0, 1000.0]), st.sampled_from([1.0, 0.125]))
def test_global_clipnorm_limits_the_norm_of_all(seed, limit, scale):
    given_gradients = gradients(seed)
    factors = clip_factors(given_gradients, scale, None, limit)
    norm = np.linalg.norm(scale * np.concatenate([np.ravel(gradient) for gradient in given_gradients]))
    np.testing.assert_allclose(factors, [scale * limit / max(norm, limit)] * len(SHAPES), rtol=1e-12)


def test_zero_gradients_stay_zero():
    assert clip_factors([np.zeros(3)], 1.0, 0.5, None) == [1.0]
    assert clip_factors([np.zeros(3)], 1.0, None, 0.5) == [1.0]


def test_a_gradient_that_needs_no_change_is_not_copied():
    gradient = np.ones(3)
    assert scaled(gradient, 1.0, None) is gradient


def test_clipvalue_limits_each_element():
    gradient = np.array([-3.0, -0.25, 0.25, 3.0])
    assert scaled(gradient, 2.0, 1.0).tolist() == [-1.0, -0.5, 0.5, 1.0]
    assert gradient.tolist() == [-3.0, -0.25, 0.25, 3.0]


def test_sum_of_squares_of_many_blocks():
    array = np.random.default_rng(0).normal(size=(3, BLOCK + 1)).astype(np.float32)
    exact = np.sum(array.astype(np.float64) ** 2)
    np.testing.assert_allclose(sum_of_squares(array), exact, rtol=1e-6)
    np.testing.assert_allclose(sum_of_squares(array.T), exact, rtol=1e-6)
