"""What becomes of the pages on their way to the site; a hook of mkdocs.

Idea:    the pages are plain Markdown that reads well anywhere. A paragraph that is nothing but a link like
         ``[minigrad/autodiff/walk.py: walk](../../minigrad/autodiff/walk.py#walk)`` is replaced by that
         function's source; other links to files of the project lead to a copy of the file in the site.
Before:  building/source.py.  Next: building/reference.py.
Source:  https://www.mkdocs.org/dev-guide/plugins/#events
"""

from __future__ import annotations

import posixpath
import re
from typing import Any

from source import ROOT, source_of

REFERENCE = re.compile(r"^\[(?P<path>[\w/]+\.py): (?P<name>[\w.]+)\]\((?:\.\./)+(?P=path)#(?P=name)\)$", re.M)
LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]+)\]\((?P<target>(?:\.\./)[^)#\s]*)(?P<anchor>#[\w.-]*)?\)")
SESSION = re.compile(r"^(?P<indent> *)```python\n(?= *>>> )", re.M)
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{path}</title>
<link rel="icon" href="data:,">
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 1rem; }}
h1 {{ font: 600 1rem system-ui, sans-serif; }}
pre {{ font-size: .85rem; line-height: 1.4; overflow-x: auto; padding: .5rem; }}
a {{ color: inherit; text-decoration: none; }}
pre a {{ opacity: .6; user-select: none; }}
:target {{ font-weight: bold; opacity: 1; outline: .1em solid; }}
{light}
@media (prefers-color-scheme: dark) {{
{dark}
}}
</style>
</head>
<body>
<h1><a href="{root}index.html">minigrad</a>: {path}</h1>
<pre class="highlight">{code}</pre>
</body>
</html>
"""


def on_files(files: Any, config: Any) -> Any:
    """Add a page with the text of each of the package's files, and of others that the pages link to."""
    from mkdocs.structure.files import File

    shown = {path.relative_to(ROOT).as_posix() for path in (ROOT / "minigrad").rglob("*.py")}
    for page in (ROOT / "docs").rglob("*.md"):
        targets = [found["target"] for found in LINK.finditer(page.read_text("utf-8"))]
        paths = [posixpath.normpath(f"{page.parent.relative_to(ROOT).as_posix()}/{one}") for one in targets]
        shown |= {path for path in paths if path.endswith(".py") and (ROOT / path).is_file()}
    for path in sorted(shown):
        files.append(File.generated(config, f"source/{path}.html", content=_file_page(path)))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Replace references by what they stand for."""
    uri = page.file.src_uri
    markdown = REFERENCE.sub(lambda found: _piece(found["path"], found["name"], uri), markdown)
    markdown = LINK.sub(lambda found: _link(found, uri, files), markdown)
    return SESSION.sub(r"\g<indent>```pycon\n", markdown)


def _piece(path: str, name: str, uri: str) -> str:
    """Return the Markdown that shows a function or class."""
    code, line = source_of(path, name)
    target = posixpath.relpath(f"source/{path}.html", posixpath.dirname(uri) or ".")
    return (
        f'```python title="{path}: {name}"\n{code}\n```\n\n[line {line} of the file]({target}#line-{line})'
        "{ .source-link }"
    )


def _link(found: re.Match[str], uri: str, files: Any) -> str:
    """Return a link to a file of the project so that it works in the site; to a folder, its text alone."""
    path = posixpath.normpath(posixpath.join("docs", posixpath.dirname(uri), found["target"]))
    if path.startswith("docs/") and path.endswith(".md"):
        return found[0]  # between pages
    if files.get_file_from_path(f"source/{path}.html") is not None:
        target = posixpath.relpath(f"source/{path}.html", posixpath.dirname(uri) or ".")
        return f"[{found['text']}]({target}{found['anchor'] or ''})"
    if (ROOT / path).exists() and not path.startswith("docs/"):
        return found["text"]
    return found[0]  # mkdocs itself complains


def _file_page(path: str) -> str:
    """Return a page with a file's text, each line of which has a number and an anchor."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    light, dark = HtmlFormatter(nowrap=True), HtmlFormatter(style="monokai")
    code = highlight((ROOT / path).read_text("utf-8"), PythonLexer(stripnl=False), light)
    lines = [
        f'<a id="line-{number}" href="#line-{number}">{number:4}</a>  {line}'
        for number, line in enumerate(code.splitlines(), start=1)
    ]
    return _PAGE.format(
        path=path,
        root="../" * (path.count("/") + 1),
        code="\n".join(lines),
        light=light.get_style_defs(".highlight"),
        dark=dark.get_style_defs(".highlight"),
    )
