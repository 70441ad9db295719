"""Matrix products on several threads.

Idea:    a large product is cut into blocks of its output, each one a product of its own on one core. Where
         to cut follows from the shapes, so the bits don't depend on how many threads there are.
Shapes:  (..., M, K) @ (..., K, N) -> (..., M, N), as NumPy's ``matmul``.
Before:  threads.py.  Next: ops/matrix_products.py (the operation and its derivative).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from minigrad.kernels.threads import parallel_for

Array = NDArray[Any]

_SMALL = 2**18  # M N K up to which OpenBLAS itself stays on one thread,
_SMALL_VECTOR = 9000  # and M K (or N K) for a matrix times a vector
_BLOCK = 2**23  # M N K of a block that is worth a thread's while
_MOST_BLOCKS = 8
_STEP = 16  # cuts are at multiples of this, which BLAS's inner kernels like


def matmul(a: Array, b: Array) -> Array:
    """Return ``a @ b`` with NumPy's rules for 1-D and stacked operands.

    Raises:
        ValueError: If the shapes don't fit, as NumPy.

    Source: ``numpy.matmul``, ``keras.ops.matmul``.

    Example:
        >>> matmul(np.ones((2, 3)), np.ones((3, 4))).shape
        (2, 4)
    """
    work = a.size * b.shape[-1] if b.ndim > 1 else a.size
    if work <= _SMALL_VECTOR or (
        work <= _SMALL and a.ndim > 1 and b.ndim > 1 and a.shape[-2] > 1 < b.shape[-1]
    ):
        return np.matmul(a, b)  # type: ignore[no-any-return]
    return _large(a, b)


def _large(a: Array, b: Array) -> Array:
    if b.ndim == 2 and a.ndim > 2 and a.shape[-1] == b.shape[0] and a.flags.c_contiguous:
        return _large(a.reshape(-1, a.shape[-1]), b).reshape(*a.shape[:-1], b.shape[1])
    if a.ndim < 2 or b.ndim < 2 or a.shape[-1] != b.shape[-2] or a.dtype.kind != "f" or a.dtype != b.dtype:
        return _held(a, b)
    if a.ndim == b.ndim == 2:
        return _product(a, b)
    return _stack(a, b)


def _held(a: Array, b: Array) -> Array:
    """Return NumPy's own product, BLAS on one thread; or NumPy's error."""
    results: list[Array] = []
    parallel_for(lambda _: results.append(np.matmul(a, b)), 1)
    return results[0]


def _count(work: int) -> int:
    """Return how many blocks to cut: a power of two, so that 2, 4 or 8 threads get equal shares."""
    return 1 << (max(1, min(_MOST_BLOCKS, work // _BLOCK)).bit_length() - 1)


def _cuts(size: int, count: int) -> list[slice]:
    """Return ``range(size)`` in at most ``count`` runs that begin at multiples of the step."""
    run = max(_STEP, -(-size // (count * _STEP)) * _STEP)
    return [slice(start, min(start + run, size)) for start in range(0, size, run)]


def _product(a: Array, b: Array) -> Array:
    """Cut the longer side of a 2-D product."""
    (m, k), n = a.shape, b.shape[1]
    out = np.empty((m, n), a.dtype)
    parts = _cuts(max(m, n), _count(m * n * k))

    def rows(i: int) -> None:
        np.matmul(a[parts[i]], b, out=out[parts[i]])

    def columns(i: int) -> None:
        np.matmul(a, b[:, parts[i]], out=out[:, parts[i]])

    parallel_for(rows if m >= n else columns, len(parts))
    return out


def _stack(a: Array, b: Array) -> Array:
    """Cut the stack of products along its first axis."""
    stack = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    out = np.empty((*stack, a.shape[-2], b.shape[-1]), a.dtype)
    a, b = np.broadcast_to(a, (*stack, *a.shape[-2:])), np.broadcast_to(b, (*stack, *b.shape[-2:]))
    count = min(stack[0], _count(out.size * a.shape[-1] * 16))  # many small products: each counts for more
    bounds = [stack[0] * i // count for i in range(count + 1)] if count else [0]

    def block(i: int) -> None:
        part = slice(bounds[i], bounds[i + 1])
        np.matmul(a[part], b[part], out=out[part])

    parallel_for(block, count)
    return out
