"""Convolution: the lecture's facts, the definition as loops, one pass backward, derivatives of any order."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.autodiff.modes import at_level
from minigrad.autodiff.node import ARRAYS
from minigrad.errors import ShapeError
from minigrad.kernels import conv as kernels
from minigrad.kernels import reference
from minigrad.ops import convolution
from minigrad.ops.images import layout
from minigrad.shapes import transposed_window, window_padding
from minigrad.testing import check_gradients
from minigrad.testing.strategies import conv2d_configs


def normal(*shape, dtype=np.float64):
    return np.random.default_rng(len(shape) + sum(shape)).normal(size=shape).astype(dtype)


# -- the lecture's facts -------------------------------------------------------------------------


def test_one_dimension_shares_three_weights():
    x, w = normal(1, 6, 1), normal(3, 1, 1)
    (x0, x1, x2, x3, *_), (w0, w1, w2) = x.ravel(), w.ravel()
    y = mg.ops.conv(x, w).numpy().ravel()
    assert y.shape == (4,)
    assert y[0] == pytest.approx(x0 * w0 + x1 * w1 + x2 * w2)
    assert y[1] == pytest.approx(x1 * w0 + x2 * w1 + x3 * w2)


def test_the_sliding_filter():
    image = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
    x = np.array(image, np.float32).reshape(1, 5, 5, 1)
    kernel = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]], np.float32).reshape(3, 3, 1, 1)
    assert mg.ops.conv(x, kernel).numpy()[0, :, :, 0].tolist() == [[4, 3, 4], [2, 4, 3], [2, 3, 4]]


def test_one_filter_is_a_dot_product_of_75_terms_and_six_of_them_give_six_maps():
    x, kernel, bias = normal(1, 32, 32, 3), normal(5, 5, 3, 6), normal(6)
    y = mg.ops.conv_with_bias(x, kernel, bias).numpy()
    assert y.shape == (1, 28, 28, 6)
    assert kernel[..., 2].size == 75
    assert y[0, 7, 9, 2] == pytest.approx(x[0, 7:12, 9:14].ravel() @ kernel[..., 2].ravel() + bias[2])


def test_the_lectures_code():
    image = np.arange(1, 10, dtype=np.float32).reshape(1, 3, 3, 1)
    ones = np.ones((2, 2, 1, 1), np.float32)
    valid, same = [[12, 16], [24, 28]], [[12, 16, 9], [24, 28, 15], [15, 17, 9]]
    assert mg.ops.conv(image, ones, padding="VALID").numpy()[0, :, :, 0].tolist() == valid
    assert mg.ops.conv(image, ones, padding="SAME").numpy()[0, :, :, 0].tolist() == same
    three = mg.ops.conv(image, ones * np.float32([1, 10, -1]), padding="SAME").numpy()[0]
    np.testing.assert_array_equal(three, np.array(same)[..., None] * [1, 10, -1])


@pytest.mark.parametrize(
    ("padding", "strides", "size"), [("valid", 1, 5), ("valid", 2, 3), ("same", 1, 7), ("same", 2, 4)]
)
def test_output_sizes_of_seven_by_seven(padding, strides, size):
    y = mg.ops.conv(normal(1, 7, 7, 1), normal(3, 3, 1, 1), strides, padding)
    assert y.shape == (1, size, size, 1)


# -- the definition ------------------------------------------------------------------------------


@given(conv2d_configs(), st.sampled_from((np.float32, np.float64)))
def test_conv_is_the_plain_loop(config, dtype):
    x, kernel = normal(*config.inputs, dtype=dtype), normal(*config.kernel, dtype=dtype)
    y = mg.ops.conv(
        x, kernel, config.strides, config.padding.upper(), config.data_format, config.dilation_rate
    )
    first = config.data_format == "channels_first"
    images = x.transpose(0, 2, 3, 1) if first else x
    options = config.strides, config.padding, config.dilation_rate
    padding = window_padding("", images.shape[1:3], kernel.shape[:2], *options)
    expected = reference.conv2d(images, kernel, config.strides, padding, config.dilation_rate, config.groups)
    assert y.dtype == dtype
    np.testing.assert_allclose(
        y.numpy(),
        expected.transpose(0, 3, 1, 2) if first else expected,
        rtol=1e-5 if dtype == np.float32 else 1e-12,
        atol=1e-5 if dtype == np.float32 else 1e-12,
    )


@given(st.integers(1, 3), st.integers(1, 3), st.sampled_from(("valid", "same", "Causal")))
def test_a_sequence_is_an_image_of_height_one(size, step, padding):
    x, kernel = normal(2, 9, 2), normal(size, 2, 3)
    for options in ({"strides": step}, {"dilation_rate": step}):
        y = mg.ops.conv(x, kernel, padding=padding, **options).numpy()
        before = (size - 1) * options.get("dilation_rate", 1) if padding == "Causal" else 0
        images = np.pad(x, ((0, 0), (before, 0), (0, 0)))[:, None]
        mode = "valid" if padding == "Causal" else padding
        two = {name: (1, value) for name, value in options.items()}
        expected = mg.ops.conv(images, kernel[None], padding=mode, **two).numpy()
        np.testing.assert_allclose(y, expected[:, 0], rtol=1e-13)


def test_causal_outputs_see_no_later_input():
    x, kernel = mg.Tensor(normal(1, 6, 2), requires_grad=True), normal(3, 2, 2)
    y = mg.ops.conv(x, kernel, padding="causal", dilation_rate=2)
    assert y.shape == x.shape
    y[0, 3].sum().backward()
    assert not x.grad[0, 4:].any()
    assert x.grad[0, 3].all()


def test_channels_first_is_a_view_and_not_a_copy():
    x = normal(2, 3, 5, 4)
    found = layout("conv", x, "channels_first")
    with at_level(ARRAYS):  # what ops see of computed tensors
        images = found.to_images(x)
        assert images.shape == (2, 5, 4, 3)
        back = found.from_images(images)
    assert back.shape == x.shape
    assert np.shares_memory(back, x)


def test_lists_and_mixed_dtypes():
    y = mg.ops.conv([[[1.0], [2.0]]], [[[3]]])
    assert y.dtype == np.float32
    assert y.tolist() == [[[3.0], [6.0]]]
    pixels = np.full((1, 2, 2, 1), 200, np.uint8)
    assert mg.ops.conv(pixels, np.ones((2, 2, 1, 1), np.float32)).tolist() == [[[[800.0]]]]


def test_an_empty_batch():
    x = mg.Tensor(np.zeros((0, 5, 5, 2)), requires_grad=True)
    kernel = mg.Tensor(normal(3, 3, 2, 4), requires_grad=True)
    y = mg.ops.conv(x, kernel)
    assert y.shape == (0, 3, 3, 4)
    y.sum().backward()
    assert x.grad.shape == x.shape
    assert not kernel.grad.any()


# -- bias and ReLU in the same op, and one pass backward -----------------------------------------


@given(conv2d_configs(), st.booleans(), st.booleans())
def test_bias_and_relu_are_what_they_are_alone(config, with_bias, relu):
    arrays = [normal(*config.inputs), normal(*config.kernel), normal(*config.bias)]
    options = config.strides, config.padding, config.data_format, config.dilation_rate

    def together(x, kernel, bias):
        return mg.ops.conv_with_bias(x, kernel, bias if with_bias else None, *options, config.groups, relu)

    def apart(x, kernel, bias):
        y = mg.ops.conv(x, kernel, *options)
        first = config.data_format == "channels_first"
        if with_bias:
            y = y + (mg.ops.reshape(bias, (-1, 1, 1)) if first else bias)
        return mg.ops.relu(y) if relu else y

    results = []
    for function in (together, apart):
        tensors = [mg.Tensor(array, requires_grad=True) for array in arrays]
        y = function(*tensors)
        (y * np.cos(np.arange(y.size)).reshape(y.shape)).sum().backward()
        results.append([y.numpy(), *(t.grad for t in tensors if t.grad is not None)])
    for one, other in zip(*results, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("relu", [False, True])
def test_the_fused_backward_is_the_recorded_one(relu, dtype):
    arrays = [normal(3, 6, 7, 4, dtype=dtype), normal(3, 2, 2, 6, dtype=dtype), normal(6, dtype=dtype)]
    leaves = [mg.Tensor(array, requires_grad=True) for array in arrays]
    y = mg.ops.conv_with_bias(*leaves, padding="same", groups=2, relu=relu)
    g = normal(*y.shape, dtype=dtype)
    recorded = mg.grad(y, leaves, g, create_graph=True)
    fused = mg.grad(y, leaves, g)
    for one, other in zip(fused, recorded, strict=True):
        assert one.dtype == other.dtype == dtype
        np.testing.assert_allclose(
            one.numpy(), other.numpy(), rtol=1e-5 if dtype == np.float32 else 1e-12, atol=1e-5
        )


@pytest.mark.parametrize("wanted", [(1,), (0, 2), (0, 1, 2)])
def test_backward_is_one_pass_that_computes_only_what_is_needed(monkeypatch, wanted):
    passes = []

    def spy(*args):
        passes.append(args[-1])
        return kernels.conv2d_gradients(*args)

    arrays = [normal(2, 5, 5, 1), normal(3, 3, 1, 4), normal(4)]
    tensors = [mg.Tensor(array, requires_grad=i in wanted) for i, array in enumerate(arrays)]
    y = mg.ops.conv_with_bias(*tensors, relu=True)
    monkeypatch.setattr(convolution, "kernels", SimpleNamespace(conv2d_gradients=spy))
    y.sum().backward()
    assert passes == [tuple(i in wanted for i in range(3))]


def test_an_infinite_gradient_does_not_get_through_a_closed_relu():
    x = mg.Tensor(-np.ones((1, 1, 1, 1)), requires_grad=True)
    for create_graph in (False, True):
        y = mg.ops.conv_with_bias(x, np.ones((1, 1, 1, 1)), relu=True)
        (g,) = mg.grad(y, [x], np.full(y.shape, np.inf), create_graph=create_graph)
        assert g.item() == 0.0


# -- relatives -----------------------------------------------------------------------------------


def test_depthwise_convolution_sees_one_channel_at_a_time():
    x, kernel = normal(2, 6, 5, 3), normal(3, 2, 3, 2)
    y = mg.ops.depthwise_conv(x, kernel, strides=2, padding="same").numpy()
    for channel in range(3):
        one = mg.ops.conv(x[..., channel, None], kernel[:, :, channel, None], 2, "same").numpy()
        np.testing.assert_allclose(y[..., 2 * channel : 2 * channel + 2], one, rtol=1e-12)


def test_separable_convolution_is_depthwise_then_pointwise():
    x, depthwise, pointwise = normal(2, 6, 5, 3), normal(3, 3, 3, 2), normal(1, 1, 6, 4)
    y = mg.ops.separable_conv(x, depthwise, pointwise, padding="same").numpy()
    between = mg.ops.depthwise_conv(x, depthwise, padding="same").numpy()
    np.testing.assert_allclose(y, between @ pointwise[0, 0], rtol=1e-12)


@given(st.sampled_from(("valid", "same")), st.integers(1, 3), st.integers(1, 4), st.integers(1, 5))
def test_transposed_convolution_is_the_transpose(padding, stride, size, length):
    kernel, y = normal(size, 2, 3), normal(1, length, 3)
    x = mg.ops.conv_transpose(y, kernel, stride, padding).numpy()
    other = normal(*x.shape)
    (total,), pads = transposed_window("", (length,), (size,), (stride,), padding)
    assert x.shape == (1, total, 2)
    padded = np.pad(other, ((0, 0), *pads, (0, 0)))
    back = mg.ops.conv(padded, kernel, stride).numpy()
    assert back.shape == y.shape
    assert (x * other).sum() == pytest.approx((y * back).sum(), rel=1e-11, abs=1e-11)


def test_transposed_convolution_has_both_derivatives():
    arrays = normal(1, 3, 2, 2), normal(3, 2, 2, 2)
    for order in (1, 2):
        check_gradients(lambda x, k: mg.ops.conv_transpose(x, k, 2, "same"), *arrays, order=order)


# -- derivatives of higher order -----------------------------------------------------------------


def conv_net(images, labels, k1, b1, k2, b2, dense):
    h = mg.ops.conv_with_bias(images, k1, b1, padding="same", relu=True)  # (N, 8, 8, 3)
    h = mg.ops.max_pool(h, 2)  # (N, 4, 4, 3)
    h = mg.ops.conv_with_bias(h, k2, b2, padding="same", relu=True)  # (N, 4, 4, 4)
    logits = mg.ops.reshape(h, (h.shape[0], -1)) @ dense  # (N, 5)
    return mg.ops.sparse_categorical_crossentropy(labels, logits, from_logits=True).mean()


def test_hessian_vector_product_of_a_small_conv_net():
    generator = np.random.default_rng(3)
    shapes = [(3, 3, 1, 3), (3,), (3, 3, 3, 4), (4,), (64, 5)]
    weights = [generator.normal(size=shape) * 0.4 for shape in shapes]
    direction = [generator.normal(size=shape) for shape in shapes]
    images, labels = generator.normal(size=(4, 8, 8, 1)), np.array([0, 3, 1, 4])

    def gradient(step):
        leaves = [
            mg.Tensor(w + step * d, requires_grad=True) for w, d in zip(weights, direction, strict=True)
        ]
        return leaves, mg.grad(conv_net(images, labels, *leaves), leaves, create_graph=True)

    leaves, first = gradient(0.0)
    product = sum((g * d).sum() for g, d in zip(first, direction, strict=True))
    found = mg.grad(product, leaves)
    step = 1e-6
    (_, after), (_, before) = gradient(step), gradient(-step)
    for hessian, up, down in zip(found, after, before, strict=True):
        numerical = (up.numpy() - down.numpy()) / (2 * step)
        scale = np.abs(numerical).max()
        np.testing.assert_allclose(hessian.numpy(), numerical, rtol=1e-6, atol=1e-7 * scale)


def test_third_derivatives():
    x, kernel = normal(1, 4, 3, 2), normal(2, 2, 2, 2)

    def second(x, kernel):  # the kernel's gradient of the input's gradient's square
        y = mg.ops.conv_with_bias(x, kernel, padding="same")
        (gx,) = mg.grad((y * y * y).sum(), [x], create_graph=True)
        (gk,) = mg.grad((gx * gx).sum(), [kernel], create_graph=True)
        return gk

    x, kernel = mg.Tensor(x, requires_grad=True), mg.Tensor(kernel, requires_grad=True)
    v = normal(2, 2, 2, 2)
    (third,) = mg.grad((second(x, kernel) * v).sum(), [x])
    step, numerical = 1e-5, np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        for sign in (1, -1):
            moved = x.numpy()
            moved[place] += sign * step
            value = (second(mg.Tensor(moved, requires_grad=True), kernel).numpy() * v).sum()
            numerical[place] += sign * value / (2 * step)
    np.testing.assert_allclose(third.numpy(), numerical, rtol=1e-6, atol=1e-6 * np.abs(numerical).max())


def test_the_mask_of_relu_is_a_constant():
    x = mg.Tensor(normal(1, 3, 3, 1), requires_grad=True)
    y = mg.ops.conv_with_bias(x, normal(2, 2, 1, 2), relu=True).sum()  # piecewise linear in x
    (g,) = mg.grad(y, [x], create_graph=True)
    assert not g.requires_grad or not mg.grad(g.sum(), x, unconnected="zero").numpy().any()


# -- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "kernel", "options", "error", "message"),
    [
        ((2, 5), (3, 3, 1, 1), {}, ShapeError, r"conv expects inputs of rank 4 \(N, H, W, C\) or rank 3"),
        ((1, 2, 5, 5, 1), (1, 1, 1, 1), {}, ShapeError, r"rank 3 \(N, L, C\); got shape \(1, 2, 5, 5, 1\)"),
        (
            (2, 1, 5),
            (3, 1, 1),
            {"data_format": "channels_first", "padding": 3},
            ValueError,
            "padding must be",
        ),
        ((1, 5, 5, 1), (3, 1, 1), {}, ShapeError, r"need a kernel of rank 4 .* got shape \(3, 1, 1\)"),
        (
            (32, 28, 28, 4),
            (3, 3, 3, 16),
            {},
            ShapeError,
            r"inputs have 4 channels, the kernel expects 3 "
            r"\(inputs \(32, 28, 28, 4\), kernel \(3, 3, 3, 16\)\)",
        ),
        ((1, 5, 5, 4), (3, 3, 2, 3), {}, ShapeError, "groups=2 must .* divide the channels and the filters"),
        ((1, 2, 5, 1), (3, 3, 1, 1), {}, ShapeError, r"kernel that spans \(3, 3\) does not fit .*\(2, 5\)"),
        ((1, 5, 5, 1), (3, 3, 1, 1), {"strides": 2, "dilation_rate": 2}, ValueError, "can't be combined"),
        ((1, 5, 5, 1), (3, 3, 1, 1), {"strides": 0}, ValueError, "strides must be .* >= 1; got 0"),
        ((1, 5, 5, 1), (3, 3, 1, 1), {"strides": (1, 2, 1)}, ValueError, "strides must be .* 2 integers"),
        ((1, 5, 5, 1), (3, 3, 1, 1), {"dilation_rate": -1}, ValueError, "dilation_rate must be"),
        ((1, 5, 5, 1), (3, 3, 1, 1), {"padding": "causal"}, ValueError, "must be 'valid' or 'same'"),
        ((1, 5, 5, 1), (3, 3, 1, 1), {"data_format": "NHWC"}, ValueError, "data_format must be one of"),
    ],
)
def test_bad_arguments(x, kernel, options, error, message):
    with pytest.raises(error, match=message):
        mg.ops.conv(np.zeros(x), np.zeros(kernel), **options)


def test_bad_arguments_of_the_relatives():
    with pytest.raises(ShapeError, match=r"conv2d: bias must be of shape \(2,\); got \(3,\)"):
        mg.ops.conv_with_bias(np.zeros((1, 3, 3, 1)), np.zeros((1, 1, 1, 2)), np.zeros(3))
    with pytest.raises(ShapeError, match="inputs have 6 channels, the kernel expects 3"):
        mg.ops.conv_with_bias(np.zeros((1, 3, 3, 6)), np.zeros((1, 1, 3, 2)), groups=1)
    with pytest.raises(ShapeError, match="depthwise_conv: inputs have 4 channels, the kernel expects 2"):
        mg.ops.depthwise_conv(np.zeros((1, 3, 3, 4)), np.zeros((1, 1, 2, 2)))
    with pytest.raises(ShapeError, match="conv_transpose: inputs have 4 channels, the kernel expects 2"):
        mg.ops.conv_transpose(np.zeros((1, 3, 3, 4)), np.zeros((1, 1, 4, 2)))
    with pytest.raises(ValueError, match="output_padding must be smaller than strides"):
        mg.ops.conv_transpose(np.zeros((1, 3, 1)), np.zeros((3, 1, 1)), 2, output_padding=2)
    with pytest.raises(ShapeError, match=r"leave an output of size \(0,\)"):
        mg.ops.conv_transpose(np.zeros((1, 1, 1)), np.zeros((2, 1, 1)), 1, "same", output_padding=0)
    with pytest.raises(ValueError, match="conv_transpose: padding must be 'valid' or 'same'"):
        mg.ops.conv_transpose(np.zeros((1, 3, 1)), np.zeros((3, 1, 1)), padding="causal")


@pytest.mark.parametrize("op", [mg.ops.conv2d_input_gradient, mg.ops.conv2d_kernel_gradient])
def test_the_gradient_ops_check_their_shapes(op):
    third = (1, 5, 5, 1) if op is mg.ops.conv2d_input_gradient else (3, 3)
    first = np.zeros((1, 4, 4, 2)) if op is mg.ops.conv2d_input_gradient else np.zeros((1, 5, 5, 1))
    second = np.zeros((3, 3, 1, 2)) if op is mg.ops.conv2d_input_gradient else np.zeros((1, 4, 4, 2))
    with pytest.raises(ShapeError, match=r"must be of the output's shape \(1, 3, 3, 2\); got \(1, 4, 4, 2\)"):
        op(first, second, third)
