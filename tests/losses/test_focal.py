"""Focal crossentropies: what gamma and alpha do, and wrong arguments."""

import numpy as np
import pytest

from minigrad import losses
from minigrad.errors import ShapeError

rng = np.random.default_rng(0)
LOGITS = rng.normal(size=(5, 3))
ONE_HOT = np.eye(3)[rng.integers(0, 3, size=5)]
P = np.exp(LOGITS) / np.exp(LOGITS).sum(-1, keepdims=True)


def test_without_focus_it_is_crossentropy():
    focal = losses.categorical_focal_crossentropy(ONE_HOT, P, alpha=1.0, gamma=0.0)
    np.testing.assert_allclose(focal.numpy(), losses.categorical_crossentropy(ONE_HOT, P).numpy(), rtol=1e-12)
    focal = losses.binary_focal_crossentropy(ONE_HOT, P, gamma=0.0)
    np.testing.assert_allclose(focal.numpy(), losses.binary_crossentropy(ONE_HOT, P).numpy(), rtol=1e-12)


@pytest.mark.parametrize("gamma", [0.5, 2, 3.0])
def test_categorical_against_its_formula(gamma):
    alpha = np.array([0.25, 0.5, 2.0])
    expected = -(alpha * (1 - P) ** gamma * ONE_HOT * np.log(P)).sum(-1)
    for from_logits, y_pred in ((True, LOGITS), (False, 3.0 * P)):
        actual = losses.categorical_focal_crossentropy(ONE_HOT, y_pred, alpha, gamma, from_logits)
        np.testing.assert_allclose(actual.numpy(), expected, rtol=1e-6)


def test_alphas_of_classes_along_another_axis():
    alpha = [0.25, 0.5, 2.0]
    y_true, y_pred = np.stack([ONE_HOT, 1 - ONE_HOT]), np.stack([LOGITS, -LOGITS])
    last = losses.CategoricalFocalCrossentropy(alpha, from_logits=True, reduction=None)(y_true, y_pred)
    middle = losses.CategoricalFocalCrossentropy(alpha, from_logits=True, axis=1, reduction=None)(
        y_true.swapaxes(1, 2), y_pred.swapaxes(1, 2)
    )
    np.testing.assert_allclose(middle.numpy(), last.numpy(), rtol=1e-6)


@pytest.mark.parametrize("balanced", [False, True])
def test_binary_against_its_formula(balanced):
    p, t = 1 / (1 + np.exp(-LOGITS)), ONE_HOT
    right = np.where(t == 1, p, 1 - p)
    expected = -((1 - right) ** 2) * np.log(right)
    if balanced:
        expected *= np.where(t == 1, 0.75, 0.25)
    actual = losses.binary_focal_crossentropy(t, LOGITS, balanced, alpha=0.75, from_logits=True)
    np.testing.assert_allclose(actual.numpy(), expected.mean(-1), rtol=1e-6)


@pytest.mark.parametrize("cls", [losses.BinaryFocalCrossentropy, losses.CategoricalFocalCrossentropy])
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"gamma": -1}, "gamma must be a number >= 0; got -1"),
        ({"gamma": None}, "gamma must be a number >= 0; got None"),
        ({"alpha": -0.5}, r"alpha must be a number .* got -0\.5"),
        ({"label_smoothing": 1.5}, r"label_smoothing must be a number between 0 and 1; got 1\.5"),
        ({"reduction": "average"}, "reduction must be one of"),
    ],
)
def test_wrong_arguments(cls, options, message):
    with pytest.raises(ValueError, match=f"{cls.__name__}: {message}"):
        cls(**options)


def test_wrong_shapes():
    loss = losses.CategoricalFocalCrossentropy()
    with pytest.raises(ShapeError, match=r"make integer labels one-hot, to_categorical\(y_true, 3\)"):
        loss(ONE_HOT.argmax(-1), P)
    with pytest.raises(ShapeError, match=r"the labels tell 2 classes apart, the output 3"):
        loss(ONE_HOT[:, :2], P)
    with pytest.raises(
        ShapeError, match=r"alpha must be a number, or one for each of the 3 classes; got \[1"
    ):
        losses.CategoricalFocalCrossentropy(alpha=[1.0, 2.0])(ONE_HOT, P)


def test_logits_that_are_not_told_of():
    for cls in (losses.BinaryFocalCrossentropy, losses.CategoricalFocalCrossentropy):
        with pytest.warns(UserWarning, match="y_pred has values below 0, so it holds logits"):
            cls()(ONE_HOT, LOGITS)
