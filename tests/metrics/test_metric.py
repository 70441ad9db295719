"""What all metrics share: state, reset, config, metrics of one's own."""

import copy
import json

import numpy as np
import pytest

import minigrad as mg
from minigrad import metrics
from minigrad.errors import UnknownNameError
from minigrad.metrics import Mean, MeanMetricWrapper, Metric, Sum
from minigrad.serialization import to_snake_case

ARGUMENTS = {  # that have no default
    "BinaryIoU": {},
    "IoU": {"num_classes": 3, "target_class_ids": [0, 2]},
    "MeanIoU": {"num_classes": 3},
    "OneHotIoU": {"num_classes": 3, "target_class_ids": (1,)},
    "OneHotMeanIoU": {"num_classes": 3},
    "PrecisionAtRecall": {"recall": 0.5},
    "RecallAtPrecision": {"precision": 0.5},
    "SensitivityAtSpecificity": {"specificity": 0.5},
    "SpecificityAtSensitivity": {"sensitivity": 0.5},
}
CLASSES = [
    getattr(metrics, name)
    for name in metrics.__all__
    if name[0].isupper() and name not in ("Metric", "MeanMetricWrapper")
]
DOWN = ("Error", "Crossentropy", "Hinge", "Divergence", "Poisson", "FalsePositives", "FalseNegatives")
OPTIONS = {  # which are not the defaults
    "AUC": {
        "num_thresholds": 5,
        "curve": "PR",
        "summation_method": "majoring",
        "multi_label": True,
        "num_labels": 2,
        "label_weights": (1.0, 2.0),
        "from_logits": True,
    },
    "BinaryIoU": {"target_class_ids": [1], "threshold": 0.25},
    "CosineSimilarity": {"axis": 0},
    "F1Score": {"average": "macro", "threshold": 0.25},
    "FBetaScore": {"average": "micro", "beta": 2, "threshold": 0.25},
    "IoU": {"ignore_class": 255, "sparse_y_true": False, "sparse_y_pred": False, "axis": 1},
    "MeanIoU": {"ignore_class": 255, "sparse_y_true": False, "sparse_y_pred": False, "axis": 1},
    "OneHotIoU": {"ignore_class": 255, "sparse_y_pred": True, "axis": 1},
    "OneHotMeanIoU": {"ignore_class": 255, "sparse_y_pred": True, "axis": 1},
    "PearsonCorrelation": {"axis": 0},
    "Precision": {"thresholds": (0.25, 0.5), "top_k": 2, "class_id": 1},
    "PrecisionAtRecall": {"num_thresholds": 3, "class_id": 1},
    "R2Score": {"class_aggregation": None, "num_regressors": 2},
    "Recall": {"thresholds": np.float32(0.25), "class_id": 0},
    "TruePositives": {"thresholds": [0.25, 0.5]},
}


def make(cls, **options):
    return cls(**ARGUMENTS.get(cls.__name__, {}), **options)


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


def test_variables_and_metrics_in_dicts_are_found_too():
    metric = Mean()
    metric.more = {"a": [mg.Variable(1.0)], "b": {"c": Mean()}}
    assert len(metric.variables) == 5
    metric.reset_state()
    assert metric.more["a"][0].item() == 0.0


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
    metric = make(cls, name="mine", dtype="float64")
    config = json.loads(json.dumps(metrics.serialize(metric)))
    again = metrics.deserialize(config)
    assert type(again) is cls
    assert again.get_config() == metric.get_config()
    assert again.name == "mine"
    assert again.dtype == "float64"


@pytest.mark.parametrize("cls", CLASSES)
def test_results_are_floats_of_the_dtype(cls):
    for dtype in ("float32", "float64"):
        result = make(cls, dtype=dtype).result()
        assert result.dtype == dtype
        assert float(result) == 0.0


@pytest.mark.parametrize("name", OPTIONS)
def test_configs_hold_every_option(name):
    options = {**ARGUMENTS.get(name, {}), **OPTIONS[name]}
    metric = getattr(metrics, name)(**options)
    config = json.loads(json.dumps(metrics.serialize(metric)))
    for key, value in options.items():
        assert config["config"][key] == (list(value) if isinstance(value, tuple) else value)
    again = metrics.deserialize(config)
    assert again.get_config() == metric.get_config()


@pytest.mark.parametrize("cls", [cls for cls in CLASSES if cls.__name__ not in ARGUMENTS])
def test_names_are_known(cls):
    assert type(metrics.get(cls.__name__)) is cls
    assert type(metrics.get(to_snake_case(cls.__name__))) is cls
    name = cls().name.rstrip("0123456789").rstrip("_") if cls.__name__ in COUNTED else cls().name
    assert type(metrics.get(name)) is cls


COUNTED = ("AUC", "Precision", "Recall", "TruePositives", "TrueNegatives", "FalsePositives", "FalseNegatives")


@pytest.mark.parametrize("name", COUNTED)
def test_names_without_a_default_are_counted(name):
    first, second = getattr(metrics, name)().name, getattr(metrics, name)().name
    plain = to_snake_case(name)
    assert first.startswith(plain)
    assert second.startswith(f"{plain}_")
    assert first != second


@pytest.mark.parametrize(
    ("short", "name"),
    [
        ("bce", "BinaryCrossentropy"),
        ("kld", "KLDivergence"),
        ("mae", "MeanAbsoluteError"),
        ("mape", "MeanAbsolutePercentageError"),
        ("mse", "MeanSquaredError"),
        ("msle", "MeanSquaredLogarithmicError"),
    ],
)
def test_short_names(short, name):
    assert type(metrics.get(short)) is type(metrics.get(short.upper())) is getattr(metrics, name)


def test_other_names():
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
    expected = "down" if cls.__name__.endswith(DOWN) else "up"
    assert make(cls).direction == (None if cls in (Mean, Sum) else expected)


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
    with mg.utils.custom_object_scope({"furthest": furthest}):
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
