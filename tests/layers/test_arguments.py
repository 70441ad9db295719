"""What the layers refuse, and what they say then; and the lecture's facts about them."""

from __future__ import annotations

import json

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.errors import ShapeError, UnknownNameError

IMAGES = np.zeros((2, 8, 8, 3), np.float32)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: layers.Conv2D(0, 3), r"filters must be an integer >= 1; got 0"),
        (lambda: layers.Conv2D(2.5, 3), "filters must be an integer"),
        (lambda: layers.Conv2D(4, 0), "kernel_size must be an integer or 2 integers, each >= 1; got 0"),
        (lambda: layers.Conv2D(4, (3, 3, 3)), "kernel_size"),
        (lambda: layers.Conv2D(4, 3, strides=-1), "strides"),
        (lambda: layers.Conv2D(4, 3, strides=2, dilation_rate=2), "strides=.*dilation_rate="),
        (lambda: layers.Conv2D(4, 3, padding="full"), "padding must be 'valid' or 'same'"),
        (lambda: layers.Conv2D(4, 3, padding=1), "padding"),
        (lambda: layers.Conv2D(4, 3, data_format="NHWC"), "data_format.*channels_last"),
        (lambda: layers.Conv2D(4, 3, groups=3), "groups=3"),
        (lambda: layers.Conv2D(4, 3, groups=0), "groups must be an integer >= 1"),
        (lambda: layers.Dense(0), "units must be an integer >= 1; got 0"),
        (lambda: layers.Dense("3"), "units"),
        (lambda: layers.MaxPool2D(0), "MaxPooling2D: pool_size"),
        (lambda: layers.MaxPool2D(2, strides=0), "MaxPooling2D: strides"),
        (lambda: layers.AveragePooling2D(2, padding="none"), "AveragePooling2D: padding"),
        (lambda: layers.Dropout(1.5), "rate must be a number between 0 and 1; got 1.5"),
        (lambda: layers.Dropout("a"), "rate"),
        (lambda: layers.ReLU(max_value=-1), "max_value must be a number >= 0; got -1"),
        (lambda: layers.ReLU(negative_slope=None), "negative_slope"),
        (lambda: layers.ReLU(threshold=-0.5), "threshold"),
        (lambda: layers.Input(), "either shape or batch_shape"),
        (lambda: layers.Input(28), r"must be a tuple such as \(28,\)"),
    ],
)
def test_wrong_values_are_refused_at_construction(make, text):
    with pytest.raises(ValueError, match=text):
        make()


@pytest.mark.parametrize(
    "argument", ["activation", "kernel_initializer", "kernel_regularizer", "kernel_constraint"]
)
@pytest.mark.parametrize("make", [lambda **kw: layers.Conv2D(4, 3, **kw), lambda **kw: layers.Dense(4, **kw)])
def test_unknown_names_say_what_exists(make, argument):
    with pytest.raises(UnknownNameError, match="Known: "):
        make(**{argument: "nonsense"})


def test_a_misspelt_name_is_corrected():
    with pytest.raises(UnknownNameError, match="did you mean 'relu'"):
        layers.Conv2D(4, 3, activation="rleu")
    with pytest.raises(UnknownNameError, match="did you mean 'glorot_uniform'"):
        layers.Dense(4, kernel_initializer="glorot_unifrom")


@pytest.mark.parametrize(
    ("layer", "inputs", "text"),
    [
        (layers.Conv2D(4, 3), np.zeros((8, 8, 3)), r"4 axes.*\(8, 8, 3\)"),
        (layers.Conv2D(4, 9), IMAGES, r"spans \(9, 9\) does not fit.*\(8, 8\)"),
        (layers.Conv2D(4, 3, groups=2), IMAGES, "3 input channels can't be divided.*groups=2"),
        (layers.MaxPool2D(), np.zeros((8, 8, 3)), r"\(8, 8, 3\)"),
        (layers.MaxPool2D(9), IMAGES, "does not fit"),
        (layers.Dense(3), np.zeros(4), r"at least 2 axes; got shape \(4,\)"),
    ],
)
def test_inputs_that_do_not_fit(layer, inputs, text):
    with pytest.raises(ShapeError, match=text) as caught:
        layer(inputs)
    assert f"in layer '{layer.name}'" in caught.value.__notes__[-1]


def test_another_input_shape_than_the_layer_was_built_for():
    layer = layers.Dense(3)
    layer(np.zeros((2, 4)))
    with pytest.raises(ShapeError, match=r"axis -1 must have size 4; got shape \(2, 5\)"):
        layer(np.zeros((2, 5)))


