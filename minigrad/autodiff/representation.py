"""What a notebook shows of a Tensor: its numbers in rows and columns, and the facts.

Before:  tensor.py, notebook.py.  Next: ops/methods.py (which gives it to tensors).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autodiff.tensor import Tensor, attach, op_name
from minigrad.notebook import html_table

_ROWS, _COLUMNS = 12, 12
"""How many are shown at most; of more, the first and last."""


@attach("_repr_html_")
def tensor_to_html(tensor: Tensor) -> str:
    """Return a tensor as a table in HTML: of more than two axes, the first plane and what the others span.

    Example:
        >>> import minigrad as mg
        >>> "shape (2, 2), float32, computed by add" in tensor_to_html(mg.Tensor([[1.0, 2.0], [3.0, 4.0]],
        ...     requires_grad=True) + 1.0)
        True
    """
    array = tensor._data
    path = getattr(tensor, "path", None)
    facts = [f"shape {tensor.shape}", str(tensor.dtype)]
    if not tensor.is_leaf:
        facts.append(f"computed by {op_name(tensor)}")
    elif tensor.requires_grad:
        facts.append("requires_grad" if tensor.grad is None else "requires_grad, has a grad")
    notes = []
    plane = array
    while plane.ndim > 2 and len(plane):
        plane = plane[0]
    if array.ndim > 2 and array.size:
        index = ", ".join([*["0"] * (array.ndim - 2), ":", ":"])
        spread = f"{array.min():.4g} to {array.max():.4g}, mean {array.mean():.4g}"
        notes.append(f"shown is [{index}]; all {array.size:,} numbers: {spread}")
    rows = [] if not array.size else _rows(plane)
    title = f"{type(tensor).__name__}{f' {path}' if path else ''}: {', '.join(facts)}"
    return html_table(rows, title=title, notes=notes)


def _rows(plane: Any) -> list[list[str]]:
    """Return at most two axes as rows of texts, the middle left out where there are too many."""
    grid = plane.reshape(1, -1) if plane.ndim < 2 else plane
    columns = _ends(grid.shape[1], _COLUMNS)
    rows = []
    for row in _ends(grid.shape[0], _ROWS):
        if row is None:
            rows.append(["⋮"] * len(columns))
        else:
            rows.append(["…" if column is None else _number(grid[row, column]) for column in columns])
    return rows


def _ends(count: int, limit: int) -> list[int | None]:
    """Return the indices of the first and the last, None standing for those between.

    Example:
        >>> _ends(3, 4), _ends(9, 4)
        ([0, 1, 2], [0, 1, None, 7, 8])
    """
    if count <= limit:
        return list(range(count))
    half = limit // 2
    return [*range(half), None, *range(count - half, count)]


def _number(value: Any) -> str:
    return f"{value:.5g}" if np.issubdtype(type(value), np.floating) else str(value)
