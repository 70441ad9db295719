"""Training, measuring and counting in ways of one's own, as Keras's guides write them."""

from __future__ import annotations

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers

RNG = np.random.default_rng(3)
X = RNG.normal(size=(24, 4)).astype(np.float32)
Y = RNG.normal(size=(24, 1)).astype(np.float32)
ROWS = np.linspace(0, 2, 24).astype(np.float32)


def parts():
    return [mg.Input((4,)), layers.Dense(1)]


def test_the_guides_train_step():
    class Own(mg.Sequential):
        def train_step(self, data):
            x, y = data
            with mg.GradientTape() as tape:
                y_pred = self(x, training=True)
                loss = self.compute_loss(y=y, y_pred=y_pred)
            variables = self.trainable_variables
            self.optimizer.apply(tape.gradient(loss, variables), variables)
            for metric in self.metrics:
                if metric.name == "loss":
                    metric.update_state(loss)
                else:
                    metric.update_state(y, y_pred)
            return {metric.name: metric.result() for metric in self.metrics}

    own, plain = Own(parts()), mg.Sequential(parts())
    plain.set_weights(own.get_weights())
    for net in (own, plain):
        net.compile("sgd", "mse", metrics=["mae"])
        net.fit(X, Y, shuffle=False, batch_size=8, epochs=2, verbose=0)
    for name, values in plain.history.history.items():
        assert own.history.history[name] == pytest.approx(values)
    np.testing.assert_allclose(own.get_weights()[0], plain.get_weights()[0], rtol=1e-6)


def test_data_have_the_form_in_which_they_were_given():
    forms = []

    class Own(mg.Sequential):
        def train_step(self, data):
            forms.append(data)
            return {"loss": 0.0}

    net = Own(parts())
    net.compile("sgd", "mse")
    net.fit(X, verbose=0, batch_size=24, shuffle=False)
    net.fit(X, Y, verbose=0, batch_size=24, shuffle=False)
    net.fit(X, Y, sample_weight=ROWS, verbose=0, batch_size=24)
    net.fit({"a": X}, [Y, Y], verbose=0, batch_size=24)
    alone, pair, triple, named = forms
    assert isinstance(alone, mg.Tensor)
    assert [type(one) for one in pair] == [mg.Tensor, mg.Tensor]
    assert len(triple) == 3
    np.testing.assert_array_equal(pair[0], X)
    assert isinstance(named[0]["a"], mg.Tensor)
    assert isinstance(named[1], list)


def test_results_may_be_tensors_metrics_and_nested():
    class Own(mg.Sequential):
        def train_step(self, data):
            return {"loss": mg.Tensor(0.5), "more": {"a": np.float32(2), "b": np.arange(2)}}

    net = Own(parts())
    net.compile("sgd", "mse")
    history = net.fit(X, Y, verbose=2).history
    assert history["loss"] == [0.5]
    assert history["a"] == [2.0]
    assert history["b"][0].tolist() == [0, 1]
    assert net.train_on_batch(X, Y, return_dict=True)["a"] == 2.0


def test_a_step_must_return_a_dict():
    class Own(mg.Sequential):
        def train_step(self, data):
            return None

    net = Own(parts())
    net.compile("sgd", "mse")
    with pytest.raises(TypeError, match=r"must return a dict of results.*got None"):
        net.fit(X, Y, verbose=0)


def test_compute_loss_with_the_arguments_of_older_and_newer_keras():
    class Newer(mg.Sequential):
        def compute_loss(self, x, y, y_pred, sample_weight, training=True):
            seen.append(training)
            return super().compute_loss(x, y, y_pred, sample_weight) * 3.0

    class Older(mg.Sequential):
        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None):
            return mg.ops.mean(mg.ops.abs(y - y_pred))

    seen: list[bool] = []
    newer, older = Newer(parts()), Older(parts())
    newer.compile("sgd", "mse")
    older.compile("sgd")
    mse = np.mean((newer.predict(X, verbose=0) - Y) ** 2)
    assert newer.evaluate(X, Y, verbose=0) == pytest.approx(3 * mse, rel=1e-5)
    newer.train_on_batch(X, Y)
    assert seen == [False, True]
    mae = np.mean(np.abs(older.predict(X, verbose=0) - Y))
    assert older.evaluate(X, Y, verbose=0) == pytest.approx(mae, rel=1e-5)
    before = older.get_weights()[0]
    older.fit(X, Y, verbose=0)
    assert np.any(older.get_weights()[0] != before)


