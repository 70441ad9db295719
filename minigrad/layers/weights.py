"""The weights of a layer, and of all that is inside it.

Idea:    a layer's parts are found by looking at its attributes, so that nothing needs to be registered:
         what is assigned to ``self``, also within a list or dict, belongs to it.
Before:  layers/stored_weights.py, initializers/.  Next: layers/layer.py.
Source:  the names and the order of Keras's ``keras/src/layers/layer.py``.
"""

from __future__ import annotations

import threading
import types
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from minigrad import constraints, initializers, regularizers
from minigrad.autodiff.values import to_dtype
from minigrad.autodiff.variable import Variable
from minigrad.errors import NotBuiltError, ShapeError
from minigrad.layers.stored_weights import StoredWeights

_NOT_PARTS = set(
    """_own_weights _inbound_nodes _init_arguments _losses _symbolic _fitting _build_shapes input_shape
    output_shape""".split()  # noqa: SIM905
)
"""Attributes that hold no layers of one's own."""

_PLAIN = {bool, int, float, str, type(None), np.ndarray, types.FunctionType}
"""The classes of most attributes, passed over at once: every training step looks."""

_SEQUENCES = (list, tuple)


class _Scope(threading.local):
    """The path of the layer that is being built, below which the layers inside it have theirs."""

    path = ""


_scope = _Scope()


