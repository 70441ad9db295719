"""Names for things that were given none: conv2d, conv2d_1, adam, adam_1 ...

Before:  serialization.py (`to_snake_case`).  Next: optimizers/, layers/ (what is named so).
Source:  Keras's ``keras/src/utils/naming.py``.
"""

from __future__ import annotations

import gc
import itertools
import threading
from collections import defaultdict
from collections.abc import Iterator

from minigrad.serialization import to_snake_case

_lock = threading.Lock()
_counters: defaultdict[str, Iterator[int]] = defaultdict(itertools.count)


def unique_name(class_name: str) -> str:
    """Return the class's name in snake case, numbered from the second of its kind on.

    Example:
        >>> first, second = unique_name("MyBlock"), unique_name("MyBlock")
        >>> first, second
        ('my_block', 'my_block_1')
    """
    prefix = to_snake_case(class_name)
    with _lock:
        number = next(_counters[prefix])
    return f"{prefix}_{number}" if number else prefix


def clear_session(free_memory: bool = True) -> None:
    """Count the names from the start again: the next Dense is called "dense".

    The random numbers, what is registered, and all models that there are stay as they are: nothing else is
    kept behind their backs here.

    Args:
        free_memory: Whether Python should look for memory that can be freed, which may take a moment.
            Default True.

    Source: ``keras.utils.clear_session`` and ``keras.backend.clear_session``.

    Example:
        >>> import minigrad as mg
        >>> names = [mg.layers.Dense(1).name for _ in range(3)]
        >>> mg.utils.clear_session()
        >>> mg.layers.Dense(1).name
        'dense'
    """
    with _lock:
        _counters.clear()
    if free_memory:
        gc.collect()
