"""Random image augmentation: what is random, what is not, and the bounds.

That single transformations are Keras's is tested by tests/golden/layer_cases/general.py.
"""

from __future__ import annotations

import json

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.errors import ShapeError, UnknownArgumentError

IMAGES = np.random.default_rng(0).uniform(0, 255, (40, 8, 9, 3)).astype(np.float32)
MAKE = {
    "flip": lambda **kw: layers.RandomFlip(**kw),
    "rotation": lambda **kw: layers.RandomRotation(0.2, **kw),
    "translation": lambda **kw: layers.RandomTranslation(0.2, (0.1, 0.3), **kw),
    "zoom": lambda **kw: layers.RandomZoom(0.3, **kw),
    "zoom_both": lambda **kw: layers.RandomZoom(0.3, (-0.2, 0.1), fill_mode="constant", **kw),
    "contrast": lambda **kw: layers.RandomContrast(0.4, **kw),
    "brightness": lambda **kw: layers.RandomBrightness(0.2, **kw),
}
each = pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)


@each
def test_training_by_default_and_not_in_inference(make):
    layer = make(seed=1)
    assert not np.array_equal(layer(IMAGES), IMAGES)
    np.testing.assert_array_equal(layer(IMAGES, training=False), IMAGES)
    model = mg.Sequential([make(seed=1), layers.Flatten()])
    np.testing.assert_array_equal(model.predict(IMAGES, verbose=0), IMAGES.reshape(40, -1))


@each
def test_one_seed_the_same_bits(make):
    layer, again = make(seed=7), make(seed=7)
    first, second = layer(IMAGES).numpy(), layer(IMAGES).numpy()
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(again(IMAGES), first)
    np.testing.assert_array_equal(again(IMAGES), second)
    mg.utils.set_random_seed(3)
    once = make()(IMAGES).numpy()
    mg.utils.set_random_seed(3)
    np.testing.assert_array_equal(make()(IMAGES), once)


@each
def test_every_image_has_its_own_transformation(make):
    layer = make(seed=1)
    same = np.tile(IMAGES[:1], (40, 1, 1, 1))
    changed = layer(same).numpy().reshape(40, -1)
    assert len(np.unique(changed, axis=0)) == (2 if isinstance(layer, layers.RandomFlip) else 40)


@each
def test_single_images_bytes_and_channels_first(make):
    whole = make(seed=1)(IMAGES[:1]).numpy()
    np.testing.assert_array_equal(make(seed=1)(IMAGES[0]), whole[0])
    first = make(seed=1, data_format="channels_first")(IMAGES.transpose(0, 3, 1, 2)).numpy()
    np.testing.assert_allclose(first.transpose(0, 2, 3, 1), make(seed=1)(IMAGES), rtol=1e-5, atol=1e-3)
    integers = IMAGES.astype(np.uint8)
    y = make(seed=1)(integers)
    assert y.dtype == np.float32
    np.testing.assert_array_equal(y, make(seed=1)(integers.astype(np.float32)))
    assert make(seed=1)(integers, training=False).dtype == np.float32
    assert make(dtype="float64")(IMAGES).dtype == np.float64
    assert make()(IMAGES[:0]).shape == (0, 8, 9, 3)
    assert make().compute_output_shape((None, 8, 9, 3)) == (None, 8, 9, 3)


@each
def test_configs(make):
    layer = make(seed=3)
    config = json.loads(json.dumps(layer.get_config()))
    again = type(layer).from_config(config)
    assert json.loads(json.dumps(again.get_config())) == config
    np.testing.assert_array_equal(again(IMAGES), layer(IMAGES))
    assert {"seed", "data_format", "name", "trainable", "dtype"} < set(config)


@each
def test_what_is_no_image(make):
    for shape in ((4, 5), (1, 2, 3, 4, 5)):
        with pytest.raises(ShapeError, match=r"images of 4 axes, or a single one of 3; got shape"):
            make()(np.ones(shape))
    layer = make()
    layer.build((None, 8, 9, 3))
    with pytest.raises(TypeError, match="takes images alone"):
        layer({"images": IMAGES, "labels": np.zeros(40)})
    with pytest.raises(UnknownArgumentError, match="bounding_box_format"):
        make(bounding_box_format="xyxy")


