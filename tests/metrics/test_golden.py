"""Metrics over two batches against numbers that Keras gave (tests/golden)."""

import json
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg

GOLDEN = np.load(Path(__file__).parents[1] / "golden" / "losses.npz")
CASES = json.loads(str(GOLDEN["about"]))["metrics"]
DATA = {name.removeprefix("data "): GOLDEN[name] for name in GOLDEN.files if name.startswith("data ")}


def describe(case):
    name, options, y_true, y_pred, weights = case
    return f"{name}({options}) of {y_true} and {y_pred}, weighted by {weights}"


@pytest.mark.parametrize("index", range(len(CASES)), ids=[describe(case) for case in CASES])
def test_results_are_those_of_keras(index):
    name, options, y_true, y_pred, weights = CASES[index]
    metric = getattr(mg.metrics, name)(**options)
    results = []
    for samples in (slice(0, 2), slice(None)):
        arrays = [DATA[key][samples] for key in (y_true, y_pred) if key is not None]
        metric.update_state(*arrays, sample_weight=None if weights is None else DATA[weights][samples])
        results.append(float(metric.result()))
    np.testing.assert_allclose(results, GOLDEN["results"][index], rtol=1e-6, atol=1e-7)
