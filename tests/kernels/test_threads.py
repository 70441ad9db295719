"""What can go wrong with threads: exceptions, nesting, several callers, forks, and who holds BLAS."""

import gc
import multiprocessing
import os
import threading
import time
import weakref

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from minigrad.kernels import threads
from minigrad.kernels.threads import parallel_for, set_num_threads, single_threaded_blas


@pytest.fixture(autouse=True, params=[1, 2, 3])
def thread_count(request):
    before = threads.get_num_threads()
    set_num_threads(request.param)
    yield request.param
    set_num_threads(before)


def blas_threads():
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 100])
def test_every_block_runs_once(count):
    seen = []
    parallel_for(seen.append, count)
    assert sorted(seen) == list(range(count))


def test_the_work_is_shared(thread_count):
    barrier = threading.Barrier(thread_count, timeout=10)
    parallel_for(lambda _: barrier.wait(), thread_count)  # deadlocks unless so many run at a time


def test_no_more_threads_than_asked_for(thread_count):
    set_num_threads(4)
    parallel_for(lambda _: time.sleep(0.001), 8)  # now there are workers enough
    set_num_threads(thread_count)
    names = set()
    parallel_for(lambda _: (names.add(threading.get_ident()), time.sleep(0.002)), 20)
    assert len(names) <= thread_count


def test_an_exception_comes_back_and_the_pool_lives_on():
    def fail(block):
        if block == 3:
            raise KeyError("block 3")

    for _ in range(3):
        with pytest.raises(KeyError, match="block 3"):
            parallel_for(fail, 8)
        test_every_block_runs_once(5)


def test_no_block_starts_after_an_exception(thread_count):
    started = []

    def fail(block):
        started.append(block)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        parallel_for(fail, 1000)
    assert len(started) <= thread_count


def test_blas_is_held_and_given_back():
    with threadpool_limits(2, user_api="blas"):
        before, inside = blas_threads(), []
        parallel_for(lambda _: inside.append(blas_threads()), 2)
        assert inside == [[1] * len(before)] * 2
        assert blas_threads() == before
        with single_threaded_blas():
            with single_threaded_blas():
                assert set(blas_threads()) <= {1}
            assert set(blas_threads()) <= {1}
        assert blas_threads() == before
        with pytest.raises(ZeroDivisionError):
            parallel_for(lambda block: 1 // block, 3)
        assert blas_threads() == before


def test_nested_calls_run_inline():
    total = np.zeros((4, 4), int)

    def outer(i):
        me = threading.get_ident()

        def inner(j):
            assert threading.get_ident() == me
            total[i, j] += 1

        parallel_for(inner, 4)

    parallel_for(outer, 4)
    assert (total == 1).all()


def test_several_callers_at_a_time():
    sums, before = [0] * 8, blas_threads()

    def caller(which):
        for _ in range(50):
            blocks = []
            parallel_for(blocks.append, 5)
            sums[which] += sum(blocks)

    callers = [threading.Thread(target=caller, args=(which,)) for which in range(8)]
    for one in callers:
        one.start()
    for one in callers:
        one.join(30)
    assert sums == [50 * 10] * 8
    assert blas_threads() == before


def test_workers_see_the_callers_error_state():
    def divide(_):
        np.ones(2) / np.zeros(2)

    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        parallel_for(divide, 6)
    with np.errstate(divide="ignore"):
        parallel_for(divide, 6)  # a warning would be an error here


def test_nothing_keeps_the_arrays_alive():
    array = np.ones(10)
    alive = weakref.ref(array)

    def block(i, array=array):
        array.sum()

    parallel_for(block, 4)
    del array, block
    gc.collect()
    for _ in range(100):  # a worker may still be about to put the job down
        if alive() is None:
            break
        time.sleep(0.01)
    assert alive() is None


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_has_a_pool_of_its_own():
    parallel_for(lambda _: time.sleep(0.001), 4)
    context = multiprocessing.get_context("fork")
    results = context.Queue()

    def child():
        a = np.ones((300, 300), np.float32)
        done = []
        parallel_for(lambda i: done.append((a @ a)[0, 0] + i), 4)
        results.put(sorted(map(float, done)))

    process = context.Process(target=child)
    process.start()
    try:
        assert results.get(timeout=20) == [300, 301, 302, 303]
        process.join(20)
        assert process.exitcode == 0
    finally:
        process.kill()


@pytest.mark.parametrize("n", [0, -1, 1.5, "2", None])
def test_bad_number_of_threads(n):
    with pytest.raises(ValueError, match="n must be an integer >= 1; got"):
        set_num_threads(n)


class TestCpuAllowance:
    """Control groups, laid out in a folder as Linux shows them."""

    def limit(self, tmp_path, membership, files):
        for name, text in files.items():
            path = tmp_path / "cgroup" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        (tmp_path / "self").write_text(membership)
        return threads._cgroup_limit(tmp_path / "cgroup", tmp_path / "self")

    def test_version_2(self, tmp_path):
        assert self.limit(tmp_path, "0::/\n", {"cpu.max": "150000 100000\n"}) == 1.5

    def test_version_2_reads_the_parents(self, tmp_path):
        files = {"a/cpu.max": "300000 100000\n", "a/b/cpu.max": "max 100000\n"}
        assert self.limit(tmp_path, "0::/a/b\n", files) == 3

    def test_version_1(self, tmp_path):
        files = {"cpu/job/cpu.cfs_quota_us": "50000\n", "cpu/job/cpu.cfs_period_us": "100000\n"}
        assert self.limit(tmp_path, "4:cpu,cpuacct:/job\n1:memory:/other\n", files) == 0.5

    def test_no_limit(self, tmp_path):
        files = {"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}
        assert self.limit(tmp_path, "4:cpu:/\n", files) == float("inf")
        assert threads._cgroup_limit(tmp_path, tmp_path / "missing") == float("inf")

    def test_at_least_one(self, monkeypatch):
        monkeypatch.setattr(threads, "_cgroup_limit", lambda: 0.2)
        assert threads._cpu_allowance() == 1
