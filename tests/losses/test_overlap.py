"""Losses of overlap: what alpha and beta weigh, which axes are summed, empty masks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad import losses
from minigrad.errors import ShapeError

rng = np.random.default_rng(0)
T, Y = rng.integers(0, 2, size=(3, 4, 5)).astype(float), rng.uniform(size=(3, 4, 5))


@pytest.mark.parametrize("axis", [None, -1, (1, 2), [0, 2], 0])
@given(st.floats(0, 2), st.floats(0, 2))
def test_tversky_against_its_formula(axis, alpha, beta):
    plain = tuple(axis) if isinstance(axis, list) else axis
    common, false, missed = (x.sum(plain) for x in (T * Y, (1 - T) * Y, T * (1 - Y)))
    expected = 1 - common / (common + alpha * false + beta * missed + 1e-7)
    loss = losses.Tversky(alpha, beta, axis=axis, reduction=None, dtype="float64")
    np.testing.assert_allclose(loss(T, Y).numpy(), expected, rtol=1e-12)


@pytest.mark.parametrize("axis", [None, -1, (1, 2)])
def test_dice_is_tversky_of_halves(axis):
    dice, tversky = losses.dice(T, Y, axis), losses.tversky(T, Y, axis=axis)
    np.testing.assert_allclose(dice.numpy(), tversky.numpy(), rtol=1e-6)


def test_more_alpha_punishes_false_alarms():
    t, y = [[1.0, 0.0, 0.0, 0.0]], [[1.0, 1.0, 1.0, 0.0]]
    assert losses.tversky(t, y, alpha=0.9, beta=0.1).item() > losses.tversky(t, y, alpha=0.1, beta=0.9).item()


def test_extremes():
    assert losses.dice(T, T).item() == pytest.approx(0.0, abs=1e-6)
    assert losses.dice(T, 1 - T).item() == 1.0
    assert losses.dice(np.zeros((2, 3)), np.zeros((2, 3))).item() == 1.0  # as in Keras
    assert losses.tversky(np.zeros((2, 3)), np.zeros((2, 3))).item() == 1.0


def test_one_loss_for_the_whole_batch_takes_no_weights_of_samples():
    with pytest.raises(ShapeError, match=r"dice: sample_weight of shape \(3,\) doesn't fit the losses"):
        losses.Dice()(T, Y, np.ones(3))
    weighted = losses.Dice(axis=(1, 2), reduction="sum")(T, Y, [1.0, 0.0, 0.0]).item()
    assert weighted == pytest.approx(losses.dice(T[0], Y[0]).item(), rel=1e-6)


@pytest.mark.parametrize("options", [{"alpha": -1}, {"beta": "a"}, {"alpha": None}])
def test_wrong_arguments(options):
    ((name, value),) = options.items()
    with pytest.raises(ValueError, match=f"Tversky: {name} must be a number >= 0; got {value!r}"):
        losses.Tversky(**options)


def test_an_axis_that_is_not_there():
    with pytest.raises(ShapeError, match="axis"):
        losses.Dice(axis=3)(T, Y)
