"""What callbacks see, and what the progress looks like."""

from __future__ import annotations

import re

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.callbacks.progress import format_value

X = np.ones((10, 2), np.float32)
Y = np.ones((10, 1), np.float32)


def model():
    net = mg.Sequential([mg.Input((2,)), layers.Dense(1)])
    net.compile(optimizer="sgd", loss="mse", metrics=["mae"] if hasattr(mg.metrics, "mae") else None)
    return net


def test_the_order_of_events():
    events = []

    class Watch(mg.callbacks.Callback):
        def on_train_begin(self, logs=None):
            events.append("train begin")

        def on_epoch_begin(self, epoch, logs=None):
            events.append(f"epoch {epoch} begin")

        def on_train_batch_begin(self, batch, logs=None):
            events.append(f"batch {batch} begin")

        def on_train_batch_end(self, batch, logs=None):
            events.append(f"batch {batch} end {'loss' in logs}")

        def on_test_begin(self, logs=None):
            events.append("test begin")

        def on_test_end(self, logs=None):
            events.append("test end")

        def on_epoch_end(self, epoch, logs=None):
            events.append(f"epoch {epoch} end {'val_loss' in logs}")

        def on_train_end(self, logs=None):
            events.append("train end")

    model().fit(X, Y, batch_size=5, callbacks=[Watch()], validation_data=(X, Y), verbose=0)
    assert events == [
        "train begin",
        "epoch 0 begin",
        "batch 0 begin",
        "batch 0 end True",
        "batch 1 begin",
        "batch 1 end True",
        "test begin",
        "test end",
        "epoch 0 end True",
        "train end",
    ]


def test_a_callback_knows_the_model_and_can_stop_it():
    class Stop(mg.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            assert self.params["epochs"] == 5
            self.model.stop_training = epoch == 1

    assert model().fit(X, Y, epochs=5, callbacks=[Stop()], verbose=0).epoch == [0, 1]


def test_a_line_an_epoch_where_the_output_is_no_terminal(capsys):
    model().fit(X, Y, batch_size=5, epochs=2)
    out = capsys.readouterr().out
    assert re.search(r"^Epoch 1/2\n2/2 - [\d.]+m?s - [\d.]+[mu]s/step - loss: [\d.e-]+\n", out)
    assert "\r" not in out


def test_silence(capsys):
    net = model()
    net.fit(X, Y, verbose=0)
    net.evaluate(X, Y, verbose=0)
    net.predict(X)  # its "auto" is silent in a file
    assert capsys.readouterr() == ("", "")


def test_a_bar_with_steps_time_loss_and_metrics(capsys):
    net = model()
    net.fit(X, Y, batch_size=5, epochs=2, verbose=1, validation_data=(X, Y))
    out = capsys.readouterr().out
    last = out.split("\r")[-1]
    assert "Epoch 2/2" in out
    assert "2/2 ━" in last
    assert re.search(r"loss: [\d.e-]+.* - val_loss: [\d.e-]+", last)
    net.evaluate(X, Y, verbose=1)
    net.predict(X, verbose=1)
    assert capsys.readouterr().out.count("1/1 ━") >= 2


def test_the_bar_is_closed_when_training_fails(capsys):
    class Fails(mg.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            raise RuntimeError("stop here")

    net = model()
    with pytest.raises(RuntimeError, match="stop here"):
        net.fit(X, Y, callbacks=[Fails()], verbose=1)
    assert capsys.readouterr().out.endswith("\n")


def test_numbers_as_keras_writes_them():
    assert [format_value(value) for value in (0.5, 1e-3, 0.00101, -2, 0)] == [
        "0.5000",
        "1.0000e-03",
        "0.0010",
        "-2.0000",
        "0.0000e+00",
    ]
