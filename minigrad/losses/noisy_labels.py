"""A crossentropy that wrong labels can't dominate.

Idea:    ``-log p`` grows without bound where a label contradicts the model, so that a few wrong labels rule
         the training. ``(1 - p^q) / q`` is at most 1/q: q near 0 gives crossentropy, 1 the absolute error.
Shapes:  y_pred (N, C), y_true (N,) integers -> (N,)
Before:  crossentropy.py.  Next: focal.py.
Source:  Keras's ``keras/src/losses/losses.py``; Zhang & Sabuncu, "Generalized cross entropy loss for training
         deep neural networks with noisy labels" (2018).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from minigrad import ops
from minigrad.arguments import number
from minigrad.autodiff.tensor import Tensor
from minigrad.losses.inputs import as_floats, check_sparse
from minigrad.losses.loss import LossFunctionWrapper
from minigrad.losses.reduction import Reduction


def categorical_generalized_cross_entropy(y_true: Any, y_pred: Any, q: float) -> Tensor:
    """Crossentropy that is bounded: ``L = (1 - p_t^q) / q``, with derivative ``dp_t = -p_t^(q - 1)``.

    Args:
        y_true: (N,) or (N, 1): the number of the true class, from 0 to C - 1.
        y_pred: (N, C): probabilities.
        q: Between 0 and 1: small for crossentropy, large for robustness.

    Returns:
        A tensor of shape (N,).

    Raises:
        ShapeError: If the shapes don't fit each other.
        ValueError: If q is out of range.

    Source: ``keras.losses.categorical_generalized_cross_entropy``.

    Example:
        >>> losses = categorical_generalized_cross_entropy([0, 1], [[0.64, 0.36], [0.75, 0.25]], q=0.5)
        >>> [round(loss, 2) for loss in losses.tolist()]
        [0.4, 1.0]
    """
    name = "categorical_generalized_cross_entropy"
    q = number(name, "q", q, above=0.0, below=1.0)
    y_pred = as_floats(y_pred)
    labels = np.asarray(y_true)
    check_sparse(name, labels, y_pred, -1, "CategoricalCrossentropy")
    chosen = ops.one_hot(labels.reshape(y_pred.shape[:-1]).astype(np.int64), y_pred.shape[-1])
    p = ops.sum(y_pred * chosen, axis=-1)
    return (1.0 - ops.power(p, q)) / q  # type: ignore[no-any-return]


class CategoricalGeneralizedCrossEntropy(LossFunctionWrapper):
    """Crossentropy that is bounded, for labels some of which are wrong: ``(1 - p_t^q) / q``.

    Args:
        q: Between 0 and 1: small for crossentropy, large for robustness. Default 0.5.
        reduction: See `Loss`.
        name: Default "categorical_generalized_cross_entropy".
        dtype: See `Loss`.

    Raises:
        ValueError: If q is out of range.

    Source: ``keras.losses.CategoricalGeneralizedCrossEntropy``.

    Example:
        >>> round(CategoricalGeneralizedCrossEntropy()([0, 1], [[0.64, 0.36], [0.75, 0.25]]).item(), 2)
        0.7
    """

    def __init__(
        self,
        q: float = 0.5,
        reduction: Reduction | None = "sum_over_batch_size",
        name: str | None = "categorical_generalized_cross_entropy",
        dtype: DTypeLike | None = None,
    ) -> None:
        self.q = number(type(self).__name__, "q", q, above=0.0, below=1.0)
        super().__init__(categorical_generalized_cross_entropy, reduction, name, dtype, q=self.q)
