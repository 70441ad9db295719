"""Write regularizers.json: Keras's penalties and their gradients, for a few matrices.

Run it where Keras 3 and PyTorch are installed: ``KERAS_BACKEND=torch python make_regularizers_golden.py``.
"""

import json
from pathlib import Path

import keras
import numpy as np
import torch
from keras.src import regularizers

CALLS = [
    ["L1", {}],
    ["L1", {"l1": 0.3}],
    ["L2", {}],
    ["L2", {"l2": 0.3}],
    ["L1L2", {}],
    ["L1L2", {"l1": 0.1}],
    ["L1L2", {"l2": 0.2}],
    ["L1L2", {"l1": 0.1, "l2": 0.2}],
    ["OrthogonalRegularizer", {}],
    ["OrthogonalRegularizer", {"factor": 0.5, "mode": "columns"}],
    ["OrthogonalRegularizer", {"factor": 0.5, "mode": "rows"}],
]


def main():
    rng = np.random.default_rng(0)
    matrices = [rng.standard_normal(shape).round(3) for shape in [(4, 3), (2, 5), (3, 3)]]
    golden = {"keras": keras.__version__, "names": sorted(regularizers.ALL_OBJECTS_DICT), "calls": []}
    for name, kwargs in CALLS:
        regularizer = getattr(regularizers, name)(**kwargs)
        for matrix in matrices:
            x = torch.tensor(matrix, requires_grad=True)
            penalty = regularizer(x)
            if penalty.requires_grad:
                penalty.backward()
            gradient = np.zeros_like(matrix) if x.grad is None else x.grad.numpy()
            golden["calls"].append([name, kwargs, matrix.tolist(), penalty.item(), gradient.tolist()])
    text = json.dumps(golden, indent=0, sort_keys=True)
    Path(__file__).with_name("regularizers.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
