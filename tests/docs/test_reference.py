"""The reference: every public name has its place."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest
import reference

ROOT = Path(__file__).parents[2]
FOUND = reference.pages()
TEXT = "\n".join(FOUND.values())
PLACES = set(re.findall(r'^::: (\S+)$|^\| `\S+`{ #(\S+) }|<a id="(\S+)">', TEXT, re.M))
PLACES = {place for found in PLACES for place in found if place}
MODULES = set(reference.public_modules())  # each has a page


def modules_with_all() -> list[str]:
    """Return the modules that state their public names, by their text alone."""
    paths = [path for path in sorted((ROOT / "minigrad").rglob("*.py")) if _states_names(path)]
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths]
    return [name.removesuffix(".__init__") for name in names if name != "minigrad.models.data"]


def _states_names(path: Path) -> bool:
    body = ast.parse(path.read_text("utf-8")).body
    return any(isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__" for node in body)


@pytest.mark.parametrize("module", modules_with_all())
def test_every_public_name_has_a_place(module):
    names = {f"{module}.{name}" for name in importlib.import_module(module).__all__ if name != "__version__"}
    assert names - PLACES <= MODULES


def test_nothing_is_described_twice():
    described = re.findall(r"^::: (\S+)$", TEXT, re.M)
    assert len(described) == len(set(described)) > 500


def test_an_alias_leads_to_what_it_stands_for():
    assert (
        "| `minigrad.ops.nn.relu`{ #minigrad.ops.nn.relu } | [`minigrad.ops.relu`][minigrad.ops.relu] |"
        in TEXT
    )


def test_the_overview_lists_every_page():
    for address in FOUND:
        assert address == "index.md" or f"]({address})" in FOUND["index.md"]


def test_a_heading_is_a_name_that_can_be_used():
    entries = re.findall(r"^::: (\S+)\n(?: +options:\n +heading: (\S+)\n +toc_label: (\S+)$)?", TEXT, re.M)
    assert len(entries) > 500
    assert ("minigrad.visualize.padding.padding", "minigrad.visualize.padding", "padding") in entries
    for target, heading, _ in entries:
        module, _, name = (heading or target).rpartition(".")
        assert callable(getattr(importlib.import_module(module), name))
