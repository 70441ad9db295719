"""The fast convolution against the loops, over drawn configurations, and against itself."""

from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel_cases import convolutions
from minigrad.errors import DTypeError, ShapeError
from minigrad.kernels import (
    columns,
    conv,
    conv_forward,
    conv_gradients,
    conv_plan,
    conv_separable,
    conv_strided,
    depthwise,
    reference,
    threads,
    windows,
)

NONE = ((0, 0), (0, 0))
SAME = ((1, 1), (1, 1))


@pytest.fixture(params=["usual blocks", "tiny blocks"], autouse=True)
def block_size(request):
    """Every test also runs with blocks of a few rows, so that images are cut."""
    if request.param == "usual blocks":
        yield
        return
    with (
        mock.patch.object(columns, "BLOCK_CELLS", 40),
        mock.patch.object(columns, "MIN_BLOCK_ROWS", 2),
        mock.patch.object(depthwise, "BLOCK_CELLS", 20),
        mock.patch.object(windows, "_WORTH_SHARING", 0),
    ):
        yield


@pytest.fixture
def usual_sizes():
    """The usual block sizes in both runs of a test, since the plan depends on them."""
    with (
        mock.patch.object(columns, "BLOCK_CELLS", 1_200_000),
        mock.patch.object(columns, "MIN_BLOCK_ROWS", 256),
    ):
        yield


def masks(call, draw):
    rng = np.random.default_rng(7)
    return rng.standard_normal(call.g.shape).astype(call.g.dtype) if draw else None


@settings(max_examples=150)
@given(convolutions())
def test_forward_is_the_loops(call):
    expected = reference.conv2d(call.x, call.kernel, *call.options)
    out = conv.conv2d(call.x, call.kernel, *call.options)
    assert out.dtype == call.x.dtype
    np.testing.assert_allclose(out, expected, **call.tolerance)
    bias = np.linspace(-1, 1, out.shape[3], dtype=out.dtype)
    activated = conv.conv2d(call.x, call.kernel, *call.options, bias=bias, relu=True)
    np.testing.assert_allclose(activated, np.maximum(expected + bias, 0), **call.tolerance)


@settings(max_examples=150)
@given(convolutions(), st.booleans())
def test_gradients_are_the_loops(call, masked):
    mask = masks(call, masked)
    g = call.g if mask is None else np.where(mask > 0, call.g, 0)
    gx, gkernel, gbias = conv.conv2d_gradients(call.x, call.g, call.kernel, *call.options, mask)
    expected_x = reference.conv2d_input_gradient(g, call.kernel, call.x.shape, *call.options)
    expected_kernel = reference.conv2d_kernel_gradient(call.x, g, call.kernel.shape[:2], *call.options)
    assert gx.dtype == gkernel.dtype == gbias.dtype == call.x.dtype
    np.testing.assert_allclose(gx, expected_x, **call.tolerance)
    np.testing.assert_allclose(gkernel, expected_kernel, **call.tolerance)
    np.testing.assert_allclose(gbias, g.sum(axis=(0, 1, 2)), **call.tolerance)
    alone = conv.conv2d_input_gradient(call.g, call.kernel, call.x.shape, *call.options, mask)
    np.testing.assert_allclose(alone, expected_x, **call.tolerance)
    alone = conv.conv2d_kernel_gradient(call.x, call.g, call.kernel.shape[:2], *call.options, mask)
    np.testing.assert_allclose(alone, expected_kernel, **call.tolerance)


