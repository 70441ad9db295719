"""One seed, the same bits, whatever the number of threads."""

from __future__ import annotations

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers


@pytest.fixture(autouse=True)
def _threads_as_before():
    before = mg.get_num_threads()
    yield
    mg.set_num_threads(before)


def trained(threads):
    """Return the weights and the predictions of a CNN that was trained for a few steps."""
    mg.set_num_threads(threads)
    mg.utils.set_random_seed(7)
    images = np.random.default_rng(0).random((150, 28, 28, 1), dtype=np.float32)
    net = mg.Sequential(
        [
            mg.Input((28, 28, 1)),
            layers.Conv2D(16, 3, activation="relu", padding="same"),
            layers.BatchNormalization(),
            layers.MaxPool2D(),
            layers.Conv2D(32, 3, activation="relu"),
            layers.AveragePooling2D(2, padding="same"),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.4),
            layers.Dense(10),
        ]
    )
    net.compile("adam", mg.losses.SparseCategoricalCrossentropy(from_logits=True))
    net.fit(images, np.arange(150) % 10, batch_size=50, epochs=2, verbose=0)
    return [*net.get_weights(), net.predict(images, verbose=0)]


def test_training_gives_the_same_bits_on_one_two_and_three_threads():
    one = trained(1)
    for threads in (2, 3):
        for expected, value in zip(one, trained(threads), strict=True):
            np.testing.assert_array_equal(value, expected)
