"""The models that are saved and loaded: each layer, each optimizer, graphs, and classes of one's own.

Everything is written against Keras's API and given as ``keras``, which may be Keras or minigrad, so that both
make the same models. Used by make_saving_golden.py, check_saving_with_keras.py and tests/saving.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .layer_cases import FAMILIES, cases, numbers

Made = tuple[Any, list[np.ndarray]]  # a model, and inputs for it

IMAGE = (2, 6, 6, 2)
ROWS = (4, 6)
WITHOUT_NUMBERS: dict[str, tuple[dict[str, Any], Any]] = {  # layers that layer_cases has not
    "ActivityRegularization": ({"l1": 0.1}, ROWS),
    "AlphaDropout": ({"rate": 0.3, "seed": 3}, ROWS),
    "Dropout": ({"rate": 0.3, "seed": 3}, ROWS),
    "Embedding": ({"input_dim": 5, "output_dim": 3}, ROWS),
    "GaussianDropout": ({"rate": 0.3}, ROWS),
    "GaussianNoise": ({"stddev": 0.3}, ROWS),
    "RandomContrast": ({"factor": [0.1, 0.2]}, IMAGE),
    "RandomFlip": ({"seed": 3}, IMAGE),
    "SpatialDropout1D": ({"rate": 0.3}, (2, 4, 3)),
    "SpatialDropout2D": ({"rate": 0.3}, IMAGE),
}
OPTIMIZERS: dict[str, tuple[str, dict[str, Any]]] = {
    "sgd": ("SGD", {"learning_rate": 0.1}),
    "momentum": ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    "adam": ("Adam", {"learning_rate": 0.01, "clipnorm": 1.0}),
    "amsgrad": ("Adam", {"amsgrad": True, "use_ema": True, "ema_overwrite_frequency": 3}),
    "adamw": ("AdamW", {"learning_rate": 0.01}),
    "adamax": ("Adamax", {"learning_rate": 0.01}),
    "nadam": ("Nadam", {"learning_rate": 0.01}),
    "adagrad": ("Adagrad", {"learning_rate": 0.1}),
    "adadelta": ("Adadelta", {"learning_rate": 1.0}),
    "rmsprop": ("RMSprop", {"centered": True, "momentum": 0.5}),
    "ftrl": ("Ftrl", {"learning_rate": 0.1}),
    "lion": ("Lion", {"learning_rate": 0.01}),
    "accumulating": ("SGD", {"learning_rate": 0.1, "gradient_accumulation_steps": 2}),
}


def set_numbers(name: str, model: Any) -> None:
    """Give a model weights that depend on nothing but the name."""
    weights = model.get_weights()
    values = numbers(name, *[weight.shape for weight in weights])
    kept = [weight if weight.dtype.kind != "f" else abs(value) for weight, value in zip(weights, values)]  # noqa: B905
    model.set_weights(kept)


def make_layer(keras: Any, name: str, arguments: dict[str, Any], shapes: Any) -> Made:
    """Return a model of one layer, called "tested"."""
    several = shapes if isinstance(shapes, list) else [shapes]
    kind = "int32" if name == "Embedding" else "float32"
    inputs = [keras.Input(shape[1:], name=f"input{i}", dtype=kind) for i, shape in enumerate(several)]
    layer = getattr(keras.layers, name)(name="tested", **arguments)
    model = keras.Model(inputs, layer(inputs if len(inputs) > 1 else inputs[0]), name="model")
    set_numbers(name, model)
    arrays = numbers(f"{name} inputs", *several)
    return model, [np.abs(one * 2).astype(kind) if kind == "int32" else one for one in arrays]


def layer_models(keras: Any) -> dict[str, Callable[[], Made]]:
    """Return a model for each layer."""
    table = dict(WITHOUT_NUMBERS)
    for family in FAMILIES:
        for name, arguments, shapes in cases(family).values():
            table.setdefault(name, (arguments, shapes))
    return {
        f"layer_{name}": lambda name=name, about=about: make_layer(keras, name, *about)
        for name, about in sorted(table.items())
    }


def rows(shape: tuple[int, ...], classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs and labels."""
    (x,) = numbers("rows", shape)
    return x, np.arange(len(x), dtype=np.int32) % classes


def trained(model: Any, x: Any, y: Any, steps: int = 3) -> None:
    """Take some steps, each on all data."""
    model.fit(x, y, batch_size=1000, epochs=steps, shuffle=False, verbose=0)


