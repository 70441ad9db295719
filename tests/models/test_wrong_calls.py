"""Wrong calls of fit and the like: each is told what is wrong, with names and values, before much is done."""

from __future__ import annotations

import re

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.errors import DTypeError, LikelyMistakeWarning, ShapeError

X = np.linspace(-1, 1, 80, dtype=np.float32).reshape(20, 4)
Y = np.arange(20) % 3


def model(units=3, activation="softmax", loss="sparse_categorical_crossentropy", **settings):
    net = mg.Sequential([mg.Input((4,)), layers.Dense(units, activation=activation)])
    net.compile("sgd", loss, **settings)
    return net


def batches(batch, count=3):
    return (batch for _ in range(count))


@pytest.mark.parametrize(
    ("x", "arguments", "error", "text"),
    [
        (None, {}, ValueError, "fit: x is missing"),
        (X, {"y": np.array(list("abcde") * 4)}, DTypeError, "fit: y: .* <U1"),
        (np.array([[1, 2], [3]], object), {"y": Y[:2]}, DTypeError, "fit: x: .* object"),
        ([[1.0, 2.0], [3.0]], {"y": Y[:2]}, ShapeError, "fit: x: .* rows of equal length"),
        (X, {"y": Y, "validation_split": "0.2"}, ValueError, "validation_split must be .*; got '0.2'"),
        (X, {"y": Y, "validation_data": X}, ValueError, r"validation_data must be \(x, y\) or"),
        (X, {"y": Y * 0.3, "class_weight": {0: 1.0}}, ValueError, "class numbers; y has 0.3"),
        (batches(None), {}, ValueError, "fit: the data set yields None"),
        (batches((X[:4], Y[:3])), {}, ShapeError, re.escape("x is (4, 4), y is (3,)")),
        (batches((X, Y)), {"y": Y}, ValueError, r"y can't be given .* are \(x, y, sample_weight\)"),
        (batches((X, Y)), {"batch_size": 3}, ValueError, "batch_size .* have a size of their own"),
        (batches, {}, TypeError, "got function; call it"),
    ],
)
def test_what_is_wrong_is_told_before_the_first_step(x, arguments, error, text):
    net = model()
    before = net.get_weights()
    with pytest.raises(error, match=text):
        net.fit(x, verbose=0, **arguments)
    np.testing.assert_array_equal(before[0], net.get_weights()[0])


def test_functions_without_a_return():
    def forgetful(y_true, y_pred):
        mg.ops.mean(y_true - y_pred)

    with pytest.raises(TypeError, match="the loss function returned None; does it end with a return"):
        model(1, None, forgetful).fit(X, Y, verbose=0)
    net = model(1, None, "mse", metrics=[forgetful])
    with pytest.raises(TypeError, match="forgetful: the metric function returned None"):
        net.fit(X, Y, verbose=0)


def test_class_numbers_for_a_loss_of_yes_or_no():
    net = model(1, "sigmoid", "binary_crossentropy")
    with pytest.warns(LikelyMistakeWarning, match="y_true has values from 0 to 2"):
        net.fit(X, Y, verbose=0)
    with pytest.raises(ValueError, match=r"has 1 class; .* is 1; for yes or no use binary_crossentropy"):
        model(1, "sigmoid").fit(X, Y, verbose=0)


def test_positive_logits_without_from_logits():
    net = model(1, "relu", "binary_crossentropy")
    net.set_weights([np.ones((4, 1)), np.full(1, 9.0)])
    with pytest.warns(LikelyMistakeWarning, match="y_pred has values above 1, so it holds logits"):
        net.evaluate(X, Y % 2, verbose=0)


def test_an_error_in_the_first_step_leaves_no_line_of_progress(capsys):
    with pytest.raises(ValueError, match="needs targets"):
        model().fit(X, verbose=2)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("asked", [{"steps_per_epoch": 2, "epochs": 2}, {"steps": 5}])
def test_generators_that_end_early(asked):
    net = model()
    method = net.fit if "epochs" in asked else net.evaluate
    with pytest.warns(
        UserWarning, match=f"ran out of data.*{next(iter(asked))}={next(iter(asked.values()))}"
    ):
        method(batches((X, Y)), verbose=0, **asked)
