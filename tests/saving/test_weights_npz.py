"""Weights in .npz files: a round trip, and every way in which a file can be wrong."""

from __future__ import annotations

import os

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.errors import DataFileError, NotBuiltError, ShapeError
from minigrad.saving.files import read_npz, replacing, write_npz


def model(units=3):
    return mg.Sequential([mg.Input((2,)), layers.Dense(units), layers.Dense(1)])


def same(first, second):
    return all(np.array_equal(a, b) for a, b in zip(first.get_weights(), second.get_weights(), strict=True))


def test_round_trip(tmp_path):
    first, second = model(), model()
    assert not same(first, second)
    first.save_weights(tmp_path / "w.npz")
    second.load_weights(tmp_path / "w.npz")  # though its layers have other names
    assert same(first, second)
    assert os.listdir(tmp_path) == ["w.npz"]


def test_numpy_reads_it_too(tmp_path):
    net = model()
    net.save_weights(tmp_path / "w.npz")
    with np.load(tmp_path / "w.npz") as archive:
        assert archive["names"].tolist()[0].endswith("/kernel")
        np.testing.assert_array_equal(archive["array_0"], net.get_weights()[0])


@pytest.mark.parametrize(
    "other", [lambda: model(4), lambda: mg.Sequential([mg.Input((2,)), layers.Dense(3)])]
)
def test_another_models_file_changes_nothing(tmp_path, other):
    model().save_weights(tmp_path / "w.npz")
    net = other()
    before = net.get_weights()
    with pytest.raises(ShapeError, match=r"w\.npz"):
        net.load_weights(tmp_path / "w.npz")
    assert all(np.array_equal(a, b) for a, b in zip(before, net.get_weights(), strict=True))


def test_weights_in_another_order(tmp_path):
    net = model()
    write_npz(tmp_path / "w.npz", {f"{i}/bias": w for i, w in enumerate(net.get_weights())})
    with pytest.raises(ShapeError, match=r"its weight '0/bias' stands where .* has '.*dense.*/kernel'"):
        net.load_weights(tmp_path / "w.npz")


class Evil:
    def __reduce__(self):
        return os.mkdir, ("pickles must not run",)


def test_damaged_files(tmp_path):
    net = model()
    before = net.get_weights()
    path = tmp_path / "w.npz"
    net.save_weights(path)
    whole = path.read_bytes()
    np.savez(tmp_path / "pickle.npz", names=np.array(["kernel"]), array_0=np.array([Evil()], dtype=object))
    for content in (b"", b"no archive", whole[: len(whole) // 2], (tmp_path / "pickle.npz").read_bytes()):
        path.write_bytes(content)
        with pytest.raises(DataFileError, match=r"w\.npz is damaged, or no file of arrays"):
            net.load_weights(path)
    assert not os.path.exists("pickles must not run")
    assert all(np.array_equal(a, b) for a, b in zip(before, net.get_weights(), strict=True))
    with pytest.raises(FileNotFoundError):
        net.load_weights(tmp_path / "missing.npz")


def test_a_failure_leaves_the_old_file(tmp_path):
    path = tmp_path / "folder" / "a.txt"

    def fail():
        with replacing(path) as file:
            file.write(b"half")
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        fail()
    assert os.listdir(path.parent) == []
    path.write_bytes(b"old")
    with pytest.raises(RuntimeError):
        fail()
    assert path.read_bytes() == b"old"
    assert os.listdir(path.parent) == ["a.txt"]
    with pytest.raises(IsADirectoryError, match="is a folder"), replacing(tmp_path / "folder"):
        pass


def test_any_name_and_dtype(tmp_path):
    arrays = {
        "a/b": np.arange(3),
        "": np.zeros((0, 2), bool),
        "ünï": np.float64(2.5),
        "file": np.uint64(2**63),
    }
    write_npz(tmp_path / "a.npz", arrays)
    found = read_npz(tmp_path / "a.npz")
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        assert found[name].dtype == np.asarray(array).dtype
        np.testing.assert_array_equal(found[name], array)


def test_what_save_and_load_refuse(tmp_path):
    net = model()
    with pytest.raises(ValueError, match=r"must end with"):
        net.save_weights(tmp_path / "w.txt")
    net.save_weights(tmp_path / "w.npz")
    with pytest.raises(FileExistsError, match="overwrite is False"):
        net.save_weights(tmp_path / "w.npz", overwrite=False)
    unbuilt = mg.Sequential([layers.Dense(2)])
    with pytest.raises(NotBuiltError):
        unbuilt.save_weights(tmp_path / "u.npz")
    with pytest.raises(NotBuiltError):
        unbuilt.load_weights(tmp_path / "w.npz")