def make_optimizer(keras: Any, name: str) -> Made:
    """Return a small model, compiled, that took three steps."""
    cls, arguments = OPTIMIZERS[name]
    layers = [
        keras.Input((4,), name="input"),
        keras.layers.Dense(3, "tanh", name="a"),
        keras.layers.Dense(2, "softmax", name="b"),
    ]
    model = keras.Sequential(layers, name="model")
    set_numbers("optimizer", model)
    optimizer = getattr(keras.optimizers, cls)(**arguments)
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    x, y = rows((8, 4), 2)
    trained(model, x, y)
    return model, [x]


def make_cnn(keras: Any) -> Made:
    """Return a convolutional network, trained for some steps with a learning rate that falls."""
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1), name="image"),
            layers.Rescaling(0.5, name="rescaled"),
            layers.Conv2D(4, 3, activation="relu", kernel_regularizer=keras.regularizers.L2(0.01), name="c"),
            layers.BatchNormalization(name="n"),
            layers.MaxPooling2D(name="p"),
            layers.Conv2D(4, 2, padding="same", name="d"),
            layers.PReLU(shared_axes=[1, 2], name="r"),
            layers.Flatten(name="f"),
            layers.Dense(3, activation="softmax", kernel_constraint="max_norm", name="out"),
        ],
        name="cnn",
    )
    set_numbers("cnn", model)
    rate = keras.optimizers.schedules.ExponentialDecay(0.01, 5, 0.5)
    loss = keras.losses.SparseCategoricalCrossentropy()
    metrics = ["accuracy", keras.metrics.SparseTopKCategoricalAccuracy(2, name="top")]
    model.compile(keras.optimizers.Adam(rate), loss, metrics=metrics, weighted_metrics=["acc"])
    x, y = rows((9, 8, 8, 1), 3)
    trained(model, x, y)
    return model, [x]


def make_graph(keras: Any) -> Made:
    """Return a model with several inputs and outputs, shared and nested layers, and ops."""
    layers, ops = keras.layers, keras.ops
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    inner = keras.Sequential([layers.Dense(3, name="d1"), layers.Dense(2, name="d2")], name="inner")
    start = keras.Input((2,), name="start")
    nested = keras.Model(start, layers.Dense(2, activation="tanh", name="d3")(start), name="nested")
    p, q = nested(inner(a)), nested(inner(b))
    first = layers.Dense(1, name="first")(layers.Concatenate(name="join")([p, q]))
    second = layers.Dense(2, name="second")(ops.relu(p - q) + ops.expand_dims(p[:, 0], 1))
    model = keras.Model([a, b], {"x": first, "y": second}, name="graph")
    set_numbers("graph", model)
    return model, numbers("graph inputs", (5, 4), (5, 4))


def make_shared(keras: Any) -> Made:
    """Return a model that shares a layer with a model inside it, which Keras writes but can't read."""
    layers = keras.layers
    dense = layers.Dense(4, activation="tanh", name="shared")
    start = keras.Input((4,), name="start")
    nested = keras.Model(start, dense(start), name="nested")
    x = keras.Input((4,), name="x")
    model = keras.Model(x, layers.Dense(1, name="one")(nested(dense(x))), name="sharing")
    set_numbers("shared", model)
    return model, numbers("shared inputs", (6, 4))


def make_outputs(keras: Any) -> Made:
    """Return a model with several outputs, compiled with a loss and metrics for each."""
    layers = keras.layers
    x = keras.Input((4,), name="x")
    y = layers.Dense(4, activation="tanh", name="dense")(x)
    outputs = [layers.Dense(1, name="one")(y), layers.Dense(2, activation="softmax", name="two")(y)]
    model = keras.Model(x, outputs, name="outputs")
    set_numbers("outputs", model)
    model.compile(
        "rmsprop",
        {"one": keras.losses.Huber(0.5), "two": "categorical_crossentropy"},
        loss_weights={"one": 0.5, "two": 2.0},
        metrics={"one": ["mse"], "two": ["accuracy", keras.metrics.AUC(num_thresholds=9, name="area")]},
    )
    (data,) = numbers("outputs inputs", (6, 4))
    model.fit(data, [data[:, :1], np.eye(2)[[0, 1, 1, 0, 1, 0]]], batch_size=6, epochs=2, verbose=0)
    return model, [data]


