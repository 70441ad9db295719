"""The largest and the smallest, and where they are.

Idea:    a maximum depends only on the element that is the largest, so this one gets the gradient. Where
         several are, there is no derivative; they share the gradient evenly, as it must not favor one.
         The smooth maximum, logsumexp, shares its gradient among all elements, by softmax.
Shapes:  (..., reduced, ...) -> (..., ...); with keepdims=True the reduced axes stay, of size 1.
Before:  ops/reduction.py, ops/math.py.  Next: ops/cumulative.py.
Source:  ``keras.ops`` for names; TensorFlow's ``_MinOrMaxGrad`` and PyTorch's ``amax`` for ties.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable, nondifferentiable
from minigrad.autodiff.op import Array
from minigrad.errors import ShapeError
from minigrad.ops.math import exp
from minigrad.ops.reduction import Axis, reduced_size, restore_axes, sum
from minigrad.ops.selection import divide_no_nan
from minigrad.shapes import normalize_axes, normalize_axis

_maximum: Any = np.maximum
_minimum: Any = np.minimum


@differentiable
def max(x: Array, axis: Axis = None, keepdims: bool = False, initial: float | None = None) -> Any:
    """Largest element over axes: ``y = max x``, so ``dx = g`` where x is the largest, else 0.

    Where k elements tie for the largest, each gets ``g / k``.

    Args:
        x: A tensor, array or list.
        axis: An axis or a tuple of axes, negative ones counting from the end. Default: all.
        keepdims: Whether the reduced axes stay, of size 1. Default False.
        initial: The least result there can be, and the maximum of nothing. Default: none.

    Returns:
        A tensor without the reduced axes (with them, of size 1, if keepdims); NaN if one element is.

    Raises:
        ShapeError: If an axis is out of range or named twice, or for the maximum of nothing.

    Source: ``keras.ops.max``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.max(mg.Tensor([[1.0, 2.0], [4.0, 3.0]]), axis=1)
        Tensor([2., 4.], shape=(2,), dtype=float32)
    """
    return _extremum("max", _maximum, x, axis, keepdims, initial)


@max.vjp
def _(g: Any, x: Any, out: Any, axis: Axis, keepdims: bool) -> Any:
    return _to_extrema(g, x, out, axis, keepdims)


@differentiable
def min(x: Array, axis: Axis = None, keepdims: bool = False, initial: float | None = None) -> Any:
    """Smallest element over axes: ``y = min x``, so ``dx = g`` where x is the smallest, else 0.

    Where k elements tie for the smallest, each gets ``g / k``.

    Args:
        x: A tensor, array or list.
        axis: An axis or a tuple of axes, negative ones counting from the end. Default: all.
        keepdims: Whether the reduced axes stay, of size 1. Default False.
        initial: The largest result there can be, and the minimum of nothing. Default: none.

    Returns:
        A tensor without the reduced axes (with them, of size 1, if keepdims); NaN if one element is.

    Raises:
        ShapeError: If an axis is out of range or named twice, or for the minimum of nothing.

    Source: ``keras.ops.min``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.min(mg.Tensor([[1.0, 2.0], [4.0, 3.0]]), axis=1)
        Tensor([1., 3.], shape=(2,), dtype=float32)
    """
    return _extremum("min", _minimum, x, axis, keepdims, initial)


@min.vjp
def _(g: Any, x: Any, out: Any, axis: Axis, keepdims: bool) -> Any:
    return _to_extrema(g, x, out, axis, keepdims)


def _extremum(name: str, ufunc: Any, x: Any, axis: Axis, keepdims: bool, initial: Any) -> Any:
    axes = normalize_axes(name, axis, np.ndim(x))
    try:
        return ufunc.reduce(x, axis=axes, keepdims=keepdims, initial=initial)
    except ValueError:
        if reduced_size(name, axis, np.shape(x)) or initial is not None:
            raise
        raise ShapeError(
            f"{name}: there is no {name} of no elements (x of shape {np.shape(x)}, axis {axis!r}); pass "
            "initial=... for what it is then"
        ) from None


def _to_extrema(g: Any, x: Any, out: Any, axis: Axis, keepdims: bool) -> Any:
    axes = normalize_axes("max", axis, x.ndim)
    best = restore_axes("max", out, axes, keepdims, x.shape)
    return restore_axes("max", g, axes, keepdims, x.shape) * even_shares(x, best, axes)


@nondifferentiable
def even_shares(x: Any, best: Any, axis: Axis) -> Any:
    """Return 1 / k for each of the k elements that equal ``best`` along the axes, 0 for the others.

    Args:
        x: Any tensor.
        best: What its elements are compared with, the reduced axes of size 1.
        axis: The axes along which the shares add up to 1 (to 0, where no element equals best).

    Returns:
        A constant tensor of x's shape and dtype.

    Example:
        >>> import minigrad as mg
        >>> even_shares(mg.Tensor([3.0, 1.0, 3.0]), 3.0, 0)
        Tensor([0.5, 0. , 0.5], shape=(3,), dtype=float32)
    """
    axes = normalize_axes("even_shares", axis, x.ndim)
    chosen = x == best
    counts = np.count_nonzero(chosen, axis=axes, keepdims=True)
    if (counts == 0).any():  # NaN equals nothing, yet it is what made the result NaN
        chosen |= np.isnan(x) & np.isnan(best)
        counts = np.maximum(1, np.count_nonzero(chosen, axis=axes, keepdims=True))
    return chosen / np.asarray(counts, x.dtype)


def amax(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Largest element over axes; NumPy's other name of `max`.

    Args:
        x: A tensor, array or list.
        axis: An axis or a tuple of axes, negative ones counting from the end. Default: all.
        keepdims: Whether the reduced axes stay, of size 1. Default False.

    Returns:
        A tensor as from `max`.

    Raises:
        ShapeError: As `max`.

    Source: ``keras.ops.amax``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.amax(mg.Tensor([1.0, 3.0, 2.0])).item()
        3.0
    """
    return max(x, axis, keepdims)


