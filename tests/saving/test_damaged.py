"""Files that are not what they should be: each is named, and what is wrong; the model stays as it was."""

from __future__ import annotations

import io
import json
import os
import pickle
import zipfile

import h5py
import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.errors import DataFileError, MissingFileError, ShapeError, UnknownNameError
from minigrad.saving import files


def make(units=3):
    mg.utils.clear_session(free_memory=False)
    model = mg.Sequential(
        [
            mg.Input((2,)),
            layers.Dense(units),
            layers.BatchNormalization(),
            layers.Dropout(0.5),
            layers.Dense(1),
        ]
    )
    model.compile("adam", "mse")
    x = np.ones((4, 2), "float32")
    model.fit(x, x[:, :1], verbose=0)
    return model


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return a model, and its files' contents by their endings."""
    folder = tmp_path_factory.mktemp("whole")
    model = make()
    model.save(folder / "m.keras")
    for ending in (".weights.h5", ".npz", ".safetensors"):
        model.save_weights(folder / f"m{ending}")
    return model, {path.name[1:]: path.read_bytes() for path in folder.iterdir()}


def refuses(path, message, model=None, error=DataFileError):
    """Check that loading fails with an error that names the file, and changes nothing."""
    with pytest.raises(error, match=message) as caught:
        mg.saving.load_model(path) if model is None else model.load_weights(path)
    assert str(path) in str(caught.value)


def state(model):
    seeds = [layer.seed_generator.state for layer in model.layers if hasattr(layer, "seed_generator")]
    return [*model.get_weights(), *(np.array(one) for one in model.optimizer.variables), *seeds]


class Evil:
    def __reduce__(self):
        return os.mkdir, ("pickles must not run",)


FOREIGN = {
    b"": "is empty",
    b"no archive": "is no .keras archive: it is no zip file at all",
    b"\x89PNG\r\n\x1a\n and more": "is a PNG image",
    b"\x89HDF\r\n\x1a\n and more": r"is an HDF5 file, of Keras's older .h5 form or of weights alone",
    pickle.dumps(Evil()): "is a pickle, which could run any code",
}


@pytest.mark.parametrize("content", FOREIGN)
def test_foreign_files(content, tmp_path):
    path = tmp_path / "m.keras"
    path.write_bytes(content)
    refuses(path, FOREIGN[content])
    assert not os.path.exists("pickles must not run")


def test_names_of_files(tmp_path, whole):
    refuses(tmp_path / "m.keras", "there is no file", error=MissingFileError)
    assert issubclass(MissingFileError, FileNotFoundError)
    for name, message in (("m.txt", "ends with .keras"), ("m.npz", "read by model.load_weights")):
        (tmp_path / name).write_bytes(whole[1][".keras"])
        refuses(tmp_path / name, message)
    model = whole[0]
    for name, message in {
        "m.h5": r"must end with \.keras \(Keras's older \.h5 form",
        "m.weights.h5": "see save_weights",
        "m": "such as TensorFlow's SavedModel",
    }.items():
        with pytest.raises(ValueError, match=message):
            model.save(tmp_path / name)
    model.save(tmp_path / "m.keras")
    with pytest.raises(FileExistsError, match="overwrite is False"):
        model.save(tmp_path / "m.keras", overwrite=False)


def test_folders(tmp_path):
    refuses(tmp_path, r"is a folder without config\.json")
    (tmp_path / "saved_model.pb").write_bytes(b"")
    refuses(tmp_path, "is a TensorFlow SavedModel")


