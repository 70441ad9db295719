"""Batches: their rows, their order, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import minigrad as mg
from minigrad.data import Dataset, PyDataset
from minigrad.models.data import ArrayBatches, batch_source, split_validation


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


def test_pandas_frames_and_series():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1.0, 2.0, 3.0], "b": [4.0, 5.0, 6.0]})
    (x, y, _), *_ = ArrayBatches("fit", frame, frame["b"], batch_size=2)
    assert x.tolist() == [[1.0, 4.0], [2.0, 5.0]]
    assert y.tolist() == [4.0, 5.0]


def test_whatever_holds_batches_is_read():
    class Loader:
        def __init__(self):
            self.batches = [(np.full(2, i), np.full(2, i)) for i in range(3)]

        def __len__(self):
            return 3

        def __iter__(self):
            return iter(self.batches)

    class Numbers(PyDataset):
        def __len__(self):
            return 3

        def __getitem__(self, index):
            return [[index, index], [index, index]]

    numbers = np.repeat(np.arange(3), 2)
    for source, steps in (
        (batch_source("fit", Loader()), 3),
        (batch_source("fit", iter(Loader())), None),
        (batch_source("fit", (batch for batch in Loader())), None),
        (batch_source("fit", Dataset.from_tensor_slices((numbers, numbers)).batch(2)), 3),
        (batch_source("fit", Numbers()), 3),
    ):
        assert source.steps == steps
        batches = list(source)
        assert [x.tolist() for x, _, _ in batches] == [[0, 0], [1, 1], [2, 2]]
        assert [y.tolist() for _, y, _ in batches] == [[0, 0], [1, 1], [2, 2]]
        assert all(weight is None for _, _, weight in batches)


def test_a_pydataset_is_shuffled_by_batches():
    class Numbers(PyDataset):
        def __len__(self):
            return 20

        def __getitem__(self, index):
            return np.full(2, index)

    mg.utils.set_random_seed(0)
    source = batch_source("fit", Numbers(), shuffle=True)
    first, second = ([int(x[0]) for x, _, _ in source] for _ in range(2))
    assert sorted(first) == sorted(second) == list(range(20))
    assert first != second


def test_class_weights_of_batches():
    batches = [(np.zeros((3, 1)), np.array([0, 1, 2]))]
    ((_, _, weights),) = batch_source("fit", batches.__iter__(), class_weight={1: 4.0})
    assert weights.tolist() == [1.0, 4.0, 1.0]
    with_weights = iter([(*batches[0], np.ones(3))])
    with pytest.raises(ValueError, match="class_weight can't be given where the batches have sample weights"):
        list(batch_source("fit", with_weights, class_weight={1: 4.0}))


def test_the_batch_size_follows_from_the_steps():
    assert batch_source("fit", np.zeros(10), steps=3).batch_size == 4
    assert batch_source("fit", np.zeros(10), batch_size=2, steps=3).batch_size == 2


def test_things_that_are_no_data():
    with pytest.raises(TypeError, match=r"x must be an array.*got generator"):
        ArrayBatches("fit", (i for i in range(3)))
    with pytest.raises(TypeError, match="got str"):
        ArrayBatches("fit", "mnist")
    with pytest.raises(ValueError, match="must have rows"):
        ArrayBatches("fit", np.array(3.0))
    for wrong in ("mnist", object(), len):
        with pytest.raises(TypeError, match="fit: x must be arrays, a Dataset, a PyDataset, or a generator"):
            batch_source("fit", wrong)
    with pytest.raises(ValueError, match="shuffle must be True or False; got 'batch'"):
        ArrayBatches("fit", np.zeros(3), shuffle="batch")
    sparse = pytest.importorskip("scipy.sparse").eye_array(3).tocsr()
    with pytest.raises(TypeError, match=r"give x.toarray\(\)"):
        ArrayBatches("fit", sparse)


@pytest.mark.parametrize("argument", ["y", "sample_weight", "batch_size"])
def test_what_a_data_set_says_itself_can_not_be_given(argument):
    data = Dataset.range(4).batch(2)
    with pytest.raises(ValueError, match=f"{argument} can't be given where x is a Dataset"):
        batch_source("fit", data, **{argument: 2})


def test_single_elements_instead_of_batches():
    data = Dataset.from_tensor_slices((np.zeros((4, 2)), np.arange(4)))
    with pytest.raises(ValueError, match=r"y must have rows.*make them with .batch\(batch_size\)"):
        list(batch_source("fit", data))
    with pytest.raises(ValueError, match="got 4 parts"):
        list(batch_source("fit", iter([(1, 2, 3, 4)])))


def test_split_validation():
    (first,), (last,) = split_validation("fit", (np.arange(10),), 0.3)
    assert first.tolist() == list(range(7))
    assert last.tolist() == [7, 8, 9]
    parts, _ = split_validation("fit", ({"a": np.arange(4)}, [1.0, 2.0, 3.0, 4.0], None), 0.5)
    assert parts[0]["a"].tolist() == [0, 1]
    assert parts[1].tolist() == [1.0, 2.0]
    assert parts[2] is None
    with pytest.raises(ValueError, match="validation_split needs arrays; of a Dataset"):
        split_validation("fit", (Dataset.range(4), None, None), 0.5)
