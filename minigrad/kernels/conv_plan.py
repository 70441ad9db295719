"""Which way a convolution and its gradients are computed: the one place where that is chosen.

Idea:    each way is right for the shapes that it says it can do, and the tests prove it equal to the loops of
         reference.py. Which one is fastest was measured, and depends on sizes alone.
Before:  columns.py (the sizes).
Next:    conv_forward.py, conv_gradients.py, conv_separable.py, conv_strided.py, depthwise.py (the ways).
"""

from __future__ import annotations

from typing import Literal

from minigrad.kernels.columns import Case

ForwardWay = Literal["depthwise", "rows", "columns"]
BackwardWay = Literal["depthwise", "separable", "strided", "columns"]

_TALL = 5  # kernel rows from which on to add that many arrays is cheaper than to copy so many more cells
_SQUARE = 32  # columns of one kernel row from which on BLAS is at its full speed


def forward_way(of: Case) -> ForwardWay:
    """Return how this convolution is computed.

    =============  =====================================================================
    ``depthwise``  every channel on its own: there is no product to be made
    ``rows``       stride 1 and a large kernel: `conv_forward.by_rows`
    ``columns``    all others: `conv_forward.by_columns`
    =============  =====================================================================
    """
    if of.depthwise:
        return "depthwise"
    high, wide, channels, _ = of.kernel
    w = of.windows
    large = high >= _TALL and wide * channels >= _SQUARE
    cells = w.output[0] * w.output[1] * row_cells(of)  # a block cut from an image repeats rows at its edges
    return "rows" if large and w.strides == (1, 1) and cells <= of.block_cells(row_cells(of)) else "columns"


def row_cells(of: Case) -> int:
    """Return how many cells `conv_forward.by_rows` needs for each output position."""
    high, wide, channels, filters = of.kernel
    return wide * channels * of.groups + (high + 1) * filters


def backward_way(of: Case, needs: tuple[bool, bool, bool]) -> BackwardWay:
    """Return how the gradients are computed; ``needs``: whether that of the input, the kernel, the bias.

    =============  =====================================================================
    ``depthwise``  every channel on its own: `depthwise.Gradients`
    ``separable``  stride 1: fewer copies, squarer products: `conv_separable.Separable`
    ``strided``    windows that overlap at a stride: `conv_strided.Strided`
    ``columns``    all others, or no input's gradient: `conv_gradients.Gradients`
    =============  =====================================================================
    """
    if of.depthwise:
        return "depthwise"
    if needs[0] and separable(of):
        return "separable"
    if needs[0] and strided(of):
        return "strided"
    return "columns"


def separable(of: Case) -> bool:
    """Return whether `Separable` can do it, a 1x1 kernel aside: stride 1, no padding beyond the window."""
    w = of.windows
    reach = [(size - 1) * step for size, step in zip(w.size, w.dilation, strict=True)]
    fits = all(max(pair) <= span for pair, span in zip(w.padding, reach, strict=True))
    return fits and w.strides == (1, 1) and w.size != (1, 1)


def strided(of: Case) -> bool:
    """Return whether `Strided` can do it (no dilation) and has something to gain (windows overlap)."""
    w = of.windows
    overlapping = all(size > stride for size, stride in zip(w.size, w.strides, strict=True))
    return overlapping and w.dilation == (1, 1)
