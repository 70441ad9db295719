"""Metrics over two batches against numbers that Keras gave (tests/golden)."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg

GOLDEN = np.load(Path(__file__).parents[1] / "golden" / "losses.npz")
CASES = json.loads(str(GOLDEN["about"]))["metrics"]
ENDS = list(itertools.accumulate(case[-1] for case in CASES))
DATA = {name.removeprefix("data "): GOLDEN[name] for name in GOLDEN.files if name.startswith("data ")}


def describe(case):
    name, options, y_true, y_pred, weights, _ = case
    return f"{name}({options}) of {y_true} and {y_pred}, weighted by {weights}"


def results(metric, y_true, y_pred, weights):
    found = []
    for samples in (slice(0, 2), slice(None)):
        arrays = [DATA[key][samples] for key in (y_true, y_pred) if key is not None]
        metric.update_state(*arrays, sample_weight=None if weights is None else DATA[weights][samples])
        found.append(np.ravel(metric.result()))
    return np.concatenate(found)


@pytest.mark.filterwarnings("ignore:.* can't be adjusted for num_regressors")
@pytest.mark.parametrize("index", range(len(CASES)), ids=[describe(case) for case in CASES])
def test_results_are_those_of_keras(index):
    name, options, *data, size = CASES[index]
    metric = getattr(mg.metrics, name)(**options)
    expected = GOLDEN["results"][ENDS[index] - size : ENDS[index]]
    np.testing.assert_allclose(results(metric, *data), expected, rtol=1e-6, atol=1e-7)
    assert metric.result().dtype == np.float32
    metric.reset_state()
    assert all(not variable.numpy().any() for variable in metric.variables)
    again = mg.metrics.deserialize(json.loads(json.dumps(mg.metrics.serialize(metric))))
    np.testing.assert_array_equal(results(again, *data), results(metric, *data))


def test_every_result_was_compared():
    assert ENDS[-1] == GOLDEN["results"].size
