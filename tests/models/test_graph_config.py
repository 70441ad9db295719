"""Models as configs: ours are Keras's, and Keras's are ours (golden/make_models_golden.py)."""

from __future__ import annotations

import functools
import inspect
import json
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers, ops
from minigrad.autodiff.structures import leaves
from minigrad.errors import UnknownArgumentError, UnknownNameError
from minigrad.models.operations import class_name, joined_arguments, split_arguments

GOLDEN = Path(__file__).parents[1] / "golden" / "models.json"
NAMES = ("lecture", "shared_and_ops", "nested", "nested_output", "residual", "sequential", "branches")


@functools.cache
def golden():
    return json.loads(GOLDEN.read_text("utf-8"))


def numbers(name, *shapes):
    generator = np.random.default_rng(list(name.encode()))
    return [generator.normal(size=shape).astype(np.float32) for shape in shapes]


def from_keras(name):
    return mg.models.model_from_json(json.dumps(golden()[name]["json"]))


def test_all_golden_models_are_tested():
    assert set(NAMES) == set(golden())


@pytest.mark.parametrize("name", NAMES)
def test_a_model_of_keras_has_the_same_layers_weights_and_outputs(name):
    expected, model = golden()[name], from_keras(name)
    assert [layer.name for layer in model.layers] == expected["layers"]
    assert [list(weight.shape) for weight in model.weights] == expected["weights"]
    values = numbers(name, *expected["inputs"], *expected["weights"])
    count = len(expected["inputs"])
    model.set_weights([abs(value) / 4 for value in values[count:]])
    given = values[:count]
    if isinstance(model.input, dict):
        given = dict(zip(sorted(model.input), given, strict=True))
    found = model.predict(given if count > 1 else given[0], verbose=0)
    reference = expected["outputs"]
    if isinstance(reference, dict):
        assert found.keys() == reference.keys()
        pairs = [(found[key], reference[key]) for key in reference]
    elif isinstance(found, list):
        pairs = list(zip(found, reference, strict=True))
    else:
        pairs = [(found, reference)]
    for ours, theirs in pairs:
        np.testing.assert_allclose(ours, theirs, rtol=2e-5)


def comparable(config):
    """Return a config without what may differ: how a dtype is written, and settings that mean nothing."""
    if isinstance(config, list | tuple):
        return [comparable(one) for one in config]
    if not isinstance(config, dict):
        return config
    if config.get("class_name") == "DTypePolicy":
        return config["config"]["name"]
    if config.get("class_name") in ("Divide", "TrueDivide"):
        config = config | {"class_name": "Divide", "registered_name": "Divide"}
    # Keras notes a layer's default of training with each call (tests/saving/test_round_trip.py)
    ignored = {"quantization_config", "compile_config", "build_config", "mask", "training"}
    return {key: comparable(one) for key, one in config.items() if key not in ignored}


@pytest.mark.parametrize("name", NAMES)
def test_a_model_of_keras_is_written_as_keras_wrote_it(name):
    model = from_keras(name)
    assert comparable(json.loads(model.to_json())) == comparable(golden()[name]["json"])


@pytest.mark.parametrize("name", NAMES)
def test_a_config_makes_the_same_config(name):
    first = from_keras(name)
    text = first.to_json()
    second = mg.models.model_from_json(text)
    assert second.to_json() == text
    assert type(first).from_config(first.get_config()).get_config() == first.get_config()


def round_trip(model, *inputs):
    """Check that a model's JSON makes a model of the same outputs; return that."""
    other = mg.models.model_from_json(model.to_json(indent=2))
    other.set_weights(model.get_weights())
    given = list(inputs) if len(inputs) > 1 else inputs[0]
    for one, two in zip(leaves(model(given)), leaves(other(given)), strict=True):
        np.testing.assert_array_equal(one, two)
    return other


