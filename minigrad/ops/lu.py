"""Gaussian elimination kept: a matrix as a lower times an upper triangle, rows exchanged.

Idea:    as for the other decompositions, the factors of a nearby matrix differ in the one way that leaves
         L a lower and U an upper triangle.
Shapes:  (..., M, M) -> (..., M, M), (..., M)
Before:  ops/solving.py.  Next: ops/determinants.py.
Source:  ``keras.ops.lu_factor``; Seeger et al., "Auto-Differentiating Linear Algebra" (2017).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.autodiff.values import floating
from minigrad.ops.axes import swapaxes
from minigrad.ops.creation import eye
from minigrad.ops.diagonals import check_matrix, tril, triu
from minigrad.ops.indexing import take_along_axis
from minigrad.ops.matrix_products import matmul
from minigrad.ops.solving import solve_triangular


@differentiable
def lu_factor(x: Array) -> tuple[Any, ...]:
    """LU decomposition: ``P x = L U``, L with ones on its diagonal, U an upper triangle, P exchanges rows.

    With N the strictly lower triangle of ``L^T g_L`` plus the upper one of ``g_U U^T``,
    ``P dx = L^-T N U^-T``.

    Args:
        x: A tensor, array or list (..., M, M).

    Returns:
        Both triangles in one matrix (..., M, M), L's ones left out; and the pivots (..., M), int32: row i was
        exchanged with row pivots[i], for i from 0 on.

    Raises:
        ShapeError: If x is not square.
        numpy.linalg.LinAlgError: If the gradient is asked for, and a matrix is singular.

    Source: ``keras.ops.lu_factor``, LAPACK's ``getrf``.

    Example:
        >>> import minigrad as mg
        >>> lu, pivots = mg.ops.lu_factor(mg.Tensor([[1.0, 2.0], [4.0, 4.0]]))
        >>> lu.tolist(), pivots.tolist()
        ([[4.0, 4.0], [0.25, 1.0]], [1, 1])
    """
    lu = np.array(floating(check_matrix("lu_factor", x, square=True)))
    size = lu.shape[-1]
    stack = lu.reshape(math.prod(lu.shape[:-2]), size, size)
    pivots = np.zeros((len(stack), size), np.int32)
    every = np.arange(len(stack))
    for i in range(size):
        best = i + np.argmax(np.abs(stack[:, i:, i]), axis=1)
        pivots[:, i] = best
        stack[every, i], stack[every, best] = stack[every, best], stack[every, i]
        pivot = stack[:, i, i, None]
        stack[:, i + 1 :, i] /= np.where(pivot == 0, 1, pivot)  # where it is 0, so is all below
        stack[:, i + 1 :, i + 1 :] -= stack[:, i + 1 :, i, None] * stack[:, None, i, i + 1 :]
    return lu, pivots.reshape(lu.shape[:-1])


@lu_factor.vjp
def _(g: Any, out: Any) -> Any:
    lu, pivots = out
    g = g[0]
    lower = tril(lu, -1) + eye(lu.shape[-1], dtype=lu.dtype)
    upper = triu(lu)
    middle = tril(matmul(swapaxes(lower, -1, -2), tril(g, -1)), -1)
    middle = middle + triu(matmul(triu(g), swapaxes(upper, -1, -2)))
    left = solve_triangular(swapaxes(lower, -1, -2), middle)
    dx = swapaxes(solve_triangular(upper, swapaxes(left, -1, -2)), -1, -2)
    return take_along_axis(dx, _places(np.asarray(pivots))[..., None], -2)


def _places(pivots: Any) -> Any:
    """Return where each row of x went, by the exchanges."""
    order = np.broadcast_to(np.arange(pivots.shape[-1]), pivots.shape).copy()
    count = math.prod(order.shape[:-1])
    rows, every = order.reshape(count, order.shape[-1]), np.arange(count)
    for i, best in enumerate(pivots.reshape(rows.shape).T):
        rows[every, i], rows[every, best] = rows[every, best], rows[every, i]
    return np.argsort(order, axis=-1)