def make_own(keras: Any) -> Made:
    """Return a model of classes and functions of one's own."""
    own = define(keras)
    model = own["Own"](3, name="own")
    (x,) = numbers("own inputs", (6, 4))
    model(x)
    set_numbers("own", model)
    model.compile("adam", own["OwnLoss"](2.0), metrics=[own["distance"]])
    model.fit(x, x[:, :3], batch_size=6, epochs=2, shuffle=False, verbose=0)
    return model, [x]


_defined: dict[str, dict[str, Any]] = {}


def define(keras: Any) -> dict[str, Any]:
    """Return classes and functions of one's own, registered."""
    if keras.__name__ in _defined:
        return _defined[keras.__name__]
    register, ops = keras.saving.register_keras_serializable, keras.ops

    @register("tests")
    def bend(x):
        return ops.tanh(x) * x

    @register("tests")
    def distance(y_true, y_pred):
        return ops.mean(ops.abs(y_true - y_pred), axis=-1)

    @register("tests")
    class OwnLoss(keras.losses.Loss):
        def __init__(self, factor=1.0, name="own_loss", **kwargs):
            super().__init__(name=name, **kwargs)
            self.factor = factor

        def call(self, y_true, y_pred):
            return self.factor * ops.mean(ops.square(y_true - y_pred), axis=-1)

        def get_config(self):
            return {**super().get_config(), "factor": self.factor}

    @register("tests")
    class Block(keras.layers.Layer):
        def __init__(self, units, inside=None, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.inside = inside or keras.layers.Dense(units, activation=bend)

        def build(self, input_shape):
            self.scale = self.add_weight(shape=(self.units,), initializer="ones", name="scale")
            self.count = self.add_weight(
                shape=(), initializer="zeros", dtype="int32", trainable=False, name="count"
            )
            self.inside.build(input_shape)
            self.built = True

        def call(self, inputs):
            return self.inside(inputs) * self.scale

        def compute_output_shape(self, input_shape):
            return (*input_shape[:-1], self.units)

        def get_config(self):
            return {**super().get_config(), "units": self.units, "inside": self.inside}

        @classmethod
        def from_config(cls, config):
            inside = keras.saving.deserialize_keras_object(config.pop("inside"))
            return cls(inside=inside, **config)

    @register("tests", name="OwnModel")
    class Own(keras.Model):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.zero = keras.layers.Dense(4)
            self.blocks = [Block(4), Block(4), [keras.layers.Dense(4), keras.layers.LayerNormalization()]]
            self.by_name = {"a": keras.layers.Dense(4), "b": Block(4)}
            self._last = keras.layers.Dense(units)
            self.after = keras.layers.BatchNormalization()

        def call(self, inputs, training=None):
            x = self.zero(inputs)
            for block in (*self.blocks[:2], *self.blocks[2], *self.by_name.values()):
                x = block(x)
            return self.after(self._last(x), training=training)

        def get_config(self):
            return {**super().get_config(), "units": self.units}

    found = {"bend": bend, "distance": distance, "OwnLoss": OwnLoss, "Block": Block, "Own": Own}
    _defined[keras.__name__] = found
    return found


def models(keras: Any) -> dict[str, Callable[[], Made]]:
    """Return all models, each as a function that makes it and inputs for it."""
    return {
        **layer_models(keras),
        **{f"optimizer_{name}": lambda name=name: make_optimizer(keras, name) for name in OPTIMIZERS},
        "cnn": lambda: make_cnn(keras),
        "graph": lambda: make_graph(keras),
        "outputs": lambda: make_outputs(keras),
        "shared": lambda: make_shared(keras),
        "own": lambda: make_own(keras),
    }


def predictions(model: Any, inputs: list[np.ndarray]) -> list[np.ndarray]:
    """Return what a model makes of its inputs, in a flat list."""
    found = model.predict(inputs if len(inputs) > 1 else inputs[0], verbose=0)
    if isinstance(found, dict):
        return [found[key] for key in sorted(found)]
    return found if isinstance(found, list) else [found]


def goes_on(model: Any, inputs: list[np.ndarray]) -> list[np.ndarray]:
    """Return a model's weights after more training; of one that isn't compiled those that it has."""
    if model.name in ("model", "cnn") and getattr(model, "optimizer", None) is not None:
        x = inputs[0]
        trained(model, x, np.arange(len(x), dtype=np.int32) % (3 if model.name == "cnn" else 2))
    return [np.asarray(weight) for weight in model.get_weights()]
