"""Order: sorting, the largest k, searching.

Idea:    a sort is a permutation chosen by the data; where it is unique it doesn't change with them, so
         the gradient just goes back along it.
Before:  ops/repeating.py.  Next: ops/encoding.py.
Source:  ``keras.ops`` for names and argument order.
"""

from __future__ import annotations

import operator
from typing import Any, Literal

import numpy as np

from minigrad.autodiff.differentiable import differentiable, nondifferentiable
from minigrad.autodiff.op import Array
from minigrad.errors import ShapeError
from minigrad.ops.indexing import index_array, take_along_axis
from minigrad.ops.reshape import ndim, ravel, shape
from minigrad.shapes import normalize_axis


@nondifferentiable
def argsort(x: Any, axis: int | None = -1) -> Any:
    """Return the indices that sort ``x`` in ascending order; equal elements keep theirs.

    Args:
        x: A tensor, array or list. NaN counts as larger than any number.
        axis: Along which axis. Default -1; None: the flattened tensor.

    Returns:
        An int32 tensor of x's shape.

    Raises:
        ShapeError: If the axis is out of range.

    Source: ``keras.ops.argsort``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.argsort(mg.Tensor([3.0, 1.0, 2.0]))
        Tensor([1, 2, 0], shape=(3,), dtype=int32)
    """
    x = np.asarray(x)
    if axis is None:
        x, axis = x.reshape(-1), 0
    return np.argsort(x, normalize_axis("argsort", axis, x.ndim), kind="stable").astype(np.int32)


@nondifferentiable
def argpartition(x: Any, kth: int, axis: int | None = -1) -> Any:
    """Return indices that put the element of rank ``kth`` into its place, smaller ones before it.

    Args:
        x: A tensor, array or list. NaN counts as larger than any number.
        kth: Which rank, from 0 on; negative ones count from the end.
        axis: Along which axis. Default -1; None: the flattened tensor.

    Returns:
        An int32 tensor of x's shape.

    Raises:
        ShapeError: If the axis is out of range.
        ValueError: If there is no such rank.

    Source: ``keras.ops.argpartition``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.argpartition(mg.Tensor([3.0, 1.0, 2.0]), 0)[0].item()
        1
    """
    x = np.asarray(x)
    if axis is None:
        x, axis = x.reshape(-1), 0
    axis = normalize_axis("argpartition", axis, x.ndim)
    if not -x.shape[axis] <= operator.index(kth) < x.shape[axis]:
        raise ValueError(f"argpartition: there is no rank {kth} among {x.shape[axis]} elements")
    return np.argpartition(x, kth, axis).astype(np.int32)


def sort(x: Any, axis: int | None = -1) -> Any:
    """Sort in ascending order: ``y = x[p]`` for a permutation p, so ``dx = g[p^-1]``.

    Args:
        x: A tensor, array or list. NaN counts as larger than any number.
        axis: Along which axis. Default -1; None: the flattened tensor.

    Returns:
        A tensor of x's shape. Of equal elements, the first in x is the first in y.

    Raises:
        ShapeError: If the axis is out of range.

    Source: ``keras.ops.sort``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.sort(mg.Tensor([3.0, 1.0, 2.0]))
        Tensor([1., 2., 3.], shape=(3,), dtype=float32)
    """
    if axis is None:
        x, axis = ravel(x), 0
    return _sort(x, normalize_axis("sort", axis, ndim(x)))


@differentiable(aux=True)
def _sort(x: Array, axis: Any) -> Any:
    order = np.argsort(x, axis, kind="stable")
    return np.take_along_axis(x, order, axis), order


@_sort.vjp
def _(g: Any, axis: Any, aux: Any) -> Any:
    return take_along_axis(g, argsort(aux, axis), axis)


