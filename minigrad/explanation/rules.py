"""What each kind of layer computes, in numbers: a rule for each.

Idea:    shapes and weights can be read off any layer. How its output's size comes about, and how many
         multiplications it takes, is told here by the layer's class; a class that isn't here has its
         shapes and weights only.
Before:  explanation/windows.py, layers/.  Next: explanation/explain.py.
"""

from __future__ import annotations

import functools
import math
from typing import Any, NamedTuple

from minigrad.explanation.formulas import Line, product, product_is
from minigrad.explanation.windows import axes_lines
from minigrad.layers.adaptive_pooling import (
    AdaptiveAveragePooling1D,
    AdaptiveAveragePooling2D,
    AdaptiveMaxPooling1D,
    AdaptiveMaxPooling2D,
)
from minigrad.layers.convolution import Conv1D, Conv2D
from minigrad.layers.dense import Dense
from minigrad.layers.depthwise import DepthwiseConv1D, DepthwiseConv2D
from minigrad.layers.embedding import Embedding
from minigrad.layers.global_pooling import (
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
)
from minigrad.layers.padding import Cropping1D, Cropping2D, ZeroPadding1D, ZeroPadding2D
from minigrad.layers.pooling import AveragePooling1D, AveragePooling2D, MaxPooling1D, MaxPooling2D
from minigrad.layers.prelu import PReLU
from minigrad.layers.reshaping import Flatten
from minigrad.layers.scale_and_shift import ScaleAndShift
from minigrad.layers.separable import SeparableConv1D, SeparableConv2D
from minigrad.layers.spatial import split_shape
from minigrad.layers.transposed_convolution import Conv1DTranspose, Conv2DTranspose
from minigrad.layers.upsampling import UpSampling1D, UpSampling2D
from minigrad.shapes import Shape, effective_size

_NO_WEIGHTS = "0: no input is multiplied with a weight"


class Arithmetic(NamedTuple):
    """What a rule says of a layer.

    Attributes:
        lines: How its output's size comes about.
        multiply_adds: Its multiplications of inputs with weights, for one example; None: not known.
        formula: How many these are, as text.
    """

    lines: list[Line]
    multiply_adds: int | None
    formula: str


@functools.singledispatch
def arithmetic(layer: Any, input_shape: Any, output_shape: Any) -> Arithmetic:
    """Return what a layer computes for an input of this shape (batch first).

    A layer without weights multiplies nothing with them; of others there must be a rule.
    """
    if getattr(layer, "variables", None):
        return Arithmetic([], None, f"not known for a {type(layer).__name__}")
    return Arithmetic([], 0, _NO_WEIGHTS)


def _spatial(layer: Any, shape: Shape) -> tuple[Shape, int]:
    layout = getattr(layer, "data_format", "channels_last")  # UpSampling1D knows no other
    _, spatial, channels = split_shape(type(layer).__name__, shape, len(shape) - 2, layout)
    return spatial, channels  # type: ignore[return-value]


def _by_axis(formulas: list[str]) -> list[Line]:
    """Return the lines of a formula for each axis; where two say the same, it is one."""
    if len(formulas) == 1:
        return [Line("length: output", formulas[0])]
    if formulas[0] == formulas[1]:
        return [Line("height and width: output", formulas[0])]
    return [Line(f"{name}: output", text) for name, text in zip(("height", "width"), formulas, strict=True)]


def _windows(layer: Any, input_shape: Shape) -> list[Line]:
    spatial, _ = _spatial(layer, input_shape)
    return axes_lines(spatial, layer.kernel_size, layer.strides, layer.dilation_rate, layer.padding)


