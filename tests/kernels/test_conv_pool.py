"""Convolution and pooling in one against the two apart: the same bits, over drawn configurations."""

from unittest import mock

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kernel_cases import convolutions
from minigrad.errors import ShapeError
from minigrad.kernels import columns, conv, conv_forward, conv_pool, pool, threads, windows
from minigrad.kernels.conv_pool import Pool

NONE = ((0, 0), (0, 0))


@pytest.fixture(params=["usual blocks", "tiny blocks"], autouse=True)
def block_size(request):
    """Every test also runs with blocks of a few rows, so that images are cut."""
    if request.param == "usual blocks":
        yield
        return
    with (
        mock.patch.object(columns, "BLOCK_CELLS", 40),
        mock.patch.object(columns, "MIN_BLOCK_ROWS", 2),
        mock.patch.object(windows, "_WORTH_SHARING", 0),
    ):
        yield


@pytest.fixture(params=["as a whole", "by place"], autouse=True)
def pooled(request):
    """Every test also runs as if there were so many cells that those of one place are brought together."""
    with mock.patch.object(conv_pool, "_MANY", 0 if request.param == "by place" else np.inf):
        yield


@st.composite
def poolings(draw, height, width):
    """A pooling of images of this size: windows may overlap, leave gaps, and reach into padding."""
    size = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    if draw(st.booleans()):  # windows that cut the image into cells, of which the last may be smaller
        after = tuple(draw(st.integers(0, one - 1)) for one in size)
        assume(all(n + p >= k for n, p, k in zip((height, width), after, size, strict=True)))
        return Pool(size, size, ((0, after[0]), (0, after[1])))
    padding = tuple(tuple(draw(st.integers(0, one - 1)) for _ in range(2)) for one in size)
    assume(all(n + sum(p) >= k for n, p, k in zip((height, width), padding, size, strict=True)))
    return Pool(size, draw(st.tuples(st.integers(1, 3), st.integers(1, 3))), padding)


@settings(max_examples=150)
@given(st.data(), convolutions(), st.booleans(), st.booleans())
def test_it_is_the_two_one_after_the_other(data, call, relu, with_bias):
    apart = conv.conv2d(call.x, call.kernel, *call.options)
    bias = np.linspace(-1, 1, apart.shape[3], dtype=apart.dtype) if with_bias else None
    apart = conv.conv2d(call.x, call.kernel, *call.options, bias=bias, relu=relu)
    then = data.draw(poolings(*apart.shape[1:3]))
    expected, expected_index = pool.max_pool2d(apart, *then)
    out, index = conv_pool.conv2d_max_pool2d(call.x, call.kernel, *call.options, bias, relu, then)
    assert out.dtype == call.x.dtype
    np.testing.assert_allclose(out, expected, **call.tolerance)
    np.testing.assert_array_equal(index.dtype, expected_index.dtype)
    if apart.size:  # else windows see padding alone
        chosen = pool.window_gather(apart, index, *then)
        np.testing.assert_allclose(np.where(out > 0, chosen, 0) if relu else chosen, out, **call.tolerance)
    without, none = conv_pool.conv2d_max_pool2d(call.x, call.kernel, *call.options, bias, relu, then, False)
    assert none is None
    np.testing.assert_array_equal(without, out)

    rng = np.random.default_rng(3)
    g = rng.standard_normal(out.shape).astype(out.dtype)
    masked = np.where(out > 0, g, 0) if relu else g
    full = pool.window_scatter(masked, index, apart.shape, *then)
    options = (call.x, full, call.kernel, *call.options)
    for needs in ((True, True, True), (False, True, True), (True, False, False)):
        apart_gradients = conv.conv2d_gradients(*options, needs=needs)
        found = conv_pool.conv2d_max_pool2d_gradients(
            call.x, g, call.kernel, *call.options, out if relu else None, index, then, needs
        )
        for one, other in zip(found, apart_gradients, strict=True):
            if one is None:
                assert other is None
            else:
                np.testing.assert_array_equal(one, other)


@settings(max_examples=60)
@given(st.data(), convolutions(groups=1))
def test_a_convolution_by_its_kernels_rows_is_the_two_one_after_the_other(data, call):
    options = ((1, 1), *call.options[1:])
    by_rows = {"forward_way": lambda of: "rows"}
    with mock.patch.multiple(conv_forward, **by_rows), mock.patch.multiple(conv_pool, **by_rows):
        apart = conv.conv2d(call.x, call.kernel, *options, relu=True)
        assume(apart.size)
        then = data.draw(poolings(*apart.shape[1:3]))
        out, index = conv_pool.conv2d_max_pool2d(call.x, call.kernel, *options, None, True, then)
    expected, _ = pool.max_pool2d(apart, *then)
    np.testing.assert_allclose(out, expected, **call.tolerance)
    chosen = pool.window_gather(apart, index, *then)
    np.testing.assert_allclose(np.where(out > 0, chosen, 0), expected, **call.tolerance)


