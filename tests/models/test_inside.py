"""calls_inside: every layer's call, and the model's own output."""

import numpy as np
import pytest

import minigrad as mg
from minigrad.models.inside import calls_inside

LAYERS = mg.layers


def branching():
    mg.utils.clear_session()  # so that the op has the same name each time
    image = mg.Input((6, 6, 1), name="image")
    a = LAYERS.Conv2D(2, 3, padding="same", name="a")(image)
    b = LAYERS.Conv2D(2, 3, padding="same", activation="relu", name="b")(a)
    x = LAYERS.MaxPooling2D(name="pool")(a + b)
    return mg.Model(image, {"scores": LAYERS.Flatten(name="flat")(x), "maps": x})


class Twice(mg.Model):
    def __init__(self):
        super().__init__()
        self.dense = LAYERS.Dense(3)
        self.drop = LAYERS.Dropout(0.9)

    def call(self, inputs, training=None):
        return self.drop(self.dense(self.dense(inputs)), training=training)


def test_a_graph_is_computed_as_the_model_does():
    model, x = branching(), np.random.default_rng(0).normal(size=(2, 6, 6, 1)).astype(np.float32)
    calls, output = calls_inside(model, x)
    assert [call.name for call in calls] == ["image", "a", "b", "add", "pool", "flat"]
    assert calls[1].inputs is calls[0].output
    expected = model(x)
    for key in ("scores", "maps"):
        np.testing.assert_array_equal(output[key], expected[key])
    np.testing.assert_array_equal(calls[-1].output, expected["scores"])


def test_symbolic_inputs_give_shapes():
    calls, output = calls_inside(branching(), mg.KerasTensor((None, 6, 6, 1)))
    assert [call.output.shape for call in calls][-2:] == [(None, 3, 3, 2), (None, 18)]
    assert output["maps"].shape == (None, 3, 3, 2)


def test_python_code_is_watched_and_left_as_it_was():
    model, x = Twice(), np.ones((2, 3), np.float32)
    expected = model(x)
    calls, output = calls_inside(model, x)
    assert [call.name for call in calls] == [
        model.dense.name,
        f"{model.dense.name} (call 2)",
        model.drop.name,
    ]
    np.testing.assert_array_equal(calls[1].inputs, calls[0].output)
    np.testing.assert_array_equal(output, expected)  # without dropout
    assert "call" not in model.dense.__dict__


def test_an_error_inside_leaves_no_watcher():
    model = Twice()
    model(np.ones((2, 3), np.float32))
    with pytest.raises(ValueError):
        calls_inside(model, np.ones((2, 5), np.float32))
    assert "call" not in model.dense.__dict__
