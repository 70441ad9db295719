"""Write initializers.json: the distributions that Keras's initializers ask for, and their values.

Run it where Keras 3 is installed: ``KERAS_BACKEND=torch python make_initializers_golden.py``.
The random functions are replaced by recorders, since two libraries never draw the same numbers but must
ask for the same distributions.
"""

import json
from pathlib import Path

import keras
import numpy as np
from keras.src import initializers
from keras.src.backend import random
from keras.src.initializers import random_initializers

SHAPES = [(), (5,), (784, 256), (1, 1), (3, 16, 8), (3, 3, 1, 32), (3, 3, 32, 64), (2, 2, 2, 4, 6), (0, 3)]
MODES = ["fan_in", "fan_out", "fan_avg"]
DISTRIBUTIONS = ["truncated_normal", "untruncated_normal", "uniform"]
NAMED = ["Glorot", "He", "Lecun"]

asked: list = []


def recorder(name):
    def record(shape, *args, seed=None, dtype=None, **kwargs):
        asked.append([name, list(args) + [float(value) for value in kwargs.values()]])
        return np.zeros(shape)

    return record


def ask(initializer, shape):
    asked.clear()
    initializer(shape)
    return asked[0]


def main():
    golden = {"keras": keras.__version__}
    golden["fans"] = [[shape, random_initializers.compute_fans(shape)] for shape in SHAPES]
    golden["fans_of_axes"] = [
        [shape, ins, outs, random_initializers.compute_fans(shape, ins, outs)]
        for shape, ins, outs in [
            ((4, 8, 16), [0], [1, 2]),
            ((4, 8, 16), [-1], [0]),
            ((3, 3, 8, 4), [0, 1, 2], [3]),
        ]
    ]
    names = initializers.ALL_OBJECTS_DICT
    golden["names"] = sorted(
        [name, cls.__name__] for name, cls in names.items() if cls.__name__ not in ("STFT", "Initializer")
    )
    classes = {cls for cls in names.values() if cls.__name__ not in ("STFT", "Initializer")}
    golden["configs"] = {
        cls.__name__: cls().get_config() for cls in sorted(classes, key=lambda c: c.__name__)
    }
    golden["serialized"] = initializers.serialize(initializers.HeNormal(seed=7))

    originals = {name: getattr(random, name) for name in ("normal", "truncated_normal", "uniform")}
    for name in originals:
        setattr(random, name, recorder(name))
    named = [f"{who}{kind}" for who in NAMED for kind in ("Normal", "Uniform")]
    simple = ["RandomNormal", "RandomUniform", "TruncatedNormal"]
    golden["asked"] = [
        [name, {}, shape, ask(names[name](), shape)] for name in simple + named for shape in SHAPES
    ]
    for mode in MODES:
        for distribution in DISTRIBUTIONS:
            kwargs = {"scale": 2.5, "mode": mode, "distribution": distribution}
            for shape in SHAPES:
                asked_for = ask(initializers.VarianceScaling(**kwargs), shape)
                golden["asked"].append(["VarianceScaling", kwargs, shape, asked_for])

    golden["orthogonal"] = []
    rng = np.random.default_rng(0)
    for shape in [(4, 4), (6, 3), (3, 6), (2, 2, 3, 5)]:
        rows, columns = int(np.prod(shape[:-1])), shape[-1]
        normal = rng.standard_normal((max(rows, columns), min(rows, columns)))
        random.normal = lambda *args, normal=normal, **kwargs: keras.ops.convert_to_tensor(normal)
        matrix = keras.ops.convert_to_numpy(initializers.Orthogonal(gain=1.5)(shape, dtype="float64"))
        golden["orthogonal"].append([shape, normal.tolist(), matrix.tolist()])

    text = json.dumps(golden, indent=0, sort_keys=True)
    Path(__file__).with_name("initializers.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
