"""Every layer against numbers computed by Keras (tests/golden/make_layers_golden.py)."""

from __future__ import annotations

import functools

import numpy as np
import pytest

import minigrad as mg
from golden.layer_cases import FAMILIES, cases, golden, numbers

ALL = [(family, name) for family in FAMILIES for name in cases(family)]
WITHOUT = {"Layer", "InputLayer", "Dropout"}  # no result of their own, or a random one (tested by themselves)
WITHOUT |= {"GaussianNoise", "GaussianDropout", "AlphaDropout", "SpatialDropout1D", "SpatialDropout2D"}
WITHOUT |= {"RandomFlip", "RandomContrast"}
WITHOUT |= {
    "ActivityRegularization",
    "Lambda",
    "Embedding",
}  # a loss; any function; integers (see their tests)


@functools.cache
def load(family):
    with np.load(golden(family)) as file:
        return dict(file)


def make(family, name):
    """Return the layer, built, and the shapes of its inputs."""
    layer_name, arguments, shapes = cases(family)[name]
    layer = getattr(mg.layers, layer_name)(**arguments)
    layer.build(shapes)
    return layer, shapes if isinstance(shapes, list) else [shapes]


def call(layer, inputs):
    return layer(inputs if len(inputs) > 1 else inputs[0])


def test_every_layer_with_a_result_of_its_own_is_compared():
    """A layer that is added without a golden case fails here."""
    public = {
        value.__name__
        for value in vars(mg.layers).values()
        if isinstance(value, type) and issubclass(value, mg.layers.Layer)
    }
    assert public - WITHOUT == {cases(family)[name][0] for family, name in ALL}


@pytest.mark.parametrize(("family", "name"), ALL)
def test_outputs_and_gradients_are_those_of_keras(family, name):
    expected = {key.split("/")[1]: value for key, value in load(family).items() if key.startswith(f"{name}/")}
    layer, shapes = make(family, name)
    output_shape = layer.compute_output_shape(shapes if len(shapes) > 1 else shapes[0])
    assert output_shape == expected["output"].shape
    g, *arrays = numbers(name, output_shape, *shapes, *[weight.shape for weight in layer.weights])
    inputs = [mg.Tensor(array, requires_grad=True) for array in arrays[: len(shapes)]]
    values = zip(arrays[len(shapes) :], layer.weights, strict=True)
    layer.set_weights([value if weight.trainable else abs(value) for value, weight in values])

    output = call(layer, inputs)
    output.backward(g)

    np.testing.assert_allclose(output, expected["output"], rtol=2e-5, atol=2e-6)
    for index, one in enumerate(inputs):
        np.testing.assert_allclose(one.grad, expected[f"input{index}"], rtol=2e-5, atol=5e-6)
    for index, weight in enumerate(layer.trainable_weights):
        np.testing.assert_allclose(weight.grad, expected[f"weight{index}"], rtol=5e-5, atol=2e-5)


@pytest.mark.parametrize(("family", "name"), ALL)
def test_a_layer_made_from_its_config_computes_the_same(family, name):
    first, shapes = make(family, name)
    second = type(first).from_config(first.get_config())
    inputs = numbers(name, *shapes)
    expected = call(first, inputs)
    second.build(shapes if len(shapes) > 1 else shapes[0])
    second.set_weights(first.get_weights())
    assert second.name == first.name
    assert second.get_config() == first.get_config()
    np.testing.assert_array_equal(call(second, inputs), expected)
