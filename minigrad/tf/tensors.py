"""Tensors of numbers, by TensorFlow's rules for their dtypes, and the operations that aren't named as ours.

Idea:    a line or two each; what is done is done by ops/.
Before:  ops/, tf/names.py.  Next: tf/math.py.
Source:  TensorFlow 2's ``tf.constant``, ``tf.cast`` and so on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad import ops
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import ShapeError


def to_tensor(value: Any, dtype: Any = None) -> Tensor:
    """Return a tensor of ``value``: whole numbers and lists of them are int32, others float32.

    Arrays and tensors keep their dtype. This is what TensorFlow does; `minigrad.Tensor` makes floats of all.

    Example:
        >>> to_tensor([1, 2]).dtype, to_tensor([1, 2.5]).dtype
        (dtype('int32'), dtype('float32'))
    """
    if dtype is None and not isinstance(value, Tensor | np.ndarray | np.generic) and _whole(value):
        dtype = np.int32
    return Tensor(value, dtype)


def _whole(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return bool(value) and all(map(_whole, value))
    return isinstance(value, int) and not isinstance(value, bool)


def constant(value: Any, dtype: Any = None, shape: Sequence[int] | None = None) -> Tensor:
    """Return a tensor that nothing changes.

    Args:
        value: A number, list, array or tensor.
        dtype: Default: int32 for whole numbers, float32 for others; an array's own.
        shape: If given, a single number fills it, and other values are put into it.

    Raises:
        ShapeError: If the number of values doesn't fit the shape.

    Source: ``tf.constant``.

    Example:
        >>> print(constant([[1, 2], [3, 4]]), constant(7.0, shape=(2,)))
        [[1 2]
         [3 4]] [7. 7.]
    """
    tensor = to_tensor(value, dtype)
    if shape is None:
        return tensor
    if tensor.size not in (1, np.prod(shape, dtype=int)):
        raise ShapeError(f"tf.constant: {tensor.size} values don't fill shape={tuple(shape)}")
    return Tensor(np.broadcast_to(tensor.numpy().reshape(shape if tensor.size > 1 else ()), shape))


def convert_to_tensor(value: Any, dtype: Any = None) -> Tensor:
    """Return ``value`` as a tensor: a tensor as it is, or converted to dtype; other things as by `constant`.

    Source: ``tf.convert_to_tensor``.

    Example:
        >>> convert_to_tensor([1.0, 2.0])
        Tensor([1., 2.], shape=(2,), dtype=float32)
    """
    if not isinstance(value, Tensor):
        return to_tensor(value, dtype)
    return value if dtype is None or value.dtype == dtype else ops.cast(value, dtype)


def argmax(input: Any, axis: int = 0, output_type: Any = np.int64) -> Any:
    """Index of the largest element along an axis, which is the first if none is given.

    Source: ``tf.argmax``.

    Example:
        >>> print(argmax([[1.0, 5.0], [3.0, 2.0]]), argmax([[1.0, 5.0], [3.0, 2.0]], 1))
        [1 0] [1 0]
    """
    return ops.cast(ops.argmax(input, axis), output_type)


def argmin(input: Any, axis: int = 0, output_type: Any = np.int64) -> Any:
    """Index of the smallest element along an axis, which is the first if none is given.

    Source: ``tf.argmin``.

    Example:
        >>> print(argmin([[1.0, 5.0], [3.0, 2.0]]))
        [0 1]
    """
    return ops.cast(ops.argmin(input, axis), output_type)


def matmul(a: Any, b: Any, transpose_a: bool = False, transpose_b: bool = False) -> Any:
    """Matrix product of a and b, or of their transposes.

    Source: ``tf.matmul``.

    Example:
        >>> print(matmul([[1.0, 2.0]], [[3.0, 4.0]], transpose_b=True))
        [[11.]]
    """
    return ops.matmul(
        ops.swapaxes(a, -1, -2) if transpose_a else a, ops.swapaxes(b, -1, -2) if transpose_b else b
    )


def one_hot(indices: Any, depth: int, axis: int = -1, dtype: Any = np.float32) -> Any:
    """A 1 in the place of each index, 0 elsewhere; nothing but 0 for an index out of range.

    Source: ``tf.one_hot``.

    Example:
        >>> print(one_hot([1, 0], 3))
        [[0. 1. 0.]
         [1. 0. 0.]]
    """
    return ops.one_hot(indices, depth, axis=axis, dtype=dtype)


def fill(dims: Sequence[int], value: Any) -> Tensor:
    """A tensor of this shape, filled with one value.

    Source: ``tf.fill``.

    Example:
        >>> print(fill((2,), 9))
        [9 9]
    """
    return constant(value, shape=dims)


def range(start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None) -> Tensor:
    """Numbers from start up to limit, without it: ``range(limit)`` or ``range(start, limit, delta)``.

    Source: ``tf.range``.

    Example:
        >>> print(range(3), range(1.0, 2.0, 0.5))
        [0 1 2] [1.  1.5]
    """
    start, limit = (0, start) if limit is None else (start, limit)
    return to_tensor(np.arange(start, limit, delta).tolist(), dtype)


def reshape(tensor: Any, shape: Sequence[int]) -> Any:
    """The same elements in another shape; one size may be -1.

    Source: ``tf.reshape``.

    Example:
        >>> print(reshape([1.0, 2.0, 3.0, 4.0], shape=[-1, 2]))
        [[1. 2.]
         [3. 4.]]
    """
    return ops.reshape(tensor, tuple(shape))


def transpose(a: Any, perm: Sequence[int] | None = None) -> Any:
    """The axes in another order; reversed, if none is given.

    Source: ``tf.transpose``.

    Example:
        >>> print(transpose([[1.0, 2.0]]))
        [[1.]
         [2.]]
    """
    return ops.transpose(a, perm)


def concat(values: Sequence[Any], axis: int) -> Any:
    """Tensors one after the other along an axis.

    Source: ``tf.concat``.

    Example:
        >>> print(concat([[[1.0]], [[2.0]]], axis=-1))
        [[1. 2.]]
    """
    return ops.concatenate(values, axis=axis)


def zeros(shape: Sequence[int], dtype: Any = np.float32) -> Any:
    """Zeros.

    Source: ``tf.zeros``.

    Example:
        >>> print(zeros([2]))
        [0. 0.]
    """
    return ops.zeros(tuple(shape), dtype)


def ones(shape: Sequence[int], dtype: Any = np.float32) -> Any:
    """Ones.

    Source: ``tf.ones``.

    Example:
        >>> print(ones([2]))
        [1. 1.]
    """
    return ops.ones(tuple(shape), dtype)
