"""The loops themselves, against SciPy's correlation and against numbers counted by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import correlate2d

from minigrad.kernels import reference

NONE = ((0, 0), (0, 0))


@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 3), st.integers(1, 3), st.integers(0, 99))
def test_one_channel_is_scipys_correlation(height, width, high, wide, seed):
    rng = np.random.default_rng(seed)
    image, kernel = rng.standard_normal((height, width)), rng.standard_normal((high, wide))
    padding = ((high - 1, high - 1), (wide - 1, wide - 1))
    out = reference.conv2d(image[None, :, :, None], kernel[:, :, None, None], (1, 1), padding)
    np.testing.assert_allclose(out[0, :, :, 0], correlate2d(image, kernel, "full"), atol=1e-12)


def test_the_lectures_sliding_example():
    image = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
    kernel = [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
    out = reference.conv2d(
        np.array(image)[None, :, :, None], np.array(kernel)[:, :, None, None], (1, 1), NONE
    )
    assert out[0, :, :, 0].tolist() == [[4, 3, 4], [2, 4, 3], [2, 3, 4]]


def test_stride_dilation_and_groups_pick_the_right_cells():
    x = np.arange(50.0).reshape(1, 5, 5, 2)
    kernel = np.ones((2, 1, 1, 2))
    out = reference.conv2d(x, kernel, (1, 3), NONE, (3, 1), groups=2)
    for i, j, channel in np.ndindex(2, 2, 2):
        assert out[0, i, j, channel] == x[0, i, 3 * j, channel] + x[0, i + 3, 3 * j, channel]
    assert out.shape == (1, 2, 2, 2)


@pytest.mark.parametrize(("padding", "expected"), [(NONE, [[4]]), (((0, 1), (0, 1)), [[4, 3], [2, 1]])])
def test_the_lectures_pooling_example(padding, expected):
    x = np.array([[4.0, 3.0], [2.0, 1.0]]).reshape(1, 2, 2, 1)
    assert reference.max_pool2d(x, (2, 2), (1, 1), padding)[0][0, :, :, 0].tolist() == expected


def test_ties_go_to_the_first_cell_and_nan_wins():
    x = np.array([[1.0, 5.0], [5.0, 5.0]]).reshape(1, 2, 2, 1)
    assert reference.max_pool2d(x, (2, 2), (2, 2), NONE)[1].item() == 1
    x[0, 1, 0, 0] = np.nan
    out, index = reference.max_pool2d(x, (2, 2), (2, 2), NONE)
    assert np.isnan(out.item())
    assert index.item() == 2


def test_average_counts_real_cells_only():
    x = np.full((1, 3, 3, 1), 7.0)
    out = reference.average_pool2d(x, (2, 2), (2, 2), ((1, 0), (1, 0)))
    assert (out == 7).all()


def test_pool_gradients_by_hand():
    x = np.array([1.0, 2.0, 2.0, 0.0]).reshape(1, 1, 4, 1)
    g = np.array([1.0, 10.0, 100.0]).reshape(1, 1, 3, 1)
    assert reference.max_pool2d_gradient(g, x, (1, 2), (1, 1), NONE).ravel().tolist() == [0, 11, 100, 0]
    assert reference.average_pool2d_gradient(g, x.shape, (1, 2), (1, 1), NONE).ravel().tolist() == [
        0.5,
        5.5,
        55,
        50,
    ]
