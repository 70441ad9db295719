"""What to test each layer with: one line for every public class of `minigrad.layers`.

Idea:    a line says which arguments a layer takes, and which inputs suit them. All else (its name, the
         layer, the numbers) is the same for all.
Before:  testing/strategies/windows.py.  Next: testing/strategies/layers.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from minigrad import ops
from minigrad.serialization import register_keras_serializable
from minigrad.shapes import Shape
from minigrad.testing.strategies.windows import (
    ACTIVATIONS,
    PENALTIES,
    SIZE,
    Case,
    Entry,
    convolution,
    images,
    pooling,
    transposed,
)

_FLAG = st.booleans()
_RATE = st.sampled_from([0.0, 0.3, 0.5, 0.8])
_FACTOR = st.sampled_from([0.1, 0.3, (0.0, 0.2), (-0.2, -0.1)])
_RANGE = st.just((-3, 3))
_FILL = st.sampled_from(["reflect", "wrap", "constant", "nearest"])
_BETWEEN = st.sampled_from(["bilinear", "nearest"])


# -- inputs of any form ----------------------------------------------------------------------------


@st.composite
def examples(draw: st.DrawFn, least: int = 0, most: int = 3, size: st.SearchStrategy[int] = SIZE) -> Shape:
    """Draw the shape of a batch of examples: at least and at most so many axes, of such sizes."""
    return (draw(SIZE), *draw(st.lists(size, min_size=least, max_size=most)))


def case(inputs: st.SearchStrategy[Any], **arguments: st.SearchStrategy[Any]) -> Entry:
    """Draw inputs and arguments, each by itself."""
    return st.tuples(st.fixed_dictionaries(arguments), inputs)


@st.composite
def along_axes(
    draw: st.DrawFn,
    /,
    several: bool = False,
    size: st.SearchStrategy[int] = SIZE,
    **arguments: st.SearchStrategy[Any],
) -> Case:
    """Draw an input and an axis of it, the batch's excepted; where the layer takes several, also a list."""
    shape = draw(examples(1, size=size))
    axis: Any = draw(st.integers(1, len(shape) - 1) | st.just(-1))
    if several and draw(_FLAG):
        axis = sorted(draw(st.sets(st.integers(1, len(shape) - 1), min_size=1)))
    return {"axis": axis} | {name: draw(strategy) for name, strategy in arguments.items()}, shape


@st.composite
def merged(draw: st.DrawFn, least: int = 2, most: int = 3) -> Case:
    """Draw several inputs that broadcast together."""
    shape = draw(examples(1))
    count = draw(st.integers(least, most))
    inputs = [(shape[0], *(draw(st.sampled_from((size, 1))) for size in shape[1:])) for _ in range(count)]
    return {}, [shape, *inputs[1:]]


@st.composite
def joined(draw: st.DrawFn) -> Case:
    """Draw several inputs of one shape but for an axis."""
    shape = draw(examples(1))
    axis = draw(st.integers(1, len(shape) - 1))
    sizes = draw(st.lists(SIZE, min_size=2, max_size=3))
    inputs = [(*shape[:axis], size, *shape[axis + 1 :]) for size in sizes]
    return {"axis": axis - draw(st.sampled_from((0, len(shape))))}, inputs


@st.composite
def dotted(draw: st.DrawFn) -> Case:
    """Draw two inputs with an axis of the same size."""
    first, second = draw(examples(1, 2)), draw(examples(1, 2))
    axes = [draw(st.integers(1, len(shape) - 1)) for shape in (first, second)]
    second = (first[0], *second[1 : axes[1]], first[axes[0]], *second[axes[1] + 1 :])
    return {"axes": axes, "normalize": draw(_FLAG)}, [first, second]


# -- inputs that suit an argument ------------------------------------------------------------------


@st.composite
def embedded(draw: st.DrawFn) -> Case:
    """Draw a table's size, and numbers of its rows."""
    rows, columns = draw(st.integers(1, 4)), draw(SIZE)
    shape = draw(examples(0, 2))
    numbers = draw(
        st.lists(st.integers(0, rows - 1), min_size=int(np.prod(shape)), max_size=int(np.prod(shape)))
    )
    arguments = {"input_dim": rows, "output_dim": columns, "embeddings_regularizer": draw(PENALTIES)}
    return arguments, np.array(numbers, np.int32).reshape(shape)


