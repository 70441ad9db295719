"""The weights of a layer, and of all that is inside it.

Idea:    a layer's parts are found by looking at its attributes, so that nothing needs to be registered:
         what is assigned to ``self``, also within a list or dict, belongs to it.
Before:  autodiff/variable.py, initializers/.  Next: layers/layer.py.
Source:  the names and the order of Keras's ``keras/src/layers/layer.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from minigrad import constraints, initializers, regularizers
from minigrad.autodiff.differentiable import to_dtype
from minigrad.autodiff.variable import Variable
from minigrad.errors import NotBuiltError, ShapeError

_NOT_PARTS = {"_own_weights", "_inbound_nodes", "_init_arguments", "_losses"}
"""Attributes that hold no layers of one's own."""

_PLAIN = {bool, int, float, str, type(None), np.ndarray}
"""Most attributes, passed over at once: every training step looks."""

_SEQUENCES = (list, tuple)


class WeightOwner:
    """What `Layer` is made on: it makes weights, finds those of the layers inside it, and freezes them."""

    name: str
    built: bool
    dtype: np.dtype[Any]
    _trainable: bool
    _own_weights: list[Variable]

    def add_weight(
        self,
        shape: Sequence[int | None] = (),
        initializer: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        regularizer: Any = None,
        constraint: Any = None,
        name: str | None = None,
    ) -> Variable:
        """Make a weight of this layer.

        Args:
            shape: Its shape. Default: a scalar.
            initializer: A name, config or callable. Default: glorot_uniform; zeros for integers.
            dtype: Default: the layer's.
            trainable: Whether an optimizer should change it. Default True.
            regularizer: Adds a term to the loss.
            constraint: Is applied after each optimizer step.
            name: Default "variable".

        Raises:
            ShapeError: If a size is None: not known yet.

        Source: ``keras.layers.Layer.add_weight``.
        """
        if None in shape:
            raise ShapeError(
                f"{self.name}: the weight {name!r} would have shape {tuple(shape)}: the input's size on that "
                "axis must be known before the layer is built"
            )
        sizes = tuple(size for size in shape if size is not None)
        kind = to_dtype(self.dtype if dtype is None else dtype)
        default = "glorot_uniform" if kind.kind == "f" else "zeros"
        make = initializers.get(default if initializer is None else initializer)
        weight = Variable(make, sizes, kind, trainable=trainable, name=name)
        weight.path = f"{self.name}/{weight.name}"
        weight.regularizer = regularizers.get(regularizer)
        weight.constraint = constraints.get(constraint)
        if not self._trainable:
            weight.trainable = False
        self._own_weights.append(weight)
        return weight

    def _parts(self, kind: type[Any]) -> Iterator[Any]:
        """Yield this layer's own attributes of a kind, also those in lists, tuples and dicts."""
        stack = [
            value
            for key, value in reversed(self.__dict__.items())
            if value.__class__ not in _PLAIN and key not in _NOT_PARTS
        ]
        while stack:
            value = stack.pop()
            if isinstance(value, kind):
                yield value
            elif isinstance(value, _SEQUENCES):
                stack.extend(one for one in reversed(value) if one.__class__ not in _PLAIN)
            elif isinstance(value, dict):
                stack.extend(reversed(value.values()))

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

    @property
    def variables(self) -> list[Variable]:
        """All weights of this layer and those inside it: layer by layer, trainable ones first."""
        found: dict[int, Variable] = {}
        for layer in self._flatten_layers():
            own = [*layer._own_weights, *layer._parts(Variable)]
            own.sort(key=lambda weight: not weight.born_trainable)
            for weight in own:
                found.setdefault(id(weight), weight)
        return list(found.values())

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
            for weight in [*layer._own_weights, *layer._parts(Variable)]:
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
