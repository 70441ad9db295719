"""Crossentropy metrics: the same as the losses, over several batches."""

import numpy as np
import pytest

from minigrad import losses, metrics

rng = np.random.default_rng(0)
LOGITS = rng.normal(size=(7, 3)).astype(np.float32)
LABELS = rng.integers(0, 3, size=7)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(
    "name", ["CategoricalCrossentropy", "SparseCategoricalCrossentropy", "BinaryCrossentropy"]
)
def test_over_batches_it_is_the_loss_of_all_samples(name, weighted):
    y_true = LABELS if name.startswith("Sparse") else np.eye(3)[LABELS]
    weights = rng.uniform(size=7) if weighted else None
    metric = getattr(metrics, name)(from_logits=True)
    for batch in (slice(0, 4), slice(4, 7)):
        metric.update_state(y_true[batch], LOGITS[batch], None if weights is None else weights[batch])
    loss = getattr(losses, name)(from_logits=True, reduction="mean_with_sample_weight")
    np.testing.assert_allclose(metric.result().item(), loss(y_true, LOGITS, weights).item(), rtol=1e-6)


@pytest.mark.parametrize("labels", [LABELS, LABELS[:, None]])
@pytest.mark.parametrize("weights", [(7,), (7, 1)])
def test_weights_of_ignored_samples_do_not_count(labels, weights):
    metric = metrics.SparseCategoricalCrossentropy(from_logits=True, ignore_class=1)
    result = metric(labels, LOGITS, sample_weight=np.ones(weights)).item()
    kept = LABELS != 1
    expected = losses.SparseCategoricalCrossentropy(from_logits=True)(LABELS[kept], LOGITS[kept]).item()
    assert result == pytest.approx(expected, rel=1e-6)


def test_weights_of_samples_that_have_several_labels():
    labels, logits = LABELS[:6].reshape(2, 3), LOGITS[:6].reshape(2, 3, 3)
    metric = metrics.SparseCategoricalCrossentropy(from_logits=True, ignore_class=1)
    result = metric(labels, logits, sample_weight=[1.0, 0.0]).item()
    kept = labels[0] != 1
    expected = losses.SparseCategoricalCrossentropy(from_logits=True)(labels[0][kept], logits[0][kept]).item()
    assert kept.any()
    assert result == pytest.approx(expected, rel=1e-6)


def test_smoothing_out_of_range():
    for cls in (metrics.CategoricalCrossentropy, metrics.BinaryCrossentropy):
        with pytest.raises(ValueError, match=rf"{cls.__name__}: label_smoothing must be a number between 0"):
            cls(label_smoothing=2.0)
