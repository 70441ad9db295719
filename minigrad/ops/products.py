"""Products without a sum: outer and Kronecker; and the cross product of space.

Idea:    an outer product is a broadcast one, so `multiply` knows its derivative already. The derivatives of
         a cross product are cross products.
Shapes:  outer: (M,), (N,) -> (M, N);  kron: (M,), (N,) -> (M N,);  cross: (..., 3), (..., 3) -> (..., 3)
Before:  ops/matrix_products.py.  Next: ops/einsum.py.
Source:  ``keras.ops`` for names and argument order.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.errors import ShapeError
from minigrad.ops.axes import moveaxis
from minigrad.ops.elementwise import multiply
from minigrad.ops.indexing import get_item
from minigrad.ops.matrix_products import matmul
from minigrad.ops.reshape import reshape
from minigrad.shapes import normalize_axis


def outer(x1: Any, x2: Any) -> Any:
    """Outer product: ``y_ij = x1_i x2_j``, both flattened.

    Args:
        x1: A tensor, array, number or list.
        x2: Likewise.

    Returns:
        A tensor of shape (size of x1, size of x2).

    Source: ``keras.ops.outer``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.outer(mg.Tensor([1.0, 2.0]), mg.Tensor([3.0, 4.0]))
        Tensor([[3., 4.], [6., 8.]], shape=(2, 2), dtype=float32)
    """
    size1, size2 = math.prod(np.shape(x1)), math.prod(np.shape(x2))
    return multiply(reshape(x1, (size1, 1)), reshape(x2, (1, size2)))


def kron(x1: Any, x2: Any) -> Any:
    """Kronecker product: x2, once for each element of x1 and scaled by it.

    Args:
        x1: A tensor, array or list.
        x2: Likewise; the one of fewer axes gets leading ones.

    Returns:
        A tensor whose axes have the products of both sizes.

    Source: ``keras.ops.kron``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.kron(mg.Tensor([1.0, 10.0]), mg.Tensor([1.0, 2.0]))
        Tensor([ 1., 2., 10., 20.], shape=(4,), dtype=float32)
    """
    shape1, shape2 = np.shape(x1), np.shape(x2)
    ndim = max(len(shape1), len(shape2))
    shape1, shape2 = (1,) * (ndim - len(shape1)) + shape1, (1,) * (ndim - len(shape2)) + shape2
    spread1 = [size for pair in zip(shape1, (1,) * ndim, strict=True) for size in pair]
    spread2 = [size for pair in zip((1,) * ndim, shape2, strict=True) for size in pair]
    product = multiply(reshape(x1, spread1), reshape(x2, spread2))
    return reshape(product, [a * b for a, b in zip(shape1, shape2, strict=True)])


def cross(
    x1: Any, x2: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Any:
    """Cross product of vectors of 2 or 3 components: ``y = x1 x x2``, ``dx1 = x2 x g``, ``dx2 = g x x1``.

    A vector of 2 components has a third one of 0. If both have 2, the result is its third component.

    Args:
        x1: A tensor, array or list of vectors.
        x2: Likewise; the other axes broadcast.
        axisa: The axis of x1 that holds the components. Default -1.
        axisb: The axis of x2 that does. Default -1.
        axisc: The axis of the result that does, if it has three. Default -1.
        axis: If given, stands for all three. Default: none.

    Returns:
        A tensor of vectors, or of single numbers if both vectors have 2 components.

    Raises:
        ShapeError: If an axis is out of range or of a size other than 2 and 3, or they don't broadcast.

    Source: ``keras.ops.cross``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.cross(mg.Tensor([1.0, 0.0, 0.0]), mg.Tensor([0.0, 1.0, 0.0]))
        Tensor([0., 0., 1.], shape=(3,), dtype=float32)
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    shape1, shape2 = np.shape(x1), np.shape(x2)
    size1 = shape1[normalize_axis("cross", axisa, len(shape1))]
    size2 = shape2[normalize_axis("cross", axisb, len(shape2))]
    if not {size1, size2} <= {2, 3}:
        raise ShapeError(
            f"cross: vectors must have 2 or 3 components; got {size1} and {size2} (shapes {shape1}, {shape2})"
        )
    y = _cross(_in_space(moveaxis(x1, axisa, -1)), _in_space(moveaxis(x2, axisb, -1)))
    return get_item(y, (..., 2)) if size1 == size2 == 2 else moveaxis(y, -1, axisc)


def _in_space(vectors: Any) -> Any:
    return vectors if vectors.shape[-1] == 3 else matmul(vectors, np.eye(2, 3, dtype=vectors.dtype))


@differentiable
def _cross(x1: Array, x2: Array) -> Any:
    return np.cross(x1, x2)


@_cross.vjp
def _(g: Any, x1: Any, x2: Any, needs: Any) -> Any:
    return _cross(x2, g) if needs[0] else None, _cross(g, x1) if needs[1] else None
