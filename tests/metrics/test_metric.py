"""What all metrics share: state, reset, config, metrics of one's own."""

import copy
import json

import numpy as np
import pytest

import minigrad as mg
from minigrad import metrics
from minigrad.errors import UnknownNameError
from minigrad.metrics import Mean, MeanMetricWrapper, Metric, Sum

CLASSES = [
    metrics.Accuracy,
    metrics.BinaryAccuracy,
    metrics.BinaryCrossentropy,
    metrics.CategoricalAccuracy,
    metrics.CategoricalCrossentropy,
    metrics.Mean,
    metrics.MeanSquaredError,
    metrics.SparseCategoricalAccuracy,
    metrics.SparseCategoricalCrossentropy,
    metrics.SparseTopKCategoricalAccuracy,
    metrics.Sum,
    metrics.TopKCategoricalAccuracy,
]


class Counting(Metric):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seen = self.add_variable(shape=(2,), initializer="ones", name="seen")
        self.extra = mg.Variable(3.0, trainable=False, name="extra")
        self.inner = Mean()
        self.list = [Sum()]

    def update_state(self, values):
        self.seen.assign_add(1.0)
        self.inner.update_state(values)

    def result(self):
        return {"seen": self.seen, "inner": self.inner.result()}


def test_variables_are_found_wherever_they_are():
    metric = Counting()
    assert [variable.name for variable in metric.variables] == ["seen", "extra", "total", "count", "total"]
    metric.update_state([1.0, 3.0])
    metric.reset_state()
    assert all(not variable.numpy().any() for variable in metric.variables)
    assert metric([5.0])["inner"].item() == 5.0


def test_a_reset_does_not_change_what_was_read_before():
    metric = Mean()
    metric.update_state([1.0, 3.0])
    kept = np.asarray(metric.total)
    metric.reset_state()
    assert kept == 4.0
    assert metric.result().item() == 0.0


def test_forgetting_super_is_told():
    class Forgetful(Metric):
        def __init__(self):
            self.total = self.add_weight()

    with pytest.raises(RuntimeError, match=r"Forgetful: call super\(\).__init__\(\) first"):
        Forgetful()


def test_what_must_be_defined():
    with pytest.raises(NotImplementedError, match="Metric: define update_state"):
        Metric().update_state([1.0])
    with pytest.raises(NotImplementedError, match="Metric: define result"):
        Metric().result()


@pytest.mark.parametrize("cls", CLASSES)
def test_configs_come_back(cls):
    metric = cls(name="mine", dtype="float64")
    config = json.loads(json.dumps(metrics.serialize(metric)))
    again = metrics.deserialize(config)
    assert type(again) is cls
    assert again.get_config() == metric.get_config()
    assert again.name == "mine"
    assert again.dtype == "float64"


@pytest.mark.parametrize("cls", CLASSES)
def test_results_are_floats_of_the_dtype(cls):
    for dtype in ("float32", "float64"):
        result = cls(dtype=dtype).result()
        assert result.dtype == dtype
        assert float(result) == 0.0


@pytest.mark.parametrize("cls", CLASSES)
def test_names_are_known(cls):
    assert type(metrics.get(cls.__name__)) is cls
    assert metrics.get(cls().name).name == cls().name


def test_other_names():
    assert isinstance(metrics.get("mse"), metrics.MeanSquaredError)
    assert isinstance(metrics.get("acc"), metrics.Accuracy)
    assert isinstance(metrics.get("accuracy"), metrics.Accuracy)
    assert metrics.get(metrics.categorical_accuracy) is metrics.categorical_accuracy
    assert metrics.get(None) is None
    with pytest.raises(UnknownNameError, match="'accurcy': did you mean 'accuracy'"):
        metrics.get("accurcy")
    with pytest.raises(ValueError, match="a metric must be a name"):
        metrics.get(3)


@pytest.mark.parametrize("cls", CLASSES)
def test_which_way_is_better(cls):
    expected = None if cls in (Mean, Sum) else "up" if "Accuracy" in cls.__name__ else "down"
    assert cls().direction == expected


def test_a_function_as_metric_records_nothing():
    recorded = []

    def furthest(y_true, y_pred, factor):
        error = mg.ops.max(mg.ops.abs(y_true - y_pred), axis=-1) * factor
        recorded.append(error.requires_grad)
        return error

    metric = MeanMetricWrapper(furthest, name="furthest", factor=2.0)
    metric.update_state([[0.0, 1.0]], mg.Tensor([[0.25, 0.5]], requires_grad=True))
    assert metric.result().item() == 1.0
    assert recorded == [False]
    config = json.loads(json.dumps(metric.get_config()))
    with mg.serialization.custom_object_scope({"furthest": furthest}):
        again = MeanMetricWrapper.from_config(config)
    assert again([[0.0, 1.0]], [[0.25, 0.5]]).item() == 1.0


def test_a_function_that_gives_one_number_for_the_batch():
    metric = MeanMetricWrapper(lambda y_true, y_pred: mg.ops.mean(y_pred), name="mean output")
    metric.update_state([0.0, 0.0], [1.0, 3.0])
    metric.update_state([0.0], [5.0])
    assert metric.result().item() == 3.5  # of the batches, as in Keras


def test_a_deep_copy_counts_alone():
    metric = Mean()
    metric.update_state([1.0])
    other = copy.deepcopy(metric)
    other.update_state([3.0])
    assert metric.result().item() == 1.0
    assert other.result().item() == 2.0
