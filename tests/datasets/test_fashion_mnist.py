"""fashion_mnist.load_data: its own folder, downloads of what is missing, and what isn't Fashion-MNIST."""

import gzip
import hashlib

import numpy as np
import pytest

from minigrad.datasets import fashion_mnist, four_files, mini_mnist
from minigrad.datasets.idx import write_idx
from minigrad.errors import DataFileError, DownloadError


@pytest.fixture(scope="module")
def arrays():
    (x_train, y_train), (x_test, y_test) = mini_mnist.load_data()
    return {"x_train": x_train[:6], "y_train": y_train[:6], "x_test": x_test[:4], "y_test": y_test[:4]}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Where it is kept; the public address is an empty folder."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    (tmp_path / "public").mkdir()
    monkeypatch.setattr(fashion_mnist, "URL", (tmp_path / "public").as_uri() + "/")
    return tmp_path / "keras" / "datasets" / "fashion-mnist"


@pytest.fixture
def public(tmp_path, arrays, monkeypatch):
    """Fashion-MNIST at the public address."""
    files = {}
    for key, name in four_files.NAMES.items():
        path = tmp_path / "public" / f"{name}.gz"
        write_idx(path, arrays[key])
        content = path.read_bytes()
        files[key] = len(content), hashlib.sha256(content).hexdigest()
    monkeypatch.setattr(fashion_mnist, "FILES", files)
    return tmp_path / "public"


def assert_loaded(result, arrays):
    (x_train, y_train), (x_test, y_test) = result
    found = {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}
    for key, array in arrays.items():
        assert found[key].dtype == np.uint8
        np.testing.assert_array_equal(found[key], array)


def test_it_is_downloaded_once(folder, public, arrays):
    assert_loaded(fashion_mnist.load_data(), arrays)
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        f"{n}.gz" for n in four_files.NAMES.values()
    )
    for path in public.iterdir():
        path.unlink()
    assert_loaded(fashion_mnist.load_data(), arrays)


def test_only_what_is_missing_is_downloaded(folder, public, arrays):
    folder.mkdir(parents=True)
    write_idx(folder / four_files.NAMES["x_train"], arrays["x_train"][:6] * 0)
    (x_train, _), _ = fashion_mnist.load_data()
    assert not x_train.any()
    assert len(list(folder.iterdir())) == 4


def test_mnists_files_beside_it_are_left_alone(folder, public, arrays):
    folder.parent.mkdir(parents=True)
    write_idx(folder.parent / four_files.NAMES["x_train"], arrays["x_train"] * 0)
    assert_loaded(fashion_mnist.load_data(), arrays)


def test_a_folder_of_your_own(tmp_path, arrays):
    for key, name in four_files.NAMES.items():
        write_idx(tmp_path / name, arrays[key])
    assert_loaded(fashion_mnist.load_data(tmp_path), arrays)
    (tmp_path / four_files.NAMES["y_test"]).unlink()
    with pytest.raises(FileNotFoundError, match=r"doesn't have t10k-labels-idx1-ubyte \(plain or \.gz\)"):
        fashion_mnist.load_data(tmp_path)


def test_without_network_it_says_what_to_do(folder):
    with pytest.raises(DownloadError, match=r"Put the four files .*fashion-mnist'.*mini_mnist"):
        fashion_mnist.load_data()
    assert not list(folder.glob("*"))


def test_a_wrong_download_is_not_kept(folder, public):
    path = public / "t10k-labels-idx1-ubyte.gz"
    path.write_bytes(path.read_bytes()[::-1])
    with pytest.raises(DownloadError, match="its SHA-256 is"):
        fashion_mnist.load_data()
    assert not (folder / path.name).exists()
    assert len(list(folder.iterdir())) == 3


def test_a_damaged_file(folder, public):
    fashion_mnist.load_data()
    (folder / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(b"no labels"))
    with pytest.raises(DataFileError, match=r"fashion_mnist\.load_data: can't use .*train-labels.*Delete it"):
        fashion_mnist.load_data()


def test_the_real_files_sizes_and_digests():
    assert sum(size for size, _ in fashion_mnist.FILES.values()) == 30_878_645
    assert all(len(digest) == 64 for _, digest in fashion_mnist.FILES.values())
    assert len(fashion_mnist.CLASSES) == 10
