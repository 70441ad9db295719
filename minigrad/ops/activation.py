"""Activations: sigmoid and its family.

Idea:    smooth bends. Each is written so that no step of it overflows.
Shapes:  any.
Before:  kernels/activation.py (the passes over memory), ops/rectifiers.py.
         Next: ops/hard_activation.py (cheap stand-ins for these).
Source:  ``keras.ops.nn`` for names and arguments.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.autodiff.values import floating
from minigrad.kernels import activation as kernels
from minigrad.kernels.activation import BELL_HEIGHT, GELU_CUBIC, GELU_SLOPE, ROOT_HALF
from minigrad.ops.elementwise import multiply
from minigrad.ops.hyperbolic import tanh
from minigrad.ops.math import exp
from minigrad.ops.special import erf


@differentiable
def sigmoid(x: Array) -> Any:
    """Logistic function: ``y = 1 / (1 + e^-x)``, in (0, 1), so ``dx = g y (1 - y)``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.sigmoid``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.sigmoid(mg.Tensor([0.0, 1000.0]))
        Tensor([0.5, 1. ], shape=(2,), dtype=float32)
    """
    return kernels.sigmoid(np.asarray(floating(x)))


@sigmoid.vjp
def _(g: Any, out: Any) -> Any:
    if isinstance(g, np.ndarray):
        return kernels.sigmoid_gradient(g, out)
    return g * out * (1.0 - out)


@differentiable
def log_sigmoid(x: Array) -> Any:
    """Logarithm of the logistic function: ``y = -ln(1 + e^-x)``, so ``dx = g sigmoid(-x)``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.log_sigmoid``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.log_sigmoid(mg.Tensor([0.0, -1000.0])).numpy().round(4)
        array([-6.931e-01, -1.000e+03], dtype=float32)
    """
    x = floating(x)
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


@log_sigmoid.vjp
def _(g: Any, x: Any) -> Any:
    return g * sigmoid(-x)


@differentiable
def softplus(x: Array) -> Any:
    """Smooth relu: ``y = ln(1 + e^x)``, so ``dx = g sigmoid(x)``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.softplus``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.softplus(mg.Tensor([0.0, 1000.0])).numpy().round(4)
        array([6.931e-01, 1.000e+03], dtype=float32)
    """
    x = floating(x)
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


@softplus.vjp
def _(g: Any, x: Any) -> Any:
    return g * sigmoid(x)


@differentiable
def silu(x: Array) -> Any:
    """Sigmoid linear unit, or swish: ``y = x s`` with ``s = sigmoid(x)``, so ``dx = g (s + y (1 - s))``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.silu``, also called ``swish``; Ramachandran et al. (2017).

    Example:
        >>> import minigrad as mg
        >>> mg.ops.silu(mg.Tensor([0.0, 1.0])).numpy().round(4)
        array([0.    , 0.7311], dtype=float32)
    """
    return kernels.silu(np.asarray(floating(x)))


@silu.vjp
def _(g: Any, x: Any, out: Any) -> Any:
    if isinstance(g, np.ndarray):
        return kernels.silu_gradient(g, x, out)
    s = sigmoid(x)
    return g * (s + out * (1.0 - s))


swish = silu


def mish(x: Any) -> Any:
    """Mish: ``y = x tanh(softplus(x))``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.activations.mish``; Misra (2019).

    Example:
        >>> import minigrad as mg
        >>> mg.ops.mish(mg.Tensor([0.0, 1.0])).numpy().round(4)
        array([0.    , 0.8651], dtype=float32)
    """
    return multiply(x, tanh(softplus(x)))


@differentiable(aux=True)
def gelu(x: Array, approximate: bool = True) -> Any:
    """Gaussian error linear unit: ``y = x F(x)``, F being the normal distribution function.

    Exactly, ``F(x) = (1 + erf(x / sqrt 2)) / 2``, so ``dx = g (F(x) + x e^(-x^2/2) / sqrt(2 pi))``. The
    approximation is ``F(x) = (1 + tanh u) / 2`` with ``u = sqrt(2/pi) (x + 0.044715 x^3)``.

    Args:
        x: A tensor, array, number or list.
        approximate: Whether to use tanh, which is faster, and off by 5e-4 at most. Default True.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.gelu``; Hendrycks & Gimpel (2016).

    Example:
        >>> import minigrad as mg
        >>> mg.ops.gelu(mg.Tensor([-1.0, 1.0])).numpy().round(4)
        array([-0.1588,  0.8412], dtype=float32)
    """
    return kernels.gelu(np.asarray(floating(x)), approximate)


@gelu.vjp
def _(g: Any, x: Any, approximate: Any, aux: Any) -> Any:
    if isinstance(g, np.ndarray):
        return kernels.gelu_gradient(g, x, aux, approximate)
    if approximate:
        square = x * x
        t = tanh(GELU_SLOPE * x * (1.0 + GELU_CUBIC * square))
        slope = GELU_SLOPE * (1.0 + 3.0 * GELU_CUBIC * square)
        return g * (0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * slope)
    bell = exp(-0.5 * x * x) * BELL_HEIGHT
    return g * (0.5 * (1.0 + erf(ROOT_HALF * x)) + x * bell)
