"""The Variable: a value with a name, changed step by step without harm to any graph."""

import copy
import pickle

import numpy as np
import pytest

import minigrad as mg
from minigrad.errors import DTypeError, GraphError, ShapeError


def test_names_and_defaults():
    w = mg.Variable([1, 2])
    assert (w.name, w.path, w.trainable, w.dtype) == ("variable", "variable", True, np.float32)
    assert (w.regularizer, w.constraint) == (None, None)
    assert mg.Variable(1.0, name="kernel").path == "kernel"
    assert w.value is w


def test_repr_names_the_path():
    w = mg.Variable([1.0], name="bias")
    w.path = "dense/bias"
    assert repr(w) == "<Variable path=dense/bias, shape=(1,), dtype=float32, value=[1.]>"


def test_an_initializer_is_called_with_shape_and_dtype():
    seen = []

    def initializer(shape, dtype=None):
        seen.append((shape, dtype))
        return np.full(shape, 0.5)

    w = mg.Variable(initializer, shape=[2, 3], dtype="float64")
    assert seen == [((2, 3), "float64")]
    assert (w.shape, w.dtype) == ((2, 3), np.float64)
    with pytest.raises(ShapeError, match="'w': an initializer function needs a shape"):
        mg.Variable(initializer, name="w")


def test_a_shape_is_checked():
    assert mg.Variable([1.0, 2.0], shape=(2,)).shape == (2,)
    with pytest.raises(ShapeError, match=r"the value has shape \(2,\), not the shape=\(3,\)"):
        mg.Variable([1.0, 2.0], shape=(3,))


def test_integer_variables_are_not_trainable():
    step = mg.Variable(np.array(0), name="step")
    assert not step.trainable
    with pytest.raises(DTypeError, match="'step' is int64: only floating variables"):
        step.trainable = True


def test_trainable_may_change_and_decides_on_the_gradient():
    w = mg.Variable([1.0])
    w.trainable = False
    assert not (w * 2.0).requires_grad
    w.trainable = True
    (w * 2.0).backward()
    np.testing.assert_array_equal(w.grad, [2.0])
    assert not mg.Variable([1.0], trainable=False).requires_grad


def test_assignments():
    w = mg.Variable([1.0, 2.0])
    assert w.assign([3.0, 4.0]) is w
    assert w.assign_add(1.0).tolist() == [4.0, 5.0]
    assert w.assign_sub([1.0, 2.0]).tolist() == [3.0, 3.0]
    assert w.assign(mg.Tensor(np.array([7.0, 8.0]))).dtype == np.float32
    assert w.assign(w * 2.0).tolist() == [14.0, 16.0]
    assert w.trainable


@pytest.mark.parametrize("value", [1.0, [1.0], [[1.0, 2.0]], np.zeros(3)])
def test_an_assigned_value_must_have_the_shape(value):
    w = mg.Variable([1.0, 2.0], name="w")
    with pytest.raises(
        ShapeError, match=r"'w': a value of shape .* can't be assigned to one of shape \(2,\)"
    ):
        w.assign(value)
    assert w.tolist() == [1.0, 2.0]


def test_an_increment_may_broadcast_but_not_grow():
    w = mg.Variable([1.0, 2.0])
    assert w.assign_add(mg.Tensor(1.0)).tolist() == [2.0, 3.0]
    with pytest.raises(ShapeError):
        w.assign_add(np.zeros((2, 2)))


def test_integers_can_be_counted_up():
    step = mg.Variable(np.array(0))
    assert step.assign_add(1).item() == 1
    assert step.dtype == np.int64


def test_an_assigned_array_stays_the_callers():
    array = np.ones(2, np.float32)
    w = mg.Variable(np.zeros(2, np.float32))
    w.assign(array)
    array[0] = 5.0
    assert w.tolist() == [1.0, 1.0]
    held = w.data
    w.assign([2.0, 2.0])
    assert held.tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    "change",
    [
        lambda w: w.assign([5.0, 6.0]),
        lambda w: w.assign_add(1.0),
        lambda w: w.assign_sub(1.0),
        lambda w: w.array_to_update().fill(3.0),
        lambda w: setattr(w, "data", [1.0, 1.0]),
    ],
)
def test_a_change_after_it_was_saved_is_an_error_in_backward(change):
    w = mg.Variable([1.0, 2.0])
    loss = (w * w).sum()
    change(w)
    with pytest.raises(
        GraphError, match="multiply: a tensor that it saved for its derivative was changed in place"
    ):
        loss.backward()
    (w * w).sum().backward()
    np.testing.assert_allclose(w.grad, 2.0 * w.data)


def test_a_change_of_what_was_not_saved_is_none():
    w = mg.Variable([1.0, 2.0])
    loss = (w + 1.0).sum()
    w.assign([5.0, 6.0])
    loss.backward()
    np.testing.assert_array_equal(w.grad, [1.0, 1.0])


# -- updates in place, for optimizers -------------------------------------------------------------


def test_an_update_in_place_uses_the_same_array_where_nobody_else_holds_it():
    w = mg.Variable(np.ones(4))
    address = w.array_to_update().ctypes.data
    array = w.array_to_update()
    array -= 0.5
    del array
    assert w.array_to_update().ctypes.data == address
    assert w.tolist() == [0.5] * 4


@pytest.mark.parametrize(
    "hold",
    [
        lambda w: w.data,
        lambda w: w.data[1:],
        lambda w: np.asarray(w),
        lambda w: w.reshape(2, 2),
        lambda w: w.detach(),
        lambda w: mg.ops.stop_gradient(w),
        lambda w: mg.ops.transpose(w.reshape(1, 4)),
    ],
)
def test_an_update_in_place_leaves_alone_what_others_hold(hold):
    w = mg.Variable(np.ones(4))
    held = hold(w)
    before = np.array(held)
    array = w.array_to_update()
    array -= 0.5
    del array
    assert w.tolist() == [0.5] * 4
    np.testing.assert_array_equal(np.asarray(held), before)


def test_an_update_does_not_reach_a_graph_that_holds_a_view():
    w = mg.Variable(np.array([1.0, 2.0]))
    y = w.reshape(2, 1)
    loss = (y * y).sum()
    array = w.array_to_update()
    array -= 10.0
    loss.backward()
    np.testing.assert_array_equal(w.grad, [2.0, 4.0])


# -- copies ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("duplicate", [copy.deepcopy, copy.copy, lambda w: pickle.loads(pickle.dumps(w))])
@pytest.mark.parametrize("trainable", [True, False])
def test_copies(duplicate, trainable):
    w = mg.Variable(np.array([1.0, 2.0]), trainable=trainable, name="w")
    w.path = "layer/w"
    twin = duplicate(w)
    assert type(twin) is mg.Variable
    assert (twin.name, twin.path, twin.trainable, twin.dtype) == ("w", "layer/w", trainable, np.float64)
    twin.assign([5.0, 6.0])
    assert w.tolist() == [1.0, 2.0]


def test_a_copy_keeps_the_regularizer_and_constraint():
    w = mg.Variable([1.0])
    w.regularizer = w.constraint = abs
    twin = copy.deepcopy(w)
    assert twin.regularizer is abs
    assert twin.constraint is abs
    assert pickle.loads(pickle.dumps(w)).constraint is abs


def test_a_copy_of_a_frozen_variable_can_be_thawed():
    w = mg.Variable([1.0])
    w.trainable = False
    twin = pickle.loads(pickle.dumps(w))
    assert (twin.trainable, twin.born_trainable) == (False, True)
