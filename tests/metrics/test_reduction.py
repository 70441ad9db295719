"""Mean and Sum against plain loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.errors import ShapeError
from minigrad.metrics import Mean, Sum

SHAPES = st.lists(st.sampled_from([(1,), (4,), (0,), (3, 2), (2, 3, 2)]), min_size=1, max_size=4)


@given(SHAPES, st.booleans(), st.integers(0, 9))
def test_over_batches(shapes, weighted, seed):
    generator = np.random.default_rng(seed)
    mean, total = Mean(dtype="float64"), Sum(dtype="float64")
    values, weights, sums = [], [], []
    for shape in shapes:
        batch = generator.normal(size=shape)
        weight = generator.uniform(size=shape[:1]) if weighted else None
        mean.update_state(batch, weight)
        total.update_state(batch, weight)
        for index in range(shape[0]):
            values.append(float(np.mean(batch[index])))
            sums.append(float(np.sum(batch[index])))
            weights.append(1.0 if weight is None else float(weight[index]))
    count = sum(weights)
    expected = sum(v * w for v, w in zip(values, weights, strict=True)) / count if count else 0.0
    np.testing.assert_allclose(mean.result().item(), expected, rtol=1e-12, atol=1e-15)
    expected = sum(v * w for v, w in zip(sums, weights, strict=True))
    np.testing.assert_allclose(total.result().item(), expected, rtol=1e-12, atol=1e-15)


def test_numbers_one_by_one_with_the_size_of_their_batch():
    metric = Mean()
    metric.update_state(1.0, sample_weight=32)
    metric.update_state(mg.Tensor(4.0), sample_weight=16)
    metric.update_state(np.float32(7.0), sample_weight=np.int64(0))
    assert metric.result().item() == 2.0
    assert (metric.total.item(), metric.count.item()) == (96.0, 48.0)


@pytest.mark.parametrize("values", [[1, 3], [True, False], np.array([1, 3]), mg.Tensor([1.0, 3.0])])
def test_values_of_any_form(values):
    assert Mean()(values).item() == np.mean(np.asarray(values))


def test_many_small_numbers_are_not_lost():
    metric = Mean()
    for _ in range(100):
        metric.update_state(np.full(2**18, 0.1, np.float32))
    assert metric.result().item() == np.float32(0.1)


def test_weights_of_zero_give_zero():
    assert Mean()([1.0, 3.0], sample_weight=[0.0, 0.0]).item() == 0.0


@pytest.mark.parametrize("weights", [(3,), (2, 3), (4, 2)])
def test_weights_that_do_not_fit(weights):
    with pytest.raises(ShapeError, match=r"mine: sample_weight of shape \(.*\) doesn't fit values of shape"):
        Mean(name="mine").update_state(np.ones(4), np.ones(weights))


def test_not_a_number_shows():
    assert np.isnan(Mean()([1.0, np.nan]).item())
