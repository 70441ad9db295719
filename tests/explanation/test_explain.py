"""explain: its numbers are those of the layers, and it changes nothing."""

import re

import numpy as np
import pytest

import minigrad as mg
from minigrad.errors import NotBuiltError, ShapeError
from minigrad.explanation.explain import Explanation, explain
from minigrad.models.inside import calls_inside

L = mg.layers


def text_of(explanation, topic):
    (text,) = [line.text for line in explanation.lines if line.topic == topic]
    return text


def lecture_cnn():
    return mg.Sequential(
        [
            mg.Input((28, 28, 1)),
            L.Conv2D(32, 3, padding="SAME", activation="relu"),
            L.MaxPool2D(padding="SAME"),
            L.Conv2D(64, 3, padding="SAME", activation="relu"),
            L.MaxPool2D(padding="SAME"),
            L.Conv2D(128, 3, padding="SAME", activation="relu"),
            L.MaxPool2D(padding="SAME"),
            L.Flatten(),
            L.Dense(256, activation="relu"),
            L.Dropout(0.4),
            L.Dense(10),
        ]
    )


# -- models ------------------------------------------------------------------------------------------


def test_the_lectures_model():
    found = mg.explain(lecture_cnn())
    assert found.parameters == 619_786
    # what the slides' loops would count, layer by layer
    assert [part.multiply_adds for part in found.parts if part.multiply_adds] == [
        28 * 28 * 32 * 9,
        14 * 14 * 64 * 9 * 32,
        7 * 7 * 128 * 9 * 64,
        2048 * 256,
        2560,
    ]
    assert found.multiply_adds == sum(part.multiply_adds for part in found.parts)
    assert [part.output_shape for part in found.parts][:3] == [
        (None, 28, 28, 32),
        (None, 14, 14, 32),
        (None, 14, 14, 64),
    ]
    assert (found.input_shape, found.output_shape) == ((None, 28, 28, 1), (None, 10))


def test_the_memory_is_that_of_the_arrays():
    model = lecture_cnn()
    calls, _ = calls_inside(model, np.zeros((1, 28, 28, 1), np.float32))
    sizes = [call.output._data.nbytes for call in calls[1:]]
    found = mg.explain(model)
    assert [part.activation_bytes for part in found.parts] == sizes
    assert found.activation_bytes == sum(sizes)


def test_another_size_than_the_model_was_built_for():
    model = mg.Sequential([mg.Input((None, None, 3)), L.Conv2D(4, 3), L.GlobalMaxPooling2D(), L.Dense(2)])
    with pytest.raises(
        ShapeError, match=r"every size but the batch's must be known .* \(None, None, None, 3\)"
    ):
        explain(model)
    found = explain(model, (32, 16, 3))
    assert found.parts[0].output_shape == (None, 30, 14, 4)
    assert found.parts[0].multiply_adds == 30 * 14 * 4 * 27


def test_models_inside_models_and_ops():
    image = mg.Input((8, 8, 1))
    inner = mg.Sequential([mg.Input((8, 8, 1)), L.Conv2D(2, 3, name="deep")], name="inner")
    x = inner(image)
    model = mg.Model(image, L.Flatten()(x * 2.0))
    found = explain(model)
    assert found.parts[0].title == "inner (Sequential)"
    assert found.parts[0].parts[0].title == "deep (Conv2D)"
    assert found.parts[1].title.endswith("(op)")
    assert found.multiply_adds == 6 * 6 * 2 * 9
    assert "deep (Conv2D)" in str(found)


class Net(mg.Model):
    def __init__(self):
        super().__init__()
        self.hidden = L.Dense(4, activation="relu")
        self.out = L.Dense(2)

    def call(self, inputs):
        return self.out(self.hidden(inputs))


def test_a_model_of_ones_own_stays_unbuilt():
    net = Net()
    found = explain(net, (3,))
    assert [part.multiply_adds for part in found.parts] == [12, 8]
    assert (found.parameters, found.output_shape) == (26, (None, 2))
    assert not net.built
    assert not net.variables


