"""BatchNormalization in training, and what it does with its moving statistics; the other normalizations."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.errors import ShapeError, UnknownNameError
from minigrad.testing import check_gradients

GOLDEN = np.load(Path(__file__).parents[1] / "golden/general.npz")
ARGUMENTS = {
    "images": {},
    "rows": {"momentum": 0.5, "epsilon": 0.1},
    "channels_first": {"axis": 1, "momentum": 0.9},
    "no_scale": {"scale": False},
    "no_center": {"center": False},
    "masked": {"momentum": 0.8},
}
X = np.random.default_rng(0).normal(3.0, 2.0, (6, 4, 5)).astype(np.float32)


@pytest.mark.parametrize("name", ARGUMENTS)
def test_training_is_as_in_keras_and_so_are_the_moving_statistics(name):
    prefix = f"batch_normalization/{name}/"
    expected = {key.removeprefix(prefix): GOLDEN[key] for key in GOLDEN.files if key.startswith(prefix)}
    layer = layers.BatchNormalization(**ARGUMENTS[name])
    x = mg.Tensor(expected["x"], requires_grad=True)
    layer.build(x.shape)
    layer.set_weights([expected[f"weight{i}"] for i in range(len(layer.weights))])
    output = layer(x, training=True, mask=expected.get("mask"))
    output.backward(expected["g"])
    np.testing.assert_allclose(output, expected["output"], rtol=2e-5, atol=2e-5)
    np.testing.assert_allclose(x.grad, expected["dx"], rtol=1e-4, atol=1e-5)
    for i, weight in enumerate(layer.weights):
        np.testing.assert_allclose(weight, expected[f"after{i}"], rtol=1e-5, atol=1e-6)
    for i, weight in enumerate(layer.trainable_weights):
        np.testing.assert_allclose(weight.grad, expected[f"dweight{i}"], rtol=1e-4, atol=2e-5)


def test_the_rule_of_the_moving_statistics():
    layer = layers.BatchNormalization(momentum=0.9)
    for _ in range(3):
        layer(X, training=True)
    mean, variance = X.mean((0, 1)), X.var((0, 1))  # biased
    np.testing.assert_allclose(layer.moving_mean, mean * (1 - 0.9**3), rtol=1e-5)
    np.testing.assert_allclose(layer.moving_variance, 0.9**3 + variance * (1 - 0.9**3), rtol=1e-5)
    before = layer.get_weights()
    layer(X)  # inference is the default
    layer(X, training=False)
    for old, new in zip(before, layer.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_with_momentum_0_inference_is_what_training_was():
    layer = layers.BatchNormalization(momentum=0.0)
    trained = layer(X, training=True).numpy()
    np.testing.assert_allclose(layer(X), trained, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(trained.mean((0, 1)), 0, atol=1e-6)
    np.testing.assert_allclose(trained.std((0, 1)), 1, atol=1e-3)


def test_a_frozen_layer_is_in_inference_mode():
    layer = layers.BatchNormalization(epsilon=0.0)
    layer.build(X.shape)
    layer.trainable = False
    assert (len(layer.trainable_weights), len(layer.non_trainable_weights)) == (0, 4)
    np.testing.assert_array_equal(layer(X, training=True), X)
    assert not layer.moving_mean.numpy().any()
    layer.trainable = True
    assert [weight.name for weight in layer.trainable_weights] == ["gamma", "beta"]
    assert [weight.name for weight in layer.non_trainable_weights] == ["moving_mean", "moving_variance"]
    layer(X, training=True)
    assert layer.moving_mean.numpy().all()


def test_the_moving_statistics_are_never_part_of_the_graph():
    layer = layers.BatchNormalization()
    x = mg.Tensor(X, requires_grad=True)
    loss = mg.ops.sum(layer(x, training=True))
    again = mg.ops.sum(layer(x, training=True))  # the first graph must not mind that they have changed
    for weight in (layer.moving_mean, layer.moving_variance):
        assert weight.is_leaf
        assert not weight.requires_grad
    loss.backward()
    again.backward()
    assert layer.moving_mean.grad is None


def test_inference_uses_the_statistics_as_constants():
    layer = layers.BatchNormalization(dtype="float64")
    layer.build((None, 3))
    layer.set_weights([[1.0, 2, 3], [0.5, 0, -1], [1.0, 0, 2], [1.0, 4, 0.5]])
    x = np.random.default_rng(1).normal(size=(4, 3))
    expected = [1.0, 2, 3] * (x - [1.0, 0, 2]) / np.sqrt(np.array([1.0, 4, 0.5]) + 1e-3) + [0.5, 0, -1]
    np.testing.assert_allclose(layer(x), expected, rtol=1e-12)


@pytest.mark.parametrize(
    "make",
    [
        lambda **kw: layers.BatchNormalization(**kw),
        lambda **kw: layers.BatchNormalization(axis=1, **kw),
        lambda **kw: layers.LayerNormalization(**kw),
        lambda **kw: layers.LayerNormalization(axis=[1, 2], **kw),
        lambda **kw: layers.GroupNormalization(groups=2, **kw),
        lambda **kw: layers.RMSNormalization(**kw),
        lambda **kw: layers.UnitNormalization(**kw),
    ],
)
@pytest.mark.parametrize("training", [False, True])
def test_gradients(make, training):
    layer = make(dtype="float64")
    x = np.random.default_rng(2).normal(size=(3, 2, 4))
    layer(x)
    report = check_gradients(
        lambda inputs, *_: layer(inputs, training=training), x, *layer.trainable_weights, order=2
    )
    assert report.checked >= x.size


def test_batch_normalization_of_integers_and_halves():
    assert layers.BatchNormalization()(np.array([[1, 2], [3, 6]]), training=True).dtype == np.float32
    half = layers.BatchNormalization(dtype="float16")
    output = half(np.array([[300.0], [-300.0]], np.float16), training=True)  # their squares overflow
    assert output.dtype == np.float16
    np.testing.assert_allclose(output, [[1.0], [-1.0]], rtol=1e-3)


def test_a_mask_of_nothing_gives_finite_numbers():
    layer = layers.BatchNormalization()
    output = layer(np.zeros((4, 5)), training=True, mask=np.zeros(4))
    np.testing.assert_array_equal(output, np.zeros((4, 5)))


def test_layer_normalization_normalizes_each_example():
    y = layers.LayerNormalization(axis=[1, 2], epsilon=0.0)(X).numpy()
    np.testing.assert_allclose(y.mean((1, 2)), 0, atol=1e-6)
    np.testing.assert_allclose(y.std((1, 2)), 1, rtol=1e-5)
    layer = layers.LayerNormalization(axis=(2, 1))
    layer.build((None, 4, 5))
    assert layer.gamma.shape == layer.beta.shape == (4, 5)


def test_rms_scaling_is_keras_s_and_warns():
    with pytest.warns(UserWarning, match="use RMSNormalization"):
        layer = layers.LayerNormalization(rms_scaling=True)
    expected = X / np.sqrt(X.var(-1, keepdims=True) + 1e-3)
    np.testing.assert_allclose(layer(X), expected, rtol=1e-5)
    assert [weight.name for weight in layer.weights] == ["gamma"]


def test_group_normalization_of_one_group_and_of_each_channel():
    one = layers.GroupNormalization(1, epsilon=0.0)(X).numpy()
    np.testing.assert_allclose(one.std((1, 2)), 1, rtol=1e-5)
    each = layers.GroupNormalization(-1, epsilon=0.0)(X).numpy()
    np.testing.assert_allclose(each.std(1), 1, rtol=1e-5)


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda: layers.BatchNormalization(momentum=1.5), ValueError, "momentum must be .* between 0 and 1"),
        (lambda: layers.BatchNormalization(epsilon=-1), ValueError, "epsilon must be a number >= 0"),
        (lambda: layers.BatchNormalization(axis=[3]), ValueError, "axis must be an integer"),
        (lambda: layers.BatchNormalization(renorm=True), ValueError, "renormalization isn't supported"),
        (lambda: layers.BatchNormalization(renorm_momentum=0.9), ValueError, "renorm"),
        (lambda: layers.BatchNormalization(synchronized=True), ValueError, "only one"),
        (lambda: layers.BatchNormalization(gamma_initializer="nonsense"), UnknownNameError, "Known: "),
        (lambda: layers.LayerNormalization(axis="1"), TypeError, "axis must be an integer or a list"),
        (lambda: layers.LayerNormalization(axis=[]), TypeError, "axis"),
        (lambda: layers.GroupNormalization(0), ValueError, "groups must be an integer >= 1, or -1"),
        (lambda: layers.GroupNormalization(2, axis=(1,)), ValueError, "axis"),
        (lambda: layers.RMSNormalization(epsilon="a"), ValueError, "epsilon"),
        (lambda: layers.BatchNormalization(axis=3)(X), ShapeError, "axis 3 is out of range"),
        (
            lambda: layers.BatchNormalization().build((None, None)),
            ShapeError,
            "size of axis -1 must be known",
        ),
        (lambda: layers.BatchNormalization()(X, mask=np.ones(6)), ShapeError, r"\(6, 4\); got \(6,\)"),
        (lambda: layers.BatchNormalization()(X[:0], training=True), ShapeError, "nothing to average"),
        (lambda: layers.LayerNormalization(axis=(1, 1))(X), ShapeError, "twice"),
        (lambda: layers.GroupNormalization(3)(X), ShapeError, "5 channels can't be divided into groups=3"),
        (lambda: layers.GroupNormalization(6)(X), ShapeError, "groups=6"),
        (lambda: layers.GroupNormalization(2, axis=0)(X), ShapeError, "the batch"),
    ],
)
def test_bad_input(make, error, text):
    with pytest.raises(error, match=text):
        make()


def test_another_number_of_channels_than_built_for():
    layer = layers.BatchNormalization()
    layer(X)
    with pytest.raises(ShapeError, match=r"axis 2 must have size 5; got shape \(6, 4, 3\)"):
        layer(X[:, :, :3])


def test_configs_have_keras_s_keys():
    shared = {
        "name",
        "trainable",
        "dtype",
        "axis",
        "epsilon",
        "center",
        "scale",
        "beta_initializer",
        "gamma_initializer",
        "beta_regularizer",
        "gamma_regularizer",
        "beta_constraint",
        "gamma_constraint",
    }
    own = {"momentum", "moving_mean_initializer", "moving_variance_initializer", "synchronized"}
    renorm = {"renorm", "renorm_clipping", "renorm_momentum"}
    for layer, keys in (
        (layers.BatchNormalization(gamma_regularizer="l2"), shared | own | renorm),
        (layers.LayerNormalization(axis=(1, 2)), shared | {"rms_scaling"}),
        (layers.GroupNormalization(4, beta_constraint="non_neg"), shared | {"groups"}),
    ):
        config = json.loads(json.dumps(layer.get_config()))
        assert set(config) == keys
        assert type(layer).from_config(config).get_config() == layer.get_config()
