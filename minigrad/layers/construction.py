"""What is done to the constructor and the ``build`` of every layer's class.

Idea:    whoever writes a layer need not care that it is built only once, nor which path its weights have,
         nor how a wrong keyword is told.
Before:  layers/configuration.py.  Next: layers/layer.py.
Source:  ``build_wrapper`` in Keras's ``keras/src/layers/layer.py``.
"""

from __future__ import annotations

import difflib
import functools
import inspect
import types
from collections.abc import Callable
from typing import Any

from minigrad.layers.configuration import ByArgument


def take_over_init(cls: type[Any]) -> None:
    """Give a class that inherits a private class's constructor a copy that bears its own name.

    Python names a constructor in its errors: ``AveragePooling2D.__init__() missing 1 required ...``.
    """
    init = cls.__init__
    if isinstance(init, types.FunctionType) and init.__qualname__.startswith("_"):
        own = types.FunctionType(
            init.__code__, init.__globals__, init.__name__, init.__defaults__, init.__closure__
        )
        own.__kwdefaults__ = init.__kwdefaults__
        own.__annotations__ = init.__annotations__
        own.__doc__ = init.__doc__
        own.__module__ = cls.__module__
        own.__qualname__ = f"{cls.__qualname__}.__init__"
        cls.__init__ = own


def build_once(build: Callable[..., None]) -> Callable[..., None]:
    """Wrap a class's ``build`` so that the layer knows that it is built, and is so only once."""

    @functools.wraps(build)
    def once(self: Any, *args: Any, **kwargs: Any) -> None:
        if self.built:
            self._check_built_for(*args, **kwargs)
        else:
            before = self._enter()
            try:
                build(self, *args, **kwargs)
            finally:
                self._leave(before)
            self.built = True
            if self._build_shapes is None and (args or kwargs):
                bound = inspect.signature(build).bind(self, *args, **kwargs).arguments
                shapes = ByArgument(list(bound.items())[1:])
                self._build_shapes = shapes if len(shapes) > 1 else next(iter(shapes.values()))

    return once


def unknown_keywords(cls: type, unknown: dict[str, Any]) -> str:
    """Return the message for keywords that a class's constructor doesn't know, with those that it does."""
    accepted = {
        name
        for base in cls.__mro__
        if "__init__" in base.__dict__ and base is not object
        for name, parameter in inspect.signature(base.__dict__["__init__"]).parameters.items()
        if name != "self" and parameter.kind is not inspect.Parameter.VAR_KEYWORD
    }
    listed = ", ".join(map(repr, unknown))
    near = [match for name in unknown for match in difflib.get_close_matches(name, accepted, 1)]
    hint = f": did you mean {', '.join(map(repr, near))}? It" if near else "; it"
    return f"{cls.__name__}: unknown argument(s) {listed}{hint} accepts {', '.join(sorted(accepted))}"
