"""The merging layers: what they refuse, unknown sizes, and their forms as functions."""

from __future__ import annotations

import json

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients

ELEMENTWISE = [
    layers.Add,
    layers.Subtract,
    layers.Multiply,
    layers.Average,
    layers.Maximum,
    layers.Minimum,
]
A = np.random.default_rng(0).normal(size=(2, 3, 4))
B = np.random.default_rng(1).normal(size=(2, 3, 4))


@pytest.mark.parametrize("layer", ELEMENTWISE)
def test_shapes_broadcast_and_unknown_sizes_stay_unknown(layer):
    shape = layer().compute_output_shape
    assert shape([(None, 3, 4), (None, 3, 4)]) == (None, 3, 4)
    assert shape([(None, 3, 1), (8, 1, 4)]) == (8, 3, 4)
    assert shape([(None, None, 4), (None, 3, 4)]) == (None, None, 4)
    assert shape([(2, 4), (2, 5, 3, 4)]) == (2, 5, 3, 4)
    assert layer()([A[:, :1], B]).shape == (2, 3, 4)
    assert layer()([A[:, 0], B]).shape == (2, 3, 4)


def test_missing_axes_are_put_in_after_the_batch():
    bias = np.array([[1.0, 2.0, 3.0, 4.0], [10.0, 20.0, 30.0, 40.0]])
    np.testing.assert_allclose(layers.Add(dtype="float64")([A, bias]), A + bias[:, None])


@pytest.mark.parametrize("layer", ELEMENTWISE)
@pytest.mark.parametrize(
    ("inputs", "text"),
    [
        (A, r"call it on a list: \w+\(\)\(\[x1, x2\]\); got a single input of shape \(2, 3, 4\)"),
        ([A, B[:1]], "different batch sizes"),
        ([A, B[:, :2]], r"\(2, 3, 4\), \(2, 2, 4\) can't be merged"),
    ],
)
def test_inputs_that_do_not_fit(layer, inputs, text):
    with pytest.raises(ShapeError, match=text) as caught:
        layer()(inputs)
    assert "in layer" in caught.value.__notes__[-1]


def test_the_number_of_inputs():
    for wrong in ([A], [A, B, A]):
        with pytest.raises(ShapeError, match="exactly 2 inputs; got"):
            layers.Subtract()(wrong)
        with pytest.raises(ShapeError, match="exactly 2 inputs; got"):
            layers.Dot(1)(wrong)
    with pytest.raises(ShapeError, match="list"):
        layers.Add()([])
    np.testing.assert_array_equal(layers.Add(dtype="float64")([A]), A)
    np.testing.assert_allclose(layers.Average(dtype="float64")((A, B, A)), (2 * A + B) / 3)


@pytest.mark.parametrize(
    ("layer", "inputs", "text"),
    [
        (layers.Concatenate(), [A, B[:, :2]], r"must agree; got \(2, 3, 4\), \(2, 2, 4\)"),
        (layers.Concatenate(), [A, B[:, 0]], "must agree"),
        (layers.Concatenate(axis=3), [A, B], "axis 3 is out of range"),
        (layers.Concatenate(), A, "list"),
        (layers.Dot(axes=1), [A, B[:, :2]], r"axes=1 the sizes are 3 and 2"),
        (layers.Dot(axes=0), [A, B], "axis 0, the batch"),
        (layers.Dot(axes=(-3, 1)), [A, B], "the batch"),
        (layers.Dot(axes=1), [A, B[:1]], "different batch sizes"),
        (layers.Dot(axes=1), [A[:, 0, 0], B], "at least 2 axes"),
    ],
)
def test_concatenate_and_dot_of_what_does_not_fit(layer, inputs, text):
    with pytest.raises(ShapeError, match=text):
        layer(inputs)


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: layers.Concatenate(axis="x"), ValueError),
        (lambda: layers.Dot("x"), TypeError),
        (lambda: layers.Dot((1, 2, 3)), ValueError),
        (lambda: layers.Dot((1, "x")), ValueError),
    ],
)
def test_wrong_arguments(make, error):
    with pytest.raises(error, match=r"ax[ie]s must be an integer"):
        make()


