"""Record what Keras's losses and metrics give, and the losses' gradients, in losses.npz.

    KERAS_BACKEND=torch python tests/golden/make_losses_golden.py

It needs Keras 3 on PyTorch. The losses are computed in float64, up to their reduction, which Keras does in
float32 all the same. Label smoothing along other axes than the last is wrong in Keras 3.15, so not recorded.
"""

from __future__ import annotations

import json
from pathlib import Path

import keras
import numpy as np
import torch

OUTPUT = Path(__file__).with_name("losses.npz")
REDUCTIONS = ["sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none", None]
rng = np.random.default_rng(0)


def probabilities(*shape, axis=-1):
    p = rng.uniform(0.05, 1.0, size=shape)
    return np.round(p / p.sum(axis=axis, keepdims=True), 4)


def one_hot(labels, classes, axis=-1):
    return np.moveaxis(np.eye(classes)[labels], -1, axis)


DATA = {
    "probabilities": probabilities(5, 3),  # rows that sum to 1 but for their rounding
    "scores": np.round(rng.uniform(0.1, 3.0, size=(5, 3)), 3),  # rows that don't
    "certain": np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.25, 0.75, 0.0], [0, 0, 1], [0.5, 0.5, 0]]),
    "logits": np.round(rng.normal(scale=3.0, size=(5, 3)), 3),
    "labels": np.array([0, 2, 1, 1, 2]),
    "labels column": np.array([[0], [2], [1], [1], [2]]),
    "labels void": np.array([0, -1, 1, -1, 2]),
    "one-hot": one_hot(np.array([0, 2, 1, 1, 2]), 3),
    "soft": probabilities(5, 3),
    "image logits": np.round(rng.normal(size=(2, 4, 2, 3)), 3),
    "image probabilities": probabilities(2, 4, 2, 3),
    "image labels": rng.integers(0, 3, size=(2, 4, 2)),
    "image one-hot": one_hot(rng.integers(0, 3, size=(2, 4, 2)), 3),
    "first logits": np.round(rng.normal(size=(2, 3, 4, 2)), 3),
    "first probabilities": probabilities(2, 3, 4, 2, axis=1),
    "first one-hot": one_hot(rng.integers(0, 3, size=(2, 4, 2)), 3, axis=1),
    "yes": rng.integers(0, 2, size=(5, 2)),
    "yes column": rng.integers(0, 2, size=(5, 1)),
    "yes flat": rng.integers(0, 2, size=(5,)),
    "yes probabilities": np.round(rng.uniform(size=(5, 2)), 3),
    "yes certain": np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0], [0.5, 0.5]]),
    "yes logits": np.round(rng.normal(scale=3.0, size=(5, 2)), 3),
    "yes column logits": np.round(rng.normal(scale=3.0, size=(5, 1)), 3),
    "yes column probabilities": np.round(rng.uniform(size=(5, 1)), 3),
    "values": np.round(rng.normal(size=(5, 2)), 3),
    "wanted": np.round(rng.normal(size=(5, 2)), 3),
    "wanted column": np.round(rng.normal(size=(5, 1)), 3),
    "wanted flat": np.round(rng.normal(size=(5,)), 3),
    "weights": np.round(rng.uniform(size=(5,)), 3),
    "weights column": np.round(rng.uniform(size=(5, 1)), 3),
    "weights zero": np.zeros(5),
    "weights of images": np.round(rng.uniform(size=(2, 4, 2)), 3),
    "weights of rows": np.round(rng.uniform(size=(2, 4, 1)), 3),
    "signs": rng.choice([-1.0, 1.0], size=(5, 2)),
    "wanted zero": np.array([[0.0, 1.5], [-0.5, 2.0], [3.0, 0.0], [1.0, -1.0], [0.25, 4.0]]),
    "positive": np.round(rng.uniform(0.1, 4.0, size=(5, 2)), 3),
    "counts": rng.integers(0, 5, size=(5, 2)),
    "far": np.round(rng.normal(scale=30.0, size=(5, 2)), 3),
    "masks": rng.integers(0, 2, size=(3, 4, 4, 2)),
    "mask probabilities": np.round(rng.uniform(0.01, 0.99, size=(3, 4, 4, 2)), 3),
    "many yes": rng.integers(0, 2, size=(60,)),
    "many probabilities": np.round(rng.uniform(size=(60,)), 4),
    "many edges": rng.choice([0.0, 0.25, 0.5, 0.75, 1.0], size=(60,)),
    "many logits": np.round(rng.normal(scale=2.0, size=(60,)), 3),
    "many weights": np.round(rng.uniform(size=(60,)), 3),
    "labels of three": rng.integers(0, 2, size=(40, 3)),
    "probabilities of three": np.round(rng.uniform(size=(40, 3)), 4),
    "weights of forty": np.round(rng.uniform(size=(40,)), 3),
    "weights of three": np.round(rng.uniform(size=(40, 3)), 3),
    "classes": rng.integers(0, 3, size=(40,)),
    "found classes": rng.integers(0, 3, size=(40,)),
    "void classes": rng.choice([0, 1, 2, 255], size=(40,)),
    "one-hot classes": one_hot(rng.integers(0, 3, size=(40,)), 3),
    "one value": np.round(rng.normal(size=(40, 1)), 3),
    "one wanted": np.round(rng.normal(size=(40, 1)), 3),
}

