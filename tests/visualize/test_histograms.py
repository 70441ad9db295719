"""Histograms: every number is in a bar, and the model is left as it was."""

import numpy as np
import pytest

import minigrad as mg
from minigrad.autodiff.graph import grad
from minigrad.errors import NotBuiltError, NotCompiledError, ShapeError

V, L = mg.visualize, mg.layers


def heights(axes):
    return [bar.get_height() for bar in axes.patches]


def test_weights(trained):
    figure = V.weight_histograms(trained, bins=10)
    assert figure.get_suptitle() == "Weights of bars"
    panels = figure.axes
    assert [axes.get_title().splitlines()[0] for axes in panels] == [w.path for w in trained.weights]
    for axes, weight in zip(panels, trained.weights, strict=True):
        expected, edges = np.histogram(weight.numpy().astype(float), 10)
        assert heights(axes) == expected.tolist()
        np.testing.assert_allclose([bar.get_x() for bar in axes.patches], edges[:-1], atol=1e-12)
        assert (axes.get_xlabel(), axes.get_ylabel()) == ("weight", "how many")
    kernel = trained.weights[0].numpy()
    facts = f"(3, 3, 1, 12): mean {kernel.mean():.2g}, deviation {kernel.std():.2g}"
    assert panels[0].get_title().splitlines()[1] == facts


def test_gradients_are_those_of_the_loss(trained, data):
    x, y = data[0][:20], data[1][:20]
    figure = V.gradient_histograms(trained, x, y, bins=5)
    loss = trained.compute_loss(x, y, trained(x, training=True))
    grads = grad(loss, trained.trainable_variables)
    for axes, one in zip(figure.axes, grads, strict=True):
        assert heights(axes) == np.histogram(one.numpy().astype(float), 5)[0].tolist()
        assert axes.get_xlabel() == "gradient"
    again = V.gradient_histograms(trained, gradients=grads, bins=5)
    assert [heights(axes) for axes in again.axes] == [heights(axes) for axes in figure.axes]


def test_the_moving_statistics_stay():
    model = mg.Sequential([mg.Input((3,)), L.Dense(2), L.BatchNormalization(), L.Dense(1)])
    model.compile("sgd", "mse")
    before = [weight.numpy() for weight in model.weights]
    V.gradient_histograms(model, np.random.default_rng(0).normal(size=(8, 3)), np.ones((8, 1)))
    for weight, value in zip(model.weights, before, strict=True):
        np.testing.assert_array_equal(weight, value)


def test_drawing_gradients_changes_no_random_number():
    model = mg.Sequential([mg.Input((3,)), L.Dropout(0.5, seed=0), L.Dense(1)])
    model.compile("sgd", "mse")
    x, y = np.ones((8, 3)), np.ones((8, 1))
    V.gradient_histograms(model, x, y)
    drawn = model.layers[0](x, training=True).numpy()
    np.testing.assert_array_equal(drawn, L.Dropout(0.5, seed=0)(x, training=True).numpy())


def test_lists_are_a_batch_and_a_taped_model_has_gradients():
    model = mg.Sequential([mg.Input((2,)), L.Dense(1, use_bias=False, kernel_initializer="zeros")])
    model.compile("sgd", "mse")
    with mg.GradientTape() as tape:
        loss = model(np.ones((1, 2))).sum()
    tape.gradient(loss, model.trainable_variables)
    (axes,) = V.gradient_histograms(model, [[1.0, 2.0]], [[-1.0]], bins=2).axes
    assert heights(axes) == [1, 1]  # 2 (0 + 1) x = 2 and 4
    assert [axes.patches[0].get_x(), axes.patches[1].get_x() + axes.patches[1].get_width()] == [2, 4]
    with pytest.raises(ShapeError, match="gradient_histograms"):
        V.gradient_histograms(model, [[1.0, 2.0]], [[-1.0], [1.0]])


def test_what_is_missing_or_not_finite_is_said():
    model = mg.Sequential([mg.Input((3,)), L.Dense(2, name="d")], name="net")
    figure = V.gradient_histograms(model, gradients=[np.array([[1, np.nan, 2], [np.inf, 0, 0]]), None])
    first, second = figure.axes
    assert "2 not finite" in first.get_title()
    assert sum(heights(first)) == 4
    assert second.get_title() == "net/d/bias\nNone: the loss doesn't depend on it"
    assert not second.patches


def test_many_weights_say_how_many_are_shown():
    model = mg.Sequential([mg.Input((3,)), *(L.Dense(3) for _ in range(4))], name="net")
    figure = V.weight_histograms(model, max_panels=5)
    assert figure.get_suptitle() == "Weights of net: the first 5 of 8"
    assert len([axes for axes in figure.axes if axes.axison]) == 5


def test_bad_input(trained, data):
    with pytest.raises(NotBuiltError, match="'later' has no weights yet"):
        V.weight_histograms(L.Dense(2, name="later"))
    with pytest.raises(TypeError, match="a layer or model is needed; got list"):
        V.weight_histograms([])
    with pytest.raises(ValueError, match="bins must be an integer >= 1; got 0"):
        V.weight_histograms(trained, bins=0)
    with pytest.raises(ValueError, match="give either a batch, x and y, or gradients"):
        V.gradient_histograms(trained)
    with pytest.raises(ShapeError, match="'bars' has 4 trainable weights; got 1 gradients"):
        V.gradient_histograms(trained, gradients=[None])
    model = mg.Sequential([mg.Input((3,)), L.Dense(2)], name="net")
    with pytest.raises(NotCompiledError, match="'net' isn't compiled"):
        V.gradient_histograms(model, np.ones((1, 3)), np.ones((1, 2)))
    with pytest.raises(NotBuiltError, match="isn't built yet"):
        V.gradient_histograms(mg.Sequential([L.Dense(2)]), np.ones((1, 3)), np.ones((1, 2)))
