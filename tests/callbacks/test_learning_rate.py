"""ReduceLROnPlateau and LearningRateScheduler: the learning rate of each epoch."""

from __future__ import annotations

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.callbacks import LearningRateScheduler, ReduceLROnPlateau

X = np.ones((4, 1), np.float32)


def model(rate=1.0):
    net = mg.Sequential([mg.Input((1,)), layers.Dense(1)])
    net.compile(mg.optimizers.SGD(rate), "mse")
    return net


def rates(values, **settings):
    class Course(mg.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["score"] = values[epoch]

    reduce = ReduceLROnPlateau(**({"monitor": "score", "mode": "min", "factor": 0.5} | settings))
    net = model()
    history = net.fit(X, X, epochs=len(values), callbacks=[Course(), reduce], verbose=0).history
    return history["learning_rate"]


def test_it_reduces_after_so_many_epochs_without_an_improvement():
    assert rates([3, 2, 2, 2, 2, 2], patience=2) == [1, 1, 1, 1, 0.5, 0.5]
    assert rates([3, 2, 2, 2, 2, 2, 2], patience=2) == [1, 1, 1, 1, 0.5, 0.5, 0.25]
    assert rates([3, 3, 3, 3], patience=1) == [1, 1, 0.5, 0.25]
    assert rates([1, 2, 3], mode="max", patience=1) == [1, 1, 1]


def test_min_delta_cooldown_and_min_lr():
    assert rates([3.0, 2.9999, 2.9998], patience=1, min_delta=1e-3) == [1, 1, 0.5]
    assert rates([3.0, 2.9, 2.8], patience=1, min_delta=1e-3) == [1, 1, 1]
    assert rates([3] * 6, patience=1, cooldown=2) == [1, 1, 0.5, 0.5, 0.25, 0.25]
    assert rates([3] * 5, patience=1, min_lr=0.3) == pytest.approx([1, 1, 0.5, 0.3, 0.3])


def test_it_says_what_it_does(capsys):
    rates([3, 3], patience=1, verbose=1)
    assert capsys.readouterr().out == "Epoch 2: ReduceLROnPlateau reducing learning rate to 0.5\n"


def test_wrong_arguments():
    with pytest.raises(ValueError, match=r"factor must be a number >= 0.0 and < 1.0; got 1.5"):
        ReduceLROnPlateau(factor=1.5)
    with pytest.raises(ValueError, match="min_lr"):
        ReduceLROnPlateau(min_lr=-1)


@pytest.mark.parametrize(
    "schedule",
    [
        lambda epoch, rate: rate * 0.5 if epoch else rate,
        lambda epoch: 0.5**epoch,
        lambda epoch, rate=None: 0.5**epoch,
        lambda epoch, rate: np.float32(0.5) ** epoch,
        lambda epoch, rate: mg.Tensor(0.5) ** epoch,
    ],
)
def test_a_schedule_sets_the_rate_of_each_epoch(schedule):
    history = model().fit(X, X, epochs=3, callbacks=[LearningRateScheduler(schedule)], verbose=0).history
    assert history["learning_rate"] == [1.0, 0.5, 0.25]


def test_the_rate_is_really_used():
    net = model()
    before = net.get_weights()
    net.fit(X, X, callbacks=[LearningRateScheduler(lambda epoch: 0.0)], verbose=0)
    np.testing.assert_array_equal(net.get_weights()[0], before[0])


def test_what_a_schedule_must_be(capsys):
    with pytest.raises(TypeError, match=r"schedule must be a function of \(epoch, learning_rate\); got 0\.1"):
        LearningRateScheduler(0.1)
    with pytest.raises(ValueError, match="the result of schedule must be a number"):
        model().fit(X, X, callbacks=[LearningRateScheduler(lambda epoch: None)], verbose=0)
    model().fit(X, X, callbacks=[LearningRateScheduler(lambda epoch: 0.25, verbose=1)], verbose=0)
    assert capsys.readouterr().out == "Epoch 1: LearningRateScheduler setting learning rate to 0.25\n"
    net = model(mg.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5))
    with pytest.raises(TypeError, match="created with a LearningRateSchedule"):
        net.fit(X, X, callbacks=[LearningRateScheduler(lambda epoch: 0.25)], verbose=0)
