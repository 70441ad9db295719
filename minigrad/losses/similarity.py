"""Cosine similarity: whether two vectors point the same way.

Shapes:  y_true and y_pred (N, D) -> (N,)
Before:  robust.py, ops/example_normalization.py.  Next: divergence.py.
Source:  Keras's ``keras/src/losses/losses.py``.
"""

from __future__ import annotations

from typing import Any

from numpy.typing import DTypeLike

from minigrad import ops
from minigrad.autodiff.tensor import Tensor
from minigrad.losses.inputs import matching_pair
from minigrad.losses.loss import LossFunctionWrapper
from minigrad.losses.reduction import Reduction


def cosine_similarity(y_true: Any, y_pred: Any, axis: int = -1) -> Tensor:
    """Minus the cosine of the angle between two vectors: ``L = -sum(t y) / (|t| |y|)``.

    It is -1 where they point the same way, 0 where they are orthogonal (or one of them is 0), and 1 where
    they point opposite ways. With c the cosine, ``dy = -(t / |t| - c y / |y|) / |y|``.

    Args:
        y_true: (N, D): the vectors wanted.
        y_pred: (N, D): the model's output.
        axis: The axis of a vector. Default -1.

    Returns:
        A tensor of y_pred's shape without the axis.

    Raises:
        ShapeError: If the shapes differ by more than a last axis of size 1.

    Source: ``keras.losses.cosine_similarity``.

    Example:
        >>> losses = cosine_similarity([[3.0, 4.0], [1.0, 1.0]], [[6.0, 8.0], [-1.0, -1.0]])
        >>> [round(loss, 3) for loss in losses.tolist()]
        [-1.0, 1.0]
    """
    y_true, y_pred = matching_pair("cosine_similarity", y_true, y_pred)
    return -ops.sum(ops.normalize(y_true, axis) * ops.normalize(y_pred, axis), axis)  # type: ignore[no-any-return]


class CosineSimilarity(LossFunctionWrapper):
    """Minus the cosine of the angle between two vectors: ``-sum(t y) / (|t| |y|)``.

    Args:
        axis: The axis of a vector. Default -1.
        reduction: See `Loss`.
        name: Default "cosine_similarity".
        dtype: See `Loss`.

    Source: ``keras.losses.CosineSimilarity``.

    Example:
        >>> round(CosineSimilarity()([[0.0, 1.0], [1.0, 1.0]], [[1.0, 0.0], [1.0, 1.0]]).item(), 3)
        -0.5
    """

    def __init__(
        self,
        axis: int = -1,
        reduction: Reduction | None = "sum_over_batch_size",
        name: str | None = "cosine_similarity",
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(cosine_similarity, reduction, name, dtype, axis=axis)
        self.axis = axis
