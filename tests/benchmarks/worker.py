"""The process of one framework: sets cases up and runs rounds of them, as it is told over a pipe.

Idea:    one line of JSON in, one line of JSON out. Between two requests it sleeps, so that the other
         frameworks have the cores for themselves. With ``--once`` it runs one side of one case in a fresh
         process instead, for the time to the first step and for the peak of memory.
Before:  case.py, frameworks.py.  Next: driver.py (who starts it and asks).
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import statistics
import sys
import time
import traceback
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # minigrad, if it is not installed
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the package `benchmarks`

import numpy as np

from benchmarks.case import Case, Work
from benchmarks.frameworks import FRAMEWORKS


class Worker:
    """Answers requests for one framework. The works that are set up are known by their side's number."""

    def __init__(self, framework: str, threads: int, cases: dict[str, Case]) -> None:
        self.framework = FRAMEWORKS[framework]
        self.threads = threads
        self.cases = cases
        self.works: dict[int, Work] = {}
        self.framework.start(threads)

    def describe(self) -> dict[str, Any]:
        """Say which versions run here."""
        return {"description": self.framework.describe()}

    def set_up(self, case: str, side: int, outputs: str) -> dict[str, Any]:
        """Prepare one side of a case, write what it computes to the file ``outputs``, and warm up."""
        self._use(case, side)
        work = self.works[side] = self.cases[case].sides[side].make()
        arrays = [] if work.check is None else [np.asarray(array) for array in work.check()]
        np.savez(outputs, *arrays)
        for _ in range(2):
            work.run()
        return {"checked": len(arrays)}

    def round(self, case: str, side: int, seconds: float) -> dict[str, Any]:
        """Call for about so many seconds, at least once; return the least and the median time of a call.

        ``cpu`` is the CPU time of one call, on all threads; ``used`` that of the whole round.
        """
        self._use(case, side)
        before, calls = time.process_time(), 1
        run = self.works[side].run
        start = time.perf_counter()
        run()  # the caches and the cores were another framework's: counted only where that is nothing
        once = time.perf_counter() - start
        times = [once] if once > 5 * seconds else []
        for _ in range(max(1 - len(times), round(seconds / once))):
            start = time.perf_counter()
            run()
            times.append(time.perf_counter() - start)
            calls += 1
        used = time.process_time() - before
        times = {"least": min(times), "median": statistics.median(times)}
        return times | {"cpu": used / calls, "used": used}

    def forget(self) -> dict[str, Any]:
        """Drop what is set up."""
        self.works.clear()
        gc.collect()
        return {}

    def _use(self, case: str, side: int) -> None:
        self.framework.set_threads(self.cases[case].sides[side].threads or self.threads)


def peak_memory() -> int:
    """Return the most bytes that this process has held in memory at once."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage would count the parent's memory, which the child had before exec
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def once(worker: Worker, case: Case, side: int) -> dict[str, Any]:
    """Make one call ("start") or ten ("memory") and return the peak of memory."""
    worker._use(case.name, side)
    work = case.sides[side].make()
    for _ in range(10 if case.kind == "memory" else 1):
        work.run()
    return {"peak": peak_memory()}


def serve(worker: Worker, replies: Any) -> None:
    """Answer the requests of standard input until it ends; an error is an answer, too."""
    for line in sys.stdin:
        request = json.loads(line)
        try:
            reply = getattr(worker, request.pop("do"))(**request)
        except Exception:
            reply = {"error": traceback.format_exc()}
        print(json.dumps(reply), file=replies, flush=True)


def main() -> None:
    """Parse the command line that driver.py writes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("framework", choices=FRAMEWORKS)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--cases", default="benchmarks.cases", help="module with a list CASES")
    parser.add_argument("--once", nargs=2, metavar=("CASE", "SIDE"))
    options = parser.parse_args()
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints is not a reply
    cases = {case.name: case for case in importlib.import_module(options.cases).CASES}
    worker = Worker(options.framework, options.threads, cases)
    if options.once:
        reply = once(worker, cases[options.once[0]], int(options.once[1]))
        print(json.dumps(reply), file=replies, flush=True)
        replies.close()
        os._exit(0)  # how long a framework takes to shut down is not asked
    serve(worker, replies)


if __name__ == "__main__":
    main()
