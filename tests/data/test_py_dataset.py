"""PyDataset: batches by number, and their reading by threads."""

from __future__ import annotations

import threading

import numpy as np
import pytest

import minigrad as mg
from minigrad.data import PyDataset


class Squares(PyDataset):
    def __init__(self, count=4, **kwargs):
        super().__init__(**kwargs)
        self.count = count
        self.makers = set()

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        self.makers.add(threading.current_thread().name)
        return np.full(2, index), np.full(2, index**2)


def test_it_is_keras_utils_pydataset_and_sequence():
    assert mg.utils.PyDataset is mg.utils.Sequence is PyDataset


def test_iterating():
    assert [int(x[0]) for x, _ in Squares()] == [0, 1, 2, 3]
    assert [int(y[0]) for _, y in Squares().read(iter([2, 0]))] == [4, 0]


def test_several_workers_keep_the_order():
    data = Squares(20, workers=3, max_queue_size=4)
    assert [int(x[0]) for x, _ in data.read(iter(range(20)))] == list(range(20))
    assert all(name.startswith("minigrad-map") for name in data.makers)
    one = Squares(workers=1)
    list(one.read(iter(range(4))))
    assert one.makers == {threading.current_thread().name}


def test_endless():
    class Endless(PyDataset):
        num_batches = None

        def __getitem__(self, index):
            return index

    iterator = iter(Endless())
    assert [next(iterator) for _ in range(3)] == [0, 1, 2]


def test_what_is_missing_or_wrong():
    with pytest.raises(ValueError, match="use_multiprocessing=True is not supported; use workers=4 for"):
        Squares(workers=4, use_multiprocessing=True)
    with pytest.raises(ValueError, match=r"workers must be an integer >= 0; got 1\.5"):
        Squares(workers=1.5)
    with pytest.raises(NotImplementedError, match="must define __len__"):
        list(PyDataset())
    with pytest.raises(NotImplementedError, match="must define __getitem__"):
        PyDataset()[0]

    class Forgets(Squares):
        def __init__(self):
            self.count, self.makers = 1, set()

    with pytest.warns(UserWarning, match=r"should call super\(\).__init__"):
        assert len(list(Forgets().read(iter([0])))) == 1
