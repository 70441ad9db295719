"""Pooling: the lecture's example, the definition as loops, where the gradient goes, bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.errors import NotDifferentiableError, ShapeError
from minigrad.kernels import reference
from minigrad.ops import windows
from minigrad.shapes import window_padding
from minigrad.testing import check_gradients

MODES = st.sampled_from(("valid", "same", "Valid", "SAME"))


def normal(*shape, dtype=np.float64):
    return np.random.default_rng(len(shape) + sum(shape)).normal(size=shape).astype(dtype)


def test_the_lectures_example():
    image = np.array([[4, 3], [2, 1]], np.float32).reshape(1, 2, 2, 1)
    assert mg.ops.max_pool(image, 2, 1).tolist() == [[[[4.0]]]]
    assert mg.ops.max_pool(image, 2, 1, "SAME").numpy()[0, :, :, 0].tolist() == [[4, 3], [2, 1]]


@pytest.mark.parametrize(
    ("op", "loop"),
    [
        (mg.ops.max_pool, lambda *a: reference.max_pool2d(*a)[0]),
        (mg.ops.average_pool, reference.average_pool2d),
    ],
)
@given(
    size=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    strides=st.none() | st.integers(1, 3),
    mode=MODES,
    dtype=st.sampled_from((np.float32, np.float64)),
)
def test_pooling_is_the_plain_loop(op, loop, size, strides, mode, dtype):
    x = normal(2, 5, 4, 3, dtype=dtype)
    steps = size if strides is None else (strides, strides)
    expected = loop(x, size, steps, window_padding("", (5, 4), size, steps, mode.lower()))
    y = op(x, size, strides, mode)
    assert y.dtype == dtype
    close = {"rtol": 1e-6, "atol": 1e-6} if dtype == np.float32 else {"rtol": 1e-13, "atol": 1e-14}
    np.testing.assert_allclose(y.numpy(), expected, **close)
    first = op(x.transpose(0, 3, 1, 2), size, strides, mode, "channels_first")
    np.testing.assert_allclose(first.numpy(), expected.transpose(0, 3, 1, 2), **close)


@pytest.mark.parametrize("op", [mg.ops.max_pool, mg.ops.average_pool])
@given(size=st.integers(1, 3), strides=st.none() | st.integers(1, 3), mode=MODES)
def test_a_sequence_is_an_image_of_height_one(op, size, strides, mode):
    x = normal(2, 7, 3)
    y = op(x, size, strides, mode).numpy()
    two = op(x[:, None], (1, size), strides and (1, strides), mode).numpy()
    np.testing.assert_array_equal(y, two[:, 0])
    first = op(x.transpose(0, 2, 1), size, strides, mode, "channels_first").numpy()
    np.testing.assert_array_equal(first, y.transpose(0, 2, 1))


def test_padding_is_below_all_negative_numbers_and_not_counted():
    x = -np.ones((1, 3, 3, 1), np.float32)
    assert (mg.ops.max_pool(x, 2, padding="same").numpy() == -1).all()
    assert (mg.ops.average_pool(x, 2, padding="same").numpy() == -1).all()
    integers = np.full((1, 3, 1), -5, np.int32)
    y = mg.ops.max_pool(integers, 2, padding="same")
    assert y.dtype == np.int32
    assert (y.numpy() == -5).all()


def test_means_of_integers_are_floats():
    pixels = np.array([[[0], [255], [3]]], np.uint8)
    for y in (mg.ops.average_pool(pixels, 2, 1), mg.ops.adaptive_average_pool(pixels, 2)):
        assert y.dtype == np.float32
        assert y.tolist() == [[[127.5], [129.0]]]


@pytest.mark.parametrize("values", [[1.0, 7.0, 7.0, 7.0], [0.0, 0.0, 0.0, 0.0]])
def test_a_tie_sends_the_gradient_to_the_first_maximum_only(values):
    x = mg.Tensor(np.reshape(values, (1, 2, 2, 1)), requires_grad=True)
    mg.ops.max_pool(x, 2).backward()
    expected = np.zeros(4)
    expected[np.argmax(values)] = 1
    np.testing.assert_array_equal(x.grad.ravel(), expected)


def test_overlapping_windows_add_up():
    x = mg.Tensor(np.array([1.0, 5.0, 2.0]).reshape(1, 3, 1), requires_grad=True)
    mg.ops.max_pool(x, 2, 1).sum().backward()
    assert x.grad.ravel().tolist() == [0.0, 2.0, 0.0]


def test_the_index_is_kept_only_where_a_derivative_can_be_asked_for(monkeypatch):
    asked = []
    kernel = windows.kernels.max_pool2d

    def spy(*args, with_index):
        asked.append(with_index)
        return kernel(*args, with_index=with_index)

    monkeypatch.setattr(windows.kernels, "max_pool2d", spy)
    x = mg.Tensor(normal(1, 4, 4, 1), requires_grad=True)
    mg.ops.max_pool(x, 2)
    mg.ops.max_pool(x.detach(), 2)
    mg.ops.max_pool(x.numpy(), 2)
    mg.ops.adaptive_max_pool(x, 2)
    with mg.no_grad():
        mg.ops.max_pool(x, 2)
    assert asked == [True, False, False, True, False]


def test_without_an_index_there_is_no_derivative():
    x = mg.Tensor(normal(1, 4, 4, 1), requires_grad=True)
    y = mg.ops.max_pool2d(x, (2, 2), (2, 2), with_index=False)
    with pytest.raises(NotDifferentiableError, match="max_pool2d: with_index=False"):
        y.sum().backward()


@given(st.integers(1, 7), st.integers(1, 7), st.integers(1, 4))
def test_adaptive_windows(height, out_height, out_width):
    x = normal(2, height, 5, 2)
    for op, reduce in ((mg.ops.adaptive_max_pool, np.max), (mg.ops.adaptive_average_pool, np.mean)):
        y = op(x, (out_height, out_width)).numpy()
        assert y.shape == (2, out_height, out_width, 2)
        for i, j in np.ndindex(out_height, out_width):
            rows = slice(i * height // out_height, -(-(i + 1) * height // out_height))
            columns = slice(j * 5 // out_width, -(-(j + 1) * 5 // out_width))
            expected = reduce(x[:, rows, columns], axis=(1, 2))
            np.testing.assert_allclose(y[:, i, j], expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("op", [mg.ops.adaptive_max_pool, mg.ops.adaptive_average_pool])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_adaptive_pooling_has_both_derivatives(op, size):
    for order in (1, 2):
        check_gradients(lambda x: op(x, size), normal(1, 5, 4, 2), order=order)


def test_adaptive_pooling_keeps_float32():
    x = mg.Tensor(normal(1, 5, 7, 2, dtype=np.float32), requires_grad=True)
    y = mg.ops.adaptive_average_pool(x, 3)
    assert y.dtype == np.float32
    y.sum().backward()
    assert x.grad.dtype == np.float32


@pytest.mark.parametrize("name", ["max_pool", "average_pool"])
def test_bad_arguments(name):
    op = getattr(mg.ops, name)
    x = np.zeros((1, 2, 5, 1))
    with pytest.raises(ShapeError, match=rf"{name} expects inputs of rank 4 .*; got shape \(5, 1\)"):
        op(np.zeros((5, 1)), 2)
    with pytest.raises(ShapeError, match=rf"{name}: a kernel that spans \(3, 3\) does not fit"):
        op(x, 3)
    with pytest.raises(ValueError, match=rf"{name}: pool_size must be .* >= 1; got 0"):
        op(x, 0)
    with pytest.raises(ValueError, match=rf"{name}: strides must be .* 2 integers.*; got \(1, 1, 1\)"):
        op(x, 2, (1, 1, 1))
    with pytest.raises(ValueError, match=rf"{name}: padding must be 'valid' or 'same'"):
        op(x, 2, padding="causal")
    with pytest.raises(ValueError, match=rf"{name}: data_format must be"):
        op(x, 2, data_format="first")


@pytest.mark.parametrize("name", ["adaptive_max_pool", "adaptive_average_pool"])
def test_bad_arguments_of_adaptive_pooling(name):
    op = getattr(mg.ops, name)
    with pytest.raises(ValueError, match=rf"{name}: output_size must be .* >= 1; got 0"):
        op(np.zeros((1, 4, 4, 1)), 0)
    with pytest.raises(ShapeError, match=rf"{name}: inputs of shape \(1, 0, 4, 1\) have no cells"):
        op(np.zeros((1, 0, 4, 1)), 2)
