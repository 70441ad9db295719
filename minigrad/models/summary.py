"""What ``model.summary()`` prints: layers, shapes and weights, as Keras 3 or TensorFlow 2 shows them.

Before:  models/graph.py (what is connected to what), models/table.py.  Next: models/model.py.
Source:  Keras 3's ``keras/src/utils/summary_utils.py``; for the older form, TensorFlow 2.1's output as it
         stands in the lecture's labs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from minigrad.autodiff.operation import Operation
from minigrad.autodiff.symbolic import Call
from minigrad.autodiff.variable import Variable
from minigrad.layers.connection import shape_of
from minigrad.layers.input import InputLayer
from minigrad.models.graph import Graph
from minigrad.models.operations import class_name
from minigrad.models.table import boxed_table, console_width, plain_table
from minigrad.notebook import html_table


class Row(NamedTuple):
    """What is told of a layer.

    Attributes:
        layer: Its name and its class.
        shape: The shape of its output.
        params: The number of its weights' elements.
        connections: Where its inputs come from: layer[call][output].
        trainable: Whether it is trained: "Y", "N", or "-" where it has no weights.
    """

    layer: str
    shape: str
    params: str
    connections: list[str]
    trainable: str


def summary_text(
    model: Any,
    line_length: int | None,
    positions: Sequence[float] | None,
    *,
    style: str,
    expand_nested: bool,
    show_trainable: bool,
    layer_range: Sequence[str] | None,
) -> str:
    """Return the summary of a built model; the arguments are those of `Model.summary`."""
    if style not in ("keras", "tf2"):
        raise ValueError(f"summary: style must be 'keras' or 'tf2'; got {style!r}")
    if style == "tf2" and (expand_nested or show_trainable):
        raise ValueError("summary: expand_nested and show_trainable have no place in style='tf2'")
    graph: Graph | None = None if hasattr(model, "pop") else model._graph
    layers = list(model.layers if graph is None else graph.operations)
    first, last = _bounds([layer.name for layer in layers], layer_range)
    rows = _rows(layers[first:last], graph, expand_nested, style == "tf2")
    linear = graph is None or _is_linear(graph)
    if style == "tf2":
        return _as_tensorflow_2(model, rows, linear, line_length, positions)
    return _as_keras(model, rows, linear, line_length, positions, show_trainable)


# -- the two forms ---------------------------------------------------------------------------------


def _as_keras(
    model: Any,
    rows: list[Row],
    linear: bool,
    line_length: int | None,
    positions: Sequence[float] | None,
    show_trainable: bool,
) -> str:
    header = ["Layer (type)", "Output Shape", "Param #"] + ([] if linear else ["Connected to"])
    ends = list(positions or ([0.45, 0.80, 1.0] if linear else [0.3, 0.56, 0.74, 1.0]))
    width = 88 if linear else 108
    if show_trainable:
        header.append("Trainable")
        width += 12
        if positions is None:
            ends = [end * 0.9 for end in ends] + [1.0]
    cells = [
        [row.layer, row.shape, row.params]
        + ([] if linear else [", ".join(row.connections) or "-"])
        + ([row.trainable] if show_trainable else [])
        for row in rows
    ]
    align = ["left", "left", "right", *(["left"] * (not linear)), *(["center"] * show_trainable)]
    length = line_length or min(width, console_width() - 4)
    lines = [f'Model: "{model.name}"', *boxed_table(header, cells, align, length, ends)]
    variables, trained, frozen = _weights(model)
    optimizer: Any = getattr(model, "optimizer", None)
    if getattr(model, "compiled", False) and getattr(optimizer, "built", False):
        own = list(optimizer.variables)
        lines.append(f" Total params: {_sum(variables + own)}")
    else:
        own = []
        lines.append(f" Total params: {_sum(variables)}")
    lines += [f" Trainable params: {_sum(trained)}", f" Non-trainable params: {_sum(frozen)}"]
    return "\n".join(lines + ([f" Optimizer params: {_sum(own)}"] if own else []))


def _as_tensorflow_2(
    model: Any, rows: list[Row], linear: bool, line_length: int | None, positions: Sequence[float] | None
) -> str:
    length = line_length or (65 if linear else 98)
    ends = list(positions or ([0.45, 0.85, 1.0] if linear else [0.33, 0.55, 0.67, 1.0]))
    header = ["Layer (type)", "Output Shape", "Param #"] + ([] if linear else ["Connected to"])
    cells = []
    for row in rows:
        lines = [[row.layer, row.shape, row.params.replace(",", "")]]
        if not linear:
            lines[0].append(row.connections[0] if row.connections else "")
            lines += [["", "", "", one] for one in row.connections[1:]]
        cells.append(lines)
    variables, trained, frozen = (sum(one.size for one in group) for group in _weights(model))
    return "\n".join(
        [
            f'Model: "{model.name}"',
            *plain_table(header, cells, length, ends),
            f"Total params: {variables:,}",
            f"Trainable params: {trained:,}",
            f"Non-trainable params: {frozen:,}",
            "_" * length,
        ]
    )


def summary_html(model: Any) -> str:
    """Return the summary as a table in HTML, as a notebook shows a model.

    Example:
        >>> import minigrad as mg
        >>> model = mg.Sequential([mg.Input((3,)), mg.layers.Dense(2, name="out")])
        >>> "out (Dense)" in summary_html(model) and "Trainable params: 8 (32.00 B)" in summary_html(model)
        True
    """
    graph: Graph | None = None if hasattr(model, "pop") else model._graph
    linear = graph is None or _is_linear(graph)
    header = ["Layer (type)", "Output Shape", "Param #"] + ([] if linear else ["Connected to"])
    rows = [
        [row.layer, row.shape, row.params] + ([] if linear else ["\n".join(row.connections) or "-"])
        for row in _rows(list(model.layers if graph is None else graph.operations), graph, False, False)
    ]
    kinds = zip(("Total", "Trainable", "Non-trainable"), _weights(model), strict=True)
    notes = [f"{kind} params: {_sum(weights)}" for kind, weights in kinds]
    return html_table(rows, header, f'Model: "{model.name}" ({type(model).__name__})', notes)


# -- what is told of each layer --------------------------------------------------------------------


def _rows(
    layers: Sequence[Any], graph: Graph | None, expand_nested: bool, listed: bool, depth: int = 0
) -> list[Row]:
    """Return the rows of these layers; ``listed`` puts an Input's shape in a list, as TensorFlow 2 does."""
    ours = set() if graph is None else {id(call) for call in graph.calls}
    rows = []
    for layer in layers:
        name = f"{'   ' * depth + '└ ' if depth else ''}{layer.name} ({_class_of(layer)})"
        shape = _shape(layer)
        if listed and isinstance(layer, InputLayer):
            shape = f"[{shape}]"
        connections = [one for call in layer._inbound_nodes if id(call) in ours for one in _connections(call)]
        rows.append(Row(name, shape, _params(layer), connections, _is_trained(layer)))
        inside = getattr(layer, "layers", None)
        if expand_nested and isinstance(inside, list):
            rows += _rows(inside, None, True, listed, depth + 1)
    return rows


