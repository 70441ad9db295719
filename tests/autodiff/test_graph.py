"""The backward pass: what arrives where, how often, in which form."""

import numpy as np
import pytest

import minigrad as mg
from minigrad.errors import GraphError, ShapeError


@pytest.fixture
def x():
    return mg.Tensor(np.array([1.0, -2.0, 3.0]), requires_grad=True)


# -- backward ---------------------------------------------------------------------------------------


def test_the_gradient_is_an_ndarray_of_the_leafs_shape_and_dtype(x):
    (x * x).sum().backward()
    assert type(x.grad) is np.ndarray
    assert x.grad.dtype == x.dtype
    assert x.grad.tolist() == [2.0, -4.0, 6.0]


def test_gradients_accumulate_until_they_are_reset(x):
    (x * x).sum().backward()
    first = x.grad
    (x * 3.0).sum().backward()
    assert x.grad.tolist() == [5.0, -1.0, 9.0]
    assert first.tolist() == [2.0, -4.0, 6.0]
    x.grad = None
    (x * 3.0).sum().backward()
    assert x.grad.tolist() == [3.0, 3.0, 3.0]


def test_results_in_between_keep_no_gradient(x):
    y = x * 2.0
    y.sum().backward()
    assert y.grad is None


def test_a_tensor_used_several_times_collects_all_of_it(x):
    y = x * x  # used three times below
    (y + y * y + (x + x)).sum().backward()
    np.testing.assert_allclose(x.grad, 2 * x.data + 4 * x.data**3 + 2)


def test_a_diamond_of_depth_60_takes_60_steps_not_2_to_the_60():
    x = mg.Tensor(1.0, requires_grad=True)
    y = x
    for _ in range(60):
        y = (y + y) * 0.5
    y.backward()
    assert x.grad == 1.0


def test_a_leaf_can_be_the_output(x):
    x.backward(np.array([1.0, 2.0, 3.0]))
    x.backward([1.0, 1.0, 1.0])
    assert x.grad.tolist() == [2.0, 3.0, 4.0]


def test_a_gradient_can_be_given(x):
    (x * x).backward([1.0, 10.0, 100.0])
    assert x.grad.tolist() == [2.0, -40.0, 600.0]
    (x * 1.0).backward(gradient=mg.Tensor([1.0, 0.0, 0.0]))
    assert x.grad.tolist() == [3.0, -40.0, 600.0]


def test_one_element_of_any_shape_needs_no_gradient(x):
    (x * x).sum(keepdims=True).reshape(1, 1, 1).backward()
    assert x.grad.tolist() == [2.0, -4.0, 6.0]


def test_several_elements_need_one(x):
    with pytest.raises(ShapeError, match=r"backward: the output has shape \(3,\).*reduce it"):
        (x * x).backward()
    with pytest.raises(ShapeError, match=r"a gradient of shape \(2,\) doesn't fit an output of \(3,\)"):
        (x * x).backward([1.0, 2.0])


@pytest.mark.parametrize(
    "constant",
    [
        lambda x: mg.Tensor([1.0]),
        lambda x: x.detach().sum(),
        lambda x: mg.ops.argmax(x),
        lambda x: (x > 0).sum(),
        lambda x: mg.ops.stop_gradient(x).sum(),
    ],
)
def test_what_requires_no_gradient_has_no_backward(x, constant):
    with pytest.raises(GraphError, match=r"backward: the output \(shape .*\) requires no gradient"):
        constant(x).backward()


def test_stop_gradient_stops_it(x):
    (x * mg.ops.stop_gradient(x)).sum().backward()
    assert x.grad.tolist() == x.tolist()


# -- one graph, walked once or more --------------------------------------------------------------------


def test_a_graph_is_freed_and_says_so(x):
    y = (x * x).sum()
    y.backward()
    with pytest.raises(
        GraphError, match=r"sum: the graph was freed by an earlier backward pass.*retain_graph=True"
    ):
        y.backward()


