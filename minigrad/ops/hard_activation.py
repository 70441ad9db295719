"""Activations without exponentials, and shrinkage: straight lines, parabolas, roots.

Idea:    a curve replaced by pieces that cost next to nothing. Most are made of relu6, clip and where,
         and so is their gradient.
Shapes:  any.
Before:  ops/activation.py.  Next: ops/reduction.py.
Source:  ``keras.ops.nn`` for names and arguments; at a kink the gradient is TensorFlow's.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.autodiff.values import floating
from minigrad.ops.comparison import greater
from minigrad.ops.elementwise import add, divide, multiply, subtract
from minigrad.ops.hyperbolic import tanh
from minigrad.ops.powers import sqrt, square
from minigrad.ops.rectifiers import relu, relu6
from minigrad.ops.rounding import absolute
from minigrad.ops.selection import clip, where


def hard_sigmoid(x: Any) -> Any:
    """Sigmoid of straight lines: ``y = relu6(x + 3) / 6``; ``dx = g / 6`` where ``-3 < x < 3``, else 0.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.hard_sigmoid``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.hard_sigmoid(mg.Tensor([-9.0, 0.0, 1.5]))
        Tensor([0.  , 0.5 , 0.75], shape=(3,), dtype=float32)
    """
    return divide(relu6(add(x, 3.0)), 6.0)


def hard_silu(x: Any) -> Any:
    """Silu of straight lines and a parabola: ``y = x hard_sigmoid(x)``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.hard_silu``, also called ``hard_swish``; Howard et al. (2019).

    Example:
        >>> import minigrad as mg
        >>> mg.ops.hard_silu(mg.Tensor([-9.0, 1.5, 9.0]))
        Tensor([-0.   ,  1.125,  9.   ], shape=(3,), dtype=float32)
    """
    return multiply(x, hard_sigmoid(x))


hard_swish = hard_silu


def hard_tanh(x: Any) -> Any:
    """Tanh of straight lines: ``y = min(max(x, -1), 1)``; ``dx = g`` where ``-1 <= x <= 1``, else 0.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.hard_tanh``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.hard_tanh(mg.Tensor([-9.0, 0.5, 9.0]))
        Tensor([-1. ,  0.5,  1. ], shape=(3,), dtype=float32)
    """
    return clip(x, -1.0, 1.0)


def sparse_sigmoid(x: Any) -> Any:
    """Sigmoid that reaches 0 and 1: ``y = min(max((x + 1) / 2, 0), 1)``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.sparse_sigmoid``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.sparse_sigmoid(mg.Tensor([-9.0, 0.5, 9.0]))
        Tensor([0.  , 0.75, 1.  ], shape=(3,), dtype=float32)
    """
    return clip(multiply(0.5, add(x, 1.0)), 0.0, 1.0)


def sparse_plus(x: Any) -> Any:
    """Smooth relu that reaches 0: ``y = 0`` up to -1, ``(x + 1)^2 / 4`` up to 1, and x beyond.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.sparse_plus``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.sparse_plus(mg.Tensor([-9.0, 0.0, 9.0]))
        Tensor([0.  , 0.25, 9.  ], shape=(3,), dtype=float32)
    """
    return add(multiply(0.25, square(add(clip(x, -1.0, 1.0), 1.0))), relu(subtract(x, 1.0)))


@differentiable
def softsign(x: Array) -> Any:
    """Soft sign: ``y = x / (1 + |x|)``, in (-1, 1), so ``dx = g / (1 + |x|)^2``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.softsign``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.softsign(mg.Tensor([-1.0, 3.0]))
        Tensor([-0.5 ,  0.75], shape=(2,), dtype=float32)
    """
    x = floating(x)
    return x / (1.0 + np.abs(x))


@softsign.vjp
def _(g: Any, x: Any) -> Any:
    slope = 1.0 / (1.0 + absolute(x))  # squared last, so that it can't overflow
    return g * slope * slope


@differentiable
def squareplus(x: Array, b: float = 4.0) -> Any:
    """Smooth relu without exponentials: ``y = (x + r) / 2`` with ``r = sqrt(x^2 + b)``, so ``dx = g y / r``.

    Args:
        x: A tensor, array, number or list.
        b: How smooth, a positive number. Default 4.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.squareplus``; Barron (2021).

    Example:
        >>> import minigrad as mg
        >>> mg.ops.squareplus(mg.Tensor([0.0, 1.5]))
        Tensor([1., 2.], shape=(2,), dtype=float32)
    """
    x = floating(x)
    size = 0.5 * (np.abs(x) + np.sqrt(x * x + b))
    return np.where(x < 0, 0.25 * b / size, size)  # for x < 0 the sum would cancel


@squareplus.vjp
def _(g: Any, x: Any, b: Any, out: Any) -> Any:
    return g * out / sqrt(x * x + b)


def soft_shrink(x: Any, threshold: float = 0.5) -> Any:
    """Move towards 0 by t, and stop there: ``y = x - min(max(x, -t), t)``; ``dx = g`` where ``|x| > t``.

    Args:
        x: A tensor, array, number or list.
        threshold: The distance t, not negative. Default 0.5.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.soft_shrink``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.soft_shrink(mg.Tensor([-2.0, 0.3, 2.0]))
        Tensor([-1.5,  0. ,  1.5], shape=(3,), dtype=float32)
    """
    return subtract(x, clip(x, -threshold, threshold))


def hard_shrink(x: Any, threshold: float = 0.5) -> Any:
    """Keep what is far from 0: ``y = x`` where ``|x| > t``, else 0; ``dx = g`` there, else 0.

    Args:
        x: A tensor, array, number or list.
        threshold: The distance t. Default 0.5.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.hard_shrink``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.hard_shrink(mg.Tensor([-2.0, 0.3, 2.0]))
        Tensor([-2.,  0.,  2.], shape=(3,), dtype=float32)
    """
    return where(greater(absolute(x), threshold), x, 0.0)


@differentiable
def tanh_shrink(x: Array) -> Any:
    """What tanh takes away: ``y = x - tanh x``, so ``dx = g tanh(x)^2``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.tanh_shrink``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.tanh_shrink(mg.Tensor([0.0, 1.0])).numpy().round(4)
        array([0.    , 0.2384], dtype=float32)
    """
    return x - np.tanh(x)


@tanh_shrink.vjp
def _(g: Any, x: Any) -> Any:
    return g * square(tanh(x))


def threshold(x: Any, threshold: float, default_value: float) -> Any:
    """Keep what is above a threshold: ``y = x`` where ``x > t``, else a constant; ``dx = g`` there, else 0.

    Args:
        x: A tensor, array, number or list.
        threshold: The number t.
        default_value: What stands for all that is not above it.

    Returns:
        A tensor of x's shape and dtype (integers become float32).

    Source: ``keras.ops.threshold``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.threshold(mg.Tensor([-2.0, 0.3, 2.0]), 1.0, 9.0)
        Tensor([9., 9., 2.], shape=(3,), dtype=float32)
    """
    return where(greater(x, threshold), x, default_value)
