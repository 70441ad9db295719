"""Distributions: against SciPy's, their bounds, their dtypes, and the same numbers for the same seed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import minigrad as mg
from minigrad import random
from minigrad.errors import ShapeError

N = 20_000
SIGNIFICANCE = 1e-4  # of each of some thirty tests: they raise a false alarm for one seed in 300
FLOATING = ["float16", "float32", "float64"]
DRAWS = {
    "normal": lambda shape, **kw: random.normal(shape, 1.0, 2.0, **kw),
    "truncated_normal": lambda shape, **kw: random.truncated_normal(shape, 1.0, 2.0, **kw),
    "uniform": lambda shape, **kw: random.uniform(shape, -1.0, 2.0, **kw),
    "gamma": lambda shape, **kw: random.gamma(shape, 2.5, **kw),
    "beta": lambda shape, **kw: random.beta(shape, 2.0, 3.0, **kw),
    "binomial": lambda shape, **kw: random.binomial(shape, 10, 0.3, **kw),
    "randint": lambda shape, **kw: random.randint(shape, -3, 5, **kw),
}
CDFS = {
    "normal": stats.norm(1, 2).cdf,
    "truncated_normal": stats.truncnorm(-2, 2, 1, 2).cdf,
    "uniform": stats.uniform(-1, 3).cdf,
    "gamma": stats.gamma(2.5).cdf,
    "beta": stats.beta(2, 3).cdf,
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", CDFS)
def test_kolmogorov_smirnov(name, dtype):
    x = DRAWS[name]((N,), seed=0, dtype=dtype).numpy().astype("float64")
    assert stats.kstest(x, CDFS[name]).pvalue > SIGNIFICANCE


@pytest.mark.parametrize("name", ["binomial", "randint"])
def test_chi_squared(name):
    x = DRAWS[name]((N,), seed=0).numpy().astype(int)
    expected = stats.binom(10, 0.3).pmf(np.arange(11)) if name == "binomial" else np.full(8, 1 / 8)
    found = np.bincount(x if name == "binomial" else x + 3, minlength=len(expected))
    assert found.sum() == N
    likely = expected * N > 5
    counts = np.append(found[likely], found[~likely].sum())
    wanted = np.append(expected[likely], expected[~likely].sum()) * N
    assert stats.chisquare(counts[wanted > 0], wanted[wanted > 0]).pvalue > SIGNIFICANCE


@pytest.mark.parametrize("name", DRAWS)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 4), (2, 3, 4)])
def test_shapes_and_seeds(name, shape):
    x = DRAWS[name](shape, seed=1)
    assert isinstance(x, mg.Tensor)
    assert x.shape == shape
    assert not x.requires_grad
    assert np.array_equal(x.numpy(), DRAWS[name](list(shape), seed=1).numpy())
    if x.size > 1:
        seeds = random.SeedGenerator(1)
        assert np.array_equal(DRAWS[name](shape, seed=seeds).numpy(), x.numpy())
        assert not np.array_equal(DRAWS[name](shape, seed=seeds).numpy(), x.numpy())
        assert not np.array_equal(DRAWS[name]((100,)).numpy(), DRAWS[name]((100,)).numpy())


@pytest.mark.parametrize("name", [name for name in DRAWS if name != "randint"])
def test_dtypes(name):
    assert DRAWS[name]((2,)).dtype == "float32"
    for dtype in FLOATING:
        assert DRAWS[name]((2,), dtype=dtype).dtype == dtype
    with pytest.raises(ValueError, match=f"{name}: dtype must be a floating dtype; got 'int32'"):
        DRAWS[name]((2,), dtype="int32")
    mg.config.set_floatx("float64")
    try:
        assert DRAWS[name]((2,)).dtype == "float64"
    finally:
        mg.config.set_floatx("float32")


@pytest.mark.parametrize("dtype", FLOATING)
@given(
    low=st.floats(-100, 100, width=16),
    width=st.floats(1e-3, 100),
    seed=st.integers(0, 1000),
)
def test_uniform_never_reaches_its_upper_bound(dtype, low, width, seed):
    kind = np.dtype(dtype).type
    x = random.uniform((500,), low, low + width, dtype=dtype, seed=seed).numpy()
    assert x.min() >= kind(low)
    assert x.max() < kind(low + width) or kind(low) == kind(low + width)


@pytest.mark.parametrize("dtype", FLOATING)
@given(mean=st.floats(-10, 10), stddev=st.floats(0, 10), seed=st.integers(0, 1000))
def test_truncated_normal_stays_within_two_sigma(dtype, mean, stddev, seed):
    x = random.truncated_normal((500,), mean, stddev, dtype=dtype, seed=seed).numpy().astype("float64")
    slack = (abs(mean) + 2 * stddev) * np.finfo(dtype).eps * 2 + np.finfo(dtype).smallest_subnormal
    assert np.abs(x - mean).max() <= 2 * stddev + slack


def test_truncated_normal_redraws_and_does_not_clip():
    x = random.truncated_normal((N,), seed=0).numpy()
    assert np.mean(np.abs(x) > 1.99) < 0.003  # clipping would pile up 4.6 % at the bounds
    assert np.std(x) == pytest.approx(0.87962566, rel=0.01)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "int64"])
def test_randint_covers_a_dtype(dtype):
    held = np.iinfo(dtype)
    x = random.randint((5000,), held.min, held.max + 1, dtype=dtype, seed=0)
    assert x.dtype == dtype
    if dtype.endswith("8"):
        assert set(x.tolist()) == set(range(held.min, held.max + 1))
    assert random.randint((3,), 4, 5).tolist() == [4, 4, 4]


def test_parameters_broadcast():
    assert random.gamma((1000, 2), [1.0, 100.0], seed=0).mean(axis=0).numpy() == pytest.approx(
        [1, 100], rel=0.1
    )
    x = random.binomial((4, 2), mg.Tensor([[3.0], [5.0], [0.0], [1.0]]), [0.0, 1.0])
    assert x.tolist() == [[0, 3], [0, 5], [0, 0], [0, 1]]
    assert random.beta((2, 3), np.ones(3), 1.0).shape == (2, 3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: random.normal((2,), stddev=-1), "normal: stddev must be a number >= 0; got -1"),
        (lambda: random.normal((2,), mean="a"), "normal: mean must be a number that is finite; got 'a'"),
        (
            lambda: random.truncated_normal((2,), stddev=np.nan),
            "truncated_normal: stddev must be a number >= 0",
        ),
        (lambda: random.uniform((2,), 1.0, 0.0), "uniform: maxval must be a number >= 1.0; got 0.0"),
        (lambda: random.uniform((-1,)), r"uniform: shape must be integers >= 0; got \(-1,\)"),
        (lambda: random.uniform((None, 2)), r"uniform: shape must be integers >= 0; got \(None, 2\)"),
        (lambda: random.normal("ab"), "normal: shape must be integers >= 0; got 'ab'"),
        (lambda: random.randint((2,), 3, 3), r"randint: maxval must be greater than minval \(3\); got 3"),
        (
            lambda: random.randint((2,), 0, 300, "uint8"),
            "randint: maxval must be at most 256 for uint8; got 300",
        ),
        (lambda: random.randint((2,), -1, 3, "uint8"), "randint: minval must be an integer that uint8 holds"),
        (
            lambda: random.randint((2,), 0, 3, "float32"),
            "randint: dtype must be an integer dtype; got 'float32'",
        ),
        (lambda: random.randint((2,), 0.5, 3), "randint: minval must be an integer"),
        (lambda: random.gamma((2,), 0.0), "gamma: alpha must be greater than 0; got 0.0"),
        (
            lambda: random.beta((2,), 1.0, [1.0, -1.0]),
            r"beta: beta must be greater than 0; got \[1.0, -1.0\]",
        ),
        (lambda: random.beta((2,), np.nan, 1.0), "beta: alpha must be greater than 0"),
        (lambda: random.binomial((2,), 2, 1.5), "binomial: probabilities must be between 0 and 1; got 1.5"),
        (lambda: random.binomial((2,), 2.5, 0.5), "binomial: counts must be whole numbers >= 0; got 2.5"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_parameters_that_do_not_broadcast():
    with pytest.raises(
        ShapeError, match=r"gamma: alpha has shape \(3,\), which does not broadcast to shape \(2,\)"
    ):
        random.gamma((2,), [1.0, 2.0, 3.0])
