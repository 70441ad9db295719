"""mnist.load_data on small files in every form and place it knows, and on damaged ones."""

import hashlib
import os
import pickle
import socket
import zipfile

import numpy as np
import pytest

from minigrad.datasets import mini_mnist, mnist
from minigrad.datasets.idx import write_idx
from minigrad.errors import DataFileError, DownloadError

NAMES = {
    "x_train": "train-images-idx3-ubyte",
    "y_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte",
    "y_test": "t10k-labels-idx1-ubyte",
}


@pytest.fixture(scope="module")
def digits():
    (x_train, y_train), (x_test, y_test) = mini_mnist.load_data()
    return {"x_train": x_train[:6], "y_train": y_train[:6], "x_test": x_test[:4], "y_test": y_test[:4]}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """The cache folder, empty; the public address leads nowhere."""
    folder = tmp_path / "keras" / "datasets"
    folder.mkdir(parents=True)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(mnist, "URL", (tmp_path / "no such file").as_uri())
    return folder


def write_originals(folder, digits, change=lambda name: name):
    folder.mkdir(exist_ok=True)
    for key, name in NAMES.items():
        write_idx(folder / change(name), digits[key])


def serve(monkeypatch, tmp_path, digits, **changes):
    """Let the public address be a file of this test."""
    path = tmp_path / "public.npz"
    np.savez_compressed(path, **digits)
    content = path.read_bytes()
    settings = {"URL": path.as_uri(), "SIZE": len(content), "SHA256": hashlib.sha256(content).hexdigest()}
    for name, value in (settings | changes).items():
        monkeypatch.setattr(mnist, name, value)
    return content


def assert_loaded(result, digits):
    (x_train, y_train), (x_test, y_test) = result
    arrays = {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}
    for key, array in arrays.items():
        assert array.dtype == np.uint8
        np.testing.assert_array_equal(array, digits[key])
        array[...] = 0  # the caller's own


def test_npz_in_the_cache_folder(folder, digits):
    np.savez(folder / "mnist.npz", **digits)
    assert_loaded(mnist.load_data(), digits)
    np.savez_compressed(folder / "other.npz", **digits, more=np.zeros(3))
    assert_loaded(mnist.load_data("other.npz"), digits)


def test_paths(tmp_path, digits, monkeypatch):
    np.savez(tmp_path / "mine.npz", **digits)
    assert_loaded(mnist.load_data(tmp_path / "mine.npz"), digits)
    assert_loaded(mnist.load_data(str(tmp_path / "mine.npz")), digits)
    assert_loaded(mnist.load_data(os.path.join("..", "mine.npz")), digits)  # from the working folder
    np.savez(tmp_path / "mnist.npz", **digits)
    assert_loaded(mnist.load_data(tmp_path), digits)  # a folder that holds it


