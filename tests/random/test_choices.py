"""Random choices: frequencies, masks, and the gradients that pass through them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import minigrad as mg
from minigrad import random
from minigrad.errors import ShapeError

SIGNIFICANCE = 1e-4

# -- categorical ---------------------------------------------------------------------------------


def test_categorical_follows_softmax():
    logits = np.array([[0.0, 1.0, 2.0, -1.0], [5.0, -np.inf, 5.0, 0.0]])
    drawn = random.categorical(logits, 20_000, seed=0)
    assert drawn.dtype == "int32"
    for row, classes in zip(logits, drawn.numpy(), strict=True):
        expected = np.exp(row) / np.exp(row).sum()
        found = np.bincount(classes, minlength=4)
        assert (found[expected == 0] == 0).all()
        likely = expected > 0
        assert stats.chisquare(found[likely], expected[likely] * 20_000).pvalue > SIGNIFICANCE


def test_categorical_shapes_dtypes_and_extremes():
    assert random.categorical(mg.Tensor([[0.0, 1e4], [1e4, 0.0]]), 2, seed=0).tolist() == [[1, 1], [0, 0]]
    assert random.categorical([[1.0]], 3, dtype="int64").dtype == "int64"
    assert random.categorical(np.zeros((0, 3)), 2).shape == (0, 2)
    assert random.categorical(np.zeros((2, 3)), 0).shape == (2, 0)


def test_categorical_errors():
    with pytest.raises(
        ShapeError, match=r"categorical: logits must be of shape \(N, classes\); got shape \(3,\)"
    ):
        random.categorical([0.0, 1.0, 2.0], 1)
    for bad in ([[np.nan, 0.0]], [[-np.inf, -np.inf]], [[np.inf, 0.0]]):
        with pytest.raises(ValueError, match="categorical: each row of logits needs a finite greatest value"):
            random.categorical(bad, 1)


# -- shuffle -------------------------------------------------------------------------------------


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_shuffle_moves_whole_slices(axis):
    x = np.arange(5 * 4 * 3, dtype="float32").reshape(5, 4, 3)
    y = random.shuffle(x, axis=axis, seed=2).numpy()
    slices = [s.tobytes() for s in np.ascontiguousarray(np.moveaxis(x, axis, 0))]
    shuffled = [s.tobytes() for s in np.ascontiguousarray(np.moveaxis(y, axis, 0))]
    assert sorted(slices) == sorted(shuffled)
    assert slices != shuffled
    assert np.array_equal(random.shuffle(x, axis=axis, seed=2).numpy(), y)


def test_all_orders_are_equally_likely():
    seeds = random.SeedGenerator(0)
    orders = [tuple(random.shuffle([0.0, 1.0, 2.0], seed=seeds).tolist()) for _ in range(3000)]
    _, counts = np.unique(orders, axis=0, return_counts=True)
    assert len(counts) == 6
    assert stats.chisquare(counts).pvalue > SIGNIFICANCE


def test_shuffle_hands_the_gradient_back():
    x = mg.Tensor([1.0, 2.0, 3.0, 4.0], requires_grad=True)
    y = random.shuffle(x, seed=3)
    (y * mg.Tensor([10.0, 20.0, 30.0, 40.0])).sum().backward()
    where = [y.tolist().index(value) for value in (1, 2, 3, 4)]
    assert x.grad.tolist() == [10.0 * (1 + index) for index in where]


def test_shuffle_of_no_axis():
    with pytest.raises(ShapeError, match="shuffle: axis 1 is out of range"):
        random.shuffle([1.0, 2.0], axis=1)


# -- dropout -------------------------------------------------------------------------------------


@given(st.floats(0.01, 0.99), st.integers(0, 10**6))
def test_dropout_keeps_its_share_and_the_mean(rate, seed):
    y = random.dropout(np.ones((100, 200), "float32"), rate, seed=seed).numpy()
    kept = y != 0
    assert y[kept] == pytest.approx(1 / (1 - rate), rel=1e-6)
    spread = np.sqrt(rate * (1 - rate) / y.size)
    assert abs(kept.mean() - (1 - rate)) < 5 * spread


def test_dropout_decides_on_each_element_for_itself():
    kept = random.dropout(np.ones((200, 200), "float32"), 0.3, seed=0).numpy() != 0
    for axis in (0, 1):  # shares of rows and columns spread as those of independent decisions
        share = kept.mean(axis=axis)
        assert stats.kstest(share, stats.norm(0.7, np.sqrt(0.21 / 200)).cdf).pvalue > SIGNIFICANCE
    neighbours = kept.reshape(-1)[:-1] & kept.reshape(-1)[1:]
    assert neighbours.mean() == pytest.approx(0.49, abs=0.01)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_dropout_keeps_the_dtype(dtype):
    y = random.dropout(np.ones((50,), dtype), 0.5, seed=0)
    assert y.dtype == dtype
    assert set(y.tolist()) == {0.0, 2.0}


def test_dropout_at_the_ends():
    x = mg.Tensor([1.0, 2.0], requires_grad=True)
    assert random.dropout(x, 0.0) is x
    array = np.ones(3, "float32")
    unchanged = random.dropout(array, 0)
    array[0] = 5
    assert unchanged.tolist() == [1, 1, 1]
    y = random.dropout(x, 1.0)
    assert y.tolist() == [0.0, 0.0]
    y.sum().backward()
    assert x.grad.tolist() == [0.0, 0.0]
    assert random.dropout(np.ones((0, 3), "float32"), 0.5).shape == (0, 3)
    assert random.dropout(mg.Tensor(1.0), 0.5, seed=0).item() in (0.0, 2.0)
    assert random.dropout([1, 1], 0.5, seed=0).dtype == "float32"


def test_dropout_gradient_is_its_mask():
    x = mg.Tensor(np.full((10, 10), 3.0, "float32"), requires_grad=True)
    y = random.dropout(x, 0.4, seed=5)
    y.sum().backward()
    assert np.array_equal(x.grad, y.numpy() / 3)


def test_dropout_seeds():
    x = np.ones((50,), "float32")
    seeds = random.SeedGenerator(9)
    first, second = (random.dropout(x, 0.5, seed=seeds).tolist() for _ in range(2))
    assert first != second
    assert random.dropout(x, 0.5, seed=9).tolist() == first == random.dropout(x, 0.5, seed=9).tolist()
    mg.utils.set_random_seed(1)
    drawn = random.dropout(x, 0.5).tolist()
    assert random.dropout(x, 0.5).tolist() != drawn
    mg.utils.set_random_seed(1)
    assert random.dropout(x, 0.5).tolist() == drawn


@pytest.mark.parametrize("noise_shape", [(4, 1, 1, 8), (None, 1, 1, None), (1, 1, 8)])
def test_noise_shape_drops_whole_axes(noise_shape):
    x = mg.Tensor(np.ones((4, 5, 6, 8), "float32"), requires_grad=True)
    y = random.dropout(x, 0.5, noise_shape=noise_shape, seed=0)
    assert y.shape == x.shape
    assert (y.numpy() == y.numpy()[:, :1, :1]).all()
    assert set(np.unique(y.numpy())) == {0.0, 2.0}
    y.sum().backward()
    assert np.array_equal(x.grad, y.numpy())


@pytest.mark.parametrize("rate", [-0.1, 1.1, np.nan, None, "0.5", True])
def test_bad_rates(rate):
    with pytest.raises(ValueError, match="dropout: rate must be a number between 0 and 1; got "):
        random.dropout([1.0], rate)


def test_bad_noise_shapes():
    x = np.ones((4, 6), "float32")
    with pytest.raises(ShapeError, match=r"dropout: noise_shape \(1, 1, 1\) has more axes than the input"):
        random.dropout(x, 0.5, noise_shape=(1, 1, 1))
    with pytest.raises(ShapeError, match=r"dropout: .*do not broadcast"):
        random.dropout(x, 0.5, noise_shape=(4, 3))
    with pytest.raises(
        ShapeError, match=r"noise_shape \(3, 6\) does not broadcast to the input's shape \(1, 6\)"
    ):
        random.dropout(x[:1], 0.5, noise_shape=(3, 6))
    with pytest.raises(ValueError, match="dropout: noise_shape: shape must be integers"):
        random.dropout(x, 0.5, noise_shape=(4.0, 6))
