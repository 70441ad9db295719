"""check_model compares every parameter, finds mistakes, and lets training go on as if nothing was."""

from __future__ import annotations

import re

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.errors import GradientError, KinkError, LayerCheckError
from minigrad.testing import check_layer, check_model
from testing import wrong

RNG = np.random.default_rng(0)
IMAGES = RNG.normal(size=(6, 6, 6, 2)).astype("float32")
DIGITS = np.array([0, 2, 1, 1, 0, 2])


def small_cnn(**options):
    return mg.Sequential(
        [
            mg.Input((6, 6, 2)),
            layers.Conv2D(3, 3, activation="relu", kernel_regularizer="l2", name="conv"),
            layers.BatchNormalization(name="norm"),
            layers.MaxPooling2D(name="pool"),
            layers.Flatten(name="flat"),
            layers.Dropout(0.25, name="drop"),
            layers.Dense(3, activity_regularizer="l2", name="out"),
        ],
        **options,
    )


def compiled_cnn(optimizer="adam"):
    model = small_cnn()
    loss = mg.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"])
    return model


# -- right models pass ----------------------------------------------------------------------------


@pytest.mark.parametrize("training", [True, False])
def test_every_parameter_has_a_line(training):
    model = compiled_cnn()
    report = check_model(model, IMAGES, DIGITS, training=training, max_elements=None)
    assert [(row.name, row.shape) for row in report.inputs] == [
        (weight.path, weight.shape) for weight in model.trainable_variables
    ]
    assert report.checked == sum(weight.size for weight in model.trainable_variables)
    assert report.max_rel_error < 1e-6
    for row in report.inputs:
        assert row.worst.by_rule == pytest.approx(row.worst.numerical, rel=1e-6, abs=1e-8)


def test_the_values_are_the_losses_own_gradients():
    model = mg.Sequential([mg.Input((2,)), layers.Dense(1, use_bias=False, name="d")])
    model.set_weights([np.array([[0.5], [2.0]], "float32")])
    model.compile(loss="mse")
    row = check_model(model, np.array([[1.0, 0.0]]), np.array([[3.0]])).inputs[0]
    assert row.checked == 2
    worst = {(0, 0): 2.0 * (0.5 - 3.0), (1, 0): 0.0}
    assert row.worst.by_rule == worst[row.worst.index]
    row = check_model(model, np.array([[1.0, 0.0]]), np.array([[3.0]]), np.array([10.0])).inputs[0]
    assert row.worst.by_rule == 10.0 * worst[row.worst.index]


def test_without_a_loss_it_is_the_sum_of_the_outputs():
    start = mg.Input((3,))
    outputs = {"a": layers.Dense(2, "tanh")(start), "b": layers.Dense(1, kernel_regularizer="l2")(start)}
    model = mg.Model(start, outputs)
    report = check_model(model, IMAGES[:, 0, :, 0][:, :3])
    assert report.checked == 6 + 2 + 3 + 1
    bias = report.inputs[3]
    assert bias.shape == (1,)
    assert bias.worst.by_rule == pytest.approx(6.0)


def test_several_inputs_and_losses():
    first, second = mg.Input((3,), name="first"), mg.Input((2,), name="second")
    joined = layers.Concatenate()([first, second])
    model = mg.Model(
        {"first": first, "second": second},
        {
            "size": layers.Dense(1, name="size")(joined),
            "kind": layers.Dense(2, "softmax", name="kind")(joined),
        },
    )
    model.compile(
        loss={"size": "mse", "kind": "sparse_categorical_crossentropy"},
        loss_weights={"size": 0.5, "kind": 2.0},
    )
    x = {"first": RNG.normal(size=(4, 3)), "second": RNG.normal(size=(4, 2))}
    y = {"size": RNG.normal(size=(4, 1)), "kind": np.array([0, 1, 1, 0])}
    before = dict(vars(model))
    assert check_model(model, x, y).checked == 5 + 1 + 10 + 2
    assert vars(model) == before


def test_a_layer_and_a_model_that_is_not_built():
    assert check_model(layers.Dense(2), np.ones((1, 3))).checked == 8
    model = mg.Sequential([layers.Dense(2, "tanh"), layers.Dense(1)])
    model.compile(loss="mse")
    assert check_model(model, np.ones((2, 3)), np.ones((2, 1))).checked == 6 + 2 + 2 + 1
    assert model.built


