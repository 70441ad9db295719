"""A small trained classifier of 8x8 images: one class has a bright bar on the left, one on the right."""

import numpy as np
import pytest

import minigrad as mg


def bars(count, seed):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, count)
    images = rng.uniform(0, 0.2, (count, 8, 8, 1)).astype(np.float32)
    images[labels == 0, 2:6, 1:3] = 1.0
    images[labels == 1, 2:6, 5:7] = 1.0
    return images, labels


@pytest.fixture(scope="package")
def data():
    return bars(200, 0)


@pytest.fixture(scope="package")
def trained(data):
    mg.utils.set_random_seed(0)
    model = mg.Sequential(
        [
            mg.Input((8, 8, 1)),
            mg.layers.Conv2D(12, 3, padding="same", activation="relu", name="conv"),
            mg.layers.MaxPooling2D(name="pool"),
            mg.layers.Flatten(name="flat"),
            mg.layers.Dense(2, name="scores"),
        ],
        name="bars",
    )
    model.compile(
        mg.optimizers.Adam(0.01),
        mg.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    model.fit(*data, epochs=3, verbose=0)
    assert model.evaluate(*data, verbose=0)[1] > 0.95
    return model