def test_layers_of_ones_own_have_weights_but_no_count():
    class Scale(mg.layers.Layer):
        def build(self, input_shape):
            self.factor = self.add_weight(input_shape[-1:], "ones", name="factor")

        def call(self, inputs):
            return inputs * self.factor

    found = explain(Scale(), (5,))
    assert found.multiply_adds is None
    assert text_of(found, "multiply-adds") == "not known for a Scale"
    model = mg.Sequential([mg.Input((5,)), Scale(), L.Dense(2)])
    total = explain(model)
    assert total.multiply_adds is None
    assert text_of(total, "multiply-adds") == "10 for one example and more"
    assert total.parameters == 17


# -- single layers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (L.Conv1D(4, 3, padding="causal", dilation_rate=2), (10, 3)),
        (L.Conv2D(4, (3, 2), strides=(2, 1), padding="same"), (9, 7, 3)),
        (L.Conv2D(6, 3, groups=3), (9, 7, 3)),
        (L.Conv2D(4, 3, data_format="channels_first"), (3, 9, 7)),
        (L.DepthwiseConv2D(3, depth_multiplier=2), (9, 7, 3)),
        (L.SeparableConv2D(5, 3, depth_multiplier=2, strides=2), (9, 7, 3)),
        (L.SeparableConv1D(5, 3), (9, 3)),
        (L.Conv2DTranspose(4, 3, strides=2, padding="same"), (9, 7, 3)),
        (L.Conv2DTranspose(4, 3, strides=2), (9, 7, 3)),
        (L.Conv1DTranspose(4, 3, strides=2, output_padding=1), (9, 3)),
        (L.MaxPooling2D(3, 2, "same"), (9, 7, 3)),
        (L.AveragePooling1D(2), (9, 3)),
        (L.GlobalAveragePooling2D(), (9, 7, 3)),
        (L.AdaptiveMaxPooling2D(2), (9, 7, 3)),
        (L.Dense(5), (7,)),
        (L.Dense(5, use_bias=False), (4, 7)),
        (L.BatchNormalization(), (9, 7, 3)),
        (L.LayerNormalization(), (7,)),
        (L.PReLU(), (7,)),
        (L.Embedding(10, 4), (6,)),
        (L.Flatten(), (9, 7, 3)),
        (L.Reshape((7, 9, 3)), (9, 7, 3)),
        (L.Dropout(0.5), (7,)),
        (L.ZeroPadding2D(2), (9, 7, 3)),
        (L.ZeroPadding2D(((1, 2), (3, 4)), data_format="channels_first"), (3, 9, 7)),
        (L.ZeroPadding1D((0, 2)), (9, 3)),
        (L.Cropping2D(((1, 2), (0, 3))), (9, 7, 3)),
        (L.Cropping1D(2), (9, 3)),
        (L.AdaptiveAveragePooling1D(4), (9, 3)),
        (L.UpSampling2D((2, 3)), (9, 7, 3)),
        (L.UpSampling1D(3), (9, 3)),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, mg.layers.Layer) else "",
)
def test_shapes_and_weights_are_those_of_the_layer(layer, shape):
    found = explain(layer, shape)
    assert not layer.built
    output = layer(np.zeros((1, *shape), np.float32))
    assert found.input_shape == (None, *shape)
    assert found.output_shape == (None, *output.shape[1:])
    assert found.parameters == layer.count_params()
    assert found.activation_bytes == output._data.nbytes
    spelled = text_of(found, "parameters")
    total = re.search(r"together ([\d,]+)", spelled) or re.search(r"([\d,]+)(?:,|$)", spelled.split("= ")[-1])
    assert int(total.group(1).replace(",", "")) == layer.count_params()
    assert explain(layer).lines == found.lines  # now that it is built
    for line in found.lines:
        if line.text.startswith("O = "):
            size = int(re.search(r"= (\d+)$", line.text).group(1))
            assert size in output.shape[1:]


