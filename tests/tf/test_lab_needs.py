"""Where the lecture's labs need more than Keras 3 gives."""

from __future__ import annotations

import numpy as np
import pytest

import minigrad as keras
import minigrad.tf as tf
from minigrad import layers
from minigrad.utils import to_categorical


@pytest.mark.parametrize("padding", ["SAME", "same", "Same"])
@pytest.mark.parametrize("layer", [layers.MaxPool2D, layers.AveragePooling2D])
def test_padding_in_any_letter_case(layer, padding):
    assert layer(pool_size=2, padding=padding)(np.ones((1, 7, 7, 1))).shape == (1, 4, 4, 1)
    assert layers.Conv2D(2, 3, padding=padding)(np.ones((1, 7, 7, 1))).shape == (1, 7, 7, 2)


def test_variables_are_weights_only():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dropout(0.4), layers.Dense(2)])
    assert model.variables == model.trainable_variables == model.weights
    assert [variable.name for variable in model.variables] == ["kernel", "bias", "kernel", "bias"]


def test_one_optimizer_for_several_models():
    models = [keras.Sequential([keras.Input((2,)), layers.Dense(units)]) for units in (1, 3)]
    optimizer = keras.optimizers.Adam(0.5)
    for model in models:
        before = model.get_weights()
        optimizer.apply_gradients(
            zip([np.ones(w.shape) for w in model.weights], model.variables, strict=True)
        )
        for old, new in zip(before, model.get_weights(), strict=True):
            assert np.all(old > new)


def test_an_initializer_that_layers_share_gives_each_its_own_values():
    shared = keras.initializers.RandomNormal()
    first, second = (layers.Dense(3, kernel_initializer=shared) for _ in range(2))
    for layer in (first, second):
        layer.build((None, 4))
    assert not np.array_equal(first.kernel, second.kernel)
    seeded = keras.initializers.RandomNormal(seed=7)
    first, second = (layers.Dense(3, kernel_initializer=seeded) for _ in range(2))
    for layer in (first, second):
        layer.build((None, 4))
    np.testing.assert_array_equal(first.kernel, second.kernel)


def test_to_categorical_gives_float32():
    assert to_categorical(np.array([1, 0], np.uint8), 10).dtype == np.float32


class Block(keras.Model):
    def __init__(self):
        super().__init__()
        self.conv = layers.Conv2D(32, 3, padding="SAME", kernel_initializer="glorot_normal")
        self.batchnorm = layers.BatchNormalization()

    def call(self, inputs, training=False):
        return tf.nn.relu(self.batchnorm(self.conv(inputs)))


class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.conv1 = Block()
        self.pool1 = layers.MaxPool2D(padding="SAME")

    def call(self, inputs, training=False):
        return self.pool1(self.conv1(inputs))


def test_the_summary_of_a_subclassed_model_with_models_inside():
    model = Net()
    model(keras.Input(shape=(28, 28, 1)))
    lines: list[str] = []
    model.summary(print_fn=lines.append)
    text = "\n".join(lines)
    assert "(None, 28, 28, 32)" in text
    assert "(None, 14, 14, 32)" in text
    assert " 448 " in text
    assert "Non-trainable params: 64" in text


def test_training_as_an_outer_model_is_called_reaches_the_layers_inside():
    model = Net()
    images = np.random.default_rng(0).random((4, 8, 8, 1), np.float32) + 3.0
    model(images, training=True)
    assert np.any(model.conv1.batchnorm.moving_mean.numpy() != 0)
    before = model.conv1.batchnorm.moving_mean.numpy()
    model(images, training=False)
    np.testing.assert_array_equal(model.conv1.batchnorm.moving_mean, before)