CCE, SCCE = "CategoricalCrossentropy", "SparseCategoricalCrossentropy"
BCE, MSE = "BinaryCrossentropy", "MeanSquaredError"
MAE, MAPE, MSLE = "MeanAbsoluteError", "MeanAbsolutePercentageError", "MeanSquaredLogarithmicError"
BFC, CFC = "BinaryFocalCrossentropy", "CategoricalFocalCrossentropy"

LOSSES = [  # class, options, y_true, y_pred
    (CCE, {}, "one-hot", "probabilities"),
    (CCE, {}, "one-hot", "scores"),
    (CCE, {}, "one-hot", "certain"),
    (CCE, {"label_smoothing": 0.25}, "one-hot", "certain"),
    (CCE, {}, "soft", "scores"),
    (CCE, {"from_logits": True}, "one-hot", "logits"),
    (CCE, {"from_logits": True}, "soft", "logits"),
    (CCE, {"from_logits": True, "label_smoothing": 0.1}, "one-hot", "logits"),
    (CCE, {"from_logits": True}, "image one-hot", "image logits"),
    (CCE, {"from_logits": True, "axis": 1}, "first one-hot", "first logits"),
    (CCE, {"axis": 1}, "first one-hot", "first probabilities"),
    (SCCE, {}, "labels", "probabilities"),
    (SCCE, {}, "labels", "scores"),
    (SCCE, {}, "labels", "certain"),
    (SCCE, {}, "labels column", "scores"),
    (SCCE, {"from_logits": True}, "labels", "logits"),
    (SCCE, {"from_logits": True}, "labels column", "logits"),
    (SCCE, {"from_logits": True, "ignore_class": 2}, "labels", "logits"),
    (SCCE, {"from_logits": True, "ignore_class": -1}, "labels void", "logits"),
    (SCCE, {"ignore_class": 1}, "labels column", "scores"),
    (SCCE, {"from_logits": True}, "image labels", "image logits"),
    (SCCE, {"from_logits": True, "ignore_class": 1}, "image labels", "image logits"),
    (SCCE, {"from_logits": True, "axis": 1}, "image labels", "first logits"),
    (BCE, {}, "yes", "yes probabilities"),
    (BCE, {}, "yes", "yes certain"),
    (BCE, {"label_smoothing": 0.25}, "yes", "yes certain"),
    (BCE, {"from_logits": True}, "yes", "yes logits"),
    (BCE, {"from_logits": True, "label_smoothing": 0.1}, "yes", "yes logits"),
    (BCE, {"from_logits": True, "axis": 0}, "yes", "yes logits"),
    (BCE, {}, "yes column", "yes column probabilities"),
    (BCE, {"from_logits": True}, "yes flat", "yes column logits"),
    (MSE, {}, "wanted", "values"),
    (MSE, {}, "wanted flat", "wanted column"),
    (MSE, {}, "wanted column", "wanted flat"),
    (MSE, {}, "image one-hot", "image probabilities"),
    (MAE, {}, "wanted", "values"),
    (MAE, {}, "wanted flat", "wanted column"),
    (MAPE, {}, "wanted", "values"),
    (MAPE, {}, "wanted zero", "values"),
    (MSLE, {}, "counts", "positive"),
    (MSLE, {}, "wanted", "values"),
    ("CosineSimilarity", {}, "wanted", "values"),
    ("CosineSimilarity", {"axis": 0}, "wanted", "values"),
    ("CosineSimilarity", {}, "image one-hot", "image logits"),
    ("Huber", {}, "wanted", "values"),
    ("Huber", {"delta": 0.25}, "wanted", "values"),
    ("Huber", {"delta": 2.0}, "wanted", "far"),
    ("LogCosh", {}, "wanted", "values"),
    ("LogCosh", {}, "wanted", "far"),
    ("KLDivergence", {}, "soft", "probabilities"),
    ("KLDivergence", {}, "one-hot", "scores"),
    ("KLDivergence", {}, "soft", "certain"),
    ("KLDivergence", {}, "image one-hot", "image probabilities"),
    ("Poisson", {}, "counts", "positive"),
    (BFC, {}, "yes", "yes probabilities"),
    (BFC, {"gamma": 0.5, "apply_class_balancing": True}, "yes", "yes probabilities"),
    (BFC, {"gamma": 3.0, "from_logits": True, "label_smoothing": 0.1}, "yes", "yes logits"),
    (BFC, {"alpha": 0.75, "apply_class_balancing": True, "axis": 0}, "yes", "yes probabilities"),
    (CFC, {}, "one-hot", "probabilities"),
    (CFC, {"gamma": 0.5, "alpha": 0.75}, "one-hot", "scores"),
    (CFC, {"alpha": [0.25, 0.5, 1.0], "label_smoothing": 0.25}, "one-hot", "scores"),
    (CFC, {"from_logits": True}, "soft", "logits"),
    (CFC, {"from_logits": True, "axis": 1}, "first one-hot", "first logits"),
    ("Hinge", {}, "yes", "values"),
    ("Hinge", {}, "signs", "values"),
    ("Hinge", {}, "wanted", "values"),
    ("SquaredHinge", {}, "yes", "values"),
    ("SquaredHinge", {}, "signs", "values"),
    ("CategoricalHinge", {}, "one-hot", "logits"),
    ("CategoricalHinge", {}, "image one-hot", "image logits"),
    ("Dice", {}, "masks", "mask probabilities"),
    ("Dice", {"axis": [1, 2, 3]}, "masks", "mask probabilities"),
    ("Dice", {"axis": -1}, "yes", "yes probabilities"),
    ("Tversky", {}, "masks", "mask probabilities"),
    ("Tversky", {"axis": [1, 2], "alpha": 0.75, "beta": 0.75}, "masks", "mask probabilities"),
]  # Tversky's alpha and beta are exchanged in Keras 3.15, so only equal ones are recorded
FLAT_WEIGHTS = [None, "weights", "weights column", "weights zero"]
IMAGE_WEIGHTS = [None, "weights of images", "weights of rows"]

