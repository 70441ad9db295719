"""The fast pools against the loops."""

from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings

from kernel_cases import pools
from minigrad.errors import DTypeError, ShapeError
from minigrad.kernels import pool, reference, threads, windows

NONE = ((0, 0), (0, 0))


@pytest.fixture(params=["usual blocks", "tiny blocks"], autouse=True)
def block_size(request):
    """Every test also runs with blocks of a few rows, so that images are cut."""
    if request.param == "usual blocks":
        yield
        return
    with mock.patch.object(pool, "_BLOCK_CELLS", 20), mock.patch.object(windows, "_WORTH_SHARING", 0):
        yield


def cotangent(like):
    return np.random.default_rng(5).standard_normal(like.shape).astype(like.dtype)


@settings(max_examples=150)
@given(pools())
def test_maximum_and_index_are_the_loops(case):
    x, options = case
    expected, where = reference.max_pool2d(x, *options)
    out, index = pool.max_pool2d(x, *options)
    assert (out.dtype, index.dtype) == (x.dtype, np.uint8)
    np.testing.assert_array_equal(out, expected)
    np.testing.assert_array_equal(index, where)
    alone, nothing = pool.max_pool2d(x, *options, with_index=False)
    assert nothing is None
    np.testing.assert_array_equal(alone, expected)
    np.testing.assert_array_equal(pool.window_gather(x, index, *options), expected)


@settings(max_examples=150)
@given(pools())
def test_scatter_is_the_gradient(case):
    x, options = case
    out, index = pool.max_pool2d(x, *options)
    g = cotangent(out)
    expected = reference.max_pool2d_gradient(g, x, *options)
    np.testing.assert_allclose(
        pool.window_scatter(g, index, x.shape, *options), expected, rtol=1e-5, atol=1e-6
    )


@settings(max_examples=100)
@given(pools())
def test_average_and_its_gradient_are_the_loops(case):
    x, options = np.nan_to_num(case[0], posinf=3, neginf=-3), case[1]
    out = pool.average_pool2d(x, *options)
    g = cotangent(out)
    assert out.dtype == x.dtype
    np.testing.assert_allclose(out, reference.average_pool2d(x, *options), rtol=1e-5, atol=1e-5)
    gx = pool.average_pool2d_gradient(g, x.shape, *options)
    np.testing.assert_allclose(
        gx, reference.average_pool2d_gradient(g, x.shape, *options), rtol=1e-5, atol=1e-5
    )


@given(pools())
def test_adjoints(case):
    x, options = np.nan_to_num(case[0].astype(float), posinf=3, neginf=-3), case[1]
    out, index = pool.max_pool2d(x, *options)
    g = cotangent(out)
    scattered = np.vdot(pool.window_scatter(g, index, x.shape, *options), x)
    gathered = np.vdot(pool.window_gather(x, index, *options), g)
    np.testing.assert_allclose(scattered, gathered, atol=1e-10)
    forward = np.vdot(pool.average_pool2d(x, *options), g)
    back = np.vdot(x, pool.average_pool2d_gradient(g, x.shape, *options))
    np.testing.assert_allclose(forward, back, atol=1e-10)


def test_infinite_gradients_stay_in_their_cell():
    x = np.array([[1.0, 2.0], [3.0, 4.0]]).reshape(1, 2, 2, 1)
    _, index = pool.max_pool2d(x, (2, 2), (2, 2))
    gx = pool.window_scatter(np.full((1, 1, 1, 1), np.inf), index, x.shape, (2, 2), (2, 2))
    assert gx.ravel().tolist() == [0, 0, 0, np.inf]


def test_a_large_window_has_a_wide_index():
    x = np.zeros((1, 17, 17, 1), np.float32)
    x[0, 16, 16, 0] = 1
    out, index = pool.max_pool2d(x, (17, 17), (1, 1))
    assert (out.item(), index.item()) == (1, 288)
    assert index.dtype == np.intp
    assert pool.window_scatter(out, index, x.shape, (17, 17), (1, 1)).argmax() == 288


@pytest.mark.parametrize("dtype", [np.float16, np.int32, np.uint8, np.bool_])
def test_other_dtypes(dtype):
    x = np.random.default_rng(0).integers(0, 2, (2, 5, 5, 3)).astype(dtype)
    out, index = pool.max_pool2d(x, (2, 2), (2, 2), ((1, 0), (1, 0)))
    expected, where = reference.max_pool2d(x, (2, 2), (2, 2), ((1, 0), (1, 0)))
    assert out.dtype == dtype
    np.testing.assert_array_equal(out, expected)
    np.testing.assert_array_equal(index, where)


def test_the_bits_do_not_depend_on_the_number_of_threads():
    x = np.random.default_rng(0).standard_normal((40, 15, 15, 16), dtype=np.float32)
    options = ((3, 3), (2, 2), ((1, 1), (1, 1)))
    before, results = threads.get_num_threads(), []
    try:
        for count in (1, 2, 3):
            threads.set_num_threads(count)
            out, index = pool.max_pool2d(x, *options)
            gx = pool.window_scatter(out, index, x.shape, *options)
            average = pool.average_pool2d(x, *options)
            back = pool.average_pool2d_gradient(average, x.shape, *options)
            results.append([part.tobytes() for part in (out, index, gx, average, back)])
    finally:
        threads.set_num_threads(before)
    assert results[0] == results[1] == results[2]


@pytest.mark.parametrize("name", ["max_pool2d", "average_pool2d"])
def test_bad_arguments(name):
    function = getattr(pool, name)
    x = np.ones((1, 4, 4, 1))
    with pytest.raises(ValueError, match=r"padding must be smaller than the pool size"):
        function(x, (2, 2), (1, 1), ((2, 0), (0, 0)))
    with pytest.raises(ValueError, match=r"strides must be 2 integers, each >= 1; got \(1, 0\)"):
        function(x, (2, 2), (1, 0))
    with pytest.raises(ShapeError, match=r"got shape \(4, 4, 1\)"):
        function(x[0], (2, 2), (1, 1))


def test_bad_gradient_arguments():
    g, index = np.ones((1, 2, 2, 1)), np.zeros((1, 2, 2, 1), np.uint8)
    with pytest.raises(
        ShapeError, match=r"window_scatter: g must be of shape \(1, 2, 2, 1\); got \(1, 2, 2, 2\)"
    ):
        pool.window_scatter(np.ones((1, 2, 2, 2)), index, (1, 4, 4, 1), (2, 2), (2, 2))
    with pytest.raises(ShapeError, match=r"window_scatter: index must be of shape"):
        pool.window_scatter(g, index[:, :1], (1, 4, 4, 1), (2, 2), (2, 2))
    with pytest.raises(ShapeError, match=r"window_gather: index must be of shape"):
        pool.window_gather(np.ones((1, 4, 4, 1)), index[:, :1], (2, 2), (2, 2))
    with pytest.raises(ShapeError, match=r"average_pool2d_gradient: g must be of shape"):
        pool.average_pool2d_gradient(g[:, :1], (1, 4, 4, 1), (2, 2), (2, 2))
    with pytest.raises(DTypeError, match=r"complex128"):
        pool.average_pool2d(np.ones((1, 2, 2, 1), complex), (2, 2), (2, 2))
