"""Compare minigrad's speed and memory with the frameworks that are installed.

    python tests/benchmarks/compare.py --peer torch=/path/to/python --peer tensorflow=/path/to/python

Peers that this interpreter can import need no ``--peer``. It prints tables in Markdown: every measure with
its minimum and median, the ratio of both, and whether it is within its bound; then the machine and the
versions.

Before:  report.py, driver.py.  Next: docs/performance.md (what came out of it).
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # minigrad, if it is not installed
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the package `benchmarks`

from benchmarks.case import OURS, Case
from benchmarks.driver import Driver, Interpreter, Result, WorkerError
from benchmarks.frameworks import FRAMEWORKS
from benchmarks.report import comparison, machine

_HELP = "docs/performance.md says how to install it"


def find_interpreters(
    peers: Sequence[str], wanted: set[str], threads: int, cases: str
) -> tuple[dict[str, Interpreter], list[str]]:
    """Return the interpreters of the frameworks that are there, and a message for each that is not.

    Args:
        peers: ``NAME=PYTHON`` for frameworks that live in another interpreter.
        wanted: The frameworks that the cases ask for.
        threads: For each of them.
        cases: The module with the cases.

    Raises:
        ValueError: If a peer is not written like that, is unknown, or its interpreter does not exist.
    """
    pythons = {}
    for peer in peers:
        name, _, python = peer.partition("=")
        if name not in FRAMEWORKS or not python:
            known = ", ".join(name for name in FRAMEWORKS if name != OURS)
            raise ValueError(f"--peer must be NAME=PYTHON with a name of {known}; got {peer!r}")
        if shutil.which(python) is None:
            raise ValueError(f"--peer {name}: there is no interpreter {python!r}")
        pythons[name] = python
    found, missing = {}, []
    for name, framework in FRAMEWORKS.items():
        if name in pythons:
            found[name] = Interpreter(name, pythons[name], threads, cases)
        elif name == OURS or (name in wanted and importlib.util.find_spec(framework.module)):
            found[name] = Interpreter(name, sys.executable, threads, cases)
        elif name in wanted:
            missing.append(f"{framework.title} is not installed here: no comparison with it ({_HELP}).")
    return found, missing


def choose(cases: Sequence[Case], patterns: Sequence[str]) -> list[Case]:
    """Return the cases whose name matches one of the patterns, or all without patterns.

    Raises:
        ValueError: If a pattern matches none.
    """
    for pattern in patterns:
        if not any(fnmatch(case.name, pattern) for case in cases):
            names = ", ".join(case.name for case in cases)
            raise ValueError(f"--only {pattern}: no such case; there are: {names}")
    return [case for case in cases if not patterns or any(fnmatch(case.name, p) for p in patterns)]


def use_cores(count: int) -> None:
    """Let this process, and those it will start, run on the first so many of its cores alone."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:count])


def to_json(results: Sequence[Result], description: dict[str, str]) -> str:
    """Return every round's numbers: seconds, or bytes."""
    cases = [
        {
            "case": result.case.name,
            "kind": result.case.kind,
            "difference": result.difference,
            "others": result.others,
            "sides": [
                {
                    "side": measured.side.label,
                    "least": measured.least,
                    "median": measured.median,
                    "cpu": measured.cpu,
                }
                for measured in result.measurements
            ],
        }
        for result in results
    ]
    return json.dumps({"description": description, "cases": cases}, indent=1)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument(
        "--peer", action="append", default=[], metavar="NAME=PYTHON", help="another interpreter"
    )
    parser.add_argument("--rounds", type=int, default=15, help="of each side, in turn")
    parser.add_argument("--seconds", type=float, default=0.1, help="of a round")
    parser.add_argument("--threads", type=int, default=2, help="of each framework")
    parser.add_argument("--cores", type=int, default=2, help="that all of them share")
    parser.add_argument("--only", action="append", default=[], metavar="CASE", help="a name or pattern")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every round's numbers")
    parser.add_argument("--list", action="store_true", help="show the cases' names and end")
    parser.add_argument("--cases", default="benchmarks.cases", help="module with a list CASES")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return 1 if a case failed."""
    options = parse(arguments)
    cases = importlib.import_module(options.cases).CASES
    if options.list:
        print("\n".join(f"{case.name:28} {case.measure}" for case in cases))
        return 0
    try:
        cases = choose(cases, options.only)
        wanted = {side.framework for case in cases for side in case.sides}
        interpreters, missing = find_interpreters(options.peer, wanted, options.threads, options.cases)
    except ValueError as error:
        sys.exit(f"compare.py: {error}")
    print("\n".join(missing), file=sys.stderr)
    use_cores(options.cores)
    results, failures = [], []
    with Driver(interpreters, options.rounds, options.seconds) as driver:
        description = driver.describe()
        for number, case in enumerate(cases, 1):
            print(f"{number}/{len(cases)} {case.name}", file=sys.stderr, flush=True)
            try:
                results.append(driver.measure(case))
            except (WorkerError, ValueError) as error:
                failures.append(f"{case.name} failed: {error}")
                print(failures[-1], file=sys.stderr)
    print(comparison(results))
    print(f"\n{machine(options.threads)}; {options.rounds} rounds in turn.")
    print("; ".join(description.values()) + ".")
    if options.json:
        options.json.write_text(to_json(results, description))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
