"""The derivative of a black box along one number: central differences, extrapolated.

Idea:    ``(f(x+h) - f(x-h)) / 2h`` misses f' by ``c1 h^2 + c2 h^4 + ...``. From several steps h these
         terms can be eliminated (Richardson), so that a large step, where rounding does little harm, is
         also an exact one. What two successive eliminations still differ by tells how far to trust it.
         The one-sided differences tell a kink: they differ, and go on differing as h shrinks.
Before:  errors.py.  Next: testing/arguments.py.
Source:  Ridders, "Accurate computation of F'(x) and F'(x)F''(x)" (1982); Numerical Recipes, 5.7.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

NDArray = np.ndarray[Any, np.dtype[Any]]

STEP = 2e-3
"""The first step, for numbers up to 1; beyond, it is relative. Each further step is a quarter of the last."""

_RATIO = 4.0
_LEVELS = 10  # the last step is 4^-9 of the first: 8e-9
_ALIKE = 4  # at how many steps in a row a kink must show alike
_ROUNDING = 4.0 * float(np.finfo(np.float64).eps)  # of a function that is good to two units in the last place


class Slope(NamedTuple):
    """A numerical derivative.

    Attributes:
        value: The derivative (nan where the function isn't finite around the point).
        uncertainty: What it may be wrong by, estimated.
        left: The one-sided difference from below, at a small step.
        right: The one from above.
        kink: Whether the two go on differing as the step shrinks.
        step: The smallest step that was used.
    """

    value: float
    uncertainty: float
    left: float
    right: float
    kink: bool
    step: float


class Sample(NamedTuple):
    """The differences at one step; ``rise`` is ``f(x+h) - f(x-h)`` itself."""

    central: float
    left: float
    right: float
    rise: float
    noise: float
    step: float


def slope(
    f: Callable[[float], NDArray],
    x: float,
    center: NDArray,
    weights: NDArray,
    tolerance: Callable[[float], float],
    expected: float,
    step: float = STEP,
) -> Slope:
    """Return the derivative of ``weights . f(x)`` with respect to the number x.

    Two steps are enough where they give what is ``expected``, as they mostly do; else ten.

    Args:
        f: Takes a number to a vector.
        x: The point.
        center: ``f(x)``.
        weights: The vector that f's is multiplied by.
        tolerance: Takes a derivative to the difference that may be neglected there.
        expected: What the derivative should be.
        step: The first step, relative where ``|x| > 1``.
    """
    first = step * max(1.0, abs(x))
    samples: list[Sample | None] = []
    for level in range(_LEVELS):
        samples.append(_sample(f, x, center, weights, first / _RATIO**level))
        if level == 1 and None not in samples:
            value, uncertainty = _extrapolate(samples)  # type: ignore[arg-type]
            agreed = abs(value - expected) <= tolerance(value) + samples[1].noise  # type: ignore[union-attr]
            if agreed and not _suspicious(samples, tolerance):  # type: ignore[arg-type]
                return _slope(value, uncertainty, samples[1], kink=False)  # type: ignore[arg-type]
    usable: list[Sample] = []
    for sample in reversed(samples):  # the largest steps may leave the function's domain
        if sample is None:
            break
        usable.insert(0, sample)
    if len(usable) < 4:
        return Slope(math.nan, math.inf, math.nan, math.nan, kink=False, step=first / _RATIO ** (_LEVELS - 1))
    value, uncertainty = _extrapolate(usable)
    kink = _kink(usable, tolerance)
    middle = usable[min(5, len(usable) - 1)]  # small, but well above rounding
    return _slope(value, uncertainty, kink or middle, kink=kink is not None)


def _slope(value: float, uncertainty: float, sample: Sample, kink: bool) -> Slope:
    return Slope(value, uncertainty, sample.left, sample.right, kink, sample.step)


def _sample(
    f: Callable[[float], NDArray], x: float, center: NDArray, weights: NDArray, h: float
) -> Sample | None:
    """Return the differences at step h, or None where the function isn't finite."""
    above, below = x + h, x - h  # rounded, so that the steps taken are these, not h
    upper, lower = f(above), f(below)
    change = upper - lower
    rise = float(weights @ change)
    if not math.isfinite(rise):
        return None
    # outputs that do not depend on x cancel exactly, so they bring no rounding in
    size = np.where(change != 0.0, np.abs(upper) + np.abs(lower), 0.0)
    return Sample(
        central=rise / (above - below),
        left=float(weights @ (center - lower)) / (x - below),
        right=float(weights @ (upper - center)) / (above - x),
        rise=rise,
        noise=_ROUNDING * float(np.abs(weights) @ size) / (above - below),
        step=h,
    )


def _extrapolate(samples: list[Sample]) -> tuple[float, float]:
    """Return the best entry of Neville's table, and what it may be wrong by.

    Column m of a row has m error terms eliminated. An entry is trusted as far as it agrees with the
    three around it that should be about the same: before the last elimination, from either step, and
    after one more step. Fewer would agree by chance now and then where there is noise.
    """
    table: list[list[float]] = []
    for sample in samples:
        row = [sample.central]
        for column, above in enumerate(table[-1] if table else [], start=1):
            row.append(row[-1] + (row[-1] - above) / (_RATIO ** (2 * column) - 1.0))
        table.append(row)
    best, error = samples[-1].central, math.inf
    for index in range(1, max(2, len(table) - 1)):
        before, row, after = table[index - 1], table[index], table[min(index + 1, len(table) - 1)]
        for column in range(1, len(row)):
            value = row[column]
            around = (row[column - 1], before[column - 1], after[column])
            guess = max(abs(value - other) for other in around) + samples[index].noise
            if guess < error:
                best, error = value, guess
    return best, error


def _neglected(sample: Sample, tolerance: Callable[[float], float]) -> float:
    """Return what the one-sided differences may differ by through rounding and tolerance."""
    return 2.0 * tolerance(max(abs(sample.right), abs(sample.left))) + 4.0 * sample.noise


def _jump(sample: Sample, tolerance: Callable[[float], float]) -> float:
    """Return by how much the one-sided differences differ; 0 if that may be neglected."""
    jump = sample.right - sample.left
    return jump if abs(jump) > _neglected(sample, tolerance) else 0.0


def _suspicious(samples: list[Sample], tolerance: Callable[[float], float]) -> bool:
    """Return whether the one-sided differences fail to approach each other from one step to the next."""
    first, second = (_jump(sample, tolerance) for sample in samples)
    return abs(second) > 0.6 * abs(first)  # a quarter of the step: a smooth function's differ by a quarter


def _kink(samples: list[Sample], tolerance: Callable[[float], float]) -> Sample | None:
    """Return the differences beside a kink (the slope jumps) or a jump (f itself does), or None."""
    small = samples[2:]  # at larger steps other kinks come in
    for end in range(len(small), _ALIKE - 1, -1):  # and so they may here: the smaller the better
        jumps = [_jump(sample, tolerance) for sample in small[end - _ALIKE : end]]
        if all(jumps) and all(0.6 < after / before < 1.6 for before, after in itertools.pairwise(jumps)):
            blind = all(_neglected(one, tolerance) > 0.5 * abs(jumps[-1]) for one in small[end:])
            return small[end - 1] if blind else None  # the jump must last until it is lost in rounding
    rises = [sample.rise for sample in samples[2:7]]
    jumps_itself = all(abs(rise - rises[0]) < 0.1 * abs(rises[0]) for rise in rises)
    return samples[min(5, len(samples) - 1)] if jumps_itself else None