@st.composite
def grouped(draw: st.DrawFn) -> Case:
    """Draw channels that can be divided into groups."""
    groups, size = draw(SIZE), draw(SIZE)
    spatial = draw(st.lists(SIZE, max_size=2))
    groups = -1 if size == 1 and draw(_FLAG) else groups
    shape = (draw(SIZE), *spatial, abs(groups) * size)
    return {"groups": groups, "center": draw(_FLAG), "scale": draw(_FLAG)}, shape


@st.composite
def normalized_features(draw: st.DrawFn) -> Case:
    """Draw means and variances for the last axis."""
    shape = draw(examples(1))
    count = shape[-1]
    mean = draw(st.lists(st.floats(-1, 1), min_size=count, max_size=count))
    variance = draw(st.lists(st.floats(0.5, 2), min_size=count, max_size=count))
    return {"axis": -1, "mean": mean, "variance": variance, "invert": draw(_FLAG)}, shape


@st.composite
def shared_slopes(draw: st.DrawFn) -> Case:
    """Draw an input and axes along which a slope is shared."""
    shape = draw(examples(1))
    axes = sorted(draw(st.sets(st.integers(1, len(shape) - 1))))
    return {"shared_axes": axes or None, "alpha_regularizer": draw(PENALTIES)}, shape


@st.composite
def reshaped(draw: st.DrawFn) -> Case:
    """Draw an input and another shape for it, one size of which may be left open."""
    shape = draw(examples(1))
    target = list(draw(st.permutations(shape[1:])))
    if draw(_FLAG):
        target[draw(st.integers(0, len(target) - 1))] = -1
    return {"target_shape": target}, shape


@st.composite
def permuted(draw: st.DrawFn) -> Case:
    """Draw an input and another order of its axes."""
    shape = draw(examples(1))
    return {"dims": draw(st.permutations(range(1, len(shape))))}, shape


@st.composite
def thinned(draw: st.DrawFn) -> Case:
    """Draw a rate of dropping out, and perhaps a shape of the mask, in which sizes of 1 are broadcast."""
    shape = draw(examples(1))
    mask = [draw(st.sampled_from((None, size, 1))) for size in shape]
    return {"rate": draw(_RATE), "noise_shape": draw(st.none() | st.just(mask)), "seed": 3}, shape


@register_keras_serializable("minigrad.testing")
def bend(x: Any, factor: float = 1.0) -> Any:
    """Return ``x tanh(factor x)``: what the `Lambda` of the table computes."""
    return x * ops.tanh(factor * x)


# -- the table -------------------------------------------------------------------------------------

_any = examples()
_rows = examples(1)
_border = st.integers(0, 2) | st.tuples(st.integers(0, 2), st.integers(0, 2))
_ends = st.tuples(st.integers(0, 1), st.integers(0, 1))
_crop = st.integers(0, 1) | _ends
_two: dict[str, Any] = {"center": _FLAG, "scale": _FLAG}
_depthwise: dict[str, Any] = {"kernel": "depthwise", "depth_multiplier": st.integers(1, 2)}

