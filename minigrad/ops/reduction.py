"""Reductions: many numbers to one, along some axes.

Idea:    what a sum collects, its derivative hands back to every element.
Shapes:  (..., reduced, ...) -> (..., ...); with keepdims=True the reduced axes stay, of size 1.
Before:  ops/elementwise.py, ops/selection.py.  Next: ops/extrema.py.
Source:  ``keras.ops`` for names and argument order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.autodiff.broadcasting import broadcast_to
from minigrad.autodiff.differentiable import differentiable, nondifferentiable
from minigrad.autodiff.op import Array
from minigrad.errors import ShapeError
from minigrad.ops.selection import divide_no_nan
from minigrad.shapes import Shape, normalize_axes

Axis = int | Sequence[int] | None
"""What a reduction runs over: an axis, several, or None for all of them."""


@differentiable
def sum(x: Array, axis: Axis = None, keepdims: bool = False) -> Any:
    """Sum over axes: ``y = sum x``, so every element gets ``dx = g``.

    Args:
        x: A tensor, array or list.
        axis: An axis or a tuple of axes, negative ones counting from the end. Default: all.
        keepdims: Whether the reduced axes stay, of size 1. Default False.

    Returns:
        A tensor without the reduced axes (with them, of size 1, if keepdims); of nothing, 0.

    Raises:
        ShapeError: If an axis is out of range or named twice.

    Source: ``keras.ops.sum``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.sum(mg.Tensor([[1.0, 2.0], [3.0, 4.0]]), axis=0)
        Tensor([4., 6.], shape=(2,), dtype=float32)
    """
    return np.sum(x, axis=normalize_axes("sum", axis, np.ndim(x)), keepdims=keepdims)


@sum.vjp
def _(g: Any, axis: Axis, keepdims: bool, x_shape: Shape) -> Any:
    return broadcast_to(restore_axes("sum", g, axis, keepdims, x_shape), x_shape)


@differentiable
def mean(x: Array, axis: Axis = None, keepdims: bool = False) -> Any:
    """Average over axes: ``y = (sum x) / n``, so every element gets ``dx = g / n``.

    Args:
        x: A tensor, array or list.
        axis: An axis or a tuple of axes, negative ones counting from the end. Default: all.
        keepdims: Whether the reduced axes stay, of size 1. Default False.

    Returns:
        A floating tensor without the reduced axes (with them, of size 1, if keepdims); of nothing, NaN.

    Raises:
        ShapeError: If an axis is out of range or named twice.

    Source: ``keras.ops.mean``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.mean(mg.Tensor([[1.0, 2.0], [3.0, 4.0]]), axis=0)
        Tensor([2., 3.], shape=(2,), dtype=float32)
    """
    return _moment("mean", np.mean, x, axis, keepdims)


@mean.vjp
def _(g: Any, axis: Axis, keepdims: bool, x_shape: Shape) -> Any:
    share = g / float(max(1, reduced_size("mean", axis, x_shape)))
    return broadcast_to(restore_axes("mean", share, axis, keepdims, x_shape), x_shape)


@differentiable
def var(x: Array, axis: Axis = None, keepdims: bool = False) -> Any:
    """Variance over axes: ``y = mean (x - mean x)^2``, so ``dx = g (2 / n) (x - mean x)``.

    It is the biased one: the mean is over n numbers, not n - 1.

    Args:
        x: A tensor, array or list.
        axis: An axis or a tuple of axes, negative ones counting from the end. Default: all.
        keepdims: Whether the reduced axes stay, of size 1. Default False.

    Returns:
        A floating tensor without the reduced axes (with them, of size 1, if keepdims); of nothing, NaN.

    Raises:
        ShapeError: If an axis is out of range or named twice.

    Source: ``keras.ops.var``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.var(mg.Tensor([1.0, 2.0, 3.0, 6.0])).item()
        3.5
    """
    return _moment("var", np.var, x, axis, keepdims)


@var.vjp
def _(g: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    scale = 2.0 / max(1, reduced_size("var", axis, x.shape))
    return restore_axes("var", g, axis, keepdims, x.shape) * (x - mean(x, axis, True)) * scale


@differentiable
def std(x: Array, axis: Axis = None, keepdims: bool = False) -> Any:
    """Standard deviation over axes: ``y = sqrt(var x)``, so ``dx = g (x - mean x) / (n y)``.

    Where all numbers are the same, y = 0, there is no derivative: the gradient is 0 there, not NaN.

    Args:
        x: A tensor, array or list.
        axis: An axis or a tuple of axes, negative ones counting from the end. Default: all.
        keepdims: Whether the reduced axes stay, of size 1. Default False.

    Returns:
        A floating tensor without the reduced axes (with them, of size 1, if keepdims); of nothing, NaN.

    Raises:
        ShapeError: If an axis is out of range or named twice.

    Source: ``keras.ops.std``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.std(mg.Tensor([1.0, 5.0])).item()
        2.0
    """
    return _moment("std", np.std, x, axis, keepdims)


@std.vjp
def _(g: Any, x: Any, out: Any, axis: Axis, keepdims: bool) -> Any:
    slope = divide_no_nan(g, out) / float(max(1, reduced_size("std", axis, x.shape)))
    return restore_axes("std", slope, axis, keepdims, x.shape) * (x - mean(x, axis, True))


def average(x: Any, axis: Axis = None, weights: Any = None) -> Any:
    """Weighted average over axes: ``y = sum(w x) / sum(w)``; a composition of `sum`.

    Args:
        x: A tensor, array or list.
        axis: An axis or a tuple of axes, negative ones counting from the end. Default: all.
        weights: A tensor of x's shape, or a vector for the one axis. Default: all weights are 1.

    Returns:
        A floating tensor without the reduced axes.

    Raises:
        ShapeError: If an axis is out of range, or the weights fit neither x nor the axis.
        ZeroDivisionError: If weights add up to zero.

    Source: ``keras.ops.average``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.average(mg.Tensor([1.0, 4.0]), weights=mg.Tensor([3.0, 1.0])).item()
        1.75
    """
    if weights is None:
        return mean(x, axis)
    shape, given = np.shape(x), np.shape(weights)
    axes = normalize_axes("average", axis, len(shape))
    if given != shape:
        if len(axes) != 1 or given != (shape[axes[0]],):
            raise ShapeError(
                f"average: weights of shape {given} fit neither x of shape {shape} nor its axis {axis!r}; "
                "give one weight for each element, or a vector of weights and the one axis it is for"
            )
        weights = weights if hasattr(weights, "reshape") else np.asarray(weights, np.float32)
        weights = weights.reshape([size if index in axes else 1 for index, size in enumerate(shape)])
    weights = broadcast_to(weights, shape)
    total = sum(weights, axes)
    if (np.asarray(total) == 0).any():
        raise ZeroDivisionError("average: the weights add up to zero, so there is no average")
    return sum(weights * x, axes) / total


@nondifferentiable
def count_nonzero(x: Any, axis: Axis = None) -> Any:
    """Count the elements that are not zero.

    Args:
        x: A tensor, array or list.
        axis: An axis or a tuple of axes, negative ones counting from the end. Default: all.

    Returns:
        A constant int32 tensor without the reduced axes.

    Raises:
        ShapeError: If an axis is out of range or named twice.

    Source: ``keras.ops.count_nonzero``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.count_nonzero(mg.Tensor([[0.0, 2.0], [3.0, 4.0]]), axis=0)
        Tensor([1, 2], shape=(2,), dtype=int32)
    """
    axes = normalize_axes("count_nonzero", axis, np.ndim(x))
    return np.sum(np.not_equal(x, 0), axis=axes, dtype=np.int32)


@nondifferentiable
def any(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Tell whether one of the elements at least is true (not zero).

    Args:
        x: A tensor, array or list.
        axis: An axis or a tuple of axes, negative ones counting from the end. Default: all.
        keepdims: Whether the reduced axes stay, of size 1. Default False.

    Returns:
        A constant boolean tensor without the reduced axes (with them, if keepdims); of nothing, False.

    Raises:
        ShapeError: If an axis is out of range or named twice.

    Source: ``keras.ops.any``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.any(mg.Tensor([[0.0, 2.0], [0.0, 0.0]]), axis=1)
        Tensor([ True, False], shape=(2,), dtype=bool)
    """
    return np.any(x, axis=normalize_axes("any", axis, np.ndim(x)), keepdims=keepdims)


