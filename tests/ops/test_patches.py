import numpy as np
import pytest

from minigrad import ops
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients

X = np.random.default_rng(0).normal(size=(2, 3, 5, 6))


def plain_unfold(x, kernel, dilation, padding, stride):
    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    spans = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    columns = []
    for i in range(0, x.shape[2] - spans[0] + 1, stride[0]):
        for j in range(0, x.shape[3] - spans[1] + 1, stride[1]):
            window = x[:, :, i : i + spans[0] : dilation[0], j : j + spans[1] : dilation[1]]
            columns.append(window.reshape(len(x), -1))
    return np.stack(columns, -1)


OPTIONS = [
    {"kernel_size": (2, 3)},
    {"kernel_size": 2, "dilation": 2, "padding": 1, "stride": 2},
    {"kernel_size": (3, 1), "padding": (0, 2), "stride": (2, 1)},
]


@pytest.mark.parametrize("options", OPTIONS)
def test_unfold_is_the_plain_loop(options):
    both = {name: value if isinstance(value, tuple) else (value,) * 2 for name, value in options.items()}
    full = {"dilation": (1, 1), "padding": (0, 0), "stride": (1, 1)} | both
    kernel = full.pop("kernel_size")
    np.testing.assert_array_equal(
        ops.unfold(Tensor(X), **options), plain_unfold(X, kernel, **full), strict=True
    )


@pytest.mark.parametrize("options", OPTIONS)
def test_fold_is_its_adjoint(options):
    columns = ops.unfold(X, **options)
    y = np.random.default_rng(1).normal(size=columns.shape)
    folded = ops.fold(y, (5, 6), **options)
    np.testing.assert_allclose((folded.numpy() * X).sum(), (y * columns.numpy()).sum(), rtol=1e-10)
    check_gradients(lambda x: ops.unfold(x, **options) ** 2, X, order=2, max_elements=5)
    check_gradients(lambda x: ops.fold(x, (5, 6), **options) ** 2, y, order=2, max_elements=5)


def test_patches_are_those_that_a_convolution_sees():
    images = X.transpose(0, 2, 3, 1)
    kernel = np.random.default_rng(1).normal(size=(2, 3, 3, 4))
    for options in (
        {"strides": 1},
        {"strides": (2, 1), "padding": "same"},
        {"strides": 1, "dilation_rate": 2},
    ):
        patches = ops.image.extract_patches(Tensor(images), (2, 3), **options)
        expected = ops.conv(images, kernel, **options)
        np.testing.assert_allclose(
            ops.matmul(patches, kernel.reshape(18, 4)), expected, rtol=1e-10, atol=1e-12
        )
    check_gradients(lambda x: ops.image.extract_patches(x, 2) ** 2, images, order=2, max_elements=5)


def test_patches_of_one_image_and_with_channels_first():
    images = X.transpose(0, 2, 3, 1)
    several = ops.image.extract_patches(images, 2)
    assert several.shape == (2, 2, 3, 12)
    np.testing.assert_array_equal(ops.image.extract_patches(images[0], 2), several.numpy()[0])
    first = ops.image.extract_patches(X, 2, data_format="channels_first")
    np.testing.assert_array_equal(first, several.numpy().transpose(0, 3, 1, 2))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: ops.unfold(X[0], 2),
            ShapeError,
            r"shape \(N, C, H, W\); got \(3, 5, 6\)",
        ),
        (lambda: ops.unfold(X, 6), ShapeError, r"unfold: a window of \(6, 6\).* does not fit into \(5, 6\)"),
        (lambda: ops.unfold(X, 0), ValueError, "kernel_size must be an integer"),
        (lambda: ops.fold(X[0], 5, 2), ShapeError, r"fold: x must have shape \(N, C \* 4, 16\)"),
        (
            lambda: ops.image.extract_patches(X, 2, padding="full"),
            ValueError,
            "padding must be 'valid'",
        ),
        (lambda: ops.image.extract_patches(X[0, 0], 2), ShapeError, "extract_patches"),
    ],
)
def test_bad_input(call, error, message):
    with pytest.raises(error, match=message):
        call()
