"""Lambda and Identity; and that a config never runs code."""

from __future__ import annotations

import functools
import json

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.errors import UnknownNameError


@mg.utils.register_keras_serializable("tests")
def scaled(x, factor=1.0):
    return x * factor


@mg.utils.register_keras_serializable("tests")
def same_shape(shape):
    return shape


def unregistered(x):
    return x


def test_a_function_with_arguments():
    x = mg.Tensor([[1.0, 2.0]], requires_grad=True)
    y = layers.Lambda(scaled, arguments={"factor": 3.0})(x)
    y.sum().backward()
    np.testing.assert_array_equal(y, [[3.0, 6.0]])
    np.testing.assert_array_equal(x.grad, [[3.0, 3.0]])


def test_a_function_that_wants_to_know_of_training():
    layer = layers.Lambda(lambda x, training: x * (2.0 if training else 1.0))
    assert layer(mg.Tensor([1.0]), training=True).item() == 2.0
    assert layer(mg.Tensor([1.0]), training=False).item() == 1.0


def test_shapes():
    x = (None, 4, 3)
    assert layers.Lambda(lambda x: x.sum(axis=1)).compute_output_shape(x) == (None, 3)
    assert layers.Lambda(lambda x: x, output_shape=(7,)).compute_output_shape(x) == (None, 7)
    assert layers.Lambda(lambda x: x, output_shape=lambda shape: shape[:2]).compute_output_shape(x) == (
        None,
        4,
    )


def test_config_holds_the_name_in_keras_s_form():
    layer = layers.Lambda(scaled, output_shape=same_shape, arguments={"factor": 2.0})
    config = json.loads(json.dumps(layer.get_config()))
    assert config["function"] == {
        "module": "builtins",
        "class_name": "function",
        "config": "tests>scaled",
        "registered_name": "function",
    }
    again = layers.Lambda.from_config(config)
    assert again.function is scaled
    assert again.compute_output_shape((1, 2)) == (1, 2)
    assert again.get_config() == layer.get_config()
    assert again(mg.Tensor([4.0])).item() == 8.0


@pytest.mark.parametrize("function", [lambda x: x, unregistered, functools.partial(scaled, factor=2.0)])
def test_what_has_no_registered_name_can_not_be_saved(function):
    with pytest.raises(ValueError, match="never code"):
        layers.Lambda(function).get_config()


def test_a_config_with_code_is_refused():
    code = {"class_name": "__lambda__", "config": {"code": "4wEAAAA=", "defaults": None, "closure": None}}
    with pytest.raises(ValueError, match="could do anything and isn't run"):
        layers.Lambda.from_config({"function": code})
    with pytest.raises(ValueError, match=r"'os\.system'"):
        layers.Lambda.from_config({"function": "os.system"})
    with pytest.raises(UnknownNameError, match="register_keras_serializable"):
        layers.Lambda.from_config({"function": {"class_name": "function", "config": "system"}})


def test_wrong_arguments():
    with pytest.raises(TypeError, match="function must be a function; got 3"):
        layers.Lambda(3)
    with pytest.raises(ValueError, match="mask"):
        layers.Lambda(scaled, mask=1)


def test_identity_hands_on_what_it_gets():
    x = mg.Tensor([1.0])
    assert layers.Identity()(x) is x
    assert layers.Identity().compute_output_shape((None, 2)) == (None, 2)