@nondifferentiable
def all(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Tell whether every element is true (not zero).

    Args:
        x: A tensor, array or list.
        axis: An axis or a tuple of axes, negative ones counting from the end. Default: all.
        keepdims: Whether the reduced axes stay, of size 1. Default False.

    Returns:
        A constant boolean tensor without the reduced axes (with them, if keepdims); of nothing, True.

    Raises:
        ShapeError: If an axis is out of range or named twice.

    Source: ``keras.ops.all``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.all(mg.Tensor([[0.0, 2.0], [3.0, 4.0]]), axis=1)
        Tensor([False,  True], shape=(2,), dtype=bool)
    """
    return np.all(x, axis=normalize_axes("all", axis, np.ndim(x)), keepdims=keepdims)


# -- what reductions share -----------------------------------------------------------------------


def restore_axes(name: str, y: Any, axis: Axis, keepdims: bool, shape: Shape) -> Any:
    """Return the result ``y`` of a reduction with the reduced axes back, of size 1."""
    if keepdims:
        return y
    axes = normalize_axes(name, axis, len(shape))
    return y.reshape(tuple(1 if index in axes else size for index, size in enumerate(shape)))


def reduced_size(name: str, axis: Axis, shape: Shape) -> int:
    """Return how many elements of an array of ``shape`` a reduction makes one of."""
    return math.prod(shape[index] for index in normalize_axes(name, axis, len(shape)))


def _moment(name: str, function: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    """Return NumPy's mean, var or std; NaN, but without its warning, for the moment of nothing."""
    axes = normalize_axes(name, axis, x.ndim)
    if reduced_size(name, axes, x.shape):
        return function(x, axis=axes, keepdims=keepdims)
    nothing = np.sum(x, axis=axes, keepdims=keepdims)
    return np.full_like(nothing, np.nan, dtype=x.dtype if x.dtype.kind == "f" else np.float64)
