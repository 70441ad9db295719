"""Counts, precision, recall and operating points against plain loops, and wrong arguments."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad import metrics
from minigrad.errors import DTypeError, ShapeError

THRESHOLDS = st.lists(st.sampled_from([0.0, 0.1, 0.25, 0.3, 0.5, 0.7, 0.9, 1.0]), min_size=1, max_size=4)


def counts(t, y, thresholds, w=None):
    """Return tp, fp, tn, fn at each threshold, one prediction after the other."""
    w = np.ones(t.shape) if w is None else np.broadcast_to(w, t.shape)
    found = np.zeros((4, len(thresholds)))
    for label, p, weight in zip(t.ravel(), y.ravel(), w.ravel(), strict=True):
        for i, threshold in enumerate(thresholds):
            yes = np.float32(p) > np.float32(threshold)
            kind = (0 if yes else 3) if label else (1 if yes else 2)
            found[kind, i] += weight
    return found


def data(seed, shape, edges):
    generator = np.random.default_rng(seed)
    t = generator.integers(0, 2, size=shape)
    y = (
        generator.choice([0.0, 0.1, 0.3, 0.5, 0.7, 1.0], size=shape)
        if edges
        else generator.uniform(size=shape)
    )
    return t, y, generator.uniform(size=shape[:1])


@given(
    st.integers(0, 9), st.sampled_from([(12,), (6, 3), (2, 3, 2)]), st.booleans(), THRESHOLDS, st.booleans()
)
def test_counts_against_a_plain_loop(seed, shape, edges, thresholds, weighted):
    t, y, w = data(seed, shape, edges)
    weights = w.reshape(w.shape + (1,) * (len(shape) - 1)) if weighted else None
    expected = counts(t, y, thresholds, weights)
    names = ("TruePositives", "FalsePositives", "TrueNegatives", "FalseNegatives")
    for name, one in zip(names, expected, strict=True):
        metric = getattr(metrics, name)(thresholds)
        half = len(t) // 2
        for part in (slice(0, half), slice(half, None)):
            metric.update_state(t[part], y[part], w[part] if weighted else None)
        np.testing.assert_allclose(np.atleast_1d(metric.result()), one, rtol=1e-6, atol=1e-6)
        metric.reset_state()
        assert not metric.result().numpy().any()


@given(st.integers(0, 9), THRESHOLDS, st.sampled_from([None, 0, 2]), st.booleans())
def test_precision_and_recall_against_a_plain_loop(seed, thresholds, class_id, weighted):
    t, y, w = data(seed, (8, 3), edges=True)
    w = w if weighted else None
    chosen = slice(None) if class_id is None else slice(class_id, class_id + 1)
    tp, fp, _, fn = counts(t[:, chosen], y[:, chosen], thresholds, None if w is None else w[:, None])
    for cls, rest in ((metrics.Precision, fp), (metrics.Recall, fn)):
        expected = np.divide(tp, tp + rest, out=np.zeros_like(tp), where=tp + rest > 0)
        actual = cls(thresholds, class_id=class_id)(t, y, w)
        np.testing.assert_allclose(np.atleast_1d(actual), expected, rtol=1e-6)


@given(st.integers(0, 9), st.integers(1, 4), st.sampled_from([None, 0.5]))
def test_only_the_greatest_can_be_a_yes(seed, k, threshold):
    t, y, _ = data(seed, (6, 4), edges=False)
    y = 4 * y - 2 if threshold is None else y  # without a threshold, logits will do
    chosen = np.zeros(y.shape, bool)
    for row, scores in enumerate(y):
        for column in sorted(range(4), key=lambda c: -scores[c])[:k]:
            chosen[row, column] = threshold is None or scores[column] > threshold
    hits = (chosen & (t == 1)).sum()
    precision = metrics.Precision(threshold, top_k=k)(t, y).item()
    assert precision == pytest.approx(hits / max(chosen.sum(), 1))
    assert metrics.Recall(threshold, top_k=k)(t, y).item() == pytest.approx(hits / max(t.sum(), 1))


def test_of_equal_scores_the_first_are_the_greatest():
    assert metrics.Precision(top_k=2)([0, 0, 1, 1], [1, 1, 1, 1]).item() == 0.0
    assert metrics.Precision(top_k=4)([0, 0, 1, 1], [1, 1, 1, 1]).item() == 0.5


@pytest.mark.parametrize(
    ("cls", "required", "sought"),
    [
        (metrics.SensitivityAtSpecificity, "specificity", "sensitivity"),
        (metrics.SpecificityAtSensitivity, "sensitivity", "specificity"),
        (metrics.PrecisionAtRecall, "sensitivity", "precision"),
        (metrics.RecallAtPrecision, "precision", "sensitivity"),
    ],
)
@given(st.integers(0, 9), st.sampled_from([0.0, 0.3, 0.6, 1.0]), st.sampled_from([1, 2, 7, 200]))
def test_operating_points_against_a_plain_loop(cls, required, sought, seed, value, number):
    t, y, _ = data(seed, (15,), edges=False)
    tp, fp, tn, fn = counts(t, y, np.linspace(0, 1, number) if number > 1 else [0.5])
    with np.errstate(invalid="ignore"):
        quotients = {
            "sensitivity": tp / (tp + fn),
            "specificity": tn / (tn + fp),
            "precision": tp / (tp + fp),
        }
    quotients = {name: np.nan_to_num(values) for name, values in quotients.items()}
    expected = max(quotients[sought][quotients[required] >= value], default=0.0)
    assert cls(value, num_thresholds=number)(t, y).item() == pytest.approx(expected, rel=1e-6)


def test_the_state_has_the_names_of_keras():
    def names(metric):
        return [variable.name for variable in metric.variables]

    assert names(metrics.TruePositives()) == ["accumulator"]
    assert names(metrics.Precision()) == ["true_positives", "false_positives"]
    assert names(metrics.Recall()) == ["true_positives", "false_negatives"]
    assert names(metrics.AUC()) == ["true_positives", "false_positives", "true_negatives", "false_negatives"]
    assert metrics.Recall([0.25, 0.5]).false_negatives.shape == (2,)


def test_results_are_scalars_for_one_threshold_and_vectors_for_several():
    assert metrics.Precision().result().shape == metrics.Precision([0.5]).result().shape == ()
    assert metrics.Precision([0.5, 0.25]).result().shape == (2,)


def test_predictions_and_thresholds_are_compared_in_one_dtype():
    for y in (np.float32(0.3), np.float64(0.3)):
        assert metrics.TruePositives(0.3)([1], np.array([y])).item() == 0.0
        assert metrics.TruePositives(0.29999)([1], np.array([y])).item() == 1.0


def test_more_predictions_than_float32_can_count():
    metric = metrics.TruePositives()
    metric.accumulator.assign([2.0**24])
    metric.update_state([1], [0.9])
    assert metric.accumulator.tolist() == [2.0**24 + 1]


def test_a_nan_is_a_no():
    y = np.array([np.nan, 0.9])
    for metric in (metrics.TruePositives(), metrics.SensitivityAtSpecificity(0.0)):
        metric.update_state([1, 1], y)
    assert metrics.TruePositives()([1, 1], y).item() == 1.0
    assert metrics.FalseNegatives(0.0)([1, 1], y).item() == 1.0
    assert metrics.SensitivityAtSpecificity(0.0)([1, 1], y).item() == 0.5


@pytest.mark.parametrize("true", [(4,), (4, 1)])
@pytest.mark.parametrize("pred", [(4,), (4, 1)])
@pytest.mark.parametrize("weights", [None, (4,), (4, 1)])
def test_a_last_axis_of_one_may_be_missing(true, pred, weights):
    t, y = np.array([1, 1, 0, 0]).reshape(true), np.array([0.9, 0.1, 0.8, 0.2]).reshape(pred)
    w = None if weights is None else np.array([1.0, 2.0, 3.0, 4.0]).reshape(weights)
    assert metrics.TruePositives()(t, y, w).item() == 1.0
    assert metrics.FalsePositives()(t, y, w).item() == (1.0 if w is None else 3.0)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: metrics.TruePositives(1.5),
            r"TruePositives: thresholds must be a number between 0 and 1; got 1\.5",
        ),
        (
            lambda: metrics.TruePositives([]),
            r"TruePositives: thresholds must be a number, or at least one; got",
        ),
        (
            lambda: metrics.Precision([0.5, None]),
            r"Precision: thresholds must be a number between .* got None",
        ),
        (lambda: metrics.Recall("high"), r"Recall: thresholds must be a number between 0 and 1; got 'high'"),
        (lambda: metrics.Precision(top_k=0), r"Precision: top_k must be an integer >= 1; got 0"),
        (lambda: metrics.Precision(top_k=1.5), r"Precision: top_k must be an integer >= 1; got 1\.5"),
        (lambda: metrics.Recall(class_id=-1), r"Recall: class_id must be an integer >= 0; got -1"),
        (lambda: metrics.SensitivityAtSpecificity(2), r"specificity must be a number between 0 and 1; got 2"),
        (lambda: metrics.PrecisionAtRecall(-0.5), r"PrecisionAtRecall: recall must be a number .* got -0\.5"),
        (lambda: metrics.RecallAtPrecision(0.5, 0), r"num_thresholds must be an integer >= 1; got 0"),
    ],
)
def test_wrong_arguments(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_integers_can_not_be_the_dtype():
    with pytest.raises(DTypeError, match="Precision: dtype must be a float type; got int32"):
        metrics.Precision(dtype="int32")


def test_wrong_data():
    t, y = np.ones((4, 3)), np.full((4, 3), 0.5)
    with pytest.raises(
        ShapeError, match=r"p: y_true and y_pred must have the same shape; got y_true \(4, 2\)"
    ):
        metrics.Precision(name="p").update_state(t[:, :2], y)
    with pytest.raises(
        ShapeError, match=r"p: sample_weight of shape \(3,\) doesn't fit y_pred of shape \(4, 3\)"
    ):
        metrics.Precision(name="p").update_state(t, y, np.ones(3))
    with pytest.raises(ValueError, match="p: top_k=4 is more than the 3 classes of y_pred"):
        metrics.Precision(top_k=4, name="p").update_state(t, y)
    with pytest.raises(ValueError, match="p: class_id=3 is none of the 3 classes of y_pred"):
        metrics.Precision(class_id=3, name="p").update_state(t, y)
    with pytest.raises(
        ShapeError, match=r"p: class_id needs y_pred of shape \(samples, classes\); got \(4,\)"
    ):
        metrics.Precision(class_id=1, name="p").update_state(t[:, 0], y[:, 0])


def test_logits_that_are_not_told_of():
    with pytest.warns(UserWarning, match="holds logits, .* end with sigmoid, or use thresholds=0"):
        metrics.Precision().update_state([1, 0], [2.0, -2.0])
    with pytest.warns(UserWarning, match="end with sigmoid$"):
        metrics.PrecisionAtRecall(0.5).update_state([1, 0], [2.0, -2.0])
    assert metrics.Precision(thresholds=0)([1, 0], [2.0, -2.0]).item() == 1.0  # no warning


def test_tensors_and_lists_do():
    y = mg.Tensor([0.9, 0.2], requires_grad=True)
    assert metrics.Recall()(mg.Tensor([1, 0]), y).item() == metrics.Recall()([1, 0], [0.9, 0.2]).item() == 1.0
