"""Exponentials and logarithms.

Idea:    each stands beside its derivative; where the result itself gives the derivative, as the
         exponential's does, the graph keeps the result and not the input.
Shapes:  any; with two inputs, broadcast against each other.
Before:  ops/rounding.py.  Next: ops/powers.py.
Source:  ``keras.ops`` for names and argument order; NumPy for results and its warnings, as at log(0).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.autodiff.values import floating
from minigrad.errors import DTypeError

LN2 = math.log(2.0)
LN10 = math.log(10.0)


@differentiable
def exp(x: Array) -> Any:
    """Exponential: ``y = e^x``, so ``dx = g y``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.exp``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.exp(mg.Tensor([0.0, 1.0])).numpy().round(4)
        array([1.    , 2.7183], dtype=float32)
    """
    return np.exp(x)


@exp.vjp
def _(g: Any, out: Any) -> Any:
    return g * out


@differentiable
def exp2(x: Array) -> Any:
    """Two to the power: ``y = 2^x``, so ``dx = g y ln 2``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.exp2``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.exp2(mg.Tensor([0.0, 3.0]))
        Tensor([1., 8.], shape=(2,), dtype=float32)
    """
    return np.exp2(x)


@exp2.vjp
def _(g: Any, out: Any) -> Any:
    return LN2 * g * out


@differentiable
def expm1(x: Array) -> Any:
    """Exponential less one: ``y = e^x - 1``, exact for small x, so ``dx = g (y + 1)``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.expm1``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.expm1(mg.Tensor([0.0, 1e-10]))
        Tensor([0.e+00, 1.e-10], shape=(2,), dtype=float32)
    """
    return np.expm1(x)


@expm1.vjp
def _(g: Any, out: Any) -> Any:
    return g * (out + 1.0)


@differentiable
def log(x: Array) -> Any:
    """Natural logarithm: ``y = ln x``, so ``dx = g / x``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.log``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.log(mg.Tensor([1.0, 2.0])).numpy().round(4)
        array([0.    , 0.6931], dtype=float32)
    """
    return np.log(x)


@log.vjp
def _(g: Any, x: Any) -> Any:
    return g / x


@differentiable
def log1p(x: Array) -> Any:
    """Logarithm of one more: ``y = ln(1 + x)``, exact for small x, so ``dx = g / (1 + x)``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.log1p``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.log1p(mg.Tensor([0.0, 1e-10]))
        Tensor([0.e+00, 1.e-10], shape=(2,), dtype=float32)
    """
    return np.log1p(x)


@log1p.vjp
def _(g: Any, x: Any) -> Any:
    return g / (1.0 + x)


@differentiable
def log2(x: Array) -> Any:
    """Logarithm to base 2: ``y = ln x / ln 2``, so ``dx = g / (x ln 2)``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.log2``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.log2(mg.Tensor([1.0, 8.0]))
        Tensor([0., 3.], shape=(2,), dtype=float32)
    """
    return np.log2(x)


@log2.vjp
def _(g: Any, x: Any) -> Any:
    return g / (LN2 * x)


@differentiable
def log10(x: Array) -> Any:
    """Logarithm to base 10: ``y = ln x / ln 10``, so ``dx = g / (x ln 10)``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.log10``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.log10(mg.Tensor([1.0, 1000.0])).numpy().round(4)
        array([0., 3.], dtype=float32)
    """
    return np.log10(x)


@log10.vjp
def _(g: Any, x: Any) -> Any:
    return g / (LN10 * x)


@differentiable
def logaddexp(x1: Array, x2: Array) -> Any:
    """Add in the world of logarithms: ``y = ln(e^x1 + e^x2)``, without overflow.

    So ``dx1 = g e^(x1-y)`` and ``dx2 = g e^(x2-y)``, two weights of sum 1.

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise; the shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the common dtype; integers give float32.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.logaddexp``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.logaddexp(mg.Tensor([0.0, 1000.0]), 0.0).numpy().round(4)
        array([6.931e-01, 1.000e+03], dtype=float32)
    """
    return np.logaddexp(x1, x2)


@logaddexp.vjp
def _(g: Any, x1: Any, x2: Any, out: Any, needs: Any) -> Any:
    return g * exp(x1 - out) if needs[0] else None, g * exp(x2 - out) if needs[1] else None


@differentiable
def logaddexp2(x1: Array, x2: Array) -> Any:
    """Add in the world of logarithms to base 2: ``y = log2(2^x1 + 2^x2)``, without overflow.

    So ``dx1 = g 2^(x1-y)`` and ``dx2 = g 2^(x2-y)``; see `logaddexp`.

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise; the shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the common dtype; integers give float32.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.logaddexp2``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.logaddexp2(mg.Tensor([3.0, 1000.0]), 3.0)
        Tensor([   4., 1000.], shape=(2,), dtype=float32)
    """
    return np.logaddexp2(x1, x2)


@logaddexp2.vjp
def _(g: Any, x1: Any, x2: Any, out: Any, needs: Any) -> Any:
    return g * exp2(x1 - out) if needs[0] else None, g * exp2(x2 - out) if needs[1] else None


def ldexp(x1: Any, x2: Any) -> Any:
    """Shift the binary point: ``y = x1 2^x2``, so ``dx1 = g 2^x2``.

    Args:
        x1: A tensor, array, number or list.
        x2: Integers: a tensor, array, number or list; constants. The shapes broadcast.

    Returns:
        A tensor of the broadcast shape and x1's dtype (integers become float32).

    Raises:
        DTypeError: If x2 is floating.
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.ldexp``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.ldexp(mg.Tensor([0.75, 1.0]), 2)
        Tensor([3., 4.], shape=(2,), dtype=float32)
    """
    exponent = np.asarray(x2)
    if exponent.dtype.kind not in "iub":
        raise DTypeError(f"ldexp: x2 must be integers; got {exponent.dtype}")
    return _ldexp(x1, exponent)


@differentiable
def _ldexp(x: Array, exponent: Any) -> Any:
    return np.ldexp(floating(x), exponent)


@_ldexp.vjp
def _(g: Any, exponent: Any) -> Any:
    return _ldexp(g, exponent)
