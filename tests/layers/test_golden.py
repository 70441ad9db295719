"""Every layer against numbers computed by Keras (tests/golden/make_layers_golden.py)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from golden.layer_cases import CASES, numbers

import minigrad as mg

GOLDEN = Path(__file__).parents[1] / "golden" / "layers.npz"


@pytest.fixture(scope="module")
def golden():
    with np.load(GOLDEN) as file:
        return dict(file)


def test_every_layer_with_a_result_of_its_own_is_compared():
    """A layer that is added without a golden case fails here."""
    without = {"Layer", "InputLayer", "Dropout"}  # no result, or a random one
    public = {
        value.__name__
        for value in vars(mg.layers).values()
        if isinstance(value, type) and issubclass(value, mg.layers.Layer)
    }
    assert public - without == {layer for layer, _, _ in CASES.values()}


@pytest.mark.parametrize("name", CASES)
def test_outputs_and_gradients_are_those_of_keras(name, golden):
    layer_name, arguments, input_shape = CASES[name]
    layer = getattr(mg.layers, layer_name)(**arguments)
    layer.build(input_shape)
    assert layer.compute_output_shape(input_shape) == golden[f"{name}/output"].shape
    weights = [weight.shape for weight in layer.weights]
    x, g, *values = numbers(name, input_shape, golden[f"{name}/output"].shape, *weights)
    layer.set_weights(values)
    inputs = mg.Tensor(x, requires_grad=True)

    output = layer(inputs)
    output.backward(g)

    np.testing.assert_allclose(output, golden[f"{name}/output"], rtol=2e-5, atol=2e-6)
    np.testing.assert_allclose(inputs.grad, golden[f"{name}/inputs"], rtol=2e-5, atol=2e-6)
    for index, weight in enumerate(layer.weights):
        np.testing.assert_allclose(weight.grad, golden[f"{name}/weight{index}"], rtol=5e-5, atol=1e-5)


@pytest.mark.parametrize("name", CASES)
def test_a_layer_made_from_its_config_computes_the_same(name):
    layer_name, arguments, input_shape = CASES[name]
    first = getattr(mg.layers, layer_name)(**arguments)
    second = type(first).from_config(first.get_config())
    (x,) = numbers(name, input_shape)
    expected = first(x)
    second.build(input_shape)
    second.set_weights(first.get_weights())
    assert second.name == first.name
    assert second.get_config() == first.get_config()
    np.testing.assert_array_equal(second(x), expected)
