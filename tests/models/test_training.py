"""compile, fit, evaluate, predict: their numbers, their arguments and their errors."""

from __future__ import annotations

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.errors import LikelyMistakeWarning, NotCompiledError, ShapeError, UnknownNameError


def data(rows=64, seed=0):
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(rows, 4)).astype(np.float32)
    y = (x[:, 0] + x[:, 1] > 0).astype(np.int64)
    return x, y


def model(loss="sparse_categorical_crossentropy", metrics=("accuracy",), optimizer="sgd", **kwargs):
    net = mg.Sequential(
        [mg.Input((4,)), layers.Dense(8, activation="relu", **kwargs), layers.Dense(2, activation="softmax")]
    )
    net.compile(optimizer=optimizer, loss=loss, metrics=list(metrics))
    return net


def test_fit_learns_and_returns_its_history():
    mg.utils.set_random_seed(1)
    x, y = data(256)
    net = model(optimizer=mg.optimizers.Adam(0.05))
    history = net.fit(x, y, epochs=8, verbose=0, validation_split=0.25)
    assert history is net.history
    assert list(history.history) == ["loss", "accuracy", "val_loss", "val_accuracy"]
    assert history.epoch == list(range(8))
    assert history.history["accuracy"][-1] > 0.9
    assert history.history["loss"][-1] < history.history["loss"][0]


def test_each_batch_of_train_on_batch_and_test_on_batch_counts_alone():
    x, y = data(20)
    net = model(optimizer=mg.optimizers.SGD(0.0))
    first = net.evaluate(x[:8], y[:8], verbose=0)
    second = net.evaluate(x[8:], y[8:], verbose=0)
    for method in (net.train_on_batch, net.test_on_batch):
        assert method(x[:8], y[:8]) == pytest.approx(first)
        assert method(x[8:], y[8:]) == pytest.approx(second)


def test_one_seed_the_same_bits():
    x, y = data(100)

    def run():
        mg.utils.set_random_seed(5)
        net = model()
        net.fit(x, y, epochs=2, batch_size=16, verbose=0)
        return net.get_weights()

    for first, second in zip(run(), run(), strict=True):
        np.testing.assert_array_equal(first, second)


def test_the_loss_is_a_mean_over_rows_though_the_last_batch_is_short():
    x, y = data(10)
    net = model()
    loss, accuracy = net.evaluate(x, y, batch_size=4, verbose=0)
    probabilities = net.predict(x, verbose=0)
    expected = -np.log(probabilities[np.arange(10), y])
    np.testing.assert_allclose(loss, expected.mean(), rtol=1e-5)
    np.testing.assert_allclose(accuracy, np.mean(probabilities.argmax(1) == y), rtol=1e-6)


def test_one_step_of_sgd_by_hand():
    net = mg.Sequential([mg.Input((2,)), layers.Dense(1, use_bias=False, kernel_initializer="zeros")])
    net.compile(optimizer=mg.optimizers.SGD(0.5), loss="mse")
    x, y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0], [2.0]])
    loss = net.train_on_batch(x, y)
    assert loss == pytest.approx(2.5)
    # dL/dw = 2/N sum (xw - y) x = -[1*1 + 2*3, 1*2 + 2*4] = [-7, -10]
    np.testing.assert_allclose(net.get_weights()[0], [[3.5], [5.0]], rtol=1e-6)


def test_regularizers_are_part_of_the_loss_and_of_the_gradient():
    net = mg.Sequential(
        [mg.Input((1,)), layers.Dense(1, use_bias=False, kernel_initializer="ones", kernel_regularizer="l2")]
    )
    net.compile(optimizer=mg.optimizers.SGD(1.0), loss="mse")
    loss = net.train_on_batch(np.array([[1.0]]), np.array([[1.0]]))
    assert loss == pytest.approx(0.01)
    np.testing.assert_allclose(net.get_weights()[0], [[0.98]], rtol=1e-6)


def test_sample_weight_and_class_weight():
    x, y = data(6)
    net = model()
    per_row = -np.log(net.predict(x, verbose=0)[np.arange(6), y])
    weights = np.array([1.0, 2.0, 0.0, 1.0, 3.0, 1.0])
    loss = net.evaluate(x, y, sample_weight=weights, verbose=0, return_dict=True)["loss"]
    np.testing.assert_allclose(loss, np.mean(per_row * weights), rtol=1e-5)
    one_hot = mg.utils.to_categorical(y, 2)
    for targets, kind in ((y, "sparse_categorical_crossentropy"), (one_hot, "categorical_crossentropy")):
        net.compile(optimizer=mg.optimizers.SGD(0.0), loss=kind)
        loss = net.train_on_batch(x, targets, class_weight={1: 5.0})
        np.testing.assert_allclose(loss, np.mean(per_row * np.where(y == 1, 5.0, 1.0)), rtol=1e-5)