@pytest.mark.parametrize("padding", ["SAME", "same", "Same"])
def test_padding_in_any_letter_case(padding):
    assert layers.Conv2D(4, 3, padding=padding)(IMAGES).shape == (2, 8, 8, 4)
    assert layers.MaxPool2D(3, padding=padding)(IMAGES).shape == (2, 3, 3, 3)


def test_the_data_format_defaults_to_keras_json(monkeypatch):
    monkeypatch.setitem(mg.config._settings, "image_data_format", "channels_first")
    assert layers.Conv2D(4, 3)(np.zeros((2, 3, 8, 8))).shape == (2, 4, 6, 6)
    assert layers.MaxPool2D()(np.zeros((2, 3, 8, 8))).shape == (2, 3, 4, 4)


def test_the_lectures_window_of_75_terms():
    layer = layers.Conv2D(6, 5)
    assert layer(np.zeros((1, 32, 32, 3))).shape == (1, 28, 28, 6)
    assert layer.kernel.size // 6 == 75


def test_the_lectures_stride_and_padding():
    assert layers.Conv2D(1, 3, strides=2)(np.zeros((1, 7, 7, 1))).shape == (1, 3, 3, 1)
    assert layers.Conv2D(1, 3, padding="same")(np.zeros((1, 7, 7, 1))).shape == (1, 7, 7, 1)


def test_regularizers_and_constraints_reach_the_weights():
    layer = layers.Conv2D(
        4,
        3,
        kernel_regularizer="l2",
        bias_regularizer="l1",
        kernel_constraint="max_norm",
        bias_constraint="non_neg",
    )
    layer(IMAGES)
    assert isinstance(layer.kernel.regularizer, mg.regularizers.L2)
    assert isinstance(layer.bias.regularizer, mg.regularizers.L1)
    assert isinstance(layer.kernel.constraint, mg.constraints.MaxNorm)
    assert isinstance(layer.bias.constraint, mg.constraints.NonNeg)
    assert len(layer.losses) == 2


def test_configs_are_json():
    for layer in (
        layers.Conv2D(4, 3, activation="relu", kernel_regularizer="l2"),
        layers.Dense(3, bias_constraint="non_neg", activity_regularizer="l1"),
        layers.Dropout(0.5, seed=3),
        layers.InputLayer((28, 28, 1)),
    ):
        config = json.loads(json.dumps(layer.get_config()))
        assert type(layer).from_config(config).get_config() == layer.get_config()


def test_dropout_keeps_the_mean_and_drops_whole_rows_by_noise_shape():
    layer = layers.Dropout(0.25, seed=1)
    x = np.ones((200, 200), np.float32)
    np.testing.assert_array_equal(layer(x), x)
    np.testing.assert_array_equal(layer(x, training=False), x)
    y = layer(x, training=True).numpy()
    assert set(np.unique(y)) == {np.float32(0), np.float32(1 / 0.75)}
    assert abs(np.mean(y == 0) - 0.25) < 0.01
    assert not np.array_equal(y, layer(x, training=True))  # each call draws anew
    rows = layers.Dropout(0.5, noise_shape=(None, 1), seed=1)(x, training=True).numpy()
    assert np.all(rows == rows[:, :1])
    assert not np.any(layers.Dropout(1.0)(x, training=True).numpy())


def test_dropout_passes_the_gradient_where_it_passed_the_value():
    x = mg.Tensor(np.ones((4, 50)), requires_grad=True)
    y = layers.Dropout(0.5, seed=3)(x, training=True)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, y.numpy())


def test_softmax_with_a_mask():
    output = layers.Softmax()(mg.Tensor([[1.0, 2.0, 3.0]]), mask=mg.Tensor([[True, True, False]]))
    np.testing.assert_allclose(output.numpy().sum(), 1.0, rtol=1e-6)
    assert output.numpy()[0, 2] == 0
    with pytest.raises(ShapeError):
        layers.Softmax()(mg.Tensor([[1.0, 2.0, 3.0]]), mask=mg.Tensor([[True, True]]))


def test_flatten_shapes():
    assert layers.Flatten()(np.zeros((5, 2, 3))).shape == (5, 6)
    assert layers.Flatten()(np.zeros(5)).shape == (5, 1)
    assert layers.Flatten().compute_output_shape((None, 4, 4, 128)) == (None, 2048)
    assert layers.Flatten().compute_output_shape((None, None, 3)) == (None, None)
    assert layers.Flatten()(np.zeros((0, 2, 3))).shape == (0, 6)
