"""Trigonometric functions and their inverses.

Idea:    as in a table of derivatives, but written so that nothing cancels: ``(1 - x)(1 + x)`` keeps
         the digits that ``1 - x^2`` loses near 1.
Shapes:  any; with two inputs, broadcast against each other.
Before:  ops/powers.py.  Next: ops/hyperbolic.py.
Source:  ``keras.ops`` for names and argument order.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.ops.elementwise import multiply
from minigrad.ops.powers import sqrt


@differentiable
def sin(x: Array) -> Any:
    """Sine: ``y = sin x``, so ``dx = g cos x``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.sin``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.sin(mg.Tensor([0.0, 1.0])).numpy().round(4)
        array([0.    , 0.8415], dtype=float32)
    """
    return np.sin(x)


@sin.vjp
def _(g: Any, x: Any) -> Any:
    return g * cos(x)


@differentiable
def cos(x: Array) -> Any:
    """Cosine: ``y = cos x``, so ``dx = -g sin x``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.cos``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.cos(mg.Tensor([0.0, 1.0])).numpy().round(4)
        array([1.    , 0.5403], dtype=float32)
    """
    return np.cos(x)


@cos.vjp
def _(g: Any, x: Any) -> Any:
    return -g * sin(x)


@differentiable
def tan(x: Array) -> Any:
    """Tangent: ``y = tan x``, so ``dx = g (1 + y^2)``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.tan``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.tan(mg.Tensor([0.0, 1.0])).numpy().round(4)
        array([0.    , 1.5574], dtype=float32)
    """
    return np.tan(x)


@tan.vjp
def _(g: Any, out: Any) -> Any:
    return g * (1.0 + out * out)


@differentiable
def arcsin(x: Array) -> Any:
    """Angle of a sine, in [-pi/2, pi/2]: ``dx = g / sqrt(1 - x^2)``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.arcsin``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.arcsin(mg.Tensor([0.0, 1.0])).numpy().round(4)
        array([0.    , 1.5708], dtype=float32)
    """
    return np.arcsin(x)


@arcsin.vjp
def _(g: Any, x: Any) -> Any:
    return g / sqrt((1.0 - x) * (1.0 + x))


@differentiable
def arccos(x: Array) -> Any:
    """Angle of a cosine, in [0, pi]: ``dx = -g / sqrt(1 - x^2)``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.arccos``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.arccos(mg.Tensor([0.0, 1.0])).numpy().round(4)
        array([1.5708, 0.    ], dtype=float32)
    """
    return np.arccos(x)


@arccos.vjp
def _(g: Any, x: Any) -> Any:
    return -g / sqrt((1.0 - x) * (1.0 + x))


@differentiable
def arctan(x: Array) -> Any:
    """Angle of a tangent, in (-pi/2, pi/2): ``dx = g / (1 + x^2)``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.arctan``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.arctan(mg.Tensor([0.0, 1.0])).numpy().round(4)
        array([0.    , 0.7854], dtype=float32)
    """
    return np.arctan(x)


@arctan.vjp
def _(g: Any, x: Any) -> Any:
    return g / (1.0 + x * x)


@differentiable
def arctan2(x1: Array, x2: Array) -> Any:
    """Angle of the point (x2, x1), in [-pi, pi]: with ``r^2 = x1^2 + x2^2``,

    ``dx1 = g x2 / r^2`` and ``dx2 = -g x1 / r^2``.

    Args:
        x1: The ordinate (y): a tensor, array, number or list.
        x2: The abscissa (x), likewise; the shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the common dtype; integers give float32.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.arctan2``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.arctan2(mg.Tensor([0.0, 1.0]), mg.Tensor([-1.0, 1.0])).numpy().round(4)
        array([3.1416, 0.7854], dtype=float32)
    """
    return np.arctan2(x1, x2)


@arctan2.vjp
def _(g: Any, x1: Any, x2: Any, needs: Any) -> Any:
    h = g / (x1 * x1 + x2 * x2)
    return h * x2 if needs[0] else None, -h * x1 if needs[1] else None


@differentiable
def hypot(x1: Array, x2: Array) -> Any:
    """Length of the hypotenuse: ``y = sqrt(x1^2 + x2^2)``, so ``dx1 = g x1 / y``, ``dx2 = g x2 / y``.

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise; the shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the common dtype; integers give float32.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.hypot``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.hypot(mg.Tensor([3.0, 5.0]), mg.Tensor([4.0, 12.0]))
        Tensor([ 5., 13.], shape=(2,), dtype=float32)
    """
    return np.hypot(x1, x2)


@hypot.vjp
def _(g: Any, x1: Any, x2: Any, out: Any, needs: Any) -> Any:
    h = g / out
    return h * x1 if needs[0] else None, h * x2 if needs[1] else None


def deg2rad(x: Any) -> Any:
    """Degrees to radians: ``y = pi x / 180``, so ``dx = pi g / 180``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.deg2rad``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.deg2rad(mg.Tensor([0.0, 180.0])).numpy().round(4)
        array([0.    , 3.1416], dtype=float32)
    """
    return multiply(x, math.pi / 180.0)


def rad2deg(x: Any) -> Any:
    """Radians to degrees: ``y = 180 x / pi``, so ``dx = 180 g / pi``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.rad2deg``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.rad2deg(mg.Tensor([0.0, 3.1415927]))
        Tensor([  0., 180.], shape=(2,), dtype=float32)
    """
    return multiply(x, 180.0 / math.pi)