def top_k(x: Any, k: int, sorted: bool = True, is_stable: bool = True) -> tuple[Any, Any]:
    """Return the k largest elements of the last axis and their indices; the gradient goes to these places.

    Args:
        x: A tensor, array or list.
        k: How many.
        sorted: Whether they come in descending order. Default True.
        is_stable: Whether of equal elements the first in x comes first. Default True. With both False
            the order is whatever is quickest to find.

    Returns:
        The pair ``(values, indices)``, the indices int32, both of shape (..., k).

    Raises:
        ValueError: If k is not between 0 and the size of the last axis.
        ShapeError: If x has no axis.

    Source: ``keras.ops.top_k``.

    Example:
        >>> import minigrad as mg
        >>> values, indices = mg.ops.top_k(mg.Tensor([5.0, 2.0, 7.0, 1.0]), 2)
        >>> values, indices
        (Tensor([7., 5.], shape=(2,), dtype=float32), Tensor([2, 0], shape=(2,), dtype=int32))
    """
    normalize_axis("top_k", -1, ndim(x))
    count = shape(x)[-1]
    if not 0 <= operator.index(k) <= count:
        raise ValueError(f"top_k: k must be between 0 and the size of the last axis, {count}; got {k}")
    indices = _largest(x, k, sorted or is_stable)
    return take_along_axis(x, indices, -1), indices


@nondifferentiable
def _largest(x: Any, k: int, ordered: bool) -> Any:
    x = np.asarray(x)
    count = x.shape[-1]
    if not ordered and 0 < k < count:
        return np.argpartition(x, count - k, axis=-1)[..., count - k :].astype(np.int32)
    backwards = np.argsort(x[..., ::-1], axis=-1, kind="stable")[..., ::-1]  # so that the first is first
    return (count - 1 - backwards[..., :k]).astype(np.int32)


@nondifferentiable
def in_top_k(targets: Any, predictions: Any, k: int) -> Any:
    """Return whether each target class is among the k with the highest predictions.

    A class tied with the k-th is among them. A target that is no class, or whose prediction is not
    finite, is not.

    Args:
        targets: Integers of shape (N,), or any shape that predictions has before its last axis.
        predictions: A tensor of shape (N, C).
        k: How many.

    Returns:
        A bool tensor of targets' shape.

    Raises:
        ShapeError: If the shapes don't fit.
        IndexError: If the targets are not integers.

    Source: ``keras.ops.in_top_k``; ``tf.math.in_top_k``.

    Example:
        >>> import minigrad as mg
        >>> predictions = mg.Tensor([[0.1, 0.7, 0.2], [0.5, 0.2, 0.3]])
        >>> mg.ops.in_top_k([2, 1], predictions, k=2)
        Tensor([ True, False], shape=(2,), dtype=bool)
    """
    predictions, classes = np.asarray(predictions), index_array("in_top_k", targets)
    if predictions.ndim == 0 or classes.shape != predictions.shape[:-1]:
        raise ShapeError(
            f"in_top_k: targets of shape {classes.shape} don't fit predictions of shape {predictions.shape}"
        )
    count = predictions.shape[-1]
    valid = (classes >= 0) & (classes < count)
    if not count:
        return valid
    own = np.take_along_axis(predictions, np.where(valid, classes, 0)[..., None], axis=-1)
    return valid & np.isfinite(own[..., 0]) & ((predictions > own).sum(axis=-1) < k)


@nondifferentiable
def searchsorted(sorted_sequence: Any, values: Any, side: Literal["left", "right"] = "left") -> Any:
    """Return where values would have to be inserted to keep a sequence sorted.

    Args:
        sorted_sequence: Numbers in ascending order, of one axis.
        values: Numbers of any shape.
        side: For a value that is there already: ``"left"`` (the default) before it, ``"right"`` after it.

    Returns:
        An int32 tensor of values' shape.

    Raises:
        ShapeError: If the sequence has not one axis.
        ValueError: If side is neither.

    Source: ``keras.ops.searchsorted``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.searchsorted([1.0, 2.0, 3.0], [0.5, 2.0])
        Tensor([0, 1], shape=(2,), dtype=int32)
    """
    sequence = np.asarray(sorted_sequence)
    if sequence.ndim != 1:
        raise ShapeError(f"searchsorted: the sequence must have one axis; got shape {sequence.shape}")
    if side not in ("left", "right"):
        raise ValueError(f"searchsorted: side must be 'left' or 'right'; got {side!r}")
    return np.searchsorted(sequence, np.asarray(values), side).astype(np.int32)
