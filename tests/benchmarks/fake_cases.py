"""Cases for the tests of the tool: minigrad against NumPy, quick, right and wrong.

Before:  case.py.  Next: test_compare.py.
"""

import sys
import time

import numpy as np

from benchmarks.case import Case, Side, Work

X = np.arange(4, dtype=np.float32)


def _minigrad():
    import minigrad as mg

    return Work(lambda: mg.ops.square(X), lambda: [mg.ops.square(X).numpy()])


def _numpy(power):
    def make():
        print("a library's own words", flush=True)  # must not be taken for a reply
        return Work(lambda: X**power, lambda: [X**power])

    return make


def _sleep(seconds):
    return lambda: Work(lambda: time.sleep(seconds))


def _fail():
    raise ValueError("this side can't be set up")


def _hold(megabytes):
    return lambda: Work(lambda: np.ones(megabytes * 125_000).sum())


CASES = [
    Case("square", "squares", Side("minigrad", _minigrad), (Side("numpy", _numpy(2)),)),
    Case("different", "other work", Side("minigrad", _minigrad), (Side("numpy", _numpy(3)),)),
    Case("fails", "an error", Side("minigrad", _minigrad), (Side("numpy", _fail),)),
    Case("dies", "an end", Side("minigrad", _minigrad), (Side("numpy", lambda: sys.exit(3)),)),
    Case(
        "sleep",
        "sleeping",
        Side("minigrad", _sleep(0.004)),
        (Side("numpy", _sleep(0.012), "long"), Side("numpy", _sleep(0.008), "short")),
        {"numpy": 0.9},
        count=2,
    ),
    Case("start", "starting", Side("minigrad", _sleep(0.0)), (Side("numpy", _sleep(0.5)),), kind="start"),
    Case("memory", "holding", Side("minigrad", _hold(300)), (Side("numpy", _hold(100)),), kind="memory"),
    Case("batch-1-step", "alone", Side("minigrad", _sleep(0.001)), (Side("torch", _fail),), batch=1),
]
