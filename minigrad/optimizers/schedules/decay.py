"""Schedules that let the learning rate fall as training goes on.

Before:  schedules/schedule.py.  Next: schedules/piecewise.py, schedules/cosine.py.
Source:  Keras's ``keras/src/optimizers/schedules/learning_rate_schedule.py``; the lecture's lab 11-5.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.arguments import number
from minigrad.autodiff.tensor import Tensor
from minigrad.optimizers.schedules.schedule import LearningRateSchedule, rate, steps


class ExponentialDecay(LearningRateSchedule):
    """The rate is multiplied by one factor over every ``decay_steps`` steps.

    ``rate(t) = initial_learning_rate * decay_rate ** (t / decay_steps)``; with ``staircase`` the exponent
    is rounded down, so that the rate falls in jumps.

    Args:
        initial_learning_rate: The rate of step 0.
        decay_steps: Over how many steps the rate is multiplied by decay_rate; positive.
        decay_rate: The factor.
        staircase: Whether the rate stays the same between multiples of decay_steps. Default False.
        name: Default "ExponentialDecay".

    Raises:
        ValueError: If decay_steps is not positive, or an argument is no number.

    Source: ``keras.optimizers.schedules.ExponentialDecay``.

    Example:
        >>> schedule = ExponentialDecay(0.5, decay_steps=10, decay_rate=0.25)
        >>> [float(schedule(step)) for step in (0, 5, 10)]
        [0.5, 0.25, 0.125]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        decay_rate: float,
        staircase: bool = False,
        name: str = "ExponentialDecay",
    ) -> None:
        self.initial_learning_rate = number(
            "ExponentialDecay", "initial_learning_rate", initial_learning_rate
        )
        self.decay_steps = number("ExponentialDecay", "decay_steps", decay_steps, above=0.0)
        self.decay_rate = number("ExponentialDecay", "decay_rate", decay_rate)
        self.staircase = staircase
        self.name = name

    def __call__(self, step: Any) -> Tensor:
        """Return the rate of ``step`` (or the rates of an array of steps), a tensor of `floatx`."""
        exponent = steps(step) / self.decay_steps
        if self.staircase:
            exponent = np.floor(exponent)
        return rate(self.initial_learning_rate * self.decay_rate**exponent)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "decay_rate": self.decay_rate,
            "staircase": self.staircase,
            "name": self.name,
        }


class InverseTimeDecay(LearningRateSchedule):
    """The rate is divided by a number that grows evenly with the steps.

    ``rate(t) = initial_learning_rate / (1 + decay_rate * t / decay_steps)``; with ``staircase`` the quotient
    ``t / decay_steps`` is rounded down.

    Args:
        initial_learning_rate: The rate of step 0.
        decay_steps: Over how many steps the divisor grows by decay_rate; positive.
        decay_rate: How much it grows.
        staircase: Whether the rate stays the same between multiples of decay_steps. Default False.
        name: Default "InverseTimeDecay".

    Raises:
        ValueError: If decay_steps is not positive, or an argument is no number.

    Source: ``keras.optimizers.schedules.InverseTimeDecay``.

    Example:
        >>> schedule = InverseTimeDecay(0.5, decay_steps=10, decay_rate=1.0)
        >>> [float(schedule(step)) for step in (0, 10, 30)]
        [0.5, 0.25, 0.125]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        decay_rate: float,
        staircase: bool = False,
        name: str = "InverseTimeDecay",
    ) -> None:
        self.initial_learning_rate = number(
            "InverseTimeDecay", "initial_learning_rate", initial_learning_rate
        )
        self.decay_steps = number("InverseTimeDecay", "decay_steps", decay_steps, above=0.0)
        self.decay_rate = number("InverseTimeDecay", "decay_rate", decay_rate)
        self.staircase = staircase
        self.name = name

    def __call__(self, step: Any) -> Tensor:
        """Return the rate of ``step`` (or the rates of an array of steps), a tensor of `floatx`."""
        done = steps(step) / self.decay_steps
        if self.staircase:
            done = np.floor(done)
        return rate(self.initial_learning_rate / (1.0 + self.decay_rate * done))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "decay_rate": self.decay_rate,
            "staircase": self.staircase,
            "name": self.name,
        }


class PolynomialDecay(LearningRateSchedule):
    """The rate falls to ``end_learning_rate`` along a power of the steps that are left.

    With ``t`` at most ``decay_steps``, ``rate(t) = (initial_learning_rate - end_learning_rate) *
    (1 - t / decay_steps) ** power + end_learning_rate``. With ``cycle``, ``decay_steps`` is multiplied by
    the least integer for which it is not below t, so that the rate jumps up and falls again.

    Args:
        initial_learning_rate: The rate of step 0.
        decay_steps: After how many steps the end is reached; positive.
        end_learning_rate: The rate from then on. Default 0.0001.
        power: Default 1: a straight line.
        cycle: Whether it begins to fall again after decay_steps. Default False.
        name: Default "PolynomialDecay".

    Raises:
        ValueError: If decay_steps is not positive, or an argument is no number.

    Source: ``keras.optimizers.schedules.PolynomialDecay``.

    Example:
        >>> schedule = PolynomialDecay(0.5, decay_steps=10, end_learning_rate=0.25)
        >>> [float(schedule(step)) for step in (0, 5, 10, 15)]
        [0.5, 0.375, 0.25, 0.25]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
        name: str = "PolynomialDecay",
    ) -> None:
        self.initial_learning_rate = number("PolynomialDecay", "initial_learning_rate", initial_learning_rate)
        self.decay_steps = number("PolynomialDecay", "decay_steps", decay_steps, above=0.0)
        self.end_learning_rate = number("PolynomialDecay", "end_learning_rate", end_learning_rate)
        self.power = number("PolynomialDecay", "power", power, 0.0)
        self.cycle = cycle
        self.name = name

    def __call__(self, step: Any) -> Tensor:
        """Return the rate of ``step`` (or the rates of an array of steps), a tensor of `floatx`."""
        done = steps(step) / self.decay_steps
        if self.cycle:
            done = done / np.maximum(np.ceil(done), 1.0)
        else:
            done = np.minimum(done, 1.0)
        fall = self.initial_learning_rate - self.end_learning_rate
        return rate(fall * (1.0 - done) ** self.power + self.end_learning_rate)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "end_learning_rate": self.end_learning_rate,
            "power": self.power,
            "cycle": self.cycle,
            "name": self.name,
        }
