"""Normalization of each example by its own numbers: by mean and variance, mean square, or norm.

Idea:    unlike batch normalization, an example's result doesn't depend on its neighbors in the batch.
Shapes:  x (..., C) -> the same
Before:  ops/normalization.py.  Next: ops/methods.py.
Source:  ``keras.ops.layer_normalization``, ``rms_normalization``, ``normalize``; Ba et al. 2016;
         Zhang & Sennrich 2019.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import cast
from minigrad.config import epsilon as default_epsilon
from minigrad.config import floatx
from minigrad.errors import ShapeError
from minigrad.ops.elementwise import divide, multiply, subtract
from minigrad.ops.normalization import moments
from minigrad.ops.powers import power, rsqrt, square
from minigrad.ops.reduction import mean, sum
from minigrad.ops.reshape import reshape
from minigrad.ops.rounding import abs
from minigrad.ops.selection import maximum
from minigrad.shapes import Shape, normalize_axes

Axes = int | Sequence[int]


def layer_normalization(
    x: Any, gamma: Any = None, beta: Any = None, axis: Axes = -1, epsilon: float | None = None
) -> Any:
    """Normalize each example by its own statistics: ``y = gamma (x - m) / sqrt(v + epsilon) + beta``.

    m and v are the `moments` along the axes; the derivative is that of its parts.

    Args:
        x: A tensor, array or list.
        gamma: Of the shape of the normalized axes, or None (the default) for 1.
        beta: Likewise, for 0.
        axis: The axis or axes to normalize. Default -1.
        epsilon: Keeps the root away from 0. Default: `minigrad.config.epsilon`, 1e-7.

    Returns:
        A tensor of x's shape and dtype; float16 is computed in float32.

    Raises:
        ShapeError: If an axis is out of range, or gamma or beta don't fit.

    Source: ``keras.ops.layer_normalization``; Ba, Kiros & Hinton 2016.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.layer_normalization(mg.Tensor([1.0, 3.0, 1.0, 3.0]))
        Tensor([-1.,  1., -1.,  1.], shape=(4,), dtype=float32)
    """
    size = np.shape(x)
    axes = sorted(normalize_axes("layer_normalization", axis, len(size)))
    shape = tuple(n if i in axes else 1 for i, n in enumerate(size))
    x, narrow = _widened(x)
    m, v = moments(x, tuple(axes), True)
    y = subtract(x, m) * rsqrt(v + (default_epsilon() if epsilon is None else epsilon))
    if gamma is not None:
        y = y * _parameter("layer_normalization", "gamma", gamma, shape)
    if beta is not None:
        y = y + _parameter("layer_normalization", "beta", beta, shape)
    return cast(y, np.float16) if narrow else y


def rms_normalization(x: Any, scale: Any = None, axis: Axes = -1, epsilon: float | None = None) -> Any:
    """Divide by the root of the mean square: ``y = scale x / sqrt(mean(x^2) + epsilon)``.

    The derivative is that of its parts.

    Args:
        x: A tensor, array or list.
        scale: Of the shape of the normalized axes, or None (the default) for 1.
        axis: The axis or axes to normalize. Default -1.
        epsilon: Keeps the root away from 0. Default: `minigrad.config.epsilon`, 1e-7.

    Returns:
        A tensor of x's shape and dtype; float16 is computed in float32.

    Raises:
        ShapeError: If an axis is out of range, or scale doesn't fit.

    Source: ``keras.ops.rms_normalization``; Zhang & Sennrich 2019.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.rms_normalization(mg.Tensor([2.0, -2.0]))
        Tensor([ 1., -1.], shape=(2,), dtype=float32)
    """
    size = np.shape(x)
    axes = normalize_axes("rms_normalization", axis, len(size))
    x, narrow = _widened(x)
    mean_square = mean(square(x), axes, True)
    y = multiply(x, rsqrt(mean_square + (default_epsilon() if epsilon is None else epsilon)))
    if scale is not None:
        shape = tuple(n if i in axes else 1 for i, n in enumerate(size))
        y = y * _parameter("rms_normalization", "scale", scale, shape)
    return cast(y, np.float16) if narrow else y


def normalize(x: Any, axis: Axes = -1, order: int = 2, epsilon: float | None = None) -> Any:
    """Divide by the norm: ``y = x / max(|x|_p, epsilon)`` with ``|x|_p = (sum |x_i|^p)^(1/p)``.

    The derivative is that of its parts; it is finite at 0, too.

    Args:
        x: A tensor, array or list.
        axis: The axis or axes of a vector. Default -1.
        order: p, an integer of at least 1. Default 2.
        epsilon: The least norm to divide by. Default: `minigrad.config.epsilon`, 1e-7.

    Returns:
        A tensor of x's shape; (1,) for a number.

    Raises:
        ShapeError: If an axis is out of range.
        ValueError: If order is not an integer of at least 1.

    Source: ``keras.ops.normalize``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.normalize(mg.Tensor([3.0, 4.0]))
        Tensor([0.6, 0.8], shape=(2,), dtype=float32)
    """
    if isinstance(order, bool) or not isinstance(order, int) or order < 1:
        raise ValueError(f"normalize: order must be an integer >= 1; got {order!r}")
    if not np.shape(x):
        x = reshape(x, (1,))
    axes = normalize_axes("normalize", axis, len(np.shape(x)))
    least = default_epsilon() if epsilon is None else epsilon
    if order == 1:
        return divide(x, maximum(sum(abs(x), axes, True), least))
    # The root's slope at 0 is infinite, so it is the power below the root that is kept from getting there.
    if order == 2:
        return multiply(x, rsqrt(maximum(sum(square(x), axes, True), _power_of(least, 2, x))))
    powers = maximum(sum(power(abs(x), order), axes, True), _power_of(least, order, x))
    return divide(x, power(powers, 1.0 / order))


# -- what they share -----------------------------------------------------------------------------


def _parameter(name: str, argument: str, value: Any, shape: Shape) -> Any:
    """Return a parameter of the normalized axes in the shape in which it broadcasts against x."""
    given = np.shape(value)
    if math.prod(given) != math.prod(shape):
        wanted = tuple(size for size in shape if size != 1)
        raise ShapeError(f"{name}: {argument} must be of shape {wanted}; got {given}")
    return reshape(value, shape)


def _widened(x: Any) -> tuple[Any, bool]:
    """Return float16 as float32, and whether it was."""
    narrow = getattr(x, "dtype", None) == np.float16
    return (cast(x, np.float32) if narrow else x), narrow


def _power_of(least: float, order: int, x: Any) -> float:
    """Return ``least ** order``, or the least number that x's dtype has if that is 0 there."""
    dtype = getattr(x, "dtype", np.dtype(floatx()))
    tiny = np.finfo(dtype if dtype.kind == "f" else floatx()).tiny
    return max(least**order, float(tiny))
