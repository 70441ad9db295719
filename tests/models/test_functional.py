"""Models that are made of symbolic inputs and outputs."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers, ops
from minigrad.errors import ShapeError


def weights_of(*parts):
    return [weight for part in parts for weight in part.weights]


# -- one input, one output -------------------------------------------------------------------------


def test_it_computes_what_the_layers_and_ops_compute():
    x = mg.Input((4,), name="x")
    first, second = layers.Dense(3, activation="relu"), layers.Dense(2)
    model = mg.Model(x, second(first(x) * 2.0) + 1.0)
    data = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")
    expected = np.maximum(data @ first.kernel + first.bias, 0) * 2 @ second.kernel + second.bias + 1
    np.testing.assert_allclose(model(data), expected, rtol=1e-5)
    np.testing.assert_allclose(model.predict(data, verbose=0), expected, rtol=1e-5)
    assert model.input_shape == (None, 4)
    assert model.output_shape == (None, 2)
    assert model.inputs == [x]
    assert model.input is x
    assert model.outputs[0] is model.output
    assert model.input_names == ["x"]
    assert [layer.name for layer in model.layers] == ["x", first.name, second.name]
    assert model.weights == weights_of(first, second)
    assert model.built


def test_it_trains():
    x = mg.Input((2,))
    h = layers.Dense(8, activation="tanh")(x)
    model = mg.Model(x, layers.Dense(1)(ops.concatenate([h, x], axis=-1)))
    model.compile(optimizer="adam", loss="mse")
    data = np.random.default_rng(0).normal(size=(64, 2)).astype("float32")
    losses = model.fit(data, data[:, :1] * data[:, 1:], epochs=5, verbose=0).history["loss"]
    assert losses[-1] < losses[0]


def test_names_are_counted_as_keras_does():
    x = mg.Input((2,))
    first, second = mg.Model(x, x * 1.0), mg.Model(x, x * 1.0)
    number = int(first.name.removeprefix("functional").removeprefix("_") or 0)
    assert second.name == f"functional_{number + 1}"
    assert mg.Model(x, x * 1.0, name="mine").name == "mine"
    assert mg.Model(x, x * 1.0, "mine").name == "mine"


def test_a_shared_layer_has_its_weights_once_and_a_call_for_each_use():
    a, b = mg.Input((3,)), mg.Input((3,))
    shared = layers.Dense(2)
    model = mg.Model([a, b], shared(a) - shared(b))
    assert model.count_params() == 8
    assert len(shared._inbound_nodes) == 2
    data = np.ones((2, 3))
    np.testing.assert_array_equal(model([data, data]), np.zeros((2, 2)))
    grads = mg.GradientTape(persistent=True)
    with grads as tape:
        loss = (model([data, 2 * data]) ** 2).sum()
    assert tape.gradient(loss, shared.kernel).shape == (3, 2)


def test_intermediate_results_are_dropped_as_soon_as_nobody_needs_them():
    x = mg.Input((1000,))
    y = x
    for _ in range(4):
        y = y + 1.0
    model = mg.Model(x, y)
    freed = [len(step[-1]) for step in model._graph._steps]
    assert freed == [1, 1, 1, 1]
    both = mg.Model(x, [y, x])
    assert [len(step[-1]) for step in both._graph._steps] == [0, 1, 1, 1]
    np.testing.assert_array_equal(both(np.zeros((1, 1000)))[1], np.zeros((1, 1000)))


def test_it_may_be_deeper_than_pythons_recursion_limit():
    x = mg.Input((2,))
    y = x
    for _ in range(1500):
        y = y + 1.0
    model = mg.Model(x, y)
    np.testing.assert_array_equal(model(np.zeros((1, 2))), np.full((1, 2), 1500))


# -- several inputs and outputs --------------------------------------------------------------------


def two_inputs(structure):
    a, b = mg.Input((3,), name="a"), mg.Input((3,), name="b")
    return mg.Model(structure(a, b), a - b)


ONE, TWO = np.ones((2, 3), "float32"), np.full((2, 3), 2.0, "float32")


@pytest.mark.parametrize(
    ("structure", "given"),
    [
        (lambda a, b: [a, b], [ONE, TWO]),
        (lambda a, b: [a, b], (ONE, TWO)),
        (lambda a, b: [a, b], {"b": TWO, "a": ONE}),
        (lambda a, b: (a, b), [mg.Tensor(ONE), TWO]),
        (lambda a, b: {"b": b, "a": a}, {"a": ONE, "b": TWO}),
        (lambda a, b: {"other": b, "a": a}, {"a": ONE, "other": TWO}),
        (lambda a, b: {"a": a, "rest": [{"b": b}]}, {"a": ONE, "rest": [{"b": TWO}]}),
        (lambda a, b: [a, b], [ONE[..., None], TWO]),  # an axis of size 1 too many
        (lambda a, b: [a, b], [ONE.astype("float64"), TWO.astype("int32")]),
    ],
)
def test_inputs_are_taken_in_their_structure_or_by_name(structure, given):
    output = two_inputs(structure)(given)
    np.testing.assert_array_equal(output, ONE - TWO)
    assert output.dtype == np.float32


@pytest.mark.parametrize(
    ("structure", "given", "text"),
    [
        (lambda a, b: [a, b], ONE, r"expects 2 input\(s\): \['a' of shape \(None, 3\), 'b'.*got a tensor"),
        (lambda a, b: [a, b], [ONE], "expects 2 input"),
        (lambda a, b: [a, b], [ONE, TWO, TWO], "expects 2 input"),
        (lambda a, b: [a, b], {"a": ONE, "c": TWO}, "'b' is missing; got 'a', 'c'"),
        (lambda a, b: {"a": a, "b": b}, [ONE, TWO], r"named input\(s\) with keys \{'a'"),
        (lambda a, b: {"a": a, "b": b}, ONE, r"named input\(s\) with keys"),
        (lambda a, b: {"c": a, "d": b}, {"a": ONE, "b": TWO}, "named input"),
        (lambda a, b: [a, b], [ONE, None], "input 'b' is not optional, and None"),
        (lambda a, b: [a, [b]], [ONE, [TWO, TWO]], "expects 1 input"),
    ],
)
def test_another_structure_is_refused(structure, given, text):
    with pytest.raises(ValueError, match=text):
        two_inputs(structure)(given)


@pytest.mark.parametrize("given", [np.zeros((2, 4)), np.zeros((2, 3, 2)), np.zeros(3), np.zeros((2, 0))])
def test_another_shape_is_refused_and_the_input_named(given):
    x = mg.Input((3,), name="pixels")
    model = mg.Model(x, layers.Dense(2)(x), name="net")
    with pytest.raises(ShapeError, match=r"net: the input 'pixels' must have shape \(None, 3\); got shape"):
        model(given)


def test_the_place_of_an_input_in_a_structure_is_told():
    x = mg.Input((3,), name="x")
    model = mg.Model([{"first": x}], x * 2.0)
    with pytest.raises(ShapeError, match=r"input 'x' \(at 0.first\)"):
        model([{"first": np.zeros((2, 5))}])


def test_names_that_are_not_inputs_are_told():
    model = two_inputs(lambda a, b: [a, b])
    with pytest.warns(UserWarning, match="no input named 'c'"):
        model({"a": ONE, "b": TWO, "c": TWO})


def test_a_missing_last_axis_of_size_1_is_added():
    x = mg.Input((28, 28, 1))
    model = mg.Model(x, layers.Conv2D(2, 3)(x))
    assert model(np.zeros((5, 28, 28))).shape == (5, 26, 26, 2)
    assert mg.Sequential([mg.Input((28, 28, 1)), layers.Conv2D(2, 3)])(np.zeros((5, 28, 28))).shape[0] == 5


def test_outputs_come_in_their_structure():
    x = mg.Input((3,))
    a, b = layers.Dense(2, name="first")(x), layers.Dense(4, name="second")(x)
    data = np.ones((5, 3))
    for outputs, shapes in (
        ([a, b], [(5, 2), (5, 4)]),
        ((a, b), ((5, 2), (5, 4))),
        ({"a": a, "rest": [b]}, {"a": (5, 2), "rest": [(5, 4)]}),
        ([a], [(5, 2)]),
    ):
        model = mg.Model(x, outputs)
        found = model(data)
        assert type(found) is type(outputs)
        assert mg.autodiff.structures.map_leaves(lambda one: one.shape, found) == shapes
    assert mg.Model(x, {"b": b, "a": a}).output_names == ["first", "second"]
    assert mg.Model(x, [a, b]).output_shape == [(None, 2), (None, 4)]


def test_an_input_may_be_an_output_and_may_be_unused():
    a, b = mg.Input((2,), name="a"), mg.Input((2,), name="b")
    model = mg.Model([a, b], {"same": a, "twice": a * 2.0})
    out = model([ONE[:, :2], TWO[:, :2]])
    np.testing.assert_array_equal(out["same"], ONE[:, :2])
    assert {layer.name for layer in model.layers} == {"a", "b"}


def test_optional_inputs():
    class Maybe(layers.Layer):
        def call(self, x, y=None):
            return x if y is None else x + y

    a, b = mg.Input((3,)), mg.Input((3,), optional=True)
    model = mg.Model([a, b], Maybe()(a, b))
    np.testing.assert_array_equal(model([ONE, None]), ONE)
    np.testing.assert_array_equal(model([ONE, TWO]), ONE + TWO)


def test_inputs_have_dtypes():
    ids, half = mg.Input((2,), dtype="int32"), mg.Input((2,), dtype="float64")
    model = mg.Model([ids, half], [ids + 1, half / 3.0])
    a, b = model([np.ones((1, 2)), np.ones((1, 2))])
    assert a.dtype == np.int32
    assert b.dtype == np.float64
    assert b[0, 0].item() == 1 / 3


# -- training mode, losses, freezing ---------------------------------------------------------------


def test_training_is_handed_down_and_may_be_fixed_for_a_layer():
    x = mg.Input((50,))
    free, fixed = layers.Dropout(0.5)(x), layers.Dropout(0.5)(x, training=True)
    model = mg.Model(x, [free, fixed])
    data = np.ones((4, 50), "float32")

    def dropped(*outputs):
        return [bool((output.numpy() == 0).any()) for output in outputs]

    assert dropped(*model(data)) == [False, True]
    assert dropped(*model(data, training=True)) == [True, True]
    assert dropped(*model(data, training=False)) == [False, True]
    outer = mg.Model(x, model(x))
    assert dropped(*outer(data, training=True)) == [True, True]


def test_batch_normalization_is_not_changed_by_symbolic_calls():
    x = mg.Input((3,))
    layer = layers.BatchNormalization()
    model = mg.Model(x, layer(x, training=True))
    np.testing.assert_array_equal(layer.moving_mean, np.zeros(3))
    model(np.ones((4, 3)))
    assert np.all(layer.moving_mean.numpy() > 0)


def test_losses_of_layers_inside_count_and_are_those_of_the_last_call():
    class Penalty(layers.Layer):
        def call(self, inputs):
            self.add_loss((inputs * inputs).sum())
            return inputs

    x = mg.Input((2,))
    inner = mg.Model(x, Penalty()(x))
    model = mg.Model(x, layers.Dense(1, kernel_regularizer="l2")(inner(x)))
    assert len(model.losses) == 1  # the regularizer's: symbolic calls add none
    for _ in range(3):
        model(np.ones((1, 2)))
    assert len(model.losses) == 2
    assert float(model.losses[0]) == 2.0
    with pytest.raises(ValueError, match=r"add_loss needs numbers.*call\(\)"):
        model.add_loss(model.output)


def test_freezing_reaches_nested_models():
    x = mg.Input((3,))
    inner = mg.Model(x, layers.Dense(2)(x), name="inner")
    model = mg.Model(x, layers.Dense(1)(inner(x)))
    inner.trainable = False
    assert [weight.shape for weight in model.trainable_weights] == [(2, 1), (1,)]
    model.trainable = False
    assert not model.trainable_weights
    assert len(model.non_trainable_weights) == 4
    inner.trainable = True
    assert not model.trainable_weights  # a frozen model has none, whatever is inside
    assert len(inner.trainable_weights) == 2
    assert mg.Model(x, layers.Dense(1)(x), trainable=False).trainable_weights == []


# -- parts of models -------------------------------------------------------------------------------


def test_features_of_any_layer():
    x = mg.Input((8, 8, 1))
    model = mg.Model(x, layers.Dense(3)(layers.Flatten()(layers.Conv2D(2, 3, name="conv")(x))))
    features = mg.Model(model.inputs, [layer.output for layer in model.layers])
    data = np.random.default_rng(0).normal(size=(2, 8, 8, 1)).astype("float32")
    outputs = features(data)
    assert [output.shape for output in outputs] == [(2, 8, 8, 1), (2, 6, 6, 2), (2, 72), (2, 3)]
    np.testing.assert_array_equal(outputs[-1], model(data))
    assert features.get_layer("conv") is model.get_layer("conv")


def test_features_of_a_sequential():
    model = mg.Sequential([mg.Input((4,)), layers.Dense(3, name="hidden"), layers.Dense(2)])
    features = mg.Model(model.inputs, model.get_layer("hidden").output)
    assert features(np.ones((2, 4))).shape == (2, 3)
    assert model.layers[1].input is model.layers[0].output
    later = mg.Sequential([layers.Dense(3), layers.Dense(2)])
    with pytest.raises(AttributeError, match="has no inputs"):
        _ = later.inputs
    with pytest.raises(AttributeError, match="never called on a symbolic tensor"):
        _ = later.layers[0].output
    later(np.ones((2, 4)))
    assert mg.Model(later.inputs, later.layers[0].output).output_shape == (None, 3)
    later.pop()
    later.add(layers.Dense(7))
    assert later.outputs[0].shape == (None, 7)
    assert len(later.layers[0]._inbound_nodes) == 1


def test_a_model_may_begin_within_another():
    x = mg.Input((4,))
    a = layers.Dense(3, name="a")(x)
    b = layers.Dense(2, name="b")(a)
    c = layers.Dense(1, name="c")(b + a[:, :2])
    whole, tail = mg.Model(x, c), mg.Model([a, b], c)
    assert [layer.name for layer in tail.layers if not isinstance(layer, layers.InputLayer)] == ["c"]
    assert all(isinstance(one._history[0].operation, layers.InputLayer) for one in tail.inputs)
    data = np.random.default_rng(0).normal(size=(2, 4)).astype("float32")
    middle = mg.Model(x, [a, b])(data)
    np.testing.assert_array_equal(tail(middle), whole(data))
    with pytest.raises(ValueError, match="not connected"):
        mg.Model(b, c)  # a is needed, too


def test_models_are_layers():
    x = mg.Input((4,))
    inner = mg.Model(x, [layers.Dense(3)(x), layers.Dense(2)(x)], name="inner")
    a, b = inner(x)
    model = mg.Model(x, layers.Dense(1)(ops.concatenate([a, b], axis=-1)))
    assert model.count_params() == inner.count_params() + 6
    assert model.get_layer("inner") is inner
    assert model(np.ones((3, 4))).shape == (3, 1)
    wide = mg.Input((None, 4))
    time = mg.Model(wide, layers.Dense(2)(wide))
    assert time(mg.Input((7, 4))).shape == (None, 7, 2)  # worked out for the new shape
    assert time.compute_output_shape((None, 5, 4)) == (None, 5, 2)
    with pytest.raises(ShapeError, match="must have shape"):
        time(mg.Input((7, 5)))


def test_a_sequential_may_hold_and_be_held():
    x = mg.Input((4,))
    inner = mg.Model(x, layers.Dense(3)(x))
    model = mg.Sequential([inner, layers.Dense(2)])  # the shape is known from the model
    assert model.built
    assert model.output_shape == (None, 2)
    late = mg.Sequential([layers.Dense(5)])
    outer = mg.Model(x, late(x))
    assert outer.count_params() == 25


# -- errors ----------------------------------------------------------------------------------------


def test_outputs_that_do_not_come_from_the_inputs():
    a, b = mg.Input((2,), name="left"), mg.Input((2,), name="right")
    with pytest.raises(ValueError, match=r"output is not connected.*name=right> of 'right'.*disconnected"):
        mg.Model(a, layers.Dense(1)(a + b))
    with pytest.raises(ValueError, match="output 'second' is not connected"):
        mg.Model(a, {"first": a * 2.0, "second": b * 3.0})
    with pytest.raises(ValueError, match="not connected"):
        mg.Model(a, mg.KerasTensor((None, 2)) * 2.0)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda x: mg.Model(x), "outputs is missing"),
        (lambda x: mg.Model(outputs=x), "inputs is missing"),
        (lambda x: mg.Model(np.zeros(3), x), "inputs must be symbolic tensors.*ndarray"),
        (lambda x: mg.Model({"a": "x"}, x), "inputs must be symbolic.*'x'"),
        (lambda x: mg.Model(x, "out"), "outputs must be symbolic tensors.*'out'"),
        (lambda x: mg.Model([], x), "inputs must hold at least one"),
        (lambda x: mg.Model([x, x], x * 2.0), "given twice"),
        (lambda x: mg.Model(x, layers.Dense(1, name="d")(layers.Dense(1, name="d")(x))), "2 .* named 'd'"),
    ],
)
def test_what_makes_no_model(make, text):
    with pytest.raises(ValueError, match=text):
        make(mg.Input((2,)))


def test_a_layer_that_is_used_again_with_another_shape():
    layer = layers.Dense(3, name="scores")
    layer(mg.Input((4,)))
    with pytest.raises(ShapeError, match=r"size 4; got shape \(None, 5\)") as caught:
        layer(mg.Input((5,)))
    assert "built for (None, 4)" in caught.value.__notes__[-1]
    conv = layers.Conv2D(2, 3)
    conv(mg.Input((8, 8, 1)))
    with pytest.raises(ShapeError):
        conv(mg.Input((8, 8, 3)))


def test_an_unknown_size_that_a_weight_needs():
    with pytest.raises(ShapeError, match=r"kernel.*\(None, 3\).*must be known"):
        layers.Dense(3)(mg.Input((None,)))


def test_masks_are_refused():
    x = mg.Input((3,))
    model = mg.Model(x, layers.Dense(1)(x))
    assert model(np.ones((1, 3)), mask=None).shape == (1, 1)
    with pytest.raises(ValueError, match="masks are not supported"):
        model(np.ones((1, 3)), mask=np.ones(1))


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: mg.Input((3,), sparse=True), "sparse.*not supported"),
        (lambda: mg.Input((-1, 3)), "shape must be integers >= 0"),
        (lambda: mg.Input(("a",)), "shape must be integers"),
        (lambda: mg.Input((3,), batch_shape=(None, 3)), "either shape or batch_shape"),
        (lambda: mg.Input(batch_shape=(None, 3), batch_size=4), "batch_size only with shape"),
        (lambda: mg.Input(tensor=np.zeros(3)), "must be a symbolic tensor; got ndarray"),
        (lambda: mg.Input((4,), tensor=mg.Input((3,))), r"the shape is the tensor's, \(None, 3\)"),
        (lambda: mg.Input(tensor=mg.Input((3,)), batch_size=4), "the shape is the tensor's"),
        (lambda: mg.Input(tensor=mg.Input((3,)), dtype="int32"), "the dtype is the tensor's, float32"),
    ],
)
def test_inputs_that_are_none(make, text):
    with pytest.raises(ValueError, match=text):
        make()


def test_input():
    x = mg.Input((3,), batch_size=5, dtype="int32", name="ids")
    assert (x.shape, x.dtype, x.name) == ((5, 3), "int32", "ids")
    assert mg.Input(tensor=x).shape == (5, 3)
    assert mg.Input(batch_shape=(None, None, 3)).shape == (None, None, 3)
    assert mg.Input(()).shape == (None,)
    with pytest.raises(ShapeError, match=r"must have shape \(5, 3\); got shape \(4, 3\)"):
        mg.Model(x, x + 1)(np.ones((4, 3)))


# -- subclasses ------------------------------------------------------------------------------------


class Net(mg.Model):
    def __init__(self):
        super().__init__()
        self.conv = layers.Conv2D(4, 3)
        self.inner = mg.Sequential([layers.Flatten(), layers.Dense(3)])

    def call(self, inputs, training=None):
        return self.inner(self.conv(inputs))


def test_a_subclass_can_be_called_on_symbolic_tensors():
    net = Net()
    y = net(mg.Input((8, 8, 1)))
    assert y.shape == (None, 3)
    assert net.count_params() == 40 + 144 * 3 + 3
    assert net.conv.output_shape == (None, 6, 6, 4)  # of the layers inside, from a call on numbers
    assert net.output_shape == (None, 3)
    text = []
    net.summary(print_fn=text.append)
    assert "?" not in text[0]
    outer = mg.Model(*(lambda x: (x, net(x)))(mg.Input((8, 8, 1))))
    assert outer(np.zeros((2, 8, 8, 1))).shape == (2, 3)
    assert net._graph is None


def test_unknown_sizes_stay_unknown_in_the_layers_of_a_subclass():
    class Pool(mg.Model):
        def __init__(self):
            super().__init__()
            self.conv = layers.Conv2D(4, 3, padding="same")

        def call(self, inputs):
            return self.conv(inputs).mean(axis=(1, 2))

    net = Pool()
    assert net(mg.Input((None, None, 3))).shape == (None, 4)
    assert net.conv.output_shape == (None, None, None, 4)


def test_a_trial_call_leaves_no_trace_but_shapes():
    class Counts(layers.Layer):
        def __init__(self):
            super().__init__()
            self.calls = self.add_weight((), "zeros", trainable=False)

        def call(self, inputs):
            self.calls.assign_add(1.0)
            self.add_loss(inputs.sum())
            return inputs[:, ::2]

    layer = Counts()
    assert layer(mg.Input((5,))).shape == (None, 3)
    assert layer.calls.item() == 0
    assert layer.losses == []


def test_integer_inputs_keep_their_dtype_through_layers_that_only_arrange():
    x = mg.Input((2, 2), dtype="int32")
    assert layers.Flatten()(x).dtype == np.int32


def test_a_subclass_may_name_inputs_and_outputs():
    class Tower(mg.Model):
        def __init__(self, units, name=None):
            x = mg.Input((4,))
            self.dense = layers.Dense(units)
            super().__init__(inputs=x, outputs=self.dense(x), name=name)
            self.extra = layers.Dense(1)

    model = Tower(3)
    assert model.name.startswith("tower")
    assert model(np.ones((2, 4))).shape == (2, 3)
    assert [type(layer).__name__ for layer in model.layers] == ["InputLayer", "Dense"]
    model.extra.build((None, 2))
    assert model.count_params() == 15 + 3  # what hangs on the model belongs to it


def test_attributes_may_have_the_names_of_properties():
    class Net(mg.Model):
        def __init__(self):
            super().__init__()
            self.output = layers.Dense(2)
            self.inputs = "anything"

        def call(self, x):
            return self.output(x)

    net = Net()
    assert net(np.ones((1, 3))).shape == (1, 2)
    assert isinstance(net.output, layers.Dense)


def test_a_subclass_that_defines_nothing():
    with pytest.raises(NotImplementedError, match="must define call"):
        mg.Model()(np.ones((1, 2)))


# -- copies ----------------------------------------------------------------------------------------


def test_models_can_be_copied_and_pickled():
    x = mg.Input((4,))
    y = x
    for _ in range(60):
        y = layers.Dense(4, activity_regularizer="l2")(y)
    model = mg.Model(x, y)
    data = np.random.default_rng(0).normal(size=(2, 4)).astype("float32")
    expected = model(data).numpy()  # with losses that hold a graph
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        np.testing.assert_array_equal(other(data), expected)
        assert other.layers[1] is not model.layers[1]
        other.layers[1].kernel.assign(np.zeros((4, 4)))
        features = mg.Model(other.input, other.layers[1].output)
        np.testing.assert_array_equal(features(data), np.zeros((2, 4)))
    np.testing.assert_array_equal(model(data), expected)
