"""A model's graph as data, in exactly the form that Keras 3 writes and reads.

Idea:    each layer's config lists the calls of the layer; a symbolic tensor among their arguments is named by
         the layer that it came from, which of its calls that was, and which output.
Before:  models/graph.py, models/operations.py, layers/serialization.py.  Next: models/model.py.
Source:  Keras's ``keras/src/models/functional.py`` and ``keras/src/saving/serialization_lib.py``.
"""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from minigrad.autodiff.operation import Operation
from minigrad.autodiff.structures import map_leaves
from minigrad.autodiff.symbolic import Call, KerasTensor
from minigrad.autodiff.tensor import Tensor
from minigrad.layers import serialization
from minigrad.models.graph import Graph
from minigrad.models.operations import (
    is_operation_config,
    joined_arguments,
    operation_from_config,
    operation_to_config,
    split_arguments,
)
from minigrad.serialization import array_from_config


def takes_graph(cls: type) -> bool:
    """Tell whether a class of models is made with inputs and outputs, and so can be of a graph's config."""
    parameters = inspect.signature(cls).parameters
    kinds = {parameter.kind for parameter in parameters.values()}
    anything = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD} <= kinds
    return anything or list(parameters)[:2] == ["inputs", "outputs"]


# -- to a config -----------------------------------------------------------------------------------


def graph_to_config(model: Any, graph: Graph) -> dict[str, Any]:
    """Return the config of a model that was made of inputs and outputs."""
    ours = {id(call) for call in graph.calls}
    own = {id(one): [call for call in one._inbound_nodes if id(call) in ours] for one in graph.operations}

    def place(tensor: KerasTensor) -> list[Any]:
        """Return where a tensor comes from: the layer's name, which call, which output."""
        call, index = _origin(tensor)
        number = next(n for n, one in enumerate(own[id(call.operation)]) if one is call)
        return [call.operation.name, number, index]

    def end(tensor: KerasTensor) -> list[Any]:
        """Return the same for an input or output of the model: there Keras counts a model's calls from 1."""
        name, number, index = place(tensor)
        return [name, number + _is_functional(_origin(tensor)[0].operation), index]

    def plain(value: Any) -> Any:
        if isinstance(value, KerasTensor):
            about = {"shape": list(value.shape), "dtype": value.dtype.name, "keras_history": place(value)}
            return {"class_name": "__keras_tensor__", "config": about}
        return to_plain(value, plain)

    layers = []
    for one in graph.operations:
        if isinstance(one, Operation):
            layers.append(_operation_config(one, own[id(one)], plain))
            continue
        nodes = [
            {"args": [plain(arg) for arg in call.args], "kwargs": plain(call.kwargs)}
            for call in own[id(one)]
            if call.inputs
        ]
        config = serialization.serialize(one)  # the same dict may still be noted as that of a shared layer
        config.update(name=one.name, inbound_nodes=nodes)
        layers.append(config)
    return {
        "name": model.name,
        "trainable": model.trainable,
        "layers": layers,
        "input_layers": map_leaves(end, graph.input),
        "output_layers": map_leaves(end, graph.output),
    }


def _origin(tensor: KerasTensor) -> tuple[Call, int]:
    """Return the call that a tensor in a graph came out of, and which output it is."""
    if tensor._history is None:
        raise ValueError(f"{tensor!r} is of no Input and of no layer")
    return tensor._history


def _is_functional(model: Any) -> bool:
    """Tell whether Keras would take a layer for a model of inputs and outputs; a Sequential is none."""
    return getattr(model, "_graph", None) is not None and not hasattr(model, "pop")


def _operation_config(operation: Operation, calls: list[Call], plain: Any) -> dict[str, Any]:
    nodes = []
    for call in calls:
        called, named, settings = split_arguments(operation.function, call.args, call.kwargs)
        if operation.function.__name__ == "get_item":  # a list in JSON is a tuple; as an index it is an array
            called[1] = _key(called[1])
        nodes.append({"args": [plain(one) for one in called], "kwargs": plain(named)})
    config = operation_to_config(operation, plain(settings))
    return config | {"name": operation.name, "inbound_nodes": nodes}


def _key(key: Any) -> Any:
    if isinstance(key, tuple):
        return tuple(_key(one) for one in key)
    return np.asarray(key) if isinstance(key, list) else key


def to_plain(value: Any, plain: Any) -> Any:
    """Return an argument of a call in a form that JSON can hold; ``plain`` is applied to what is inside it.

    Raises:
        ValueError: If no config can say what it is.
    """
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, slice):
        about = {"start": plain(value.start), "stop": plain(value.stop), "step": plain(value.step)}
        return {"class_name": "__slice__", "config": about}
    if value is None or isinstance(value, str | int | float):
        return value
    try:
        return serialization.data_to_config(value)
    except ValueError:
        raise ValueError(
            f"a config can't hold {value!r}, with which a layer or op of the model is called"
        ) from None


