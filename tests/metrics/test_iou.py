"""Intersection over union against sets of pixels, and wrong arguments."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad import metrics
from minigrad.errors import ShapeError


def iou(t, y, classes):
    """Return the mean over those classes that occur."""
    found = []
    for c in classes:
        true, said = {*np.flatnonzero(t == c)}, {*np.flatnonzero(y == c)}
        if true | said:
            found.append(len(true & said) / len(true | said))
    return np.mean(found) if found else 0.0


@given(st.integers(0, 9), st.sampled_from([[0], [1, 3], [0, 1, 2, 3]]), st.sampled_from([(20,), (2, 3, 4)]))
def test_against_sets(seed, classes, shape):
    generator = np.random.default_rng(seed)
    t, y = generator.integers(0, 4, size=(2, *shape))
    metric = metrics.IoU(4, classes)
    metric.update_state(t[:1], y[:1])
    assert metric(t[1:], y[1:]).item() == pytest.approx(iou(t, y, classes), rel=1e-5)
    if len(classes) == 4:
        assert metrics.MeanIoU(4)(t, y).item() == pytest.approx(iou(t, y, classes), rel=1e-5)


def test_one_hot_labels_and_scores():
    generator = np.random.default_rng(0)
    t, scores = generator.integers(0, 3, size=(2, 4, 4)), generator.normal(size=(2, 4, 4, 3))
    expected = metrics.MeanIoU(3)(t, scores.argmax(-1)).item()
    one_hot = np.eye(3)[t]
    assert metrics.OneHotMeanIoU(3)(one_hot, scores).item() == expected
    assert metrics.OneHotMeanIoU(3, sparse_y_pred=True)(one_hot, scores.argmax(-1)).item() == expected
    assert metrics.MeanIoU(3, sparse_y_pred=False)(t, scores).item() == expected
    moved = np.moveaxis(scores, -1, 1)
    assert metrics.MeanIoU(3, sparse_y_pred=False, axis=1)(t, moved).item() == expected
    assert metrics.OneHotIoU(3, [0, 1, 2])(one_hot, scores).item() == expected


def test_weights_are_repetitions():
    t, y = np.array([0, 1, 1, 2, 0]), np.array([0, 1, 2, 2, 1])
    repeated = metrics.MeanIoU(3)(np.repeat(t, [1, 2, 0, 3, 1]), np.repeat(y, [1, 2, 0, 3, 1])).item()
    assert metrics.MeanIoU(3)(t, y, [1, 2, 0, 3, 1]).item() == repeated
    assert metrics.MeanIoU(3)(t, y, np.array([0.1, 0.2, 0.0, 0.3, 0.1])).item() == pytest.approx(
        repeated, rel=1e-5
    )
    images = metrics.MeanIoU(3)(
        t[None].repeat(2, 0), np.stack([y, t]), [1.0, 0.0]
    ).item()  # one for each image
    assert images == metrics.MeanIoU(3)(t, y).item()


def test_ignored_labels_do_not_count():
    t, y = np.array([0, 255, 1, 255, 1]), np.array([0, 0, 1, 1, 0])
    kept = t != 255
    expected = metrics.MeanIoU(2)(t[kept], y[kept]).item()
    assert metrics.MeanIoU(2, ignore_class=255)(t, y).item() == expected
    weights = np.array([1.0, 9.0, 1.0, 9.0, 1.0])
    assert metrics.MeanIoU(2, ignore_class=255)(t, y, weights).item() == expected


@pytest.mark.parametrize(
    ("threshold", "expected"), [(0.3, [0, 0, 1, 1]), (0.5, [0, 0, 0, 1]), (0.1, [1, 1, 1, 1])]
)
def test_binary(threshold, expected):
    t, y = np.array([0, 1, 0, 1]), np.array([0.1, 0.2, 0.4, 0.7])
    for ids in ([0], [1], [0, 1]):
        metric = metrics.BinaryIoU(ids, threshold)
        assert metric(t, y).item() == pytest.approx(iou(t, np.array(expected), ids), rel=1e-5)


def test_an_integer_dtype_of_kerass_config_gives_floats():
    for dtype in ("int", "int64", None):
        metric = metrics.MeanIoU(2, dtype=dtype)
        assert metric([0, 1], [0, 0], sample_weight=[0.5, 0.5]).item() == pytest.approx(0.25, rel=1e-5)
        assert metric.dtype == "float32"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: metrics.MeanIoU(0), r"MeanIoU: num_classes must be an integer >= 1; got 0"),
        (lambda: metrics.MeanIoU(2.5), r"MeanIoU: num_classes must be an integer >= 1; got 2\.5"),
        (
            lambda: metrics.IoU(2, [2]),
            r"IoU: target_class_ids must be a list of numbers from 0 to 1; got \[2\]",
        ),
        (lambda: metrics.IoU(2, [-1]), r"IoU: target_class_ids must be a list of numbers .* got \[-1\]"),
        (
            lambda: metrics.IoU(2, []),
            r"IoU: target_class_ids must be a list of numbers from 0 to 1; got \[\]",
        ),
        (lambda: metrics.IoU(2, [0.5]), r"IoU: target_class_ids must be a list of numbers .* got \[0\.5\]"),
        (lambda: metrics.IoU(2, 0), r"IoU: target_class_ids must be a list of numbers from 0 to 1; got 0"),
        (lambda: metrics.BinaryIoU(threshold="a"), r"BinaryIoU: threshold must be a number .* got 'a'"),
    ],
)
def test_wrong_arguments(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_wrong_data():
    metric = metrics.MeanIoU(2, name="m")
    with pytest.raises(
        ValueError, match=r"m: y_true must be integers from 0 to 1; got 255 .* as ignore_class"
    ):
        metric.update_state([0, 255], [0, 1])
    with pytest.raises(ValueError, match=r"m: y_pred must be integers from 0 to 1; got 0\.5"):
        metric.update_state([0, 1], [0.5, 1.0])
    with pytest.raises(
        ShapeError, match=r"m: y_true and y_pred must have as many labels; got shapes \(2,\) and"
    ):
        metric.update_state([0, 1], [0, 1, 1])
    with pytest.raises(ShapeError, match=r"m: sample_weight of shape \(3,\) doesn't fit"):
        metric.update_state([0, 1], [0, 1], [1, 1, 1])
    assert metric.result().item() == 0.0
