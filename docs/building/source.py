"""A piece of the package's source by its name, as the pages show it.

Idea:    a page never pastes code of the package: it names a function or class, and what stands in the file
         today is what the reader sees. Docstrings are left out, as the page says it in its own words; an
         op comes with the rule that is attached to it.
Before:  nothing.  Next: building/pages.py (which puts it into the pages).
"""

from __future__ import annotations

import ast
import textwrap
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Source(NamedTuple):
    """A piece of source code.

    Attributes:
        code: Its text, without docstrings.
        line: The line of the file where it begins, counted from 1.
    """

    code: str
    line: int


def source_of(path: str, name: str) -> Source:
    """Return the definition of ``name`` (dotted for what is in a class) in a file of the project.

    Raises:
        LookupError: If the file doesn't exist or doesn't define it.

    Example:
        >>> source_of("minigrad/ops/elementwise.py", "add").code.splitlines()[-3:]
        ['@add.vjp', 'def _(g: Any) -> Any:', '    return g, g']
    """
    lines, tree = _parsed(path)
    body: list[ast.stmt] = tree.body
    for part in name.split("."):
        found = [node for node in body if part in _names(node)]
        if not found:
            raise LookupError(f"{path} defines no {name}")
        node = found[-1]  # of overloads, the last is the function
        siblings, body = body, getattr(node, "body", [])
    pieces = [node, *(one for one in siblings if _is_rule(one, name))]
    return Source("\n\n\n".join(_text(lines, piece) for piece in pieces), _first_line(node))


@lru_cache(maxsize=64)
def _parsed(path: str) -> tuple[list[str], ast.Module]:
    try:
        text = (ROOT / path).read_text("utf-8")
    except OSError as error:
        raise LookupError(f"there is no file {path}") from error
    return text.splitlines(), ast.parse(text)


def _names(node: ast.stmt) -> list[str]:
    """Return the names that a statement defines."""
    if isinstance(node, Definition):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _is_rule(node: ast.stmt, name: str) -> bool:
    """Tell whether a function is decorated as the rule of the op ``name``."""
    return isinstance(node, ast.FunctionDef) and any(
        ast.unparse(one) == f"{name}.vjp" for one in node.decorator_list
    )


def _first_line(node: ast.stmt) -> int:
    decorators = getattr(node, "decorator_list", [])
    return decorators[0].lineno if decorators else node.lineno


def _text(lines: list[str], node: ast.stmt) -> str:
    """Return the lines of a statement without the docstrings in it."""
    last = node.end_lineno or node.lineno
    dropped: set[int] = set()
    for inner in ast.walk(node):
        if isinstance(inner, Definition) and ast.get_docstring(inner) is not None and len(inner.body) > 1:
            docstring = inner.body[0]
            dropped |= set(range(docstring.lineno, (docstring.end_lineno or docstring.lineno) + 1))
            if not lines[docstring.end_lineno or 0].strip():
                dropped.add((docstring.end_lineno or 0) + 1)
    kept = [lines[number - 1] for number in range(_first_line(node), last + 1) if number not in dropped]
    return textwrap.dedent("\n".join(kept))
