"""What is measured: a case, and its sides, each in one framework's own words.

Idea:    a case is the same work written once for each framework. A side's ``make`` prepares everything and
         returns what is timed, and a check: outputs for given weights, by which the driver sees that the
         sides do the same work.
Before:  nothing.  Next: cases/ (the cases), worker.py (who runs a side), driver.py (who runs a case).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

LIMIT = 2.0  # no case may take more than this many times PyTorch's time
OURS = "minigrad"


@dataclass(frozen=True)
class Work:
    """What ``make`` prepared: ``run`` is timed; ``check`` returns arrays that every side should agree on."""

    run: Callable[[], Any]
    check: Callable[[], list[Any]] | None = None


@dataclass(frozen=True)
class Side:
    """One framework's way of doing the work.

    ``variant`` tells two ways of the same framework apart; the faster one counts. ``threads`` overrides the
    number that the comparison runs with.
    """

    framework: str
    make: Callable[[], Work]
    variant: str = ""
    threads: int | None = None

    @property
    def label(self) -> str:
        """The framework, and the variant in brackets."""
        return f"{self.framework} ({self.variant})" if self.variant else self.framework


@dataclass(frozen=True)
class Case:
    """One line of the table.

    Attributes:
        name: Short, for ``--only``.
        measure: What is measured, in words.
        ours: minigrad's side.
        others: What it is measured against. Sides of minigrad itself are one opponent, too.
        at_most: For each opponent, the ratio that is promised. Where PyTorch has none, `LIMIT` holds.
        kind: "time": calls in a process that is warm; "start": a fresh process until its first call is
            done; "memory": the peak of a fresh process that makes ten calls.
        count: How many of the measured things one call does: the table shows the time of one.
        batch: For cases that differ in the batch size alone.
        tolerance: How far the sides' checks may differ, as a part of the largest value.
    """

    name: str
    measure: str
    ours: Side
    others: tuple[Side, ...] = ()
    at_most: dict[str, float] = field(default_factory=dict)
    kind: str = "time"
    count: int = 1
    batch: int | None = None
    tolerance: float = 1e-3

    @property
    def sides(self) -> tuple[Side, ...]:
        """All sides; a side is known by its number."""
        return (self.ours, *self.others)

    def bound(self, opponent: str) -> float | None:
        """Return the largest ratio allowed against a framework, or None if nothing is said."""
        return self.at_most.get(opponent, LIMIT if opponent == "torch" else None)
