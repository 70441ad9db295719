"""Two-dimensional convolution and its gradients: what the rest of minigrad calls.

Idea:    check the arguments, choose the dtype to compute in, and leave the work to the file that knows how.
Shapes:  inputs (N, H, W, C), kernel (KH, KW, C // groups, F) -> (N, OH, OW, F)
Before:  reference.py (the definition as loops), conv_plan.py (what is chosen), conv_forward.py,
         conv_gradients.py, conv_separable.py, conv_strided.py, depthwise.py (the work).
Next:    window_reductions.py and pool.py.
Source:  lecture, "Convolution"; ``keras.ops.conv``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.errors import ShapeError
from minigrad.kernels import conv_forward, conv_gradients, depthwise
from minigrad.kernels.columns import Case, case
from minigrad.kernels.conv_plan import BackwardWay, backward_way, forward_way
from minigrad.kernels.conv_separable import Separable
from minigrad.kernels.conv_strided import Strided
from minigrad.kernels.windows import Array, compute_dtype, pairs
from minigrad.shapes import Padding, Shape

_NO_PADDING = ((0, 0), (0, 0))
_WAYS_BACK: dict[BackwardWay, type[conv_gradients.Gradients]] = {
    "depthwise": depthwise.Gradients,
    "separable": Separable,
    "strided": Strided,
    "columns": conv_gradients.Gradients,
}


def way_back(of: Case, needs: tuple[bool, bool, bool]) -> type[conv_gradients.Gradients]:
    """Return what computes the gradients that are needed, as `minigrad.kernels.conv_plan` chooses."""
    return _WAYS_BACK[backward_way(of, needs)]


def conv2d(
    x: Array,
    kernel: Array,
    strides: Shape = (1, 1),
    padding: Padding = _NO_PADDING,
    dilation: Shape = (1, 1),
    groups: int = 1,
    bias: Array | None = None,
    relu: bool = False,
) -> Array:
    """Return the cross-correlation of ``x`` with ``kernel``, plus ``bias``, through ReLU if asked.

    ``out[n, i, j, f] = bias[f] + sum_{a, b, c} x[n, h, w, c] kernel[a, b, c, f]``, ``h = i SH + a DH - top``
    and ``w = j SW + b DW - left``, where ``x`` is 0 outside its bounds and c runs over f's group of channels.

    Args:
        x: (N, H, W, C); any memory layout.
        kernel: (KH, KW, C // groups, F).
        strides: (SH, SW).
        padding: Zeros added, ((top, bottom), (left, right)).
        dilation: (DH, DW), the steps between a window's cells.
        groups: Both channels and filters are split into so many groups that don't see each other.
        bias: (F,) or None.
        relu: Whether negative results become 0.

    Returns:
        (N, OH, OW, F) of the common dtype. float16 is computed in float32, integers in float64.

    Raises:
        ShapeError: If the shapes don't fit each other.
        ValueError: If a stride, dilation or padding is out of range.
        DTypeError: If a dtype is not real.

    Source: ``keras.ops.conv``, with explicit padding.

    Example:
        >>> image = np.arange(1.0, 10.0, dtype=np.float32).reshape(1, 3, 3, 1)
        >>> conv2d(image, np.ones((2, 2, 1, 1), np.float32))[0, :, :, 0]
        array([[12., 16.],
               [24., 28.]], dtype=float32)
    """
    of = case("conv2d", x.shape, kernel.shape, tuple(strides), pairs(padding), tuple(dilation), groups)
    if bias is not None and bias.shape != (kernel.shape[3],):
        raise ShapeError(f"conv2d: bias must be of shape ({kernel.shape[3]},); got {bias.shape}")
    arrays = (x, kernel) if bias is None else (x, kernel, bias)
    result, dtype = compute_dtype("conv2d", *arrays)
    bias = None if bias is None else bias.astype(dtype, copy=False)
    out = np.empty(of.output_shape, dtype)
    forward = depthwise.forward if forward_way(of) == "depthwise" else conv_forward.forward
    forward(x, kernel, of, bias, relu, out)
    return out.astype(result, copy=False)


def conv2d_gradients(
    x: Array,
    g: Array,
    kernel: Array,
    strides: Shape = (1, 1),
    padding: Padding = _NO_PADDING,
    dilation: Shape = (1, 1),
    groups: int = 1,
    mask: Array | None = None,
    needs: tuple[bool, bool, bool] = (True, True, True),
) -> tuple[Array | None, Array | None, Array | None]:
    """Return the gradients of ``sum(g * conv2d(x, kernel, ..., bias))`` in one pass over the blocks.

    Args:
        x: (N, H, W, C), the input.
        g: (N, OH, OW, F), the output's gradient.
        kernel: (KH, KW, C // groups, F).
        strides: As in `conv2d`.
        padding: As in `conv2d`.
        dilation: As in `conv2d`.
        groups: As in `conv2d`.
        mask: None, or an array of g's shape, such as the output after ReLU: ``g`` counts only where
            it is > 0.
        needs: Which of the three gradients to compute; the others are None.

    Returns:
        The gradients of (x, kernel, bias), of their shapes.

    Raises:
        ShapeError: If the shapes don't fit each other.

    Example:
        >>> x, kernel = np.ones((1, 3, 3, 1)), np.ones((2, 2, 1, 1))
        >>> gx, gkernel, gbias = conv2d_gradients(x, np.ones((1, 2, 2, 1)), kernel)
        >>> gx[0, :, :, 0]
        array([[1., 2., 1.],
               [2., 4., 2.],
               [1., 2., 1.]])
        >>> float(gkernel[0, 0, 0, 0]), float(gbias[0])
        (4.0, 4.0)
    """
    of = case("conv2d", x.shape, kernel.shape, tuple(strides), pairs(padding), tuple(dilation), groups)
    return _gradients("conv2d_gradients", of, x, g, kernel, mask, needs)


def conv2d_input_gradient(
    g: Array,
    kernel: Array,
    input_shape: Shape,
    strides: Shape = (1, 1),
    padding: Padding = _NO_PADDING,
    dilation: Shape = (1, 1),
    groups: int = 1,
    mask: Array | None = None,
) -> Array:
    """Return the gradient of ``sum(g * conv2d(x, kernel))`` with respect to ``x``: a transposed convolution.

    ``gx[n, h, w, c]`` is the sum of ``g[n, i, j, f] kernel[a, b, c, f]`` over all (i, j, a, b, f) with
    ``h = i SH + a DH - top`` and ``w = j SW + b DW - left``.

    Args:
        g: (N, OH, OW, F).
        kernel: (KH, KW, C // groups, F).
        input_shape: (N, H, W, C), which strides leave open.
        strides: As in `conv2d`, and so on.
        padding: As in `conv2d`.
        dilation: As in `conv2d`.
        groups: As in `conv2d`.
        mask: As in `conv2d_gradients`.

    Returns:
        (N, H, W, C).

    Raises:
        ShapeError: If the shapes don't fit each other.

    Example:
        >>> kernel = np.arange(4.0).reshape(2, 2, 1, 1)
        >>> conv2d_input_gradient(np.ones((1, 1, 1, 1)), kernel, (1, 2, 2, 1))[0, :, :, 0]
        array([[0., 1.],
               [2., 3.]])
    """
    name = "conv2d_input_gradient"
    of = case(name, tuple(input_shape), kernel.shape, tuple(strides), pairs(padding), tuple(dilation), groups)
    gradients = _gradients(name, of, None, g, kernel, mask, (True, False, False))
    assert gradients[0] is not None
    return gradients[0]


def conv2d_kernel_gradient(
    x: Array,
    g: Array,
    kernel_size: Shape,
    strides: Shape = (1, 1),
    padding: Padding = _NO_PADDING,
    dilation: Shape = (1, 1),
    groups: int = 1,
    mask: Array | None = None,
) -> Array:
    """Return the gradient of ``sum(g * conv2d(x, kernel))`` with respect to ``kernel``.

    ``gkernel[a, b, c, f] = sum_{n, i, j} x[n, i SH + a DH - top, j SW + b DW - left, c] g[n, i, j, f]``

    Args:
        x: (N, H, W, C).
        g: (N, OH, OW, F).
        kernel_size: (KH, KW), which strides leave open.
        strides: As in `conv2d`, and so on.
        padding: As in `conv2d`.
        dilation: As in `conv2d`.
        groups: As in `conv2d`.
        mask: As in `conv2d_gradients`.

    Returns:
        (KH, KW, C // groups, F).

    Raises:
        ShapeError: If the shapes don't fit each other.

    Example:
        >>> x = np.arange(4.0).reshape(1, 2, 2, 1)
        >>> conv2d_kernel_gradient(x, np.ones((1, 1, 1, 1)), (2, 2))[:, :, 0, 0]
        array([[0., 1.],
               [2., 3.]])
    """
    name = "conv2d_kernel_gradient"
    if x.ndim != 4 or g.ndim != 4:
        raise ShapeError(f"{name}: inputs and g must have 4 axes; got shapes {x.shape} and {g.shape}")
    shape = (*kernel_size, x.shape[3] // max(1, groups), g.shape[3])
    of = case(name, x.shape, shape, tuple(strides), pairs(padding), tuple(dilation), groups)
    gradients = _gradients(name, of, x, g, None, mask, (False, True, False))
    assert gradients[1] is not None
    return gradients[1]


def _gradients(
    name: str,
    of: Case,
    x: Array | None,
    g: Array,
    kernel: Array | None,
    mask: Array | None,
    needs: tuple[bool, bool, bool],
) -> tuple[Array | None, Array | None, Array | None]:
    if g.shape != of.output_shape:
        raise ShapeError(f"{name}: g must be of the output's shape {of.output_shape}; got {g.shape}")
    if mask is not None and mask.shape != g.shape:
        raise ShapeError(f"{name}: mask must be of g's shape {g.shape}; got {mask.shape}")
    arrays = [array for array in (x, g, kernel) if array is not None]
    result, dtype = compute_dtype(name, *arrays)
    source = conv_gradients.OutputGradient(g, mask)
    gradients: list[Any] = way_back(of, needs)(of, x, source, kernel, needs, dtype).run()
    return tuple(None if one is None else one.astype(result, copy=False) for one in gradients)  # type: ignore[return-value]
