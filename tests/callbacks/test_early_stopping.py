"""EarlyStopping and what it monitors, for given courses of the number."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.callbacks import EarlyStopping

X = np.ones((4, 1), np.float32)


def model(**settings):
    net = mg.Sequential([mg.Input((1,)), layers.Dense(1, use_bias=False, kernel_initializer="zeros")])
    net.compile(mg.optimizers.SGD(0.0), "mse", **settings)
    return net


class Course(mg.callbacks.Callback):
    """Gives a number the values of a list, and the weight the number of the epoch."""

    def __init__(self, name, values):
        self.name, self.values = name, values

    def on_epoch_end(self, epoch, logs=None):
        if self.values[epoch] is not None:
            logs[self.name] = self.values[epoch]
        self.model.set_weights([np.array([[epoch]])])


def run(values, name="val_score", **settings):
    """Return the number of epochs, and that of the weights at the end."""
    net = model()
    stop = EarlyStopping(name, **({"mode": "max"} | settings))
    net.fit(X, X, epochs=len(values), callbacks=[Course(name, values), stop], verbose=0)
    return len(net.history.epoch), int(net.get_weights()[0][0, 0])


COURSE = [1, 2, 1, 2, 3, 3, 3, 3, 9]


@pytest.mark.parametrize(("patience", "epochs"), [(0, 3), (1, 3), (2, 4), (3, 8), (4, 9)])
def test_it_stops_when_it_has_waited_as_long_as_its_patience(patience, epochs):
    # the epoch is counted before it is compared, so 0 and 1 are the same
    assert run(COURSE, patience=patience)[0] == epochs


def test_mode_and_min_delta():
    assert run([3, 2, 1, 2], mode="min", patience=1)[0] == 4
    assert run([3, 2, 1, 2, 9], mode="min", patience=1)[0] == 4
    assert run([1.0, 1.05, 1.09, 1.2], patience=2, min_delta=0.1)[0] == 3
    assert run([1.0, 1.05, 1.11, 1.12, 1.13], patience=2, min_delta=0.1)[0] == 5


def test_the_direction_follows_from_the_metric():
    net = model(metrics=["accuracy", "mae"])
    for name, direction in (("loss", "min"), ("val_accuracy", "max"), ("mae", "min"), ("val_loss", "min")):
        stop = EarlyStopping(name)
        net.fit(X, X, validation_data=(X, X), callbacks=[stop], verbose=0)
        assert stop.is_improvement(1.0, 2.0) == (direction == "min")
    own = EarlyStopping("score")
    with pytest.raises(
        ValueError, match="whether 'score' should be large or small isn't known; pass mode='max'"
    ):
        net.fit(X, X, epochs=2, callbacks=[Course("score", [1, 2]), own], verbose=0)


def test_the_baseline_gates_the_reset_of_the_waiting():
    assert run([1, 2, 3, 4, 5], patience=2, baseline=10)[0] == 5  # an improvement never stops
    assert run([1, 2, 3, 2, 5], patience=2, baseline=10)[0] == 4  # but it does not end the waiting
    assert run([1, 2, 3, 2, 5], patience=2, baseline=2)[0] == 5


def test_best_weights():
    assert run([1, 3, 2, 2], patience=9) == (4, 3)
    assert run([1, 3, 2, 2], patience=9, restore_best_weights=True) == (4, 1)
    assert run([1, 3, 2, 2, 9], patience=2, restore_best_weights=True) == (4, 1)
    # the best epoch counts also where none reaches the baseline
    assert run([1, 3, 2, 2], patience=9, baseline=100, restore_best_weights=True) == (4, 1)


def test_start_from_epoch():
    assert run([9, 1, 2, 1, 1, 5], patience=1, start_from_epoch=2) == (4, 3)
    assert run([9, 1, 2, 1], patience=5, start_from_epoch=1, restore_best_weights=True) == (4, 2)


def test_one_instance_serves_several_trainings():
    stop = EarlyStopping("score", mode="max", patience=1)
    for _ in range(2):
        net = model()
        net.fit(X, X, epochs=5, callbacks=[Course("score", [2, 1, 3, 3, 3]), stop], verbose=0)
        assert len(net.history.epoch) == 2


def test_it_says_what_it_does(capsys):
    run([1, 2, 1, 1], patience=1, verbose=1, restore_best_weights=True)
    out = capsys.readouterr().out
    assert out == "Epoch 3: early stopping\nRestoring the weights of the best epoch: 2\n"


@pytest.mark.parametrize(
    ("monitor", "text"),
    [
        (
            "acuracy",
            r"monitor='acuracy' .*did you mean 'accuracy'\? \(available are: loss, accuracy\)",
        ),
        ("val_loss", "monitor='val_loss' is not available.*give fit validation_data or validation_split"),
    ],
)
@pytest.mark.parametrize("kind", ["EarlyStopping", "ReduceLROnPlateau", "ModelCheckpoint"])
def test_a_key_that_does_not_exist_is_told_once(monitor, text, kind, tmp_path):
    made = {
        "EarlyStopping": lambda: EarlyStopping(monitor),
        "ReduceLROnPlateau": lambda: mg.callbacks.ReduceLROnPlateau(monitor),
        "ModelCheckpoint": lambda: mg.callbacks.ModelCheckpoint(
            tmp_path / "a.npz", monitor, save_best_only=True, save_weights_only=True
        ),
    }[kind]()
    net = model(metrics=["accuracy"])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        net.fit(X, X, epochs=3, callbacks=[made], verbose=0)
    assert len(caught) == 1
    with pytest.warns(UserWarning, match=f"{kind}: {text}"):
        net.fit(X, X, callbacks=[made], verbose=0)
    assert len(list(tmp_path.iterdir())) == (kind == "ModelCheckpoint")  # better one too many than none


def test_epochs_without_a_validation_are_passed_over():
    net = model()
    stop = EarlyStopping(patience=1)
    net.fit(X, X, epochs=6, validation_data=(X, X), validation_freq=2, callbacks=[stop], verbose=0)
    assert len(net.history.epoch) == 4  # the second validation is no better than the first


def test_wrong_mode():
    with pytest.raises(ValueError, match='mode must be "auto", "min" or "max"; got \'least\''):
        EarlyStopping(mode="least")
