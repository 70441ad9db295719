"""Diagonals and triangles of matrices.

Idea:    reading a diagonal and writing one into zeros are each other's derivatives; a triangle is a mask.
Shapes:  (..., M, N) -> (..., D) and back.
Before:  ops/reduction.py.  Next: ops/matrix_products.py.
Source:  ``keras.ops`` for names and argument order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.errors import ShapeError
from minigrad.ops.reduction import sum
from minigrad.ops.reshape import ravel
from minigrad.shapes import normalize_axes


@differentiable
def diagonal(x: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Read a diagonal: ``y[..., i] = x[..., i, i + offset]``; the gradient is written there, into zeros.

    Args:
        x: A tensor, array or list of two or more dimensions.
        offset: Which diagonal: above the main one if positive, below if negative. Default 0.
        axis1: The axis that counts rows. Default 0.
        axis2: The axis that counts columns. Default 1.

    Returns:
        A tensor without these two axes, the diagonal's elements along a new last axis.

    Raises:
        ShapeError: If an axis is out of range, or both are the same.

    Source: ``keras.ops.diagonal``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.diagonal(mg.Tensor([[1.0, 2.0], [3.0, 4.0]]), offset=1)
        Tensor([2.], shape=(1,), dtype=float32)
    """
    first, second = normalize_axes("diagonal", (axis1, axis2), np.ndim(x))
    return np.diagonal(x, offset, first, second)


@diagonal.vjp
def _(g: Any, offset: int, axis1: int, axis2: int, x_shape: Any) -> Any:
    return embed_diagonal(g, x_shape, offset, axis1, axis2)


@differentiable
def embed_diagonal(x: Array, shape: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Write a diagonal into zeros, the reverse of `diagonal`, which is also its derivative.

    Args:
        x: A tensor (..., D) with the diagonal's elements along the last axis.
        shape: The shape of the result.
        offset: Which diagonal. Default 0.
        axis1: The result's axis that counts rows. Default 0.
        axis2: The result's axis that counts columns. Default 1.

    Returns:
        A tensor of that shape, zero off the diagonal.

    Raises:
        ShapeError: If x's shape is not that of the diagonal.

    Source: ``torch.diagonal_scatter`` into zeros.

    Example:
        >>> import minigrad as mg
        >>> embed_diagonal(mg.Tensor([5.0, 6.0]), (2, 2))
        Tensor([[5., 0.], [0., 6.]], shape=(2, 2), dtype=float32)
    """
    first, second = normalize_axes("embed_diagonal", (axis1, axis2), len(shape))
    out = np.zeros(shape, x.dtype)
    matrices = np.moveaxis(out, (first, second), (-2, -1))
    below, above = max(-offset, 0), max(offset, 0)
    steps = np.arange(max(0, min(matrices.shape[-2] - below, matrices.shape[-1] - above)))
    if x.shape != (*matrices.shape[:-2], len(steps)):
        raise ShapeError(f"embed_diagonal: x of shape {x.shape} is not a diagonal of shape {tuple(shape)}")
    matrices[..., steps + below, steps + above] = x
    return out


@embed_diagonal.vjp
def _(g: Any, offset: int, axis1: int, axis2: int) -> Any:
    return diagonal(g, offset, axis1, axis2)


def diag(x: Any, k: int = 0) -> Any:
    """Make a matrix of its diagonal, or read the diagonal of a matrix.

    Args:
        x: A tensor, array or list: (D,) becomes a square matrix, of (M, N) the diagonal is read.
        k: Which diagonal: above the main one if positive, below if negative. Default 0.

    Returns:
        A tensor of two dimensions, or of one (see `embed_diagonal` and `diagonal`).

    Raises:
        ShapeError: If x has neither one nor two dimensions.

    Source: ``keras.ops.diag``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.diag(mg.Tensor([1.0, 2.0]))
        Tensor([[1., 0.], [0., 2.]], shape=(2, 2), dtype=float32)
    """
    shape = np.shape(x)
    if len(shape) not in (1, 2):
        raise ShapeError(f"diag: x must be a vector or a matrix; got shape {shape}")
    if len(shape) == 2:
        return diagonal(x, k)
    size = shape[0] + abs(k)
    return embed_diagonal(x, (size, size), k)


def diagflat(x: Any, k: int = 0) -> Any:
    """Make a matrix of a diagonal that is given in any shape; see `diag`.

    Args:
        x: A tensor, array or list of D elements in all.
        k: Which diagonal: above the main one if positive, below if negative. Default 0.

    Returns:
        A square matrix of size ``D + |k|``.

    Source: ``keras.ops.diagflat``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.diagflat(mg.Tensor([[1.0], [2.0]]))
        Tensor([[1., 0.], [0., 2.]], shape=(2, 2), dtype=float32)
    """
    return diag(ravel(x), k)


def trace(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Sum along a diagonal: ``y[...] = sum_i x[..., i, i + offset]``; each of these gets g.

    Args:
        x: A tensor, array or list of two or more dimensions.
        offset: Which diagonal: above the main one if positive, below if negative. Default 0.
        axis1: The axis that counts rows. Default 0.
        axis2: The axis that counts columns. Default 1.

    Returns:
        A tensor without these two axes.

    Raises:
        ShapeError: If an axis is out of range, or both are the same.

    Source: ``keras.ops.trace``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.trace(mg.Tensor([[1.0, 2.0], [3.0, 4.0]])).item()
        5.0
    """
    return sum(diagonal(x, offset, axis1, axis2), -1)


@differentiable
def tril(x: Array, k: int = 0) -> Any:
    """Keep the lower triangle: ``y_ij = x_ij if j - i <= k else 0``; the gradient is cut the same way.

    Args:
        x: A tensor, array or list (..., M, N).
        k: The last diagonal to keep. Default 0, the main one.

    Returns:
        A tensor of x's shape, zero above that diagonal.

    Raises:
        ShapeError: If x has fewer than two dimensions.

    Source: ``keras.ops.tril``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.tril(mg.Tensor([[1.0, 2.0], [3.0, 4.0]]))
        Tensor([[1., 0.], [3., 4.]], shape=(2, 2), dtype=float32)
    """
    return np.tril(check_matrix("tril", x), k)


@tril.vjp
def _(g: Any, k: int) -> Any:
    return tril(g, k)


@differentiable
def triu(x: Array, k: int = 0) -> Any:
    """Keep the upper triangle: ``y_ij = x_ij if j - i >= k else 0``; the gradient is cut the same way.

    Args:
        x: A tensor, array or list (..., M, N).
        k: The first diagonal to keep. Default 0, the main one.

    Returns:
        A tensor of x's shape, zero below that diagonal.

    Raises:
        ShapeError: If x has fewer than two dimensions.

    Source: ``keras.ops.triu``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.triu(mg.Tensor([[1.0, 2.0], [3.0, 4.0]]))
        Tensor([[1., 2.], [0., 4.]], shape=(2, 2), dtype=float32)
    """
    return np.triu(check_matrix("triu", x), k)


@triu.vjp
def _(g: Any, k: int) -> Any:
    return triu(g, k)


def check_matrix(name: str, x: Any, square: bool = False) -> Any:
    """Return ``x`` if it is a matrix or a stack of matrices, square ones if so wanted.

    Raises:
        ShapeError: If it isn't.
    """
    shape = np.shape(x)
    if len(shape) < 2:
        raise ShapeError(f"{name}: x must be a matrix (..., M, N); got shape {shape}")
    if square and shape[-1] != shape[-2]:
        raise ShapeError(f"{name}: x must be a square matrix (..., M, M); got shape {shape}")
    return x
