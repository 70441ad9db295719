"""SGD and Adam against their formulas in float64, on arrays of many blocks, on any number of threads."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.kernels.threads import get_num_threads, set_num_threads
from minigrad.optimizers import SGD, Adam
from minigrad.optimizers.blocks import BLOCK

SIZES = st.sampled_from([1, 7, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 5])


@pytest.fixture
def any_threads():
    before = get_num_threads()
    yield
    set_num_threads(before)


def sgd(p, gradients, lr, momentum, nesterov):
    m = np.zeros_like(p)
    for g in gradients:
        m = momentum * m - lr * g
        p = p + (momentum * m - lr * g if nesterov else m)
    return p


def adam(p, gradients, lr, beta_1, beta_2, epsilon, amsgrad):
    m, v, v_hat = np.zeros_like(p), np.zeros_like(p), np.zeros_like(p)
    for t, g in enumerate(gradients, start=1):
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g * g
        v_hat = np.maximum(v_hat, v) if amsgrad else v
        p = p - lr * np.sqrt(1 - beta_2**t) / (1 - beta_1**t) * m / (np.sqrt(v_hat) + epsilon)
    return p


def trained(optimizer, p, gradients, dtype):
    variable = mg.Variable(p.astype(dtype))
    for gradient in gradients:
        optimizer.apply([gradient.astype(dtype)], [variable])
    return variable.numpy()


def data(size, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=size), rng.normal(size=(3, size))


@given(SIZES, st.sampled_from([0.0, 0.5, 0.9]), st.booleans(), st.sampled_from(["float32", "float64"]))
def test_sgd(size, momentum, nesterov, dtype):
    p, gradients = data(size)
    expected = sgd(p, gradients, 0.125, momentum, nesterov)
    actual = trained(SGD(0.125, momentum, nesterov), p, gradients, dtype)
    assert actual.dtype == dtype
    tolerance = 1e-6 if dtype == "float32" else 1e-13
    np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance)


@given(SIZES, st.sampled_from([0.0, 0.5, 0.9]), st.sampled_from([0.5, 0.999]), st.booleans())
def test_adam(size, beta_1, beta_2, amsgrad):
    p, gradients = data(size)
    expected = adam(p, gradients, 0.125, beta_1, beta_2, 1e-7, amsgrad)
    for dtype, tolerance in (("float32", 2e-6), ("float64", 1e-13)):
        optimizer = Adam(0.125, beta_1, beta_2, amsgrad=amsgrad)
        actual = trained(optimizer, p, gradients, dtype)
        assert actual.dtype == dtype
        np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.usefixtures("any_threads")
@pytest.mark.parametrize(
    "options", [{}, {"global_clipnorm": 1.0}, {"clipnorm": 1.0, "weight_decay": 0.1}, {"use_ema": True}]
)
@pytest.mark.parametrize("cls", [SGD, Adam])
def test_the_same_bits_on_any_number_of_threads(cls, options):
    p, gradients = data(5 * BLOCK + 3)
    results = []
    for threads in (1, 2, 5):
        set_num_threads(threads)
        results.append(trained(cls(0.125, **options), p, gradients, "float32"))
    np.testing.assert_array_equal(results[0], results[1])
    np.testing.assert_array_equal(results[0], results[2])


def test_adam_does_not_rescale_epsilon():
    w = mg.Variable(np.zeros(1))
    Adam(1.0, epsilon=1.0).apply([np.array([2.0])], [w])
    alpha = np.sqrt(1 - 0.999) / (1 - 0.9)
    np.testing.assert_allclose(w.numpy(), -alpha * 0.2 / (np.sqrt(0.004) + 1.0), rtol=1e-12)


def test_adam_in_float16():
    w = mg.Variable(np.ones(3, np.float16))
    Adam(0.5, epsilon=1e-3).apply([np.array([1.0, -1.0, 0.0])], [w])
    np.testing.assert_allclose(w.numpy(), [0.5, 1.5, 1.0], atol=0.02)
