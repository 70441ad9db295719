"""Pooling layers: windows, the whole input, and as many windows as are wanted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad import layers
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients

WINDOWS = (layers.MaxPooling1D, layers.MaxPooling2D, layers.AveragePooling1D, layers.AveragePooling2D)
GLOBAL = (
    layers.GlobalMaxPooling1D,
    layers.GlobalMaxPooling2D,
    layers.GlobalAveragePooling1D,
    layers.GlobalAveragePooling2D,
)
ADAPTIVE = (
    layers.AdaptiveMaxPooling1D,
    layers.AdaptiveMaxPooling2D,
    layers.AdaptiveAveragePooling1D,
    layers.AdaptiveAveragePooling2D,
)


def numbers(rank, size=6, channels=3, first=False):
    shape = (2, channels, *(size,) * rank) if first else (2, *(size,) * rank, channels)
    return np.random.default_rng(0).normal(size=shape)


@pytest.mark.parametrize("cls", WINDOWS)
@given(
    pool_size=st.integers(1, 4),
    strides=st.none() | st.integers(1, 3),
    padding=st.sampled_from(("valid", "SAME")),
    first=st.booleans(),
)
def test_a_windows_output_shape_is_told_before(cls, pool_size, strides, padding, first):
    layer = cls(pool_size, strides, padding, "channels_first" if first else "channels_last")
    x = numbers(cls.rank, first=first)
    told = layer.compute_output_shape(x.shape)
    assert layer(x).shape == told
    axis = 2 if first else 1
    unknown, expected = [None, *x.shape[1:]], [None, *told[1:]]
    unknown[axis] = expected[axis] = None
    assert layer.compute_output_shape(tuple(unknown)) == tuple(expected)


@pytest.mark.parametrize("cls", WINDOWS)
def test_what_windows_refuse(cls):
    for arguments, text in (
        ({"pool_size": 0}, f"{cls.__name__}: pool_size must be an integer"),
        ({"pool_size": (2, 2, 2)}, f"{cls.__name__}: pool_size"),
        ({"pool_size": 2, "strides": 0}, f"{cls.__name__}: strides"),
        ({"pool_size": 2, "padding": "causal"}, f"{cls.__name__}: padding must be 'valid' or 'same'"),
        ({"pool_size": 2, "data_format": "last"}, f"{cls.__name__}: data_format"),
    ):
        with pytest.raises(ValueError, match=text):
            cls(**arguments)
    with pytest.raises(ShapeError, match=f"must have {cls.rank + 2} axes"):
        cls(2)(numbers(3 - cls.rank))
    with pytest.raises(ShapeError, match=f"{cls.__name__}: the input must have {cls.rank + 2} axes"):
        cls(2).compute_output_shape((None, 5))
    with pytest.raises(ShapeError, match="does not fit into an input of size"):
        cls(7)(numbers(cls.rank))
    with pytest.raises(ShapeError, match=f"{cls.__name__}: a kernel that spans .*does not fit"):
        cls(7).compute_output_shape(numbers(cls.rank).shape)


def test_defaults_are_those_of_keras():
    assert layers.MaxPooling1D().pool_size == layers.MaxPooling1D().strides == (2,)
    assert layers.MaxPooling2D().pool_size == layers.MaxPooling2D().strides == (2, 2)
    assert layers.MaxPooling2D((2, 3)).strides == (2, 3)
    for cls in (layers.AveragePooling1D, layers.AveragePooling2D):
        with pytest.raises(TypeError, match="pool_size"):
            cls()
    assert layers.MaxPooling1D(2, None, "valid", None, "pool").name == "pool"


def test_the_first_maximum_of_a_tie_gets_the_gradient():
    x = mg.Tensor(np.zeros((1, 4, 1)), requires_grad=True)
    layers.MaxPooling1D()(x).sum().backward()
    np.testing.assert_array_equal(x.grad.ravel(), [1.0, 0.0, 1.0, 0.0])


@pytest.mark.parametrize("cls", GLOBAL)
@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("keepdims", [False, True])
def test_global_pooling_is_numpys(cls, first, keepdims):
    layer = cls(
        data_format="channels_first" if first else "channels_last", keepdims=keepdims, dtype="float64"
    )
    x = numbers(cls.rank, first=first)
    axes = tuple(range(2, 2 + cls.rank) if first else range(1, 1 + cls.rank))
    expected = (np.max if "Max" in cls.__name__ else np.mean)(x, axis=axes, keepdims=keepdims)
    np.testing.assert_allclose(layer(x), expected, rtol=1e-13)
    assert layer.compute_output_shape((None, *x.shape[1:])) == (None, *expected.shape[1:])
    unknown = [None] * x.ndim
    unknown[1 if first else -1] = 3
    assert layer.compute_output_shape(tuple(unknown)) == (None, *expected.shape[1:])


@pytest.mark.parametrize("cls", GLOBAL)
def test_what_global_pooling_refuses(cls):
    with pytest.raises(ValueError, match=f"{cls.__name__}: data_format"):
        cls(data_format="last")
    with pytest.raises(ShapeError, match=f"must have {cls.rank + 2} axes"):
        cls()(np.zeros((2, 3)))
    with pytest.raises(ShapeError, match=f"{cls.__name__}: the input must have"):
        cls().compute_output_shape((2, 3))


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("keepdims", [False, True])
def test_masked_steps_do_not_count(first, keepdims):
    x = numbers(1, size=5)
    mask = np.array([[True, False, True, True, False], [False] * 5])
    layer = layers.GlobalAveragePooling1D(
        data_format="channels_first" if first else "channels_last", keepdims=keepdims, dtype="float64"
    )
    expected = np.stack([x[0, [0, 2, 3]].mean(axis=0), np.zeros(3)])  # nothing is left of the second
    y = layer(x.swapaxes(1, 2) if first else x, mask=mask)
    assert y.ndim == (3 if keepdims else 2)
    np.testing.assert_allclose(y.numpy().reshape(2, 3), expected, rtol=1e-13)
    if not first:
        poisoned = np.where(mask[..., None], x, np.nan)  # what is masked is not even looked at
        np.testing.assert_allclose(layer(poisoned, mask=mask).numpy().reshape(2, 3), expected, rtol=1e-13)
        check_gradients(lambda x: layer(x, mask=mg.Tensor(mask)), x)


def test_masks_of_another_shape():
    with pytest.raises(ShapeError, match=r"mask must have shape \(2, 5\).*got \(2, 4\)"):
        layers.GlobalAveragePooling1D()(numbers(1, size=5), mask=np.ones((2, 4), bool))


@pytest.mark.parametrize("cls", ADAPTIVE)
@given(output_size=st.integers(1, 5), first=st.booleans())
def test_adaptive_windows_are_torchs(cls, output_size, first):
    """Window i of O over I cells covers floor(i I / O) ... ceil((i + 1) I / O) - 1."""
    data_format = "channels_first" if first else "channels_last"
    layer = cls(output_size, data_format=data_format, dtype="float64")
    x = numbers(cls.rank, first=first)
    reduce = np.max if "Max" in cls.__name__ else np.mean
    expected = x
    for axis in range(2, 2 + cls.rank) if first else range(1, 1 + cls.rank):
        windows = [
            np.take(expected, range(i * 6 // output_size, -(-(i + 1) * 6 // output_size)), axis)
            for i in range(output_size)
        ]
        expected = np.stack([reduce(window, axis=axis) for window in windows], axis)
    np.testing.assert_allclose(layer(x), expected, rtol=1e-12, atol=1e-14)
    unknown = [None] * x.ndim
    unknown[1 if first else -1] = 3
    assert layer.compute_output_shape(tuple(unknown)) == (None, *expected.shape[1:])


@pytest.mark.parametrize("cls", ADAPTIVE)
def test_what_adaptive_pooling_refuses(cls):
    for size in (0, -1, 2.5, "2", (2, 2, 2), None):
        with pytest.raises(ValueError, match=f"{cls.__name__}: output_size must be an integer"):
            cls(size)
    with pytest.raises(ValueError, match=f"{cls.__name__}: data_format"):
        cls(2, data_format="last")
    with pytest.raises(ShapeError, match=f"must have {cls.rank + 2} axes"):
        cls(2)(np.zeros((2, 3)))


@pytest.mark.parametrize("cls", [*WINDOWS, *ADAPTIVE])
def test_derivatives(cls):
    layer = cls(4, dtype="float64")
    check_gradients(layer, numbers(cls.rank, size=9, channels=2))


@pytest.mark.parametrize("cls", GLOBAL)
def test_derivatives_of_global_pooling(cls):
    check_gradients(cls(dtype="float64"), numbers(cls.rank, size=4, channels=2))


def test_aliases():
    assert layers.MaxPool1D is layers.MaxPooling1D
    assert layers.AvgPool1D is layers.AveragePooling1D
    assert layers.GlobalMaxPool1D is layers.GlobalMaxPooling1D
    assert layers.GlobalMaxPool2D is layers.GlobalMaxPooling2D
    assert layers.GlobalAvgPool1D is layers.GlobalAveragePooling1D
    assert layers.GlobalAvgPool2D is layers.GlobalAveragePooling2D
