"""Crossentropies: values at the edges, labels of every form, and errors that say what to do."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad import losses
from minigrad.errors import ShapeError

rng = np.random.default_rng(0)
LOGITS = rng.normal(scale=2.0, size=(6, 4))
LABELS = rng.integers(0, 4, size=6)
ONE_HOT = np.eye(4)[LABELS]


def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


@given(
    st.integers(1, 5),
    st.integers(2, 5),
    st.sampled_from([0.0, 0.1, 1.0]),
    st.booleans(),
    st.sampled_from([-1, 1, 2]),
    st.integers(0, 3),
)
def test_categorical_against_its_formula(batch, classes, smoothing, from_logits, axis, seed):
    generator = np.random.default_rng(seed)
    logits = generator.normal(size=(batch, 3, classes))
    labels = generator.dirichlet(np.ones(classes), size=(batch, 3))
    p = softmax(logits)
    expected = -((labels * (1 - smoothing) + smoothing / classes) * np.log(p)).sum(-1)
    actual = losses.categorical_crossentropy(
        np.moveaxis(labels, -1, axis),
        np.moveaxis(logits if from_logits else p, -1, axis),
        from_logits=from_logits,
        label_smoothing=smoothing,
        axis=axis,
    )
    np.testing.assert_allclose(actual.numpy(), expected, rtol=1e-6)


@pytest.mark.parametrize("dtype", [int, bool, np.uint8, np.float64])
def test_sparse_and_categorical_agree(dtype):
    for from_logits, y_pred in ((True, LOGITS), (False, softmax(LOGITS))):
        dense = losses.CategoricalCrossentropy(from_logits=from_logits)(ONE_HOT.astype(dtype), y_pred)
        sparse = losses.SparseCategoricalCrossentropy(from_logits=from_logits)(LABELS, y_pred)
        np.testing.assert_allclose(dense.numpy(), sparse.numpy(), rtol=1e-6)


@pytest.mark.parametrize("form", [list, np.asarray, mg.Tensor, lambda x: mg.Variable(np.asarray(x))])
def test_labels_may_come_in_any_form(form):
    expected = losses.SparseCategoricalCrossentropy(from_logits=True)(LABELS, LOGITS).item()
    for labels in (LABELS, LABELS[:, None], LABELS.astype(np.float32)):
        given_labels = form(labels.tolist()) if form is list else form(labels)
        actual = losses.SparseCategoricalCrossentropy(from_logits=True)(given_labels, LOGITS)
        assert actual.item() == expected


def test_labels_beyond_what_float32_can_count():
    classes = 2**24 + 2
    y_pred = np.zeros((1, classes), np.float32)
    y_pred[0, classes - 1] = 100.0
    loss = losses.SparseCategoricalCrossentropy(from_logits=True)
    assert loss(np.array([classes - 1]), y_pred).item() < 1e-3


def test_extreme_logits_are_finite():
    y_pred = mg.Tensor([[1e4, -1e4], [-1e4, 1e4]], requires_grad=True)
    loss = losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none")(np.array([0, 0]), y_pred)
    assert loss.tolist() == [0.0, 2e4]
    loss.sum().backward()
    assert y_pred.grad.tolist() == [[0.0, 0.0], [-1.0, 1.0]]


def test_impossible_truths_cost_as_much_as_in_keras():
    # Keras 3 in float32: -log(1e-7), and -log(1 - float32(1 - 1e-7)), which is -log(2^-23)
    truth, sure = [[0.0, 1.0]], [[1.0, 0.0]]
    assert losses.CategoricalCrossentropy()(truth, sure).item() == pytest.approx(-math.log(1e-7), rel=1e-6)
    binary = losses.BinaryCrossentropy(reduction="none", axis=0)(truth, sure)
    np.testing.assert_allclose(binary.numpy(), [23 * math.log(2.0), -math.log(1e-7)], rtol=1e-6)


# -- ignored classes -----------------------------------------------------------------------------


def test_ignored_samples_do_not_count():
    labels = np.where(np.arange(6) % 2, LABELS, 255)
    kept = np.arange(6) % 2 == 1
    for from_logits, y_pred in ((True, LOGITS), (False, softmax(LOGITS))):
        loss = losses.SparseCategoricalCrossentropy(from_logits=from_logits, ignore_class=255)
        outputs = mg.Tensor(y_pred, dtype="float32", requires_grad=True)
        result = loss(labels, outputs)
        expected = -np.log(softmax(LOGITS)[kept, LABELS[kept]]).mean()
        assert result.item() == pytest.approx(expected, rel=1e-6)
        result.backward()
        assert not outputs.grad[~kept].any()
        assert outputs.grad[kept].any(axis=1).all()


def test_what_the_model_says_of_ignored_samples_does_not_matter():
    y_pred = softmax(LOGITS).astype(np.float32)
    y_pred[0] = np.nan
    y_pred[1] = 0.0
    labels = np.array([-1, -1, *LABELS[2:]])
    outputs = mg.Tensor(y_pred, requires_grad=True)
    loss = losses.SparseCategoricalCrossentropy(ignore_class=-1)(labels, outputs)
    loss.backward()
    assert np.isfinite(loss.item())
    assert np.isfinite(outputs.grad).all()


def test_where_all_samples_are_ignored_the_loss_is_zero():
    loss = losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)
    assert loss(np.full(6, -1), LOGITS).item() == 0.0
    assert loss(np.full((6, 1), -1), LOGITS, sample_weight=np.ones((6, 1))).item() == 0.0


# -- errors that say what to do --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loss", "y_true", "y_pred", "message"),
    [
        (
            losses.CategoricalCrossentropy(),
            np.zeros(100, int),
            np.full((100, 10), 0.1),
            r"y_true \(100,\) and y_pred \(100, 10\): for integer labels use SparseCategoricalCrossentropy",
        ),
        (
            losses.CategoricalCrossentropy(),
            np.zeros((100, 1), int),
            np.full((100, 10), 0.1),
            r"use SparseCategoricalCrossentropy, or make them one-hot, to_categorical\(y_true, 10\)",
        ),
        (
            losses.CategoricalCrossentropy(),
            np.zeros((100, 9)),
            np.full((100, 10), 0.1),
            r"the labels tell 9 classes apart, the output 10",
        ),
        (losses.CategoricalCrossentropy(), np.zeros((99, 10)), np.full((100, 10), 0.1), r"y_true \(99, 10\)"),
        (
            losses.SparseCategoricalCrossentropy(),
            np.eye(10),
            np.full((10, 10), 0.1),
            r"integer labels of shape \(10,\); got shape \(10, 10\); for one-hot labels use "
            r"CategoricalCrossentropy, or make them integers, y_true\.argmax\(-1\)",
        ),
        (
            losses.SparseCategoricalCrossentropy(),
            np.zeros(99, int),
            np.full((100, 10), 0.1),
            r"of shape \(100, 10\), y_true must be integer labels of shape \(100,\); got shape \(99,\)",
        ),
        (
            losses.BinaryCrossentropy(),
            np.zeros(100),
            np.full((100, 10), 0.1),
            r"y_true \(100,\) and y_pred \(100, 10\): for one label out of several classes use Sparse",
        ),
        (
            losses.BinaryCrossentropy(),
            np.zeros((100, 3)),
            np.full((100, 2), 0.1),
            r"binary_crossentropy: y_true",
        ),
    ],
)
def test_labels_of_a_wrong_shape(loss, y_true, y_pred, message):
    with pytest.raises(ShapeError, match=message):
        loss(y_true, y_pred)


@pytest.mark.parametrize("label", [-1, 4, 1.5, np.nan])
def test_labels_out_of_range(label):
    labels = np.array([0, 1, 2, label, 0, 0])
    with pytest.raises(
        ValueError, match=r"integers from 0 to 3, as the output has 4 classes.*position \(3,\)"
    ):
        losses.SparseCategoricalCrossentropy(from_logits=True)(labels, LOGITS)


@pytest.mark.parametrize("smoothing", [-0.1, 1.5, "0.1", None, True])
@pytest.mark.parametrize("cls", [losses.CategoricalCrossentropy, losses.BinaryCrossentropy])
def test_smoothing_out_of_range(cls, smoothing):
    with pytest.raises(
        ValueError, match=rf"{cls.__name__}: label_smoothing must be a number between 0 and 1"
    ):
        cls(label_smoothing=smoothing)


def test_an_axis_that_is_not_there():
    with pytest.raises(ShapeError, match="axis 2 is out of range"):
        losses.CategoricalCrossentropy(axis=2)(ONE_HOT, softmax(LOGITS))
    with pytest.raises(ValueError, match="axis must be an integer; got True"):
        losses.categorical_crossentropy(ONE_HOT, softmax(LOGITS), axis=True)


# -- warnings for what is plainly not meant --------------------------------------------------------


def test_softmax_twice_is_warned_of():
    y_pred = mg.ops.softmax(mg.Tensor(LOGITS, "float32", requires_grad=True))
    for loss, labels in (
        (losses.CategoricalCrossentropy(from_logits=True), ONE_HOT),
        (losses.SparseCategoricalCrossentropy(from_logits=True), LABELS),
    ):
        with pytest.warns(UserWarning, match="from_logits=True, but y_pred comes from softmax"):
            loss(labels, y_pred)
    y_pred = mg.ops.sigmoid(mg.Tensor(LOGITS, "float32", requires_grad=True))
    with pytest.warns(UserWarning, match="from_logits=True, but y_pred comes from sigmoid"):
        losses.BinaryCrossentropy(from_logits=True)(ONE_HOT, y_pred)


@pytest.mark.parametrize(
    ("loss", "labels"),
    [
        (losses.CategoricalCrossentropy(), ONE_HOT),
        (losses.SparseCategoricalCrossentropy(), LABELS),
        (losses.BinaryCrossentropy(), ONE_HOT),
    ],
)
def test_logits_taken_for_probabilities_are_warned_of(loss, labels):
    with pytest.warns(UserWarning, match="holds logits, not probabilities: pass from_logits=True"):
        loss(labels, LOGITS)


def test_a_single_class_is_warned_of():
    with pytest.warns(UserWarning, match="for yes-or-no labels use BinaryCrossentropy"):
        losses.CategoricalCrossentropy()([[1.0], [0.0]], [[0.5], [0.25]])
