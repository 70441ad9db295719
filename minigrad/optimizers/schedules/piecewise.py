"""A learning rate that changes in jumps, at steps of your choice.

Before:  schedules/schedule.py.  Next: schedules/cosine.py.
Source:  Keras's ``keras/src/optimizers/schedules/learning_rate_schedule.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from minigrad.arguments import number
from minigrad.autodiff.tensor import Tensor
from minigrad.optimizers.schedules.schedule import LearningRateSchedule, rate, steps


class PiecewiseConstantDecay(LearningRateSchedule):
    """The rate is ``values[0]`` up to step ``boundaries[0]``, then ``values[1]`` up to ``boundaries[1]``, ...

    ``rate(t) = values[the number of boundaries below t]``: at a boundary itself the rate is still the one
    before it.

    Args:
        boundaries: Steps, in increasing order.
        values: The rates before, between and after them: one more than there are boundaries.
        name: Default "PiecewiseConstant".

    Raises:
        ValueError: If the lengths don't fit, the boundaries don't increase, or one is no number.

    Source: ``keras.optimizers.schedules.PiecewiseConstantDecay``.

    Example:
        >>> schedule = PiecewiseConstantDecay([100, 200], [1.0, 0.5, 0.25])
        >>> [float(schedule(step)) for step in (0, 100, 101, 200, 201)]
        [1.0, 1.0, 0.5, 0.5, 0.25]
    """

    def __init__(
        self, boundaries: Sequence[float], values: Sequence[float], name: str = "PiecewiseConstant"
    ) -> None:
        own = "PiecewiseConstantDecay"
        if len(values) != len(boundaries) + 1:
            raise ValueError(
                f"{own}: values must be one more than boundaries; got {len(values)} values {values!r} and "
                f"{len(boundaries)} boundaries {boundaries!r}"
            )
        self.boundaries = [number(own, "boundaries", boundary) for boundary in boundaries]
        self.values = [number(own, "values", value) for value in values]
        self.name = name
        if any(after < before for before, after in pairwise(self.boundaries)):
            raise ValueError(f"{own}: boundaries must be in increasing order; got {boundaries!r}")

    def __call__(self, step: Any) -> Tensor:
        """Return the rate of ``step`` (or the rates of an array of steps), a tensor of `floatx`."""
        return rate(np.take(self.values, np.searchsorted(self.boundaries, steps(step))))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew."""
        return {"boundaries": self.boundaries, "values": self.values, "name": self.name}
