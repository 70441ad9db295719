"""What callbacks see, and when."""

from __future__ import annotations

import numpy as np

import minigrad as mg
from minigrad import layers

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
