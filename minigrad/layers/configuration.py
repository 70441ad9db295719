"""A layer as data: the arguments it was made with, and the shape it was built for.

Idea:    ``cls.from_config(layer.get_config())`` is a new layer like the old one. A layer of your own needs no
         `get_config` where its constructor takes only numbers, names, booleans, and lists and dicts of these:
         they are remembered.
Before:  layers/weights.py, serialization.py (the form of a config).  Next: layers/connection.py.
Source:  Keras's ``keras/src/ops/operation.py`` and ``keras/src/layers/layer.py``.
"""

from __future__ import annotations

import inspect
from typing import Any, Self

from minigrad import regularizers
from minigrad.layers.weights import WeightOwner

_PLAIN = (str, int, float, bool, type(None))


class ByArgument(dict[str, Any]):
    """Shapes by the names of a method's arguments: {"query_shape": (None, 3), ...}.

    Any other dict of shapes is the shape of one argument, which is itself a dict.
    """


class Configured(WeightOwner):
    """What makes a layer of a config, and a config of a layer."""

    activity_regularizer: Any
    _init_arguments: tuple[tuple[Any, ...], dict[str, Any]]
    _build_shapes: Any = None

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Make the layer, and remember its arguments if no `get_config` of its own will tell them."""
        layer = super().__new__(cls)
        object.__setattr__(layer, "_part_names", None)
        if getattr(cls.get_config, "is_default", False):
            layer._init_arguments = (args, kwargs)
        return layer

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold.

        A layer of your own overrides it, and adds its arguments to ``super().get_config()``, where they are
        not only numbers, names, booleans, and lists and dicts of these.

        Raises:
            NotImplementedError: If it should be overridden, and isn't.
        """
        dtype = getattr(self.dtype, "name", self.dtype)
        config: dict[str, Any] = {"name": self.name, "trainable": self._trainable, "dtype": dtype}
        if self.activity_regularizer is not None:
            config["activity_regularizer"] = regularizers.serialize(self.activity_regularizer)
        return self._remembered(config) if getattr(type(self).get_config, "is_default", False) else config

    get_config.is_default = True  # type: ignore[attr-defined]

    def _remembered(self, config: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments that the layer was made with, and of ``config`` what its class can take."""
        args, kwargs = self._init_arguments
        cls = type(self)
        signature = inspect.signature(cls.__init__)
        bound = signature.bind(self, *args, **kwargs)
        bound.apply_defaults()
        given = dict(list(bound.arguments.items())[1:])
        kinds = {parameter.kind: name for name, parameter in signature.parameters.items()}
        extra = kinds.get(inspect.Parameter.VAR_KEYWORD)
        if extra is not None:
            given |= given.pop(extra)
        else:
            config = {key: value for key, value in config.items() if key in given}
        several = kinds.get(inspect.Parameter.VAR_POSITIONAL)
        if several is not None and not given[several]:
            del given[several]
        if several in given or not all(_is_plain(value) for key, value in given.items() if key not in config):
            raise NotImplementedError(
                f"{cls.__name__} must define get_config(), since its arguments are more than numbers, names, "
                "lists and dicts: return super().get_config() | {'argument': value, ...}, and undo it in "
                "from_config where a value had to be serialized"
            )
        return given | config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return a new layer with the arguments that `get_config` gave, here or in Keras.

        Raises:
            UnknownArgumentError: If there are arguments that it doesn't have.
        """
        config = dict(config)
        dtype = config.get("dtype")
        if isinstance(dtype, dict):  # Keras's form of a dtype policy
            config["dtype"] = dtype["config"]["name"]
        if config.get("quantization_config", 0) is None:
            del config["quantization_config"]
        return cls(**config)

    def get_build_config(self) -> dict[str, Any] | None:
        """Return the shape of input that it was built for, as an argument of `build_from_config`; or None.

        Source: ``keras.layers.Layer.get_build_config``.
        """
        shapes = self._build_shapes
        if shapes is None:
            return None
        return {"shapes_dict" if isinstance(shapes, ByArgument) else "input_shape": shapes}

    def build_from_config(self, config: dict[str, Any] | None) -> None:
        """Make the weights for the shape that `get_build_config` gave.

        Source: ``keras.layers.Layer.build_from_config``.
        """
        if not config or self.built:
            return
        if "shapes_dict" in config:
            self.build(**{name: as_shape(shape) for name, shape in config["shapes_dict"].items()})
        elif config.get("input_shape") is not None:
            self.build(as_shape(config["input_shape"]))

    def build(self, *args: Any, **kwargs: Any) -> None:
        """Make the weights; `Layer` says for what."""
        raise NotImplementedError


def _is_plain(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_plain(one) for key, one in value.items())
    return isinstance(value, _PLAIN)


def as_shape(shape: Any) -> Any:
    """Return shapes that JSON made lists of as tuples again."""
    if isinstance(shape, list | tuple):
        parts = [as_shape(part) for part in shape]
        return tuple(parts) if all(part is None or isinstance(part, int) for part in parts) else parts
    return shape
