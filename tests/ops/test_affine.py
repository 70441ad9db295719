"""Affine transforms of images, against Keras (tests/golden/make_general_golden.py)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import minigrad as mg
from minigrad.errors import DTypeError, ShapeError
from minigrad.ops.affine import flip_some

GOLDEN = np.load(Path(__file__).parents[1] / "golden/general.npz")
IMAGES, TRANSFORMS = GOLDEN["affine/images"], GOLDEN["affine/transforms"]
STILL = [1, 0, 0, 0, 1, 0, 0, 0]
affine_transform = mg.ops.image.affine_transform


@pytest.mark.parametrize("fill_mode", ["constant", "nearest", "wrap", "mirror", "reflect"])
@pytest.mark.parametrize("interpolation", ["nearest", "bilinear"])
def test_results_are_those_of_keras(interpolation, fill_mode):
    expected = GOLDEN[f"affine/{interpolation}/{fill_mode}"]
    options = (interpolation, fill_mode, 0.5)
    np.testing.assert_allclose(affine_transform(IMAGES, TRANSFORMS, *options), expected, rtol=1e-4, atol=2e-5)
    first = affine_transform(IMAGES.transpose(0, 3, 1, 2), TRANSFORMS, *options, "channels_first")
    np.testing.assert_allclose(first.numpy().transpose(0, 2, 3, 1), expected, rtol=1e-4, atol=2e-5)
    one = affine_transform(IMAGES[2], TRANSFORMS[2], *options)
    np.testing.assert_allclose(one, expected[2], rtol=1e-4, atol=2e-5)


def test_one_transform_for_all_images():
    moved = affine_transform(IMAGES, [1, 0, 1, 0, 1, 0, 0, 0])
    np.testing.assert_array_equal(moved.numpy()[:, :, :-1], IMAGES[:, :, 1:])
    assert not moved.numpy()[:, :, -1].any()


def test_dtypes():
    integers = np.array([[[0], [10]], [[250], [255]]], np.uint8)
    half = affine_transform(integers, [1, 0, 0.5, 0, 1, 0, 0, 0], fill_mode="nearest")
    assert half.dtype == np.uint8
    assert half.numpy()[..., 0].tolist() == [[5, 10], [252, 255]]  # 252.5 to even
    assert affine_transform(IMAGES.astype(np.float16), TRANSFORMS).dtype == np.float16
    assert affine_transform(IMAGES.astype(np.float64), TRANSFORMS).dtype == np.float64


def test_the_gradient_goes_to_the_pixels_that_were_read():
    x = mg.Tensor(np.arange(3.0).reshape(1, 1, 3, 1), requires_grad=True)
    y = affine_transform(x, [1, 0, -0.25, 0, 1, 0, 0, 0])
    y.backward(np.array([1.0, 10.0, 100.0]).reshape(1, 1, 3, 1))
    np.testing.assert_allclose(x.grad.ravel(), [0.75 + 2.5, 7.5 + 25, 75])


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: affine_transform(IMAGES[0, 0], STILL), ShapeError, "4 axes, or 3 for one image"),
        (lambda: affine_transform(IMAGES, [STILL] * 4), ShapeError, r"\(8,\) or \(5, 8\).*\(4, 8\)"),
        (lambda: affine_transform(IMAGES, STILL[:6]), ShapeError, r"got \(6,\)"),
        (lambda: affine_transform(IMAGES, [1, 0, 0, 0, 1, 0, 0.1, 0]), ValueError, "perspective"),
        (lambda: affine_transform(IMAGES, [np.nan, 0, 0, 0, 1, 0, 0, 0]), ValueError, "finite"),
        (lambda: affine_transform(IMAGES, STILL, "cubic"), ValueError, "interpolation must be one of"),
        (lambda: affine_transform(IMAGES, STILL, fill_mode="edge"), ValueError, "fill_mode must be one of"),
        (
            lambda: affine_transform(IMAGES, mg.Tensor(np.array(STILL, float), requires_grad=True)),
            DTypeError,
            "detach",
        ),
    ],
)
def test_bad_input(call, error, text):
    with pytest.raises(error, match=text):
        call()


def test_some_images_are_mirrored():
    chosen = np.arange(len(IMAGES)) % 2 == 0
    for axes in ((1,), (2,), (1, 2)):
        expected = np.where(chosen[:, None, None, None], np.flip(IMAGES, axes), IMAGES)
        np.testing.assert_array_equal(flip_some(mg.Tensor(IMAGES), chosen, axes), expected)
