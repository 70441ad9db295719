"""Rescaling and Normalization: adapting, given statistics, dtypes, gradients."""

from __future__ import annotations

import json

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients

DATA = np.random.default_rng(0).normal(5.0, 3.0, (20, 4, 3)).astype(np.float32)


def test_rescaling_of_bytes():
    y = layers.Rescaling(1 / 255)(np.array([[0, 51, 255]], np.uint8))
    assert y.dtype == np.float32
    np.testing.assert_allclose(y, [[0.0, 0.2, 1.0]], rtol=1e-6)


def test_rescaling_by_channel(monkeypatch):
    x = np.ones((2, 3, 4, 4), np.float32)
    monkeypatch.setitem(mg.config._settings, "image_data_format", "channels_first")
    y = layers.Rescaling([1.0, 2.0, 3.0])(x).numpy()
    np.testing.assert_array_equal(y[0, :, 0, 0], [1, 2, 3])
    layer = layers.Rescaling(np.array([1.0, 2.0]), offset=np.float64(0.5))
    config = json.loads(json.dumps(layer.get_config()))
    again = layers.Rescaling.from_config(config)
    np.testing.assert_array_equal(again.scale, [1.0, 2.0])
    assert again.offset == 0.5


@pytest.mark.parametrize("axis", [-1, None, 1, (1, 2), (2, 1), ()])
def test_adapt_measures_what_numpy_measures(axis):
    kept = () if axis is None else (axis % 3,) if isinstance(axis, int) else tuple(sorted(axis))
    over = tuple(one for one in range(3) if one not in kept)
    layer = layers.Normalization(axis)
    layer.adapt(DATA)
    mean, variance = DATA.mean(over, keepdims=True), DATA.var(over, keepdims=True)
    np.testing.assert_allclose(layer.adapt_mean, mean.squeeze(over), rtol=1e-5)
    np.testing.assert_allclose(layer.adapt_variance, variance.squeeze(over), rtol=1e-5)
    np.testing.assert_allclose(layer(DATA), (DATA - mean) / np.sqrt(variance), rtol=1e-4, atol=1e-5)
    back = layers.Normalization(axis, invert=True)
    back.adapt(DATA)
    np.testing.assert_allclose(back(layer(DATA)), DATA, rtol=1e-4, atol=1e-4)
    assert [weight.name for weight in layer.weights] == ["mean", "variance", "count"]
    assert not layer.trainable_weights


def test_adapt_to_batches_is_adapting_to_all_of_them():
    whole, parts = layers.Normalization(), layers.Normalization()
    whole.adapt(DATA + 1000)
    parts.adapt((part, None) for part in np.array_split(DATA + 1000, [1, 9, 9]))
    np.testing.assert_allclose(parts.adapt_mean, whole.adapt_mean, rtol=1e-6)
    np.testing.assert_allclose(parts.adapt_variance, whole.adapt_variance, rtol=1e-5)
    whole.adapt(mg.Tensor(DATA))  # anew: what was measured before is forgotten
    np.testing.assert_allclose(whole.adapt_mean, DATA.mean((0, 1)), rtol=1e-5)


def test_weights_that_are_set_are_used():
    layer = layers.Normalization()
    layer.build((None, 2))
    layer.set_weights([[1.0, 2.0], [4.0, 9.0], 0])
    np.testing.assert_allclose(layer(np.array([[3.0, 5.0]])), [[1.0, 1.0]])


def test_a_variance_of_0_gives_finite_numbers():
    layer = layers.Normalization()
    layer.adapt(np.ones((4, 2)))
    np.testing.assert_array_equal(layer(np.ones((3, 2))), np.zeros((3, 2)))


def test_given_statistics():
    layer = layers.Normalization(axis=(1, -1), mean=[1.0, 2.0, 3.0], variance=[1.0, 4.0, 9.0])
    np.testing.assert_allclose(layer(DATA), (DATA - [1.0, 2.0, 3.0]) / [1.0, 2.0, 3.0], rtol=1e-5, atol=1e-6)
    config = json.loads(json.dumps(layer.get_config()))
    assert layers.Normalization.from_config(config).get_config() == layer.get_config()
    assert layers.Normalization().get_config()["mean"] is None


def test_gradients():
    x = DATA[:2].astype(np.float64)
    for layer in (
        layers.Rescaling([0.5, 2.0, 3.0], 1.0, dtype="float64"),
        layers.Normalization(mean=[1.0, 2.0, 3.0], variance=[1.0, 4.0, 9.0], dtype="float64"),
        layers.Normalization(None, mean=1.0, variance=4.0, invert=True, dtype="float64"),
    ):
        check_gradients(layer, x)


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda: layers.Rescaling("a"), ValueError, "Rescaling: scale must be a number"),
        (lambda: layers.Rescaling(1, offset=None), ValueError, "offset"),
        (lambda: layers.Normalization(mean=1.0), ValueError, "give both mean and variance, or none"),
        (lambda: layers.Normalization(mean=[1.0], variance=1.0), ValueError, r"\(1,\) and \(\)"),
        (lambda: layers.Normalization(None, mean=[1.0], variance=[1.0]), ValueError, "axis="),
        (lambda: layers.Normalization(3)(DATA), ShapeError, "axis 3 is out of range"),
        (lambda: layers.Normalization().build((None, None)), ShapeError, "must be known"),
        (
            lambda: layers.Normalization(mean=[1.0, 2], variance=[1.0, 2])(DATA),
            ShapeError,
            r"\(2,\) don't fit",
        ),
        (lambda: layers.Normalization(mean=0, variance=1).adapt(DATA), ValueError, "nothing to adapt"),
        (lambda: layers.Normalization().adapt([]), ValueError, "at least one batch"),
        (
            lambda: layers.Normalization().adapt([[1.0, 2.0]]),
            TypeError,
            "must be an array or a tensor; got list",
        ),
        (lambda: layers.Normalization().adapt(3), TypeError, "got int"),
        (lambda: layers.Normalization().adapt([DATA, DATA[:, :, :2]]), ShapeError, r"\(20, 4, 2\)"),
    ],
)
def test_bad_input(make, error, text):
    with pytest.raises(error, match=text):
        make()
