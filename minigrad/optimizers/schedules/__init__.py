"""Learning rates that change with the step, under the names of ``keras.optimizers.schedules``.

Before:  serialization.py.  Next: optimizers/optimizer.py (which asks them at every step).
"""

from __future__ import annotations

from typing import Any

from minigrad.optimizers.schedules.cosine import CosineDecay, CosineDecayRestarts
from minigrad.optimizers.schedules.decay import ExponentialDecay, InverseTimeDecay, PolynomialDecay
from minigrad.optimizers.schedules.piecewise import PiecewiseConstantDecay
from minigrad.optimizers.schedules.schedule import LearningRateSchedule
from minigrad.serialization import Family

_family = Family(
    "learning rate schedule",
    "keras.optimizers.schedules",
    classes=[
        CosineDecay,
        CosineDecayRestarts,
        ExponentialDecay,
        InverseTimeDecay,
        PiecewiseConstantDecay,
        PolynomialDecay,
    ],
)


def serialize(learning_rate_schedule: Any) -> Any:
    """Return a schedule's config: its class's name and its arguments.

    Source: ``keras.optimizers.schedules.serialize``.
    """
    return _family.serialize(learning_rate_schedule)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Return the schedule that `serialize` described.

    Raises:
        UnknownNameError: If its class is neither minigrad's nor in ``custom_objects``.

    Source: ``keras.optimizers.schedules.deserialize``.

    Example:
        >>> config = serialize(ExponentialDecay(0.1, decay_steps=100, decay_rate=0.5))
        >>> deserialize(config).decay_rate
        0.5
    """
    return _family.deserialize(config, custom_objects)


__all__ = [
    "CosineDecay",
    "CosineDecayRestarts",
    "ExponentialDecay",
    "InverseTimeDecay",
    "LearningRateSchedule",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
    "deserialize",
    "serialize",
]
