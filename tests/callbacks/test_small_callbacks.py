"""CSVLogger, LambdaCallback, TerminateOnNaN, CallbackList: each does what it says."""

from __future__ import annotations

import csv

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.callbacks import Callback, CallbackList, CSVLogger, History, LambdaCallback, TerminateOnNaN
from minigrad.errors import UnknownNameError

X = np.ones((10, 2), np.float32)
Y = np.ones((10, 1), np.float32)


def model(rate=0.01, **settings):
    net = mg.Sequential([mg.Input((2,)), layers.Dense(1)])
    net.compile(mg.optimizers.SGD(rate), "mse", **settings)
    return net


# -- CSVLogger -------------------------------------------------------------------------------------


def rows(path, **settings):
    with open(path, newline="") as file:
        return list(csv.DictReader(file, **settings))


def test_rows_of_a_csv_file(tmp_path):
    path = tmp_path / "log.csv"
    net = model(metrics=["mae"])
    history = net.fit(X, Y, epochs=3, callbacks=[CSVLogger(path)], verbose=0).history
    assert path.read_text().splitlines()[0] == "epoch,loss,mae,val_loss,val_mae"
    found = rows(path)
    assert [row["epoch"] for row in found] == ["0", "1", "2"]
    assert [float(row["mae"]) for row in found] == history["mae"]
    assert {row["val_loss"] for row in found} == {"NA"}


def test_appending(tmp_path):
    path = tmp_path / "log.csv"
    net = model()
    net.fit(X, Y, epochs=1, callbacks=[CSVLogger(path, append=True)], verbose=0)
    net.fit(
        X,
        Y,
        initial_epoch=1,
        epochs=2,
        callbacks=[CSVLogger(path, append=True)],
        validation_data=(X, Y),
        verbose=0,
    )
    found = rows(path)
    assert [row["epoch"] for row in found] == ["0", "1"]
    assert found[0]["val_loss"] == "NA"
    assert float(found[1]["val_loss"]) < float(found[0]["loss"])
    with pytest.raises(ValueError, match=r"log\.csv has no column for mae; it has: epoch, loss, val_loss"):
        model(metrics=["mae"]).fit(X, Y, callbacks=[CSVLogger(path, append=True)], verbose=0)
    net.fit(X, Y, callbacks=[CSVLogger(path)], verbose=0)
    assert len(rows(path)) == 1


def test_each_row_is_in_the_file_when_its_epoch_is_over(tmp_path):
    path = tmp_path / "log.csv"
    seen = []
    look = LambdaCallback(on_epoch_begin=lambda epoch, logs: seen.append(path.read_text().count("\n")))
    model().fit(X, Y, epochs=3, callbacks=[CSVLogger(path), look], verbose=0)
    assert seen == [0, 2, 3]


def test_the_file_is_closed_when_training_fails(tmp_path):
    log = CSVLogger(tmp_path / "log.csv")
    fails = LambdaCallback(on_epoch_end=lambda epoch, logs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        model().fit(X, Y, callbacks=[log, fails], verbose=0)
    assert log._file is None
    assert len(rows(tmp_path / "log.csv")) == 1


def test_other_separators_and_values_that_are_arrays(tmp_path):
    many = LambdaCallback(on_epoch_end=lambda epoch, logs: logs.update(many=np.array([1, 2])))
    model().fit(X, Y, callbacks=[many, CSVLogger(tmp_path / "log.csv", separator=";")], verbose=0)
    assert rows(tmp_path / "log.csv", delimiter=";")[0]["many"] == "[1, 2]"


# -- LambdaCallback --------------------------------------------------------------------------------


def test_functions_at_events():
    events = []
    made = LambdaCallback(
        on_train_begin=lambda logs: events.append("train"),
        on_epoch_begin=lambda epoch, logs: events.append(epoch),
        on_train_batch_end=lambda batch, logs: events.append(round(logs["loss"] > 0)),
        on_test_begin=lambda logs: events.append("test"),
        on_epoch_end=lambda epoch, logs: events.append(sorted(logs)),
        on_train_end=lambda logs: events.append(sorted(logs)),
    )
    model().fit(X, Y, batch_size=5, validation_data=(X, Y), callbacks=made, verbose=0)
    assert events == ["train", 0, 1, 1, "test", ["loss", "val_loss"], ["loss", "val_loss"]]
    with pytest.raises(UnknownNameError, match="unknown event 'on_epoch_stop': did you mean 'on_epoch_"):
        LambdaCallback(on_epoch_stop=print)


# -- TerminateOnNaN --------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_training_ends_at_a_loss_that_is_no_number(bad, capsys):
    x = X.copy()
    x[4] = bad
    net = model()
    with np.errstate(all="ignore"):
        net.fit(x, Y, batch_size=2, epochs=3, shuffle=False, callbacks=[TerminateOnNaN()], verbose=0)
    assert capsys.readouterr().out == "Batch 2: Invalid loss, terminating training\n"
    assert int(net.optimizer.iterations) == 3
    assert net.history.epoch == [0]
    with pytest.raises(RuntimeError, match=r"the loss is (nan|inf) after batch 2"), np.errstate(all="ignore"):
        model().fit(
            x, Y, batch_size=2, shuffle=False, callbacks=[TerminateOnNaN(raise_error=True)], verbose=0
        )


# -- CallbackList ----------------------------------------------------------------------------------


def test_one_callback_lists_of_them_and_a_list_of_ones_own():
    seen = []
    made = LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(epoch))
    for callbacks in (made, [made], [[made], []], (made,), CallbackList([made])):
        model().fit(X, Y, callbacks=callbacks, verbose=0)
    assert seen == [0] * 5


