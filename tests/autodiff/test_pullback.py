"""A rule is called with what it names: the text that is written for it, and what comes of it."""

import numpy as np
import pytest

import minigrad as mg
from minigrad.autodiff.differentiable import REGISTRY
from minigrad.autodiff.op import Op
from minigrad.autodiff.pullback import make_pullback, pullback_source
from minigrad.autodiff.tensor import Tensor

Array = mg.Array


def affine(x: Array, weight: Array, bias: Array | None = None, factor=2.0):
    return factor * (x * weight) + (0.0 if bias is None else bias)


def declared(rule, body=affine, **options):
    call = mg.differentiable(register=False, **options)(body)
    call.vjp(rule)
    return call


def leaf(*numbers):
    return Tensor(list(numbers), dtype="float64", requires_grad=True)


@pytest.mark.parametrize("create_graph", [False, True])
def test_a_rule_gets_what_it_names(create_graph):
    got = {}

    def rule(g, factor, out, weight, bias_shape, needs):
        got.update(locals())
        return g, None, None

    x, weight, bias = leaf(1.0, 2.0), leaf(3.0, 4.0), leaf(5.0)
    result = declared(rule)(x, weight, bias, 3.0)
    mg.grad(result.sum(), x, create_graph=create_graph)
    assert got["factor"] == 3.0
    assert got["bias_shape"] == (1,)
    assert got["needs"] == (True, False, False)  # only x's is asked for
    kind = Tensor if create_graph else np.ndarray
    assert [type(got[name]) for name in ("g", "weight", "out")] == [kind] * 3
    assert np.asarray(got["out"]).tolist() == result.tolist()
    if create_graph:
        assert got["weight"] is weight
        assert got["out"]._node is result._node


@pytest.mark.parametrize("name", ["node", "useful", "v0", "p0", "results"])
def test_an_input_may_be_called_as_a_name_in_the_text(name):
    space = {"Array": Array}
    exec(f"def body(x: Array, {name}: Array):\n    return x * {name}", space)
    exec(
        f"def rule(g, x, {name}, x_shape, needs):\n"
        f"    assert needs == (True, True)\n    return g * {name}, g * x",
        space,
    )
    x, y = leaf(2.0), leaf(3.0)
    declared(space["rule"], space["body"])(x, y).backward()
    assert (x.grad.item(), y.grad.item()) == (3.0, 2.0)


@pytest.mark.parametrize(("given", "count"), [((1.0,), 1), ((1.0, 1.0), 2), ((1.0,) * 4, 4)])
@pytest.mark.parametrize("create_graph", [False, True])
def test_too_few_or_too_many_gradients_are_an_error(given, count, create_graph):
    inputs = [leaf(1.0), leaf(1.0), leaf(1.0)]
    out = declared(lambda g: tuple(g * one for one in given))(*inputs)
    with pytest.raises(TypeError, match=f"affine: its rule gave {count} gradients for 3 inputs"):
        mg.grad(out, inputs, create_graph=create_graph)


def test_a_changed_tensor_is_noticed_in_both():
    for create_graph in False, True:
        x = leaf(2.0)
        y = x * x
        x.data = [3.0]
        with pytest.raises(mg.errors.GraphError, match="multiply: a tensor that it saved"):
            mg.grad(y, x, create_graph=create_graph)


def test_they_are_made_when_they_are_needed_and_anew_for_a_new_rule():
    call = declared(lambda g, weight: (g * weight, None, None))
    x = leaf(2.0)
    before = call.op.pullback
    call(x, 3.0).backward()
    assert call.op.pullback is not before
    assert x.grad.item() == 3.0
    call.vjp(lambda g, weight: (g * weight * 10.0, None, None))
    call(x, 3.0).backward()
    assert x.grad.item() == 33.0


def test_the_text_for_every_op_can_be_made_and_names_what_its_rule_does():
    for call in REGISTRY.values():
        op: Op = call.op
        for recorded in False, True:
            text = pullback_source(op, recorded)
            assert text.count("v0") > 0 if op.named else "node.saved" not in text
            assert callable(make_pullback(op, recorded))
