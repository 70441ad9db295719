"""What happens inside a model while it computes: every layer with what went in and what came out.

Idea:    a model with a graph is computed call by call, and nothing need be changed to look. A model whose
         ``call`` is Python code is run as it is, with somebody watching at each layer's ``call``.
Before:  models/model.py, models/inputs.py.  Next: explanation/, visualize/feature_maps.py (who look).
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from minigrad.autodiff.structures import leaves, map_leaves
from minigrad.autodiff.symbolic import KerasTensor
from minigrad.layers.layer import Layer
from minigrad.models.graph import Graph
from minigrad.models.inputs import standardize_inputs
from minigrad.models.model import Model


class InnerCall(NamedTuple):
    """One call of a layer (or op) inside a model.

    Attributes:
        name: The layer's name; from its second call on with the number of the call.
        layer: The layer, or the `Operation` that stands for an op.
        inputs: What it was given, in its structure.
        output: What came out of it.
    """

    name: str
    layer: Any
    inputs: Any
    output: Any


def calls_inside(model: Model, inputs: Any) -> tuple[list[InnerCall], Any]:
    """Return the calls of the layers that a model is directly made of, and its output, in inference mode.

    Args:
        model: A built model; what is inside models that are its layers isn't listed.
        inputs: What to call it on. Symbolic tensors, for a model with a graph, give the shapes alone.

    Returns:
        The calls in the order in which they were made, those of each `InputLayer` among them; the output.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> model = mg.Sequential([mg.Input((2,)), mg.layers.Dense(3, name="a"), mg.layers.ReLU(name="b")])
        >>> calls, output = calls_inside(model, np.ones((1, 2)))
        >>> [(call.name, call.output.shape) for call in calls[1:]], output.shape
        ([('a', (1, 3)), ('b', (1, 3))], (1, 3))
    """
    if model._graph is not None:
        calls, output = _along(model._graph, standardize_inputs(model.name, model._graph.input, inputs))
    else:
        with _watching(model.layers) as calls:
            output = model(inputs, training=False) if model._takes_training else model(inputs)
    return _numbered(calls), output


def _along(graph: Graph, inputs: Sequence[Any]) -> tuple[list[InnerCall], Any]:
    """Return the calls of a graph, made one after the other, and its output."""
    symbolic = any(isinstance(one, KerasTensor) for one in inputs)
    values = dict(zip(map(id, graph.inputs), inputs, strict=True))
    calls = []
    for call in graph.calls:
        layer = call.operation
        if not call.inputs:
            output = values[id(call.outputs[0])]
            calls.append(InnerCall(layer.name, layer, output, output))
            continue
        args, kwargs = map_leaves(
            lambda one: values[id(one)] if isinstance(one, KerasTensor) else one, (call.args, call.kwargs)
        )
        output = (layer.compute_output_spec if symbolic else layer)(*args, **kwargs)
        values.update(zip(map(id, call.outputs), leaves(output), strict=True))
        calls.append(InnerCall(layer.name, layer, args[0] if args else kwargs, output))
    return calls, map_leaves(lambda one: values[id(one)], graph.output)


@contextlib.contextmanager
def _watching(layers: Sequence[Layer]) -> Iterator[list[InnerCall]]:
    """Collect the calls of these layers that are made inside the block."""
    calls: list[InnerCall] = []

    def watched(layer: Layer) -> Callable[..., Any]:
        call = layer.call

        @functools.wraps(call)
        def run(*args: Any, **kwargs: Any) -> Any:
            output = call(*args, **kwargs)
            calls.append(InnerCall(layer.name, layer, args[0] if args else kwargs, output))
            return output

        return run

    try:
        for layer in layers:
            layer.__dict__["call"] = watched(layer)
        yield calls
    finally:
        for layer in layers:
            layer.__dict__.pop("call", None)


def _numbered(calls: Sequence[InnerCall]) -> list[InnerCall]:
    """Return the calls, the second of a layer being named "... (call 2)", and so on."""
    seen: dict[int, int] = {}
    found = []
    for call in calls:
        number = seen[id(call.layer)] = seen.get(id(call.layer), 0) + 1
        found.append(call if number == 1 else call._replace(name=f"{call.name} (call {number})"))
    return found