X = np.random.default_rng(0).uniform(0.1, 0.9, (2, 4)).astype("float32")


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x[:, 1:3],
        lambda x: x[:, [0, 2, 2]],
        lambda x: x[..., None, 0],
        lambda x: x[:, ::-2],
        lambda x: x[0],
        lambda x: ops.concatenate([x, x], axis=1),
        lambda x: ops.stack([x, 2.0 * x]),
        lambda x: ops.einsum("bi,bj->bij", x, x),
        lambda x: ops.clip(x, 0.2, x[:, :1]),
        lambda x: ops.where(x > 0.5, x, -1.0),
        lambda x: ops.one_hot(ops.argmax(x, axis=-1), 4),
        lambda x: ops.pad(x, ((0, 0), (1, 2)), constant_values=3.0),
        lambda x: ops.split(x, 2, axis=1),
        lambda x: ops.top_k(x, 2),
        lambda x: ops.sum(x, axis=(0, 1), keepdims=True),
        lambda x: ops.cast(x * 9.0, "int32") % 3,
        lambda x: ops.take(x, [3, 0], axis=1),
        lambda x: x @ np.eye(4, dtype="float32") + mg.Tensor([1.0, 2.0, 3.0, 4.0]),
        lambda x: ops.isclose(x, x + 1e-9, rtol=0.1),
        lambda x: ops.trace(ops.reshape(x, (-1, 2, 2)), axis1=1, axis2=2),
        lambda x: ops.squareplus(x, b=2),
        lambda x: ops.moments(x, axes=[1])[1],
        lambda x: ops.mish(x),
        lambda x: ops.meshgrid(x[0], x[1]),
        lambda x: ops.layer_normalization(x, epsilon=0.1),
    ],
)
def test_ops_survive_a_round_trip(function):
    x = mg.Input((4,))
    round_trip(mg.Model(x, function(x)), X)


