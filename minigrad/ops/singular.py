"""Singular values, and what they are good for: pseudoinverse, least squares, rank.

Idea:    every matrix is a rotation, a scaling and a rotation, x = U diag(s) V^T. The scales have a derivative
         of their own, U diag(g) V^T; the rotations have one only where no two scales are the same.
Shapes:  (..., M, N) -> (..., M, K), (..., K), (..., K, N), K = min(M, N)
Before:  ops/decomposition.py.  Next: ops/norm.py.
Source:  Townsend, "Differentiating the Singular Value Decomposition" (2016); Golub & Pereyra, "The
         Differentiation of Pseudo-Inverses" (1973); ``keras.ops`` for names and argument order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable, nondifferentiable
from minigrad.autodiff.op import Array
from minigrad.errors import NotDifferentiableError, ShapeError
from minigrad.ops.decomposition import check_distinct, inverse_gaps, transposed
from minigrad.ops.diagonals import check_matrix
from minigrad.ops.matrix_products import check_contraction, matmul
from minigrad.ops.reshape import expand_dims
from minigrad.ops.selection import divide_no_nan
from minigrad.ops.solving import lapack


def svd(x: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """Singular value decomposition: ``x = U diag(s) V^T``, U's and V's columns orthonormal.

    The derivative of s is ``U diag(g) V^T``. That of U and V exists where no two values are the same, and,
    if x is not square, none is 0; full U and V have one only if x is square.

    Args:
        x: A tensor, array or list (..., M, N).
        full_matrices: Whether U and V^T are square. Default True; False gives their first K columns and
            rows, with K = min(M, N).
        compute_uv: Whether to return U and V^T at all. Default True.

    Returns:
        U (..., M, M or K), s (..., K) in descending order and V^T (..., N or K, N); or s alone.

    Raises:
        ShapeError: If x has fewer than two dimensions.
        NotDifferentiableError: If a gradient is asked for where there is none.

    Source: ``keras.ops.svd``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.svd(mg.Tensor([[0.0, 2.0], [-3.0, 0.0]]), compute_uv=False)
        Tensor([3., 2.], shape=(2,), dtype=float32)
    """
    m, n = np.shape(check_matrix("svd", x))[-2:]
    if not compute_uv:
        return singular_values(x)
    return _svd_full(x) if full_matrices and m != n else _svd(x)


@differentiable
def singular_values(x: Array) -> Any:
    """Singular values in descending order: ``dx = U diag(g) V^T``; ``svd(x, compute_uv=False)``."""
    return lapack("svd", lambda matrix: np.linalg.svd(matrix, compute_uv=False), x)


@singular_values.vjp
def _(g: Any, x: Any) -> Any:
    u, _, vt = _svd(x)
    return matmul(u * expand_dims(g, -2), vt)


@differentiable
def _svd(x: Array) -> tuple[Any, ...]:
    return tuple(lapack("svd", lambda matrix: np.linalg.svd(matrix, full_matrices=False), x))


@_svd.vjp
def _(g: Any, out: Any, x_shape: Any) -> Any:
    (u, s, vt), (g_u, g_s, g_vt) = out, g
    square = x_shape[-1] == x_shape[-2]
    check_distinct("svd", s, (g_u, g_vt), with_zero=not square)
    v, g_v = transposed(vt), transposed(g_vt)
    gaps = divide_no_nan(inverse_gaps(s), expand_dims(s, -2) + expand_dims(s, -1))  # 1 / (s_j^2 - s_i^2)
    turned_u, turned_v = matmul(transposed(u), g_u), matmul(vt, g_v)
    middle = (turned_u - transposed(turned_u)) * gaps * expand_dims(s, -2)
    middle = middle + expand_dims(s, -1) * (turned_v - transposed(turned_v)) * gaps
    middle = middle + expand_dims(g_s, -1) * np.eye(s.shape[-1], dtype=s.dtype)
    result = matmul(matmul(u, middle), vt)
    if x_shape[-2] > x_shape[-1]:  # U may turn out of the space that its columns span
        result = result + matmul(divide_no_nan(g_u - matmul(u, turned_u), expand_dims(s, -2)), vt)
    if x_shape[-2] < x_shape[-1]:
        change = divide_no_nan(g_v - matmul(v, turned_v), expand_dims(s, -2))
        result = result + matmul(u, transposed(change))
    return result


@differentiable(register=False)
def _svd_full(x: Array) -> tuple[Any, ...]:
    return tuple(lapack("svd", np.linalg.svd, x))


@_svd_full.vjp
def _(g: Any, x_shape: Any) -> Any:
    raise NotDifferentiableError(
        f"svd: with full_matrices=True, a matrix of shape {x_shape} leaves columns of U or V undetermined, "
        "so they have no derivative; use full_matrices=False, or compute_uv=False for the values alone"
    )


def pinv(x: Any, rcond: float | None = None) -> Any:
    """Pseudoinverse P of matrices, as Moore and Penrose define it; ``x P x = x``.

    ``dx = -P^T g P^T + (1 - x P) g^T P P^T + P^T P g^T (1 - P x)``, as long as the rank does not change.

    Args:
        x: A tensor, array or list (..., M, N).
        rcond: Singular values up to rcond times the largest count as 0. Default: max(M, N) times the
            dtype's epsilon.

    Returns:
        A floating tensor (..., N, M).

    Raises:
        ShapeError: If x has fewer than two dimensions.

    Source: ``keras.ops.pinv``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.pinv(mg.Tensor([[2.0, 0.0], [0.0, 0.0]]))
        Tensor([[0.5, 0. ], [0. , 0. ]], shape=(2, 2), dtype=float32)
    """
    return _pinv(x, rcond)


@differentiable
def _pinv(x: Array, rcond: float | None) -> Any:
    if rcond is None:
        dtype = x.dtype if x.dtype.kind == "f" else np.float64
        rcond = max(check_matrix("pinv", x).shape[-2:]) * float(np.finfo(dtype).eps)
    return lapack("pinv", lambda matrix: np.linalg.pinv(matrix, rcond), check_matrix("pinv", x))


@_pinv.vjp
def _(g: Any, x: Any, out: Any) -> Any:
    pt, gt = transposed(out), transposed(g)
    rest_left = gt - matmul(x, matmul(out, gt))  # (1 - x P) g^T
    rest_right = gt - matmul(matmul(gt, out), x)  # g^T (1 - P x)
    change = matmul(matmul(rest_left, out), pt) + matmul(matmul(pt, out), rest_right)
    return change - matmul(matmul(pt, g), pt)


def lstsq(a: Any, b: Any, rcond: float | None = None) -> Any:
    """Least squares: the x with the smallest ``|a x - b|``, and the smallest |x| among those.

    It is ``pinv(a) b``, and so is its derivative.

    Args:
        a: A tensor, array or list (M, N).
        b: Likewise (M,) or (M, K), each column a problem of its own.
        rcond: Singular values up to rcond times the largest count as 0. Default: as in `pinv`.

    Returns:
        A floating tensor (N,) or (N, K).

    Raises:
        ShapeError: If a is not a matrix, b neither vector nor matrix, or they don't fit.

    Source: ``keras.ops.lstsq``.

    Example:
        >>> import minigrad as mg
        >>> line = mg.Tensor([[0.0, 1.0], [1.0, 1.0], [2.0, 1.0]])
        >>> mg.ops.lstsq(line, mg.Tensor([1.0, 3.0, 5.0])).numpy().round(3)
        array([2., 1.], dtype=float32)
    """
    shape_a, shape_b = np.shape(a), np.shape(b)
    if len(shape_a) != 2 or len(shape_b) not in (1, 2):
        raise ShapeError(f"lstsq: a must have shape (M, N) and b (M,) or (M, K); got {shape_a} and {shape_b}")
    check_contraction("lstsq", shape_a, 0, shape_b, 0)
    return matmul(pinv(a, rcond), b)


@nondifferentiable
def matrix_rank(x: Any, tol: float | None = None) -> Any:
    """Rank of matrices: how many singular values are larger than ``tol``.

    Args:
        x: A tensor, array or list (..., M, N).
        tol: Default: the largest singular value times max(M, N) times the dtype's epsilon.

    Returns:
        A constant int32 tensor (...).

    Raises:
        ShapeError: If x has fewer than two dimensions.

    Source: ``keras.ops.matrix_rank``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.matrix_rank(mg.Tensor([[1.0, 2.0], [2.0, 4.0]])).item()
        1
    """
    check_matrix("matrix_rank", x)
    return np.asarray(
        lapack("matrix_rank", lambda matrix: np.linalg.matrix_rank(matrix, tol), np.asarray(x)), np.int32
    )
