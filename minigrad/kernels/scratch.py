"""Buffers that each thread uses again and again.

Idea:    a fresh large array costs a page fault per 4 KiB, often more than the arithmetic on it. Block
         work needs the same few buffers for every block, so each thread keeps them.
Before:  threads.py (who the threads are).  Next: windows.py (padded inputs and columns, built in here).
"""

from __future__ import annotations

import math
import os
import threading
import weakref
from collections.abc import Hashable

import numpy as np
from numpy.typing import DTypeLike, NDArray

LIMIT = 128 * 2**20
"""Bytes that one thread keeps at most. Blocks are sized to need far less."""

_ALIGNMENT = 64  # a cache line, and the widest vector register


class _Store:
    """One thread's buffers by tag, and by tag and shape for those that `zeroed` made."""

    def __init__(self) -> None:
        self.buffers: dict[Hashable, NDArray[np.generic]] = {}

    def keep(self, key: Hashable, buffer: NDArray[np.generic]) -> None:
        """Remember a buffer; where that would be too much, forget all others."""
        if self.nbytes() + buffer.nbytes > LIMIT:
            self.buffers = {}
        if buffer.nbytes <= LIMIT:
            self.buffers[key] = buffer

    def nbytes(self) -> int:
        """Return how much memory the buffers take."""
        return sum(buffer.nbytes for buffer in list(self.buffers.values()))


_stores: weakref.WeakSet[_Store] = weakref.WeakSet()
_stores_lock = threading.Lock()


class _Local(threading.local):
    def __init__(self) -> None:  # runs once in each thread that looks at it
        self.store = _Store()
        with _stores_lock:
            _stores.add(self.store)


_local = _Local()


def _reset_after_fork() -> None:
    """Make the lock anew in a child process: a thread that exists only in the parent may hold it."""
    global _stores_lock
    _stores_lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_after_fork)


def scratch(tag: str, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[np.generic]:
    """Return this thread's buffer named ``tag`` as an array; what it contains is undefined.

    The next call with the same tag in the same thread hands out the same memory, so the array must
    not outlive the block of work that it was asked for, and two that are in use at a time need
    two tags.

    Args:
        tag: The buffer's name. A tag's buffer grows to the largest size asked for.
        shape: The array's shape.
        dtype: Its dtype.

    Returns:
        A C-contiguous array whose first byte is aligned to 64.

    Example:
        >>> first = scratch("example", (2, 3), "float32")
        >>> first.shape, bool(np.shares_memory(first, scratch("example", (3,), "float64")))
        ((2, 3), True)
    """
    dtype = np.dtype(dtype)
    nbytes = math.prod(shape) * dtype.itemsize
    store = _local.store
    buffer = store.buffers.get(tag)
    if buffer is None or buffer.nbytes < nbytes:
        buffer = _aligned(nbytes)
        store.keep(tag, buffer)
    return buffer[:nbytes].view(dtype).reshape(shape)


def zeroed(tag: Hashable, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[np.generic]:
    """Return a buffer that was 0 when it was made, for arrays with a frame that stays 0.

    Every user of a tag and of ``shape[1:]`` must write to the same cells of each ``buffer[i]``, and to all
    of them: those hold old numbers, the others are 0.

    Args:
        tag: The buffer's name; it says which cells are written to.
        shape: The array's shape; the buffer grows along the first axis.
        dtype: Its dtype.

    Returns:
        A C-contiguous array.

    Example:
        >>> zeroed("right half", (1, 4), "float32")[:, 2:] = 7
        >>> zeroed("right half", (1, 4), "float32")
        array([[0., 0., 7., 7.]], dtype=float32)
    """
    dtype = np.dtype(dtype)
    key = (tag, shape[1:], dtype)
    store = _local.store
    buffer = store.buffers.get(key)
    if buffer is None or len(buffer) < shape[0]:
        buffer = _aligned(math.prod(shape) * dtype.itemsize).view(dtype).reshape(shape)
        buffer.fill(0)
        store.keep(key, buffer)
    return buffer[: shape[0]]


def _aligned(nbytes: int) -> NDArray[np.generic]:
    raw = np.empty(nbytes + _ALIGNMENT, np.uint8)
    start = -raw.ctypes.data % _ALIGNMENT
    return raw[start : start + nbytes]


def release() -> None:
    """Give back every thread's buffers; arrays that are in use stay valid.

    Example:
        >>> release()
    """
    with _stores_lock:
        for store in _stores:
            store.buffers = {}


def kept_bytes() -> int:
    """Return how much memory the buffers of all threads hold.

    Example:
        >>> release()
        >>> kept_bytes()
        0
    """
    with _stores_lock:
        return sum(store.nbytes() for store in _stores)
