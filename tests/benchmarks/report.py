"""The report: tables in Markdown, the machine, the versions.

Idea:    what can be pasted into a document is what is printed. Every time stands with its minimum and its
         median, every ratio with how far the rounds spread.
Before:  ratios.py.  Next: compare.py (the command).
"""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from pathlib import Path

from benchmarks.case import LIMIT, OURS
from benchmarks.driver import Measurement, Result
from benchmarks.frameworks import FRAMEWORKS
from benchmarks.ratios import Ratio, is_alone, least, measured_by, median, ratios, spread

_HEAD = [
    *("measure", "minigrad", "against", "takes", "minima", "medians"),
    *("CPU", "at most", "reached", "spread", "others"),
]

_BUSY = """\
**The machine was busy: {busy} of {all} ratios are no result.** Other programs took a tenth of the cores or
more (column *others*). A framework whose threads spin while they wait, as PyTorch's do, is slowed down many
times by that, in every round. Measure again when nothing else runs."""
_NONE = {False: "None.", True: "None of those that could be told."}


def amount(value: float, kind: str = "time") -> str:
    """Return seconds, or bytes for "memory", with a unit that suits and three digits.

    Example:
        >>> amount(0.0123), amount(4.5e-6), amount(2.5e8, "memory")
        ('12.3 ms', '4.5 µs', '250 MB')
    """
    if kind == "memory":
        return f"{value / 1e6:.0f} MB"
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value / 1e-6:.3g} µs"


def _both(first: Measurement, second: Measurement, kind: str) -> str:
    return f"{amount(least(first), kind)} / {amount(median(second), kind)}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown, its columns aligned.

    Example:
        >>> print(table(["a", "bc"], [["1", "2"]]))
        | a | bc |
        | - | -- |
        | 1 | 2  |
    """
    widths = [max(len(cell) for cell in column) for column in zip(head, *rows, strict=True)]
    lines = [head, ["-" * width for width in widths], *rows]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in lines
    )


def row(ratio: Ratio) -> list[str]:
    """Return a ratio as a row; of its two values the one that counts is bold."""
    kind = ratio.case.kind
    minima, medians = (f"{value:.2f}" for value in (ratio.of_minima, ratio.of_medians))
    opponent = "itself" if ratio.opponent == OURS else FRAMEWORKS[ratio.opponent].title
    variants = {ratio.by_minima.side.variant: None, ratio.by_medians.side.variant: None}
    return [
        ratio.case.measure,
        _both(ratio.ours, ratio.ours, kind),
        f"{opponent}, {' / '.join(variants)}" if any(variants) else opponent,
        _both(ratio.by_minima, ratio.by_medians, kind),
        f"**{minima}**" if ratio.disturbed else minima,
        medians if ratio.disturbed else f"**{medians}**",
        "" if ratio.of_cpu is None else f"{ratio.of_cpu:.2f}",
        "" if ratio.bound is None else f"{ratio.bound:.3g}",
        "busy" if ratio.busy else {None: "", True: "yes", False: "**no**"}[ratio.reached],
        f"{spread(ratio.ours):.2f}, {spread(ratio.by_medians):.2f}",
        "" if ratio.others is None else f"{ratio.others:.0%}",
    ]


def comparison(results: Sequence[Result]) -> str:
    """Return the tables: what is promised, everything else, batch sizes, what is over its bound."""
    found = [ratio for result in results for ratio in ratios(result)]
    promised = [ratio for ratio in found if ratio.promised]
    others = [ratio for ratio in found if not ratio.promised]
    parts = []
    if promised:
        parts += ["## What is promised", table(_HEAD, [row(ratio) for ratio in promised])]
    if others:
        parts += [
            f"## Everything else: at most {LIMIT:g} times PyTorch",
            table(_HEAD, [row(r) for r in others]),
        ]
    alone = [result for result in results if is_alone(result)]
    if alone:
        parts += ["## Without an opponent", _alone(alone)]
    if any(result.case.batch for result in results):
        parts += ["## By batch size, for one image", batches(results)]
    busy = sum(ratio.busy for ratio in found)
    if busy:
        parts.insert(0, _BUSY.format(busy=busy, all=len(found)))
    missed = [ratio for ratio in found if ratio.reached is False]
    parts += ["## Over the bound", "\n".join(map(_missed, missed)) if missed else _NONE[bool(busy)]]
    return "\n\n".join(parts)


def _alone(results: Sequence[Result]) -> str:
    rows = []
    for result in results:
        (ours,) = result.measurements
        rows.append([result.case.measure, _both(ours, ours, result.case.kind), f"{spread(ours):.2f}"])
    return table(["measure", "minigrad", "spread"], rows)


def _missed(ratio: Ratio) -> str:
    title = FRAMEWORKS[ratio.opponent].title
    case = f"{ratio.case.name} ({ratio.case.measure})"
    return f"- {case}: {ratio.counted:.2f} of {title}, at most {ratio.bound:.3g}"


def batches(results: Sequence[Result]) -> str:
    """Return least times of one image, and memory, by batch size, for every framework that was there."""
    cases = [result for result in results if result.case.batch]
    names = [name for name in FRAMEWORKS if any(measured_by(result, name) for result in cases)]
    kinds = list(dict.fromkeys(result.case.name.rsplit("-", 1)[1] for result in cases))
    head = ["batch", *(f"{kind}: {FRAMEWORKS[name].title}" for kind in kinds for name in names)]
    rows = []
    for batch in dict.fromkeys(result.case.batch for result in cases):
        cells = [str(batch)]
        for kind in kinds:
            result = next((r for r in cases if r.case.name == f"batch-{batch}-{kind}"), None)
            for name in names:
                measured = None if result is None else measured_by(result, name)
                cells.append("" if measured is None else amount(least(measured), result.case.kind))
        rows.append(cells)
    return table(head, rows)


def machine(threads: int) -> str:
    """Return what the numbers depend on: processor, cores, system, Python."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = f", load average {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{processor()}; {allowed} of {os.cpu_count()} logical cores allowed, {threads} threads each{load}; "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, float32"
    )


def processor(file: Path = Path("/proc/cpuinfo")) -> str:
    """Return the processor's name, as well as the system knows it."""
    if file.exists():
        names = [
            line.split(":", 1)[1].strip() for line in file.read_text().splitlines() if "model name" in line
        ]
        if names:
            return names[0]
    return platform.processor() or platform.machine()
