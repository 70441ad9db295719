"""Training that is interrupted: the model stays usable, and what was done is kept."""

from __future__ import annotations

import _thread
import threading

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers

X = np.random.default_rng(0).normal(size=(64, 8, 8, 3)).astype(np.float32)
Y = np.arange(64) % 4


def model():
    net = mg.Sequential(
        [mg.Input((8, 8, 3)), layers.Conv2D(8, 3, activation="relu"), layers.Flatten(), layers.Dense(4)]
    )
    loss = mg.losses.SparseCategoricalCrossentropy(from_logits=True)
    net.compile("adam", loss, metrics=["accuracy"])
    return net


def test_ctrl_c_at_any_time_leaves_a_model_that_works():
    net = model()
    ended = []

    class Notes(mg.callbacks.Callback):
        def on_train_begin(self, logs=None):
            timer.start()

        def on_train_end(self, logs=None):
            ended.append(logs)

    for delay in (0.002, 0.01, 0.03, 0.05, 0.08):
        timer = threading.Timer(delay, _thread.interrupt_main)  # what Ctrl-C does
        with pytest.raises(KeyboardInterrupt):
            net.fit(X, Y, epochs=100_000, batch_size=8, callbacks=[Notes()], verbose=0)
        timer.join()
        epochs = len(net.history.epoch)
        assert {len(values) for values in net.history.history.values()} <= {epochs}
        assert np.isfinite(net.evaluate(X, Y, verbose=0)).all()
    assert len(ended) == 5
    before = net.get_weights()[0]
    net.fit(X, Y, epochs=5, verbose=0)
    assert np.any(net.get_weights()[0] != before)


def test_the_history_holds_the_epochs_that_were_done():
    class Interrupts(mg.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            if len(self.model.history.epoch) == 2 and batch == 1:
                raise KeyboardInterrupt

    net = model()
    with pytest.raises(KeyboardInterrupt):
        net.fit(X, Y, epochs=9, callbacks=[Interrupts()], verbose=0)
    assert net.history.epoch == [0, 1]
    assert len(net.history.history["accuracy"]) == 2
    with pytest.raises(RuntimeError, match="there is no training under way"):
        net.get_training_state()


def test_the_best_weights_come_back_however_training_ends():
    class Fails(mg.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            kept.append(self.model.get_weights()[0])
            logs["val_score"] = (0.1, 0.9, 0.3)[epoch]
            if epoch == 2:
                raise RuntimeError("stop here")

    for ending in ("error", "the last epoch"):
        kept: list[np.ndarray] = []
        net = model()
        best = mg.callbacks.EarlyStopping("val_score", mode="max", patience=10, restore_best_weights=True)
        if ending == "error":
            with pytest.raises(RuntimeError, match="stop here"):
                net.fit(X, Y, epochs=9, callbacks=[Fails(), best], verbose=0)
        else:
            net.fit(X, Y, epochs=2, callbacks=[Fails(), best], verbose=0)
        np.testing.assert_array_equal(net.get_weights()[0], kept[1])


def test_a_callback_can_tell_an_interruption_from_the_end():
    events = []

    class Notes(mg.callbacks.Callback):
        def on_train_end(self, logs=None):
            events.append("end")

        def on_train_interrupted(self, logs=None):
            events.append("interrupted")

        def on_epoch_end(self, epoch, logs=None):
            if fails:
                raise RuntimeError

    fails = False
    model().fit(X, Y, callbacks=[Notes()], verbose=0)
    fails = True
    with pytest.raises(RuntimeError):
        model().fit(X, Y, callbacks=[Notes()], verbose=0)
    assert events == ["end", "interrupted"]


def test_stopping_ends_after_the_step():
    class Stops(mg.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.stop_training = batch == 2

        def on_test_batch_end(self, batch, logs=None):
            self.model.stop_evaluating = True
            tested.append(batch)

        def on_predict_batch_end(self, batch, logs=None):
            self.model.stop_predicting = batch == 1

    tested = []
    net = model()
    net.fit(X, Y, batch_size=8, epochs=5, callbacks=[Stops()], verbose=0)
    assert int(net.optimizer.iterations) == 3
    assert net.history.epoch == [0]
    net.evaluate(X, Y, batch_size=8, callbacks=[Stops()], verbose=0)
    assert tested == [0]
    assert net.predict(X, batch_size=8, callbacks=[Stops()], verbose=0).shape == (16, 4)
