"""Layers as configs, and configs as layers.

Before:  serialization.py (the form), layers/configuration.py.  Next: models/graph_config.py.
Source:  ``keras.layers.serialize`` and ``deserialize``; Keras's ``keras/src/saving/serialization_lib.py``.
"""

from __future__ import annotations

from typing import Any

from minigrad.serialization import Family, custom_object_scope

FAMILY = Family("layer", "keras.layers")
"""All layers by their names; filled where they are gathered, in layers/__init__.py and models/__init__.py."""


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
    for key in ("build_config", "compile_config"):  # what is not there, or None, is left out
        more = getattr(layer, f"get_{key}", lambda: None)()
        if more is not None:
            config[key] = more
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
    with custom_object_scope(custom_objects or {}):
        layer = FAMILY.deserialize(config)
        if config.get("build_config") and not layer.built:
            layer.build_from_config(config["build_config"])
        if config.get("compile_config") and hasattr(layer, "compile_from_config"):
            layer.compile_from_config(config["compile_config"])
    return layer
