"""Several steps done to one block of cells before the next: arrays are read once, and written once.

Idea:    a formula of several steps, as NumPy evaluates it, makes a new array at each of them, and every one
         goes out to main memory and back. Done block by block, what lies between the steps stays in a
         core's cache; and the blocks are shared among the threads.
Shapes:  any.
Before:  threads.py.  Next: special.py, activation.py (the formulas).
Source:  what compilers call loop fusion and tiling.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.kernels.threads import parallel_for

Array = np.ndarray[Any, np.dtype[Any]]

BLOCK = 2**17
"""Cells of a block: a few arrays of them fit a core's own cache, and a step takes tens of microseconds. With
blocks of a quarter of that, two threads were no faster than one, as they met at the interpreter's lock."""


def over_blocks(steps: Callable[..., None], *arrays: Array) -> None:
    """Call ``steps`` on a run of cells of all arrays, then on the next: runs by size alone, on all threads.

    Args:
        steps: Gets one flat view of each array, and writes to some of them in place.
        *arrays: Of one size. Those that are written to must be contiguous; of others a copy is made
            where they are not.

    Example:
        >>> x, y = np.arange(3.0), np.empty(3)
        >>> def steps(x, y):
        ...     np.multiply(x, x, out=y)
        >>> over_blocks(steps, x, y)
        >>> y
        array([0., 1., 4.])
    """
    flat = [array.reshape(-1) for array in arrays]
    count = -(-flat[0].size // BLOCK)
    if count <= 1:  # not worth waking anybody
        steps(*flat)
        return
    parallel_for(lambda i: steps(*(one[i * BLOCK : (i + 1) * BLOCK] for one in flat)), count)
    flat.clear()  # a worker may hold the function a little longer, but must not hold the caller's arrays
