"""How much of the cores other programs took while we measured.

Idea:    the minimum of many rounds forgives a neighbor now and then, but not one that stays. A framework
         whose threads wait for each other by spinning is hit hardest: when one is off its core, the others
         burn theirs, for the whole time slice, in every round; so the spread looks small, and the minimum is
         wrong, too. Therefore it is measured: what the cores did, less what our own processes used.
Before:  nothing.  Next: driver.py.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

BUSY = 0.1  # of the cores: from here on, times say nothing certain
_STAT = Path("/proc/stat")


class Neighbors:
    """Counts from when it is made; `share` tells what others took since then."""

    def __init__(self, stat: Path = _STAT) -> None:
        self.stat = stat
        self.own = 0.0  # seconds of CPU that our processes used: added by whoever runs them
        self._start = self._used()
        self._time = time.perf_counter()

    def share(self) -> float | None:
        """Return the part of the cores, 0 to 1, that others took, or None where the system can't tell."""
        if self._start is None:
            return None
        seconds, cores = self._used()
        elapsed = (time.perf_counter() - self._time) * cores
        others = (seconds - self._start[0] - self.own) / max(elapsed, 1e-9)
        return min(1.0, max(0.0, others))

    def _used(self) -> tuple[float, int] | None:
        """Return the CPU seconds that the allowed cores were not idle, and how many cores these are."""
        if not self.stat.exists():
            return None
        names = {f"cpu{core}" for core in os.sched_getaffinity(0)}
        rows = [line.split() for line in self.stat.read_text().splitlines()]
        rows = [row for row in rows if row and row[0] in names]
        # user nice system idle iowait irq softirq steal: stolen time is a neighbor's, too
        ticks = sum(int(value) for row in rows for n, value in enumerate(row[1:9]) if n not in (3, 4))
        return ticks / os.sysconf("SC_CLK_TCK"), len(rows)
