import numpy as np
import pytest

import minigrad as mg
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients

image = mg.ops.image
X = np.random.default_rng(0).random((2, 5, 6, 3))


def test_to_an_integer_multiple_it_is_the_layers_upsampling():
    for interpolation in ("nearest", "bilinear"):
        layer = mg.layers.UpSampling2D((2, 3), interpolation=interpolation, dtype="float64")
        y = image.resize(X, (10, 18), interpolation=interpolation)
        np.testing.assert_allclose(y, layer(X), rtol=1e-12)


def test_a_linear_image_stays_linear_within():
    ramp = np.broadcast_to(np.arange(8.0)[:, None], (8, 5))[..., None]
    y = image.resize(ramp, (4, 5)).numpy()[:, :, 0]
    np.testing.assert_allclose(y, np.broadcast_to([[0.5], [2.5], [4.5], [6.5]], (4, 5)))


def test_antialiasing_takes_the_mean_of_what_a_pixel_covers():
    stripes = np.broadcast_to((np.arange(16) % 2.0)[:, None], (16, 2))[..., None]
    coarse = image.resize(stripes, (5, 2)).numpy()
    smooth = image.resize(stripes, (5, 2), antialias=True).numpy()
    assert np.ptp(coarse) > 0.5 > 0.2 > np.ptp(smooth)
    np.testing.assert_array_equal(
        image.resize(X, (9, 9)), image.resize(X, (9, 9), antialias=True).numpy().clip(0, 1)
    )


def test_proportions():
    square = image.resize(X, (4, 4), crop_to_aspect_ratio=True)
    np.testing.assert_allclose(square, image.resize(X[:, :, :5], (4, 4)))
    padded = image.resize(X, (9, 6), pad_to_aspect_ratio=True, fill_value=0.5).numpy()
    expected = np.full((2, 9, 6, 3), 0.5)
    expected[:, 2:7] = X
    np.testing.assert_allclose(padded, expected)


def test_layouts_and_dtypes():
    y = image.resize(X, (3, 4)).numpy()
    np.testing.assert_array_equal(image.resize(X[0], (3, 4)), y[0])
    first = image.resize(X.transpose(0, 3, 1, 2), (3, 4), data_format="channels_first")
    np.testing.assert_allclose(first, y.transpose(0, 3, 1, 2), rtol=1e-12)
    assert image.resize(X.astype(np.float32), 3).dtype == np.float32
    assert image.resize((X * 255).astype(np.uint8), 3).dtype == np.uint8


def test_gradients():
    check_gradients(lambda x: image.resize(x, (3, 4)) ** 2, X, order=2, max_elements=5)
    check_gradients(lambda x: image.rgb_to_grayscale(x) ** 2, X, order=2, max_elements=5)
    check_gradients(lambda x: image.crop_images(x, 1, 2, 1, 1) ** 2, X, order=2, max_elements=5)
    check_gradients(lambda x: image.pad_images(x, 1, 2, 1, 1) ** 2, X, order=2, max_elements=5)


def test_cropping_and_padding():
    expected = X[:, 1:4, 2:4]
    for given in ((1, 2, 1, 2), (1, 2, None, None, 3, 2), (None, None, 1, 2, 3, 2)):
        np.testing.assert_array_equal(image.crop_images(X, *given), expected)
    expected = np.pad(X, ((0, 0), (1, 2), (0, 3), (0, 0)))
    for given in ((1, 0, 2, 3), (1, 0, None, None, 8, 9), (None, None, 2, 3, 8, 9)):
        np.testing.assert_array_equal(image.pad_images(X, *given), expected)


def test_gray():
    y = image.rgb_to_grayscale(X)
    np.testing.assert_allclose(y.numpy()[..., 0], X @ [0.2989, 0.587, 0.114], rtol=1e-12)
    assert image.rgb_to_grayscale(np.full((1, 1, 3), 255, np.uint8)).item() == 254


def test_symbolic_images():
    inputs = mg.Input((5, 6, 3))
    model = mg.Model(inputs, image.resize(image.crop_images(inputs, 1, 1, 1, 1), (4, 4)))
    assert model.output_shape == (None, 4, 4, 3)
    assert model.predict(X.astype(np.float32), verbose=0).shape == (2, 4, 4, 3)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: image.resize(X[0, 0], 3), ShapeError, r"resize: images must be .*got shape \(6, 3\)"),
        (lambda: image.resize(X, 3, "bicubic"), ValueError, "'nearest' or 'bilinear'; got 'bicubic'"),
        (lambda: image.resize(X, (1, 2, 3)), ValueError, "size must be an integer or 2 integers"),
        (lambda: image.resize(X, 3, fill_mode="wrap"), ValueError, "fill_mode must be 'constant'"),
        (lambda: image.resize(X, 3, "nearest", False, True, True), ValueError, "only one of"),
        (lambda: image.resize(X[:, :0], 3), ShapeError, "no pixels"),
        (lambda: image.crop_images(X, 1, 2, 1), ValueError, "of left, right and target_width exactly two"),
        (
            lambda: image.crop_images(X, 1, 2, 1, 1, 3),
            ValueError,
            "of top, bottom and target_height exactly two",
        ),
        (lambda: image.crop_images(X, 3, 0, 3, 0), ValueError, "of height 5 can't become -1"),
        (
            lambda: image.pad_images(X, 3, 0, target_height=4, target_width=9),
            ValueError,
            "can't become 4 with 3",
        ),
        (lambda: image.rgb_to_grayscale(X[..., :2]), ShapeError, "3 channels"),
    ],
)
def test_bad_input(call, error, message):
    with pytest.raises(error, match=message):
        call()
