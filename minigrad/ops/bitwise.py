"""Integers bit by bit, and what divides them; on booleans, and, or, xor and not.

Idea:    these are what Python's ``& | ^ ~ << >>`` mean. Bits have no gradient: all results are constants.
Shapes:  any, broadcast against each other.
Before:  ops/comparison.py.  Next: ops/selection.py.
Source:  ``keras.ops`` for names and argument order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import nondifferentiable


@nondifferentiable
def bitwise_and(x: Any, y: Any) -> Any:
    """Return the bits that are set in both; ``x & y``.

    Args:
        x: A tensor, array or list of integers or booleans, or a number.
        y: Likewise; the shapes broadcast.

    Returns:
        A constant tensor of the broadcast shape and the common dtype.

    Raises:
        DTypeError: If one is floating.
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.bitwise_and``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.bitwise_and(mg.Tensor([6, 5], dtype="int32"), 3)
        Tensor([2, 1], shape=(2,), dtype=int32)
    """
    return np.bitwise_and(x, y)


@nondifferentiable
def bitwise_or(x: Any, y: Any) -> Any:
    """Return the bits that are set in one or both; ``x | y``. See `bitwise_and`.

    Source: ``keras.ops.bitwise_or``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.bitwise_or(mg.Tensor([6, 5], dtype="int32"), 3)
        Tensor([7, 7], shape=(2,), dtype=int32)
    """
    return np.bitwise_or(x, y)


@nondifferentiable
def bitwise_xor(x: Any, y: Any) -> Any:
    """Return the bits that are set in one but not both; ``x ^ y``. See `bitwise_and`.

    Source: ``keras.ops.bitwise_xor``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.bitwise_xor(mg.Tensor([6, 5], dtype="int32"), 3)
        Tensor([5, 6], shape=(2,), dtype=int32)
    """
    return np.bitwise_xor(x, y)


@nondifferentiable
def bitwise_not(x: Any) -> Any:
    """Return each bit changed; ``~x``. See `bitwise_and`.

    Source: ``keras.ops.bitwise_not``, also called ``bitwise_invert``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.bitwise_not(mg.Tensor([True, False]))
        Tensor([False,  True], shape=(2,), dtype=bool)
    """
    return np.invert(x)


bitwise_invert = bitwise_not


@nondifferentiable
def left_shift(x: Any, y: Any) -> Any:
    """Return the bits moved up by ``y`` places: ``x 2^y``. See `bitwise_and`.

    Source: ``keras.ops.left_shift``, also called ``bitwise_left_shift``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.left_shift(mg.Tensor([1, 3], dtype="int32"), 2)
        Tensor([ 4, 12], shape=(2,), dtype=int32)
    """
    return np.left_shift(x, y)


@nondifferentiable
def right_shift(x: Any, y: Any) -> Any:
    """Return the bits moved down by ``y`` places: ``x / 2^y``, rounded down. See `bitwise_and`.

    Source: ``keras.ops.right_shift``, also called ``bitwise_right_shift``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.right_shift(mg.Tensor([4, 13], dtype="int32"), 2)
        Tensor([1, 3], shape=(2,), dtype=int32)
    """
    return np.right_shift(x, y)


bitwise_left_shift = left_shift
bitwise_right_shift = right_shift


@nondifferentiable
def gcd(x1: Any, x2: Any) -> Any:
    """Greatest common divisor: the largest integer that divides both; of 0 and n it is ``|n|``.

    Args:
        x1: A tensor, array or list of integers, or a number.
        x2: Likewise; the shapes broadcast.

    Returns:
        A constant tensor of the broadcast shape and the common dtype.

    Raises:
        DTypeError: If one is floating.
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.gcd``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.gcd(mg.Tensor([12, 7], dtype="int32"), 8)
        Tensor([4, 1], shape=(2,), dtype=int32)
    """
    return np.gcd(x1, x2)


@nondifferentiable
def lcm(x1: Any, x2: Any) -> Any:
    """Least common multiple: the smallest integer, 0 or more, that both divide.

    Args:
        x1: A tensor, array or list of integers, or a number.
        x2: Likewise; the shapes broadcast.

    Returns:
        A constant tensor of the broadcast shape and the common dtype.

    Raises:
        DTypeError: If one is floating.
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.lcm``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.lcm(mg.Tensor([12, 7], dtype="int32"), 8)
        Tensor([24, 56], shape=(2,), dtype=int32)
    """
    return np.lcm(x1, x2)
