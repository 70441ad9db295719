"""What all optimizers share: the protocol of a step, state, several models, errors."""

import copy
import itertools
from unittest import mock

import numpy as np
import pytest

import minigrad as mg
from minigrad.errors import DTypeError, ShapeError
from minigrad.optimizers import SGD, Adam, Optimizer


def variable(values=(1.0, 2.0), name="w", dtype="float32"):
    return mg.Variable(np.asarray(values, dtype), name=name)


# -- gradients -----------------------------------------------------------------------------------


def test_gradients_may_be_tensors_arrays_or_lists_of_any_real_dtype():
    given = [
        mg.Tensor([1.0, 2.0]),
        np.array([1.0, 2.0]),
        np.array([1, 2]),
        [1.0, 2.0],
        mg.Variable([1.0, 2.0]),
    ]
    variables = [variable() for _ in given]
    SGD(0.5).apply(given, variables)
    for one in variables:
        assert one.dtype == np.float32
        assert one.tolist() == [0.5, 1.0]


def test_the_callers_gradients_are_not_written_to():
    gradient = np.array([3.0, -4.0], np.float32)
    for options in ({}, {"clipnorm": 1.0}, {"clipvalue": 1.0}, {"gradient_accumulation_steps": 2}):
        for optimizer in (SGD(0.5, momentum=0.5, **options), Adam(**options)):
            w = variable()
            optimizer.apply([gradient], [w])
            optimizer.apply([gradient], [w])
            assert gradient.tolist() == [3.0, -4.0]


def test_a_gradient_of_another_shape_is_an_error_and_changes_nothing():
    first, second = variable(name="first"), variable(name="second")
    optimizer = SGD(0.5)
    with pytest.raises(ShapeError, match=r"'second' has shape \(2, 1\), the variable \(2,\)"):
        optimizer.apply([np.ones(2), np.ones((2, 1))], [first, second])
    assert first.tolist() == [1.0, 2.0]
    assert int(optimizer.iterations) == 0


def test_a_gradient_that_is_not_real_is_an_error():
    with pytest.raises(DTypeError, match="complex"):
        SGD(0.5).apply([np.ones(2, complex)], [variable()])


def test_missing_gradients_warn_and_leave_the_variable_alone():
    first, second = variable(name="first"), variable(name="second")
    with pytest.warns(UserWarning, match=r"do not exist for variables \['second'\]") as caught:
        Adam(0.5).apply_gradients([(np.ones(2), first), (None, second)])
    assert caught[0].filename == __file__
    assert second.tolist() == [1.0, 2.0]
    assert first.tolist() != [1.0, 2.0]


def test_no_gradient_at_all_is_an_error():
    with pytest.raises(ValueError, match=r"no gradients provided for any variable \(w\)"):
        SGD().apply([None], [variable()])


def test_an_exhausted_zip_is_an_error():
    pairs = zip([np.ones(2)], [variable()], strict=True)
    optimizer = SGD()
    optimizer.apply_gradients(pairs)
    with pytest.raises(ValueError, match="a zip can be read once only"):
        optimizer.apply_gradients(pairs)


def test_apply_of_no_gradients_does_nothing():
    optimizer = SGD()
    optimizer.apply([])
    assert int(optimizer.iterations) == 0


def test_a_list_of_gradients_without_variables_is_told_apart():
    with pytest.raises(ValueError, match=r"expected \(gradient, variable\) pairs; got ndarray"):
        SGD().apply_gradients([np.ones(3)])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (np.ones(2), "in this order"),
        (mg.Tensor([1.0, 2.0], requires_grad=True), r"make it with minigrad\.Variable"),
    ],
)
def test_only_variables_can_be_changed(wrong, message):
    with pytest.raises(TypeError, match=message):
        SGD().apply_gradients([(np.ones(2), wrong)])


def test_an_integer_variable_cant_be_trained():
    with pytest.raises(DTypeError, match="'count' is int64: only floats"):
        SGD().apply([np.ones(2)], [mg.Variable(np.array([1, 2]), name="count")])


