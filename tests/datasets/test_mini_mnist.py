"""The embedded digits: the very bytes, and that images and labels belong together."""

import gzip
import hashlib
import importlib.util
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from minigrad.datasets import mini_mnist
from minigrad.datasets.idx import write_idx

DATA = files("minigrad.datasets") / "data"
SHA256 = {
    "train-images-idx3-ubyte.gz": "36707bfd63bcc1baf911512db8f40af1940d9fc513cb862f99741a994da05181",
    "train-labels-idx1-ubyte.gz": "ddb336c35d26d6499f325832214cfd852954d037817de7f291d8e80ad0912b32",
    "t10k-images-idx3-ubyte.gz": "74533fb890e3bad361d9e017c363d263b51060a0d3ccccd54740633cf2918c31",
    "t10k-labels-idx1-ubyte.gz": "8a97eeec2499289d406fd55fec117adc391bee47c640be5bf30c340a8de72fa5",
}


@pytest.fixture(scope="module")
def digits():
    return mini_mnist.load_data()


def make_mini_mnist():
    path = Path(__file__).with_name("make_mini_mnist.py")
    spec = importlib.util.spec_from_file_location("make_mini_mnist", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", SHA256)
def test_shipped_bytes(name):
    assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == SHA256[name]


def test_attribution_lies_beside_the_data():
    text = (DATA / "README.md").read_text(encoding="utf-8")
    for needed in ("LeCun", "Cortes", "Burges", "https://creativecommons.org/licenses/by-sa/3.0/", *SHA256):
        assert needed in text


def test_shapes_dtypes_and_first_labels(digits):
    (x_train, y_train), (x_test, y_test) = digits
    assert (x_train.shape, y_train.shape) == ((10000, 28, 28), (10000,))
    assert (x_test.shape, y_test.shape) == ((2000, 28, 28), (2000,))
    assert {array.dtype for array in (x_train, y_train, x_test, y_test)} == {np.dtype(np.uint8)}
    assert y_train[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert y_test[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert np.unique(y_train).tolist() == np.unique(y_test).tolist() == list(range(10))
    assert (x_train.min(), x_train.max()) == (0, 255)


def test_images_belong_to_their_labels(digits):
    """The nearest class mean names most digits right (chance: 10 %)."""
    (x_train, y_train), (x_test, y_test) = digits
    means = np.stack([x_train[y_train == digit].mean(axis=0) for digit in range(10)]).reshape(10, -1)
    pixels = x_test.reshape(len(x_test), -1).astype(np.float64)
    distances = (means**2).sum(axis=1) - 2 * pixels @ means.T
    assert (distances.argmin(axis=1) == y_test).mean() > 0.75


def test_every_call_gives_fresh_arrays(digits):
    (x_train, y_train), (x_test, y_test) = mini_mnist.load_data()
    for array in (x_train, y_train, x_test, y_test):
        array += 1
    (again, _), _ = mini_mnist.load_data()
    np.testing.assert_array_equal(again, digits[0][0])


def test_reached_by_attribute_and_imported_late():
    """A fresh interpreter: nothing heavy is imported before it is used, and an attribute is enough."""
    program = (
        "import sys, minigrad.datasets\n"
        "assert not {'minigrad.datasets.mnist', 'urllib.request', 'tqdm', 'gzip'} & set(sys.modules)\n"
        "assert 'mini_mnist' in dir(minigrad.datasets)\n"
        "print(minigrad.datasets.mini_mnist.load_data()[1][1][0])\n"
        "minigrad.datasets.mnist\n"
        "assert not {'urllib.request', 'http.client', 'tqdm'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("7", "")
    import minigrad.datasets

    with pytest.raises(
        AttributeError, match=r"no attribute 'minist': it has cache, cifar10, .*mini_mnist, mnist"
    ):
        _ = minigrad.datasets.minist


def test_script_makes_the_shipped_files(tmp_path, digits):
    """From longer files it takes the first entries. Compared unpacked: zlib's versions pack differently."""
    (x_train, y_train), (x_test, y_test) = digits
    source, output = tmp_path / "source", tmp_path / "output"
    source.mkdir()
    write_idx(source / "train-images-idx3-ubyte", np.concatenate([x_train, x_test[:7]]))
    write_idx(source / "train-labels-idx1-ubyte", np.concatenate([y_train, y_test[:7]]))
    write_idx(source / "t10k-images-idx3-ubyte", np.concatenate([x_test, x_train[:7]]))
    write_idx(source / "t10k-labels-idx1-ubyte", np.concatenate([y_test, y_train[:7]]))

    make_mini_mnist().main([str(source), str(output)])

    assert {path.name for path in output.iterdir()} == set(SHA256)
    for name in SHA256:
        made, shipped = (output / name).read_bytes(), (DATA / name).read_bytes()
        assert made[:10] == shipped[:10]  # gzip's header: no time, no name
        assert gzip.decompress(made) == gzip.decompress(shipped)


def test_script_refuses_too_short_files(tmp_path, digits):
    _, (x_test, y_test) = digits
    for part in ("train", "t10k"):
        write_idx(tmp_path / f"{part}-images-idx3-ubyte", x_test)
        write_idx(tmp_path / f"{part}-labels-idx1-ubyte", y_test)
    with pytest.raises(ValueError, match="x_train has 2000 entries, 10000 are needed"):
        make_mini_mnist().main([str(tmp_path), str(tmp_path / "output")])
