"""Names that are counted."""

import threading

import pytest

import minigrad as mg
from minigrad import naming


@pytest.fixture(autouse=True)
def counted_from_the_start(monkeypatch):
    monkeypatch.setattr(naming, "_counters", naming.defaultdict(naming.itertools.count))


def test_the_first_has_no_number():
    assert [naming.unique_name("Conv2D") for _ in range(3)] == ["conv2d", "conv2d_1", "conv2d_2"]
    assert naming.unique_name("MaxPooling2D") == "max_pooling2d"


def test_counting_begins_anew():
    naming.unique_name("Dense")
    naming.clear_session()
    assert naming.unique_name("Dense") == "dense"


def test_threads_get_different_names():
    names = []
    threads = [
        threading.Thread(target=lambda: names.extend(naming.unique_name("Dense") for _ in range(100)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(names)) == 400


def test_a_session_is_cleared_under_keras_s_names():
    first = mg.layers.Dense(1)
    for clear in (mg.utils.clear_session, mg.backend.clear_session):
        clear(free_memory=False)
        assert mg.layers.Dense(1).name == "dense"
    assert first.name
    assert mg.backend.backend() == "numpy"
    assert mg.backend.floatx() == mg.config.floatx()
