"""Linear equations, inverses, and powers of matrices.

Idea:    to differentiate a solution is to solve once more: from A X = B follows A dX = dB - dA X, so the
         gradient of B solves the transposed equations, and that of A is made of it.
Shapes:  (..., M, M), (..., M, N) -> (..., M, N)
Before:  ops/matrix_products.py, ops/diagonals.py.  Next: ops/determinants.py.
Source:  Giles, "Collected Matrix Derivative Results" (2008); ``keras.ops`` for names and argument order.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from minigrad.autodiff.broadcasting import broadcast_to
from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.errors import ShapeError
from minigrad.kernels.threads import single_threaded_blas
from minigrad.ops.axes import swapaxes
from minigrad.ops.conversion import convert_to_tensor
from minigrad.ops.creation import eye
from minigrad.ops.diagonals import check_matrix, tril, triu
from minigrad.ops.matrix_products import matmul
from minigrad.ops.reshape import expand_dims, squeeze


def solve(a: Any, b: Any) -> Any:
    """Solve ``A X = B``: ``dB = A^-T g`` and ``dA = -dB X^T``.

    Args:
        a: A tensor, array or list (..., M, M) of matrices that can be inverted.
        b: Likewise (..., M, N), or (..., M) with one axis less than a has: vectors.

    Returns:
        A floating tensor of b's shape; the leading axes broadcast.

    Raises:
        ShapeError: If a is not square, or b does not fit it.
        numpy.linalg.LinAlgError: If a matrix is singular.

    Source: ``keras.ops.solve``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.solve(mg.Tensor([[2.0, 0.0], [0.0, 4.0]]), mg.Tensor([1.0, 1.0]))
        Tensor([0.5 , 0.25], shape=(2,), dtype=float32)
    """
    return _solved("solve", a, b)


def solve_triangular(a: Any, b: Any, lower: bool = False) -> Any:
    """Solve ``A X = B`` for a triangular A; what stands in the other triangle is not read.

    NumPy has no faster way for triangles, so this costs what `solve` does.

    Args:
        a: A tensor, array or list (..., M, M) without zeros on its diagonal.
        b: Likewise (..., M, N), or (..., M) with one axis less than a has: vectors.
        lower: Whether the lower triangle is A. Default False, the upper one.

    Returns:
        A floating tensor of b's shape; the leading axes broadcast.

    Raises:
        ShapeError: If a is not square, or b does not fit it.
        numpy.linalg.LinAlgError: If there is a zero on the diagonal.

    Source: ``keras.ops.solve_triangular``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.solve_triangular(mg.Tensor([[2.0, 9.0], [1.0, 1.0]]), mg.Tensor([2.0, 3.0]), lower=True)
        Tensor([1., 2.], shape=(2,), dtype=float32)
    """
    check_matrix("solve_triangular", a, square=True)
    return _solved("solve_triangular", tril(a) if lower else triu(a), b)


def _solved(name: str, a: Any, b: Any) -> Any:
    shape_a, shape_b = np.shape(check_matrix(name, a, square=True)), np.shape(b)
    if len(shape_b) == len(shape_a) - 1 and shape_b[-1:] == shape_a[-1:]:
        return squeeze(_solve(a, expand_dims(b, -1)), -1)
    if len(shape_b) < len(shape_a) or shape_b[-2] != shape_a[-1]:
        size = shape_a[-1]
        raise ShapeError(
            f"{name}: b must have shape (..., {size}, N), or (..., {size}) with one axis less than a; "
            f"got a {shape_a} and b {shape_b}"
        )
    return _solve(a, b)


@differentiable
def _solve(a: Array, b: Array) -> Any:
    return lapack("solve", np.linalg.solve, a, b)


@_solve.vjp
def _(g: Any, a: Any, out: Any, needs: Any) -> Any:
    db = _solve(swapaxes(a, -1, -2), g)
    return -matmul(db, swapaxes(out, -1, -2)) if needs[0] else None, db


def lapack(name: str, function: Any, *matrices: Any) -> Any:
    """Call a function of numpy.linalg: on one thread, as the bits of its result depend on how many.

    Its error, in a backward pass too, names the op and the shapes.
    """
    try:
        with single_threaded_blas():
            return function(*matrices)
    except np.linalg.LinAlgError as error:
        shapes = " and ".join(str(matrix.shape) for matrix in matrices)
        hint = "; pinv and lstsq do without an inverse" if "Singular" in str(error) else ""
        raise np.linalg.LinAlgError(f"{name}: {error} (inputs of shape {shapes}){hint}") from None


@differentiable
def inv(x: Array) -> Any:
    """Inverse of matrices: ``y = x^-1``, so ``dx = -y^T g y^T``.

    To multiply by an inverse, `solve` is faster and more accurate.

    Args:
        x: A tensor, array or list (..., M, M).

    Returns:
        A floating tensor of x's shape.

    Raises:
        ShapeError: If x is not square.
        numpy.linalg.LinAlgError: If a matrix is singular.

    Source: ``keras.ops.inv``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.inv(mg.Tensor([[2.0, 0.0], [0.0, 4.0]]))
        Tensor([[0.5 , 0.  ], [0.  , 0.25]], shape=(2, 2), dtype=float32)
    """
    return lapack("inv", np.linalg.inv, check_matrix("inv", x, square=True))


@inv.vjp
def _(g: Any, out: Any) -> Any:
    transposed = swapaxes(out, -1, -2)
    return -matmul(matmul(transposed, g), transposed)


def matrix_power(x: Any, n: int) -> Any:
    """Multiply matrices with themselves, n factors in all, by repeated squaring.

    Args:
        x: A tensor, array or list (..., M, M).
        n: The exponent; 0 gives the identity, a negative one powers of the inverse.

    Returns:
        A tensor of x's shape.

    Raises:
        ShapeError: If x is not square.
        TypeError: If n is not an integer.
        numpy.linalg.LinAlgError: If n is negative and a matrix is singular.

    Source: ``keras.ops.matrix_power``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.matrix_power(mg.Tensor([[1.0, 1.0], [0.0, 1.0]]), 5)
        Tensor([[1., 5.], [0., 1.]], shape=(2, 2), dtype=float32)
    """
    x = check_matrix("matrix_power", convert_to_tensor(x), square=True)
    try:
        n = operator.index(n)
    except TypeError:
        raise TypeError(f"matrix_power: n must be an integer; got {n!r}") from None
    factor = inv(x) if n < 0 else x
    power, n = None, abs(n)
    while n:
        if n % 2:
            power = factor if power is None else matmul(power, factor)
        n //= 2
        factor = matmul(factor, factor) if n else factor
    return broadcast_to(eye(x.shape[-1], dtype=x.dtype), x.shape) if power is None else power
