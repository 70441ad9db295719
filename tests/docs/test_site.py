"""The site, built strictly and then looked at: its files, and what a browser makes of them.

Building needs the extra ``docs``; looking at it needs a Chromium on the machine besides. Without them these
tests are skipped.
"""

from __future__ import annotations

import functools
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

pytest.importorskip("material")
pytest.importorskip("mkdocstrings")

ROOT = Path(__file__).parents[2]
PHONE, DESK = {"width": 390, "height": 800}, {"width": 1280, "height": 900}
LOOKED_AT = [
    "",
    "tour/1-recording/",
    "tour/5-convolution/",
    "coming-from/",
    "reference/ops/convolution/",
    "source/minigrad/autodiff/walk.py.html",
]


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Path:
    """Build the site once, also where several processes run the tests."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder, done = shared / "site", shared / "site-built"
    try:
        (shared / "site-lock").mkdir()
    except FileExistsError:
        deadline = time.monotonic() + 300
        while not done.exists() and time.monotonic() < deadline:
            time.sleep(0.2)
    else:
        command = [
            sys.executable,
            "-m",
            "mkdocs",
            "build",
            "--strict",
            "-f",
            ".mkdocs.yml",
            "-d",
            str(folder),
        ]
        built = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}
        )
        done.write_text(built.stderr if built.returncode else "", "utf-8")
    assert done.read_text("utf-8") == ""
    return folder


class Page(HTMLParser):
    """The addresses in a page, by what they are for, and its anchors."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.pictures: list[dict[str, str | None]] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.anchors |= {found[key] or "" for key in ("id", "name") if key in found}
        if tag == "a" and found.get("href"):
            self.links.append(found["href"] or "")
        elif tag == "img":
            self.pictures.append(found)
            self.loaded.append(found.get("src") or "")
        elif tag == "script" and found.get("src"):
            self.loaded.append(found["src"] or "")
        elif tag == "link" and found.get("rel") in ("stylesheet", "icon", "preload", "preconnect"):
            self.loaded.append(found.get("href") or "")


@functools.cache
def parsed(path: Path) -> Page:
    return Page(path.read_text("utf-8"))


def written(site: Path) -> list[Path]:
    """Return the pages that were written, not made of the source."""
    return [
        path
        for path in site.rglob("*.html")
        if path.relative_to(site).parts[0] not in ("reference", "source", "404.html")
    ]


def target(site: Path, page: Path, link: str) -> tuple[Path, str]:
    """Return the file that a link leads to, and the anchor."""
    address = urlsplit(urljoin(f"/{page.relative_to(site).as_posix()}", link))
    path = site / unquote(address.path).lstrip("/")
    return (path / "index.html" if path.is_dir() else path), unquote(address.fragment)


def test_links_lead_to_what_is_there(site):
    checked = 0
    for page in [*written(site), site / "reference/layers/index.html"]:
        for link in parsed(page).links:
            if urlsplit(link).scheme in ("http", "https", "mailto"):
                continue
            path, anchor = target(site, page, link)
            assert path.exists(), f"{page}: {link}"
            if anchor and path.suffix == ".html":
                assert anchor in parsed(path).anchors, f"{page}: {link}"
            checked += 1
    assert checked > 1000


def test_nothing_is_loaded_from_elsewhere(site):
    for page in [*written(site), site / "reference/layers/index.html"]:
        assert not [one for one in parsed(page).loaded if urlsplit(one).netloc], page
    for page in (site / "source").rglob("*.html"):
        assert not re.search(r"<(?:script|link|img)[^>]*https?:", page.read_text("utf-8"))
    for style in site.rglob("*.css"):
        assert not re.search(r"(?:@import|url\()\s*[\"']?https?:", style.read_text("utf-8"))


def test_pictures_are_there_and_say_what_they_show(site):
    found = [(page, picture) for page in written(site) for picture in parsed(page).pictures]
    assert len(found) >= 5
    for page, picture in found:
        assert target(site, page, picture["src"] or "")[0].is_file()
        assert len(picture.get("alt") or "") > 10


def test_source_stands_in_the_pages(site):
    text = (site / "tour/1-recording/index.html").read_text("utf-8")
    assert "minigrad/autodiff/walk.py: walk" in text
    assert "sum_to_shape" in text
    assert "](../../minigrad" not in text


def test_no_markup_is_left_over(site):
    for page in [*written(site), *(site / "reference").rglob("*.html")]:
        text = page.read_text("utf-8")
        assert "```" not in text, page
        assert not re.search(r"<p>(?:\?\?\?|:::)", text), page


def test_the_search_knows_every_page(site):
    index = json.loads((site / "search/search_index.json").read_text("utf-8"))
    known = {entry["location"].partition("#")[0] for entry in index["docs"]}
    pages = {
        path.relative_to(site).as_posix().removesuffix("index.html") for path in site.rglob("index.html")
    }
    assert pages == known


def test_both_color_schemes_are_there(site):
    text = (site / "index.html").read_text("utf-8")
    assert set(re.findall(r'data-md-color-scheme="(\w+)"', text)) == {"default", "slate"}


# -- in a browser --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address(site):
    """Serve the site on this machine."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(site))

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def browser(address):
    playwright = pytest.importorskip("playwright.sync_api")
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("there is no Chromium")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def visit(browser, address):
    """Open a page of the site; whatever goes wrong in it fails the test."""
    wrong, contexts = [], []

    def visit(path, viewport=DESK, scheme="light"):
        context = browser.new_context(viewport=viewport, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "request", lambda one: one.url.startswith((address, "data:", "blob:")) or wrong.append(one.url)
        )
        page.on("console", lambda one: one.type == "error" and wrong.append(one.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        assert page.goto(address + path).status == 200
        return page

    yield visit
    for context in contexts:
        context.close()
    assert not wrong


@pytest.mark.parametrize("path", LOOKED_AT)
def test_a_page_fits_a_phone(visit, path):
    page = visit(path, PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.locator("h1").first.is_visible()


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_a_page_has_the_reader_s_colors(visit, scheme, dark):
    page = visit("tour/1-recording/", scheme=scheme)
    color = page.evaluate("getComputedStyle(document.body).backgroundColor")
    text = page.evaluate("getComputedStyle(document.querySelector('article p')).color")
    brightness = [sum(map(int, re.findall(r"\d+", one)[:3])) for one in (color, text)]
    assert (brightness[0] < brightness[1]) is dark
    page.locator("label[for=__palette_1]" if not dark else "label[for=__palette_0]").first.click()
    after = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert after != color


def test_code_is_colored_and_pictures_are_shown(visit):
    page = visit("tour/5-convolution/")
    assert page.locator(".highlight .gp").count() > 10  # prompts
    assert page.locator(".highlight .k").count() > 10  # keywords
    shown = page.evaluate("[...document.querySelectorAll('article img')].map(one => one.naturalWidth)")
    assert shown
    assert all(width > 50 for width in shown)


def test_a_solution_is_folded_until_it_is_asked_for(visit):
    page = visit("tour/1-recording/")
    solution = page.locator("details.success").first
    code = solution.locator(".highlight").first
    assert not code.is_visible()
    solution.locator("summary").click()
    assert code.is_visible()


def test_the_search_finds_a_name_and_leads_there(visit):
    page = visit("")
    page.keyboard.press("/")
    page.keyboard.type("GlobalAveragePooling2D")
    result = page.locator(".md-search-result__link").first
    result.wait_for(timeout=15_000)
    result.click()
    page.wait_for_url("**/reference/layers/**")
