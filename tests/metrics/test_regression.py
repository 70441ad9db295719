"""Regression metrics: R squared, correlations, and that a mean over batches is the loss of all samples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import pearsonr

from minigrad import losses, metrics
from minigrad.errors import ShapeError

rng = np.random.default_rng(0)
T, Y, W = rng.uniform(0.1, 1.0, size=(7, 3)), rng.uniform(0.1, 1.0, size=(7, 3)), rng.uniform(size=7)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(
    ("name", "loss"),
    [
        ("MeanAbsoluteError", "MeanAbsoluteError"),
        ("MeanAbsolutePercentageError", "MeanAbsolutePercentageError"),
        ("MeanSquaredError", "MeanSquaredError"),
        ("MeanSquaredLogarithmicError", "MeanSquaredLogarithmicError"),
        ("LogCoshError", "LogCosh"),
        ("KLDivergence", "KLDivergence"),
        ("Poisson", "Poisson"),
        ("Hinge", "Hinge"),
        ("SquaredHinge", "SquaredHinge"),
        ("CategoricalHinge", "CategoricalHinge"),
        ("CosineSimilarity", "CosineSimilarity"),
        ("RootMeanSquaredError", "MeanSquaredError"),
    ],
)
def test_over_batches_it_is_the_loss_of_all_samples(name, loss, weighted):
    metric = getattr(metrics, name)()
    for batch in (slice(0, 4), slice(4, 7)):
        metric.update_state(T[batch], Y[batch], W[batch] if weighted else None)
    expected = getattr(losses, loss)(reduction="mean_with_sample_weight")(
        T, Y, W if weighted else None
    ).item()
    if name == "CosineSimilarity":
        expected = -expected
    if name == "RootMeanSquaredError":
        expected **= 0.5
    assert metric.result().item() == pytest.approx(expected, rel=1e-6)


def test_the_root_is_taken_once_over_all_batches():
    metric = metrics.RootMeanSquaredError()
    metric.update_state([0.0, 0.0], [3.0, 3.0])
    assert metric([0.0, 0.0], [4.0, 4.0]).item() == pytest.approx(12.5**0.5)
    with pytest.raises(
        ShapeError, match="root_mean_squared_error: y_true and y_pred must have the same shape"
    ):
        metric.update_state(np.zeros(3), np.zeros((3, 3)))


# -- R squared -----------------------------------------------------------------------------------------


def r2(t, y, w):
    mean = (w * t).sum(0) / w.sum(0)
    return 1 - (w * (t - y) ** 2).sum(0) / (w * (t - mean) ** 2).sum(0)


@pytest.mark.parametrize("weights", [None, W, W[:, None], rng.uniform(size=(7, 3))])
def test_r2(weights):
    w = np.ones((7, 3)) if weights is None else np.broadcast_to(weights.reshape(7, -1), (7, 3))
    each = r2(T, Y, w)
    spread = (w * (T - (w * T).sum(0) / w.sum(0)) ** 2).sum(0)
    for way, expected in (
        (None, each),
        ("uniform_average", each.mean()),
        ("variance_weighted_average", np.average(each, weights=spread)),
    ):
        metric = metrics.R2Score(way)
        for batch in (slice(0, 2), slice(2, 7)):
            metric.update_state(T[batch], Y[batch], None if weights is None else weights[batch])
        np.testing.assert_allclose(metric.result().numpy(), expected, rtol=1e-5)


def test_r2_of_the_truth_and_of_its_mean():
    assert metrics.R2Score()(T, T).item() == 1.0
    assert metrics.R2Score()(T, np.broadcast_to(T.mean(0), T.shape)).item() == pytest.approx(0.0, abs=1e-6)


def test_r2_of_large_numbers_is_exact_enough():
    # in float32, the squares of such numbers have no digit left for the variance
    moved = metrics.R2Score()(T + 1e4, Y + 1e4).item()
    assert moved == pytest.approx(metrics.R2Score()(T, Y).item(), rel=1e-5)


def test_r2_adjusted():
    plain = metrics.R2Score()(T, Y).item()
    adjusted = metrics.R2Score(num_regressors=2)(T, Y).item()
    assert adjusted == pytest.approx(1 - (1 - plain) * 6 / 4, rel=1e-5)
    ignored = np.r_[W[:6], 0.0]  # a sample of no weight is none
    plain = metrics.R2Score()(T, Y, ignored).item()
    adjusted = metrics.R2Score(num_regressors=2)(T, Y, ignored).item()
    assert adjusted == pytest.approx(1 - (1 - plain) * 5 / 3, rel=1e-5)
    for regressors in (6, 7):
        with pytest.warns(
            UserWarning, match=f"of 7 samples can't be adjusted for num_regressors={regressors}"
        ):
            assert metrics.R2Score(num_regressors=regressors)(T, Y).item() == metrics.R2Score()(T, Y).item()


def test_r2_of_a_constant_truth():
    assert metrics.R2Score()([[1.0], [1.0]], [[1.0], [2.0]]).item() == 0.0
    assert np.isnan(metrics.R2Score()([[1.0], [1.0]], [[1.0], [1.0]]).item())


def test_r2_wrong_arguments():
    with pytest.raises(
        ValueError, match=r"R2Score: class_aggregation must be one of None, 'uniform_.* got 'mean'"
    ):
        metrics.R2Score("mean")
    with pytest.raises(ValueError, match=r"R2Score: num_regressors must be an integer >= 0; got -1"):
        metrics.R2Score(num_regressors=-1)
    metric = metrics.R2Score(name="r")
    with pytest.raises(ShapeError, match=r"r: y_pred must have shape \(samples, outputs\); got \(7,\)"):
        metric.update_state(T[:, 0], Y[:, 0])
    metric.update_state(T, Y)
    with pytest.raises(ShapeError, match=r"r: y_pred of shape \(7, 2\) has 2 outputs, not 3 as before"):
        metric.update_state(T[:, :2], Y[:, :2])


# -- correlations --------------------------------------------------------------------------------------


@given(st.integers(0, 9), st.sampled_from([0, 1, -1]))
def test_pearson_against_scipy(seed, axis):
    t, y = np.random.default_rng(seed).normal(size=(2, 6, 5))
    np.testing.assert_allclose(
        metrics.pearson_correlation(t, y, axis).numpy(),
        pearsonr(t, y, axis=axis).statistic,
        rtol=1e-9,
        atol=1e-12,
    )


@given(st.integers(0, 9), st.sampled_from([0, 1, -1]))
def test_concordance_against_its_formula(seed, axis):
    t, y = np.random.default_rng(seed).normal(size=(2, 6, 5))
    covariance = ((t - t.mean(axis, keepdims=True)) * (y - y.mean(axis, keepdims=True))).mean(axis)
    expected = 2 * covariance / (t.var(axis) + y.var(axis) + (t.mean(axis) - y.mean(axis)) ** 2)
    actual = metrics.concordance_correlation(t, y, axis).numpy()
    np.testing.assert_allclose(actual, expected, rtol=1e-6, atol=1e-9)


def test_a_shift_disturbs_concordance_alone():
    t = np.array([[1.0, 2.0, 3.0]])
    assert metrics.PearsonCorrelation()(t, 2 * t + 5).item() == pytest.approx(1.0)
    assert metrics.ConcordanceCorrelation()(t, t + 5).item() < 0.1
    assert metrics.ConcordanceCorrelation()(t, t).item() == pytest.approx(1.0)


def test_what_does_not_vary_has_no_correlation():
    assert np.isnan(metrics.PearsonCorrelation()([[1.0, 1.0]], [[1.0, 2.0]]).item())
    assert metrics.ConcordanceCorrelation()([[1.0, 1.0]], [[1.0, 2.0]]).item() == 0.0
