"""The base of learning rate schedules: a function of the step, with a config.

Idea:    large steps find the valley, small ones its floor; so the learning rate is made to fall.
Before:  autodiff/tensor.py.  Next: schedules/decay.py (the schedules there are).
Source:  Keras's ``keras/src/optimizers/schedules/learning_rate_schedule.py``.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from minigrad.autodiff.tensor import NDArray, Tensor, wrap
from minigrad.config import floatx


class LearningRateSchedule:
    """A learning rate that is a function of the step.

    Subclass it with ``__call__(step)``, which returns the rate of that step (a number or a tensor of one
    element), and with ``get_config`` if it is to be saved. Pass an instance as an optimizer's
    ``learning_rate``: each step asks it with the number of steps done before, so the first with 0.

    Source: ``keras.optimizers.schedules.LearningRateSchedule``.

    Example:
        >>> import minigrad as mg
        >>> class Hyperbola(LearningRateSchedule):
        ...     def __call__(self, step):
        ...         return 0.1 / (int(step) + 1)
        >>> float(mg.optimizers.SGD(Hyperbola()).learning_rate)
        0.1
    """

    def __call__(self, step: Any) -> Any:
        """Return the learning rate of ``step``, which counts from 0."""
        raise NotImplementedError(f"schedule {type(self).__name__}: define __call__(self, step)")

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew, in a form that JSON can hold."""
        raise NotImplementedError(f"schedule {type(self).__name__}: define get_config(self)")

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return the schedule that `get_config` described."""
        return cls(**config)


def steps(step: Any) -> NDArray:
    """Return ``step`` (a number, or an array or tensor of them, for a plot) as float64."""
    return np.asarray(step, np.float64)


def rate(values: Any) -> Tensor:
    """Return learning rates that were computed in float64 as a tensor of `floatx`."""
    return wrap(np.asarray(values, floatx()))