# -- from a config ---------------------------------------------------------------------------------


def arguments_from_config(config: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments (inputs, outputs, name, trainable ...) of a new model of this config.

    Raises:
        ValueError: If the config is of another form, or its calls can't be put in an order.
    """
    config = dict(config)
    layers, starts, ends = (config.pop(key) for key in ("layers", "input_layers", "output_layers"))
    made: dict[str, _Part] = {}
    for layer in layers:
        if "module" not in layer:
            raise ValueError(
                f"the config of {layer.get('name')!r} is of an older form than Keras 3's: load the model "
                "with Keras 3 and write it again"
            )
        made[layer["name"]] = _Part(layer)
    waiting = [(part, node) for part in made.values() for node in part.nodes]
    while waiting:
        left = []
        blocked: set[int] = set()
        for part, node in waiting:  # the calls of one layer are made in their order
            if id(part) in blocked or not _is_ready(node, made):
                blocked.add(id(part))
                left.append((part, node))
            else:
                part.call(node, made)
        if len(left) == len(waiting):
            names = sorted({part.name for part, _ in left})
            raise ValueError(
                f"the calls of {', '.join(names)} in the config depend on each other in a circle"
            )
        waiting = left
    return {
        **config,
        "inputs": _ends(starts, made),
        "outputs": _ends(ends, made),
    }


class _Part:
    """A layer or op of a config that is being read, and its calls."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.name: str = config["name"]
        self.nodes: list[dict[str, Any]] = config["inbound_nodes"]
        self.settings: dict[str, Any] = {}
        if is_operation_config(config):
            self.operation, settings = operation_from_config(config)
            self.settings = {key: _from_plain(value, {}) for key, value in settings.items()}
        else:
            self.operation = serialization.deserialize(config)
        # those made of the config so far; an Input has its call from the beginning
        self.calls: list[Call] = [] if self.nodes else list(self.operation._inbound_nodes)

    def call(self, node: dict[str, Any], made: dict[str, _Part]) -> None:
        """Make a call."""
        args = [_from_plain(one, made) for one in node["args"]]
        kwargs = _from_plain(node["kwargs"], made)
        if not isinstance(self.operation, Operation):
            if "training" in kwargs and kwargs["training"] is self.operation._training_default:
                del kwargs["training"]  # Keras notes the layer's own default as if it had been asked for
            self.operation(*args, **kwargs)
        else:
            if self.operation.function.__name__ == "get_item" and isinstance(args[1], list):
                args[1] = tuple(args[1])
            every, by_name = joined_arguments(self.operation.function, args, kwargs, self.settings)
            Call(self.operation, every, by_name, self.operation.compute_output_spec(*every, **by_name))
        self.calls.append(self.operation._inbound_nodes[-1])

    def tensor(self, number: int, index: int) -> KerasTensor:
        """Return an output of one of the calls."""
        found: KerasTensor = self.calls[number].outputs[index]
        return found


def _is_ready(value: Any, made: dict[str, _Part]) -> bool:
    """Tell whether all tensors that a call's config names were computed."""
    if isinstance(value, list | tuple):
        return all(_is_ready(one, made) for one in value)
    if not isinstance(value, dict):
        return True
    if value.get("class_name") == "__keras_tensor__":
        name, number, _ = value["config"]["keras_history"]
        if name not in made:
            raise ValueError(f"the config names a layer {name!r} that is not in it")
        return bool(number < len(made[name].calls))
    return all(_is_ready(one, made) for one in value.values())


def _from_plain(value: Any, made: dict[str, _Part]) -> Any:
    """Return the argument that `to_plain` described."""
    if isinstance(value, list | tuple):
        return [_from_plain(one, made) for one in value]
    if not isinstance(value, dict):
        return value
    kind, about = value.get("class_name"), value.get("config")
    if kind == "__keras_tensor__" and about is not None:
        name, number, index = about["keras_history"]
        return made[name].tensor(number, index)
    if kind == "__slice__" and about is not None:
        return slice(about["start"], about["stop"], about["step"])
    if kind == "__ellipsis__":
        return Ellipsis
    if kind in ("__tensor__", "__numpy__"):
        array = array_from_config(value)
        return Tensor(array) if kind == "__tensor__" else array
    return {key: _from_plain(one, made) for key, one in value.items()}


def _ends(structure: Any, made: dict[str, _Part]) -> Any:
    """Return the tensors that a config names as a model's inputs or outputs."""
    if isinstance(structure, dict):
        return {key: _ends(part, made) for key, part in structure.items()}
    if len(structure) == 3 and isinstance(structure[0], str):
        name, number, index = structure
        part = made[name]
        return part.tensor(number - 1 if _is_functional(part.operation) else number, index)
    return type(structure)(_ends(part, made) for part in structure)
