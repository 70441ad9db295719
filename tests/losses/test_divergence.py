"""Kullback-Leibler's divergence and Poisson's loss, against SciPy and at their edges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gammaln, rel_entr
from scipy.stats import poisson

import minigrad as mg
from minigrad import losses


@given(st.integers(1, 4), st.integers(2, 5), st.integers(0, 5))
def test_divergence(batch, classes, seed):
    generator = np.random.default_rng(seed)
    t, p = generator.dirichlet(np.full(classes, 2.0), size=(2, batch))
    np.testing.assert_allclose(
        losses.kl_divergence(t, p).numpy(), rel_entr(t, p).sum(-1), rtol=1e-5, atol=1e-6
    )


def test_divergence_of_a_distribution_from_itself_is_zero():
    p = np.array([[0.25, 0.75, 0.0]])
    assert losses.KLDivergence()(p, p).item() == pytest.approx(0.0, abs=1e-7)


def test_divergence_from_the_impossible_is_finite():
    y_pred = mg.Tensor([[0.0, 1.0]], requires_grad=True)
    loss = losses.KLDivergence()([[1.0, 0.0]], y_pred)
    assert loss.item() == pytest.approx(-np.log(1e-7), rel=1e-5)
    loss.backward()
    assert np.isfinite(y_pred.grad).all()


@given(
    st.lists(st.integers(0, 20), min_size=3, max_size=3), st.lists(st.floats(0.1, 20), min_size=3, max_size=3)
)
def test_poisson_is_minus_the_logarithm_of_the_probability(counts, means):
    t, y = np.array([counts]), np.array([means])
    expected = -(poisson.logpmf(t, y) + gammaln(t + 1)).mean()
    assert losses.poisson(t, y).item() == pytest.approx(expected, rel=1e-5, abs=1e-5)


def test_poisson_of_a_mean_of_zero_is_finite():
    assert losses.Poisson(dtype="float64")([[1.0]], [[0.0]]).item() == pytest.approx(-np.log(1e-7))