def test_keras_example_of_compute_loss_with_a_tracker_of_its_own():
    class Own(mg.Sequential):
        def __init__(self, layers):
            super().__init__(layers)
            self.loss_tracker = mg.metrics.Mean(name="loss")

        def compute_loss(self, x, y, y_pred, sample_weight, training=True):
            loss = mg.ops.mean((y_pred - y) ** 2)
            self.loss_tracker.update_state(loss)
            return loss

        def reset_metrics(self):
            self.loss_tracker.reset_state()

        @property
        def metrics(self):
            return [self.loss_tracker]

    net = Own(parts())
    net.compile("sgd", loss="mse")
    history = net.fit(X, Y, epochs=2, batch_size=8, verbose=0).history
    assert list(history) == ["loss"]
    assert float(net.loss_tracker.result()) == pytest.approx(history["loss"][-1])


def test_compute_metrics_of_ones_own():
    class Own(mg.Sequential):
        def __init__(self, layers):
            super().__init__(layers)
            self.rows = mg.metrics.Sum(name="rows")

        def compute_metrics(self, x, y, y_pred, sample_weight):
            results = super().compute_metrics(x, y, y_pred, sample_weight)
            self.rows.update_state(mg.ops.ones(len(x)))
            results["rows"] = self.rows.result()
            return results

    net = Own(parts())
    net.compile("sgd", "mse", metrics=["mae"])
    history = net.fit(X, Y, epochs=2, validation_data=(X[:5], Y[:5]), verbose=0).history
    assert history["rows"] == [24.0, 24.0]
    assert history["val_rows"] == [5.0, 5.0]
    assert set(history) == {f"{p}{n}" for p in ("", "val_") for n in ("loss", "mae", "rows")}


def test_metrics_of_layers_are_counted_and_reset():
    class Counts(layers.Layer):
        def __init__(self):
            super().__init__()
            self.mean = mg.metrics.Mean(name="activity")

        def call(self, inputs):
            self.mean.update_state(inputs)
            return inputs

    net = mg.Sequential([mg.Input((4,)), layers.Dense(1, kernel_initializer="zeros"), Counts()])
    net.compile(mg.optimizers.SGD(0.0), "mse", metrics=["mae"])
    results = net.evaluate(X, Y, verbose=0, return_dict=True)
    assert list(results) == ["loss", "mae", "activity"]
    assert net.evaluate(X, Y, verbose=0, return_dict=True) == results
    assert net.fit(X, Y, epochs=2, verbose=0).history["activity"] == [0.0, 0.0]


def test_predict_step_of_ones_own():
    class Own(mg.Sequential):
        def predict_step(self, data):
            return super().predict_step(data) * 0.0 + 7.0

    net = Own(parts())
    assert np.all(net.predict(X, verbose=0) == 7.0)
    assert np.all(net.predict(mg.data.Dataset.from_tensor_slices((X, Y)).batch(5), verbose=0) == 7.0)


def test_a_model_of_two_networks_with_two_optimizers():
    class Gan(mg.Model):
        def __init__(self):
            super().__init__()
            self.judge = mg.Sequential([mg.Input((2,)), layers.Dense(1)])
            self.maker = mg.Sequential([mg.Input((3,)), layers.Dense(2)])
            self.loss_mean = mg.metrics.Mean(name="judge_loss")

        def compile(self, judge_optimizer, maker_optimizer):
            super().compile()
            self.judge_optimizer, self.maker_optimizer = judge_optimizer, maker_optimizer

        def train_step(self, real):
            noise = mg.random.normal((len(real), 3))
            with mg.GradientTape(persistent=True) as tape:
                fake = self.maker(noise, training=True)
                loss = mg.ops.mean(self.judge(fake)) - mg.ops.mean(self.judge(real))
                other = -mg.ops.mean(self.judge(fake))
            judged, made = self.judge.trainable_variables, self.maker.trainable_variables
            judge_gradients, maker_gradients = tape.gradient(loss, judged), tape.gradient(other, made)
            self.judge_optimizer.apply(judge_gradients, judged)
            self.maker_optimizer.apply(maker_gradients, made)
            self.loss_mean.update_state(loss)
            return {"judge_loss": self.loss_mean.result()}

    gan = Gan()
    gan.compile(mg.optimizers.SGD(0.1), mg.optimizers.SGD(0.1))
    before = gan.maker.get_weights()[0], gan.judge.get_weights()[0]
    history = gan.fit(X[:, :2], epochs=3, verbose=0).history
    assert list(history) == ["judge_loss"]
    assert len(history["judge_loss"]) == 3
    assert np.all(np.isfinite(history["judge_loss"]))
    for old, net in zip(before, (gan.maker, gan.judge), strict=True):
        assert np.any(net.get_weights()[0] != old)
