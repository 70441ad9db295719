"""Work ahead on other threads, in an order that does not depend on them.

Idea:    the results come in the order of the inputs, whoever is done first; a thread lives no longer than
         the iteration that it works for, also where that is left in the middle.
Before:  data/spec.py.  Next: data/stages.py.
Source:  TensorFlow's ``Dataset.prefetch`` and ``Dataset.map(num_parallel_calls=...)``.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from minigrad.kernels.threads import get_num_threads

if TYPE_CHECKING:
    from concurrent.futures import Future

AUTOTUNE = -1
"""For num_parallel_calls and prefetch: let minigrad choose."""

_END = object()


def prefetched(source: Iterator[Any], size: int) -> Iterator[Any]:
    """Yield what ``source`` yields, which a thread computes up to ``size`` elements ahead.

    Example:
        >>> list(prefetched(iter(range(4)), 2))
        [0, 1, 2, 3]
    """
    ready: queue.Queue[Any] = queue.Queue(size)
    stopped = threading.Event()

    def put(item: Any) -> None:
        while not stopped.is_set():
            try:
                ready.put(item, timeout=0.05)  # look now and then whether anybody still wants it
                return
            except queue.Full:
                continue

    def fill() -> None:
        try:
            for element in source:
                put((element, None))
                if stopped.is_set():
                    return
            put((_END, None))
        except BaseException as error:  # the reader raises it
            put((_END, error))

    thread = threading.Thread(target=fill, name="minigrad-prefetch", daemon=True)
    thread.start()
    try:
        while True:
            element, error = ready.get()
            if error is not None:
                raise error
            if element is _END:
                return
            yield element
    finally:
        stopped.set()
        while thread.is_alive():
            try:  # wake a thread that waits for room
                ready.get_nowait()
            except queue.Empty:
                thread.join(0.01)
        close(source)


def mapped(source: Iterator[Any], function: Callable[[Any], Any], workers: int, ahead: int) -> Iterator[Any]:
    """Yield ``function(element)`` for each element, computed on threads, in the order of the elements.

    Args:
        source: Is read in the caller's thread.
        function: Is called on ``workers`` threads at once.
        workers: The number of threads.
        ahead: How many results may wait, at least ``workers``.

    Example:
        >>> list(mapped(iter(range(4)), lambda i: i * i, workers=2, ahead=4))
        [0, 1, 4, 9]
    """
    from concurrent.futures import ThreadPoolExecutor  # late, as it takes its time

    pool = ThreadPoolExecutor(workers, thread_name_prefix="minigrad-map")
    waiting: deque[Future[Any]] = deque()
    try:
        for element in source:
            waiting.append(pool.submit(function, element))
            if len(waiting) >= ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        close(source)


def close(source: Iterator[Any]) -> None:
    """End an iterator's work, if it is a generator: its threads, its files."""
    if hasattr(source, "close"):
        source.close()


def check_workers(name: str, argument: str, value: Any) -> int:
    """Return a number of threads; `AUTOTUNE` is as many as work on one computation.

    Raises:
        ValueError: If it is neither that nor an integer >= 1.
    """
    if value == AUTOTUNE and not isinstance(value, bool):
        return max(2, get_num_threads())
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"{name}: {argument} must be an integer >= 1 or AUTOTUNE; got {value!r}")
    return value
