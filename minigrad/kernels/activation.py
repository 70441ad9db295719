"""Activations of several steps, block by block: what lies between the steps never leaves the cache.

Idea:    each formula is written as steps in place, for a block of cells. A gradient takes what the forward
         pass has worked out already: GELU's keeps the normal distribution function.
Shapes:  any -> the same.
Before:  elementwise.py (the blocks), special.py (erf).  Next: ops/activation.py, ops/hyperbolic.py.
Source:  Hendrycks & Gimpel 2016, "Gaussian Error Linear Units".
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.kernels.elementwise import over_blocks
from minigrad.kernels.scratch import scratch
from minigrad.kernels.special import erf

Array = np.ndarray[Any, np.dtype[Any]]

GELU_SLOPE = math.sqrt(2.0 / math.pi)
GELU_CUBIC = 0.044715
ROOT_HALF = math.sqrt(0.5)
BELL_HEIGHT = 1.0 / math.sqrt(2.0 * math.pi)


def relu(x: Array) -> Array:
    """Return ``max(x, 0)``.

    Example:
        >>> relu(np.array([-1.0, 2.0]))
        array([0., 2.])
    """
    out = np.empty(x.shape, x.dtype)
    over_blocks(lambda x, out: np.maximum(x, 0, out=out), x, out)
    return out


def relu_gradient(g: Array, out: Array) -> Array:
    """Return ``g`` where ``out > 0``, the gradient of `relu`'s input.

    Example:
        >>> relu_gradient(np.array([3.0, 3.0]), np.array([0.0, 2.0]))
        array([0., 3.])
    """

    def steps(g: Array, out: Array, dx: Array) -> None:
        positive = np.greater(out, 0, out=scratch("positive", out.shape, np.bool_))
        np.multiply(g, positive, out=dx)

    dx = np.empty(g.shape, g.dtype)
    over_blocks(steps, g, out, dx)
    return dx


def tanh(x: Array) -> Array:
    """Return the hyperbolic tangent.

    Example:
        >>> tanh(np.array([0.0, 100.0]))
        array([0., 1.])
    """
    out = np.empty(x.shape, x.dtype)
    over_blocks(lambda x, out: np.tanh(x, out=out), x, out)
    return out


def tanh_gradient(g: Array, out: Array) -> Array:
    """Return ``g (1 - out^2)``, the gradient of `tanh`'s input.

    Example:
        >>> tanh_gradient(np.array([1.0, 1.0]), np.array([0.0, 0.5]))
        array([1.  , 0.75])
    """

    def steps(g: Array, out: Array, dx: Array) -> None:
        np.multiply(g, out, out=dx)
        dx *= out
        np.subtract(g, dx, out=dx)

    dx = np.empty(g.shape, g.dtype)
    over_blocks(steps, g, out, dx)
    return dx


def _logistic_divisor(x: Array, out: Array) -> Array:
    """Write ``1 + e^-x`` into ``out``, and return it."""
    np.negative(x, out=out)
    with np.errstate(over="ignore"):  # an infinite e^-x gives the right answer, 0
        np.exp(out, out=out)
    out += 1.0
    return out


def sigmoid(x: Array) -> Array:
    """Return the logistic function ``1 / (1 + e^-x)``.

    Example:
        >>> sigmoid(np.array([0.0, 1000.0]))
        array([0.5, 1. ])
    """

    def steps(x: Array, out: Array) -> None:
        np.divide(1.0, _logistic_divisor(x, out), out=out)

    out = np.empty(x.shape, x.dtype)
    over_blocks(steps, x, out)
    return out


def sigmoid_gradient(g: Array, out: Array) -> Array:
    """Return ``g out (1 - out)``, the gradient of `sigmoid`'s input.

    Example:
        >>> sigmoid_gradient(np.array([1.0, 1.0]), np.array([0.5, 1.0]))
        array([0.25, 0.  ])
    """

    def steps(g: Array, out: Array, dx: Array) -> None:
        np.subtract(1.0, out, out=dx)
        dx *= out
        dx *= g

    dx = np.empty(g.shape, g.dtype)
    over_blocks(steps, g, out, dx)
    return dx


def silu(x: Array) -> Array:
    """Return ``x s``, s being the `sigmoid`.

    Example:
        >>> silu(np.array([0.0, 1.0])).round(4)
        array([0.    , 0.7311])
    """

    def steps(x: Array, out: Array) -> None:
        np.divide(x, _logistic_divisor(x, out), out=out)

    out = np.empty(x.shape, x.dtype)
    over_blocks(steps, x, out)
    return out


def silu_gradient(g: Array, x: Array, out: Array) -> Array:
    """Return ``g (s + out (1 - s))``, the gradient of `silu`'s input.

    Example:
        >>> silu_gradient(np.array([1.0]), np.array([0.0]), np.array([0.0]))
        array([0.5])
    """

    def steps(g: Array, x: Array, out: Array, dx: Array) -> None:
        np.divide(1.0, _logistic_divisor(x, dx), out=dx)  # s
        rest = np.subtract(1.0, dx, out=scratch("rest", dx.shape, dx.dtype))
        rest *= out
        dx += rest
        dx *= g

    dx = np.empty(g.shape, g.dtype)
    over_blocks(steps, g, x, out, dx)
    return dx


def gelu(x: Array, approximate: bool) -> tuple[Array, Array]:
    """Return ``x F(x)`` and F(x), the normal distribution function, for the gradient.

    Args:
        x: Floating.
        approximate: Whether to take ``F(x) = (1 + tanh u) / 2``, ``u = sqrt(2/pi) (x + 0.044715 x^3)``,
            instead of ``(1 + erf(x / sqrt 2)) / 2``.

    Example:
        >>> [one.round(4) for one in gelu(np.array([-1.0, 1.0]), False)]
        [array([-0.1587,  0.8413]), array([0.1587, 0.8413])]
    """

    def steps(x: Array, out: Array, below: Array) -> None:
        if approximate:
            np.multiply(x, x, out=below)
            below *= GELU_SLOPE * GELU_CUBIC
            below += GELU_SLOPE
            below *= x
            np.tanh(below, out=below)
        else:
            np.multiply(x, ROOT_HALF, out=out)
            erf(out, out=below)
        below *= 0.5
        below += 0.5
        np.multiply(x, below, out=out)

    out, below = np.empty(x.shape, x.dtype), np.empty(x.shape, x.dtype)
    over_blocks(steps, x, out, below)
    return out, below


def gelu_gradient(g: Array, x: Array, below: Array, approximate: bool) -> Array:
    """Return ``g (F(x) + x F'(x))``, the gradient of `gelu`'s input.

    F' is the bell curve ``e^(-x^2/2) / sqrt(2 pi)``; for the approximation it is ``2 F (1 - F) du/dx``.

    Args:
        g: The output's gradient.
        x: As in `gelu`.
        below: F(x), from there.
        approximate: As there.

    Example:
        >>> gelu_gradient(np.ones(1), np.zeros(1), np.full(1, 0.5), False)
        array([0.5])
    """

    def steps(g: Array, x: Array, below: Array, dx: Array) -> None:
        np.multiply(x, x, out=dx)
        if approximate:
            dx *= 6.0 * GELU_SLOPE * GELU_CUBIC
            dx += 2.0 * GELU_SLOPE
            dx *= below
            above = scratch("activation", x.shape, x.dtype)
            dx *= np.subtract(1.0, below, out=above)
        else:
            dx *= -0.5
            np.exp(dx, out=dx)
            dx *= BELL_HEIGHT
        dx *= x
        dx += below
        dx *= g

    dx = np.empty(x.shape, x.dtype)
    over_blocks(steps, g, x, below, dx)
    return dx