@pytest.mark.parametrize("name", sorted(ops.__all__))
def test_every_op_has_a_class_of_its_own_and_its_arguments_can_be_split(name):
    function = getattr(ops, name)
    other = getattr(ops, next(one for one in ops.__all__ if class_name(one) == class_name(name)))
    assert other is function
    parameters = inspect.signature(function).parameters.values()
    plain = [one for one in parameters if one.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    if len(plain) == len(parameters):
        given = {one.name: object() for one in plain}
        called, named, settings = split_arguments(function, (), given)
        _, again = joined_arguments(function, called, named, settings)
        assert again == given


def test_calls_with_keywords_and_a_fixed_training_mode():
    class Mix(layers.Layer):
        def call(self, x, other=None, scale=1.0, training=False):
            return x * scale + other if training else x

    x = mg.Input((4,))
    model = mg.Model(x, Mix(name="mix")(x, other=x * 2.0, scale=3.0, training=True))
    other = mg.models.model_from_json(model.to_json(), custom_objects={"Mix": Mix})
    np.testing.assert_array_equal(other(X), model(X))
    with pytest.raises(UnknownNameError, match="'Mix' is not one of minigrad's own"):
        mg.models.model_from_json(model.to_json())


def test_a_layer_of_your_own_needs_no_get_config_where_its_arguments_are_plain():
    @mg.utils.register_keras_serializable("graph_config_tests")
    class Scale(layers.Layer):
        def __init__(self, factor, offsets=(0, 0), **kwargs):
            super().__init__(**kwargs)
            self.factor = factor
            self.offset = sum(offsets)

        def call(self, x):
            return x * self.factor + self.offset

    x = mg.Input((4,))
    model = mg.Model(x, Scale(2.0, offsets=[1, 2], name="twice")(x))
    other = round_trip(model, X)
    assert other.get_layer("twice").get_config() == {
        "factor": 2.0,
        "offsets": [1, 2],
        "name": "twice",
        "trainable": True,
        "dtype": "float32",
    }


def test_a_layer_whose_arguments_are_not_plain_must_say_what_they_are():
    class Apply(layers.Layer):
        def __init__(self, function):
            super().__init__()
            self.function = function

        def call(self, x):
            return self.function(x)

    with pytest.raises(NotImplementedError, match=r"Apply must define get_config\(\)"):
        Apply(np.sin).get_config()


def test_functional_subclasses():
    @mg.utils.register_keras_serializable("graph_config_tests")
    class Named(mg.Model):
        pass

    x = mg.Input((4,))
    model = Named(x, layers.Dense(2)(x), name="mine")
    assert json.loads(model.to_json())["registered_name"] == "graph_config_tests>Named"
    other = round_trip(model, X)
    assert type(other) is Named
    assert other.name == "mine"

    class Tower(mg.Model):
        def __init__(self, units):
            start = mg.Input((4,))
            super().__init__(inputs=start, outputs=layers.Dense(units)(start))

    assert Tower(3).get_config() == {"units": 3}
    assert Tower.from_config(Tower(3).get_config()).output_shape == (None, 3)


def test_subclasses_have_the_arguments_that_they_were_made_with():
    class Net(mg.Model):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.dense = layers.Dense(units)

        def call(self, x):
            return self.dense(x)

    net = Net(3, name="net")
    assert net.get_config() == {"units": 3, "name": "net", "trainable": True, "dtype": "float32"}
    assert Net.from_config(net.get_config())(X).shape == (2, 3)


def test_sequentials_that_are_not_built_yet():
    model = mg.Sequential([layers.Dense(2, name="d")], name="later")
    other = mg.Sequential.from_config(model.get_config())
    assert not other.built
    assert other.get_config() == model.get_config()
    model(X)
    other = mg.Sequential.from_config(model.get_config())
    assert other.count_params() == 10


def test_layers_of_a_config_are_built_for_what_they_were_built_for():
    dense = layers.Dense(2)
    dense(X)
    config = layers.serialize(dense)
    assert config["build_config"] == {"input_shape": (None, 4)}
    other = layers.deserialize(json.loads(json.dumps(config)))
    assert other.built
    assert other.kernel.shape == (4, 2)


def test_configs_are_json_whatever_a_layer_is_called_with():
    x = mg.Input((4,))

    class Any(layers.Layer):
        def call(self, x, option=None):
            return x

    with pytest.raises(ValueError, match="config can't hold"):
        mg.Model(x, Any()(x, option=object())).get_config()

    @mg.differentiable(register=False)
    def relu(a: mg.Array):
        return a

    with pytest.raises(ValueError, match=r"'relu' in the model is no op of minigrad\.ops"):
        mg.Model(x, relu(x)).get_config()


def test_configs_that_make_no_model():
    config = from_keras("lecture").get_config()
    circle = json.loads(json.dumps(config))
    circle["layers"][1]["inbound_nodes"][0]["args"][0]["config"]["keras_history"][0] = "dense_1"
    with pytest.raises(ValueError, match="depend on each other in a circle"):
        mg.Model.from_config(circle)
    missing = json.loads(json.dumps(config))
    missing["layers"][1]["inbound_nodes"][0]["args"][0]["config"]["keras_history"][0] = "nobody"
    with pytest.raises(ValueError, match="names a layer 'nobody'"):
        mg.Model.from_config(missing)
    old = json.loads(json.dumps(config))
    del old["layers"][1]["module"]
    with pytest.raises(ValueError, match="older form than Keras 3's"):
        mg.Model.from_config(old)
    unknown = json.loads(json.dumps(config))
    unknown["layers"][1]["config"]["colour"] = "red"
    with pytest.raises(UnknownArgumentError, match="'colour'"):
        mg.Model.from_config(unknown)
    op = from_keras("shared_and_ops").get_config()
    mean = next(layer for layer in op["layers"] if layer["class_name"] == "Mean")
    mean["config"]["colour"] = "red"
    with pytest.raises(ValueError, match="mean has no setting 'colour'"):
        mg.Model.from_config(op)
    mean["class_name"] = "Meen"
    with pytest.raises(UnknownNameError, match=r"unknown op 'Meen': did you mean 'Mean'"):
        mg.Model.from_config(op)
