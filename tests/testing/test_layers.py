"""check_layer finds every mistake that tests/testing/wrong.py makes, and leaves the layer as it was."""

from __future__ import annotations

import re

import numpy as np
import pytest

import minigrad as mg
from minigrad import layers
from minigrad.errors import DTypeError, GradientError, KinkError, LayerCheckError, NotDifferentiableError
from minigrad.testing import check_layer
from testing import wrong

# -- right layers pass ----------------------------------------------------------------------------


def test_the_report_has_a_line_for_each_input_and_weight():
    report = check_layer(layers.Dense(2, activation="tanh", name="d"), (4, 3))
    assert [(row.name, row.shape, row.checked) for row in report.inputs] == [
        ("inputs", (4, 3), 12),
        ("weight 'd/kernel'", (3, 2), 6),
        ("weight 'd/bias'", (2,), 2),
    ]
    assert report.checked == 20
    assert report.max_rel_error < 1e-8
    lines = str(report).splitlines()
    assert len(lines) == 4
    assert re.match(r"weight 'd/bias' +\(2,\) +2 of 2 +0 ", lines[3])


def test_second_order_checks_the_first_too():
    report = check_layer(layers.Dense(2, activation="tanh"), (4, 3), order=2)
    assert {row.order for row in report.inputs} == {1, 2}
    assert report.checked == 20 + 20 + 8


def test_none_for_the_batch_is_some_size():
    assert check_layer(layers.Flatten(), (None, 2, 2)).checked == 2 * 4


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (layers.BatchNormalization(), (5, 3)),
        (layers.Dropout(0.5), (4, 3)),
        (wrong.Counting(), (2, 3)),
        (wrong.Noisy(), (2, 3)),
    ],
)
@pytest.mark.parametrize("order", [1, 2])
def test_layers_that_go_on_from_call_to_call_are_started_anew(layer, shape, order):
    assert check_layer(layer, shape, order=order).checked >= 9


def test_dropout_drops_something_in_training_only():
    dropout = layers.Dropout(0.5)
    trained = check_layer(dropout, (4, 5)).inputs[0]
    assert trained.checked == 20
    assert check_layer(dropout, (4, 5), training=False, one_by_one=True).checked == 20
    with pytest.raises(LayerCheckError, match="example 1 of a batch of 4 is another one than for it alone"):
        check_layer(dropout, (4, 5), one_by_one=True)


def test_models_are_layers():
    model = mg.Sequential([layers.Conv2D(2, 2, activation="relu"), layers.Flatten(), layers.Dense(2)])
    report = check_layer(model, (2, 4, 4, 1), one_by_one=True)
    assert [row.shape for row in report.inputs] == [(2, 4, 4, 1), (2, 2, 1, 2), (2,), (18, 2), (2,)]
    start = mg.Input((3,), name="start")
    both = mg.Model(start, [layers.Dense(1)(start), layers.Dense(2, "tanh")(start)])
    assert check_layer(both, (2, 3)).max_rel_error < 1e-8


def test_several_inputs_are_a_list():
    report = check_layer(layers.Multiply(), [(2, 3), (2, 1)], order=2)
    assert [(row.name, row.shape) for row in report.inputs[:2]] == [
        ("inputs[0]", (2, 3)),
        ("inputs[1]", (2, 1)),
    ]


def test_further_arguments_are_varied_if_they_are_floating():
    report = check_layer(wrong.Pair(), (2, 3), arguments={"gate": (2, 3), "power": 3})
    assert [row.name for row in report.inputs] == ["inputs", "arguments['gate']"]
    mask = np.array([[True, False, True], [True, True, False]])
    report = check_layer(layers.Softmax(), (2, 3), arguments={"mask": mask}, one_by_one=True)
    assert [(row.name, row.checked) for row in report.inputs] == [("inputs", 6)]


def test_inputs_may_be_arrays_tensors_and_lists_of_numbers():
    layer = layers.Dense(1, kernel_initializer="ones", use_bias=False)
    for x in np.array([[1.0, 2.0]]), mg.Tensor([[1.0, 2.0]]), [[1.0, 2.0]]:
        report = check_layer(layer, x, perturb_weights=0.0)
        assert [row.shape for row in report.inputs] == [(1, 2), (2, 1)]
    report = check_layer(layers.Concatenate(), [np.array([[1.0]]), (1, 3)])
    assert [row.shape for row in report.inputs] == [(1, 1), (1, 3)]


