"""New tensors from nothing but a shape: zeros, ones, unit matrices.

Idea:    these are constants. As in Keras, they are floating (`floatx`) unless a dtype is named.
Before:  ops/conversion.py.  Next: ops/ranges.py.
Source:  ``keras.ops`` for names and argument order.
"""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from minigrad.autodiff.broadcasting import broadcast_to
from minigrad.autodiff.differentiable import cast, nondifferentiable
from minigrad.autodiff.tensor import Tensor
from minigrad.autodiff.values import to_dtype
from minigrad.errors import ShapeError
from minigrad.ops.conversion import as_array, convert_to_tensor


@nondifferentiable
def zeros(shape: Any, dtype: Any = None) -> Any:
    """Return a tensor of zeros.

    Args:
        shape: An int or a tuple of ints.
        dtype: Default: `floatx`.

    Raises:
        ShapeError: If the shape is not made of integers >= 0.

    Source: ``keras.ops.zeros``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.zeros((2, 2))
        Tensor([[0., 0.], [0., 0.]], shape=(2, 2), dtype=float32)
    """
    return np.zeros(as_shape("zeros", shape), to_dtype(dtype))


@nondifferentiable
def ones(shape: Any, dtype: Any = None) -> Any:
    """Return a tensor of ones; see `zeros`.

    Source: ``keras.ops.ones``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.ones(3, dtype="int32")
        Tensor([1, 1, 1], shape=(3,), dtype=int32)
    """
    return np.ones(as_shape("ones", shape), to_dtype(dtype))


@nondifferentiable
def empty(shape: Any, dtype: Any = None) -> Any:
    """Return a tensor of arbitrary values; see `zeros`.

    Source: ``keras.ops.empty``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.empty((2, 3)).shape
        (2, 3)
    """
    return np.empty(as_shape("empty", shape), to_dtype(dtype))


def full(shape: Any, fill_value: Any, dtype: Any = None) -> Any:
    """Return a tensor of one value everywhere, or of values that broadcast to the shape.

    Args:
        shape: An int or a tuple of ints.
        fill_value: A number or tensor. The result depends on it if it is a Tensor.
        dtype: Default: `floatx`, whatever the value.

    Raises:
        ShapeError: If the value doesn't broadcast to the shape.

    Source: ``keras.ops.full``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.full((2,), 7)
        Tensor([7., 7.], shape=(2,), dtype=float32)
    """
    value = cast(convert_to_tensor(fill_value), to_dtype(dtype))
    wanted = as_shape("full", shape)
    if value.requires_grad or value.ndim:
        return broadcast_to(value, wanted)
    return _full(wanted, value)


@nondifferentiable
def _full(shape: Any, value: Any) -> Any:
    return np.full(shape, value)


@nondifferentiable
def zeros_like(x: Any, dtype: Any = None) -> Any:
    """Return zeros of x's shape and, unless another is named, dtype.

    Source: ``keras.ops.zeros_like``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.zeros_like(mg.Tensor([1.0, 2.0]))
        Tensor([0., 0.], shape=(2,), dtype=float32)
    """
    array = as_array(x)
    return np.zeros(array.shape, array.dtype if dtype is None else to_dtype(dtype))


@nondifferentiable
def ones_like(x: Any, dtype: Any = None) -> Any:
    """Return ones of x's shape and, unless another is named, dtype.

    Source: ``keras.ops.ones_like``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.ones_like(mg.Tensor([1.0, 2.0]), dtype="bool")
        Tensor([ True,  True], shape=(2,), dtype=bool)
    """
    array = as_array(x)
    return np.ones(array.shape, array.dtype if dtype is None else to_dtype(dtype))


@nondifferentiable
def empty_like(x: Any, dtype: Any = None) -> Any:
    """Return a tensor of arbitrary values, of x's shape and, unless another is named, dtype.

    Source: ``keras.ops.empty_like``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.empty_like(mg.Tensor([1.0, 2.0])).shape
        (2,)
    """
    array = as_array(x)
    return np.empty(array.shape, array.dtype if dtype is None else to_dtype(dtype))


def full_like(x: Any, fill_value: Any, dtype: Any = None) -> Any:
    """Return a tensor of one value, of x's shape and, unless another is named, dtype; see `full`.

    Source: ``keras.ops.full_like``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.full_like(mg.Tensor([1.0, 2.0]), 7)
        Tensor([7., 7.], shape=(2,), dtype=float32)
    """
    array = as_array(x)
    return full(array.shape, fill_value, array.dtype if dtype is None else dtype)


@nondifferentiable
def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Any:
    """Return ones on the k-th diagonal, zeros elsewhere.

    Args:
        N: The number of rows.
        M: The number of columns. Default: N.
        k: Which diagonal: 0 (the default) the main one, above it if positive.
        dtype: Default: `floatx`.

    Raises:
        ShapeError: If a size is not an integer >= 0.

    Source: ``keras.ops.eye``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.eye(2, 3, k=1)
        Tensor([[0., 1., 0.], [0., 0., 1.]], shape=(2, 3), dtype=float32)
    """
    rows, columns = as_shape("eye", (N, N if M is None else M))
    return np.eye(rows, columns, k, to_dtype(dtype))


def identity(n: int, dtype: Any = None) -> Any:
    """Return the unit matrix of size n.

    Source: ``keras.ops.identity``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.identity(2)
        Tensor([[1., 0.], [0., 1.]], shape=(2, 2), dtype=float32)
    """
    return eye(n, dtype=dtype)


@nondifferentiable
def tri(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Any:
    """Return ones at and below the k-th diagonal, zeros above it; arguments as of `eye`.

    Source: ``keras.ops.tri``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.tri(2, 3)
        Tensor([[1., 0., 0.], [1., 1., 0.]], shape=(2, 3), dtype=float32)
    """
    rows, columns = as_shape("tri", (N, N if M is None else M))
    return np.tri(rows, columns, k, to_dtype(dtype))


def as_shape(name: str, shape: Any) -> tuple[int, ...]:
    """Return ``shape`` (an int or ints) as a tuple.

    Raises:
        ShapeError: If it is not made of integers >= 0.
    """
    try:
        listed = shape.tolist() if isinstance(shape, Tensor | np.ndarray) else shape
        sizes = (
            tuple(map(operator.index, listed)) if hasattr(listed, "__iter__") else (operator.index(listed),)
        )
    except TypeError:
        raise ShapeError(f"{name}: a shape must be an integer or integers; got {shape!r}") from None
    if min(sizes, default=0) < 0:
        raise ShapeError(f"{name}: a shape has no negative sizes; got {shape!r}")
    if math.prod(sizes) > np.iinfo(np.intp).max // 8:
        raise ShapeError(f"{name}: no array is as large as shape {shape!r}")
    return sizes
