"""What a layer may be called on and built for, where its weights stand, and what it says of a wrong call."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.errors import ShapeError, UnknownArgumentError

# -- structures of inputs, and builds of several shapes ---------------------------------------------


class OfDict(layers.Layer):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(2)

    def call(self, inputs):
        result = self.dense(inputs["a"])
        return result if inputs.get("b") is None else result + self.dense(inputs["b"])


@pytest.mark.parametrize("make", [mg.KerasTensor, np.ones], ids=["symbolic", "numbers"])
def test_a_layer_without_build_is_called_on_a_dict(make):
    for inputs in ({"a": make((3, 4)), "b": make((3, 4))}, {"a": make((3, 4)), "b": None}):
        layer = OfDict()
        assert layer(inputs).shape == (3, 2)
        assert [weight.shape for weight in layer.weights] == [(4, 2), (2,)]


def test_build_gets_a_dict_of_shapes_for_a_dict():
    class Sums(layers.Layer):
        def build(self, shapes):
            self.shapes = shapes

        def call(self, inputs):
            return inputs["x"] + inputs["y"]

        def compute_output_shape(self, shapes):
            return shapes["x"]

    layer = Sums()
    assert layer({"x": np.ones((2, 3)), "y": np.ones((2, 1))}).shape == (2, 3)
    assert layer.shapes == {"x": (2, 3), "y": (2, 1)}
    assert layer.get_build_config() == {"input_shape": {"x": (None, 3), "y": (None, 1)}}
    start = {"x": mg.Input((3,)), "y": mg.Input((1,))}
    assert mg.Model(start, Sums()(start)).output_shape == (None, 3)
    assert mg.Sequential([Sums()])({"x": np.ones((2, 3)), "y": np.ones((2, 1))}).shape == (2, 3)


class Pair(layers.Layer):
    def build(self, right_shape, left_shape=None):
        self.shapes = right_shape, left_shape

    def call(self, left, right, more=None):
        return left + right


def test_build_gets_the_shapes_of_the_arguments_that_it_is_named_after():
    layer = Pair()
    layer(np.ones((2, 3)), np.ones((2, 1)))
    assert layer.shapes == ((2, 1), (2, 3))
    assert layer.get_build_config() == {
        "shapes_dict": {"right_shape": (None, 1), "left_shape": (None, 3)},
    }
    other = Pair()
    other.build_from_config({"shapes_dict": {"right_shape": [None, 1], "left_shape": [None, 3]}})
    assert other.shapes == ((None, 1), (None, 3))


def test_build_with_an_argument_that_is_named_after_nothing():
    class Wrong(Pair):
        def build(self, left_shape, units):
            """Never reached."""

    class AlsoWrong(Pair):
        def build(self, left_shape, middle_shape):
            """Never reached."""

    for layer, name in ((Wrong(), "units"), (AlsoWrong(), "middle_shape")):
        with pytest.raises(ValueError, match=f"'{name}' is not; call.. has left, right, more"):
            layer(np.ones((2, 3)), np.ones((2, 3)))


def test_autocast_off_leaves_the_inputs_dtype():
    class Same(layers.Layer):
        def call(self, inputs):
            return inputs

    assert Same()(np.ones(2, np.float64)).dtype == np.float32
    assert Same(autocast=False)(np.ones(2, np.float64)).dtype == np.float64


def test_masks_are_refused_but_none_is_one():
    assert layers.Dense(2)(np.ones((1, 3)), mask=None).shape == (1, 2)
    with pytest.raises(ValueError, match="masks are not supported"):
        layers.Dense(2)(np.ones((1, 3)), mask=np.ones(1, bool))


def test_a_last_axis_that_may_be_squeezed():
    spec = mg.InputSpec(shape=(None, 28, 28, 1), allow_last_axis_squeeze=True)
    spec.check("net", (3, 28, 28))
    spec.check("net", (3, 28, 28, 1))
    for shape in ((3, 28, 28, 3), (3, 28), (3, 27, 28)):
        with pytest.raises(ShapeError, match="net: the input"):
            spec.check("net", shape)
    assert mg.InputSpec.from_config(spec.get_config()).shape == spec.shape
    assert repr(mg.InputSpec(min_ndim=2, axes={-1: 3})) == "InputSpec(min_ndim=2, axes={-1: 3})"


def test_specs_of_a_dict():
    class Two(layers.Layer):
        input_spec = (mg.InputSpec(name="y", ndim=2), mg.InputSpec(name="x", ndim=3))

        def call(self, inputs):
            return inputs["x"]

    assert Two()({"x": np.ones((1, 2, 3)), "y": np.ones((1, 2))}).shape == (1, 2, 3)
    with pytest.raises(ShapeError, match="must have 3 axes"):
        Two()({"x": np.ones((1, 2)), "y": np.ones((1, 2))})


# -- where weights stand ----------------------------------------------------------------------------


class Block(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.inner = layers.Dense(2, name="inner")

    def build(self, input_shape):
        self.factor = self.add_weight(input_shape[-1:], name="factor")
        self.inner.build(input_shape)

    def call(self, inputs):
        return self.inner(inputs * self.factor)


class Net(mg.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.block = Block(name="block")
        self.rest = [layers.Dense(2, name="a"), mg.Sequential([layers.Dense(3, name="b")], name="line")]

    def call(self, inputs):
        x = self.block(inputs)
        for layer in self.rest:
            x = layer(x)
        return x


KERNELS = [  # as Keras 3.15 names them
    "net/block/factor",
    "net/block/inner/kernel",
    "net/a/kernel",
    "net/line/b/kernel",
]


def kernels(layer):
    return [weight.path for weight in layer.weights if weight.name != "bias"]


def test_a_path_leads_through_the_layers_around():
    net = Net(name="net")
    assert net.path is None
    net(np.ones((1, 4)))
    assert kernels(net) == KERNELS
    assert (net.path, net.block.inner.path) == ("net", "net/block/inner")
    other = Net(name="net")
    other.build((None, 4))
    assert kernels(other) == KERNELS


def test_the_path_of_a_layer_that_was_built_before_stays():
    start = mg.Input((4,))
    assert kernels(mg.Model(start, Block(name="block")(start), name="net")) == [
        "block/factor",
        "block/inner/kernel",
    ]
    inner = mg.Sequential([mg.Input((4,)), layers.Dense(2, name="d")], name="in")
    outer = mg.Sequential([mg.Input((4,)), inner, layers.Dense(1, name="e")], name="out")
    assert kernels(outer) == ["in/d/kernel", "out/e/kernel"]


def test_an_error_in_a_build_leaves_no_path_behind():
    class Fails(layers.Layer):
        def build(self, input_shape):
            raise RuntimeError("no")

        def call(self, inputs):
            return inputs

    with pytest.raises(RuntimeError, match="no"):
        Fails()(np.ones((1, 2)))
    layer = layers.Dense(1, name="d")
    layer(np.ones((1, 2)))
    assert layer.kernel.path == "d/kernel"


# -- parts are found whenever they come -------------------------------------------------------------


def test_layers_that_come_and_go():
    class Chain(mg.Model):
        def __init__(self):
            super().__init__()
            self.chain = []

        def call(self, inputs):
            for layer in self.chain:
                inputs = layer(inputs)
            return inputs

    net = Chain()
    assert net.layers == []
    net.chain.append(layers.Dense(2))
    net(np.ones((1, 3)))
    assert len(net.trainable_variables) == 2
    net.chain.append(layers.Dense(2))
    net(np.ones((1, 3)))
    assert len(net.trainable_variables) == 4
    net.more = (1, [{"deep": layers.Dense(1)}])
    assert len(net.layers) == 3
    net.more[1].append(layers.Dense(1))
    assert len(net.layers) == 4
    del net.more
    assert len(net.layers) == 2
    net.chain = net.chain[:1]
    assert len(net.trainable_variables) == 2
    for twin in (copy.deepcopy(net), pickle.loads(pickle.dumps(mg.Sequential([layers.Dense(2)])))):
        assert len(twin.layers) == 1


# -- arguments --------------------------------------------------------------------------------------


def test_add_weight_by_position_and_by_name():
    class Weighs(layers.Layer):
        def build(self, input_shape):
            self.first = self.add_weight((2,), "ones", "float64", name="first")
            self.second = self.add_weight(shape=[3], autocast=False, aggregation="mean")

        def call(self, inputs):
            return inputs

    layer = Weighs()
    layer.build((1, 2))
    assert [(w.shape, w.dtype.name) for w in layer.weights] == [((2,), "float64"), ((3,), "float32")]
    with pytest.raises(ValueError, match=r"name is given by name: add_weight\(shape=..., name='kernel'\)"):
        layer.add_weight("kernel", shape=(3,))
    with pytest.raises(ValueError, match=r"needs a tuple as shape, such as \(3,\); got 3"):
        layer.add_weight(shape=3)
    with pytest.raises(TypeError, match="by position or by name"):
        layer.add_weight((3,), shape=(3,))
    with pytest.raises(TypeError, match="by position or by name"):
        layer.add_weight((3,), "ones", None, True)
    with pytest.raises(ValueError, match="overwrite_with_gradient"):
        layer.add_weight((3,), overwrite_with_gradient=True)


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (
            lambda: layers.AveragePooling2D(),
            TypeError,
            r"^AveragePooling2D.__init__\(\) missing .*'pool_size'",
        ),
        (lambda: layers.Conv1D(3), TypeError, r"^Conv1D.__init__\(\) missing .*'kernel_size'"),
        (lambda: layers.Dense(3, actvation="relu"), UnknownArgumentError, "did you mean 'activation'"),
        (lambda: layers.Dense(3, trainable="no"), ValueError, "trainable must be True or False; got 'no'"),
        (lambda: layers.Dropout(0.5, noise_shape=(2, -1)), ValueError, r"noise_shape .* got \(2, -1\)"),
        (lambda: layers.Dropout(0.5, noise_shape="ab"), ValueError, "noise_shape must be a tuple"),
        (lambda: layers.Dense(3)("text"), TypeError, "called on a tensor or an array; got 'text'"),
        (lambda: layers.Flatten()(5), ShapeError, "at least 1 axes"),
        (lambda: layers.Dense(3)(np.ones(4)), ShapeError, r"got shape \(4,\); if the batch axis is missing"),
        (
            lambda: layers.Conv2D(3, 3)(np.ones((8, 8, 3))),
            ShapeError,
            r"if the batch axis is missing, x\[None\]",
        ),
    ],
)
def test_wrong_calls(make, error, text):
    with pytest.raises(error, match=text):
        make()


def test_the_notes_of_an_error_tell_what_each_layer_was_called_on():
    net = mg.Sequential([mg.Input((4, 4, 1)), layers.Flatten(), layers.Dense(2, name="d")], name="net")
    with pytest.raises(ShapeError, match=r"d: the input's axis -1 must have size 16") as caught:
        net(np.ones((1, 5, 4, 1)))
    assert [note.strip() for note in caught.value.__notes__] == [
        "in layer 'd' (Dense), built for (None, 16), called on (1, 20)",
        "in layer 'net' (Sequential), built for (None, 4, 4, 1), called on (1, 5, 4, 1)",
    ]


def test_dtypes_have_keras_names():
    layer = layers.Dense(2, dtype="float64")
    assert (layer.compute_dtype, layer.variable_dtype) == ("float64", "float64")
    assert layers.SpatialDropout1D(0.5, None, "drop", "float64").name == "drop"


def test_a_dense_without_activation_and_an_embedding_that_is_built_for_nothing():
    dense = layers.Dense(2, activation="relu", kernel_initializer="ones")
    dense.activation = None
    assert dense(-np.ones((1, 3))).tolist() == [[-3.0, -3.0]]
    table = layers.Embedding(3, 2)
    table.build()
    assert table.embeddings.shape == (3, 2)


def test_what_adapt_has_measured_can_be_read():
    layer = layers.Normalization()
    assert layer.mean is None
    layer.adapt(np.array([[0.0, 7.0], [2.0, 9.0]]))
    np.testing.assert_array_equal(layer.mean, [[1.0, 8.0]])
    np.testing.assert_array_equal(layer.variance, [[1.0, 1.0]])
    assert layers.Normalization(mean=3.0, variance=2.0).mean == 3.0


def test_an_input_that_begins_at_a_tensor():
    start = mg.Input((3,))
    middle = layers.Dense(4)(start)
    end = layers.Dense(2)(middle)
    assert mg.Input(tensor=middle) is middle
    assert mg.Model(middle, end).count_params() == 10
    assert mg.Input((np.int64(3),)).shape == (None, 3)
