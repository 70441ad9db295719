"""cifar10.load_data on small archives and folders in its form, and on damaged ones."""

import hashlib
import io
import tarfile

import numpy as np
import pytest

from minigrad.config import set_image_data_format
from minigrad.datasets import cifar10
from minigrad.errors import DataFileError, DownloadError

NAMES = [*cifar10.TRAIN, cifar10.TEST]


@pytest.fixture(scope="module")
def batches():
    """For each file the labels (3,), and images (3, 32, 32, 3) of which no two channels are alike."""
    rng = np.random.default_rng(5)
    return {
        name: (
            rng.integers(10, size=3, dtype=np.uint8),
            rng.integers(256, size=(3, 32, 32, 3), dtype=np.uint8),
        )
        for name in NAMES
    }


@pytest.fixture
def contents(batches):
    return {
        name: b"".join(
            bytes([label]) + b"".join(image[..., channel].tobytes() for channel in range(3))
            for label, image in zip(*batches[name], strict=True)
        )
        for name in NAMES
    }


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(cifar10, "URL", (tmp_path / "no such file").as_uri())
    folder = tmp_path / "keras" / "datasets"
    folder.mkdir(parents=True)
    return folder


def write_archive(path, contents):
    with tarfile.open(path, "w:gz") as archive:
        for name, content in contents.items():
            member = tarfile.TarInfo(f"{cifar10.FOLDER}/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


def write_folder(path, contents):
    path.mkdir()
    for name, content in contents.items():
        (path / name).write_bytes(content)


def assert_loaded(result, batches):
    (x_train, y_train), (x_test, y_test) = result
    assert (x_train.dtype, y_train.dtype, x_train.shape, y_train.shape) == (
        np.uint8,
        np.uint8,
        (15, 32, 32, 3),
        (15, 1),
    )
    np.testing.assert_array_equal(x_train, np.concatenate([batches[name][1] for name in cifar10.TRAIN]))
    np.testing.assert_array_equal(y_train[:, 0], np.concatenate([batches[name][0] for name in cifar10.TRAIN]))
    np.testing.assert_array_equal(x_test, batches[cifar10.TEST][1])
    np.testing.assert_array_equal(y_test[:, 0], batches[cifar10.TEST][0])
    assert x_train.flags.writeable
    assert y_test.flags.writeable


def test_an_archive_in_the_cache_folder(folder, contents, batches):
    write_archive(folder / cifar10.ARCHIVE, contents)
    assert_loaded(cifar10.load_data(), batches)


def test_a_folder_in_the_cache_folder(folder, contents, batches):
    write_folder(folder / cifar10.FOLDER, contents)
    assert_loaded(cifar10.load_data(), batches)


def test_paths_of_your_own(tmp_path, contents, batches):
    write_folder(tmp_path / "mine", contents)
    write_archive(tmp_path / "mine.tar.gz", contents)
    assert_loaded(cifar10.load_data(tmp_path / "mine"), batches)
    assert_loaded(cifar10.load_data(tmp_path / "mine.tar.gz"), batches)
    with pytest.raises(FileNotFoundError, match=r"there is no .*nowhere"):
        cifar10.load_data(tmp_path / "nowhere")


def test_channels_first(folder, contents, batches):
    write_archive(folder / cifar10.ARCHIVE, contents)
    set_image_data_format("channels_first")
    try:
        (x_train, _), _ = cifar10.load_data()
    finally:
        set_image_data_format("channels_last")
    np.testing.assert_array_equal(x_train[:3], batches[cifar10.TRAIN[0]][1].transpose(0, 3, 1, 2))


def test_it_is_downloaded_once(folder, tmp_path, contents, batches, monkeypatch):
    public = tmp_path / "public.tar.gz"
    write_archive(public, contents)
    monkeypatch.setattr(cifar10, "URL", public.as_uri())
    monkeypatch.setattr(cifar10, "SIZE", public.stat().st_size)
    monkeypatch.setattr(cifar10, "SHA256", hashlib.sha256(public.read_bytes()).hexdigest())
    assert_loaded(cifar10.load_data(), batches)
    public.unlink()
    assert_loaded(cifar10.load_data(), batches)
    assert [path.name for path in folder.iterdir()] == [cifar10.ARCHIVE]


def test_a_wrong_download_is_not_kept(folder, tmp_path, contents, monkeypatch):
    public = tmp_path / "public.tar.gz"
    write_archive(public, contents)
    monkeypatch.setattr(cifar10, "URL", public.as_uri())
    with pytest.raises(DownloadError, match="it ended after"):
        cifar10.load_data()
    assert not list(folder.iterdir())


def test_without_network_it_says_what_to_do():
    with pytest.raises(DownloadError, match=r"Put cifar-10-binary\.tar\.gz .*mini_mnist"):
        cifar10.load_data()


DAMAGE = {
    "a file is missing": (lambda contents: contents.pop("test_batch.bin"), r"it has no test_batch\.bin"),
    "too short": (
        lambda contents: contents.update({"data_batch_2.bin": contents["data_batch_2.bin"][:-1]}),
        r"data_batch_2\.bin has 9218 bytes, which is no multiple of 3073",
    ),
    "empty": (lambda contents: contents.update({"test_batch.bin": b""}), "has 0 bytes"),
    "label": (
        lambda contents: contents.update({"test_batch.bin": b"\x0b" + bytes(3072)}),
        "has the label 11; labels go from 0 to 9",
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("write", [write_archive, write_folder])
def test_damaged_content(damage, write, tmp_path, contents):
    change, message = DAMAGE[damage]
    change(contents)
    write(tmp_path / "mine", contents)
    with pytest.raises(
        DataFileError, match=rf"cifar10\.load_data: can't use .*mine': .*{message}.*Delete it"
    ):
        cifar10.load_data(tmp_path / "mine")


@pytest.mark.parametrize(
    "change",
    [
        lambda b: b[: len(b) // 2],
        lambda b: b[:2000] + bytes(200) + b[2200:],
        lambda b: b[:-6] + bytes(6),
        lambda b: b"no archive",
        lambda b: b"",
    ],
)
def test_a_damaged_archive(change, folder, contents):
    path = folder / cifar10.ARCHIVE
    write_archive(path, contents)
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(DataFileError, match=r"cifar10\.load_data: can't use .*Delete it"):
        cifar10.load_data()
