"""Labels to one-hot rows, and normalising."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import minigrad as mg
from minigrad.errors import ShapeError
from minigrad.utils import normalize, to_categorical


@given(hnp.arrays("int64", hnp.array_shapes(max_dims=3, max_side=4), elements=st.integers(0, 9)))
def test_one_hot_rows(labels):
    y = to_categorical(labels, 10)
    squeezed = labels[..., 0] if labels.ndim > 1 and labels.shape[-1] == 1 else labels
    assert y.dtype == np.float32
    assert y.shape == (*squeezed.shape, 10)
    np.testing.assert_array_equal(y.argmax(-1), squeezed)
    np.testing.assert_array_equal(y.sum(-1), 1)
    assert to_categorical(labels).shape[-1] == labels.max() + 1


@pytest.mark.parametrize("dtype", ["uint8", "int32", "float64", "bool"])
def test_any_dtype(dtype):
    labels = np.array([0, 1, 1], dtype)
    for given_labels in (labels, labels.tolist(), mg.Tensor(labels)):
        assert to_categorical(given_labels, 2).tolist() == [[1, 0], [0, 1], [0, 1]]


def test_shapes():
    assert to_categorical(3).tolist() == [0, 0, 0, 1]
    assert to_categorical([[1], [0]]).tolist() == [[0, 1], [1, 0]]
    assert to_categorical([2], np.int64(4)).shape == (1, 4)
    assert to_categorical([], 3).shape == (0, 3)
    assert to_categorical([[0, 1]], 2).shape == (1, 2, 2)


@pytest.mark.parametrize(
    ("labels", "classes", "message"),
    [
        ([0, -1], None, r"labels must be in \[0, 1\); got -1"),
        ([0, 10], 10, r"labels must be in \[0, 10\), as num_classes=10; got labels up to 10"),
        ([0.5], None, "labels must be whole numbers; got 0.5"),
        ([np.nan], 2, "labels must be whole numbers; got nan"),
        (["a"], 2, "labels must be whole numbers; got dtype <U1"),
        ([1], 0, "num_classes must be an integer >= 1; got 0"),
        ([1], 2.0, "num_classes must be an integer >= 1; got 2.0"),
        ([], None, "without labels, num_classes must be given"),
    ],
)
def test_bad_labels(labels, classes, message):
    with pytest.raises(ValueError, match=f"to_categorical: {message}"):
        to_categorical(labels, classes)


@given(
    hnp.arrays("float64", (3, 4), elements=st.floats(-10, 10).filter(lambda x: x == 0 or abs(x) > 1e-3)),
    st.sampled_from([1, 2, 3, np.inf]),
    st.sampled_from([0, 1, -1]),
)
def test_normalize(x, order, axis):
    y = normalize(x, axis, order)
    assert type(y) is np.ndarray
    norms = np.linalg.norm(x, order, axis)
    np.testing.assert_allclose(np.linalg.norm(y, order, axis), np.where(norms > 0, 1, 0), rtol=1e-12)
    np.testing.assert_allclose(y * np.expand_dims(norms, axis), x, rtol=1e-12)


def test_normalize_dtypes_and_tensors():
    assert normalize(np.ones((2, 2), "float32")).dtype == np.float32
    assert normalize(np.array([3, 4])).tolist() == pytest.approx([0.6, 0.8])
    x = mg.Tensor([3.0, 4.0], requires_grad=True)
    y = normalize(x)
    assert isinstance(y, mg.Tensor)
    y[0].backward()
    assert x.grad.tolist() == pytest.approx([16 / 125, -12 / 125])
    with pytest.raises(ShapeError, match="normalize: axis 2 is out of range"):
        normalize([1.0], axis=2)


def test_the_face_shows_what_keras_utils_has():
    assert mg.utils.set_random_seed is mg.random.set_random_seed
    assert set(mg.utils.__all__) <= set(dir(mg.utils))