def _class_of(layer: Any) -> str:
    if isinstance(layer, Operation):
        return class_name(layer.function.__name__)
    return str(getattr(layer, "serialized_as", {}).get("class_name", type(layer).__name__))


def _shape(layer: Any) -> str:
    shape = shape_of(layer.output) if isinstance(layer, Operation) else layer.output_shape
    return "?" if shape is None else str(shape)


def _params(layer: Any) -> str:
    if isinstance(layer, Operation):
        return "0"
    return f"{layer.count_params():,}" if layer.built else "0 (unbuilt)"


def _is_trained(layer: Any) -> str:
    if isinstance(layer, Operation) or not layer.variables:
        return "-"
    return "Y" if layer.trainable else "N"


def _connections(call: Call) -> list[str]:
    """Return where the inputs of a call come from."""
    found = []
    for tensor in call.inputs:
        if tensor._history is not None:
            source, index = tensor._history
            calls = source.operation._inbound_nodes
            number = next(n for n, one in enumerate(calls) if one is source)
            found.append(f"{source.operation.name}[{number}][{index}]")
    return found


def _is_linear(graph: Graph) -> bool:
    """Tell whether a model is a line of layers, each with the output of the one before as its input."""
    used = [id(tensor) for call in graph.calls for tensor in call.inputs]
    called = [id(call.operation) for call in graph.calls]
    return (
        len(graph.inputs) == len(graph.outputs) == 1
        and len(set(used)) == len(used) == len(graph.calls) - 1
        and len(set(called)) == len(called)
    )


def _bounds(names: list[str], layer_range: Sequence[str] | None) -> tuple[int, int]:
    """Return which layers are meant: from the first that the one expression fits to the last of the other."""
    if layer_range is None:
        return 0, len(names)
    if (
        isinstance(layer_range, str)
        or len(layer_range) != 2
        or not all(isinstance(x, str) for x in layer_range)
    ):
        raise ValueError(f"summary: layer_range must be the names of two layers; got {layer_range!r}")
    lower, upper = ([i for i, name in enumerate(names) if re.match(one, name)] for one in layer_range)
    if not lower or not upper:
        raise ValueError(f"summary: no layer fits layer_range={layer_range!r}; there are: {', '.join(names)}")
    if min(lower) > max(upper):
        lower, upper = upper, lower
    return min(lower), max(upper) + 1


def _weights(model: Any) -> tuple[list[Variable], list[Variable], list[Variable]]:
    """Return all weights, those that are trained and those that aren't."""
    return list(model.variables), list(model.trainable_variables), list(model.non_trainable_variables)


def _sum(variables: Sequence[Variable]) -> str:
    """Return the number of elements, and of bytes in a unit that suits them."""
    count = sum(variable.size for variable in variables)
    size = float(sum(variable.size * variable.dtype.itemsize for variable in variables))
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1024 or unit == "GB":
            break
        size /= 1024
    return f"{count:,} ({size:.2f} {unit})"