def test_sample_weight_reaches_weighted_metrics_only():
    x, y = data(8)
    net = mg.Sequential([mg.Input((4,)), layers.Dense(2, activation="softmax")])
    net.compile(
        loss="sparse_categorical_crossentropy",
        optimizer="sgd",
        metrics=["accuracy"],
        weighted_metrics=["acc"],
    )
    right = net.predict(x, verbose=0).argmax(1) == y
    weights = np.arange(8.0)
    results = net.evaluate(x, y, sample_weight=weights, verbose=0, return_dict=True)
    np.testing.assert_allclose(results["accuracy"], right.mean(), rtol=1e-6)
    np.testing.assert_allclose(results["acc"], np.sum(right * weights) / weights.sum(), rtol=1e-6)


@pytest.mark.parametrize(
    ("units", "targets", "kind"),
    [
        (1, np.ones((3, 1)), "BinaryAccuracy"),
        (4, np.ones(3, int), "SparseCategoricalAccuracy"),
        (4, np.ones((3, 1), int), "SparseCategoricalAccuracy"),
        (4, np.eye(4)[:3], "CategoricalAccuracy"),
    ],
)
def test_accuracy_finds_out_which_one(units, targets, kind):
    net = mg.Sequential([mg.Input((2,)), layers.Dense(units, activation="sigmoid" if units == 1 else None)])
    net.compile(
        optimizer="sgd", loss="mse" if kind != "SparseCategoricalAccuracy" else None, metrics=["accuracy"]
    )
    if net.loss is None:
        net.compile(
            optimizer="sgd",
            loss=mg.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
        )
    net.evaluate(np.ones((3, 2)), targets, verbose=0)
    (metric,) = net.metrics[1].metrics
    assert metric.name == "accuracy"
    assert kind.lower() in type(metric).__name__.lower() or kind.lower() in str(metric.get_config()).lower()


def test_metrics_may_be_objects_and_functions():
    def largest(y_true, y_pred):
        return mg.ops.max(y_pred, axis=-1)

    net = model(metrics=[mg.metrics.SparseCategoricalAccuracy(name="right"), largest])
    x, y = data(20)
    results = net.evaluate(x, y, verbose=0, return_dict=True)
    assert list(results) == ["loss", "right", "largest"]
    np.testing.assert_allclose(results["largest"], net.predict(x, verbose=0).max(1).mean(), rtol=1e-5)


def test_a_loss_may_be_a_function():
    net = mg.Sequential([mg.Input((4,)), layers.Dense(1)])
    net.compile(optimizer="sgd", loss=lambda y_true, y_pred: mg.ops.abs(y_true - y_pred))
    x, _ = data(10)
    loss = net.evaluate(x, np.zeros((10, 1), np.float32), verbose=0)
    np.testing.assert_allclose(loss, np.abs(net.predict(x, verbose=0)).mean(), rtol=1e-5)


def test_evaluate_gives_a_number_for_one_result_and_a_list_for_several():
    x, y = data(8)
    net = model(metrics=())
    assert isinstance(net.evaluate(x, y, verbose=0), float)
    assert isinstance(model().evaluate(x, y, verbose=0), list)
    assert list(model().evaluate(x, y, verbose=0, return_dict=True)) == ["loss", "accuracy"]


