"""Check that Keras opens what minigrad saves, and minigrad what Keras saves, for all of saving_cases.py.

    python tests/golden/check_saving_with_keras.py write minigrad FOLDER
    KERAS_BACKEND=torch python tests/golden/check_saving_with_keras.py read keras FOLDER

and the other way round, write with keras and read with minigrad. Reading compares the outputs of the loaded
model, those of a new model with the loaded weights, and the weights after three more steps of training.
"""

from __future__ import annotations

import importlib
import sys
import traceback
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))
from golden import saving_cases


def write(keras, folder):
    folder.mkdir(exist_ok=True, parents=True)
    for name, make in saving_cases.models(keras).items():
        keras.utils.clear_session()  # so that names are counted from the start
        model, inputs = make()
        model.save(folder / f"{name}.keras")
        model.save_weights(folder / f"{name}.weights.h5")
        outputs = saving_cases.predictions(model, inputs)
        arrays = {f"output{i}": one for i, one in enumerate(outputs)}
        later = saving_cases.goes_on(model, inputs)
        np.savez(folder / f"{name}.npz", **arrays, **{f"later{i}": one for i, one in enumerate(later)})


def close(found, stored, kind):
    expected = [stored[f"{kind}{index}"] for index in range(len(found))]
    assert f"{kind}{len(found)}" not in stored
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-4, atol=2e-5)


def read_one(keras, folder, name, make):
    with np.load(folder / f"{name}.npz") as stored:
        new, inputs = make()
        loaded = keras.saving.load_model(folder / f"{name}.keras")
        close(saving_cases.predictions(loaded, inputs), stored, "output")
        new.set_weights([one * 0 for one in new.get_weights()])
        new.load_weights(folder / f"{name}.weights.h5")
        close(saving_cases.predictions(new, inputs), stored, "output")
        close(saving_cases.goes_on(loaded, inputs), stored, "later")


def read(keras, folder):
    wrong = {}
    every = saving_cases.models(keras)
    if library == "keras":
        del every["shared"]  # Keras can't read what it writes itself of such a model
    for name, make in every.items():
        try:
            read_one(keras, folder, name, make)
        except Exception as error:
            wrong[name] = error
    for name, error in wrong.items():
        print(f"--- {name}\n{''.join(traceback.format_exception(error, limit=-3))[-1500:]}")
    print(f"{len(every) - len(wrong)} of {len(every)} models are right; wrong: {', '.join(wrong) or 'none'}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    task, library, folder = sys.argv[1:]
    {"write": write, "read": read}[task](importlib.import_module(library), Path(folder))
