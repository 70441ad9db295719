"""Batches: their rows, their order, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import minigrad as mg
from minigrad.models.data import ArrayBatches, split_validation


def test_batches_cover_the_rows_in_order_and_the_last_may_be_short():
    data = ArrayBatches("fit", np.arange(7), np.arange(7) * 2, batch_size=3)
    batches = list(data)
    assert data.steps == 3
    assert [x.tolist() for x, _, _ in batches] == [[0, 1, 2], [3, 4, 5], [6]]
    assert [y.tolist() for _, y, _ in batches] == [[0, 2, 4], [6, 8, 10], [12]]
    assert batches[0][2] is None


def test_shuffled_epochs_differ_and_rows_stay_together():
    mg.utils.set_random_seed(3)
    data = ArrayBatches("fit", np.arange(50), np.arange(50) + 100, batch_size=50, shuffle=True)
    (x1, y1, _), (x2, _, _) = next(iter(data)), next(iter(data))
    assert sorted(x1) == list(range(50))
    assert x1.tolist() != x2.tolist()
    np.testing.assert_array_equal(x1 + 100, y1)


def test_structures_lists_tensors_and_lists_of_numbers():
    x = {"a": np.zeros((4, 2)), "b": [1.0, 2.0, 3.0, 4.0]}
    (batch, _, _), *_ = ArrayBatches("fit", x, batch_size=3)
    assert batch["a"].shape == (3, 2)
    assert batch["b"].tolist() == [1.0, 2.0, 3.0]
    (batch, _, _), *_ = ArrayBatches("fit", [np.zeros((4, 2)), mg.Tensor(np.zeros(4))], batch_size=3)
    assert [part.shape for part in batch] == [(3, 2), (3,)]
    (batch, _, _), *_ = ArrayBatches("fit", [[1.0, 2.0], [3.0, 4.0]])
    assert batch.shape == (2, 2)


def test_things_that_are_no_data():
    with pytest.raises(TypeError, match=r"x must be an array.*got generator"):
        ArrayBatches("fit", (i for i in range(3)))
    with pytest.raises(TypeError, match="got str"):
        ArrayBatches("fit", "mnist")
    with pytest.raises(ValueError, match="must have rows"):
        ArrayBatches("fit", np.array(3.0))


def test_split_validation():
    (first,), (last,) = split_validation("fit", (np.arange(10),), 0.3)
    assert first.tolist() == list(range(7))
    assert last.tolist() == [7, 8, 9]
