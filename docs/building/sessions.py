"""Examples of docstrings as code in the reference; an extension of griffe, which reads the docstrings.

Idea:    a docstring's examples are sessions, ``>>>``, without any marks around them. Here they get the marks.
Before:  nothing.  Next: building/reference.py.
Source:  https://mkdocstrings.github.io/griffe/guide/users/extending/
"""

from __future__ import annotations

import re
from typing import Any

SESSION = re.compile(r"^(?P<indent> *)>>> (?:.*\S.*(?:\n|$))+", re.M)

TITLE = re.compile(r"^( *Example: .+)\n\n(?= +>>> )", re.M)  # without an empty line it is a section's title


def marked(text: str) -> str:
    """Return a docstring with each of its sessions in a code block.

    Example:
        >>> marked("Add.\\n\\n" + ">" * 3 + " 1 + 1\\n2").split("\\n")[2:]
        ['```pycon', '>>> 1 + 1', '2', '```', '']
    """
    return SESSION.sub(_mark, TITLE.sub(r"\1\n", text))


def _mark(found: re.Match[str]) -> str:
    indent = found["indent"]
    return f"{indent}```pycon\n{found[0].rstrip()}\n{indent}```\n"


try:
    import griffe
except ImportError:  # the tests read this file also where no site can be built
    pass
else:

    class Sessions(griffe.Extension):
        """Marks the sessions of every docstring."""

        def on_object(self, *, obj: Any, **kwargs: Any) -> None:
            """Called for each object that was read."""
            if obj.docstring is not None:
                obj.docstring.value = marked(obj.docstring.value)
