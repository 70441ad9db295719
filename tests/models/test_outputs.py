"""Several outputs: their losses, weights, metrics and targets; the names are those that Keras 3.15 gives."""

from __future__ import annotations

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers

RNG = np.random.default_rng(0)
X = RNG.normal(size=(10, 4)).astype(np.float32)
A = RNG.normal(size=(10, 3)).astype(np.float32)
B = RNG.integers(0, 2, size=(10, 1)).astype(np.float32)
WEIGHT_A = np.linspace(-1, 1, 12).reshape(4, 3).astype(np.float32)
WEIGHT_B = np.linspace(-0.5, 0.5, 4).reshape(4, 1).astype(np.float32)
ROWS = np.linspace(0.1, 2, 10).astype(np.float32)

PRED_A = X @ WEIGHT_A
PRED_B = 1 / (1 + np.exp(-X @ WEIGHT_B))
MSE_A, MAE_A = np.mean((PRED_A - A) ** 2), np.mean(np.abs(PRED_A - A))
MSE_B, MAE_B = np.mean((PRED_B - B) ** 2), np.mean(np.abs(PRED_B - B))
BCE_B = -np.mean(B * np.log(PRED_B) + (1 - B) * np.log(1 - PRED_B))
ACC_B = np.mean((PRED_B > 0.5) == B)


class Two(mg.Model):
    """Two outputs in a form of one's choice, without names of their own."""

    def __init__(self, form):
        super().__init__()
        self.form = form
        self.a = layers.Dense(3, use_bias=False)
        self.b = layers.Dense(1, use_bias=False, activation="sigmoid")

    def call(self, inputs):
        a, b = self.a(inputs), self.b(inputs)
        return {
            "list": [a, b],
            "tuple": (a, b),
            "dict": {"out_b": b, "out_a": a},
            "nested": {"n": [a, b]},
        }[self.form]


def functional(form):
    inputs = mg.Input((4,))
    a = layers.Dense(3, use_bias=False, name="out_a")(inputs)
    b = layers.Dense(1, use_bias=False, activation="sigmoid", name="out_b")(inputs)
    return mg.Model(inputs, {"functional": [a, b], "functional dict": {"out_b": b, "out_a": a}}[form])


def results(form, y, sample_weight=None, **settings):
    """Return evaluate's dict and list."""
    net = functional(form) if form.startswith("functional") else Two(form)
    net(X)
    net.set_weights([WEIGHT_A, WEIGHT_B])
    net.compile(optimizer=mg.optimizers.SGD(0.1), **settings)
    return [
        net.evaluate(X, y, sample_weight=sample_weight, batch_size=4, verbose=0, return_dict=kind)
        for kind in (True, False)
    ]


def check(found, expected):
    by_name, listed = found
    assert list(by_name) == list(expected)
    for name, value in expected.items():
        assert by_name[name] == pytest.approx(value, rel=1e-5), name
    assert sorted(np.atleast_1d(listed)) == pytest.approx(sorted(by_name.values()))


# -- names and numbers -----------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["list", "tuple"])
def test_outputs_without_names_are_told_apart_by_their_losses(form):
    found = results(form, [A, B], loss=["mse", "binary_crossentropy"], metrics=[["mae"], ["accuracy"]])
    expected = {
        "loss": MSE_A + BCE_B,
        "mae": MAE_A,
        "accuracy": ACC_B,
        "mse_loss": MSE_A,
        "binary_crossentropy_loss": BCE_B,
    }
    check(found, expected)
    assert found[1] == pytest.approx(list(expected.values()), rel=1e-5)  # also the order of Keras's list


def test_one_loss_serves_all_outputs_and_their_names_stay_apart():
    check(
        results("list", [A, B], loss="mse"), {"loss": MSE_A + MSE_B, "mse_loss": MSE_A, "mse_1_loss": MSE_B}
    )


@pytest.mark.parametrize("form", ["functional", "functional dict", "dict"])
def test_losses_and_metrics_are_called_by_their_outputs(form):
    y = [A, B] if form == "functional" else {"out_a": A, "out_b": B}
    found = results(
        form,
        y,
        loss={"out_a": "mse", "out_b": "binary_crossentropy"},
        metrics={"out_a": ["mae", "mse"], "out_b": "accuracy"},
    )
    check(
        found,
        {
            "loss": MSE_A + BCE_B,
            "out_a_mae": MAE_A,
            "out_a_mse": MSE_A,
            "out_b_accuracy": ACC_B,
            "out_a_loss": MSE_A,
            "out_b_loss": BCE_B,
        },
    )
    # Keras's order: loss, the outputs' losses, then the metrics by name
    assert found[1] == pytest.approx([MSE_A + BCE_B, MSE_A, BCE_B, MAE_A, MSE_A, ACC_B], rel=1e-5)


