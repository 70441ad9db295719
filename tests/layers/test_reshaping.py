"""Layers that rearrange, repeat, pad and crop."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad import layers
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients

SEQUENCE = np.random.default_rng(0).normal(size=(2, 5, 3))
IMAGE = np.random.default_rng(0).normal(size=(2, 5, 6, 3))
BORDERS = st.tuples(st.integers(0, 2), st.integers(0, 2))


def layout(first):
    """Return the data format, and IMAGE in it."""
    return ("channels_first", IMAGE.transpose(0, 3, 1, 2)) if first else ("channels_last", IMAGE)


@given(vertical=BORDERS, horizontal=BORDERS, first=st.booleans())
def test_padding_is_numpys_and_cropping_undoes_it(vertical, horizontal, first):
    data_format, x = layout(first)
    pad = layers.ZeroPadding2D((vertical, horizontal), data_format=data_format, dtype="float64")
    crop = layers.Cropping2D((vertical, horizontal), data_format=data_format, dtype="float64")
    same = (0, 0)
    widths = (same, same, vertical, horizontal) if first else (same, vertical, horizontal, same)
    y = pad(x)
    np.testing.assert_array_equal(y, np.pad(x, widths))
    np.testing.assert_array_equal(crop(y), x)
    assert pad.compute_output_shape(x.shape) == y.shape
    assert crop.compute_output_shape(y.shape) == x.shape


def test_padding_and_cropping_of_sequences():
    first = layers.ZeroPadding1D(2, data_format="channels_first", dtype="float64")(SEQUENCE)
    np.testing.assert_array_equal(first, np.pad(SEQUENCE, ((0, 0), (0, 0), (2, 2))))
    last = layers.ZeroPadding1D((1, 2), dtype="float64")(SEQUENCE)
    np.testing.assert_array_equal(last, np.pad(SEQUENCE, ((0, 0), (1, 2), (0, 0))))
    np.testing.assert_array_equal(layers.Cropping1D((1, 2), dtype="float64")(last), SEQUENCE)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (2, ((2, 2), (2, 2))),
        ((1, 2), ((1, 1), (2, 2))),
        ([[1, 2], [3, 0]], ((1, 2), (3, 0))),
        (((1, 2), 3), ((1, 2), (3, 3))),
    ],
)
def test_the_ways_to_write_a_border(given, kept):
    padding, cropping = layers.ZeroPadding2D(given), layers.Cropping2D(given)
    assert padding.get_config()["padding"] == cropping.get_config()["cropping"] == kept
    assert padding(IMAGE).shape == (2, 5 + sum(kept[0]), 6 + sum(kept[1]), 3)


@pytest.mark.parametrize("wrong", [-1, 1.5, "1", "12", None, (1, 2, 3), (1, -1), ((1, 2), (3,))])
def test_wrong_borders(wrong):
    for cls, argument in (
        (layers.ZeroPadding1D, "padding"),
        (layers.ZeroPadding2D, "padding"),
        (layers.Cropping1D, "cropping"),
        (layers.Cropping2D, "cropping"),
    ):
        with pytest.raises(ValueError, match=f"{cls.__name__}: {argument} must be an integer.*got"):
            cls(wrong)


def test_cropping_everything():
    with pytest.raises(ShapeError, match=r"Cropping1D: cropping=\(\(2, 3\),\) leaves nothing.*\(2, 5, 3\)"):
        layers.Cropping1D((2, 3))(SEQUENCE)
    layer = layers.Cropping2D((0, 3))
    with pytest.raises(ShapeError, match=r"Cropping2D: .* leaves nothing of an input of shape"):
        layer(IMAGE)
    with pytest.raises(ShapeError, match="leaves nothing"):
        layer.compute_output_shape((None, None, 6, 3))
    assert layer.compute_output_shape((None, 5, None, 3)) == (None, 5, None, 3)


@given(size=st.tuples(st.integers(1, 3), st.integers(1, 3)), first=st.booleans())
def test_nearest_repeats_rows_and_columns(size, first):
    data_format, x = layout(first)
    layer = layers.UpSampling2D(size, data_format=data_format, dtype="float64")
    rows, columns = (2, 3) if first else (1, 2)
    expected = x.repeat(size[0], rows).repeat(size[1], columns)
    np.testing.assert_array_equal(layer(x), expected)
    assert layer.compute_output_shape(x.shape) == expected.shape


@given(
    size=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    shape=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    first=st.booleans(),
)
def test_bilinear_reads_between_the_cells(size, shape, first):
    x = np.random.default_rng(1).normal(size=(2, 3, *shape))
    expected = x
    for axis in (2, 3):
        n, factor = shape[axis - 2], size[axis - 2]
        places = (np.arange(n * factor) + 0.5) / factor - 0.5
        expected = np.apply_along_axis(
            lambda line, n=n, places=places: np.interp(places, range(n), line), axis, expected
        )
    data_format = "channels_first" if first else "channels_last"
    layer = layers.UpSampling2D(size, data_format, "Bilinear", dtype="float64")
    y = layer(x if first else x.transpose(0, 2, 3, 1)).numpy()
    np.testing.assert_allclose(y if first else y.transpose(0, 3, 1, 2), expected, rtol=1e-12, atol=1e-13)


def test_upsampling_keeps_float32_and_takes_pixels():
    pixels = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(1, 2, 3, 4)
    assert layers.UpSampling2D()(pixels).dtype == np.uint8
    y = layers.UpSampling2D(interpolation="bilinear")(pixels)
    assert y.dtype == np.float32
    np.testing.assert_allclose(
        y, layers.UpSampling2D(interpolation="bilinear")(pixels.astype(np.float32)), rtol=1e-6
    )


def test_what_upsampling_refuses():
    for interpolation in ("bicubic", "lanczos3", "linear", None):
        with pytest.raises(ValueError, match="interpolation must be 'nearest' or 'bilinear'"):
            layers.UpSampling2D(interpolation=interpolation)
    for size in (0, 2.5, "2", None):
        with pytest.raises(ValueError, match="UpSampling1D: size must be an integer >= 1"):
            layers.UpSampling1D(size)
        with pytest.raises(ValueError, match="UpSampling2D: size must be an integer or 2 integers"):
            layers.UpSampling2D(size)


def test_reshape_finds_what_is_left():
    x = np.arange(24.0).reshape(2, 3, 4)
    np.testing.assert_array_equal(layers.Reshape((2, -1))(x), x.reshape(2, 2, 6))
    np.testing.assert_array_equal(layers.Reshape([12])(x), x.reshape(2, 12))
    assert layers.Reshape((-1,))(np.zeros((0, 3, 4))).shape == (0, 12)
    assert layers.Reshape(())(np.zeros((3, 1))).shape == (3,)
    assert layers.Reshape((-1, 4)).compute_output_shape((None, 3, 8)) == (None, 6, 4)
    assert layers.Reshape((-1, 4)).compute_output_shape((None, None, 8)) == (None, None, 4)
    assert layers.Reshape((2, 4)).compute_output_shape((None, None, 8)) == (None, 2, 4)


@pytest.mark.parametrize("target", [(-1, -1), (-2, 3), (2.5,), "ab", 12, (None, 3)])
def test_wrong_target_shapes(target):
    with pytest.raises(ValueError, match="Reshape: target_shape must be a sequence of integers"):
        layers.Reshape(target)


@pytest.mark.parametrize("target", [(5,), (-1, 5), (0, -1), (12, 2)])
def test_targets_that_do_not_hold_the_input(target):
    with pytest.raises(ShapeError, match=r"doesn't hold the 12 elements.*\(2, 3, 4\)"):
        layers.Reshape(target)(np.zeros((2, 3, 4)))


def test_permute_is_a_transpose_of_all_but_the_batch():
    np.testing.assert_array_equal(
        layers.Permute((3, 1, 2), dtype="float64")(IMAGE), IMAGE.transpose(0, 3, 1, 2)
    )
    assert layers.Permute((2, 1)).compute_output_shape((None, None, 4)) == (None, 4, None)
    for dims in ((0, 1), (1, 3), (1, 1), (1.5,), 2, "21"):
        with pytest.raises(ValueError, match="Permute: dims must be a permutation"):
            layers.Permute(dims)
    with pytest.raises(ShapeError, match=r"must have 3 axes; got shape \(2, 5, 6, 3\)"):
        layers.Permute((2, 1))(IMAGE)


def test_repeat_vector():
    x = SEQUENCE[:, 0]
    np.testing.assert_array_equal(
        layers.RepeatVector(4, dtype="float64")(x), np.repeat(x[:, None], 4, axis=1)
    )
    assert layers.RepeatVector(4).compute_output_shape((None, 3)) == (None, 4, 3)
    for n in (0, 2.5, "2"):
        with pytest.raises(ValueError, match="RepeatVector: n must be an integer >= 1"):
            layers.RepeatVector(n)
    with pytest.raises(ShapeError, match="must have 2 axes"):
        layers.RepeatVector(2)(SEQUENCE)


@pytest.mark.parametrize(
    ("layer", "x"),
    [
        (layers.ZeroPadding1D((1, 2), dtype="float64"), SEQUENCE),
        (layers.ZeroPadding2D(((1, 2), (0, 1)), dtype="float64"), IMAGE),
        (layers.Cropping1D((1, 2), dtype="float64"), SEQUENCE),
        (layers.Cropping2D(((1, 2), (0, 1)), dtype="float64"), IMAGE),
        (layers.UpSampling1D(3, dtype="float64"), SEQUENCE),
        (layers.UpSampling2D((2, 3), dtype="float64"), IMAGE),
        (layers.UpSampling2D((2, 3), interpolation="bilinear", dtype="float64"), IMAGE),
        (layers.Reshape((-1, 2), dtype="float64"), IMAGE),
        (layers.Permute((2, 3, 1), dtype="float64"), IMAGE),
        (layers.RepeatVector(3, dtype="float64"), SEQUENCE[:, 0]),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_derivatives_and_configs(layer, x):
    check_gradients(layer, x)
    config = json.loads(json.dumps(layer.get_config()))
    again = type(layer).from_config(config)
    assert again.get_config() == layer.get_config()
    np.testing.assert_array_equal(again(x), layer(x))
    assert layer.compute_output_shape((None, *x.shape[1:])) == (None, *layer(x).shape[1:])


def test_the_data_format_defaults_to_the_setting(monkeypatch):
    monkeypatch.setitem(mg.config._settings, "image_data_format", "channels_first")
    x = IMAGE.transpose(0, 3, 1, 2)
    assert layers.ZeroPadding2D()(x).shape == (2, 3, 7, 8)
    assert layers.Cropping2D(1)(x).shape == (2, 3, 3, 4)
    assert layers.UpSampling2D()(x).shape == (2, 3, 10, 12)
    assert layers.GlobalAveragePooling2D()(x).shape == (2, 3)
    assert layers.AdaptiveMaxPooling2D(2)(x).shape == (2, 3, 2, 2)
    assert layers.Conv2DTranspose(4, 3)(x).shape == (2, 4, 7, 8)
    assert layers.DepthwiseConv2D(3)(x).shape == (2, 3, 3, 4)
    assert layers.SeparableConv2D(4, 3)(x).shape == (2, 4, 3, 4)