def test_predict_is_the_model_itself_batch_by_batch_and_records_nothing():
    x, _ = data(10)
    net = model()
    output = net.predict(x, batch_size=3, verbose=0)
    assert isinstance(output, np.ndarray)
    np.testing.assert_allclose(output, net(x).numpy(), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(net.predict_on_batch(x), output, rtol=1e-5, atol=1e-6)
    assert net.predict(x, batch_size=3, steps=2, verbose=0).shape == (6, 2)


def test_dropout_is_on_in_fit_and_off_in_evaluate_and_predict():
    net = mg.Sequential([mg.Input((4,)), layers.Dropout(1.0)])
    net.compile(optimizer="sgd", loss="mse")
    x = np.ones((3, 4), np.float32)
    assert net.evaluate(x, x, verbose=0) == 0
    np.testing.assert_array_equal(net.predict(x, verbose=0), x)
    with pytest.warns(LikelyMistakeWarning, match="no trainable weights, so training changes nothing"):
        history = net.fit(x, x, verbose=0).history
    assert history["loss"] == [1.0]


def test_training_works_inside_no_grad():
    x, y = data(8)
    net = model()
    before = net.get_weights()[0]
    with mg.no_grad():
        net.fit(x, y, verbose=0)
    assert np.any(net.get_weights()[0] != before)


def test_frozen_layers_stay_as_they_are():
    x, y = data(32)
    net = model()
    net.layers[0].trainable = False
    before = net.get_weights()
    net.fit(x, y, verbose=0)
    np.testing.assert_array_equal(net.get_weights()[0], before[0])
    assert np.any(net.get_weights()[2] != before[2])


def test_validation_split_takes_the_last_rows_before_shuffling():
    x = np.arange(10, dtype=np.float32).reshape(10, 1)
    seen = []

    class Watch(mg.Sequential):
        def test_step(self, batch):
            seen.append(batch[0].ravel().tolist())
            return super().test_step(batch)

    net = Watch([mg.Input((1,)), layers.Dense(1)])
    net.compile(optimizer="sgd", loss="mse")
    net.fit(x, x, validation_split=0.25, verbose=0)
    assert seen == [[7.0, 8.0, 9.0]]


def test_validation_frequency_and_steps():
    x, y = data(32)
    history = model().fit(
        x, y, epochs=4, validation_data=(x, y), validation_freq=2, steps_per_epoch=1, verbose=0
    )
    assert len(history.history["loss"]) == 4
    assert len(history.history["val_loss"]) == 2
    history = model().fit(x, y, epochs=4, validation_data=(x, y), validation_freq=[3], verbose=0)
    assert len(history.history["val_loss"]) == 1
    assert model().fit(x, y, initial_epoch=2, epochs=4, verbose=0).epoch == [2, 3]


def test_shuffling_can_be_switched_off():
    seen = []

    class Watch(mg.Sequential):
        def train_step(self, batch):
            seen.append(batch[0].ravel().tolist())
            return super().train_step(batch)

    net = Watch([mg.Input((1,)), layers.Dense(1)])
    net.compile(optimizer="sgd", loss="mse")
    x = np.arange(4, dtype=np.float32).reshape(4, 1)
    net.fit(x, x, batch_size=3, shuffle=False, verbose=0)
    assert seen == [[0, 1, 2], [3]]
    mg.utils.set_random_seed(0)
    seen.clear()
    net.fit(x, x, batch_size=4, epochs=3, verbose=0)
    assert all(sorted(batch) == [0, 1, 2, 3] for batch in seen)
    assert len({tuple(batch) for batch in seen}) > 1


def test_one_optimizer_serves_two_models():
    optimizer = mg.optimizers.Adam(0.1)
    x, y = data(16)
    for net in (model(optimizer=optimizer), model(optimizer=optimizer)):
        before = net.get_weights()[0]
        net.fit(x, y, verbose=0)
        assert np.any(net.get_weights()[0] != before)


def test_a_training_step_of_ones_own():
    class Own(mg.Sequential):
        def train_step(self, batch):
            x, y = batch
            with mg.GradientTape() as tape:
                loss = self.compute_loss(x, y, self(x, training=True))
            grads = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(zip(grads, self.trainable_variables, strict=True))
            return {"own_loss": float(loss)}

    net = Own([mg.Input((4,)), layers.Dense(2)])
    net.compile(optimizer="sgd", loss=mg.losses.SparseCategoricalCrossentropy(from_logits=True))
    x, y = data(16)
    assert list(net.fit(x, y, verbose=0).history) == ["own_loss"]


def test_the_lectures_loop_with_a_tape():
    net = mg.Sequential([mg.Input((4,)), layers.Dense(2)])
    optimizer = mg.optimizers.Adam(0.05)
    x, y = data(64)
    one_hot = mg.utils.to_categorical(y, 2)

    def loss_of():
        logits = net(x, training=True)
        return mg.ops.mean(mg.losses.categorical_crossentropy(one_hot, logits, from_logits=True))

    first = float(loss_of())
    for _ in range(20):
        with mg.GradientTape() as tape:
            loss = loss_of()
        grads = tape.gradient(loss, net.variables)
        optimizer.apply_gradients(zip(grads, net.trainable_variables, strict=True))
    assert float(loss_of()) < 0.7 * first


# -- errors --------------------------------------------------------------------------------------


def test_fit_before_compile():
    net = mg.Sequential([mg.Input((4,)), layers.Dense(2)])
    for method in (net.fit, net.evaluate, net.train_on_batch, net.test_on_batch):
        with pytest.raises(NotCompiledError, match=r"compile\(optimizer=..., loss=...\) before"):
            method(*data(4))


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"optimizer": "adan"}, "did you mean 'adam'"),
        ({"loss": "categorical_crossentropi"}, "did you mean 'categorical_crossentropy'"),
        ({"metrics": ["acuracy"]}, "unknown metric 'acuracy'"),
    ],
)
def test_unknown_names_in_compile(arguments, text):
    net = mg.Sequential([mg.Input((4,)), layers.Dense(2)])
    with pytest.raises(UnknownNameError, match=text):
        net.compile(**({"optimizer": "sgd", "loss": "mse"} | arguments))


