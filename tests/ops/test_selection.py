"""Choosing: who gets the gradient, in ties and at bounds above all."""

import numpy as np
import pytest

import minigrad as mg
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients

ops = mg.ops
NAN, INF = np.nan, np.inf


def gradients(function, *inputs, weights=None):
    """The gradients of the (weighted) sum of a function's results."""
    tensors = [mg.Tensor(np.array(one, float), requires_grad=True) for one in inputs]
    result = function(*tensors)
    found = mg.grad(result, tensors, np.ones(result.shape) if weights is None else np.array(weights))
    return [one.tolist() for one in found]


def test_where_hands_each_gradient_to_who_was_chosen():
    condition = [[True, False], [False, True]]
    found = gradients(
        lambda a, b: ops.where(condition, a, b), [1.0, 2.0], 5.0, weights=[[1.0, 2.0], [3.0, 4.0]]
    )
    assert found == [[1.0, 4.0], 5.0]


def test_where_keeps_the_gradient_of_what_was_not_chosen_at_zero_even_beside_infinity():
    x = mg.Tensor(np.array([0.0, 4.0]), requires_grad=True)
    safe = ops.where(x > 0, x, 1.0)
    result = ops.where(x > 0, ops.log(safe), 0.0)
    assert mg.grad(result.sum(), x).tolist() == [0.0, 0.25]
    assert gradients(lambda a: ops.where([True, False], a, 0.0), [1.0, 2.0], weights=[1.0, INF]) == [
        [1.0, 0.0]
    ]


def test_where_takes_conditions_of_any_form():
    x = mg.Tensor([1.0, 2.0])
    for condition in ([1, 0], np.array([True, False]), mg.Tensor([2.0, 0.0]), mg.Tensor([True, False])):
        assert ops.where(condition, x, -1).tolist() == [1.0, -1.0]
    assert ops.where(True, x, 0.0).tolist() == [1.0, 2.0]
    assert ops.where([[True], [False]], x, 0.0).shape == (2, 2)


def test_where_of_a_condition_alone_gives_indices():
    rows, columns = ops.where(mg.Tensor([[0, 3], [5, 0]]))
    assert (rows.tolist(), columns.tolist()) == ([0, 1], [1, 0])
    assert rows.dtype.kind == "i"


def test_where_needs_both_or_neither():
    with pytest.raises(ValueError, match="where: give both x1 and x2, or neither"):
        ops.where([True], mg.Tensor([1.0]))
    with pytest.raises(ShapeError, match="where"):
        ops.where([True, False, True], mg.Tensor([1.0, 2.0]), 0.0)


def test_where_does_not_follow_a_condition_that_is_changed_afterwards():
    x = mg.Tensor([1.0, 2.0], requires_grad=True)
    condition = np.array([True, False])
    result = ops.where(condition, x, 0.0)
    condition[:] = False
    assert mg.grad(result.sum(), x).tolist() == [1.0, 0.0]


def test_in_a_tie_the_first_gets_all():  # as TensorFlow has it
    assert gradients(ops.maximum, [1.0, 2.0, 0.0], [1.0, 1.0, 1.0]) == [[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    assert gradients(ops.minimum, [1.0, 2.0, 0.0], [1.0, 1.0, 1.0]) == [[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]
    x = mg.Tensor([0.0], requires_grad=True)
    assert mg.grad(ops.maximum(x, 0.0), x).tolist() == [1.0]
    assert mg.grad(ops.maximum(0.0, x), x).tolist() == [0.0]


def test_maximum_and_minimum_hand_nan_on():
    assert np.isnan(ops.maximum(mg.Tensor([NAN, 1.0]), [1.0, NAN])).all()
    assert np.isnan(ops.minimum(mg.Tensor([NAN, 1.0]), [1.0, NAN])).all()


def test_clip_passes_the_gradient_at_the_bounds_too():
    found = gradients(ops.clip, [-1.0, 0.0, 0.5, 1.0, 2.0], [0.0] * 5, [1.0] * 5)
    assert found == [[0, 1, 1, 1, 0], [1, 0, 0, 0, 0], [0, 0, 0, 0, 1]]


def test_clip_takes_none_for_no_bound():
    x = mg.Tensor([-5.0, 5.0])
    assert ops.clip(x, None, 1.0).tolist() == [-5.0, 1.0]
    assert ops.clip(x, -1.0, None).tolist() == [-1.0, 5.0]
    assert gradients(lambda a: ops.clip(a, None, 1.0), [-5.0, 5.0]) == [[1.0, 0.0]]
    assert gradients(lambda a: ops.clip(a, -1.0, None), [-5.0, 5.0]) == [[0.0, 1.0]]


def test_clip_with_crossed_bounds_gives_the_upper_one_and_its_gradient():
    assert ops.clip(mg.Tensor([-5.0, 0.0, 5.0]), 1.0, -1.0).tolist() == [-1.0] * 3
    assert gradients(ops.clip, [-5.0, 0.0, 5.0], 1.0, -1.0) == [[0.0] * 3, 0.0, 3.0]


def test_clip_of_integers():
    assert ops.clip(mg.Tensor(np.array([0, 9])), 2, 5).tolist() == [2, 5]
    assert ops.clip(mg.Tensor(np.array([0, 9])), 0.5, 5).dtype == np.float32
    assert ops.clip(mg.Tensor(np.array([0, 255], "uint8")), -1, 300).tolist() == [0, 255]


def test_clip_as_a_method():
    assert mg.Tensor([-5.0, 5.0]).clip(-1.0, 1.0).tolist() == [-1.0, 1.0]


def test_nan_to_num_passes_the_gradient_where_finite():
    assert gradients(ops.nan_to_num, [1.0, NAN, INF, -INF]) == [[1.0, 0.0, 0.0, 0.0]]
    result = ops.nan_to_num(mg.Tensor([NAN, INF, -INF]), nan=1.0, posinf=2.0, neginf=3.0)
    assert result.tolist() == [1.0, 2.0, 3.0]
    largest = np.finfo(np.float32).max
    assert ops.nan_to_num(mg.Tensor([NAN, INF, -INF])).tolist() == [0.0, largest, -largest]


def test_divide_no_nan_is_zero_where_the_divisor_is_and_so_are_its_gradients():
    x1, x2 = [1.0, 0.0, 6.0], [0.0, 0.0, 3.0]
    assert ops.divide_no_nan(x1, x2).tolist() == [0.0, 0.0, 2.0]
    assert gradients(ops.divide_no_nan, x1, x2) == [[0.0, 0.0, 1 / 3], [0.0, 0.0, -6 / 9]]
    assert ops.divide_no_nan(mg.Tensor(np.array([3, 3])), 0).dtype == np.float32
    check_gradients(ops.divide_no_nan, [1.0, 2.0], [2.0, -3.0], order=2)


def test_stop_gradient_is_a_constant_of_its_own():
    x = mg.Tensor([1.0, 2.0], requires_grad=True)
    stopped = ops.stop_gradient(x)
    assert not stopped.requires_grad
    x.data -= 1.0
    assert stopped.tolist() == [1.0, 2.0]
    y = x * x
    assert mg.grad((y * ops.stop_gradient(y)).sum(), x).tolist() == (2 * x._data**3).tolist()
    assert ops.stop_gradient([1.0, 2.0]).tolist() == [1.0, 2.0]
    assert ops.stop_gradient(3.0).item() == 3.0
