"""The IDX reader against files built byte by byte with ``struct``, whole and damaged."""

import gzip
import io
import itertools
import struct

import numpy as np
import pytest

from minigrad.datasets.idx import read_idx, write_idx
from minigrad.errors import DataFileError, DTypeError

# The format's own table: type byte, struct's letter, dtype.
TYPES = [
    (0x08, "B", np.uint8),
    (0x09, "b", np.int8),
    (0x0B, "h", np.int16),
    (0x0C, "i", np.int32),
    (0x0D, "f", np.float32),
    (0x0E, "d", np.float64),
]
SHAPES = [(5,), (0,), (2, 3), (3, 0, 2), (2, 3, 4), (1, 2, 1, 3, 1)]


def example(dtype, shape):
    rng = np.random.default_rng(7)
    if np.issubdtype(dtype, np.floating):
        return rng.standard_normal(shape).astype(dtype)
    limits = np.iinfo(dtype)
    return rng.integers(limits.min, limits.max, shape, dtype=dtype, endpoint=True)


def packed(code, letter, array):
    """The file's bytes, element by element: the oracle."""
    content = bytes([0, 0, code, array.ndim]) + b"".join(struct.pack(">I", size) for size in array.shape)
    for position in itertools.product(*map(range, array.shape)):
        content += struct.pack(f">{letter}", array[position].item())
    return content


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize(("code", "letter", "dtype"), TYPES, ids=[dtype.__name__ for *_, dtype in TYPES])
def test_reads_and_writes_what_the_format_says(tmp_path, code, letter, dtype, shape):
    array = example(dtype, shape)
    content = packed(code, letter, array)

    write_idx(tmp_path / "plain", array)
    assert (tmp_path / "plain").read_bytes() == content
    write_idx(tmp_path / "packed.gz", array)
    assert gzip.decompress((tmp_path / "packed.gz").read_bytes()) == content

    for source in (tmp_path / "plain", str(tmp_path / "packed.gz"), io.BytesIO(content)):
        read = read_idx(source)
        assert read.dtype == np.dtype(dtype)
        assert read.dtype.isnative
        assert read.shape == shape
        np.testing.assert_array_equal(read, array)
        read[...] = 1  # the caller's own array


def test_reads_any_byte_order_and_stride_that_is_written(tmp_path):
    array = np.arange(24, dtype=">i4").reshape(4, 6)[::2, ::-1]
    write_idx(tmp_path / "a", array)
    np.testing.assert_array_equal(read_idx(tmp_path / "a"), array)


def test_gzip_is_told_by_content_not_by_name(tmp_path):
    array = np.arange(3, dtype=np.uint8)
    write_idx(tmp_path / "a.gz", array)
    (tmp_path / "renamed").write_bytes((tmp_path / "a.gz").read_bytes())
    np.testing.assert_array_equal(read_idx(tmp_path / "renamed"), array)
    (tmp_path / "unpacked.gz").write_bytes(gzip.decompress((tmp_path / "a.gz").read_bytes()))
    np.testing.assert_array_equal(read_idx(tmp_path / "unpacked.gz"), array)


def test_compressed_bytes_depend_on_the_array_alone(tmp_path):
    array = np.arange(100, dtype=np.int16)
    write_idx(tmp_path / "one.gz", array)
    write_idx(tmp_path / "another name.gz", array)
    content = (tmp_path / "one.gz").read_bytes()
    assert content == (tmp_path / "another name.gz").read_bytes()
    assert content[3:8] == bytes(5)  # no name (flags), no time


def test_a_file_object_stays_open(tmp_path):
    write_idx(tmp_path / "a", np.arange(3, dtype=np.uint8))
    with open(tmp_path / "a", "rb") as file:
        read_idx(file)
        assert not file.closed


GOOD = packed(0x0B, "h", np.arange(6, dtype=np.int16).reshape(2, 3))


@pytest.mark.parametrize("compress", [False, True])
def test_every_truncation_is_told(tmp_path, compress):
    content = gzip.compress(GOOD, mtime=0) if compress else GOOD
    path = tmp_path / "short"
    for length in range(len(content)):
        path.write_bytes(content[:length])
        with pytest.raises(DataFileError, match="short"):
            read_idx(path)


def test_every_damaged_byte_of_a_compressed_file_is_told_or_harmless(tmp_path):
    content = gzip.compress(GOOD, mtime=0)
    path = tmp_path / "damaged.gz"
    told = 0
    for position in range(len(content)):
        damaged = bytearray(content)
        damaged[position] ^= 0xFF
        path.write_bytes(damaged)
        try:
            read = read_idx(path)
        except DataFileError:
            told += 1
        else:
            np.testing.assert_array_equal(read, np.arange(6).reshape(2, 3))
    assert told >= len(content) - 6  # gzip's time, level and system don't touch the data


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no IDX file: it has 0 bytes"),
        (b"PK\x03\x04 a zip file", "is no IDX file: it starts with the bytes 50 4b 03 04"),
        (b"\x93NUMPY\x01\x00", "is no IDX file"),
        (b"<html><body>Please log in</body></html>", "is no IDX file"),
        (gzip.compress(b"just some text", mtime=0), "is no IDX file"),
        (bytes([0, 0, 0x0A, 1, 0, 0, 0, 0]), "00 00 0a 01; expected 00 00, a type"),
        (bytes([0, 0, 0x08, 0, 7]), "0 dimensions; from 1"),
        (bytes([0, 0, 0x08, 65]) + bytes(4 * 65), "65 dimensions"),
        (bytes([0, 0, 0x08, 3, 0, 0, 0, 1]), "truncated: its header takes 16 bytes, here are 8"),
        (GOOD[:-1], r"truncated: int16 of shape \(2, 3\) takes 24 bytes, here are 23"),
        (GOOD + b"\x00", "is too long: .* takes 24 bytes, here are 25"),
        (bytes([0, 0, 0x0E, 3]) + b"\xff" * 12, "is truncated"),  # sizes that no machine has: no overflow
        (gzip.compress(GOOD, mtime=0) + b"rubbish", "is damaged"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_named(tmp_path, content, message):
    path = tmp_path / "digits-idx"
    path.write_bytes(content)
    with pytest.raises(DataFileError, match=message) as caught:
        read_idx(path)
    assert str(path) in str(caught.value)
    with open(path, "rb") as file, pytest.raises(DataFileError, match="digits-idx"):
        read_idx(file)
    with pytest.raises(DataFileError, match="<file>"):
        read_idx(io.BytesIO(content))


def test_wrong_arguments(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        read_idx(tmp_path / "nowhere")
    with pytest.raises(TypeError, match="gives str, not bytes"):
        read_idx(io.StringIO("0"))
    with pytest.raises(DTypeError, match="array has dtype int64; IDX has uint8, int8"):
        write_idx(tmp_path / "a", np.arange(3))
    with pytest.raises(ValueError, match="no axis"):
        write_idx(tmp_path / "a", np.uint8(3))
    with pytest.raises(ValueError, match="32 bits"):
        write_idx(tmp_path / "a", np.empty((2**32, 0), np.uint8))
    assert list(tmp_path.iterdir()) == []