def test_the_formulas_of_a_layer_without_weights():
    def sizes(layer, shape):
        return {line.topic: line.text for line in explain(layer, shape).lines}

    assert sizes(L.ZeroPadding2D(2), (9, 7, 3))["height: output"] == "O = I + before + after = 9 + 2 + 2 = 13"
    assert sizes(L.ZeroPadding2D(2), (9, 9, 3))["height and width: output"].endswith("= 13")
    assert sizes(L.Cropping1D((1, 2)), (9, 3))["length: output"] == "O = I - before - after = 9 - 1 - 2 = 6"
    assert sizes(L.UpSampling2D((2, 3)), (4, 5, 1))["width: output"] == "O = I·size = 5·3 = 15"
    found = sizes(L.AdaptiveMaxPooling1D(3), (8, 1))
    assert found["length: output"] == "O = output_size = 3"
    assert found["each output, the i-th"].startswith("the largest of one channel's cells from floor(i·I / O)")


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("output_padding", [None, 0, 1])
@pytest.mark.parametrize(("size", "stride"), [(3, 2), (2, 3), (5, 3), (4, 2)])
def test_the_formula_of_a_transposed_convolution_gives_its_output(padding, output_padding, size, stride):
    layer = L.Conv1DTranspose(2, size, strides=stride, padding=padding, output_padding=output_padding)
    text = text_of(explain(layer, (7, 4)), "length: output")
    _, _, numbers, result = text.split(" = ")
    output = layer(np.zeros((1, 7, 4), np.float32)).shape[1]
    assert eval(numbers.replace("·", "*")) == int(result) == output


def test_multiply_adds_by_a_plain_loop():
    """Every product of an input cell with a kernel cell, counted one by one."""
    height, width, channels, filters, size, stride = 7, 6, 2, 3, 3, 2
    count = 0
    for _filter in range(filters):
        for row in range(0, height - size + 1, stride):
            for column in range(0, width - size + 1, stride):
                for _ in np.ndindex(size, size, channels):
                    count += 1
                assert row + size <= height
                assert column + size <= width
    assert explain(L.Conv2D(filters, size, strides=stride), (height, width, channels)).multiply_adds == count
    depthwise = explain(L.DepthwiseConv2D(size, strides=stride), (height, width, channels))
    assert depthwise.multiply_adds == count // channels // filters * channels
    separable = explain(L.SeparableConv2D(filters, size, strides=stride), (height, width, channels))
    places = count // filters // (size * size * channels)
    assert separable.multiply_adds == depthwise.multiply_adds + places * channels * filters
    transposed = explain(L.Conv2DTranspose(filters, size, strides=stride), (height, width, channels))
    assert transposed.multiply_adds == height * width * channels * size * size * filters


def test_fans_and_the_limit_are_what_the_initializer_draws():
    layer = L.Conv2D(64, 3, kernel_initializer="he_uniform")
    found = explain(layer, (8, 8, 16))
    assert text_of(found, "fan-in and fan-out").endswith("fan_in = 3·3·16 = 144, fan_out = 3·3·64 = 576")
    limit = float(text_of(found, "initializer").rpartition("±")[2])
    layer.build((None, 8, 8, 16))
    largest = np.abs(layer.kernel.numpy()).max()
    assert 0.99 * limit < largest <= 1.001 * limit
    assert limit == pytest.approx(np.sqrt(6 / 144), rel=1e-3)


@pytest.mark.parametrize(
    ("initializer", "text"),
    [
        ("glorot_uniform", "GlorotUniform: uniform in ±sqrt(6 / (fan_in + fan_out)) = ±sqrt(6 / 8) = ±0.866"),
        ("glorot_normal", "truncated normal with σ = sqrt(2 / (fan_in + fan_out)) = sqrt(2 / 8) = 0.5"),
        ("lecun_uniform", "±sqrt(3 / fan_in) = ±sqrt(3 / 6) = ±0.7071"),
        ("he_normal", "σ = sqrt(2 / fan_in) = sqrt(2 / 6) = 0.5774"),
        (
            mg.initializers.VarianceScaling(2.0, "fan_out", "untruncated_normal"),
            "VarianceScaling: normal with σ = sqrt(2 / fan_out) = sqrt(2 / 2) = 1",
        ),
        (mg.initializers.RandomNormal(stddev=0.1), "RandomNormal(mean=0.0, stddev=0.1), whatever the fans"),
        ("zeros", "Zeros(), whatever the fans"),
    ],
)
def test_each_initializers_spread(initializer, text):
    found = explain(L.Dense(2, kernel_initializer=initializer), (6,))
    assert text in text_of(found, "initializer")