TABLE: dict[str, Entry] = {
    # the plain ones
    "Activation": case(_rows, activation=st.sampled_from(["tanh", "relu", "elu", "swish", "softsign"])),
    "ActivityRegularization": case(_rows, l1=_RATE, l2=_RATE),
    "Dense": case(
        examples(1),
        units=SIZE,
        activation=ACTIVATIONS,
        use_bias=_FLAG,
        kernel_regularizer=PENALTIES,
        bias_regularizer=PENALTIES,
        activity_regularizer=PENALTIES,
    ),
    "Embedding": embedded(),
    "Identity": case(_any),
    "InputLayer": case(st.just((2, 3)), shape=st.sampled_from([(3,), (None,)])),
    "Lambda": case(
        _rows, function=st.just(bend), arguments=st.none() | st.just({"factor": 0.5}), output_shape=st.none()
    ),
    # rectifiers and the like
    "ELU": case(_any, alpha=st.floats(0.5, 2)),
    "LeakyReLU": case(_any, negative_slope=st.floats(0, 0.5)),
    "PReLU": shared_slopes(),
    "ReLU": case(
        _any,
        max_value=st.none() | st.floats(0.5, 2),
        negative_slope=st.floats(0, 0.5),
        threshold=st.floats(0, 0.3),
    ),
    "Softmax": along_axes(size=st.integers(2, 3)),  # of a single number it warns
    # convolutions
    "Conv1D": convolution(1, grouped=True, filters=SIZE),
    "Conv2D": convolution(2, grouped=True, filters=SIZE),
    "Conv1DTranspose": transposed(1),
    "Conv2DTranspose": transposed(2),
    "DepthwiseConv1D": convolution(1, **_depthwise),
    "DepthwiseConv2D": convolution(2, **_depthwise),
    "SeparableConv1D": convolution(1, **_depthwise, filters=SIZE, pointwise_regularizer=PENALTIES),
    "SeparableConv2D": convolution(2, **_depthwise, filters=SIZE, pointwise_regularizer=PENALTIES),
    # pooling
    "AdaptiveAveragePooling1D": images(1, output_size=SIZE),
    "AdaptiveAveragePooling2D": images(2, output_size=SIZE | st.tuples(SIZE, SIZE)),
    "AdaptiveMaxPooling1D": images(1, output_size=SIZE),
    "AdaptiveMaxPooling2D": images(2, output_size=SIZE | st.tuples(SIZE, SIZE)),
    "AveragePooling1D": pooling(1),
    "AveragePooling2D": pooling(2),
    "GlobalAveragePooling1D": images(1, keepdims=_FLAG),
    "GlobalAveragePooling2D": images(2, keepdims=_FLAG),
    "GlobalMaxPooling1D": images(1, keepdims=_FLAG),
    "GlobalMaxPooling2D": images(2, keepdims=_FLAG),
    "MaxPooling1D": pooling(1),
    "MaxPooling2D": pooling(2),
    # shapes
    "Cropping1D": images(1, data_format=False, sizes=st.integers(3, 5), cropping=_crop),
    "Cropping2D": images(2, sizes=st.integers(3, 5), cropping=_crop | st.tuples(_ends, _ends)),
    "Flatten": images(2),
    "Permute": permuted(),
    "RepeatVector": case(st.tuples(SIZE, SIZE), n=SIZE),
    "Reshape": reshaped(),
    "UpSampling1D": images(1, data_format=False, size=SIZE),
    "UpSampling2D": images(2, size=SIZE | st.tuples(SIZE, SIZE), interpolation=_BETWEEN),
    "ZeroPadding1D": images(1, padding=_border),
    "ZeroPadding2D": images(2, padding=_border),
    # several inputs
    "Add": merged(),
    "Average": merged(),
    "Concatenate": joined(),
    "Dot": dotted(),
    "Maximum": merged(),
    "Minimum": merged(),
    "Multiply": merged(),
    "Subtract": merged(most=2),
    # normalization
    "BatchNormalization": along_axes(momentum=_RATE, **_two),
    "GroupNormalization": grouped(),
    "LayerNormalization": along_axes(several=True, **_two),
    "Normalization": normalized_features(),
    "RMSNormalization": along_axes(several=True),
    "Rescaling": case(_any, scale=st.floats(-2, 2), offset=st.floats(-1, 1)),
    "UnitNormalization": along_axes(several=True),
    # randomness
    "AlphaDropout": thinned(),
    "Dropout": thinned(),
    "GaussianDropout": case(_rows, rate=_RATE, seed=st.none() | st.integers(0, 9)),
    "GaussianNoise": case(_rows, stddev=_RATE, seed=st.none() | st.integers(0, 9)),
    "RandomBrightness": images(2, factor=st.sampled_from([0.1, 0.3]), value_range=_RANGE),
    "RandomContrast": images(2, factor=st.sampled_from([0.1, (0.1, 0.3)]), value_range=_RANGE),
    "RandomFlip": images(2, mode=st.sampled_from(["horizontal", "vertical", "horizontal_and_vertical"])),
    "RandomRotation": images(2, factor=_FACTOR, fill_mode=_FILL, interpolation=_BETWEEN),
    "RandomTranslation": images(
        2, height_factor=_FACTOR, width_factor=_FACTOR, fill_mode=_FILL, interpolation=_BETWEEN
    ),
    "RandomZoom": images(2, height_factor=_FACTOR, fill_mode=_FILL, interpolation=_BETWEEN),
    "SpatialDropout1D": images(1, data_format=False, rate=_RATE),
    "SpatialDropout2D": images(2, rate=_RATE),
}
"""For each public layer, by its class's name, a strategy of (arguments, inputs)."""
