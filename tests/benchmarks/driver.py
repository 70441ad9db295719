"""Runs a case: one process for each framework, short rounds in turn.

Idea:    a neighbour on the machine, or its clock, disturbs whatever runs just then. Rounds of a tenth of a
         second in turn (A B, B A, A B ...) give each framework the same share of that; each one's least round
         is what it can do. The other processes wait for their next request and take nothing meanwhile.
Before:  case.py, worker.py.  Next: ratios.py (what the times say).
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.case import Case, Side
from benchmarks.neighbors import Neighbors

_WORKER = Path(__file__).with_name("worker.py")
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


class WorkerError(RuntimeError):
    """A framework's process failed; the message has its traceback."""


@dataclass
class Interpreter:
    """Where a framework lives, and how its processes are started."""

    framework: str
    python: str
    threads: int
    cases: str = "benchmarks.cases"

    def popen(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a process of it."""
        command = [self.python, str(_WORKER), self.framework, "--threads", str(self.threads)]
        environment = os.environ | dict.fromkeys(_THREAD_VARIABLES, str(self.threads))
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its bytecode
        return subprocess.Popen(
            [*command, "--cases", self.cases, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if "--once" in arguments else None,
            env=environment,
            text=True,
        )

    def once(self, case: Case, side: int) -> tuple[float, int]:
        """Run one side in a fresh process; return the seconds until it is done, and its peak of memory."""
        start = time.perf_counter()
        process = self.popen("--once", case.name, str(side))
        reply = process.stdout.readline()
        seconds = time.perf_counter() - start
        _, errors = process.communicate()
        if not reply:
            raise WorkerError(f"{self.framework}, {case.name}:\n{errors}")
        return seconds, json.loads(reply)["peak"]


class Client:
    """The driver's end of a worker's pipe."""

    def __init__(self, interpreter: Interpreter) -> None:
        self.framework = interpreter.framework
        self.process = interpreter.popen()

    def ask(self, do: str, **request: Any) -> dict[str, Any]:
        """Send a request and wait for the reply."""
        try:
            print(json.dumps({"do": do, **request}), file=self.process.stdin, flush=True)
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise WorkerError(f"{self.framework}: the process ended with code {self.process.wait()}")
        reply = json.loads(line)
        if "error" in reply:
            raise WorkerError(f"{self.framework}, {request.get('case', do)}:\n{reply['error']}")
        return reply

    def close(self) -> None:
        """Let the process end."""
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


@dataclass
class Measurement:
    """What was measured of one side: of every round the least and the median, in seconds or bytes.

    ``cpu`` is the CPU time of a call in every round, on all threads together.
    """

    side: Side
    least: list[float] = field(default_factory=list)
    median: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


@dataclass
class Result:
    """A case's measurements, ours first; ``difference`` is the largest between the sides' checks.

    ``others`` is the part of the cores that other programs took meanwhile, if the system can tell.
    """

    case: Case
    measurements: list[Measurement]
    difference: float | None = None
    others: float | None = None


class Driver:
    """Keeps a worker for each framework that is there, and measures cases with them.

    Use it as a context manager: the processes end with the block.
    """

    def __init__(self, interpreters: dict[str, Interpreter], rounds: int = 15, seconds: float = 0.1) -> None:
        self.interpreters = interpreters
        self.rounds = rounds
        self.seconds = seconds
        self._clients: dict[str, Client] = {}

    def __enter__(self) -> Driver:
        return self

    def __exit__(self, *_: object) -> None:
        for client in self._clients.values():
            client.close()

    def client(self, framework: str) -> Client:
        """Return the framework's worker; it starts when first needed."""
        if framework not in self._clients:
            self._clients[framework] = Client(self.interpreters[framework])
        return self._clients[framework]

    def describe(self) -> dict[str, str]:
        """Return what each framework says of itself."""
        return {name: self.client(name).ask("describe")["description"] for name in self.interpreters}

    def measure(self, case: Case) -> Result:
        """Run the case's rounds.

        Raises:
            WorkerError: If a side fails.
            ValueError: If the sides don't compute the same.
        """
        numbers = [n for n, side in enumerate(case.sides) if side.framework in self.interpreters]
        result = Result(case, [Measurement(case.sides[number]) for number in numbers])
        if case.kind == "time":
            self._time(result, numbers)
        else:
            self._start(result, numbers)
        return result

    def _in_turn(self, result: Result, numbers: list[int]) -> Any:
        pairs = list(zip(numbers, result.measurements, strict=True))
        for turn in range(self.rounds):
            yield from pairs if turn % 2 == 0 else reversed(pairs)

    def _time(self, result: Result, numbers: list[int]) -> None:
        case = result.case
        try:
            result.difference = self._set_up(case, numbers)
            neighbors = Neighbors()
            for number, measured in self._in_turn(result, numbers):
                client = self.client(measured.side.framework)
                times = client.ask("round", case=case.name, side=number, seconds=self.seconds)
                measured.least.append(times["least"] / case.count)
                measured.median.append(times["median"] / case.count)
                measured.cpu.append(times["cpu"] / case.count)
                neighbors.own += times["used"]
            result.others = neighbors.share()
        finally:
            for framework in {measured.side.framework for measured in result.measurements}:
                client = self.client(framework)
                if client.process.poll() is None:
                    client.ask("forget")

    def _set_up(self, case: Case, numbers: list[int]) -> float | None:
        """Set all sides up and compare their checks; return the largest difference."""
        outputs = {}
        with TemporaryDirectory() as folder:
            for number in numbers:
                file = str(Path(folder) / f"{number}.npz")
                self.client(case.sides[number].framework).ask(
                    "set_up", case=case.name, side=number, outputs=file
                )
                with np.load(file) as arrays:
                    outputs[number] = list(arrays.values())
        compared = [number for number in numbers if outputs[number]]
        differences = [difference(outputs[compared[0]], outputs[number]) for number in compared[1:]]
        for number, found in zip(compared[1:], differences, strict=True):
            if not found <= case.tolerance:
                ours, other = case.sides[compared[0]], case.sides[number]
                raise ValueError(
                    f"{case.name}: {ours.label} and {other.label} don't compute the same: "
                    f"their checks differ by {found:.2g} of the largest value, more than {case.tolerance:g}"
                )
        return max(differences, default=None)

    def _start(self, result: Result, numbers: list[int]) -> None:
        neighbors, before = Neighbors(), _children()
        for number, measured in self._in_turn(result, numbers):
            interpreter = self.interpreters[measured.side.framework]
            seconds, peak = interpreter.once(result.case, number)
            value = seconds if result.case.kind == "start" else float(peak)
            measured.least.append(value)
            measured.median.append(value)
        neighbors.own = _children() - before
        result.others = neighbors.share()


def _children() -> float:
    """Return the CPU seconds of the processes that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def difference(ours: list[Any], theirs: list[Any]) -> float:
    """Return the largest difference, as a part of the largest value of the array that it is found in."""
    if [array.shape for array in ours] != [array.shape for array in theirs]:
        return float("inf")
    parts = [
        np.max(np.abs(a.astype(np.float64) - b)) / max(np.max(np.abs(a)), 1e-30) if a.size else 0.0
        for a, b in zip(ours, theirs, strict=True)
    ]
    return float(max(parts, default=0.0))
