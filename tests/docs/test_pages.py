"""The pages as text: what they refer to exists, and no code of the package is pasted into them."""

from __future__ import annotations

import re
from pathlib import Path

import drawings
import pages
import pytest
import source

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
STOPS = sorted((ROOT / "docs/tour").glob("[1-9]-*.md"))
NAMES = [page.relative_to(ROOT / "docs").as_posix() for page in PAGES]


def references(page: Path) -> list[tuple[str, str]]:
    return [(found["path"], found["name"]) for found in pages.REFERENCE.finditer(page.read_text("utf-8"))]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_piece_of_source_is_found(page):
    for path, name in references(page):
        assert source.source_of(path, name).code.strip()


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_what_looks_like_a_piece_of_source_is_one(page):
    lines = re.findall(r"^\[minigrad/\S+: .*$", page.read_text("utf-8"), re.M)
    assert len(lines) == len(references(page))


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_link_leads_to_a_file(page):
    if page.name == "index.md" and page.parent.name == "tour":
        known = {"../reference/index.md"}  # which is made when the site is built
    else:
        known = set()
    text = re.sub(r"^```.*?^```$|`[^`\n]+`", "", page.read_text("utf-8"), flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        assert target in known or target.startswith("https://") or (page.parent / target).exists(), target


def test_the_tour_has_nine_stops_of_one_form():
    assert len(STOPS) == 9
    for number, stop in enumerate(STOPS, start=1):
        text = stop.read_text("utf-8")
        assert text.startswith(f"# {number}. ")
        assert re.search(r"^\*\*[^*]+\?\*\*$", text, re.M), "a stop asks a question"
        assert len(references(stop)) >= 1, "a stop shows source"
        assert text.count("## An experiment: ") == 1
        assert text.count('??? success "Solution"') == 2
        assert re.search(r"^\*\*1\.\*\* ", text, re.M)
        assert re.search(r"^\*\*2\.\*\* ", text, re.M)


def test_the_stops_show_files_in_the_order_in_which_they_are_read():
    order = re.findall(r"^\d+\. \[`([^`]+)`\]", (ROOT / "docs/reading-order.md").read_text("utf-8"), re.M)
    last = [max(order.index(path) for path, _ in references(stop)) for stop in STOPS]
    engine, conv, layer, fit = last[0], last[4], last[6], last[8]
    assert engine < conv < layer < fit


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_sessions_end_with_an_empty_line(page):
    # else the fence is taken for expected output, and the last example of a block isn't compared
    inside = re.findall(r"^ *```python\n((?: *>>>).*?)^ *```$", page.read_text("utf-8"), re.M | re.S)
    assert all(session.endswith("\n\n") for session in inside)


def test_a_piece_of_source_has_no_docstring_and_comes_with_its_rule():
    code, line = source.source_of("minigrad/ops/elementwise.py", "multiply")
    assert code == (
        "@differentiable\ndef multiply(x1: Array, x2: Array) -> Any:\n    return x1 * x2\n\n\n"
        "@multiply.vjp\ndef _(g: Any, x1: Any, x2: Any, needs: Any) -> Any:\n"
        "    return g * x2 if needs[0] else None, g * x1 if needs[1] else None"
    )
    lines = (ROOT / "minigrad/ops/elementwise.py").read_text("utf-8").splitlines()
    assert lines[line - 1 : line + 1] == ["@differentiable", "def multiply(x1: Array, x2: Array) -> Any:"]


def test_a_piece_of_source_may_be_a_method_or_a_constant():
    assert source.source_of("minigrad/autodiff/op.py", "Op.vjp").code.startswith("def vjp(self, rule")
    assert source.source_of("minigrad/autodiff/node.py", "MODE").code == "MODE = Mode()"


@pytest.mark.parametrize(
    ("path", "name", "message"),
    [
        ("minigrad/autodiff/walk.py", "crawl", "defines no crawl"),
        ("minigrad/autodiff/op.py", "Op.nothing", "defines no Op.nothing"),
        ("minigrad/nowhere.py", "x", "there is no file minigrad/nowhere.py"),
    ],
)
def test_a_piece_that_is_not_there_is_an_error(path, name, message):
    with pytest.raises(LookupError, match=re.escape(message)):
        source.source_of(path, name)


def test_the_pictures_are_there_and_small():
    used = {
        (page.parent / target).resolve()
        for page in PAGES
        for target in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", page.read_text("utf-8"))
    }
    assert used == set(drawings.FOLDER.iterdir())
    assert all(100 < picture.stat().st_size < 100_000 for picture in used)


def test_the_drawings_are_those_that_the_script_makes(tmp_path):
    drawings.graph(tmp_path)
    drawings.model(tmp_path)
    drawings.sliding(tmp_path)
    assert (tmp_path / "sliding.png").read_bytes()[:4] == b"\x89PNG"
    for name in ("graph.svg", "model.svg"):
        assert (tmp_path / name).read_text("utf-8") == (drawings.FOLDER / name).read_text("utf-8")
