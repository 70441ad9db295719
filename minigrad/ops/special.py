"""The error function and its relatives: areas under the bell curve; and sinc.

Idea:    the integral has no closed form and is worked out in kernels/special.py, but its derivative is
         the bell curve itself.
Shapes:  any.
Before:  kernels/special.py, ops/hyperbolic.py.  Next: ops/rectifiers.py.
Source:  ``keras.ops`` for names.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.autodiff.values import floating
from minigrad.kernels import special
from minigrad.ops.math import exp
from minigrad.ops.rounding import absolute
from minigrad.ops.selection import where
from minigrad.ops.trigonometry import cos

TWO_OVER_ROOT_PI = 2.0 / math.sqrt(math.pi)


@differentiable
def erf(x: Array) -> Any:
    """Error function: ``y = 2/sqrt(pi)`` times the integral of ``e^(-t^2)`` from 0 to x.

    So ``dx = g 2/sqrt(pi) e^(-x^2)``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.erf``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.erf(mg.Tensor([0.0, 1.0])).numpy().round(4)
        array([0.    , 0.8427], dtype=float32)
    """
    return special.erf(x)


@erf.vjp
def _(g: Any, x: Any) -> Any:
    return TWO_OVER_ROOT_PI * g * exp(-x * x)


@differentiable
def erfc(x: Array) -> Any:
    """Its complement: ``y = 1 - erf x``, to full precision where that is tiny.

    So ``dx = -g 2/sqrt(pi) e^(-x^2)``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.erfc``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.erfc(mg.Tensor([0.0, 10.0])).numpy().round(4)
        array([1., 0.], dtype=float32)
    """
    return special.erfc(x)


@erfc.vjp
def _(g: Any, x: Any) -> Any:
    return -TWO_OVER_ROOT_PI * g * exp(-x * x)


@differentiable
def erfinv(x: Array) -> Any:
    """Inverse of the error function: ``erf y = x`` for ``-1 <= x <= 1``, else NaN.

    So ``dx = g sqrt(pi)/2 e^(y^2)``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.erfinv``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.erfinv(mg.Tensor([0.0, 0.5])).numpy().round(4)
        array([0.    , 0.4769], dtype=float32)
    """
    return special.erfinv(x)


@erfinv.vjp
def _(g: Any, out: Any) -> Any:
    return g * exp(out * out) / TWO_OVER_ROOT_PI


@differentiable
def sinc(x: Array) -> Any:
    """Sine over its argument: ``y = sin(pi x) / (pi x)``, and 1 at 0.

    With ``u = pi x``, ``dx = pi g (cos u - y) / u``, and near 0 its power series, in which nothing cancels.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.sinc``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.sinc(mg.Tensor([0.0, 0.5])).numpy().round(4)
        array([1.    , 0.6366], dtype=float32)
    """
    return np.sinc(floating(x))


@sinc.vjp
def _(g: Any, x: Any) -> Any:
    near = absolute(x) < 0.1
    far = where(near, 1.0, x)
    u = math.pi * where(near, x, 0.0)
    square = u * u
    series = 0.0
    for coefficient in _SINC_SLOPE:  # Horner's rule
        series = series * square + coefficient
    slope = where(near, series * u, (cos(math.pi * far) - sinc(far)) / (math.pi * far))
    return math.pi * g * slope


_SINC_SLOPE = [(-1) ** k * 2 * k / math.factorial(2 * k + 1) for k in (6, 5, 4, 3, 2, 1)]
"""The power series of ``d/du sin(u)/u``, over u, in powers of u squared: the highest one first."""
