"""Matrix products: of vectors, matrices and stacks of them.

Idea:    a dense layer is one product, y = x w, and so is each of its derivatives: dx = g w^T, dw = x^T g. The
         transposes are views, so all three cost the same, and no more than the product itself.
Shapes:  (..., M, K) @ (..., K, N) -> (..., M, N)
Before:  ops/axes.py, kernels/matmul.py.  Next: ops/products.py.
Source:  ``keras.ops`` for names and argument order; lecture, "Dense": y_i = sum_j x_j w_ij.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.errors import ShapeError
from minigrad.kernels.matmul import matmul as matmul_kernel
from minigrad.ops.axes import transpose
from minigrad.ops.elementwise import multiply
from minigrad.ops.reshape import ravel, reshape
from minigrad.shapes import Shape, normalize_axes


@differentiable
def matmul(x1: Array, x2: Array) -> Any:
    """Matrix product: ``y_ij = sum_k x1_ik x2_kj``, so ``dx1 = g x2^T`` and ``dx2 = x1^T g``.

    Leading axes are a stack of matrices, and broadcast. A vector on the left counts as a row, one on
    the right as a column, which the result then lacks.

    Args:
        x1: A tensor, array or list (..., M, K) or (K,).
        x2: Likewise (..., K, N) or (K,).

    Returns:
        A tensor (..., M, N), of the common dtype.

    Raises:
        ShapeError: If K differs, the stacks don't broadcast, or one is a single number.

    Source: ``keras.ops.matmul``; ``x1 @ x2``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.matmul(mg.Tensor([[1.0, 2.0], [3.0, 4.0]]), mg.Tensor([1.0, 10.0]))
        Tensor([21., 43.], shape=(2,), dtype=float32)
    """
    shape1, shape2 = np.shape(x1), np.shape(x2)
    if not shape1 or not shape2:
        raise ShapeError(
            f"matmul: both must have at least one axis; got shapes {shape1} and {shape2}. "
            "To scale by a number, use multiply"
        )
    check_contraction("matmul", shape1, -1, shape2, -2 if len(shape2) > 1 else -1)
    return matmul_kernel(x1, x2)


@matmul.vjp
def _(g: Any, x1: Any, x2: Any, needs: Any) -> Any:
    # A vector is made the matrix that it stands for, so that one formula is left.
    shape1, shape2 = x1.shape, x2.shape
    if len(shape1) == 1 or len(shape2) == 1:
        stack = g.shape[: g.ndim - (len(shape1) > 1) - (len(shape2) > 1)]
        rows = shape1[-2] if len(shape1) > 1 else 1
        columns = shape2[-1] if len(shape2) > 1 else 1
        g = g.reshape((*stack, rows, columns))
        x1 = x1 if len(shape1) > 1 else x1.reshape((1, *shape1))
        x2 = x2 if len(shape2) > 1 else x2.reshape((*shape2, 1))

    dx1 = dx2 = None
    if needs[0]:
        dx1 = matmul(g, x2.swapaxes(-1, -2))
        dx1 = dx1 if len(shape1) > 1 else dx1.reshape((*dx1.shape[:-2], *shape1))
    if needs[1]:
        if x2.ndim == 2 < x1.ndim:  # one matrix for the whole stack: the stack is but more rows
            count = math.prod(x1.shape[:-1])
            x1, g = x1.reshape((count, x1.shape[-1])), g.reshape((count, g.shape[-1]))
        dx2 = matmul(x1.swapaxes(-1, -2), g)
        dx2 = dx2 if len(shape2) > 1 else dx2.reshape((*dx2.shape[:-2], *shape2))
    return dx1, dx2


def dot(x1: Any, x2: Any) -> Any:
    """Dot product: of two vectors, of matrices (`matmul`), or over x1's last and x2's last but one axis.

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise. If one of them is a single number, this is `multiply`.

    Returns:
        A tensor; of shapes (..., K) and (..., K, N), one of shape (..., ..., N).

    Raises:
        ShapeError: If the axes to sum over differ in size.

    Source: ``keras.ops.dot``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.dot(mg.Tensor([1.0, 2.0]), mg.Tensor([3.0, 4.0])).item()
        11.0
    """
    shape1, shape2 = np.shape(x1), np.shape(x2)
    if not shape1 or not shape2:
        return multiply(x1, x2)
    axis = -2 if len(shape2) > 1 else -1
    check_contraction("dot", shape1, -1, shape2, axis)
    return matmul(x1, x2) if len(shape2) <= 2 else tensordot(x1, x2, (-1, axis))


def vdot(x1: Any, x2: Any) -> Any:
    """Dot product of all elements: ``y = sum x1 x2``, both flattened.

    Args:
        x1: A tensor, array or list.
        x2: Likewise, of as many elements.

    Returns:
        A tensor of no dimension.

    Raises:
        ShapeError: If the numbers of elements differ.

    Source: ``keras.ops.vdot``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.vdot(mg.Tensor([[1.0, 2.0]]), mg.Tensor([[3.0], [4.0]])).item()
        11.0
    """
    shape1, shape2 = np.shape(x1), np.shape(x2)
    if math.prod(shape1) != math.prod(shape2):
        raise ShapeError(f"vdot: x1 and x2 must have as many elements; got shapes {shape1} and {shape2}")
    return matmul(ravel(x1), ravel(x2))


def inner(x1: Any, x2: Any) -> Any:
    """Inner product over the last axes: ``y[..., ...] = sum_k x1[..., k] x2[..., k]``.

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise. If one of them is a single number, this is `multiply`.

    Returns:
        A tensor with all axes of both but the last ones.

    Raises:
        ShapeError: If the last axes differ in size.

    Source: ``keras.ops.inner``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.inner(mg.Tensor([[1.0, 2.0], [3.0, 4.0]]), mg.Tensor([1.0, 10.0]))
        Tensor([21., 43.], shape=(2,), dtype=float32)
    """
    shape1, shape2 = np.shape(x1), np.shape(x2)
    if not shape1 or not shape2:
        return multiply(x1, x2)
    check_contraction("inner", shape1, -1, shape2, -1)
    return tensordot(x1, x2, (-1, -1))


def tensordot(x1: Any, x2: Any, axes: Any = 2) -> Any:
    """Sum of products over chosen axes: a `matmul` of both, reshaped to matrices.

    Args:
        x1: A tensor, array or list.
        x2: Likewise.
        axes: How many: x1's last ones with x2's first ones. Or which: a pair of x1's axes and x2's, each
            an int or a sequence. Default 2.

    Returns:
        A tensor with the other axes of x1, then those of x2.

    Raises:
        ShapeError: If there are not so many axes, or those to sum over differ in number or size.

    Source: ``keras.ops.tensordot``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.tensordot(mg.ops.ones((2, 3, 4)), mg.ops.ones((4, 3)), axes=[[1, 2], [1, 0]])
        Tensor([12., 12.], shape=(2,), dtype=float32)
    """
    shape1, shape2 = np.shape(x1), np.shape(x2)
    axes1, axes2 = _paired_axes(axes, len(shape1), len(shape2))
    for axis1, axis2 in zip(axes1, axes2, strict=True):
        check_contraction("tensordot", shape1, axis1, shape2, axis2)
    kept1 = [axis for axis in range(len(shape1)) if axis not in axes1]
    kept2 = [axis for axis in range(len(shape2)) if axis not in axes2]
    summed = math.prod(shape1[axis] for axis in axes1)
    out1, out2 = [shape1[axis] for axis in kept1], [shape2[axis] for axis in kept2]
    left = reshape(transpose(x1, (*kept1, *axes1)), (math.prod(out1), summed))
    right = reshape(transpose(x2, (*axes2, *kept2)), (summed, math.prod(out2)))
    return reshape(matmul(left, right), (*out1, *out2))


def _paired_axes(axes: Any, ndim1: int, ndim2: int) -> tuple[Shape, Shape]:
    """Return tensordot's axes of x1 and of x2, counted from the front."""
    if isinstance(axes, int | np.integer):
        count = int(axes)
        if not 0 <= count <= min(ndim1, ndim2):
            raise ShapeError(f"tensordot: axes={count} axes of arrays of {ndim1} and {ndim2} dimension(s)")
        return tuple(range(ndim1 - count, ndim1)), tuple(range(count))
    if not isinstance(axes, Sequence) or isinstance(axes, str) or len(axes) != 2:
        raise ValueError(f"tensordot: axes must be an integer or a pair of axes (or of lists); got {axes!r}")
    axes1, axes2 = normalize_axes("tensordot", axes[0], ndim1), normalize_axes("tensordot", axes[1], ndim2)
    if len(axes1) != len(axes2):
        raise ShapeError(f"tensordot: axes must name as many axes of x1 as of x2; got {axes!r}")
    return axes1, axes2


def check_contraction(name: str, shape1: Shape, axis1: int, shape2: Shape, axis2: int) -> None:
    """Raise if the axes to sum over differ in size.

    Raises:
        ShapeError: Naming the operation, the axes and the shapes.
    """
    if shape1[axis1] != shape2[axis2]:
        raise ShapeError(
            f"{name}: axis {axis1} of x1 has size {shape1[axis1]} and axis {axis2} of x2 has size "
            f"{shape2[axis2]}, but these are summed over together (shapes {shape1} and {shape2})"
        )
