"""Hinge losses: labels of either form, and what lies beyond the margin."""

import numpy as np
import pytest

import minigrad as mg
from minigrad import losses

Y = np.array([[-2.0, 0.25], [0.5, 3.0]])
SIGNS = np.array([[-1.0, 1.0], [-1.0, 1.0]])


@pytest.mark.parametrize("name", ["hinge", "squared_hinge"])
@pytest.mark.parametrize("dtype", [int, bool, np.float32])
def test_zeros_stand_for_minus_one(name, dtype):
    fn = getattr(losses, name)
    binary = ((SIGNS + 1) / 2).astype(dtype)
    assert fn(binary, Y).tolist() == fn(SIGNS, Y).tolist()


def test_values():
    assert losses.hinge(SIGNS, Y).tolist() == [0.375, 0.75]  # the mean of (0, 0.75), of (1.5, 0)
    assert losses.squared_hinge(SIGNS, Y).tolist() == [0.28125, 1.125]
    y_true = [[0, 1], [1, 0]]
    assert losses.categorical_hinge(y_true, Y).tolist() == [0.75, 3.5]


def test_a_batch_of_one_kind_only_is_understood_in_either_form():
    assert losses.hinge([[1.0, 1.0]], [[0.5, 0.5]]).item() == 0.5
    assert losses.hinge([[0.0, 0.0]], [[0.5, 0.5]]).item() == 1.5
    assert losses.hinge([[-1.0, -1.0]], [[0.5, 0.5]]).item() == 1.5


def test_what_is_right_by_the_margin_has_no_gradient():
    y_pred = mg.Tensor(Y, requires_grad=True)
    losses.Hinge(reduction="sum", dtype="float64")(SIGNS, y_pred).backward()
    assert y_pred.grad.tolist() == [[0.0, -0.5], [0.5, 0.0]]
