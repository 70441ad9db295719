"""step_backward: the same gradients as backward, in the same order, with the rules that gave them."""

import numpy as np
import pytest

import minigrad as mg
from minigrad import ops
from minigrad.autodiff.custom_gradient import custom_gradient
from minigrad.errors import GraphError, ShapeError


@pytest.fixture
def x():
    return mg.Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)


def test_the_leaves_get_what_backward_gives_them_bit_for_bit():
    rng = np.random.default_rng(0)
    model = mg.Sequential(
        [
            mg.Input((8, 8, 1)),
            mg.layers.Conv2D(3, 3, activation="relu"),
            mg.layers.BatchNormalization(),
            mg.layers.MaxPooling2D(),
            mg.layers.Flatten(),
            mg.layers.Dense(4),
        ]
    )
    images = rng.normal(size=(5, 8, 8, 1)).astype(np.float32)
    loss = mg.losses.sparse_categorical_crossentropy(
        np.arange(5) % 4, model(images, training=True), from_logits=True
    ).mean()
    shown = {step.name: step.incoming for step in mg.step_backward(loss) if not step.rule}
    assert all(variable.grad is None for variable in model.trainable_variables)
    loss.backward()
    assert set(shown) == {variable.path for variable in model.trainable_variables}
    for variable in model.trainable_variables:
        np.testing.assert_array_equal(shown[variable.path], variable.grad)


def test_each_step_says_what_came_in_and_what_went_out(x):
    y = mg.Tensor([10.0, 20.0], requires_grad=True)
    product = x * y
    first, second, *leaves = mg.step_backward(product.sum(), names={"x": x, "y": y, "p": product})
    assert (first.name, first.shape, first.incoming.tolist()) == ("sum", (), 1.0)
    assert [(one.argument, one.source, one.gradient.tolist()) for one in first.outgoing] == [
        ("x", "p", [[1, 1], [1, 1]])
    ]
    assert second.name == "p"
    assert [(one.argument, one.source, one.summed_from) for one in second.outgoing] == [
        ("x1", "x", None),
        ("x2", "y", (2, 2)),
    ]
    assert second.outgoing[0].gradient.tolist() == [[10, 20], [10, 20]]
    assert second.outgoing[1].gradient.tolist() == [4, 6]
    assert {leaf.name: leaf.incoming.tolist() for leaf in leaves} == {
        "x": [[10, 20], [10, 20]],
        "y": [4, 6],
    }
    assert [step.number for step in (first, second, *leaves)] == [1, 2, 3, 4]


def test_the_rule_is_the_source_as_it_stands_in_the_file(x):
    steps = list(mg.step_backward(ops.tanh(x).sum()))
    tanh = steps[1]
    assert tanh.rule.startswith("@tanh.vjp\ndef _(g")
    file, line = tanh.where.split(", line ")
    assert file == "minigrad/ops/hyperbolic.py"
    with open(mg.__path__[0] + "/ops/hyperbolic.py", encoding="utf-8") as source:
        assert source.read().splitlines()[int(line) - 1] == "@tanh.vjp"


def test_a_gradient_from_two_sides_is_summed_before_it_is_used(x):
    hidden = ops.exp(x)
    steps = list(mg.step_backward((hidden * hidden + hidden).sum(), names={"h": hidden}))
    (step,) = [step for step in steps if step.name == "h"]
    np.testing.assert_allclose(step.incoming, 2 * np.exp(x.numpy()) + 1, rtol=1e-6)


def test_several_outputs_and_sequences(x):
    first, second = ops.split(x, 2)
    steps = list(mg.step_backward((first * 3.0).sum()))
    split = next(step for step in steps if step.name == "split")
    assert split.shape == ((1, 2), (1, 2))
    assert split.incoming[0].tolist() == [[3, 3]]
    assert split.incoming[1] is None
    assert "nothing" in str(split)
    assert split.outgoing[0].gradient.tolist() == [[3, 3], [0, 0]]
    step = next(iter(mg.step_backward(ops.concatenate([first, second]), gradient=np.ones((2, 2)))))
    assert [(one.argument, one.source) for one in step.outgoing] == [
        ("xs[0]", "output 0 of split"),
        ("xs[1]", "output 1 of split"),
    ]


def test_hooks_are_called_as_in_backward(x):
    y = x * 2.0
    y.register_hook(lambda g: 10.0 * g)
    *_, leaf = mg.step_backward(y.sum())
    assert leaf.incoming.tolist() == [[20, 20], [20, 20]]


def test_a_function_of_ones_own_shows_its_own_rule():
    f = custom_gradient(lambda a: (a * a, lambda g: 7.0 * g))
    step, leaf = mg.step_backward(f(mg.Tensor(2.0, requires_grad=True)))
    assert leaf.incoming.tolist() == 7.0
    assert "custom_gradient.py" in step.where


def test_a_rule_without_source_says_so(x):
    space = {"op": mg.differentiable}
    code = (
        "from minigrad.autodiff.op import Array\n"
        "@op\ndef double(x: Array):\n    return 2 * x\n"
        "@double.vjp\ndef _(g):\n    return 2 * g\n"
    )
    exec(code, space)
    step = next(iter(mg.step_backward(space["double"](x), gradient=np.ones((2, 2)))))
    assert step.name == "double"
    assert step.rule == "(its source can't be found)"
    assert step.outgoing[0].gradient.tolist() == [[2, 2], [2, 2]]


def test_it_can_be_walked_again_and_leaves_the_graph(x):
    loss = (x * x).sum()
    steps = mg.step_backward(loss)
    assert [step.name for step in steps] == [step.name for step in steps] == ["sum", "multiply", "tensor"]
    loss.backward()
    with pytest.raises(GraphError, match="freed"):
        list(steps)


def test_text_and_table(x):
    text = str(mg.step_backward((x * x).sum(), names={"x": x}))
    assert text.startswith("1. sum, whose output has shape ()\n   g = 1.  () float32\n   rule (minigrad/ops/")
    assert text.endswith("3. leaf x: its gradient is complete\n   g = [[2. 4.] [6. 8.]]  (2, 2) float32")
    page = mg.step_backward((x * x).sum())._repr_html_()
    assert page.count("<tr>") == 4  # the header and three steps
    assert "@multiply.vjp<br>def _(g: Any" in page
    assert "<table" in next(iter(mg.step_backward((x * x).sum())))._repr_html_()
    large = mg.Tensor(np.ones((50, 50)), requires_grad=True)
    assert "..." in str(mg.step_backward(large.sum()))


def test_bad_input(x):
    with pytest.raises(TypeError, match="step_backward: the output must be a Tensor; got float"):
        mg.step_backward(3.0)
    with pytest.raises(GraphError, match=r"step_backward: .* requires no gradient"):
        mg.step_backward(mg.Tensor(3.0))
    with pytest.raises(ShapeError, match="step_backward: the output has shape"):
        mg.step_backward(x * 2.0)
    with pytest.raises(TypeError, match=r"gradient must be an array; names are given as names="):
        mg.step_backward((x * 2.0).sum(), {"x": x})
    with pytest.raises(ShapeError, match="gradient of shape"):
        mg.step_backward(x * 2.0, gradient=np.ones(3))
