import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients
from minigrad.testing.strategies import arrays, shapes

METHODS = ["linear", "lower", "higher", "midpoint", "nearest"]


@pytest.mark.parametrize("method", METHODS)
@given(st.data())
def test_quantiles_are_numpys(method, data):
    x = data.draw(arrays(shapes(min_size=1)))
    q = data.draw(
        st.sampled_from([0.0, 0.25, 0.3, 0.5, 1.0, [0.1, 0.9], np.array([[0.0, 0.5, 0.7], [1.0, 0.2, 0.4]])])
    )
    axes = [None, (), *range(-x.ndim, x.ndim), *([tuple(range(x.ndim)), (-1, 0)] if x.ndim > 1 else [])]
    axis, keepdims = (
        data.draw(st.sampled_from([axis for axis in axes if axis != ()])),
        data.draw(st.booleans()),
    )
    y = mg.ops.quantile(Tensor(x), q, axis, method, keepdims)
    expected = np.quantile(x, q, axis=axis, method=method, keepdims=keepdims)
    assert y.shape == np.shape(expected)
    np.testing.assert_allclose(y, expected, rtol=1e-12, atol=1e-12)
    percent = mg.ops.percentile(x, np.multiply(q, 100), axis, method, keepdims)
    np.testing.assert_allclose(percent, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_gradients(method):
    x = np.random.default_rng(0).permutation(12.0 * np.arange(12)).reshape(3, 4) / 10
    check_gradients(
        lambda x: mg.ops.quantile(x, [0.1, 0.35, 1.0], 1, method) ** 2, x, order=2, max_elements=8
    )
    check_gradients(lambda x: mg.ops.quantile(x, 0.4, (0, 1), method, True), x)


def test_the_two_in_the_middle_share_the_medians_gradient():
    x = Tensor([5.0, 1.0, 2.0, 4.0], requires_grad=True)
    mg.ops.median(x).backward()
    np.testing.assert_array_equal(x.grad, [0, 0, 0.5, 0.5])
    x = Tensor([[5.0, 1.0, 2.0], [1.0, 1.0, 0.0]], requires_grad=True)
    mg.ops.median(x, axis=1).sum().backward()
    assert x.grad[0].tolist() == [0, 0, 1]
    assert sorted(x.grad[1]) == [0, 0, 1]


def test_special_values():
    assert mg.ops.median([np.inf, np.inf]).item() == np.inf
    assert mg.ops.median([np.inf, 1.0, -np.inf]).item() == 1
    assert mg.ops.quantile([1.0, np.inf], 0.0).item() == 1
    x = np.array([[1.0, np.nan, 3.0], [1.0, 2.0, 3.0]])
    np.testing.assert_array_equal(mg.ops.median(x, 1), [np.nan, 2])
    np.testing.assert_array_equal(mg.ops.quantile(x, [0.0, 0.5], 1), [[np.nan, 1], [np.nan, 2]])
    assert mg.ops.median(np.array([1, 2])).dtype == np.float32
    assert mg.ops.median(np.array([1, 2])).item() == 1.5
    assert mg.ops.median(np.array([1.0, 2.0], np.float16)).dtype == np.float16
    assert mg.ops.median(np.array(7.0)).item() == 7


def test_errors():
    with pytest.raises(ValueError, match=r"quantile: q must be from 0 to 1; got 1\.5"):
        mg.ops.quantile([1.0], 1.5)
    with pytest.raises(ValueError, match=r"quantile: q must be from 0 to 1; got nan"):
        mg.ops.quantile([1.0], float("nan"))
    with pytest.raises(ValueError, match=r"percentile: q must be from 0 to 100; got -1"):
        mg.ops.percentile([1.0], -1)
    with pytest.raises(ValueError, match=r"quantile: method must be one of 'linear', .*; got 'cubic'"):
        mg.ops.quantile([1.0], 0.5, method="cubic")
    with pytest.raises(ShapeError, match=r"median: there is no median of no elements \(x of shape \(0,\)"):
        mg.ops.median(np.zeros(0))
    with pytest.raises(ShapeError, match="percentile: axis 3"):
        mg.ops.percentile([1.0], 50, axis=3)