def test_a_loop_of_ones_own_with_a_list_of_callbacks(capsys):
    seen = []
    each = LambdaCallback(
        on_train_begin=lambda logs: seen.append(logs),
        on_epoch_end=lambda epoch, logs: seen.append((epoch, logs)),
    )
    net = model()
    watch = CallbackList(each, add_history=True, add_progbar=True, model=net, epochs=1, steps=2, verbose=2)
    watch.on_train_begin()
    watch.on_epoch_begin(0)
    for batch in range(2):
        watch.on_train_batch_begin(batch)
        watch.on_train_batch_end(batch, {"loss": 0.5})
    watch.on_epoch_end(0, logs={"loss": 0.5})
    watch.on_train_end()
    assert seen == [{}, (0, {"loss": 0.5})]
    assert watch.history.history == {"loss": [0.5]}
    assert each.model is net
    assert each.params["steps"] == 2
    assert "2/2" in capsys.readouterr().out


def test_a_history_of_ones_own_is_the_one():
    own = History()
    assert model().fit(X, Y, callbacks=[own], verbose=0) is own


def test_what_callbacks_add_to_the_logs_is_recorded():
    adds = LambdaCallback(on_epoch_end=lambda epoch, logs: logs.update(extra=7))
    assert model().fit(X, Y, callbacks=[adds], verbose=0).history["extra"] == [7]


def test_the_older_names_of_batch_events():
    class Older(Callback):
        def on_batch_begin(self, batch, logs=None):
            seen.append(("begin", batch))

        def on_batch_end(self, batch, logs=None):
            seen.append(("end", batch))

    seen = []
    model().fit(X, Y, batch_size=5, callbacks=[Older()], verbose=0)
    assert seen == [("begin", 0), ("end", 0), ("begin", 1), ("end", 1)]


def test_those_that_run_last_do():
    class Last(Callback):
        runs_last = True

        def on_epoch_end(self, epoch, logs=None):
            seen.append(sorted(logs))

    seen = []
    adds = LambdaCallback(on_epoch_end=lambda epoch, logs: logs.update(extra=7))
    model().fit(X, Y, callbacks=[Last(), adds], verbose=0)
    assert seen == [["extra", "loss"]]


def test_callbacks_know_the_run():
    seen = []

    class Look(Callback):
        def on_train_begin(self, logs=None):
            seen.append(dict(self.params))

    model().fit(X, Y, epochs=2, batch_size=4, callbacks=[Look()], verbose=0)
    model().fit(((X, Y) for _ in range(2)), validation_data=(X, Y), callbacks=[Look()], verbose=0)
    assert seen == [
        {"verbose": 0, "epochs": 2, "steps": 3, "validates": False},
        {"verbose": 0, "epochs": 1, "steps": None, "validates": True},
    ]
