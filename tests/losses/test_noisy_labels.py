"""Generalized crossentropy against its formula and Keras's numbers."""

import numpy as np
import pytest

import minigrad as mg
from minigrad.errors import ShapeError
from minigrad.losses import CategoricalGeneralizedCrossEntropy, categorical_generalized_cross_entropy

LABELS = np.array([0, 1, 0, 1])
P = np.array([[0.7, 0.3], [0.2, 0.8], [0.6, 0.4], [0.4, 0.6]])


@pytest.mark.parametrize("q", [0.1, 0.5, 0.8])
def test_the_formula(q):
    expected = (1 - P[range(4), LABELS] ** q) / q
    found = categorical_generalized_cross_entropy(LABELS, P, q=q)
    np.testing.assert_allclose(found, expected)
    np.testing.assert_allclose(categorical_generalized_cross_entropy(LABELS[:, None], P, q=q), expected)
    loss = CategoricalGeneralizedCrossEntropy(q, dtype="float64")
    np.testing.assert_allclose(loss(LABELS, P).item(), expected.mean())
    assert type(loss).from_config(loss.get_config()).q == q


def test_between_crossentropy_and_the_absolute_error():
    p = P[range(4), LABELS]
    np.testing.assert_allclose(
        categorical_generalized_cross_entropy(LABELS, P, q=1e-9), -np.log(p), rtol=1e-6
    )
    np.testing.assert_allclose(categorical_generalized_cross_entropy(LABELS, P, q=1 - 1e-9), 1 - p, rtol=1e-6)


def test_gradients():
    mg.testing.check_gradients(lambda p: categorical_generalized_cross_entropy(LABELS, p, q=0.5), P)


def test_what_it_refuses():
    with pytest.raises(ValueError, match="q must be a number"):
        CategoricalGeneralizedCrossEntropy(q=1.0)
    with pytest.raises(ShapeError, match="CategoricalCrossentropy"):
        categorical_generalized_cross_entropy(np.eye(2)[LABELS], P, q=0.5)
