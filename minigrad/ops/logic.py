"""Logic: and, or, not on truths.

Idea:    an answer does not change as its input moves a little, so nothing here has a gradient.
Shapes:  any, broadcast against each other.
Before:  ops/comparison.py (where truths come from).  Next: ops/selection.py (what they are used for).
Source:  ``keras.ops`` for names and argument order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import nondifferentiable


@nondifferentiable
def logical_and(x1: Any, x2: Any) -> Any:
    """Tell where both are true.

    Args:
        x1: A tensor, array, number or list; zero counts as False, anything else as True.
        x2: Likewise; the shapes broadcast.

    Returns:
        A constant boolean tensor of the broadcast shape.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.logical_and``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.logical_and([True, True, False], [True, False, False])
        Tensor([ True, False, False], shape=(3,), dtype=bool)
    """
    return np.logical_and(x1, x2)


@nondifferentiable
def logical_or(x1: Any, x2: Any) -> Any:
    """Tell where one of them, or both, is true.

    Args:
        x1: A tensor, array, number or list; zero counts as False, anything else as True.
        x2: Likewise; the shapes broadcast.

    Returns:
        A constant boolean tensor of the broadcast shape.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.logical_or``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.logical_or([True, True, False], [True, False, False])
        Tensor([ True,  True, False], shape=(3,), dtype=bool)
    """
    return np.logical_or(x1, x2)


@nondifferentiable
def logical_xor(x1: Any, x2: Any) -> Any:
    """Tell where exactly one of them is true.

    Args:
        x1: A tensor, array, number or list; zero counts as False, anything else as True.
        x2: Likewise; the shapes broadcast.

    Returns:
        A constant boolean tensor of the broadcast shape.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.logical_xor``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.logical_xor([True, True, False], [True, False, False])
        Tensor([False,  True, False], shape=(3,), dtype=bool)
    """
    return np.logical_xor(x1, x2)


@nondifferentiable
def logical_not(x: Any) -> Any:
    """Tell where ``x`` is false.

    Args:
        x: A tensor, array, number or list; zero counts as False, anything else as True.

    Returns:
        A constant boolean tensor of x's shape.

    Source: ``keras.ops.logical_not``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.logical_not([True, False])
        Tensor([False,  True], shape=(2,), dtype=bool)
    """
    return np.logical_not(x)
