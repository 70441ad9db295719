"""What is recorded when: no_grad, and threads."""

import contextlib
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.autodiff.modes import recording


@pytest.fixture
def x():
    return mg.Tensor(np.array([1.0, -2.0, 3.0]), requires_grad=True)


# -- no_grad -----------------------------------------------------------------------------------------------


def test_nothing_is_recorded_inside_no_grad(x):
    with mg.no_grad():
        assert not (x * 2.0).requires_grad
        with mg.no_grad():
            pass
        assert not (x * 2.0).requires_grad
        with recording():
            assert (x * 2.0).requires_grad
        assert not (x * 2.0).requires_grad
        assert mg.Tensor([1.0], requires_grad=True).requires_grad
    assert (x * 2.0).requires_grad


def test_no_grad_ends_with_an_exception(x):
    with contextlib.suppress(ZeroDivisionError), mg.no_grad():
        raise ZeroDivisionError
    assert (x * 2.0).requires_grad


def test_no_grad_as_a_decorator(x):
    @mg.no_grad()
    def double(depth):
        return (x * 2.0).requires_grad or (depth and double(depth - 1))

    assert not double(3)
    assert (x * 2.0).requires_grad

    @mg.no_grad()
    def fail():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (x * 2.0).requires_grad


def test_one_no_grad_can_be_entered_again(x):
    quiet = mg.no_grad()
    with quiet:
        with quiet:
            pass
        assert not (x * 2.0).requires_grad
    assert (x * 2.0).requires_grad


# -- threads -------------------------------------------------------------------------------------------------


def in_thread(function):
    results = []
    thread = threading.Thread(target=lambda: results.append(function()))
    thread.start()
    thread.join()
    return results[0]


def test_no_grad_is_of_this_thread_alone(x):
    with mg.no_grad():
        assert in_thread(lambda: (x * 2.0).requires_grad)
    assert not in_thread(lambda: mg.no_grad().__enter__() or (x * 2.0).requires_grad)
    assert (x * 2.0).requires_grad


def test_a_decorated_function_may_run_in_two_threads_at_once(x):
    inside, leave = threading.Event(), threading.Event()

    @mg.no_grad()
    def wait(first):
        if first:
            inside.set()
            leave.wait(10)

    recorded = {}

    def one():
        wait(True)
        recorded["one"] = (x * 2.0).requires_grad

    thread = threading.Thread(target=one)
    thread.start()
    inside.wait(10)
    with mg.no_grad():
        wait(False)
        leave.set()
        thread.join()
        recorded["two"] = (x * 2.0).requires_grad
    assert recorded == {"one": True, "two": False}


@given(st.integers(2, 4))
def test_graphs_of_several_threads_do_not_meet(count):
    def work(number):
        x = mg.Tensor(np.full(50, float(number)), requires_grad=True)
        for _ in range(20):
            (mg.ops.tanh(x) * x).sum().backward()
        return x.grad

    expected = [work(number) for number in range(count)]
    results = [None] * count

    def run(number):
        results[number] = work(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result, other in zip(results, expected, strict=True):
        np.testing.assert_array_equal(result, other)
