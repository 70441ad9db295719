"""Where data files are kept, and how they get there.

Idea:    a file is either complete and what it should be, or it isn't there. So a download is checked for size
         and SHA-256 under another name in the same folder, and only then takes its own name, in one step.
Before:  errors.py.  Next: mnist.py (which file, from where).
Source:  Keras's ``keras.utils.get_file`` (the folders).
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Generator
from pathlib import Path

from minigrad.errors import DownloadError

TIMEOUT = 30.0
"""Seconds that a server may be silent."""
BLOCK = 1 << 16


def cache_folder() -> Path:
    """Return the folder where data sets are kept: ``$KERAS_HOME/datasets``, else ``~/.keras/datasets``.

    It need not exist.

    Raises:
        FileNotFoundError: If ``KERAS_HOME`` isn't set and the user has no home folder.

    Source: Keras's ``keras.utils.get_file``, which shares the folder.

    Example:
        >>> cache_folder().name
        'datasets'
    """
    try:
        home = Path(os.environ.get("KERAS_HOME") or "~/.keras").expanduser()
    except RuntimeError as exc:
        raise FileNotFoundError("no home folder is known: set KERAS_HOME to a folder for data sets") from exc
    return home / "datasets"


def locate(path: str | os.PathLike[str]) -> Path:
    """Return the place that ``path`` means: as it stands, or within the cache folder.

    An absolute path is itself. A relative one is looked for in the cache folder, then in the working
    folder; if it is in neither, it means the cache folder, where it may be downloaded to.

    Raises:
        ValueError: If the path is empty.

    Source: Keras's ``keras.utils.get_file``.

    Example:
        >>> locate("mnist.npz").name
        'mnist.npz'
    """
    if not os.fspath(path):
        raise ValueError("path is empty: give a file's or a folder's name")
    path = Path(path).expanduser()
    if path.is_absolute():
        return path
    cached = cache_folder() / path
    return path if path.exists() and not cached.exists() else cached


def get_file(
    path: str | os.PathLike[str],
    url: str,
    *,
    size: int,
    sha256: str,
    advice: str = "",
) -> Path:
    """Return where a file lies, after downloading it if it isn't there yet.

    A file that is there is taken as it is: the user may have put it there.

    Args:
        path: The file's place, as ``locate`` reads it.
        url: Where to download it.
        size: Its length in bytes.
        sha256: Its SHA-256 in hexadecimal digits.
        advice: What to do if the download fails; ends the error's message.

    Raises:
        DownloadError: If it isn't there and can't be downloaded or stored.

    Source: Keras's ``keras.utils.get_file``.

    Example:
        >>> import hashlib, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     original = Path(folder, "original.txt")
        ...     _ = original.write_bytes(b"digits")
        ...     digest = hashlib.sha256(b"digits").hexdigest()
        ...     copy = get_file(Path(folder, "copy.txt"), original.as_uri(), size=6, sha256=digest)
        ...     copy.read_bytes()
        b'digits'
    """
    target = locate(path)
    if not target.exists():
        try:
            download(url, target, size=size, sha256=sha256)
        except DownloadError as exc:
            raise DownloadError(f"{exc} {advice}".rstrip()) from exc.__cause__
    return target


def download(url: str, target: Path, *, size: int, sha256: str) -> None:
    """Fetch a file, and put it in ``target``'s place only if its size and SHA-256 are right.

    Args:
        url: Where it is.
        target: Where to put it; folders are made, a file that is there is replaced.
        size: Its length in bytes.
        sha256: Its SHA-256 in hexadecimal digits.

    Raises:
        DownloadError: If it can't be fetched or stored, or isn't the file expected. Then ``target`` is as
            it was before, and nothing else is left in its folder.

    Source: POSIX ``rename``, which replaces a file in one step.

    Example:
        >>> download("file:///no/such/file", Path("never.txt"), size=6, sha256="")
        Traceback (most recent call last):
        ...
        minigrad.errors.DownloadError: can't download file:///no/such/file: ...
    """
    import hashlib
    import uuid

    part = target.with_name(f"{target.name}.{uuid.uuid4().hex}.part")
    digest = hashlib.sha256()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with part.open("xb") as file, contextlib.closing(_blocks(url, size, target.name)) as blocks:
            for block in blocks:  # opened first: a read-only folder is told before anything is fetched
                digest.update(block)
                file.write(block)
        if digest.hexdigest() != sha256.lower():
            raise DownloadError(
                f"can't use what {url} sent: its SHA-256 is {digest.hexdigest()}, expected {sha256}."
            )
        os.replace(part, target)
    except DownloadError:
        raise
    except OSError as exc:
        raise DownloadError(
            f"can't write {target.name} in the folder {str(target.parent)!r} ({exc.strerror or exc}): "
            "make it writable, or set KERAS_HOME to a folder that is."
        ) from exc
    finally:  # an error or Ctrl-C leaves nothing behind
        with contextlib.suppress(OSError):
            part.unlink()


def _blocks(url: str, size: int, name: str) -> Generator[bytes, None, None]:
    """Yield the content of ``url`` block by block: exactly ``size`` bytes, or a DownloadError."""
    import http.client
    import urllib.error
    import urllib.request

    received = 0
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT) as response, _progress(name, size) as advance:
            while block := response.read(BLOCK):
                received += len(block)
                if received > size:
                    raise DownloadError(f"can't use what {url} sent: more than the {size} bytes expected.")
                yield block
                advance(len(block))
    except DownloadError:
        raise
    except (OSError, http.client.HTTPException) as exc:  # OSError: URLError, timeouts, broken connections
        if isinstance(exc, urllib.error.HTTPError):
            exc.close()
        reason = " ".join(str(exc).split()) or type(exc).__name__  # it may quote lines of the server
        raise DownloadError(f"can't download {url}: {reason}.") from exc
    if received < size:
        raise DownloadError(f"can't use what {url} sent: it ended after {received} of {size} bytes.")


@contextlib.contextmanager
def _progress(name: str, size: int) -> Generator[Callable[[int], object], None, None]:
    """Give a function that takes the number of new bytes, and shows a bar if a person is watching."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda count: None
        return
    from tqdm import tqdm

    with tqdm(desc=name, total=size, unit="B", unit_scale=True) as bar:
        yield bar.update
