"""What ops do with their inputs, for a while: record their calls, or not.

Before:  node.py (the three levels).  Next: walk.py, and whoever says no_grad.
Source:  ``torch.no_grad``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from minigrad.autodiff.node import CONSTANT, MODE, RECORD


@contextlib.contextmanager
def at_level(level: int) -> Iterator[None]:
    """Let ops do inside what ``level`` says: RECORD, CONSTANT or ARRAYS."""
    before = MODE.level
    MODE.level = level
    try:
        yield
    finally:
        MODE.level = before


class no_grad(contextlib.ContextDecorator):  # noqa: N801 - PyTorch's name, used like a keyword
    """Record nothing inside: results are constants. A context manager, and a decorator.

    Example:
        >>> import minigrad as mg
        >>> w = mg.Tensor([1.0, 2.0], requires_grad=True)
        >>> with mg.no_grad():
        ...     y = w * 2.0
        >>> y.requires_grad
        False
    """

    def _recreate_cm(self) -> no_grad:
        return type(self)()  # for each call of a decorated function: it may run in several threads

    def __enter__(self) -> None:
        self._before = [*getattr(self, "_before", []), MODE.level]
        MODE.level = max(CONSTANT, MODE.level)

    def __exit__(self, *exception: object) -> None:
        MODE.level = self._before.pop()


@contextlib.contextmanager
def recording() -> Iterator[None]:
    """Record inside, also where a surrounding `no_grad` says otherwise: a training step needs it."""
    MODE.recordings += 1
    try:
        with at_level(RECORD):
            yield
    finally:
        MODE.recordings -= 1
