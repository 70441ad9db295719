"""Saliency and Grad-CAM: the formulas, and that they point where the answer is."""

import numpy as np
import pytest

import minigrad as mg
from minigrad.errors import NotBuiltError, ShapeError, UnknownNameError

V, L = mg.visualize, mg.layers


def test_saliency_is_the_derivative(trained, data):
    image = data[0][0].astype(np.float64)
    found = V.saliency_map(trained, image, target=1)
    step = 1e-2
    for row, column in [(3, 1), (3, 5), (0, 0), (5, 6)]:
        up, down = image.copy(), image.copy()
        up[row, column] += step
        down[row, column] -= step
        scores = trained(np.stack([up, down]).astype(np.float32)).numpy()[:, 1]
        assert found[row, column] == pytest.approx(
            abs(scores[0] - scores[1]) / (2 * step), rel=0.05, abs=2e-3
        )


def test_both_point_at_the_bar(trained, data):
    for index in range(6):
        image, label = data[0][index], int(data[1][index])
        own = np.s_[2:6, 1:3] if label == 0 else np.s_[2:6, 5:7]
        heat = np.kron(V.grad_cam_map(trained, image, target=label, layer="conv"), np.ones((1, 1)))
        assert heat[own].mean() > 2 * heat.mean()


def test_grad_cam_is_its_formula(trained, data):
    image = data[0][:1]
    maps = trained.layers[0](image)
    flat = maps.detach()
    flat.requires_grad = True
    score = trained.layers[3](trained.layers[2](trained.layers[1](flat)))[0, 0]
    score.backward()
    weights = flat.grad[0].mean(axis=(0, 1))
    expected = np.maximum((maps.numpy()[0] * weights).sum(axis=-1), 0)
    found = V.grad_cam_map(trained, image, target=0, layer="conv")
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)
    assert V.grad_cam_map(trained, image).shape == (4, 4)  # the last layer with maps: pool


def test_colors_count_by_their_largest_channel():
    model = mg.Sequential([mg.Input((2, 2, 3)), L.Flatten(), L.Dense(1)])
    kernel = np.arange(-6.0, 6.0).reshape(12, 1)
    model.layers[1].kernel.assign(kernel)
    found = V.saliency_map(model, np.ones((2, 2, 3)))
    np.testing.assert_array_equal(found, np.abs(kernel.reshape(2, 2, 3)).max(axis=-1))


def test_frozen_models_no_grad_and_models_of_ones_own(data):
    class Net(mg.Model):
        def __init__(self):
            super().__init__(name="net")
            self.conv = L.Conv2D(3, 3)
            self.out = L.Dense(2)

        def call(self, inputs):
            return self.out(mg.ops.mean(self.conv(inputs), axis=(1, 2)))

    net = Net()
    net(data[0][:1])
    expected = V.saliency_map(net, data[0][0])
    net.trainable = False
    with mg.no_grad():
        np.testing.assert_array_equal(V.saliency_map(net, data[0][0]), expected)
    assert V.grad_cam_map(net, data[0][0]).shape == (6, 6)
    assert all(weight.grad is None for weight in net.weights)


def test_pictures(trained, data):
    image = data[0][0]
    figure = V.saliency(trained, image, target=1, class_names=["left", "right"])
    score = float(trained(image[None]).numpy()[0, 1])
    assert figure.get_suptitle() == f"Saliency for class 'right', score {score:.3g}"
    left, right, bar = figure.axes
    np.testing.assert_array_equal(left.images[0].get_array(), image[..., 0])
    np.testing.assert_array_equal(right.images[0].get_array(), V.saliency_map(trained, image, 1))
    assert bar.get_ylabel() == "|d score / d pixel|"
    figure = V.grad_cam(trained, image)
    best = int(trained(image[None]).numpy().argmax())
    assert figure.get_suptitle().startswith(f"Grad-CAM for class {best}, score ")
    right = figure.axes[1]
    assert right.get_title() == "where pool (4x4) speaks for it"
    np.testing.assert_array_equal(right.images[1].get_array(), V.grad_cam_map(trained, image))
    assert right.images[1].get_extent() == [-0.5, 7.5, 7.5, -0.5]


def test_bad_input(trained, data):
    with pytest.raises(ShapeError, match="'bars' has 2 classes, and no class 2"):
        V.saliency(trained, data[0][0], target=2)
    with pytest.raises(UnknownNameError, match="did you mean 'conv'"):
        V.grad_cam(trained, data[0][0], layer="cnv")
    flat = mg.Sequential([mg.Input((4, 4, 1)), L.Flatten(), L.Dense(2)], name="flat")
    with pytest.raises(ShapeError, match="grad_cam: no layer of 'flat' gives feature maps"):
        V.grad_cam(flat, np.ones((4, 4)))
    maps = mg.Sequential([mg.Input((4, 4, 1)), L.Conv2D(2, 3)], name="maps")
    with pytest.raises(ShapeError, match=r"must give scores of shape \(1, K\); got \(1, 2, 2, 2\)"):
        V.saliency(maps, np.ones((4, 4)))
    with pytest.raises(NotBuiltError, match="saliency_map: 'later' isn't built"):
        V.saliency_map(mg.Sequential([L.Dense(2)], name="later"), np.ones((4, 4)))
