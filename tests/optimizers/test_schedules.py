"""Learning rate schedules against their formulas."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.optimizers import schedules
from minigrad.optimizers.schedules import ExponentialDecay, LearningRateSchedule


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
    with pytest.raises(ValueError, match=f"decay_steps must be positive; got {steps}"):
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
