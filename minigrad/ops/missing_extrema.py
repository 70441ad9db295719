"""Numbers with some missing: the largest and the smallest, NaN left out.

Idea:    put minus infinity in the place of a NaN, and it is never the largest.
Shapes:  (..., reduced, ...) -> (..., ...); with keepdims=True the reduced axes stay, of size 1.
Before:  ops/missing.py, ops/extrema.py.  Next: ops/quantile.py.
Source:  ``keras.ops`` for names and argument order; NumPy's functions of these names.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autodiff.tensor import wrap
from minigrad.ops.comparison import isnan
from minigrad.ops.conversion import convert_to_tensor
from minigrad.ops.extrema import argmax, argmin, max, min
from minigrad.ops.missing import without
from minigrad.ops.reduction import Axis, all
from minigrad.ops.selection import maximum, minimum, where


def nanmax(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Largest of what is there, as `max` without the NaNs; where all are NaN, it is NaN.

    Args:
        x: A tensor, array or list.
        axis: An axis or a tuple of axes, negative ones counting from the end. Default: all.
        keepdims: Whether the reduced axes stay, of size 1. Default False.

    Returns:
        A tensor without the reduced axes (with them, of size 1, if keepdims).

    Raises:
        ShapeError: If an axis is out of range or named twice, or if there are no elements.

    Source: ``keras.ops.nanmax``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.nanmax(mg.Tensor([1.0, float("nan"), 4.0])).item()
        4.0
    """
    x = convert_to_tensor(x)
    best = max(without(x, -math.inf), axis, keepdims)
    return where(all(isnan(x), axis, keepdims), math.nan, best) if x.dtype.kind == "f" else best


def nanmin(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Smallest of what is there, as `min` without the NaNs; where all are NaN, it is NaN.

    Args:
        x: A tensor, array or list.
        axis: An axis or a tuple of axes, negative ones counting from the end. Default: all.
        keepdims: Whether the reduced axes stay, of size 1. Default False.

    Returns:
        A tensor without the reduced axes (with them, of size 1, if keepdims).

    Raises:
        ShapeError: If an axis is out of range or named twice, or if there are no elements.

    Source: ``keras.ops.nanmin``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.nanmin(mg.Tensor([1.0, float("nan"), 4.0])).item()
        1.0
    """
    x = convert_to_tensor(x)
    best = min(without(x, math.inf), axis, keepdims)
    return where(all(isnan(x), axis, keepdims), math.nan, best) if x.dtype.kind == "f" else best


def nanargmax(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """Where the largest of what is there is; -1 where all are NaN.

    Args:
        x: A tensor, array or list.
        axis: The axis. Default: none, and the index is that of the flattened tensor.
        keepdims: Whether the axis stays, of size 1. Default False.

    Returns:
        A constant int32 tensor.

    Raises:
        ShapeError: If the axis is out of range, or if there are no elements.

    Source: ``keras.ops.nanargmax``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.nanargmax(mg.Tensor([1.0, float("nan"), 4.0])).item()
        2
    """
    place = argmax(without(x, -math.inf), axis, keepdims)
    return where(all(isnan(x), axis, keepdims), wrap(np.array(-1, np.int32)), place)


def nanargmin(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """Where the smallest of what is there is; -1 where all are NaN.

    Args:
        x: A tensor, array or list.
        axis: The axis. Default: none, and the index is that of the flattened tensor.
        keepdims: Whether the axis stays, of size 1. Default False.

    Returns:
        A constant int32 tensor.

    Raises:
        ShapeError: If the axis is out of range, or if there are no elements.

    Source: ``keras.ops.nanargmin``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.nanargmin(mg.Tensor([1.0, float("nan"), 4.0])).item()
        0
    """
    place = argmin(without(x, math.inf), axis, keepdims)
    return where(all(isnan(x), axis, keepdims), wrap(np.array(-1, np.int32)), place)


def fmax(x1: Any, x2: Any) -> Any:
    """Take the greater, and beside a NaN the number: `maximum` where neither is NaN, with its gradients.

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise; the shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the common dtype; NaN only where both are.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.fmax``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.fmax(mg.Tensor([-1.0, float("nan")]), 0.0)
        Tensor([0., 0.], shape=(2,), dtype=float32)
    """
    return where(isnan(x1), x2, where(isnan(x2), x1, maximum(x1, x2)))


def fmin(x1: Any, x2: Any) -> Any:
    """Take the lesser, and beside a NaN the number: `minimum` where neither is NaN, with its gradients.

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise; the shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the common dtype; NaN only where both are.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.fmin``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.fmin(mg.Tensor([-1.0, float("nan")]), 0.0)
        Tensor([-1.,  0.], shape=(2,), dtype=float32)
    """
    return where(isnan(x1), x2, where(isnan(x2), x1, minimum(x1, x2)))
