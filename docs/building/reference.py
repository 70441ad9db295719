"""The pages of the API reference: one for each public module, with every name in its ``__all__``.

Idea:    nothing is listed by hand. A name that stands for something with a page entry of its own (an alias,
         such as ``ops.nn.relu``) becomes a line that leads there, so that everything is described once.
Before:  building/pages.py.  Next: the pages themselves.
Source:  https://mkdocstrings.github.io
"""

from __future__ import annotations

import importlib
import inspect
from types import ModuleType
from typing import Any

from source import ROOT, source_of

FIRST = ("Tensor", "Variable", "GradientTape")
_ORDER = ("layers", "models", "losses", "optimizers", "metrics", "callbacks", "datasets", "ops")


def public_modules() -> list[str]:
    """Return the dotted names of all public modules, the package itself first."""
    found = ["minigrad"]
    for name in found:  # which grows meanwhile
        found += [f"{name}.{one}" for one in public_names(name) if _is_part(name, one)]
        if name in ("minigrad.ops", "minigrad.testing"):
            found += [f"{name}.{one}" for one in _FACES[name]]
    first = [f"minigrad.{one}" for one in _ORDER]
    return ["minigrad", *first, *sorted(set(found) - {"minigrad", *first})]


_FACES = {"minigrad.ops": ("image", "linalg", "nn", "numpy"), "minigrad.testing": ("strategies",)}


def public_names(module: str) -> list[str]:
    """Return a module's public names: its ``__all__`` or, without one, what it defines."""
    found = importlib.import_module(module)
    names = getattr(found, "__all__", None)
    if names is None:
        names = [
            name
            for name, value in vars(found).items()
            if not name.startswith("_") and getattr(value, "__module__", None) == module
        ]
    return [name for name in names if name != "__version__"]


def _is_part(module: str, name: str) -> bool:
    value = getattr(importlib.import_module(module), name)
    return isinstance(value, ModuleType) and value.__name__ == f"{module}.{name}"


def pages() -> dict[str, str]:
    """Return the Markdown of each page by its address below ``reference/``."""
    described: dict[int, tuple[str, str]] = {}
    found: dict[str, str] = {}
    for module in public_modules():
        groups: dict[str, list[str]] = {}
        for name in public_names(module):
            value = getattr(importlib.import_module(module), name)
            groups.setdefault(_group(module, value), []).append(name)
        for group, names in groups.items():
            address = (
                f"{module.removeprefix('minigrad').lstrip('.').replace('.', '/') or 'minigrad'}{group}.md"
            )
            found[address] = _page(module, group, names, described)
    found["index.md"] = _overview(list(found))
    return found


def _group(module: str, value: Any) -> str:
    """Return the part of a page's address that tells large modules' pages apart: where it is defined."""
    home = getattr(value, "__module__", "")
    if module != "minigrad.ops" or not isinstance(home, str):
        return ""
    return "/" + home.rpartition(".")[2] if home.startswith("minigrad.") else "/aliases"


def _page(module: str, group: str, names: list[str], described: dict[int, tuple[str, str]]) -> str:
    home = (
        importlib.import_module(module + group.replace("/", "."))
        if group and _is_file(module + group.replace("/", "."))
        else None
    )
    about = inspect.getdoc(home or importlib.import_module(module)) or ""
    title = f"ops: {group[1:]}" if group else module
    entries, aliases = [], []
    for name in sorted(names, key=lambda one: (one not in FIRST, one.lower())):
        value, dotted = getattr(importlib.import_module(module), name), f"{module}.{name}"
        if isinstance(value, ModuleType):
            aliases.append(f"| `{dotted}`{{ #{dotted} }} | the module `{value.__name__}` |")
        elif not (inspect.isclass(value) or inspect.isfunction(value)):
            aliases.append(f"| `{dotted}`{{ #{dotted} }} | `{value!r}` |".replace("typing.", ""))
        elif id(value) in described:
            other, target = described[id(value)]
            aliases.append(f"| `{dotted}`{{ #{dotted} }} | [`{other}`][{target}] |")
        else:
            hidden = _is_file(dotted)  # by a module of that name
            target = f"{value.__module__}.{value.__name__}" if hidden else dotted
            described[id(value)] = dotted, target
            above = "../" * (f"{module}{group}".count(".") + f"{module}{group}".count("/") or 1)
            entries.append(f'<a id="{dotted}"></a>' if hidden else "")
            entries.append(f"::: {target}" + (_HEADING.format(dotted, name) if hidden else ""))
            entries.append(_source_link(value, above))
    lines = [f"# {title}", about.splitlines()[0] if about else "", *filter(None, entries)]
    if aliases:
        lines.append("## Other names")
        lines.append("| name | is |\n| --- | --- |\n" + "\n".join(aliases))
    return "\n\n".join(lines) + "\n"


# Where a file has the name of what is in it, the heading is the name to be used, without the file's.
_HEADING = "\n    options:\n      heading: {}\n      toc_label: {}"


def _source_link(value: Any, above: str) -> str:
    """Return a link to where something is defined; ``above`` leads to the site's root."""
    module = ROOT / value.__module__.replace(".", "/")
    path = module.with_suffix(".py") if module.with_suffix(".py").is_file() else module / "__init__.py"
    name = path.relative_to(ROOT).as_posix()
    try:
        line = source_of(name, value.__name__).line
    except LookupError:  # it was made by a function, not by a statement of its own
        line = 1
    return f"[{name}, line {line}]({above}source/{name}.html#line-{line}){{ .source-link }}"


def _is_file(module: str) -> bool:
    return (ROOT / module.replace(".", "/")).with_suffix(".py").is_file()


def _overview(addresses: list[str]) -> str:
    lines = [
        "# Reference",
        "Every public name, with what it computes, its arguments and an example that runs.",
        "",
    ]
    lines += [f"- [minigrad.{one.removesuffix('.md').replace('/', '.')}]({one})" for one in addresses]
    return "\n".join(lines).replace("minigrad.minigrad", "minigrad") + "\n"


def on_config(config: Any) -> Any:
    """Put the pages into the navigation."""
    found = pages()
    config.extra["reference"] = found
    nested: list[Any] = ["reference/index.md"]
    ops = sorted(f"reference/{one}" for one in found if one.startswith("ops/"))
    nested += [f"reference/{one}" for one in found if one != "index.md" and not one.startswith("ops/")]
    nested.append({"minigrad.ops": ops})
    for entry in config.nav:
        if "Reference" in entry:
            entry["Reference"] = nested
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add the pages to the site's files."""
    from mkdocs.structure.files import File

    for address, text in config.extra["reference"].items():
        files.append(File.generated(config, f"reference/{address}", content=text))
    return files
