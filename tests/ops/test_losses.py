"""Crossentropies: the formulas, the simple derivative, the extremes, and errors that say what is wrong."""

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients

rng = np.random.default_rng(0)
LOGITS = rng.normal(size=(4, 3))
SOFT = rng.dirichlet(np.ones(3), 4)
LABELS = np.array([2, 0, 1, 1])
ONE_HOT = np.eye(3)[LABELS]
PROBABILITIES = rng.uniform(0.1, 0.9, (4, 3))


def gradient(function, *arrays, wrt):
    tensors = [mg.Tensor(x, requires_grad=i == wrt) for i, x in enumerate(arrays)]
    function(*tensors).sum().backward()
    return tensors[wrt].grad


def test_from_logits_the_derivative_is_prediction_minus_truth():
    p = scipy.special.softmax(LOGITS, axis=-1)

    def categorical(target, output):
        return mg.ops.categorical_crossentropy(target, output, from_logits=True)

    def sparse(output):
        return mg.ops.sparse_categorical_crossentropy(LABELS, output, from_logits=True)

    def binary(target, output):
        return mg.ops.binary_crossentropy(target, output, from_logits=True)

    np.testing.assert_allclose(gradient(categorical, SOFT, LOGITS, wrt=1), p - SOFT, rtol=1e-12)
    np.testing.assert_allclose(gradient(sparse, LOGITS, wrt=0), p - ONE_HOT, rtol=1e-12)
    expected = scipy.special.expit(LOGITS) - SOFT
    np.testing.assert_allclose(gradient(binary, SOFT, LOGITS, wrt=1), expected, rtol=1e-12)


