"""Schedules that let the learning rate fall as training goes on.

Before:  schedules/schedule.py.  Next: optimizers/optimizer.py.
Source:  Keras's ``keras/src/optimizers/schedules/learning_rate_schedule.py``; the lecture's lab 11-5.
"""

from __future__ import annotations

from typing import Any

import numpy as np

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
        ValueError: If decay_steps is not positive.

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
        if not decay_steps > 0:
            raise ValueError(f"ExponentialDecay: decay_steps must be positive; got {decay_steps!r}")
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.decay_rate = decay_rate
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
