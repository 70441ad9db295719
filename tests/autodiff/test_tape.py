"""GradientTape against what TensorFlow's documentation says of it."""

from collections import OrderedDict

import numpy as np
import pytest

import minigrad as mg
from minigrad.errors import DTypeError, GraphError, ShapeError


@pytest.fixture
def w():
    return mg.Variable(np.array([1.0, 2.0]), name="w")


@pytest.fixture
def c():
    return mg.Tensor(np.array(3.0))


# -- what is watched ----------------------------------------------------------------------------------


def test_variables_are_watched_by_themselves(w):
    with mg.GradientTape() as tape:
        loss = (w * w).sum()
    gradient = tape.gradient(loss, w)
    assert isinstance(gradient, mg.Tensor)
    assert gradient.dtype == w.dtype
    assert gradient.tolist() == [2.0, 4.0]
    assert w.grad is None


def test_tensors_with_requires_grad_are_watched_by_themselves():
    x = mg.Tensor([1.0, 2.0], requires_grad=True)
    with mg.GradientTape() as tape:
        y = x * x
    assert tape.gradient(y, x).tolist() == [2.0, 4.0]


def test_constants_have_to_be_watched(c):
    with mg.GradientTape() as tape:
        y = c * c
    assert tape.gradient(y, c) is None
    with mg.GradientTape() as tape:
        tape.watch(c)
        y = c * c
    assert tape.gradient(y, c).item() == 6.0


def test_a_watched_constant_is_a_constant_again_afterwards(c):
    with mg.GradientTape() as tape:
        tape.watch(c)
        assert c.requires_grad
    assert not c.requires_grad
    assert not (c * 2.0).requires_grad


def test_what_came_before_watch_is_not_recorded(c):
    with mg.GradientTape() as tape:
        before = c * c
        tape.watch(c)
        y = before * c
    assert tape.gradient(y, c).item() == 9.0


def test_lists_and_dicts_are_watched(c):
    d = mg.Tensor(2.0)
    with mg.GradientTape() as tape:
        tape.watch([c, {"d": (d,)}])
        y = c * d
    assert [one.item() for one in tape.gradient(y, [c, d])] == [2.0, 3.0]


def test_what_cannot_be_watched_is_refused():
    with mg.GradientTape() as tape:
        with pytest.raises(DTypeError, match=r"watch: a int64 tensor has no gradient; cast it to float32"):
            tape.watch(mg.Tensor(np.array([1])))
        with pytest.raises(TypeError, match="watch takes tensors; got ndarray"):
            tape.watch(np.ones(2))


def test_nothing_is_watched_by_itself_on_request(w):
    other = mg.Variable([1.0, 1.0])
    with mg.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
        tape.watch(w)
        y = w * other
    assert tape.gradient(y, other) is None
    assert tape.gradient(y, w).tolist() == [1.0, 1.0]


def test_untrainable_variables_are_watched_on_request_only():
    w = mg.Variable([2.0], trainable=False)
    with mg.GradientTape() as tape:
        y = w * w
    assert tape.gradient(y, w) is None
    with mg.GradientTape() as tape:
        tape.watch(w)
        y = w * w
    assert tape.gradient(y, w).tolist() == [4.0]
    assert not w.trainable


# -- what is recorded -----------------------------------------------------------------------------------


def test_what_was_computed_before_the_tape_is_constant(w):
    before = w * w
    with mg.GradientTape(persistent=True) as tape:
        y = before * w
    assert tape.gradient(y, w).tolist() == [1.0, 4.0]
    assert tape.gradient(y, before) is None


def test_a_result_from_before_the_tape_can_be_watched(w):
    before = w * w
    with mg.GradientTape(persistent=True) as tape:
        tape.watch(before)
        y = before * before * w
    assert tape.gradient(y, before).tolist() == [2.0, 16.0]
    assert tape.gradient(y, w).tolist() == [1.0, 16.0]


def test_what_is_computed_after_the_tape_is_constant(w):
    with mg.GradientTape() as tape:
        y = w * w
    z = y * 3.0
    assert tape.gradient(z, w) is None


def test_a_source_may_be_a_result_in_between(w):
    with mg.GradientTape() as tape:
        y = w * 2.0
        z = y * y
    assert tape.gradient(z, y).tolist() == [4.0, 8.0]


def test_stop_recording(w):
    with mg.GradientTape(persistent=True) as tape:
        x = w * 2.0
        with tape.stop_recording():
            y = w * w
        z = x + y
    assert tape.gradient(z, w).tolist() == [2.0, 2.0]
    assert tape.gradient(y, w) is None
    with pytest.raises(GraphError, match="stop_recording: the tape is not open"), tape.stop_recording():
        pass