def amin(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Smallest element over axes; NumPy's other name of `min`.

    Args:
        x: A tensor, array or list.
        axis: An axis or a tuple of axes, negative ones counting from the end. Default: all.
        keepdims: Whether the reduced axes stay, of size 1. Default False.

    Returns:
        A tensor as from `min`.

    Raises:
        ShapeError: As `min`.

    Source: ``keras.ops.amin``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.amin(mg.Tensor([1.0, 3.0, 2.0])).item()
        1.0
    """
    return min(x, axis, keepdims)


def ptp(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Peak to peak, ``y = max x - min x``.

    Args:
        x: A tensor, array or list.
        axis: An axis or a tuple of axes, negative ones counting from the end. Default: all.
        keepdims: Whether the reduced axes stay, of size 1. Default False.

    Returns:
        A tensor without the reduced axes (with them, of size 1, if keepdims).

    Raises:
        ShapeError: If an axis is out of range or named twice, or if there are no elements.

    Source: ``keras.ops.ptp``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.ptp(mg.Tensor([1.0, 3.0, 2.0])).item()
        2.0
    """
    return max(x, axis, keepdims) - min(x, axis, keepdims)


@nondifferentiable
def argmax(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """Index of the largest element, the first one if several tie.

    Args:
        x: A tensor, array or list.
        axis: The axis along which to look. Default: none, and the index is into the flattened x.
        keepdims: Whether the reduced axes stay, of size 1. Default False.

    Returns:
        A constant int32 tensor without the axis (with it, of size 1, if keepdims).

    Raises:
        ShapeError: If the axis is out of range, or if there are no elements.

    Source: ``keras.ops.argmax``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.argmax(mg.Tensor([[1.0, 3.0, 2.0], [5.0, 4.0, 5.0]]), axis=-1)
        Tensor([1, 0], shape=(2,), dtype=int32)
    """
    axis = None if axis is None else normalize_axis("argmax", axis, np.ndim(x))
    return np.asarray(np.argmax(x, axis=axis, keepdims=keepdims), np.int32)


@nondifferentiable
def argmin(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """Index of the smallest element, the first one if several tie.

    Args:
        x: A tensor, array or list.
        axis: The axis along which to look. Default: none, and the index is into the flattened x.
        keepdims: Whether the reduced axes stay, of size 1. Default False.

    Returns:
        A constant int32 tensor without the axis (with it, of size 1, if keepdims).

    Raises:
        ShapeError: If the axis is out of range, or if there are no elements.

    Source: ``keras.ops.argmin``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.argmin(mg.Tensor([[1.0, 3.0, 2.0], [5.0, 4.0, 4.0]]), axis=-1)
        Tensor([0, 1], shape=(2,), dtype=int32)
    """
    axis = None if axis is None else normalize_axis("argmin", axis, np.ndim(x))
    return np.asarray(np.argmin(x, axis=axis, keepdims=keepdims), np.int32)


@differentiable
def logsumexp(x: Array, axis: Axis = None, keepdims: bool = False) -> Any:
    """Logarithm of the sum of exponentials: ``y = log sum exp(x)``, so ``dx = g exp(x) / sum exp(x)``.

    With m the largest element, it is ``m + log sum exp(x - m)``, in which nothing overflows. The shares
    of the gradient are computed in the same way: ``exp(x - y)`` would carry the rounding of a large y.

    Args:
        x: A tensor, array or list.
        axis: An axis or a tuple of axes, negative ones counting from the end. Default: all.
        keepdims: Whether the reduced axes stay, of size 1. Default False.

    Returns:
        A floating tensor without the reduced axes (with them, of size 1, if keepdims); of nothing, -inf.

    Raises:
        ShapeError: If an axis is out of range or named twice.

    Source: ``keras.ops.logsumexp``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.logsumexp(mg.Tensor([1000.0, 1000.0])).item()
        1000.693...
    """
    axes = normalize_axes("logsumexp", axis, x.ndim)
    if x.dtype.kind != "f":
        x = x.astype(np.float64)
    largest = _largest_finite(x, axes)
    total = np.sum(np.exp(x - largest), axis=axes, keepdims=True)
    with np.errstate(divide="ignore"):  # the logarithm of 0 is -inf, as it should be
        y = np.log(total) + largest
    return y if keepdims else y.reshape([size for i, size in enumerate(y.shape) if i not in axes])


@logsumexp.vjp
def _(g: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    exponentials = exp(x - _largest_finite(x, axis))  # any m gives the same shares, so m is a constant
    shares = divide_no_nan(exponentials, sum(exponentials, axis, True))
    return restore_axes("logsumexp", g, axis, keepdims, x.shape) * shares


@nondifferentiable
def _largest_finite(x: Any, axis: Axis) -> Any:
    """Return the largest element along the axes; 0 for an infinite one, of which exp is right as it is."""
    axes = normalize_axes("logsumexp", axis, x.ndim)
    largest = np.maximum.reduce(x, axis=axes, keepdims=True, initial=-np.inf)
    return np.where(np.isfinite(largest), largest, x.dtype.type(0))