def test_as_many_gradients_as_variables():
    optimizer = SGD()
    with pytest.raises(ValueError, match="2 gradients were given for 1 variables"):
        optimizer.apply([np.ones(2), np.ones(2)], [variable()])
    with pytest.raises(ValueError, match=r"pass trainable_variables, or call build"):
        optimizer.apply([np.ones(2)])
    first, second = variable(), variable()
    optimizer.build([first, second])
    with pytest.raises(ValueError, match="1 gradients were given for 2 variables"):
        optimizer.apply([np.ones(2)])
    optimizer.apply([np.ones(2), np.ones(2)])
    assert first.tolist() == second.tolist() == [np.float32(1 - 0.01), np.float32(2 - 0.01)]


def test_a_diverging_step_is_silent():
    w = variable()
    Adam(1.0).apply([np.array([1e30, np.nan], np.float32)], [w])  # warnings are errors here
    assert np.isnan(w.numpy()).tolist() == [False, True]


# -- arrays that somebody else holds ---------------------------------------------------------------


@pytest.mark.parametrize("optimizer", [SGD, Adam, lambda: Adam(weight_decay=0.1, use_ema=True)])
def test_copies_and_views_of_the_weights_stay_as_they_were(optimizer):
    w = variable()
    before, tensor = np.asarray(w), w.detach()
    optimizer().apply([np.ones(2)], [w])
    assert before.tolist() == tensor.tolist() == [1.0, 2.0]
    assert w.tolist() != [1.0, 2.0]


def test_gradients_that_are_another_weights_own_array():
    first, second = variable([1.0, 2.0]), variable([3.0, 5.0])
    SGD(0.5).apply([first, second][::-1], [first, second])
    assert first.tolist() == [-0.5, -0.5]
    assert second.tolist() == [2.5, 4.0]
    first, second = variable([1.0, 2.0]), variable([3.0, 5.0])
    with mg.GradientTape() as tape:
        loss = (first * second).sum()
    SGD(0.5).apply(tape.gradient(loss, [first, second]), [first, second])
    assert first.tolist() == [-0.5, -0.5]
    assert second.tolist() == [2.5, 4.0]


def test_the_weights_are_changed_in_place():
    for optimizer in (SGD(momentum=0.5, weight_decay=0.1), Adam(clipnorm=1.0)):
        w = mg.Variable(np.zeros(100_000, np.float32))
        optimizer.apply([np.ones(100_000)], [w])
        address = w._data.ctypes.data
        optimizer.apply([np.ones(100_000)], [w])
        assert w._data.ctypes.data == address


def test_a_step_between_forward_and_backward_is_noticed():
    w = variable()
    with mg.GradientTape(persistent=True) as tape:
        loss = (w * w).sum()
    SGD().apply([tape.gradient(loss, w)], [w])
    with pytest.raises(mg.errors.GraphError, match="changed in place"):
        tape.gradient(loss, w)


@pytest.mark.parametrize("order", ["C", "F"])
def test_transposed_weights_and_gradients(order):
    values = np.arange(6.0, dtype=np.float32).reshape(2, 3)
    w = mg.Variable(np.zeros((2, 3), np.float32)).assign(np.array(values, order=order))
    gradient = np.array(values, order=order)
    Adam(0.5, epsilon=1e-12).apply([gradient], [w])
    SGD(0.5, momentum=0.5).apply([np.broadcast_to(np.float32(2.0), (2, 3))], [w])
    np.testing.assert_allclose(w.numpy(), values - 0.5 * np.sign(values) - 1.0, atol=1e-6)


def test_weights_of_no_dimension_and_of_no_elements():
    scalar, empty = mg.Variable(1.0), mg.Variable(np.ones((0, 3), np.float32))
    Adam(0.5, epsilon=1e-12, clipnorm=1.0, weight_decay=0.5).apply([1.0, np.ones((0, 3))], [scalar, empty])
    assert scalar.item() == pytest.approx(0.25)


