"""Change a weight in place, one cache-sized block after the other.

Idea:    an update rule reads a weight, its gradient and the optimizer's own arrays ten times over. Done on
         whole arrays, each of these passes goes out to memory; done on a block, only the first does.
         An update is element by element, so the blocks may run on several threads: the bits are the same.
Before:  kernels/elementwise.py, kernels/scratch.py.  Next: gradients.py (clipping), sgd.py (the first user).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from minigrad.autodiff.tensor import NDArray
from minigrad.autodiff.variable import Variable
from minigrad.kernels.elementwise import BLOCK, over_blocks
from minigrad.kernels.scratch import scratch


def update_in_blocks(
    update: Callable[..., None],
    variable: Variable,
    gradient: NDArray | None = None,
    state: Iterable[Variable] = (),
) -> None:
    """Call ``update`` on each block of ``variable`` and of what belongs to it; it changes them in place.

    Args:
        update: Called as ``update(p, s, g, *m)``: a block of the weight, scratch of its size and dtype, and
            the same block of the gradient (left out if there is none) and of each state variable. It may
            write to all but ``g``, and must treat each element alone.
        variable: The weight.
        gradient: Its gradient: same shape and dtype.
        state: Variables of the weight's shape, such as a momentum.

    Example:
        >>> import minigrad as mg
        >>> w = mg.Variable([1.0, 2.0])
        >>> def descend(p, s, g):
        ...     np.multiply(g, 0.5, out=s)
        ...     p -= s
        >>> update_in_blocks(descend, w, np.ones(2, np.float32))
        >>> w.tolist()
        [0.5, 1.5]
    """
    arrays = [flat_to_update(variable)]
    if gradient is not None:
        arrays.append(gradient.reshape(-1))
    arrays += [flat_to_update(one) for one in state]

    def steps(p: NDArray, *others: NDArray) -> None:
        update(p, scratch("optimizer block", p.shape, p.dtype), *others)

    over_blocks(steps, *arrays)


def decay(variable: Variable, rate: float) -> None:
    """Weight decay: ``w -= rate * w``.

    Example:
        >>> import minigrad as mg
        >>> w = mg.Variable([4.0, -8.0])
        >>> decay(w, 0.25)
        >>> w.tolist()
        [3.0, -6.0]
    """

    def update(p: NDArray, s: NDArray) -> None:
        np.multiply(p, rate, out=s)
        np.subtract(p, s, out=p)

    update_in_blocks(update, variable)


def move_average(average: Variable, weight: NDArray, momentum: float) -> None:
    """An exponential moving average: ``average = momentum * average + (1 - momentum) * weight``.

    Example:
        >>> import minigrad as mg
        >>> average = mg.Variable([4.0])
        >>> move_average(average, np.array([8.0], np.float32), 0.75)
        >>> average.tolist()
        [5.0]
    """

    def update(a: NDArray, s: NDArray, w: NDArray) -> None:
        np.multiply(a, momentum, out=a)
        np.multiply(w, 1.0 - momentum, out=s)
        np.add(a, s, out=a)

    update_in_blocks(update, average, weight)


def flat_to_update(variable: Variable) -> NDArray:
    """Return the variable's array, to change in place, as one axis."""
    array = variable.array_to_update()
    if not array.flags.c_contiguous:  # it was assigned a transposed array, say
        del array
        variable.assign(np.ascontiguousarray(variable))
        array = variable.array_to_update()
    return array.reshape(-1)


def sum_of_squares(array: NDArray) -> float:
    """Return the sum of the squares, in blocks: the same bits whatever the number of BLAS's threads.

    Example:
        >>> sum_of_squares(np.array([[3.0], [4.0]]))
        25.0
    """
    flat: Any = array.reshape(-1)
    total = 0.0
    for start in range(0, flat.size, BLOCK):
        part = flat[start : start + BLOCK]
        squares = scratch("optimizer block", part.shape, part.dtype)
        total += float(np.multiply(part, part, out=squares).sum())
    return total
