"""Broadcasting and its undoing, against NumPy and each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients
from minigrad.testing.strategies import arrays, broadcastable_shapes


@given(broadcastable_shapes(), st.data())
def test_both_ops_against_numpy_and_each_other(pair, data):
    shape = np.broadcast_shapes(*pair)
    small, large = (data.draw(arrays(one)) for one in (pair[0], shape))
    repeated = mg.ops.broadcast_to(mg.Tensor(small), shape)
    np.testing.assert_array_equal(repeated.numpy(), np.broadcast_to(small, shape))
    summed = mg.ops.sum_to_shape(mg.Tensor(large), pair[0])
    assert summed.shape == pair[0]
    # each is the other's adjoint: <broadcast x, y> = <x, sum y>
    np.testing.assert_allclose((repeated.numpy() * large).sum(), (small * summed.numpy()).sum(), atol=1e-12)


def sums_of_broadcast(small, large):
    """The definition: every element of the small array collects what it was repeated to."""
    result = np.zeros(small)
    for index in np.ndindex(large.shape):
        last = index[len(index) - len(small) :]
        result[tuple(0 if size == 1 else i for i, size in zip(last, small, strict=True))] += large[index]
    return result


@given(broadcastable_shapes(), st.data())
def test_the_sum_against_a_plain_loop(pair, data):
    large = data.draw(arrays(np.broadcast_shapes(*pair)))
    result = mg.ops.sum_to_shape(mg.Tensor(large), pair[0])
    np.testing.assert_allclose(result.numpy(), sums_of_broadcast(pair[0], large), atol=1e-12)


@given(broadcastable_shapes(count=3), st.data())
def test_gradients_come_back_in_each_inputs_shape(shapes, data):
    tensors = [mg.Tensor(data.draw(arrays(shape)), requires_grad=True) for shape in shapes]
    a, b, c = tensors
    (a * b + c).sum().backward()
    for tensor in tensors:
        assert tensor.grad.shape == tensor.shape
    check_gradients(lambda a, b, c: a * b + c, *(tensor.data for tensor in tensors))


def test_a_shape_may_be_an_integer_or_a_list():
    assert mg.ops.broadcast_to(mg.Tensor([1.0]), 3).shape == (3,)
    assert mg.ops.broadcast_to(mg.Tensor(1.0), [2, 3]).shape == (2, 3)


@pytest.mark.parametrize(("shape", "wanted"), [((2,), (3,)), ((2, 3), (3,)), ((2, 3), (2, 1)), ((0,), (2,))])
def test_what_does_not_broadcast_is_refused(shape, wanted):
    with pytest.raises(ShapeError, match=r"broadcast_to: .* does not broadcast to"):
        mg.ops.broadcast_to(mg.Tensor(np.ones(shape)), wanted)


@pytest.mark.parametrize(("shape", "wanted"), [((2,), (3,)), ((3,), (2, 3)), ((2, 3), (2,)), ((1,), (0,))])
def test_what_was_not_broadcast_cannot_be_summed_back(shape, wanted):
    with pytest.raises(ShapeError, match=r"sum_to_shape: .* does not broadcast to"):
        mg.ops.sum_to_shape(mg.Tensor(np.ones(shape)), wanted)
