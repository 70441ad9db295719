"""What a notebook shows: small tables in HTML.

Idea:    an object that has a ``_repr_html_`` is shown by it. Only lines and spacing are set here, no colors,
         so that the notebook's own, light or dark, hold.
Before:  nothing.  Next: autodiff/representation.py, layers/layer.py.
Source:  IPython's ``_repr_html_`` protocol.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_CELL = "text-align:left; vertical-align:top; padding:2px 10px; border-bottom:1px solid rgba(128,128,128,.35)"
_MONO = "font-family:ui-monospace,Menlo,Consolas,monospace; font-size:90%"


def html_table(
    rows: Iterable[Sequence[object]],
    header: Sequence[str] = (),
    title: str = "",
    notes: Sequence[str] = (),
) -> str:
    """Return a table in HTML; every text in it is escaped, and its line breaks are kept.

    Args:
        rows: The cells.
        header: The columns' titles. Default: none.
        title: A line above the table. Default: none.
        notes: Lines below it. Default: none.

    Example:
        >>> "<td" in html_table([["a < b", 1]], ["what", "value"])
        True
        >>> "a &lt; b" in html_table([["a < b", 1]])
        True
    """
    parts = ["<div>"]
    if title:
        parts.append(f'<div style="padding:2px 10px"><b>{_text(title)}</b></div>')
    parts.append(f'<table style="border-collapse:collapse; {_MONO}">')
    if header:
        cells = "".join(f'<th style="{_CELL}">{_text(cell)}</th>' for cell in header)
        parts.append(f"<thead><tr>{cells}</tr></thead>")
    parts.append("<tbody>")
    for row in rows:
        cells = "".join(f'<td style="{_CELL}">{_text(cell)}</td>' for cell in row)
        parts.append(f"<tr>{cells}</tr>")
    parts.append("</tbody></table>")
    parts += [f'<div style="padding:2px 10px; {_MONO}">{_text(note)}</div>' for note in notes]
    return "".join([*parts, "</div>"])


def _text(cell: object) -> str:
    """Return a cell's text for HTML: with the line breaks and the spaces that it has."""
    import html  # with a table of all characters: only for those who need it

    return html.escape(str(cell)).replace("\n", "<br>").replace("  ", "&nbsp; ")
