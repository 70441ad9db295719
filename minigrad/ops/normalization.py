"""Batch normalization: mean 0 and variance 1, channel by channel.

Idea:    shift and scale, so that the next layer meets numbers of a known size whatever the last one did.
         In training, mean and variance are functions of x, and the gradient flows through them as well.
Shapes:  x (..., C) -> statistics (C,) -> (..., C)
Before:  kernels/normalization.py (the passes over memory).  Next: ops/example_normalization.py.
Source:  ``keras.ops.moments``, ``batch_normalization``; Ioffe & Szegedy 2015, "Batch Normalization".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.config import floatx
from minigrad.errors import ShapeError
from minigrad.kernels import normalization as kernels
from minigrad.ops.powers import rsqrt
from minigrad.ops.reduction import reduced_size, restore_axes, sum
from minigrad.shapes import Shape, normalize_axes, normalize_axis

Axes = int | Sequence[int]


@differentiable
def moments(x: Array, axes: Axes, keepdims: bool = False, synchronized: bool = False) -> Any:
    """Return mean and variance: ``m = sum x / n`` and ``v = sum (x - m)^2 / n``.

    For their gradients gm and gv, ``dx = gm / n + 2 (x - m) gv / n``.

    Args:
        x: A tensor, array or list.
        axes: An axis or several, to average over.
        keepdims: Whether these axes stay, of size 1. Default False.
        synchronized: Of no use on one machine: True is an error.

    Returns:
        Two tensors, without these axes.

    Raises:
        ShapeError: If an axis is out of range or named twice, or there is nothing to average over.
        ValueError: If synchronized is True.

    Source: ``keras.ops.moments``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.moments(mg.Tensor([1.0, 3.0]), axes=[0])
        (Tensor(2., shape=(), dtype=float32), Tensor(1., shape=(), dtype=float32))
    """
    if synchronized:
        raise ValueError("moments: synchronized=True would average over devices, and there is only one")
    over = normalize_axes("moments", axes, x.ndim)
    if not math.prod(x.shape[axis] for axis in over):
        raise ShapeError(f"moments: there is nothing to average over along axes {axes} of shape {x.shape}")
    dtype = x.dtype if x.dtype.kind == "f" else np.dtype(floatx())
    x = x.astype(np.result_type(dtype, np.float32), copy=False)  # float16 is too narrow for squares
    shape = tuple(1 if axis in over else size for axis, size in enumerate(x.shape))
    rows = _rows(x, shape)
    if rows is not None:
        m, v = kernels.moments(rows)
    else:
        m = x.mean(axis=over, keepdims=True)
        v = np.square(x - m).mean(axis=over)
    if not keepdims:
        shape = tuple(size for axis, size in enumerate(x.shape) if axis not in over)
    return m.reshape(shape).astype(dtype, copy=False), v.reshape(shape).astype(dtype, copy=False)


@moments.vjp
def _(g: Any, x: Any, axes: Any, keepdims: Any, out: Any) -> Any:
    m, gm, gv = (restore_axes("moments", y, axes, keepdims, x.shape) for y in (out[0], *g))
    n = reduced_size("moments", axes, x.shape)
    return _center_scale_shift(x, m, gv * (2.0 / n), gm / n)


@differentiable
def batch_normalization(
    x: Array,
    mean: Array,
    variance: Array,
    axis: int,
    offset: Array | None = None,
    scale: Array | None = None,
    epsilon: float = 1e-3,
) -> Any:
    """Normalize by given statistics: ``y = scale (x - mean) / s + offset``, ``s = sqrt(variance + epsilon)``.

    With sums over all axes but one: ``dx = g scale / s``, ``dmean = -sum dx``, ``doffset = sum g``,
    ``dscale = sum g (x - mean) / s`` and ``dvariance = -scale sum g (x - mean) / (2 s^3)``. Where mean and
    variance come from x, by `moments`, the gradient flows on through them.

    Args:
        x: A tensor, array or list.
        mean: (C,), C being x's size along the axis.
        variance: (C,).
        axis: The axis of the channels.
        offset: (C,) or None (the default), for 0.
        scale: (C,) or None (the default), for 1.
        epsilon: Keeps the root away from 0. Default 1e-3.

    Returns:
        A tensor of x's shape.

    Raises:
        ShapeError: If the axis is out of range or a statistic is not of shape (C,).

    Source: ``keras.ops.batch_normalization``; Ioffe & Szegedy 2015.

    Example:
        >>> import minigrad as mg
        >>> x = mg.Tensor([[1.0], [3.0]])
        >>> mg.ops.batch_normalization(x, [2.0], [1.0], axis=-1, epsilon=0.0).tolist()
        [[-1.0], [1.0]]
    """
    shape = _statistic_shape(x.shape, axis)
    expected = (math.prod(shape),)
    for name, value in (("mean", mean), ("variance", variance), ("offset", offset), ("scale", scale)):
        if value is not None and np.shape(value) != expected:
            raise ShapeError(
                f"batch_normalization: {name} must be of shape {expected}, as x of shape {x.shape} has so "
                f"many channels along axis {axis}; got {np.shape(value)}"
            )
    factor = 1.0 / np.sqrt(variance + epsilon)
    if scale is not None:
        factor *= scale
    shift = None if offset is None else offset.reshape(shape)
    return _center_scale_shift(x, mean.reshape(shape), factor.reshape(shape), shift)


@batch_normalization.vjp
def _(
    g: Any, x: Any, mean: Any, variance: Any, axis: Any, offset: Any, scale: Any, epsilon: Any, needs: Any
) -> Any:
    shape = _statistic_shape(x.shape, axis)
    inverse = rsqrt(variance + epsilon)
    factor = inverse if scale is None else inverse * scale
    total, product = _gradient_sums(g, x, mean, shape) if any(needs[1:]) else (None, None)
    return (
        g * factor.reshape(shape) if needs[0] else None,
        -factor * total if needs[1] else None,
        product * factor * inverse * inverse * -0.5 if needs[2] else None,
        total if needs[3] else None,
        product * inverse if needs[4] else None,
    )


@differentiable
def normalize_batch(
    x: Array, axis: int, offset: Array | None = None, scale: Array | None = None, epsilon: float = 1e-3
) -> tuple[Any, ...]:
    """Normalize by x's own statistics: `moments` and `batch_normalization` in one, for training.

    ``y = scale (x - m) / s + offset``, ``s = sqrt(v + epsilon)``, m and v being mean and variance of the n
    numbers of a channel. With gm and gv the gradients of m and v, if they are used further,
    ``dx = (scale / s) (g - sum g / n - (x - m) sum g (x - m) / (n s^2)) + gm / n + 2 (x - m) gv / n``;
    ``doffset = sum g`` and ``dscale = sum g (x - m) / s``.

    Args:
        x: A tensor, array or list.
        axis: The axis of the channels.
        offset: (C,) or None (the default), for 0.
        scale: (C,) or None (the default), for 1.
        epsilon: Keeps the root away from 0. Default 1e-3.

    Returns:
        Three tensors: y of x's shape, m and v (C,).

    Raises:
        ShapeError: If the axis is out of range, offset or scale is not of shape (C,), or there is nothing
            to average over.

    Source: Ioffe & Szegedy 2015, algorithm 1.

    Example:
        >>> import minigrad as mg
        >>> from minigrad.ops.normalization import normalize_batch
        >>> [one.tolist() for one in normalize_batch(mg.Tensor([[1.0], [3.0]]), axis=-1, epsilon=0.0)]
        [[[-1.0], [1.0]], [2.0], [1.0]]
    """
    channels = normalize_axis("normalize_batch", axis, x.ndim)
    others = tuple(one for one in range(x.ndim) if one != channels)
    m, v = moments.op.forward(x, others)
    y = batch_normalization.op.forward(x, m, v, axis, offset, scale, epsilon)
    return y, m, v


@normalize_batch.vjp
def _(g: Any, x: Any, axis: Any, scale: Any, epsilon: Any, out: Any, needs: Any) -> Any:
    gy, gm, gv = g
    _, m, v = out
    shape = _statistic_shape(x.shape, axis)
    n = math.prod(x.shape) // math.prod(shape)
    total, product = _gradient_sums(gy, x, m, shape)
    inverse = rsqrt(v + epsilon)
    dx = None
    if needs[0]:
        factor = inverse if scale is None else inverse * scale
        slope = (gv * 2.0 - factor * inverse * inverse * product) * (1.0 / n)
        dx = _scaled_sum(gy, factor, x, m, slope, (gm - factor * total) * (1.0 / n), shape)
    return dx, total if needs[1] else None, product * inverse if needs[2] else None


# -- what they share -----------------------------------------------------------------------------


def _rows(x: Any, statistic: Shape) -> Any:
    """Return x as (N, C, S) if its statistics, of this shape, are those of neighboring axes; else None.

    This is what the kernels take, without a copy; they pay from float32 on.
    """
    kept = [axis for axis, size in enumerate(statistic) if size != 1]
    if not kept or not x.size or not x.flags.c_contiguous or x.dtype.itemsize < 4:
        return None
    first, end = kept[0], kept[-1] + 1
    if x.shape[first:end] != statistic[first:end]:
        return None
    return x.reshape(math.prod(x.shape[:first]), math.prod(x.shape[first:end]), math.prod(x.shape[end:]))


def _center_scale_shift(x: Any, center: Any, scale: Any, shift: Any) -> Any:
    """Return ``(x - center) scale + shift`` for statistics that broadcast; None stands for no shift."""
    rows = _rows(x, center.shape) if isinstance(x, np.ndarray) and isinstance(scale, np.ndarray) else None
    if rows is not None:  # one pass instead of three
        flat = None if shift is None else shift.ravel()
        return kernels.center_scale_shift(rows, center.ravel(), scale.ravel(), flat).reshape(x.shape)
    y = (x - center) * scale
    return y if shift is None else y + shift


def _scaled_sum(g: Any, factor: Any, x: Any, center: Any, slope: Any, shift: Any, shape: Shape) -> Any:
    """Return ``g factor + (x - center) slope + shift`` for statistics (C,), which broadcast as shape."""
    if isinstance(g, np.ndarray) and g.flags.c_contiguous and (rows := _rows(x, shape)) is not None:
        flat = kernels.scaled_sum(g.reshape(rows.shape), factor, rows, center, slope, shift)
        return flat.reshape(x.shape)  # one pass instead of five
    factor, center, slope, shift = (one.reshape(shape) for one in (factor, center, slope, shift))
    return g * factor + (x - center) * slope + shift


def _gradient_sums(g: Any, x: Any, center: Any, shape: Shape) -> tuple[Any, Any]:
    """Return ``sum g`` and ``sum g (x - center)`` over all axes but the channels'."""
    if isinstance(g, np.ndarray) and g.flags.c_contiguous and (rows := _rows(x, shape)) is not None:
        return kernels.gradient_sums(g.reshape(rows.shape), rows, center)  # one pass instead of four
    others = tuple(axis for axis, size in enumerate(shape) if size == 1)
    flat = (math.prod(shape),)
    product = g * (x - center.reshape(shape))
    return sum(g, others, True).reshape(flat), sum(product, others, True).reshape(flat)


def _statistic_shape(shape: Shape, axis: int) -> Shape:
    """Return the shape in which (C,) broadcasts against x."""
    channels = normalize_axis("batch_normalization", axis, len(shape))
    return tuple(size if index == channels else 1 for index, size in enumerate(shape))
