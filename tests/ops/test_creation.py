import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad import config, ops
from minigrad.errors import DTypeError, ShapeError


@pytest.mark.parametrize("shape", [(), 3, (2, 0), [2, 3], np.array([2, 3]), mg.Tensor([2, 3], dtype="int32")])
@pytest.mark.parametrize("name", ["zeros", "ones", "empty", "full"])
def test_shapes_and_dtypes(name, shape):
    value = {"zeros": 0, "ones": 1, "full": 7}.get(name)
    create = getattr(ops, name)
    result = create(shape, 7) if name == "full" else create(shape)
    listed = tuple(shape.tolist()) if hasattr(shape, "tolist") else shape
    assert (result.shape, result.dtype) == (np.zeros(listed).shape, np.float32)
    assert not result.requires_grad
    if value is not None:
        assert (result._data == value).all()
    typed = create(shape, 7, dtype="int64") if name == "full" else create(shape, dtype="int64")
    assert typed.dtype == np.int64


@pytest.mark.parametrize("x", [[1, 2], [1.0, 2.0], np.ones(2), mg.Tensor([True, False]), 3])
def test_likes_take_shape_and_dtype(x):
    expected = ops.convert_to_tensor(x)
    for result, value in (
        (ops.zeros_like(x), 0),
        (ops.ones_like(x), 1),
        (ops.full_like(x, 1), 1),
        (ops.empty_like(x), None),
    ):
        assert (result.shape, result.dtype) == (expected.shape, expected.dtype)
        assert value is None or (result._data == value).all()
    assert ops.zeros_like(x, dtype="float64").dtype == np.float64
    assert ops.full_like(x, 0.5, dtype="float64").tolist() == np.full(expected.shape, 0.5).tolist()


def test_what_a_tensor_fills_depends_on_it():
    x = mg.Tensor([1.0, 2.0], requires_grad=True)
    ops.full((3, 2), x).sum().backward()
    np.testing.assert_array_equal(x.grad, [3, 3])


@given(st.integers(0, 4), st.none() | st.integers(0, 4), st.integers(-3, 3))
def test_eye_and_tri_are_numpys(n, m, k):
    np.testing.assert_array_equal(ops.eye(n, m, k), np.eye(n, m, k, np.float32), strict=True)
    np.testing.assert_array_equal(ops.tri(n, m, k, "int32"), np.tri(n, m, k, np.int32), strict=True)
    np.testing.assert_array_equal(ops.identity(n), np.identity(n, np.float32), strict=True)


def test_the_float_type_is_asked_for():
    config.set_floatx("float64")
    try:
        assert {ops.zeros(1).dtype, ops.arange(1.0).dtype, ops.linspace(0, 1).dtype} == {np.dtype(np.float64)}
    finally:
        config.set_floatx("float32")


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: ops.zeros((2, -1)), ShapeError, r"zeros: a shape has no negative sizes; got \(2, -1\)"),
        (lambda: ops.ones(2.5), ShapeError, "ones: a shape must be an integer or integers; got 2.5"),
        (lambda: ops.empty("ab"), ShapeError, "empty: a shape must be"),
        (lambda: ops.zeros(10**20), ShapeError, "zeros: no array is as large"),
        (lambda: ops.zeros(2, "complex64"), DTypeError, "not complex64"),
        (lambda: ops.zeros(2, "float31"), DTypeError, "unknown dtype 'float31'"),
        (lambda: ops.full((3,), [1.0, 2.0]), ShapeError, r"\(2,\) does not broadcast to \(3,\)"),
        (lambda: ops.eye(-1), ShapeError, "eye: a shape has no negative"),
    ],
)
def test_what_is_no_shape_or_number(call, error, match):
    with pytest.raises(error, match=match):
        call()
