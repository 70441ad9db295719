"""Learning rates that fall along half a cosine: slowly at first, then fast, then slowly again.

Idea:    long at a large rate to find the valley, long at a small one to reach its floor. A warmup before it
         keeps the first steps small, while the gradients are still wild; a restart leaves a bad
         valley again.
Before:  schedules/schedule.py.  Next: optimizers/settings.py (who asks a schedule).
Source:  Keras's ``keras/src/optimizers/schedules/learning_rate_schedule.py``; Loshchilov & Hutter, "SGDR:
         stochastic gradient descent with warm restarts" (2017).
"""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from minigrad.arguments import number
from minigrad.autodiff.tensor import NDArray, Tensor
from minigrad.errors import LikelyMistakeWarning
from minigrad.optimizers.schedules.schedule import LearningRateSchedule, rate, steps


def _half_cosine(done: NDArray) -> NDArray:
    """Return how far it has still to fall, from 1 to 0, as ``done`` goes from 0 to 1."""
    return np.asarray(0.5 * (1.0 + np.cos(math.pi * done)))


class CosineDecay(LearningRateSchedule):
    """The rate may rise evenly to ``warmup_target``, then falls along half a cosine.

    In the ``warmup_steps`` first steps, ``rate(t) = initial_learning_rate + (warmup_target -
    initial_learning_rate) * t / warmup_steps``. After them, with ``top`` the rate that was reached and d the
    number of steps since (at most ``decay_steps``), ``rate = top * ((1 - alpha) * 0.5 *
    (1 + cos(pi * d / decay_steps)) + alpha)``.

    Args:
        initial_learning_rate: The rate of step 0.
        decay_steps: How many steps it falls; positive.
        alpha: What is left at the end, as a part of the top. Default 0.
        name: Default "CosineDecay".
        warmup_target: The rate to rise to first. Default None: no warmup; it falls from the start.
        warmup_steps: How many steps it rises. Default 0.

    Raises:
        ValueError: If decay_steps is not positive, warmup_steps is negative, or an argument is no number.

    Source: ``keras.optimizers.schedules.CosineDecay``.

    Example:
        >>> schedule = CosineDecay(0.0, decay_steps=100, warmup_target=0.5, warmup_steps=10)
        >>> [round(float(schedule(step)), 4) for step in (0, 5, 10, 60, 110, 200)]
        [0.0, 0.25, 0.5, 0.25, 0.0, 0.0]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        alpha: float = 0.0,
        name: str = "CosineDecay",
        warmup_target: float | None = None,
        warmup_steps: float = 0,
    ) -> None:
        self.initial_learning_rate = number("CosineDecay", "initial_learning_rate", initial_learning_rate)
        self.decay_steps = number("CosineDecay", "decay_steps", decay_steps, above=0.0)
        self.alpha = number("CosineDecay", "alpha", alpha)
        self.name = name
        self.warmup_target = warmup_target
        if warmup_target is not None:
            self.warmup_target = number("CosineDecay", "warmup_target", warmup_target)
        self.warmup_steps = number("CosineDecay", "warmup_steps", warmup_steps, 0.0)
        if self.warmup_steps and warmup_target is None:
            warnings.warn(
                f"CosineDecay: warmup_steps={warmup_steps} has no effect without a warmup_target to rise to",
                LikelyMistakeWarning,
                stacklevel=2,
            )

    def __call__(self, step: Any) -> Tensor:
        """Return the rate of ``step`` (or the rates of an array of steps), a tensor of `floatx`."""
        top, after = self.initial_learning_rate, steps(step)
        if self.warmup_target is not None:
            top, after = self.warmup_target, after - self.warmup_steps
        done = np.clip(after / self.decay_steps, 0.0, 1.0)
        rates = top * ((1.0 - self.alpha) * _half_cosine(done) + self.alpha)
        if self.warmup_target is not None and self.warmup_steps:
            missing = np.minimum(after / self.warmup_steps, 0.0)  # from -1 at step 0 to 0 at the top
            rising = top + (top - self.initial_learning_rate) * missing
            rates = np.where(after < 0.0, rising, rates)
        return rate(rates)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "alpha": self.alpha,
            "name": self.name,
            "warmup_target": self.warmup_target,
            "warmup_steps": self.warmup_steps,
        }


class CosineDecayRestarts(LearningRateSchedule):
    """The rate falls along half a cosine, jumps up, falls again, and so on.

    Period i (from 0) has ``first_decay_steps * t_mul ** i`` steps; with d the part of it that is done,
    ``rate = initial_learning_rate * ((1 - alpha) * 0.5 * m_mul ** i * (1 + cos(pi * d)) + alpha)``.

    Args:
        initial_learning_rate: The rate of step 0.
        first_decay_steps: How many steps the first period has; positive.
        t_mul: How many times as long as the last each period is; at least 1. Default 2.
        m_mul: How many times as high as the last each period starts. Default 1.
        alpha: What is left at a period's end, as a part of initial_learning_rate. Default 0.
        name: Default "SGDRDecay".

    Raises:
        ValueError: If first_decay_steps is not positive, t_mul is below 1, or an argument is no number.

    Source: ``keras.optimizers.schedules.CosineDecayRestarts``.

    Example:
        >>> schedule = CosineDecayRestarts(0.5, first_decay_steps=10, m_mul=0.5)
        >>> [round(float(schedule(step)), 4) for step in (0, 5, 10, 20, 30)]
        [0.5, 0.25, 0.25, 0.125, 0.125]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        first_decay_steps: float,
        t_mul: float = 2.0,
        m_mul: float = 1.0,
        alpha: float = 0.0,
        name: str = "SGDRDecay",
    ) -> None:
        own = "CosineDecayRestarts"
        self.initial_learning_rate = number(own, "initial_learning_rate", initial_learning_rate)
        self.first_decay_steps = number(own, "first_decay_steps", first_decay_steps, above=0.0)
        self.t_mul = number(own, "t_mul", t_mul, 1.0)  # shorter and shorter periods would soon have no step
        self.m_mul = number(own, "m_mul", m_mul)
        self.alpha = number(own, "alpha", alpha)
        self.name = name

    def __call__(self, step: Any) -> Tensor:
        """Return the rate of ``step`` (or the rates of an array of steps), a tensor of `floatx`."""
        period, done = self._position(steps(step) / self.first_decay_steps)
        falling = self.m_mul**period * _half_cosine(done)
        return rate(self.initial_learning_rate * ((1.0 - self.alpha) * falling + self.alpha))

    def _position(self, periods: NDArray) -> tuple[NDArray, NDArray]:
        """Return the number of the period, and the part of it that is done, after that many first periods.

        The first i periods take ``1 + t_mul + ... + t_mul ** (i - 1) = (t_mul ** i - 1) / (t_mul - 1)``.
        """
        t_mul = self.t_mul
        if t_mul == 1.0:
            period = np.floor(periods)
            return period, periods - period
        exact = np.log(1.0 + periods * (t_mul - 1.0)) / np.log(t_mul)
        period = np.floor(exact + 1e-9)  # the logarithms of a period's first step may be rounded down
        done = (periods - (t_mul**period - 1.0) / (t_mul - 1.0)) / t_mul**period
        return period, np.maximum(done, 0.0)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "first_decay_steps": self.first_decay_steps,
            "t_mul": self.t_mul,
            "m_mul": self.m_mul,
            "alpha": self.alpha,
            "name": self.name,
        }
