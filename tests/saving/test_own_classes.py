"""Classes and functions of one's own: how they are named in a file, and found again."""

from __future__ import annotations

import io
import subprocess
import sys

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.errors import LikelyMistakeWarning, UnknownNameError

X = np.linspace(-1.0, 1.0, 12, dtype="float32").reshape(4, 3)


def through_a_file(model, **options):
    file = io.BytesIO()
    model.save(file)
    file.seek(0)
    return mg.saving.load_model(file, **options)


class Scaled(layers.Layer):
    """A layer that is not registered."""

    def __init__(self, factor, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def build(self, input_shape):
        self.scale = self.add_weight(input_shape[-1:], "ones", name="scale")

    def call(self, inputs):
        return inputs * self.scale * self.factor


def test_custom_objects_and_what_is_said_without_them():
    model = mg.Sequential([mg.Input((3,)), Scaled(2.0)])
    loaded = through_a_file(model, custom_objects={"Scaled": Scaled})
    np.testing.assert_array_equal(loaded(X), model(X))
    with mg.saving.custom_object_scope({"Scaled": Scaled}):
        assert type(through_a_file(model).layers[0]) is Scaled
    message = r"the open file: .*'Scaled'.*register_keras_serializable\(\), or pass custom_objects=\{'Scaled'"
    with pytest.raises(UnknownNameError, match=message):
        through_a_file(model)


def squared(y_true, y_pred):
    return mg.ops.mean(mg.ops.square(y_true - y_pred), axis=-1)


def test_functions_of_one_s_own_in_compile():
    model = mg.Sequential([mg.Input((3,)), layers.Dense(2, activation=squared_up)])
    model.compile("sgd", squared, metrics=[squared])
    with pytest.raises(UnknownNameError, match="squared"):
        through_a_file(model, custom_objects={"squared_up": squared_up})
    assert not through_a_file(model, custom_objects={"squared_up": squared_up}, compile=False).compiled
    loaded = through_a_file(model, custom_objects={"squared_up": squared_up, "squared": squared})
    assert loaded.evaluate(X, X[:, :2], verbose=0) == model.evaluate(X, X[:, :2], verbose=0)
    model.compile("sgd", mg.losses.mean_squared_error, metrics=[mg.metrics.binary_accuracy])
    loaded = through_a_file(model, custom_objects={"squared_up": squared_up})
    assert loaded.loss is mg.losses.mean_squared_error


def squared_up(x):
    return x * x


def test_what_has_no_name_can_t_be_saved():
    model = mg.Sequential([mg.Input((3,)), layers.Lambda(lambda x: x * 2.0)])
    with pytest.raises(ValueError, match="can't be saved, as a config holds a name and never code"):
        through_a_file(model)
    model = mg.Sequential([mg.Input((3,)), layers.Dense(2)])
    model.compile("sgd", lambda y_true, y_pred: mg.ops.mean(y_pred))
    with pytest.raises(ValueError, match="Define it with def or as a class"):
        through_a_file(model)
    file = io.BytesIO()
    with pytest.raises(ValueError, match="Define it with def"):
        model.save(file)
    assert file.getvalue() == b""


@mg.saving.register_keras_serializable("tests")
def thrice(x, by=3.0):
    return x * by


def test_a_lambda_of_a_named_function():
    model = mg.Sequential([mg.Input((3,)), layers.Lambda(thrice, arguments={"by": 2.0})])
    np.testing.assert_array_equal(through_a_file(model)(X), X * 2.0)


@mg.saving.register_keras_serializable("tests")
class Pair(mg.Model):
    """A model whose call takes several inputs, and whose constructor takes only numbers."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.left = layers.Dense(units)
        self.right = layers.Dense(units)

    def call(self, first, second, training=None):
        return self.left(first) + self.right(second)


def test_a_model_of_several_arguments():
    model = Pair(2)
    expected = model(X, second=X[:, :2])
    loaded = through_a_file(model)
    assert loaded.get_config() == model.get_config()
    np.testing.assert_array_equal(loaded(X, X[:, :2]), expected)


@mg.saving.register_keras_serializable("tests")
class Recompiled(mg.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.dense = layers.Dense(1)

    def call(self, inputs):
        return self.dense(inputs)

    def compile(self, rate=0.5, **kwargs):
        super().compile(mg.optimizers.SGD(rate), "mse", **kwargs)


@mg.saving.register_keras_serializable("tests")
class Itself(Recompiled):
    def get_compile_config(self):
        return {"rate": float(self.optimizer.learning_rate)}

    def compile_from_config(self, config):
        self.compile(**config)


def test_a_compile_of_one_s_own():
    for cls in (Recompiled, Itself):
        model = cls()
        model.compile(0.25)
        model.fit(X, X[:, :1], verbose=0)
        if cls is Itself:
            assert float(through_a_file(model).optimizer.learning_rate) == 0.25
        else:
            with pytest.warns(LikelyMistakeWarning, match=r"its class overrides compile\(\)"):
                assert not through_a_file(model).compiled


@mg.saving.register_keras_serializable("tests")
class Words(layers.Layer):
    """A layer that keeps a file, and says itself which arrays it stores."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.words = []

    def build(self, input_shape):
        self.ones = self.add_weight((3,), "ones", trainable=False, name="ones")  # need not be stored
        self.table = self.add_weight((3,), "zeros", name="table")

    def call(self, inputs):
        return inputs * self.table * self.ones

    def save_own_variables(self, store):
        store["the table"] = self.table

    def load_own_variables(self, store):
        self.table.assign(store["the table"])

    def save_assets(self, folder):
        with open(f"{folder}/words.txt", "w", encoding="utf-8") as file:
            file.write(" ".join(self.words))

    def load_assets(self, folder):
        with open(f"{folder}/words.txt", encoding="utf-8") as file:
            self.words = file.read().split()


def test_a_layer_that_stores_what_it_likes(tmp_path):
    model = mg.Sequential([mg.Input((3,)), Words(), Words()])
    model.layers[0].words, model.layers[1].words = ["a", "b"], ["c"]
    model.layers[0].table.assign([1.0, 2.0, 3.0])
    for folder in (False, True):
        path = tmp_path / ("folder" if folder else "m.keras")
        model.save(path, zipped=not folder)
        loaded = mg.saving.load_model(path)
        assert [one.words for one in loaded.layers] == [["a", "b"], ["c"]]
        np.testing.assert_array_equal(loaded(X), model(X))
        np.testing.assert_array_equal(loaded.layers[0].ones, np.ones(3))  # its initial value


def test_objects_of_one_s_own_as_data():
    config = mg.saving.serialize_keras_object({"layer": Scaled(2.0), "at": [slice(1, None), ..., b"x"]})
    with pytest.raises(UnknownNameError, match="Scaled"):
        mg.saving.deserialize_keras_object(config)
    found = mg.saving.deserialize_keras_object(config, custom_objects={"Scaled": Scaled})
    assert found["layer"].factor == 2.0
    assert found["at"] == [slice(1, None), ..., b"x"]
    array = mg.saving.deserialize_keras_object(mg.saving.serialize_keras_object(np.arange(3)))
    np.testing.assert_array_equal(array, [0, 1, 2], strict=False)
    for value in (mg.optimizers.SGD(0.5), mg.metrics.AUC(), mg.optimizers.schedules.CosineDecay(0.1, 5)):
        again = mg.utils.deserialize_keras_object(mg.utils.serialize_keras_object(value))
        assert again.get_config() == value.get_config()
    with pytest.raises(ValueError, match="a config can't hold"):
        mg.saving.serialize_keras_object(object())
    with pytest.raises(ValueError, match="this is no config"):
        mg.saving.deserialize_keras_object(object())


def test_code_in_a_config_is_refused_whatever_safe_mode_is():
    config = {"class_name": "__lambda__", "config": {"value": ["4wA=", None, None]}}
    for safe_mode in (True, False):
        with pytest.raises(ValueError, match="Python code, of a lambda: it could do anything, and isn't run"):
            mg.saving.deserialize_keras_object(config, safe_mode=safe_mode)
    system = {"module": "os", "class_name": "function", "config": "system", "registered_name": "function"}
    with pytest.raises(UnknownNameError, match="'system' is not one of minigrad's own"):
        mg.saving.deserialize_keras_object(system)
    popen = {"module": "subprocess", "class_name": "Popen", "config": {}, "registered_name": "Popen"}
    with pytest.raises(UnknownNameError, match="'Popen' is not one of minigrad's own"):
        mg.saving.deserialize_keras_object(popen)


def test_the_names_of_keras():
    for name in mg.saving.__all__:
        if name not in ("load_model", "load_weights", "save_model", "save_weights"):
            assert getattr(mg.utils, name) is getattr(mg.saving, name)
    assert mg.models.load_model is mg.saving.load_model
    assert mg.models.save_model is mg.saving.save_model
    assert mg.saving.CustomObjectScope is mg.saving.custom_object_scope
    with pytest.raises(AttributeError, match="has no attribute 'load_model'; it has: "):
        mg.utils.load_model  # noqa: B018
    mg.saving.get_custom_objects()["tests>added"] = squared_up
    try:
        assert mg.saving.get_registered_object("tests>added") is squared_up
        assert mg.activations.get("tests>added") is squared_up
    finally:
        del mg.saving.get_custom_objects()["tests>added"]
    assert mg.saving.get_registered_name(Words) == "tests>Words"


def test_loading_needs_nothing_to_be_imported_before(tmp_path):
    model = mg.Sequential([mg.Input((3,)), layers.Dense(2)])
    model.compile("adam", "mse", metrics=["mae"])
    path = str(tmp_path / "m.keras")
    model.save(path)
    code = f"from minigrad.saving import load_model; print(load_model({path!r}).compiled)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
