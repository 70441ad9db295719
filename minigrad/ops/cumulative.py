"""Running sums and products, the product, and differences.

Idea:    a quotient "the product of all, divided by x" would be the short way to a product's derivative, and
         wrong as soon as an x is 0. So no rule here divides: the product of the others is what stands
         before an element times what stands behind it.
Shapes:  (..., D) -> (..., D), and (..., reduced, ...) -> (..., ...) for the product.
Before:  ops/recurrence.py, ops/reduction.py, ops/axes.py.  Next: ops/diagonals.py.
Source:  ``keras.ops`` for names and argument order.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from minigrad.autodiff.differentiable import cast, differentiable
from minigrad.autodiff.op import Array
from minigrad.errors import ShapeError
from minigrad.ops.axes import inverse_permutation, swapaxes, transpose
from minigrad.ops.comparison import not_equal
from minigrad.ops.conversion import convert_to_tensor
from minigrad.ops.creation import ones_like, zeros
from minigrad.ops.indexing import get_item
from minigrad.ops.joining import stack
from minigrad.ops.recurrence import running_product, running_sum, shift
from minigrad.ops.reduction import Axis, restore_axes
from minigrad.ops.reshape import flip, ravel
from minigrad.shapes import normalize_axes, normalize_axis


def cumsum(x: Any, axis: int | None = None, dtype: DTypeLike | None = None) -> Any:
    """Running sum along an axis: ``y_i = x_0 + ... + x_i``, so ``dx_i = g_i + g_(i+1) + ...``.

    Args:
        x: A tensor, array or list.
        axis: The axis. Default: none, and x is flattened.
        dtype: What to convert x to first. Default: nothing.

    Returns:
        A tensor of x's shape (flat, without an axis).

    Raises:
        ShapeError: If the axis is out of range.

    Source: ``keras.ops.cumsum``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.cumsum(mg.Tensor([1.0, 2.0, 3.0]))
        Tensor([1., 3., 6.], shape=(3,), dtype=float32)
    """
    return _along("cumsum", running_sum, x, axis, dtype)


def cumprod(x: Any, axis: int | None = None, dtype: DTypeLike | None = None) -> Any:
    """Running product along an axis: ``y_i = x_0 ... x_i``; the gradient is right with zeros in x, too.

    Args:
        x: A tensor, array or list.
        axis: The axis. Default: none, and x is flattened.
        dtype: What to convert x to first. Default: nothing.

    Returns:
        A tensor of x's shape (flat, without an axis).

    Raises:
        ShapeError: If the axis is out of range.

    Source: ``keras.ops.cumprod``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.cumprod(mg.Tensor([1.0, 2.0, 3.0]))
        Tensor([1., 2., 6.], shape=(3,), dtype=float32)
    """
    return _along("cumprod", running_product, x, axis, dtype)


def _along(name: str, running: Any, x: Any, axis: int | None, dtype: DTypeLike | None) -> Any:
    if dtype is not None:
        x = cast(x, dtype)
    if axis is None:
        return running(ravel(x))
    last = np.ndim(x) - 1
    axis = normalize_axis(name, axis, last + 1)
    return running(x) if axis == last else swapaxes(running(swapaxes(x, axis, last)), axis, last)


def prod(x: Any, axis: Axis = None, keepdims: bool = False, dtype: DTypeLike | None = None) -> Any:
    """Product over axes: ``y = prod x``, so ``dx_i = g (the product of all others)``.

    The gradient is right where one or several elements are zero, as nothing is divided by them.

    Args:
        x: A tensor, array or list.
        axis: An axis or a tuple of axes, negative ones counting from the end. Default: all.
        keepdims: Whether the reduced axes stay, of size 1. Default False.
        dtype: What to convert x to first. Default: nothing.

    Returns:
        A tensor without the reduced axes (with them, of size 1, if keepdims); of nothing, 1.

    Raises:
        ShapeError: If an axis is out of range or named twice.

    Source: ``keras.ops.prod``.

    Example:
        >>> import minigrad as mg
        >>> x = mg.Tensor([2.0, 0.0, 4.0], requires_grad=True)
        >>> mg.ops.prod(x).backward()
        >>> x.grad
        array([0., 8., 0.], dtype=float32)
    """
    return _prod(x if dtype is None else cast(x, dtype), axis, keepdims)


@differentiable
def _prod(x: Array, axis: Axis, keepdims: bool) -> Any:
    return np.prod(x, axis=normalize_axes("prod", axis, np.ndim(x)), keepdims=keepdims)


@_prod.vjp
def _(g: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    axes = normalize_axes("prod", axis, x.ndim)
    others = _product_of_others(x, axes)
    return restore_axes("prod", g, axes, keepdims, x.shape) * others


def _product_of_others(x: Any, axes: tuple[int, ...]) -> Any:
    """Return, for each element, the product of all others that it is multiplied with in a product."""
    order = (*(axis for axis in range(x.ndim) if axis not in axes), *axes)
    moved = transpose(x, order)
    kept = moved.shape[: x.ndim - len(axes)]
    count = int(np.prod(moved.shape[len(kept) :], dtype=np.int64))
    rows = moved.reshape((*kept, count))
    before = shift(running_product(rows), 1, 1.0)
    behind = shift(running_product(rows, True), -1, 1.0)
    return transpose((before * behind).reshape(moved.shape), inverse_permutation(order))


def diff(a: Any, n: int = 1, axis: int = -1) -> Any:
    """Differences of neighbors, n times over: ``y_i = x_(i+1) - x_i``.

    Args:
        a: A tensor, array or list.
        n: How often. Default 1; 0 gives a itself.
        axis: The axis. Default -1.

    Returns:
        A tensor of a's shape, but shorter by n along the axis (at least empty). Of booleans: where
        neighbors differ.

    Raises:
        ShapeError: If the axis is out of range.
        ValueError: If n is negative.

    Source: ``keras.ops.diff``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.diff(mg.Tensor([1.0, 4.0, 9.0]))
        Tensor([3., 5.], shape=(2,), dtype=float32)
    """
    if n < 0:
        raise ValueError(f"diff: n must be 0 or more; got {n!r}")
    if not np.ndim(a):
        raise ShapeError("diff: a must have an axis to take differences along; got a single number")
    axis = normalize_axis("diff", axis, np.ndim(a))
    before = (*(slice(None),) * axis, slice(None, -1))
    behind = (*(slice(None),) * axis, slice(1, None))
    for _ in range(n):
        first, second = get_item(a, before), get_item(a, behind)
        a = not_equal(second, first) if first.dtype == bool else second - first
    return a


def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """Powers of a vector in columns: ``y_ij = x_i^(N-1-j)``, or ``x_i^j`` if increasing.

    Args:
        x: A tensor, array or list (D,).
        N: The number of columns. Default: D.
        increasing: Whether the powers rise from left to right. Default False.

    Returns:
        A tensor (D, N) of x's dtype.

    Raises:
        ShapeError: If x has not one axis.
        ValueError: If N is negative.

    Source: ``keras.ops.vander``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.vander(mg.Tensor([2.0, 3.0]), 3)
        Tensor([[4., 2., 1.], [9., 3., 1.]], shape=(2, 3), dtype=float32)
    """
    x = convert_to_tensor(x)
    if x.ndim != 1:
        raise ShapeError(f"vander: x must be a vector; got shape {x.shape}")
    columns = x.size if N is None else operator.index(N)
    if columns < 0:
        raise ValueError(f"vander: N must not be negative; got {N!r}")
    factors = [ones_like(x), *[x] * (columns - 1)][:columns]
    powers = cumprod(stack(factors, 1), 1) if columns else zeros((x.size, 0), x.dtype)
    return powers if increasing else flip(powers, 1)
