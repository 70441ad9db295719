"""Window functions: weights that fade a stretch of a signal in and out.

Idea:    a Fourier transform takes a stretch for one period of a wave; where its ends don't meet, it hears
         a click. A taper lets both ends fade to (nearly) nothing.
Shapes:  a length N -> (N,)
Before:  ops/ranges.py.  Next: ops/scattering.py.
Source:  ``keras.ops`` for names; Harris, "On the use of windows for harmonic analysis" (1978).
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import nondifferentiable
from minigrad.autodiff.values import to_dtype


@nondifferentiable
def bartlett(x: int) -> Any:
    """Triangle: ``w[n] = 1 - |2n / (N - 1) - 1|``.

    Args:
        x: The length N, 0 or more.

    Returns:
        A tensor (N,) of `floatx`.

    Raises:
        ValueError: If x is no integer, or negative.

    Source: ``keras.ops.bartlett``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.bartlett(5)
        Tensor([0. , 0.5, 1. , 0.5, 0. ], shape=(5,), dtype=float32)
    """
    return _taper("bartlett", x, np.bartlett)


@nondifferentiable
def blackman(x: int) -> Any:
    """Two cosines: ``w[n] = .42 - .5 cos(2 pi n / (N - 1)) + .08 cos(4 pi n / (N - 1))``.

    Args:
        x: The length N, 0 or more.

    Returns:
        A tensor (N,) of `floatx`.

    Raises:
        ValueError: If x is no integer, or negative.

    Source: ``keras.ops.blackman``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.blackman(5).numpy().round(2) + 0.0
        array([0.  , 0.34, 1.  , 0.34, 0.  ], dtype=float32)
    """
    return _taper("blackman", x, np.blackman)


@nondifferentiable
def hamming(x: int) -> Any:
    """Cosine on a pedestal: ``w[n] = .54 - .46 cos(2 pi n / (N - 1))``.

    Args:
        x: The length N, 0 or more.

    Returns:
        A tensor (N,) of `floatx`.

    Raises:
        ValueError: If x is no integer, or negative.

    Source: ``keras.ops.hamming``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.hamming(5).numpy().round(2)
        array([0.08, 0.54, 1.  , 0.54, 0.08], dtype=float32)
    """
    return _taper("hamming", x, np.hamming)


@nondifferentiable
def hanning(x: int) -> Any:
    """Cosine: ``w[n] = .5 - .5 cos(2 pi n / (N - 1))``.

    Args:
        x: The length N, 0 or more.

    Returns:
        A tensor (N,) of `floatx`.

    Raises:
        ValueError: If x is no integer, or negative.

    Source: ``keras.ops.hanning``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.hanning(5)
        Tensor([0. , 0.5, 1. , 0.5, 0. ], shape=(5,), dtype=float32)
    """
    return _taper("hanning", x, np.hanning)


@nondifferentiable
def kaiser(x: int, beta: float) -> Any:
    """Bessel function: ``w[n] = I0(beta sqrt(1 - (2n / (N - 1) - 1)^2)) / I0(beta)``.

    Args:
        x: The length N, 0 or more.
        beta: How narrow; 0 makes it a rectangle.

    Returns:
        A tensor (N,) of `floatx`.

    Raises:
        ValueError: If x is no integer, or negative.

    Source: ``keras.ops.kaiser``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.kaiser(5, 2.0).numpy().round(2)
        array([0.44, 0.83, 1.  , 0.83, 0.44], dtype=float32)
    """
    return _taper("kaiser", x, lambda length: np.kaiser(length, float(beta)))


def _taper(name: str, x: Any, function: Callable[[int], Any]) -> Any:
    try:
        length = operator.index(x)
    except TypeError:
        length = -1
    if length < 0:
        raise ValueError(f"{name}: x is the length of the window, an integer >= 0; got {x!r}")
    return function(length).astype(to_dtype(None))
