"""The area under a curve: against its definition, its bounds, and wrong arguments."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad import metrics
from minigrad.errors import ShapeError
from minigrad.metrics import AUC


def data(seed, size=200):
    generator = np.random.default_rng(seed)
    t = generator.integers(0, 2, size=size)
    y = np.clip(generator.normal(0.4 + 0.2 * t, 0.2), 0.0, 1.0)
    return t, y


def chance_of_higher_score(t, y):
    yes, no = y[t == 1][:, None], y[t == 0]
    return np.mean(yes > no) + 0.5 * np.mean(yes == no)


@given(st.integers(0, 20))
def test_it_is_the_chance_that_a_yes_scores_higher(seed):
    t, y = data(seed)
    y = np.round(y * 100) / 101 + 0.004  # so that every score lies between two of the thresholds
    auc = AUC(num_thresholds=102)(t, y).item()
    assert auc == pytest.approx(chance_of_higher_score(t, y), abs=1e-6)


@pytest.mark.parametrize("curve", ["ROC", "PR", "PRGAIN"])
@given(st.integers(0, 10))
def test_the_other_methods_are_bounds(curve, seed):
    t, y = data(seed)
    low, middle, high = (
        AUC(20, curve, method)(t, y).item() for method in ("minoring", "interpolation", "majoring")
    )
    if curve != "PR":  # whose interpolation is no mean of the two
        assert middle == pytest.approx((low + high) / 2, rel=1e-5)
    assert low < middle < high


def test_perfect_and_useless_scores():
    t = np.array([0, 0, 1, 1])
    assert AUC()(t, [0.1, 0.2, 0.8, 0.9]).item() == 1.0
    assert AUC()(t, [0.9, 0.8, 0.2, 0.1]).item() == 0.0
    assert AUC()(t, [0.5, 0.5, 0.5, 0.5]).item() == 0.5
    assert AUC(curve="PR")(t, [0.1, 0.2, 0.8, 0.9]).item() == pytest.approx(1.0)
    assert AUC()(t, [0.0, 0.0, 1.0, 1.0]).item() == 1.0  # the ends belong to it


def test_one_kind_of_label_only_has_no_area():
    for curve in ("ROC", "PR", "PRGAIN"):
        for labels in ([1, 1], [0, 0]):
            assert np.isfinite(AUC(curve=curve)(labels, [0.2, 0.8]).item())


def test_batches_add_up_and_reset_starts_anew():
    t, y = data(3)
    metric = AUC()
    for part in np.split(np.arange(200), 8):
        metric.update_state(t[part], y[part])
    assert metric.result().item() == AUC()(t, y).item()
    metric.reset_state()
    assert metric.result().item() == 0.0
    assert metric(t[:20], y[:20]).item() == AUC()(t[:20], y[:20]).item()


def test_several_labels_are_averaged():
    t, y = data(4, (60, 3))
    each = [AUC()(t[:, i], y[:, i]).item() for i in range(3)]
    assert AUC(multi_label=True)(t, y).item() == pytest.approx(np.mean(each), rel=1e-6)
    weighted = AUC(multi_label=True, num_labels=3, label_weights=[1, 2, 5])(t, y).item()
    assert weighted == pytest.approx(np.average(each, weights=[1, 2, 5]), rel=1e-6)
    weights = np.random.default_rng(0).uniform(size=60)
    each = [AUC(curve="PR")(t[:, i], y[:, i], weights).item() for i in range(3)]
    assert AUC(curve="PR", multi_label=True)(t, y, weights).item() == pytest.approx(np.mean(each), rel=1e-6)


def test_weights_of_labels_taken_together():
    t, y = data(5, (60, 3))
    weights = np.tile([1.0, 0.0, 2.0], (60, 1))
    assert AUC(label_weights=[1, 0, 2])(t, y).item() == AUC()(t, y, weights).item()


def test_logits():
    t, y = data(6)
    y = np.clip(y, 0.01, 0.99)
    logits = np.log(y / (1 - y))
    assert AUC(from_logits=True)(t, logits).item() == pytest.approx(AUC()(t, y).item(), abs=1e-6)
    with pytest.warns(UserWarning, match="holds logits, .* end with sigmoid, or use from_logits=True"):
        AUC().update_state(t, logits)


def test_thresholds_of_ones_own_are_sorted_and_saved():
    metric = AUC(thresholds=[0.75, 0.25])
    assert metric.num_thresholds == 4
    assert metric.thresholds[1:-1] == metric.get_config()["thresholds"] == [0.25, 0.75]
    assert "thresholds" not in AUC().get_config()


@pytest.mark.parametrize("seed", [0, 1])
def test_even_thresholds_of_ones_own_are_the_same_as_a_number_of_them(seed):
    t, y = data(seed)
    assert AUC(thresholds=[0.25, 0.5, 0.75])(t, y).item() == AUC(num_thresholds=5)(t, y).item()


def test_names_in_either_case():
    metric = AUC(curve="pr", summation_method="Majoring")
    assert (metric.curve, metric.summation_method) == ("PR", "majoring")
    assert isinstance(metrics.get("auc"), AUC)
    assert isinstance(metrics.get("AUC"), AUC)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"num_thresholds": 1}, r"AUC: num_thresholds must be an integer >= 2; got 1"),
        ({"curve": "ROK"}, r"AUC: curve must be one of 'ROC', 'PR', 'PRGAIN'; got 'ROK'"),
        ({"summation_method": "trapezoid"}, r"summation_method must be one of .* got 'trapezoid'"),
        ({"thresholds": [0.5, 1.5]}, r"AUC: thresholds must be a number between 0 and 1; got 1\.5"),
        ({"num_labels": 3}, r"AUC: num_labels=3 is for multi_label=True only"),
        ({"multi_label": True, "num_labels": 0}, r"num_labels must be an integer >= 1; got 0"),
        ({"label_weights": [-1.0]}, r"AUC: label_weights must be a number >= 0; got -1\.0"),
    ],
)
def test_wrong_arguments(options, message):
    with pytest.raises(ValueError, match=message):
        AUC(**options)


def test_wrong_data():
    t, y = data(7, (6, 3))
    with pytest.raises(
        ShapeError, match=r"a: multi_label needs y_pred of shape \(samples, labels\); got \(6,\)"
    ):
        AUC(multi_label=True, name="a").update_state(t[:, 0], y[:, 0])
    with pytest.raises(ShapeError, match=r"a: y_pred of shape \(6, 3\) has 3 labels, not 2 as before"):
        AUC(multi_label=True, num_labels=2, name="a").update_state(t, y)
    for multi_label in (False, True):
        with pytest.raises(ShapeError, match=r"a: 2 label_weights don't fit y_pred of shape \(6, 3\)"):
            AUC(label_weights=[1, 2], multi_label=multi_label, name="a").update_state(t, y)


def test_with_thresholds_their_number_may_be_none():
    metric = AUC(num_thresholds=None, thresholds=[0.3, 0.5])
    assert metric.num_thresholds == 4
    with pytest.raises(ValueError, match="num_thresholds"):
        AUC(num_thresholds=None)
