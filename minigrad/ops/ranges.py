"""Evenly spaced numbers.

Idea:    the first number, and a step or a count. What is computed from floats is computed in float64 and
         rounded once.
Before:  ops/creation.py.  Next: ops/tapers.py.
Source:  ``keras.ops`` for names and argument order.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import nondifferentiable
from minigrad.autodiff.values import to_dtype
from minigrad.ops.conversion import as_array


@nondifferentiable
def arange(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> Any:
    """Return ``start, start + step, ...`` as far as they are below ``stop``.

    Args:
        start: The first number; ``arange(n)`` stands for ``arange(0, n)``.
        stop: Where to end; it is not included.
        step: Default 1. If negative, the numbers fall.
        dtype: Default: int32 if all are integers, `floatx` if one is a float, or a tensor's own.

    Returns:
        A tensor of ``ceil((stop - start) / step)`` numbers.

    Raises:
        ValueError: If step is 0.

    Source: ``keras.ops.arange``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.arange(3)
        Tensor([0, 1, 2], shape=(3,), dtype=int32)
        >>> mg.ops.arange(1.0, 0.0, -0.25)
        Tensor([1.  , 0.75, 0.5 , 0.25], shape=(4,), dtype=float32)
    """
    given = [as_array(one).dtype for one in (start, stop, step) if one is not None]
    if stop is None:
        start, stop = 0, start
    step = 1 if step is None else step
    if step == 0:
        raise ValueError("arange: step must not be 0")
    floats = [one for one in given if one.kind == "f"]
    kind = np.result_type(*(floats or given)) if dtype is None else to_dtype(dtype)
    if kind.kind == "b":
        raise ValueError("arange: a range can't be boolean; give another dtype")
    return np.arange(start, stop, step).astype(kind)


@nondifferentiable
def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """Return ``num`` evenly spaced numbers from ``start`` to ``stop``.

    Args:
        start: The first number, or a tensor of several.
        stop: The last number, or a tensor of several.
        num: How many. Default 50.
        endpoint: Whether stop is the last of them. Default True.
        retstep: Whether to return the distance of neighbors, too. Default False.
        dtype: Default: `floatx`, or float64 for float64 arrays.
        axis: Where the numbers run along, if start or stop are tensors. Default 0.

    Returns:
        A constant tensor; with retstep the pair ``(numbers, distance)``.

    Raises:
        ValueError: If num is negative.

    Source: ``keras.ops.linspace``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.linspace(0, 1, 5)
        Tensor([0.  , 0.25, 0.5 , 0.75, 1.  ], shape=(5,), dtype=float32)
    """
    if operator.index(num) < 0:
        raise ValueError(f"linspace: num must not be negative; got {num}")
    kind = _float_dtype(start, stop) if dtype is None else to_dtype(dtype)
    numbers, step = np.linspace(
        np.asarray(start, np.float64), np.asarray(stop, np.float64), num, endpoint, retstep=True, axis=axis
    )
    return (numbers.astype(kind), np.asarray(step, kind)) if retstep else numbers.astype(kind)


@nondifferentiable
def logspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    base: Any = 10,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """Return ``base ** linspace(start, stop, num)``; see `linspace` for the arguments.

    Source: ``keras.ops.logspace``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.logspace(0, 2, 3)
        Tensor([  1.,  10., 100.], shape=(3,), dtype=float32)
    """
    if operator.index(num) < 0:
        raise ValueError(f"logspace: num must not be negative; got {num}")
    kind = _float_dtype(start, stop) if dtype is None else to_dtype(dtype)
    return np.logspace(start, stop, num, endpoint, base, axis=axis).astype(kind)


@nondifferentiable
def geomspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0
) -> Any:
    """Return ``num`` numbers from ``start`` to ``stop``, each the same multiple of the one before.

    Args:
        start: The first one; not 0.
        stop: The last one; not 0, and of start's sign.
        num: How many. Default 50.
        endpoint: Whether ``stop`` is among them. Default True.
        dtype: Default: start's and stop's, or `floatx`.
        axis: Where the axis of the numbers stands, if start or stop has axes. Default 0.

    Raises:
        ValueError: If num is negative, or start or stop is 0 or they differ in sign.

    Source: ``keras.ops.geomspace``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.geomspace(1, 100, 3)
        Tensor([  1.,  10., 100.], shape=(3,), dtype=float32)
    """
    if operator.index(num) < 0:
        raise ValueError(f"geomspace: num must not be negative; got {num}")
    first, last = np.asarray(start), np.asarray(stop)
    if not (np.sign(first) * np.sign(last) > 0).all():
        raise ValueError(
            f"geomspace: start and stop must have one sign, and not be 0; got {start!r}, {stop!r}"
        )
    kind = _float_dtype(start, stop) if dtype is None else to_dtype(dtype)
    return np.geomspace(first, last, num, endpoint, axis=axis).astype(kind)


def _float_dtype(*given: Any) -> np.dtype[Any]:
    floats = [one.dtype for one in map(as_array, given) if one.dtype.kind == "f"]
    return np.result_type(*floats) if floats else to_dtype(None)
