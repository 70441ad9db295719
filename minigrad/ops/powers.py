"""Powers and roots.

Idea:    ``d x^n = n x^(n-1)``, and for the roots in terms of the result, which the graph keeps instead
         of the input.
Shapes:  any; with two inputs, broadcast against each other.
Before:  ops/math.py.  Next: ops/trigonometry.py.
Source:  ``keras.ops`` for names and argument order; NumPy for results and its warnings, as at 1/0.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.ops.comparison import equal
from minigrad.ops.logic import logical_and
from minigrad.ops.math import log
from minigrad.ops.selection import where

LARGEST_EXPONENT = 8
"""Up to this, a whole exponent is worked out by multiplying, many times as fast as by ``pow``."""


@differentiable
def square(x: Array) -> Any:
    """Square: ``y = x^2``, so ``dx = 2 g x``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype.

    Source: ``keras.ops.square``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.square(mg.Tensor([1.0, -2.0]))
        Tensor([1., 4.], shape=(2,), dtype=float32)
    """
    return np.square(x)


@square.vjp
def _(g: Any, x: Any) -> Any:
    return 2.0 * g * x


@differentiable
def sqrt(x: Array) -> Any:
    """Take the square root: ``y = x^(1/2)``, so ``dx = g / (2 y)``, infinite at 0.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.sqrt``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.sqrt(mg.Tensor([1.0, 4.0]))
        Tensor([1., 2.], shape=(2,), dtype=float32)
    """
    return np.sqrt(x)


@sqrt.vjp
def _(g: Any, out: Any) -> Any:
    return 0.5 * g / out


@differentiable
def cbrt(x: Array) -> Any:
    """Take the cube root: ``y = x^(1/3)``, negative for negative x, so ``dx = g / (3 y^2)``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.cbrt``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.cbrt(mg.Tensor([8.0, -27.0])).numpy().round(4)
        array([ 2., -3.], dtype=float32)
    """
    return np.cbrt(x)


@cbrt.vjp
def _(g: Any, out: Any) -> Any:
    return g / (3.0 * out * out)


@differentiable
def rsqrt(x: Array) -> Any:
    """Take one over the square root: ``y = x^(-1/2)``, so ``dx = -g y^3 / 2``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.rsqrt``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.rsqrt(mg.Tensor([1.0, 4.0]))
        Tensor([1. , 0.5], shape=(2,), dtype=float32)
    """
    return 1.0 / np.sqrt(x)


@rsqrt.vjp
def _(g: Any, out: Any) -> Any:
    return -0.5 * g * out * out * out


@differentiable
def reciprocal(x: Array) -> Any:
    """Take one over it: ``y = 1 / x``, so ``dx = -g y^2``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.reciprocal``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.reciprocal(mg.Tensor([1.0, 4.0]))
        Tensor([1.  , 0.25], shape=(2,), dtype=float32)
    """
    return np.divide(1.0, x)


@reciprocal.vjp
def _(g: Any, out: Any) -> Any:
    return -g * out * out


@differentiable
def power(x1: Array, x2: Array) -> Any:
    """Raise to a power: ``y = x1^x2``, so ``dx1 = g x2 x1^(x2-1)`` and ``dx2 = g y ln x1``.

    ``dx1`` is 0 for the exponent 0 and right for negative bases and for 0, too. ``dx2`` is 0 where
    ``x1 <= 0``, as in TensorFlow: there y is no smooth function of x2.

    Args:
        x1: The base: a tensor, array, number or list.
        x2: The exponent, likewise; the shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the common dtype.

    Raises:
        ShapeError: If the shapes don't broadcast.
        ValueError: If integers are raised to a negative integer.

    Source: ``keras.ops.power``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.power(mg.Tensor([3.0, -2.0]), 3)
        Tensor([27., -8.], shape=(2,), dtype=float32)
    """
    if isinstance(x2, int) and 2 < x2 <= LARGEST_EXPONENT:
        return _whole_power(x1, x2)
    try:
        return x1**x2
    except ValueError as error:
        if "negative integer" not in str(error):
            raise
        raise ValueError(
            "power: an integer to a negative integer power is a fraction: use a float base or exponent"
        ) from None


@power.vjp
def _(g: Any, x1: Any, x2: Any, out: Any, needs: Any) -> Any:
    dx1 = g * _base_slope(x1, x2) if needs[0] else None
    dx2 = g * where(x1 > 0, out, 0.0) * _log_of_positive(x1) if needs[1] else None
    return dx1, dx2


def _whole_power(x: Any, exponent: int) -> Any:
    """Return x to the exponent, a positive integer, by repeated squaring."""
    result: Any = None
    while exponent:
        if exponent % 2:
            result = x if result is None else result * x
        exponent //= 2
        if exponent:
            x = x * x
    return result


def _base_slope(x1: Any, x2: Any) -> Any:
    """Return ``x2 x1^(x2-1)``, which is 0 for ``x2 = 0`` even where ``x1 = 0`` too."""
    if isinstance(x2, int | float):
        return x2 * power(x1, x2 - 1) if x2 else 0.0
    base = where(logical_and(equal(x1, 0), equal(x2, 0)), 1.0, x1)
    return x2 * power(base, x2 - 1)


def _log_of_positive(x: Any) -> Any:
    """Return ``ln x`` where x is positive, else 0."""
    if isinstance(x, int | float):
        return math.log(x) if x > 0 else 0.0
    return log(where(x > 0, x, 1.0))
