"""Losses of numbers at their edges: zeros, wild values, exact values of float32."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad import losses

NUMBERS = st.lists(st.floats(-50, 50), min_size=3, max_size=3)


@given(NUMBERS, NUMBERS)
def test_against_their_formulas(t, y):
    t, y = np.array([t]), np.array([y])
    e = y - t
    expected = {
        "mean_squared_error": np.mean(e**2),
        "mean_absolute_error": np.mean(np.abs(e)),
        "mean_absolute_percentage_error": 100 * np.mean(np.abs(e) / np.maximum(np.abs(t), 1e-7)),
        "mean_squared_logarithmic_error": np.mean(
            (np.log(np.maximum(y, 1e-7) + 1) - np.log(np.maximum(t, 1e-7) + 1)) ** 2
        ),
        "huber": np.mean(np.where(np.abs(e) <= 1, e**2 / 2, np.abs(e) - 0.5)),
        "log_cosh": np.mean(np.log(np.cosh(e))),
    }
    for name, value in expected.items():
        actual = getattr(losses, name)(t, y).item()
        assert actual == pytest.approx(value, rel=1e-9, abs=1e-12), name


def test_a_percentage_of_zero_is_that_of_epsilon():
    loss = losses.MeanAbsolutePercentageError(dtype="float64")
    assert loss([[0.0]], [[1.0]]).item() == pytest.approx(1e9)
    before = mg.config.epsilon()
    try:
        mg.config.set_epsilon(0.5)
        assert loss([[0.0]], [[1.0]]).item() == 200.0
    finally:
        mg.config.set_epsilon(before)


def test_huge_differences_are_finite():
    y_pred = mg.Tensor([[1e30, -1e30, 0.0]], requires_grad=True)
    for name, gradient in (("huber", [1 / 3, -1 / 3, 0.0]), ("log_cosh", [1 / 3, -1 / 3, 0.0])):
        y_pred.grad = None
        loss = getattr(losses, name)([[0.0, 0.0, 0.0]], y_pred)
        loss.backward(np.ones(1, np.float32))
        assert loss.item() == pytest.approx(2e30 / 3, rel=1e-6)
        np.testing.assert_allclose(y_pred.grad, [gradient], rtol=1e-6)


@pytest.mark.parametrize("delta", [0.25, 1.0, 4.0])
def test_huber_meets_its_straight_lines_smoothly(delta):
    y_pred = mg.Tensor(np.array([[delta * (1 - 1e-9), delta * (1 + 1e-9)]]), requires_grad=True)
    loss = losses.huber([[0.0, 0.0]], y_pred, delta)
    loss.backward(np.ones(1))
    assert loss.item() == pytest.approx(delta**2 / 2)
    np.testing.assert_allclose(y_pred.grad, [[delta / 2, delta / 2]], rtol=1e-6)


@pytest.mark.parametrize("delta", [0, -1.0, "a", None, math.nan])
def test_a_wrong_delta(delta):
    with pytest.raises(ValueError, match=r"Huber: delta must be a number > 0\.0; got"):
        losses.Huber(delta=delta)
    with pytest.raises(ValueError, match=r"huber: delta must be a number > 0\.0; got"):
        losses.huber([0.0], [0.0], delta)


def test_similarity_to_nothing_is_zero_and_has_a_gradient():
    y_pred = mg.Tensor([[0.0, 0.0], [3.0, 4.0]], requires_grad=True)
    loss = losses.CosineSimilarity(reduction=None)([[1.0, 0.0], [0.0, 0.0]], y_pred)
    assert [abs(value) for value in loss.tolist()] == [0.0, 0.0]
    loss.sum().backward()
    assert np.isfinite(y_pred.grad).all()


def test_similarity_does_not_depend_on_length():
    t, y = np.array([[1.0, 2.0, -1.0]]), np.array([[0.5, 0.5, 3.0]])
    plain = losses.cosine_similarity(t, y).item()
    assert losses.cosine_similarity(100 * t, 0.01 * y).item() == pytest.approx(plain, rel=1e-12)
    assert losses.cosine_similarity(t, -y).item() == pytest.approx(-plain, rel=1e-12)
