"""Sequential and Model: building, layers, shapes, summary."""

from __future__ import annotations

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.errors import NotBuiltError, ShapeError


def lecture_model():
    blocks = []
    for filters in (32, 64, 128):
        blocks += [
            layers.Conv2D(filters, 3, activation="relu", padding="SAME"),
            layers.MaxPool2D(padding="SAME"),
        ]
    return mg.Sequential(
        [
            mg.Input((28, 28, 1)),
            *blocks,
            layers.Flatten(),
            layers.Dense(256, activation="relu"),
            layers.Dropout(0.4),
            layers.Dense(10),
        ]
    )


def test_the_lectures_parameters_and_sizes():
    net = lecture_model()
    counts = [layer.count_params() for layer in net.layers if layer.count_params()]
    assert counts == [320, 18496, 73856, 524544, 2570]
    assert net.count_params() == 619_786
    assert [layer.output_shape[1] for layer in net.layers[1:6:2]] == [14, 7, 4]
    assert net.output_shape == (None, 10)
    assert net(np.zeros((2, 28, 28, 1))).shape == (2, 10)


def test_summary_is_the_table_of_keras():
    net = lecture_model()
    lines = []
    net.summary(print_fn=lines.append)
    text = "\n".join(lines)
    assert text.startswith(f'Model: "{net.name}"')
    assert "Total params: 619,786 (2.36 MB)" in text
    assert "Non-trainable params: 0 (0.00 B)" in text
    assert "(None, 28, 28, 32)" in text
    assert "18,496" in text
    assert len({len(line) for line in text.splitlines()[1:-3]}) == 1  # a straight right edge


def test_summary_shows_what_is_trained_and_nested_models(capsys):
    inner = mg.Sequential([mg.Input((3,)), layers.Dense(2, name="deep")], name="inner")
    net = mg.Sequential([mg.Input((3,)), inner, layers.Dense(1, trainable=False)])
    net.summary(line_length=100, expand_nested=True, show_trainable=True)
    text = capsys.readouterr().out
    assert "deep (Dense)" in text
    assert "inner (Sequential)" in text
    assert " Trainable params: 8 " in text
    assert " Non-trainable params: 3 " in text
    rows = [[cell.strip() for cell in line.split("│")] for line in text.splitlines() if line.startswith("│")]
    assert [row[-2] for row in rows] == ["Y", "Y", "N"]


def test_it_builds_at_the_first_call_or_by_build_or_by_input_shape():
    net = mg.Sequential([layers.Dense(2)])
    with pytest.raises(NotBuiltError, match="call it on data, or build"):
        net.summary(style="tf2")
    assert not net.built
    net(np.zeros((4, 3)))
    assert net.count_params() == 8
    other = mg.Sequential([layers.Dense(2)])
    other.build((None, 3))
    assert other.count_params() == 8
    assert mg.Sequential([layers.Dense(2, input_shape=(3,))]).count_params() == 8
    assert mg.Sequential([layers.Dense(2, input_dim=3)]).count_params() == 8
    with pytest.raises(NotBuiltError, match="input_shape"):
        mg.Sequential([layers.Dense(2)]).build()


def test_add_and_pop():
    net = mg.Sequential()
    net.add(mg.Input((3,)))
    net.add(layers.Dense(4))
    net.add(layers.Dense(2))
    assert net.output_shape == (None, 2)
    net.pop()
    assert net.output_shape == (None, 4)
    assert len(net.layers) == 1
    with pytest.raises(ValueError, match="no layer to remove"):
        mg.Sequential().pop()


def test_what_can_not_be_added():
    with pytest.raises(ValueError, match="made of layers; got 3"):
        mg.Sequential([3])
    with pytest.raises(ValueError, match="make an instance"):
        mg.Sequential([layers.Flatten])
    with pytest.raises(ValueError, match="Input must be the first"):
        mg.Sequential([layers.Flatten(), mg.Input((3,))])
    with pytest.raises(ValueError, match="two layers are named 'a'"):
        mg.Sequential([layers.Dense(1, name="a"), layers.Dense(1, name="a")])


