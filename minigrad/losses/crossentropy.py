"""Crossentropy: how surprised the predicted probabilities are by the truth.

Idea:    a classifier should give the true class a high probability p; ``-log p`` is 0 where p is 1 and grows
         without bound where the model was sure of something else.
Shapes:  y_pred (N, C), y_true (N, C) one-hot or (N,) integers -> (N,)
Before:  loss.py, ops/losses.py (the arithmetic and its derivative).  Next: regression.py.
Source:  Keras's ``keras/src/losses/losses.py``; lecture, "Softmax classifier".
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from minigrad import ops
from minigrad.arguments import number
from minigrad.autodiff.tensor import NDArray, Tensor
from minigrad.errors import LikelyMistakeWarning
from minigrad.losses.inputs import (
    as_floats,
    check_one_hot,
    check_same_shape,
    check_sparse,
    pair,
    squeeze_or_expand_to_same_rank,
    warn_of_other_labels,
    warn_of_wrong_scale,
)
from minigrad.losses.loss import LossFunctionWrapper
from minigrad.losses.reduction import Reduction


def categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> Tensor:
    """Crossentropy with one-hot labels: ``L = -sum_i t_i log p_i``.

    Smoothing by s over C classes makes ``t (1 - s) + s / C`` of t.

    Args:
        y_true: The probabilities of the classes, such as one-hot labels: of y_pred's shape.
        y_pred: (N, C) probabilities, which are divided by their sum, or logits.
        from_logits: Whether y_pred is logits, which softmax makes probabilities of. Default False.
        label_smoothing: In [0, 1]. Default 0.
        axis: The axis of the classes. Default -1.

    Returns:
        A tensor of y_pred's shape without the axis.

    Raises:
        ShapeError: If the shapes differ.
        ValueError: If label_smoothing is out of range.

    Source: ``keras.losses.categorical_crossentropy``.

    Example:
        >>> losses = categorical_crossentropy([[0, 1, 0], [0, 0, 1]], [[0.05, 0.95, 0], [0.1, 0.8, 0.1]])
        >>> [round(loss, 3) for loss in losses.tolist()]
        [0.051, 2.303]
    """
    name = "categorical_crossentropy"
    y_true, y_pred = pair(y_true, y_pred)
    check_one_hot(name, y_true, y_pred, axis, "SparseCategoricalCrossentropy")
    classes = y_pred.shape[axis]
    if classes == 1:
        warnings.warn(
            f"{name}: y_pred has one class only (shape {y_pred.shape}), so its probability is always 1; "
            "for yes-or-no labels use BinaryCrossentropy",
            LikelyMistakeWarning,
            stacklevel=2,
        )
    warn_of_wrong_scale(name, y_pred, from_logits, "softmax")
    if label_smoothing:
        label_smoothing = number(name, "label_smoothing", label_smoothing, 0, 1)
        y_true = y_true * (1.0 - label_smoothing) + label_smoothing / classes
    return ops.categorical_crossentropy(y_true, y_pred, from_logits, axis)  # type: ignore[no-any-return]


def sparse_categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, ignore_class: int | None = None, axis: int = -1
) -> Tensor:
    """Crossentropy with integer labels: ``L = -log p_t``.

    Args:
        y_true: (N,) or (N, 1): the number of the true class, from 0 to C - 1.
        y_pred: (N, C) probabilities, which are divided by their sum, or logits.
        from_logits: Whether y_pred is logits, which softmax makes probabilities of. Default False.
        ignore_class: A label (it need not be that of a class) whose samples have loss 0 and gradient 0.
            Default None.
        axis: The axis of the classes. Default -1.

    Returns:
        A tensor of y_pred's shape without the axis.

    Raises:
        ShapeError: If the shapes don't fit each other.
        ValueError: If a label is not that of a class.

    Source: ``keras.losses.sparse_categorical_crossentropy``.

    Example:
        >>> losses = sparse_categorical_crossentropy([1, 2], [[0.05, 0.95, 0], [0.1, 0.8, 0.1]])
        >>> [round(loss, 3) for loss in losses.tolist()]
        [0.051, 2.303]
    """
    name = "sparse_categorical_crossentropy"
    y_pred = as_floats(y_pred)
    labels = np.asarray(y_true)
    check_sparse(name, labels, y_pred, axis, "CategoricalCrossentropy")
    warn_of_wrong_scale(name, y_pred, from_logits, "softmax")
    if ignore_class is None:
        return ops.sparse_categorical_crossentropy(labels, y_pred, from_logits, axis)  # type: ignore[no-any-return]
    if labels.ndim == y_pred.ndim:
        labels = labels.squeeze(axis)
    counts = labels != ignore_class
    y_pred = ops.where(np.expand_dims(counts, axis), y_pred, 1.0)  # whatever is there must not matter
    losses = ops.sparse_categorical_crossentropy(np.where(counts, labels, 0), y_pred, from_logits, axis)
    return ops.where(counts, losses, 0.0)  # type: ignore[no-any-return]


def binary_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> Tensor:
    """Crossentropy of yes or no: ``L = mean(-t log p - (1 - t) log(1 - p))`` over the axis.

    Smoothing by s makes ``t (1 - s) + s / 2`` of t.

    Args:
        y_true: 0 or 1, or probabilities between: of y_pred's shape.
        y_pred: (N, D) probabilities of yes, or logits.
        from_logits: Whether y_pred is logits, which sigmoid makes probabilities of. Default False.
        label_smoothing: In [0, 1]. Default 0.
        axis: The axis over which the mean is taken. Default -1.

    Returns:
        A tensor of y_pred's shape without the axis.

    Raises:
        ShapeError: If the shapes differ by more than a last axis of size 1.
        ValueError: If label_smoothing is out of range.

    Source: ``keras.losses.binary_crossentropy``.

    Example:
        >>> losses = binary_crossentropy([[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]])
        >>> [round(loss, 3) for loss in losses.tolist()]
        [0.916, 0.714]
    """
    name = "binary_crossentropy"
    y_true, y_pred = squeeze_or_expand_to_same_rank(*pair(y_true, y_pred))
    hint = ""
    if y_true.ndim < y_pred.ndim or y_true.shape[-1:] == (1,):
        hint = ": for one label out of several classes use SparseCategoricalCrossentropy"
    check_same_shape(name, y_true, y_pred, hint)
    warn_of_wrong_scale(name, y_pred, from_logits, "sigmoid")
    warn_of_other_labels(name, y_true)
    if label_smoothing:
        label_smoothing = number(name, "label_smoothing", label_smoothing, 0, 1)
        y_true = y_true * (1.0 - label_smoothing) + 0.5 * label_smoothing
    return ops.mean(ops.binary_crossentropy(y_true, y_pred, from_logits), axis)  # type: ignore[no-any-return]


class CategoricalCrossentropy(LossFunctionWrapper):
    """Crossentropy with one-hot labels: the mean over the batch of ``-sum_i t_i log p_i``.

    Args:
        from_logits: Whether y_pred is logits, which softmax makes probabilities of. Default False.
        label_smoothing: In [0, 1]: s makes ``t (1 - s) + s / C`` of t. Default 0.
        axis: The axis of the classes. Default -1.
        reduction: See `Loss`.
        name: Default "categorical_crossentropy".
        dtype: See `Loss`.

    Raises:
        ValueError: If label_smoothing is out of range.

    Source: ``keras.losses.CategoricalCrossentropy``.

    Example:
        >>> loss = CategoricalCrossentropy()
        >>> round(loss([[0, 1, 0], [0, 0, 1]], [[0.05, 0.95, 0], [0.1, 0.8, 0.1]]).item(), 3)
        1.177
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: Reduction | None = "sum_over_batch_size",
        name: str | None = "categorical_crossentropy",
        dtype: DTypeLike | None = None,
    ) -> None:
        label_smoothing = number("CategoricalCrossentropy", "label_smoothing", label_smoothing, 0, 1)
        options = {"from_logits": from_logits, "label_smoothing": label_smoothing, "axis": axis}
        super().__init__(categorical_crossentropy, reduction, name, dtype, **options)
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis


