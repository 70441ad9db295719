"""Rounding, remainders, size and sign: functions made of straight pieces.

Idea:    a step function is flat between its steps, so its gradient is zero, and the chain ends here.
         (A gradient of zero is not the same as none: the input is still part of the graph.)
Shapes:  any, broadcast against each other.
Before:  ops/selection.py.  Next: ops/math.py.
Source:  ``keras.ops`` for names and argument order; gradients as in PyTorch and TensorFlow.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.autodiff.values import floating
from minigrad.ops.selection import where


def _flat(g: Any) -> Any:
    """Return the gradient of a step: zero everywhere, even if ``g`` is infinite."""
    return where(False, g, 0.0)


@differentiable
def absolute(x: Array) -> Any:
    """Take the size: ``y = |x|``, so ``dx = g sign(x)``, which is 0 at 0.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype.

    Source: ``keras.ops.absolute``, also called ``abs``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.absolute(mg.Tensor([1.0, -2.0]))
        Tensor([1., 2.], shape=(2,), dtype=float32)
    """
    return np.absolute(x)


@absolute.vjp
def _(g: Any, x: Any) -> Any:
    return g * sign(x)


abs = absolute


@differentiable
def sign(x: Array) -> Any:
    """Take the sign: ``y = -1, 0 or 1``; flat, so ``dx = 0``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype.

    Source: ``keras.ops.sign``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.sign(mg.Tensor([3.0, 0.0, -2.0]))
        Tensor([ 1.,  0., -1.], shape=(3,), dtype=float32)
    """
    return np.sign(x)


@sign.vjp
def _(g: Any) -> Any:
    return _flat(g)


@differentiable
def floor(x: Array) -> Any:
    """Round down: ``y = max{n integer: n <= x}``; flat between the steps, so ``dx = 0``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.floor``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.floor(mg.Tensor([1.7, -1.2]))
        Tensor([ 1., -2.], shape=(2,), dtype=float32)
    """
    return np.floor(floating(x))


@floor.vjp
def _(g: Any) -> Any:
    return _flat(g)


@differentiable
def ceil(x: Array) -> Any:
    """Round up: ``y = min{n integer: n >= x}``; flat between the steps, so ``dx = 0``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.ceil``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.ceil(mg.Tensor([1.2, -1.7]))
        Tensor([ 2., -1.], shape=(2,), dtype=float32)
    """
    return np.ceil(floating(x))


@ceil.vjp
def _(g: Any) -> Any:
    return _flat(g)


@differentiable
def trunc(x: Array) -> Any:
    """Round towards zero: ``y`` is x without its fraction; flat between the steps, so ``dx = 0``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype.

    Source: ``keras.ops.trunc``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.trunc(mg.Tensor([1.7, -1.7]))
        Tensor([ 1., -1.], shape=(2,), dtype=float32)
    """
    return np.trunc(x)


@trunc.vjp
def _(g: Any) -> Any:
    return _flat(g)


@differentiable
def round(x: Array, decimals: int = 0) -> Any:
    """Round to the nearest, and a half to the even one: ``y = round(10^d x) / 10^d``, so ``dx = 0``.

    Args:
        x: A tensor, array, number or list.
        decimals: How many decimals to keep; negative ones count tens, hundreds ... Default 0.

    Returns:
        A tensor of x's shape and dtype.

    Source: ``keras.ops.round``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.round(mg.Tensor([0.5, 1.5, -1.7]))
        Tensor([ 0.,  2., -2.], shape=(3,), dtype=float32)
    """
    return np.round(x, decimals)


@round.vjp
def _(g: Any) -> Any:
    return _flat(g)


@differentiable
def floor_divide(x1: Array, x2: Array) -> Any:
    """Divide and round down: ``y = floor(x1 / x2)``; flat, so ``dx1 = dx2 = 0``.

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise; the shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the common dtype.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.floor_divide``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.floor_divide(mg.Tensor([7.0, -7.0]), 2.0)
        Tensor([ 3., -4.], shape=(2,), dtype=float32)
    """
    return np.floor_divide(x1, x2)


@floor_divide.vjp
def _(g: Any) -> Any:
    return _flat(g), _flat(g)


@differentiable
def mod(x1: Array, x2: Array) -> Any:
    """Take the remainder: ``y = x1 - x2 floor(x1 / x2)``, ``dx1 = g``, ``dx2 = -g floor(x1 / x2)``.

    It has the sign of x2, as Python's ``%``.

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise; the shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the common dtype.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.mod``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.mod(mg.Tensor([7.0, -7.0]), 3.0)
        Tensor([1., 2.], shape=(2,), dtype=float32)
    """
    return np.mod(x1, x2)


@mod.vjp
def _(g: Any, x1: Any, x2: Any, needs: Any) -> Any:
    return g, -g * floor_divide(x1, x2) if needs[1] else None
