"""Activations with arguments or weights: LeakyReLU, ELU, PReLU."""

from __future__ import annotations

import json

import numpy as np
import pytest

from minigrad import layers
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients

X = np.random.default_rng(0).normal(size=(2, 3, 4, 5))


@pytest.mark.parametrize(
    ("shared", "shape"),
    [(None, (3, 4, 5)), ([1, 2], (1, 1, 5)), (2, (3, 1, 5)), ((3, 1), (1, 4, 1))],
)
def test_prelu_has_a_slope_for_each_place_that_is_not_shared(shared, shape):
    layer = layers.PReLU(shared_axes=shared, dtype="float64")
    np.testing.assert_array_equal(layer(X), np.maximum(X, 0))
    assert [(weight.name, weight.shape) for weight in layer.weights] == [("alpha", shape)]
    alpha = np.random.default_rng(1).normal(size=shape)
    layer.set_weights([alpha])
    np.testing.assert_allclose(layer(X), np.where(X > 0, X, alpha * X))
    check_gradients(lambda x, _: layer(x), X, layer.alpha, order=2, max_elements=40)
    config = json.loads(json.dumps(layer.get_config()))
    assert layers.PReLU.from_config(config).get_config() == layer.get_config()


def test_slopes_and_limits():
    assert layers.LeakyReLU().negative_slope == 0.3
    np.testing.assert_allclose(layers.LeakyReLU(2.0)(np.array([-1.0, 1.0])), [-2.0, 1.0])
    np.testing.assert_allclose(layers.ELU(0.5)(np.array([-100.0, 1.0])), [-0.5, 1.0])
    for layer in (layers.LeakyReLU(0.1), layers.ELU(0.5)):
        assert layer.compute_output_shape((None, 2)) == (None, 2)
        assert type(layer).from_config(layer.get_config()).get_config() == layer.get_config()


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda: layers.LeakyReLU(-1), ValueError, "negative_slope must be a number >= 0; got -1"),
        (lambda: layers.LeakyReLU(None), ValueError, "negative_slope"),
        (lambda: layers.ELU("a"), ValueError, "alpha"),
        (lambda: layers.PReLU(shared_axes=[0]), ValueError, "integers >= 1"),
        (lambda: layers.PReLU(shared_axes=-1), ValueError, "integers >= 1"),
        (lambda: layers.PReLU(shared_axes=[4])(X), ShapeError, "doesn't have"),
        (lambda: layers.PReLU().build((None, None, 3)), ShapeError, "alpha needs the size"),
    ],
)
def test_bad_input(make, error, text):
    with pytest.raises(error, match=text):
        make()