@pytest.mark.parametrize("ending", [".keras", ".weights.h5", ".npz", ".safetensors"])
def test_truncated_and_damaged_files(ending, whole, tmp_path):
    model, contents = whole
    content = contents[ending]
    path = tmp_path / f"m{ending}"
    before = state(model)
    generator = np.random.default_rng(0)
    tries = [content[: len(content) * part // 10] for part in range(10)]
    for _ in range(40):
        changed = bytearray(content)
        for place in generator.integers(len(content), size=8):
            changed[place] = generator.integers(256)
        tries.append(bytes(changed))
    refused = 0
    for one in tries:
        path.write_bytes(one)
        try:
            model.load_weights(path)
            for variable, value in zip(model.variables, before, strict=False):
                variable.assign(value)  # only numbers were damaged, of which that file has no sum
            before = state(model)
        except (DataFileError, ShapeError) as error:
            refused += 1
            named = str(path) in str(error)
            assert named
            assert all(np.array_equal(a, b) for a, b in zip(before, state(model), strict=True))
        if ending == ".keras":
            refuses(path, r"m\.keras")
    assert refused >= 20


# -- archives --------------------------------------------------------------------------------------


def archive(path, content, **members):
    """Write an archive with some of its members replaced, or left out (None)."""
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        held = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, one in (held | {key.replace("__", "."): value for key, value in members.items()}).items():
            if one is not None:
                new.writestr(name, one)


def test_archives_without_their_members(whole, tmp_path):
    path, content = tmp_path / "m.keras", whole[1][".keras"]
    archive(path, content)  # compressed, which is as good
    assert mg.saving.load_model(path).compiled
    archive(path, content, config__json=None)
    refuses(path, r"is no \.keras archive: it has no config\.json, but metadata\.json, model\.weights\.h5")
    archive(path, content, model__weights__h5=None)
    refuses(path, r"has no model\.weights\.h5")
    refuses(path, r"has no model\.weights\.h5", whole[0])
    archive(path, content, model__weights__h5=b"something else")
    refuses(path, r"\(model\.weights\.h5\) is no HDF5 file")
    for config, message in {
        b"{": r"its config\.json is damaged",
        b"[" * 100_000: r"its config\.json is damaged",
        b"[]": r"its config\.json describes no model",
    }.items():
        archive(path, content, config__json=config)
        refuses(path, message)
    with zipfile.ZipFile(path, "a") as old, pytest.warns(UserWarning, match="Duplicate name"):
        old.writestr("config.json", b"{}")
    refuses(path, "two of its members have the same name")


def test_what_unfolds_to_far_more_than_it_has(whole, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_SMALL", 2**20)  # so that the test is quick
    path = tmp_path / "m.keras"
    archive(path, whole[1][".keras"], config__json=bytes(2**21))
    refuses(path, r"its member config\.json would unfold from \d+ bytes to 2097152")
    with zipfile.ZipFile(tmp_path / "m.npz", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("names.npy", bytes(2**21))
    refuses(tmp_path / "m.npz", r"its member names\.npy would unfold", whole[0])


def changed(content, change):
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        config = json.loads(old.read("config.json"))
    change(config)
    return json.dumps(config)


def test_configs_that_ask_for_what_they_should_not(whole, tmp_path):
    path, content = tmp_path / "m.keras", whole[1][".keras"]

    def layer(config):
        return config["config"]["layers"][1]

    def unknown(config):
        layer(config).update(module="mine", class_name="Mine", registered_name="mine>Mine")

    def system(config):
        layer(config).update(module="os", class_name="system", registered_name=None, config={"command": "ls"})

    def code(config):
        layer(config)["config"]["activation"] = {"class_name": "__lambda__", "config": {"value": "4wA="}}

    def of_lambda(config):
        layer(config).update(class_name="Lambda", config={"function": {"class_name": "__lambda__"}})

    def huge(config):
        layer(config)["config"]["units"] = 10**15

    def wide(config):
        config["config"]["layers"][-1]["config"]["units"] = 10**6

    def negative(config):
        layer(config)["config"]["units"] = -1

    cases = {
        unknown: (
            UnknownNameError,
            r"'mine>Mine' is not one of minigrad's own.*custom_objects=\{'Mine': \.\.\.\}",
        ),
        system: (UnknownNameError, "unknown layer 'system'"),
        code: (UnknownNameError, "unknown activation '__lambda__'"),
        of_lambda: (DataFileError, "Python code, which could do anything and isn't run"),
        huge: (DataFileError, "its config makes no model: .*allocate"),
        wide: (DataFileError, r"has shape \(3, 1000000\), and that in the file \(3, 1\)"),
        negative: (DataFileError, "units must be an integer >= 1; got -1"),
    }
    for change, (error, message) in cases.items():
        archive(path, content, config__json=changed(content, change))
        refuses(path, message, error=error)


def test_a_loss_that_is_not_known(whole, tmp_path):
    path, content = tmp_path / "m.keras", whole[1][".keras"]
    archive(path, content, config__json=changed(content, lambda c: c["compile_config"].update(loss="mine")))
    refuses(path, "unknown loss 'mine'.*custom_objects", error=UnknownNameError)
    assert mg.saving.load_model(path, compile=False).count_params() > 0


# -- HDF5 ------------------------------------------------------------------------------------------


@pytest.fixture
def weights(whole, tmp_path):
    path = tmp_path / "m.weights.h5"
    path.write_bytes(whole[1][".weights.h5"])
    return path


def replace(path, name, **options):
    with h5py.File(path, "a") as file:
        del file[name]
        file.create_dataset(name, **options)


KERNEL = "layers/dense/vars/0"


def test_weights_that_do_not_fit(whole, weights):
    model = whole[0]
    before = state(model)
    replace(weights, "layers/dense_1/vars/1", data=np.zeros(7, "float32"))  # all before it fits
    refuses(
        weights, r"doesn't fit 'sequential': at layers/dense_1, .*\(1,\), and that in the file \(7,\)", model
    )
    replace(weights, "layers/dense_1/vars/1", data=np.zeros(1, "int32"))
    refuses(weights, "is of float32, and that in the file of int32", model)
    replace(weights, "layers/dense_1/vars/1", data=np.zeros(1, "float64"))
    replace(weights, "optimizer/vars/3", data=np.zeros(7, "float32"))  # the last that is loaded
    refuses(weights, "at optimizer, .*and that in the file", model)
    assert all(np.array_equal(a, b) for a, b in zip(before, state(model), strict=True))


def test_weights_that_are_missing_or_too_many(whole, weights):
    with h5py.File(weights, "a") as file:
        file.move("layers/dense", "layers/conv2d")
    refuses(weights, r"at layers/dense, dense: it has 2 weight\(s\), and the file has none for it", whole[0])
    with h5py.File(weights, "a") as file:
        file.move("layers/conv2d", "layers/dense")
        file["layers/dense_2/vars/0"] = np.zeros(3)
    refuses(weights, "it has weights for layers/dense_2, which the model doesn't have", whole[0])
    with h5py.File(weights, "a") as file:
        del file["layers/dense_2"], file["layers/dense/vars/1"]
    refuses(weights, "has 2 weight.*the file has 1 for it", whole[0])


def test_numbers_that_are_elsewhere(whole, weights, tmp_path):
    (tmp_path / "secret").write_bytes(bytes(24))
    replace(weights, KERNEL, shape=(2, 3), dtype="float32", external=[(str(tmp_path / "secret"), 0, 24)])
    refuses(weights, f"the numbers of {KERNEL} are in another file", whole[0])
    layout = h5py.VirtualLayout((2, 3), "float32")
    layout[:] = h5py.VirtualSource(str(tmp_path / "other.h5"), "x", (2, 3))
    with h5py.File(weights, "a") as file:
        del file[KERNEL]
        file.create_virtual_dataset(KERNEL, layout)
    refuses(weights, "are in another file, which isn't opened", whole[0])
    for link in (h5py.ExternalLink(str(tmp_path / "other.h5"), "x"), h5py.SoftLink("/layers/dense_1/vars/0")):
        with h5py.File(weights, "a") as file:
            del file[KERNEL]
            file[KERNEL] = link
        refuses(weights, f"{KERNEL} is a link to another place", whole[0])


def test_things_that_are_no_numbers(whole, weights):
    text = {"data": ["a"], "dtype": h5py.string_dtype()}
    for options in ({"data": b"text"}, text, {"data": np.zeros(3, [("a", "f4")])}):
        replace(weights, KERNEL, **options)
        refuses(weights, f"{KERNEL} is .*not numbers", whole[0])
    replace(weights, KERNEL, shape=(2**20, 2**10), dtype="float32", chunks=(64, 64), compression="gzip")
    refuses(
        weights, r"of shape \(1048576, 1024\) would take 4294967296 bytes, of which the file has 0", whole[0]
    )
    with h5py.File(weights, "a") as file:
        del file[KERNEL]
        file["layers/dense/vars/0"] = file["layers"]  # a circle
    refuses(weights, "is part of itself, or there twice", whole[0])


def test_other_files_of_hdf5(whole, tmp_path):
    path = tmp_path / "m.weights.h5"
    for content, message in ((b"", "is empty"), (b"no HDF5", "is no HDF5 file")):
        path.write_bytes(content)
        refuses(path, message, whole[0])
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = ["dense"]
        file["dense/kernel:0"] = np.zeros(3)
    refuses(path, r"is of Keras's older \.h5 form", whole[0])
    with h5py.File(path, "w") as file:
        file["measured"] = np.zeros(3)
    refuses(path, "measured is nothing that a file of weights has", whole[0])
