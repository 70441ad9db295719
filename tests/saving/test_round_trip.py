"""What is saved comes back: every layer, every optimizer, to the same bits."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pytest

import minigrad as mg
from golden import saving_cases
from minigrad import layers

MODELS = saving_cases.models(mg)


def same(first, second):
    assert len(first) == len(second)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other, strict=True)


def config_of(path):
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("config.json"))


@pytest.mark.parametrize("name", MODELS)
def test_a_model_comes_back_to_the_same_bits(name, tmp_path):
    model, inputs = MODELS[name]()
    model.save(tmp_path / "m.keras")
    loaded = mg.saving.load_model(tmp_path / "m.keras")
    assert type(loaded) is type(model)
    same(loaded.get_weights(), model.get_weights())
    same(saving_cases.predictions(loaded, inputs), saving_cases.predictions(model, inputs))
    if model.compiled:
        same(loaded.optimizer.variables, model.optimizer.variables)
    same(saving_cases.goes_on(loaded, inputs), saving_cases.goes_on(model, inputs))  # three more steps
    before = config_of(tmp_path / "m.keras")
    mg.saving.load_model(tmp_path / "m.keras").save(tmp_path / "m.keras")
    assert config_of(tmp_path / "m.keras") == before


@pytest.mark.parametrize("name", MODELS)
def test_weights_come_back_to_the_same_bits(name, tmp_path):
    model, inputs = MODELS[name]()
    weights, outputs = model.get_weights(), saving_cases.predictions(model, inputs)
    for ending in (".weights.h5", ".npz", ".safetensors"):
        model.save_weights(tmp_path / f"w{ending}")
        model.set_weights([one * 0 for one in weights])
        model.load_weights(tmp_path / f"w{ending}")
        same(model.get_weights(), weights)
        same(saving_cases.predictions(model, inputs), outputs)


def test_training_with_chance_goes_on_to_the_same_bits(tmp_path):
    """The seed generators' state is stored: what is dropped out next, and how images are turned."""
    model = mg.Sequential(
        [
            mg.Input((6, 6, 1)),
            layers.RandomRotation(0.2),
            layers.GaussianNoise(0.1),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(2),
        ]
    )
    model.compile("adam", "mse")
    x, y = saving_cases.rows((8, 6, 6, 1), 2)
    targets = np.eye(2, dtype="float32")[y]
    saving_cases.trained(model, x, targets)
    model.save(tmp_path / "m.keras")
    saving_cases.trained(model, x, targets)
    loaded = mg.saving.load_model(tmp_path / "m.keras")
    saving_cases.trained(loaded, x, targets)
    same(loaded.get_weights(), model.get_weights())
    weights = mg.Sequential([layers.Dropout(0.5, seed=1)])
    weights(x, training=True)
    weights.save_weights(tmp_path / "d.weights.h5")
    expected = weights(x, training=True)
    again = mg.Sequential([layers.Dropout(0.5, seed=2)])
    again.build(x.shape)
    again.load_weights(tmp_path / "d.weights.h5")
    np.testing.assert_array_equal(again(x, training=True), expected)


def test_dropout_in_what_keras_saved_still_drops_out(keras_files):
    """Keras notes training=False with each call of a Dropout in a graph, though nobody said so."""
    loaded = mg.saving.load_model(keras_files / "layer_Dropout.keras")
    ones = np.ones((4, 6), "float32")
    np.testing.assert_array_equal(loaded(ones), ones)
    assert np.sum(loaded(ones, training=True) == 0.0) > 0
    loaded = mg.saving.load_model(keras_files / "layer_RandomFlip.keras")
    image = np.arange(72.0, dtype="float32").reshape(1, 6, 6, 2)
    np.testing.assert_array_equal(loaded.predict(image, verbose=0), image)


def test_an_explicit_training_mode_stays():
    x = mg.Input((6,))
    model = mg.Model(x, layers.Dropout(0.5)(x, training=True))
    file = io.BytesIO()
    model.save(file)
    file.seek(0)
    assert np.any(mg.saving.load_model(file).predict(np.ones((4, 6)), verbose=0) == 0.0)


def test_accuracy_means_the_same_after_loading(tmp_path):
    """It is stored as what it turned out to be, and not found out anew from other data."""
    model, (x,) = saving_cases.make_optimizer(mg, "adam")
    _, y = saving_cases.rows(x.shape, 2)
    before = model.evaluate(x, y, verbose=0, return_dict=True)
    model.save(tmp_path / "m.keras")
    (metric,) = config_of(tmp_path / "m.keras")["compile_config"]["metrics"]
    assert (metric["class_name"], metric["config"]["name"]) == ("SparseCategoricalAccuracy", "accuracy")
    loaded = mg.saving.load_model(tmp_path / "m.keras")
    assert loaded.evaluate(x, y, verbose=0, return_dict=True) == before
    fresh = mg.Sequential([mg.Input((4,)), layers.Dense(2)])
    fresh.compile("sgd", "mse", metrics=["accuracy"])  # no batch was seen yet
    assert fresh.get_compile_config()["metrics"] == ["accuracy"]


