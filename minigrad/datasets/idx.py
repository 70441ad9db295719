"""IDX, the format that MNIST came in: a few bytes of header, then the numbers.

Idea:    a file that isn't exactly what its header says is damaged; reading it anyway would train a
         network on noise. So every byte is accounted for.
Shapes:  magic (0, 0, type, ndim), ndim big-endian sizes of 4 bytes each, then the elements.
Before:  errors.py.  Next: mini_mnist.py and mnist.py (who read such files).
Source:  Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits", section
         "File formats for the MNIST database".
"""

from __future__ import annotations

import gzip
import math
import os
import struct
import zlib
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from minigrad.errors import DataFileError, DTypeError

GZIP_MAGIC = b"\x1f\x8b"
MAX_NDIM = 64  # NumPy's own limit
DTYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
"""Type byte of the magic number -> dtype of the elements."""

PathOrFile = str | os.PathLike[str] | IO[bytes]


def read_idx(path_or_file: PathOrFile) -> NDArray[Any]:
    """Read one array from an IDX file, plain or gzip-compressed (told by its content, not by its name).

    Args:
        path_or_file: A path, or a binary file object; that is read to its end and stays open.

    Returns:
        A fresh, writable array of the file's shape and dtype (uint8, int8, int16, int32, float32 or
        float64), in this machine's byte order.

    Raises:
        DataFileError: If the file isn't IDX, or is truncated, too long or damaged.
        OSError: If the file can't be opened.

    Source: "File formats for the MNIST database".

    Example:
        >>> import io
        >>> read_idx(io.BytesIO(bytes([0, 0, 0x08, 1,  0, 0, 0, 3,  5, 0, 4])))
        array([5, 0, 4], dtype=uint8)
    """
    if isinstance(path_or_file, (str, os.PathLike)):
        name = os.fspath(path_or_file)
        with open(path_or_file, "rb") as file:
            content = file.read()
    else:
        name = str(getattr(path_or_file, "name", "<file>"))
        content = path_or_file.read()
        if not isinstance(content, bytes):
            raise TypeError(
                f"read_idx: {name!r} gives {type(content).__name__}, not bytes: open it with 'rb'"
            )
    return _parse(name, _decompressed(name, content))


def _decompressed(name: str, content: bytes) -> bytes:
    """Return ``content`` without its gzip compression, if it has any."""
    if not content.startswith(GZIP_MAGIC):
        return content
    try:
        return gzip.decompress(content)
    except EOFError as exc:
        raise DataFileError(f"{name!r} is truncated: its gzip data end too early") from exc
    except (gzip.BadGzipFile, zlib.error) as exc:
        raise DataFileError(f"{name!r} is damaged: {exc}") from exc


def _parse(name: str, content: bytes) -> NDArray[Any]:
    """Return the array that the bytes of a whole IDX file describe."""
    if len(content) < 4:
        raise DataFileError(
            f"{name!r} is no IDX file: it has {len(content)} bytes, the magic number alone has 4"
        )
    zeros, code, ndim = struct.unpack(">HBB", content[:4])
    if zeros != 0 or code not in DTYPES:
        raise DataFileError(
            f"{name!r} is no IDX file: it starts with the bytes {content[:4].hex(' ')}; expected 00 00, "
            f"a type ({', '.join(f'{known:02x}' for known in DTYPES)}) and the number of dimensions"
        )
    if not 1 <= ndim <= MAX_NDIM:
        raise DataFileError(f"{name!r}: {ndim} dimensions; from 1 to {MAX_NDIM} can be read")
    start = 4 + 4 * ndim
    if len(content) < start:
        raise DataFileError(f"{name!r} is truncated: its header takes {start} bytes, here are {len(content)}")
    shape = struct.unpack(f">{ndim}I", content[4:start])
    dtype = np.dtype(DTYPES[code])
    expected = start + dtype.itemsize * math.prod(shape)
    if len(content) != expected:
        fault = "is truncated" if len(content) < expected else "is too long"
        raise DataFileError(
            f"{name!r} {fault}: {dtype.name} of shape {shape} takes {expected} bytes, here are {len(content)}"
        )
    stored = np.frombuffer(content, dtype, offset=start)  # read-only, big-endian
    return stored.reshape(shape).astype(dtype.newbyteorder("="))


def write_idx(path: str | os.PathLike[str], array: NDArray[Any]) -> None:
    """Write an array as an IDX file; gzip-compressed if the path ends in ``.gz``.

    The same array gives the same bytes: no time and no file name is stored.

    Args:
        path: Where to write; a file that is there is replaced.
        array: At least one axis; uint8, int8, int16, int32, float32 or float64.

    Raises:
        DTypeError: If the format has no such dtype.
        ValueError: If the array has no axis, more than 64, or one of more than 2**32 - 1 elements.

    Source: "File formats for the MNIST database".

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "labels.gz")
        ...     write_idx(path, np.array([5, 0, 4], np.int16))
        ...     read_idx(path)
        array([5, 0, 4], dtype=int16)
    """
    array = np.asarray(array)
    codes = {np.dtype(dtype).name: code for code, dtype in DTYPES.items()}
    if array.dtype.name not in codes:
        raise DTypeError(f"write_idx: array has dtype {array.dtype}; IDX has {', '.join(codes)}")
    if array.ndim == 0:
        raise ValueError("write_idx: array has no axis; IDX needs at least one")
    if max(array.shape) >= 2**32:
        raise ValueError(f"write_idx: array has shape {array.shape}; IDX stores sizes in 32 bits")
    code = codes[array.dtype.name]
    header = struct.pack(f">HBB{array.ndim}I", 0, code, array.ndim, *array.shape)
    content = header + array.astype(DTYPES[code]).tobytes()
    with open(path, "wb") as file:
        if os.fspath(path).endswith(".gz"):
            with gzip.GzipFile("", "wb", compresslevel=9, fileobj=file, mtime=0) as packed:
                packed.write(content)
        else:
            file.write(content)