@settings(max_examples=150)
@given(convolutions())
def test_every_way_back_is_the_loops(call):
    """Each way is forced where it can do it at all, whatever the plan would choose."""
    of = columns.case("conv2d", call.x.shape, call.kernel.shape, *call.options)
    able = [conv_gradients.Gradients]
    if conv_plan.separable(of):
        able.append(conv_separable.Separable)
    if of.windows.dilation == (1, 1):
        able.append(conv_strided.Strided)
    expected_x = reference.conv2d_input_gradient(call.g, call.kernel, call.x.shape, *call.options)
    expected_kernel = reference.conv2d_kernel_gradient(call.x, call.g, call.kernel.shape[:2], *call.options)
    for way in able:
        with mock.patch.object(conv, "way_back", return_value=way):
            gx, gkernel, gbias = conv.conv2d_gradients(call.x, call.g, call.kernel, *call.options)
        np.testing.assert_allclose(gx, expected_x, **call.tolerance)
        np.testing.assert_allclose(gkernel, expected_kernel, **call.tolerance)
        np.testing.assert_allclose(gbias, call.g.sum(axis=(0, 1, 2)), **call.tolerance)


@settings(max_examples=150)
@given(convolutions(), st.booleans())
def test_every_way_forward_is_the_loops(call, with_bias):
    of = columns.case("conv2d", call.x.shape, call.kernel.shape, *call.options)
    expected = reference.conv2d(call.x, call.kernel, *call.options)
    bias = np.linspace(-1, 1, expected.shape[3], dtype=expected.dtype) if with_bias else None
    expected = expected if bias is None else expected + bias
    for way in ["columns", "rows"] if of.windows.strides == (1, 1) else ["columns"]:
        out = np.full_like(expected, np.nan)
        with mock.patch.object(conv_forward, "forward_way", return_value=way):
            conv_forward.forward(call.x, call.kernel, of, bias, False, out)
        np.testing.assert_allclose(out, expected, **call.tolerance)


@pytest.mark.parametrize(
    ("shape", "kernel", "options", "forward", "backward"),
    [
        ((2, 14, 14, 32), (3, 3, 32, 64), {}, "columns", "separable"),
        ((2, 28, 28, 16), (11, 11, 16, 32), {}, "rows", "separable"),
        ((2, 300, 300, 16), (11, 11, 16, 32), {}, "columns", "separable"),  # an image of many blocks
        ((2, 32, 32, 3), (5, 5, 3, 32), {"strides": (2, 2)}, "columns", "strided"),
        ((2, 32, 32, 3), (5, 5, 3, 32), {"strides": (5, 5)}, "columns", "columns"),
        ((2, 32, 32, 3), (5, 5, 3, 32), {"strides": (2, 2), "dilation": (2, 2)}, "columns", "columns"),
        ((2, 14, 14, 8), (3, 3, 1, 16), {"groups": 8}, "depthwise", "depthwise"),
        ((2, 14, 14, 8), (3, 3, 4, 16), {"groups": 2}, "columns", "separable"),
        ((2, 14, 14, 8), (1, 1, 8, 16), {}, "columns", "columns"),
    ],
)
@pytest.mark.usefixtures("usual_sizes")
def test_the_plan(shape, kernel, options, forward, backward):
    given_options = {"strides": (1, 1), "padding": NONE, "dilation": (1, 1), "groups": 1} | options
    of = columns.case("conv2d", shape, kernel, *given_options.values())
    assert conv_plan.forward_way(of) == forward
    assert conv_plan.backward_way(of, (True, True, True)) == backward
    without_input = conv_plan.backward_way(of, (False, True, True))
    assert without_input == ("depthwise" if backward == "depthwise" else "columns")


@given(convolutions())
def test_the_three_are_each_others_adjoints(call):
    x, kernel, g, options = (
        call.x.astype(float),
        call.kernel.astype(float),
        call.g.astype(float),
        call.options,
    )
    forward = np.vdot(conv.conv2d(x, kernel, *options), g)
    by_input = np.vdot(x, conv.conv2d_input_gradient(g, kernel, x.shape, *options))
    by_kernel = np.vdot(kernel, conv.conv2d_kernel_gradient(x, g, kernel.shape[:2], *options))
    np.testing.assert_allclose([by_input, by_kernel], forward, atol=1e-9)


