"""Hooks: who looks at a gradient on its way, and may replace it."""

import numpy as np
import pytest

import minigrad as mg
from minigrad.errors import GraphError, ShapeError


@pytest.fixture
def x():
    return mg.Tensor(np.array([1.0, -2.0, 3.0]), requires_grad=True)


def test_a_hook_sees_the_whole_gradient_once(x):
    seen = []
    y = x * 2.0
    y.register_hook(lambda g: seen.append(g.tolist()))
    (y + y * 3.0).sum().backward()
    assert seen == [[4.0, 4.0, 4.0]]


def test_hooks_are_called_in_order_and_may_replace(x):
    calls = []
    y = x * 1.0
    y.register_hook(lambda g: calls.append("first") or 10.0 * g)
    y.register_hook(lambda g: calls.append(g.tolist()))
    y.sum().backward()
    assert calls == ["first", [10.0, 10.0, 10.0]]
    assert x.grad.tolist() == [10.0, 10.0, 10.0]


def test_a_hook_can_be_removed_also_twice(x):
    remove = x.register_hook(lambda g: 10.0 * g)
    keep = x.register_hook(lambda g: g + 1.0)
    remove()
    remove()
    (x * 1.0).sum().backward()
    assert x.grad.tolist() == [2.0, 2.0, 2.0]
    keep()
    (x * 1.0).sum().backward()
    assert x.grad.tolist() == [3.0, 3.0, 3.0]


def test_a_hook_on_one_of_several_outputs():
    x = mg.Tensor(np.arange(4.0), requires_grad=True)
    first, second = mg.ops.split(x, 2)
    second.register_hook(lambda g: 5.0 * g)
    (first.sum() + second.sum()).backward()
    assert x.grad.tolist() == [1.0, 1.0, 5.0, 5.0]


def test_a_hook_of_a_recorded_pass_gets_tensors_and_is_recorded():
    x = mg.Tensor(np.array(2.0), requires_grad=True)
    x.register_hook(lambda g: g * g)
    first = mg.grad(x * x, x, create_graph=True)
    assert first.item() == 16.0
    assert isinstance(first, mg.Tensor)
    assert mg.grad(mg.grad(x * x, x, create_graph=True), x).item() == (8.0 * 2.0) ** 2


def test_a_hook_must_keep_the_shape(x):
    x.register_hook(lambda g: g.sum())
    with pytest.raises(ShapeError, match=r"a hook returned a gradient of shape \(\) for a tensor of \(3,\)"):
        (x * 2.0).sum().backward()


def test_a_hook_cannot_change_the_gradient_in_place():
    a, b = (mg.Tensor(np.ones(2), requires_grad=True) for _ in range(2))
    a.register_hook(lambda g: g.__imul__(10.0))
    with pytest.raises(ValueError, match="read-only"):
        (a + b).sum().backward()


def test_what_a_hook_saw_is_not_changed_through_grad_later(x):
    seen = []
    x.register_hook(seen.append)
    (x * 2.0).sum().backward()
    x.grad[0] = 50.0
    assert seen[0].tolist() == [2.0, 2.0, 2.0]


def test_a_constant_takes_no_hook():
    with pytest.raises(GraphError, match="register_hook: this tensor requires no gradient"):
        mg.Tensor([1.0]).register_hook(print)