def test_stop_recording_ends_with_an_exception(w):
    with mg.GradientTape() as tape:
        with pytest.raises(ZeroDivisionError), tape.stop_recording():
            raise ZeroDivisionError
        y = w * w
    assert tape.gradient(y, w).tolist() == [2.0, 4.0]


def test_reset_forgets(w, c):
    with mg.GradientTape() as tape:
        tape.watch(c)
        y = w * c
        tape.reset()
        assert not c.requires_grad
        z = w * w + y
    assert [one if one is None else one.tolist() for one in tape.gradient(z, [w, c])] == [[2.0, 4.0], None]


def test_reset_makes_a_used_tape_new(w):
    with mg.GradientTape() as tape:
        y = w * w
    tape.gradient(y, w)
    tape.reset()
    with tape:
        y = w * w * w
    assert tape.gradient(y, w).tolist() == [3.0, 12.0]


def test_a_tape_can_be_opened_again_and_goes_on(w, c):
    tape = mg.GradientTape(persistent=True)
    with tape:
        tape.watch(c)
        y = w * c
    outside = y * w
    with tape:
        z = y * c
    assert tape.gradient(z, c).item() == 2 * 3.0 * (1.0 + 2.0)
    assert tape.gradient(outside, w) is None
    assert not c.requires_grad


def test_a_tape_cannot_be_opened_twice_at_once():
    tape = mg.GradientTape()
    with tape, pytest.raises(GraphError, match="it is open already"):
        tape.__enter__()


def test_nothing_is_recorded_under_no_grad(w):
    with mg.GradientTape() as tape, mg.no_grad():
        y = w * w
    assert tape.gradient(y, w) is None


# -- how gradients are asked for -------------------------------------------------------------------------


def test_gradient_inside_the_tape(w):
    with mg.GradientTape() as tape:
        y = w * w
        gradient = tape.gradient(y, w)
    assert gradient.tolist() == [2.0, 4.0]
    assert not gradient.requires_grad


def test_a_tape_is_used_once(w):
    with mg.GradientTape() as tape:
        y = w * w
    tape.gradient(y, w)
    with pytest.raises(GraphError, match=r"only once .* GradientTape\(persistent=True\)"):
        tape.gradient(y, w)


def test_a_persistent_tape_is_used_often(w):
    with mg.GradientTape(persistent=True) as tape:
        y = w * w
        z = y * y
    assert tape.gradient(z, w).tolist() == [4.0, 32.0]
    assert tape.gradient(y, w).tolist() == [2.0, 4.0]
    assert tape.gradient(z, y).tolist() == [2.0, 8.0]
    assert tape.gradient(z, w).tolist() == [4.0, 32.0]


def test_targets_of_any_shape_and_number_are_summed(w):
    with mg.GradientTape(persistent=True) as tape:
        y, z = w * w, w * 3.0
    assert tape.gradient([y, z], w).tolist() == [5.0, 7.0]
    assert tape.gradient({"y": y, "more": [z, y]}, w).tolist() == [7.0, 11.0]
    assert tape.gradient([y, mg.Tensor(1.0)], w).tolist() == [2.0, 4.0]
    assert tape.gradient(mg.Tensor(1.0), w) is None


def test_a_source_may_be_the_target(w):
    with mg.GradientTape() as tape:
        y = w * 2.0
    assert [one.tolist() for one in tape.gradient([y, w], [w, y])] == [[3.0, 3.0], [1.0, 1.0]]


def test_output_gradients_weigh_the_targets(w):
    with mg.GradientTape(persistent=True) as tape:
        y, z = w * w, w * 3.0
    assert tape.gradient(y, w, output_gradients=[1.0, 10.0]).tolist() == [2.0, 40.0]
    assert tape.gradient(y, w, output_gradients=mg.Tensor([1.0, 10.0])).tolist() == [2.0, 40.0]
    weights = [np.array([1.0, 0.0]), None]
    assert tape.gradient([y, z], w, output_gradients=weights).tolist() == [5.0, 3.0]
    with pytest.raises(ShapeError, match=r"GradientTape.gradient: a gradient of shape \(3,\)"):
        tape.gradient(y, w, output_gradients=np.ones(3))


def test_output_gradients_must_be_as_many_as_the_targets(w):
    with mg.GradientTape() as tape:
        y, z = w * w, w * 3.0
    with pytest.raises(ValueError, match=r"2 targets.*3 output_gradients"):
        tape.gradient([y, z], w, output_gradients=[np.ones(2)] * 3)


def test_sources_give_the_form(w, c):
    with mg.GradientTape(persistent=True) as tape:
        tape.watch(c)
        y = w * c
    found = tape.gradient(y, {"w": w, "rest": [(c,), []]})
    assert found["w"].tolist() == [3.0, 3.0]
    assert found["rest"][0][0].item() == 3.0
    assert isinstance(found["rest"][0], tuple)
    assert found["rest"][1] == []
    assert tape.gradient(y, []) == []
    assert list(tape.gradient(y, OrderedDict(b=w, a=c))) == ["b", "a"]
    with pytest.raises(TypeError, match="a source must be a tensor; got ndarray"):
        tape.gradient(y, [w.numpy()])


