"""kernels: each picture is a kernel of the layer."""

import numpy as np
import pytest

import minigrad as mg
from minigrad.errors import NotBuiltError, ShapeError

L = mg.layers


def built(layer, shape):
    layer.build((None, *shape))
    return layer


def pictures(figure):
    return [np.asarray(axes.images[0].get_array()) for axes in figure.axes if axes.images]


def test_one_channel():
    layer = built(L.Conv2D(10, (3, 5), name="conv"), (9, 9, 1))
    figure = mg.visualize.kernels(layer)
    for index, picture in enumerate(pictures(figure)):
        np.testing.assert_array_equal(picture, layer.kernel.numpy()[:, :, 0, index])
    assert len(pictures(figure)) == 10
    title, scale = figure.get_suptitle().splitlines()
    assert title == "Kernels of conv (Conv2D): 10 kernels of 3x5"
    limit = np.abs(layer.kernel.numpy()).max()
    assert scale == f"blue +{limit:.2g}, white 0, red -{limit:.2g}"
    image = figure.axes[0].images[0]
    assert image.get_clim() == (pytest.approx(-limit), pytest.approx(limit))
    assert [axes.get_title() for axes in figure.axes[:2]] == ["0", "1"]


def test_three_channels_are_colors():
    layer = built(L.Conv2D(4, 3), (9, 9, 3))
    layer.kernel.assign(np.zeros((3, 3, 3, 4)))
    assert pictures(mg.visualize.kernels(layer))[0].tolist() == np.full((3, 3, 3), 0.5).tolist()
    kernel = np.random.default_rng(0).normal(size=(3, 3, 3, 4)).astype(np.float32)
    layer.kernel.assign(kernel)
    figure = mg.visualize.kernels(layer)
    np.testing.assert_allclose(
        pictures(figure)[1], 0.5 + 0.5 * kernel[..., 1] / np.abs(kernel).max(), rtol=1e-5
    )
    assert "channels as red, green, blue; gray is 0" in figure.get_suptitle()


def test_many_channels_say_what_is_shown():
    layer = built(L.Conv2D(24, 3), (9, 9, 16))
    figure = mg.visualize.kernels(layer)
    assert "first 16 of 24 kernels" in figure.get_suptitle()
    assert "first 8 of 16 channels" in figure.get_suptitle()
    shown = pictures(figure)
    assert len(shown) == 16 * 8
    np.testing.assert_array_equal(shown[8 * 3 + 5], layer.kernel.numpy()[:, :, 5, 3])
    assert figure.axes[0].get_ylabel() == "kernel 0"
    assert figure.axes[7].get_title() == "channel 7"
    figure = mg.visualize.kernels(layer, max_kernels=2, max_channels=3)
    assert len(pictures(figure)) == 6
    figure = mg.visualize.kernels(layer, channel=-1)
    assert "channel 15 of 16" in figure.get_suptitle()
    np.testing.assert_array_equal(pictures(figure)[20], layer.kernel.numpy()[:, :, 15, 20])


def test_a_model_shows_its_first_convolution():
    model = mg.Sequential(
        [mg.Input((9, 9, 1)), L.MaxPooling2D(), L.Conv2D(2, 3, name="first"), L.Conv2D(2, 2)]
    )
    assert "Kernels of first (Conv2D)" in mg.visualize.kernels(model).get_suptitle()


@pytest.mark.parametrize(
    ("layer", "shape", "count", "size"),
    [
        (L.Conv1D(5, 4), (9, 3), 5, (3, 4)),
        (L.DepthwiseConv2D(3, depth_multiplier=2), (9, 9, 4), 8, (3, 3)),
        (L.SeparableConv2D(5, 3), (9, 9, 4), 4, (3, 3)),
        (L.Conv2DTranspose(5, 2), (9, 9, 1), 5, (2, 2)),
    ],
    ids=["Conv1D", "DepthwiseConv2D", "SeparableConv2D", "Conv2DTranspose"],
)
def test_other_convolutions(layer, shape, count, size):
    shown = pictures(mg.visualize.kernels(built(layer, shape)))
    assert len(shown) == count
    assert {picture.shape for picture in shown} == {size}


def test_the_transposed_kernel_is_of_its_output_channel():
    layer = built(L.Conv2DTranspose(5, 2), (9, 9, 1))
    np.testing.assert_array_equal(pictures(mg.visualize.kernels(layer))[3], layer.kernel.numpy()[:, :, 3, 0])


def test_bad_input():
    with pytest.raises(NotBuiltError, match="kernels: 'conv' isn't built yet"):
        mg.visualize.kernels(L.Conv2D(2, 3, name="conv"))
    with pytest.raises(TypeError, match=r"kernels: 'dense' \(Dense\) is no convolutional layer"):
        mg.visualize.kernels(L.Dense(2, name="dense"))
    with pytest.raises(TypeError, match="kernels: a layer is needed; got ndarray"):
        mg.visualize.kernels(np.ones((3, 3)))
    layer = built(L.Conv2D(2, 3, name="conv"), (9, 9, 4))
    with pytest.raises(ShapeError, match="'conv' has 4 channels, and no channel 4"):
        mg.visualize.kernels(layer, channel=4)
    with pytest.raises(ValueError, match="kernels: max_kernels must be an integer >= 1; got 0"):
        mg.visualize.kernels(layer, max_kernels=0)


def test_weights_that_are_not_finite_are_black():
    layer = built(L.Conv2D(2, 2, name="conv"), (9, 9, 1))
    kernel = np.array([[1.0, -2.0, np.nan, np.inf], [0.5, 0.25, 0.0, 1.0]]).T.reshape(2, 2, 1, 2)
    layer.kernel.assign(kernel)
    figure = mg.visualize.kernels(layer)
    assert figure.get_suptitle().endswith("blue +2, white 0, red -2, 2 weights are not finite: black")
    image = figure.axes[0].images[0]
    drawn = image.to_rgba(image.get_array(), bytes=True)[..., :3].reshape(4, 3)
    assert drawn[2:].tolist() == [[0, 0, 0]] * 2
    assert drawn[:2].any(axis=1).all()
    layer = built(L.Conv2D(1, 1), (9, 9, 3))
    layer.kernel.assign(np.array([2.0, np.nan, 0.0]).reshape(1, 1, 3, 1))
    assert pictures(mg.visualize.kernels(layer))[0].tolist() == [[[1.0, 0.0, 0.5]]]
