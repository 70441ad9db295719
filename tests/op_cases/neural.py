"""Calls of the ops of neural networks: convolution, pooling, softmax, crossentropy, normalization."""

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from minigrad.kernels import conv, pool
from minigrad.kernels.windows import windows
from minigrad.shapes import window_padding
from minigrad.testing.strategies import arrays, conv2d_configs, shapes
from op_cases.call import Call, case

# -- convolution ---------------------------------------------------------------------------------


@st.composite
def convolutions(draw):
    """Arrays x, kernel, g, and the options strides, padding, dilation, groups."""
    config = draw(conv2d_configs(max_size=5, data_formats=("channels_last",)))
    spatial = config.inputs[1:3]
    padding = window_padding(
        "conv2d", spatial, config.kernel[:2], config.strides, config.padding, config.dilation_rate
    )
    options = (config.strides, padding, config.dilation_rate, config.groups)
    batch = draw(st.sampled_from((*range(config.inputs[0] + 1), config.inputs[0])))  # empty now and then
    x, kernel = draw(arrays((batch, *config.inputs[1:]))), draw(arrays(config.kernel))
    return x, kernel, draw(arrays(conv.conv2d(x, kernel, *options).shape)), options


def bias_away_from_kinks(before):
    """A bias for each filter that puts 0 in the middle of the widest gap between its values."""
    bias = []
    for values in np.sort(before.reshape(-1, before.shape[-1]), axis=0).T:
        values = np.concatenate([[-10.0], values, [10.0]])
        widest = np.argmax(np.diff(values))
        bias.append(-(values[widest] + values[widest + 1]) / 2)
        assume(values[widest + 1] - values[widest] > 0.1)
    return np.array(bias)


@case("conv2d")
def _(draw):
    x, kernel, _, options = draw(convolutions())
    bias = draw(st.sampled_from((None, "drawn", "relu")))
    if bias == "relu":
        return Call((x, kernel, bias_away_from_kinks(conv.conv2d(x, kernel, *options)), *options, True))
    return Call((x, kernel, bias and draw(arrays((kernel.shape[3],))), *options))


@case("conv2d_max_pool2d")
def _(draw):
    x, kernel, _, options = draw(convolutions())
    size = tuple(draw(st.integers(1, one)) for one in (2, 2))
    full = conv.conv2d(x, kernel, *options)
    assume(full.shape[1] >= size[0] and full.shape[2] >= size[1])
    one_channel = np.sort(full.reshape(len(full), full.shape[1] * full.shape[2], full.shape[3]), axis=1)
    assume(np.diff(one_channel, axis=1).min(initial=1.0) > 0.01)  # no ties in a window
    bias = bias_away_from_kinks(full) if draw(st.booleans()) else None
    return Call((x, kernel, bias, *options, bias is not None, size, draw(st.sampled_from((size, (1, 1))))))


@case("conv2d_input_gradient")
def _(draw):
    x, kernel, g, options = draw(convolutions())
    mask = draw(st.sampled_from((None, np.sin(np.arange(float(g.size))).reshape(g.shape))))
    return Call((g, kernel, x.shape, *options, mask))


@case("conv2d_kernel_gradient")
def _(draw):
    x, kernel, g, options = draw(convolutions())
    mask = draw(st.sampled_from((None, np.sin(np.arange(float(g.size))).reshape(g.shape))))
    return Call((x, g, kernel.shape[:2], *options, mask))


# -- pooling -------------------------------------------------------------------------------------


@st.composite
def poolings(draw):
    """The input's and output's shape, and the options pool_size, strides, padding."""
    size = (draw(st.integers(1, 3)), draw(st.integers(1, 3)))
    strides = draw(st.sampled_from((size, (1, 1), (1, 3), (2, 1))))
    mode = draw(st.sampled_from(("valid", "same")))
    low = size if mode == "valid" else (1, 1)
    spatial = (draw(st.integers(low[0], 5)), draw(st.integers(low[1], 5)))
    shape = (draw(st.sampled_from((1, 2, 2, 0))), *spatial, draw(st.integers(1, 2)))
    options = (size, strides, window_padding("pool", spatial, size, strides, mode))
    return shape, (shape[0], *windows("pool", shape, *options).output, shape[3]), options


@case("max_pool2d")
def _(draw):
    shape, _, options = draw(poolings())
    return Call((draw(arrays(shape, -5.0, 5.0, separation=0.03)), *options))


@st.composite
def indices(draw):
    """As poolings, and the index of a maximum for each output."""
    shape, output, options = draw(poolings())
    _, index = pool.max_pool2d(draw(arrays(shape)), *options)
    return shape, output, index, options


