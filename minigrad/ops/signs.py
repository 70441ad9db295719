"""Signs, and steps at zero.

Idea:    which side of zero a number is on does not change as it moves a little, so these are flat, or they
         pick one of their inputs.
Shapes:  any, broadcast against each other.
Before:  ops/rounding.py, ops/conversion.py.  Next: ops/complex_parts.py.
Source:  ``keras.ops`` for names and argument order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import cast, differentiable, nondifferentiable
from minigrad.autodiff.op import Array
from minigrad.autodiff.values import floating
from minigrad.ops.conversion import as_array, convert_to_tensor
from minigrad.ops.rounding import absolute, trunc
from minigrad.ops.selection import where


def fabs(x: Any) -> Any:
    """Take the size as a float: ``y = |x|``, so ``dx = g sign(x)``; see `absolute`.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.fabs``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.fabs(mg.Tensor([1, -2], dtype="int32"))
        Tensor([1., 2.], shape=(2,), dtype=float32)
    """
    x = convert_to_tensor(x)
    return absolute(x if x.dtype.kind == "f" else cast(x, None))


@differentiable
def fmod(x1: Array, x2: Array) -> Any:
    """Take C's remainder: ``y = x1 - x2 trunc(x1 / x2)``, ``dx1 = g``, ``dx2 = -g trunc(x1 / x2)``.

    It has the sign of x1, while that of `mod` has the sign of x2.

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise; the shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the common dtype.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.fmod``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.fmod(mg.Tensor([7.0, -7.0]), 3.0)
        Tensor([ 1., -1.], shape=(2,), dtype=float32)
    """
    return np.fmod(x1, x2)


@fmod.vjp
def _(g: Any, x1: Any, x2: Any, needs: Any) -> Any:
    return g, -g * trunc(x1 / x2) if needs[1] else None


@differentiable
def heaviside(x1: Array, x2: Array) -> Any:
    """Step at zero: ``y = 0`` where ``x1 < 0``, 1 where ``x1 > 0``, and x2 where ``x1 = 0``.

    So ``dx1 = 0``, and ``dx2 = g`` where ``x1 = 0``.

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise; the shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the common dtype; integers give float32.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.heaviside``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.heaviside(mg.Tensor([-2.0, 0.0, 3.0]), 0.5)
        Tensor([0. , 0.5, 1. ], shape=(3,), dtype=float32)
    """
    return np.heaviside(x1, x2)


@heaviside.vjp
def _(g: Any, x1: Any, needs: Any) -> Any:
    return where(False, g, 0.0), where(x1 == 0, g, 0.0) if needs[1] else None


@nondifferentiable
def signbit(x: Any) -> Any:
    """Tell where the sign is minus; of -0.0, too.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A constant boolean tensor of x's shape.

    Source: ``keras.ops.signbit``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.signbit(mg.Tensor([1.0, -0.0, -2.0]))
        Tensor([False,  True,  True], shape=(3,), dtype=bool)
    """
    return np.signbit(floating(as_array(x)))


@nondifferentiable
def isposinf(x: Any) -> Any:
    """Tell where ``x`` is plus infinity.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A constant boolean tensor of x's shape.

    Source: ``keras.ops.isposinf``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.isposinf(mg.Tensor([1.0, float("inf"), -float("inf")]))
        Tensor([False,  True, False], shape=(3,), dtype=bool)
    """
    return np.isposinf(x)


@nondifferentiable
def isneginf(x: Any) -> Any:
    """Tell where ``x`` is minus infinity.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A constant boolean tensor of x's shape.

    Source: ``keras.ops.isneginf``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.isneginf(mg.Tensor([1.0, float("inf"), -float("inf")]))
        Tensor([False, False,  True], shape=(3,), dtype=bool)
    """
    return np.isneginf(x)


@nondifferentiable
def nextafter(x1: Any, x2: Any) -> Any:
    """Return the next number after x1, of its dtype, in the direction of x2.

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise; the shapes broadcast.

    Returns:
        A constant tensor of the broadcast shape and the common dtype (integers become float32).

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.nextafter``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.nextafter(mg.Tensor([1.0]), 2.0).item() - 1.0 == 2.0**-23
        True
    """
    return np.nextafter(floating(as_array(x1)), floating(as_array(x2)))
