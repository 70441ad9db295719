"""The structure that a reader relies on: files in an order in which each builds only on earlier ones."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "minigrad"
READING_ORDER = re.findall(
    r"^\d+\. \[`(minigrad/[\w/]+\.py)`\]", (ROOT / "docs/reading-order.md").read_text("utf-8"), re.M
)
FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in PACKAGE.rglob("*.py")
    if path.name not in ("__init__.py", "version.py")
)


def imported_files(path: str) -> set[str]:
    """Return the package's files that this file imports, also through the faces of packages."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == own_package(path):
            continue  # a package's face that imports its own modules for their effect
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "minigrad":
            for alias in node.names:
                found |= resolve(f"{node.module}.{alias.name}") or resolve(node.module)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "minigrad":
                    found |= resolve(alias.name)
    return found - {path, "minigrad/version.py"}


def own_package(path: str) -> str:
    """Return the package whose face this file is, or nothing."""
    return path.removesuffix("/__init__.py").replace("/", ".") if path.endswith("/__init__.py") else ""


def resolve(module: str) -> set[str]:
    base = ROOT / module.replace(".", "/")
    if base.with_suffix(".py").is_file():
        return {base.with_suffix(".py").relative_to(ROOT).as_posix()}
    face = base / "__init__.py"
    if face.is_file() and base != PACKAGE:
        return imported_files(face.relative_to(ROOT).as_posix())
    return set()


def test_the_reading_order_lists_every_file_once():
    assert sorted(READING_ORDER) == FILES


@pytest.mark.parametrize("path", FILES)
def test_no_file_imports_one_that_is_read_later(path):
    place = {name: index for index, name in enumerate(READING_ORDER)}
    later = [name for name in imported_files(path) if place[name] > place[path]]
    assert not later


@pytest.mark.parametrize("path", FILES)
def test_every_file_opens_by_saying_what_it_is(path):
    docstring = ast.get_docstring(ast.parse((ROOT / path).read_text("utf-8")))
    assert docstring
    assert re.search(r"^Before: ", docstring, re.M), "the opening must say what to read before, and next"
    assert re.search(r"Next: ", docstring)


def test_the_reading_order_says_what_the_files_say():
    text = (ROOT / "docs/reading-order.md").read_text("utf-8")
    for path in FILES:
        first = ast.get_docstring(ast.parse((ROOT / path).read_text("utf-8"))).splitlines()[0]
        assert f"[`{path}`](../{path}): {first}" in text