SPELLINGS = {
    "plain": lambda name: name,
    "gz": lambda name: f"{name}.gz",
    "dotted": lambda name: name.replace("-idx", ".idx"),
    "dotted gz": lambda name: name.replace("-idx", ".idx") + ".gz",
    "mixed": lambda name: name.replace("-idx", ".idx") if "images" in name else f"{name}.gz",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_original_files(folder, tmp_path, digits, spelling):
    write_originals(tmp_path / "idx", digits, SPELLINGS[spelling])
    assert_loaded(mnist.load_data(tmp_path / "idx"), digits)
    assert_loaded(mnist.load_data("../idx"), digits)
    write_originals(folder, digits, SPELLINGS[spelling])
    assert_loaded(mnist.load_data(), digits)
    write_originals(folder / "sub", digits, SPELLINGS[spelling])
    assert_loaded(mnist.load_data("sub"), digits)


def test_npz_goes_before_original_files(folder, digits):
    write_originals(folder, digits)
    reversed_digits = {key: array[::-1] for key, array in digits.items()}
    np.savez(folder / "mnist.npz", **reversed_digits)
    assert_loaded(mnist.load_data(), reversed_digits)
    assert_loaded(mnist.load_data(folder), reversed_digits)


def test_downloads_once(folder, tmp_path, digits, monkeypatch):
    content = serve(monkeypatch, tmp_path, digits)
    assert_loaded(mnist.load_data(), digits)
    assert os.listdir(folder) == ["mnist.npz"]
    assert (folder / "mnist.npz").read_bytes() == content
    monkeypatch.setattr(mnist, "URL", "file:///nowhere")
    assert_loaded(mnist.load_data(), digits)


def test_downloads_where_the_path_says(folder, tmp_path, digits, monkeypatch):
    content = serve(monkeypatch, tmp_path, digits)
    assert_loaded(mnist.load_data(tmp_path / "new" / "digits.npz"), digits)
    assert (tmp_path / "new" / "digits.npz").read_bytes() == content
    assert_loaded(mnist.load_data("named.npz"), digits)
    assert os.listdir(folder) == ["named.npz"]


@pytest.mark.parametrize("changes", [{"SIZE": 10}, {"SIZE": 10**6}, {"SHA256": "0" * 64}])
def test_wrong_download_is_not_kept(folder, tmp_path, digits, monkeypatch, changes):
    serve(monkeypatch, tmp_path, digits, **changes)
    with pytest.raises(DownloadError, match="can't use what file:"):
        mnist.load_data()
    assert os.listdir(folder) == []


def test_offline_says_what_to_do(folder, digits, monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    write_originals(folder, digits)
    (folder / NAMES["y_test"]).unlink()  # three of four are no MNIST
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        monkeypatch.setattr(mnist, "URL", f"http://127.0.0.1:{bound.getsockname()[1]}/mnist.npz")
        with pytest.raises(OSError) as caught:
            mnist.load_data()
    message = str(caught.value)
    assert isinstance(caught.value, DownloadError)
    for needed in (
        "can't download http://127",
        "mnist.npz",
        str(folder),
        *NAMES.values(),
        "minigrad.datasets.mini_mnist",
    ):
        assert needed in message


def test_path_that_names_nothing(folder, tmp_path, digits, monkeypatch):
    serve(monkeypatch, tmp_path, digits)
    with pytest.raises(FileNotFoundError, match="path='minst': there is no file or folder"):
        mnist.load_data("minst")
    (tmp_path / "empty").mkdir()
    with pytest.raises(
        FileNotFoundError, match=r"neither mnist\.npz nor train-images-idx3-ubyte, train-labels"
    ):
        mnist.load_data(tmp_path / "empty")
    write_originals(tmp_path / "idx", digits)
    (tmp_path / "idx" / NAMES["y_test"]).unlink()
    with pytest.raises(FileNotFoundError, match=r"neither mnist.npz nor t10k-labels-idx1-ubyte \("):
        mnist.load_data(tmp_path / "idx")
    assert os.listdir(folder) == []


def test_every_truncated_npz_is_told_and_kept(folder, digits):
    path = folder / "mnist.npz"
    np.savez_compressed(path, **digits)
    content = path.read_bytes()
    for length in range(0, len(content), 7):
        path.write_bytes(content[:length])
        with pytest.raises(DataFileError, match=r"mnist\.npz'.*Delete it"):
            mnist.load_data()
        assert path.read_bytes() == content[:length]


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_every_damaged_byte_of_an_npz_is_told_or_harmless(folder, digits, save):
    path = folder / "mnist.npz"
    save(path, **digits)
    content = path.read_bytes()
    told = 0
    for position in range(0, len(content), 3):
        damaged = bytearray(content)
        damaged[position] ^= 0xFF
        path.write_bytes(damaged)
        try:
            loaded = mnist.load_data()
        except DataFileError:
            told += 1
        else:
            assert_loaded(loaded, digits)
    assert told > 0.7 * len(content) / 3  # the rest is zip's times, attributes and the like


def test_foreign_files(folder, tmp_path, digits):
    path = folder / "mnist.npz"
    for content in (b"", b"<html>Please log in</html>", pickle.dumps(digits)):
        path.write_bytes(content)
        with pytest.raises(DataFileError, match=r"is no .npz file of x_train, .*Delete it"):
            mnist.load_data()
    np.save(tmp_path / "array.npy", digits["x_train"])
    with pytest.raises(DataFileError, match=r"is no \.npz file"):
        mnist.load_data(tmp_path / "array.npy")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x_train.npy", "no array")
    with pytest.raises(DataFileError, match=r"is no \.npz file"):
        mnist.load_data()
    np.savez(path, **{key: array for key, array in digits.items() if key != "y_test"})
    with pytest.raises(DataFileError, match=r"y_test\.npy"):
        mnist.load_data()


def test_a_number_instead_of_an_array(folder, digits):
    np.savez(folder / "mnist.npz", **(digits | {"y_train": np.uint8(3)}))
    with pytest.raises(DataFileError, match=r"y_train is uint8 of shape \(\), expected uint8 \(N,\)"):
        mnist.load_data()


def test_an_npz_is_never_unpickled(folder, digits):
    objects = np.empty(6, object)
    np.savez(folder / "mnist.npz", **(digits | {"y_train": objects}))
    with pytest.raises(DataFileError, match="Object arrays cannot be loaded"):
        mnist.load_data()


CHANGES = {
    "one image less": ("x_train", lambda a: a[1:], r"y_train has 6 labels for the 5 images of x_train"),
    "one label less": ("y_test", lambda a: a[1:], r"y_test has 3 labels for the 4 images"),
    "flat": (
        "x_train",
        lambda a: a.reshape(6, 784),
        r"x_train is uint8 of shape \(6, 784\), expected uint8 \(N, 28, 28\)",
    ),
    "channels": ("x_test", lambda a: a[..., None], r"x_test is uint8 of shape \(4, 28, 28, 1\)"),
    "cropped": ("x_test", lambda a: a[:, 2:, 2:], r"x_test is uint8 of shape \(4, 26, 26\)"),
    "float": ("x_train", lambda a: a.astype(np.float32), "x_train is float32"),
    "signed": ("x_train", lambda a: a.astype(np.int8), "x_train is int8"),
    "wide labels": ("y_train", lambda a: a.astype(np.int32), r"y_train is int32 .* expected uint8 \(N,\)"),
    "one-hot": ("y_train", lambda a: np.eye(10, dtype=np.uint8)[a], r"y_train is uint8 of shape \(6, 10\)"),
    "letters": ("y_test", lambda a: a + np.uint8(20), "y_test has the label 27; labels go from 0 to 9"),
    "no images": ("x_test", lambda a: a[:0], r"x_test is uint8 of shape \(0, 28, 28\)"),
    "no labels": ("y_test", lambda a: a[:0], r"y_test is uint8 of shape \(0,\)"),
}


@pytest.mark.parametrize("form", ["npz", "idx"])
@pytest.mark.parametrize("change", CHANGES)
def test_arrays_that_are_no_mnist(folder, digits, change, form):
    key, function, message = CHANGES[change]
    changed = digits | {key: function(digits[key])}
    if form == "npz":
        np.savez(folder / "mnist.npz", **changed)
    else:
        write_originals(folder, changed)
    with pytest.raises(DataFileError, match=message) as caught:
        mnist.load_data()
    assert str(folder) in str(caught.value)


def test_damaged_original_file_is_named(folder, digits):
    write_originals(folder, digits, SPELLINGS["gz"])
    path = folder / "t10k-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(DataFileError, match=r"t10k-images-idx3-ubyte\.gz' is truncated.*Delete it"):
        mnist.load_data()
