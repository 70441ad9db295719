"""Embedding: the lookup, its gradient, and what it refuses."""

from __future__ import annotations

import json

import numpy as np
import pytest

from minigrad import layers
from minigrad.errors import ShapeError

TABLE = np.random.default_rng(0).normal(size=(7, 3)).astype(np.float32)
INDICES = np.array([[0, 6, 2], [2, 2, 5]])


@pytest.mark.parametrize("weights", [TABLE, [TABLE]])
@pytest.mark.parametrize("dtype", ["int32", "uint8", "float32"])
def test_the_lookup(weights, dtype):
    layer = layers.Embedding(7, 3, weights=weights)
    np.testing.assert_array_equal(layer(INDICES.astype(dtype)), TABLE[INDICES])
    assert layer.compute_output_shape((None, 4)) == (None, 4, 3)
    assert [weight.path for weight in layer.weights] == [f"{layer.name}/embeddings"]


def test_the_gradient_of_a_row_is_the_sum_over_its_places():
    layer = layers.Embedding(7, 3, weights=TABLE)
    g = np.random.default_rng(1).normal(size=(2, 3, 3)).astype(np.float32)
    layer(INDICES).backward(g)
    expected = np.zeros_like(TABLE)
    np.add.at(expected, INDICES, g)
    np.testing.assert_allclose(layer.embeddings.grad, expected, rtol=1e-6)


def test_the_first_values_are_uniform():
    layer = layers.Embedding(200, 50)
    layer.build((None, 1))
    values = layer.embeddings.numpy()
    assert -0.05 <= values.min() < -0.049 < 0.049 < values.max() < 0.05


@pytest.mark.parametrize("indices", [[[7]], [[-1]], [[0, 1, 70]]])
def test_integers_out_of_range(indices):
    with pytest.raises(IndexError, match="integers from 0 to 6, as input_dim=7; got"):
        layers.Embedding(7, 3)(np.array(indices))


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"input_dim": 0, "output_dim": 3}, "input_dim must be an integer >= 1; got 0"),
        ({"input_dim": 3, "output_dim": 2.5}, "output_dim"),
        ({"input_dim": 3, "output_dim": 2, "mask_zero": True}, "mask_zero=True isn't supported"),
        ({"input_dim": 3, "output_dim": 2, "quantization_config": {}}, "quantization"),
        ({"input_dim": 3, "output_dim": 2, "embeddings_initializer": "x"}, "Known: "),
    ],
)
def test_wrong_arguments(arguments, text):
    with pytest.raises(ValueError, match=text):
        layers.Embedding(**arguments)
    with pytest.raises(ShapeError, match=r"shape \(3, 2\); got \(2, 3\)"):
        layers.Embedding(3, 2, weights=np.ones((2, 3)))


def test_config():
    layer = layers.Embedding(7, 3, embeddings_regularizer="l2")
    config = json.loads(json.dumps(layer.get_config()))
    assert layers.Embedding.from_config(config).get_config() == layer.get_config()
    assert {"input_dim", "output_dim", "mask_zero", "quantization_config"} <= set(config)
