"""Convolutional layers of all kinds: the lecture's formulas, what one is to another, what is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad import layers
from minigrad.errors import ShapeError, UnknownArgumentError, UnknownNameError
from minigrad.testing import check_gradients

ONE = (layers.Conv1D, layers.Conv1DTranspose, layers.DepthwiseConv1D, layers.SeparableConv1D)
TWO = (layers.Conv2D, layers.Conv2DTranspose, layers.DepthwiseConv2D, layers.SeparableConv2D)
ALL = (*ONE, *TWO)
WINDOWED = tuple(cls for cls in ALL if "Transpose" not in cls.__name__)


def make(cls, kernel_size=3, filters=4, **arguments):
    """Return a layer of any of the classes; depthwise ones have no filters."""
    if "Depthwise" in cls.__name__:
        return cls(kernel_size, **arguments)
    return cls(filters, kernel_size, **arguments)


def inputs_for(cls, size=6, channels=3, dtype=np.float64):
    shape = (2, *(size,) * cls.rank, channels)
    return np.random.default_rng(0).normal(size=shape).astype(dtype)


def test_the_lectures_1d_convolution():
    layer = layers.Conv1D(1, 3)
    layer.build((None, 5, 1))
    layer.set_weights([np.array([2.0, 3.0, 5.0]).reshape(3, 1, 1), np.zeros(1)])
    x = np.array([1.0, 2.0, 4.0, 8.0])
    # y_0 = x0 w0 + x1 w1 + x2 w2, y_1 = x1 w0 + x2 w1 + x3 w2
    np.testing.assert_array_equal(layer(x.reshape(1, 4, 1)).numpy().ravel(), [28.0, 56.0])


@pytest.mark.parametrize("dilation_rate", [1, 2])
@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_causal_outputs_do_not_see_later_inputs(dilation_rate, data_format):
    layer = layers.Conv1D(
        4, 3, padding="CAUSAL", dilation_rate=dilation_rate, data_format=data_format, dtype="float64"
    )
    x = np.random.default_rng(1).normal(size=(2, 8, 3))
    later = x.copy()
    later[:, 5:] += 1.0
    first = data_format == "channels_first"

    def steps(values):
        y = layer(values.swapaxes(1, 2) if first else values).numpy()
        return y.swapaxes(1, 2) if first else y

    before, after = steps(x), steps(later)
    assert before.shape == (2, 8, 4)
    np.testing.assert_array_equal(before[:, :5], after[:, :5])
    assert np.all(np.any(before[:, 5:] != after[:, 5:], axis=-1))


def test_a_sequence_layer_is_the_image_layer_on_images_of_height_one():
    x = inputs_for(layers.Conv1D)
    for one, two in zip(ONE, TWO, strict=True):
        flat, tall = make(one, padding="same"), make(two, kernel_size=(1, 3), padding="same")
        y = flat(x)
        tall.build((None, 1, 6, 3))
        shapes = [weight.shape for weight in tall.weights]
        tall.set_weights([w.reshape(shape) for w, shape in zip(flat.get_weights(), shapes, strict=True)])
        np.testing.assert_array_equal(tall(x[:, None]).numpy()[:, 0], y)


@given(
    strides=st.integers(1, 3),
    kernel_size=st.integers(1, 4),
    padding=st.sampled_from(("valid", "same")),
    size=st.integers(4, 7),
)
def test_a_transposed_convolution_is_the_adjoint(strides, kernel_size, padding, size):
    """``sum y conv(x) = sum x conv_transpose(y)``, for each x of a size that the strides don't cut."""
    options = {"strides": strides, "padding": padding, "use_bias": False, "dtype": "float64"}
    back = layers.Conv2DTranspose(3, kernel_size, **options)
    y = np.random.default_rng(size).normal(size=(2, size, size, 5))
    x = np.random.default_rng(0).normal(size=back(y).shape)
    forth = layers.Conv2D(5, kernel_size, **options)
    forth.build(x.shape)
    forth.kernel.assign(back.kernel)
    np.testing.assert_allclose(np.sum(y * forth(x).numpy()), np.sum(x * back(y).numpy()), rtol=1e-11)