@case("window_scatter")
def _(draw):
    shape, output, index, options = draw(indices())
    return Call((draw(arrays(output)), index, shape, *options))


@case("window_gather")
def _(draw):
    shape, _, index, options = draw(indices())
    return Call((draw(arrays(shape)), index, *options))


@case("average_pool2d")
def _(draw):
    shape, _, options = draw(poolings())
    return Call((draw(arrays(shape)), *options))


@case("average_pool2d_gradient")
def _(draw):
    shape, output, options = draw(poolings())
    return Call((draw(arrays(output)), shape, *options))


# -- probabilities -------------------------------------------------------------------------------


@case("softmax")
def _(draw):
    shape = (2, *draw(shapes(max_ndim=2)))  # a single number to choose from is warned of
    shape = shape[::-1] if draw(st.booleans()) else shape
    two = shape.index(2)
    axis = draw(st.sampled_from((two, two - len(shape), (0, len(shape) - 1) if len(shape) > 1 else (0,))))
    return Call((draw(arrays(shape)), axis))


@case("log_softmax")
def _(draw):
    shape = draw(shapes(min_ndim=1))
    axes = st.integers(-len(shape), len(shape) - 1)
    return Call((draw(arrays(shape)), draw(axes | st.just(tuple(range(len(shape)))))))


@case("sparsemax")
def _(draw):
    shape = draw(shapes(min_ndim=1))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    x = draw(arrays(shape))
    for row in np.moveaxis(x, axis, -1).reshape(-1, shape[axis]) if x.size else ():
        # The threshold t solves sum max(x - t, 0) = 1, and there is a kink where a number crosses it.
        low, high = row.max() - 1.0, row.max()
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if np.maximum(row - middle, 0).sum() > 1 else (low, middle)
        assume(np.abs(row - low).min() > 0.02)
    return Call((x, axis))


# -- crossentropy --------------------------------------------------------------------------------


@case("softmax_crossentropy")
def _(draw):
    shape = draw(shapes(min_ndim=1))
    return Call((draw(arrays(shape, 0.0, 1.0)), draw(arrays(shape)), draw(st.integers(0, len(shape) - 1))))


@case("sparse_softmax_crossentropy")
def _(draw):
    shape = draw(shapes(min_ndim=1))
    axis = draw(st.integers(0, len(shape) - 1))
    assume(shape[axis] > 0)
    labels = np.arange(np.prod(shape) // shape[axis]) % shape[axis]
    return Call((labels.reshape(shape[:axis] + shape[axis + 1 :]), draw(arrays(shape)), axis))


@case("sigmoid_crossentropy")
def _(draw):
    shape = draw(shapes())
    return Call((draw(arrays(shape, 0.0, 1.0)), draw(arrays(shape))))


# -- normalization -------------------------------------------------------------------------------


@case("moments")
def _(draw):
    shape = draw(shapes(min_ndim=1, min_size=1))
    axes = draw(st.lists(st.integers(0, len(shape) - 1), unique=True))
    return Call((draw(arrays(shape)), axes, draw(st.booleans())))


@case("batch_normalization")
def _(draw):
    shape = draw(shapes(min_ndim=1, max_ndim=4, max_size=3))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    channels = (shape[axis],)
    x, mean, variance = draw(arrays(shape)), draw(arrays(channels)), draw(arrays(channels, 0.3, 3.0))
    offset, scale = (draw(arrays(channels)) if draw(st.booleans()) else None for _ in range(2))
    return Call((x, mean, variance, axis, offset, scale, draw(st.sampled_from((1e-3, 0.5)))))


@case("normalize_groups")
def _(draw):
    groups, size = draw(st.integers(1, 2)), draw(st.integers(1, 3))
    channels = groups * size
    axis, places = draw(st.sampled_from((1, 2))), draw(st.integers(1, 3))
    x = draw(arrays((draw(st.integers(0, 3)), *((channels, places) if axis == 1 else (places, channels)))))
    scale, offset = (draw(arrays((channels,))) if draw(st.booleans()) else None for _ in range(2))
    return Call((x, scale, offset, groups, draw(st.sampled_from((0.1, 0.5))), axis))


@case("normalize_batch")
def _(draw):
    shape = draw(shapes(min_ndim=1, max_ndim=4, min_size=1, max_size=3))
    channels = (shape[draw(st.integers(0, len(shape) - 1))],)
    axis = shape.index(channels[0])
    offset, scale = (draw(arrays(channels)) if draw(st.booleans()) else None for _ in range(2))
    return Call((draw(arrays(shape)), axis, offset, scale, draw(st.sampled_from((0.1, 0.5)))))