def test_a_part_of_a_freed_graph_is_noticed_and_named(x):
    shared = mg.ops.tanh(x)
    shared.sum().backward()
    with pytest.raises(GraphError, match="tanh: the graph was freed"):
        (shared * 2.0).sum().backward()


def test_a_retained_graph_can_be_walked_again(x):
    y = (x * x).sum()
    y.backward(retain_graph=True)
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.tolist() == [6.0, -12.0, 18.0]
    with pytest.raises(GraphError):
        y.backward()


def test_what_the_gradient_does_not_pass_is_not_freed(x):
    other = mg.Tensor([2.0, 2.0, 2.0], requires_grad=True)
    shared = x * x
    z = shared * other
    assert mg.grad(z.sum(), other).tolist() == shared.tolist()
    (shared + 0.0).sum().backward()
    assert x.grad.tolist() == [2.0, -4.0, 6.0]


@pytest.mark.parametrize("change", ["data -=", "data =", "assign"])
def test_a_change_in_place_of_what_was_saved_is_found(change):
    w = mg.Variable(np.array([1.0, 2.0]))
    constant = mg.Tensor(np.array([3.0, 4.0]))
    target = w if change == "assign" else constant
    loss = (w * constant).sum()
    if change == "data -=":
        target.data -= 1.0
    elif change == "data =":
        target.data = np.zeros(2)
    else:
        w.assign([0.0, 0.0])
    with pytest.raises(GraphError, match=r"multiply: a tensor that it saved .* changed in place .*\(2,\)"):
        loss.backward()


def test_a_change_in_place_before_is_no_matter(x):
    x.data -= 1.0
    y = (x * x).sum()
    y.backward()
    x.data -= 1.0
    (x * x).sum().backward()
    assert x.grad.tolist() == [0.0 - 2.0, -6.0 - 8.0, 4.0 + 2.0]


# -- gradients and memory ------------------------------------------------------------------------------


def test_no_two_gradients_are_the_same_array():
    x, y = (mg.Tensor(np.ones(3), requires_grad=True) for _ in range(2))
    start = np.ones(3)
    (x + y).backward(start)
    x.grad[0] = 50.0
    assert y.grad.tolist() == [1.0, 1.0, 1.0]
    assert start.tolist() == [1.0, 1.0, 1.0]
    start[1] = 60.0
    assert x.grad.tolist() == [50.0, 1.0, 1.0]


def test_a_gradient_is_no_view_and_can_be_written_to(x):
    y = mg.ops.broadcast_to(x.sum(), (4,)).sum()  # its gradient is a broadcast view in the walk
    y.backward()
    x.grad[0] = 7.0
    assert x.grad.tolist() == [7.0, 4.0, 4.0]


def test_gradients_from_grad_are_nobody_elses():
    x, y = (mg.Tensor(np.ones(2), requires_grad=True) for _ in range(2))
    start = mg.Tensor(np.ones(2))
    dx, dy, again = mg.grad(x + y, [x, y, x], grad_output=start)
    dx.data[0] = 50.0
    assert dy.tolist() == again.tolist() == start.tolist() == [1.0, 1.0]


def test_accumulation_does_not_write_into_what_was_handed_out():
    x = mg.Tensor(np.ones(2), requires_grad=True)
    mine = np.array([10.0, 20.0])
    x.grad = mine
    (x * 3.0).sum().backward()
    assert x.grad.tolist() == [13.0, 23.0]
    assert mine.tolist() == [10.0, 20.0]


def test_one_ops_gradient_for_two_inputs_is_not_summed_into_the_other():
    a, b = (mg.Tensor(np.ones(2), requires_grad=True) for _ in range(2))
    total = a + b  # hands the same array to both
    (total * 3.0 + a * 5.0 + a * 7.0).sum().backward()
    assert (a.grad.tolist(), b.grad.tolist()) == ([15.0, 15.0], [3.0, 3.0])
