"""Softmax and its relatives: numbers that sum to one.

Idea:    exponentials of the largest inputs overflow, and those of the smallest vanish. Softmax doesn't change
         when all inputs are shifted, so the largest is shifted to 0 first: then neither can happen.
Shapes:  (..., C, ...) -> the same
Before:  ops/reduction.py, ops/math.py.  Next: ops/losses.py.
Source:  ``keras.ops.softmax``, ``log_softmax``, ``sparsemax``, ``glu``.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.errors import LikelyMistakeWarning, ShapeError
from minigrad.ops.activation import sigmoid
from minigrad.ops.math import exp
from minigrad.ops.reduction import sum
from minigrad.ops.splitting import split
from minigrad.shapes import normalize_axes, normalize_axis


@differentiable
def softmax(x: Array, axis: Any = -1) -> Any:
    """Exponentials over their sum: ``y_i = exp(x_i) / sum_j exp(x_j)``, ``dx_i = y_i (g_i - sum_j g_j y_j)``.

    Args:
        x: A tensor, array or list.
        axis: The axis along which the results sum to 1; a tuple for several. Default -1.

    Returns:
        A tensor of x's shape, between 0 and 1.

    Raises:
        ShapeError: If an axis is out of range or named twice.

    Warns:
        UserWarning: If there is one number only to choose from: the result is always 1, where a sigmoid
            may have been meant.

    Source: ``keras.ops.softmax``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.softmax(mg.Tensor([1.0, 1.0, 1000.0, 1000.0]))
        Tensor([0. , 0. , 0.5, 0.5], shape=(4,), dtype=float32)
    """
    axes = normalize_axes("softmax", axis, x.ndim)
    if x.size and all(x.shape[one] == 1 for one in axes):
        warnings.warn(
            f"softmax over axis {axis} of shape {x.shape}: that is one number, and the result is always 1; "
            "a sigmoid may have been meant",
            LikelyMistakeWarning,
            stacklevel=4,
        )
    x = _as_float(x)
    y = np.exp(x - x.max(axis=axes, keepdims=True, initial=-np.inf))
    y /= y.sum(axis=axes, keepdims=True)
    return y


@softmax.vjp
def _(g: Any, axis: Any, out: Any) -> Any:
    return out * (g - sum(g * out, axis, True))


@differentiable
def log_softmax(x: Array, axis: Any = -1) -> Any:
    """The logarithm of softmax: ``y_i = x_i - log sum_j exp(x_j)``, ``dx_i = g_i - exp(y_i) sum_j g_j``.

    Args:
        x: A tensor, array or list.
        axis: The axis along which ``exp y`` sums to 1; a tuple for several. Default -1.

    Returns:
        A tensor of x's shape, at most 0. Exact also where softmax itself rounds to 0.

    Raises:
        ShapeError: If an axis is out of range or named twice.

    Source: ``keras.ops.log_softmax``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.log_softmax(mg.Tensor([0.0, 1000.0]))
        Tensor([-1000.,     0.], shape=(2,), dtype=float32)
    """
    return log_softmax_array(x, normalize_axes("log_softmax", axis, x.ndim))


@log_softmax.vjp
def _(g: Any, axis: Any, out: Any) -> Any:
    return g - exp(out) * sum(g, axis, True)


def log_softmax_array(x: Any, axis: Any) -> Any:
    """Return `log_softmax` of an ndarray: what the crossentropies need, too."""
    x = _as_float(x)
    if not x.size:
        return x.copy()
    shifted = x - x.max(axis=axis, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    return shifted


@differentiable(aux=True)
def sparsemax(x: Array, axis: int = -1) -> Any:
    """The nearest point that sums to 1: ``y_i = max(x_i - t, 0)``, t such that they do; many y_i are 0.

    On the support S, where y is positive, ``dx_i = g_i - mean over S of g``; elsewhere it is 0.

    Args:
        x: A tensor, array or list.
        axis: The axis along which the results sum to 1. Default -1.

    Returns:
        A tensor of x's shape, between 0 and 1.

    Raises:
        ShapeError: If the axis is out of range.

    Source: ``keras.ops.sparsemax``; Martins & Astudillo 2016, "From Softmax to Sparsemax".

    Example:
        >>> import minigrad as mg
        >>> mg.ops.sparsemax(mg.Tensor([-1.0, 0.5, 1.0]))
        Tensor([0.  , 0.25, 0.75], shape=(3,), dtype=float32)
    """
    axis = normalize_axis("sparsemax", axis, x.ndim)
    x = _as_float(x)
    x = x - x.max(axis=axis, keepdims=True, initial=-np.inf)  # as for softmax, a shift changes nothing
    descending = -np.sort(-x, axis=axis)
    # With the k largest as support, t = (their sum - 1) / k; k is the largest for which its last is above t.
    counts = np.arange(1, x.shape[axis] + 1, dtype=x.dtype).reshape(-1, *(1,) * (x.ndim - axis - 1))
    thresholds = (np.cumsum(descending, axis=axis, dtype=x.dtype) - 1) / counts
    last = np.sum(descending > thresholds, axis=axis, keepdims=True) - 1
    y = np.maximum(x - np.take_along_axis(thresholds, last, axis) if x.size else x, 0)
    return y, (y > 0).astype(x.dtype)


@sparsemax.vjp
def _(g: Any, axis: Any, aux: Any) -> Any:
    counts = np.maximum(aux.sum(axis=axis, keepdims=True), 1)  # 0 only if there is nothing
    return aux * (g - sum(g * aux, axis, True) / counts)


def glu(x: Any, axis: int = -1) -> Any:
    """Gated linear unit: ``y = a sigmoid(b)``, where a and b are the halves of x along an axis.

    Args:
        x: A tensor, array or list.
        axis: The axis to halve. Default -1.

    Returns:
        A tensor of x's shape but for that axis, which is half as long.

    Raises:
        ShapeError: If the axis is out of range or of odd size.

    Source: ``keras.ops.glu``; Dauphin et al. 2017.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.glu(mg.Tensor([3.0, 4.0, 0.0, 100.0]))
        Tensor([1.5, 4. ], shape=(2,), dtype=float32)
    """
    shape = np.shape(x)
    if shape[normalize_axis("glu", axis, len(shape))] % 2:
        raise ShapeError(f"glu: axis {axis} is halved, so its size must be even; got shape {shape}")
    linear, gate = split(x, 2, axis)
    return linear * sigmoid(gate)


def _as_float(x: Any) -> Any:
    """Return integers as floats, which hold what is below all of them."""
    return x if x.dtype.kind == "f" else x.astype(np.float64)
