"""``tf.summary``: numbers and histograms to files that TensorBoard shows.

Before:  autodiff/tensor.py.  Next: examples/labs/.
Source:  TensorFlow 2's ``tf.summary``; the files are tensorboardX's.
"""

from __future__ import annotations

import contextlib
import os
import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np

from minigrad.tf.names import missing

__all__ = ["FileWriter", "create_file_writer", "histogram", "scalar"]

_writers: list[FileWriter] = []
"""Those that were made the default one, innermost last."""


class FileWriter:
    """Writes events to a file in a folder; `create_file_writer` makes one."""

    def __init__(self, logdir: str | os.PathLike[str]) -> None:
        try:
            from tensorboardX import SummaryWriter
        except ImportError:
            raise ImportError(
                "tf.summary needs tensorboardX, which is not installed: pip install minigrad[tensorboard]"
            ) from None
        self._file = SummaryWriter(os.fspath(logdir))
        weakref.finalize(self, self._file.close)  # at the latest when the program ends

    @contextlib.contextmanager
    def as_default(self) -> Iterator[FileWriter]:
        """Let `scalar` and `histogram` write here, within a ``with`` block."""
        _writers.append(self)
        try:
            yield self
        finally:
            _writers.pop()

    def flush(self) -> None:
        """Let TensorBoard see what was written; the very last events may follow a moment later."""
        self._file.flush()

    def close(self) -> None:
        """Write what is waiting, and close the file."""
        self._file.close()


def create_file_writer(logdir: str | os.PathLike[str]) -> FileWriter:
    """Return a writer of events to a new file in a folder, which is made if there is none.

    Raises:
        ImportError: If tensorboardX is not installed.

    Source: ``tf.summary.create_file_writer``.

    Example:
        >>> import minigrad.tf as tf, pathlib, tempfile
        >>> folder = pathlib.Path(tempfile.mkdtemp())
        >>> writer = tf.summary.create_file_writer(folder)
        >>> with writer.as_default():
        ...     tf.summary.scalar("loss", 0.5, step=1)
        True
        >>> writer.close()
        >>> [path.name.split(".")[0] for path in folder.iterdir()]
        ['events']
    """
    return FileWriter(logdir)


def scalar(name: str, data: Any, step: int | None = None) -> bool:
    """Write one number; return whether there is a writer to write it.

    Raises:
        ValueError: If data is more than one number, or there is no step.

    Source: ``tf.summary.scalar``.
    """
    if np.size(data) != 1:
        raise ValueError(f"tf.summary.scalar({name!r}): data must be one number; got shape {np.shape(data)}")
    return _write("scalar", name, float(np.asarray(data).item()), step)


def histogram(name: str, data: Any, step: int | None = None) -> bool:
    """Write how the elements of a tensor are distributed; return whether there is a writer to write it.

    Raises:
        ValueError: If there is no step.

    Source: ``tf.summary.histogram``.
    """
    return _write("histogram", name, np.asarray(data), step)


def _write(kind: str, name: str, data: Any, step: int | None) -> bool:
    if step is None:
        raise ValueError(f"tf.summary.{kind}({name!r}): give the step that it belongs to: step=...")
    if not _writers:
        return False
    getattr(_writers[-1]._file, f"add_{kind}")(name, data, int(step))
    return True


__getattr__ = missing("tf.summary", __all__)
