"""BackupAndRestore: a process that is killed, and one that goes on, end with the same bits."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.callbacks import BackupAndRestore
from minigrad.errors import DataFileError, NotBuiltError

SCRIPT = textwrap.dedent(
    """
    import hashlib, json, os, signal, sys
    import numpy as np
    import minigrad as mg
    from minigrad import callbacks, layers

    kind, folder, save_freq, kill_at = json.loads(sys.argv[1])
    mg.utils.set_random_seed(5)
    generator = np.random.default_rng(0)
    x = generator.normal(size=(90, 6)).astype(np.float32)
    y = (x.sum(1) > 0).astype(np.int64)
    model = mg.Sequential([
        mg.Input((6,)),
        layers.Dense(8, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(2, activation="softmax"),
    ])
    loss = "sparse_categorical_crossentropy"
    model.compile(mg.optimizers.Adam(0.02), loss, metrics=["accuracy"])

    class Kill(callbacks.Callback):
        done = 0
        def on_train_batch_end(self, batch, logs=None):
            Kill.done += 1
            if Kill.done == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    class Noise(callbacks.Callback):  # draws from every global generator
        def on_train_batch_begin(self, batch, logs=None):
            self.model.layers[0].bias.assign_add(
                0.01 * mg.random.normal((8,)) + 0.01 * np.random.normal(size=8)
            )

    settings = {"verbose": 0, "epochs": 5, "validation_data": (x[:20], y[:20])}
    settings["callbacks"] = [
        callbacks.BackupAndRestore(folder, save_freq=save_freq),
        callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.9),
        callbacks.ReduceLROnPlateau(patience=1, factor=0.7, min_delta=0.05),
        callbacks.EarlyStopping(patience=9, restore_best_weights=True),
        Noise(),
        Kill(),
    ]
    if kind == "arrays":
        history = model.fit(x, y, batch_size=16, **settings)
    elif kind == "arrays with steps":
        history = model.fit(x, y, batch_size=16, steps_per_epoch=4, **settings)
    elif kind == "data set":
        data = mg.data.Dataset.from_tensor_slices((x, y)).shuffle(90).batch(16).prefetch(2)
        history = model.fit(data, **settings)
    else:
        data = mg.data.Dataset.from_tensor_slices((x, y)).shuffle(50, seed=3).repeat().batch(16)
        history = model.fit(data, steps_per_epoch=4, **settings)
    weights = b"".join(weight.tobytes() for weight in model.get_weights())
    state = b"".join(np.asarray(one).tobytes() for one in model.optimizer.variables)
    last = {name: values[-1] for name, values in history.history.items()}
    print(json.dumps([hashlib.sha256(weights + state).hexdigest(), last, history.epoch]))
    """
)


def run(kind, folder, save_freq, kill_at=0):
    """Return the exit status and what the script printed."""
    arguments = json.dumps([kind, str(folder), save_freq, kill_at])
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode, json.loads(done.stdout) if done.stdout else None


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
@pytest.mark.parametrize(
    ("kind", "save_freq", "kill_at"),
    [
        ("arrays", "epoch", 15),
        ("arrays", 4, 11),  # saved after step 8, in the middle of the second epoch
        ("arrays with steps", 5, 13),
        ("data set", 1, 9),
        ("endless data set", 3, 14),
    ],
)
def test_a_killed_training_ends_with_the_same_bits(tmp_path, kind, save_freq, kill_at):
    _, whole = run(kind, tmp_path / "whole", save_freq)
    assert whole[2] == [0, 1, 2, 3, 4]
    status, _ = run(kind, tmp_path / "backup", save_freq, kill_at)
    assert status == -signal.SIGKILL
    assert os.listdir(tmp_path / "backup") == ["training.npz"]
    _, resumed = run(kind, tmp_path / "backup", save_freq)
    assert resumed[:2] == whole[:2]
    assert resumed[2] == whole[2][-len(resumed[2]) :] != whole[2]
    assert not (tmp_path / "backup").exists()


X = np.random.default_rng(0).normal(size=(12, 2)).astype(np.float32)


def model(units=1):
    net = mg.Sequential([mg.Input((2,)), layers.Dense(units), layers.Dense(1)])
    net.compile("adam", "mse")
    return net


class Fails(mg.callbacks.Callback):
    def __init__(self, epoch):
        self.epoch = epoch

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.epoch:
            raise RuntimeError("power cut")


def interrupted(folder, epoch=2, net=None, **settings):
    with pytest.raises(RuntimeError, match="power cut"):
        (net or model()).fit(
            X, X[:, :1], epochs=5, callbacks=[BackupAndRestore(folder, **settings), Fails(epoch)], verbose=0
        )


def test_training_goes_on_in_the_same_process_with_another_model(tmp_path):
    interrupted(tmp_path)
    history = model().fit(X, X[:, :1], epochs=5, callbacks=[BackupAndRestore(tmp_path)], verbose=0)
    assert history.epoch == [2, 3, 4]
    assert not tmp_path.exists()


def test_the_file_may_be_kept(tmp_path):
    backup = BackupAndRestore(tmp_path, delete_checkpoint=False)
    net = model()
    net.fit(X, X[:, :1], epochs=2, callbacks=[backup], verbose=0)
    assert net.fit(X, X[:, :1], epochs=2, callbacks=[backup], verbose=0).epoch == []
    assert net.fit(X, X[:, :1], epochs=3, callbacks=[backup], verbose=0).epoch == [2]
    assert os.listdir(tmp_path) == ["training.npz"]


def test_other_files_in_the_folder_stay(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    model().fit(X, X[:, :1], callbacks=[BackupAndRestore(tmp_path)], verbose=0)
    assert os.listdir(tmp_path) == ["notes.txt"]


def test_a_damaged_file_and_the_one_before_it(tmp_path):
    interrupted(tmp_path, double_checkpoint=True)
    assert sorted(os.listdir(tmp_path)) == ["training.npz", "training.npz.bkp"]
    (tmp_path / "training.npz").write_bytes(b"half a file")
    backup = BackupAndRestore(tmp_path, double_checkpoint=True)
    assert model().fit(X, X[:, :1], epochs=5, callbacks=[backup], verbose=0).epoch == [1, 2, 3, 4]
    tmp_path.mkdir()
    (tmp_path / "training.npz").write_bytes(b"half a file")
    with pytest.raises(DataFileError, match=r"training\.npz is damaged"):
        model().fit(X, X[:, :1], callbacks=[BackupAndRestore(tmp_path)], verbose=0)


def test_another_models_or_optimizers_file(tmp_path):
    interrupted(tmp_path)
    net = model(3)
    before = net.get_weights()
    with pytest.raises(ValueError, match="that of another model or optimizer: it has 4 weight variables"):
        net.fit(X, X[:, :1], callbacks=[BackupAndRestore(tmp_path)], verbose=0)
    assert all(np.array_equal(a, b) for a, b in zip(before, net.get_weights(), strict=True))
    net = model()
    net.compile("sgd", "mse")
    with pytest.raises(ValueError, match="optimizer variables"):
        net.fit(X, X[:, :1], callbacks=[BackupAndRestore(tmp_path)], verbose=0)


def test_what_it_refuses(tmp_path):
    with pytest.raises(ValueError, match="backup_dir must be the path of a folder"):
        BackupAndRestore("")
    with pytest.raises(ValueError, match="backup_dir must be the path of a folder; got None"):
        BackupAndRestore(None)
    with pytest.raises(ValueError, match="save_freq"):
        BackupAndRestore(tmp_path, save_freq=False)
    interrupted(tmp_path)
    unbuilt = mg.Sequential([layers.Dense(1), layers.Dense(1)])
    unbuilt.compile("adam", "mse")
    with pytest.raises(NotBuiltError, match="must be built before fit"):
        unbuilt.fit(X, X[:, :1], callbacks=[BackupAndRestore(tmp_path)], verbose=0)
