"""Formulas as text: with the numbers filled in, and what comes out.

Before:  nothing.  Next: explanation/windows.py.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple


class Line(NamedTuple):
    """One line of an explanation: what it is about, and the arithmetic."""

    topic: str
    text: str


def product(sizes: Sequence[int]) -> str:
    """Return a product as text.

    Example:
        >>> product((3, 3, 1, 32)), product(())
        ('3·3·1·32', '1')
    """
    return "·".join(map(str, sizes)) or "1"


def product_is(sizes: Sequence[int]) -> str:
    """Return a product and its value, where that isn't the same.

    Example:
        >>> product_is((3, 3, 100, 32)), product_is((10,))
        ('3·3·100·32 = 28,800', '10')
    """
    text = f"{math.prod(sizes):,}"
    return text if len(sizes) < 2 else f"{product(sizes)} = {text}"


def memory(size: int) -> str:
    """Return a number of bytes in a unit that suits it.

    Example:
        >>> memory(100), memory(100_352), memory(3 * 2**20)
        ('100 bytes', '98.0 KB', '3.0 MB')
    """
    if size < 1024:
        return f"{size} bytes"
    if size < 1024**2:
        return f"{size / 1024:.1f} KB"
    return f"{size / 1024**2:.1f} MB" if size < 1024**3 else f"{size / 1024**3:.1f} GB"
