"""Run the blocks of one computation on several threads.

Idea:    NumPy releases the interpreter's lock inside copies, ufuncs and matrix products. So a batch
         that is cut into blocks can be worked on by plain Python threads, and each block stays in one
         core's cache. For narrow matrices that beats a BLAS that splits every single product, so
         BLAS is held to one thread meanwhile. How the work is cut depends on shapes alone, never on the
         number of threads: the same numbers in, the same bits out, on any machine of that kind.
Before:  nothing.  Next: scratch.py (each thread's own buffers), matmul.py (the first that cuts its work).
Source:  OpenMP's ``parallel for`` with a dynamic schedule; threadpoolctl for holding BLAS.
"""

from __future__ import annotations

import contextvars
import itertools
import math
import operator
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy  # noqa: F401 - its BLAS must be loaded before it can be held
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

_CGROUP = Path("/sys/fs/cgroup")


def _cgroup_limit(root: Path = _CGROUP, membership: Path = Path("/proc/self/cgroup")) -> float:
    """Return how many CPUs' worth of time this process's control groups allow; infinity if no limit.

    A quota may be set at any level above the process, so every parent is read (cgroup v2: ``cpu.max``;
    v1: ``cpu.cfs_quota_us``). In a container the path is often the root itself.
    """
    try:
        lines = membership.read_text().splitlines()
    except OSError:
        return math.inf
    limit = math.inf
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and "cpu" not in controllers.split(","):
            continue
        base = root / "cpu" if controllers else root
        group = base / path.lstrip("/")
        for folder in [group, *group.parents]:
            if folder.is_relative_to(base):
                limit = min(limit, _quota(folder))
    return limit


def _quota(folder: Path) -> float:
    """Return one control group's own limit in CPUs; infinity where it sets none."""
    try:
        if (folder / "cpu.max").exists():
            quota, period = (folder / "cpu.max").read_text().split()
        else:
            quota = (folder / "cpu.cfs_quota_us").read_text().strip()
            period = (folder / "cpu.cfs_period_us").read_text().strip()
        return math.inf if quota in ("max", "-1") else int(quota) / int(period)
    except (OSError, ValueError, ZeroDivisionError):
        return math.inf


def _cpu_allowance() -> int:
    """Return how many CPUs this process may keep busy, at least 1."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    limit = _cgroup_limit()
    return max(1, min(cores, math.ceil(limit)) if limit < math.inf else cores)


class _Job:
    """One call of `parallel_for`: threads take the next block until none is left."""

    def __init__(self, function: Callable[[int], None], count: int) -> None:
        self.function = function
        self.count = count
        self.error: BaseException | None = None
        self.finished = threading.Lock()
        self.finished.acquire()
        self._taken = itertools.count()  # next() on it can't be interrupted by another thread
        self._done = itertools.count(1)

    def run(self) -> None:
        """Work on blocks until all are taken; after an error the remaining ones are only counted."""
        was_inside, _local.inside = _local.inside, True
        try:
            while (block := next(self._taken)) < self.count:
                try:
                    if self.error is None:
                        self.function(block)
                except BaseException as error:  # it is raised again, in the caller's thread
                    self.error = error
                finally:
                    if next(self._done) == self.count:
                        self.finished.release()
        finally:
            _local.inside = was_inside


class _Local(threading.local):
    inside = False  # whether this thread is working on a block: calls nested in one run inline


class _Pool:
    """Daemon threads that wait for jobs; they are started when first needed."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.queue: SimpleQueue[tuple[contextvars.Context, _Job]] = SimpleQueue()
        self.workers = 0

    def ask(self, job: _Job, helpers: int) -> None:
        """Offer ``job`` to ``helpers`` workers; each sees the caller's context (``np.errstate``)."""
        if self.workers < helpers:
            with self.lock:
                while self.workers < helpers:
                    self.workers += 1
                    name = f"minigrad-{self.workers}"
                    threading.Thread(target=_work, args=(self.queue,), name=name, daemon=True).start()
        for _ in range(helpers):
            self.queue.put((contextvars.copy_context(), job))


def _work(queue: SimpleQueue[tuple[contextvars.Context, _Job]]) -> None:
    while True:
        context, job = queue.get()
        context.run(job.run)
        del context, job  # an idle worker must not keep the last job's arrays alive


