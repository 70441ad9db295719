"""Regularizers: penalties and gradients against Keras's, arguments, names and configs."""

import json
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg
from minigrad import regularizers
from minigrad.errors import ShapeError, UnknownNameError

GOLDEN = json.loads((Path(__file__).parent / "golden" / "regularizers.json").read_text())


@pytest.mark.parametrize(("name", "kwargs", "matrix", "penalty", "gradient"), GOLDEN["calls"])
def test_penalties_and_gradients_are_those_of_keras(name, kwargs, matrix, penalty, gradient):
    x = mg.Tensor(np.array(matrix), requires_grad=True)
    found = getattr(regularizers, name)(**kwargs)(x)
    assert found.shape == ()
    assert found.dtype == "float64"
    # Keras holds factors and norms as float32, even for float64 matrices
    np.testing.assert_allclose(found.item(), penalty, rtol=1e-7)
    if found.requires_grad:
        found.backward()
        np.testing.assert_allclose(x.grad, gradient, rtol=1e-6, atol=5e-8)
    else:
        assert not np.any(gradient)


@pytest.mark.parametrize("name", ["L1", "L2", "OrthogonalRegularizer"])
def test_gradient_in_float32_and_of_second_order(name):
    x = mg.Tensor(np.array([[0.5, -1.0], [2.0, 1.0]], "float32"), requires_grad=True)
    penalty = getattr(regularizers, name)(0.1)
    assert penalty(x).dtype == "float32"
    first = mg.grad(penalty(x), x, create_graph=True)
    second = mg.grad((first * first).sum(), x, unconnected="zero")
    step = 1e-3
    for index in np.ndindex(2, 2):
        moved = []
        for sign in (1, -1):
            shifted = x.numpy().astype("float64")
            shifted[index] += sign * step
            y = mg.Tensor(shifted, requires_grad=True)
            moved.append((mg.grad(penalty(y), y).numpy() ** 2).sum())
        assert second.numpy()[index] == pytest.approx((moved[0] - moved[1]) / (2 * step), abs=1e-4)


def test_lists_arrays_and_weights():
    assert regularizers.L2(1.0)([1.0, 2.0]).item() == 5.0
    assert regularizers.L1(1.0)(np.array([[1.0, -2.0]])).item() == 3.0
    weight = mg.Variable([3.0, -4.0])
    regularizers.L1L2(l1=1.0, l2=0.5)(weight).backward()
    assert weight.grad.tolist() == [4.0, -5.0]


def test_zero_factors_give_zero():
    assert regularizers.L1L2()(mg.Tensor([np.inf])).item() == 0.0
    assert regularizers.L1L2(None, None).get_config() == {"l1": 0.0, "l2": 0.0}
    assert regularizers.L2(0)(mg.Tensor([2.0])).item() == 0.0


def test_orthogonal_of_one_row_has_no_pair():
    x = mg.Tensor([[1.0, 2.0]], requires_grad=True)
    penalty = regularizers.OrthogonalRegularizer(1.0)(x)
    assert penalty.item() == 0.0
    penalty.backward()
    assert x.grad.tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize("name", [name for name in GOLDEN["names"] if name.lower() != "regularizer"])
def test_every_name_that_keras_knows(name):
    assert isinstance(regularizers.get(name), regularizers.Regularizer)


def test_get():
    assert regularizers.get(None) is None
    assert regularizers.get("l1").l1 == regularizers.get("L2").l2 == 0.01
    assert regularizers.get("l1_l2").get_config() == {"l1": 0.01, "l2": 0.01}
    assert regularizers.get("l1l2").get_config() == {"l1": 0.0, "l2": 0.0}
    assert regularizers.l1_l2(l2=0.1).get_config() == {"l1": 0.0, "l2": 0.1}

    def mine(x):
        return mg.ops.sum(x)

    assert regularizers.get(mine) is mine
    with pytest.raises(UnknownNameError, match="unknown regularizer 'l2l1': did you mean 'l2'"):
        regularizers.get("l2l1")
    with pytest.raises(ValueError, match=r"a regularizer must be a name, .* got 0.1"):
        regularizers.get(0.1)


@pytest.mark.parametrize(
    "instance",
    [
        regularizers.L1(0.3),
        regularizers.L2(0.3),
        regularizers.L1L2(0.1, 0.2),
        regularizers.OrthogonalRegularizer(0.2, "columns"),
    ],
    ids=lambda one: type(one).__name__,
)
def test_configs_go_through_json(instance):
    config = json.loads(json.dumps(regularizers.serialize(instance)))
    again = regularizers.deserialize(config)
    assert type(again) is type(instance)
    assert again.get_config() == instance.get_config() == config["config"]


@pytest.mark.parametrize("bad", [-0.1, np.nan, np.inf, "0.1", [0.1, 0.2], True])
def test_bad_factors(bad):
    for call, name in [
        (lambda: regularizers.L1(bad), "L1: l1"),
        (lambda: regularizers.L2(bad), "L2: l2"),
        (lambda: regularizers.L1L2(l1=bad), "L1L2: l1"),
        (lambda: regularizers.L1L2(l2=bad), "L1L2: l2"),
        (lambda: regularizers.OrthogonalRegularizer(bad), "OrthogonalRegularizer: factor"),
    ]:
        with pytest.raises(ValueError, match=f"{name} must be a number >= 0; got "):
            call()


def test_bad_modes_and_shapes():
    with pytest.raises(
        ValueError, match="OrthogonalRegularizer: mode must be 'rows' or 'columns'; got 'row'"
    ):
        regularizers.OrthogonalRegularizer(mode="row")
    with pytest.raises(
        ShapeError, match=r"OrthogonalRegularizer: the input must have 2 axes; got shape \(2,\)"
    ):
        regularizers.OrthogonalRegularizer()(mg.Tensor([1.0, 2.0]))


def test_the_base_class_says_what_is_missing():
    with pytest.raises(NotImplementedError, match="Regularizer must define __call__"):
        regularizers.Regularizer()([1.0])
    with pytest.raises(NotImplementedError, match="Regularizer must define get_config"):
        regularizers.Regularizer().get_config()
