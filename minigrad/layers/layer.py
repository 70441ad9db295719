"""The base of every layer: it owns weights, builds itself at the first call, and says where it failed.

Idea:    a layer is a function with weights. `build` makes the weights once the input's shape is known,
         `call` computes; all else (names, the training mode, losses, errors) is done here.
Before:  layers/connection.py, layers/construction.py.  Next: layers/dense.py (the smallest real layer).
Source:  Keras's ``keras/src/layers/layer.py``.
"""

from __future__ import annotations

import inspect
import threading
import weakref
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad import regularizers
from minigrad.autodiff.differentiable import cast
from minigrad.autodiff.structures import leaves
from minigrad.autodiff.symbolic import Call, KerasTensor, holds_symbolic
from minigrad.autodiff.tensor import Tensor, wrap
from minigrad.autodiff.values import to_dtype
from minigrad.config import floatx
from minigrad.errors import ShapeError, UnknownArgumentError
from minigrad.layers.connection import Connected, Readable, shape_of, without_batch
from minigrad.layers.construction import build_once, take_over_init, unknown_keywords
from minigrad.layers.input_spec import InputSpec
from minigrad.layers.representation import layer_to_html
from minigrad.layers.weights import variables_of
from minigrad.naming import unique_name

_OUTSIDE: Any = object()


class _CallContext(threading.local):
    """What the layers that are being called share: the outer call's training mode, _OUTSIDE without one."""

    training: Any = _OUTSIDE


_context = _CallContext()
_with_losses: weakref.WeakSet[Layer] = weakref.WeakSet()
"""The layers that hold losses of their last call: few do, so that a call need not look at all for them."""


