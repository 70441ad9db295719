"""Recurrences along the last axis: running sums and products, and what their derivatives need.

Idea:    a step that uses the result of the one before is a recurrence, and its derivative is a recurrence
         from the other end. So these ops are each other's derivatives, to any order.
Shapes:  (..., D) -> (..., D)
Before:  autodiff/differentiable.py.  Next: ops/cumulative.py (where people meet them).
Source:  Blelloch, "Prefix Sums and Their Applications" (1990), 1.4, for the linear recurrence.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.errors import ShapeError


@differentiable
def running_sum(x: Array, reverse: bool = False) -> Any:
    """Running sum along the last axis; its derivative is the running sum from the other end.

    Args:
        x: A tensor (..., D).
        reverse: Whether to begin at the end. Default False.

    Returns:
        A tensor of x's shape.

    Source: TensorFlow's ``cumsum``, for ``reverse``.

    Example:
        >>> import minigrad as mg
        >>> running_sum(mg.Tensor([1.0, 2.0, 3.0]), reverse=True)
        Tensor([6., 5., 3.], shape=(3,), dtype=float32)
    """
    return _flipped(np.cumsum(_flipped(x, reverse), axis=-1), reverse)


@running_sum.vjp
def _(g: Any, reverse: bool) -> Any:
    return running_sum(g, not reverse)


@differentiable
def running_product(x: Array, reverse: bool = False) -> Any:
    """Running product along the last axis: ``y_i = x_i y_(i-1)``, with y_(-1) = 1.

    With ``s_i = g_i + x_(i+1) s_(i+1)``, a `linear_recurrence`, ``dx_i = s_i y_(i-1)``.

    Args:
        x: A tensor (..., D).
        reverse: Whether to begin at the end. Default False.

    Returns:
        A tensor of x's shape.

    Source: TensorFlow's ``cumprod``, for ``reverse``.

    Example:
        >>> import minigrad as mg
        >>> running_product(mg.Tensor([1.0, 2.0, 3.0]), reverse=True)
        Tensor([6., 6., 3.], shape=(3,), dtype=float32)
    """
    return _flipped(np.cumprod(_flipped(x, reverse), axis=-1), reverse)


@running_product.vjp
def _(g: Any, x: Any, out: Any, reverse: bool) -> Any:
    step = -1 if reverse else 1
    return linear_recurrence(shift(x, -step), g, not reverse) * shift(out, step, 1.0)


@differentiable
def linear_recurrence(a: Array, b: Array, reverse: bool = False) -> Any:
    """Run ``y_i = a_i y_(i-1) + b_i`` along the last axis, with y_(-1) = 0.

    With ``s_i = g_i + a_(i+1) s_(i+1)``, the same from the other end, ``da_i = s_i y_(i-1)``, ``db = s``.

    Args:
        a: A tensor (..., D); its first element is not used.
        b: A tensor of the same shape.
        reverse: Whether to begin at the end. Default False.

    Returns:
        A tensor of that shape.

    Raises:
        ShapeError: If the shapes differ.

    Source: Blelloch (1990), section 1.4.

    Example:
        >>> import minigrad as mg
        >>> linear_recurrence(mg.Tensor([9.0, 2.0, 3.0]), mg.Tensor([1.0, 1.0, 1.0]))
        Tensor([ 1.,  3., 10.], shape=(3,), dtype=float32)
    """
    if np.shape(a) != np.shape(b) or not np.ndim(a):
        raise ShapeError(
            f"linear_recurrence: a and b must have one shape (..., D); got {np.shape(a)} and {np.shape(b)}"
        )
    a, b = _flipped(a, reverse), _flipped(b, reverse)
    y = np.array(b)
    for i in range(1, y.shape[-1]):
        y[..., i] += a[..., i] * y[..., i - 1]
    return _flipped(y, reverse)


@linear_recurrence.vjp
def _(g: Any, a: Any, out: Any, reverse: bool, needs: Any) -> Any:
    step = -1 if reverse else 1
    s = linear_recurrence(shift(a, -step), g, not reverse)
    return s * shift(out, step) if needs[0] else None, s


@differentiable
def shift(x: Array, by: int, fill: float = 0.0) -> Any:
    """Move along the last axis: ``y_i = x_(i - by)``, and ``fill`` where there is none; back for g.

    Args:
        x: A tensor (..., D).
        by: How far; towards the front, if negative.
        fill: What comes in. Default 0.

    Returns:
        A tensor of x's shape.

    Source: ``pandas.Series.shift``.

    Example:
        >>> import minigrad as mg
        >>> shift(mg.Tensor([1.0, 2.0, 3.0]), 1)
        Tensor([0., 1., 2.], shape=(3,), dtype=float32)
    """
    y = np.full_like(x, fill)
    if by >= 0:
        y[..., by:] = x[..., : max(0, x.shape[-1] - by)]
    else:
        y[..., :by] = x[..., -by:]
    return y


@shift.vjp
def _(g: Any, by: int) -> Any:
    return shift(g, -by)


def _flipped(x: Any, reverse: bool) -> Any:
    return x[..., ::-1] if reverse else x
