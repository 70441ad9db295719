"""The arguments of fit that say how long, and when to validate.

Before:  data/packing.py.  Next: models/training.py.
Source:  Keras's ``keras/src/trainers/trainer.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.data.packing import unpack_x_y_sample_weight


def validation_parts(data: Any) -> tuple[Any, Any, Any]:
    """Return ``validation_data`` as (x, y, sample_weight); a data set of batches is x.

    Raises:
        ValueError: If it is a tuple of another length.
    """
    if isinstance(data, tuple | list):
        if len(data) not in (2, 3):
            raise ValueError(
                "fit: validation_data must be a tuple (x, y) or (x, y, sample_weight), or a data set of "
                f"batches; got {len(data)} part(s)"
            )
        return unpack_x_y_sample_weight(data)
    return data, None, None


def has_rows(x: Any) -> bool:
    """Tell whether x is arrays, and so has a batch size, or a data set of batches."""
    return hasattr(x, "__array__") or isinstance(x, list | tuple | dict)


def check_count(name: str, argument: str, value: Any) -> None:
    """Raise unless a value is an integer >= 1.

    Raises:
        ValueError: Naming the argument.
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise ValueError(f"{name}: {argument} must be an integer >= 1; got {value!r}")


def check_frequency(frequency: Any) -> None:
    """Raise unless ``validation_freq`` is an integer >= 1 or a list of epochs.

    Raises:
        ValueError: If it isn't.
    """
    if isinstance(frequency, int) and not isinstance(frequency, bool) and frequency >= 1:
        return
    if not isinstance(frequency, list | tuple | set | range):
        raise ValueError(
            f"fit: validation_freq must be an integer >= 1 or a list of epochs; got {frequency!r}"
        )


def is_due(epoch: int, frequency: int | Sequence[int]) -> bool:
    """Tell whether an epoch (from 1) is followed by a validation.

    Example:
        >>> [is_due(epoch, 2) for epoch in (1, 2, 3)], is_due(3, [1, 3])
        ([False, True, False], True)
    """
    return epoch % frequency == 0 if isinstance(frequency, int) else epoch in frequency
