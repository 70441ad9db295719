"""Every step of every option combination against numbers that Keras gave (tests/golden)."""

import json
import warnings
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg

GOLDEN = np.load(Path(__file__).parents[1] / "golden" / "optimizers.npz")
CASES = json.loads(str(GOLDEN["about"]))["cases"]
PATHS = [name.removeprefix("weights ") for name in GOLDEN.files if name.startswith("weights ")]


def describe(case):
    keys = ("schedule", "no_decay", "non_negative", "none_at")
    further = [f"{key}={case[key]}" for key in keys if key in case]
    options = [f"{key}={value}" for key, value in case["options"].items()]
    return f"{case['optimizer']}({', '.join(options + further)})"


@pytest.fixture(params=range(len(CASES)), ids=[describe(case) for case in CASES])
def index(request):
    return request.param


@pytest.fixture
def float64():
    mg.config.set_floatx("float64")
    yield
    mg.config.set_floatx("float32")


def variables_of(case, dtype):
    variables = []
    for path in PATHS:
        variable = mg.Variable(GOLDEN[f"weights {path}"].astype(dtype), name=path.split("/")[1])
        variable.path = path
        if case.get("non_negative"):
            variable.constraint = lambda w: np.maximum(w, 0.0)
        variables.append(variable)
    return variables


def run(case, dtype):
    """Return the weights after each step, and the optimizer."""
    options = dict(case["options"])
    if "schedule" in case:
        options["learning_rate"] = mg.optimizers.schedules.ExponentialDecay(**case["schedule"])
    optimizer = getattr(mg.optimizers, case["optimizer"])(**options)
    variables = variables_of(case, dtype)
    if "no_decay" in case:
        optimizer.exclude_from_weight_decay(var_names=case["no_decay"])
    gradients = [GOLDEN[f"gradients {path}"].astype(dtype) for path in PATHS]
    for gradient in gradients:
        gradient.flags.writeable = False
    after = []
    for step in range(len(gradients[0])):
        values = [gradient[step] for gradient in gradients]
        with warnings.catch_warnings():
            if step in case.get("none_at", ()):
                values[1] = None
                warnings.simplefilter("ignore")
            optimizer.apply_gradients(zip(values, variables, strict=True))
        after.append(flat(variables))
    return np.stack(after), optimizer


def flat(variables):
    return np.concatenate([np.ravel(np.asarray(variable)) for variable in variables])


@pytest.mark.usefixtures("float64")
def test_every_step_is_as_in_keras(index):
    after, optimizer = run(CASES[index], "float64")
    # Keras rounds the norm to float32 where it clips by it
    accuracy = 2e-7 if CASES[index]["options"].keys() & {"clipnorm", "global_clipnorm"} else 1e-13
    np.testing.assert_allclose(after, GOLDEN[f"after {index}"], rtol=accuracy, atol=accuracy)
    state = flat(optimizer.variables)
    np.testing.assert_allclose(state, GOLDEN[f"state {index}"], rtol=accuracy, atol=accuracy)


@pytest.mark.usefixtures("float64")
def test_the_state_has_the_names_and_the_order_of_keras(index):
    _, optimizer = run(CASES[index], "float64")
    assert [variable.name for variable in optimizer.variables] == CASES[index]["names"]


def test_float32_differs_by_rounding_only(index):
    after, optimizer = run(CASES[index], "float32")
    assert after.dtype == np.float32
    np.testing.assert_allclose(after, GOLDEN[f"after {index}"], rtol=2e-6, atol=2e-6)
    assert all(variable.dtype in (np.float32, np.int64) for variable in optimizer.variables)


def test_an_optimizer_made_anew_from_its_config_does_the_same(index):
    case = CASES[index]
    after, optimizer = run(case, "float32")
    config = json.loads(json.dumps(mg.optimizers.serialize(optimizer)))
    again = mg.optimizers.deserialize(config)
    assert again.get_config() == optimizer.get_config()
    if "no_decay" not in case and "none_at" not in case:
        variables = variables_of(case, "float32")
        for step in range(len(after)):
            gradients = [GOLDEN[f"gradients {path}"][step].astype(np.float32) for path in PATHS]
            again.apply(gradients, variables)
            np.testing.assert_array_equal(flat(variables), after[step])
