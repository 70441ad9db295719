"""Hinge losses: right by a margin is right enough.

Idea:    a support vector machine asks of a score no more than to be on the right side, and at least 1 away
         from the border. Samples that are have loss 0 and gradient 0; the others pull the border.
Shapes:  y_true and y_pred (N, D) -> (N,)
Before:  loss.py.  Next: overlap.py.
Source:  Keras's ``keras/src/losses/losses.py``; Crammer & Singer, "On the algorithmic implementation of
         multiclass kernel-based vector machines" (2001) for the categorical one.
"""

from __future__ import annotations

from typing import Any

from numpy.typing import DTypeLike

from minigrad import ops
from minigrad.autodiff.tensor import Tensor
from minigrad.losses.inputs import matching_pair
from minigrad.losses.loss import LossFunctionWrapper
from minigrad.losses.reduction import Reduction


def hinge(y_true: Any, y_pred: Any) -> Tensor:
    """How far scores are from their margin: ``L = mean(max(1 - t y, 0))`` over the last axis.

    Its derivative is ``dy = -t / D`` where ``t y <= 1``, else 0.

    Args:
        y_true: (N, D): -1 or 1. If all are 0 or 1, a 0 stands for -1.
        y_pred: (N, D): scores, such as the output of a layer without activation.

    Returns:
        A tensor of shape (N,).

    Raises:
        ShapeError: If the shapes differ by more than a last axis of size 1.

    Source: ``keras.losses.hinge``.

    Example:
        >>> hinge([[-1.0, 1.0]], [[0.5, 3.0]]).item()
        0.75
    """
    return ops.mean(_missing_margin("hinge", y_true, y_pred), -1)  # type: ignore[no-any-return]


def squared_hinge(y_true: Any, y_pred: Any) -> Tensor:
    """How far scores are from their margin, squared: ``L = mean(max(1 - t y, 0)^2)`` over the last axis.

    Its derivative is ``dy = -2 t max(1 - t y, 0) / D``.

    Args:
        y_true: (N, D): -1 or 1. If all are 0 or 1, a 0 stands for -1.
        y_pred: (N, D): scores.

    Returns:
        A tensor of shape (N,).

    Raises:
        ShapeError: If the shapes differ by more than a last axis of size 1.

    Source: ``keras.losses.squared_hinge``.

    Example:
        >>> squared_hinge([[-1.0, 1.0]], [[0.5, 3.0]]).item()
        1.125
    """
    margin = _missing_margin("squared_hinge", y_true, y_pred)
    return ops.mean(ops.square(margin), -1)  # type: ignore[no-any-return]


def _missing_margin(name: str, y_true: Any, y_pred: Any) -> Tensor:
    """Return ``max(1 - t y, 0)``."""
    y_true, y_pred = matching_pair(name, y_true, y_pred)
    labels = y_true._data
    if ((labels == 0) | (labels == 1)).all():
        y_true = 2.0 * y_true - 1.0
    return ops.maximum(1.0 - y_true * y_pred, 0.0)  # type: ignore[no-any-return]


def categorical_hinge(y_true: Any, y_pred: Any) -> Tensor:
    """By how much the best wrong class comes too close: ``L = max(wrong - right + 1, 0)``.

    ``right = sum_i t_i y_i`` is the score of the true class, ``wrong = max_i((1 - t_i) y_i)`` the highest of
    the others (or 0, if that is higher).

    Args:
        y_true: (N, C): one-hot labels.
        y_pred: (N, C): scores.

    Returns:
        A tensor of shape (N,).

    Raises:
        ShapeError: If the shapes differ by more than a last axis of size 1.

    Source: ``keras.losses.categorical_hinge``.

    Example:
        >>> categorical_hinge([[0, 1, 0], [0, 1, 0]], [[0.5, 2.0, 0.0], [0.5, 1.0, 0.0]]).tolist()
        [0.0, 0.5]
    """
    y_true, y_pred = matching_pair("categorical_hinge", y_true, y_pred)
    right = ops.sum(y_true * y_pred, -1)
    wrong = ops.max((1.0 - y_true) * y_pred, -1)
    return ops.maximum(wrong - right + 1.0, 0.0)  # type: ignore[no-any-return]


class Hinge(LossFunctionWrapper):
    """How far scores are from their margin: ``mean(max(1 - t y, 0))``, t being -1 or 1 (or 0 for -1).

    Args:
        reduction: See `Loss`.
        name: Default "hinge".
        dtype: See `Loss`.

    Source: ``keras.losses.Hinge``.

    Example:
        >>> round(Hinge()([[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]]).item(), 4)
        1.3
    """

    def __init__(
        self,
        reduction: Reduction | None = "sum_over_batch_size",
        name: str | None = "hinge",
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(hinge, reduction, name, dtype)


class SquaredHinge(LossFunctionWrapper):
    """How far scores are from their margin, squared: ``mean(max(1 - t y, 0)^2)``.

    Args:
        reduction: See `Loss`.
        name: Default "squared_hinge".
        dtype: See `Loss`.

    Source: ``keras.losses.SquaredHinge``.

    Example:
        >>> round(SquaredHinge()([[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]]).item(), 4)
        1.86
    """

    def __init__(
        self,
        reduction: Reduction | None = "sum_over_batch_size",
        name: str | None = "squared_hinge",
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(squared_hinge, reduction, name, dtype)


class CategoricalHinge(LossFunctionWrapper):
    """By how much the best wrong class comes too close: the mean of ``max(wrong - right + 1, 0)``.

    Args:
        reduction: See `Loss`.
        name: Default "categorical_hinge".
        dtype: See `Loss`.

    Source: ``keras.losses.CategoricalHinge``.

    Example:
        >>> round(CategoricalHinge()([[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]]).item(), 4)
        1.4
    """

    def __init__(
        self,
        reduction: Reduction | None = "sum_over_batch_size",
        name: str | None = "categorical_hinge",
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(categorical_hinge, reduction, name, dtype)
