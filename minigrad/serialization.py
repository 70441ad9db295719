"""From a name, a config or an object to the object: what ``get`` means everywhere in Keras.

Idea:    ``"glorot_uniform"``, ``"GlorotUniform"``, ``{"class_name": ..., "config": ...}`` and an instance all
         name one initializer. Each family of such things (initializers, losses, ...) is a `Family`.
Before:  errors.py.  Next: initializers/.
Source:  Keras's ``keras/src/saving/serialization_lib.py`` (the form of a config) and each family's ``get``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from minigrad.errors import unknown_name


def to_snake_case(name: str) -> str:
    """Return a class's name as Keras writes it in lower case.

    Source: ``keras/src/utils/naming.py``.

    Example:
        >>> to_snake_case("MaxPooling2D"), to_snake_case("GlorotUniform"), to_snake_case("Conv2D")
        ('max_pooling2d', 'glorot_uniform', 'conv2d')
    """
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


class Family:
    """The classes and functions of one kind that can be asked for by name.

    Args:
        kind: What they are, for error messages, such as ``"initializer"``.
        module: Where Keras has them, such as ``"keras.initializers"``; it stands in serialized configs.
        classes: The classes; each is known by its own name and by that in snake case.
        functions: Functions, known by their name.
        aliases: Further names of either.

    Example:
        >>> import minigrad as mg
        >>> mg.initializers.get("zeros").__class__.__name__
        'Zeros'
    """

    def __init__(
        self,
        kind: str,
        module: str,
        classes: Iterable[type] = (),
        functions: Iterable[Callable[..., Any]] = (),
        aliases: dict[str, Any] | None = None,
    ) -> None:
        self.kind = kind
        self.module = module
        self.known: dict[str, Any] = {}
        for cls in classes:
            self.known[cls.__name__] = self.known[to_snake_case(cls.__name__)] = cls
        for function in functions:
            self.known[function.__name__] = function
        self.known.update(aliases or {})

    def get(self, identifier: Any) -> Any:
        """Return what ``identifier`` names: None for None, a new instance for a class or its name.

        Args:
            identifier: None, a name, a config (a dict with "class_name" and "config"), a class, an
                instance or a function.

        Raises:
            UnknownNameError: For a name that isn't known.
            ValueError: For anything else that can't be one.
        """
        if identifier is None:
            return None
        if isinstance(identifier, dict):
            return self.deserialize(identifier)
        if isinstance(identifier, str):
            if identifier not in self.known:
                raise unknown_name(self.kind, identifier, self.known)
            identifier = self.known[identifier]
        if isinstance(identifier, type):
            return identifier()
        if callable(identifier) or hasattr(identifier, "get_config"):
            return identifier
        raise ValueError(
            f"an {self.kind} must be a name, a config, an instance or a callable; got {identifier!r}"
            if self.kind[0] in "aeiou"
            else f"a {self.kind} must be a name, a config, an instance or a callable; got {identifier!r}"
        )

    def serialize(self, value: Any) -> Any:
        """Return a config that JSON can hold: a name for a function, a dict for an instance."""
        if value is None or isinstance(value, str | dict):
            return value
        if hasattr(value, "get_config"):
            name = type(value).__name__
            known = name in self.known
            return {
                "module": self.module if known else None,
                "class_name": name,
                "config": value.get_config(),
                "registered_name": None if known else name,
            }
        return getattr(value, "__name__", type(value).__name__)

    def deserialize(self, config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
        """Return the instance or function that `serialize` described.

        Args:
            config: A name, or a dict with "class_name" and "config".
            custom_objects: Classes and functions of your own, by name.

        Raises:
            UnknownNameError: If the name is neither known nor in custom_objects.
            ValueError: If the config has another form.
        """
        known = {**self.known, **(custom_objects or {})}
        name = config.get("class_name") if isinstance(config, dict) else config
        if isinstance(name, dict) or not isinstance(name, str):
            raise ValueError(f"this is no config of a known {self.kind}: {config!r}")
        if name not in known:
            raise unknown_name(self.kind, name, known)
        found = known[name]
        if not isinstance(found, type):
            return found
        settings = config.get("config", {}) if isinstance(config, dict) else {}
        return found.from_config(settings) if hasattr(found, "from_config") else found(**settings)
