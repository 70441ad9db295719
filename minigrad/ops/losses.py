"""Crossentropies: how far predicted probabilities are from the true ones.

Idea:    ``-sum t log p`` measures how surprising the truth t is to who believes p. Together with the softmax
         or sigmoid that made p, its derivative is the simplest there is: ``p - t``. So from logits, both
         are one op: neither a rounded probability nor its logarithm is ever taken.
Shapes:  target and output (N, C) -> (N,); binary: any shape -> the same
Before:  ops/probabilities.py.  Next: ops/normalization.py.
Source:  ``keras.ops.categorical_crossentropy``, ``sparse_categorical_crossentropy``, ``binary_crossentropy``;
         lecture, "Softmax and cross entropy".
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.config import epsilon
from minigrad.errors import ShapeError
from minigrad.ops.activation import sigmoid
from minigrad.ops.elementwise import divide, multiply, subtract
from minigrad.ops.indexing import take_along_axis
from minigrad.ops.math import exp, log
from minigrad.ops.probabilities import log_softmax, log_softmax_array
from minigrad.ops.reduction import sum
from minigrad.ops.reshape import expand_dims, squeeze
from minigrad.ops.selection import clip
from minigrad.shapes import Shape, normalize_axis


def categorical_crossentropy(target: Any, output: Any, from_logits: bool = False, axis: int = -1) -> Any:
    """Crossentropy with target probabilities: ``L = -sum_i t_i log p_i``.

    With ``p = softmax(output)``, ``doutput = (p sum t - t) g`` and ``dtarget = -log p g``.

    Args:
        target: The true probabilities, such as one-hot labels.
        output: Of target's shape: probabilities, which are divided by their sum and kept within
            [epsilon, 1 - epsilon], or logits.
        from_logits: Whether output is logits, which softmax turns into probabilities. Default False.
        axis: The axis of the classes. Default -1.

    Returns:
        A tensor of that shape without the axis.

    Raises:
        ShapeError: If the shapes differ, or the axis is out of range.

    Source: ``keras.ops.categorical_crossentropy``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.categorical_crossentropy([[0.0, 1.0]], mg.Tensor([[0.5, 0.5]]))
        Tensor([0.6931472], shape=(1,), dtype=float32)
        >>> mg.ops.categorical_crossentropy([[0.0, 1.0]], mg.Tensor([[1000.0, 0.0]]), from_logits=True)
        Tensor([1000.], shape=(1,), dtype=float32)
    """
    shape = _same_shape("categorical_crossentropy", target, output)
    axis = normalize_axis("categorical_crossentropy", axis, len(shape))
    if from_logits:
        return _softmax_crossentropy(target, output, axis)
    return -sum(multiply(target, log(_probabilities(output, axis))), axis)


@differentiable
def _softmax_crossentropy(target: Array, logits: Array, axis: int) -> Any:
    """From logits: ``L = -sum_i t_i log p_i`` with ``p = softmax(logits)``.

    ``dlogits = (p sum t - t) g`` (for targets that sum to 1, ``p - t``) and ``dtarget = -log p g``.
    """
    log_p = log_softmax_array(logits, axis)
    return -np.sum(target * log_p, axis=axis)


@_softmax_crossentropy.vjp
def _(g: Any, target: Any, logits: Any, axis: Any, needs: Any) -> Any:
    log_p = log_softmax(logits, axis)
    g = expand_dims(g, axis)
    return (
        -log_p * g if needs[0] else None,
        (exp(log_p) * sum(target, axis, True) - target) * g if needs[1] else None,
    )


def sparse_categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Any:
    """Crossentropy with target labels: ``L = -log p_t``, t being the number of the true class.

    With ``p = softmax(output)``, ``doutput_i = (p_i - (1 if i = t else 0)) g``.

    Args:
        target: Integers from 0 to C - 1, of output's shape without the axis, or with 1 in its place.
        output: Probabilities, which are divided by their sum and kept within [epsilon, 1 - epsilon], or
            logits.
        from_logits: Whether output is logits, which softmax turns into probabilities. Default False.
        axis: The axis of the C classes. Default -1.

    Returns:
        A tensor of output's shape without the axis.

    Raises:
        ShapeError: If the shapes don't fit each other, or the axis is out of range.
        ValueError: If a label is no integer or not below C.

    Source: ``keras.ops.sparse_categorical_crossentropy``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.sparse_categorical_crossentropy([1], mg.Tensor([[0.5, 0.5]]))
        Tensor([0.6931472], shape=(1,), dtype=float32)
    """
    name = "sparse_categorical_crossentropy"
    shape = _shape(output)
    axis = normalize_axis(name, axis, len(shape))
    labels = _labels(name, target, shape, axis)
    if from_logits:
        return _sparse_softmax_crossentropy(labels, output, axis)
    true = take_along_axis(_probabilities(output, axis), np.expand_dims(labels, axis), axis)
    return -squeeze(log(true), axis)


@differentiable
def _sparse_softmax_crossentropy(labels: Any, logits: Array, axis: int) -> Any:
    """From logits, with labels that were checked: ``L = -log p_t`` with ``p = softmax(logits)``.

    ``dlogits_i = (p_i - (1 if i = t else 0)) g``
    """
    log_p = log_softmax_array(logits, axis)
    return -np.take_along_axis(log_p, np.expand_dims(labels, axis), axis).squeeze(axis)


@_sparse_softmax_crossentropy.vjp
def _(g: Any, labels: Any, logits: Any, axis: Any) -> Any:
    truth = np.zeros(logits.shape, logits.dtype)
    np.put_along_axis(truth, np.expand_dims(labels, axis), 1, axis)
    return (exp(log_softmax(logits, axis)) - truth) * expand_dims(g, axis)


def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Any:
    """Crossentropy of yes or no, element by element: ``L = -t log p - (1 - t) log(1 - p)``.

    With ``p = sigmoid(output)``, ``doutput = (p - t) g`` and ``dtarget = -output g``.

    Args:
        target: The true probabilities of yes: 0 or 1, or between.
        output: Of target's shape: probabilities, which are kept within [epsilon, 1 - epsilon], or logits.
        from_logits: Whether output is logits, which sigmoid turns into probabilities. Default False.

    Returns:
        A tensor of that shape: no mean is taken.

    Raises:
        ShapeError: If the shapes differ.

    Source: ``keras.ops.binary_crossentropy``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.binary_crossentropy([1.0, 0.0], mg.Tensor([0.5, 0.75]))
        Tensor([0.6931472, 1.3862944], shape=(2,), dtype=float32)
        >>> mg.ops.binary_crossentropy([1.0, 0.0], mg.Tensor([-1000.0, -1000.0]), from_logits=True)
        Tensor([1000.,    0.], shape=(2,), dtype=float32)
    """
    _same_shape("binary_crossentropy", target, output)
    if from_logits:
        return _sigmoid_crossentropy(target, output)
    p = clip(output, epsilon(), 1.0 - epsilon())
    return -(multiply(target, log(p)) + subtract(1.0, target) * log(1.0 - p))


@differentiable
def _sigmoid_crossentropy(target: Array, logits: Array) -> Any:
    """From logits x: ``L = max(x, 0) - t x + log(1 + exp(-|x|))``, which is stable for any x.

    ``dlogits = (sigmoid(x) - t) g`` and ``dtarget = -x g``.
    """
    return np.maximum(logits, 0) - target * logits + np.log1p(np.exp(-np.abs(logits)))


@_sigmoid_crossentropy.vjp
def _(g: Any, target: Any, logits: Any, needs: Any) -> Any:
    return (
        -logits * g if needs[0] else None,
        (sigmoid(logits) - target) * g if needs[1] else None,
    )


# -- what they share -----------------------------------------------------------------------------


def _probabilities(output: Any, axis: int) -> Any:
    """Return ``output`` divided by its sum, and kept away from 0 and 1, where the logarithm is not finite."""
    return clip(divide(output, sum(output, axis, True)), epsilon(), 1.0 - epsilon())


def _shape(x: Any) -> Shape:
    return x.shape if hasattr(x, "shape") else np.shape(x)  # NumPy's own question to a Tensor is slow


def _same_shape(name: str, target: Any, output: Any) -> Shape:
    """Return the common shape.

    Raises:
        ShapeError: If there is none.
    """
    shape, other = _shape(output), _shape(target)
    if shape != other:
        hint = "; integer labels belong to sparse_categorical_crossentropy" if len(other) < len(shape) else ""
        hint = hint if name == "categorical_crossentropy" else ""
        raise ShapeError(f"{name}: target and output must have one shape; got {other} and {shape}{hint}")
    return shape


def _labels(name: str, target: Any, shape: Shape, axis: int) -> Any:
    """Return the labels as integers of ``shape`` without the axis.

    Raises:
        ShapeError: If they have another shape.
        ValueError: If one is no integer or out of range.
    """
    labels = np.asarray(target)
    if labels.ndim == len(shape) and labels.shape[axis] == 1:
        labels = labels.squeeze(axis)
    expected = shape[:axis] + shape[axis + 1 :]
    if labels.shape != expected:
        hint = "; one-hot labels belong to categorical_crossentropy" if labels.shape == shape else ""
        raise ShapeError(
            f"{name}: for output of shape {shape}, target must be labels of shape {expected}; "
            f"got shape {np.shape(target)}{hint}"
        )
    classes = shape[axis]
    wrong = ~((labels >= 0) & (labels < classes))  # this way round, a NaN is wrong, too
    if labels.dtype.kind == "f":
        wrong |= labels != np.floor(labels)
    if wrong.any():
        position = tuple(map(int, np.argwhere(wrong)[0]))
        one = classes == 1
        raise ValueError(
            f"{name}: labels must be integers from 0 to {classes - 1}, as the output has {classes} "
            f"{'class' if one else 'classes'}; the label at position {position} is {labels[position]:g}"
            + ("; for yes or no use binary_crossentropy" if one else "")
        )
    return labels.astype(np.intp, copy=False)