def test_settings_that_are_not_supported():
    net = mg.Sequential([mg.Input((4,)), layers.Dense(2)])
    with pytest.raises(ValueError, match="steps_per_execution"):
        net.compile("sgd", "mse", steps_per_execution=2)
    with pytest.raises(ValueError, match='jit_compile must be "auto", True or False; got 3'):
        net.compile("sgd", "mse", jit_compile=3)
    with pytest.warns(UserWarning, match="jit_compile=True changes nothing"):
        net.compile("sgd", "mse", jit_compile=True)
    with pytest.raises(ValueError, match="metrics must be a list"):
        net.compile("sgd", "mse", metrics="accuracy")


def test_a_frozen_model_learns_nothing_and_says_so():
    x, y = data(20)
    net = model()
    net.trainable = False
    net.compile("sgd", "sparse_categorical_crossentropy")
    before = net.get_weights()
    with pytest.warns(LikelyMistakeWarning, match="no trainable weights"):
        loss = net.fit(x, y, verbose=0).history["loss"][0]
    assert loss == pytest.approx(net.evaluate(x, y, verbose=0))
    for one, other in zip(before, net.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_an_empty_data_set_and_rows_that_differ():
    net = model()
    with pytest.raises(ValueError, match="fit: the data set is empty"):
        net.fit(np.zeros((0, 4)), np.zeros(0), verbose=0)
    with pytest.raises(ShapeError, match=r"numbers of rows differ: x \[8, 4\], y \[7\]"):
        net.fit(np.zeros((8, 4)), np.zeros(7), verbose=0)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"batch_size": 0}, "batch_size must be an integer >= 1; got 0"),
        ({"batch_size": 2.5}, "batch_size"),
        ({"epochs": 0}, "epochs must be an integer >= 1"),
        ({"steps_per_epoch": -1}, "steps_per_epoch"),
        ({"validation_split": 1.5}, "validation_split must be between 0 and 1"),
        ({"validation_split": 0.99}, "too few to split"),
        ({"validation_data": [1]}, "validation_data must be a tuple"),
        ({"verbose": "loud"}, "verbose must be"),
        ({"sample_weight": np.ones(8), "class_weight": {0: 1.0}}, "can't both be given"),
    ],
)
def test_wrong_arguments_of_fit(arguments, text):
    x, y = data(8)
    with pytest.raises(ValueError, match=text):
        model().fit(x, y, **({"verbose": 0} | arguments))


def test_callbacks_must_be_instances():
    x, y = data(8)
    with pytest.raises(TypeError, match="make an instance of it"):
        model().fit(x, y, callbacks=[mg.callbacks.Callback], verbose=0)


def test_labels_that_do_not_fit_the_output():
    x, y = data(8)
    with pytest.raises(ValueError, match="categorical_crossentropy") as caught:
        model(loss="categorical_crossentropy").fit(x, y, verbose=0)
    assert "(8,)" in str(caught.value)
    assert "(8, 2)" in str(caught.value)
    with pytest.raises(ValueError, match="7"):
        model().fit(x, np.where(y == 0, 7, y), verbose=0)
    with pytest.raises(ValueError, match="needs targets, and y is missing"):
        model().fit(x, verbose=0)


def test_a_wrong_input_shape_names_the_layer():
    net = model()
    with pytest.raises(ShapeError, match=r"\(8, 5\)") as caught:
        net.fit(np.zeros((8, 5)), np.zeros(8), verbose=0)
    assert any("(Sequential)" in note for note in caught.value.__notes__)
