"""What all losses share: reductions, weights, configs, losses of one's own."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad import losses
from minigrad.errors import ShapeError, UnknownNameError
from minigrad.losses import Loss, LossFunctionWrapper
from minigrad.serialization import to_snake_case

REDUCTIONS = ["sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none", None]


class Given(Loss):
    """A loss whose values are y_pred itself."""

    def call(self, y_true, y_pred):
        return y_pred


def reduced(values, weights, reduction):
    weighted = values * (1.0 if weights is None else weights)
    if reduction in ("none", None):
        return weighted
    if reduction == "sum":
        return weighted.sum()
    count = values.size if weights is None or reduction != "mean_with_sample_weight" else weights.sum()
    return weighted.sum() / count if count else 0.0


@given(
    st.sampled_from([(5,), (5, 3), (2, 3, 4)]),
    st.sampled_from([None, 1, 2, 3]),
    st.sampled_from(REDUCTIONS),
    st.integers(0, 9),
)
def test_weights_belong_to_the_first_axes(shape, axes, reduction, seed):
    generator = np.random.default_rng(seed)
    values = generator.normal(size=shape)
    weights = None if axes is None else generator.uniform(size=shape[:axes])
    full = None if axes is None else weights.reshape(weights.shape + (1,) * (len(shape) - weights.ndim))
    result = Given(reduction=reduction, dtype="float64")(0.0, values, weights)
    np.testing.assert_allclose(result.numpy(), reduced(values, full, reduction), rtol=1e-12)


def test_weights_of_a_square_batch_are_those_of_the_samples():
    values, weights = np.array([[1.0, 2.0], [3.0, 4.0]]), [1.0, 0.0]
    assert Given(reduction=None)(0.0, values, weights).tolist() == [[1.0, 2.0], [0.0, 0.0]]


@pytest.mark.parametrize(
    ("shape", "weights"), [((5,), (4,)), ((5, 3), (3,)), ((5, 3), (5, 2)), ((5,), (5, 3)), ((), (5,))]
)
def test_weights_that_do_not_fit(shape, weights):
    with pytest.raises(ShapeError, match=r"mine: sample_weight of shape .* doesn't fit the losses"):
        Given(name="mine")(0.0, np.ones(shape), np.ones(weights))


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_a_batch_of_nothing(reduction):
    for shape in ((0,), (0, 3)):
        result = Given(reduction=reduction)(0.0, np.ones(shape))
        assert np.sum(result.numpy()) == 0.0


def test_gradients_reach_outputs_targets_and_weights():
    y_true, y_pred, weights = (mg.Tensor([[1.0], [2.0]], requires_grad=True) for _ in range(3))
    loss = losses.MeanSquaredError()(y_true, y_pred * 2.0, weights)
    loss.backward()
    assert y_pred.grad.tolist() == [[2.0], [8.0]]  # 2 (y - t) w / 2, times 2
    assert y_true.grad.tolist() == [[-1.0], [-4.0]]
    assert weights.grad.tolist() == [[0.5], [2.0]]  # (y - t)^2 / 2


def test_an_unknown_reduction():
    with pytest.raises(ValueError, match=r"MeanSquaredError: reduction must be one of .* got 'average'"):
        losses.MeanSquaredError(reduction="average")


def test_the_callers_arrays_may_change_before_the_backward_pass():
    y_true, y_pred = np.array([[0.0]], np.float32), mg.Tensor([[3.0]], requires_grad=True)
    loss = losses.MeanSquaredError()(y_true, y_pred)
    y_true[:] = 100.0
    loss.backward()
    assert y_pred.grad.tolist() == [[6.0]]


# -- dtypes ----------------------------------------------------------------------------------------


def test_losses_are_computed_in_floatx_unless_told_otherwise():
    y_pred = np.array([[0.5]])
    assert losses.MeanSquaredError()([[1]], y_pred).dtype == np.float32
    assert losses.MeanSquaredError(dtype="float64")([[1]], y_pred).dtype == np.float64
    assert losses.MeanSquaredError(dtype="float64").dtype == "float64"
    assert losses.mean_squared_error([[1]], y_pred).dtype == np.float64
    assert losses.mean_squared_error([[1]], [[0]]).dtype == np.float32


# -- mean squared error ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("true", "pred"), [((4,), (4, 1)), ((4, 1), (4,)), ((4, 3, 1), (4, 3)), ((4, 2), (4, 2)), ((4,), (4,))]
)
def test_mean_squared_error_of_ranks_that_differ_by_an_axis_of_one(true, pred):
    generator = np.random.default_rng(0)
    y_true, y_pred = generator.normal(size=true), generator.normal(size=pred)
    expected = np.mean((y_true.ravel() - y_pred.ravel()) ** 2)
    np.testing.assert_allclose(losses.MeanSquaredError()(y_true, y_pred).numpy(), expected, rtol=1e-6)


# -- losses of one's own -----------------------------------------------------------------------------


def test_a_function_as_loss():
    def weighted_error(y_true, y_pred, factor):
        return mg.ops.mean(mg.ops.abs(y_true - y_pred), axis=-1) * factor

    loss = LossFunctionWrapper(weighted_error, name="mine", factor=3.0)
    assert loss([1, 0], [[0.0], [0.0]]).item() == 1.5
    config = loss.get_config()
    assert config["fn"]["config"] == "weighted_error"
    with mg.utils.custom_object_scope({"weighted_error": weighted_error}):
        again = LossFunctionWrapper.from_config(json.loads(json.dumps(config)))
    assert again.get_config() == config
    assert again([1, 0], [[0.0], [0.0]]).item() == 1.5


def test_call_must_be_defined():
    with pytest.raises(NotImplementedError, match=r"Loss: define call\(self, y_true, y_pred\)"):
        Loss()([1.0], [1.0])


def test_names_are_counted():
    first, second = Given().name, Given().name
    assert first != second
    assert second.startswith("given_")


# -- get, serialize, deserialize ---------------------------------------------------------------------

WITH_LOGITS = [
    losses.BinaryCrossentropy,
    losses.CategoricalCrossentropy,
    losses.SparseCategoricalCrossentropy,
]
COMMON = {"name", "reduction"}
KEYS = {  # of the configs, besides name and reduction
    "CTC": set(),
    "CategoricalGeneralizedCrossEntropy": {"q"},
    "BinaryCrossentropy": {"from_logits", "label_smoothing", "axis"},
    "BinaryFocalCrossentropy": {
        "apply_class_balancing",
        "alpha",
        "gamma",
        "from_logits",
        "label_smoothing",
        "axis",
    },
    "CategoricalCrossentropy": {"from_logits", "label_smoothing", "axis"},
    "CategoricalFocalCrossentropy": {"alpha", "gamma", "from_logits", "label_smoothing", "axis"},
    "CategoricalHinge": set(),
    "CosineSimilarity": {"axis"},
    "Dice": {"axis"},
    "Hinge": set(),
    "Huber": {"delta"},
    "KLDivergence": set(),
    "LogCosh": set(),
    "MeanAbsoluteError": set(),
    "MeanAbsolutePercentageError": set(),
    "MeanSquaredError": set(),
    "MeanSquaredLogarithmicError": set(),
    "Poisson": set(),
    "SparseCategoricalCrossentropy": {"from_logits", "ignore_class", "axis"},
    "SquaredHinge": set(),
    "Tversky": {"alpha", "beta", "axis"},
}
OPTIONS = {  # which are not the defaults
    "BinaryFocalCrossentropy": {"alpha": 0.5, "gamma": 1.0, "apply_class_balancing": True, "axis": 0},
    "CategoricalFocalCrossentropy": {"alpha": (0.5, 1.0), "gamma": 1.0, "label_smoothing": 0.25},
    "CategoricalGeneralizedCrossEntropy": {"q": 0.25},
    "CosineSimilarity": {"axis": 0},
    "Dice": {"axis": (1, 2)},
    "Huber": {"delta": 0.5},
    "Tversky": {"alpha": 0.25, "beta": 0.75, "axis": 1},
}


def functions():
    return [
        name
        for name in losses.__all__
        if name[0].islower() and name not in ("get", "serialize", "deserialize")
    ]


def test_every_class_is_listed_here():
    assert set(KEYS) == {
        name for name in losses.__all__ if name[0].isupper() and name not in ("Loss", "LossFunctionWrapper")
    }


@pytest.mark.parametrize("name", functions())
def test_functions_by_name(name):
    function = getattr(losses, name)
    assert losses.get(name) is losses.get(function) is function
    assert losses.serialize(function) == name
    assert losses.deserialize(name) is function


@pytest.mark.parametrize(
    ("short", "name"),
    [
        ("bce", "binary_crossentropy"),
        ("kld", "kl_divergence"),
        ("mae", "mean_absolute_error"),
        ("mape", "mean_absolute_percentage_error"),
        ("mse", "mean_squared_error"),
        ("msle", "mean_squared_logarithmic_error"),
    ],
)
def test_short_names(short, name):
    assert losses.get(short) is losses.get(short.upper()) is getattr(losses, name)


def test_older_names():
    assert losses.get("logcosh") is losses.log_cosh
    assert losses.get("kullback_leibler_divergence") is losses.kl_divergence


def test_other_names():
    assert losses.get(None) is None
    with pytest.raises(
        UnknownNameError, match=r"'categorical_crossentropi': did you mean 'categorical_cross"
    ):
        losses.get("categorical_crossentropi")
    for name in ("circle", "Circle"):
        with pytest.raises(UnknownNameError, match=f"unknown loss '{name}'"):
            losses.get(name)
    with pytest.raises(ValueError, match="a loss must be a name"):
        losses.get(3)


@pytest.mark.parametrize("name", KEYS)
def test_classes_by_name(name):
    cls = getattr(losses, name)
    loss = losses.get(name)
    assert type(loss) is cls
    assert loss.name == ("huber_loss" if name == "Huber" else to_snake_case(name))


@pytest.mark.parametrize("cls", WITH_LOGITS)
def test_configs_come_back(cls):
    loss = cls(from_logits=True, axis=1, reduction="sum", name="mine")
    config = json.loads(json.dumps(losses.serialize(loss)))
    again = losses.deserialize(config)
    assert type(again) is cls
    assert again.get_config() == loss.get_config()
    assert again.from_logits
    assert again.reduction == "sum"


@pytest.mark.parametrize("name", KEYS)
def test_configs_of_all_come_back(name):
    options = OPTIONS.get(name, {})
    loss = getattr(losses, name)(**options, reduction="sum", name="mine")
    config = loss.get_config()
    for key, value in options.items():
        assert config[key] == (list(value) if isinstance(value, tuple) else value)
        assert getattr(loss, key) == config[key]
    again = losses.deserialize(json.loads(json.dumps(losses.serialize(loss))))
    assert again.get_config() == config


@pytest.mark.parametrize("name", KEYS)
def test_configs_have_the_keys_of_keras(name):
    assert set(getattr(losses, name)().get_config()) == COMMON | KEYS[name]


# -- what all losses of pairs share ------------------------------------------------------------------

OF_CLASSES = ("categorical_c", "generalized", "focal", "ctc")
PAIRS = [name for name in functions() if not any(part in name for part in OF_CLASSES)]


@pytest.mark.parametrize("name", [*PAIRS, "binary_focal_crossentropy"])
@pytest.mark.parametrize(("true", "pred"), [((4,), (4, 4)), ((4, 1), (4, 3)), ((), (4,)), ((3,), (4,))])
def test_no_loss_broadcasts(name, true, pred):
    with pytest.raises(ShapeError, match=f"{name}: y_true and y_pred must have the same shape; got y_true"):
        getattr(losses, name)(np.zeros(true), np.full(pred, 0.5))


@pytest.mark.parametrize("name", [*PAIRS, "binary_focal_crossentropy"])
@pytest.mark.parametrize(("true", "pred"), [((4, 1), (4,)), ((4,), (4, 1)), ((4, 2, 1), (4, 2))])
def test_a_missing_last_axis_of_one_is_added(name, true, pred):
    generator = np.random.default_rng(0)
    y_true, y_pred = generator.integers(0, 2, size=true), generator.uniform(0.1, 0.9, size=pred)
    if y_true.ndim < y_pred.ndim or len(pred) == 1:
        full = y_true.reshape(4, 1), y_pred.reshape(4, 1)
    else:
        full = y_true.reshape(4, 2), y_pred
    fn = getattr(losses, name)
    np.testing.assert_array_equal(fn(y_true, y_pred).numpy(), fn(*full).numpy())


@pytest.mark.parametrize("name", [*PAIRS, "binary_focal_crossentropy", "categorical_focal_crossentropy"])
def test_gradients(name):
    generator = np.random.default_rng(1)
    y_true, y_pred = generator.integers(0, 2, size=(3, 4)), generator.uniform(0.1, 0.9, size=(3, 4))
    if name == "huber":  # on both sides of delta
        y_pred *= 3.0
    mg.testing.check_gradients(lambda y: getattr(losses, name)(y_true, y), y_pred, order=2)
    if "hinge" not in name:  # whose labels are no numbers that could be varied
        soft = generator.uniform(0.1, 0.9, size=(3, 4))
        mg.testing.check_gradients(getattr(losses, name), soft, y_pred)
