"""Constraints: values against Keras's, what they promise, arguments, names and configs."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import minigrad as mg
from minigrad import constraints
from minigrad.errors import ShapeError, UnknownNameError

GOLDEN = json.loads((Path(__file__).parent / "golden" / "constraints.json").read_text())
MATRICES = hnp.arrays(
    "float64", (5, 3), elements=st.floats(-100, 100).filter(lambda x: x == 0 or abs(x) > 1e-3)
)


@pytest.mark.parametrize(("name", "kwargs", "w", "expected"), GOLDEN["calls"])
def test_values_are_those_of_keras(name, kwargs, w, expected):
    found = getattr(constraints, name)(**kwargs)(mg.Tensor(np.array(w)))
    assert found.dtype == "float64"
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-12)


@given(MATRICES, st.floats(0.1, 10))
def test_max_norm_bounds_the_norm_and_leaves_the_rest(w, top):
    norms, found = np.linalg.norm(w, axis=0), constraints.MaxNorm(top)(w).numpy()
    assert (np.linalg.norm(found, axis=0) <= top * (1 + 1e-12)).all()
    np.testing.assert_allclose(found[:, norms <= top], w[:, norms <= top], rtol=1e-4)


@given(MATRICES)
def test_unit_norm_and_non_neg(w):
    norms = np.linalg.norm(w, axis=0)
    found = np.linalg.norm(constraints.UnitNorm()(w).numpy(), axis=0)
    np.testing.assert_allclose(found, np.where(norms > 0, 1.0, 0.0), rtol=2e-4)
    np.testing.assert_array_equal(constraints.NonNeg()(w).numpy(), np.maximum(w, 0))


@given(MATRICES, st.floats(0, 1))
def test_min_max_norm_moves_by_its_rate(w, rate):
    norms = np.linalg.norm(w, axis=0)
    found = np.linalg.norm(constraints.MinMaxNorm(1.0, 2.0, rate)(w).numpy(), axis=0)
    wanted = rate * np.clip(norms, 1.0, 2.0) + (1 - rate) * norms
    np.testing.assert_allclose(found[norms > 0], wanted[norms > 0], rtol=2e-4)


def test_all_axes_at_once_and_lists():
    found = constraints.UnitNorm(axis=None)(np.full((2, 2), 5.0)).numpy()
    np.testing.assert_allclose(found, 0.5, rtol=1e-6)
    assert constraints.NonNeg()([-1.0, 1.0]).tolist() == [0.0, 1.0]
    assert constraints.MaxNorm(1.0)([3.0, 4.0]).tolist() == pytest.approx([0.6, 0.8])
    assert constraints.Constraint()(3.0) == 3.0


def test_applied_to_a_variable_it_records_nothing():
    w = mg.Variable(np.array([[3.0], [4.0]], "float32"))
    with mg.no_grad():
        w.assign(constraints.MaxNorm(1.0)(w))
    assert w.dtype == "float32"
    assert w.is_leaf
    assert w.numpy() == pytest.approx(np.array([[0.6], [0.8]]))


def test_it_can_be_differentiated_where_it_is_part_of_a_model():
    w = mg.Tensor([[3.0], [4.0]], requires_grad=True)
    constraints.UnitNorm()(w)[0, 0].backward()
    assert w.grad[:, 0] == pytest.approx([16 / 125, -12 / 125], rel=1e-4)


@pytest.mark.parametrize("name", [name for name in GOLDEN["names"] if name.lower() != "constraint"])
def test_every_name_that_keras_knows(name):
    assert isinstance(constraints.get(name), constraints.Constraint)
    if name.islower():
        assert isinstance(getattr(constraints, name)(), constraints.Constraint)


def test_get():
    assert constraints.get(None) is None
    assert constraints.get("max_norm").max_value == 2
    with pytest.raises(UnknownNameError, match="unknown constraint 'maxnorm': did you mean 'max_norm'"):
        constraints.get("maxnorm")
    with pytest.raises(ValueError, match="a constraint must be a name"):
        constraints.get(2.0)


@pytest.mark.parametrize(
    "instance",
    [
        constraints.MaxNorm(3.0, [0, 1, 2]),
        constraints.NonNeg(),
        constraints.UnitNorm(1),
        constraints.MinMaxNorm(0.5, 0.7, 0.9, -1),
    ],
    ids=lambda one: type(one).__name__,
)
def test_configs_go_through_json(instance):
    config = json.loads(json.dumps(constraints.serialize(instance)))
    again = constraints.deserialize(config)
    assert type(again) is type(instance)
    assert again.get_config() == instance.get_config() == config["config"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: constraints.MaxNorm(-1), "MaxNorm: max_value must be a number >= 0; got -1"),
        (lambda: constraints.MaxNorm("2"), "MaxNorm: max_value must be a number >= 0; got '2'"),
        (lambda: constraints.MinMaxNorm(2.0, 1.0), "MinMaxNorm: max_value must be a number >= 2.0; got 1.0"),
        (
            lambda: constraints.MinMaxNorm(rate=1.5),
            "MinMaxNorm: rate must be a number between 0 and 1; got 1.5",
        ),
        (lambda: constraints.MinMaxNorm(-1.0), "MinMaxNorm: min_value must be a number >= 0; got -1.0"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_axes_that_are_not_there():
    with pytest.raises(ShapeError, match="axis 1 is out of range"):
        constraints.UnitNorm(axis=1)(mg.Tensor([1.0]))
