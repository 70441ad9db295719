"""The base of every layer: it owns weights, builds itself at the first call, and says where it failed.

Idea:    a layer is a function with weights. `build` makes the weights once the input's shape is known,
         `call` computes; all else (names, the training mode, losses, errors) is done here.
Before:  layers/weights.py.  Next: layers/dense.py (the smallest real layer).
Source:  Keras's ``keras/src/layers/layer.py``.
"""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np

from minigrad import regularizers
from minigrad.autodiff.differentiable import cast, to_dtype
from minigrad.autodiff.graph import no_grad
from minigrad.autodiff.tensor import Tensor, wrap
from minigrad.config import floatx
from minigrad.errors import NotBuiltError, ShapeError, UnknownArgumentError
from minigrad.layers.input_spec import InputSpec
from minigrad.layers.weights import WeightOwner
from minigrad.naming import unique_name


class _CallContext(threading.local):
    """What the layers that are being called share: the training mode, and how deep we are."""

    training: bool | None = None
    depth: int = 0


_context = _CallContext()


class Layer(WeightOwner):
    """A function with weights. Subclass it with `build` (makes the weights) and `call` (computes).

    Args:
        activity_regularizer: A regularizer of the output, added to the loss divided by the batch size.
        trainable: Whether its weights are trained. Default True.
        dtype: The dtype of its weights and its computation. Default: `floatx`.
        name: Default: the class's name in snake case, numbered (conv2d, conv2d_1 ...).
        input_shape: The shape of one input, without the batch; a `Sequential` model that begins with
            this layer is built at once with it.
        input_dim: The same for an input of one axis.

    Attributes:
        built: Whether the weights exist.
        input_spec: An `InputSpec` (or a list of them) that inputs are checked against, or None.
        input_shape, output_shape: Of the first call, the batch size being None; None before.

    Raises:
        UnknownArgumentError: For any other keyword.

    Source: ``keras.layers.Layer``.

    Example:
        >>> import minigrad as mg
        >>> class Scale(mg.layers.Layer):
        ...     def build(self, input_shape):
        ...         self.factor = self.add_weight(input_shape[-1:], "ones", name="factor")
        ...     def call(self, inputs):
        ...         return inputs * self.factor
        >>> layer = Scale()
        >>> layer(np.ones((2, 3))).shape, [w.path for w in layer.weights]
        ((2, 3), ['scale/factor'])
    """

    input_spec: Any = None

    def __init__(
        self,
        *,
        activity_regularizer: Any = None,
        trainable: bool = True,
        dtype: Any = None,
        name: str | None = None,
        input_shape: Sequence[int | None] | None = None,
        input_dim: int | None = None,
        **unknown: Any,
    ) -> None:
        if unknown:
            raise UnknownArgumentError(_unknown_keywords(type(self), unknown))
        if name is not None and (not isinstance(name, str) or not name):
            raise ValueError(f"{type(self).__name__}: name must be a string that is not empty; got {name!r}")
        self.name = name or unique_name(type(self).__name__)
        self.built = False
        self.dtype = to_dtype(floatx() if dtype is None else dtype)
        self.activity_regularizer = regularizers.get(activity_regularizer)
        self._trainable = bool(trainable)
        self._own_weights = []
        self._losses: list[Tensor] = []
        shape = (input_dim,) if input_shape is None and input_dim is not None else input_shape
        self._given_input_shape = None if shape is None else (None, *shape)
        self.input_shape: Any = None
        self.output_shape: Any = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "build" in cls.__dict__:
            cls.build = _build_once(cls.build)  # type: ignore[method-assign]
        training = inspect.signature(cls.call).parameters.get("training")
        cls._takes_training = training is not None
        default = None if training is None else training.default
        cls._training_default = None if default is inspect.Parameter.empty else default

    _takes_training = False
    _training_default: bool | None = None

    # -- to be overridden ------------------------------------------------------------------------

    def build(self, input_shape: Any) -> None:
        """Make the weights, by `add_weight`, for inputs of this shape (batch first, None if unknown)."""
        self.built = True

    def call(self, inputs: Any) -> Any:
        """Compute the output. May take ``training`` and further arguments."""
        raise NotImplementedError(f"{type(self).__name__} must define call(self, inputs)")

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the output's shape for an input's, None being a size that is not known.

        The default computes it by a call on zeros of batch size 1, which needs all other sizes.

        Raises:
            NotBuiltError: If a size besides the batch's is not known.
        """
        if any(size is None for size in input_shape[1:]):
            raise NotBuiltError(
                f"{self.name}: the output shape for an input of {input_shape} can't be computed by a trial "
                "call; define compute_output_shape(self, input_shape)"
            )
        with no_grad():
            output = self(wrap(np.zeros((1, *input_shape[1:]), self.dtype)), training=False)
        return (input_shape[0], *output.shape[1:])

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        config: dict[str, Any] = {"name": self.name, "trainable": self._trainable, "dtype": self.dtype.name}
        if self.activity_regularizer is not None:
            config["activity_regularizer"] = regularizers.serialize(self.activity_regularizer)
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return a new layer with the arguments that `get_config` gave."""
        return cls(**config)

    # -- losses ----------------------------------------------------------------------------------

    def add_loss(self, loss: Any) -> None:
        """Add a scalar tensor (or several) to the loss of the model that this layer is part of."""
        self._losses.extend(loss if isinstance(loss, list | tuple) else [loss])

    @property
    def losses(self) -> list[Tensor]:
        """The losses added during the last call, and those of the weights' regularizers."""
        layers = self._flatten_layers()
        added = [loss for layer in layers for loss in layer._losses]
        return added + [
            weight.regularizer(weight)
            for weight in self.trainable_variables
            if weight.regularizer is not None
        ]

    # -- calling ---------------------------------------------------------------------------------

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the layer on arrays or tensors; it builds itself at the first call."""
        if "built" not in self.__dict__:
            raise RuntimeError(f"{type(self).__name__}.__init__ must call super().__init__() first")
        args = tuple(self._to_tensors(arg) for arg in args)
        if kwargs:
            kwargs = {key: self._to_tensors(value) for key, value in kwargs.items()}
        training = self._training_mode(kwargs)
        outer = _context.training, _context.depth
        _context.training, _context.depth = training, outer[1] + 1
        try:
            if not self.built:
                self._build_for(args, kwargs)
            if self.input_spec is not None and args:
                self._check_input(args[0])
            if not outer[1]:
                for layer in self._flatten_layers():
                    layer._losses.clear()
            output = self.call(*args, **kwargs)
            if self.input_shape is None and args:
                self.input_shape, self.output_shape = _record_shape(args[0]), _record_shape(output)
            if self.activity_regularizer is not None:
                self.add_loss(self.activity_regularizer(output) / float(max(1, len(output))))
            return output
        except Exception as error:
            self._add_note(error)
            raise
        finally:
            _context.training, _context.depth = outer

    def _training_mode(self, kwargs: dict[str, Any]) -> bool | None:
        """Decide on ``training``: as given, else as in the outer call, else as `call` has it."""
        training: bool | None = kwargs.get("training")
        if training is None:
            training = _context.training
        if self._takes_training:
            training = self._training_default if training is None else training
            kwargs["training"] = training
        else:
            kwargs.pop("training", None)
        return training

    def _to_tensors(self, value: Any) -> Any:
        """Return arrays as tensors, and floating ones in the layer's dtype."""
        if isinstance(value, np.ndarray):
            if value.dtype.kind not in "fiub":
                return Tensor(value)  # raises the error that says what a tensor holds
            value = wrap(value)
        if isinstance(value, Tensor):
            if value._data.dtype is not self.dtype and value.dtype.kind == "f" and value.dtype != self.dtype:
                return cast(value, self.dtype)
            return value
        if isinstance(value, list | tuple) and value and isinstance(value[0], Tensor | np.ndarray):
            return type(value)(self._to_tensors(one) for one in value)
        if isinstance(value, list) and _is_numeric(value):
            return Tensor(value)
        return value

    def _build_for(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        names = list(inspect.signature(self.build).parameters)
        inputs = dict(zip(inspect.signature(self.call).parameters, args, strict=False)) | kwargs
        if len(names) > 1:  # build(query_shape, value_shape): one for each argument of call
            shapes = {name: _shape_of(inputs.get(name.removesuffix("_shape"))) for name in names}
            self.build(**shapes)
        else:
            self.build(_shape_of(next(iter(inputs.values()), None)))
        self.built = True

    def _check_input(self, inputs: Any) -> None:
        given = inputs if isinstance(inputs, list | tuple) else [inputs]
        specs = self.input_spec if isinstance(self.input_spec, list | tuple) else [self.input_spec]
        if len(given) != len(specs):
            raise ShapeError(f"{self.name}: it takes {len(specs)} input(s); got {len(given)}")
        for spec, one in zip(specs, given, strict=True):
            if isinstance(spec, InputSpec) and isinstance(one, Tensor):
                spec.check(self.name, one.shape, one.dtype)

    def _add_note(self, error: Exception) -> None:
        built_for = f", built for {self.input_shape}" if self.input_shape is not None else ""
        error.add_note(f"  in layer {self.name!r} ({type(self).__name__}){built_for}")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"


def _build_once(build: Callable[..., None]) -> Callable[..., None]:
    """Wrap a class's ``build`` so that the layer knows that it is built, and is so only once."""

    @functools.wraps(build)
    def once(self: Layer, *args: Any, **kwargs: Any) -> None:
        if not self.built:
            build(self, *args, **kwargs)
            self.built = True

    return once


def _unknown_keywords(cls: type, unknown: dict[str, Any]) -> str:
    accepted = {
        name
        for base in cls.__mro__
        if "__init__" in base.__dict__ and base is not object
        for name, parameter in inspect.signature(base.__dict__["__init__"]).parameters.items()
        if name != "self" and parameter.kind is not inspect.Parameter.VAR_KEYWORD
    }
    listed = ", ".join(map(repr, unknown))
    return f"{cls.__name__}: unknown argument(s) {listed}; it accepts {', '.join(sorted(accepted))}"


def _shape_of(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value.shape
    if isinstance(value, list | tuple):
        return [_shape_of(one) for one in value]
    if isinstance(value, dict):
        return {key: _shape_of(one) for key, one in value.items()}
    return getattr(value, "shape", None)


def _record_shape(value: Any) -> Any:
    """Return the shape with None for the batch, as summaries show it."""
    shape = _shape_of(value)
    if isinstance(shape, tuple):
        return (None, *shape[1:]) if shape else ()
    if isinstance(shape, list):
        return [_record_shape(one) for one in value]
    return shape


def _is_numeric(value: Any) -> bool:
    while isinstance(value, list | tuple) and value:
        value = value[0]
    return isinstance(value, bool | int | float)
