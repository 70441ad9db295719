"""What ``keras.utils`` offers: a face only; each function's home is named by its import.

Before:  random/, data/, utils/numerical.py, serialization.py.  Next: initializers/.
Source:  ``keras.utils``.
"""

from __future__ import annotations

import importlib
from typing import Any

from minigrad.data.packing import pack_x_y_sample_weight, unpack_x_y_sample_weight
from minigrad.data.py_dataset import PyDataset
from minigrad.naming import clear_session
from minigrad.random.seed import set_random_seed
from minigrad.serialization import (
    CustomObjectScope,
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)
from minigrad.utils.numerical import normalize, to_categorical

Sequence = PyDataset

_ABOVE = {  # what is built on more than this package, and where it is
    "deserialize_keras_object": "saving",
    "model_to_dot": "visualize.plot_model",
    "plot_model": "visualize.plot_model",
    "serialize_keras_object": "saving",
}


def __getattr__(name: str) -> Any:
    """Import such a name when it is first asked for."""
    if name in _ABOVE:
        return getattr(importlib.import_module(f"minigrad.{_ABOVE[name]}"), name)
    raise AttributeError(f"module 'minigrad.utils' has no attribute {name!r}; it has: {', '.join(__all__)}")


__all__ = [
    "CustomObjectScope",
    "PyDataset",
    "Sequence",
    "clear_session",
    "custom_object_scope",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "normalize",
    "pack_x_y_sample_weight",
    "register_keras_serializable",
    "set_random_seed",
    "to_categorical",
    "unpack_x_y_sample_weight",
]