@pytest.mark.parametrize(
    ("shape", "kernel_shape", "options"),
    [
        ((30, 14, 14, 8), (3, 3, 8, 16), ((1, 1), SAME)),
        ((30, 28, 28, 1), (3, 3, 1, 32), ((1, 1), SAME)),
        ((20, 9, 9, 6), (3, 3, 6, 4), ((2, 2), SAME)),
        ((20, 9, 9, 6), (3, 3, 1, 12), ((1, 1), SAME, (1, 1), 6)),
        ((20, 9, 9, 6), (3, 3, 1, 6), ((2, 2), SAME, (1, 1), 6)),
        ((20, 9, 9, 6), (3, 3, 3, 4), ((1, 1), SAME, (1, 1), 2)),
        ((20, 14, 14, 8), (5, 5, 8, 8), ((1, 1), SAME)),
        ((30, 6, 6, 64), (1, 1, 64, 64), ((1, 1), NONE)),
    ],
)
def test_the_bits_do_not_depend_on_the_number_of_threads(shape, kernel_shape, options):
    rng = np.random.default_rng(3)
    x, kernel = (rng.standard_normal(s, dtype=np.float32) for s in (shape, kernel_shape))
    before, results = threads.get_num_threads(), []
    try:
        for count in (1, 2, 3):
            threads.set_num_threads(count)
            out = conv.conv2d(x, kernel, *options, relu=True)
            results.append([out, *conv.conv2d_gradients(x, out, kernel, *options, mask=out)])
    finally:
        threads.set_num_threads(before)
    for other in results[1:]:
        for one, two in zip(results[0], other, strict=True):
            assert one.tobytes() == two.tobytes()


def test_the_mask_silences_infinite_gradients():
    x, kernel = np.ones((1, 2, 2, 1)), np.ones((1, 1, 1, 1))
    g = np.array([np.inf, 1.0, np.nan, 2.0]).reshape(1, 2, 2, 1)
    mask = np.array([0.0, 3.0, -1.0, np.inf]).reshape(1, 2, 2, 1)
    gx, gkernel, gbias = conv.conv2d_gradients(x, g, kernel, mask=mask)
    assert gx.ravel().tolist() == [0, 1, 0, 2]
    assert gkernel.item() == gbias.item() == 3


@pytest.mark.parametrize(
    "needs", [(True, False, False), (False, True, False), (False, False, True), (False,) * 3]
)
def test_only_what_is_needed_is_computed(needs):
    x, kernel = np.ones((2, 4, 4, 3)), np.ones((3, 3, 3, 2))
    full = conv.conv2d_gradients(x, np.ones((2, 2, 2, 2)), kernel)
    some = conv.conv2d_gradients(x, np.ones((2, 2, 2, 2)), kernel, needs=needs)
    for wanted, one, other in zip(needs, some, full, strict=True):
        assert (one is None) != wanted
        if wanted:
            np.testing.assert_array_equal(one, other)


def test_inputs_are_not_changed_and_results_are_fresh():
    rng = np.random.default_rng(0)
    x, kernel = rng.standard_normal((2, 4, 4, 3)), rng.standard_normal((1, 1, 3, 3))
    kept = x.copy(), kernel.copy()
    out = conv.conv2d(x, kernel, relu=True)
    gx, _, _ = conv.conv2d_gradients(x, out, kernel)
    np.testing.assert_array_equal(x, kept[0])
    np.testing.assert_array_equal(kernel, kept[1])
    first = out.copy(), gx.copy()
    conv.conv2d_gradients(x + 1, conv.conv2d(x + 1, kernel), kernel)
    np.testing.assert_array_equal(out, first[0])  # none of them lies in a buffer that is used again
    np.testing.assert_array_equal(gx, first[1])


