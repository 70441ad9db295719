"""Data to learn from, as Keras hands it out: ``load_data() -> ((x_train, y_train), (x_test, y_test))``.

Idea:    a module is imported when it is first named, so ``import minigrad`` doesn't pay for gzip,
         zip files and the network.
Before:  errors.py.  Next: idx.py (the file format), mini_mnist.py (digits that are always there),
         cache.py (downloads), mnist.py (all the digits), fashion_mnist.py, cifar10.py.
Source:  Keras's ``keras.datasets``.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minigrad.datasets import cache, cifar10, fashion_mnist, four_files, idx, mini_mnist, mnist

__all__ = ["cache", "cifar10", "fashion_mnist", "four_files", "idx", "mini_mnist", "mnist"]


def __getattr__(name: str) -> ModuleType:
    """Import ``minigrad.datasets.<name>`` when it is first asked for."""
    if name in __all__:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}: it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    """List the modules too that aren't imported yet."""
    return sorted({*globals(), *__all__})
