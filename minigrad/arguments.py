"""Checks of the arguments that many functions and classes take: a number, a shape.

Idea:    a wrong argument is an error where it is given, and the error says what would have been right.
Before:  shapes.py (the checks of axes, windows and strides).  Next: random/distributions.py.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable
from typing import Any, SupportsFloat

import numpy as np

from minigrad.shapes import Shape


def number(
    name: str,
    argument: str,
    value: Any,
    minimum: float = -math.inf,
    maximum: float = math.inf,
    *,
    above: float = -math.inf,
    below: float = math.inf,
) -> float:
    """Return ``value`` as a float that is finite and within bounds.

    Args:
        name: The class or function, for the error message.
        argument: The argument's name.
        value: What was given: a number, or an array or Tensor of one number. A string or boolean is none.
        minimum: The least accepted value. Default: no bound.
        maximum: The greatest accepted value. Default: no bound.
        above: A lower bound that is not itself accepted. Default: no bound.
        below: An upper bound that is not itself accepted. Default: no bound.

    Raises:
        ValueError: If it isn't.

    Example:
        >>> number("L2", "l2", 0.1, 0)
        0.1
        >>> number("Dropout", "rate", 40, 0, 1)
        Traceback (most recent call last):
        ...
        ValueError: Dropout: rate must be a number between 0 and 1; got 40
    """
    try:
        if isinstance(value, str | bytes | bool | np.bool) or not isinstance(value, SupportsFloat):
            raise TypeError
        found = float(value)
    except (TypeError, ValueError):
        found = math.nan
    if math.isfinite(found) and minimum <= found <= maximum and above < found < below:
        return found
    if minimum > -math.inf and maximum < math.inf:
        bounds = f"between {minimum} and {maximum}"
    else:
        limits = ((">=", minimum), (">", above), ("<=", maximum), ("<", below))
        bounds = " and ".join(f"{sign} {limit}" for sign, limit in limits if math.isfinite(limit))
    raise ValueError(f"{name}: {argument} must be a number {bounds or 'that is finite'}; got {value!r}")


def standardize_shape(name: str, shape: Any) -> Shape:
    """Return ``shape`` as a tuple of integers; a single integer is the shape of one axis.

    Args:
        name: The class or function, for the error message.
        shape: What was given.

    Raises:
        ValueError: If it is not a sequence of integers, or one is negative or None.

    Example:
        >>> standardize_shape("zeros", [2, 3]), standardize_shape("zeros", 4)
        ((2, 3), (4,))
        >>> standardize_shape("zeros", (None, 3))
        Traceback (most recent call last):
        ...
        ValueError: zeros: shape must be integers >= 0; got (None, 3)
    """
    try:
        if isinstance(shape, str | bytes):
            raise TypeError
        sizes = tuple(map(operator.index, shape if isinstance(shape, Iterable) else (shape,)))
    except TypeError:
        sizes = (-1,)
    if min(sizes, default=0) < 0:
        raise ValueError(f"{name}: shape must be integers >= 0; got {shape!r}")
    return sizes
