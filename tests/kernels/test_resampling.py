"""Reading images at places between pixels, against SciPy; and the way back."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from minigrad.kernels.resampling import FILL_MODES, INTERPOLATIONS, resample, resample_gradient
from minigrad.kernels.threads import get_num_threads, set_num_threads

SCIPY_MODES = {"constant": "grid-constant", "wrap": "grid-wrap"}


def problem(shape, seed=0):
    """Return images and transforms that leave the image on all sides."""
    generator = np.random.default_rng(seed)
    transforms = generator.normal(size=(shape[0], 6)) * [1, 1, 5, 1, 1, 5]
    return generator.normal(size=shape), transforms


@pytest.mark.parametrize("fill_mode", FILL_MODES)
@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
@pytest.mark.parametrize("shape", [(3, 6, 5, 2), (2, 1, 4, 1), (1, 1, 1, 3), (200, 9, 10, 1)])
def test_each_pixel_is_what_scipy_reads_there(shape, interpolation, fill_mode):
    images, transforms = problem(shape)
    out = resample(images, transforms, interpolation, fill_mode, 0.5)
    y, x = np.mgrid[: shape[1], : shape[2]]
    for n in range(0, shape[0], 19):
        a0, a1, a2, b0, b1, b2 = transforms[n]
        places = [b0 * x + b1 * y + b2, a0 * x + a1 * y + a2]
        for c in range(shape[3]):
            expected = ndimage.map_coordinates(
                images[n, :, :, c],
                places,
                order=INTERPOLATIONS.index(interpolation),
                mode=SCIPY_MODES.get(fill_mode, fill_mode),
                cval=0.5,
            )
            np.testing.assert_allclose(out[n, :, :, c], expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("fill_mode", FILL_MODES)
@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
def test_the_way_back_is_the_transpose(interpolation, fill_mode):
    images, transforms = problem((3, 6, 5, 2))
    g = np.random.default_rng(1).normal(size=images.shape)
    there = np.vdot(g, resample(images, transforms, interpolation, fill_mode))
    back = np.vdot(resample_gradient(g, transforms, interpolation, fill_mode), images)
    np.testing.assert_allclose(back, there, rtol=1e-12)


def test_the_identity_and_whole_steps_are_exact():
    images = np.random.default_rng(0).normal(size=(2, 4, 5, 3)).astype(np.float32)
    still = np.tile([1.0, 0, 0, 0, 1, 0], (2, 1))
    moved = np.tile([1.0, 0, 2, 0, 1, -1], (2, 1))
    for interpolation in INTERPOLATIONS:
        np.testing.assert_array_equal(resample(images, still, interpolation, "reflect"), images)
        rolled = resample(images, moved, interpolation, "wrap")
        np.testing.assert_array_equal(rolled, np.roll(images, (1, -2), axis=(1, 2)))


def test_the_number_of_threads_makes_no_difference():
    images, transforms = problem((40, 30, 30, 3))
    before = get_num_threads()
    results = []
    for threads in (1, 3):
        set_num_threads(threads)
        results.append(
            [f(images, transforms, "bilinear", "reflect").tobytes() for f in (resample, resample_gradient)]
        )
    set_num_threads(before)
    assert results[0] == results[1]


def test_huge_places_and_no_images():
    images = np.ones((1, 3, 3, 1), np.float32)
    far = np.array([[1e20, 0, 1e20, 0, 1e20, -1e20]])
    for mode in FILL_MODES:
        assert np.isfinite(resample(images, far, "nearest", mode)).all()
    assert resample(images[:0], far[:0], "bilinear", "reflect").shape == (0, 3, 3, 1)
    assert resample_gradient(images[:0], far[:0], "bilinear", "reflect").shape == (0, 3, 3, 1)