def test_integers_are_not_varied():
    report = check_layer(layers.Embedding(4, 2, name="e"), np.array([[0, 3], [1, 3]]))
    assert [(row.name, row.checked) for row in report.inputs] == [("weight 'e/embeddings'", 8)]


def test_where_nothing_is_differentiable_the_rest_is_checked():
    class ArgMax(mg.layers.Layer):
        def call(self, inputs):
            return mg.ops.argmax(inputs, axis=-1)

        def compute_output_shape(self, input_shape):
            return input_shape[:-1]

    assert check_layer(ArgMax(), (2, 3)).inputs == []
    ArgMax.compute_output_shape = lambda self, input_shape: input_shape
    with pytest.raises(LayerCheckError, match=r"gives \(2, 3\), but the output's shape is \(2,\)"):
        check_layer(ArgMax(), (2, 3))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_any_dtype_can_be_checked(dtype):
    layer = layers.Conv2D(2, 2, dtype=dtype, activation="relu")
    assert check_layer(layer, (2, 3, 3, 2)).max_rel_error < 1e-7
    assert {weight.dtype for weight in layer.weights} == {np.dtype(dtype)}


def test_frozen_weights_are_constants():
    layer = layers.Dense(2)
    layer.trainable = False
    assert [row.name for row in check_layer(layer, (2, 3)).inputs] == ["inputs"]


# -- mistakes are found ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cls", "name", "options"),
    [
        (wrong.WrongByInputs, "inputs", {}),
        (wrong.WrongByWeight, "weight 'scale/factor'", {}),
        (wrong.WrongLoss, "inputs", {}),
        (wrong.WrongInTraining, "inputs", {}),
        (wrong.Detached, "weight 'scale/factor'", {}),
        (wrong.WrongInSecondOrder, "inputs", {"order": 2}),
    ],
)
def test_a_wrong_gradient_is_found(cls, name, options):
    with pytest.raises(GradientError) as caught:
        check_layer(cls(name="scale"), (2, 3), seed=4, **options)
    message = str(caught.value)
    assert f"of layer 'scale' ({cls.__name__}, in training) is wrong" in message
    assert f"with respect to {name} of shape" in message
    assert message.count("with respect to") == 1
    assert re.search(cls.__name__ + r"\.from_config\(\{.*'name': 'scale'.*\}\)", message)
    assert "check_layer(layer, (2, 3), training=True, order=" in message
    assert "seed=4" in message


def test_a_mistake_that_does_not_show_is_not_found():
    check_layer(wrong.WrongInTraining(), (2, 3), training=False)
    check_layer(wrong.WrongInSecondOrder(), (2, 3), order=1)


def test_zeros_would_hide_a_mistake():
    class Sloped(wrong.Scale):
        def build(self, input_shape):
            self.factor = self.add_weight(input_shape[-1:], "zeros", name="factor")

        def call(self, inputs):
            return inputs + wrong.cube_with_half(self.factor)

    check_layer(Sloped(), (2, 3), perturb_weights=0.0)
    with pytest.raises(GradientError, match=r"weight 'sloped.*/factor'"):
        check_layer(Sloped(), (2, 3))


