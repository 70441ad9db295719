"""The table that ``model.summary()`` prints.

Before:  layers/layer.py (where shapes are recorded).  Next: models/model.py.
Source:  the form is that of Keras 3's ``keras/src/utils/summary_utils.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minigrad.autodiff.variable import Variable

_LEAST_WIDTH = 80


def summary_text(
    model: Any, line_length: int | None = None, expand_nested: bool = False, show_trainable: bool = False
) -> str:
    """Return the table of a built model's layers, and the sums below it."""
    header = ["Layer (type)", "Output Shape", "Param #"] + (["Trainable"] if show_trainable else [])
    rows = [row[: len(header)] for row in _rows(model, "", expand_nested)]
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]
    missing = (line_length or _LEAST_WIDTH) - sum(widths) - 3 * len(widths) - 1
    if missing > 0:  # the first two columns share what is left
        widths[0] += missing - missing // 2
        widths[1] += missing // 2
    lines = [
        f'Model: "{model.name}"',
        _rule("┏━┳┓", widths),
        "┃ " + " ┃ ".join(_cells(header, widths)) + " ┃",
        _rule("┡━╇┩", widths),
    ]
    for index, row in enumerate(rows):
        if index:
            lines.append(_rule("├─┼┤", widths))
        lines.append("│ " + " │ ".join(_cells(row, widths)) + " │")
    lines.append(_rule("└─┴┘", widths))
    variables = model.variables
    trained = [variable for variable in variables if variable.trainable]
    frozen = [variable for variable in variables if not variable.trainable]
    lines += [
        f" Total params: {_sum(variables)}",
        f" Trainable params: {_sum(trained)}",
        f" Non-trainable params: {_sum(frozen)}",
    ]
    return "\n".join(lines)


def _rows(model: Any, indent: str, expand_nested: bool) -> list[list[str]]:
    rows = []
    for layer in model.layers:
        rows.append(
            [
                f"{indent}{layer.name} ({type(layer).__name__})",
                "?" if layer.output_shape is None else str(layer.output_shape),
                f"{layer.count_params():,}" if layer.built else "0 (unbuilt)",
                ("Y" if layer.trainable else "N") if layer.variables else "-",
            ]
        )
        if expand_nested and isinstance(getattr(layer, "layers", None), list):
            rows += _rows(layer, indent + "  └ ", True)
    return rows


def _cells(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [
        cell.rjust(width) if column == 2 else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]


def _rule(signs: str, widths: Sequence[int]) -> str:
    left, line, middle, right = list(signs)
    return left + middle.join(line * (width + 2) for width in widths) + right


def _sum(variables: Sequence[Variable]) -> str:
    """Return the number of elements, and of bytes in a unit that suits them."""
    count = sum(variable.size for variable in variables)
    size = float(sum(variable.size * variable.dtype.itemsize for variable in variables))
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1024 or unit == "GB":
            break
        size /= 1024
    return f"{count:,} ({size:.2f} {unit})"
