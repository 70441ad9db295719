import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad import ops


@pytest.mark.parametrize(
    ("args", "dtype"),
    [
        ((3,), "int32"),
        ((3.0,), "float32"),
        ((1, 7, 2), "int32"),
        ((7, 1, -2), "int32"),
        ((0, 1, 0.25), "float32"),
        ((5, 2), "int32"),
        ((np.float64(3),), "float64"),
        ((np.arange(5)[-1],), "int64"),
        ((2**31, 2**31 + 2), "int64"),
    ],
)
def test_arange(args, dtype):
    result = ops.arange(*args)
    assert result.dtype == dtype
    np.testing.assert_array_equal(result, np.arange(*args).astype(dtype))
    assert ops.arange(*args, dtype="float64").dtype == np.float64


def test_arange_of_a_tensor():
    assert ops.arange(mg.Tensor(3, dtype="int32")).tolist() == [0, 1, 2]
    assert ops.arange(0, mg.Tensor(1.0), 0.5).dtype == np.float32


@given(st.integers(0, 6), st.booleans(), st.integers(0, 1))
def test_linspace_and_logspace_are_numpys(num, endpoint, axis):
    start, stop = np.array([0.0, 1.0]), np.array([3.0, -1.0])
    result = ops.linspace(start, stop, num, endpoint, axis=axis)
    np.testing.assert_array_equal(result, np.linspace(start, stop, num, endpoint, axis=axis), strict=True)
    numbers, step = ops.linspace(0, 3, num, endpoint, retstep=True)
    assert (numbers.dtype, step.dtype) == (np.float32, np.float32)
    expected, distance = np.linspace(0, 3, num, endpoint, retstep=True)
    np.testing.assert_allclose(numbers, expected, rtol=1e-6)
    np.testing.assert_allclose(step, distance, rtol=1e-6)
    expected = np.logspace(0, 3, num, endpoint, 2.0)
    np.testing.assert_allclose(ops.logspace(0, 3, num, endpoint, 2.0), expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: ops.arange(0, 3, 0), ValueError, "arange: step must not be 0"),
        (lambda: ops.arange(True), ValueError, "a range can't be boolean"),
        (lambda: ops.linspace(0, 1, -1), ValueError, "linspace: num must not be negative; got -1"),
        (lambda: ops.logspace(0, 1, -1), ValueError, "logspace: num must not be negative"),
    ],
)
def test_bad_numbers(call, error, match):
    with pytest.raises(error, match=match):
        call()