@arithmetic.register(Conv1D)
@arithmetic.register(Conv2D)
def _(layer: Any, input_shape: Any, output_shape: Any) -> Arithmetic:
    _, channels = _spatial(layer, input_shape)
    each = (*layer.kernel_size, channels // layer.groups)
    lines = _windows(layer, input_shape)
    dot = f"a dot product of {product_is(each)} terms" + (" and the bias" if layer.use_bias else "")
    lines.append(Line("each output", dot))
    count = math.prod(output_shape[1:]) * math.prod(each)
    return Arithmetic(lines, count, f"{product(output_shape[1:])} outputs × {product(each)} = {count:,}")


@arithmetic.register(DepthwiseConv1D)
@arithmetic.register(DepthwiseConv2D)
def _(layer: Any, input_shape: Any, output_shape: Any) -> Arithmetic:
    each = layer.kernel_size
    lines = _windows(layer, input_shape)
    lines.append(Line("each output", f"a dot product of {product_is(each)} terms of one channel"))
    count = math.prod(output_shape[1:]) * math.prod(each)
    return Arithmetic(lines, count, f"{product(output_shape[1:])} outputs × {product(each)} = {count:,}")


@arithmetic.register(SeparableConv1D)
@arithmetic.register(SeparableConv2D)
def _(layer: Any, input_shape: Any, output_shape: Any) -> Arithmetic:
    _, channels = _spatial(layer, input_shape)
    places, filters = _spatial(layer, output_shape)
    between = channels * layer.depth_multiplier
    count = math.prod(places) * between * (math.prod(layer.kernel_size) + filters)
    formula = (
        f"{product(places)} places × ({product((*layer.kernel_size, between))} depthwise + "
        f"{product((between, filters))} pointwise) = {count:,}"
    )
    return Arithmetic(_windows(layer, input_shape), count, formula)


def _grown(size: int, span: int, stride: int, padding: str, extra: int | None) -> str:
    """Return the formula of a transposed convolution's output, extra being its output_padding."""
    steps, filled = "O = (I - 1)·S", f"({size} - 1)·{stride}"
    if extra is not None and padding == "same":
        whole = f"{steps} + F - 2·floor(F / 2) + output_padding"
        return f"{whole} = {filled} + {span} - 2·{span // 2} + {extra}"
    if extra is not None:
        return f"{steps} + F + output_padding = {filled} + {span} + {extra}"
    if padding == "same":
        return f"O = I·S = {size}·{stride}"
    return f"{steps} + max(F, S) = {filled} + max({span}, {stride})"


@arithmetic.register(Conv1DTranspose)
@arithmetic.register(Conv2DTranspose)
def _(layer: Any, input_shape: Any, output_shape: Any) -> Arithmetic:
    spatial, _ = _spatial(layer, input_shape)
    outputs, filters = _spatial(layer, output_shape)
    formulas = []
    for axis in range(layer.rank):
        span = effective_size(layer.kernel_size[axis], layer.dilation_rate[axis])
        extra = None if layer.output_padding is None else layer.output_padding[axis]
        formula = _grown(spatial[axis], span, layer.strides[axis], layer.padding, extra)
        formulas.append(f"{formula} = {outputs[axis]}")
    added = "is multiplied with the kernel, and the products are added to the output"
    lines = [*_by_axis(formulas), Line("each input", added)]
    each = (*layer.kernel_size, filters)
    count = math.prod(input_shape[1:]) * math.prod(each)
    return Arithmetic(lines, count, f"{product(input_shape[1:])} inputs × {product(each)} = {count:,}")


@arithmetic.register
def _(layer: Dense, input_shape: Any, output_shape: Any) -> Arithmetic:
    inputs = input_shape[-1]
    lines = [Line("each output", f"a dot product of {inputs:,} terms" + " and the bias" * layer.use_bias)]
    count = math.prod(output_shape[1:]) * inputs
    return Arithmetic(lines, count, f"{product(output_shape[1:])} outputs × {inputs} = {count:,}")


def _pooled(layer: Any) -> str:
    return "the largest" if "Max" in type(layer).__name__ else "the mean"


@arithmetic.register(MaxPooling1D)
@arithmetic.register(MaxPooling2D)
@arithmetic.register(AveragePooling1D)
@arithmetic.register(AveragePooling2D)
def _(layer: Any, input_shape: Any, output_shape: Any) -> Arithmetic:
    spatial, _ = _spatial(layer, input_shape)
    lines = axes_lines(spatial, layer.pool_size, layer.strides, (1,) * layer.rank, layer.padding)
    lines.append(
        Line("each output", f"{_pooled(layer)} of {product_is(layer.pool_size)} cells of one channel")
    )
    return Arithmetic(lines, 0, _NO_WEIGHTS)


@arithmetic.register(GlobalMaxPooling1D)
@arithmetic.register(GlobalMaxPooling2D)
@arithmetic.register(GlobalAveragePooling1D)
@arithmetic.register(GlobalAveragePooling2D)
def _(layer: Any, input_shape: Any, output_shape: Any) -> Arithmetic:
    spatial, _ = _spatial(layer, input_shape)
    lines = [Line("each output", f"{_pooled(layer)} of all {product_is(spatial)} cells of one channel")]
    return Arithmetic(lines, 0, _NO_WEIGHTS)


@arithmetic.register(AdaptiveMaxPooling1D)
@arithmetic.register(AdaptiveMaxPooling2D)
@arithmetic.register(AdaptiveAveragePooling1D)
@arithmetic.register(AdaptiveAveragePooling2D)
def _(layer: Any, input_shape: Any, output_shape: Any) -> Arithmetic:
    outputs, _ = _spatial(layer, output_shape)
    cells = f"{_pooled(layer)} of one channel's cells from floor(i·I / O) to ceil((i + 1)·I / O) - 1"
    lines = [
        *_by_axis([f"O = output_size = {size}" for size in outputs]),
        Line("each output, the i-th", cells),
    ]
    return Arithmetic(lines, 0, _NO_WEIGHTS)


@arithmetic.register(ZeroPadding1D)
@arithmetic.register(ZeroPadding2D)
@arithmetic.register(Cropping1D)
@arithmetic.register(Cropping2D)
def _(layer: Any, input_shape: Any, output_shape: Any) -> Arithmetic:
    (inputs, _), (outputs, _) = _spatial(layer, input_shape), _spatial(layer, output_shape)
    grows = isinstance(layer, ZeroPadding1D | ZeroPadding2D)
    borders, sign = (layer.padding, "+") if grows else (layer.cropping, "-")
    formulas = [
        f"O = I {sign} before {sign} after = {size} {sign} {before} {sign} {after} = {output}"
        for size, output, (before, after) in zip(
            inputs, outputs, borders if len(inputs) == 2 else (borders,), strict=True
        )
    ]
    return Arithmetic(_by_axis(formulas), 0, _NO_WEIGHTS)


@arithmetic.register(UpSampling1D)
@arithmetic.register(UpSampling2D)
def _(layer: Any, input_shape: Any, output_shape: Any) -> Arithmetic:
    (inputs, _), (outputs, _) = _spatial(layer, input_shape), _spatial(layer, output_shape)
    formulas = [
        f"O = I·size = {before}·{after // before} = {after}" if before else "O = I·size = 0"
        for before, after in zip(inputs, outputs, strict=True)
    ]
    return Arithmetic(_by_axis(formulas), 0, _NO_WEIGHTS)


@arithmetic.register
def _(layer: Flatten, input_shape: Any, output_shape: Any) -> Arithmetic:
    lines = [Line("output", product_is(input_shape[1:]))]
    return Arithmetic(lines, 0, "0: the numbers are only laid out in a row")


@arithmetic.register(ScaleAndShift)
@arithmetic.register(PReLU)
def _(layer: Any, input_shape: Any, output_shape: Any) -> Arithmetic:
    count = math.prod(output_shape[1:])
    return Arithmetic([], count, f"one for each of {product_is(output_shape[1:])} numbers")


@arithmetic.register
def _(layer: Embedding, input_shape: Any, output_shape: Any) -> Arithmetic:
    lines = [Line("each output", "a row of the table, looked up")]
    return Arithmetic(lines, 0, "0: rows are looked up, not multiplied")