def test_unconnected_gradients(w):
    other = mg.Variable([1.0, 2.0, 3.0])
    with mg.GradientTape(persistent=True) as tape:
        y = w * w
    assert tape.gradient(y, [other, w])[0] is None
    zero = tape.gradient(y, other, unconnected_gradients="zero")
    assert (zero.tolist(), zero.dtype) == ([0.0, 0.0, 0.0], other.dtype)
    with pytest.raises(ValueError, match=r"'none'.*'zero'.*got 'zeros'"):
        tape.gradient(y, other, unconnected_gradients="zeros")


def test_a_training_loop_as_in_the_lecture():
    xs, ys = np.array([1.0, 2.0, 3.0]), np.array([3.0, 5.0, 7.0])
    weight, bias = mg.Variable(0.0), mg.Variable(0.0)
    for _ in range(500):
        with mg.GradientTape() as tape:
            loss = mg.ops.mean((weight * xs + bias - ys) ** 2)
        gradients = tape.gradient(loss, [weight, bias])
        for variable, gradient in zip([weight, bias], gradients, strict=True):
            variable.assign_sub(0.1 * gradient)
    assert weight.item() == pytest.approx(2.0, abs=1e-3)
    assert bias.item() == pytest.approx(1.0, abs=1e-3)


# -- tapes within tapes -----------------------------------------------------------------------------------


def test_second_derivatives_by_nested_tapes(c):
    with mg.GradientTape() as outer:
        outer.watch(c)
        with mg.GradientTape() as inner:
            inner.watch(c)
            y = c * c * c
        first = inner.gradient(y, c)
    assert first.item() == 27.0
    assert outer.gradient(first, c).item() == 18.0


def test_third_derivatives_by_nested_tapes():
    w = mg.Variable(np.array(2.0))
    with mg.GradientTape() as outer:
        with mg.GradientTape() as middle:
            with mg.GradientTape() as inner:
                y = w * w * w * w
            first = inner.gradient(y, w)
        second = middle.gradient(first, w)
    assert (first.item(), second.item(), outer.gradient(second, w).item()) == (32.0, 48.0, 48.0)


def test_second_derivatives_by_one_persistent_tape(c):
    with mg.GradientTape(persistent=True) as tape:
        tape.watch(c)
        y = c * c * c
        first = tape.gradient(y, c)
    assert tape.gradient(first, c).item() == 18.0


def test_what_two_tapes_watch_is_known_to_both_until_each_ends(c):
    with mg.GradientTape() as outer:
        outer.watch(c)
        with mg.GradientTape() as inner:
            inner.watch(c)
            y = c * c
        z = y * c
    assert not c.requires_grad
    assert inner.gradient(y, c).item() == 6.0
    assert outer.gradient(z, c).item() == 27.0


def test_what_the_inner_tape_watched_first_stays_watched_by_the_outer(c):
    with mg.GradientTape() as outer:
        with mg.GradientTape() as inner:
            inner.watch(c)
            outer.watch(c)
        y = c * c
    assert outer.gradient(y, c).item() == 6.0
    assert not c.requires_grad


def test_tapes_side_by_side_do_not_meet(w):
    with mg.GradientTape() as first, mg.GradientTape() as second:
        y = w * w
    with mg.GradientTape() as third:
        z = w * 3.0
    assert second.gradient(y, w).tolist() == [2.0, 4.0]
    assert third.gradient(z, w).tolist() == [3.0, 3.0]
    assert first.gradient(y, w).tolist() == [2.0, 4.0]
    with pytest.raises(GraphError, match="freed"):  # a tape of its own frees what it has passed
        z.backward(np.ones(2))


def test_a_tape_closes_with_an_exception(w, c):
    def fail():
        with mg.GradientTape() as tape:
            tape.watch(c)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not c.requires_grad
    with mg.GradientTape() as other:
        y = w * w
    assert not other.gradient(y, w).requires_grad


def test_a_change_in_place_is_noticed(w):
    with mg.GradientTape() as tape:
        y = w * w
    w.assign([5.0, 5.0])
    with pytest.raises(GraphError, match=r"multiply: .* changed in place"):
        tape.gradient(y, w)


# -- jacobian ------------------------------------------------------------------------------------------