class Layer(Connected):
    """A function with weights. Subclass it with `build` (makes the weights) and `call` (computes).

    Masks of time steps, as Keras hands them from layer to layer, are not supported: what pads a sequence is
    to be taken out by the model's own arithmetic.

    Args:
        activity_regularizer: A regularizer of the output, added to the loss divided by the batch size.
        trainable: Whether its weights are trained. Default True.
        dtype: The dtype of its weights and its computation. Default: `floatx`.
        autocast: Whether floating inputs of another dtype are converted to the layer's. Default True.
        name: Default: the class's name in snake case, numbered (conv2d, conv2d_1 ...).
        input_shape: The shape of one input, without the batch; a `Sequential` model that begins with
            this layer is built at once with it.
        input_dim: The same for an input of one axis.

    Attributes:
        built: Whether the weights exist.
        input_spec: An `InputSpec` (or a list of them) that inputs are checked against, or None.
        input_shape, output_shape: Of the first call, the batch size being None; None before.
        input, output: The symbolic tensors of the first call on such (see `Input`).

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
        >>> layer = Scale(name="scale")
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
        autocast: bool = True,
        name: str | None = None,
        input_shape: Sequence[int | None] | None = None,
        input_dim: int | None = None,
        **unknown: Any,
    ) -> None:
        if unknown:
            raise UnknownArgumentError(unknown_keywords(type(self), unknown))
        if not isinstance(trainable, bool | np.bool):
            raise ValueError(f"{type(self).__name__}: trainable must be True or False; got {trainable!r}")
        if name is not None and (not isinstance(name, str) or not name):
            raise ValueError(f"{type(self).__name__}: name must be a string that is not empty; got {name!r}")
        self.name = name or unique_name(type(self).__name__)
        self.built = False
        self.dtype = to_dtype(floatx() if dtype is None else dtype)
        if not autocast:
            self._converts_inputs = False
        self.activity_regularizer = regularizers.get(activity_regularizer)
        self._trainable = bool(trainable)
        self._own_weights = []
        self._losses: list[Tensor] = []
        self._inbound_nodes: list[Call] = []
        shape = (input_dim,) if input_shape is None and input_dim is not None else input_shape
        self._given_input_shape = None if shape is None else (None, *shape)
        self.input_shape: Any = None
        self.output_shape: Any = None
        self._fitting: tuple[Any, Any] = (None, None)  # the last spec and shape that an input was checked for

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        take_over_init(cls)
        if "build" in cls.__dict__:
            cls.build = build_once(cls.build)  # type: ignore[method-assign]
        parameters = inspect.signature(cls.call).parameters
        cls._takes_training = "training" in parameters
        default = parameters["training"].default if cls._takes_training else None
        cls._training_default = None if default is inspect.Parameter.empty else default
        several = any(one.kind is inspect.Parameter.VAR_KEYWORD for one in parameters.values())
        cls._takes_mask = several or "mask" in parameters

    _takes_training = False
    _takes_mask = False
    _training_default: bool | None = None
    _converts_inputs = True

    # -- to be overridden ------------------------------------------------------------------------

    def build(self, input_shape: Any) -> None:
        """Make the weights, by `add_weight`, for inputs of this shape (batch first, None if unknown)."""
        self.built = True

    def call(self, inputs: Any) -> Any:
        """Compute the output. May take ``training`` and further arguments."""
        raise NotImplementedError(f"{type(self).__name__} must define call(self, inputs)")

    def _check_built_for(self, *args: Any, **kwargs: Any) -> None:
        """Raise if a layer that is built can't be for these arguments of `build`; most take any."""

    @Readable
    def path(self) -> str | None:
        """Its name after those of the layers that it was built within: "net/block/conv2d"; None before."""
        return self._path

    @Readable
    def compute_dtype(self) -> str:
        """The name of the dtype that it computes in."""
        return self.dtype.name

    @Readable
    def variable_dtype(self) -> str:
        """The name of its weights' dtype, which is the same."""
        return self.dtype.name

    # -- losses ----------------------------------------------------------------------------------

    def add_loss(self, loss: Any) -> None:
        """Add a scalar tensor (or several) to the loss of the model that this layer is part of.

        It counts until the next call: call this in `call`.

        Raises:
            ValueError: For a symbolic tensor, which is of no call.
        """
        if holds_symbolic(loss):
            raise ValueError(
                f"{self.name}: add_loss needs numbers, and {loss!r} has none: call it within the call() of a "
                "layer of your own"
            )
        self._losses.extend(loss if isinstance(loss, list | tuple) else [loss])
        _with_losses.add(self)

    @property
    def losses(self) -> list[Tensor]:
        """The losses added during the last call, and those of the weights' regularizers."""
        layers = self._flatten_layers()
        added = [loss for layer in layers for loss in layer._losses]
        if not self._trainable:
            return added
        return added + [
            weight.regularizer(weight)
            for weight in variables_of(layers)
            if weight.regularizer is not None and weight.trainable
        ]

    def _forget_losses(self) -> None:
        """Drop the losses that the last call added, here and in the layers inside."""
        for layer in self._flatten_layers():
            layer._losses.clear()
            _with_losses.discard(layer)

    def _regularize(self, output: Any) -> None:
        for one in leaves(output):
            self.add_loss(self.activity_regularizer(one) / float(max(1, len(one))))

    # -- calling ---------------------------------------------------------------------------------

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the layer on arrays or tensors; it builds itself at the first call.

        On symbolic tensors, as `Input` gives them, it returns such a tensor.
        """
        outer = _context.training
        before = None
        try:
            # One tensor of the right dtype needs nothing done to it; this is what nearly all calls have.
            plain = not kwargs or (len(kwargs) == 1 and "training" in kwargs)
            first = args[0] if plain and len(args) == 1 else None
            if first.__class__ is not Tensor or first._data.dtype is not self.dtype:
                args, kwargs = self._converted(args, kwargs)
                if holds_symbolic((args, kwargs)):
                    return self._call_symbolically(args, kwargs)
            training = kwargs.pop("training", None) if kwargs else None
            if training is None and outer is not _OUTSIDE:
                training = outer
            if self._takes_training:
                training = kwargs["training"] = self._training_default if training is None else training
            if training is not outer:
                _context.training = training
            first_time = self.input_shape is None
            if first_time:  # when the layers inside are built, whose paths begin with this one's
                before = self._enter()
            if not self.built:
                self._build_for(args, kwargs)
            if self.input_spec is not None:
                self._check_input(args)
            if outer is _OUTSIDE and len(_with_losses):
                self._forget_losses()
            output = self.call(*args, **kwargs)
            if first_time and args:
                self.input_shape = without_batch(shape_of(args[0]))
                self.output_shape = without_batch(shape_of(output))
            if self.activity_regularizer is not None:
                self._regularize(output)
            return output
        except Exception as error:
            self._explain(error, args[0] if args else None)
            raise
        finally:
            _context.training = outer
            if before is not None:
                self._leave(before)

    def _converted(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any]:
        """Return the arguments with arrays as tensors of the layer's dtype."""
        if "mask" in kwargs and not self._takes_mask and kwargs.pop("mask") is not None:
            raise ValueError(f"{self.name}: masks are not supported: call() has no argument mask")
        if args and isinstance(args[0], str | bytes | int | float | complex | np.generic):
            if not isinstance(args[0], int | float | np.generic):
                raise TypeError(f"{self.name}: it is called on a tensor or an array; got {args[0]!r}")
            args = (np.asarray(args[0]), *args[1:])
        return tuple(self._to_tensors(arg) for arg in args), {
            key: self._to_tensors(value) for key, value in kwargs.items()
        }

    def _to_tensors(self, value: Any) -> Any:
        """Return arrays as tensors, and floating ones in the layer's dtype; other things as they are."""
        if isinstance(value, np.ndarray):
            if value.dtype.kind not in "fiub":
                return Tensor(value)  # raises the error that says what a tensor holds
            value = wrap(value)
        if isinstance(value, Tensor):
            if self._converts_inputs and value.dtype.kind == "f" and value.dtype != self.dtype:
                return cast(value, self.dtype)
            return value
        if isinstance(value, list | tuple) and value and not _is_numeric(value):
            return type(value)(self._to_tensors(one) for one in value)
        if isinstance(value, dict):
            return {key: self._to_tensors(one) for key, one in value.items()}
        if isinstance(value, list) and _is_numeric(value):
            return Tensor(value)
        return value

    def _check_input(self, args: tuple[Any, ...]) -> None:
        """Raise unless the first argument fits `input_spec`."""
        spec = self.input_spec
        if spec is None or not args:
            return
        first = args[0]
        if self._fitting[0] is spec and first.__class__ is Tensor and self._fitting[1] == first._data.shape:
            return
        specs = leaves(spec)
        given = leaves(first)
        if isinstance(first, dict) and all(getattr(one, "name", None) in first for one in specs):
            given = [first[one.name] for one in specs]
        if len(given) != len(specs):
            raise ShapeError(f"{self.name}: it takes {len(specs)} input(s); got {len(given)}")
        for one, value in zip(specs, given, strict=True):
            if isinstance(one, InputSpec) and isinstance(value, Tensor | KerasTensor):
                one.check(self.name, value.shape, value.dtype)
        if isinstance(spec, InputSpec) and spec.dtype is None and isinstance(first, Tensor):
            self._fitting = (spec, first.shape)

    def _explain(self, error: Exception, given: Any) -> None:
        """Tell in a note which layer the error came from, and what it was called on."""
        if "built" not in self.__dict__:
            raise RuntimeError(f"{type(self).__name__}.__init__ must call super().__init__() first") from None
        shape = self._build_shapes if self.input_shape is None else self.input_shape
        built_for = f", built for {shape}" if self.built and shape is not None else ""
        tensors = leaves(given)
        known = tensors and all(hasattr(one, "shape") for one in tensors)
        called_on = f", called on {shape_of(given)}" if known else ""
        error.add_note(f"  in layer {self.name!r} ({type(self).__name__}){built_for}{called_on}")

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_losses": []}  # which are of a call, and of its graph

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"

    def _repr_html_(self) -> str:
        return layer_to_html(self)


def _is_numeric(value: Any) -> bool:
    while isinstance(value, list | tuple) and value:
        value = value[0]
    return isinstance(value, bool | int | float)