@pytest.mark.parametrize("dtype", [np.float16, np.int32, np.uint8])
def test_other_dtypes_are_computed_in_float_and_come_back(dtype):
    rng = np.random.default_rng(1)
    x, kernel = rng.integers(0, 4, (2, 5, 5, 2)).astype(dtype), rng.integers(0, 3, (2, 2, 2, 3)).astype(dtype)
    out = conv.conv2d(x, kernel)
    assert out.dtype == dtype
    expected = reference.conv2d(x.astype(int), kernel.astype(int), (1, 1), NONE)
    np.testing.assert_array_equal(out, expected)
    gradients = conv.conv2d_gradients(x, out, kernel)
    assert all(one.dtype == dtype for one in gradients)


def test_mixed_precision_gives_the_wider():
    out = conv.conv2d(np.ones((1, 2, 2, 1), np.float32), np.ones((1, 1, 1, 1), np.float64))
    assert out.dtype == np.float64


def test_a_read_only_input_will_do():
    x = np.broadcast_to(np.float32(2), (2, 5, 5, 3))
    out = conv.conv2d(x, np.ones((3, 3, 3, 2), np.float32), padding=SAME)
    assert out[0, 2, 2, 0] == 54


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"x": np.ones((1, 4, 4, 4))}, ShapeError, r"inputs have 4 channels, the kernel expects 3"),
        ({"x": np.ones((4, 4, 3))}, ShapeError, r"4 axes \(N, H, W, C\); got shape \(4, 4, 3\)"),
        ({"kernel": np.ones((3, 3, 3))}, ShapeError, r"kernel must have the 4 axes"),
        ({"groups": 2}, ShapeError, r"groups=2 must be at least 1 and divide"),
        ({"groups": 0}, ShapeError, r"groups=0"),
        ({"bias": np.ones(3)}, ShapeError, r"bias must be of shape \(2,\); got \(3,\)"),
        ({"strides": (0, 1)}, ValueError, r"strides must be 2 integers, each >= 1; got \(0, 1\)"),
        ({"dilation": (1,)}, ValueError, r"dilation must be 2 integers"),
        ({"padding": ((0, 0), (0, -1))}, ValueError, r"padding must be .* each >= 0"),
        ({"x": np.ones((1, 4, 4, 3), complex)}, DTypeError, r"dtype must be .*; got complex128"),
    ],
)
def test_bad_arguments(arguments, error, message):
    call = {"x": np.ones((1, 4, 4, 3)), "kernel": np.ones((3, 3, 3, 2))} | arguments
    with pytest.raises(error, match=message):
        conv.conv2d(**call)


def test_bad_gradient_shapes():
    x, kernel, g = np.ones((1, 4, 4, 3)), np.ones((3, 3, 3, 2)), np.ones((1, 2, 2, 2))
    with pytest.raises(
        ShapeError, match=r"g must be of the output's shape \(1, 2, 2, 2\); got \(1, 4, 4, 2\)"
    ):
        conv.conv2d_gradients(x, np.ones((1, 4, 4, 2)), kernel)
    with pytest.raises(ShapeError, match=r"mask must be of g's shape"):
        conv.conv2d_gradients(x, g, kernel, mask=np.ones((1, 2, 2, 1)))
    with pytest.raises(ShapeError, match=r"must have 4 axes"):
        conv.conv2d_kernel_gradient(x[0], g, (3, 3))


def test_a_large_kernel_bounds_its_partial_sums():
    of = columns.case("conv2d", (64, 4, 4, 8), (4, 4, 8, 8), (1, 1), NONE, (1, 1), 1)
    x, g = np.ones((64, 4, 4, 8), np.float32), np.ones((64, 1, 1, 8), np.float32)
    with mock.patch.object(conv_gradients, "PARTIAL_BYTES", 3 * 4**2 * 8 * 8 * 4):
        work = conv_gradients.Gradients(
            of, x, conv_gradients.OutputGradient(g), None, (False, True, False), np.float32
        )
        assert len(work.tasks) <= 3
        np.testing.assert_array_equal(work.run()[1], np.full((4, 4, 8, 8), 64))