@pytest.fixture
def lecture():
    """The lecture's second block: images, kernel and bias, the convolution's options, the pooling."""
    rng = np.random.default_rng(0)
    x, kernel = (rng.standard_normal(shape).astype("f") for shape in ((20, 14, 14, 8), (3, 3, 8, 16)))
    return x, kernel, rng.standard_normal(16).astype("f"), ((1, 1), ((1, 1), (1, 1)), (1, 1), 1)


def test_the_lectures_block_has_the_same_bits(lecture):
    x, kernel, bias, options = lecture
    then = Pool((2, 2), (2, 2))
    apart = conv.conv2d(x, kernel, *options, bias=bias, relu=True)
    expected, expected_index = pool.max_pool2d(apart, *then)
    out, index = conv_pool.conv2d_max_pool2d(x, kernel, *options, bias, True, then)
    np.testing.assert_array_equal(out, expected)
    np.testing.assert_array_equal(index[out > 0], expected_index[out > 0])
    g = np.random.default_rng(1).standard_normal(out.shape).astype("f")
    full = pool.window_scatter(g, expected_index, apart.shape, *then)
    for one, other in zip(
        conv_pool.conv2d_max_pool2d_gradients(x, g, kernel, *options, out, index, then),
        conv.conv2d_gradients(x, full, kernel, *options, mask=apart),
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)


def test_the_same_bits_for_any_number_of_threads(lecture):
    x, kernel, bias, options = lecture
    results = []
    before = threads.get_num_threads()
    try:
        for count in (1, 2, 3):
            threads.set_num_threads(count)
            then = Pool((3, 3), (2, 2), ((1, 1), (1, 1)))
            out, index = conv_pool.conv2d_max_pool2d(x, kernel, *options, bias, True, then)
            back = conv_pool.conv2d_max_pool2d_gradients(x, out, kernel, *options, out, index, then)
            results.append((out, index, *back))
    finally:
        threads.set_num_threads(before)
    for other in results[1:]:
        for one, two in zip(results[0], other, strict=True):
            np.testing.assert_array_equal(one, two)


def test_a_nan_stays_one(lecture):
    x, kernel, _, options = lecture
    x[0, 0, 0, 0] = np.nan
    out, _ = conv_pool.conv2d_max_pool2d(x, kernel, *options, None, True, Pool((2, 2), (2, 2)))
    assert np.isnan(out[0, 0, 0]).all()
    assert np.isfinite(out[1:]).all()


@pytest.mark.parametrize("dtype", ["float16", "int64"])
def test_rounded_results_are_pooled_after_rounding(dtype):
    x = np.arange(18).reshape(1, 3, 3, 2).astype(dtype)
    kernel = np.arange(8).reshape(2, 2, 2, 1).astype(dtype)
    options = ((1, 1), NONE, (1, 1), 1)
    expected, expected_index = pool.max_pool2d(conv.conv2d(x, kernel, *options), (2, 2), (2, 2))
    out, index = conv_pool.conv2d_max_pool2d(x, kernel, *options, None, False, Pool((2, 2), (2, 2)))
    assert out.dtype == expected.dtype
    np.testing.assert_array_equal(out, expected)
    np.testing.assert_array_equal(index, expected_index)


def test_windows_of_many_cells_have_a_wide_index():
    x = np.random.default_rng(0).standard_normal((1, 17, 17, 1))
    options = ((1, 1), NONE, (1, 1), 1)
    out, index = conv_pool.conv2d_max_pool2d(
        x, np.ones((1, 1, 1, 1)), *options, None, False, Pool((17, 17), (1, 1))
    )
    assert (out.item(), index.item()) == (x.max(), x.argmax())


def test_bad_input(lecture):
    x, kernel, _, options = lecture
    with pytest.raises(ValueError, match="padding must be smaller than the pool size"):
        conv_pool.conv2d_max_pool2d(x, kernel, *options, None, True, Pool((2, 2), (2, 2), ((2, 0), (0, 0))))
    with pytest.raises(ShapeError, match=r"g must be of shape \(20, 7, 7, 16\)"):
        conv_pool.conv2d_max_pool2d_gradients(
            x, x, kernel, *options, None, x.astype(np.uint8), Pool((2, 2), (2, 2))
        )


def test_padding_around_an_output_without_cells_is_pooled_as_it_is_apart():
    x, kernel, options = np.ones((1, 1, 3, 1)), np.ones((2, 2, 1, 1)), ((1, 1), NONE, (1, 1), 1)
    then = Pool((2, 2), (1, 1), ((1, 1), (0, 0)))
    expected, _ = pool.max_pool2d(conv.conv2d(x, kernel, *options, relu=True), *then)
    out, _ = conv_pool.conv2d_max_pool2d(x, kernel, *options, None, True, then)
    np.testing.assert_array_equal(out, expected)
