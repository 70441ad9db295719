"""State in HDF5, as Keras has it: at each path a group "vars", in which are arrays called 0, 1, ...

Before:  saving/state.py.  Next: saving/archive.py.
Source:  ``H5IOStore`` in Keras's ``keras/src/saving/saving_lib.py``; https://docs.h5py.org.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.errors import DataFileError
from minigrad.saving.state import Arrays, Part, own_state

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_SMALL = 2**24  # bytes of an array that are read without asking how many are stored
_EXPANSION = 1000  # more than compression yields


def import_h5py(purpose: str) -> Any:
    """Return the module h5py.

    Raises:
        ImportError: If it isn't installed; it says what to do.
    """
    try:
        import h5py
    except ImportError:
        raise ImportError(
            f"{purpose} needs h5py: pip install minigrad[hdf5] (weights alone can go to an .npz file, which "
            "needs nothing)"
        ) from None
    return h5py


def to_hdf5(parts: list[Part], variables: Any) -> bytes:
    """Return an HDF5 file with the arrays of all parts.

    Args:
        parts: What the model consists of.
        variables: Its trainable variables, to which an optimizer's state belongs.
    """
    h5py = import_h5py("writing .keras and .weights.h5 files")
    with h5py.File("weights", "w", driver="core", backing_store=False) as file:
        for path, owner in parts:
            group = file.create_group(f"{path}/vars" if path else "vars")
            group.attrs["name"] = owner.name
            for name, array in own_state(owner, variables).items():
                group.create_dataset(name, data=array)
        file.flush()
        image: bytes = file.id.get_file_image()
    return image


def from_hdf5(name: str, content: bytes) -> dict[str, Arrays]:
    """Return the arrays of an HDF5 file by their paths.

    Args:
        name: What to call the file in errors.
        content: The file.

    Raises:
        DataFileError: If it is damaged, holds anything but groups and arrays of numbers, points to other
            files, or unfolds to far more than it has.
    """
    h5py = import_h5py(f"reading {name}")
    if not content.startswith(_SIGNATURE):
        raise DataFileError(f"{name} is {'empty' if not content else 'no HDF5 file'}")
    try:
        with h5py.File(h5py.h5f.open_file_image(content)) as file:
            return _Reader(h5py, name).read(file)
    except DataFileError:
        raise
    except Exception as error:  # whatever h5py makes of bytes that are not what they should be
        raise DataFileError(f"{name} is truncated or damaged ({error})") from None


class _Reader:
    """Reads all arrays of a file, and follows no links."""

    def __init__(self, h5py: Any, name: str) -> None:
        self.h5py, self.name = h5py, name
        self.stores: dict[str, Arrays] = {}
        self.met: set[Any] = set()

    def read(self, file: Any) -> dict[str, Arrays]:
        """Return the arrays of the file by their paths."""
        if "layer_names" in file.attrs or "model_weights" in file:
            raise DataFileError(
                f"{self.name} is of Keras's older .h5 form, which can't be read here: open it with Keras, "
                "and save it as .keras or .weights.h5"
            )
        stack = [("", file)]
        while stack:
            path, group = stack.pop()
            where = self.h5py.h5o.get_info(group.id)
            if (where.fileno, where.addr) in self.met:
                raise DataFileError(f"{self.name}: its group {path!r} is part of itself, or there twice")
            self.met.add((where.fileno, where.addr))
            for key in group:
                link = group.get(key, getlink=True)
                if not isinstance(link, self.h5py.HardLink):
                    kind = type(link).__name__
                    raise DataFileError(
                        f"{self.name}: {path}/{key} is a link to another place ({kind}), which isn't followed"
                    )
                one = group[key]
                if isinstance(one, self.h5py.Group):
                    stack.append((f"{path}/{key}" if path else key, one))
                else:
                    self._add(path, key, one)
        return self.stores

    def _add(self, path: str, key: str, dataset: Any) -> None:
        if not isinstance(dataset, self.h5py.Dataset) or path.rsplit("/", 1)[-1] != "vars":
            raise DataFileError(f"{self.name}: {path}/{key} is nothing that a file of weights has")
        whose = path.removesuffix("vars").removesuffix("/")
        self.stores.setdefault(whose, {})[key] = self._array(f"{path}/{key}", dataset)

    def _array(self, path: str, dataset: Any) -> np.ndarray[Any, Any]:
        if dataset.external or dataset.is_virtual:
            raise DataFileError(f"{self.name}: the numbers of {path} are in another file, which isn't opened")
        if dataset.shape is None or dataset.dtype.kind not in "fiub":
            raise DataFileError(f"{self.name}: {path} is {dataset.dtype}, and not numbers")
        size = math.prod(dataset.shape) * dataset.dtype.itemsize
        stored = dataset.id.get_storage_size()
        if size > _SMALL and size > _EXPANSION * stored:
            raise DataFileError(
                f"{self.name}: {path} of shape {dataset.shape} would take {size} bytes, of which the file "
                f"has {stored}: it is no file of weights"
            )
        return np.asarray(dataset[()])
