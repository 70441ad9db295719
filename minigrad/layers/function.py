"""Layers around a function: Identity, and Lambda for one of your own.

Shapes:  Identity: any; Lambda: whatever the function makes.
Before:  layers/layer.py, serialization.py.  Next: layers/preprocessing.py.
Source:  ``keras.layers.Identity``, ``keras.layers.Lambda``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Self

from minigrad.errors import UnknownNameError
from minigrad.layers.layer import Layer
from minigrad.serialization import get_registered_name, get_registered_object


class Identity(Layer):
    """Hand the inputs on as they are: a place to put a layer in later.

    Args:
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Source: ``keras.layers.Identity``.

    Example:
        >>> import minigrad as mg
        >>> mg.layers.Identity()(mg.Tensor([1.0, 2.0]))
        Tensor([1., 2.], shape=(2,), dtype=float32)
    """

    def call(self, inputs: Any) -> Any:
        """Return the inputs as they are."""
        return inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config()


class Lambda(Layer):
    """A function as a layer: ``y = function(x, **arguments)``.

    A model that is to be saved needs a named function here, decorated with
    ``utils.register_keras_serializable``: a config holds its name, never its code.

    Args:
        function: Takes the inputs (and ``training``, if it has an argument of that name), and computes with
            operators and ops, so that a gradient can flow. Weights that it uses are not the layer's.
        output_shape: The shape of one output without the batch, or a function from the input's shape to
            the whole output's. Default: found by a call on zeros.
        mask: Masking isn't supported: anything but None is an error.
        arguments: Further keyword arguments of the function. Default: none.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        TypeError: If function can't be called.
        ValueError: If a mask is given.

    Source: ``keras.layers.Lambda``.

    Example:
        >>> import minigrad as mg
        >>> mg.layers.Lambda(lambda x: x**2)(mg.Tensor([1.0, 3.0])).tolist()
        [1.0, 9.0]
        >>> @mg.utils.register_keras_serializable("docs")
        ... def times(x, factor):
        ...     return x * factor
        >>> layer = mg.layers.Lambda(times, arguments={"factor": 2.0})
        >>> mg.layers.Lambda.from_config(layer.get_config())(mg.Tensor([1.0, 3.0])).tolist()
        [2.0, 6.0]
    """

    def __init__(
        self,
        function: Callable[..., Any],
        output_shape: Any = None,
        mask: Any = None,
        arguments: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not callable(function):
            raise TypeError(f"Lambda: function must be a function; got {function!r}")
        if mask is not None:
            raise ValueError("Lambda: masking isn't supported, so leave mask out")
        self.function = function
        self.arguments = dict(arguments or {})
        self._given_output_shape = output_shape
        self._wants_training = "training" in _parameters(function)

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Return what the function makes of the inputs."""
        if self._wants_training:
            return self.function(inputs, **self.arguments, training=training)
        return self.function(inputs, **self.arguments)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the output's shape: as given, or as a trial call on zeros has it."""
        if self._given_output_shape is None:
            return super().compute_output_shape(input_shape)
        if callable(self._given_output_shape):
            return self._given_output_shape(input_shape)
        several = isinstance(input_shape[0], list | tuple)
        return (input_shape[0][0] if several else input_shape[0], *self._given_output_shape)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold.

        Raises:
            ValueError: If the function has no name that a config could hold, such as a lambda.
        """
        config = super().get_config() | {
            "function": _function_config(self.function),
            "arguments": self.arguments,
        }
        if self._given_output_shape is not None:
            shape = self._given_output_shape
            config["output_shape"] = _function_config(shape) if callable(shape) else tuple(shape)
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return the layer with the arguments that `get_config`, or Keras, gave.

        Raises:
            ValueError: If the config holds Python code, as Keras's has it for a lambda: it isn't run.
            UnknownNameError: If it names a function that isn't registered.
        """
        shape = config.get("output_shape")
        return super().from_config(
            config
            | {"function": _function_from_config(config["function"])}
            | ({"output_shape": _function_from_config(shape)} if isinstance(shape, dict) else {})
        )


def _parameters(function: Callable[..., Any]) -> Any:
    try:
        return inspect.signature(function).parameters
    except (TypeError, ValueError):  # some functions written in C don't tell
        return {}


def _function_config(function: Callable[..., Any]) -> dict[str, Any]:
    """Return Keras's form of a function that is not its own: its name."""
    name = getattr(function, "__name__", "")
    if not name.isidentifier() or get_registered_object(get_registered_name(function)) is not function:
        raise ValueError(
            f"Lambda: {function!r} can't be saved, as a config holds a name and never code. Define it with "
            "def, and decorate it with utils.register_keras_serializable()"
        )
    return {
        "module": "builtins",
        "class_name": "function",
        "config": get_registered_name(function),
        "registered_name": "function",
    }


def _function_from_config(config: Any) -> Callable[..., Any]:
    """Return the function that a config names."""
    if callable(config):
        return config  # type: ignore[no-any-return]
    kind = config.get("class_name") if isinstance(config, dict) else None
    if kind != "function":
        code = "Python code, which could do anything and isn't run" if kind == "__lambda__" else f"{config!r}"
        raise ValueError(
            f"Lambda: instead of a function's name the config holds {code}; use a named function that is "
            "decorated with utils.register_keras_serializable()"
        )
    found = get_registered_object(config["config"])
    if found is None:
        raise UnknownNameError(
            f"Lambda: the function {config['config']!r} is not known here: decorate it with "
            "utils.register_keras_serializable(), or load within utils.custom_object_scope"
        )
    return found  # type: ignore[no-any-return]