def test_a_forgotten_weight_is_found():
    message = r"does not depend on weight 'f/shift': forgotten in call\(\)\?(.|\n)*from_config(.|\n)*seed=0"
    with pytest.raises(GradientError, match=message):
        check_layer(wrong.Forgetful(name="f"), (2, 3))
    report = check_layer(wrong.Forgetful(), (2, 3), unused="ignore")
    assert [row.connected for row in report.inputs] == [True, True, False]
    assert str(report).splitlines()[-1].endswith("no gradient")


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (wrong.WrongShape(), r"compute_output_shape\(\(2, 3\)\) gives \(2, 4\), but .* is \(2, 3\)"),
        (wrong.WrongBatch(), r"\(\(None, 3\)\) gives \(7, 3\) with an unknown batch size, but"),
        (wrong.WrongDtype(), "the output is float64, but the layer's dtype is float32"),
        (wrong.WritesInput(), "the call changes input 0 in place"),
        (wrong.WritesWeight(), "the call changes weight 'writes_weight.*' in place"),
        (wrong.WritesBackward(), "the backward pass changes input 0 in place"),
        (wrong.NoConfig(2), "no layer can be made from its config: TypeError: .*'power'.*config=False"),
        (wrong.Defaulted(3.0), "gives another output, with the same weights"),
        (wrong.NotJson(3.0), "no layer can be made from its config: TypeError: .*not JSON serializable"),
        (wrong.Rounded(2.6), "gives another output"),
        (wrong.Renamed(), "has another config: .*'name': 'other'"),
        (wrong.Narrow(wide=True), "the layer made from its config has other weights"),
    ],
)
def test_a_broken_promise_is_found(layer, message):
    with pytest.raises(LayerCheckError, match="check_layer: .*" + message) as caught:
        check_layer(layer, (2, 3), seed=7)
    assert f"{type(layer).__name__}.from_config({{" in str(caught.value)
    assert "check_layer(layer, (2, 3), training=True, order=1, seed=7)" in str(caught.value)


def test_a_layer_need_not_have_a_config():
    for layer in wrong.NoConfig(2), wrong.Defaulted(3.0), wrong.NotJson(3.0):
        check_layer(layer, (2, 3), config=False)
    check_layer(wrong.Power(3.0), (2, 3))


def test_examples_may_be_compared_one_by_one():
    check_layer(wrong.Centered(), (3, 2))
    with pytest.raises(LayerCheckError, match="example 0 of a batch of 3 is another one than for it alone"):
        check_layer(wrong.Centered(), (3, 2), one_by_one=True)
    check_layer(wrong.Scale(), (3, 2), one_by_one=True)
    check_layer(layers.BatchNormalization(), (3, 2), training=False, one_by_one=True)


def test_errors_of_other_kinds_say_how_to_see_them_again():
    with pytest.raises(ValueError, match="another one each time") as caught:
        check_layer(wrong.Restless(), (2, 3), config=False)
    assert "Restless.from_config" in caught.value.__notes__[-1]
    with pytest.raises(DTypeError, match="returned float32 for inputs in float64"):
        check_layer(wrong.Shorter(), (2, 3))
    with pytest.raises(mg.errors.ShapeError, match="must have"):
        check_layer(layers.Conv2D(2, 3), (2, 3))


def test_an_op_of_order_1_is_refused_in_order_2():
    first = wrong.op(lambda x: x * x, lambda g, x: 2.0 * g * x, order=1)

    class Square(wrong.Scale):
        def call(self, inputs):
            return first(inputs) * self.factor

    check_layer(Square(), (2, 3))
    with pytest.raises(NotDifferentiableError):
        check_layer(Square(), (2, 3), order=2)


# -- kinks ----------------------------------------------------------------------------------------


def test_kinks_are_counted_or_raised():
    x = np.array([[0.0, 1.0, -1.0]])
    report = check_layer(layers.ReLU(), x)
    assert [(row.checked, row.kinks) for row in report.inputs] == [(2, 1)]
    assert report.kinks == [(1, "inputs", (0, 0))]
    with pytest.raises(KinkError, match=r"has a kink(.|\n)*ReLU.from_config(.|\n)*seed=0"):
        check_layer(layers.ReLU(), x, kinks="error")


# -- the layer is left as it was ------------------------------------------------------------------


def facts(layer):
    """Everything that can be seen of a layer."""
    return {
        "weights": [(one.dtype, one.data.tobytes(), one.trainable, one.grad) for one in layer.weights],
        "arrays": [id(one._data) for one in layer.weights],
        "seeds": layer.seed_generator.state.tolist() if hasattr(layer, "seed_generator") else None,
        "global": mg.random.seed.global_seed_generator().state.tolist(),
        "losses": len(layer.losses),
        "attributes": {key: repr(value) for key, value in vars(layer).items()},
    }


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (lambda: layers.Dense(2, activity_regularizer="l2"), (2, 3)),
        (layers.BatchNormalization, (4, 3)),
        (lambda: layers.Dropout(0.5), (4, 3)),
        (wrong.Counting, (2, 3)),
        (wrong.Noisy, (2, 3)),
        (wrong.WrongByInputs, (2, 3)),
        (wrong.WritesWeight, (2, 3)),
        (wrong.WrongShape, (2, 3)),
    ],
)
def test_the_layer_is_left_as_it_was(make, shape):
    layer = make()
    layer(np.ones(shape, "float32"), training=True)
    before = facts(layer)
    try:
        check_layer(layer, shape, order=2)
    except AssertionError:
        assert type(layer).__name__.startswith("W")
    assert facts(layer) == before