# -- state -----------------------------------------------------------------------------------------


def test_one_optimizer_serves_several_models():
    first, second = variable(name="first"), variable(name="second")
    optimizer = SGD(0.5, momentum=0.5)
    optimizer.apply([np.ones(2)], [first])
    optimizer.apply([np.ones(2)], [second])
    optimizer.apply([np.ones(2)], [first])
    assert first.tolist() == [1.0 - 0.5 - 0.75, 2.0 - 0.5 - 0.75]
    assert second.tolist() == [0.5, 1.5]
    assert int(optimizer.iterations) == 3
    names = [one.name for one in optimizer.variables]
    assert names == ["iteration", "learning_rate", "first_momentum", "second_momentum"]


def test_averages_of_a_model_that_comes_later_begin_at_its_weights():
    first, second = variable(), variable()
    optimizer = SGD(0.0, use_ema=True, ema_momentum=0.5)
    optimizer.apply([np.ones(2)], [first])
    optimizer.apply([np.ones(2)], [second])
    optimizer.finalize_variable_values([first, second])
    assert first.tolist() == second.tolist() == [1.0, 2.0]


def test_finalizing_needs_averages():
    w = variable()
    SGD().finalize_variable_values([w])  # keeps none, so there is nothing to do
    assert w.tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match="keeps no average of variable 'w'"):
        SGD(use_ema=True).finalize_variable_values([w])


def test_a_frozen_variable_among_the_slots_is_no_trouble():
    w = variable()
    optimizer = Adam()
    optimizer.build([w, variable(name="other")])
    optimizer.apply([np.ones(2)], [w])
    assert len(optimizer.variables) == 2 + 4


def test_state_can_be_read_and_put_back():
    w = variable()
    optimizer = Adam(0.5)
    optimizer.apply([np.array([1.0, -2.0])], [w])
    weights, state = w.numpy(), [one.numpy() for one in optimizer.variables]
    optimizer.apply([np.array([3.0, 1.0])], [w])
    expected = w.numpy()

    again, v = Adam(0.25), variable(weights)
    again.build([v])
    for one, value in zip(again.variables, state, strict=True):
        one.assign(value)
    again.apply([np.array([3.0, 1.0])], [v])
    np.testing.assert_array_equal(v.numpy(), expected)


def test_a_deep_copy_of_model_and_optimizer_goes_on_alone():
    w = variable()
    optimizer = SGD(0.5, momentum=0.5)
    optimizer.apply([np.ones(2)], [w])
    other_w, other = copy.deepcopy((w, optimizer))
    other.apply([np.ones(2)], [other_w])
    assert w.tolist() == [0.5, 1.5]
    assert int(optimizer.iterations) == 1
    optimizer.apply([np.ones(2)], [w])
    assert w.tolist() == other_w.tolist()


def test_a_constraint_is_applied_after_the_update():
    w = variable([0.25, 2.0])
    w.constraint = lambda value: np.maximum(value, 0.0)
    SGD(0.5).apply([np.ones(2)], [w])
    assert w.tolist() == [0.0, 1.5]


# -- what is kept out of weight decay ----------------------------------------------------------------


def test_excluding_by_variable_and_by_name():
    kernel, bias, scale = (variable([1.0], name=name) for name in ("kernel", "bias", "scale"))
    optimizer = SGD(0.5, weight_decay=0.5)
    optimizer.exclude_from_weight_decay(var_list=[scale], var_names=["bias", "beta"])
    optimizer.apply([[0.0]] * 3, [kernel, bias, scale])
    assert [kernel.item(), bias.item(), scale.item()] == [0.75, 1.0, 1.0]


# -- rules of one's own ----------------------------------------------------------------------------


def test_a_rule_is_needed():
    with pytest.raises(NotImplementedError, match=r"Optimizer: define update_step"):
        Optimizer(0.5).apply([np.ones(2)], [variable()])


