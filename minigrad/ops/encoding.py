"""Classes and counts: integers to one-hot rows, to bins, and back to places.

Idea:    an index and a row of zeros with a single one say the same thing.
Shapes:  one_hot (...) -> (..., C).
Before:  ops/sorting.py.  Next: ops/control.py.
Source:  ``keras.ops`` for names and argument order.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import nondifferentiable
from minigrad.autodiff.tensor import NDArray
from minigrad.autodiff.values import to_dtype
from minigrad.errors import DTypeError, ShapeError
from minigrad.ops.creation import as_shape, ones
from minigrad.ops.indexing import check_range, index_array, put_items
from minigrad.ops.reshape import shape
from minigrad.shapes import normalize_axis


@nondifferentiable
def one_hot(x: Any, num_classes: int, axis: int = -1, dtype: Any = None) -> Any:
    """Return a 1 in the place of each class and 0 elsewhere: ``y[..., c] = 1 if x[...] == c else 0``.

    Args:
        x: Whole numbers of any shape. One that is not in ``[0, num_classes)`` gives zeros only.
        num_classes: The number of classes, C.
        axis: Where the axis of the classes stands in the result. Default -1: the last.
        dtype: Default: `floatx`.

    Returns:
        A tensor with one more axis than x, of size C.

    Raises:
        ValueError: If num_classes is not an integer >= 0.
        DTypeError: If x is not made of whole numbers.
        ShapeError: If the axis is out of range.

    Source: ``keras.ops.one_hot``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.one_hot([1, 0], 3)
        Tensor([[0., 1., 0.], [1., 0., 0.]], shape=(2, 3), dtype=float32)
    """
    return _one_hot("one_hot", x, num_classes, axis, dtype)


@nondifferentiable
def multi_hot(inputs: Any, num_classes: int | None = None, axis: int = -1, dtype: Any = None) -> Any:
    """Return a 1 in the place of each class that occurs: the maximum of the labels' one-hot rows.

    Args:
        inputs: Whole numbers of shape (N, K): K labels for each of N samples; or (K,) for a single one.
        num_classes: The number of classes, C.
        axis: Where the axis of the classes stands in the result. Default -1: the last.
        dtype: Default: `floatx`.

    Returns:
        A tensor of shape (N, C), or (C,).

    Raises:
        ValueError: If num_classes is not an integer >= 0.
        DTypeError: If the inputs are not whole numbers.
        ShapeError: If there is no axis, or the axis is out of range.

    Source: ``keras.ops.multi_hot``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.multi_hot([[0, 2], [1, 1]], 3)
        Tensor([[1., 0., 1.], [0., 1., 0.]], shape=(2, 3), dtype=float32)
    """
    rows = _one_hot("multi_hot", inputs, num_classes, -1, dtype)  # (N, K, C)
    if rows.ndim == 1:
        raise ShapeError("multi_hot: inputs must have one axis or more; got a single label")
    result = rows.max(axis=min(1, rows.ndim - 2), initial=0)  # (N, C)
    return np.moveaxis(result, -1, normalize_axis("multi_hot", axis, result.ndim))


def _one_hot(name: str, x: Any, num_classes: Any, axis: int, dtype: Any) -> NDArray:
    labels = np.asarray(x)
    if labels.dtype.kind == "f" and (labels != np.floor(labels)).any():
        raise DTypeError(f"{name}: classes must be whole numbers; got {labels.dtype} with fractions")
    try:
        count = operator.index(num_classes)
    except TypeError:
        count = -1
    if count < 0:
        raise ValueError(f"{name}: num_classes must be an integer >= 0; got {num_classes!r}")
    axis = normalize_axis(name, axis, labels.ndim + 1)
    along = tuple(count if i == axis else 1 for i in range(labels.ndim + 1))
    hit: NDArray = np.expand_dims(labels, axis) == np.arange(count).reshape(along)
    return hit.astype(to_dtype(dtype))


def bincount(x: Any, weights: Any = None, minlength: int = 0) -> Any:
    """Count how often each integer occurs, or add up its weights: ``y[c] = sum of weights[i], x[i] = c``.

    With weights, which may be tensors, the gradient is read at the places: ``dweights[i] = g[x[i]]``.

    Args:
        x: Integers >= 0 of shape (N,), or (B, N) for the counts of each row.
        weights: A tensor of x's shape. Default: each counts 1.
        minlength: The least number of bins. Default 0.

    Returns:
        A tensor of ``max(max(x) + 1, minlength)`` bins: int32, or of the weights' dtype.

    Raises:
        ValueError: If an integer or minlength is negative.
        ShapeError: If x has not one or two axes, or the weights are of another shape.
        IndexError: If x is not made of integers.

    Source: ``keras.ops.bincount``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.bincount([1, 2, 2, 3])
        Tensor([0, 1, 2, 1], shape=(4,), dtype=int32)
    """
    bins = index_array("bincount", x)
    if bins.ndim not in (1, 2):
        raise ShapeError(f"bincount: x must have one or two axes; got shape {bins.shape}")
    if minlength < 0 or bins.min(initial=0) < 0:
        raise ValueError("bincount: x and minlength must not be negative")
    if weights is None:
        weights = ones(bins.shape, "int32")
    elif shape(weights) != bins.shape:
        raise ShapeError(f"bincount: weights of shape {shape(weights)} don't fit x of shape {bins.shape}")
    count = max(int(bins.max(initial=-1)) + 1, minlength)
    key = (bins,) if bins.ndim == 1 else (np.arange(len(bins))[:, None], bins)
    return put_items(weights, key, (*bins.shape[:-1], count))


@nondifferentiable
def nonzero(x: Any) -> Any:
    """Return the indices of the elements that are not zero, one tensor for each axis.

    Source: ``keras.ops.nonzero``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.nonzero(mg.Tensor([[0.0, 2.0], [3.0, 0.0]]))
        (Tensor([0, 1], shape=(2,), dtype=int32), Tensor([1, 0], shape=(2,), dtype=int32))
    """
    return tuple(index.astype(np.int32) for index in np.nonzero(np.asarray(x)))


@nondifferentiable
def unravel_index(indices: Any, shape: Any) -> Any:
    """Return the index along each axis of elements given by their place in the flattened order.

    Args:
        indices: Integers of any shape; negative ones count from the end.
        shape: The shape of the array that they are places in.

    Returns:
        A tuple of int32 tensors of indices' shape, one for each axis.

    Raises:
        IndexError: If an index is out of range or not an integer.

    Source: ``keras.ops.unravel_index``.

    Example:
        >>> import minigrad as mg
        >>> [int(index) for index in mg.ops.unravel_index(5, (3, 3))]
        [1, 2]
    """
    sizes = as_shape("unravel_index", shape)
    places, count = index_array("unravel_index", indices), int(np.prod(sizes, dtype=np.int64))
    check_range("unravel_index", places, 0, count)
    places = np.where(places < 0, places + count, places)
    return tuple(np.asarray(index, np.int32) for index in np.unravel_index(places, sizes))
