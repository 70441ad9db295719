"""What "accuracy" and "crossentropy" stand for: a matter of the shapes of labels and outputs.

Before:  losses/, metrics/.  Next: models/compiled.py.
Source:  Keras's ``keras/src/trainers/compile_utils.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

BY_SHAPE = {
    "accuracy": "accuracy",
    "acc": "accuracy",
    "crossentropy": "crossentropy",
    "ce": "crossentropy",
}


def kind_by_shape(y_true: Any, y_pred: Any) -> str:
    """Return which form of accuracy or crossentropy such labels and outputs ask for.

    Where the output's last axis is 1 it is the binary form; where the labels have fewer axes, or a last
    axis of 1, the sparse one; else the categorical.

    Example:
        >>> kind_by_shape(np.zeros(8), np.zeros((8, 10))), kind_by_shape(np.zeros((8, 1)), np.zeros((8, 1)))
        ('sparse_categorical', 'binary')
    """
    true, pred = np.shape(y_true), np.shape(y_pred)
    if not pred or pred[-1] == 1:
        return "binary"
    if len(true) < len(pred) or true[-1] == 1:
        return "sparse_categorical"
    return "categorical"


def is_by_shape(identifier: Any, *which: str) -> bool:
    """Tell whether a name is short for one of these kinds, in any letter case.

    Example:
        >>> is_by_shape("acc", "accuracy"), is_by_shape("mse", "accuracy")
        (True, False)
    """
    return isinstance(identifier, str) and BY_SHAPE.get(identifier.lower()) in which
