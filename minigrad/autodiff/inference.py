"""Which shape and dtype a function's result has, found out by trying.

Idea:    run it on a batch of 2 and on one of 3. A size of the result that differs depends on the batch, and
         is None; all others are known. No op needs to state its shapes.
Shapes:  (None, 7, 3) -> (2, 7, 3) and (3, 7, 3) -> the result's
Before:  symbolic.py.  Next: operation.py.
Source:  what the back ends of Keras do in ``compute_output_spec``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minigrad.autodiff.node import CONSTANT, MODE
from minigrad.autodiff.structures import leaves, map_leaves
from minigrad.autodiff.symbolic import KerasTensor
from minigrad.autodiff.tensor import Tensor, wrap
from minigrad.errors import SymbolicError

_SIZES = ((2, 40), (3, 83)), ((60, 48), (120, 96))
"""What stands for None in a trial: the batch's size, and other sizes; the second pair if the first fails."""


def infer(function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """Return what ``function`` gives for symbolic tensors: their shapes and dtypes, found by trying.

    Raises:
        SymbolicError: If the number of axes of a result depends on an unknown size.
        TypeError: If it returns something that is no tensor.

    Example:
        >>> infer(lambda x: x.sum(axis=1), (KerasTensor((None, 7, 3)),), {}).shape
        (None, 3)
    """
    inputs = [one for one in leaves((args, kwargs)) if isinstance(one, KerasTensor)]
    if all(None not in one.shape for one in inputs):
        return map_leaves(_spec, _try(function, args, kwargs, _SIZES[0][0]))
    try:
        first, second = (_try(function, args, kwargs, sizes) for sizes in _SIZES[0])
    except Exception as error:
        try:  # sizes that more numbers divide, for reshape((-1, 3)) and the like
            first, second = (_try(function, args, kwargs, sizes) for sizes in _SIZES[1])
        except Exception:
            raise error from None
    pairs = iter(zip(leaves(first), leaves(second), strict=True))
    return map_leaves(lambda _: _merge(*map(_spec, next(pairs))), first)


def _try(function: Callable[..., Any], args: Any, kwargs: Any, sizes: tuple[int, int]) -> Any:
    """Call ``function`` on numbers, with these sizes in the place of None."""

    def stand_in(value: Any) -> Any:
        return _numbers(value, sizes) if isinstance(value, KerasTensor) else value

    before = MODE.level, MODE.watcher
    MODE.level, MODE.watcher = CONSTANT, None  # debug_nans has no use for numbers that stand for others
    try:
        with np.errstate(all="ignore"):
            return function(*map_leaves(stand_in, args), **map_leaves(stand_in, kwargs))
    finally:
        MODE.level, MODE.watcher = before


def _numbers(symbolic: KerasTensor, sizes: tuple[int, int]) -> Tensor:
    """Return zeros, as any index may be; floats with a diagonal of ones, so that matrices have an inverse."""
    shape = [sizes[axis > 0] if size is None else size for axis, size in enumerate(symbolic.shape)]
    array = np.zeros(shape, symbolic.dtype)
    if array.ndim > 1 and array.dtype.kind == "f":
        diagonal = np.arange(min(shape[-2:]))
        array[..., diagonal, diagonal] = 1
    return wrap(array)


def _spec(value: Any) -> KerasTensor:
    if not isinstance(value, Tensor | np.ndarray | np.generic):
        raise TypeError(
            f"what is called on symbolic tensors must return tensors; got {type(value).__name__} ({value!r})"
        )
    return KerasTensor(value.shape, value.dtype)


def _merge(first: KerasTensor, second: KerasTensor) -> KerasTensor:
    """Return the tensor whose unknown sizes are those that differ."""
    if first.ndim != second.ndim:
        raise SymbolicError(
            f"the number of axes depends on a size that is not known: {first.shape}, {second.shape}"
        )
    return KerasTensor(merge_shapes(first.shape, second.shape), first.dtype)


def merge_shapes(first: Sequence[Any], second: Sequence[Any]) -> tuple[Any, ...]:
    """Return the sizes that are the same in both shapes, and None for the others."""
    return tuple(a if a == b else None for a, b in zip(first, second, strict=True))
