"""From a name, a config or an object to the object: what ``get`` means everywhere in Keras.

Idea:    ``"glorot_uniform"``, ``"GlorotUniform"``, ``{"class_name": ..., "config": ...}`` and an instance all
         name one initializer. Each family of such things (initializers, losses, ...) is a `Family`.
         A config is data: reading one never imports or runs what it names, so what isn't minigrad's
         own has to be registered, or handed over, first.
Before:  errors.py.  Next: random/seed.py, initializers/.
Source:  Keras's ``keras/src/saving/serialization_lib.py`` (the form of a config), its
         ``object_registration.py``, and each family's ``get``.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import Any, TypeVar

import numpy as np

from minigrad.errors import UnknownNameError, unknown_name

T = TypeVar("T")

FAMILIES: dict[str, Family] = {}
"""Every family by the module that stands in its members' configs."""

_registered: dict[str, Any] = {}
_scope: ContextVar[dict[str, Any] | None] = ContextVar("custom_objects", default=None)


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


# -- objects of your own ---------------------------------------------------------------------------


def register_keras_serializable(package: str = "Custom", name: str | None = None) -> Callable[[T], T]:
    """Return a decorator that makes a class or function of your own known to configs and ``get``.

    It is known as ``"package>name"``, which is also what its configs hold.

    Args:
        package: Whose it is; keeps equal names apart. Default "Custom".
        name: Default: the name of the class or function.

    Raises:
        ValueError: When it decorates a class without ``get_config``, or two have the same name.

    Source: ``keras.saving.register_keras_serializable``.

    Example:
        >>> import minigrad as mg
        >>> @mg.utils.register_keras_serializable("docs")
        ... class Halves(mg.initializers.Initializer):
        ...     def __call__(self, shape, dtype=None):
        ...         return mg.initializers.Constant(0.5)(shape, dtype)
        >>> mg.initializers.get("docs>Halves")((2,)).tolist()
        [0.5, 0.5]
    """

    def register(thing: T) -> T:
        if isinstance(thing, type) and not hasattr(thing, "get_config"):
            raise ValueError(f"register_keras_serializable: {thing.__name__} has no get_config() method")
        key = f"{package}>{name or thing.__name__}"  # type: ignore[attr-defined]
        before = _registered.get(key)
        # the same definition may be run again, as notebooks do; another one of that name may not
        if before is not None and (before.__module__, before.__qualname__) != (
            thing.__module__,
            thing.__qualname__,  # type: ignore[attr-defined]
        ):
            raise ValueError(f"register_keras_serializable: {key!r} is registered already, as {before!r}")
        _registered[key] = thing
        return thing

    return register


def get_registered_name(thing: Any) -> str:
    """Return the name that a class or function was registered under, or its own.

    Source: ``keras.saving.get_registered_name``.
    """
    for key, registered in _registered.items():
        if registered is thing:
            return key
    return str(thing.__name__)


def get_registered_object(name: str, custom_objects: dict[str, Any] | None = None) -> Any:
    """Return your class or function of this name, or None.

    It is looked for among ``custom_objects``, those of `custom_object_scope`, and the registered ones.

    Source: ``keras.saving.get_registered_object``.
    """
    return {**_registered, **(_scope.get() or {}), **(custom_objects or {})}.get(name)


def get_custom_objects() -> dict[str, Any]:
    """Return the registered classes and functions by name: the dict itself, which may be added to.

    Source: ``keras.saving.get_custom_objects``.

    Example:
        >>> import minigrad as mg
        >>> mg.saving.get_custom_objects()["docs>half"] = lambda x: x / 2.0
        >>> mg.activations.get("docs>half")(3.0)
        1.5
    """
    return _registered


@contextlib.contextmanager
def custom_object_scope(custom_objects: dict[str, Any]) -> Iterator[None]:
    """Let configs and ``get`` find your classes and functions inside the block, by these names.

    Source: ``keras.saving.custom_object_scope``.

    Example:
        >>> import minigrad as mg
        >>> def double(x):
        ...     return x * 2.0
        >>> with mg.utils.custom_object_scope({"double": double}):
        ...     mg.activations.get("double")(3.0)
        6.0
    """
    token = _scope.set({**(_scope.get() or {}), **custom_objects})
    try:
        yield
    finally:
        _scope.reset(token)


CustomObjectScope = custom_object_scope


# -- arrays within configs -------------------------------------------------------------------------


def array_to_config(array: Any) -> dict[str, Any]:
    """Return an array in a form that JSON can hold.

    Example:
        >>> array_to_config(np.array([1, 2], "int32"))
        {'class_name': '__numpy__', 'config': {'value': [1, 2], 'dtype': 'int32'}}
    """
    array = np.asarray(array)
    return {"class_name": "__numpy__", "config": {"value": array.tolist(), "dtype": array.dtype.name}}