def test_shapes_of_concatenate_and_dot_with_unknown_sizes():
    shape = layers.Concatenate().compute_output_shape
    assert shape([(None, 3, 4), (None, 3, 2)]) == (None, 3, 6)
    assert shape([(None, None, 4), (8, 3, 2)]) == (8, 3, 6)
    assert shape([(None, 3, None), (None, 3, 2)]) == (None, 3, None)
    shape = layers.Dot(axes=-1).compute_output_shape
    assert shape([(None, 5), (None, 5)]) == (None, 1)
    assert shape([(None, 4, 5), (None, None, 5)]) == (None, 4, None)


@pytest.mark.parametrize(
    ("axes", "first", "second", "sum_"),
    [
        (2, A, B, "nac,nbc->nab"),
        (1, A, B, "nka,nkb->nab"),
        ((1, 2), A, B.transpose(0, 2, 1), "nka,nbk->nab"),
        ((-1, 1), A, B.reshape(2, 4, 3), "nak,nkb->nab"),
        ((3, 2), A.reshape(2, 3, 2, 2), B.reshape(2, 3, 2, 2), "nabk,nckd->nabcd"),
    ],
)
def test_dot_is_einsum(axes, first, second, sum_):
    layer = layers.Dot(axes, dtype="float64")
    np.testing.assert_allclose(layer([first, second]), np.einsum(sum_, first, second))
    assert layer.compute_output_shape([first.shape, second.shape]) == layer([first, second]).shape


def test_normalized_dot_is_the_cosine():
    cosine = np.sum(A * B, -1) / np.linalg.norm(A, axis=-1) / np.linalg.norm(B, axis=-1)
    found = layers.Dot(-1, normalize=True, dtype="float64")([A, B]).numpy()
    np.testing.assert_allclose(np.diagonal(found, axis1=1, axis2=2), cosine)


def test_functions_are_the_layers():
    for function, layer in (
        (layers.add, layers.Add()),
        (layers.subtract, layers.Subtract()),
        (layers.multiply, layers.Multiply()),
        (layers.average, layers.Average()),
        (layers.maximum, layers.Maximum()),
        (layers.minimum, layers.Minimum()),
        (layers.concatenate, layers.Concatenate()),
        (layers.dot, layers.Dot(-1)),
    ):
        np.testing.assert_array_equal(function([A, B]), layer([A, B]))
    assert layers.concatenate([A, B], axis=1, dtype="float64").dtype == np.float64
    assert layers.dot([A, B], axes=1, normalize=True).shape == (2, 4, 4)


def test_gradients():
    for layer in (*(cls(dtype="float64") for cls in ELEMENTWISE), layers.Concatenate(1, dtype="float64")):
        check_gradients(lambda a, b, layer=layer: layer([a, b]), A, B, order=2)
    for normalize in (False, True):
        layer = layers.Dot((1, 1), normalize, dtype="float64")
        check_gradients(lambda a, b, layer=layer: layer([a, b]), A[:, :, 0], B, order=2)


def test_configs():
    for layer, own in (
        (layers.Add(), {}),
        (layers.Identity(), {}),
        (layers.Concatenate(axis=1), {"axis": 1}),
        (layers.Dot((1, 2), normalize=True), {"axes": [1, 2], "normalize": True}),
    ):
        config = json.loads(json.dumps(layer.get_config()))
        assert config == {"name": layer.name, "trainable": True, "dtype": "float32", **own}
        assert type(layer).from_config(config).get_config() == layer.get_config()


def test_inputs_need_not_be_tensors():
    x = mg.Tensor(A)
    assert layers.Add()([x, B]).shape == A.shape
    assert layers.Add()([A, B]).dtype == np.float32
