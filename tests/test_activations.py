"""Activations: names, signatures, values and relu's gradients against Keras's."""

import inspect
import json
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg
from minigrad import activations
from minigrad.errors import UnknownNameError

GOLDEN = json.loads((Path(__file__).parent / "golden" / "activations.json").read_text())
CALLS = [pytest.param(call, id=f"{call['name']}-{call['kwargs']}") for call in GOLDEN["calls"]]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("call", CALLS)
def test_values_are_those_of_keras(call, dtype):
    x = mg.Tensor(np.array(call["x"], dtype))
    with np.errstate(over="ignore"):  # exponential(1000) is infinite
        y = activations.get(call["name"])(x, **call["kwargs"])
        expected = np.array(call["y"]).astype(dtype)
    assert y.dtype == dtype
    tolerance = {"rtol": 1e-9, "atol": 1e-15} if dtype == "float64" else {"rtol": 2e-6, "atol": 2e-7}
    np.testing.assert_allclose(y.numpy(), expected, **tolerance)


@pytest.mark.parametrize(
    "call", [call for call in GOLDEN["calls"] if call["name"] == "relu"], ids=lambda call: str(call["kwargs"])
)
def test_relus_gradients_are_those_of_keras(call):
    x = mg.Tensor(np.array(call["x"]), requires_grad=True)
    activations.relu(x, **call["kwargs"]).sum().backward()
    np.testing.assert_array_equal(x.grad, call["gradient"])


@pytest.mark.parametrize(("name", "parameters"), GOLDEN["names"].items())
def test_names_and_signatures_are_those_of_keras(name, parameters):
    function = activations.get(name)
    found = [
        [one.name, "required" if one.default is inspect.Parameter.empty else one.default]
        for one in inspect.signature(function).parameters.values()
    ]
    assert found == parameters
    if hasattr(activations, name):
        assert getattr(activations, name) is function


@pytest.mark.parametrize("name", GOLDEN["names"])
def test_serialize_gives_a_name_that_get_understands(name):
    function = activations.get(name)
    stored = json.loads(json.dumps(activations.serialize(function)))
    assert isinstance(stored, str)
    assert activations.deserialize(stored) is activations.get(stored) is function


def test_sparsemax_is_the_nearest_distribution():
    # x - p is the same number for all classes of p > 0, and no greater for the others
    rng = np.random.default_rng(0)
    for x in [rng.normal(size=(6, 5)), -10 + 3 * rng.normal(size=(6, 5))]:
        p = activations.sparsemax(x).numpy()
        np.testing.assert_allclose(p.sum(axis=1), 1)
        assert (p >= 0).all()
        for row, one in zip(x, p, strict=True):
            above = (row - one)[one > 0]
            np.testing.assert_allclose(above, above[0])
            assert (row[one == 0] <= above[0] + 1e-12).all()


def test_every_activation_has_a_gradient():
    extra = {"threshold": (0.1, 0.0)}
    x = np.array([[-2.2, -0.7, -0.3, 0.2], [0.4, 1.3, 2.6, 3.7]])
    for name in GOLDEN["names"]:
        function = activations.get(name)
        t = mg.Tensor(x, requires_grad=True)
        weights = np.cos(np.arange(8.0)).reshape(2, 4)
        y = function(t, *extra.get(name, ()))
        (y * mg.Tensor(weights[tuple(map(slice, y.shape))])).sum().backward()
        for index in np.ndindex(x.shape):
            moved = []
            for step in (1e-6, -1e-6):
                shifted = x.copy()
                shifted[index] += step
                y = function(mg.Tensor(shifted), *extra.get(name, ())).numpy()
                moved.append((y * weights[tuple(map(slice, y.shape))]).sum())
            assert t.grad[index] == pytest.approx((moved[0] - moved[1]) / 2e-6, abs=1e-7), name


def test_relu_of_lists_numbers_and_integers():
    assert activations.relu([-1.0, 2.0]).tolist() == [0.0, 2.0]
    assert activations.relu(-3.0, negative_slope=0.5, threshold=1.0).item() == -2.0
    assert activations.relu(np.array([-1, 2], "int32")).tolist() == [0, 2]
    assert activations.relu(mg.Tensor([7.0]), max_value=6).tolist() == [6.0]
    assert activations.relu(mg.Tensor([7.0]), max_value=0.0).tolist() == [0.0]


@pytest.mark.parametrize("argument", ["negative_slope", "max_value", "threshold"])
def test_bad_arguments_of_relu(argument):
    with pytest.raises(ValueError, match=f"relu: {argument} must be a number that is finite; got 'a'"):
        activations.relu([1.0], **{argument: "a"})


def test_get():
    assert activations.get(None) is activations.linear
    assert activations.get("swish") is activations.swish is activations.silu
    assert activations.get(np.tanh) is np.tanh
    x = mg.Tensor([1.0])
    assert activations.linear(x) is x
    with pytest.raises(UnknownNameError, match="unknown activation 'ReLU': did you mean 'relu'"):
        activations.get("ReLU")
    with pytest.raises(UnknownNameError, match="unknown activation 'sigmod': did you mean 'sigmoid'"):
        activations.get("sigmod")
    with pytest.raises(ValueError, match="an activation must be a name"):
        activations.get(1)
