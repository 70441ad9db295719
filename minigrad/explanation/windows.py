"""How often a window fits along an axis, and what SAME and VALID padding make of it, in formulas.

Idea:    the numbers are those of shapes.py; here is the way to them, with everything filled in.
Shapes:  input size I, kernel size F, stride S, dilation D -> output size O, zeros P_start and P_end.
Before:  shapes.py, explanation/formulas.py.  Next: explanation/rules.py, visualize/padding.py.
Source:  the lecture, "SAME vs VALID".
"""

from __future__ import annotations

from minigrad.explanation.formulas import Line
from minigrad.shapes import effective_size, output_size, window_padding


def window_lines(size: int, kernel_size: int, stride: int, dilation: int, padding: str) -> list[Line]:
    """Return the lines that lead from an axis's size to its output size.

    Args:
        size: The input's size I.
        kernel_size: The window's size.
        stride: The window's step S.
        dilation: The step D between the window's own cells.
        padding: "valid", "same" or "causal".

    Raises:
        ShapeError: If a "valid" window doesn't fit.

    Example:
        >>> for line in window_lines(28, 3, 2, 1, "same"):
        ...     print(f"{line.topic}: {line.text}")
        output: O = ceil(I / S) = ceil(28 / 2) = 14
        padding: P = S·O - I + F - S = 2·14 - 28 + 3 - 2 = 1
        P_start, P_end: floor(1 / 2) = 0 at the start, ceil(1 / 2) = 1 at the end
    """
    ((start, end),) = window_padding("explain", (size,), (kernel_size,), (stride,), padding, (dilation,))
    span = effective_size(kernel_size, dilation)
    output = output_size(size, kernel_size, stride, dilation, (start, end))
    lines = []
    if dilation > 1:
        lines.append(
            Line("window", f"F = (K - 1)·D + 1 = ({kernel_size} - 1)·{dilation} + 1 = {span} cells wide")
        )
    if padding == "same":
        needed = stride * output - size + span - stride
        left_out = "1 cell" if needed == -1 else f"{-needed} cells"
        cut = f", so P = 0: the windows leave out {left_out}" if needed < 0 else ""
        total = max(0, needed)
        return [
            *lines,
            Line("output", f"O = ceil(I / S) = ceil({size} / {stride}) = {output}"),
            Line(
                "padding",
                f"P = S·O - I + F - S = {stride}·{output} - {size} + {span} - {stride} = {needed}{cut}",
            ),
            Line(
                "P_start, P_end",
                f"floor({total} / 2) = {start} at the start, ceil({total} / 2) = {end} at the end",
            ),
        ]
    if padding == "causal":
        lines.append(Line("padding", f"P_start = F - 1 = {span} - 1 = {start}, P_end = 0: causal"))
    total = start + end
    room = f"({size} + {total} - {span}" if total else f"({size} - {span}"
    formula = "floor((I + P - F) / S) + 1" if total else "floor((I - F) / S) + 1"
    lines.append(Line("output", f"O = {formula} = floor({room}) / {stride}) + 1 = {output}"))
    dropped = size + total - ((output - 1) * stride + span)
    if padding == "valid":
        rest = {0: "", 1: "; the last cell fits no window and is dropped"}.get(
            dropped, f"; the last {dropped} cells fit no window and are dropped"
        )
        lines.append(Line("padding", f"P_start = P_end = 0: valid{rest}"))
    return lines


def axes_lines(
    spatial: tuple[int, ...],
    window: tuple[int, ...],
    strides: tuple[int, ...],
    dilation: tuple[int, ...],
    padding: str,
) -> list[Line]:
    """Return `window_lines` for each spatial axis; two axes with the same numbers are explained once.

    Example:
        >>> [line.topic for line in axes_lines((5, 5), (3, 3), (1, 1), (1, 1), "valid")]
        ['height and width: output', 'height and width: padding']
    """
    names = ("length",) if len(spatial) == 1 else ("height", "width")
    given = list(zip(spatial, window, strides, dilation, strict=True))
    if len(given) == 2 and given[0] == given[1]:
        names, given = ("height and width",), given[:1]
    return [
        Line(f"{name}: {line.topic}", line.text)
        for name, numbers in zip(names, given, strict=True)
        for line in window_lines(*numbers, padding)
    ]
