"""Write constraints.json: what Keras's constraints make of dense and convolution kernels.

Run it where Keras 3 is installed: ``KERAS_BACKEND=torch python make_constraints_golden.py``.
"""

import json
from pathlib import Path

import keras
import numpy as np
from keras.src import constraints

CALLS = [
    ["MaxNorm", {}, (4, 3)],
    ["MaxNorm", {"max_value": 0.5, "axis": 1}, (4, 3)],
    ["MaxNorm", {"max_value": 1.5, "axis": [0, 1, 2]}, (2, 2, 3, 4)],
    ["NonNeg", {}, (4, 3)],
    ["UnitNorm", {}, (4, 3)],
    ["UnitNorm", {"axis": [0, 1, 2]}, (2, 2, 3, 4)],
    ["MinMaxNorm", {}, (4, 3)],
    ["MinMaxNorm", {"min_value": 2.0, "max_value": 3.0}, (4, 3)],
    ["MinMaxNorm", {"min_value": 0.5, "max_value": 1.0, "rate": 0.3, "axis": -1}, (4, 3)],
]


def main():
    rng = np.random.default_rng(0)
    golden = {"keras": keras.__version__, "names": sorted(constraints.ALL_OBJECTS_DICT), "calls": []}
    for name, kwargs, shape in CALLS:
        w = (rng.standard_normal(shape) * 64).round() / 64  # exact in float32, which Keras's NonNeg turns to
        w[..., 0] = 0.0  # a unit without weights must not be divided by zero
        result = getattr(constraints, name)(**kwargs)(keras.ops.convert_to_tensor(w))
        golden["calls"].append([name, kwargs, w.tolist(), keras.ops.convert_to_numpy(result).tolist()])
    text = json.dumps(golden, indent=0, sort_keys=True)
    Path(__file__).with_name("constraints.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
