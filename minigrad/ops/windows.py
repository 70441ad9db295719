"""Pooling windows as differentiable operations: maxima, and means.

Idea:    a maximum only picks: once it is known which cell of each window is the largest, max pooling is a
         gather, and its derivative a scatter to the same cells. A mean is linear, and so is its derivative.
         Gather and scatter, mean and share: two pairs, each the other's derivative, to any order.
Shapes:  inputs (N, H, W, C) -> (N, OH, OW, C)
Before:  kernels/pool.py (the arithmetic).  Next: ops/pooling.py (Keras's functions).
Source:  lecture, "Max Pooling".
"""

from __future__ import annotations

from typing import Any

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.config import floatx
from minigrad.errors import NotDifferentiableError
from minigrad.kernels import pool as kernels
from minigrad.shapes import Padding, Shape

_NO_PADDING = ((0, 0), (0, 0))


@differentiable(aux=True)
def max_pool2d(
    inputs: Array,
    pool_size: Shape,
    strides: Shape,
    padding: Padding = _NO_PADDING,
    with_index: bool = True,
) -> Any:
    """Take each window's maximum.

    ``y[n, i, j, c] = max_{a, b} inputs[n, i SH + a - top, j SW + b - left, c]``; the derivative goes to the
    first maximum, in row-major order, of each window: `window_scatter`.

    Args:
        inputs: (N, H, W, C).
        pool_size: (KH, KW).
        strides: (SH, SW).
        padding: ((top, bottom), (left, right)), each smaller than the pool size; it counts as minus infinity.
        with_index: Whether to remember where the maxima are, for the derivative. Without it there is
            none, but it is faster. Default True.

    Returns:
        (N, OH, OW, C) of the inputs' dtype.

    Raises:
        ShapeError: If the inputs have not 4 axes.
        ValueError: If an option is out of range.

    Source: lecture, "Max Pooling". `minigrad.ops.max_pool` has Keras's arguments.

    Example:
        >>> import minigrad as mg
        >>> x = mg.ops.reshape(mg.Tensor([4.0, 3.0, 2.0, 1.0]), (1, 2, 2, 1))
        >>> mg.ops.max_pool2d(x, (2, 2), (1, 1), ((0, 1), (0, 1))).numpy()[0, :, :, 0]
        array([[4., 3.],
               [2., 1.]], dtype=float32)
    """
    return kernels.max_pool2d(inputs, pool_size, strides, padding, with_index=with_index)


@max_pool2d.vjp
def _(g: Any, pool_size: Any, strides: Any, padding: Any, aux: Any, inputs_shape: Any) -> Any:
    if aux is None:
        raise NotDifferentiableError("max_pool2d: with_index=False, so where the maxima were is not known")
    return window_scatter(g, aux, inputs_shape, pool_size, strides, padding)


@differentiable
def window_scatter(
    outputs: Array,
    index: Any,
    input_shape: Shape,
    pool_size: Shape,
    strides: Shape,
    padding: Padding = _NO_PADDING,
) -> Any:
    """Add each output to the cell of its window that ``index`` names; ``doutputs`` is `window_gather` of g.

    ``y[n, i SH + a - top, j SW + b - left, c] += outputs[n, i, j, c]`` with ``a KW + b = index[n, i, j, c]``.

    Args:
        outputs: (N, OH, OW, C).
        index: Integers of that shape, a constant.
        input_shape: (N, H, W, C), the result's shape.
        pool_size: As in `max_pool2d`.
        strides: As in `max_pool2d`.
        padding: As in `max_pool2d`.

    Returns:
        (N, H, W, C), 0 where no window points to.

    Raises:
        ShapeError: If the shapes don't fit each other.

    Source: the gradient of max pooling.

    Example:
        >>> import minigrad as mg
        >>> import numpy as np
        >>> index = np.full((1, 1, 1, 1), 3, np.uint8)
        >>> mg.ops.window_scatter([[[[7.0]]]], index, (1, 2, 2, 1), (2, 2), (2, 2)).numpy()[0, :, :, 0]
        array([[0., 0.],
               [0., 7.]], dtype=float32)
    """
    return kernels.window_scatter(outputs, index, input_shape, pool_size, strides, padding)


@window_scatter.vjp
def _(g: Any, index: Any, pool_size: Any, strides: Any, padding: Any) -> Any:
    return window_gather(g, index, pool_size, strides, padding)


