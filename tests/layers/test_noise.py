"""Layers that do something at random in training: noise, and the dropouts of whole channels."""

from __future__ import annotations

import json

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.errors import ShapeError

X = np.random.default_rng(0).normal(size=(300, 300)).astype(np.float32)
MAKE = {
    "noise": lambda **kw: layers.GaussianNoise(0.3, **kw),
    "dropout": lambda **kw: layers.GaussianDropout(0.2, **kw),
    "alpha": lambda **kw: layers.AlphaDropout(0.2, **kw),
}


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_only_in_training_and_by_seed(make):
    layer = make(seed=5)
    np.testing.assert_array_equal(layer(X), X)
    np.testing.assert_array_equal(layer(X, training=False), X)
    first, second = layer(X, training=True).numpy(), layer(X, training=True).numpy()
    assert not np.array_equal(first, second)
    again = make(seed=5)
    np.testing.assert_array_equal(again(X, training=True), first)
    np.testing.assert_array_equal(again(X, training=True), second)
    assert again.compute_output_shape((None, 3)) == (None, 3)
    config = json.loads(json.dumps(layer.get_config()))
    assert type(layer).from_config(config).get_config() == layer.get_config()
    assert make(dtype="float64")(X, training=True).dtype == np.float64


def test_the_sizes_of_the_noise():
    noise = layers.GaussianNoise(0.3, seed=1)(X, training=True).numpy() - X
    assert abs(noise.mean()) < 0.005
    assert abs(noise.std() - 0.3) < 0.005
    factors = layers.GaussianDropout(0.2, seed=1)(np.ones_like(X), training=True).numpy()
    assert abs(factors.mean() - 1) < 0.01
    assert abs(factors.std() - (0.2 / 0.8) ** 0.5) < 0.01


def test_alpha_dropout_keeps_mean_and_variance():
    rate, limit = 0.2, -1.6732632423543772 * 1.0507009873554805
    y = layers.AlphaDropout(rate, seed=1)(X, training=True).numpy()
    assert abs(y.mean()) < 0.01
    assert abs(y.std() - 1) < 0.01
    a = ((1 - rate) * (1 + rate * limit**2)) ** -0.5
    b = -a * limit * rate
    dropped = np.isclose(y, a * limit + b, atol=1e-6)
    assert abs(dropped.mean() - rate) < 0.01
    np.testing.assert_allclose(y[~dropped], a * X[~dropped] + b, rtol=1e-4, atol=1e-5)
    rows = layers.AlphaDropout(0.5, noise_shape=(None, 1), seed=1)(np.ones((50, 8)), training=True).numpy()
    assert np.all(rows == rows[:, :1])


@pytest.mark.parametrize(
    "make",
    [layers.GaussianNoise, layers.GaussianDropout, layers.AlphaDropout],
)
def test_nothing_to_do_leaves_the_inputs(make):
    np.testing.assert_array_equal(make(0)(X, training=True), X)


def test_the_gradient_passes_what_was_multiplied():
    x = mg.Tensor(np.ones((4, 50)), requires_grad=True)
    y = layers.GaussianDropout(0.5, seed=3)(x, training=True)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, y.numpy())


@pytest.mark.parametrize(
    ("layer", "shape", "spatial"),
    [
        (layers.SpatialDropout1D(0.4, seed=2), (30, 5, 40), (1,)),
        (layers.SpatialDropout2D(0.4, seed=2), (30, 3, 4, 40), (1, 2)),
        (layers.SpatialDropout2D(0.4, "channels_first", seed=2), (30, 40, 3, 4), (2, 3)),
    ],
)
def test_spatial_dropout_drops_whole_channels(layer, shape, spatial):
    x = np.ones(shape, np.float32)
    np.testing.assert_array_equal(layer(x), x)
    y = layer(x, training=True).numpy()
    channels = y.max(spatial, keepdims=True)
    np.testing.assert_array_equal(np.broadcast_to(channels, shape), y)
    assert set(np.unique(y)) == {np.float32(0), np.float32(1 / 0.6)}
    assert abs(np.mean(channels == 0) - 0.4) < 0.05
    with pytest.raises(ShapeError, match=f"must have {len(shape)} axes"):
        layer(np.ones((2, 3)))


def test_spatial_dropout_has_keras_s_config():
    config = layers.SpatialDropout1D(0.5, seed=3).get_config()
    assert set(config) == {"rate", "seed", "name", "dtype"}
    config = json.loads(json.dumps(layers.SpatialDropout2D(0.5, "channels_first").get_config()))
    assert set(config) == {"rate", "seed", "name", "dtype", "data_format"}
    assert layers.SpatialDropout2D.from_config(config).data_format == "channels_first"


def test_activity_regularization():
    layer = layers.ActivityRegularization(l1=0.1, l2=0.01)
    x = np.array([[1.0, -2.0], [3.0, 0.0]], np.float32)
    np.testing.assert_array_equal(layer(x), x)
    np.testing.assert_allclose(layer.losses[0].item(), (0.1 * 6 + 0.01 * 14) / 2, rtol=1e-6)
    config = layer.get_config()
    assert set(config) == {"name", "trainable", "dtype", "l1", "l2"}
    assert layers.ActivityRegularization.from_config(config).l2 == 0.01


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: layers.GaussianNoise(-1), "GaussianNoise: stddev must be a number >= 0; got -1"),
        (lambda: layers.GaussianDropout(1), "rate must be"),
        (lambda: layers.AlphaDropout(-0.1), "rate must be"),
        (lambda: layers.AlphaDropout(0.5, seed="x"), "AlphaDropout: seed"),
        (lambda: layers.SpatialDropout2D(2), "SpatialDropout2D: rate must be a number between 0 and 1"),
        (lambda: layers.SpatialDropout2D(0.5, "NHWC"), "data_format"),
        (lambda: layers.ActivityRegularization(l1=-1), "l1 must be a number >= 0"),
    ],
)
def test_wrong_arguments(make, text):
    with pytest.raises(ValueError, match=text):
        make()
