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


@pytest.mark.parametrize(("true", "pred"), [((4,), (4, 4)), ((4, 1), (4, 3)), ((), (4,)), ((3,), (4,))])
def test_mean_squared_error_never_broadcasts(true, pred):
    with pytest.raises(ShapeError, match="mean_squared_error: y_true and y_pred must have the same shape"):
        losses.MeanSquaredError()(np.zeros(true), np.zeros(pred))


# -- losses of one's own -----------------------------------------------------------------------------


def test_a_function_as_loss():
    def weighted_error(y_true, y_pred, factor):
        return mg.ops.mean(mg.ops.abs(y_true - y_pred), axis=-1) * factor

    loss = LossFunctionWrapper(weighted_error, name="mine", factor=3.0)
    assert loss([1, 0], [[0.0], [0.0]]).item() == 1.5
    config = loss.get_config()
    assert config["fn"] == "weighted_error"
    with mg.serialization.custom_object_scope({"weighted_error": weighted_error}):
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

CLASSES = [losses.BinaryCrossentropy, losses.CategoricalCrossentropy, losses.SparseCategoricalCrossentropy]


@pytest.mark.parametrize("name", ["mse", "MSE", "mean_squared_error"])
def test_functions_by_name(name):
    assert losses.get(name) is losses.mean_squared_error


def test_other_names():
    assert losses.get("bce") is losses.get("binary_crossentropy") is losses.binary_crossentropy
    assert losses.get("categorical_crossentropy") is losses.categorical_crossentropy
    assert isinstance(losses.get("MeanSquaredError"), losses.MeanSquaredError)
    assert losses.get(None) is None
    assert losses.get(losses.mean_squared_error) is losses.mean_squared_error
    with pytest.raises(
        UnknownNameError, match=r"'categorical_crossentropi': did you mean 'categorical_cross"
    ):
        losses.get("categorical_crossentropi")
    with pytest.raises(ValueError, match="a loss must be a name"):
        losses.get(3)


@pytest.mark.parametrize("cls", CLASSES)
def test_configs_come_back(cls):
    loss = cls(from_logits=True, axis=1, reduction="sum", name="mine")
    config = json.loads(json.dumps(losses.serialize(loss)))
    again = losses.deserialize(config)
    assert type(again) is cls
    assert again.get_config() == loss.get_config()
    assert again.from_logits
    assert again.reduction == "sum"


@pytest.mark.parametrize("cls", [*CLASSES, losses.MeanSquaredError])
def test_configs_have_the_keys_of_keras(cls):
    keys = {"name", "reduction"}
    if cls is not losses.MeanSquaredError:
        keys |= {"from_logits", "axis"}
        keys |= {"ignore_class" if cls is losses.SparseCategoricalCrossentropy else "label_smoothing"}
    assert set(cls().get_config()) == keys