class WeightOwner(StoredWeights):
    """What `Layer` is made on: it makes weights, finds those of the layers inside it, and freezes them."""

    __slots__ = ("__dict__", "__weakref__", "_part_names")  # the last is no attribute to be looked through

    _part_names: list[str] | None
    name: str
    _path: str | None = None
    built: bool
    dtype: np.dtype[Any]
    _trainable: bool
    _own_weights: list[Variable]

    def add_weight(
        self,
        *args: Any,
        shape: Sequence[int | None] | None = None,
        initializer: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        regularizer: Any = None,
        constraint: Any = None,
        aggregation: str | None = "none",
        overwrite_with_gradient: bool = False,
        name: str | None = None,
    ) -> Variable:
        """Make a weight of this layer.

        Args:
            *args: Shape, initializer and dtype, in this order, if they are not given by name.
            shape: Its shape. Default: a scalar.
            initializer: A name, config or callable. Default: glorot_uniform; zeros for integers.
            dtype: Default: the layer's.
            trainable: Whether an optimizer should change it. Default True.
            autocast: Keras's switch for mixed precision, which doesn't exist here.
            regularizer: Adds a term to the loss.
            constraint: Is applied after each optimizer step.
            aggregation: Keras's switch for several replicas of a model; here is one.
            overwrite_with_gradient: Only False, Keras's default.
            name: Default "variable".

        Raises:
            ShapeError: If a size is None: not known yet.
            ValueError: If shape is no sequence of integers.

        Source: ``keras.layers.Layer.add_weight``.
        """
        if args:
            shape, initializer, dtype = _by_position(self.name, args, (shape, initializer, dtype))
        shape = () if shape is None else shape
        if overwrite_with_gradient:
            raise ValueError(f"{self.name}: overwrite_with_gradient=True isn't supported; leave it out")
        if isinstance(shape, str) or not isinstance(shape, Sequence):
            raise ValueError(f"{self.name}: add_weight needs a tuple as shape, such as (3,); got {shape!r}")
        if None in shape:
            raise ShapeError(
                f"{self.name}: the weight {name!r} would have shape {tuple(shape)}: the input's size on that "
                "axis must be known before the layer is built"
            )
        sizes = tuple(size for size in shape if size is not None)
        kind = to_dtype(self.dtype if dtype is None else dtype)
        default = "glorot_uniform" if kind.kind == "f" else "zeros"
        make = initializers.get(default if initializer is None else initializer)
        if self._comes_from_a_file():
            make = initializers.Zeros()
        weight = Variable(make, sizes, kind, trainable=trainable, name=name)
        before = self._enter()
        weight.path = f"{_scope.path}/{weight.name}"
        self._leave(before)
        weight.regularizer = regularizers.get(regularizer)
        weight.constraint = constraints.get(constraint)
        if not self._trainable:
            weight.trainable = False
        self._own_weights.append(weight)
        return weight

    def _enter(self) -> str:
        """Begin the scope in which the layers inside this one are built; return the path of that before it.

        The layer's own path is fixed when this is first done, as in Keras.
        """
        before = _scope.path
        if self._path is None:
            self._path = f"{before}/{self.name}" if before else self.name
        _scope.path = self._path
        return before

    @staticmethod
    def _leave(before: str) -> None:
        """End the scope that `_enter` began."""
        _scope.path = before

    def _parts(self, kind: type[Any]) -> Iterator[Any]:
        """Yield this layer's own attributes of a kind, also those in lists, tuples and dicts."""
        names = self._part_names
        if names is None:  # found out once, until an attribute is set
            names = [
                key
                for key, value in reversed(self.__dict__.items())
                if key not in _NOT_PARTS and _may_hold_parts(value)
            ]
            object.__setattr__(self, "_part_names", names)
        stack = [self.__dict__.get(name) for name in names]
        while stack:
            value = stack.pop()
            if isinstance(value, kind):
                yield value
            elif isinstance(value, _SEQUENCES):
                stack.extend(one for one in reversed(value) if one.__class__ not in _PLAIN)
            elif isinstance(value, dict):
                stack.extend(reversed(value.values()))

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute, which may be a new part."""
        object.__setattr__(self, "_part_names", None)  # before, too, should Ctrl-C come in between
        object.__setattr__(self, name, value)
        object.__setattr__(self, "_part_names", None)

    def __delattr__(self, name: str) -> None:
        """Delete an attribute."""
        object.__delattr__(self, name)
        object.__setattr__(self, "_part_names", None)

    def _flatten_layers(self) -> list[Any]:
        """Return this layer and all that it contains, each once, outer before inner."""
        found: dict[int, WeightOwner] = {}
        stack: list[WeightOwner] = [self]
        while stack:
            layer = stack.pop()
            if id(layer) not in found:
                found[id(layer)] = layer
                stack.extend(reversed(list(layer._parts(WeightOwner))))
        return list(found.values())

    def _own_variables(self) -> list[Variable]:
        """Return the weights of this layer alone, trainable ones first."""
        own = list({id(one): one for one in (*self._own_weights, *self._parts(Variable))}.values())
        if not all(weight.born_trainable for weight in own):
            own.sort(key=lambda weight: not weight.born_trainable)
        return own

    @property
    def variables(self) -> list[Variable]:
        """All weights of this layer and those inside it: layer by layer, trainable ones first."""
        return variables_of(self._flatten_layers())

    @property
    def weights(self) -> list[Variable]:
        """The same as `variables`."""
        return self.variables

    @property
    def trainable_variables(self) -> list[Variable]:
        """The weights that an optimizer should change; those of frozen layers are not among them."""
        return [weight for weight in self.variables if weight.trainable] if self._trainable else []

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """The weights that an optimizer should leave alone."""
        return [weight for weight in self.variables if not (weight.trainable and self._trainable)]

    trainable_weights = trainable_variables
    non_trainable_weights = non_trainable_variables

    @property
    def trainable(self) -> bool:
        """Whether its weights, and those of the layers inside it, are trained."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        for layer in self._flatten_layers():
            layer._trainable = bool(value)
            for weight in layer._own_variables():
                weight.trainable = bool(value) and weight.born_trainable

    def count_params(self) -> int:
        """Return the number of its weights' elements.

        Raises:
            NotBuiltError: Before the layer is built.
        """
        if not self.built:
            raise NotBuiltError(f"{self.name} has no weights yet: call it, or build it with an input shape")
        return sum(weight.size for weight in self.variables)

    def get_weights(self) -> list[np.ndarray[Any, Any]]:
        """Return copies of all weights, as ndarrays in the order of `variables`."""
        return [weight.numpy() for weight in self.variables]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Assign all weights, given in the order of `variables`; nothing changes if one doesn't fit.

        Raises:
            ShapeError: If their number or a shape differs.
        """
        variables = self.variables
        if len(weights) != len(variables):
            raise ShapeError(
                f"{self.name}: it has {len(variables)} weights and {len(weights)} were given"
                + ("" if self.built else "; it is not built yet")
            )
        for variable, value in zip(variables, weights, strict=True):
            if np.shape(value) != variable.shape:
                raise ShapeError(
                    f"{self.name}: weight {variable.path!r} has shape {variable.shape}; got {np.shape(value)}"
                )
        for variable, value in zip(variables, weights, strict=True):
            variable.assign(value)


def variables_of(layers: Iterable[WeightOwner]) -> list[Variable]:
    """Return the weights of these layers alone, each once."""
    return list({id(weight): weight for layer in layers for weight in layer._own_variables()}.values())


def _may_hold_parts(value: Any) -> bool:
    """Tell whether a value, as long as it is this one, can be a layer, variable ... or hold any."""
    if value.__class__ is tuple:
        return any(map(_may_hold_parts, value))
    return value.__class__ not in _PLAIN and not isinstance(value, np.dtype)


def _by_position(name: str, args: tuple[Any, ...], given: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return shape, initializer and dtype of a weight, of which some are given by position."""
    if isinstance(args[0], str):
        raise ValueError(
            f"{name}: add_weight begins with the shape, and the name is given by name: "
            f"add_weight(shape=..., name={args[0]!r})"
        )
    if len(args) > len(given) or any(one is not None for one in given[: len(args)]):
        raise TypeError(
            f"{name}: add_weight takes shape, initializer and dtype by position or by name, and all else by "
            f"name; got {args}"
        )
    return (*args, *given[len(args) :])
