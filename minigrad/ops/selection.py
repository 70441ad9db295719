"""Choosing between numbers: where, maximum, minimum, clip and the like.

Idea:    what was chosen gets the gradient, what was not gets zero. So each derivative is a mask, and
         the one thing to settle is who gets it in a tie.
Shapes:  any, broadcast against each other.
Before:  ops/logic.py (the masks).  Next: ops/rounding.py.
Source:  ``keras.ops`` for names and argument order; ties as TensorFlow settles them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.node import ARRAYS, MODE
from minigrad.autodiff.op import Array
from minigrad.autodiff.tensor import Tensor
from minigrad.ops.comparison import equal, isfinite
from minigrad.ops.elementwise import divide
from minigrad.ops.logic import logical_and, logical_not


@differentiable
def where(condition: Any, x1: Array | None = None, x2: Array | None = None) -> Any:
    """Choose: ``y = x1`` where the condition holds, else ``x2``; each gets g where it was chosen.

    With the condition alone, tell where it holds: one array of indices for each axis.

    Args:
        condition: A boolean tensor, array, list or bool; of numbers, zero counts as False.
        x1: What to take where it holds: a tensor, array, number or list.
        x2: What to take elsewhere; all three broadcast.

    Returns:
        A tensor of the broadcast shape and the common dtype of x1 and x2; or, of the condition alone, a
        tuple of integer tensors.

    Raises:
        ValueError: If only one of x1 and x2 is given.
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.where``.

    Example:
        >>> import minigrad as mg
        >>> x = mg.Tensor([-1.0, 2.0])
        >>> mg.ops.where(x > 0, x, 0.0)
        Tensor([0., 2.], shape=(2,), dtype=float32)
    """
    if x1 is None and x2 is None:
        return np.nonzero(condition)
    if x1 is None or x2 is None:
        raise ValueError("where: give both x1 and x2, or neither")
    return np.where(condition, x1, x2)


@where.vjp
def _(g: Any, condition: Any, needs: Any) -> Any:
    return where(condition, g, 0.0) if needs[0] else None, where(condition, 0.0, g) if needs[1] else None


@differentiable
def maximum(x1: Array, x2: Array) -> Any:
    """Take the greater: ``y = max(x1, x2)``; x1 gets g where ``x1 >= x2``, x2 elsewhere.

    In a tie x1 gets the whole gradient, as in TensorFlow (PyTorch would give each one half).

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise; the shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the common dtype.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.maximum``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.maximum(mg.Tensor([-1.0, 2.0]), 0.0)
        Tensor([0., 2.], shape=(2,), dtype=float32)
    """
    return np.maximum(x1, x2)


@maximum.vjp
def _(g: Any, x1: Any, x2: Any, needs: Any) -> Any:
    first = x1 >= x2
    return g * first if needs[0] else None, g * logical_not(first) if needs[1] else None


@differentiable
def minimum(x1: Array, x2: Array) -> Any:
    """Take the lesser: ``y = min(x1, x2)``; x1 gets g where ``x1 <= x2``, x2 elsewhere.

    In a tie x1 gets the whole gradient, as in TensorFlow (PyTorch would give each one half).

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise; the shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the common dtype.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.minimum``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.minimum(mg.Tensor([-1.0, 2.0]), 0.0)
        Tensor([-1.,  0.], shape=(2,), dtype=float32)
    """
    return np.minimum(x1, x2)


@minimum.vjp
def _(g: Any, x1: Any, x2: Any, needs: Any) -> Any:
    first = x1 <= x2
    return g * first if needs[0] else None, g * logical_not(first) if needs[1] else None


@differentiable
def clip(x: Array, x_min: Array | None, x_max: Array | None) -> Any:
    """Cut off: ``y = min(max(x, x_min), x_max)``; ``dx = g`` where ``x_min <= x <= x_max``, else 0.

    The bounds may be tensors, too; each gets the gradient where it was taken.

    Args:
        x: A tensor, array, number or list.
        x_min: The least value that y may have, or None for no such bound.
        x_max: The greatest, or None. Where x_min is above it, y is x_max.

    Returns:
        A tensor of the broadcast shape and the common dtype.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.clip``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.clip(mg.Tensor([-1.0, 0.5, 2.0]), 0.0, 1.0)
        Tensor([0. , 0.5, 1. ], shape=(3,), dtype=float32)
    """
    return np.clip(x, x_min, x_max)


@clip.vjp
def _(g: Any, x: Any, x_min: Any, x_max: Any, needs: Any) -> Any:
    low = -math.inf if x_min is None else x_min
    high = math.inf if x_max is None else x_max
    return (
        g * logical_and(x >= low, x <= high) if needs[0] else None,
        g * logical_and(x < low, low <= high) if needs[1] else None,
        g * (maximum(x, low) > high) if needs[2] else None,
    )


@differentiable
def nan_to_num(x: Array, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None) -> Any:
    """Replace what is not a number: ``y = x`` where x is finite, so ``dx = g`` there, else 0.

    Args:
        x: A tensor, array, number or list.
        nan: What stands for NaN. Default 0.
        posinf: What stands for infinity. Default: the greatest number of the dtype.
        neginf: What stands for minus infinity. Default: the least.

    Returns:
        A tensor of x's shape and dtype.

    Source: ``keras.ops.nan_to_num``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.nan_to_num(mg.Tensor([1.0, float("nan"), float("inf")]), posinf=9.0)
        Tensor([1., 0., 9.], shape=(3,), dtype=float32)
    """
    return np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)


@nan_to_num.vjp
def _(g: Any, x: Any) -> Any:
    return g * isfinite(x)


def divide_no_nan(x1: Any, x2: Any) -> Any:
    """Divide safely: ``y = x1 / x2``, and 0 where ``x2 = 0``; the gradients are 0 there, too.

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise; the shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the common dtype; integers give float32.

    Raises:
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.divide_no_nan``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.divide_no_nan(mg.Tensor([1.0, 2.0]), [0.0, 4.0])
        Tensor([0. , 0.5], shape=(2,), dtype=float32)
    """
    nothing = equal(x2, 0)
    return where(nothing, 0.0, divide(x1, where(nothing, 1.0, x2)))


def stop_gradient(variable: Any) -> Any:
    """Cut the past off: ``y = x``, a constant through which no gradient passes.

    Args:
        variable: A tensor, array, number or list.

    Returns:
        A constant tensor of the same values.

    Source: ``keras.ops.stop_gradient``.

    Example:
        >>> import minigrad as mg
        >>> x = mg.Tensor(3.0, requires_grad=True)
        >>> mg.grad(x * mg.ops.stop_gradient(x), x).item()
        3.0
    """
    if isinstance(variable, Tensor):
        return variable.detach()
    return variable if MODE.level == ARRAYS else Tensor(variable)


def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Any:
    """Choose among several: y is the choice of the first condition that holds, which gets g.

    Args:
        condlist: Boolean tensors, arrays or lists.
        choicelist: As many tensors, arrays, numbers or lists.
        default: What to take where no condition holds. Default 0.

    Returns:
        A tensor of the shape that all broadcast to.

    Raises:
        ValueError: If there is no condition, or there are not as many choices.
        ShapeError: If the shapes don't broadcast.

    Source: ``keras.ops.select``.

    Example:
        >>> import minigrad as mg
        >>> x = mg.Tensor([-2.0, 0.5, 3.0])
        >>> mg.ops.select([x < 0, x < 1], [0.0, x], 1.0)
        Tensor([0. , 0.5, 1. ], shape=(3,), dtype=float32)
    """
    if not condlist or len(condlist) != len(choicelist):
        raise ValueError(
            f"select: one choice for each condition, and one condition at least; got {len(condlist)} "
            f"condition(s) and {len(choicelist)} choice(s)"
        )
    y = default
    for condition, choice in reversed(list(zip(condlist, choicelist, strict=True))):
        y = where(condition, choice, y)
    return y