def test_jacobian_of_a_target_by_sources_of_any_form():
    a, b = mg.Variable([1.0, 2.0]), mg.Variable(3.0)
    with mg.GradientTape() as tape:
        y = a * a * b
    found = tape.jacobian(y, {"a": [a], "b": b})
    assert found["a"][0].tolist() == [[6.0, 0.0], [0.0, 12.0]]
    assert found["b"].tolist() == [1.0, 4.0]
    assert not found["b"].requires_grad
    with pytest.raises(GraphError, match=r"GradientTape.jacobian: .*only once .*persistent=True"):
        tape.jacobian(y, a)


def test_jacobian_on_a_persistent_tape_inside_another():
    a = mg.Variable([1.0, 2.0])
    with mg.GradientTape() as outer:
        with mg.GradientTape(persistent=True) as tape:
            y = a * a * a
        slopes = tape.jacobian(y, a)
        assert tape.jacobian(y, a).tolist() == slopes.tolist() == [[3.0, 0.0], [0.0, 12.0]]
    second = outer.jacobian(slopes, a)
    assert second.shape == (2, 2, 2)
    assert [second.numpy()[i, i, i] for i in range(2)] == [6.0, 12.0]
    assert second.numpy().sum() == 18.0


def test_jacobian_of_what_is_not_connected():
    a, b = mg.Variable([1.0, 2.0]), mg.Variable(np.ones((2, 3)))
    constant = mg.Tensor([1.0])
    h = a * 2.0
    with mg.GradientTape(persistent=True) as tape:
        y = h * a  # h is older than the tape
    assert tape.jacobian(y, [b, constant]) == [None, None]
    zeros = tape.jacobian(y, b, unconnected_gradients="zero")
    assert (zeros.shape, zeros.dtype, zeros.numpy().any()) == ((2, 2, 3), np.float64, np.False_)
    assert tape.jacobian(constant, a) is None
    assert tape.jacobian(y, a).tolist() == [[2.0, 0.0], [0.0, 4.0]]
    with pytest.raises(ValueError, match="unconnected must be"):
        tape.jacobian(y, b, unconnected_gradients="zeros")
    with pytest.raises(TypeError, match=r"GradientTape.jacobian: the target must be a tensor; got list"):
        tape.jacobian([y], a)
    with pytest.raises(TypeError, match="a source must be a tensor"):
        tape.jacobian(y, 1.0)


# -- batch_jacobian ------------------------------------------------------------------------------------


def test_batch_jacobian_is_the_diagonal_of_the_jacobian():
    x = mg.Variable(np.random.default_rng(0).normal(size=(3, 4)))
    kernel = np.random.default_rng(1).normal(size=(4, 2))
    with mg.GradientTape(persistent=True) as tape:
        y = mg.ops.stack([mg.ops.tanh(x @ kernel), mg.ops.exp(x @ kernel)], axis=-1)
    found = tape.batch_jacobian(y, x)
    assert found.shape == (3, 2, 2, 4)
    whole = tape.jacobian(y, x).numpy()
    for i in range(3):
        np.testing.assert_allclose(found[i], whole[i, :, :, i], rtol=1e-12)


def test_batch_jacobian_of_a_vector_and_of_nothing():
    x = mg.Variable(np.array([1.0, 2.0]))
    with mg.GradientTape(persistent=True) as tape:
        y, other, empty = x * x * x, mg.ops.ones((2, 3)), mg.ops.reshape(x * 1.0, (2, 1))[:, :0]
    assert tape.batch_jacobian(y, x).tolist() == [3.0, 12.0]
    assert tape.batch_jacobian(other, x) is None
    assert tape.batch_jacobian(other, x, "zero").tolist() == [[0.0] * 3] * 2
    assert tape.batch_jacobian(empty, x, "zero").shape == (2, 0)


def test_batch_jacobian_can_be_differentiated():
    x = mg.Variable(np.array([[1.0, 2.0], [3.0, -1.0]]))
    with mg.GradientTape() as outer:
        with mg.GradientTape() as tape:
            y = x * x * x
        slopes = tape.batch_jacobian(y, x)
    np.testing.assert_allclose(outer.gradient(slopes, x), 6.0 * x.numpy())


def test_batch_jacobian_refuses():
    x = mg.Variable(np.ones((3, 2)))
    with mg.GradientTape(persistent=True) as tape:
        y = x * x
    with pytest.raises(ShapeError, match=r"a first axis of one size.* \(3, 2\) and \(2,\)"):
        tape.batch_jacobian(y, mg.Variable(np.ones(2)))
    with pytest.raises(ShapeError, match="a first axis of one size"):
        tape.batch_jacobian(y.sum(), x)
    with pytest.raises(TypeError, match="the source must be a tensor; got list"):
        tape.batch_jacobian(y, [x])
    with mg.GradientTape() as once:
        y = x * x
    once.batch_jacobian(y, x)
    with pytest.raises(GraphError, match=r"batch_jacobian: .*only once"):
        once.batch_jacobian(y, x)
