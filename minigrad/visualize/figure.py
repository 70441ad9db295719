"""The figure that is returned: matplotlib's, and a notebook shows it by itself.

Idea:    matplotlib's pyplot keeps every figure alive until it is closed, and wants a display. A figure that
         is made directly needs neither: it is saved by ``figure.savefig("name.png")`` and gone when nobody
         holds it.
Before:  nothing.  Next: visualize/canvas.py (the one place that imports this).
Source:  matplotlib's ``matplotlib.figure.Figure``.
"""

from __future__ import annotations

import io

import matplotlib.figure


class Figure(matplotlib.figure.Figure):
    """A `matplotlib.figure.Figure` that a notebook shows, with pyplot or without."""

    def to_bytes(self, form: str = "png", dpi: float = 100) -> bytes:
        """Return what ``savefig`` writes to a file of this form."""
        buffer = io.BytesIO()
        self.savefig(buffer, format=form, dpi=dpi)
        return buffer.getvalue()

    def _repr_png_(self) -> bytes:
        return self.to_bytes()
