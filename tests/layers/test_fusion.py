"""A convolution and its pooling, run as one where they may be: the same numbers, and nothing else shows."""

from unittest import mock

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.layers import fusion
from minigrad.layers.fusion import ConvolutionThenPooling, in_pairs

IMAGES = np.random.default_rng(0).standard_normal((4, 9, 9, 2)).astype("f")


def stack(activation="relu", **options):
    mg.utils.set_random_seed(0)
    return [
        layers.Conv2D(3, 3, padding="same", activation=activation, name="conv", **options),
        layers.MaxPooling2D(padding="same", name="pool"),
        layers.Flatten(name="flatten"),
    ]


def sequential(parts):
    return mg.Sequential([mg.Input(IMAGES.shape[1:]), *parts])


def functional(parts):
    x = start = mg.Input(IMAGES.shape[1:])
    for part in parts:
        x = part(x)
    return mg.Model(start, x)


class Subclassed(mg.Model):
    def __init__(self, parts):
        super().__init__()
        self.parts = parts

    def call(self, inputs):
        for part in self.parts:
            inputs = part(inputs)
        return inputs


@pytest.fixture
def fused():
    """Count how often the op of both is called."""
    with mock.patch.object(fusion, "conv_max_pool", wraps=mg.ops.conv_max_pool) as op:
        yield op


def results(make, parts):
    model = make(parts)
    model(IMAGES[:1])
    y = model(IMAGES)
    (y * y).sum().backward()
    return [y.numpy(), *(weight.grad for weight in model.weights)]


@pytest.mark.parametrize("make", [sequential, functional])
@pytest.mark.parametrize(
    "options", [{}, {"use_bias": False}, {"strides": 2}, {"dilation_rate": 2}, {"activation": None}]
)
def test_the_numbers_are_those_of_layers_called_in_turn(make, options, fused):
    expected = results(Subclassed, stack(**options))
    assert not fused.called
    found = results(make, stack(**options))
    assert fused.called
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("make", [sequential, functional])
def test_sequences_and_channels_first(make, fused):
    parts = [layers.Conv1D(3, 2, activation="relu"), layers.MaxPooling1D()]
    x = start = mg.Input((7, 2))
    for part in parts:
        x = part(x)
    sequence = IMAGES[:, 0, :7]
    for model in (mg.Sequential([mg.Input((7, 2)), *parts]), mg.Model(start, x)):
        np.testing.assert_array_equal(model(sequence), parts[1](parts[0](sequence)))
    first = {"data_format": "channels_first"}
    parts = [layers.Conv2D(3, 3, **first), layers.MaxPooling2D(**first)]
    model = mg.Sequential([mg.Input((2, 9, 9)), *parts])
    flipped = np.moveaxis(IMAGES, 3, 1)
    np.testing.assert_array_equal(model(flipped), parts[1](parts[0](flipped)))
    assert fused.call_count == 3


@pytest.mark.parametrize(
    "change",
    [
        lambda conv, pool: setattr(conv, "activation", mg.activations.tanh),
        lambda conv, pool: setattr(conv, "activity_regularizer", mg.regularizers.L2(0.1)),
        lambda conv, pool: setattr(pool, "activity_regularizer", mg.regularizers.L2(0.1)),
    ],
)
def test_what_is_more_than_the_op_is_done_in_turn(change, fused):
    model = sequential(stack())
    change(*model.layers[:2])
    y = model(IMAGES)
    assert not fused.called
    expected = IMAGES
    for layer in model.layers:
        expected = layer(expected)
    np.testing.assert_array_equal(y, expected)


def test_an_output_that_is_used_elsewhere_is_made(fused):
    x = start = mg.Input(IMAGES.shape[1:])
    conv, pool, flatten = stack()
    both = mg.Model(start, [conv(x), pool(conv.output)])
    full, pooled = both(IMAGES)
    assert full.shape == (4, 9, 9, 3)
    assert pooled.shape == (4, 5, 5, 3)
    again = mg.Model(start, mg.layers.Add()([flatten(pool.output), flatten(pool(conv.output))]))
    again(IMAGES)
    assert not fused.called


def test_subclasses_are_no_pair(fused):
    class Mine(layers.Conv2D):
        def call(self, inputs):
            return super().call(inputs) + 1.0

    model = sequential([Mine(3, 3), layers.MaxPooling2D()])
    model(IMAGES)
    assert not fused.called


def test_a_model_that_grows_and_shrinks_finds_its_pairs_anew(fused):
    conv, pool, _ = stack()
    model = sequential([conv])
    assert model(IMAGES).shape == (4, 9, 9, 3)
    model.add(pool)
    assert model(IMAGES).shape == (4, 5, 5, 3)
    assert fused.call_count == 1
    model.pop()
    assert model(IMAGES).shape == (4, 9, 9, 3)
    assert fused.call_count == 1


def test_errors_name_the_layer_they_come_from():
    model = mg.Sequential(
        [mg.Input((None, None, 2)), layers.Conv2D(3, 3, name="c"), layers.MaxPool2D(4, name="p")]
    )
    model(IMAGES)
    with pytest.raises(mg.errors.ShapeError) as raised:
        model(IMAGES[:, :5, :5])
    assert "in layer 'p' (MaxPooling2D)" in raised.value.__notes__[0]
    with pytest.raises(mg.errors.ShapeError) as raised:
        model(IMAGES[:, :2, :2])
    assert "in layer 'c' (Conv2D)" in raised.value.__notes__[0]


def test_derivatives_of_order_2():
    model = sequential(stack())
    model(IMAGES)
    kernel = model.layers[0].kernel
    y = (model(IMAGES) ** 3).sum()
    (first,) = mg.grad(y, [kernel], create_graph=True)
    (second,) = mg.grad((first * first).sum(), [kernel])
    parts = Subclassed(model.layers)
    (one,) = mg.grad((parts(IMAGES) ** 3).sum(), [kernel], create_graph=True)
    (two,) = mg.grad((one * one).sum(), [kernel])
    np.testing.assert_allclose(first.numpy(), one.numpy(), rtol=1e-5)
    np.testing.assert_allclose(second.numpy(), two.numpy(), rtol=1e-5)


def test_pairs_are_found_among_layers():
    conv, pool, flatten = stack()
    found = in_pairs([conv, pool, flatten, pool, conv, conv, pool])
    assert [type(one) for one in found] == [
        ConvolutionThenPooling,
        layers.Flatten,
        layers.MaxPooling2D,
        layers.Conv2D,
        ConvolutionThenPooling,
    ]
