"""minigrad's side of every case alone.

``pytest tests/benchmarks --benchmark-enable`` measures them; without the option each is called once, so that
the cases keep working.

Before:  cases/.  Next: compare.py (the same cases, with peers).
"""

import pytest

import minigrad
from benchmarks.cases import CASES
from minigrad.kernels.threads import get_num_threads

TIMED = [case for case in CASES if case.kind == "time"]


@pytest.fixture
def _threads():
    """Put the number of threads back that a case may set."""
    before = get_num_threads()
    yield
    minigrad.set_num_threads(before)


@pytest.mark.usefixtures("_threads")
@pytest.mark.parametrize("case", TIMED, ids=lambda case: case.name)
def test_speed(case, benchmark):
    if case.ours.threads:
        minigrad.set_num_threads(case.ours.threads)
    benchmark(case.ours.make().run)
