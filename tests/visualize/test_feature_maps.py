"""feature_maps: each map is a channel of what the layer gives."""

import numpy as np
import pytest

import minigrad as mg
from minigrad.errors import NotBuiltError, ShapeError, UnknownNameError

L = mg.layers


def pictures(figure):
    return [np.asarray(axes.images[0].get_array()) for axes in figure.axes if axes.images]


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_every_layer_has_a_row(trained, data):
    image = data[0][0]
    figure = mg.visualize.feature_maps(trained, image)
    assert figure.get_suptitle() == "Feature maps of bars"
    shown = pictures(figure)
    assert len(shown) == 1 + 8 + 8  # the image, then the first 8 channels of conv and pool
    np.testing.assert_array_equal(shown[0], image[..., 0])
    conv = trained.layers[0](image[None]).numpy()[0]
    for index in range(8):
        np.testing.assert_allclose(shown[1 + index], conv[..., index], rtol=1e-5, atol=1e-6)
    pooled = trained.layers[1](conv[None]).numpy()[0]
    np.testing.assert_allclose(shown[9], pooled[..., 0], rtol=1e-5, atol=1e-6)
    labels = texts(figure)
    for name in ("the image", "conv (Conv2D)", "pool (MaxPooling2D)", "flat (Flatten)", "scores (Dense)"):
        assert name in labels
    assert any(text.startswith("(8, 8, 12)\nfirst 8 of 12 channels\n") for text in labels)
    bars = [axes for axes in figure.axes if len(axes.patches) == 2]
    scores = trained(image[None]).numpy()[0]
    np.testing.assert_allclose([bar.get_height() for bar in bars[0].patches], scores, rtol=1e-5)


def test_layers_and_channels_are_chosen(trained, data):
    figure = mg.visualize.feature_maps(trained, data[0][0], layers=["pool"], max_channels=12)
    assert len(pictures(figure)) == 1 + 12
    assert any("12 channels" in text and "first" not in text for text in texts(figure))
    figure = mg.visualize.feature_maps(trained, data[0][0], layers="conv")
    assert "conv (Conv2D)" in texts(figure)
    with pytest.raises(UnknownNameError, match="did you mean 'pool'"):
        mg.visualize.feature_maps(trained, data[0][0], layers=["pol"])


def test_images_without_channel_or_as_a_batch_of_one(trained, data):
    expected = pictures(mg.visualize.feature_maps(trained, data[0][0]))
    for image in (data[0][0, ..., 0], data[0][:1]):
        for one, other in zip(pictures(mg.visualize.feature_maps(trained, image)), expected, strict=True):
            np.testing.assert_array_equal(one, other)


def test_channels_first_and_sequences():
    model = mg.Sequential(
        [mg.Input((1, 6, 5)), L.Conv2D(3, 2, data_format="channels_first", name="conv")], name="net"
    )
    image = np.random.default_rng(0).normal(size=(1, 6, 5)).astype(np.float32)
    shown = pictures(mg.visualize.feature_maps(model, image))
    np.testing.assert_allclose(shown[1], model(image[None]).numpy()[0, 0], rtol=1e-5)
    model = mg.Sequential([mg.Input((10, 2)), L.Conv1D(3, 3)])
    shown = pictures(mg.visualize.feature_maps(model, np.ones((10, 2))))
    assert shown[-1].shape == (3, 8)


class Net(mg.Model):
    def __init__(self):
        super().__init__(name="net")
        self.conv = L.Conv2D(2, 3)
        self.out = L.Dense(200)

    def call(self, inputs):
        return self.out(self.conv(inputs))


def test_a_model_of_ones_own():
    net = Net()
    with pytest.raises(NotBuiltError, match="feature_maps: 'net' isn't built yet"):
        mg.visualize.feature_maps(net, np.ones((6, 6, 1)))
    net(np.ones((1, 6, 6, 1)))
    figure = mg.visualize.feature_maps(net, np.ones((6, 6, 1)))
    assert any("first 8 of 200 channels" in text for text in texts(figure))


def test_numbers_that_are_not_finite_are_red():
    model = mg.Sequential([mg.Input((2, 2, 1)), L.ReLU(name="r"), L.Flatten()], name="net")
    figure = mg.visualize.feature_maps(model, np.array([[1.0, np.nan], [3.0, np.inf]]))
    notes = [text for text in texts(figure) if "not finite" in text]
    assert notes == [
        "(2, 2, 1)\n1 channel\n1 (black) to 3 (white)\n2 numbers not finite: red",
        "(4,)\n2 numbers not finite",
    ]
    image = figure.axes[2].images[0]
    drawn = image.to_rgba(image.get_array(), bytes=True)[..., :3].reshape(4, 3)
    assert drawn.tolist() == [[0, 0, 0], [192, 57, 43], [255, 255, 255], [192, 57, 43]]


def test_bad_input(trained):
    with pytest.raises(TypeError, match="feature_maps: an image is an array of numbers; got str"):
        mg.visualize.feature_maps(trained, "cat.png")
    with pytest.raises(ShapeError, match=r"takes images of shape \(8, 8, 1\); got an image of \(9, 9\)"):
        mg.visualize.feature_maps(trained, np.ones((9, 9)))
    with pytest.raises(ShapeError, match="one image is shown at a time; got 3, so give images"):
        mg.visualize.feature_maps(trained, np.ones((3, 8, 8, 1)))
    with pytest.raises(TypeError, match="feature_maps: a model is needed; got Conv2D"):
        mg.visualize.feature_maps(trained.layers[0], np.ones((8, 8)))
    a, b = mg.Input((2,)), mg.Input((2,))
    with pytest.raises(ShapeError, match="must have one input"):
        mg.visualize.feature_maps(mg.Model([a, b], a + b), np.ones((2,)))
