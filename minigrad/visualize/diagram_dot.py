"""A model's diagram in Graphviz's language, for those who have it.

Before:  visualize/diagram_drawing.py.  Next: visualize/diagram.py (whose boxes these are).
Source:  Graphviz's DOT language.
"""

from __future__ import annotations

from typing import Any


def to_dot(diagram: Any, dpi: int, subgraph: bool) -> str:
    """Return a diagram as DOT: the boxes of a model inside the model form a cluster.

    Args:
        diagram: The `Diagram`.
        dpi: Written into the graph.
        subgraph: Whether to return it as a cluster, to be put into another graph.
    """
    if subgraph:
        return "\n".join(_cluster(diagram, "n", "", diagram.name)) + "\n"
    settings = diagram.settings
    lines = [
        "digraph {",
        f"  graph [rankdir={settings.rankdir}, dpi={dpi}, splines={settings.splines}, compound=true]",
        '  node [shape=box, style="rounded,filled", fillcolor="#e8f0fe", color="#4a73b8", fontsize=11]',
        *_content(diagram, "n", "  "),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _cluster(diagram: Any, prefix: str, indent: str, title: str) -> list[str]:
    return [
        f'{indent}subgraph "cluster_{prefix}" {{',
        f'{indent}  label="{_quoted(title)}"; style=dashed; labeljust=l',
        *_content(diagram, prefix, indent + "  "),
        f"{indent}}}",
    ]


def _content(diagram: Any, prefix: str, indent: str) -> list[str]:
    """Return the boxes and arrows; a box is named by its place in each diagram around it: n2_0."""
    lines: list[str] = []
    for index, card in enumerate(diagram.cards):
        name = f"{prefix}{index}"
        text = "\\n".join(_quoted(line) for line in (card.title, *card.lines))
        if card.inner is None:
            lines.append(f'{indent}{name} [label="{text}"]')
        else:
            lines += _cluster(card.inner, f"{name}_", indent, card.title)
    for upper, lower in diagram.edges:
        start, tail = _end(diagram, upper, prefix, last=True)
        end, head = _end(diagram, lower, prefix, last=False)
        ends = [f'ltail="cluster_{tail}"'] if tail else []
        ends += [f'lhead="cluster_{head}"'] if head else []
        lines.append(f"{indent}{start} -> {end}" + (f" [{', '.join(ends)}]" if ends else ""))
    return lines


def _end(diagram: Any, index: int, prefix: str, last: bool) -> tuple[str, str]:
    """Return the box that an arrow ends at, and the outermost cluster that it is cut off at, if any."""
    name, cluster = f"{prefix}{index}", ""
    inner = diagram.cards[index].inner
    while inner is not None:
        cluster = cluster or f"{name}_"
        index = len(inner.cards) - 1 if last else 0
        name, inner = f"{name}_{index}", inner.cards[index].inner
    return name, cluster


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
