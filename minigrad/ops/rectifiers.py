"""Rectifiers: relu and its family.

Idea:    what makes a network more than one big matrix, in its cheapest form: straight where x > 0, bent
         below. Derivatives are products with a mask, as choosing by ``where`` takes several times as long.
Shapes:  any.
Before:  kernels/activation.py, ops/special.py.  Next: ops/activation.py.
Source:  ``keras.ops.nn`` for names and arguments; at a kink the gradient is TensorFlow's.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.autodiff.values import floating
from minigrad.kernels import activation as kernels
from minigrad.kernels.elementwise import BLOCK
from minigrad.ops.elementwise import divide, multiply
from minigrad.ops.math import exp
from minigrad.ops.selection import minimum

SELU_ALPHA = 1.6732632423543772
SELU_SCALE = 1.0507009873554805


@differentiable
def relu(x: Array) -> Any:
    """Rectified linear unit: ``y = max(x, 0)``; ``dx = g`` where ``x > 0``, else 0.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype.

    Source: ``keras.ops.relu``; Nair & Hinton (2010).

    Example:
        >>> import minigrad as mg
        >>> mg.ops.relu(mg.Tensor([-1.0, 0.0, 2.0]))
        Tensor([0., 0., 2.], shape=(3,), dtype=float32)
    """
    if x.size > BLOCK and x.dtype.kind == "f":
        return kernels.relu(x)
    return np.maximum(x, 0)


@relu.vjp
def _(g: Any, out: Any) -> Any:
    if g.size > BLOCK and isinstance(g, np.ndarray):  # a tensor, where the rule is recorded
        return kernels.relu_gradient(g, out)
    return g * (out > 0)


@differentiable
def relu6(x: Array) -> Any:
    """Relu up to six: ``y = min(max(x, 0), 6)``; ``dx = g`` where ``0 < x < 6``, else 0.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype.

    Source: ``keras.ops.relu6``; Krizhevsky (2010).

    Example:
        >>> import minigrad as mg
        >>> mg.ops.relu6(mg.Tensor([-1.0, 2.0, 9.0]))
        Tensor([0., 2., 6.], shape=(3,), dtype=float32)
    """
    return np.clip(x, 0, 6)


@relu6.vjp
def _(g: Any, out: Any) -> Any:
    return g * ((out > 0) & (out < 6))


@differentiable
def leaky_relu(x: Array, negative_slope: float = 0.2) -> Any:
    """Leaky relu: ``y = x`` where ``x > 0``, else ``a x``; ``dx = g`` there, else ``a g``.

    Args:
        x: A tensor, array, number or list.
        negative_slope: The slope a for negative x. Default 0.2.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.leaky_relu``; Maas et al. (2013).

    Example:
        >>> import minigrad as mg
        >>> mg.ops.leaky_relu(mg.Tensor([-1.0, 2.0]))
        Tensor([-0.2,  2. ], shape=(2,), dtype=float32)
    """
    x = floating(x)
    leaked = negative_slope * x
    return np.maximum(x, leaked) if negative_slope <= 1 else np.minimum(x, leaked)


@leaky_relu.vjp
def _(g: Any, x: Any, negative_slope: Any) -> Any:
    passed = g * (x > 0)
    return passed + negative_slope * (g - passed)


@differentiable
def elu(x: Array, alpha: float = 1.0) -> Any:
    """Exponential linear unit: ``y = x`` where ``x > 0``, else ``a (e^x - 1)``.

    So ``dx = g`` where ``x > 0``, else ``g a e^x``.

    Args:
        x: A tensor, array, number or list.
        alpha: The size a of the limit -a for negative x. Default 1.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.elu``; Clevert et al. (2016).

    Example:
        >>> import minigrad as mg
        >>> mg.ops.elu(mg.Tensor([-1.0, 2.0])).numpy().round(4)
        array([-0.6321,  2.    ], dtype=float32)
    """
    x = floating(x)
    return np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0))


@elu.vjp
def _(g: Any, x: Any, alpha: Any) -> Any:
    passed = g * (x > 0)
    return passed + alpha * (g - passed) * exp(minimum(x, 0.0))


def selu(x: Any) -> Any:
    """Self-normalizing elu: ``y = 1.0507 elu(x, 1.6733)``, which keeps mean 0 and variance 1.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.selu``; Klambauer et al. (2017).

    Example:
        >>> import minigrad as mg
        >>> mg.ops.selu(mg.Tensor([-1.0, 2.0])).numpy().round(4)
        array([-1.1113,  2.1014], dtype=float32)
    """
    return multiply(SELU_SCALE, elu(x, SELU_ALPHA))


def celu(x: Any, alpha: float = 1.0) -> Any:
    """Continuously differentiable elu: ``y = a elu(x / a)``, of slope 1 at 0 for every a.

    Args:
        x: A tensor, array, number or list.
        alpha: The size a of the limit -a for negative x, not 0. Default 1.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.celu``; Barron (2017).

    Example:
        >>> import minigrad as mg
        >>> mg.ops.celu(mg.Tensor([-1.0, 2.0]), alpha=2.0).numpy().round(4)
        array([-0.7869,  2.    ], dtype=float32)
    """
    return multiply(alpha, elu(divide(x, alpha)))
