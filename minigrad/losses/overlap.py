"""Losses of overlap: how much of two areas is common to both.

Idea:    where the object covers a hundredth of an image, calling everything background is 99 % right. So
         what is compared is only the object's area and the predicted one: their common part against
         what either has alone.
Shapes:  y_true and y_pred (N, ...) -> one number, or one for each index of the axes that are left
Before:  loss.py.  Next: metrics/.
Source:  Keras's ``keras/src/losses/losses.py``; Milletari et al., "V-Net" (2016) for Dice; Salehi et al.,
         "Tversky loss function for image segmentation using 3D fully convolutional deep networks" (2017).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import DTypeLike

from minigrad import ops
from minigrad.arguments import number
from minigrad.autodiff.tensor import Tensor
from minigrad.config import epsilon
from minigrad.losses.inputs import matching_pair
from minigrad.losses.loss import LossFunctionWrapper
from minigrad.losses.reduction import Reduction

Axes = int | Sequence[int] | None


def dice(y_true: Any, y_pred: Any, axis: Axes = None) -> Tensor:
    """One minus Dice's coefficient: ``L = 1 - 2 sum(t y) / (sum(t) + sum(y) + epsilon)``.

    Args:
        y_true: 0 or 1, or probabilities between.
        y_pred: Probabilities, of the same shape.
        axis: The axes to sum over. Default None: all, the batch's, too, so that there is one loss only.

    Returns:
        A tensor of the axes that are left.

    Raises:
        ShapeError: If the shapes differ by more than a last axis of size 1.

    Source: ``keras.losses.dice``.

    Example:
        >>> round(dice([[1, 1, 0, 0]], [[1.0, 0.0, 0.0, 1.0]]).item(), 4)
        0.5
    """
    y_true, y_pred = matching_pair("dice", y_true, y_pred)
    common = ops.sum(y_true * y_pred, axis)
    both = ops.sum(y_true, axis) + ops.sum(y_pred, axis)
    return 1.0 - 2.0 * common / (both + epsilon())  # type: ignore[no-any-return]


def tversky(y_true: Any, y_pred: Any, alpha: float = 0.5, beta: float = 0.5, axis: Axes = None) -> Tensor:
    """One minus Tversky's index: ``L = 1 - c / (c + alpha fp + beta fn + epsilon)``.

    Here ``c = sum(t y)`` is common, ``fp = sum((1 - t) y)`` falsely predicted and ``fn = sum(t (1 - y))``
    missed. With alpha and beta 0.5 it is `dice`.

    Args:
        y_true: 0 or 1, or probabilities between.
        y_pred: Probabilities, of the same shape.
        alpha: How much it counts what was falsely predicted. Default 0.5.
        beta: How much it counts what was missed. Default 0.5.
        axis: The axes to sum over. Default None: all, the batch's, too, so that there is one loss only.

    Returns:
        A tensor of the axes that are left.

    Raises:
        ShapeError: If the shapes differ by more than a last axis of size 1.

    Source: ``keras.losses.tversky``; up to Keras 3.15 alpha and beta were exchanged there.

    Example:
        >>> round(tversky([[1, 1, 0, 0]], [[1.0, 0.0, 1.0, 1.0]], alpha=0.25, beta=0.75).item(), 4)
        0.5556
    """
    y_true, y_pred = matching_pair("tversky", y_true, y_pred)
    common = ops.sum(y_true * y_pred, axis)
    false = ops.sum((1.0 - y_true) * y_pred, axis)
    missed = ops.sum(y_true * (1.0 - y_pred), axis)
    union = common + alpha * false + beta * missed + epsilon()
    return 1.0 - common / union  # type: ignore[no-any-return]


def _plain_axes(axis: Axes) -> int | list[int] | None:
    """Return axes in a form that JSON can hold."""
    return axis if axis is None or isinstance(axis, int) else list(axis)


class Dice(LossFunctionWrapper):
    """One minus Dice's coefficient: ``1 - 2 sum(t y) / (sum(t) + sum(y))``.

    Args:
        reduction: See `Loss`.
        name: Default "dice".
        axis: The axes to sum over. Default None: all, the batch's, too, so that there is one loss only.
        dtype: See `Loss`.

    Source: ``keras.losses.Dice``.

    Example:
        >>> y_true, y_pred = [[[1, 1], [0, 0]], [[1, 1], [0, 0]]], [[[0, 1], [0, 1]], [[0.4, 0], [0, 0.9]]]
        >>> [round(loss, 4) for loss in Dice(axis=(1, 2), reduction=None)(y_true, y_pred).tolist()]
        [0.5, 0.7576]
    """

    def __init__(
        self,
        reduction: Reduction | None = "sum_over_batch_size",
        name: str | None = "dice",
        axis: Axes = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        self.axis = _plain_axes(axis)
        super().__init__(dice, reduction, name, dtype, axis=self.axis)


class Tversky(LossFunctionWrapper):
    """One minus Tversky's index: `Dice` that weighs false areas (alpha) and missed ones (beta).

    Args:
        alpha: How much it counts what was falsely predicted; >= 0. Default 0.5.
        beta: How much it counts what was missed; >= 0. Default 0.5.
        reduction: See `Loss`.
        name: Default "tversky".
        axis: The axes to sum over. Default None: all, the batch's, too, so that there is one loss only.
        dtype: See `Loss`.

    Raises:
        ValueError: If alpha or beta is negative.

    Source: ``keras.losses.Tversky``.

    Example:
        >>> loss = Tversky(alpha=0.25, beta=0.75)
        >>> round(loss([[1, 1, 0, 0]], [[1.0, 0.0, 1.0, 1.0]]).item(), 4)
        0.5556
    """

    def __init__(
        self,
        alpha: float = 0.5,
        beta: float = 0.5,
        reduction: Reduction | None = "sum_over_batch_size",
        name: str | None = "tversky",
        axis: Axes = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        self.alpha = number("Tversky", "alpha", alpha, 0)
        self.beta = number("Tversky", "beta", beta, 0)
        self.axis = _plain_axes(axis)
        super().__init__(tversky, reduction, name, dtype, alpha=self.alpha, beta=self.beta, axis=self.axis)
