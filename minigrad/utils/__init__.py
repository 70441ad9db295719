"""What ``keras.utils`` offers: a face only; each function's home is named by its import.

Before:  random/, utils/numerical.py, serialization.py.  Next: initializers/.
Source:  ``keras.utils``.
"""

from minigrad.random.seed import set_random_seed
from minigrad.serialization import (
    custom_object_scope,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)
from minigrad.utils.numerical import normalize, to_categorical

__all__ = [
    "custom_object_scope",
    "get_registered_name",
    "get_registered_object",
    "normalize",
    "register_keras_serializable",
    "set_random_seed",
    "to_categorical",
]
