"""Every rule against its formula in float64, on arrays of many blocks, on any number of threads."""

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.kernels.threads import get_num_threads, set_num_threads
from minigrad.optimizers import SGD, Adadelta, Adagrad, Adam, Adamax, AdamW, Ftrl, Lion, Nadam, RMSprop
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


def adamw(p, g, t, s):
    p = p - 0.0625 * 0.125 * p
    s["m"] = 0.5 * s["m"] + 0.5 * g
    s["v"] = 0.75 * s["v"] + 0.25 * g**2
    m_hat, v_hat = s["m"] / (1 - 0.5**t), s["v"] / (1 - 0.75**t)
    return p - 0.125 * m_hat / (np.sqrt(v_hat) + 1e-7 / np.sqrt(1 - 0.75**t))


def adagrad(p, g, t, s):
    s["n"] = s["n"] + g**2
    return p - 0.125 * g / np.sqrt(0.5 + s["n"] + 1e-7)


def adadelta(p, g, t, s):
    s["v"] = 0.75 * s["v"] + 0.25 * g**2
    step = np.sqrt(s["d"] + 0.125) / np.sqrt(s["v"] + 0.125) * g
    s["d"] = 0.75 * s["d"] + 0.25 * step**2
    return p - 0.5 * step


def adamax(p, g, t, s):
    s["m"] = 0.5 * s["m"] + 0.5 * g
    s["u"] = np.maximum(0.75 * s["u"], np.abs(g))
    return p - 0.125 * s["m"] / (1 - 0.5**t) / (s["u"] + 1e-7)


def nadam(p, g, t, s):
    u = [0.5 * (1 - 0.5 * 0.96**i) for i in range(1, t + 2)]
    s["m"] = 0.5 * s["m"] + 0.5 * g
    s["v"] = 0.75 * s["v"] + 0.25 * g**2
    m_hat = u[-1] * s["m"] / (1 - np.prod(u)) + (1 - u[-2]) * g / (1 - np.prod(u[:-1]))
    return p - 0.125 * m_hat / (np.sqrt(s["v"] / (1 - 0.75**t)) + 1e-7)


def ftrl(p, g, t, s):
    n = 0.1 + s["n"]
    after = n + g**2
    s["z"] = s["z"] + g + 2 * 0.25 * p - (after**0.5 - n**0.5) / 0.125 * p
    s["n"] = s["n"] + g**2
    slope = after**0.5 / 0.125 + 2 * (0.5 + 0.0625 / (2 * 0.125))
    return np.where(np.abs(s["z"]) <= 0.5, 0.0, (np.sign(s["z"]) * 0.5 - s["z"]) / slope)


def lion(p, g, t, s):
    p = p - 0.125 * np.sign(0.5 * s["m"] + 0.5 * g)
    s["m"] = 0.75 * s["m"] + 0.25 * g
    return p


RULES = [
    (adamw, AdamW(0.125, 0.0625, 0.5, 0.75)),
    (adagrad, Adagrad(0.125, 0.5)),
    (adadelta, Adadelta(0.5, 0.75, 0.125)),
    (adamax, Adamax(0.125, 0.5, 0.75)),
    (nadam, Nadam(0.125, 0.5, 0.75)),
    (
        ftrl,
        Ftrl(
            0.125,
            l1_regularization_strength=0.5,
            l2_regularization_strength=0.5,
            l2_shrinkage_regularization_strength=0.25,
            beta=0.0625,
        ),
    ),
    (lion, Lion(0.125, 0.5, 0.75)),
]


def again(optimizer):
    return type(optimizer).from_config(optimizer.get_config())


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


@pytest.mark.parametrize(("rule", "optimizer"), RULES, ids=[rule.__name__ for rule, _ in RULES])
@pytest.mark.parametrize("size", [1, BLOCK + 7])
@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 5e-6), ("float64", 1e-12)])
def test_the_other_rules(rule, optimizer, size, dtype, tolerance):
    p, gradients = data(size)
    expected, state = p, defaultdict(float)
    for t, g in enumerate(gradients, start=1):
        expected = rule(expected, g, t, state)
    actual = trained(again(optimizer), p, gradients, dtype)
    assert actual.dtype == dtype
    np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.usefixtures("any_threads")
@pytest.mark.parametrize("optimizer", [*(optimizer for _, optimizer in RULES), RMSprop(momentum=0.5)])
def test_the_same_bits_of_every_rule_on_any_number_of_threads(optimizer):
    p, gradients = data(3 * BLOCK + 3)
    results = []
    for threads in (1, 3):
        set_num_threads(threads)
        results.append(trained(again(optimizer), p, gradients, "float32"))
    np.testing.assert_array_equal(results[0], results[1])


@pytest.mark.parametrize("optimizer", [optimizer for _, optimizer in RULES])
def test_gradients_are_not_written_to_and_state_is_in_the_weights_dtype(optimizer):
    optimizer = again(optimizer)
    gradient = np.ones(4, np.float16)
    gradient.flags.writeable = False
    w = mg.Variable(np.ones(4, np.float16))
    optimizer.apply([gradient], [w])
    assert all(variable.dtype == np.float16 for variable in optimizer.slots_of(w))
    assert np.isfinite(w.numpy()).all()


@pytest.mark.parametrize("optimizer", [optimizer for _, optimizer in RULES])
def test_every_rule_finds_the_bottom_of_a_valley(optimizer):
    # penalties and decay would keep it from there
    without = {"weight_decay": 0.0} if isinstance(optimizer, AdamW) else {}
    optimizer = type(optimizer)(0.05 if not isinstance(optimizer, Adadelta) else 5.0, **without)
    w, target = mg.Variable(np.array([2.0, -3.0])), np.array([1.0, -1.0])
    for _ in range(2000):
        optimizer.apply([2.0 * (w.numpy() - target)], [w])
    np.testing.assert_allclose(w.numpy(), target, atol=0.06)


def test_nadam_after_very_many_steps():
    w = mg.Variable(np.zeros(1))
    optimizer = Nadam(1.0)
    optimizer.iterations.assign(10**6)
    optimizer.apply([np.array([2.0])], [w])
    expected = (0.9 * 0.2 + 0.1 * 2.0) / (np.sqrt(0.004) + 1e-7)  # all corrections are 1
    np.testing.assert_allclose(w.numpy(), [-expected], rtol=1e-12)


def test_nadam_goes_on_from_its_saved_state():
    p, gradients = data(5)
    straight = trained(Nadam(0.125), p, gradients, "float64")
    first, second = Nadam(0.125), Nadam(0.125)
    w = mg.Variable(p)
    first.apply([gradients[0]], [w])
    second.build([w])
    for variable, saved in zip(second.variables, first.variables, strict=True):
        variable.assign(saved)
    for g in gradients[1:]:
        second.apply([g], [w])
    np.testing.assert_array_equal(w.numpy(), straight)


def test_ftrl_sets_weights_of_no_importance_to_zero():
    w = mg.Variable(np.array([1.0, 1.0]))
    optimizer = Ftrl(0.5, l1_regularization_strength=1.0)
    for _ in range(3):
        optimizer.apply([np.array([0.01, -2.0])], [w])
    assert w.numpy()[0] == 0.0
    assert w.numpy()[1] > 0.1


def test_ftrl_divides_by_the_learning_rate():
    w = mg.Variable([1.0])
    with pytest.raises(ValueError, match="mine: the learning rate of a step is 0, but Ftrl divides by it"):
        Ftrl(0.0, name="mine").apply([[1.0]], [w])
    assert w.tolist() == [1.0]


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