@given(st.sampled_from((0, 1, 2, -1)))
def test_labels_are_one_hot_targets(axis):
    logits = rng.normal(size=(2, 3, 4))
    axis %= 3
    labels = np.arange(24 // logits.shape[axis]) % logits.shape[axis]
    labels = labels.reshape(logits.shape[:axis] + logits.shape[axis + 1 :])
    one_hot = np.moveaxis(np.eye(logits.shape[axis])[labels], -1, axis)
    for output, from_logits in ((logits, True), (np.exp(logits), False)):
        expected = mg.ops.categorical_crossentropy(one_hot, output, from_logits, axis).numpy()
        for given_labels in (
            labels,
            np.expand_dims(labels, axis),
            labels.astype(np.float32),
            labels.tolist(),
        ):
            found = mg.ops.sparse_categorical_crossentropy(given_labels, output, from_logits, axis)
            np.testing.assert_allclose(found.numpy(), expected, rtol=1e-12)


def test_probabilities_are_renormalized_and_kept_from_0_and_1():
    found = mg.ops.categorical_crossentropy(ONE_HOT, 7.0 * PROBABILITIES).numpy()
    p = PROBABILITIES / PROBABILITIES.sum(axis=-1, keepdims=True)
    np.testing.assert_allclose(found, -np.log(p[np.arange(4), LABELS]), rtol=1e-12)
    wrong = mg.ops.categorical_crossentropy([[0.0, 1.0]], np.array([[1.0, 0.0]])).item()
    assert wrong == pytest.approx(-np.log(1e-7))
    right = mg.ops.binary_crossentropy(np.array([1.0, 0.0]), np.array([1.0, 0.0])).numpy()
    np.testing.assert_allclose(right, -np.log1p(-1e-7))


def test_extreme_logits_overflow_nowhere():
    logits = np.float32([[1e4, -1e4], [-1e4, 1e4]])
    for loss in (
        mg.ops.categorical_crossentropy(np.float32([[0, 1], [0, 1]]), logits, from_logits=True),
        mg.ops.sparse_categorical_crossentropy(np.array([1, 1]), logits, from_logits=True),
    ):
        assert loss.tolist() == [2e4, 0.0]
    loss = mg.ops.binary_crossentropy(np.float32([[0, 0], [1, 1]]), logits, from_logits=True)
    assert loss.tolist() == [[1e4, 0.0], [1e4, 0.0]]


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("axis", [0, -1])
@pytest.mark.parametrize("from_logits", [False, True])
def test_both_derivatives_with_respect_to_both_arguments(order, axis, from_logits):
    output = LOGITS if from_logits else PROBABILITIES
    labels = LABELS[:3] if axis == 0 else LABELS

    def categorical(target, output):
        return mg.ops.categorical_crossentropy(target, output, from_logits, axis)

    def binary(target, output):
        return mg.ops.binary_crossentropy(target, output, from_logits)

    def sparse(output):
        return mg.ops.sparse_categorical_crossentropy(labels, output, from_logits, axis)

    check_gradients(categorical, SOFT, output, order=order)
    check_gradients(binary, SOFT, output, order=order)
    check_gradients(sparse, output, order=order)


@pytest.mark.parametrize("from_logits", [False, True])
def test_float32_stays_float32(from_logits):
    output = mg.Tensor(PROBABILITIES.astype(np.float32), requires_grad=True)
    for loss in (
        mg.ops.categorical_crossentropy(ONE_HOT.astype(np.int64), output, from_logits),
        mg.ops.sparse_categorical_crossentropy(LABELS, output, from_logits),
        mg.ops.binary_crossentropy(ONE_HOT.astype(bool), output, from_logits),
    ):
        assert loss.dtype == np.float32
        (g,) = mg.grad(loss.sum(), [output])
        assert g.dtype == np.float32


def test_lists():
    output = mg.Tensor([[0.5, 0.5]], dtype="float64")
    assert mg.ops.categorical_crossentropy([[0, 1]], output).item() == pytest.approx(np.log(2), rel=1e-12)
    assert mg.ops.binary_crossentropy([[0, 1]], output).numpy() == pytest.approx(np.log(2), rel=1e-12)
    assert mg.ops.sparse_categorical_crossentropy([1], [[0.5, 0.5]]).item() == pytest.approx(np.log(2))
    assert mg.ops.binary_crossentropy([1.0], [0.5]).item() == pytest.approx(np.log(2))


def test_no_examples_have_no_loss():
    empty = np.zeros((0, 3))
    assert mg.ops.categorical_crossentropy(empty, empty, from_logits=True).shape == (0,)
    labels = np.zeros(0, np.int64)
    assert mg.ops.sparse_categorical_crossentropy(labels, empty, from_logits=True).shape == (0,)
    assert mg.ops.sparse_categorical_crossentropy(labels, empty).shape == (0,)


@pytest.mark.parametrize("from_logits", [False, True])
@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (
            [0, 1, 3, 2],
            r"integers from 0 to 2, as the output has 3 classes; the label at position \(2,\) is 3",
        ),
        ([0, -1, 1, 2], r"the label at position \(1,\) is -1"),
        ([0.0, 0.5, 1.0, 2.0], r"the label at position \(1,\) is 0.5"),
        ([0.0, 1.0, np.nan, 2.0], r"the label at position \(2,\) is nan"),
    ],
)
def test_a_bad_label_is_named(labels, message, from_logits):
    with pytest.raises(ValueError, match=message):
        mg.ops.sparse_categorical_crossentropy(np.array(labels), LOGITS, from_logits)


def test_bad_shapes():
    with pytest.raises(ShapeError, match=r"\(4,\) and \(4, 3\); integer labels belong to sparse_categorical"):
        mg.ops.categorical_crossentropy(LABELS, LOGITS)
    with pytest.raises(
        ShapeError, match=r"labels of shape \(4,\); got shape \(4, 3\); one-hot labels belong"
    ):
        mg.ops.sparse_categorical_crossentropy(ONE_HOT, LOGITS)
    with pytest.raises(ShapeError, match=r"labels of shape \(4,\); got shape \(3,\)"):
        mg.ops.sparse_categorical_crossentropy(LABELS[:3], LOGITS)
    with pytest.raises(ShapeError, match=r"binary_crossentropy: target and output .* \(4,\) and \(4, 1\)$"):
        mg.ops.binary_crossentropy(np.zeros(4), np.zeros((4, 1)))
    with pytest.raises(ShapeError, match="categorical_crossentropy: axis 2 is out of range"):
        mg.ops.categorical_crossentropy(SOFT, LOGITS, axis=2)
    with pytest.raises(ShapeError, match="axis -1 is out of range"):
        mg.ops.sparse_categorical_crossentropy(0, 1.0)