@pytest.mark.parametrize("weights", [[0.5, 2.0], {"out_a": 0.5, "out_b": 2.0}])
def test_loss_weights_are_in_the_sum_only(weights):
    found = results("functional", [A, B], loss=["mse", "mae"], loss_weights=weights)
    check(found, {"loss": 0.5 * MSE_A + 2 * MAE_B, "out_a_loss": MSE_A, "out_b_loss": MAE_B})
    found = results("functional", [A, B], loss="mse", loss_weights=weights)
    check(found, {"loss": 0.5 * MSE_A + 2 * MSE_B, "out_a_loss": MSE_A, "out_b_loss": MSE_B})


def test_nested_outputs():
    found = results("nested", {"n": [A, B]}, loss={"n": ["mse", "mae"]}, metrics={"n": [["mse"], ["mae"]]})
    check(
        found,
        {
            "loss": MSE_A + MAE_B,
            "mse": MSE_A,
            "mae": MAE_B,
            "n/mse_loss": MSE_A,
            "n/mae_loss": MAE_B,
        },
    )


def test_sample_weights_for_all_outputs_or_for_each():
    weighted_a = np.mean(np.mean((PRED_A - A) ** 2, -1) * ROWS)
    weighted_b = np.mean(np.abs(PRED_B - B)[:, 0] * ROWS)
    settings = {"loss": ["mse", "mae"], "metrics": [["mse"], []], "weighted_metrics": [["mse"], ["mae"]]}
    mean_a = weighted_a * 10 / ROWS.sum()
    mean_b = weighted_b * 10 / ROWS.sum()
    check(
        results("functional", [A, B], ROWS, **settings),
        {
            "loss": weighted_a + weighted_b,
            "out_a_mse": MSE_A,
            "out_a_weighted_mse": mean_a,
            "out_b_mae": mean_b,
            "out_a_loss": weighted_a,
            "out_b_loss": weighted_b,
        },
    )
    for weights in ([ROWS, 2 * ROWS], {"out_a": ROWS, "out_b": 2 * ROWS}):
        found = results("functional", [A, B], weights, loss=["mse", "mae"])
        check(
            found,
            {"loss": weighted_a + 2 * weighted_b, "out_a_loss": weighted_a, "out_b_loss": 2 * weighted_b},
        )
    found = results("dict", {"out_a": A, "out_b": B}, {"out_b": ROWS}, loss={"out_a": "mse", "out_b": "mae"})
    check(found, {"loss": MSE_A + weighted_b, "out_a_loss": MSE_A, "out_b_loss": weighted_b})


def test_an_output_may_have_no_loss_and_then_needs_no_target():
    for y in ([A, B], [A]):
        check(results("list", y, loss=["mse", None]), {"loss": MSE_A})
    for y in ({"out_a": A, "out_b": B}, {"out_a": A}):
        check(results("dict", y, loss={"out_a": "mse"}), {"loss": MSE_A})


def test_one_array_is_the_target_of_the_only_output_with_a_loss():
    x = mg.Input((2,))
    ones = layers.Dense(3, kernel_initializer="ones")(x)
    net = mg.Model(x, [ones, ones, layers.Dense(1)(x)])
    net.compile("sgd", loss=["mse", None, None])
    assert net.evaluate(np.ones((8, 2)), np.zeros((8, 3)), verbose=0) == 4.0


def test_a_model_with_one_output_takes_every_form():
    net = mg.Sequential([mg.Input((4,)), layers.Dense(3, use_bias=False, name="out")])
    net.set_weights([WEIGHT_A])
    for settings in (
        {"loss": "mse", "metrics": ["mae"]},
        {"loss": ["mse"], "metrics": [["mae"]]},
        {"loss": {"out": "mse"}, "metrics": {"out": ["mae"]}},
    ):
        net.compile("sgd", **settings)
        assert net.evaluate(X, A, verbose=0, return_dict=True) == pytest.approx({"loss": MSE_A, "mae": MAE_A})
    for weights in (0.5, [0.5], {"out": 0.5}):
        net.compile("sgd", "mse", loss_weights=weights)
        assert net.evaluate(X, A, verbose=0) == pytest.approx(MSE_A / 2)
    net.compile("sgd", ["mse", "mae"])  # two losses of one output
    found = net.evaluate(X, A, verbose=0, return_dict=True)
    assert found == pytest.approx({"loss": MSE_A + MAE_A, "mse_loss": MSE_A, "mae_loss": MAE_A})


def test_names_that_repeat_are_numbered_and_weighted_ones_say_so():
    net = mg.Sequential([mg.Input((4,)), layers.Dense(3, use_bias=False)])
    net.compile("sgd", "mse", metrics=["mse", "mse"], weighted_metrics=["mse", "mae"])
    names = list(net.evaluate(X, A, verbose=0, return_dict=True))
    assert names == ["loss", "mse", "mse_1", "weighted_mse", "mae"]
    assert net.metrics_names == names


