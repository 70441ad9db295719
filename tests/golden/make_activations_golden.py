"""Write activations.json: names, signatures and values of Keras's activations, and the gradients of its relu.

Run it where Keras 3 and PyTorch are installed: ``KERAS_BACKEND=torch python make_activations_golden.py``.
"""

import inspect
import json
from pathlib import Path

import keras
import torch
from keras.src import activations

# ties and kinks of the piecewise ones, the middle, and where a careless formula overflows
GRID = [-1000.0, -100.0, -20.0, -6.0, -3.0, -2.0, -1.5, -1.0, -0.75, -0.5, -0.25, -1e-7, 0.0, 1e-7]
GRID += [0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 4.5, 5.0, 6.0, 7.0, 20.0, 1000.0]

# without sparsemax: where all inputs are negative, Keras 3.15's "probabilities" don't sum to 1
CALLS = [
    [name, {}] for name in sorted(activations.ALL_OBJECTS_DICT) if name not in ("threshold", "sparsemax")
]
CALLS += [
    ["threshold", {"threshold": 0.5, "default_value": -2.0}],
    ["leaky_relu", {"negative_slope": 0.3}],
    ["elu", {"alpha": 0.5}],
    ["celu", {"alpha": 2.0}],
    ["gelu", {"approximate": True}],
    ["soft_shrink", {"threshold": 1.0}],
    ["hard_shrink", {"threshold": 1.0}],
    ["squareplus", {"b": 1.0}],
    ["softmax", {"axis": 0}],
    ["log_softmax", {"axis": 0}],
    ["glu", {"axis": 0}],
]
CALLS += [
    ["relu", {"negative_slope": slope, "max_value": top, "threshold": start}]
    for slope in (0.0, 0.5)
    for top in (None, 4.5, 6.0)
    for start in (0.0, 1.5)
]


def main():
    golden = {"keras": keras.__version__, "grid": GRID, "names": {}, "calls": []}
    for name, function in sorted(activations.ALL_OBJECTS_DICT.items()):
        parameters = inspect.signature(function).parameters.values()
        golden["names"][name] = [
            [one.name, "required" if one.default is inspect.Parameter.empty else one.default]
            for one in parameters
        ]
    for name, kwargs in CALLS:
        x = torch.tensor(GRID, dtype=torch.float64).reshape(4, 7)
        if name == "glu":
            x = x.T if kwargs else x.reshape(7, 4)
        if kwargs.get("axis") == 0:
            x = x.T
        x = x.contiguous().requires_grad_()
        y = activations.get(name)(x, **kwargs)
        entry = {"name": name, "kwargs": kwargs, "shape": list(x.shape), "x": x.tolist(), "y": y.tolist()}
        if name == "relu":
            y.sum().backward()
            entry["gradient"] = x.grad.tolist()
        golden["calls"].append(entry)
    text = json.dumps(golden, indent=0, sort_keys=True)
    Path(__file__).with_name("activations.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
