"""Layers and all other objects as configs, and configs as objects.

Idea:    a config is data: numbers, names, lists and dicts. It says of an object what class it is of and with
         which arguments to make it, which may be objects themselves. Reading one runs no code but that of
         classes that are minigrad's own, registered, or handed over.
Before:  serialization.py (the form), layers/configuration.py.  Next: models/graph_config.py.
Source:  ``keras.saving.serialize_keras_object`` and ``keras.layers.serialize``; Keras's
         ``keras/src/saving/serialization_lib.py``.
"""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

import numpy as np

from minigrad.autodiff.symbolic import KerasTensor
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import UnknownNameError
from minigrad.layers.weights import WeightOwner
from minigrad.serialization import (
    FAMILIES,
    Family,
    array_from_config,
    array_to_config,
    custom_object_scope,
    function_config,
    get_registered_object,
)

FAMILY = Family("layer", "keras.layers")
"""All layers by their names; filled where they are gathered, in layers/__init__.py and models/__init__.py."""

_HOMES = {
    "keras": "minigrad.models",
    "keras.models": "minigrad.models",
    "keras.src.models.functional": "minigrad.models",
    "keras.src.models.sequential": "minigrad.models",
    "keras.optimizers.schedules": "minigrad.optimizers",
    "keras.random": "minigrad.random",
}
_WITH_FUNCTIONS = ("activations", "constraints", "initializers", "losses", "metrics", "regularizers")
_HOMES |= {f"keras.{name}": f"minigrad.{name}" for name in (*_WITH_FUNCTIONS, "layers", "optimizers")}
"""What has to be imported for a module of Keras's that is named in a config; nothing else ever is."""

_shared: ContextVar[dict[Any, Any] | None] = ContextVar("shared", default=None)


@contextlib.contextmanager
def sharing() -> Iterator[None]:
    """Let a layer that is met more than once inside the block be one layer also after it was read again.

    Source: Keras's ``ObjectSharingScope``.
    """
    token = _shared.set({})
    try:
        yield
    finally:
        _shared.reset(token)


# -- layers ----------------------------------------------------------------------------------------


def serialize(layer: Any) -> dict[str, Any]:
    """Return a config that JSON can hold: what the layer is, its arguments, and what it was built for.

    Source: ``keras.layers.serialize``.

    Example:
        >>> import minigrad as mg
        >>> serialize(mg.layers.Flatten(name="rows"))["class_name"]
        'Flatten'
    """
    config: dict[str, Any] = FAMILY.serialize(layer)
    config |= getattr(layer, "serialized_as", {})
    config["config"] = serialize_keras_object(config["config"])
    for key in ("build_config", "compile_config"):  # what is not there, or None, is left out
        more = getattr(layer, f"get_{key}", lambda: None)()
        if more is not None:
            config[key] = more
    known = _shared.get()
    if known is not None:
        number, first = known.setdefault(id(layer), (len(known), config))
        if first is not config:
            config["shared_object_id"] = first["shared_object_id"] = number
    return config


