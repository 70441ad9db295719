"""Weights to files: forms, names, and what to do where something doesn't fit."""

from __future__ import annotations

import json
import sys

import h5py
import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.errors import DataFileError, LikelyMistakeWarning, NotBuiltError, ShapeError

ENDINGS = [".weights.h5", ".npz", ".safetensors"]


def make(units=3, names="ab"):
    first, last = names
    return mg.Sequential([mg.Input((2,)), layers.Dense(units, name=first), layers.Dense(1, name=last)])


@pytest.mark.parametrize("ending", ENDINGS)
def test_layers_may_have_other_names(ending, tmp_path):
    first, second = make(), make(names="cd")
    first.save_weights(tmp_path / f"w{ending}")
    second.load_weights(tmp_path / f"w{ending}")
    for one, other in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_does_not_fit_is_an_error_or_left_alone(ending, tmp_path):
    path = tmp_path / f"w{ending}"
    make().save_weights(path)
    other = make(4)
    before = other.get_weights()
    with pytest.raises((DataFileError, ShapeError), match=r"w\.\w+"):
        other.load_weights(path)
    with pytest.warns(LikelyMistakeWarning, match="what was left as it is: .*a"):
        other.load_weights(path, skip_mismatch=True)
    for index in (0, 1):
        np.testing.assert_array_equal(other.get_weights()[index], before[index])
    bias = make()
    bias.load_weights(path)
    expected = (
        before[3] if ending == ".weights.h5" else bias.get_weights()[3]
    )  # there a layer is left as a whole
    np.testing.assert_array_equal(other.get_weights()[3], expected)


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_refused(ending, tmp_path):
    path = tmp_path / f"w{ending}"
    with pytest.raises(NotBuiltError, match="no weights to save"):
        mg.Sequential([layers.Dense(1)]).save_weights(path)
    make().save_weights(path)
    with pytest.raises(NotBuiltError, match="no weights to load"):
        mg.Sequential([layers.Dense(1)]).load_weights(path)
    with pytest.raises(FileExistsError, match="overwrite is False"):
        make().save_weights(path, overwrite=False)
    with pytest.raises(FileNotFoundError):
        make().load_weights(tmp_path / f"missing{ending}")
    if ending != ".weights.h5":
        with pytest.raises(ValueError, match=r"objects_to_skip is for \.weights\.h5 files"):
            make().save_weights(path, objects_to_skip=[])
        with pytest.raises(
            ValueError, match=r"save_weights: weights are written to one file; max_shard_size=0\.25"
        ):
            make().save_weights(path, max_shard_size=0.25)


def test_endings(tmp_path):
    model = make()
    for name, message in {
        "w.txt": r"must end with \.weights\.h5, \.npz or \.safetensors; got '.*w\.txt'$",
        "w.h5": r"older \.h5 form can be read and written by Keras only",
        "w.keras": r"a whole model is saved by model\.save",
        "w.weights.json": "weights in several files",
    }.items():
        with pytest.raises(ValueError, match=message):
            model.save_weights(tmp_path / name)


def test_layers_to_skip(tmp_path):
    path = tmp_path / "w.weights.h5"
    model, other = make(), make()
    model.save_weights(path, objects_to_skip=[model.layers[0]])
    with h5py.File(path) as file:
        assert list(file["layers"]) == ["dense_1"]
    before = other.get_weights()
    other.load_weights(path, objects_to_skip=[other.layers[0]])
    np.testing.assert_array_equal(other.get_weights()[0], before[0])
    np.testing.assert_array_equal(other.get_weights()[2], model.get_weights()[2])
    with pytest.raises(DataFileError, match="at layers/dense, a: it has 2"):
        other.load_weights(path)


