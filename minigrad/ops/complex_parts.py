"""Real part, imaginary part and angle of numbers that are all real.

Idea:    a tensor holds real numbers only, so there is little to do; these let code that was written for
         complex ones run.
Shapes:  any.
Before:  ops/signs.py, ops/conversion.py.  Next: ops/creation.py.
Source:  ``keras.ops`` for names.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import nondifferentiable
from minigrad.autodiff.values import floating
from minigrad.ops.conversion import as_array, convert_to_tensor


def real(x: Any) -> Any:
    """Real part: x itself, and so ``dx = g``.

    Source: ``keras.ops.real``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.real(mg.Tensor([1.0, -2.0]))
        Tensor([ 1., -2.], shape=(2,), dtype=float32)
    """
    return convert_to_tensor(x)


def conjugate(x: Any) -> Any:
    """Complex conjugate: x itself, and so ``dx = g``.

    Source: ``keras.ops.conjugate``, also called ``conj``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.conj(mg.Tensor([1.0, -2.0]))
        Tensor([ 1., -2.], shape=(2,), dtype=float32)
    """
    return convert_to_tensor(x)


conj = conjugate


@nondifferentiable
def imag(x: Any) -> Any:
    """Imaginary part: zeros of x's shape and dtype.

    Source: ``keras.ops.imag``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.imag(mg.Tensor([1.0, -2.0]))
        Tensor([0., 0.], shape=(2,), dtype=float32)
    """
    return np.zeros_like(as_array(x))


@nondifferentiable
def angle(x: Any) -> Any:
    """Angle in the complex plane: 0 of a positive number, pi of a negative one.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A constant tensor of x's shape and dtype (integers become float32); NaN where x is.

    Source: ``keras.ops.angle``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.angle(mg.Tensor([1.0, -2.0])).numpy().round(4)
        array([0.    , 3.1416], dtype=float32)
    """
    x = floating(as_array(x))
    y = np.where(np.signbit(x), x.dtype.type(math.pi), x.dtype.type(0))
    return np.where(np.isnan(x), x, y)


@nondifferentiable
def isreal(x: Any) -> Any:
    """Tell where the imaginary part is zero: everywhere.

    Source: ``keras.ops.isreal``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.isreal(mg.Tensor([1.0, -2.0]))
        Tensor([ True,  True], shape=(2,), dtype=bool)
    """
    return np.ones(np.shape(x), bool)