METRICS = [  # class, options, y_true, y_pred
    ("Accuracy", {}, "labels", "labels void"),
    ("Accuracy", {}, "labels column", "labels void"),
    ("Accuracy", {}, "yes", "yes certain"),
    ("BinaryAccuracy", {}, "yes", "yes certain"),
    ("BinaryAccuracy", {}, "yes flat", "yes column probabilities"),
    ("BinaryAccuracy", {"threshold": 0.25}, "yes", "yes probabilities"),
    ("CategoricalAccuracy", {}, "one-hot", "logits"),
    ("CategoricalAccuracy", {}, "image one-hot", "image logits"),
    ("SparseCategoricalAccuracy", {}, "labels", "logits"),
    ("SparseCategoricalAccuracy", {}, "labels column", "logits"),
    ("SparseCategoricalAccuracy", {}, "image labels", "image logits"),
    ("TopKCategoricalAccuracy", {"k": 2}, "one-hot", "logits"),
    ("TopKCategoricalAccuracy", {"k": 2}, "image one-hot", "image logits"),
    ("SparseTopKCategoricalAccuracy", {"k": 2}, "labels", "logits"),
    ("SparseTopKCategoricalAccuracy", {"k": 1}, "image labels", "image logits"),
    ("SparseTopKCategoricalAccuracy", {"k": 2, "from_sorted_ids": True}, "labels", "sorted ids"),
    ("CategoricalCrossentropy", {}, "one-hot", "scores"),
    ("CategoricalCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, "one-hot", "logits"),
    ("CategoricalCrossentropy", {"from_logits": True, "axis": 1}, "first one-hot", "first logits"),
    ("SparseCategoricalCrossentropy", {}, "labels", "scores"),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, "image labels", "image logits"),
    ("SparseCategoricalCrossentropy", {"from_logits": True, "ignore_class": -1}, "labels void", "logits"),
    ("BinaryCrossentropy", {}, "yes", "yes probabilities"),
    ("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, "yes", "yes logits"),
    ("MeanSquaredError", {}, "wanted", "values"),
    ("MeanSquaredError", {}, "wanted flat", "wanted column"),
    ("Mean", {}, "values", None),
    ("Mean", {}, "wanted flat", None),
    ("Mean", {}, "image probabilities", None),
    ("Sum", {}, "values", None),
    ("Sum", {}, "wanted flat", None),
    ("Sum", {}, "image probabilities", None),
    ("RootMeanSquaredError", {}, "wanted", "values"),
    ("RootMeanSquaredError", {}, "wanted flat", "wanted column"),
    (MAE, {}, "wanted", "values"),
    (MAPE, {}, "wanted zero", "values"),
    (MSLE, {}, "counts", "positive"),
    ("CosineSimilarity", {}, "wanted", "values"),
    ("CosineSimilarity", {}, "image one-hot", "image logits"),
    ("LogCoshError", {}, "wanted", "values"),
    ("KLDivergence", {}, "soft", "certain"),
    ("Poisson", {}, "counts", "positive"),
    ("Hinge", {}, "signs", "values"),
    ("SquaredHinge", {}, "signs", "values"),
    ("CategoricalHinge", {}, "one-hot", "logits"),
    ("PearsonCorrelation", {}, "one-hot", "logits"),
    ("ConcordanceCorrelation", {}, "one-hot", "logits"),
]

SOME = [0.0, 0.3, 0.5, 0.75]
OF_THREE = [  # for the labels and probabilities of three
    ("TruePositives", {}),
    ("FalseNegatives", {"thresholds": SOME}),
    ("Precision", {}),
    ("Precision", {"thresholds": SOME}),
    ("Precision", {"top_k": 2}),
    ("Precision", {"top_k": 2, "thresholds": 0.6}),
    ("Precision", {"class_id": 1}),
    ("Precision", {"class_id": 2, "top_k": 1, "thresholds": SOME}),
    ("Recall", {}),
    ("Recall", {"thresholds": SOME}),
    ("Recall", {"top_k": 2}),
    ("Recall", {"class_id": 1, "thresholds": 0.25}),
    ("SensitivityAtSpecificity", {"specificity": 0.5}),
    ("SpecificityAtSensitivity", {"sensitivity": 0.75, "class_id": 1}),
    ("PrecisionAtRecall", {"recall": 0.75, "class_id": 0, "num_thresholds": 20}),
    ("RecallAtPrecision", {"precision": 0.5}),
    ("AUC", {}),
    ("AUC", {"curve": "PR"}),
    ("AUC", {"label_weights": [0.25, 0.5, 1.0]}),
    ("AUC", {"multi_label": True}),
    ("AUC", {"multi_label": True, "num_labels": 3, "curve": "PR"}),
    ("AUC", {"multi_label": True, "label_weights": [0.25, 0.5, 1.0], "curve": "PR"}),
    ("AUC", {"multi_label": True, "label_weights": [0.25, 0.5, 1.0], "summation_method": "majoring"}),
    ("F1Score", {}),
    ("F1Score", {"average": "micro"}),
    ("F1Score", {"average": "macro", "threshold": 0.5}),
    ("F1Score", {"average": "weighted"}),
    ("FBetaScore", {"beta": 2.0, "threshold": 0.25}),
    ("FBetaScore", {"beta": 0.5, "average": "weighted", "threshold": 0.75}),
]
OF_MANY = [  # for many yeses and noes, and probabilities
    ("TruePositives", {}),
    ("TruePositives", {"thresholds": SOME}),
    ("TrueNegatives", {"thresholds": 0.25}),
    ("FalsePositives", {"thresholds": SOME}),
    ("FalseNegatives", {}),
    ("Precision", {"thresholds": [0.75, 0.25]}),
    ("Recall", {}),
    ("SensitivityAtSpecificity", {"specificity": 0.5}),
    ("SensitivityAtSpecificity", {"specificity": 0.5, "num_thresholds": 1}),
    ("SpecificityAtSensitivity", {"sensitivity": 0.75, "num_thresholds": 10}),
    ("PrecisionAtRecall", {"recall": 0.25}),
    ("RecallAtPrecision", {"precision": 0.625}),
    *[
        ("AUC", {"curve": curve, "summation_method": method})
        for curve in ("ROC", "PR", "PRGAIN")
        for method in ("interpolation", "minoring", "majoring")
    ],
    ("AUC", {"num_thresholds": 5}),
    ("AUC", {"thresholds": [0.7, 0.1, 0.4]}),
    ("AUC", {"thresholds": [0.25, 0.5, 0.75], "curve": "PR"}),
]
# Keras's metrics of areas are integers by default, and round the weights, so they are given a dtype.
MORE_METRICS = [  # class, options, y_true, y_pred, weights
    *[(*case, "labels of three", "probabilities of three", None) for case in OF_THREE],
    *[(*case, "labels of three", "probabilities of three", "weights of forty") for case in OF_THREE],
    ("Precision", {}, "labels of three", "probabilities of three", "weights of three"),
    ("AUC", {}, "labels of three", "probabilities of three", "weights of three"),
    *[(*case, "many yes", "many probabilities", None) for case in OF_MANY],
    *[(*case, "many yes", "many probabilities", "many weights") for case in OF_MANY],
    *[(*case, "many yes", "many edges", None) for case in OF_MANY],
    ("AUC", {"from_logits": True}, "many yes", "many logits", None),
    ("Precision", {"thresholds": 0}, "many yes", "many logits", None),
    ("R2Score", {}, "one wanted", "one value", None),
    ("R2Score", {}, "one wanted", "one value", "weights of forty"),
    ("R2Score", {"num_regressors": 3}, "one wanted", "one value", None),
    ("R2Score", {"class_aggregation": None}, "labels of three", "probabilities of three", None),
    *[
        ("R2Score", {"class_aggregation": way}, "labels of three", "probabilities of three", weights)
        for way in ("uniform_average", "variance_weighted_average")
        for weights in (None, "weights of forty", "weights of three")
    ],
    *[
        (name, {"num_classes": 3, "dtype": "float32", **options}, y_true, y_pred, weights)
        for name, options, y_true, y_pred in (
            ("IoU", {"target_class_ids": [0]}, "classes", "found classes"),
            ("IoU", {"target_class_ids": [2, 0]}, "classes", "found classes"),
            ("MeanIoU", {}, "classes", "found classes"),
            ("MeanIoU", {"ignore_class": 255}, "void classes", "found classes"),
            ("MeanIoU", {"ignore_class": 1}, "classes", "found classes"),
            ("MeanIoU", {"sparse_y_pred": False}, "classes", "probabilities of three"),
            ("OneHotIoU", {"target_class_ids": [0, 1]}, "one-hot classes", "probabilities of three"),
            ("OneHotMeanIoU", {}, "one-hot classes", "probabilities of three"),
            ("OneHotMeanIoU", {"sparse_y_pred": True}, "one-hot classes", "found classes"),
        )
        for weights in (None, "weights of forty")
    ],
    ("PearsonCorrelation", {"axis": -2}, "labels of three", "probabilities of three", None),
    ("ConcordanceCorrelation", {"axis": -2}, "labels of three", "probabilities of three", None),
    ("BinaryIoU", {"dtype": "float32"}, "many yes", "many probabilities", None),
    ("BinaryIoU", {"dtype": "float32"}, "many yes", "many edges", "many weights"),
    ("BinaryIoU", {"target_class_ids": [1], "threshold": 0.25}, "many yes", "many probabilities", None),
]
DATA["sorted ids"] = np.argsort(-DATA["logits"], axis=-1)


def loss_cases():
    for name, options, y_true, y_pred in LOSSES:
        for weights in IMAGE_WEIGHTS if DATA[y_pred].ndim > 2 else FLAT_WEIGHTS:
            overlap = name in ("Dice", "Tversky") and options.get("axis") != -1
            if weights and (options.get("axis") == 0 or overlap):  # there is no loss for each sample
                continue
            if weights == "weights of rows" and "ignore_class" in options:  # Keras can't
                continue
            reductions = REDUCTIONS if weights is None or "zero" in weights else REDUCTIONS[:-1]
            for reduction in reductions:
                yield [name, {**options, "reduction": reduction}, y_true, y_pred, weights]


def loss_and_gradient(name, options, y_true, y_pred, weights):
    outputs = torch.tensor(DATA[y_pred], requires_grad=True)
    loss = getattr(keras.losses, name)(dtype="float64", **options)
    result = loss(DATA[y_true], outputs, None if weights is None else DATA[weights])
    result.sum().backward()
    return result.detach().numpy(), outputs.grad.numpy()


def metric_results(name, options, y_true, y_pred, weights):
    """Return the result after each of two batches, the first samples, then all: one or more numbers each."""
    metric = getattr(keras.metrics, name)(**options)
    results = []
    for samples in (slice(0, 2), slice(None)):
        arrays = [DATA[key][samples] for key in (y_true, y_pred) if key is not None]
        metric.update_state(*arrays, sample_weight=None if weights is None else DATA[weights][samples])
        results.append(np.ravel(keras.ops.convert_to_numpy(metric.result())))
    return np.concatenate(results)


def main():
    losses, metrics, values, gradients, results = [], [], [], [], []
    for case in loss_cases():
        value, gradient = loss_and_gradient(*case)
        losses.append([*case, list(value.shape), list(gradient.shape)])
        values.append(value.ravel())
        gradients.append(gradient.ravel())
    weightings = {True: IMAGE_WEIGHTS, False: FLAT_WEIGHTS}
    for name, options, y_true, y_pred in METRICS:
        image = DATA[y_pred or y_true].ndim > 2
        metrics += [[name, options, y_true, y_pred, weights] for weights in weightings[image]]
    metrics += [list(case) for case in MORE_METRICS]
    for case in metrics:
        found = metric_results(*case)
        case.append(len(found))
        results.append(found)
    about = {"keras": keras.__version__, "losses": losses, "metrics": metrics}
    np.savez_compressed(
        OUTPUT,
        about=np.array(json.dumps(about)),
        values=np.concatenate(values),
        gradients=np.concatenate(gradients).astype(np.float32),
        results=np.concatenate(results),
        **{f"data {name}": array for name, array in DATA.items()},
    )
    print(f"{OUTPUT}: {len(losses)} + {len(metrics)} cases, {OUTPUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