def test_the_optimizer_keeps_its_own_state_where_it_has_made_no_step(tmp_path):
    path = tmp_path / "w.weights.h5"
    x = np.ones((4, 2), "float32")
    trained, fresh, plain = make(), make(), make()
    trained.compile(mg.optimizers.Adam(0.5), "mse")
    trained.fit(x, x[:, :1], verbose=0)
    trained.save_weights(path)
    fresh.compile(mg.optimizers.Adam(0.25), "mse")
    fresh.load_weights(path)  # as one begins a fine-tuning
    assert float(fresh.optimizer.learning_rate) == 0.25
    assert int(fresh.optimizer.iterations) == 0
    plain.load_weights(path)
    np.testing.assert_array_equal(plain.get_weights()[0], trained.get_weights()[0])
    fresh.fit(x, x[:, :1], verbose=0)
    fresh.load_weights(path)
    assert float(fresh.optimizer.learning_rate) == 0.5
    plain.save_weights(path)
    fresh.load_weights(path)  # has no optimizer
    assert float(fresh.optimizer.learning_rate) == 0.5


def test_safetensors_are_read_by_name_and_hold_nothing_else(tmp_path):
    from safetensors import safe_open
    from safetensors.numpy import save_file

    path = tmp_path / "w.safetensors"
    inner = mg.Sequential([mg.Input((2,)), layers.Dense(2, name="out")], name="inner")
    model = mg.Sequential([inner, layers.Dense(1, name="out")])
    model.save_weights(path)
    names = ["inner/out/kernel", "inner/out/bias", "out/kernel", "out/bias"]
    with safe_open(path, "np") as file:
        assert sorted(file.keys()) == sorted(names)
        assert json.loads(file.metadata()["order"]) == names
    shapes = [weight.shape for weight in model.weights]
    arrays = {name: np.full(shapes[i], i, "float32") for i, name in enumerate(names)}
    save_file(dict(reversed(arrays.items())), path)  # as another program may write it
    model.load_weights(path)
    for index, weight in enumerate(model.get_weights()):
        assert np.all(weight == index)
    save_file(arrays | {"more": np.zeros(1)}, path)
    with pytest.raises(ShapeError, match="it has all its weights, and has more, which the model"):
        model.load_weights(path)
    save_file(arrays | {"out/bias": np.zeros(1, "int32")}, path)
    with pytest.raises(DataFileError, match=r"out/bias' is of float32, and that in the file of int32"):
        model.load_weights(path)


def test_numbers_of_another_precision_are_converted(tmp_path):
    model = make()
    for ending in ENDINGS:
        mg.config.set_floatx("float64")
        try:
            exact = make()
        finally:
            mg.config.set_floatx("float32")
        exact.save_weights(tmp_path / f"w{ending}")
        model.load_weights(tmp_path / f"w{ending}")
        np.testing.assert_array_equal(model.get_weights()[0], exact.get_weights()[0].astype("float32"))


def test_without_the_packages(tmp_path, monkeypatch):
    model = make()
    for ending in (".weights.h5", ".safetensors"):
        model.save_weights(tmp_path / f"w{ending}")
    model.save(tmp_path / "m.keras")
    for name in ("h5py", "safetensors", "safetensors.numpy"):
        monkeypatch.setitem(sys.modules, name, None)
    hdf5 = r"needs h5py: pip install minigrad\[hdf5\]"
    with pytest.raises(ImportError, match=hdf5):
        model.save(tmp_path / "n.keras")
    with pytest.raises(ImportError, match=hdf5):
        mg.saving.load_model(tmp_path / "m.keras")
    for act in (model.save_weights, model.load_weights):
        with pytest.raises(ImportError, match=hdf5):
            act(tmp_path / "w.weights.h5")
        with pytest.raises(ImportError, match=r"needs safetensors: pip install minigrad\[safetensors\]"):
            act(tmp_path / "w.safetensors")
    model.save_weights(tmp_path / "w.npz")
    model.load_weights(tmp_path / "w.npz")


def test_a_model_without_weights_is_saved_with_a_warning(tmp_path):
    model = mg.Sequential([layers.Dense(2)])
    with pytest.warns(LikelyMistakeWarning, match="saved before it was built"):
        model.save(tmp_path / "m.keras")
    assert not mg.saving.load_model(tmp_path / "m.keras").built
