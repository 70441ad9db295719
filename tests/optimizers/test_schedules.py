"""Learning rate schedules against their formulas, and against numbers that Keras gave (tests/golden)."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.errors import LikelyMistakeWarning, UnknownNameError
from minigrad.optimizers import schedules
from minigrad.optimizers.schedules import (
    CosineDecay,
    CosineDecayRestarts,
    ExponentialDecay,
    InverseTimeDecay,
    LearningRateSchedule,
    PiecewiseConstantDecay,
    PolynomialDecay,
)

GOLDEN = np.load(Path(__file__).parents[1] / "golden" / "optimizers.npz")
CASES = json.loads(str(GOLDEN["about"]))["schedules"]


def describe(case):
    return f"{case[0]}({', '.join(f'{key}={value}' for key, value in case[1].items())})"


@pytest.fixture(params=range(len(CASES)), ids=[describe(case) for case in CASES])
def index(request):
    return request.param


def test_every_rate_is_as_in_keras(index):
    name, options = CASES[index]
    schedule = getattr(schedules, name)(**options)
    mg.config.set_floatx("float64")
    try:
        curve = schedule(GOLDEN["schedule steps"]).numpy()
        single = [schedule(int(step)).item() for step in GOLDEN["schedule steps"]]
    finally:
        mg.config.set_floatx("float32")
    np.testing.assert_allclose(curve, GOLDEN[f"schedule {index}"], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(curve, single, rtol=1e-15)


def test_a_schedule_made_anew_from_its_config_is_the_same(index):
    name, options = CASES[index]
    schedule = getattr(schedules, name)(**options)
    assert options.items() <= schedule.get_config().items()
    config = json.loads(json.dumps(schedules.serialize(schedule)))
    again = schedules.deserialize(config)
    assert type(again).__name__ == config["class_name"] == name
    assert again.get_config() == schedule.get_config()
    np.testing.assert_array_equal(again(np.arange(30)), schedule(np.arange(30)))


def test_every_schedule_trains(index):
    name, options = CASES[index]
    schedule = getattr(schedules, name)(**options)
    optimizer = mg.optimizers.SGD(schedule)
    w, expected = mg.Variable([0.0]), 0.0
    for step in range(4):
        optimizer.apply([[1.0]], [w])
        expected -= float(schedule(step))
    assert w.item() == pytest.approx(expected, rel=1e-6)


@given(st.integers(0, 500), st.floats(1.0, 4.0), st.integers(1, 50))
def test_restarts_begin_where_the_periods_before_end(step, t_mul, first):
    schedule = CosineDecayRestarts(1.0, first, t_mul, m_mul=0.5)
    start, length, period = 0.0, float(first), 0
    while start + length <= step * (1 + 1e-9):
        start, length, period = start + length, length * t_mul, period + 1
    done = max(step - start, 0.0) / length
    expected = 0.5**period * 0.5 * (1 + math.cos(math.pi * done))
    assert schedule(step).item() == pytest.approx(expected, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("t_mul", [1.0, 1.5, 2.0, 3.0, 5.0, 7.0])
def test_the_first_step_of_a_period_has_the_full_rate(t_mul):
    schedule = CosineDecayRestarts(1.0, 2**10, t_mul)
    start = 0.0
    for period in range(8):
        assert schedule(start).item() == pytest.approx(1.0, abs=1e-6), period
        assert schedule(start - 1).item() < 1e-3 or not period
        start += 2**10 * t_mul**period


@given(st.integers(0, 40))
def test_warmup_then_decay(step):
    schedule = CosineDecay(0.25, 20, alpha=0.125, warmup_target=1.0, warmup_steps=8)
    after = min(step - 8, 20)
    if step < 8:
        expected = 0.25 + 0.75 * step / 8
    else:
        expected = 0.875 * 0.5 * (1 + math.cos(math.pi * after / 20)) + 0.125
    assert schedule(step).item() == pytest.approx(expected, rel=1e-6)


def test_integers_as_rates_do_not_truncate_the_others():
    schedule = PiecewiseConstantDecay([1], [1, 0.5])
    assert schedule([0, 1, 2]).tolist() == [1.0, 1.0, 0.5]
    assert PiecewiseConstantDecay([], [0.5])(3).item() == 0.5


def test_numbers_of_numpy_are_numbers_in_a_config():
    schedule = PolynomialDecay(np.float32(0.5), np.int64(10), np.array(0.25))
    assert json.loads(json.dumps(schedule.get_config()))["initial_learning_rate"] == 0.5
    schedule = PiecewiseConstantDecay(np.array([1, 2]), np.array([0.5, 0.25, 0.125]))
    assert json.loads(json.dumps(schedule.get_config()))["boundaries"] == [1, 2]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: InverseTimeDecay(0.1, 0, 0.5),
            r"InverseTimeDecay: decay_steps must be a number > 0\.0; got 0",
        ),
        (lambda: InverseTimeDecay("fast", 1, 0.5), r"initial_learning_rate must be a number .* got 'fast'"),
        (lambda: PolynomialDecay(0.1, -1), r"PolynomialDecay: decay_steps must be a number > 0\.0; got -1"),
        (lambda: PolynomialDecay(0.1, 1, power=-1.0), r"power must be a number >= 0\.0; got -1"),
        (lambda: PolynomialDecay(0.1, 1, None), r"end_learning_rate must be a number .* got None"),
        (
            lambda: PiecewiseConstantDecay([1], [0.5]),
            r"values must be one more than boundaries; got 1 values",
        ),
        (
            lambda: PiecewiseConstantDecay([2, 1], [1, 2, 3]),
            r"boundaries must be in increasing order; got \[2",
        ),
        (
            lambda: PiecewiseConstantDecay(["a"], [1, 2]),
            r"boundaries must be a number that is finite; got 'a'",
        ),
        (lambda: CosineDecay(0.1, 0), r"CosineDecay: decay_steps must be a number > 0\.0; got 0"),
        (lambda: CosineDecay(0.1, 1, warmup_target="a"), r"warmup_target must be a number .* got 'a'"),
        (
            lambda: CosineDecay(0.1, 1, warmup_target=1, warmup_steps=-1),
            r"warmup_steps must be a number >= 0",
        ),
        (lambda: CosineDecayRestarts(0.1, 0), r"first_decay_steps must be a number > 0\.0; got 0"),
        (lambda: CosineDecayRestarts(0.1, 1, t_mul=0.5), r"t_mul must be a number >= 1\.0; got 0\.5"),
        (lambda: CosineDecayRestarts(0.1, 1, m_mul=None), r"m_mul must be a number .* got None"),
    ],
)
def test_wrong_arguments(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_warmup_to_nowhere_is_told():
    with pytest.warns(LikelyMistakeWarning, match="warmup_steps=10 has no effect without a warmup_target"):
        CosineDecay(0.1, 10, warmup_steps=10)


def test_an_unknown_schedule():
    with pytest.raises(
        UnknownNameError, match="unknown learning rate schedule 'CosinDecay': did you mean 'Cos"
    ):
        schedules.deserialize({"class_name": "CosinDecay", "config": {}})


@given(st.integers(0, 10_000), st.floats(1e-4, 1.0), st.integers(1, 1000), st.floats(0.1, 1.0), st.booleans())
def test_exponential_decay(step, initial, steps, factor, staircase):
    schedule = ExponentialDecay(initial, steps, factor, staircase)
    exponent = step // steps if staircase else step / steps
    np.testing.assert_allclose(schedule(step).numpy(), initial * factor**exponent, rtol=1e-6, atol=1e-30)


def test_a_whole_curve_at_once():
    curve = ExponentialDecay(1.0, 2, 0.25)(np.arange(5))
    assert curve.tolist() == [1.0, 0.5, 0.25, 0.125, 0.0625]
    assert curve.dtype == np.float32


def test_the_step_may_be_a_variable_or_a_tensor():
    schedule = ExponentialDecay(1.0, 2, 0.25)
    assert schedule(mg.Variable(np.array(2))).item() == schedule(mg.Tensor(2)).item() == 0.25


@pytest.mark.parametrize("steps", [0, -1])
def test_decay_steps_must_be_positive(steps):
    with pytest.raises(
        ValueError, match=rf"ExponentialDecay: decay_steps must be a number > 0\.0; got {steps}"
    ):
        ExponentialDecay(0.1, steps, 0.5)


def test_configs():
    schedule = ExponentialDecay(0.5, 10, 0.25, staircase=True, name="mine")
    config = schedules.serialize(schedule)
    assert config["module"] == "keras.optimizers.schedules"
    again = schedules.deserialize(config)
    assert again.get_config() == schedule.get_config()


def test_the_base_has_no_rate_and_no_config():
    with pytest.raises(NotImplementedError, match="define __call__"):
        LearningRateSchedule()(0)
    with pytest.raises(NotImplementedError, match="define get_config"):
        LearningRateSchedule().get_config()
