"""The boxes of a model's diagram: one for each call of a layer or op, and arrows along the tensors.

Before:  visualize/diagram.py, models/graph.py.  Next: visualize/plot_model.py.
Source:  Keras's ``keras/src/utils/model_visualization.py``.
"""

from __future__ import annotations

from typing import Any

from minigrad.autodiff.operation import Operation
from minigrad.autodiff.structures import leaves
from minigrad.layers.connection import shape_of
from minigrad.layers.input import InputLayer
from minigrad.models.model import Model
from minigrad.models.operations import class_name
from minigrad.models.sequential import Sequential
from minigrad.visualize.diagram import Card, Diagram, Settings
from minigrad.visualize.images import built_model


def diagram_of(name: str, model: Any, settings: Settings) -> Diagram:
    """Return the diagram of a built model; ``name`` is the function's, for error messages."""
    settings.check(name)
    return _diagram(built_model(name, model), settings)


def _diagram(model: Model, settings: Settings) -> Diagram:
    graph = model._graph
    if graph is None:
        if not isinstance(model, Sequential):
            card = _card(model, 1, model.input_shape, model.output_shape, None, settings)
            return Diagram(model.name, [card], [], settings)
        layers = model.layers  # several tensors go from one to the next
        cards = [_card(one, 1, one.input_shape, one.output_shape, None, settings) for one in layers]
        return Diagram(model.name, cards, [(index, index + 1) for index in range(len(cards) - 1)], settings)
    calls = [call for call in graph.calls if call.inputs or not isinstance(model, Sequential)]
    places = {id(call): index for index, call in enumerate(calls)}
    cards, numbers = [], dict[int, int]()
    for call in calls:
        number = numbers[id(call.operation)] = numbers.get(id(call.operation), 0) + 1
        given = shape_of(call.inputs[0] if len(call.inputs) == 1 else call.inputs)
        dtypes = sorted({str(one.dtype) for one in leaves(call.output)})
        cards.append(_card(call.operation, number, given, shape_of(call.output), dtypes, settings))
    edges = {
        (places[id(one._history[0])], places[id(call)]): None
        for call in calls
        for one in call.inputs
        if one._history is not None and id(one._history[0]) in places
    }
    return Diagram(model.name, cards, list(edges), settings)


def _card(
    layer: Any, number: int, given: Any, output: Any, dtypes: list[str] | None, settings: Settings
) -> Card:
    """Return the box of a layer or op."""
    is_op = isinstance(layer, Operation)
    kind = "op" if is_op else "input" if isinstance(layer, InputLayer) else "layer"
    kind = "model" if isinstance(layer, Model) else kind
    title = class_name(layer.function.__name__) if is_op else type(layer).__name__
    if settings.show_layer_names:
        title = f"{layer.name} ({title})"
    if number > 1:
        title += f", call {number}"
    lines = []
    if settings.show_layer_activations and getattr(layer, "activation", None) is not None:
        activation = layer.activation
        lines.append(f"activation: {getattr(activation, '__name__', None) or activation.name}")
    if settings.show_shapes:
        if kind != "input":
            lines.append(f"input: {_shapes(given)}")
        lines.append(f"output: {_shapes(output)}")
    if settings.show_dtype:
        lines.append(f"dtype: {', '.join(dtypes or [str(getattr(layer, 'dtype', '?'))])}")
    if settings.show_trainable and getattr(layer, "variables", None):
        lines.append("trainable" if layer.trainable else "not trainable")
    known = isinstance(layer, Sequential) or (isinstance(layer, Model) and layer._graph is not None)
    inner = _diagram(layer, settings) if settings.expand_nested and known else None
    return Card(kind, title, lines, inner)


def _shapes(shape: Any) -> str:
    if shape is None:
        return "?"
    if isinstance(shape, dict):
        return ", ".join(f"{key}: {_shapes(one)}" for key, one in shape.items())
    if isinstance(shape, list):
        return ", ".join(map(_shapes, shape))
    return str(shape)