class SparseCategoricalCrossentropy(LossFunctionWrapper):
    """Crossentropy with integer labels: the mean over the batch of ``-log p_t``.

    Args:
        from_logits: Whether y_pred is logits, which softmax makes probabilities of. Default False.
        ignore_class: A label whose samples don't count, neither in the sum nor in the number that it is
            divided by. Default None.
        reduction: See `Loss`.
        axis: The axis of the classes. Default -1.
        name: Default "sparse_categorical_crossentropy".
        dtype: See `Loss`.

    Source: ``keras.losses.SparseCategoricalCrossentropy``.

    Example:
        >>> loss = SparseCategoricalCrossentropy()
        >>> round(loss([1, 2], [[0.05, 0.95, 0], [0.1, 0.8, 0.1]]).item(), 3)
        1.177
    """

    integer_labels = True

    def __init__(
        self,
        from_logits: bool = False,
        ignore_class: int | None = None,
        reduction: Reduction | None = "sum_over_batch_size",
        axis: int = -1,
        name: str | None = "sparse_categorical_crossentropy",
        dtype: DTypeLike | None = None,
    ) -> None:
        options = {"from_logits": from_logits, "ignore_class": ignore_class, "axis": axis}
        super().__init__(sparse_categorical_crossentropy, reduction, name, dtype, **options)
        self.from_logits = from_logits
        self.ignore_class = ignore_class
        self.axis = axis

    def mask(self, y_true: Tensor) -> NDArray | None:
        """Return which samples count."""
        return None if self.ignore_class is None else np.asarray(y_true._data != self.ignore_class)


class BinaryCrossentropy(LossFunctionWrapper):
    """Crossentropy of yes or no: the mean of ``-t log p - (1 - t) log(1 - p)``.

    Args:
        from_logits: Whether y_pred is logits, which sigmoid makes probabilities of. Default False.
        label_smoothing: In [0, 1]: s makes ``t (1 - s) + s / 2`` of t. Default 0.
        axis: The axis over which each sample's mean is taken. Default -1.
        reduction: See `Loss`.
        name: Default "binary_crossentropy".
        dtype: See `Loss`.

    Raises:
        ValueError: If label_smoothing is out of range.

    Source: ``keras.losses.BinaryCrossentropy``.

    Example:
        >>> loss = BinaryCrossentropy(from_logits=True)
        >>> round(loss([[0, 1], [0, 0]], [[-18.6, 0.51], [2.94, -12.8]]).item(), 3)
        0.865
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: Reduction | None = "sum_over_batch_size",
        name: str | None = "binary_crossentropy",
        dtype: DTypeLike | None = None,
    ) -> None:
        label_smoothing = number("BinaryCrossentropy", "label_smoothing", label_smoothing, 0, 1)
        options = {"from_logits": from_logits, "label_smoothing": label_smoothing, "axis": axis}
        super().__init__(binary_crossentropy, reduction, name, dtype, **options)
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis
