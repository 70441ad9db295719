"""Hyperbolic functions and their inverses.

Idea:    sines and cosines of the hyperbola; the derivatives differ from the circle's by signs alone.
Shapes:  any.
Before:  kernels/activation.py (tanh), ops/trigonometry.py.  Next: ops/special.py.
Source:  ``keras.ops`` for names.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.kernels import activation as kernels
from minigrad.kernels.elementwise import BLOCK
from minigrad.ops.powers import sqrt
from minigrad.ops.trigonometry import hypot


@differentiable
def sinh(x: Array) -> Any:
    """Hyperbolic sine: ``y = (e^x - e^-x) / 2``, so ``dx = g cosh x``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.sinh``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.sinh(mg.Tensor([0.0, 1.0])).numpy().round(4)
        array([0.    , 1.1752], dtype=float32)
    """
    return np.sinh(x)


@sinh.vjp
def _(g: Any, x: Any) -> Any:
    return g * cosh(x)


@differentiable
def cosh(x: Array) -> Any:
    """Hyperbolic cosine: ``y = (e^x + e^-x) / 2``, so ``dx = g sinh x``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.cosh``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.cosh(mg.Tensor([0.0, 1.0])).numpy().round(4)
        array([1.    , 1.5431], dtype=float32)
    """
    return np.cosh(x)


@cosh.vjp
def _(g: Any, x: Any) -> Any:
    return g * sinh(x)


@differentiable
def tanh(x: Array) -> Any:
    """Hyperbolic tangent: ``y = sinh x / cosh x``, in (-1, 1), so ``dx = g (1 - y^2)``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.tanh``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.tanh(mg.Tensor([0.0, 100.0]))
        Tensor([0., 1.], shape=(2,), dtype=float32)
    """
    if x.size > BLOCK and x.dtype.kind == "f":
        return kernels.tanh(x)
    return np.tanh(x)


@tanh.vjp
def _(g: Any, out: Any) -> Any:
    if g.size > BLOCK and isinstance(g, np.ndarray):  # a tensor, where the rule is recorded
        return kernels.tanh_gradient(g, out)
    return g - g * out * out


@differentiable
def arcsinh(x: Array) -> Any:
    """Inverse of the hyperbolic sine: ``dx = g / sqrt(x^2 + 1)``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.arcsinh``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.arcsinh(mg.Tensor([0.0, 1.0])).numpy().round(4)
        array([0.    , 0.8814], dtype=float32)
    """
    return np.arcsinh(x)


@arcsinh.vjp
def _(g: Any, x: Any) -> Any:
    return g / hypot(x, 1.0)


@differentiable
def arccosh(x: Array) -> Any:
    """Inverse of the hyperbolic cosine, for ``x >= 1``: ``dx = g / sqrt(x^2 - 1)``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.arccosh``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.arccosh(mg.Tensor([1.0, 2.0])).numpy().round(4)
        array([0.   , 1.317], dtype=float32)
    """
    return np.arccosh(x)


@arccosh.vjp
def _(g: Any, x: Any) -> Any:
    return g / (sqrt(x - 1.0) * sqrt(x + 1.0))


@differentiable
def arctanh(x: Array) -> Any:
    """Inverse of the hyperbolic tangent, for ``|x| < 1``: ``dx = g / (1 - x^2)``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.arctanh``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.arctanh(mg.Tensor([0.0, 0.5])).numpy().round(4)
        array([0.    , 0.5493], dtype=float32)
    """
    return np.arctanh(x)


@arctanh.vjp
def _(g: Any, x: Any) -> Any:
    return g / ((1.0 - x) * (1.0 + x))
