import threading

import numpy as np

from minigrad.kernels import scratch as module
from minigrad.kernels.scratch import kept_bytes, release, scratch, zeroed


def address(array):
    return array.__array_interface__["data"][0]


def test_the_same_memory_comes_back_and_grows():
    release()
    first = scratch("a", (10, 10), np.float32)
    assert address(scratch("a", (5,), np.float64)) == address(first)
    assert address(first) % 64 == 0
    larger = scratch("a", (100, 10), np.float32)
    assert larger.shape == (100, 10)
    assert address(scratch("a", (10, 10), np.float32)) == address(larger)
    assert kept_bytes() == 4000


def test_tags_and_threads_do_not_share():
    mine, others = scratch("a", (4,), np.float32), []
    thread = threading.Thread(target=lambda: others.append(scratch("a", (4,), np.float32)))
    thread.start()
    thread.join()
    assert not np.shares_memory(mine, others[0])
    assert not np.shares_memory(mine, scratch("b", (4,), np.float32))


def test_release_gives_memory_back_and_leaves_arrays_valid():
    array = scratch("a", (4,), np.float32)
    array[...] = 3
    release()
    assert kept_bytes() == 0
    scratch("a", (4,), np.float32)[...] = 4
    assert (array == 3).all()


def test_what_is_kept_is_bounded(monkeypatch):
    release()
    monkeypatch.setattr(module, "LIMIT", 1000)
    assert scratch("large", (2000,), np.uint8).shape == (2000,)
    assert kept_bytes() == 0
    for tag in range(20):
        scratch(str(tag), (300,), np.uint8)
        assert kept_bytes() <= 1000


def test_a_zeroed_frame_stays_zero():
    for n in (2, 5, 3):
        framed = zeroed("frame", (n, 4, 4), np.float32)
        framed[:, 1:3, 1:3] = n
        assert framed.sum() == n * n * 4
    assert zeroed("frame", (1, 4, 4), np.float64).dtype == np.float64


def test_empty_shapes():
    assert scratch("a", (0, 3), np.float32).shape == (0, 3)
    assert zeroed("b", (0, 3), np.float32).shape == (0, 3)
