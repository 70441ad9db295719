import numpy as np
import pytest

import minigrad as mg
from minigrad import ops
from minigrad.errors import DTypeError, ShapeError
from minigrad.testing import check_gradients


@pytest.mark.parametrize(
    ("x", "dtype"),
    [
        (1, "int32"),
        (True, "bool"),
        (1.5, "float32"),
        ([1, 2], "int32"),
        ([1, True], "int32"),
        ([1, 2.5], "float32"),
        ([[True], [False]], "bool"),
        ([], "float32"),
        ([[], []], "float32"),
        ([2**31], "int64"),
        ((1, [2][0]), "int32"),
        (np.ones(2), "float64"),
        (np.float64(1.0), "float64"),
        (np.arange(2), "int64"),
        ([np.ones(2), np.ones(2)], "float64"),
        (np.ones(2, np.uint8), "uint8"),
        (mg.Tensor([1, 2]), "float32"),
    ],
)
def test_dtypes_are_kerass(x, dtype):
    result = ops.convert_to_tensor(x)
    assert (result.dtype, ops.dtype(x)) == (dtype, dtype)
    np.testing.assert_array_equal(result, np.asarray(x))
    assert ops.array(x, "float64").dtype == np.float64


def test_a_tensor_is_returned_as_it_is_and_an_array_is_copied():
    t, a = mg.Tensor([1.0]), np.ones(2)
    assert ops.convert_to_tensor(t) is t
    assert ops.convert_to_tensor(t, "float32") is t
    b = ops.convert_to_tensor(a)
    a[0] = 5.0
    assert b.tolist() == [1.0, 1.0]


def test_conversions_are_tracked():
    x = mg.Tensor([1.0, 2.0], requires_grad=True)
    ops.convert_to_tensor([x, x * 2.0], "float64").sum().backward()
    np.testing.assert_array_equal(x.grad, [3, 3])
    check_gradients(lambda one: ops.copy(one) * one, np.array([1.0, -2.0]), order=2)


def test_copies_are_ones_own():
    x = mg.Tensor([1.0, 2.0])
    for copy in (ops.copy(x)._data, ops.convert_to_numpy(x), ops.convert_to_numpy(x._data)):
        assert not np.shares_memory(copy, x._data)
        assert copy.flags.writeable
    assert ops.copy(mg.Tensor([1, 2], dtype="int32")).dtype == np.int32
    assert ops.is_tensor(mg.Variable(1.0))
    assert not ops.is_tensor(np.ones(1))


@pytest.mark.parametrize(
    ("x", "dtype", "expected"),
    [
        (np.float32([-1.0, 127.5, 256.0, np.inf]), "uint8", [0, 127, 255, 255]),
        (np.float32([-1e20, 1e20]), "int32", [-(2**31), 2**31 - 128]),  # the largest float32 below 2^31
        (np.array([300, -300]), "int8", [127, -128]),
        (np.array([2, 0, -1]), "bool", [True, False, False]),
        (np.uint8([255]), "int64", [255]),
        (np.float64([1e300]), "float32", [np.finfo(np.float32).max]),
        (np.float16([1.5]), "float64", [1.5]),
    ],
)
def test_saturate_cast(x, dtype, expected):
    result = ops.saturate_cast(x, dtype)
    assert result.dtype == dtype
    assert result.tolist() == [float(one) if dtype == "float32" else one for one in expected]


@pytest.mark.parametrize(
    ("x", "error", "match"),
    [
        ("abc", DTypeError, "str"),
        (None, DTypeError, "NoneType"),
        ([1, None], DTypeError, "list"),
        ([[1, 2], [3]], ShapeError, "rows of equal length"),
        (np.ones(1, complex), DTypeError, "complex128"),
    ],
)
def test_what_is_no_tensor(x, error, match):
    with pytest.raises(error, match=match):
        ops.convert_to_tensor(x)
