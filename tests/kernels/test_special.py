"""The error function and its relatives, against the C library's and SciPy's, to the last digits."""

import math

import numpy as np
import pytest
from scipy import special as scipy_special

from minigrad.kernels import special

EDGES = [0.25, 0.84375, 1.25, 1 / 0.35, 6.0, 27.3]
NEAR_EDGES = [np.nextafter(edge, side) for edge in EDGES for side in (0.0, 99.0)] + EDGES
LINE = np.concatenate(
    [np.linspace(-7, 7, 20001), np.linspace(-26, 26, 5001), np.geomspace(1e-300, 1, 500), NEAR_EDGES]
)
SPECIAL = np.array([np.inf, -np.inf, np.nan, 0.0, -0.0])


def relative_error(found, expected):
    return np.max(np.abs(found - expected) / np.maximum(np.abs(expected), 1e-300))


def test_erf_is_the_c_librarys():
    for x in (LINE, -LINE):
        expected = np.array([math.erf(one) for one in x])
        assert relative_error(special.erf(x), expected) < 1e-15


def test_erfc_is_the_c_librarys_far_into_its_tail():
    for x in (LINE, -LINE):
        expected = np.array([math.erfc(one) for one in x])
        normal = expected > 1e-290
        assert relative_error(special.erfc(x)[normal], expected[normal]) < 2e-15


def test_erfinv_is_scipys():
    tail = 1.0 - np.geomspace(1e-16, 1e-1, 500)
    y = np.concatenate(
        [np.linspace(-1, 1, 20001)[1:-1], tail, -tail, np.geomspace(1e-300, 1e-1, 500), [0.85]]
    )
    assert relative_error(special.erfinv(y), scipy_special.erfinv(y)) < 2e-15


def test_erf_in_float32_is_a_few_last_digits_off():
    x = np.concatenate([np.linspace(-5, 5, 100001), np.geomspace(1e-30, 1, 1000)]).astype(np.float32)
    found = special.erf(x)
    assert found.dtype == np.float32
    assert relative_error(found, scipy_special.erf(x.astype(np.float64))) < 5e-7
    assert np.abs(found).max() == 1.0


@pytest.mark.parametrize("function", [special.erf, special.erfc, special.erfinv])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtypes_are_kept_and_shapes_too(function, dtype):
    for shape in ((), (0, 3), (2, 1, 3)):
        x = np.full(shape, 0.5, dtype)
        found = np.asarray(function(x))
        assert (found.dtype, found.shape) == (dtype, shape)
        assert np.allclose(
            found.astype(float), getattr(scipy_special, function.__name__)(0.5), rtol=2 * np.finfo(dtype).eps
        )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_special_values(dtype):
    x = SPECIAL.astype(dtype)
    np.testing.assert_array_equal(special.erf(x), [1, -1, np.nan, 0, -0.0])
    np.testing.assert_array_equal(np.signbit(special.erf(x)[3:]), [False, True])
    np.testing.assert_array_equal(special.erfc(x), [0, 2, np.nan, 1, 1])
    bounds = np.array([1, -1, 2, -2, np.nan, 0.0], dtype)
    np.testing.assert_array_equal(special.erfinv(bounds), [np.inf, -np.inf, np.nan, np.nan, np.nan, 0])


def test_erfinv_inverts_erf():
    x = np.linspace(-3, 3, 1001)
    np.testing.assert_allclose(special.erfinv(special.erf(x)), x, atol=1e-11)