def test_metrics_of_several_outputs(tmp_path):
    model, (x,) = saving_cases.make_outputs(mg)
    y = [x[:, :1], np.eye(2)[[0, 1, 1, 0, 1, 0]]]
    before = model.evaluate(x, y, verbose=0, return_dict=True)
    assert {"two_accuracy", "two_area", "one_mse"} <= set(before)
    model.save(tmp_path / "m.keras")
    loaded = mg.saving.load_model(tmp_path / "m.keras")
    assert loaded.evaluate(x, y, verbose=0, return_dict=True) == before


def test_a_shared_layer_stays_shared(tmp_path):
    model, _ = saving_cases.make_shared(mg)
    model.save(tmp_path / "m.keras")
    loaded = mg.saving.load_model(tmp_path / "m.keras")
    assert loaded.get_layer("shared") is loaded.get_layer("nested").get_layer("shared")
    again = mg.models.model_from_json(model.to_json())
    assert again.get_layer("shared") is again.get_layer("nested").get_layer("shared")


def test_an_optimizer_s_state_has_one_order_whatever_happened_before(tmp_path):
    model = mg.Sequential([mg.Input((4,)), layers.Dense(4, name="a"), layers.Dense(4, name="b")])
    other = mg.Sequential([mg.Input((4,)), layers.Dense(4)])
    optimizer = mg.optimizers.Adam(0.01)
    x = saving_cases.rows((6, 4), 2)[0]
    other.compile(optimizer, "mse")
    other.fit(x, x, epochs=2, verbose=0)  # the optimizer serves another model, too
    model.get_layer("a").trainable = False
    model.compile(optimizer, "mse")
    model.fit(x, x, epochs=2, verbose=0)
    model.get_layer("a").trainable = True  # "a" gets its slots after "b"
    model.compile(optimizer, "mse")
    model.fit(x, x, epochs=2, verbose=0)
    model.save(tmp_path / "m.keras")
    loaded = mg.saving.load_model(tmp_path / "m.keras")
    for net in (model, loaded):
        net.fit(x, x, epochs=2, shuffle=False, verbose=0)
    same(loaded.get_weights(), model.get_weights())


def test_without_the_optimizer(tmp_path):
    model, _ = saving_cases.make_optimizer(mg, "adam")
    model.save(tmp_path / "a.keras", include_optimizer=False)
    assert not mg.saving.load_model(tmp_path / "a.keras").compiled
    model.save(tmp_path / "b.keras")
    assert not mg.models.load_model(tmp_path / "b.keras", compile=False).compiled
    assert (tmp_path / "a.keras").stat().st_size < (tmp_path / "b.keras").stat().st_size


def test_what_keras_computes_in_another_way_is_not_taken_over():
    model, _ = saving_cases.make_optimizer(mg, "sgd")
    config = model.get_compile_config()
    model.compile_from_config(config | {"jit_compile": True, "steps_per_execution": 4})
    assert model.compiled
    with pytest.raises(ValueError, match="unknown settings colour"):
        model.compile_from_config(config | {"colour": "red"})
    assert mg.Sequential().get_compile_config() == {}


def test_a_folder_instead_of_a_file(tmp_path):
    model, inputs = saving_cases.make_cnn(mg)
    for _ in range(2):  # the second time it takes the place of the first
        model.save(tmp_path / "folder", zipped=False)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["folder"]
    names = sorted(one.name for one in (tmp_path / "folder").iterdir())
    assert names == ["config.json", "metadata.json", "model.weights.h5"]
    loaded = mg.saving.load_model(tmp_path / "folder")
    same(saving_cases.predictions(loaded, inputs), saving_cases.predictions(model, inputs))
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NotADirectoryError, match="is a file"):
        model.save(tmp_path / "file", zipped=False)
    with pytest.raises(ValueError, match=r"can't end with \.keras"):
        model.save(tmp_path / "m.keras", zipped=False)


def test_an_open_file(tmp_path):
    model, inputs = saving_cases.make_cnn(mg)
    with open(tmp_path / "any name", "wb") as file:
        model.save(file)
    with open(tmp_path / "any name", "rb") as file:
        loaded = mg.saving.load_model(file)
    same(saving_cases.predictions(loaded, inputs), saving_cases.predictions(model, inputs))


def test_a_checkpoint_is_a_model(tmp_path):
    model, (x,) = saving_cases.make_optimizer(mg, "adam")
    _, y = saving_cases.rows(x.shape, 2)
    save = mg.callbacks.ModelCheckpoint(tmp_path / "{epoch}.keras")
    weights = mg.callbacks.ModelCheckpoint(tmp_path / "best.weights.h5", "loss", save_weights_only=True)
    model.fit(x, y, epochs=2, callbacks=[save, weights], verbose=0)
    same(mg.saving.load_model(tmp_path / "2.keras").get_weights(), model.get_weights())
    assert sorted(one.name for one in tmp_path.iterdir()) == ["1.keras", "2.keras", "best.weights.h5"]
