"""Graphs of any depth, and none of them outliving its use."""

import gc
import tracemalloc
import weakref

import numpy as np
import pytest

import minigrad as mg
from minigrad.autodiff.node import Leaf, Node, Output

DEEP = 100_000


def chain(x, length=DEEP):
    y = x
    for _ in range(length):
        y = y + 1.0
    return y


@pytest.fixture
def x():
    return mg.Tensor(np.array([1.0, 2.0]), requires_grad=True)


@pytest.fixture
def without_collector():
    """Only reference counting frees memory, as between two runs of the collector."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def test_a_deep_chain_is_walked_without_recursion(x):
    chain(x).sum().backward()
    assert x.grad.tolist() == [1.0, 1.0]


def test_a_deep_chain_is_differentiated_with_a_recorded_gradient():
    x = mg.Tensor(np.array(1.0), requires_grad=True)
    y = x
    for _ in range(2_000):
        y = y * 1.001
    first = mg.grad(y * y, x, create_graph=True)
    assert mg.grad(first, x).item() == pytest.approx(2 * 1.001**4_000)


def test_a_deep_graph_that_was_never_walked_can_be_deleted(x, without_collector):
    y = chain(x)
    last = weakref.ref(y._node)
    first = weakref.ref(x._node)
    del y
    assert last() is None
    assert first() is x._node


def test_a_deep_graph_can_be_deleted_after_a_gradient_that_retained_it(x, without_collector):
    y = chain(x).sum()
    mg.grad(y, x, retain_graph=True)
    last = weakref.ref(y._node)
    del y
    assert last() is None


@pytest.mark.parametrize(
    "compute",
    [
        lambda x: (x * x).sum(),
        lambda x: mg.ops.tanh(x).sum(),
        lambda x: mg.ops.concatenate(mg.ops.split(x, 2)).sum(),
        lambda x: mg.ops.exp(x * 2.0)[0],
        lambda x: mg.ops.sort(x).sum(),
        lambda x: mg.ops.max(x) * mg.ops.softmax(x)[1],
        lambda x: mg.ops.cumprod(x).sum() + mg.ops.std(x),
    ],
)
@pytest.mark.parametrize("use", ["never walked", "walked", "retained", "recorded"])
def test_a_graph_dies_with_its_last_tensor(x, compute, use, without_collector):
    middle = x * 1.5
    y = compute(middle)
    refs = [weakref.ref(middle), weakref.ref(middle._node), weakref.ref(y), weakref.ref(y._node)]
    if use == "walked":
        y.backward()
    elif use == "retained":
        y.backward(retain_graph=True)
    elif use == "recorded":
        first = mg.grad(y, x, create_graph=True)
        if first.requires_grad:
            refs.append(weakref.ref(first._node))
            mg.grad(first.sum(), x)
        del first
    del middle, y
    assert [ref() for ref in refs] == [None] * len(refs)


def test_what_was_saved_is_dropped_by_the_backward_pass(x, without_collector):
    y = x * 2.0
    saved = weakref.ref(y)
    loss = (y * y).sum()
    del y
    assert saved() is not None
    loss.backward()
    assert saved() is None


def test_a_hook_makes_no_cycle(x, without_collector):
    y = x * 2.0
    seen = []
    y.register_hook(seen.append)
    y.sum().backward()
    ref = weakref.ref(y._node)
    del y
    assert ref() is None
    assert len(seen) == 1


def test_a_tape_keeps_nothing_alive(without_collector):
    w = mg.Variable([1.0, 2.0])
    with mg.GradientTape(persistent=True) as tape:
        y = w * w
        loss = y.sum()
    ref = weakref.ref(y._node)
    tape.gradient(loss, w)
    del y, loss
    assert ref() is None


def test_a_failed_pass_leaves_nothing_behind(x, without_collector):
    def fail(g):
        raise ZeroDivisionError

    y = x * 2.0
    y.register_hook(fail)
    ref = weakref.ref(y._node)
    with pytest.raises(ZeroDivisionError):
        y.sum().backward()
    del y
    assert ref() is None
    (x * 3.0).sum().backward()
    assert x.grad.tolist() == [3.0, 3.0]


def test_memory_does_not_grow_from_step_to_step(without_collector):
    w = mg.Variable(np.ones((50, 50)))
    data = np.ones((50, 50))

    def step():
        loss = mg.ops.mean(mg.ops.tanh(w * data) * w)
        loss.backward()
        w.assign_sub(0.1 * w.grad)
        w.grad = None
        second = mg.grad((mg.grad((w * w).sum(), w, create_graph=True) ** 2).sum(), w)
        return loss.item() + second.data.sum()

    tracemalloc.start()
    for _ in range(3):
        step()
    objects, numbers = in_use()
    for _ in range(50):
        step()
    assert in_use() == (objects, numbers)
    tracemalloc.stop()


def in_use():
    """Return how many tensors and vertices there are, and the bytes that arrays hold."""
    ours = sum(isinstance(one, mg.Tensor | Node | Leaf | Output) for one in gc.get_objects())
    arrays = tracemalloc.DomainFilter(inclusive=True, domain=np.lib.tracemalloc_domain)
    traces = tracemalloc.take_snapshot().filter_traces([arrays])
    return ours, sum(trace.size for trace in traces.statistics("filename"))


def test_a_sum_of_losses_outside_of_a_graph_stays_small(x, without_collector):
    total = mg.Tensor(0.0)
    with mg.no_grad():
        for _ in range(10):
            total = total + (x * x).sum()
    assert total.is_leaf
    assert total.item() == 50.0
