"""What a successful gradient check found, as numbers and as a table.

Before:  testing/messages.py.  Next: testing/comparison.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Entry:
    """One element of an array, and its two derivatives.

    Attributes:
        index: Where in the array it stands.
        by_rule: The derivative by the rules.
        numerical: The derivative by differences.
    """

    index: tuple[int, ...]
    by_rule: float
    numerical: float


@dataclass
class InputReport:
    """What was found for one array.

    Attributes:
        name: The input's or the weight's name.
        shape: Its shape.
        order: 1 for the gradient; 2 for the gradient's own derivative.
        checked: How many derivatives were compared.
        left_out: How many were not, as the array has more than ``max_elements``.
        kinks: How many could not be, as the function has a kink there.
        wrong: How many of those compared are wrong.
        max_abs_error: The largest difference between a rule's value and the numerical one.
        max_rel_error: The same, divided by the largest derivative of this array.
        worst: The entry with the largest difference; None if nothing was compared.
        connected: Whether the rules give a gradient; if not it counts as zero.
    """

    name: str
    shape: tuple[int, ...]
    order: int = 1
    checked: int = 0
    left_out: int = 0
    kinks: int = 0
    wrong: int = 0
    max_abs_error: float = 0.0
    max_rel_error: float = 0.0
    worst: Entry | None = None
    connected: bool = True


@dataclass
class GradientReport:
    """What a successful check found; ``str(report)`` is a table with a line for each array.

    Attributes:
        checked: How many derivatives were compared, over all orders.
        left_out: How many were not, as their array has more than ``max_elements``.
        kinks: The elements where there is no derivative, each as (order, name of the input, index).
        max_abs_error: The largest difference between a rule's value and the numerical one.
        max_rel_error: The largest difference, divided by the largest derivative of the same array.
        inputs: The same for each array, an `InputReport` each.

    Example:
        >>> import minigrad as mg
        >>> print(mg.testing.check_gradients(lambda x, y: x * y, [1.0, 2.0], 3.0))
        name           shape  checked  kinks  abs error  rel error  worst entry, by the rule and numerically
        input 0 ('x')  (2,)    2 of 2      0          ...        ...  (...): ... ...
        input 1 ('y')  ()      1 of 1      0          ...        ...  (): ... ...
    """

    checked: int = 0
    left_out: int = 0
    kinks: list[tuple[int, str, tuple[int, ...]]] = field(default_factory=list)
    max_abs_error: float = 0.0
    max_rel_error: float = 0.0
    inputs: list[InputReport] = field(default_factory=list)

    def __str__(self) -> str:
        return table(self.inputs)


_HEADER = (
    "name",
    "shape",
    "checked",
    "kinks",
    "abs error",
    "rel error",
    "worst entry, by the rule and numerically",
)
_TO_THE_RIGHT = (2, 3, 4, 5)  # the columns of numbers


def table(rows: Sequence[InputReport]) -> str:
    """Return a line for each array, under a header, in columns."""
    cells = [_HEADER, *map(_cells, rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(_HEADER))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column in _TO_THE_RIGHT else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    )


def _cells(row: InputReport) -> tuple[str, ...]:
    worst = "-"
    if row.worst is not None:
        worst = f"{row.worst.index}: {row.worst.by_rule:.9g} {row.worst.numerical:.9g}"
    if not row.connected and row.order == 1:
        worst += "  no gradient"
    if row.wrong:
        worst += f"  WRONG at {row.wrong}"
    return (
        row.name if row.order == 1 else f"{row.name}, 2nd order",
        str(row.shape),
        f"{row.checked} of {row.checked + row.left_out + row.kinks}",
        str(row.kinks),
        f"{row.max_abs_error:.1e}",
        f"{row.max_rel_error:.1e}",
        worst,
    )