@pytest.mark.parametrize("cls", [layers.SeparableConv1D, layers.SeparableConv2D])
def test_a_separable_convolution_is_a_depthwise_one_and_a_small_one(cls):
    x = inputs_for(cls)
    layer = make(cls, strides=2, padding="same", depth_multiplier=2, activation="relu", dtype="float64")
    layer.bias_initializer = mg.initializers.get("random_normal")
    y = layer(x)
    one = cls.rank == 1
    depthwise = (layers.DepthwiseConv1D if one else layers.DepthwiseConv2D)(
        3, strides=2, padding="same", depth_multiplier=2, use_bias=False, dtype="float64"
    )
    pointwise = (layers.Conv1D if one else layers.Conv2D)(4, 1, activation="relu", dtype="float64")
    pointwise(depthwise(x))
    depthwise.set_weights([layer.depthwise_kernel.numpy()])
    pointwise.set_weights([layer.pointwise_kernel.numpy(), layer.bias.numpy()])
    assert np.any(y.numpy() == 0)
    assert np.any(layer.bias.numpy() != 0)
    np.testing.assert_allclose(pointwise(depthwise(x)), y, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("cls", ALL)
@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_derivatives(cls, data_format):
    layer = make(cls, strides=2, padding="same", activation="tanh", data_format=data_format, dtype="float64")
    x = inputs_for(cls, size=5)
    x = np.moveaxis(x, -1, 1) if data_format == "channels_first" else x
    layer(x)
    check_gradients(lambda x, *weights: layer(x), x, *layer.weights)


@pytest.mark.parametrize("cls", ALL)
@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_relu_within_the_layer_is_relu_after_it(cls, data_format):
    plain = make(cls, padding="same", data_format=data_format, bias_initializer="random_normal")
    fused = make(cls, padding="same", data_format=data_format, activation="relu")
    x = mg.Tensor(inputs_for(cls, dtype=np.float32), requires_grad=True)
    expected = mg.ops.relu(plain(x))
    fused.build(x.shape)
    fused.set_weights(plain.get_weights())
    y = fused(x)
    assert 0 < np.mean(y.numpy() == 0) < 1
    np.testing.assert_allclose(y, expected, rtol=1e-6, atol=1e-6)
    g = np.random.default_rng(2).normal(size=y.shape).astype(np.float32)
    expected.backward(g)
    grads, x.grad = [x.grad, *(weight.grad for weight in plain.weights)], None
    y.backward(g)
    for now, then in zip([x.grad, *(weight.grad for weight in fused.weights)], grads, strict=True):
        np.testing.assert_allclose(now, then, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("layer", "shape", "weights"),
    [
        (layers.Conv1D(6, 5, groups=2), (None, 9, 4), {"kernel": (5, 2, 6), "bias": (6,)}),
        (layers.Conv1DTranspose(6, 5), (None, 9, 4), {"kernel": (5, 6, 4), "bias": (6,)}),
        (layers.Conv2DTranspose(6, (5, 3)), (None, 9, 9, 4), {"kernel": (5, 3, 6, 4), "bias": (6,)}),
        (layers.DepthwiseConv1D(5), (None, 9, 4), {"kernel": (5, 4, 1), "bias": (4,)}),
        (
            layers.DepthwiseConv2D((5, 3), depth_multiplier=2),
            (None, 9, 9, 4),
            {"kernel": (5, 3, 4, 2), "bias": (8,)},
        ),
        (
            layers.SeparableConv1D(6, 5),
            (None, 9, 4),
            {"depthwise_kernel": (5, 4, 1), "pointwise_kernel": (1, 4, 6), "bias": (6,)},
        ),
        (
            layers.SeparableConv2D(6, (5, 3), depth_multiplier=2, use_bias=False),
            (None, 9, 9, 4),
            {"depthwise_kernel": (5, 3, 4, 2), "pointwise_kernel": (1, 1, 8, 6)},
        ),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_the_weights_names_shapes_and_order(layer, shape, weights):
    layer.build(shape)
    assert {weight.name: weight.shape for weight in layer.weights} == weights
    assert [weight.name for weight in layer.weights] == list(weights)
    for name in weights:
        assert getattr(layer, name).name == name


def test_settings_reach_the_weights_of_their_role():
    layer = layers.SeparableConv2D(
        4,
        3,
        depthwise_initializer="ones",
        pointwise_initializer="zeros",
        bias_initializer="ones",
        depthwise_regularizer="l1",
        pointwise_regularizer="l2",
        bias_regularizer="l1",
        depthwise_constraint="max_norm",
        pointwise_constraint="non_neg",
    )
    layer.build((None, 8, 8, 2))
    assert np.all(layer.depthwise_kernel.numpy() == 1)
    assert np.all(layer.pointwise_kernel.numpy() == 0)
    assert np.all(layer.bias.numpy() == 1)
    assert isinstance(layer.depthwise_kernel.regularizer, mg.regularizers.L1)
    assert isinstance(layer.pointwise_kernel.regularizer, mg.regularizers.L2)
    assert isinstance(layer.depthwise_kernel.constraint, mg.constraints.MaxNorm)
    assert isinstance(layer.pointwise_kernel.constraint, mg.constraints.NonNeg)
    assert layer.bias.constraint is None
    depthwise = layers.DepthwiseConv2D(3, depthwise_initializer="ones", depthwise_regularizer="l2")
    depthwise.build((None, 8, 8, 2))
    assert np.all(depthwise.kernel.numpy() == 1)
    assert isinstance(depthwise.kernel.regularizer, mg.regularizers.L2)
    config = json.loads(json.dumps(layer.get_config()))
    assert layers.SeparableConv2D.from_config(config).get_config() == layer.get_config()


@pytest.mark.parametrize("cls", ALL)
def test_wrong_arguments(cls):
    several = "2 integers" if cls.rank == 2 else "an integer"
    for arguments, text in (
        ({"kernel_size": 0}, f"{cls.__name__}: kernel_size must be .*{several}.*got 0"),
        ({"kernel_size": (3,) * (cls.rank + 1)}, f"{cls.__name__}: kernel_size"),
        ({"strides": 0}, f"{cls.__name__}: strides"),
        ({"dilation_rate": 1.5}, f"{cls.__name__}: dilation_rate"),
        ({"strides": 2, "dilation_rate": 2}, f"{cls.__name__}: strides=.*dilation_rate=.*can't both"),
        ({"padding": "full"}, f"{cls.__name__}: padding must be 'valid' or 'same'.*got 'full'"),
        ({"data_format": "NHWC"}, f"{cls.__name__}: data_format"),
    ):
        with pytest.raises(ValueError, match=text):
            make(cls, **arguments)
    if "Depthwise" not in cls.__name__:
        with pytest.raises(ValueError, match=f"{cls.__name__}: filters must be an integer >= 1; got 0"):
            make(cls, filters=0)
    if cls is not layers.Conv1D:
        with pytest.raises(ValueError, match=r"padding must be 'valid' or 'same' .*got 'causal'"):
            make(cls, padding="causal")
    with pytest.raises(UnknownNameError, match="did you mean 'relu'"):
        make(cls, activation="rleu")
    with pytest.raises(UnknownArgumentError, match=f"{cls.__name__}.*'kernel_sizes'"):
        make(cls, kernel_sizes=3)


@pytest.mark.parametrize(
    "cls", [layers.DepthwiseConv1D, layers.DepthwiseConv2D, layers.SeparableConv1D, layers.SeparableConv2D]
)
def test_wrong_depth_multipliers(cls):
    with pytest.raises(ValueError, match=f"{cls.__name__}: depth_multiplier must be an integer >= 1"):
        make(cls, depth_multiplier=0)


@pytest.mark.parametrize("cls", [layers.Conv1DTranspose, layers.Conv2DTranspose])
def test_wrong_output_paddings(cls):
    with pytest.raises(ValueError, match=r"output_padding=\(2.*must be smaller than strides=\(2"):
        make(cls, strides=2, output_padding=2)
    with pytest.raises(ValueError, match=r"output_padding must be .*>= 0"):
        make(cls, strides=2, output_padding=-1)


@pytest.mark.parametrize("cls", ALL)
def test_inputs_that_do_not_fit(cls):
    x = inputs_for(cls)
    with pytest.raises(ShapeError, match=f"must have {cls.rank + 2} axes.*; got shape"):
        make(cls)(x[0])
    layer = make(cls)
    layer(x)
    with pytest.raises(ShapeError, match=f"must have {cls.rank + 2} axes; got shape"):
        layer(x[0])
    with pytest.raises(ShapeError, match="inputs have 2 channels, the kernel expects 3") as caught:
        layer(x[..., :2])
    assert f"in layer '{layer.name}'" in caught.value.__notes__[-1]
    with pytest.raises(ShapeError, match=f"{cls.__name__}: inputs have 2 channels, the kernel expects 3"):
        layer.compute_output_shape((None, *(6,) * cls.rank, 2))
    with pytest.raises(ShapeError, match="number of channels must be known"):
        make(cls).build((None, *(6,) * cls.rank, None))


@pytest.mark.parametrize("cls", WINDOWED)
def test_a_kernel_larger_than_the_input(cls):
    x = inputs_for(cls, size=2)
    with pytest.raises(ShapeError, match=r"a kernel that spans .* does not fit into an input of size"):
        make(cls)(x)
    layer = make(cls)
    layer.build((None, *(None,) * cls.rank, 3))
    with pytest.raises(ShapeError, match="does not fit"):
        layer(x)
    assert make(cls, padding="SAME")(x).shape[1] == 2


@pytest.mark.parametrize("cls", ALL)
@given(
    strides=st.integers(1, 3),
    dilation_rate=st.integers(1, 2),
    padding=st.sampled_from(("valid", "Same")),
    first=st.booleans(),
    size=st.integers(5, 8),
)
def test_the_output_shape_is_told_before(cls, strides, dilation_rate, padding, first, size):
    if dilation_rate > 1:
        strides = 1
    data_format = "channels_first" if first else "channels_last"
    layer = make(cls, strides=strides, dilation_rate=dilation_rate, padding=padding, data_format=data_format)
    x = inputs_for(cls, size=size)
    x = np.moveaxis(x, -1, 1) if first else x
    told = layer.compute_output_shape(x.shape)
    assert layer(x).shape == told
    unknown = [None, *x.shape[1:]]
    axis = 2 if first else 1
    unknown[axis] = None
    expected = [None, *told[1:]]
    expected[axis] = None
    assert layer.compute_output_shape(tuple(unknown)) == tuple(expected)


def test_unknown_channels_leave_a_depthwise_output_unknown():
    assert layers.DepthwiseConv2D(3).compute_output_shape((None, 8, None, None)) == (None, 6, None, None)
    assert layers.SeparableConv2D(5, 3).compute_output_shape((None, 8, None, None)) == (None, 6, None, 5)


def test_aliases():
    assert layers.Convolution1D is layers.Conv1D
    assert layers.Convolution2D is layers.Conv2D
    assert layers.Convolution1DTranspose is layers.Conv1DTranspose
    assert layers.Convolution2DTranspose is layers.Conv2DTranspose
    assert layers.SeparableConvolution1D is layers.SeparableConv1D
    assert layers.SeparableConvolution2D is layers.SeparableConv2D


@pytest.mark.parametrize("cls", ALL)
def test_pixels_of_integers_give_floats(cls):
    layer = make(cls)
    pixels = np.arange(2 * 6**cls.rank * 3, dtype=np.uint8).reshape(2, *(6,) * cls.rank, 3)
    y = layer(pixels)
    assert y.dtype == np.float32
    np.testing.assert_allclose(y, layer(pixels.astype(np.float32)), rtol=1e-6)
