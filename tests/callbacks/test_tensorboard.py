"""TensorBoard: what stands in its files, read without its own code."""

from __future__ import annotations

import struct
import sys

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.callbacks.tensorboard import as_images

pytest.importorskip("tensorboardX")

X = np.random.default_rng(0).normal(size=(12, 5, 5, 1)).astype(np.float32)
Y = np.arange(12) % 3


def model():
    net = mg.Sequential(
        [
            mg.Input((5, 5, 1)),
            layers.Conv2D(2, 3, name="conv"),
            layers.Flatten(),
            layers.Dense(3, name="out"),
        ],
        name="net",
    )
    loss = mg.losses.SparseCategoricalCrossentropy(from_logits=True)
    net.compile(mg.optimizers.SGD(0.125), loss, metrics=["accuracy"])
    return net


def read(folder):
    """Return {tag: [(step, value)]} of the event files in a folder."""
    from tensorboardX.proto.event_pb2 import Event

    found: dict[str, list] = {}
    for path in sorted(folder.glob("events*")):
        data, start = path.read_bytes(), 0
        while start < len(data):
            (length,) = struct.unpack_from("<Q", data, start)
            event = Event.FromString(data[start + 12 : start + 12 + length])
            for value in event.summary.value:
                kind = value.WhichOneof("value")
                found.setdefault(value.tag, []).append((event.step, getattr(value, kind)))
            start += 16 + length
    return found


def fit(folder, epochs=2, **settings):
    board = mg.callbacks.TensorBoard(folder, **settings)
    net = model()
    history = net.fit(
        X, Y, epochs=epochs, batch_size=4, validation_data=(X, Y), callbacks=[board], verbose=0
    ).history
    return net, history


def test_scalars_of_epochs(tmp_path):
    _, history = fit(tmp_path)
    train, held_out = read(tmp_path / "train"), read(tmp_path / "validation")
    for name in ("loss", "accuracy"):
        assert [step for step, _ in train[f"epoch_{name}"]] == [0, 1]
        assert [value for _, value in train[f"epoch_{name}"]] == pytest.approx(history[name])
        assert [value for _, value in held_out[f"epoch_{name}"]] == pytest.approx(history[f"val_{name}"])
        evaluated = held_out[f"evaluation_{name}_vs_iterations"]
        assert [step for step, _ in evaluated] == [3, 6]
        assert [value for _, value in evaluated] == pytest.approx(history[f"val_{name}"])
    assert train["epoch_learning_rate"] == [(0, 0.125), (1, 0.125)]
    assert not [tag for tag in train if tag.startswith("batch_") or "histogram" in tag]
    (text,) = train["model/text_summary"]
    assert b"conv (Conv2D)" in text[1].string_val[0]


def test_scalars_of_steps(tmp_path):
    fit(tmp_path / "a", update_freq="batch", write_graph=False, write_steps_per_second=True)
    train = read(tmp_path / "a" / "train")
    assert [step for step, _ in train["batch_loss"]] == [1, 2, 3, 4, 5, 6]
    assert len(train["batch_steps_per_second"]) == 6
    assert all(value > 0 for _, value in train["epoch_steps_per_second"])
    assert "model/text_summary" not in train
    fit(tmp_path / "b", update_freq=4)
    assert [step for step, _ in read(tmp_path / "b" / "train")["batch_accuracy"]] == [4]


def test_histograms_and_images(tmp_path):
    net, _ = fit(tmp_path, epochs=3, histogram_freq=2, write_images=True)
    train = read(tmp_path / "train")
    kernel = train["net/conv/kernel/histogram"]
    assert [step for step, _ in kernel] == [0, 2]
    assert kernel[-1][1].num == 18
    assert kernel[-1][1].max == pytest.approx(net.get_weights()[0].max())
    images = [tag for tag in train if tag.startswith("net/conv/kernel/image")]
    assert images
    assert train[images[0]][0][1].encoded_image_string.startswith(b"\x89PNG")
    assert [tag for tag in train if tag.startswith("net/out/bias/image")]


def test_evaluation_outside_of_training(tmp_path):
    board = mg.callbacks.TensorBoard(tmp_path)
    loss, _ = model().evaluate(X, Y, callbacks=[board], verbose=0)
    ((step, value),) = read(tmp_path / "validation")["evaluation_loss_vs_iterations"]
    assert (step, value) == (0, pytest.approx(loss))
    assert not board._writers  # its file is closed


def test_weights_as_images():
    for shape, expected in (
        ((4,), (1, 4, 1, 1)),
        ((5, 3), (1, 3, 5, 1)),
        ((3, 5), (1, 3, 5, 1)),
        ((3, 3, 1, 8), (8, 3, 3, 1)),
        ((3, 3, 2, 3), (3, 3, 2, 3)),
    ):
        images = as_images(np.random.default_rng(0).normal(size=shape))
        assert images.shape == expected
        assert images.min() == 0
        assert images.max() == pytest.approx(1)
    assert as_images(np.ones((3, 3, 4, 16))) is None
    assert np.all(as_images(np.zeros(3)) == 0)


def test_what_it_refuses(monkeypatch):
    for settings in ({"profile_batch": 2}, {"embeddings_freq": 1}, {"update_freq": 0}):
        with pytest.raises(
            ValueError, match=f"TensorBoard: .*{next(iter(settings)).split('_')[0]}|save_freq"
        ):
            mg.callbacks.TensorBoard(**settings)
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    with pytest.raises(ImportError, match=r"pip install minigrad\[tensorboard\]"):
        mg.callbacks.TensorBoard()
