"""Whose memory is it? What keeps a change in place from making a gradient wrong.

Idea:    NumPy's views share memory: a reshaped array is the old one, seen differently. A graph may have
         kept the one when the other is changed. So a tensor's array that is shared has a ``base`` (it is
         a view), which says: copy before writing. And a caller's own array is copied if a graph keeps it.
Before:  tensor.py.  Next: differentiable.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.autodiff.tensor import NDArray, Tensor, wrap


def apart(out: NDArray, inputs: Sequence[Any], given: Sequence[Any]) -> NDArray:
    """Return a result as an array that no change in place of an input reaches.

    Args:
        out: What an op's body returned.
        inputs: The op's inputs as tensors (or numbers, which share nothing).
        given: The same as the caller passed them. Where that is an ndarray, the result is copied if it
            is a view of it; a tensor's array is marked as shared instead.
    """
    if out.base is None and not any(isinstance(one, Tensor) and out is one._data for one in inputs):
        return out
    for tensor, original in zip(inputs, given, strict=True):
        if isinstance(tensor, Tensor) and _same_memory(out, tensor._data):
            if not isinstance(original, Tensor):
                return out.copy()
            if out is tensor._data:
                out = out.view()
            share(tensor)
    return out


def share(tensor: Tensor) -> None:
    """Mark the tensor's array as one that others see, too: `Tensor.data` copies it before it is written."""
    if tensor._data.base is None:
        tensor._data = tensor._data.view()


def kept(saved: tuple[Any, ...], passed: Sequence[Any]) -> tuple[Any, ...]:
    """Return what a graph saves with the caller's own arrays copied, as they may change before it is used.

    Args:
        saved: What the op's rule names: tensors, arrays, options, tuples of them.
        passed: All arguments of the call, as the caller passed them.
    """
    arrays = [one for one in passed if isinstance(one, np.ndarray)]
    return tuple(_copied(value, arrays) for value in saved) if arrays else saved


def _copied(value: Any, arrays: Sequence[NDArray]) -> Any:
    if isinstance(value, tuple):
        return tuple(_copied(one, arrays) for one in value)
    if isinstance(value, Tensor) and any(_same_memory(value._data, array) for array in arrays):
        return wrap(value._data.copy())
    if isinstance(value, np.ndarray) and any(_same_memory(value, array) for array in arrays):
        return value.copy()
    return value


def _same_memory(out: NDArray, array: NDArray) -> bool:
    return out is array or (out.base is not None and (out.base is array or out.base is array.base))