def test_a_kernel_that_does_not_fit_is_told_with_the_layer_when_the_model_is_made():
    with pytest.raises(ShapeError, match="does not fit") as caught:
        mg.Sequential([mg.Input((4, 4, 1)), layers.Conv2D(2, 3), layers.Conv2D(2, 3, name="second")])
    assert "'second'" in caught.value.__notes__[0]


def test_layers_of_your_own_in_a_sequential():
    class Double(layers.Layer):
        def call(self, inputs):
            return mg.ops.concatenate([inputs, inputs], axis=-1)

    net = mg.Sequential([mg.Input((3,)), Double(), layers.Dense(1)])
    assert net.count_params() == 7


def test_get_layer():
    net = mg.Sequential([mg.Input((3,)), layers.Dense(1, name="only")])
    assert net.get_layer("only") is net.get_layer(index=0)
    with pytest.raises(ValueError, match=r"no layer named 'other'; it has: only"):
        net.get_layer("other")
    with pytest.raises(ValueError, match="no layer 5"):
        net.get_layer(index=5)
    with pytest.raises(ValueError, match="either a name or an index"):
        net.get_layer()


class Net(mg.Model):
    def __init__(self):
        super().__init__()
        self.conv = layers.Conv2D(4, 3, activation="relu")
        self.pool = layers.MaxPool2D()
        self.flatten = layers.Flatten()
        self.heads = [layers.Dense(3), layers.Dense(2)]

    def call(self, inputs, training=None):
        x = self.flatten(self.pool(self.conv(inputs)))
        return mg.ops.concatenate([head(x) for head in self.heads], axis=-1)


def test_a_subclassed_model():
    net = Net()
    output = net(np.zeros((2, 8, 8, 1)))
    assert output.shape == (2, 5)
    assert [layer.name.split("_")[0] for layer in net.layers] == [
        "conv2d",
        "max",
        "flatten",
        "dense",
        "dense",
    ]
    assert net.count_params() == 40 + 37 * 3 + 37 * 2 - 0
    lines = []
    net.summary(print_fn=lines.append)
    assert "(None, 6, 6, 4)" in lines[0]
    assert "?" not in lines[0]


def test_a_subclassed_model_can_be_built_from_a_shape_and_trained():
    net = Net()
    net.build((None, 8, 8, 1))
    assert len(net.trainable_variables) == 6
    net.compile(optimizer="adam", loss="mse")
    x = np.random.default_rng(0).normal(size=(16, 8, 8, 1))
    losses = net.fit(x, np.ones((16, 5)), epochs=5, verbose=0).history["loss"]
    assert losses[-1] < losses[0]


def test_a_model_inside_a_model():
    inner = mg.Sequential([layers.Dense(4), layers.Dropout(0.5)])
    net = mg.Sequential([mg.Input((3,)), inner, layers.Dense(2)])
    assert net.count_params() == 16 + 10
    assert net(np.ones((2, 3)), training=True).shape == (2, 2)


@pytest.mark.parametrize("first", [[], [mg.Input((8, 8, 3))]], ids=["no Input", "Input"])
def test_images_of_another_size_are_the_layers_affair(first):
    net = mg.Sequential([*first, layers.Conv2D(4, 3), layers.GlobalAveragePooling2D(), layers.Dense(2)])
    assert net(np.ones((2, 8, 8, 3))).shape == (2, 2)
    assert net(np.ones((1, 9, 7, 3))).shape == (1, 2)
    assert net.predict(np.ones((3, 12, 12, 3)), verbose=0).shape == (3, 2)
    assert net(mg.KerasTensor((None, 10, 10, 3))).shape == (None, 2)
    with pytest.raises(ShapeError, match="inputs have 4 channels, the kernel expects 3"):
        net(np.ones((1, 8, 8, 4)))
    with pytest.raises(ShapeError, match=r"must have shape \(None, 8, 8, 3\); got shape \(8, 8, 3\)"):
        net(np.ones((8, 8, 3)))


def test_it_is_built_for_one_shape():
    net = mg.Sequential([mg.Input((3,)), layers.Dense(2)])
    net.build((None, 3))
    net.build((5, 3))
    with pytest.raises(ShapeError, match=r"begins with an Input of shape \(None, 3\).*built for \(None, 4\)"):
        net.build((None, 4))