@differentiable
def window_gather(
    inputs: Array, index: Any, pool_size: Shape, strides: Shape, padding: Padding = _NO_PADDING
) -> Any:
    """Pick the cell of each window that ``index`` names; ``dinputs`` is `window_scatter` of g.

    ``y[n, i, j, c] = inputs[n, i SH + a - top, j SW + b - left, c]`` with ``a KW + b = index[n, i, j, c]``.

    Args:
        inputs: (N, H, W, C).
        index: Integers of shape (N, OH, OW, C), a constant.
        pool_size: As in `max_pool2d`.
        strides: As in `max_pool2d`.
        padding: As in `max_pool2d`.

    Returns:
        (N, OH, OW, C).

    Raises:
        ShapeError: If the shapes don't fit each other.

    Source: max pooling, once the maxima are known.

    Example:
        >>> import minigrad as mg
        >>> x = mg.ops.reshape(mg.Tensor([1.0, 2.0, 3.0, 4.0]), (1, 2, 2, 1))
        >>> import numpy as np
        >>> mg.ops.window_gather(x, np.full((1, 1, 1, 1), 2), (2, 2), (2, 2)).item()
        3.0
    """
    return kernels.window_gather(inputs, index, pool_size, strides, padding)


@window_gather.vjp
def _(g: Any, index: Any, pool_size: Any, strides: Any, padding: Any, inputs_shape: Any) -> Any:
    return window_scatter(g, index, inputs_shape, pool_size, strides, padding)


@differentiable
def average_pool2d(inputs: Array, pool_size: Shape, strides: Shape, padding: Padding = _NO_PADDING) -> Any:
    """Take each window's mean over its real cells: ``y[n, i, j, c] = sum of the window / count[i, j]``.

    The derivative gives ``g / count`` to all these cells: `average_pool2d_gradient`.

    Args:
        inputs: (N, H, W, C).
        pool_size: (KH, KW).
        strides: (SH, SW).
        padding: ((top, bottom), (left, right)), each smaller than the pool size; it is not counted.

    Returns:
        (N, OH, OW, C) of the inputs' dtype; integers give floats.

    Raises:
        ShapeError: If the inputs have not 4 axes.
        ValueError: If an option is out of range.

    Source: `minigrad.ops.average_pool` has Keras's arguments.

    Example:
        >>> import minigrad as mg
        >>> x = mg.ops.reshape(mg.Tensor([4.0, 3.0, 2.0, 1.0]), (1, 2, 2, 1))
        >>> mg.ops.average_pool2d(x, (2, 2), (1, 1), ((0, 1), (0, 1))).numpy()[0, :, :, 0]
        array([[2.5, 2. ],
               [1.5, 1. ]], dtype=float32)
    """
    if inputs.dtype.kind != "f":
        inputs = inputs.astype(floatx())
    return kernels.average_pool2d(inputs, pool_size, strides, padding)


@average_pool2d.vjp
def _(g: Any, pool_size: Any, strides: Any, padding: Any, inputs_shape: Any) -> Any:
    return average_pool2d_gradient(g, inputs_shape, pool_size, strides, padding)


@differentiable
def average_pool2d_gradient(
    outputs: Array, input_shape: Shape, pool_size: Shape, strides: Shape, padding: Padding = _NO_PADDING
) -> Any:
    """Share each output equally among its window's real cells; ``doutputs`` is `average_pool2d` of g.

    Args:
        outputs: (N, OH, OW, C).
        input_shape: (N, H, W, C), the result's shape.
        pool_size: As in `average_pool2d`.
        strides: As in `average_pool2d`.
        padding: As in `average_pool2d`.

    Returns:
        (N, H, W, C).

    Raises:
        ShapeError: If the shapes don't fit each other.

    Source: the gradient of average pooling.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.average_pool2d_gradient([[[[2.0]]]], (1, 1, 2, 1), (1, 2), (1, 2)).numpy().ravel()
        array([1., 1.], dtype=float32)
    """
    return kernels.average_pool2d_gradient(outputs, input_shape, pool_size, strides, padding)


@average_pool2d_gradient.vjp
def _(g: Any, pool_size: Any, strides: Any, padding: Any) -> Any:
    return average_pool2d(g, pool_size, strides, padding)
