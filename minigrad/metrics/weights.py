"""The weights of samples, spread over all that each sample has.

Shapes:  weights (N,), or as y_pred -> y_pred's shape (N, ...)
Before:  metric.py.  Next: r2.py, confusion.py.
Source:  Keras's ``keras/src/metrics/metrics_utils.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autodiff.tensor import NDArray
from minigrad.errors import ShapeError


def fitted_weights(name: str, sample_weight: Any, shape: tuple[int, ...]) -> NDArray | None:
    """Return the weights in float64, broadcast to ``shape``; None for None.

    Weights of fewer axes are those of the first axes; a last axis of size 1 may be missing or too much.

    Raises:
        ShapeError: If they don't fit.

    Example:
        >>> fitted_weights("example", [1.0, 2.0], (2, 3)).tolist()
        [[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]]
    """
    if sample_weight is None:
        return None
    weights = np.asarray(sample_weight, np.float64)
    given = weights.shape
    if weights.ndim == len(shape) + 1 and given[-1] == 1:
        weights = weights.reshape(given[:-1])
    weights = weights.reshape(weights.shape + (1,) * (len(shape) - weights.ndim))
    try:
        return np.broadcast_to(weights, shape)
    except ValueError:
        raise ShapeError(
            f"{name}: sample_weight of shape {given} doesn't fit y_pred of shape {shape}: give one weight "
            "for each sample, or one for each prediction"
        ) from None
