"""learning_curves: what is drawn is what was recorded."""

import numpy as np
import pytest

import minigrad as mg
from minigrad.errors import UnknownNameError

curves = mg.visualize.learning_curves
FULL = {
    "loss": [2.0, 1.0, 0.5],
    "accuracy": [0.5, 0.7, 0.9],
    "val_loss": [2.1, 0.9, 1.3],
    "val_accuracy": [0.5, 0.6, 0.6],
}


def lines(axes):
    return {line.get_label(): line for line in axes.lines}


def test_a_panel_for_each_metric_with_both_curves():
    figure = curves(FULL)
    assert figure.get_suptitle() == "Learning curves"
    loss, accuracy = figure.axes
    assert (loss.get_title(), loss.get_xlabel(), loss.get_ylabel()) == ("Loss", "epoch", "loss")
    assert accuracy.get_ylabel() == "accuracy"
    drawn = lines(loss)
    assert drawn["training"].get_xdata().tolist() == [1, 2, 3]
    assert drawn["training"].get_ydata().tolist() == FULL["loss"]
    assert drawn["validation"].get_ydata().tolist() == FULL["val_loss"]
    assert drawn["lowest validation: epoch 2"].get_xdata() == [2, 2]
    assert lines(accuracy)["validation"].get_ydata().tolist() == FULL["val_accuracy"]
    assert len(accuracy.lines) == 2
    assert [text.get_text() for text in loss.get_legend().get_texts()] == list(drawn)
    assert all(float(tick).is_integer() for tick in loss.get_xticks())


def test_metrics_are_chosen_by_name():
    assert [axes.get_ylabel() for axes in curves(FULL, ["accuracy"]).axes] == ["accuracy"]
    assert [axes.get_ylabel() for axes in curves(FULL, "loss").axes] == ["loss"]
    with pytest.raises(UnknownNameError, match="did you mean 'accuracy'"):
        curves(FULL, ["acuracy"])


def test_validation_stands_at_its_own_epochs():
    model = mg.Sequential([mg.Input((2,)), mg.layers.Dense(1)])
    model.compile("sgd", "mse")
    x = np.ones((4, 2), np.float32)
    history = model.fit(x, x[:, :1], epochs=5, verbose=0, validation_data=(x, x[:, :1]), validation_freq=2)
    (axes,) = curves(history).axes
    assert lines(axes)["validation"].get_xdata().tolist() == [2, 4]
    with pytest.raises(ValueError, match="'val_loss' has 2 values for 5 epochs"):
        curves(history.history)


def test_values_that_are_not_finite_are_marked():
    (axes,) = curves({"loss": [1.0, np.nan, np.inf], "val_loss": [np.nan, 2.0, np.nan]}).axes
    assert lines(axes)["training: not finite"].get_xdata().tolist() == [2, 3]
    assert "lowest validation: epoch 2" in lines(axes)
    (axes,) = curves({"loss": [np.nan], "val_loss": [np.nan]}).axes
    assert not any(label.startswith("lowest") for label in lines(axes))


def test_many_metrics_and_metrics_of_several_numbers():
    figure = curves({f"m{index}": [1.0, 2.0] for index in range(4)})
    assert [axes.get_ylabel() for axes in figure.axes if axes.axison] == ["m0", "m1", "m2", "m3"]
    figure = curves({"loss": [1.0], "per_class": [np.ones(3)]})
    assert [axes.get_ylabel() for axes in figure.axes] == ["loss"]


def test_bad_input():
    with pytest.raises(ValueError, match="no epoch in this history; train first"):
        curves(mg.callbacks.History())
    with pytest.raises(ValueError, match="no epoch"):
        curves({})
    with pytest.raises(TypeError, match=r"what fit returned is needed.*got list"):
        curves([1.0, 2.0])


def test_what_is_no_number_is_left_out():
    figure = curves({"loss": [1.0, 0.5], "note": ["first", "second"]})
    assert [axes.get_ylabel() for axes in figure.axes] == ["loss"]
    with pytest.raises(ValueError, match="no epoch in this history"):
        curves({"loss": ["low", "lower"]})
