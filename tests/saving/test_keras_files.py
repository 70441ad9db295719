"""Files of Keras's own (tests/golden/make_saving_golden.py): they open here, and ours are like them.

That Keras opens ours is checked by tests/golden/check_saving_with_keras.py, which needs Keras.
"""

from __future__ import annotations

import io
import json
import zipfile

import h5py
import numpy as np
import pytest

import minigrad as mg
from golden import saving_cases

MODELS = saving_cases.models(mg)


def close(found, stored, kind):
    expected = [stored[f"{kind}{index}"] for index in range(len(found))]
    assert f"{kind}{len(found)}" not in stored
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-4, atol=2e-5)


def test_every_layer_is_among_the_models():
    """A layer that is added without a case in tests/golden/layer_cases or saving_cases.py fails here."""
    public = {
        value.__name__
        for value in vars(mg.layers).values()
        if isinstance(value, type) and issubclass(value, mg.layers.Layer)
    }
    without = {"Layer", "InputLayer", "Lambda"}  # a base; in every model; a function (see test_models.py)
    assert public - without == {name[6:] for name in MODELS if name.startswith("layer_")}


@pytest.mark.parametrize("name", MODELS)
def test_what_keras_saved_opens_here_and_trains_on(name, keras_files):
    model, inputs = MODELS[name]()
    loaded = mg.saving.load_model(keras_files / f"{name}.keras")
    with np.load(keras_files / f"{name}.npz") as stored:
        close(saving_cases.predictions(loaded, inputs), stored, "output")
        model.set_weights([one * 0 for one in model.get_weights()])
        model.load_weights(keras_files / f"{name}.keras")
        close(saving_cases.predictions(model, inputs), stored, "output")
        close(saving_cases.goes_on(loaded, inputs), stored, "later")
    assert loaded.compiled == model.compiled


def test_weights_alone(keras_files):
    model, inputs = MODELS["cnn"]()
    model.set_weights([one * 0 for one in model.get_weights()])
    model.load_weights(keras_files / "cnn.weights.h5")
    with np.load(keras_files / "cnn.npz") as stored:
        close(saving_cases.predictions(model, inputs), stored, "output")
        close(saving_cases.goes_on(model, inputs), stored, "later")  # the optimizer's state is in it, too


# -- our files are like Keras's --------------------------------------------------------------------


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def tree(content):
    """Return what an HDF5 file holds: of each group its attributes, of each array its shape and kind."""
    found = {}

    def visit(path, one):
        if isinstance(one, h5py.Dataset):
            kind = "integers" if one.dtype.kind in "iu" else one.dtype.name  # PyTorch's counters are int32
            found[path] = (one.shape, kind, one.compression)
        else:
            found[path] = dict(one.attrs)

    with h5py.File(io.BytesIO(content)) as file:
        file.visititems(visit)
    return found


def is_seed(path):
    """Tell what only our files have: the state of the random numbers."""
    return "seed_generator" in path


@pytest.mark.parametrize("name", MODELS)
def test_our_archive_has_the_structure_of_keras_s(name, keras_files, tmp_path):
    mg.utils.clear_session(free_memory=False)  # as for Keras's files, so that all names are the same
    model, _ = MODELS[name]()
    model.save(tmp_path / "ours.keras")
    ours, theirs = members(tmp_path / "ours.keras"), members(keras_files / f"{name}.keras")
    assert list(ours) == list(theirs)
    our_tree = {path: one for path, one in tree(ours["model.weights.h5"]).items() if not is_seed(path)}
    their_tree = tree(theirs["model.weights.h5"])
    assert our_tree == their_tree
    assert set(json.loads(ours["metadata.json"])) > set(json.loads(theirs["metadata.json"]))
    compare(json.loads(ours["config.json"]), json.loads(theirs["config.json"]))


# What Keras writes and we don't, and the other way round; it reads both.
ONLY_THEIRS = {"shared_object_id", "quantization_config", "build_config"}
ONLY_OURS = {"axis", "from_sorted_ids", "delta"}  # settings of losses and metrics that Keras forgets to store
OF_CALLS = {"training", "mask"}  # Keras notes them with each call, though nobody gave them
OTHERS = {"shared_object_id", "build_config"}
ELSEWHERE = {"module", "registered_name"}  # of optimizers on PyTorch, and of classes of one's own


def compare(ours, theirs, path=""):
    """Compare two configs, each in its own way of saying some things."""
    if isinstance(theirs, dict) and theirs.get("class_name") == "DTypePolicy":
        theirs = theirs["config"]["name"]
    if "metrics" in path and isinstance(theirs, str) and isinstance(ours, dict):
        ours = ours["config"]["name"]  # resolved, where Keras leaves it to the next batch
    if isinstance(ours, dict) and isinstance(theirs, dict):
        assert set(theirs) - set(ours) <= ONLY_THEIRS | OF_CALLS, path
        assert set(ours) - set(theirs) <= ONLY_OURS, path
        own = "optimizer" in path or "loss" in path or not path
        for key in set(ours) & set(theirs) - OTHERS - (ELSEWHERE if own else set()):
            compare(ours[key], theirs[key], f"{path}/{key}")
    elif isinstance(ours, list) and isinstance(theirs, list):
        assert len(ours) == len(theirs), path
        for index, pair in enumerate(zip(ours, theirs, strict=True)):
            compare(*pair, f"{path}/{index}")
    else:
        assert theirs in (ours, [ours]), path
