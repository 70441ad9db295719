"""ModelCheckpoint: which files there are, and what is in them."""

from __future__ import annotations

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.callbacks import ModelCheckpoint

X = np.ones((8, 1), np.float32)


class Course(mg.callbacks.Callback):
    """Gives a number the values of a list, and the weight the number of the epoch."""

    def __init__(self, values):
        self.values = values

    def on_epoch_end(self, epoch, logs=None):
        logs["val_score"] = self.values[epoch]
        self.model.set_weights([np.array([[epoch + 1]])])


def model():
    net = mg.Sequential([mg.Input((1,)), layers.Dense(1, use_bias=False)])
    net.compile(mg.optimizers.SGD(0.0), "mse")
    return net


def weight(path):
    net = model()
    net.load_weights(path)
    return int(net.get_weights()[0][0, 0])


def run(path, values, **settings):
    save = ModelCheckpoint(path, "val_score", mode="max", save_weights_only=True, **settings)
    model().fit(X, X, epochs=len(values), batch_size=4, callbacks=[Course(values), save], verbose=0)
    return sorted(one.name for one in path.parent.iterdir())


def test_every_epoch_in_one_file_or_in_files_of_their_own(tmp_path):
    assert run(tmp_path / "a" / "last.npz", [1, 2, 1]) == ["last.npz"]
    assert weight(tmp_path / "a" / "last.npz") == 3
    files = run(tmp_path / "b" / "{epoch:02d}-{val_score:.1f}.npz", [1, 2.25])
    assert files == ["01-1.0.npz", "02-2.2.npz"]
    assert weight(tmp_path / "b" / "02-2.2.npz") == 2


def test_only_the_best(tmp_path):
    path = tmp_path / "a" / "best.npz"
    run(path, [1, 3, 2, 3], save_best_only=True)
    assert weight(path) == 2
    files = run(tmp_path / "b" / "{epoch}.npz", [1, 3, 2, 4], save_best_only=True)
    assert files == ["1.npz", "2.npz", "4.npz"]
    files = run(tmp_path / "c" / "{epoch}.npz", [1, 3, 2, 4], save_best_only=True, initial_value_threshold=3)
    assert files == ["4.npz"]


def test_every_so_many_steps(tmp_path):
    # 2 steps an epoch: the steps are counted on from epoch to epoch
    assert run(tmp_path / "{epoch}-{batch}.npz", [1, 2, 3], save_freq=3) == ["2-1.npz", "3-2.npz"]


def test_without_the_monitored_number_it_saves_each_time_and_says_so(tmp_path):
    net = mg.Sequential([mg.Input((1,)), layers.Dense(1)])
    net.compile("sgd", "mse")
    save = ModelCheckpoint(tmp_path / "{epoch}.npz", "unknown", save_best_only=True, save_weights_only=True)
    with pytest.warns(UserWarning, match="monitor='unknown' is not available, so it saves each time"):
        net.fit(X, X, epochs=2, callbacks=[save], verbose=0)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["1.npz", "2.npz"]


def test_epochs_without_validation_are_not_saved(tmp_path):
    net = mg.Sequential([mg.Input((1,)), layers.Dense(1)])
    net.compile("sgd", "mse")
    save = ModelCheckpoint(tmp_path / "{epoch}.npz", save_best_only=True, save_weights_only=True)
    net.fit(X, X, epochs=3, validation_data=(X, X), validation_freq=2, callbacks=[save], verbose=0)
    assert [one.name for one in tmp_path.iterdir()] == ["2.npz"]


def test_it_says_what_it_does(tmp_path, capsys):
    run(tmp_path / "w.npz", [1, 2, 1], save_best_only=True, verbose=1)
    path = tmp_path / "w.npz"
    assert capsys.readouterr().out.splitlines() == [
        f"Epoch 1: val_score improved from None to 1.00000, saving model to {path}",
        f"Epoch 2: val_score improved from 1.00000 to 2.00000, saving model to {path}",
        "Epoch 3: val_score did not improve from 2.00000",
    ]
    run(tmp_path / "w.npz", [1], verbose=1)
    assert capsys.readouterr().out == f"Epoch 1: saving model to {path}\n"


def test_a_whole_model_is_saved_by_model_save(tmp_path):
    saved = []

    class Saves(mg.Sequential):
        def save(self, filepath, overwrite=True):
            saved.append((filepath, overwrite))

    net = Saves([mg.Input((1,)), layers.Dense(1)])
    net.compile("sgd", "mse")
    net.fit(X, X, epochs=2, callbacks=[ModelCheckpoint(tmp_path / "{epoch}.keras")], verbose=0)
    assert saved == [(str(tmp_path / "1.keras"), True), (str(tmp_path / "2.keras"), True)]


def test_what_it_refuses(tmp_path):
    with pytest.raises(ValueError, match=r"filepath must end with .keras; .*pass save_weights_only=True"):
        ModelCheckpoint("a.npz")
    with pytest.raises(
        ValueError, match=r"filepath must end with .weights.h5 or .npz or .safetensors; got 'a.keras'"
    ):
        ModelCheckpoint("a.keras", save_weights_only=True)
    for wrong in (0, "batch", True, 1.5):
        with pytest.raises(ValueError, match='save_freq must be "epoch" or an integer >= 1'):
            ModelCheckpoint("a.keras", save_freq=wrong)
    with pytest.raises(
        KeyError, match="place for 'val_loss', which is not known; known are: loss, val_score, epoch"
    ):
        run(tmp_path / "{val_loss}.npz", [1])
    (tmp_path / "folder.npz").mkdir()
    with pytest.raises(IsADirectoryError, match="is a folder"):
        run(tmp_path / "folder.npz", [1])
