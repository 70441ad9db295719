"""Losses of numbers that bear a few wild values: quadratic near 0, straight lines far from it.

Idea:    squared, one measurement that is off by 100 outweighs ten thousand that are off by 1. The mean
         size does not, but has a kink at 0, where steps don't get smaller. These two have neither.
Shapes:  y_true and y_pred (N, D) -> (N,)
Before:  regression.py.  Next: similarity.py.
Source:  Keras's ``keras/src/losses/losses.py``; Huber, "Robust estimation of a location parameter" (1964).
"""

from __future__ import annotations

import math
from typing import Any

from numpy.typing import DTypeLike

from minigrad import ops
from minigrad.arguments import number
from minigrad.autodiff.tensor import Tensor
from minigrad.losses.inputs import matching_pair
from minigrad.losses.loss import LossFunctionWrapper
from minigrad.losses.reduction import Reduction


def huber(y_true: Any, y_pred: Any, delta: float = 1.0) -> Tensor:
    """Huber's loss. With ``e = y - t``, the mean over the last axis of::

        e^2 / 2                      where |e| <= delta
        delta * |e| - delta^2 / 2    elsewhere

    Its derivative is ``dy = min(max(e, -delta), delta) / D``.

    Args:
        y_true: (N, D): the values wanted.
        y_pred: (N, D): the model's output.
        delta: Where the straight lines begin; positive. Default 1.

    Returns:
        A tensor of shape (N,).

    Raises:
        ShapeError: If the shapes differ by more than a last axis of size 1.
        ValueError: If delta is not positive.

    Source: ``keras.losses.huber``.

    Example:
        >>> huber([[0.0, 0.0]], [[0.5, 4.0]]).item()  # (0.5^2 / 2 + 4 - 1 / 2) / 2
        1.8125
    """
    delta = number("huber", "delta", delta, above=0.0)
    y_true, y_pred = matching_pair("huber", y_true, y_pred)
    error = y_pred - y_true
    limited = ops.clip(error, -delta, delta)
    return ops.mean(limited * (error - 0.5 * limited), -1)  # type: ignore[no-any-return]


def log_cosh(y_true: Any, y_pred: Any) -> Tensor:
    """The logarithm of the hyperbolic cosine: ``L = mean(log(cosh(y - t)))`` over the last axis.

    For small differences e it is ``e^2 / 2``, for large ones ``|e| - log 2``. Its derivative is
    ``dy = tanh(y - t) / D``.

    Args:
        y_true: (N, D): the values wanted.
        y_pred: (N, D): the model's output.

    Returns:
        A tensor of shape (N,).

    Raises:
        ShapeError: If the shapes differ by more than a last axis of size 1.

    Source: ``keras.losses.log_cosh``.

    Example:
        >>> round(log_cosh([[0.0, 0.0]], [[0.0, 100.0]]).item(), 4)  # (100 - log 2) / 2
        49.6534
    """
    y_true, y_pred = matching_pair("log_cosh", y_true, y_pred)
    error = y_pred - y_true
    return ops.mean(error + ops.softplus(-2.0 * error) - math.log(2.0), -1)  # type: ignore[no-any-return]


class Huber(LossFunctionWrapper):
    """Huber's loss: ``e^2 / 2`` where ``|e| <= delta``, else ``delta |e| - delta^2 / 2``, with ``e = y - t``.

    Args:
        delta: Where the straight lines begin; positive. Default 1.
        reduction: See `Loss`.
        name: Default "huber_loss".
        dtype: See `Loss`.

    Raises:
        ValueError: If delta is not positive.

    Source: ``keras.losses.Huber``.

    Example:
        >>> Huber(delta=0.5)([[0.0, 0.0]], [[0.0, 4.0]]).item()
        0.9375
    """

    def __init__(
        self,
        delta: float = 1.0,
        reduction: Reduction | None = "sum_over_batch_size",
        name: str | None = "huber_loss",
        dtype: DTypeLike | None = None,
    ) -> None:
        self.delta = number("Huber", "delta", delta, above=0.0)
        super().__init__(huber, reduction, name, dtype, delta=self.delta)


class LogCosh(LossFunctionWrapper):
    """The logarithm of the hyperbolic cosine: ``mean(log(cosh(y - t)))``.

    Args:
        reduction: See `Loss`.
        name: Default "log_cosh".
        dtype: See `Loss`.

    Source: ``keras.losses.LogCosh``.

    Example:
        >>> round(LogCosh()([[0.0, 1.0], [0.0, 0.0]], [[1.0, 1.0], [0.0, 0.0]]).item(), 4)
        0.1084
    """

    def __init__(
        self,
        reduction: Reduction | None = "sum_over_batch_size",
        name: str | None = "log_cosh",
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(log_cosh, reduction, name, dtype)
