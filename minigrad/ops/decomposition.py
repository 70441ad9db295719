"""Matrices taken apart: Cholesky, QR and eigenvalues.

Idea:    the factors of a nearby matrix differ in a way that their own properties bound: a triangle stays a
         triangle, an orthogonal matrix turns. Each derivative solves for the one change that is allowed.
Shapes:  (..., M, M) -> (..., M, M), and more, as each function says.
Before:  ops/determinants.py.  Next: ops/singular.py.
Source:  Murray, "Differentiation of the Cholesky decomposition" (2016); Seeger et al., "Auto-Differentiating
         Linear Algebra" (2017), for QR; Giles, "Collected Matrix Derivative Results" (2008), for eigenvalues.

Where a matrix is symmetric by right, the functions take its symmetric part, (x + x^T) / 2, so that they
have a derivative for every x; the gradient is symmetric then, as JAX, PyTorch and TensorFlow give it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import NotDifferentiableError
from minigrad.ops.axes import swapaxes
from minigrad.ops.diagonals import check_matrix, tril, triu
from minigrad.ops.indexing import get_item
from minigrad.ops.matrix_products import matmul
from minigrad.ops.reshape import expand_dims
from minigrad.ops.selection import divide_no_nan
from minigrad.ops.solving import inv, lapack, solve


def transposed(x: Any) -> Any:
    """Return matrices with rows and columns exchanged."""
    return swapaxes(x, -1, -2)


def _symmetric(x: Any) -> Any:
    return (x + x.swapaxes(-1, -2)) * 0.5 if x.dtype.kind == "f" else (x + x.swapaxes(-1, -2)) / 2


def cholesky(x: Any, upper: bool = False) -> Any:
    """Cholesky factor: the triangular L, positive on its diagonal, with ``x = L L^T``.

    ``dx`` is the symmetric part of ``L^-T P L^-1``, P the lower triangle of ``L^T g``, its diagonal halved.

    Args:
        x: A tensor, array or list (..., M, M), positive definite; its symmetric part is taken.
        upper: Whether to return L^T instead. Default False.

    Returns:
        A floating tensor of x's shape.

    Raises:
        ShapeError: If x is not square.
        numpy.linalg.LinAlgError: If a matrix is not positive definite.

    Source: ``keras.ops.cholesky``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.cholesky(mg.Tensor([[4.0, 2.0], [2.0, 2.0]]))
        Tensor([[2., 0.], [1., 1.]], shape=(2, 2), dtype=float32)
    """
    return transposed(_cholesky(x)) if upper else _cholesky(x)


@differentiable
def _cholesky(x: Array) -> Any:
    return lapack("cholesky", np.linalg.cholesky, _symmetric(check_matrix("cholesky", x, square=True)))


@_cholesky.vjp
def _(g: Any, out: Any) -> Any:
    right = transposed(out)
    p = _with_diagonal(matmul(right, tril(g)), 0.5)
    half = solve(right, transposed(solve(right, p)))  # the transpose of L^-T P L^-1
    return (half + transposed(half)) * 0.5


def _with_diagonal(x: Any, weight: float) -> Any:
    """Return the lower triangle of x with its diagonal scaled."""
    size = x.shape[-1]
    return x * (np.tri(size, k=-1, dtype=x.dtype) + np.eye(size, dtype=x.dtype) * weight)


def cholesky_inverse(x: Any, upper: bool = False) -> Any:
    """Inverse of the matrix whose Cholesky factor is x: ``(x x^T)^-1``.

    Args:
        x: A tensor, array or list (..., M, M); only its lower triangle (or upper one) is read.
        upper: Whether x is the transposed, upper factor. Default False.

    Returns:
        A floating tensor of x's shape.

    Raises:
        ShapeError: If x is not square.
        numpy.linalg.LinAlgError: If there is a zero on the diagonal.

    Source: ``keras.ops.cholesky_inverse``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.cholesky_inverse(mg.Tensor([[2.0, 0.0], [0.0, 1.0]]))
        Tensor([[0.25, 0. ], [0. , 1. ]], shape=(2, 2), dtype=float32)
    """
    check_matrix("cholesky_inverse", x, square=True)
    inverse = inv(transposed(triu(x)) if upper else tril(x))
    return matmul(transposed(inverse), inverse)


def qr(x: Any, mode: str = "reduced") -> Any:
    """QR decomposition: ``x = Q R``, the columns of Q orthonormal, R an upper triangle.

    For M >= N, ``dx = (g_Q + Q S) R^-T``, S the symmetric matrix with the lower triangle of
    ``R g_R^T - g_Q^T Q``. A wide matrix has Q from its first M columns, and ``R = Q^T x``.

    Args:
        x: A tensor, array or list (..., M, N), its first min(M, N) columns independent.
        mode: "reduced" (the default), or "complete" for a square Q, which has no derivative if M > N.

    Returns:
        Q (..., M, K) and R (..., K, N), with K = min(M, N), or M if complete.

    Raises:
        ShapeError: If x has fewer than two dimensions.
        ValueError: For another mode.
        NotDifferentiableError: If the gradient of a complete decomposition with M > N is asked for.
        numpy.linalg.LinAlgError: If the gradient is asked for, and the columns are dependent.

    Source: ``keras.ops.qr``.

    Example:
        >>> import minigrad as mg
        >>> q, r = mg.ops.qr(mg.Tensor([[3.0, 0.0], [4.0, 5.0]]))
        >>> mg.ops.matmul(q, r).numpy().round(4)
        array([[3., 0.], [4., 5.]], dtype=float32)
    """
    if mode not in ("reduced", "complete"):
        raise ValueError(f"qr: mode must be 'reduced' or 'complete'; got {mode!r}")
    m, n = np.shape(check_matrix("qr", x))[-2:]
    if m < n:
        q, _ = _qr(get_item(x, (..., slice(m))))
        return q, triu(matmul(transposed(q), x))
    return _qr_complete(x) if mode == "complete" and m > n else _qr(x)


@differentiable
def _qr(x: Array) -> tuple[Any, ...]:
    return tuple(lapack("qr", np.linalg.qr, x))


@_qr.vjp
def _(g: Any, out: Any) -> Any:
    (q, r), (g_q, g_r) = out, g
    lower = matmul(r, transposed(triu(g_r))) - matmul(transposed(g_q), q)
    symmetric = _with_diagonal(lower, 1.0) + transposed(_with_diagonal(lower, 0.0))
    return transposed(solve(r, transposed(g_q + matmul(q, symmetric))))


@differentiable(register=False)
def _qr_complete(x: Array) -> tuple[Any, ...]:
    return tuple(lapack("qr", lambda matrix: np.linalg.qr(matrix, mode="complete"), x))


@_qr_complete.vjp
def _(g: Any, x_shape: Any) -> Any:
    raise NotDifferentiableError(
        f"qr: with mode='complete', a matrix of shape {x_shape} leaves the last columns of Q undetermined, "
        "so they have no derivative; use mode='reduced'"
    )


@differentiable
def eigh(x: Array) -> tuple[Any, ...]:
    """Eigenvalues and eigenvectors of symmetric matrices: ``x V = V diag(w)``.

    ``dx`` is the symmetric part of ``V (diag(g_w) + F (V^T g_V)) V^T``, with ``F_ij = 1 / (w_j - w_i)``
    off the diagonal (and multiplied element by element). Eigenvectors have a derivative only where
    their eigenvalues differ from each other.

    Args:
        x: A tensor, array or list (..., M, M), symmetric; its symmetric part is taken.

    Returns:
        The eigenvalues w (..., M), ascending, and the eigenvectors V (..., M, M), the columns.

    Raises:
        ShapeError: If x is not square.
        NotDifferentiableError: If the gradient of eigenvectors is asked for, and two eigenvalues are the
            same. (So does a second derivative of the eigenvalues.)

    Source: ``keras.ops.eigh``.

    Example:
        >>> import minigrad as mg
        >>> w, v = mg.ops.eigh(mg.Tensor([[2.0, 0.0], [0.0, 1.0]]))
        >>> w
        Tensor([1., 2.], shape=(2,), dtype=float32)
    """
    return tuple(lapack("eigh", np.linalg.eigh, _symmetric(check_matrix("eigh", x, square=True))))


@eigh.vjp
def _(g: Any, out: Any) -> Any:
    (w, v), (g_w, g_v) = out, g
    check_distinct("eigh", w, [g_v])
    turned = matmul(transposed(v), g_v) * inverse_gaps(w)
    middle = expand_dims(g_w, -1) * np.eye(w.shape[-1], dtype=w.dtype) + turned
    result = matmul(matmul(v, middle), transposed(v))
    return (result + transposed(result)) * 0.5


def inverse_gaps(w: Any) -> Any:
    """Return ``F_ij = 1 / (w_j - w_i)``, and 0 on the diagonal."""
    return divide_no_nan(1.0, expand_dims(w, -2) - expand_dims(w, -1))


def check_distinct(name: str, values: Any, vector_gradients: Sequence[Any], with_zero: bool = False) -> None:
    """Raise if vectors' gradients are asked for, and two of their (ordered) values can't be told apart.

    Args:
        name: The op, for the message.
        values: The values (..., K), in order.
        vector_gradients: The gradients of their vectors; if all are zero, the vectors don't matter.
        with_zero: Whether 0 counts as one more value.

    Raises:
        NotDifferentiableError: Naming the op and the value.
    """
    recorded = isinstance(values, Tensor)  # then a further derivative may need the vectors
    if not recorded and not any(np.any(gradient) for gradient in vector_gradients):
        return
    w = np.asarray(values)
    if not w.size:
        return
    resolution = np.finfo(w.dtype).eps * w.shape[-1] * np.abs(w).max(axis=-1, keepdims=True)
    if with_zero:
        w = np.concatenate([w, np.zeros_like(w[..., :1])], axis=-1)
    close = np.abs(np.diff(w, axis=-1)) <= resolution
    if close.any():
        raise NotDifferentiableError(
            f"{name}: the value {w[..., 1:][close][0]:g} is there twice, so its vectors are not determined "
            f"and have no derivative (values of shape {w.shape})"
        )
