"""Symbolic tensors: what they know, what they refuse, and how ops record their calls on them."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import minigrad as mg
from minigrad import ops
from minigrad.autodiff.structures import leaves, map_leaves
from minigrad.autodiff.symbolic import Call
from minigrad.errors import ShapeError, SymbolicError


def x(*shape, dtype="float32"):
    return mg.KerasTensor((None, *shape), dtype)


def test_it_knows_shape_and_dtype_and_nothing_else():
    one = mg.KerasTensor([None, np.int64(3)], "int32", name="ids")
    assert one.shape == (None, 3)
    assert one.ndim == 2
    assert one.dtype == "int32"
    assert one.name == "ids"
    assert repr(one) == "<KerasTensor shape=(None, 3), dtype=int32, name=ids>"
    assert mg.KerasTensor((3,)).dtype == mg.config.floatx()
    with pytest.raises(AttributeError):
        one.shape = (2, 3)


@pytest.mark.parametrize(
    ("use", "text"),
    [
        (bool, "neither true nor false"),
        (len, r"no len\(\).*x.shape"),
        (list, "iterated over.*unstack"),
        (float, "no float"),
        (int, "no int"),
        (range, "no index"),
        (np.asarray, "no NumPy array"),
        (lambda one: np.array([one, one]), "no NumPy array"),
        (np.mean, r"np.mean can't take it"),
        (np.add.reduce, r"np.add can't take it"),
        (np.isnat, r"np.isnat can't take it"),
        (mg.Tensor, "no NumPy array"),
        (lambda one: "yes" if one > 0 else "no", "neither true nor false"),
    ],
)
def test_asking_it_for_numbers_is_an_error_that_says_what_to_do(use, text):
    with pytest.raises(SymbolicError, match=text) as caught:
        use(x(3))
    assert "minigrad.ops" in str(caught.value)
    assert "call() of a layer" in str(caught.value)


@pytest.mark.parametrize(
    ("make", "shape", "dtype"),
    [
        (lambda: x(3) + 1, (None, 3), "float32"),
        (lambda: 1 - x(3), (None, 3), "float32"),
        (lambda: np.ones(3, "float32") * x(3), (None, 3), "float32"),
        (lambda: mg.Tensor([1.0, 2.0, 3.0]) / x(3), (None, 3), "float32"),
        (lambda: x(3) @ np.ones((3, 5), "float32"), (None, 5), "float32"),
        (lambda: x(3) ** 2, (None, 3), "float32"),
        (lambda: -abs(x(3)), (None, 3), "float32"),
        (lambda: np.exp(x(3)), (None, 3), "float32"),
        (lambda: x(3) > 0, (None, 3), "bool"),
        (lambda: x(3) == x(3), (None, 3), "bool"),
        (lambda: divmod(x(3), 2)[1], (None, 3), "float32"),
        (lambda: x(3, dtype="int32") + 1, (None, 3), "int32"),
        (lambda: x(3, dtype="int32") / 2, (None, 3), "float32"),
        (lambda: x(4, 3)[:, ::2, None], (None, 2, 1, 3), "float32"),
        (lambda: x(3)[::2], (None, 3), "float32"),
        (lambda: x(3)[:1], (1, 3), "float32"),
        (lambda: x(4, 3).reshape(-1, 6), (None, 6), "float32"),
        (lambda: x(4).reshape((-1, 3)), (None, 3), "float32"),  # only some batch sizes allow it
        (lambda: x(4, 3).transpose((2, 0, 1)), (3, None, 4), "float32"),
        (lambda: x(4).T, (4, None), "float32"),
        (lambda: x(4, 3).sum(axis=1), (None, 3), "float32"),
        (lambda: x(3).mean(), (), "float32"),
        (lambda: x(3).astype("int32"), (None, 3), "int32"),
        (lambda: ops.argmax(x(3), axis=-1), (None,), "int32"),
        (lambda: ops.concatenate([x(3), x(4)], axis=-1), (None, 7), "float32"),
        (lambda: ops.stack((x(3), x(3)), axis=1), (None, 2, 3), "float32"),
        (lambda: ops.squeeze(x(1, 3), 1), (None, 3), "float32"),
        (lambda: ops.where(x(3) > 0, 1.0, 0.0), (None, 3), "float32"),
        (lambda: ops.take(np.ones((9, 2), "float32"), x(4, dtype="int32"), axis=0), (None, 4, 2), "float32"),
        (lambda: ops.one_hot(x(dtype="int32"), 5), (None, 5), "float32"),
        (lambda: ops.einsum("bi,bj->bij", x(2), x(3)), (None, 2, 3), "float32"),
        (lambda: ops.inv(x(3, 3)), (None, 3, 3), "float32"),
        (lambda: ops.max_pool(x(None, None, 3), 2), (None, None, None, 3), "float32"),
        (lambda: ops.clip(mg.Tensor(0.5), x(3), 1.0), (None, 3), "float32"),  # symbolic in an option
        (lambda: mg.activations.relu(x(3), max_value=6.0), (None, 3), "float32"),
    ],
)
def test_results_have_the_shape_and_dtype_that_numbers_would_give(make, shape, dtype):
    one = make()
    assert isinstance(one, mg.KerasTensor)
    assert one.shape == shape
    assert one.dtype == dtype


def test_several_results():
    parts = ops.split(x(4), 2, axis=1)
    assert [part.shape for part in parts] == [(None, 2), (None, 2)]
    assert [part._history[1] for part in parts] == [0, 1]
    assert parts[0]._history[0] is parts[1]._history[0]


def test_a_call_remembers_what_was_called_on_what():
    one, constant = x(3), np.ones(3, "float32")
    two = ops.squeeze(ops.expand_dims(one * constant, axis=1), 1)
    constant[:] = 7.0
    call, index = two._history
    assert isinstance(call, Call)
    assert index == 0
    assert call.operation.function is ops.squeeze  # the function itself, not the ops that it is made of
    multiply = call.inputs[0]._history[0].inputs[0]._history[0]
    assert multiply.inputs == [one]
    np.testing.assert_array_equal(multiply.args[1], 1.0)  # a copy, which the caller can't change
    np.testing.assert_array_equal(multiply.operation(mg.Tensor([2.0]), 3.0), [6.0])


def test_a_shape_that_does_not_fit_is_told_when_the_op_is_called():
    with pytest.raises(ShapeError, match=r"sizes 3 and 4") as caught:
        x(3) + np.ones(4)
    assert "on symbolic input of shape (None, 3)" in caught.value.__notes__[0]


def test_a_number_of_axes_that_depends_on_the_batch_is_refused():
    @mg.nondifferentiable
    def odd(a):
        return a[0] if len(a) % 2 else a

    with pytest.raises(SymbolicError, match="number of axes depends"):
        odd(x(3))


def test_functions_that_return_no_tensor_are_refused():
    @mg.nondifferentiable
    def name(a):
        return "a name"

    with pytest.raises(TypeError, match="must return tensors; got str"):
        name(x(3))


def test_what_takes_functions_or_asks_for_shapes_is_not_recorded():
    assert ops.shape(x(3)) == (None, 3)
    assert ops.ndim(x(3)) == 2
    assert ops.dtype(x(3)) == "float32"
    assert not ops.is_tensor(x(3))
    with pytest.raises(SymbolicError):
        ops.convert_to_numpy(x(3))
    with pytest.raises(SymbolicError):
        ops.cond(x(3) > 0, lambda: 1, lambda: 2)


def test_ops_of_your_own_are_recorded():
    @mg.differentiable(register=False)
    def cube(a: mg.Array):
        return a**3

    assert cube(x(2)).shape == (None, 2)


def test_recording_changes_nothing_for_numbers_and_leaves_no_mode_behind():
    with pytest.raises(ShapeError):
        x(3) + np.ones(4)
    one = mg.Tensor([1.0, 2.0], requires_grad=True)
    ops.squeeze(ops.expand_dims(one * one, 0), 0).sum().backward()
    np.testing.assert_array_equal(one.grad, [2.0, 4.0])


def test_equality_with_what_is_no_tensor_is_false():
    assert (x(3) == None) is False  # noqa: E711
    assert x(3) != "a"


def test_symbolic_tensors_can_be_copied_and_pickled():
    one = x(3) * 2.0
    for other in (copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert other.shape == (None, 3)
        assert other._history[0].inputs[0].shape == (None, 3)


def test_structures():
    structure = {"b": 1, "a": [2, (3, {"d": 4, "c": 5})]}
    assert leaves(structure) == [2, 3, 5, 4, 1]
    seen = []
    assert map_leaves(lambda leaf: seen.append(leaf) or -leaf, structure) == {
        "b": -1,
        "a": [-2, (-3, {"d": -4, "c": -5})],
    }
    assert seen == leaves(structure)
