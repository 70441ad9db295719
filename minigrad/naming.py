"""Names for things that were given none: conv2d, conv2d_1, adam, adam_1 ...

Before:  serialization.py (`to_snake_case`).  Next: optimizers/, layers/ (what is named so).
Source:  Keras's ``keras/src/utils/naming.py``.
"""

from __future__ import annotations

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


def clear_names() -> None:
    """Count from the start again; ``keras.utils.clear_session`` calls this."""
    with _lock:
        _counters.clear()
