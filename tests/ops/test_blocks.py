import numpy as np
import pytest

from minigrad import ops
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients

X = np.arange(2 * 4 * 6 * 8.0).reshape(2, 4, 6, 8)


def test_each_pixel_comes_from_its_block():
    y = ops.depth_to_space(Tensor(X), 2).numpy()
    for n, i, j, c in np.ndindex(y.shape):
        assert y[n, i, j, c] == X[n, i // 2, j // 2, (i % 2 * 2 + j % 2) * 2 + c]


def test_channels_first_as_pytorchs_pixel_shuffle():
    y = ops.depth_to_space(X, 2, data_format="channels_first").numpy()
    for n, c, i, j in np.ndindex(y.shape):
        assert y[n, c, i, j] == X[n, c * 4 + i % 2 * 2 + j % 2, i // 2, j // 2]


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_one_undoes_the_other(data_format):
    there = ops.depth_to_space(X, 2, data_format)
    np.testing.assert_array_equal(ops.space_to_depth(there, 2, data_format), X, strict=True)
    check_gradients(lambda x: ops.space_to_depth(x, 2, data_format) ** 2, X[:1], order=2, max_elements=5)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: ops.depth_to_space(X, 3), ShapeError, r"8 channels of x of shape \(2, 4, 6, 8\) .* 3 x 3"),
        (lambda: ops.space_to_depth(X, 4), ShapeError, "can't be cut into blocks of 4 x 4"),
        (lambda: ops.space_to_depth(X[0], 2), ShapeError, r"x must have 4 axes; got shape \(4, 6, 8\)"),
        (lambda: ops.depth_to_space(X, 0), ValueError, "block_size must be an integer"),
        (lambda: ops.depth_to_space(X, 2, "NHWC"), ValueError, "data_format must be one of"),
    ],
)
def test_bad_input(call, error, message):
    with pytest.raises(error, match=message):
        call()
