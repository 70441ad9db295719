"""Write models.json: models that Keras made, as it writes them, with the order of their layers and weights.

Run with Keras 3 installed: ``python tests/golden/make_models_golden.py``. For each model it has the JSON of
``to_json``, the layers' names, the weights' shapes, inputs, and the outputs for the weights that `numbers`
makes of the model's name.
"""

from __future__ import annotations

import json
from pathlib import Path

import keras
import numpy as np
from keras import layers, ops

HERE = Path(__file__).parent


def numbers(name, *shapes):
    generator = np.random.default_rng(list(name.encode()))
    return [generator.normal(size=shape).astype(np.float32) for shape in shapes]


def lecture():
    image = keras.Input((28, 28, 1), name="image")
    x = image
    for filters in (4, 8):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D(padding="same")(x)
    x = layers.Dropout(0.4)(layers.Dense(16, activation="relu")(layers.Flatten()(x)))
    return keras.Model(image, layers.Dense(10)(x), name="lecture")


def shared_and_ops():
    a, b = keras.Input((3,), name="a"), keras.Input((3,), name="b")
    shared = layers.Dense(4, name="shared")
    x, y = shared(a), shared(b)
    z = ops.relu(x - y) + ops.concatenate([x, y], axis=-1)[:, ::2] * 0.5
    z = ops.reshape(z, (-1, 2, 2))
    z = 1.0 / (1.0 + ops.mean(ops.square(z), axis=(1, 2), keepdims=False))
    return keras.Model(
        {"a": a, "b": b}, {"score": z, "x": layers.Dense(2, name="head")(x)}, name="shared_and_ops"
    )


def nested():
    inner_input = keras.Input((4,), name="inner_input")
    inner = keras.Model(
        inner_input,
        [layers.Dense(3)(inner_input), layers.Dense(2, use_bias=False)(inner_input)],
        name="inner",
    )
    tower = keras.Sequential(
        [keras.Input((4,)), layers.Dense(4, activation="tanh"), layers.Dense(4)], name="tower"
    )
    x = keras.Input((4,), name="x")
    first, second = inner(tower(x))
    third, _ = inner(x)
    return keras.Model(x, [layers.Add()([first, third]), second], name="nested")


def nested_output():
    inner_input = keras.Input((4,))
    inner = keras.Model(inner_input, layers.Dense(2)(inner_input), name="inner")
    x = keras.Input((4,), name="x")
    return keras.Model(x, inner(layers.Dense(4)(inner(x)[:, :1])), name="nested_output")


def residual():
    image = keras.Input((8, 8, 3), name="image")
    x = layers.Conv2D(4, 3, padding="same", use_bias=False)(image)
    x = layers.BatchNormalization()(x)
    x = layers.Activation("relu")(x)
    y = layers.Conv2D(4, 3, padding="same", kernel_regularizer="l2")(x)
    x = layers.Add()([x, y])
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(2, activation="softmax")(x), name="residual")


def sequential():
    return keras.Sequential(
        [
            keras.Input((6, 6, 2)),
            layers.Conv2D(3, 3, strides=2, activation="relu"),
            layers.Flatten(),
            layers.Dense(3),
        ],
        name="sequential",
    )


def branches():
    """Branches of unequal depth, made in another order than they are needed."""
    x = keras.Input((5,), name="x")
    late = layers.Dense(3, name="late")(x)
    deep = layers.Dense(3, name="deep_2")(layers.Dense(3, name="deep_1")(x))
    unused = keras.Input((1,), name="unused")
    return keras.Model([x, unused], layers.Concatenate(name="join")([deep, late]), name="branches")


def main():
    found = {}
    for make in (lecture, shared_and_ops, nested, nested_output, residual, sequential, branches):
        keras.utils.clear_session()
        model = make()
        name = make.__name__
        shapes = [tuple(weight.shape) for weight in model.weights]
        inputs = [(2, *tensor.shape[1:]) for tensor in model.inputs]
        values = numbers(name, *inputs, *shapes)
        weights = [abs(value) for value in values[len(inputs) :]]
        model.set_weights([weight / 4 for weight in weights])
        given = values[: len(inputs)]
        if isinstance(getattr(model, "input", None), dict):
            given = dict(zip(sorted(model.input), given, strict=True))
        outputs = model.predict(given if len(inputs) > 1 else given[0], verbose=0)
        outputs = (
            {key: value.tolist() for key, value in outputs.items()}
            if isinstance(outputs, dict)
            else ([value.tolist() for value in outputs] if isinstance(outputs, list) else outputs.tolist())
        )
        lines = []
        model.summary(print_fn=lines.append)
        found[name] = {
            "json": json.loads(model.to_json()),
            "layers": [layer.name for layer in model.layers],
            "weights": shapes,
            "inputs": inputs,
            "outputs": outputs,
            "summary": lines[0],
        }
    (HERE / "models.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
