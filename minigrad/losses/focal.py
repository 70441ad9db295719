"""Focal crossentropy: what is right already hardly counts.

Idea:    where nearly all samples are easy (an object detector mostly looks at background), their many small
         losses drown those of the hard ones. So each is multiplied by ``(1 - p)^gamma``, with p the
         probability that was given to the truth.
Shapes:  y_pred (N, C), y_true (N, C) -> (N,)
Before:  crossentropy.py.  Next: margin.py.
Source:  Keras's ``keras/src/losses/losses.py``; Lin et al., "Focal loss for dense object detection" (2017).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from minigrad import ops
from minigrad.arguments import number
from minigrad.autodiff.tensor import NDArray, Tensor
from minigrad.config import epsilon
from minigrad.errors import ShapeError
from minigrad.losses.inputs import check_one_hot, matching_pair, pair, warn_of_wrong_scale
from minigrad.losses.loss import LossFunctionWrapper
from minigrad.losses.reduction import Reduction
from minigrad.shapes import normalize_axis


def binary_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """Focal crossentropy of yes or no. With p the probability of yes, the mean over the axis of::

        (1 - q)^gamma * (-t log p - (1 - t) log(1 - p)),   q = t p + (1 - t) (1 - p)

    With ``apply_class_balancing`` it is multiplied by ``t alpha + (1 - t) (1 - alpha)``, too. Smoothing by s
    makes ``t (1 - s) + s / 2`` of t.

    Args:
        y_true: 0 or 1, or probabilities between: of y_pred's shape.
        y_pred: (N, D) probabilities of yes, or logits.
        apply_class_balancing: Whether yes and no count differently. Default False.
        alpha: How much a yes counts then; a no counts ``1 - alpha``. In [0, 1]. Default 0.25.
        gamma: How little easy samples count; >= 0. Default 2; with 0 it is `binary_crossentropy`.
        from_logits: Whether y_pred is logits, which sigmoid makes probabilities of. Default False.
        label_smoothing: In [0, 1]. Default 0.
        axis: The axis over which the mean is taken. Default -1.

    Returns:
        A tensor of y_pred's shape without the axis.

    Raises:
        ShapeError: If the shapes differ by more than a last axis of size 1.
        ValueError: If alpha, gamma or label_smoothing is out of range.

    Source: ``keras.losses.binary_focal_crossentropy``.

    Example:
        >>> losses = binary_focal_crossentropy([[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]])
        >>> [round(loss, 3) for loss in losses.tolist()]
        [0.33, 0.206]
    """
    name = "binary_focal_crossentropy"
    alpha, gamma = number(name, "alpha", alpha, 0, 1), number(name, "gamma", gamma, 0)
    y_true, p = matching_pair(name, y_true, y_pred)
    warn_of_wrong_scale(name, p, from_logits, "sigmoid")
    if label_smoothing:
        label_smoothing = number(name, "label_smoothing", label_smoothing, 0, 1)
        y_true = y_true * (1.0 - label_smoothing) + 0.5 * label_smoothing
    if from_logits:
        p = ops.sigmoid(p)
    right = y_true * p + (1.0 - y_true) * (1.0 - p)
    losses = ops.power(1.0 - right, gamma) * ops.binary_crossentropy(y_true, p)
    if apply_class_balancing:
        losses = losses * (y_true * alpha + (1.0 - y_true) * (1.0 - alpha))
    return ops.mean(losses, axis)  # type: ignore[no-any-return]


def categorical_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    alpha: float | Sequence[float] = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """Focal crossentropy with one-hot labels: ``L = -sum_i alpha_i (1 - p_i)^gamma t_i log p_i``.

    Smoothing by s over C classes makes ``t (1 - s) + s / C`` of t.

    Args:
        y_true: The probabilities of the classes, such as one-hot labels: of y_pred's shape.
        y_pred: (N, C) probabilities, which are divided by their sum, or logits.
        alpha: How much the classes count: a number, or one for each class. Default 0.25.
        gamma: How little easy samples count; >= 0. Default 2.
        from_logits: Whether y_pred is logits, which softmax makes probabilities of. Default False.
        label_smoothing: In [0, 1]. Default 0.
        axis: The axis of the classes. Default -1.

    Returns:
        A tensor of y_pred's shape without the axis.

    Raises:
        ShapeError: If the shapes differ, or alpha has not as many numbers as there are classes.
        ValueError: If alpha, gamma or label_smoothing is out of range.

    Source: ``keras.losses.categorical_focal_crossentropy``.

    Example:
        >>> y_true, y_pred = [[0, 1, 0], [0, 0, 1]], [[0.05, 0.9, 0.05], [0.1, 0.85, 0.05]]
        >>> [round(loss, 4) for loss in categorical_focal_crossentropy(y_true, y_pred).tolist()]
        [0.0003, 0.6759]
    """
    name = "categorical_focal_crossentropy"
    gamma = number(name, "gamma", gamma, 0)
    y_true, p = pair(y_true, y_pred)
    check_one_hot(name, y_true, p, axis)
    warn_of_wrong_scale(name, p, from_logits, "softmax")
    weights = _class_weights(name, alpha, p, axis)
    if label_smoothing:
        label_smoothing = number(name, "label_smoothing", label_smoothing, 0, 1)
        y_true = y_true * (1.0 - label_smoothing) + label_smoothing / p.shape[axis]
    if from_logits:
        p = ops.softmax(p, axis)
    p = ops.clip(p / ops.sum(p, axis, True), epsilon(), 1.0 - epsilon())
    factors = ops.power(1.0 - p, gamma) * weights
    return -ops.sum(factors * y_true * ops.log(p), axis)  # type: ignore[no-any-return]


def _class_weights(name: str, alpha: Any, p: Tensor, axis: int) -> NDArray:
    """Return alpha as an array that broadcasts to ``p``, one element for each class or one for all."""
    weights = np.asarray(_checked_alpha(name, alpha), p.dtype)
    if weights.ndim == 0:
        return weights
    axis = normalize_axis(name, axis, p.ndim)
    if weights.shape != p.shape[axis : axis + 1]:
        raise ShapeError(
            f"{name}: alpha must be a number, or one for each of the {p.shape[axis]} classes; got {alpha!r}"
        )
    return weights.reshape(weights.shape + (1,) * (p.ndim - 1 - axis))


def _checked_alpha(name: str, alpha: Any) -> float | list[float]:
    """Return alpha as a number or a list of numbers."""
    if np.ndim(alpha) == 0:
        return number(name, "alpha", alpha, 0)
    return [number(name, "alpha", value, 0) for value in alpha]


class BinaryFocalCrossentropy(LossFunctionWrapper):
    """Focal crossentropy of yes or no: the mean crossentropy, each times ``(1 - q)^gamma``.

    Here q is the probability that was given to the truth.

    Args:
        apply_class_balancing: Whether yes counts alpha and no ``1 - alpha``. Default False.
        alpha: In [0, 1]. Default 0.25.
        gamma: How little easy samples count; >= 0. Default 2.
        from_logits: Whether y_pred is logits, which sigmoid makes probabilities of. Default False.
        label_smoothing: In [0, 1]: s makes ``t (1 - s) + s / 2`` of t. Default 0.
        axis: The axis over which each sample's mean is taken. Default -1.
        reduction: See `Loss`.
        name: Default "binary_focal_crossentropy".
        dtype: See `Loss`.

    Raises:
        ValueError: If alpha, gamma or label_smoothing is out of range.

    Source: ``keras.losses.BinaryFocalCrossentropy``.

    Example:
        >>> loss = BinaryFocalCrossentropy(gamma=3, from_logits=True)
        >>> round(loss([[0, 1], [0, 0]], [[-18.6, 0.51], [2.94, -12.8]]).item(), 3)
        0.647
    """

    def __init__(
        self,
        apply_class_balancing: bool = False,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: Reduction | None = "sum_over_batch_size",
        name: str | None = "binary_focal_crossentropy",
        dtype: DTypeLike | None = None,
    ) -> None:
        own = "BinaryFocalCrossentropy"
        self.apply_class_balancing = apply_class_balancing
        self.alpha = number(own, "alpha", alpha, 0, 1)
        self.gamma = number(own, "gamma", gamma, 0)
        self.from_logits = from_logits
        self.label_smoothing = number(own, "label_smoothing", label_smoothing, 0, 1)
        self.axis = axis
        options = {
            "apply_class_balancing": apply_class_balancing,
            "alpha": self.alpha,
            "gamma": self.gamma,
            "from_logits": from_logits,
            "label_smoothing": self.label_smoothing,
            "axis": axis,
        }
        super().__init__(binary_focal_crossentropy, reduction, name, dtype, **options)


class CategoricalFocalCrossentropy(LossFunctionWrapper):
    """Focal crossentropy with one-hot labels: the mean of ``-sum_i alpha_i (1 - p_i)^gamma t_i log p_i``.

    Args:
        alpha: How much the classes count: a number, or one for each class; >= 0. Default 0.25.
        gamma: How little easy samples count; >= 0. Default 2.
        from_logits: Whether y_pred is logits, which softmax makes probabilities of. Default False.
        label_smoothing: In [0, 1]: s makes ``t (1 - s) + s / C`` of t. Default 0.
        axis: The axis of the classes. Default -1.
        reduction: See `Loss`.
        name: Default "categorical_focal_crossentropy".
        dtype: See `Loss`.

    Raises:
        ValueError: If alpha, gamma or label_smoothing is out of range.

    Source: ``keras.losses.CategoricalFocalCrossentropy``.

    Example:
        >>> loss = CategoricalFocalCrossentropy()
        >>> round(loss([[0, 1, 0], [0, 0, 1]], [[0.05, 0.95, 0], [0.1, 0.8, 0.1]]).item(), 4)
        0.2332
    """

    def __init__(
        self,
        alpha: float | Sequence[float] = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: Reduction | None = "sum_over_batch_size",
        name: str | None = "categorical_focal_crossentropy",
        dtype: DTypeLike | None = None,
    ) -> None:
        own = "CategoricalFocalCrossentropy"
        self.alpha = _checked_alpha(own, alpha)
        self.gamma = number(own, "gamma", gamma, 0)
        self.from_logits = from_logits
        self.label_smoothing = number(own, "label_smoothing", label_smoothing, 0, 1)
        self.axis = axis
        options = {
            "alpha": self.alpha,
            "gamma": self.gamma,
            "from_logits": from_logits,
            "label_smoothing": self.label_smoothing,
            "axis": axis,
        }
        super().__init__(categorical_focal_crossentropy, reduction, name, dtype, **options)