@pytest.mark.parametrize(
    ("mode", "flip"),
    [
        ("horizontal", lambda x: x[:, :, ::-1]),
        ("vertical", lambda x: x[:, ::-1]),
        ("horizontal_and_vertical", lambda x: x[:, ::-1, ::-1]),
    ],
)
def test_flip(mode, flip):
    images = np.random.default_rng(1).normal(size=(1000, 2, 2, 1)).astype(np.float32)
    y = layers.RandomFlip(mode, seed=2)(images).numpy()
    kept = np.all(y == images, axis=(1, 2, 3))
    np.testing.assert_array_equal(y[~kept], flip(images)[~kept])
    assert 0.45 < kept.mean() < 0.55


def test_the_gradient_of_a_flip_is_flipped():
    x = mg.Tensor(IMAGES, requires_grad=True)
    g = np.random.default_rng(1).normal(size=IMAGES.shape).astype(np.float32)
    layers.RandomFlip(seed=3)(x).backward(g)
    np.testing.assert_array_equal(x.grad, layers.RandomFlip(seed=3)(g))


def test_a_quarter_turn_and_whole_shifts_are_exact():
    square = IMAGES[:, :, :8]
    turned = layers.RandomRotation((0.25, 0.25))(square)
    np.testing.assert_allclose(turned, np.rot90(square, axes=(1, 2)), rtol=1e-4, atol=1e-2)
    moved = layers.RandomTranslation((0.25, 0.25), 0, fill_mode="wrap")(IMAGES)  # 2 of 8 rows down
    np.testing.assert_array_equal(moved, np.roll(IMAGES, 2, axis=1))


def test_the_bounds_of_a_shift_are_reached_and_kept():
    ramp = np.tile(np.arange(100.0).reshape(1, 1, 100, 1), (2000, 1, 1, 1))
    y = layers.RandomTranslation(0, (-0.1, 0.3), fill_mode="nearest", seed=1)(ramp).numpy()
    shift = 50 - y[:, 0, 50, 0]
    assert -10 <= shift.min() < -9.5
    assert 29.5 < shift.max() <= 30
    assert abs(shift.mean() - 10) < 0.5


def test_contrast_is_around_the_mean_and_by_the_documented_factor():
    images = np.tile(np.array([100.0, 140.0]).reshape(1, 1, 2, 1), (2000, 1, 1, 1))
    for factor, low, high in ((0.5, 0.5, 1.5), ((0.2, 0.6), 0.8, 1.6)):
        y = layers.RandomContrast(factor, seed=1)(images).numpy()[:, 0, :, 0]
        np.testing.assert_allclose(y.sum(1), 240.0, rtol=1e-5)
        contrast = (y[:, 1] - y[:, 0]) / 40
        assert low <= contrast.min() < low + 0.01
        assert high - 0.01 < contrast.max() <= high
    bright = layers.RandomContrast(1.0, value_range=(0, 1), seed=1)(IMAGES / 255).numpy()
    assert bright.min() >= 0
    assert bright.max() <= 1


def test_brightness_is_a_part_of_the_range():
    images = np.full((2000, 1, 1, 1), 0.5)
    y = layers.RandomBrightness(0.2, value_range=(0, 1), seed=1)(images).numpy()
    assert 0.3 <= y.min() < 0.305
    assert 0.695 < y.max() <= 0.7


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: layers.RandomFlip("both"), "mode must be 'horizontal', 'vertical' or"),
        (lambda: layers.RandomRotation(1.5), "factor must be a number between -1 and 1; got 1.5"),
        (lambda: layers.RandomRotation((0.1, 0.2, 0.3)), "a number or two, lower and upper"),
        (lambda: layers.RandomRotation("a"), "factor"),
        (lambda: layers.RandomRotation(0.1, fill_mode="edge"), "fill_mode must be one of reflect, wrap"),
        (lambda: layers.RandomRotation(0.1, interpolation="cubic"), "interpolation must be one of"),
        (lambda: layers.RandomRotation(0.1, fill_value="x"), "fill_value"),
        (lambda: layers.RandomRotation(0.1, data_format="HWC"), "data_format"),
        (lambda: layers.RandomRotation(0.1, seed=-1), "RandomRotation: seed"),
        (lambda: layers.RandomTranslation(0.1, 2), "width_factor"),
        (lambda: layers.RandomZoom(-1), "height_factor must be"),
        (lambda: layers.RandomZoom(0.1, (-1, 0)), "width_factor"),
        (lambda: layers.RandomContrast(-0.1), "factor must be a number between 0 and 1"),
        (lambda: layers.RandomContrast((0.1,)), "a number or two"),
        (lambda: layers.RandomContrast(0.1, value_range=255), "value_range must be two numbers"),
        (lambda: layers.RandomBrightness(2), "factor"),
    ],
)
def test_wrong_arguments(make, text):
    with pytest.raises(ValueError, match=text):
        make()
