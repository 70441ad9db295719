"""Determinants, and their logarithms.

Idea:    a determinant is linear in each single element, and the factor is the element's cofactor. So the
         cofactors are its derivative: ``det(x) x^-T`` where x has an inverse, and their limit where not.
Shapes:  (..., M, M) -> (...)
Before:  ops/solving.py.  Next: ops/decomposition.py.
Source:  Giles, "Collected Matrix Derivative Results" (2008), for Jacobi's formula; ``keras.ops`` for names.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.kernels.matmul import matmul as matmul_kernel
from minigrad.ops.axes import swapaxes
from minigrad.ops.diagonals import check_matrix
from minigrad.ops.matrix_products import matmul
from minigrad.ops.reduction import sum
from minigrad.ops.reshape import expand_dims
from minigrad.ops.solving import inv, lapack


@differentiable
def det(x: Array) -> Any:
    """Determinant of matrices: ``y = det x``, so ``dx = g cofactors(x)``, which is ``g y x^-T``.

    The gradient is right for singular matrices, too; a derivative of higher order is an error there.

    Args:
        x: A tensor, array or list (..., M, M).

    Returns:
        A floating tensor (...).

    Raises:
        ShapeError: If x is not square.

    Source: ``keras.ops.det``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.det(mg.Tensor([[2.0, 0.0], [0.0, 4.0]])).item()
        8.0
    """
    return lapack("det", np.linalg.det, check_matrix("det", x, square=True))


@det.vjp
def _(g: Any, x: Any) -> Any:
    return g.reshape((*g.shape, 1, 1)) * cofactors(x)


@differentiable
def cofactors(x: Array) -> Any:
    """Cofactors of matrices, the derivative of `det`: ``C = det(x) x^-T``, for singular x as its limit.

    With T = x^-T, ``dx = det(x) (sum(g T) T - T g^T T)``, for which x must not be singular.

    Args:
        x: A tensor (..., M, M).

    Returns:
        A tensor of x's shape.

    Source: from the singular values: det(U V) U diag(product of the other values) V.

    Example:
        >>> import minigrad as mg
        >>> cofactors(mg.Tensor([[1.0, 2.0], [0.0, 0.0]])).numpy().round(4) + 0.0
        array([[ 0.,  0.], [-2.,  1.]], dtype=float32)
    """
    u, s, v = lapack("det", np.linalg.svd, x)
    others = np.ones_like(s)
    others[..., 1:] = np.cumprod(s, axis=-1)[..., :-1]
    others[..., :-1] *= np.cumprod(s[..., ::-1], axis=-1)[..., ::-1][..., 1:]
    sign = lapack("det", np.linalg.det, u) * lapack("det", np.linalg.det, v)
    return matmul_kernel(u * (others * sign[..., None])[..., None, :], v)


@cofactors.vjp
def _(g: Any, x: Any) -> Any:
    inverse = swapaxes(inv(x), -1, -2)
    along = sum(g * inverse, (-2, -1), True) * inverse
    across = matmul(matmul(inverse, swapaxes(g, -1, -2)), inverse)
    return expand_dims(det(x), (-2, -1)) * (along - across)


@differentiable
def slogdet(x: Array) -> tuple[Any, ...]:
    """Sign and logarithm of the size of determinants: ``det x = sign e^y``, and ``dx = g_y x^-T``.

    It neither over- nor underflows, as `det` of a large matrix does. The sign has no gradient.

    Args:
        x: A tensor, array or list (..., M, M).

    Returns:
        Two floating tensors (...): the signs (1, -1 or 0) and the logarithms (-inf for a singular matrix).

    Raises:
        ShapeError: If x is not square.
        numpy.linalg.LinAlgError: If the gradient for a singular matrix is asked for.

    Source: ``keras.ops.slogdet``.

    Example:
        >>> import minigrad as mg
        >>> sign, logarithm = mg.ops.slogdet(mg.Tensor([[1e-30, 0.0], [0.0, -1e-30]]))
        >>> sign.item(), logarithm.item()
        (-1.0, -138.155...)
    """
    return tuple(lapack("slogdet", np.linalg.slogdet, check_matrix("slogdet", x, square=True)))


@slogdet.vjp
def _(g: Any, x: Any) -> Any:
    return g[1].reshape((*g[1].shape, 1, 1)) * swapaxes(inv(x), -1, -2)


def logdet(x: Any) -> Any:
    """Logarithm of the determinant of positive definite matrices: the second result of `slogdet`.

    Args:
        x: A tensor, array or list (..., M, M), symmetric and positive definite.

    Returns:
        A floating tensor (...).

    Raises:
        ShapeError: If x is not square.

    Source: ``keras.ops.logdet``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.logdet(mg.Tensor([[2.0, 0.0], [0.0, 0.5]])).item()
        0.0
    """
    return slogdet(x)[1]