def array_from_config(config: Any) -> np.ndarray[Any, Any]:
    """Return the array that `array_to_config`, or Keras, described.

    Raises:
        ValueError: If it is no such config.
    """
    try:
        if config["class_name"] not in ("__numpy__", "__tensor__"):
            raise KeyError(config["class_name"])
        return np.array(config["config"]["value"], dtype=config["config"]["dtype"])
    except (KeyError, TypeError):
        raise ValueError(f"this is no config of an array: {config!r}") from None


def function_config(name: str) -> dict[str, Any]:
    """Return the form in which Keras names a function that is not the family's own."""
    return {"module": "builtins", "class_name": "function", "config": name, "registered_name": "function"}


# -- families --------------------------------------------------------------------------------------


class Family:
    """The classes and functions of one kind that can be asked for by name.

    Args:
        kind: What they are, for error messages, such as ``"initializer"``.
        module: Where Keras has them, such as ``"keras.initializers"``; it stands in serialized configs.
        classes: The classes; each is known by its own name and by that in snake case.
        functions: Functions, known by their name.
        aliases: Further names of either.

    Attributes:
        known: What each name stands for.

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
        FAMILIES[module] = self

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
        if isinstance(identifier, str | dict):
            return self.deserialize(identifier)
        if isinstance(identifier, type):
            return identifier()
        if callable(identifier) or hasattr(identifier, "get_config"):
            return identifier
        article = "an" if self.kind[0] in "aeiou" else "a"
        raise ValueError(
            f"{article} {self.kind} must be a name, a config, an instance or a callable; got {identifier!r}"
        )

    def serialize(self, value: Any) -> Any:
        """Return a config that JSON can hold: the name of a known function, a dict for all else.

        Raises:
            ValueError: For a lambda, or an object without ``get_config``: no config could name it.
        """
        if value is None or isinstance(value, str | dict):
            return value
        if hasattr(value, "get_config") and not isinstance(value, type):
            cls = type(value)
            home = next((f for f in (self, *FAMILIES.values()) if f.known.get(cls.__name__) is cls), None)
            return {
                "module": home.module if home else None,
                "class_name": cls.__name__,
                "config": value.get_config(),
                "registered_name": None if home else get_registered_name(cls),
            }
        name = getattr(value, "__name__", "")
        if not name.isidentifier():  # a lambda, a functools.partial, ...
            raise ValueError(
                f"{value!r} can't be serialized as {self.kind}: a config can name a function, or an object "
                "with get_config(). Define it with def or as a class, and decorate it with "
                "utils.register_keras_serializable()"
            )
        return name if self.known.get(name) is value else function_config(get_registered_name(value))

    def deserialize(self, config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
        """Return the instance or function that `serialize`, or Keras, described.

        Args:
            config: A name, or a dict with "class_name" and "config". A class's name stands for an
                instance of its defaults.
            custom_objects: Classes and functions of your own, by name.

        Raises:
            UnknownNameError: If the name is neither known nor in custom_objects, nor registered.
            ValueError: If the config has another form.
        """
        if config is None:
            return None
        if isinstance(config, str):
            config = {"class_name": config}
        name = config.get("class_name") if isinstance(config, dict) else None
        if name == "function":  # Keras's form of a function that is not its own
            name, config = config.get("config"), {}
        if not isinstance(name, str):
            raise ValueError(f"this is no config of {self.kind}: {config!r}")
        found = self._find(name, config, custom_objects)
        if not isinstance(found, type):
            return found
        settings = config.get("config") or {}
        try:
            return found.from_config(settings) if hasattr(found, "from_config") else found(**settings)
        except (TypeError, ValueError) as error:
            error.add_note(f"  in the config of {name}: {settings!r}")
            raise

    def _find(self, name: str, config: dict[str, Any], custom_objects: dict[str, Any] | None) -> Any:
        """Return the class or function that a config is about."""
        home = FAMILIES.get(config.get("module") or "", self)
        registered = config.get("registered_name")  # mostly given where the class is not minigrad's own
        if registered is None or config.get("module") in FAMILIES:
            found = get_registered_object(name, custom_objects)
            found = home.known.get(name) if found is None else found
            if found is None:
                raise unknown_name(home.kind, name, {**home.known, **_registered, **(custom_objects or {})})
            return found
        for candidate in (registered, name):
            found = get_registered_object(candidate, custom_objects)
            if found is not None:
                return found
        raise UnknownNameError(
            f"the {home.kind} {registered!r} is not one of minigrad's own: decorate it with "
            f"utils.register_keras_serializable(), or pass custom_objects={{{name!r}: ...}}"
        )
