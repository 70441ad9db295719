"""Accuracies against plain loops, with labels of every form, and errors that say what to do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad import metrics
from minigrad.errors import ShapeError

BATCHES = st.sampled_from([(1,), (5,), (3, 2)])


def data(shape, classes, seed):
    generator = np.random.default_rng(seed)
    return generator.integers(0, classes, size=shape), generator.normal(size=(*shape, classes))


@given(BATCHES, st.integers(1, 4), st.integers(0, 9))
def test_categorical(shape, classes, seed):
    labels, scores = data(shape, classes, seed)
    expected = np.zeros(shape, np.float32)
    for index in np.ndindex(shape):
        row = list(scores[index])
        expected[index] = row.index(max(row)) == labels[index]
    one_hot = np.eye(classes)[labels]
    for y_true in (labels, labels[..., None], labels.astype(float)):
        np.testing.assert_array_equal(metrics.sparse_categorical_accuracy(y_true, scores).numpy(), expected)
    np.testing.assert_array_equal(metrics.categorical_accuracy(one_hot, scores).numpy(), expected)
    np.testing.assert_allclose(
        metrics.SparseCategoricalAccuracy()(labels, scores).item(), expected.mean(), rtol=1e-6
    )


@given(BATCHES, st.integers(2, 5), st.integers(1, 6), st.integers(0, 9))
def test_top_k(shape, classes, k, seed):
    labels, scores = data(shape, classes, seed)
    expected = np.zeros(shape, np.float32)
    for index in np.ndindex(shape):
        ranked = sorted(range(classes), key=lambda c, index=index: -scores[index][c])
        expected[index] = labels[index] in ranked[:k]
    one_hot = np.eye(classes)[labels]
    ids = np.argsort(-scores, axis=-1)
    for actual in (
        metrics.sparse_top_k_categorical_accuracy(labels, scores, k=k),
        metrics.sparse_top_k_categorical_accuracy(labels.astype(float)[..., None], scores, k),
        metrics.sparse_top_k_categorical_accuracy(labels, ids, k=k, from_sorted_ids=True),
        metrics.top_k_categorical_accuracy(one_hot, scores, k=k),
    ):
        assert actual.dtype == np.float32
        np.testing.assert_array_equal(actual.numpy(), expected)


def test_a_tie_is_won_by_the_first_class():
    assert metrics.sparse_categorical_accuracy([0, 1], [[0.5, 0.5], [0.5, 0.5]]).tolist() == [1.0, 0.0]


def test_the_threshold_itself_is_a_no():
    assert metrics.binary_accuracy([0, 1, 1], [0.5, 0.5, 0.51]).tolist() == [1.0, 0.0, 1.0]
    assert metrics.BinaryAccuracy(threshold=0.0)([[1], [0]], [[0.25], [-3.0]]).item() == 1.0


@pytest.mark.parametrize("labels", [[1, 0, 1], [True, False, True], np.array([[1.0], [0.0], [1.0]])])
@pytest.mark.parametrize("outputs", [[0.9, 0.2, 0.3], [[0.9], [0.2], [0.3]]])
def test_binary_labels_of_any_form(labels, outputs):
    assert metrics.BinaryAccuracy()(labels, mg.Tensor(outputs)).item() == pytest.approx(2 / 3)


def test_several_yes_or_no_labels_for_each_sample():
    metric = metrics.BinaryAccuracy()
    y_true, y_pred = [[1, 0], [1, 1]], [[0.9, 0.9], [0.8, 0.7]]
    assert metric(y_true, y_pred, sample_weight=[1.0, 3.0]).item() == pytest.approx((0.5 + 3.0) / 4)


def test_outputs_with_a_past_are_no_trouble():
    y_pred = mg.ops.softmax(mg.Tensor([[1.0, 2.0]], requires_grad=True))
    assert metrics.CategoricalAccuracy()([[0, 1]], y_pred).item() == 1.0
    assert not metrics.categorical_accuracy([[0, 1]], y_pred).requires_grad


@pytest.mark.parametrize(
    ("metric", "y_true", "y_pred", "message"),
    [
        (metrics.CategoricalAccuracy(), (4,), (4, 3), r"use SparseCategoricalAccuracy, or make them one-hot"),
        (metrics.CategoricalAccuracy(), (4, 2), (4, 3), "the labels tell 2 classes apart, the output 3"),
        (metrics.SparseCategoricalAccuracy(), (4, 3), (4, 3), "for one-hot labels use CategoricalAccuracy"),
        (metrics.SparseCategoricalAccuracy(), (5,), (4, 3), r"labels of shape \(4,\); got shape \(5,\)"),
        (metrics.TopKCategoricalAccuracy(), (4,), (4, 3), "use SparseTopKCategoricalAccuracy"),
        (metrics.SparseTopKCategoricalAccuracy(), (4, 3), (4, 3), "use TopKCategoricalAccuracy"),
        (metrics.BinaryAccuracy(), (4,), (4, 3), r"binary_accuracy: .* y_true \(4,\) and y_pred \(4, 3\)"),
        (metrics.Accuracy(), (4, 1), (4, 3), r"accuracy: .* y_true \(4, 1\) and y_pred \(4, 3\)"),
    ],
)
def test_labels_of_a_wrong_shape(metric, y_true, y_pred, message):
    with pytest.raises(ShapeError, match=message):
        metric.update_state(np.zeros(y_true, int), np.full(y_pred, 0.25))
    assert metric.count.item() == 0.0


def test_logits_at_a_threshold_for_probabilities_are_warned_of():
    with pytest.warns(UserWarning, match=r"use BinaryAccuracy\(threshold=0\.0\)"):
        metrics.BinaryAccuracy()([[1], [0]], [[0.25], [-3.0]])


@pytest.mark.parametrize("k", [0, 1.5, "5"])
@pytest.mark.parametrize("cls", [metrics.TopKCategoricalAccuracy, metrics.SparseTopKCategoricalAccuracy])
def test_k_must_be_a_count(cls, k):
    with pytest.raises(ValueError, match=rf"{cls.__name__}: k must be an integer >= 1; got {k!r}"):
        cls(k=k)


def test_the_threshold_must_be_a_number():
    with pytest.raises(ValueError, match="BinaryAccuracy: threshold must be a number"):
        metrics.BinaryAccuracy(threshold="half")
