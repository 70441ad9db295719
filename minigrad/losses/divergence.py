"""Losses of distributions and of counts: Kullback-Leibler's divergence, Poisson's loss.

Idea:    both ask how improbable the truth is to who believes the output, as crossentropy does. The divergence
         leaves out what no model could know (the entropy of the truth); Poisson's loss is about how often
         something happens, where the output is the mean number of times.
Shapes:  y_true and y_pred (N, D) -> (N,)
Before:  crossentropy.py.  Next: focal.py.
Source:  Keras's ``keras/src/losses/losses.py``; Kullback & Leibler, "On information and sufficiency" (1951).
"""

from __future__ import annotations

from typing import Any

from numpy.typing import DTypeLike

from minigrad import ops
from minigrad.autodiff.tensor import Tensor
from minigrad.config import epsilon
from minigrad.losses.inputs import matching_pair
from minigrad.losses.loss import LossFunctionWrapper
from minigrad.losses.reduction import Reduction


def kl_divergence(y_true: Any, y_pred: Any) -> Tensor:
    """Kullback-Leibler's divergence: ``L = sum(t log(t / p))`` over the last axis.

    Both are kept within [epsilon, 1] (`minigrad.config.epsilon`). There, ``dp = -t / p``.

    Args:
        y_true: (N, C): the true probabilities.
        y_pred: (N, C): the predicted ones.

    Returns:
        A tensor of shape (N,).

    Raises:
        ShapeError: If the shapes differ by more than a last axis of size 1.

    Source: ``keras.losses.kl_divergence``.

    Example:
        >>> round(kl_divergence([[0.5, 0.5]], [[0.25, 0.75]]).item(), 4)
        0.1438
    """
    y_true, y_pred = matching_pair("kl_divergence", y_true, y_pred)
    y_true, y_pred = ops.clip(y_true, epsilon(), 1.0), ops.clip(y_pred, epsilon(), 1.0)
    return ops.sum(y_true * ops.log(y_true / y_pred), -1)  # type: ignore[no-any-return]


def poisson(y_true: Any, y_pred: Any) -> Tensor:
    """Poisson's loss: ``L = mean(y - t log(y + epsilon))`` over the last axis.

    But for a number that depends on t alone, it is the negative logarithm of the probability of t events
    where y are the mean. Its derivative is ``dy = (1 - t / (y + epsilon)) / D``.

    Args:
        y_true: (N, D): the counts.
        y_pred: (N, D): the predicted mean counts; positive.

    Returns:
        A tensor of shape (N,).

    Raises:
        ShapeError: If the shapes differ by more than a last axis of size 1.

    Source: ``keras.losses.poisson``.

    Example:
        >>> round(poisson([[0.0, 2.0]], [[1.0, 2.0]]).item(), 4)  # (1 + 2 - 2 log 2) / 2
        0.8069
    """
    y_true, y_pred = matching_pair("poisson", y_true, y_pred)
    return ops.mean(y_pred - y_true * ops.log(y_pred + epsilon()), -1)  # type: ignore[no-any-return]


class KLDivergence(LossFunctionWrapper):
    """Kullback-Leibler's divergence: the mean over the batch of ``sum_i t_i log(t_i / p_i)``.

    Args:
        reduction: See `Loss`.
        name: Default "kl_divergence".
        dtype: See `Loss`.

    Source: ``keras.losses.KLDivergence``.

    Example:
        >>> round(KLDivergence()([[0.5, 0.5], [0.25, 0.75]], [[0.25, 0.75], [0.25, 0.75]]).item(), 4)
        0.0719
    """

    def __init__(
        self,
        reduction: Reduction | None = "sum_over_batch_size",
        name: str | None = "kl_divergence",
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(kl_divergence, reduction, name, dtype)


class Poisson(LossFunctionWrapper):
    """Poisson's loss: ``mean(y - t log(y + epsilon))``.

    Args:
        reduction: See `Loss`.
        name: Default "poisson".
        dtype: See `Loss`.

    Source: ``keras.losses.Poisson``.

    Example:
        >>> round(Poisson()([[0.0, 1.0], [0.0, 0.0]], [[1.0, 1.0], [0.0, 0.0]]).item(), 4)
        0.5
    """

    def __init__(
        self,
        reduction: Reduction | None = "sum_over_batch_size",
        name: str | None = "poisson",
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(poisson, reduction, name, dtype)
