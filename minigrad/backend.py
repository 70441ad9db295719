"""What ``keras.backend`` offers: a face only; each function's home is named by its import.

Before:  config.py, naming.py.  Next: utils/.
Source:  ``keras.backend``.
"""

from minigrad.config import epsilon, floatx, image_data_format, set_epsilon, set_floatx, set_image_data_format
from minigrad.naming import clear_session


def backend() -> str:
    """Return which of Keras's back ends this is, as ``keras.backend.backend`` does: NumPy.

    Source: ``keras.backend.backend``.

    Example:
        >>> backend()
        'numpy'
    """
    return "numpy"


__all__ = [
    "backend",
    "clear_session",
    "epsilon",
    "floatx",
    "image_data_format",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
]
