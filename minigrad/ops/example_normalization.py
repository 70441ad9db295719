"""Normalization of each example by its own numbers: by mean and variance, mean square, or norm.

Idea:    unlike batch normalization, an example's result doesn't depend on its neighbors in the batch.
Shapes:  x (..., C) -> the same
Before:  kernels/example_normalization.py (the passes over memory), ops/normalization.py.
          Next: ops/methods.py.
Source:  ``keras.ops.layer_normalization``, ``rms_normalization``, ``normalize``; Ba et al. 2016;
         Zhang & Sennrich 2019.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import cast, differentiable
from minigrad.autodiff.op import Array
from minigrad.autodiff.values import floating
from minigrad.config import epsilon as default_epsilon
from minigrad.config import floatx
from minigrad.errors import ShapeError
from minigrad.kernels import example_normalization as kernels
from minigrad.ops.axes import transpose
from minigrad.ops.elementwise import divide, multiply
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

    m and v are the `moments` along the axes; the derivative is that of `normalize_groups`.

    Args:
        x: A tensor, array or list.
        gamma: Of the shape of the normalized axes, or None (the default) for 1.
        beta: Likewise, for 0.
        axis: The axis or axes to normalize. Default -1.
        epsilon: Keeps the root away from 0. Default: `minigrad.config.epsilon`, 1e-7.

    Returns:
        A tensor of x's shape and dtype; float16 is computed in float32.

    Raises:
        ShapeError: If an axis is out of range, gamma or beta don't fit, or there is nothing to average over.

    Source: ``keras.ops.layer_normalization``; Ba, Kiros & Hinton 2016.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.layer_normalization(mg.Tensor([1.0, 3.0, 1.0, 3.0]))
        Tensor([-1.,  1., -1.,  1.], shape=(4,), dtype=float32)
    """
    size = np.shape(x)
    axes = sorted(normalize_axes("layer_normalization", axis, len(size)))
    shape = tuple(n if i in axes else 1 for i, n in enumerate(size))
    if not math.prod(shape):
        raise ShapeError(f"layer_normalization: there is nothing to average over along axes {axes} of {size}")
    gamma, beta = (
        None if one is None else reshape(_parameter("layer_normalization", name, one, shape), (-1,))
        for name, one in (("gamma", gamma), ("beta", beta))
    )
    order = (*(i for i in range(len(size)) if i not in axes), *axes)
    moved = order != tuple(range(len(size)))
    x, narrow = _widened(transpose(x, order) if moved else x)
    rows = reshape(x, (math.prod(size) // math.prod(shape), 1, math.prod(shape)))
    y = normalize_groups(rows, gamma, beta, 1, default_epsilon() if epsilon is None else epsilon, 2)
    y = reshape(y, tuple(size[i] for i in order))
    y = transpose(y, tuple(np.argsort(order).tolist())) if moved else y
    return cast(y, np.float16) if narrow else y


@differentiable(aux=True)
def normalize_groups(
    x: Array, scale: Array | None, offset: Array | None, groups: int, epsilon: float, axis: int
) -> Any:
    """Normalize groups of channels of each example: ``y = scale (x - m) r + offset``.

    ``r = 1 / sqrt(v + epsilon)``, m and v being mean and variance of a group's channels at all places. With
    ``h = g scale`` and means over the group, ``dx = r (h - mean h - (x - m) r^2 mean(h (x - m)))``;
    ``dscale = sum g (x - m) r`` and ``doffset = sum g``.

    Args:
        x: (N, S, C), or (N, C, S): N examples of S places and C channels. Integers become float32.
        scale: (C,) or None for 1.
        offset: (C,) or None for 0.
        groups: G, a divisor of C: so many runs of neighboring channels.
        epsilon: Keeps the root away from 0.
        axis: That of the channels: 2 or 1.

    Returns:
        A tensor of x's shape.

    Raises:
        ShapeError: If there is nothing to average over.

    Source: Ba, Kiros & Hinton 2016; Wu & He 2018.

    Example:
        >>> import minigrad as mg
        >>> x = mg.Tensor([[[1.0, 3.0, 10.0, 30.0]]])
        >>> normalize_groups(x, None, None, 2, 0.0, 2).tolist()
        [[[-1.0, 1.0, -1.0, 1.0]]]
    """
    if not math.prod(x.shape[1:]):
        raise ShapeError(f"normalize_groups: there is nothing to average over in x of shape {x.shape}")
    x = floating(x)
    wide = np.ascontiguousarray(x, np.result_type(x, np.float32))  # float16 is too narrow for squares
    y, mean, inverse = kernels.normalize_groups(wide, groups, epsilon, scale, offset, axis)
    return y.astype(x.dtype, copy=False), (mean, inverse)


@normalize_groups.vjp
def _(g: Any, x: Any, scale: Any, offset: Any, groups: Any, epsilon: Any, axis: Any, aux: Any) -> Any:
    if isinstance(g, np.ndarray):
        (m, r), dtype = aux, g.dtype
        g, x = (np.ascontiguousarray(one, m.dtype) for one in (g, x))
        dx, dscale, doffset = kernels.normalize_groups_gradient(g, x, m, r, scale, axis)
        dx, dscale, doffset = (one.astype(dtype, copy=False) for one in (dx, dscale, doffset))
        return dx, None if scale is None else dscale, None if offset is None else doffset
    parts = (*x.shape[:axis], groups, x.shape[axis] // groups, *x.shape[axis + 1 :])  # (N, S, G, K), say
    over = (1, 3) if axis == 2 else (2, 3)
    grouped = reshape(x, parts)
    m, v = moments(grouped, over, True)
    inverse = rsqrt(v + epsilon)
    normal = (grouped - m) * inverse
    h = g if scale is None else g * reshape(scale, (-1,) if axis == 2 else (-1, 1))
    h = reshape(h, parts)
    dx = inverse * (h - mean(h, over, True) - normal * mean(h * normal, over, True))
    places = (0, 3 - axis)
    return (
        reshape(dx, x.shape),
        None if scale is None else sum(g * reshape(normal, x.shape), places),
        None if offset is None else sum(g, places),
    )


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
