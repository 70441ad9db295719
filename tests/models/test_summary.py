"""The tables of summary(): Keras 3's, compared with what Keras prints, and TensorFlow 2.1's as in the lab."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.errors import NotBuiltError
from minigrad.models.table import boxed_table, plain_table

GOLDEN = Path(__file__).parents[1] / "golden" / "models.json"


def summary(model, **options):
    text = []
    model.summary(print_fn=text.append, **options)
    (only,) = text
    return only


@pytest.fixture(autouse=True)
def _eighty_columns(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")


@pytest.mark.parametrize("name", ["lecture", "nested", "nested_output", "sequential", "branches"])
def test_it_is_what_keras_prints(name):
    golden = json.loads(GOLDEN.read_text("utf-8"))[name]
    model = mg.models.model_from_json(json.dumps(golden["json"]))
    assert summary(model) == golden["summary"].rstrip("\n")


def lab_11_1():
    mg.utils.clear_session()
    model = mg.Sequential()
    first = {"input_shape": (28, 28, 1)}
    for filters in (32, 64, 128):
        model.add(layers.Conv2D(filters, 3, activation="relu", padding="SAME", **first))
        model.add(layers.MaxPool2D(padding="SAME"))
        first = {}
    for layer in (
        layers.Flatten(),
        layers.Dense(256, activation="relu"),
        layers.Dropout(0.4),
        layers.Dense(10),
    ):
        model.add(layer)
    return model


def test_the_lecture_lab_in_the_form_of_tensorflow_2():
    expected = """\
        Model: "sequential"
        _________________________________________________________________
        Layer (type)                 Output Shape              Param #
        =================================================================
        conv2d (Conv2D)              (None, 28, 28, 32)        320
        _________________________________________________________________
        max_pooling2d (MaxPooling2D) (None, 14, 14, 32)        0
        _________________________________________________________________
        conv2d_1 (Conv2D)            (None, 14, 14, 64)        18496
        _________________________________________________________________
        max_pooling2d_1 (MaxPooling2 (None, 7, 7, 64)          0
        _________________________________________________________________
        conv2d_2 (Conv2D)            (None, 7, 7, 128)         73856
        _________________________________________________________________
        max_pooling2d_2 (MaxPooling2 (None, 4, 4, 128)         0
        _________________________________________________________________
        flatten (Flatten)            (None, 2048)              0
        _________________________________________________________________
        dense (Dense)                (None, 256)               524544
        _________________________________________________________________
        dropout (Dropout)            (None, 256)               0
        _________________________________________________________________
        dense_1 (Dense)              (None, 10)                2570
        =================================================================
        Total params: 619,786
        Trainable params: 619,786
        Non-trainable params: 0
        _________________________________________________________________"""
    lines = summary(lab_11_1(), style="tf2").splitlines()
    assert [line.rstrip() for line in lines] == textwrap.dedent(expected).splitlines()
    assert {len(line) for line in lines[1:-4]} == {65}


def branched():
    x = mg.Input((3,), name="x")
    a, b = layers.Dense(2, name="a")(x), layers.Dense(2, name="b", trainable=False)(x)
    inner = mg.Sequential([mg.Input((2,)), layers.Dense(2, name="deep")], name="inner")
    return mg.Model(x, layers.Add(name="sum")([inner(a), b]), name="net")


def cells(text):
    return [
        [cell.strip() for cell in line.split("│")[1:-1]] for line in text.splitlines() if line.startswith("│")
    ]


def test_connections_trained_layers_and_nested_models():
    rows = cells(summary(branched(), line_length=150, expand_nested=True, show_trainable=True))
    assert rows == [
        ["x (InputLayer)", "(None, 3)", "0", "-", "-"],
        ["a (Dense)", "(None, 2)", "8", "x[0][0]", "Y"],
        ["inner (Sequential)", "(None, 2)", "6", "a[0][0]", "Y"],
        ["└ deep (Dense)", "(None, 2)", "6", "-", "Y"],
        ["b (Dense)", "(None, 2)", "8", "x[0][0]", "N"],
        ["sum (Add)", "(None, 2)", "0", "inner[0][0], b[0][0]", "-"],
    ]


def test_connections_in_the_form_of_tensorflow_2():
    lines = [line.rstrip() for line in summary(branched(), style="tf2").splitlines()]
    assert "x (InputLayer)                  [(None, 3)]          0" in lines
    index = lines.index("sum (Add)                       (None, 2)            0           inner[0][0]")
    assert lines[index + 1] == " " * 65 + "b[0][0]"
    assert lines[-4:-1] == ["Total params: 22", "Trainable params: 14", "Non-trainable params: 8"]


def test_a_range_of_layers():
    model = lab_11_1()
    names = [row[0] for row in cells(summary(model, layer_range=["conv2d_1", "flatten"], line_length=100))]
    assert [name.split(" ")[0] for name in names] == [
        "conv2d_1",
        "max_pooling2d_1",
        "conv2d_2",
        "max_pooling2d_2",
        "flatten",
    ]
    assert len(cells(summary(model, layer_range=["conv.*", "conv.*"], line_length=100))) == 5
    for wrong in (["nobody", "flatten"], ["flatten"], "flatten", [1, 2]):
        with pytest.raises(ValueError, match="layer_range"):
            model.summary(layer_range=wrong)


def test_what_an_optimizer_holds_is_counted_as_keras_does():
    model = mg.Sequential([mg.Input((3,)), layers.Dense(2)])
    model.compile(optimizer="adam", loss="mse")
    assert "Optimizer" not in summary(model)
    model.fit(np.zeros((4, 3)), np.zeros((4, 2)), verbose=0)
    text = summary(model)
    count = sum(variable.size for variable in model.optimizer.variables)
    assert f" Optimizer params: {count} " in text
    assert f" Total params: {8 + count} " in text


def test_nothing_is_cut_off():
    model = mg.Sequential(
        [mg.Input((3,)), layers.Dense(2, name="a_name_that_is_much_too_long_for_its_column")]
    )
    rows = cells(summary(model, line_length=40))
    assert "".join(row[0] for row in rows) == "a_name_that_is_much_too_long_for_its_column(Dense)"
    text = summary(model, line_length=40)
    assert {len(line) for line in text.splitlines()[1:-3]} == {40}


def test_widths_and_positions():
    model = branched()
    assert {len(line) for line in summary(model, line_length=120).splitlines()[1:-3]} == {120}
    lines = summary(model, line_length=100, positions=[0.5, 0.7, 0.8, 1.0]).splitlines()
    assert lines[1].index("┳") > 45
    with pytest.raises(ValueError, match="4 columns; got positions"):
        model.summary(positions=[0.5, 1.0])
    with pytest.raises(ValueError, match="too short"):
        model.summary(line_length=12)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"style": "torch"}, "'keras' or 'tf2'"),
        ({"style": "tf2", "expand_nested": True}, "no place in style"),
    ],
)
def test_what_is_not_supported(options, text):
    with pytest.raises(ValueError, match=text):
        branched().summary(**options)


def test_layers_that_were_never_called():
    class Net(mg.Model):
        def __init__(self):
            super().__init__()
            self.used, self.idle = layers.Dense(2), layers.Dense(3)

        def call(self, x):
            return self.used(x)

    net = Net()
    assert [row[1:] for row in cells(summary(net, line_length=100))[1:]] == [["?", "0 (unbuilt)"]]
    with pytest.raises(NotBuiltError):
        net.summary(style="tf2")
    net(np.zeros((1, 4)))
    rows = cells(summary(net, line_length=100))
    assert rows[1][1:] == ["?", "0 (unbuilt)"]


def test_tables():
    assert boxed_table(["a"], [["b c"]], ["center"], 7, [1.0]) == [
        "┏━━━━━┓",
        "┃  a  ┃",
        "┡━━━━━┩",
        "│ b c │",
        "└─────┘",
    ]
    assert plain_table(["a", "b"], [[["abcdef", "x"], ["", "y"]]], 8, [0.5, 1.0])[3:5] == [
        "abc x   ",
        "    y   ",
    ]


def test_a_title_is_cut_as_in_keras_and_positions_may_be_too_many():
    text = summary(mg.Sequential([mg.Input((3,)), layers.Dense(2, name="d")]), show_trainable=True)
    assert text.splitlines()[2] == (
        "┃ Layer (type)                ┃ Output Shape          ┃    Param # ┃ Trai… ┃"
    )
    assert boxed_table(["a"], [["b"]], ["left"], 9, [1.0, 1.0]) == boxed_table(
        ["a"], [["b"]], ["left"], 9, [1.0]
    )


def test_a_model_without_layers():
    text = summary(mg.Sequential(name="empty"))
    assert text.splitlines()[0] == 'Model: "empty"'
    assert " Total params: 0 (0.00 B)" in text
