"""Normalization: against NumPy, the whole of batch normalization with its derivatives, bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.errors import ShapeError
from minigrad.ops.normalization import normalize_batch
from minigrad.testing import check_gradients
from minigrad.testing.strategies import arrays, shapes


def normal(*shape, dtype=np.float64):
    return np.random.default_rng(len(shape) + sum(shape)).normal(size=shape).astype(dtype)


@st.composite
def with_axes(draw, dtypes=(np.float32, np.float64)):
    x = draw(arrays(draw(shapes(min_ndim=1, min_size=1)), dtype=draw(st.sampled_from(dtypes))))
    axes = draw(st.lists(st.integers(-x.ndim, -1), min_size=1, unique=True))
    return x, tuple(axes)


@given(with_axes(), st.booleans())
def test_moments_are_numpys(case, keepdims):
    x, axes = case
    mean, variance = mg.ops.moments(x, axes, keepdims)
    assert mean.dtype == variance.dtype == x.dtype
    close = {"rtol": 1e-5, "atol": 1e-5} if x.dtype == np.float32 else {"rtol": 1e-12, "atol": 1e-13}
    np.testing.assert_allclose(mean.numpy(), x.mean(axis=axes, keepdims=keepdims), **close)
    np.testing.assert_allclose(variance.numpy(), x.var(axis=axes, keepdims=keepdims), **close)


def test_the_variance_is_exact_far_from_zero():
    x = (1e4 + np.random.default_rng(0).normal(size=(60_000, 3))).astype(np.float32)
    _, variance = mg.ops.moments(x, [0])
    np.testing.assert_allclose(variance.numpy(), x.astype(np.float64).var(axis=0), rtol=1e-4)
    large = np.full((4, 2), 300.0, np.float16) + np.float16([[0], [2], [0], [2]])
    assert mg.ops.moments(large, 0)[1].tolist() == [1.0, 1.0]  # though the squares overflow float16


def test_moments_of_integers_are_floats():
    mean, variance = mg.ops.moments(np.array([[1, 2], [2, 4]]), 0)
    assert mean.dtype == variance.dtype == np.float32
    assert (mean.tolist(), variance.tolist()) == ([1.5, 3.0], [0.25, 1.0])


def batch_norm(x, offset, scale, axis):
    others = [i for i in range(x.ndim) if i != axis % x.ndim]
    mean, variance = mg.ops.moments(x, others)
    return mg.ops.batch_normalization(x, mean, variance, axis, offset, scale, epsilon=1e-2)


@pytest.mark.parametrize("axis", [1, -1])
@pytest.mark.parametrize("order", [1, 2])
def test_batch_normalization_with_the_batchs_own_statistics(axis, order):
    x = normal(3, 2, 2)
    check_gradients(lambda *args: batch_norm(*args, axis), x, normal(2), normal(2) + 2.0, order=order)


@given(st.sampled_from((np.float32, np.float64)), st.booleans(), st.booleans())
def test_batch_normalization_is_its_formula(dtype, with_offset, with_scale):
    x, mean, variance = normal(3, 5, 4, dtype=dtype), normal(4, dtype=dtype), normal(4, dtype=dtype) ** 2
    offset = normal(4, dtype=dtype) + 1 if with_offset else None
    scale = normal(4, dtype=dtype) + 2 if with_scale else None
    y = mg.ops.batch_normalization(x, mean, variance, -1, offset, scale)
    assert y.dtype == dtype
    expected = (x - mean) / np.sqrt(variance + 1e-3) * (scale if with_scale else 1)
    expected = expected + (offset if with_offset else 0)
    close = 1e-5 if dtype == np.float32 else 1e-12
    np.testing.assert_allclose(y.numpy(), expected, rtol=close, atol=close)
    other = mg.ops.batch_normalization(x.transpose(0, 2, 1), mean, variance, 1, offset, scale)
    np.testing.assert_allclose(other.numpy().transpose(0, 2, 1), y.numpy(), rtol=close, atol=close)


@pytest.mark.parametrize("axis", [-1, 1, 0])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_normalize_batch_is_moments_and_batch_normalization(axis, dtype):
    values = normal(300, 4, 70, dtype=dtype)
    offset, scale = normal(values.shape[axis], dtype=dtype), normal(1, values.shape[axis], dtype=dtype)[0]
    g = normal(3, 300, 4, 70, dtype=dtype)[0]

    def gradients(function):
        inputs = [mg.Tensor(one, requires_grad=True) for one in (values, offset, scale)]
        y, m, v = function(*inputs)
        (y * g + m.sum() * 5.0 + v.sum() * 7.0).sum().backward()
        return [y, m, v, *(one.grad for one in inputs)]

    def in_two(x, offset, scale):
        m, v = mg.ops.moments(x, [one for one in range(3) if one != axis % 3])
        return mg.ops.batch_normalization(x, m, v, axis, offset, scale, 0.01), m, v

    together = gradients(lambda x, offset, scale: normalize_batch(x, axis, offset, scale, 0.01))
    close = 2e-4 if dtype == np.float32 else 1e-9
    for one, other in zip(together, gradients(in_two), strict=True):
        np.testing.assert_allclose(one, other, rtol=close, atol=close * np.abs(other).max())


def test_what_batch_normalization_gives_has_mean_0_and_variance_1():
    y = batch_norm(mg.Tensor(5 + 3 * normal(20, 6, 6, 3)), None, None, -1).numpy()
    np.testing.assert_allclose(y.mean(axis=(0, 1, 2)), 0, atol=1e-13)
    np.testing.assert_allclose(y.var(axis=(0, 1, 2)), 1, rtol=2e-3)


def test_large_batches_have_the_gradient_of_small_ones():
    """The kernels work in blocks; what comes out must not depend on where these end."""
    x = mg.Tensor(normal(70, 40, 30), requires_grad=True)
    scale = mg.Tensor(normal(30) + 2, requires_grad=True)
    y = batch_norm(x, None, scale, -1)
    g = normal(*y.shape)
    recorded = mg.grad(y, [x, scale], g, create_graph=True)
    fused = mg.grad(y, [x, scale], g)
    for one, other in zip(fused, recorded, strict=True):
        np.testing.assert_allclose(one.numpy(), other.numpy(), rtol=1e-9, atol=1e-11)


@given(with_axes(), st.booleans())
def test_layer_normalization_is_its_formula(case, with_parameters):
    x, axes = case
    shape = tuple(x.shape[i] for i in sorted(axes))
    gamma, beta = (
        (normal(*shape, dtype=x.dtype), normal(*shape, dtype=x.dtype)) if with_parameters else (None,) * 2
    )
    y = mg.ops.layer_normalization(x, gamma, beta, axes, epsilon=1e-2)
    assert y.dtype == x.dtype
    expected = (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + 1e-2)
    if with_parameters:
        full = tuple(size if i - x.ndim in axes else 1 for i, size in enumerate(x.shape))
        expected = expected * gamma.reshape(full) + beta.reshape(full)
    close = 1e-4 if x.dtype == np.float32 else 1e-11
    np.testing.assert_allclose(y.numpy(), expected, rtol=close, atol=close)


@given(with_axes())
def test_rms_normalization_is_its_formula(case):
    x, axes = case
    y = mg.ops.rms_normalization(x, axis=axes, epsilon=1e-2)
    assert y.dtype == x.dtype
    expected = x / np.sqrt(np.square(x).mean(axes, keepdims=True) + 1e-2)
    np.testing.assert_allclose(y.numpy(), expected, rtol=1e-5)


@given(with_axes(), st.integers(1, 5))
def test_normalize_divides_by_the_norm(case, order):
    x, axes = case
    y = mg.ops.normalize(x, axes, order)
    assert y.dtype == x.dtype
    norm = (np.abs(x.astype(np.float64)) ** order).sum(axes, keepdims=True) ** (1 / order)
    np.testing.assert_allclose(y.numpy(), x / norm, rtol=1e-4 if x.dtype == np.float32 else 1e-11)


@pytest.mark.parametrize("order", [1, 2, 3, 40])
def test_normalize_is_finite_at_zero(order):
    x = mg.Tensor(np.zeros((2, 3), np.float32), requires_grad=True)
    y = mg.ops.normalize(x, order=order)
    y.sum().backward()
    assert not y.numpy().any()
    assert np.isfinite(x.grad).all()


def test_normalize_a_number():
    assert mg.ops.normalize(-3.0).tolist() == [-1.0]


@pytest.mark.parametrize("order", [1, 2])
def test_derivatives(order):
    x, gamma, beta = normal(2, 4), normal(4), normal(4) + 1
    check_gradients(lambda *a: mg.ops.layer_normalization(*a, epsilon=1e-2), x, gamma, beta, order=order)
    check_gradients(lambda *a: mg.ops.rms_normalization(*a, epsilon=1e-2), x, gamma, order=order)
    for norm in (1, 2, 3):
        check_gradients(lambda a: mg.ops.normalize(a, order=norm), x, order=order)  # noqa: B023


def test_float16_is_computed_in_float32():
    x = np.float16([[300.0, 302.0, 300.0, 302.0]])
    for y, expected in (
        (mg.ops.layer_normalization(x), [[-1, 1, -1, 1]]),
        (mg.ops.rms_normalization(x), [[1, 1, 1, 1]]),
    ):
        assert y.dtype == np.float16
        np.testing.assert_allclose(y.numpy(), expected, rtol=5e-3)


def test_bad_arguments():
    x = np.zeros((2, 3))
    with pytest.raises(ValueError, match="moments: synchronized=True"):
        mg.ops.moments(x, 0, synchronized=True)
    with pytest.raises(ShapeError, match=r"nothing to average over along axes 0 of shape \(0, 3\)"):
        mg.ops.moments(np.zeros((0, 3)), 0)
    with pytest.raises(ShapeError, match="moments: axis 2 is out of range"):
        mg.ops.moments(x, 2)
    with pytest.raises(ShapeError, match=r"variance must be of shape \(3,\), .* got \(2,\)"):
        mg.ops.batch_normalization(x, np.zeros(3), np.zeros(2), -1)
    with pytest.raises(ShapeError, match="batch_normalization: axis 2 is out of range"):
        mg.ops.batch_normalization(x, np.zeros(3), np.zeros(3), 2)
    with pytest.raises(ShapeError, match=r"layer_normalization: gamma must be of shape \(3,\); got \(2,\)"):
        mg.ops.layer_normalization(x, np.zeros(2))
    with pytest.raises(ShapeError, match=r"rms_normalization: scale must be of shape \(3,\); got \(2,\)"):
        mg.ops.rms_normalization(x, np.zeros(2))
    for order in (0, 2.0, True):
        with pytest.raises(ValueError, match="normalize: order must be an integer >= 1"):
            mg.ops.normalize(x, order=order)


def test_second_derivatives_reach_a_result_of_several_as_well():
    """The rule of moments names its own output: the mean there is the same vertex as the mean outside."""
    x = mg.Tensor(normal(4), requires_grad=True)
    mean, variance = mg.ops.moments(x, 0)
    (gx,) = mg.grad(mean * mean * variance, [x], create_graph=True)
    ((by_mean,), n) = mg.grad((gx * x).sum(), [mean]), 4
    # gx = 2 m v / n + m^2 2 (x - m) / n; its product with x, summed, has this derivative with respect to m.
    m, v, total, square = mean.item(), variance.item(), x.numpy().sum(), (x.numpy() ** 2).sum()
    expected = 2 * v * total / n + 4 * m * square / n - 6 * m * m * total / n
    assert by_mean.item() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("axis", [-1, 0, 1, (1, 2), (0, 2)])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_layer_normalization_along_any_axes_is_the_plain_formula(axis, dtype):
    x = np.random.default_rng(0).normal(2.0, 3.0, (3, 4, 6)).astype(dtype).swapaxes(1, 2)  # not contiguous
    axes = axis if isinstance(axis, tuple) else (axis,)
    gamma = np.linspace(-1, 2, np.prod([x.shape[one] for one in axes])).astype(dtype)
    gamma = gamma.reshape([x.shape[one] for one in axes])
    shape = [n if i in {one % 3 for one in axes} else 1 for i, n in enumerate(x.shape)]
    wide, factor = x.astype(np.float64), gamma.astype(np.float64).reshape(shape)
    centered = wide - wide.mean(axes, keepdims=True)
    expected = factor * (centered / np.sqrt(wide.var(axes, keepdims=True) + 1e-3) + 1)
    y = mg.ops.layer_normalization(mg.Tensor(x), gamma, gamma, axis=axis, epsilon=1e-3)
    assert y.dtype == dtype
    close = {np.float16: 4e-3, np.float32: 1e-5, np.float64: 1e-13}[dtype]
    np.testing.assert_allclose(y.numpy(), expected, rtol=close, atol=close)


def test_layer_normalization_of_nothing():
    assert mg.ops.layer_normalization(mg.Tensor(np.zeros((0, 3)))).shape == (0, 3)
    with pytest.raises(ShapeError, match=r"layer_normalization: there is nothing to average over .*\(2, 0\)"):
        mg.ops.layer_normalization(mg.Tensor(np.zeros((2, 0))))