def deserialize(config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
    """Return a new layer or model from what `serialize`, or Keras, made of one; built if that one was.

    Args:
        config: A dict with "class_name" and "config".
        custom_objects: Classes and functions of your own, by name.

    Raises:
        UnknownNameError: If the class is neither known nor in custom_objects, nor registered.

    Source: ``keras.layers.deserialize``.

    Example:
        >>> import minigrad as mg
        >>> deserialize(serialize(mg.layers.Dense(3, name="scores")))
        <Dense name=scores, built=False>
    """
    known, number = _shared.get(), None
    if isinstance(config, dict):
        number = config.get("shared_object_id")
        _import_home(config.get("module"))
    if known is not None and number in known:
        return known[number]
    with custom_object_scope(custom_objects or {}):
        layer = FAMILY.deserialize(config)
        if config.get("build_config") and not layer.built:
            layer.build_from_config(config["build_config"])
        if config.get("compile_config") and hasattr(layer, "compile_from_config"):
            layer.compile_from_config(config["compile_config"])
    if known is not None and number is not None:
        known[number] = layer
    return layer


# -- anything --------------------------------------------------------------------------------------


def serialize_keras_object(value: Any) -> Any:
    """Return anything that a config may have to hold in a form that JSON can hold.

    Args:
        value: A layer, optimizer, loss, metric, ...: anything with ``get_config``; a named function; a
            number, string, tensor, array or slice; lists, tuples and dicts of these.

    Raises:
        ValueError: If no config can say what it is, such as a lambda.

    Source: ``keras.saving.serialize_keras_object``.

    Example:
        >>> import minigrad as mg
        >>> config = serialize_keras_object({"rate": np.float32(0.5), "loss": mg.losses.Huber(2.0)})
        >>> config["rate"], config["loss"]["class_name"]
        (0.5, 'Huber')
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value.item() if isinstance(value, np.generic) else value
    if isinstance(value, list | tuple):
        parts = [serialize_keras_object(one) for one in value]
        unchanged = all(new is old for new, old in zip(parts, value, strict=True))
        return value if unchanged else type(value)(parts) if type(value) in (list, tuple) else parts
    if isinstance(value, dict):
        new = {key: serialize_keras_object(one) for key, one in value.items()}
        return value if all(new[key] is value[key] for key in value) else new
    if isinstance(value, WeightOwner):
        return serialize(value)
    if isinstance(value, type) or not (callable(value) or hasattr(value, "get_config")):
        return data_to_config(value)
    config: Any = FAMILY.serialize(value)  # raises where there is no name, as of a lambda
    if not hasattr(value, "get_config"):
        return config if isinstance(config, dict) else function_config(config)
    config["config"] = serialize_keras_object(config["config"])
    return config


def data_to_config(value: Any) -> Any:
    """Return a tensor, array, slice, dtype or the like in a form that JSON can hold.

    Raises:
        ValueError: If there is none.

    Example:
        >>> data_to_config(slice(1, None))["config"]
        {'start': 1, 'stop': None, 'step': None}
    """
    if isinstance(value, Tensor):
        return array_to_config(value._data) | {"class_name": "__tensor__"}
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and not value.ndim):
        return value.item()
    if isinstance(value, np.ndarray):
        return array_to_config(value)
    if isinstance(value, slice):
        parts = {key: serialize_keras_object(getattr(value, key)) for key in ("start", "stop", "step")}
        return {"class_name": "__slice__", "config": parts}
    if value is Ellipsis:
        return {"class_name": "__ellipsis__", "config": {}}
    if isinstance(value, bytes):
        return {"class_name": "__bytes__", "config": {"value": value.decode("utf-8")}}
    if isinstance(value, np.dtype):
        return value.name
    if isinstance(value, KerasTensor):
        about = {"shape": list(value.shape), "dtype": value.dtype.name, "keras_history": None}
        return {"class_name": "__keras_tensor__", "config": about}
    raise ValueError(
        f"a config can't hold {value!r}: it has no get_config(), and is no number, name or array"
    )


def deserialize_keras_object(
    config: Any, custom_objects: dict[str, Any] | None = None, safe_mode: bool = True
) -> Any:
    """Return what `serialize_keras_object`, or Keras, described.

    Args:
        config: The config.
        custom_objects: Classes and functions of your own, by name.
        safe_mode: Keras's switch, which lets code from a config run if it is False. Here code is refused
            whatever it is.

    Raises:
        UnknownNameError: If a class or function is neither known nor in custom_objects, nor registered.
        ValueError: If it holds Python code, or is no config at all.

    Source: ``keras.saving.deserialize_keras_object``.

    Example:
        >>> import minigrad as mg
        >>> deserialize_keras_object(serialize_keras_object(mg.losses.Huber(2.0))).name
        'huber_loss'
    """
    with custom_object_scope(custom_objects or {}):
        if isinstance(config, str):
            own = get_registered_object(config)
            return config if own is None else own
        if config is None or isinstance(config, int | float):
            return config
        if isinstance(config, list | tuple):
            return [deserialize_keras_object(one, None, safe_mode) for one in config]
        if not isinstance(config, dict):
            raise ValueError(f"this is no config: {config!r}")
        if "class_name" not in config or "config" not in config:
            return {key: deserialize_keras_object(one, None, safe_mode) for key, one in config.items()}
        kind = str(config["class_name"])
        return _data_from_config(kind, config) if kind.startswith("__") else _object_from_config(kind, config)


def _data_from_config(kind: str, config: dict[str, Any]) -> Any:
    """Return the data that `data_to_config` described."""
    about = config["config"]
    if kind in ("__tensor__", "__numpy__"):
        array = array_from_config(config)
        return Tensor(array) if kind == "__tensor__" else array
    if kind == "__slice__":
        return slice(*(deserialize_keras_object(about[key]) for key in ("start", "stop", "step")))
    if kind == "__ellipsis__":
        return Ellipsis
    if kind == "__bytes__":
        return about["value"].encode("utf-8")
    if kind == "__keras_tensor__":
        return KerasTensor(about["shape"], about["dtype"])
    if kind == "__lambda__":
        raise ValueError(
            "the config holds Python code, of a lambda: it could do anything, and isn't run, whatever "
            "safe_mode is. Use a named function, decorated with saving.register_keras_serializable(), where "
            "the model is made, and save it again"
        )
    raise ValueError(f"a config of {kind} can't be read here: {config!r}")


def _object_from_config(kind: str, config: dict[str, Any]) -> Any:
    """Return the object, or function, that a config describes."""
    module = config.get("module") or ""
    if kind == "function":
        return _function_from_config(config)
    _import_home(module)
    if module in ("keras", "keras.layers") or FAMILIES.get(module) is FAMILIES.get("keras"):
        return deserialize(config)
    if module.startswith("keras.") and ".optimizers." in module and module not in FAMILIES:
        module = "keras.optimizers"  # Keras on PyTorch has classes of its own for these
        config = {"module": module, "class_name": kind.lower(), "config": config["config"]}
        _import_home(module)
    if module in FAMILIES:
        return FAMILIES[module].deserialize(config)
    return deserialize(config)


def _function_from_config(config: dict[str, Any]) -> Any:
    name = config["config"]
    found = get_registered_object(name)
    if found is not None:
        return found
    for home in _WITH_FUNCTIONS:
        module = importlib.import_module(f"minigrad.{home}")
        public = getattr(module, name, None) if name in getattr(module, "__all__", ()) else None
        for one in (FAMILIES[f"keras.{home}"].known.get(name), public):
            if isinstance(one, Callable) and not isinstance(one, type):  # type: ignore[arg-type]
                return one
    raise UnknownNameError(
        f"the function {name!r} is not one of minigrad's own: decorate it with "
        f"saving.register_keras_serializable(), or pass custom_objects={{{name!r}: ...}}"
    )


def _import_home(module: Any) -> None:
    """Import that part of minigrad which knows the classes of one of Keras's modules."""
    if module in _HOMES and module not in FAMILIES:
        importlib.import_module(_HOMES[module])
