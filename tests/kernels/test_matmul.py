"""The product of matrices has NumPy's semantics, and the same bits on any number of threads."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from minigrad.kernels import threads
from minigrad.kernels.matmul import matmul

SHAPES = [
    ((3,), (3,)),
    ((20000,), (20000,)),
    ((3,), (3, 4)),
    ((2, 3), (3,)),
    ((200, 300), (300,)),
    ((300,), (300, 200)),
    ((2, 3), (3, 4)),
    ((0, 3), (3, 4)),
    ((2, 0), (0, 4)),
    ((100, 2048), (2048, 256)),
    ((700, 300), (300, 200)),
    ((1, 3000), (3000, 200)),
    ((2, 5, 3), (3, 4)),
    ((40, 50, 64), (64, 128)),
    ((40, 50, 64), (40, 64, 128)),
    ((50, 64), (40, 64, 128)),
    ((5, 1, 60, 64), (1, 7, 64, 80)),
    ((0, 600, 64), (64, 800)),
    ((3,), (5, 3, 4)),
    ((900, 600), (600, 1)),
]


@pytest.fixture
def restore():
    before = threads.get_num_threads()
    yield
    threads.set_num_threads(before)


@pytest.mark.parametrize(("one", "two"), SHAPES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
def test_is_numpys(one, two, dtype):
    rng = np.random.default_rng(0)
    a, b = (10 * rng.standard_normal(one)).astype(dtype), (10 * rng.standard_normal(two)).astype(dtype)
    if dtype == np.int64 and a.size * b.size > 10**9:
        a, b = a[..., :50], b[..., :50, :] if b.ndim > 1 else b[:50]
    out, expected = matmul(a, b), np.matmul(a.astype(float), b.astype(float))
    assert np.shape(out) == expected.shape
    assert out.dtype == dtype
    np.testing.assert_allclose(out, expected, rtol=1e-5, atol=3e-2 if dtype == np.float32 else 1e-6)


@pytest.mark.parametrize("transpose", ["neither", "a", "b", "both"])
def test_transposed_views(transpose):
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((500, 400)), rng.standard_normal((400, 300))
    expected = a @ b
    a = np.ascontiguousarray(a.T).T if transpose in ("a", "both") else a
    b = np.ascontiguousarray(b.T).T if transpose in ("b", "both") else b
    np.testing.assert_allclose(matmul(a, b), expected, atol=1e-10)
    np.testing.assert_allclose(matmul(a[::-2], b[:, ::3]), expected[::-2, ::3], atol=1e-10)


@pytest.mark.parametrize(("one", "two"), SHAPES)
def test_the_bits_do_not_depend_on_the_number_of_threads(restore, one, two):
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal(one, dtype=np.float32), rng.standard_normal(two, dtype=np.float32)
    results = []
    for count in (1, 2, 3):
        threads.set_num_threads(count)
        with threadpool_limits(count, user_api="blas"):
            results.append(np.asarray(matmul(a, b)).tobytes())
    assert results[0] == results[1] == results[2]


@pytest.mark.parametrize(
    ("one", "two"),
    [((2, 3), (4, 5)), ((600, 800), (700, 500)), ((), (3,)), ((3,), ()), ((2, 3, 4), (3, 4, 5))],
)
def test_numpys_errors(one, two):
    with pytest.raises(ValueError, match=r"matmul|broadcast"):
        matmul(np.ones(one), np.ones(two))


def test_mixed_dtypes():
    a, b = np.ones((600, 500), np.float32), np.ones((500, 400))
    out = matmul(a, b)
    assert out.dtype == np.float64
    assert (out == 500).all()
