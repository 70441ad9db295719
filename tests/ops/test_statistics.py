import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from minigrad import ops
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients
from minigrad.testing.strategies import arrays

RNG = np.random.default_rng(0)
A, B = RNG.normal(size=(3, 5)), RNG.normal(size=(4, 5))


def test_corrcoef_is_numpys():
    np.testing.assert_allclose(ops.corrcoef(Tensor(A)), np.corrcoef(A), rtol=1e-12)
    np.testing.assert_allclose(ops.corrcoef(A[0]), 1.0)
    check_gradients(ops.corrcoef, A, order=2, max_elements=6)
    with pytest.raises(ShapeError, match=r"corrcoef: .*\(1, 1, 1\)"):
        ops.corrcoef(np.ones((1, 1, 1)))


@pytest.mark.parametrize("mode", ["valid", "same", "full"])
@given(st.integers(1, 6), st.integers(1, 6))
def test_correlate_is_numpys(mode, n, m):
    x1, x2 = A.reshape(-1)[:n], B.reshape(-1)[:m]
    np.testing.assert_allclose(ops.correlate(Tensor(x1), x2, mode), np.correlate(x1, x2, mode), atol=1e-12)


@pytest.mark.parametrize("mode", ["valid", "same", "full"])
def test_gradients_of_correlate(mode):
    check_gradients(lambda x, y: ops.correlate(x, y, mode), A[0], B[0, :3], order=2)


def test_correlate_refuses():
    with pytest.raises(ValueError, match="mode must be 'valid', 'same' or 'full'; got 'circular'"):
        ops.correlate(A[0], B[0], "circular")
    with pytest.raises(ShapeError, match=r"vectors, not empty; got \(3, 5\) and \(5,\)"):
        ops.correlate(A, B[0])


@given(arrays((2, 4)), st.sampled_from([0, 1, -1]))
def test_trapezoid_is_numpys(y, axis):
    x = np.cumsum(np.abs(y) + 0.1, axis)
    np.testing.assert_allclose(
        ops.trapezoid(Tensor(y), x, axis=axis), np.trapezoid(y, x, axis=axis), atol=1e-12
    )
    np.testing.assert_allclose(
        ops.trapezoid(y, dx=0.5, axis=axis), np.trapezoid(y, dx=0.5, axis=axis), atol=1e-12
    )
    vector = x[:, 0] if axis == 0 else x[0]
    expected = np.trapezoid(y, vector, axis=axis)
    np.testing.assert_allclose(ops.trapezoid(y, vector, axis=axis), expected, atol=1e-12)


def test_gradients_of_trapezoid():
    check_gradients(lambda y, x: ops.trapezoid(y, x, axis=0), A, RNG.normal(size=3), order=2)


def test_cdist_is_scipys():
    np.testing.assert_allclose(ops.cdist(Tensor(A), B), cdist(A, B), rtol=1e-12)
    check_gradients(ops.cdist, A, B, order=2, max_elements=6)
    x = Tensor(A, requires_grad=True)
    ops.cdist(x, x).sum().backward()
    assert np.isfinite(x.grad).all()
    with pytest.raises(ShapeError, match=r"rows of one length; got shapes \(3, 5\) and \(3, 4\)"):
        ops.cdist(A, A[:, :4])


def test_psnr():
    x, y = RNG.random((2, 3)), RNG.random((2, 3))
    expected = 10 * np.log10(255.0**2 / np.mean((x - y) ** 2))
    np.testing.assert_allclose(ops.psnr(Tensor(x), y, 255.0), expected, rtol=1e-12)
    check_gradients(lambda a: ops.psnr(a, y, 1.0), x, order=2)
    with pytest.raises(ShapeError, match="psnr: x1 and x2 must have one shape"):
        ops.psnr(x, y[:1], 1.0)
