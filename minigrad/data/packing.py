"""The three things that a batch is made of: inputs, targets, and how much each row counts.

Before:  data/structures.py.  Next: data/py_dataset.py.
Source:  Keras's ``keras/src/trainers/data_adapters/data_adapter_utils.py``.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any

import numpy as np

from minigrad.config import floatx
from minigrad.data.structures import form, is_structure

Batch = tuple[Any, Any, Any]


def unpack_x_y_sample_weight(data: Any) -> Batch:
    """Return ``(x, y, sample_weight)`` for data of the form x, (x,), (x, y) or (x, y, sample_weight).

    Args:
        data: What a ``train_step`` of your own was given. What is missing becomes None.

    Raises:
        ValueError: If it is a tuple or list of more than three.

    Source: ``keras.utils.unpack_x_y_sample_weight``.

    Example:
        >>> unpack_x_y_sample_weight((1, 2))
        (1, 2, None)
    """
    if not isinstance(data, tuple | list):
        return data, None, None
    if not 1 <= len(data) <= 3:
        raise ValueError(
            "data must have the form x, (x,), (x, y) or (x, y, sample_weight); "
            f"got {len(data)} parts: {form(tuple(data))}"
        )
    x, y, sample_weight = (*data, None, None)[:3]
    return x, y, sample_weight


def pack_x_y_sample_weight(x: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """Return x, (x, y) or (x, y, sample_weight), as short as it can be: what a ``train_step`` is given.

    A list or tuple of inputs without targets becomes ``(x,)``.

    Source: ``keras.utils.pack_x_y_sample_weight``.

    Example:
        >>> pack_x_y_sample_weight(1), pack_x_y_sample_weight(1, 2)
        (1, (1, 2))
    """
    if sample_weight is not None:
        return x, y, sample_weight
    if y is not None:
        return x, y
    return (x,) if isinstance(x, tuple | list) else x


def check_class_weight(name: str, class_weight: Any) -> dict[int, float]:
    """Return ``class_weight`` with integer keys.

    Raises:
        ValueError: If it is no dict, or a key is no class number, or a weight no number.
    """
    if not isinstance(class_weight, Mapping):
        raise ValueError(
            f"{name}: class_weight must be a dict such as {{0: 1.0, 1: 5.0}}; got {class_weight!r}"
        )
    checked = {}
    for key, weight in class_weight.items():
        try:
            number = int(key) if isinstance(key, str) else operator.index(key)
            checked[number] = float(weight)
        except (TypeError, ValueError):
            raise ValueError(
                f"{name}: class_weight maps class numbers to weights; got {key!r}: {weight!r}"
            ) from None
    return checked


def weights_of_classes(name: str, y: Any, class_weight: dict[int, float]) -> np.ndarray[Any, Any]:
    """Return the weight of each row's class; a class that is missing counts 1.

    Args:
        name: The method, for the error message.
        y: (N,) or (N, 1) class numbers, or (N, C) one-hot rows (also with axes between, as for steps).
        class_weight: A weight for each class number.

    Raises:
        ValueError: If there are several targets, or none, or y has numbers that are not whole.

    Source: Keras's ``class_weight_to_sample_weights``.

    Example:
        >>> weights_of_classes("fit", np.array([0, 2, 1]), {2: 5.0}).tolist()
        [1.0, 5.0, 1.0]
    """
    if y is None or is_structure(y):
        raise ValueError(f"{name}: class_weight needs a single target of class numbers or one-hot rows")
    labels = np.asarray(y)
    if labels.ndim > 1:
        labels = labels[..., 0] if labels.shape[-1] == 1 else labels.argmax(axis=-1)
    classes = labels.round().astype(np.int64)
    if np.any(classes != labels):
        wrong = labels[classes != labels].flat[0]
        raise ValueError(f"{name}: class_weight needs labels that are class numbers; y has {wrong}")
    weights = np.ones(classes.shape, floatx())
    for number, weight in class_weight.items():
        weights[classes == number] = weight
    return weights
