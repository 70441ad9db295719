"""What ``keras.utils`` offers: a face only; each function's home is named by its import.

Before:  random/, data/, utils/numerical.py, serialization.py.  Next: initializers/.
Source:  ``keras.utils``.
"""

from minigrad.data.packing import pack_x_y_sample_weight, unpack_x_y_sample_weight
from minigrad.data.py_dataset import PyDataset
from minigrad.random.seed import set_random_seed
from minigrad.serialization import (
    custom_object_scope,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)
from minigrad.utils.numerical import normalize, to_categorical

Sequence = PyDataset

__all__ = [
    "PyDataset",
    "Sequence",
    "custom_object_scope",
    "get_registered_name",
    "get_registered_object",
    "normalize",
    "pack_x_y_sample_weight",
    "register_keras_serializable",
    "set_random_seed",
    "to_categorical",
    "unpack_x_y_sample_weight",
]
