"""Likely mistakes are told, once, with their remedy; what is right is not complained about."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.errors import LikelyMistakeWarning

RAW = np.random.default_rng(0).integers(0, 256, size=(20, 6, 6, 1)).astype(np.uint8)
LABELS = np.arange(20) % 3


def classifier(*first, activation="softmax"):
    return mg.Sequential(
        [mg.Input((6, 6, 1)), *first, layers.Flatten(), layers.Dense(3, activation=activation)]
    )


def train(net, x, loss="sparse_categorical_crossentropy", y=LABELS, **settings):
    net.compile("sgd", loss, **settings)
    net.fit(x, y, epochs=2, verbose=0)
    return net


def test_raw_images_into_a_new_network():
    for x in (RAW, RAW.astype(np.float32)):
        with pytest.warns(LikelyMistakeWarning, match=r"whole numbers from 0 to 2\d\d.*divide them by 255"):
            train(classifier(), x)


def test_images_that_are_fine():
    class Scales(mg.Model):
        def __init__(self):
            super().__init__()
            self.net = classifier()

        def call(self, inputs):
            return self.net(inputs / 255.0)

    net = train(classifier(), RAW / 255.0)
    train(classifier(), RAW - 128.0)
    train(Scales(), RAW)
    for name in ("Rescaling", "BatchNormalization"):
        if hasattr(layers, name):
            first = layers.Rescaling(1 / 255) if name == "Rescaling" else layers.BatchNormalization()
            train(classifier(first), RAW)
    net.fit(RAW * 0.01, LABELS, verbose=0)  # trained already
    tabular = mg.Sequential([layers.Dense(3, activation="softmax")])
    train(tabular, RAW.reshape(20, 36) // 10)


def test_it_is_told_once():
    net = classifier()
    net.compile("sgd", "sparse_categorical_crossentropy")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        net.fit(RAW, LABELS, batch_size=5, epochs=3, verbose=0)
        net.fit(RAW, LABELS, verbose=0)
    assert len([one for one in caught if one.category is LikelyMistakeWarning]) == 1


def test_it_is_easy_to_silence():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LikelyMistakeWarning)
        train(classifier(), RAW)


def test_layers_that_nothing_uses():
    class Forgets(mg.Model):
        def __init__(self):
            super().__init__()
            self.used = layers.Dense(3, activation="softmax")
            self.forgotten = layers.Dense(7, name="forgotten")

        def call(self, inputs):
            return self.used(inputs)

    with pytest.warns(LikelyMistakeWarning, match=r"nothing uses the layer\(s\) 'forgotten' \(Dense\)"):
        train(Forgets(), np.ones((20, 2), np.float32))


def test_layers_that_do_not_reach_the_loss():
    class Forgets(mg.Model):
        def __init__(self):
            super().__init__()
            self.used = layers.Dense(3, activation="softmax")
            self.aside = layers.Dense(7, name="aside")

        def call(self, inputs):
            self.aside(inputs)
            return self.used(inputs)

    with pytest.warns(
        LikelyMistakeWarning, match=r"Gradients do not exist for variables \['forgets\w*/aside/kernel'"
    ):
        train(Forgets(), np.ones((20, 2), np.float32))


X = np.random.default_rng(1).normal(size=(20, 6, 6, 1)).astype(np.float32)


def test_probabilities_for_logits_and_the_reverse():
    loss = mg.losses.SparseCategoricalCrossentropy(from_logits=True)
    with pytest.warns(LikelyMistakeWarning, match="softmax is applied twice"):
        train(classifier(), X, loss)
    with pytest.warns(LikelyMistakeWarning, match="pass from_logits=True"):
        train(classifier(activation=None), X)
    train(classifier(activation=None), X, loss)


def test_accuracy_on_logits():
    net = mg.Sequential([mg.Input((6, 6, 1)), layers.Flatten(), layers.Dense(1)])
    loss = mg.losses.BinaryCrossentropy(from_logits=True)
    with pytest.warns(LikelyMistakeWarning, match=r"BinaryAccuracy\(threshold=0.0\)"):
        train(net, X, loss, (LABELS > 0)[:, None], metrics=["accuracy"])
    train(net, X, loss, (LABELS > 0)[:, None], metrics=[mg.metrics.BinaryAccuracy(threshold=0.0)])


def test_labels_of_the_wrong_form_are_errors():
    with pytest.raises(ValueError, match="for one-hot labels use CategoricalCrossentropy"):
        train(classifier(), X, y=np.eye(3)[LABELS])
    with pytest.raises(ValueError, match="3"):
        train(classifier(), X, y=LABELS + 1)
