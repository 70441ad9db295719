"""Labels to one-hot rows, and rows to unit length: NumPy arrays in, NumPy arrays out.

Shapes:  labels (N,) or (N, 1) -> (N, classes).
Before:  arguments.py.  Next: models/ (whose losses want such labels).
Source:  Keras's ``keras/src/utils/numerical_utils.py``.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from minigrad import ops
from minigrad.autodiff.tensor import NDArray, Tensor, TensorLike, to_array
from minigrad.config import floatx
from minigrad.shapes import normalize_axis


def to_categorical(x: TensorLike, num_classes: int | None = None) -> NDArray:
    """Return one-hot rows: ``y[..., k] = 1`` where the label is k, else 0.

    Args:
        x: Labels 0 ... num_classes - 1, whole numbers of any dtype and shape. A last axis of size 1 is
            dropped first.
        num_classes: Default: the greatest label + 1.

    Returns:
        A float32 ndarray of x's shape and one more axis, of size num_classes.

    Raises:
        ValueError: If a label is negative, not below num_classes or not a whole number, or there is
            none to tell num_classes by.

    Source: ``keras.utils.to_categorical``; float32 as in TensorFlow's Keras.

    Example:
        >>> to_categorical([0, 2, 1])
        array([[1., 0., 0.],
               [0., 0., 1.],
               [0., 1., 0.]], dtype=float32)
        >>> to_categorical([0, 3], num_classes=3)
        Traceback (most recent call last):
        ...
        ValueError: to_categorical: labels must be in [0, 3), as num_classes=3; got labels up to 3
    """
    given = x.data if isinstance(x, Tensor) else np.asarray(x)
    if given.dtype.kind not in "fiub" and given.size:
        raise ValueError(f"to_categorical: labels must be whole numbers; got dtype {given.dtype}")
    whole = given % 1 == 0 if given.dtype.kind == "f" else np.True_
    if not np.all(whole):
        raise ValueError(f"to_categorical: labels must be whole numbers; got {given[~whole].flat[0]}")
    labels = given.astype(np.int64)
    if labels.ndim > 1 and labels.shape[-1] == 1:
        labels = labels[..., 0]
    if num_classes is None and not labels.size:
        raise ValueError("to_categorical: without labels, num_classes must be given")
    count = _class_count(num_classes) if num_classes is not None else int(labels.max()) + 1
    if labels.size and labels.min() < 0:
        raise ValueError(f"to_categorical: labels must be in [0, {max(count, 1)}); got {labels.min()}")
    if labels.size and labels.max() >= count:
        raise ValueError(
            f"to_categorical: labels must be in [0, {count}), as num_classes={count}; "
            f"got labels up to {labels.max()}"
        )
    one_hot = np.zeros((labels.size, count), np.float32)
    one_hot[np.arange(labels.size), labels.ravel()] = 1.0
    return one_hot.reshape(*labels.shape, count)


def _class_count(num_classes: Any) -> int:
    try:
        count = operator.index(num_classes)
    except TypeError:
        count = 0
    if count < 1:
        raise ValueError(f"to_categorical: num_classes must be an integer >= 1; got {num_classes!r}")
    return count


def normalize(x: TensorLike, axis: int = -1, order: Any = 2) -> Any:
    """Return ``x`` divided by its norm along an axis: ``y = x / (sum |x|^order)^(1/order)``.

    Where the norm is 0, x stays as it is.

    Args:
        x: An array, a list or a Tensor.
        axis: Default -1.
        order: Of the norm: for a Tensor an integer >= 1, else what `numpy.linalg.norm` takes. Default 2:
            the Euclidean one.

    Returns:
        A Tensor for a Tensor (differentiable, as `ops.normalize`), else an ndarray.

    Raises:
        ShapeError: If there is no such axis.
        ValueError: If the order is none.

    Source: ``keras.utils.normalize``.

    Example:
        >>> normalize([[3.0, 4.0], [0.0, 0.0]])
        array([[0.6, 0.8],
               [0. , 0. ]], dtype=float32)
    """
    if isinstance(x, Tensor):
        return ops.normalize(x, axis=axis, order=order)
    array = to_array(x)
    if array.dtype.kind != "f":
        array = array.astype(floatx())
    axis = normalize_axis("normalize", axis, array.ndim)
    norm = np.linalg.norm(array, order, axis, keepdims=True)
    return array / np.where(norm == 0, 1, norm)
