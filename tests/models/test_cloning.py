"""clone_model: new layers in the same places."""

from __future__ import annotations

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.models import clone_model

X = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")


def functional():
    x = mg.Input((4,), name="x")
    inner = mg.Sequential([mg.Input((4,)), layers.Dense(4, activation="relu", name="deep")], name="inner")
    shared = layers.Dense(3, name="shared")
    return mg.Model(x, {"sum": shared(inner(x)) + shared(x * 2.0)}, name="net")


@pytest.mark.parametrize("recursive", [False, True])
def test_a_clone_computes_the_same_with_the_same_weights_of_its_own(recursive):
    model = functional()
    other = clone_model(model, recursive=recursive)
    assert [layer.name for layer in other.layers] == [layer.name for layer in model.layers]
    assert not {id(weight) for weight in other.weights} & {id(weight) for weight in model.weights}
    assert other.count_params() == model.count_params()
    assert not np.array_equal(other(X)["sum"], model(X)["sum"])
    other.set_weights(model.get_weights())
    np.testing.assert_array_equal(other(X)["sum"], model(X)["sum"])
    assert other.name == "net"


def test_a_clone_function_sees_every_layer_once():
    seen = []

    def clone(layer):
        seen.append(layer.name)
        return type(layer).from_config(layer.get_config())

    clone_model(functional(), clone_function=clone)
    assert sorted(seen) == ["inner", "shared"]
    seen.clear()
    clone_model(functional(), clone_function=clone, recursive=True)
    assert sorted(seen) == ["deep", "shared"]


def test_layers_can_be_shared_and_calls_changed():
    def call(layer, *args, **kwargs):
        output = layer(*args, **kwargs)
        return layers.Dropout(0.5)(output) if isinstance(layer, layers.Dense) else output

    model = functional()
    other = clone_model(model, clone_function=lambda layer: layer, call_function=call)
    assert [id(weight) for weight in other.weights] == [id(weight) for weight in model.weights]
    assert sum(isinstance(layer, layers.Dropout) for layer in other.layers) == 2
    np.testing.assert_array_equal(other(X)["sum"], model(X)["sum"])


def test_a_clone_may_be_built_on_given_tensors():
    start = mg.Input((4,), batch_size=3)
    other = clone_model(functional(), input_tensors=start)
    assert other.input is start
    assert other.output_shape == {"sum": (3, 3)}
    small = mg.Sequential([mg.Input((4,)), layers.Dense(2)])
    assert clone_model(small, input_tensors=mg.Input((4,), batch_size=7)).output_shape == (7, 2)


def test_sequentials_and_subclasses():
    model = mg.Sequential([layers.Dense(2, name="d")], name="later")
    assert not clone_model(model).built
    model(X)
    other = clone_model(model)
    other.set_weights(model.get_weights())
    np.testing.assert_array_equal(other(X), model(X))

    class Net(mg.Model):
        def __init__(self, units):
            super().__init__()
            self.dense = layers.Dense(units)

        def call(self, x):
            return self.dense(x)

    assert clone_model(Net(5))(X).shape == (3, 5)


@pytest.mark.parametrize(
    ("model", "arguments", "text"),
    [
        (functional, {"input_tensors": [mg.Input((4,)), mg.Input((4,))]}, "must be 1 symbolic tensor"),
        (functional, {"input_tensors": np.zeros(3)}, "must be 1 symbolic tensor"),
        (
            lambda: mg.Sequential([mg.Input((4,)), layers.Dense(1)]),
            {"call_function": print},
            "call_function can't be followed",
        ),
        (mg.Model, {"clone_function": print}, "clone_function can't be followed"),
        (mg.Model, {"input_tensors": []}, "input_tensors can't be followed"),
    ],
)
def test_what_can_not_be_followed(model, arguments, text):
    with pytest.raises(ValueError, match=text):
        clone_model(model(), **arguments)


def test_a_clone_is_compiled_as_the_model_was():
    model = mg.Sequential([mg.Input((2,)), layers.Dense(1)])
    optimizer = mg.optimizers.Adam(0.25)
    model.compile(optimizer, lambda y, p: mg.ops.mean((y - p) ** 2), metrics=["mae", mg.metrics.R2Score()])
    x = np.ones((4, 2), "float32")
    model.fit(x, x[:, :1], verbose=0)
    clone = clone_model(model)
    assert float(clone.optimizer.learning_rate) == 0.25
    assert int(clone.optimizer.iterations) == 0
    clone.set_weights(model.get_weights())
    assert clone.evaluate(x, x[:, :1], verbose=0) == model.evaluate(x, x[:, :1], verbose=0)