def test_a_subclass_with_a_loss_of_its_own():
    class Model(mg.Model):
        def __init__(self, wrong_loss):
            super().__init__()
            self.dense = layers.Dense(2)
            self.cube = wrong.cube_with_half if wrong_loss else (lambda x: x**3)

        def call(self, inputs):
            return self.dense(inputs)

        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            return mg.ops.sum(self.cube(y_pred) * y)

    for wrong_loss in False, True:
        model = Model(wrong_loss)
        model.compile(loss="mse")
        x, y = np.ones((2, 3)), np.ones((2, 2))
        if wrong_loss:
            with pytest.raises(GradientError):
                check_model(model, x, y)
        else:
            assert check_model(model, x, y).checked == 8


# -- mistakes are found ---------------------------------------------------------------------------


def with_layer(layer):
    model = mg.Sequential(
        [mg.Input((3,)), layers.Dense(4, name="before"), layer, layers.Dense(1, name="after")],
        name="net",
    )
    model.compile(loss="mse")
    return model


@pytest.mark.parametrize(
    ("layer", "bad"),
    [
        (wrong.WrongByInputs(name="layer"), {"net/before/kernel", "net/before/bias"}),
        (wrong.WrongByWeight(name="layer"), {"net/layer/factor"}),
        (wrong.Detached(name="layer"), {"net/layer/factor"}),
        (wrong.WrongLoss(name="layer"), {"net/before/kernel", "net/before/bias"}),
        (wrong.WrongInTraining(name="layer"), {"net/before/kernel", "net/before/bias"}),
    ],
)
def test_a_wrong_gradient_is_found_and_shown(layer, bad):
    model = with_layer(layer)
    x = np.array([[0.5, -1.0, 2.0], [1.5, 0.5, -0.5]])
    with pytest.raises(GradientError) as caught:
        check_model(model, x, np.zeros((2, 1)), seed=3)
    message = str(caught.value)
    assert message.startswith(
        f"check_model: the gradient of the loss of {model.name!r} (Sequential, in training)"
    )
    lines = [line for line in message.splitlines() if re.match(r"net/(before|layer|after)/\w+  ", line)]
    assert len(lines) == len(model.trainable_variables)
    assert {line.split()[0] for line in lines if "WRONG" in line} == bad
    assert "seed=3" in message
    assert f"'name': {model.name!r}" in message
    assert ("no gradient" in message) == isinstance(layer, wrong.Detached)


def test_a_forgotten_parameter_is_found():
    model = with_layer(wrong.Forgetful(name="layer"))
    x, y = np.ones((2, 3)), np.ones((2, 1))
    with pytest.raises(
        GradientError, match=r"check_model: the result does not depend on net/layer/shift: forgotten"
    ):
        check_model(model, x, y)
    report = check_model(model, x, y, unused="ignore")
    assert [row.name for row in report.inputs if not row.connected] == ["net/layer/shift"]


def test_a_loss_that_is_not_finite_is_refused():
    with pytest.raises(GradientError, match=r"the loss of .* is not finite at these inputs: .nan"):
        check_model(with_layer(wrong.Scale()), np.full((2, 3), np.nan), np.zeros((2, 1)))


# -- kinks ----------------------------------------------------------------------------------------


def test_a_new_relu_model_has_kinks_where_images_are_blank():
    model = mg.Sequential(
        [
            mg.Input((2, 2, 1)),
            layers.Conv2D(2, 1, activation="relu", name="c"),
            layers.Flatten(),
            layers.Dense(1),
        ],
        name="net",
    )
    x = np.zeros((1, 2, 2, 1))
    x[0, 0, 0, 0] = 1.0
    report = check_model(model, x, perturb_weights=0.0)
    assert [(row.name, row.kinks) for row in report.inputs][:2] == [("net/c/kernel", 0), ("net/c/bias", 2)]
    with pytest.raises(KinkError, match="along net/c/bias"):
        check_model(model, x, kinks="error")
    moved = check_model(model, x, kinks="error", perturb_weights=0.1)
    assert moved.kinks == []
    assert moved.checked == sum(weight.size for weight in model.trainable_variables)


# -- the model is left as it was ------------------------------------------------------------------


