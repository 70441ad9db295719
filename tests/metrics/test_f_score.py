"""F scores against precision and recall, and wrong arguments."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad.errors import ShapeError
from minigrad.metrics import F1Score, FBetaScore

rng = np.random.default_rng(0)


def scores(t, chosen, beta):
    hits, found, true = (t * chosen).sum(0), chosen.sum(0), t.sum(0)
    return (1 + beta**2) * hits / (beta**2 * true + found)


@given(st.integers(0, 9), st.floats(0.25, 4.0), st.sampled_from([None, 0.5]), st.integers(1, 7))
def test_against_the_definition(seed, beta, threshold, cut):
    generator = np.random.default_rng(seed)
    t, y = generator.integers(0, 2, size=(8, 3)), generator.uniform(size=(8, 3))
    t[0] = t[1] = 1  # of every class there is one
    chosen = y > threshold if threshold else y == y.max(-1, keepdims=True)
    each = scores(t, chosen, beta)
    for average, expected in (
        (None, each),
        ("macro", each.mean()),
        ("weighted", np.average(each, weights=t.sum(0))),
        ("micro", scores(t.ravel(), chosen.ravel(), beta)),
    ):
        metric = FBetaScore(average, beta, threshold)
        metric.update_state(t[:cut], y[:cut])
        np.testing.assert_allclose(metric(t[cut:], y[cut:]).numpy(), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("average", [None, "micro", "macro", "weighted"])
def test_weights_are_repetitions(average):
    t, y = rng.integers(0, 2, size=(5, 3)), rng.uniform(size=(5, 3))
    repeated = F1Score(average, 0.5)(np.repeat(t, [1, 2, 0, 3, 1], 0), np.repeat(y, [1, 2, 0, 3, 1], 0))
    for weights in ([1, 2, 0, 3, 1], np.array([[1], [2], [0], [3], [1]])):
        np.testing.assert_allclose(
            F1Score(average, 0.5)(t, y, weights).numpy(), repeated.numpy(), rtol=1e-6, atol=1e-7
        )


def test_all_zeros_choose_no_class():
    assert F1Score()([[1, 0]], [[0.0, 0.0]]).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"average": "mean"}, r"FBetaScore: average must be one of None, 'micro', .* got 'mean'"),
        ({"beta": 0.0}, r"FBetaScore: beta must be a number > 0; got 0\.0"),
        ({"beta": "2"}, r"beta must be a number > 0; got '2'"),
        ({"threshold": 0.0}, r"threshold must be a number between 0 and 1; got 0\.0"),
        ({"threshold": 2}, r"threshold must be a number between 0 and 1; got 2"),
    ],
)
def test_wrong_arguments(options, message):
    with pytest.raises(ValueError, match=message):
        FBetaScore(**options)


def test_wrong_data():
    metric = F1Score(name="f")
    with pytest.raises(ShapeError, match=r"f: y_pred must have shape \(samples, classes\); got \(3,\)"):
        metric.update_state([1, 0, 1], [0.5, 0.5, 0.5])
    with pytest.raises(ShapeError, match=r"f: y_true and y_pred must have the same shape; got y_true \(2,\)"):
        metric.update_state([1, 0], np.ones((2, 3)))
    metric.update_state(np.ones((2, 3)), np.ones((2, 3)))
    with pytest.raises(ShapeError, match=r"f: y_pred of shape \(2, 4\) has 4 classes, not 3 as before"):
        metric.update_state(np.ones((2, 4)), np.ones((2, 4)))
    with pytest.raises(ShapeError, match=r"f: sample_weight of shape \(3,\) doesn't fit"):
        metric.update_state(np.ones((2, 3)), np.ones((2, 3)), np.ones(3))