def test_a_rule_written_with_ops_records_nothing():
    class Plain(Optimizer):
        def update_step(self, gradient, variable, learning_rate):
            self.recorded = (variable * 1.0).requires_grad
            variable.assign(variable - gradient * learning_rate)

    w = variable()
    optimizer = Plain(0.5)
    optimizer.apply([np.ones(2)], [w])
    assert w.tolist() == [0.5, 1.5]
    assert not optimizer.recorded


def test_slots_begin_with_their_initial_values():
    class Accumulating(Optimizer):
        slots = ({"accumulator": 0.25},)

    optimizer = Accumulating(0.5)
    w = variable()
    optimizer.build([w])
    (accumulator,) = optimizer.slots_of(w)
    assert accumulator.tolist() == [0.25, 0.25]
    assert accumulator.name == "w_accumulator"
    assert not accumulator.trainable


def test_iterations_count_updates_when_gradients_are_accumulated():
    optimizer, w = SGD(gradient_accumulation_steps=2), variable()
    counts = []
    for _ in range(5):
        optimizer.apply([np.ones(2)], [w])
        counts.append(int(optimizer.iterations))
    assert counts == [0, 1, 1, 2, 2]


# -- rules of one's own, written for Keras ---------------------------------------------------------


class Heavy(Optimizer):
    """Momentum, as Keras's own rules are written."""

    def __init__(self, learning_rate=0.5, beta=0.5, name="heavy", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.beta = beta

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.velocities = [
            self.add_variable_from_reference(reference_variable=one, name="velocity") for one in variables
        ]
        self.calls = self.add_variable((), dtype="int32", name="calls")

    def update_step(self, gradient, variable, learning_rate):
        rate = mg.ops.cast(learning_rate, variable.dtype)
        velocity = self.velocities[self._get_variable_index(variable)]
        self.assign(velocity, mg.ops.subtract(mg.ops.multiply(velocity, self.beta), rate * gradient))
        self.assign_add(variable, velocity)
        self.assign_sub(self.calls, 1)


def test_a_rule_that_was_written_for_keras():
    first, second = variable((1.0, 2.0), "first"), variable((3.0,), "second")
    optimizer = Heavy()
    for _ in range(2):
        optimizer.apply([[1.0, -1.0], [2.0]], [first, second])
    assert first.tolist() == [-0.25, 3.25]  # -0.5 - 0.75 each way
    assert second.tolist() == [0.5]
    assert int(optimizer.calls) == -4
    names = [one.name for one in optimizer.variables]
    assert names == ["iteration", "learning_rate", "first_velocity", "second_velocity", "calls"]


def test_set_weights_gives_an_optimizer_another_ones_state():
    old, new = Adam(0.1), Adam(0.5)
    first, second = variable(), variable()
    old.apply([[1.0, -2.0]], [first])
    new.build([second])
    second.assign(first)
    new.set_weights([one.numpy() for one in old.variables])
    for optimizer, one in ((old, first), (new, second)):
        optimizer.apply([[1.0, 2.0]], [one])
    assert second.tolist() == first.tolist()
    with pytest.raises(ValueError, match="needs 4 arrays, one for each variable; got 1"):
        new.set_weights([np.zeros(())])


def test_slots_are_made_all_or_none():
    weights = [mg.Variable(np.ones(2), name=name) for name in ("a", "b")]
    optimizer = mg.optimizers.Adam()
    make, count = optimizer.add_variable_from_reference, itertools.count()

    def interrupted(*args):
        if next(count) == 2:
            raise KeyboardInterrupt
        return make(*args)

    with (
        mock.patch.object(optimizer, "add_variable_from_reference", interrupted),
        pytest.raises(KeyboardInterrupt),
    ):
        optimizer.build(weights)
    assert len(optimizer.variables) == 2  # the iteration and the learning rate
    optimizer.apply([np.ones(2)] * 2, weights)
    assert len(optimizer.variables) == 2 + 4
