"""Broadcasting, and its undoing: two ops that are each other's derivative.

Idea:    an axis that was repeated n times in the forward pass collects n gradients in the backward one.
         The engine undoes broadcasting here, once, so that no op's rule needs to think of it.
Shapes:  (1, C) -> (N, C) and back: (N, C) -> (1, C), summed over N.
Before:  differentiable.py.  Next: graph.py (which calls `sum_to_shape`).
Source:  NumPy's broadcasting rules; autograd's ``unbroadcast``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.errors import ShapeError


@differentiable
def broadcast_to(x: Array, shape: Any) -> Any:
    """Repeat ``x`` along new or size-one axes: ``y[..., i, ...] = x[..., 0, ...]``.

    The derivative sums what was repeated: ``dx = sum of g over those axes``.

    Args:
        x: Any tensor.
        shape: The shape wanted, an int or a tuple of ints.

    Returns:
        A tensor of that shape.

    Raises:
        ShapeError: If x does not broadcast to it.

    Source: ``keras.ops.broadcast_to``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.broadcast_to(mg.Tensor([1.0, 2.0]), (2, 2))
        Tensor([[1., 2.], [1., 2.]], shape=(2, 2), dtype=float32)
    """
    try:
        return np.broadcast_to(x, shape)
    except ValueError:
        raise ShapeError(
            f"broadcast_to: an array of shape {np.shape(x)} does not broadcast to {shape}"
        ) from None


@broadcast_to.vjp
def _(g: Any, x_shape: Any) -> Any:
    return sum_to_shape(g, x_shape)


@differentiable
def sum_to_shape(x: Array, shape: Any) -> Any:
    """Sum ``x`` over the axes that `broadcast_to` would have repeated; ``dx`` is g, repeated.

    Args:
        x: A tensor whose shape ``shape`` broadcasts to.
        shape: The shape wanted, a tuple of ints.

    Returns:
        A tensor of that shape.

    Raises:
        ShapeError: If ``shape`` does not broadcast to x's.

    Source: ``torch.Tensor.sum_to_size``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.sum_to_shape(mg.Tensor([[1.0, 2.0], [3.0, 4.0]]), (1, 2))
        Tensor([[4., 6.]], shape=(1, 2), dtype=float32)
    """
    shape = tuple(shape)
    extra = x.ndim - len(shape)
    if extra < 0 or any(b not in (1, a) for a, b in zip(x.shape[extra:], shape, strict=True)):
        raise ShapeError(f"sum_to_shape: {shape} does not broadcast to {x.shape}")
    repeated = [axis for axis, size in enumerate(shape, start=extra) if size != x.shape[axis]]
    return x.sum(axis=(*range(extra), *repeated), keepdims=True).reshape(shape)


@sum_to_shape.vjp
def _(g: Any, x_shape: Any) -> Any:
    return broadcast_to(g, x_shape)