def state_of(model):
    variables = [*model.variables, *model.optimizer.variables]
    variables += [one for metric in model.metrics for one in metric.variables]
    return {
        "variables": [(one.path, one.dtype, one.data.tobytes()) for one in variables],
        "seed": model.get_layer("drop").seed_generator.state.tolist(),
        "global": mg.random.seed.global_seed_generator().state.tolist(),
        "losses": [loss.item() for loss in model.losses],
        "results": model.get_metrics_result(),
        "dtypes": [(layer.dtype, layer.output_shape) for layer in model.layers],
    }


def test_training_goes_on_as_if_nothing_was():
    weights = []
    for check in False, True:
        mg.utils.set_random_seed(1)
        model = compiled_cnn(mg.optimizers.Adam(0.01, use_ema=True))
        model.fit(IMAGES, DIGITS, batch_size=3, epochs=1, verbose=0)
        if check:
            before = state_of(model)
            check_model(model, IMAGES, DIGITS, perturb_weights=0.1)
            assert state_of(model) == before
        model.fit(IMAGES, DIGITS, batch_size=3, epochs=2, verbose=0)
        weights.append(model.get_weights())
    for one, other in zip(*weights, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_model_that_fails_is_left_as_it_was_too():
    mg.utils.set_random_seed(1)
    model = with_layer(wrong.WrongByInputs())
    model.fit(np.ones((4, 3)), np.ones((4, 1)), verbose=0)
    variables = [*model.variables, *model.optimizer.variables]
    before = [one.data.tobytes() for one in variables]
    with pytest.raises(GradientError):
        check_model(model, np.ones((4, 3)), np.ones((4, 1)))
    assert [one.data.tobytes() for one in variables] == before


# -- reports, options -----------------------------------------------------------------------------


def test_the_report_is_a_table():
    report = check_model(compiled_cnn(), IMAGES, DIGITS, max_elements=5)
    header, *lines = str(report).splitlines()
    assert header.split()[:4] == ["name", "shape", "checked", "kinks"]
    assert [line.split()[0] for line in lines] == [row.name for row in report.inputs]
    assert "  5 of 54  " in lines[0]
    assert f"{report.inputs[0].worst.index}: " in lines[0]
    positions = {line.index(" of ") + 4 + len(line.split(" of ")[1].split()[0]) for line in lines}
    assert len(positions) == 1  # the numbers are aligned to the right


def test_the_same_seed_checks_the_same_elements():
    model = compiled_cnn()
    first, again = (check_model(model, IMAGES, DIGITS, max_elements=2, seed=1) for _ in range(2))
    assert first == again
    other = check_model(model, IMAGES, DIGITS, max_elements=2, seed=2)
    assert [row.worst.index for row in first.inputs] != [row.worst.index for row in other.inputs]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"training": 1}, "check_model: training must be True or False; got 1"),
        ({"unused": None}, "check_model: unused must be"),
        ({"perturb_weights": "a"}, "check_model: perturb_weights must be"),
        ({"seed": 2**64}, "check_model: seed must be"),
        ({"rtol": -1.0}, "check_model: rtol and atol"),
        ({"kinks": None}, "check_model: kinks must be"),
    ],
)
def test_bad_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        check_model(layers.Dense(1), np.ones((1, 2)), **options)


def test_what_cannot_be_checked_is_refused():
    with pytest.raises(TypeError, match=r"must be a model or a layer; got .*make an instance of it"):
        check_model(mg.Sequential, IMAGES)
    with pytest.raises(ValueError, match="'flat' has no trainable parameter") as caught:
        check_model(layers.Flatten(name="flat"), IMAGES)
    assert "check_model(model, x, y, training=True, seed=0" in caught.value.__notes__[-1]
    with pytest.raises(ValueError, match="needs targets, and y is missing"):
        check_model(compiled_cnn(), IMAGES)


def test_layers_and_models_agree():
    model = small_cnn()
    by_layer = check_layer(model, IMAGES, training=False, one_by_one=True, max_elements=3)
    assert [row.name for row in by_layer.inputs[1:]] == [
        f"weight {one.path!r}" for one in model.trainable_weights
    ]
    with pytest.raises(LayerCheckError, match="another one than for it alone"):
        check_layer(model, IMAGES, one_by_one=True)
