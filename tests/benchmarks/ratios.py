"""What the times say: ratios, and whether they are within their bounds.

Idea:    the faster of an opponent's variants counts. A ratio of medians is what a user meets; but where the
         opponent's own rounds differ by half, something else was running, and the minima decide.
         Where other programs took the cores all the while, neither is of use, and nothing is claimed.
Before:  driver.py.  Next: report.py (the table).
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from benchmarks.case import Case
from benchmarks.driver import Measurement, Result
from benchmarks.neighbors import BUSY

DISTURBED = 1.5  # an opponent's slowest round against its fastest


def least(measured: Measurement) -> float:
    """Return the least of all calls."""
    return min(measured.least)


def median(measured: Measurement) -> float:
    """Return the median of the rounds' medians."""
    return statistics.median(measured.median)


def spread(measured: Measurement) -> float:
    """Return the slowest round against the fastest."""
    return max(measured.median) / min(measured.median)


@dataclass(frozen=True)
class Ratio:
    """minigrad's time (or memory) divided by an opponent's.

    ``by_minima`` and ``by_medians`` are the opponent's fastest variant by each.
    """

    case: Case
    opponent: str
    ours: Measurement
    by_minima: Measurement
    by_medians: Measurement
    others: float | None = None

    @property
    def of_minima(self) -> float:
        """The ratio of the least times."""
        return least(self.ours) / least(self.by_minima)

    @property
    def of_medians(self) -> float:
        """The ratio of the median times."""
        return median(self.ours) / median(self.by_medians)

    @property
    def disturbed(self) -> bool:
        """Whether the opponent's rounds differ by half."""
        return max(spread(self.by_minima), spread(self.by_medians)) >= DISTURBED

    @property
    def busy(self) -> bool:
        """Whether other programs took too much for times to count; memory does not depend on them."""
        return self.case.kind != "memory" and self.others is not None and self.others >= BUSY

    @property
    def of_cpu(self) -> float | None:
        """The ratio of the CPU times, which depend less on others; but waiting by spinning counts, too."""
        if not self.ours.cpu or not self.by_minima.cpu:
            return None
        return min(self.ours.cpu) / min(self.by_minima.cpu)

    @property
    def counted(self) -> float:
        """The ratio that counts."""
        return self.of_minima if self.disturbed else self.of_medians

    @property
    def bound(self) -> float | None:
        """The largest ratio allowed."""
        return self.case.bound(self.opponent)

    @property
    def promised(self) -> bool:
        """Whether the bound is the case's own, not the one for all."""
        return self.opponent in self.case.at_most

    @property
    def reached(self) -> bool | None:
        """Whether the ratio that counts is within its bound; None if there is none, or it can't be told."""
        return None if self.bound is None or self.busy else self.counted <= self.bound


def ratios(result: Result) -> list[Ratio]:
    """Return a ratio for each opponent that was measured."""
    ours, *others = result.measurements
    groups: dict[str, list[Measurement]] = {}
    for measured in others:
        groups.setdefault(measured.side.framework, []).append(measured)
    return [
        Ratio(result.case, opponent, ours, min(group, key=least), min(group, key=median), result.others)
        for opponent, group in groups.items()
    ]


def is_alone(result: Result) -> bool:
    """Whether no opponent was there."""
    return len(result.measurements) == 1


def measured_by(result: Result, framework: str) -> Measurement | None:
    """Return a framework's fastest measurement, by its minimum."""
    found = [measured for measured in result.measurements if measured.side.framework == framework]
    return min(found, key=least, default=None)
