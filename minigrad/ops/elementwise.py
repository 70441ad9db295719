"""Arithmetic, element by element.

Idea:    each op is one line of NumPy and one line of calculus, side by side.
Shapes:  any, broadcast against each other; the engine sums gradients back to each input's shape.
Before:  autodiff/differentiable.py (what the decorator does).  Next: ops/comparison.py.
Source:  ``keras.ops`` for names and argument order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array


@differentiable
def add(x1: Array, x2: Array) -> Any:
    """Add: ``y = x1 + x2``, so ``dx1 = g`` and ``dx2 = g``.

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise; the shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the common dtype.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.add``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.add(mg.Tensor([1.0, 2.0]), 3.0)
        Tensor([4., 5.], shape=(2,), dtype=float32)
    """
    return x1 + x2


@add.vjp
def _(g: Any) -> Any:
    return g, g


@differentiable
def subtract(x1: Array, x2: Array) -> Any:
    """Subtract: ``y = x1 - x2``, so ``dx1 = g`` and ``dx2 = -g``.

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise; the shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the common dtype.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.subtract``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.subtract(mg.Tensor([1.0, 2.0]), 3.0)
        Tensor([-2., -1.], shape=(2,), dtype=float32)
    """
    return x1 - x2


@subtract.vjp
def _(g: Any, needs: Any) -> Any:
    return g, -g if needs[1] else None


@differentiable
def multiply(x1: Array, x2: Array) -> Any:
    """Multiply: ``y = x1 x2``, so ``dx1 = g x2`` and ``dx2 = g x1``.

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise; the shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the common dtype.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.multiply``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.multiply(mg.Tensor([1.0, 2.0]), 3.0)
        Tensor([3., 6.], shape=(2,), dtype=float32)
    """
    return x1 * x2


@multiply.vjp
def _(g: Any, x1: Any, x2: Any, needs: Any) -> Any:
    return g * x2 if needs[0] else None, g * x1 if needs[1] else None


@differentiable
def divide(x1: Array, x2: Array) -> Any:
    """Divide: ``y = x1 / x2``, so ``dx1 = g / x2`` and ``dx2 = -g y / x2``.

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise; the shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the common dtype; integers give float32.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.divide``, also called ``true_divide``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.divide(mg.Tensor([1.0, 2.0]), 4.0)
        Tensor([0.25, 0.5 ], shape=(2,), dtype=float32)
    """
    return x1 / x2


@divide.vjp
def _(g: Any, x2: Any, out: Any, needs: Any) -> Any:
    dx1 = g / x2
    return dx1, -dx1 * out if needs[1] else None


true_divide = divide


@differentiable
def negative(x: Array) -> Any:
    """Negate: ``y = -x``, so ``dx = -g``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype.

    Source: ``keras.ops.negative``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.negative(mg.Tensor([1.0, -2.0]))
        Tensor([-1.,  2.], shape=(2,), dtype=float32)
    """
    return -x


@negative.vjp
def _(g: Any) -> Any:
    return -g


@differentiable
def positive(x: Array) -> Any:
    """Return the numbers as they are: ``y = +x``, so ``dx = g``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype.

    Source: ``numpy.positive``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.positive(mg.Tensor([1.0, -2.0]))
        Tensor([ 1., -2.], shape=(2,), dtype=float32)
    """
    return np.positive(x)


@positive.vjp
def _(g: Any) -> Any:
    return g
