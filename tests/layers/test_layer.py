"""The base layer: building, weights, training mode, losses, names, errors."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import minigrad as mg
from minigrad.errors import ShapeError, UnknownArgumentError


class Scale(mg.layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.modes = []

    def build(self, input_shape):
        self.factor = self.add_weight(shape=input_shape[-1:], initializer="ones", name="factor")
        self.count = self.add_weight(initializer="zeros", trainable=False, name="count")

    def call(self, inputs, training=False):
        self.modes.append(training)
        return inputs * self.factor


class Block(mg.layers.Layer):
    def __init__(self):
        super().__init__()
        self.first = Scale()
        self.others = [Scale(), {"deep": Scale()}]

    def call(self, inputs):
        return self.others[1]["deep"](self.others[0](self.first(inputs)))


def test_it_builds_itself_at_the_first_call_from_arrays_lists_or_tensors():
    for inputs in (np.ones((2, 3)), [[1.0, 1.0, 1.0]], mg.Tensor(np.ones((1, 3)))):
        layer = Scale()
        assert not layer.built
        output = layer(inputs)
        assert layer.built
        assert isinstance(output, mg.Tensor)
        assert output.dtype == np.float32  # float64 arrays are taken in the layer's dtype
        assert [weight.shape for weight in layer.weights] == [(3,), ()]


def test_a_layer_in_float64_computes_in_float64():
    layer = mg.layers.Dense(2, dtype="float64")
    assert layer(np.ones((1, 3), np.float32)).dtype == np.float64
    assert layer.kernel.dtype == np.float64


def test_build_is_done_once_and_a_direct_build_counts():
    layer = Scale()
    layer.build((None, 3))
    layer.build((None, 3))
    assert layer.built
    assert len(layer.weights) == 2


def test_weights_of_inner_layers_are_found_in_attributes_lists_and_dicts():
    block = Block()
    block(np.ones((1, 2)))
    assert len(block.trainable_variables) == 3
    assert len(block.non_trainable_variables) == 3
    assert [weight.name for weight in block.weights] == ["factor", "count"] * 3


def test_a_shared_layer_counts_once():
    block = Block()
    block.others[0] = block.first
    block(np.ones((1, 2)))
    assert len(block.weights) == 4


def test_variables_assigned_to_attributes_are_weights():
    class Bare(mg.layers.Layer):
        def __init__(self):
            super().__init__()
            self.offset = mg.Variable([1.0, 2.0], name="offset")

        def call(self, inputs):
            return inputs + self.offset

    layer = Bare()
    assert [weight.name for weight in layer.trainable_variables] == ["offset"]


def test_the_training_mode_is_the_argument_then_the_outer_call_then_the_default():
    block = Block()
    inner = block.first

    class Outer(mg.layers.Layer):
        def __init__(self):
            super().__init__()
            self.block = block

        def call(self, inputs, training=None):
            return self.block(inputs)

    outer = Outer()
    x = np.ones((1, 2))
    outer(x, training=True)  # an inner default of False does not beat the outer True
    outer(x)
    outer(x, training=False)
    block(x, training=True)  # handed down though Block.call has no such argument
    inner(x)
    assert inner.modes == [True, False, False, True, False]


def test_the_training_mode_is_restored_after_an_error():
    class Fails(mg.layers.Layer):
        def call(self, inputs, training=None):
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        Fails()(np.ones((1, 1)), training=True)
    layer = Scale()
    layer(np.ones((1, 1)))
    assert layer.modes == [False]


def test_freezing_and_thawing():
    block = Block()
    block(np.ones((1, 2)))
    block.trainable = False
    assert block.trainable_variables == []
    assert not block.others[0].trainable
    block.trainable = True
    assert len(block.trainable_variables) == 3  # those that never were trained are not now


def test_a_layer_made_frozen_has_nothing_to_train():
    layer = mg.layers.Dense(2, trainable=False)
    layer(np.ones((1, 3)))
    assert layer.trainable_variables == []
    assert len(layer.non_trainable_variables) == 2


def test_names_are_counted_and_weights_have_paths():
    first, second = mg.layers.Conv2D(1, 1), mg.layers.Conv2D(1, 1)
    number = int(first.name.removeprefix("conv2d").removeprefix("_") or 0)
    assert second.name == f"conv2d_{number + 1}"
    named = mg.layers.Dense(1, name="scores")
    named.build((None, 2))
    assert [weight.path for weight in named.weights] == ["scores/kernel", "scores/bias"]


def test_get_and_set_weights_copy():
    layer = mg.layers.Dense(2)
    layer.build((None, 3))
    values = layer.get_weights()
    values[0][:] = 7.0
    assert not np.any(layer.kernel.numpy() == 7.0)
    layer.set_weights(values)
    values[0][:] = 8.0
    assert np.all(layer.kernel.numpy() == 7.0)


def test_set_weights_that_do_not_fit_change_nothing():
    layer = mg.layers.Dense(2)
    layer.build((None, 3))
    before = layer.get_weights()
    with pytest.raises(ShapeError, match=r"bias.*\(2,\).*\(5,\)"):
        layer.set_weights([np.zeros((3, 2)), np.zeros(5)])
    with pytest.raises(ShapeError, match="2 weights and 1"):
        layer.set_weights([np.zeros((3, 2))])
    for now, then in zip(layer.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_losses_of_regularizers_and_of_the_last_call_only():
    layer = mg.layers.Dense(
        2, kernel_initializer="ones", kernel_regularizer=mg.regularizers.L2(0.5), activity_regularizer="l1"
    )
    for _ in range(2):
        layer(np.ones((4, 3)))
    values = sorted(float(loss) for loss in layer.losses)
    # activity: 0.01 * sum |y| / batch = 0.01 * (4 * 2 * 3) / 4; kernel: 0.5 * 6
    np.testing.assert_allclose(values, [0.06, 3.0], rtol=1e-6)


def test_add_loss_carries_gradients():
    class Penalty(Scale):
        def call(self, inputs, training=False):
            self.add_loss((self.factor * self.factor).sum())
            return inputs

    layer = Penalty()
    layer(np.ones((1, 2)))
    layer.losses[0].backward()
    np.testing.assert_array_equal(layer.factor.grad, [2.0, 2.0])


def test_the_output_shape_of_a_layer_of_your_own_is_found_by_trying():
    class Halve(mg.layers.Layer):
        def call(self, inputs):
            return inputs[:, ::2]

    assert Halve().compute_output_shape((None, 7, 3)) == (None, 4, 3)
    assert Halve().compute_output_shape((None, None)) == (None, None)


def test_an_error_inside_a_call_says_which_layer():
    layer = mg.layers.Conv2D(16, 3, name="eyes")
    layer(np.ones((1, 28, 28, 3)))
    with pytest.raises(ShapeError, match=r"4 channels.*expects 3") as caught:
        layer(np.ones((32, 28, 28, 4)))
    assert caught.value.__notes__ == [
        "  in layer 'eyes' (Conv2D), built for (None, 28, 28, 3), called on (32, 28, 28, 4)"
    ]


def test_unknown_arguments_are_named_and_a_missing_super_init_is_told():
    with pytest.raises(UnknownArgumentError, match=r"Dense.*'unit'.*units"):
        mg.layers.Dense(3, unit=2)

    class Forgot(mg.layers.Layer):
        def __init__(self):
            pass

        def call(self, inputs):
            return inputs

    with pytest.raises(RuntimeError, match=r"super\(\).__init__"):
        Forgot()(np.ones(3))


def test_bad_names_and_dtypes():
    with pytest.raises(ValueError, match="name must be a string"):
        mg.layers.Dense(1, name=3)
    with pytest.raises(TypeError, match="unknown dtype"):
        mg.layers.Dense(1, dtype="float3")


def test_input_spec():
    spec = mg.InputSpec(shape=(None, 3))
    spec.check("layer", (7, 3))
    with pytest.raises(ShapeError, match="axis 1 must have size 3"):
        spec.check("layer", (7, 4))
    for spec, shape, text in (
        (mg.InputSpec(ndim=2), (1, 2, 3), "must have 2 axes"),
        (mg.InputSpec(min_ndim=3), (1, 2), "at least 3 axes"),
        (mg.InputSpec(max_ndim=1), (1, 2), "at most 1 axes"),
        (mg.InputSpec(axes={4: 1}), (1, 2), "must have an axis 4"),
    ):
        with pytest.raises(ShapeError, match=text):
            spec.check("layer", shape)
    with pytest.raises(TypeError, match="must be int32"):
        mg.InputSpec(dtype="int32").check("layer", (1,), "float32")


def test_layers_can_be_copied():
    layer = mg.layers.Dense(2)
    layer(np.ones((1, 3)))
    other = copy.deepcopy(layer)
    other.kernel.assign(np.zeros((3, 2)))
    assert np.any(layer.kernel.numpy())
    assert other.trainable_variables[0] is other.kernel