def test_several_inputs():
    found = explain(L.Concatenate(), [(4, 2), (4, 3)])
    assert found.input_shape == [(None, 4, 2), (None, 4, 3)]
    assert found.output_shape == (None, 4, 5)


# -- it changes nothing, and how it is shown ----------------------------------------------------------


def test_no_random_number_is_drawn():
    def first_weights(explained):
        mg.utils.set_random_seed(3)
        layer, model = L.Dense(4), mg.Sequential([L.Dense(4), L.Dropout(0.5)])
        if explained:
            explain(layer, (5,))
            explain(model, (5,))
        layer.build((None, 5))
        return layer.kernel.numpy()

    np.testing.assert_array_equal(first_weights(True), first_weights(False))


def test_a_built_layer_is_left_alone():
    model = lecture_cnn()
    calls = len(model.layers[0]._inbound_nodes)
    before = [weight.numpy() for weight in model.weights]
    explain(model)
    explain(model.layers[0])
    assert len(model.layers[0]._inbound_nodes) == calls
    for weight, value in zip(model.weights, before, strict=True):
        np.testing.assert_array_equal(weight, value)


def test_the_batch_may_be_given_or_not():
    expected = explain(L.Conv2D(2, 3), (8, 8, 1)).lines
    assert explain(L.Conv2D(2, 3), (None, 8, 8, 1)).lines == expected
    assert explain(L.Conv2D(2, 3), (32, 8, 8, 1)).lines == expected
    assert explain(L.Conv2D(2, 3), [8, 8, 1]).lines == expected
    assert explain(L.Dense(2), (None, 7)).output_shape == (None, 2)
    model = mg.Sequential([mg.Input((7,)), L.Dense(2)])
    assert explain(model, (32, 7)).lines == explain(model).lines


def test_text_and_table():
    found = explain(L.Conv2D(32, 3, padding="same", name="conv"), (28, 28, 1))
    text = str(found)
    assert text == repr(found)
    assert text.splitlines()[0] == "conv (Conv2D): (None, 28, 28, 1) -> (None, 28, 28, 32)"
    page = found._repr_html_()
    assert page.count("<tr>") == len(found.lines)
    assert "28·28·32 outputs × 3·3·1 = 225,792" in page
    model = explain(lecture_cnn())
    page = model._repr_html_()
    assert page.count("<tr>") == 11
    assert "parameters: 619,786" in page
    assert isinstance(model.parts[0], Explanation)


def test_bad_input():
    with pytest.raises(NotBuiltError, match=r"explain: 'conv' isn't built yet, .*give input_shape"):
        explain(L.Conv2D(2, 3, name="conv"))
    with pytest.raises(TypeError, match="explain: a layer or model is needed; got a class; give an instance"):
        explain(L.Conv2D, (8, 8, 1))
    with pytest.raises(TypeError, match="explain: a layer or model is needed; got a str"):
        explain("conv", (8, 8, 1))
    with pytest.raises(ShapeError, match="4 axes"):
        explain(L.Conv2D(2, 3), (8, 8))
    with pytest.raises(ShapeError, match="does not fit"):
        explain(L.Conv2D(2, 9), (8, 8, 1))
    layer = L.Conv2D(2, 3)
    layer.build((None, 8, 8, 1))
    with pytest.raises(ShapeError, match="inputs have 3 channels, the kernel expects 1"):
        explain(layer, (8, 8, 3))
    with pytest.raises(TypeError, match="explain: input_shape: a shape must be a tuple"):
        explain(L.Dense(2), "7")
