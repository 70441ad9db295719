"""Comparisons: questions with the answers True and False.

Idea:    an answer does not change as its input moves a little, so nothing here has a gradient: all
         results are constant boolean tensors.
Shapes:  any, broadcast against each other.
Before:  ops/elementwise.py.  Next: ops/logic.py (how the answers are combined).
Source:  ``keras.ops`` for names and argument order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import nondifferentiable


@nondifferentiable
def equal(x1: Any, x2: Any) -> Any:
    """Tell where ``x1 = x2``.

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise; the shapes broadcast.

    Returns:
        A constant boolean tensor of the broadcast shape.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.equal``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.equal(mg.Tensor([1.0, 2.0, 3.0]), 2.0)
        Tensor([False,  True, False], shape=(3,), dtype=bool)
    """
    return np.equal(x1, x2)


@nondifferentiable
def not_equal(x1: Any, x2: Any) -> Any:
    """Tell where ``x1`` and ``x2`` differ.

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise; the shapes broadcast.

    Returns:
        A constant boolean tensor of the broadcast shape.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.not_equal``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.not_equal(mg.Tensor([1.0, 2.0, 3.0]), 2.0)
        Tensor([ True, False,  True], shape=(3,), dtype=bool)
    """
    return np.not_equal(x1, x2)


@nondifferentiable
def less(x1: Any, x2: Any) -> Any:
    """Tell where ``x1 < x2``.

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise; the shapes broadcast.

    Returns:
        A constant boolean tensor of the broadcast shape.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.less``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.less(mg.Tensor([1.0, 2.0, 3.0]), 2.0)
        Tensor([ True, False, False], shape=(3,), dtype=bool)
    """
    return np.less(x1, x2)


@nondifferentiable
def less_equal(x1: Any, x2: Any) -> Any:
    """Tell where ``x1 <= x2``.

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise; the shapes broadcast.

    Returns:
        A constant boolean tensor of the broadcast shape.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.less_equal``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.less_equal(mg.Tensor([1.0, 2.0, 3.0]), 2.0)
        Tensor([ True,  True, False], shape=(3,), dtype=bool)
    """
    return np.less_equal(x1, x2)


@nondifferentiable
def greater(x1: Any, x2: Any) -> Any:
    """Tell where ``x1 > x2``.

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise; the shapes broadcast.

    Returns:
        A constant boolean tensor of the broadcast shape.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.greater``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.greater(mg.Tensor([1.0, 2.0, 3.0]), 2.0)
        Tensor([False, False,  True], shape=(3,), dtype=bool)
    """
    return np.greater(x1, x2)


@nondifferentiable
def greater_equal(x1: Any, x2: Any) -> Any:
    """Tell where ``x1 >= x2``.

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise; the shapes broadcast.

    Returns:
        A constant boolean tensor of the broadcast shape.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.greater_equal``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.greater_equal(mg.Tensor([1.0, 2.0, 3.0]), 2.0)
        Tensor([False,  True,  True], shape=(3,), dtype=bool)
    """
    return np.greater_equal(x1, x2)


@nondifferentiable
def isnan(x: Any) -> Any:
    """Tell where ``x`` is NaN, the result of 0/0.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A constant boolean tensor of x's shape.

    Source: ``keras.ops.isnan``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.isnan(mg.Tensor([1.0, float("inf"), float("nan")]))
        Tensor([False, False,  True], shape=(3,), dtype=bool)
    """
    return np.isnan(x)


@nondifferentiable
def isinf(x: Any) -> Any:
    """Tell where ``x`` is infinite, of either sign.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A constant boolean tensor of x's shape.

    Source: ``keras.ops.isinf``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.isinf(mg.Tensor([1.0, float("inf"), float("nan")]))
        Tensor([False,  True, False], shape=(3,), dtype=bool)
    """
    return np.isinf(x)


@nondifferentiable
def isfinite(x: Any) -> Any:
    """Tell where ``x`` is a number, neither infinite nor NaN.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A constant boolean tensor of x's shape.

    Source: ``keras.ops.isfinite``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.isfinite(mg.Tensor([1.0, float("inf"), float("nan")]))
        Tensor([ True, False, False], shape=(3,), dtype=bool)
    """
    return np.isfinite(x)


@nondifferentiable
def isclose(x1: Any, x2: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Any:
    """Tell where two numbers nearly agree: ``|x1 - x2| <= atol + rtol |x2|``.

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise; the shapes broadcast.
        rtol: The tolerance relative to ``|x2|``. Default 1e-5.
        atol: The absolute tolerance. Default 1e-8.
        equal_nan: Whether NaN is close to NaN. Default False.

    Returns:
        A constant boolean tensor of the broadcast shape.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.isclose``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.isclose(mg.Tensor([1.0, 2.0]), [1.0000001, 2.1])
        Tensor([ True, False], shape=(2,), dtype=bool)
    """
    return np.isclose(x1, x2, rtol=rtol, atol=atol, equal_nan=equal_nan)


@nondifferentiable
def allclose(x1: Any, x2: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Any:
    """Tell whether all numbers nearly agree: ``|x1 - x2| <= atol + rtol |x2|`` everywhere.

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise; the shapes broadcast.
        rtol: The tolerance relative to ``|x2|``. Default 1e-5.
        atol: The absolute tolerance. Default 1e-8.
        equal_nan: Whether NaN is close to NaN. Default False.

    Returns:
        A constant boolean tensor of no dimension.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.allclose``.

    Example:
        >>> import minigrad as mg
        >>> bool(mg.ops.allclose(mg.Tensor([1.0, 2.0]), [1.0000001, 2.0]))
        True
    """
    return np.asarray(np.allclose(x1, x2, rtol=rtol, atol=atol, equal_nan=equal_nan))
