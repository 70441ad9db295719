"""Convolution as a differentiable operation: three ops that are each other's derivatives.

Idea:    ``L = sum g[i] x[j] k[a]`` over all places where output i, input j and kernel cell a meet. The
         convolution, its input gradient and its kernel gradient are what is left of this sum when one of
         the three factors is taken out; so a derivative of one of them is another one, to any order.
Shapes:  inputs (N, H, W, C), kernel (KH, KW, C // groups, F) -> (N, OH, OW, F)
Before:  kernels/conv.py (the arithmetic).  Next: ops/conv_functions.py (Keras's functions).
Source:  lecture, "Convolution"; Dumoulin & Visin 2016, "A guide to convolution arithmetic", chapter 4.

A ReLU may follow in the same op. Its derivative is a mask, which multiplies the output's gradient by 0 or
1; it does not change with the numbers (almost everywhere), so it is a constant that each of the three takes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.kernels import conv as kernels
from minigrad.ops.selection import where
from minigrad.shapes import Padding, Shape

_NO_PADDING = ((0, 0), (0, 0))


@differentiable(aux=True)
def conv2d(
    inputs: Array,
    kernel: Array,
    bias: Array | None = None,
    strides: Shape = (1, 1),
    padding: Padding = _NO_PADDING,
    dilation: Shape = (1, 1),
    groups: int = 1,
    relu: bool = False,
) -> Any:
    """Convolve images, add a bias and apply ReLU, all in one pass: ``y = relu(inputs * kernel + bias)``.

    ``y[n, i, j, f] = bias[f] + sum_{a, b, c} inputs[n, h, w, c] kernel[a, b, c, f]`` before ReLU, where
    ``h = i SH + a DH - top`` and ``w = j SW + b DW - left``; inputs are 0 outside their bounds.

    The derivatives, with ``g`` set to 0 where ReLU gave 0, are `conv2d_input_gradient`,
    `conv2d_kernel_gradient` and, for the bias, ``sum g`` over n, i and j.

    Args:
        inputs: (N, H, W, C).
        kernel: (KH, KW, C // groups, F).
        bias: (F,). Default: none.
        strides: (SH, SW).
        padding: How many zeros are added: ((top, bottom), (left, right)).
        dilation: (DH, DW), the steps between a window's cells.
        groups: Both channels and filters are split into so many groups that don't see each other.
        relu: Whether negative results become 0. Default False.

    Returns:
        (N, OH, OW, F) of the common dtype.

    Raises:
        ShapeError: If the shapes don't fit each other.
        ValueError: If a stride, dilation or padding is out of range.

    Source: lecture, "Convolution". `minigrad.ops.conv` has Keras's arguments.

    Example: the lecture's, an image of 1 ... 9 under a kernel of ones

        >>> import minigrad as mg
        >>> image = mg.ops.reshape(mg.Tensor([1, 2, 3, 4, 5, 6, 7, 8, 9]), (1, 3, 3, 1))
        >>> y = mg.ops.conv2d(image, np.ones((2, 2, 1, 1), np.float32), bias=[-20.0], relu=True)
        >>> y.numpy()[0, :, :, 0]
        array([[0., 0.],
               [4., 8.]], dtype=float32)
    """
    out = kernels.conv2d(inputs, kernel, strides, padding, dilation, groups, bias, relu)
    return out, (out if relu else None)


@conv2d.vjp
def _(
    g: Any,
    inputs: Any,
    kernel: Any,
    strides: Any,
    padding: Any,
    dilation: Any,
    groups: Any,
    aux: Any,
    needs: Any,
) -> Any:
    if isinstance(g, np.ndarray):
        # The same three as below, in one pass: a block of g is masked, gathered and used while in cache.
        return kernels.conv2d_gradients(inputs, g, kernel, strides, padding, dilation, groups, aux, needs)
    options = (strides, padding, dilation, groups, aux)
    return (
        conv2d_input_gradient(g, kernel, inputs.shape, *options) if needs[0] else None,
        conv2d_kernel_gradient(inputs, g, kernel.shape[:2], *options) if needs[1] else None,
        _masked(g, aux).sum(axis=(0, 1, 2)) if needs[2] else None,
    )


@differentiable
def conv2d_input_gradient(
    outputs: Array,
    kernel: Array,
    input_shape: Shape,
    strides: Shape = (1, 1),
    padding: Padding = _NO_PADDING,
    dilation: Shape = (1, 1),
    groups: int = 1,
    mask: Any = None,
) -> Any:
    """Return the gradient of ``sum(outputs * conv2d(x, kernel))`` for x: a transposed convolution.

    ``y[n, h, w, c]`` is the sum of ``outputs[n, i, j, f] kernel[a, b, c, f]`` over all (i, j, a, b, f) with
    ``h = i SH + a DH - top`` and ``w = j SW + b DW - left``. It is linear in both factors:
    ``doutputs = conv2d(g, kernel)`` and ``dkernel = conv2d_kernel_gradient(g, outputs)``.

    Args:
        outputs: (N, OH, OW, F), an array of the convolution's output shape.
        kernel: (KH, KW, C // groups, F).
        input_shape: (N, H, W, C), which strides leave open.
        strides: As in `conv2d`.
        padding: As in `conv2d`.
        dilation: As in `conv2d`.
        groups: As in `conv2d`.
        mask: None, or a constant array: outputs count only where it is positive.

    Returns:
        (N, H, W, C).

    Raises:
        ShapeError: If the shapes don't fit each other.

    Source: Dumoulin & Visin 2016, chapter 4. `minigrad.ops.conv_transpose` has Keras's arguments.

    Example:
        >>> import minigrad as mg
        >>> kernel = mg.ops.reshape(mg.Tensor([1.0, 2.0, 3.0, 4.0]), (2, 2, 1, 1))
        >>> mg.ops.conv2d_input_gradient([[[[10.0]]]], kernel, (1, 2, 2, 1)).numpy()[0, :, :, 0]
        array([[10., 20.],
               [30., 40.]], dtype=float32)
    """
    return kernels.conv2d_input_gradient(
        outputs, kernel, input_shape, strides, padding, dilation, groups, mask
    )


@conv2d_input_gradient.vjp
def _(
    g: Any,
    outputs: Any,
    kernel: Any,
    strides: Any,
    padding: Any,
    dilation: Any,
    groups: Any,
    mask: Any,
    needs: Any,
) -> Any:
    options = (strides, padding, dilation, groups)
    return (
        _masked(conv2d(g, kernel, None, *options), mask) if needs[0] else None,
        conv2d_kernel_gradient(g, outputs, kernel.shape[:2], *options, mask) if needs[1] else None,
    )


@differentiable
def conv2d_kernel_gradient(
    inputs: Array,
    outputs: Array,
    kernel_size: Shape,
    strides: Shape = (1, 1),
    padding: Padding = _NO_PADDING,
    dilation: Shape = (1, 1),
    groups: int = 1,
    mask: Any = None,
) -> Any:
    """Return the gradient of ``sum(outputs * conv2d(inputs, k))`` with respect to the kernel k.

    ``y[a, b, c, f] = sum_{n, i, j} inputs[n, i SH + a DH - top, j SW + b DW - left, c] outputs[n, i, j, f]``
    is linear in both factors: ``dinputs = conv2d_input_gradient(outputs, g)`` and
    ``doutputs = conv2d(inputs, g)``.

    Args:
        inputs: (N, H, W, C).
        outputs: (N, OH, OW, F), an array of the convolution's output shape.
        kernel_size: (KH, KW), which strides leave open.
        strides: As in `conv2d`.
        padding: As in `conv2d`.
        dilation: As in `conv2d`.
        groups: As in `conv2d`.
        mask: None, or a constant array: outputs count only where it is positive.

    Returns:
        (KH, KW, C // groups, F).

    Raises:
        ShapeError: If the shapes don't fit each other.

    Source: lecture, "Backpropagation"; Dumoulin & Visin 2016, chapter 4.

    Example:
        >>> import minigrad as mg
        >>> image = mg.ops.reshape(mg.Tensor([1.0, 2.0, 3.0, 4.0]), (1, 2, 2, 1))
        >>> mg.ops.conv2d_kernel_gradient(image, [[[[10.0]]]], (2, 2)).numpy()[:, :, 0, 0]
        array([[10., 20.],
               [30., 40.]], dtype=float32)
    """
    return kernels.conv2d_kernel_gradient(
        inputs, outputs, kernel_size, strides, padding, dilation, groups, mask
    )


@conv2d_kernel_gradient.vjp
def _(
    g: Any,
    inputs: Any,
    outputs: Any,
    strides: Any,
    padding: Any,
    dilation: Any,
    groups: Any,
    mask: Any,
    needs: Any,
) -> Any:
    options = (strides, padding, dilation, groups)
    return (
        conv2d_input_gradient(outputs, g, inputs.shape, *options, mask) if needs[0] else None,
        _masked(conv2d(inputs, g, None, *options), mask) if needs[1] else None,
    )


def _masked(outputs: Any, mask: Any) -> Any:
    """Return ``outputs``, 0 where a ReLU was closed."""
    return outputs if mask is None else where(mask > 0, outputs, 0.0)