class _BlasHold:
    """Counts who wants BLAS on one thread: the first to come sets it, the last to go restores it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.holders = 0
        self.saved: list[int] = []
        self.libraries: list[Any] | None = None  # found at the first use, when NumPy's BLAS is loaded

    def acquire(self) -> None:
        with self.lock:
            self.holders += 1
            if self.holders > 1:
                return
            if self.libraries is None:
                found = ThreadpoolController().lib_controllers
                self.libraries = [library for library in found if library.user_api == "blas"]
            self.saved = [library.get_num_threads() for library in self.libraries]
            self._set([1] * len(self.libraries))

    def release(self) -> None:
        with self.lock:
            self.holders -= 1
            if self.holders == 0:
                self._set(self.saved)

    def _set(self, counts: list[int]) -> None:
        for library, saved, count in zip(self.libraries or (), self.saved, counts, strict=True):
            if saved != 1:  # held already, by the user
                library.set_num_threads(count)

    def reset_after_fork(self) -> None:
        """Forget holders that were other threads of the parent: they don't exist in the child."""
        self.lock = threading.Lock()
        if self.holders and not _local.inside:
            self.holders = 0
            self._set(self.saved)


_local = _Local()
_pool = _Pool()
_blas = _BlasHold()
_num_threads = _cpu_allowance()


def _reset_after_fork() -> None:
    """Only the forking thread lives on in a child process, so the child starts a pool of its own."""
    global _pool
    _pool = _Pool()
    _blas.reset_after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_after_fork)


def set_num_threads(n: int) -> None:
    """Set how many threads work on one computation, the caller's own among them.

    Results don't depend on it, to the last bit.

    Args:
        n: At least 1. The default is what the process may use: the CPUs that it is allowed to run
            on, or the control group's quota rounded up where that is less.

    Raises:
        ValueError: If ``n`` is not an integer of at least 1.

    Source: the name and meaning of ``torch.set_num_threads``.

    Example:
        >>> before = get_num_threads()
        >>> set_num_threads(1)
        >>> get_num_threads()
        1
        >>> set_num_threads(before)
    """
    global _num_threads
    try:
        number = operator.index(n)
    except TypeError:
        number = 0
    if number < 1:
        raise ValueError(f"set_num_threads: n must be an integer >= 1; got {n!r}")
    _num_threads = number


def get_num_threads() -> int:
    """Return how many threads work on one computation; see `set_num_threads`.

    Example:
        >>> get_num_threads() >= 1
        True
    """
    return _num_threads


@contextmanager
def single_threaded_blas() -> Iterator[None]:
    """Hold BLAS to one thread within the block; nested and concurrent use is counted.

    Example:
        >>> import numpy as np
        >>> with single_threaded_blas():
        ...     product = np.ones((2, 2)) @ np.ones((2, 2))
    """
    _blas.acquire()
    try:
        yield
    finally:
        _blas.release()


def parallel_for(function: Callable[[int], None], count: int) -> None:
    """Call ``function(0) ... function(count - 1)``, in any order, on `get_num_threads` threads.

    The caller's thread takes part, and BLAS is held to one thread meanwhile. A call from within a
    block runs inline. After an exception no further block is started.

    Args:
        function: Does one block's work. It must write only to places that belong to its block.
        count: The number of blocks, from shapes alone: what one block computes must not depend on
            how many threads there are.

    Raises:
        Exception: Whatever a block raised (of several, one), once the running blocks are finished.

    Example:
        >>> squares = [0] * 4
        >>> def block(i):
        ...     squares[i] = i * i
        >>> parallel_for(block, 4)
        >>> squares
        [0, 1, 4, 9]
    """
    if _local.inside:
        for block in range(count):
            function(block)
        return
    helpers = min(_num_threads, count) - 1
    _blas.acquire()
    try:
        if helpers > 0:
            _share(function, count, helpers)
        else:
            for block in range(count):
                function(block)
    finally:
        _blas.release()


def _share(function: Callable[[int], None], count: int, helpers: int) -> None:
    job = _Job(function, count)
    _pool.ask(job, helpers)
    try:
        job.run()
        job.finished.acquire()
        if job.error is not None:
            raise job.error
    except BaseException as error:  # Ctrl-C while waiting is one too: let no further block start
        job.error = error
        raise
    finally:
        del job  # the error's traceback refers to this frame: leave no cycle