def test_functions_as_metrics_have_keras_names():
    def MyDistance(y_true, y_pred):  # noqa: N802
        return mg.ops.mean(mg.ops.abs(y_true - y_pred), axis=-1)

    net = mg.Sequential([mg.Input((3,)), layers.Dense(1)])
    net.compile("sgd", "mse", metrics=[MyDistance, lambda y_true, y_pred: y_pred * 0.0])
    history = net.fit(np.ones((4, 3)), np.ones((4, 1)), verbose=0).history
    assert list(history) == ["loss", "my_distance", "lambda"]


def test_each_output_has_its_gradient():
    net = functional("functional")
    net.set_weights([WEIGHT_A, WEIGHT_B])
    net.compile(mg.optimizers.SGD(0.1), loss=["mse", "mse"], loss_weights=[2.0, 0.0])
    net.train_on_batch(X, [A, B])
    gradient = 2.0 * 2.0 / A.size * X.T @ (PRED_A - A)
    np.testing.assert_allclose(net.get_weights()[0], WEIGHT_A - 0.1 * gradient, rtol=1e-4, atol=1e-6)
    np.testing.assert_array_equal(net.get_weights()[1], WEIGHT_B)


def test_crossentropy_by_shape():
    net = mg.Sequential([mg.Input((4,)), layers.Dense(3, activation="softmax")])
    labels = np.arange(10) % 3
    found = []
    for loss, y in (
        ("crossentropy", labels),
        ("sparse_categorical_crossentropy", labels),
        ("ce", mg.utils.to_categorical(labels, 3)),
    ):
        net.compile("sgd", loss)
        found.append(net.evaluate(X, y, verbose=0))
    assert found[0] == pytest.approx(found[1])
    assert found[0] == pytest.approx(found[2], rel=1e-5)


def test_predict_keeps_the_structure():
    net = functional("functional dict")
    output = net.predict(X, batch_size=4, verbose=0)
    assert {name: part.shape for name, part in output.items()} == {"out_b": (10, 1), "out_a": (10, 3)}
    assert isinstance(Two("tuple").predict(X, batch_size=3, verbose=0), tuple)


def test_monitored_metrics_of_outputs_have_a_direction():
    net = functional("functional")
    net.compile("sgd", loss=["mse", "mse"], metrics=[[], ["accuracy"]])
    stop = mg.callbacks.EarlyStopping("val_out_b_accuracy", patience=1)
    net.fit(X, [A, B], validation_data=(X, [A, B]), epochs=2, callbacks=[stop], verbose=0)
    assert stop.is_improvement(0.9, 0.8)
    assert not stop.is_improvement(0.7, 0.8)


# -- errors ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        (
            {"loss": ["mse"] * 3},
            r"loss must be a list with an entry for each of the 2 outputs.*'out_a', 'out_b'",
        ),
        ({"loss": {"out_c": "mse"}}, "loss must be.*'out_a', 'out_b'.*out_c"),
        ({"loss": "mse", "metrics": ["mae"]}, "metrics must be a list with an entry for each of the 2"),
        (
            {"loss": ["mse", "mse"], "loss_weights": [1.0]},
            "loss_weights must be a list with an entry for each",
        ),
        (
            {"loss": {"out_a": "mse"}, "loss_weights": [1.0, 2.0]},
            "loss_weights must match the losses, one for",
        ),
    ],
)
def test_what_does_not_fit_the_outputs(settings, text):
    net = functional("functional")
    net.compile("sgd", **settings)
    with pytest.raises(ValueError, match=text):
        net.evaluate(X, [A, B], verbose=0)


@pytest.mark.parametrize("y", [A, [A], [A, B, B], {"out_a": A}, {"out_a": A, "other": B}])
def test_targets_that_do_not_fit_the_outputs(y):
    net = functional("functional")
    net.compile("sgd", "mse")
    with pytest.raises(ValueError, match=r"the targets don't fit.*returns \[\(10, 3\), \(10, 1\)\].*'out_b'"):
        net.evaluate(X, y, verbose=0)


def test_a_list_of_targets_for_a_dict_of_outputs_would_be_a_guess():
    net = Two("dict")
    net.compile("sgd", "mse")
    with pytest.raises(ValueError, match="give a dict by the outputs' names"):
        net.evaluate(X, [A, B], verbose=0)


def test_other_wrong_settings():
    net = functional("functional")
    with pytest.raises(ValueError, match="loss_weights must be a number, or a list or dict"):
        net.compile("sgd", "mse", loss_weights="much")
    net.compile("sgd", "mse")
    with pytest.raises(
        ValueError, match="sample_weight must be one array, a list with one for each of the 2"
    ):
        net.evaluate(X, [A, B], sample_weight=[ROWS] * 3, verbose=0)
    with pytest.raises(ValueError, match="class_weight needs a single target"):
        net.fit(X, [A, B], class_weight={0: 1.0}, verbose=0)
    net.compile("sgd", mg.losses.MeanSquaredError(reduction=None))
    with pytest.raises(ValueError, match=r"the loss must be a single number; got shape \(10,\)"):
        net.evaluate(X, [A, B], verbose=0)
