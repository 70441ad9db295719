"""Convolution, ReLU and max pooling as one operation: what a small CNN spends its time on.

Idea:    the three are done block by block, and only what pooling keeps is written to memory. The result, and
         its derivative, are those of `conv2d` and `max_pool2d`, one after the other.
Shapes:  inputs (N, H, W, C), kernel (KH, KW, C // groups, F) -> (N, PH, PW, F)
Before:  kernels/conv_pool.py (how), ops/convolution.py, ops/windows.py.  Next: layers/fusion.py (when).
Source:  lecture, "CNN": convolution, ReLU, pooling.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.node import MODE, RECORD
from minigrad.autodiff.op import Array
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import NotDifferentiableError
from minigrad.kernels import conv_pool as kernels
from minigrad.ops.conv_functions import Sizes, as_conv2d
from minigrad.ops.convolution import conv2d_input_gradient, conv2d_kernel_gradient
from minigrad.ops.images import layout
from minigrad.ops.pooling import window_options
from minigrad.ops.selection import where
from minigrad.ops.windows import window_scatter
from minigrad.shapes import Padding, Shape, window_output

_NO_PADDING = ((0, 0), (0, 0))
_output = lru_cache(maxsize=512)(window_output)


@differentiable(aux=True)
def conv2d_max_pool2d(
    inputs: Array,
    kernel: Array,
    bias: Array | None = None,
    strides: Shape = (1, 1),
    padding: Padding = _NO_PADDING,
    dilation: Shape = (1, 1),
    groups: int = 1,
    relu: bool = False,
    pool_size: Shape = (2, 2),
    pool_strides: Shape = (2, 2),
    pool_padding: Padding = _NO_PADDING,
    with_index: bool = True,
) -> Any:
    """Convolve and pool: ``y = max_pool2d(conv2d(inputs, kernel, bias, ..., relu), ...)``, bit by bit.

    The derivatives are those of `conv2d` for a gradient that is 0 but at each window's first maximum.

    Args:
        inputs: (N, H, W, C).
        kernel: (KH, KW, C // groups, F).
        bias: (F,). Default: none.
        strides: As in `conv2d`.
        padding: As in `conv2d`.
        dilation: As in `conv2d`.
        groups: As in `conv2d`.
        relu: As in `conv2d`.
        pool_size: As in `max_pool2d`.
        pool_strides: Its strides.
        pool_padding: Its padding.
        with_index: As in `max_pool2d`.

    Returns:
        (N, PH, PW, F) of the common dtype.

    Raises:
        ShapeError: If the shapes don't fit each other.
        ValueError: If an option is out of range.

    Source: lecture, "CNN". It is what the layers `Conv2D` and `MaxPooling2D`, one after the other, run.

    Example:
        >>> import minigrad as mg
        >>> image = mg.ops.reshape(mg.Tensor([1, 2, 3, 4, 5, 6, 7, 8, 9]), (1, 3, 3, 1))
        >>> y = mg.ops.conv2d_max_pool2d(image, np.ones((2, 2, 1, 1), np.float32), bias=[-20.0], relu=True)
        >>> y.tolist()
        [[[[8.0]]]]
    """
    then = kernels.Pool(pool_size, pool_strides, pool_padding)
    out, index = kernels.conv2d_max_pool2d(
        inputs, kernel, strides, padding, dilation, groups, bias, relu, then, with_index
    )
    return out, index


@conv2d_max_pool2d.vjp
def _(
    g: Any,
    inputs: Any,
    kernel: Any,
    strides: Any,
    padding: Any,
    dilation: Any,
    groups: Any,
    relu: Any,
    pool_size: Any,
    pool_strides: Any,
    pool_padding: Any,
    out: Any,
    aux: Any,
    needs: Any,
) -> Any:
    if aux is None:
        raise NotDifferentiableError(
            "conv2d_max_pool2d: with_index=False, so where the maxima were is not known"
        )
    options = (strides, padding, dilation, groups)
    then = kernels.Pool(pool_size, pool_strides, pool_padding)
    if isinstance(g, np.ndarray):
        positive = out if relu else None
        return kernels.conv2d_max_pool2d_gradients(inputs, g, kernel, *options, positive, aux, then, needs)
    g = where(out > 0, g, 0.0) if relu else g
    output = window_output(inputs.shape[1:3], kernel.shape[:2], strides, padding, dilation)
    full = window_scatter(g, aux, (len(inputs), *output, kernel.shape[3]), *then)
    return (
        conv2d_input_gradient(full, kernel, inputs.shape, *options) if needs[0] else None,
        conv2d_kernel_gradient(inputs, full, kernel.shape[:2], *options) if needs[1] else None,
        full.sum(axis=(0, 1, 2)) if needs[2] else None,
    )


def conv_max_pool(
    inputs: Any,
    kernel: Any,
    bias: Any = None,
    strides: Sizes = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Sizes = 1,
    groups: int | None = None,
    relu: bool = False,
    pool_size: Sizes = 2,
    pool_strides: Sizes | None = None,
    pool_padding: str = "valid",
) -> Any:
    """Convolve, add a bias, apply ReLU and pool: ``y = max_pool(conv_with_bias(inputs, ...), ...)``.

    Args:
        inputs: As in `conv`.
        kernel: As in `conv`.
        bias: As in `conv_with_bias`.
        strides: As in `conv`.
        padding: As in `conv`.
        data_format: As in `conv`.
        dilation_rate: As in `conv`.
        groups: As in `conv_with_bias`.
        relu: As in `conv_with_bias`.
        pool_size: As in `max_pool`.
        pool_strides: The strides of `max_pool`. Default None: pool_size.
        pool_padding: The padding of `max_pool`.

    Returns:
        As `max_pool`.

    Raises:
        ShapeError: If the shapes don't fit each other.
        ValueError: As `conv` and `max_pool`.

    Source: ``keras.ops.conv`` and ``keras.ops.max_pool``.

    Example:
        >>> import minigrad as mg
        >>> x = mg.ops.reshape(mg.Tensor([1.0, 2.0, 3.0, 4.0]), (1, 4, 1))
        >>> mg.ops.conv_max_pool(x, [[[2.0]]], bias=[-3.0], relu=True).tolist()
        [[[1.0], [5.0]]]
    """
    found = layout("conv", inputs, data_format)
    images, kernel, options = as_conv2d(found, inputs, kernel, strides, padding, dilation_rate, groups)
    output = _output(images.shape[1:3], kernel.shape[:2], *options[:3])
    pool = window_options("max_pool", output[2 - found.dimensions :], pool_size, pool_strides, pool_padding)
    learns = any(isinstance(one, Tensor) and one.requires_grad for one in (images, kernel, bias))
    with_index = MODE.level == RECORD and learns
    return found.from_images(conv2d_max_pool2d(images, kernel, bias, *options, relu, *pool, with_index))
