"""Keras's convolutions: `conv` and its relatives, in one and two dimensions.

Idea:    each of them is `conv2d` or its input gradient, seen through arguments: a string for the padding,
         a layout, a kernel in another arrangement.
Shapes:  inputs (N, H, W, C), kernel (KH, KW, C, F) -> (N, OH, OW, F); one spatial axis less for sequences.
Before:  ops/convolution.py, ops/images.py.  Next: ops/pooling.py.
Source:  ``keras.ops.conv``, ``depthwise_conv``, ``separable_conv``, ``conv_transpose``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.errors import ShapeError
from minigrad.ops.convolution import conv2d, conv2d_input_gradient
from minigrad.ops.images import Layout, as_2d, layout, padding_2d
from minigrad.ops.reshape import reshape
from minigrad.ops.reshape import shape as shape_of
from minigrad.shapes import Padding, Shape, padding_mode, remembered, transposed_window, window_padding

Sizes = int | Sequence[int]


def conv(
    inputs: Any,
    kernel: Any,
    strides: Sizes = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Sizes = 1,
) -> Any:
    """Convolve sequences or images: a sum over each window of inputs times kernel.

    In one dimension, stride 1: ``y[n, i, f] = sum_{a, c} inputs[n, i + a, c] kernel[a, c, f]``, so
    ``dinputs[n, i, c] = sum_{a, f} g[n, i - a, f] kernel[a, c, f]`` and
    ``dkernel[a, c, f] = sum_{n, i} inputs[n, i + a, c] g[n, i, f]``.

    Args:
        inputs: (N, H, W, C) or, for sequences, (N, L, C); (N, C, H, W), (N, C, L) if channels_first.
        kernel: (KH, KW, C, F) or (K, C, F). If it has C / G channels, inputs and filters are split into
            G groups that don't see each other.
        strides: An integer, or one for each spatial axis. Default 1.
        padding: "valid" (none, the default), "same" (the output's size is ceil(size / stride)) or, for
            sequences, "causal" (no output sees a later input). Any letter case.
        data_format: "channels_last" or "channels_first". Default: Keras's setting, channels_last.
        dilation_rate: The step between a window's cells; an integer or one for each axis. Default 1.

    Returns:
        (N, OH, OW, F) or (N, OL, F), or with the channels first.

    Raises:
        ShapeError: If the shapes don't fit each other.
        ValueError: If an argument is not among what is accepted, or both strides and dilation_rate exceed 1.

    Source: ``keras.ops.conv``; lecture, "1-D convolution", "Stride", "Padding".

    Example: the lecture's 1-D convolution, and its image

        >>> import minigrad as mg
        >>> x = mg.ops.reshape(mg.Tensor([1.0, 2.0, 3.0, 4.0]), (1, 4, 1))
        >>> w = mg.ops.reshape(mg.Tensor([1.0, 10.0, 100.0]), (3, 1, 1))
        >>> mg.ops.conv(x, w).tolist()
        [[[321.0], [432.0]]]
        >>> image = np.arange(1, 10, dtype=np.float32).reshape(1, 3, 3, 1)
        >>> mg.ops.conv(image, np.ones((2, 2, 1, 1), np.float32), padding="SAME").numpy()[0, :, :, 0]
        array([[12., 16.,  9.],
               [24., 28., 15.],
               [15., 17.,  9.]], dtype=float32)
    """
    return conv_with_bias(inputs, kernel, None, strides, padding, data_format, dilation_rate)


def conv_with_bias(
    inputs: Any,
    kernel: Any,
    bias: Any = None,
    strides: Sizes = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Sizes = 1,
    groups: int | None = None,
    relu: bool = False,
) -> Any:
    """Convolve, add a bias and apply ReLU in one op: ``y = relu(conv(inputs, kernel) + bias)``.

    This is what a convolutional layer does, and cheaper than three ops; with g set to 0 where y is 0, the
    derivatives are those of `conv`, and ``dbias = sum g`` over all axes but the channels'.

    Args:
        inputs: As in `conv`.
        kernel: As in `conv`.
        bias: (F,) or None (the default).
        strides: As in `conv`.
        padding: As in `conv`.
        data_format: As in `conv`.
        dilation_rate: As in `conv`.
        groups: How many groups inputs and filters are split into. Default: as the channels imply.
        relu: Whether negative results become 0. Default False.

    Returns:
        As `conv`.

    Raises:
        ShapeError: If the shapes don't fit each other.
        ValueError: As `conv`.

    Source: ``keras.layers.Conv2D``'s call.

    Example:
        >>> import minigrad as mg
        >>> x = mg.ops.reshape(mg.Tensor([1.0, 2.0, 3.0]), (1, 3, 1))
        >>> mg.ops.conv_with_bias(x, [[[2.0]]], bias=[-3.0], relu=True).tolist()
        [[[0.0], [1.0], [3.0]]]
    """
    found = layout("conv", inputs, data_format)
    images, kernel, options = as_conv2d(found, inputs, kernel, strides, padding, dilation_rate, groups)
    return found.from_images(conv2d(images, kernel, bias, *options, relu))


def depthwise_conv(
    inputs: Any,
    kernel: Any,
    strides: Sizes = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Sizes = 1,
) -> Any:
    """Convolve every channel on its own, with M kernels each: `conv` in as many groups as channels.

    In one dimension: ``y[n, i, c M + m] = sum_a inputs[n, i + a, c] kernel[a, c, m]``; the derivatives
    are those of `conv`.

    Args:
        inputs: As in `conv`.
        kernel: (KH, KW, C, M) or (K, C, M).
        strides: As in `conv`.
        padding: "valid" or "same" (and "causal" for sequences), in any letter case.
        data_format: As in `conv`.
        dilation_rate: As in `conv`.

    Returns:
        (N, OH, OW, C M) or (N, OL, C M), or with the channels first.

    Raises:
        ShapeError: If the shapes don't fit each other.
        ValueError: As `conv`.

    Source: ``keras.ops.depthwise_conv``; Chollet 2017, "Xception".

    Example:
        >>> import minigrad as mg
        >>> x = mg.Tensor([[[1.0, 10.0], [2.0, 20.0]]])
        >>> mg.ops.depthwise_conv(x, [[[1.0], [2.0]]]).tolist()
        [[[1.0, 20.0], [2.0, 40.0]]]
    """
    found = layout("depthwise_conv", inputs, data_format)
    shape: Shape = shape_of(kernel)
    _check_rank(found, shape)
    *size, channels, multiplier = shape
    _check_channels(found, channels, np.shape(kernel))
    kernel = reshape(kernel, (*size, 1, channels * multiplier))
    images, kernel, options = as_conv2d(found, inputs, kernel, strides, padding, dilation_rate, channels)
    return found.from_images(conv2d(images, kernel, None, *options))


def separable_conv(
    inputs: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: Sizes = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Sizes = 1,
) -> Any:
    """Convolve every channel on its own, then mix the channels: `depthwise_conv`, and `conv` of size 1.

    Args:
        inputs: As in `conv`.
        depthwise_kernel: (KH, KW, C, M) or (K, C, M).
        pointwise_kernel: (1, 1, C M, F) or (1, C M, F).
        strides: As in `conv`; for the depthwise step.
        padding: As in `depthwise_conv`.
        data_format: As in `conv`.
        dilation_rate: As in `conv`; for the depthwise step.

    Returns:
        (N, OH, OW, F) or (N, OL, F), or with the channels first.

    Raises:
        ShapeError: If the shapes don't fit each other.
        ValueError: As `conv`.

    Source: ``keras.ops.separable_conv``; Chollet 2017, "Xception".

    Example:
        >>> import minigrad as mg
        >>> x = mg.Tensor([[[1.0, 10.0], [2.0, 20.0]]])
        >>> mg.ops.separable_conv(x, [[[1.0], [2.0]]], [[[1.0], [1.0]]]).tolist()
        [[[21.0], [42.0]]]
    """
    between = depthwise_conv(inputs, depthwise_kernel, strides, padding, data_format, dilation_rate)
    return conv(between, pointwise_kernel, 1, "valid", data_format)


def conv_transpose(
    inputs: Any,
    kernel: Any,
    strides: Sizes = 1,
    padding: str = "valid",
    output_padding: Sizes | None = None,
    data_format: str | None = None,
    dilation_rate: Sizes = 1,
) -> Any:
    """Walk a convolution backward: each input adds a copy of the kernel, scaled by it, to the output.

    In one dimension: ``y[n, l, f]`` is the sum of ``inputs[n, i, c] kernel[a, f, c]`` over c and all (i, a)
    with ``l = i S + a - left``.
    This is `conv2d_input_gradient`, which has the derivatives.

    Args:
        inputs: As in `conv`.
        kernel: (KH, KW, F, C) or (K, F, C): filters before channels.
        strides: As in `conv`; the output is larger than the input by about this factor.
        padding: "valid", for the size ``(I - 1) S + max(K, S)``, or "same", for ``I S``. Any letter case.
        output_padding: Chooses another size, ``(I - 1) S + K + p`` for "valid" and
            ``(I - 1) S + K mod 2 + p`` for "same"; smaller than strides. Default None: as above.
        data_format: As in `conv`.
        dilation_rate: As in `conv`.

    Returns:
        (N, OH, OW, F) or (N, OL, F), or with the channels first.

    Raises:
        ShapeError: If the shapes don't fit each other.
        ValueError: As `conv`, and if output_padding is not smaller than strides.

    Source: ``keras.ops.conv_transpose``; Dumoulin & Visin 2016, chapter 4.

    Example:
        >>> import minigrad as mg
        >>> x = mg.ops.reshape(mg.Tensor([1.0, 2.0]), (1, 2, 1))
        >>> kernel = mg.ops.reshape(mg.Tensor([1.0, 10.0, 100.0]), (3, 1, 1))
        >>> mg.ops.conv_transpose(x, kernel, strides=2).numpy().ravel()
        array([  1.,  10., 102.,  20., 200.], dtype=float32)
    """
    name = "conv_transpose"
    found = layout(name, inputs, data_format)
    shape = shape_of(kernel)
    _check_rank(found, shape)
    _check_channels(found, shape[-1], shape)
    mode = padding_mode(name, padding)
    steps, dilation = _steps(found, strides, dilation_rate)
    if output_padding is not None:
        output_padding = found.integers("output_padding", output_padding, minimum=0)
    size, pads = transposed_window(name, found.spatial, shape[:-2], steps, mode, output_padding, dilation)
    output_shape = (found.shape[0], *as_2d(size), shape[-2])
    images, kernel = found.to_images(inputs), _kernel_2d(kernel, shape)
    options = (as_2d(steps), padding_2d(pads), as_2d(dilation))
    return found.from_images(conv2d_input_gradient(images, kernel, output_shape, *options))


# -- what they share -----------------------------------------------------------------------------


def as_conv2d(
    found: Layout,
    inputs: Any,
    kernel: Any,
    strides: Sizes,
    padding: str,
    dilation_rate: Sizes,
    groups: int | None,
) -> tuple[Any, Any, tuple[Shape, Padding, Shape, int]]:
    """Return Keras's arguments as those of `conv2d`: images, kernel, (strides, padding, dilation, groups).

    Raises:
        ShapeError: If inputs and kernel don't fit each other.
        ValueError: If an option is out of range.
    """
    shape: Shape = shape_of(kernel)
    options = conv2d_options(found, shape, strides, padding, dilation_rate, groups)
    return found.to_images(inputs), _kernel_2d(kernel, shape), options


@remembered
def conv2d_options(
    found: Layout, kernel: Shape, strides: Sizes, padding: str, dilation_rate: Sizes, groups: int | None
) -> tuple[Shape, Padding, Shape, int]:
    """Return strides, padding and dilation of (height, width) and the groups, checked; see `as_conv2d`."""
    _check_rank(found, kernel)
    groups = _groups(found, kernel, groups)
    accepted = ("valid", "same", "causal") if found.dimensions == 1 else ("valid", "same")
    mode = padding_mode(found.name, padding, accepted)
    steps, dilation = _steps(found, strides, dilation_rate)
    pads = window_padding(found.name, found.spatial, kernel[:-2], steps, mode, dilation)
    return as_2d(steps), padding_2d(pads), as_2d(dilation), groups


def _check_rank(found: Layout, shape: Shape) -> None:
    """Raise ShapeError unless the kernel has as many axes as the inputs."""
    if len(shape) != len(found.shape):
        axes = "(K, channels, filters)" if found.dimensions == 1 else "(KH, KW, channels, filters)"
        raise ShapeError(
            f"{found.name}: inputs of shape {found.shape} need a kernel of rank {len(found.shape)} {axes}; "
            f"got shape {shape}"
        )


def _check_channels(found: Layout, expected: int, kernel: Shape) -> None:
    if found.channels != expected:
        raise ShapeError(
            f"{found.name}: inputs have {found.channels} channels, the kernel expects {expected} "
            f"(inputs {found.shape}, kernel {kernel})"
        )


def _groups(found: Layout, kernel: Shape, groups: int | None) -> int:
    """Return the number of groups: what was given, checked, or what the channels imply."""
    each = kernel[-2]
    implied = found.channels // each if each and found.channels % each == 0 else 1
    groups = implied if groups is None else groups
    _check_channels(found, each * groups, kernel)
    return groups


def _steps(found: Layout, strides: Sizes, dilation_rate: Sizes) -> tuple[Shape, Shape]:
    """Return strides and dilation for each spatial axis."""
    steps, dilation = found.integers("strides", strides), found.integers("dilation_rate", dilation_rate)
    if max(steps) > 1 and max(dilation) > 1:
        raise ValueError(
            f"{found.name}: strides > 1 can't be combined with dilation_rate > 1; "
            f"got strides={strides}, dilation_rate={dilation_rate}"
        )
    return steps, dilation


def _kernel_2d(kernel: Any, shape: Shape) -> Any:
    """Return a kernel of 1 or 2 spatial axes as one of height and width."""
    return reshape(kernel, (1, *shape)) if len(shape) == 3 else kernel
