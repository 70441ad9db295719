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
}

CCE, SCCE = "CategoricalCrossentropy", "SparseCategoricalCrossentropy"
BCE, MSE = "BinaryCrossentropy", "MeanSquaredError"

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
]
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
]
DATA["sorted ids"] = np.argsort(-DATA["logits"], axis=-1)


def loss_cases():
    for name, options, y_true, y_pred in LOSSES:
        for weights in IMAGE_WEIGHTS if DATA[y_pred].ndim > 2 else FLAT_WEIGHTS:
            if weights and options.get("axis") == 0:  # there is no loss for each sample
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
    """Return the result after each of two batches: the first samples, then all."""
    metric = getattr(keras.metrics, name)(**options)
    results = []
    for samples in (slice(0, 2), slice(None)):
        arrays = [DATA[key][samples] for key in (y_true, y_pred) if key is not None]
        metric.update_state(*arrays, sample_weight=None if weights is None else DATA[weights][samples])
        results.append(float(metric.result()))
    return results


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
        for weights in weightings[image]:
            case = [name, options, y_true, y_pred, weights]
            metrics.append(case)
            results.append(metric_results(*case))
    about = {"keras": keras.__version__, "losses": losses, "metrics": metrics}
    np.savez_compressed(
        OUTPUT,
        about=np.array(json.dumps(about)),
        values=np.concatenate(values),
        gradients=np.concatenate(gradients).astype(np.float32),
        results=np.array(results),
        **{f"data {name}": array for name, array in DATA.items()},
    )
    print(f"{OUTPUT}: {len(losses)} + {len(metrics)} cases, {OUTPUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
