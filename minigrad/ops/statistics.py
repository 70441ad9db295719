"""Correlations, distances, and areas under sampled curves.

Idea:    each is a few products and sums, so its derivative needs no rule of its own.
Before:  ops/matrix_products.py, ops/norm.py, ops/cumulative.py, ops/repeating.py.  Next: ops/einops.py.
Source:  ``keras.ops`` for names and argument order; NumPy's functions of these names.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import cast
from minigrad.errors import ShapeError
from minigrad.ops.conversion import convert_to_tensor
from minigrad.ops.cumulative import diff
from minigrad.ops.diagonals import diagonal
from minigrad.ops.indexing import get_item
from minigrad.ops.math import log10
from minigrad.ops.matrix_products import matmul
from minigrad.ops.norm import norm
from minigrad.ops.powers import sqrt
from minigrad.ops.reduction import mean, sum
from minigrad.ops.repeating import pad
from minigrad.ops.reshape import expand_dims, flip, reshape
from minigrad.shapes import normalize_axis


def _floats(x: Any) -> Any:
    x = convert_to_tensor(x)
    return x if x.dtype.kind == "f" else cast(x, None)


def corrcoef(x: Any) -> Any:
    """Correlations of the rows: ``y_ij = c_ij / sqrt(c_ii c_jj)``, c the rows' covariances.

    Args:
        x: A tensor, array or list (M, N): M variables with N observations each; or (N,), a single one.

    Returns:
        A floating tensor (M, M); NaN for a row that doesn't vary. Of a single variable: 1.

    Raises:
        ShapeError: If x has more than two axes, or none.

    Source: ``keras.ops.corrcoef``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.corrcoef(mg.Tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]])).numpy().round(4)
        array([[ 1., -1.], [-1.,  1.]], dtype=float32)
    """
    x = _floats(x)
    if x.ndim not in (1, 2):
        raise ShapeError(
            f"corrcoef: x must be a matrix of one variable a row, or a vector; got shape {x.shape}"
        )
    rows = x if x.ndim == 2 else reshape(x, (1, -1))
    centered = rows - mean(rows, 1, True)
    products = matmul(centered, centered.T)
    sizes = sqrt(diagonal(products))
    y = products / expand_dims(sizes, 1) / sizes
    return y if x.ndim == 2 else reshape(y, ())


def correlate(x1: Any, x2: Any, mode: str = "valid") -> Any:
    """Slide one sequence along another: ``y_k = sum_n x1_(n+k) x2_n``.

    Args:
        x1: A tensor, array or list (N,).
        x2: Likewise (M,). If it is the longer one, the result is that of the two exchanged, reversed.
        mode: "valid" (the default): only where the shorter one lies within the other. "same": as many as the
            longer one has, "full": wherever they overlap; outside are zeros.

    Returns:
        A floating tensor of ``max(N, M) - min(N, M) + 1``, ``max(N, M)`` or ``N + M - 1`` elements.

    Raises:
        ShapeError: If one has not exactly one axis, or no elements.
        ValueError: If the mode is unknown.

    Source: ``keras.ops.correlate``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.correlate(mg.Tensor([1.0, 2.0, 3.0, 4.0]), [1.0, 10.0])
        Tensor([21., 32., 43.], shape=(3,), dtype=float32)
    """
    if mode not in ("valid", "same", "full"):
        raise ValueError(f"correlate: mode must be 'valid', 'same' or 'full'; got {mode!r}")
    x1, x2 = _floats(x1), _floats(x2)
    if x1.ndim != 1 or x2.ndim != 1 or not x1.size or not x2.size:
        raise ShapeError(f"correlate: x1 and x2 must be vectors, not empty; got {x1.shape} and {x2.shape}")
    if x2.size > x1.size:
        return flip(correlate(x2, x1, mode))
    overlap = x2.size - 1
    before = {"valid": 0, "same": x2.size // 2, "full": overlap}[mode]
    behind = {"valid": 0, "same": overlap - before, "full": overlap}[mode]
    padded = pad(x1, (before, behind))
    starts = np.arange(padded.size - overlap)
    return matmul(get_item(padded, starts[:, None] + np.arange(x2.size)), x2)


def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """Area under a sampled curve: ``sum (x_(i+1) - x_i) (y_i + y_(i+1)) / 2``.

    Args:
        y: A tensor, array or list: the curve's values.
        x: The places of the values, a vector or of y's shape. Default: dx apart from each other.
        dx: The distance between them, without x. Default 1.
        axis: The axis along which the values stand. Default -1.

    Returns:
        A floating tensor without that axis.

    Raises:
        ShapeError: If the axis is out of range, or x doesn't fit y.

    Source: ``keras.ops.trapezoid``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.trapezoid(mg.Tensor([1.0, 2.0, 4.0]), x=[0.0, 1.0, 3.0]).item()
        7.5
    """
    y = _floats(y)
    axis = normalize_axis("trapezoid", axis, y.ndim)
    ends = (slice(None),) * axis
    heights = (get_item(y, (*ends, slice(1, None))) + get_item(y, (*ends, slice(None, -1)))) * 0.5
    if x is None:
        return sum(heights * dx, axis)
    x = _floats(x)
    if x.ndim == 1:
        x = reshape(x, (-1, *(1,) * (y.ndim - axis - 1)))
        return sum(heights * diff(x, axis=0), axis)
    return sum(heights * diff(x, axis=axis), axis)


def cdist(x: Any, y: Any) -> Any:
    """Distances between all rows of two matrices: ``d_ij = |x_i - y_j|``; the gradient of a distance 0 is 0.

    Args:
        x: A tensor, array or list (..., M, D).
        y: Likewise (..., N, D); the leading axes broadcast.

    Returns:
        A floating tensor (..., M, N).

    Raises:
        ShapeError: If one is no matrix, or the rows differ in length.

    Source: ``keras.ops.cdist``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.cdist(mg.Tensor([[0.0, 0.0], [3.0, 0.0]]), mg.Tensor([[3.0, 4.0]]))
        Tensor([[5.], [4.]], shape=(2, 1), dtype=float32)
    """
    x, y = _floats(x), _floats(y)
    if x.ndim < 2 or y.ndim < 2 or x.shape[-1] != y.shape[-1]:
        raise ShapeError(
            f"cdist: x and y must be matrices with rows of one length; got shapes {x.shape} and {y.shape}"
        )
    return norm(expand_dims(x, -2) - expand_dims(y, -3), axis=-1)


def psnr(x1: Any, x2: Any, max_val: float) -> Any:
    """Peak signal-to-noise ratio in decibel: ``y = 20 log10(max_val) - 10 log10(mean (x1 - x2)^2)``.

    Args:
        x1: A tensor, array or list.
        x2: Likewise, of its shape.
        max_val: The greatest value that there can be.

    Returns:
        A floating tensor of no dimension; infinite where both are the same.

    Raises:
        ShapeError: If the shapes differ.

    Source: ``keras.ops.psnr``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.psnr(mg.Tensor([0.0, 1.0]), mg.Tensor([0.1, 0.9]), 1.0).item()
        20.0...
    """
    x1, x2 = _floats(x1), _floats(x2)
    if x1.shape != x2.shape:
        raise ShapeError(f"psnr: x1 and x2 must have one shape; got {x1.shape} and {x2.shape}")
    distance = x1 - x2
    return 20.0 * math.log10(max_val) - 10.0 * log10(mean(distance * distance))
