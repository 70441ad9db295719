"""What a loss is given: made to tensors of one dtype and rank, and checked against each other.

Idea:    labels of the wrong form are the commonest mistake there is, and broadcasting hides it: (100,)
         against (100, 1) would give 10,000 differences. So nothing here broadcasts; an error says what
         to do.
Before:  ops/.  Next: reduction.py (weights), crossentropy.py, regression.py.
Source:  Keras's ``squeeze_or_expand_to_same_rank`` in ``keras/src/losses/loss.py``.
"""

from __future__ import annotations

import warnings
from typing import Any

from numpy.typing import DTypeLike

from minigrad import ops
from minigrad.autodiff.tensor import Tensor, op_name
from minigrad.config import floatx
from minigrad.errors import LikelyMistakeWarning, ShapeError
from minigrad.shapes import normalize_axis


def as_floats(x: Any, dtype: DTypeLike | None = None) -> Tensor:
    """Return ``x`` as a tensor of ``dtype``; of its own float type (or `floatx`) by default.

    Example:
        >>> as_floats([1, 0])
        Tensor([1., 0.], shape=(2,), dtype=float32)
    """
    if dtype is None:
        given = getattr(x, "dtype", None)
        dtype = given if given is not None and given.kind == "f" else floatx()
    return ops.convert_to_tensor(x, dtype)  # type: ignore[no-any-return]


def pair(y_true: Any, y_pred: Any) -> tuple[Tensor, Tensor]:
    """Return both as tensors of y_pred's float type."""
    y_pred = as_floats(y_pred)
    return as_floats(y_true, y_pred.dtype), y_pred


def squeeze_or_expand_to_same_rank(x1: Any, x2: Any, expand_rank_1: bool = True) -> tuple[Any, Any]:
    """Return both with the same rank, if a last axis of size 1 is all that one has more.

    Args:
        x1: A tensor or an array.
        x2: Likewise.
        expand_rank_1: Whether an x of one axis gets a second one; else the other loses its last one.

    Source: Keras's function of that name.

    Example:
        >>> import minigrad as mg
        >>> labels, output = squeeze_or_expand_to_same_rank(mg.Tensor([1.0, 0.0]), mg.Tensor([[0.9], [0.2]]))
        >>> labels.shape, output.shape
        ((2, 1), (2, 1))
    """
    if x2.ndim == x1.ndim + 1:
        x2, x1 = squeeze_or_expand_to_same_rank(x2, x1, expand_rank_1)
    elif x1.ndim == x2.ndim + 1 and x1.shape[-1] == 1:
        if x2.ndim == 1 and expand_rank_1:
            x2 = x2.reshape((*x2.shape, 1))
        else:
            x1 = x1.reshape(x1.shape[:-1])
    return x1, x2


def check_same_shape(name: str, y_true: Any, y_pred: Any, hint: str = "") -> None:
    """Raise if the shapes differ.

    Raises:
        ShapeError: Naming both shapes.
    """
    if y_true.shape != y_pred.shape:
        raise ShapeError(
            f"{name}: y_true and y_pred must have the same shape; got y_true {y_true.shape} and "
            f"y_pred {y_pred.shape}{hint}"
        )


def matching_pair(name: str, y_true: Any, y_pred: Any) -> tuple[Tensor, Tensor]:
    """Return both as tensors of y_pred's float type and of one shape.

    Args:
        name: The function, for the message.
        y_true: The truth.
        y_pred: The model's output, of the same shape but for a last axis of size 1.

    Raises:
        ShapeError: If the shapes differ by more.

    Example:
        >>> labels, output = matching_pair("example", [1, 0], [[0.9], [0.2]])
        >>> labels.shape, labels.dtype, output.shape
        ((2, 1), dtype('float32'), (2, 1))
    """
    y_true, y_pred = squeeze_or_expand_to_same_rank(*pair(y_true, y_pred))
    check_same_shape(name, y_true, y_pred)
    return y_true, y_pred


