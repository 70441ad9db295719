"""Tables of text: with lines around the cells, and without.

Idea:    a table has a width, and its columns share it. A cell that is too long for its column goes on in the
         next line, so that nothing is cut off; only a title is, as in Keras.
Before:  nothing.  Next: models/summary.py.
Source:  the forms of Keras 3's and TensorFlow 2.1's ``model.summary()``.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence


def console_width() -> int:
    """Return how many characters a line of the terminal has; 80 where there is none."""
    import shutil  # late, with its compressors

    return shutil.get_terminal_size().columns


def boxed_table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    align: Sequence[str],
    width: int,
    positions: Sequence[float],
) -> list[str]:
    """Return the lines of a table with lines between its cells.

    Args:
        header: The columns' titles.
        rows: The cells.
        align: "left", "right" or "center" for each column.
        width: Of the whole table.
        positions: Where each column ends, as parts of the width; what is beyond the columns is not used.

    Raises:
        ValueError: If the width is too small, or there are fewer positions than columns.

    Example:
        >>> print(*boxed_table(["a", "b"], [["one", "22"]], ["left", "right"], 17, [0.5, 1.0]), sep="\\n")
        ┏━━━━━━┳━━━━━━━━┓
        ┃ a    ┃      b ┃
        ┡━━━━━━╇━━━━━━━━┩
        │ one  │     22 │
        └──────┴────────┘
    """
    widths = _column_widths(width, positions, len(header))
    titles = [_cut(title, size) for title, size in zip(header, widths, strict=True)]
    lines = [_rule("┏━┳┓", widths), *_lines(titles, widths, align, "┃"), _rule("┡━╇┩", widths)]
    for index, row in enumerate(rows):
        if index:
            lines.append(_rule("├─┼┤", widths))
        lines += _lines(row, widths, align, "│")
    return [*lines, _rule("└─┴┘", widths)]


def plain_table(
    header: Sequence[str], rows: Sequence[Sequence[Sequence[str]]], width: int, positions: Sequence[float]
) -> list[str]:
    """Return the lines of a table with a rule after each row; a row has one line of cells, or several.

    Raises:
        ValueError: If the positions are not as many as columns.

    Example:
        >>> print(*plain_table(["a", "b"], [[["one", "22"]]], 10, [0.5, 1.0]), sep="\\n")
        __________
        a    b
        ==========
        one  22
        ==========
    """
    ends = [int(width * position) if position <= 1 else int(position) for position in positions]
    if len(ends) != len(header):
        raise ValueError(f"summary: there are {len(header)} columns; got positions={list(positions)}")

    def line(cells: Sequence[str]) -> str:
        text = ""
        for cell, end in zip(cells, ends, strict=True):
            text = (f"{text[:-1]} " if text else "") + cell
            text = text[:end].ljust(end)
        return text

    lines = ["_" * width, line(header), "=" * width]
    for index, row in enumerate(rows):
        lines += [line(cells) for cells in row]
        lines.append(("=" if index == len(rows) - 1 else "_") * width)
    return lines


def _column_widths(width: int, positions: Sequence[float], count: int) -> list[int]:
    """Return how many characters each column has, after its border and the spaces around it are taken off."""
    if len(positions) < count:
        raise ValueError(f"summary: there are {count} columns; got positions={list(positions)}")
    ends = [0, *(int(position * width) for position in positions[:count])]
    widths = [end - start + 2 for start, end in itertools.pairwise(ends)]
    too_much = sum(widths) - (width - count - 1)
    for column in range(count):  # all columns give some of it
        part = round(too_much / (count - column))
        widths[column] -= part + 2
        too_much -= part
    if min(widths) < 2:
        raise ValueError(f"summary: a line of {width} characters is too short for {count} columns")
    return widths


def _lines(cells: Sequence[str], widths: Sequence[int], align: Sequence[str], border: str) -> list[str]:
    """Return the lines of a row."""
    columns = [_wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
    height = max(map(len, columns))
    justify = {"left": str.ljust, "right": str.rjust, "center": str.center}
    lines = []
    for index in range(height):
        texts = [
            justify[how](column[index] if index < len(column) else "", width)
            for column, width, how in zip(columns, widths, align, strict=True)
        ]
        lines.append(f"{border} " + f" {border} ".join(texts) + f" {border}")
    return lines


def _wrap(text: str, width: int) -> list[str]:
    """Return a text in lines of at most ``width`` characters, broken between words where possible."""
    lines = [""]
    for word in re.findall(r"\s*\S+", text):
        if lines[-1] and len(lines[-1] + word) > width:
            lines.append("")
            word = word.lstrip()
        lines[-1] += word
        while len(lines[-1]) > width:
            lines[-1:] = [lines[-1][:width], lines[-1][width:]]
    return lines


def _cut(text: str, width: int) -> str:
    """Return a text whose words have at most ``width`` characters; "…" stands for what is missing."""
    return " ".join(word if len(word) <= width else f"{word[: width - 1]}…" for word in text.split(" "))


def _rule(signs: str, widths: Sequence[int]) -> str:
    left, line, middle, right = list(signs)
    return left + middle.join(line * (width + 2) for width in widths) + right