def test_the_losses_of_the_last_call_stay_and_go_with_the_next():
    layer = layers.Dense(2, activity_regularizer="l2")
    layer(np.ones((2, 3)))
    before = layer.losses[0].item()
    check_layer(layer, (5, 3))
    assert [loss.item() for loss in layer.losses] == [before]
    layer(np.zeros((2, 3)))
    assert len(layer.losses) == 1


def test_a_gradient_of_the_user_stays():
    layer = layers.Dense(2)
    layer(np.ones((2, 3))).sum().backward()
    before = [weight.grad.copy() for weight in layer.weights]
    check_layer(layer, (2, 3))
    for weight, grad in zip(layer.weights, before, strict=True):
        np.testing.assert_array_equal(weight.grad, grad)


def test_an_array_given_is_not_written_to():
    x = np.ones((2, 3))
    with pytest.raises(LayerCheckError):
        check_layer(wrong.WritesInput(), x)
    np.testing.assert_array_equal(x, np.ones((2, 3)))


# -- the same each time ---------------------------------------------------------------------------


def test_config_and_seed_decide_on_everything():
    reports = []
    for start in 1, 2:
        mg.utils.set_random_seed(start)
        layer = mg.Sequential([layers.Dense(4), layers.Dropout(0.5), layers.GaussianNoise(0.1)], name="s")
        reports.append(check_layer(layer, (3, 2), seed=5))
    names = [[row.shape for row in report.inputs] for report in reports]
    assert names[0] == names[1]
    assert [row.worst for row in reports[0].inputs] == [row.worst for row in reports[1].inputs]
    other = check_layer(layers.Dense(4), (3, 2), seed=6)
    assert other.inputs[0].worst != reports[0].inputs[0].worst


def test_a_layer_that_is_built_keeps_its_weights():
    layer = layers.Dense(1, kernel_initializer="ones", use_bias=False)
    layer.build((None, 2))
    report = check_layer(layer, np.array([[1.0, 2.0]]), perturb_weights=0.0)
    kernel, bias = layer.get_weights()[0], report.inputs[0]
    np.testing.assert_array_equal(kernel, np.ones((2, 1)))
    assert bias.worst.by_rule == pytest.approx(bias.worst.numerical)


def test_of_large_arrays_some_elements_are_checked():
    report = check_layer(layers.Dense(30), (2, 20), max_elements=7)
    assert [row.checked for row in report.inputs] == [7, 7, 7]
    assert [row.left_out for row in report.inputs] == [33, 593, 23]


# -- bad calls ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"order": 3}, "check_layer: order must be 1 or 2; got 3"),
        ({"training": None}, "check_layer: training must be True or False; got None"),
        ({"unused": "warn"}, "unused must be 'error' or 'ignore'; got 'warn'"),
        ({"kinks": "count"}, "check_layer: kinks must be"),
        ({"perturb_weights": -0.1}, "perturb_weights must be a number >= 0; got -0.1"),
        ({"seed": -1}, "seed must be an integer in"),
        ({"seed": None}, "seed must be an integer in"),
        ({"step": 2.0}, "check_layer: step must be"),
        ({"max_elements": 0}, "check_layer: max_elements must be"),
    ],
)
def test_bad_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        check_layer(layers.Dense(2), (2, 3), **options)


def test_what_is_no_layer_is_refused():
    with pytest.raises(TypeError, match=r"must be a layer; got .*make an instance of it"):
        check_layer(layers.Dense, (2, 3))
    with pytest.raises(TypeError, match="must be a layer; got <function"):
        check_layer(mg.ops.relu, (2, 3))