def check_one_hot(name: str, y_true: Any, y_pred: Any, axis: int, sparse: str | None = None) -> None:
    """Raise if y_true can't be probabilities of the classes along y_pred's ``axis``.

    Args:
        name: The function, for the message.
        y_true: A tensor.
        y_pred: A tensor.
        axis: The axis of the classes.
        sparse: What to use with integer labels, if there is anything.

    Raises:
        ShapeError: Naming both shapes, and what to do.
    """
    if isinstance(axis, bool):
        raise ValueError(f"{name}: axis must be an integer; got {axis!r}")
    axis = normalize_axis(name, axis, y_pred.ndim)
    if y_true.shape == y_pred.shape:
        return
    classes = y_pred.shape[axis]
    hint = ""
    if _is_sparse(y_true.shape, y_pred.shape, axis):
        instead = f"for integer labels use {sparse}, or make them" if sparse else "make integer labels"
        hint = f": {instead} one-hot, to_categorical(y_true, {classes})"
    elif y_true.ndim == y_pred.ndim and y_true.shape[axis] != classes:
        hint = f": the labels tell {y_true.shape[axis]} classes apart, the output {classes}"
    check_same_shape(name, y_true, y_pred, hint)


def check_sparse(name: str, labels: Any, y_pred: Any, axis: int, dense: str) -> None:
    """Raise if the labels can't be numbers of the classes along y_pred's ``axis``.

    Args:
        name: The function, for the message.
        labels: An array.
        y_pred: A tensor.
        axis: The axis of the classes.
        dense: What to use with one-hot labels.

    Raises:
        ShapeError: Naming both shapes, and what to do.
    """
    axis = normalize_axis(name, axis, y_pred.ndim)
    shape = y_pred.shape
    if _is_sparse(labels.shape, shape, axis):
        return
    hint = ""
    if labels.shape == shape:
        hint = f"; for one-hot labels use {dense}, or make them integers, y_true.argmax({axis - len(shape)})"
    raise ShapeError(
        f"{name}: for y_pred of shape {shape}, y_true must be integer labels of shape "
        f"{shape[:axis] + shape[axis + 1 :]}; got shape {labels.shape}{hint}"
    )


def _is_sparse(labels: tuple[int, ...], shape: tuple[int, ...], axis: int) -> bool:
    before, after = shape[:axis], shape[axis + 1 :]
    return labels in (before + after, (*before, 1, *after))


def warn_of_wrong_scale(name: str, y_pred: Tensor, from_logits: bool, activation: str) -> None:
    """Warn where y_pred is plainly not what ``from_logits`` says it is.

    Args:
        name: The function, for the message.
        y_pred: What the loss was given.
        from_logits: Whether it is to be logits.
        activation: What makes probabilities of logits here, ``"softmax"`` or ``"sigmoid"``.
    """
    if from_logits:
        if op_name(y_pred) == activation:
            warnings.warn(
                f"{name}: from_logits=True, but y_pred comes from {activation}, so it holds probabilities "
                f"and {activation} is applied twice: drop one of the two",
                LikelyMistakeWarning,
                stacklevel=4,
            )
    elif y_pred.size:
        low, high = y_pred._data.min(), y_pred._data.max()
        above = activation == "sigmoid" and high > 1.001  # softmax's are divided by their sum, whatever it is
        if low < 0.0 or above:
            warnings.warn(
                f"{name}: y_pred has values {'below 0' if low < 0.0 else 'above 1'}, so it holds logits, not "
                f"probabilities: pass from_logits=True to the loss, or let the model end with {activation}",
                LikelyMistakeWarning,
                stacklevel=4,
            )


def warn_of_other_labels(name: str, y_true: Tensor) -> None:
    """Warn where labels of yes or no are below 0 or above 1."""
    if not y_true.size:
        return
    low, high = y_true._data.min(), y_true._data.max()
    if low < 0.0 or high > 1.0:
        warnings.warn(
            f"{name}: labels should be 0 or 1 (or between); y_true has values from {low:g} to {high:g}: for "
            "several classes use SparseCategoricalCrossentropy and an output for each; for labels -1 and 1, "
            "(y_true + 1) / 2, or Hinge",
            LikelyMistakeWarning,
            stacklevel=4,
        )
