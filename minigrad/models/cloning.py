"""A copy of a model with layers, and so weights, of its own.

Idea:    every layer is made anew from its config, and the model's calls are made again on new inputs.
Before:  models/sequential.py.  Next: the user's own code.
Source:  Keras's ``keras/src/models/cloning.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minigrad.autodiff.operation import Operation
from minigrad.autodiff.structures import leaves, map_leaves
from minigrad.autodiff.symbolic import KerasTensor
from minigrad.layers.input import Input, InputLayer
from minigrad.models.graph_config import takes_graph
from minigrad.models.model import Model
from minigrad.models.sequential import Sequential


def clone_model(
    model: Model,
    input_tensors: Any = None,
    clone_function: Callable[[Any], Any] | None = None,
    call_function: Callable[..., Any] | None = None,
    recursive: bool = False,
) -> Any:
    """Return a model like this one, with new layers and newly drawn weights.

    Args:
        model: The model. One of a class of your own is made anew from its `get_config`.
        input_tensors: Symbolic tensors to build it on, in the structure of ``model.input``. Default: new
            ones.
        clone_function: Takes a layer (no Input) and returns what stands for it. Default: a new layer of its
            config.
        call_function: Takes a new layer and its arguments, and returns the output. Default: calls it. Not
            for a Sequential.
        recursive: Whether the layers of models inside it are given to clone_function, too. Default False.

    Raises:
        ValueError: If an argument is given that can't be followed for such a model.

    Source: ``keras.models.clone_model``.

    Example:
        >>> import minigrad as mg
        >>> model = mg.Sequential([mg.Input((3,)), mg.layers.Dense(2, name="scores")])
        >>> other = clone_model(model)
        >>> other.get_layer("scores") is model.get_layer("scores"), other.count_params()
        (False, 8)
    """
    if model._graph is None and not isinstance(model, Sequential):
        given = {
            "input_tensors": input_tensors,
            "clone_function": clone_function,
            "call_function": call_function,
        }
        for argument, value in given.items():
            if value is not None:
                raise ValueError(
                    f"clone_model: {argument} can't be followed for {model.name!r}: what a subclass's call() "
                    "does is not known as a graph"
                )
        return type(model).from_config(model.get_config())
    make = _Maker(clone_function or _remake, call_function, recursive)
    return make.model(model, input_tensors)


def _remake(layer: Any) -> Any:
    return type(layer).from_config(layer.get_config())


class _Maker:
    """Makes each layer once, also where it is shared between models."""

    def __init__(self, clone: Callable[[Any], Any], call: Callable[..., Any] | None, recursive: bool) -> None:
        self.clone, self.call, self.recursive = clone, call, recursive
        self.made: dict[int, Any] = {}

    def layer(self, layer: Any) -> Any:
        """Return what stands for a layer in the copy."""
        if isinstance(layer, Operation):
            return layer.function
        if id(layer) not in self.made:
            inside = isinstance(layer, Model) and (layer._graph is not None or isinstance(layer, Sequential))
            self.made[id(layer)] = self.model(layer, None) if self.recursive and inside else self.clone(layer)
        return self.made[id(layer)]

    def model(self, model: Model, tensors: Any) -> Any:
        """Return the copy of a model, compiled as that one was."""
        if isinstance(model, Sequential):
            new: Any = self._sequential(model, tensors)
        else:
            new = self._functional(model, tensors)
        if model.compiled:
            new._compile_like(model)
        return new

    def _sequential(self, model: Sequential, tensors: Any) -> Sequential:
        if self.call is not None and not self.recursive:
            raise ValueError(
                f"clone_model: call_function can't be followed for {model.name!r}: a Sequential calls its "
                "layers by itself"
            )
        layers: list[Any] = [self.layer(layer) for layer in model.layers]
        own = model._input
        if tensors is not None:
            (tensor,) = _checked(leaves(tensors), 1)
            layers.insert(0, Input(tensor=tensor, name=own.name if own is not None else None))
        elif own is not None:
            layers.insert(0, InputLayer.from_config(own.get_config()))
        return Sequential(layers, trainable=model.trainable, name=model.name)

    def _functional(self, model: Model, tensors: Any) -> Model:
        graph = model._known_graph("graph")
        if tensors is None:
            tensors = map_leaves(
                lambda one: Input(batch_shape=one.shape, dtype=one.dtype, name=one.name), graph.input
            )
        inputs = _checked(leaves(tensors), len(graph.inputs))

        def call(operation: Any, *args: Any, **kwargs: Any) -> Any:
            new = self.layer(operation)
            if self.call is None or isinstance(operation, Operation):
                return new(*args, **kwargs)
            return self.call(new, *args, **kwargs)

        outputs = graph.run(inputs, call)
        cls = type(model) if takes_graph(type(model)) else Model
        new: Model = cls(inputs=tensors, outputs=outputs, name=model.name)
        return new


def _checked(tensors: list[Any], count: int) -> list[Any]:
    if len(tensors) != count or not all(isinstance(one, KerasTensor) for one in tensors):
        raise ValueError(
            f"clone_model: input_tensors must be {count} symbolic tensor(s), in the structure of "
            f"model.input; got {tensors!r}"
        )
    return tensors
