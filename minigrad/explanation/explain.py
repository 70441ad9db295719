"""explain: the arithmetic of a layer or a model, with its own numbers filled in.

Idea:    what a summary gives as a result, here is the way to it: the output's size by its formula, the
         padding and how it is split, the weights and their first spread, the multiplications, the memory.
Before:  explanation/rules.py, explanation/weights.py, models/inside.py.  Next: visualize/padding.py.
Source:  the lecture's slides on convolution, stride and padding.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.autodiff.modes import no_grad
from minigrad.autodiff.structures import leaves
from minigrad.autodiff.symbolic import KerasTensor
from minigrad.errors import NotBuiltError, ShapeError
from minigrad.explanation.formulas import Line, memory, product
from minigrad.explanation.rules import arithmetic
from minigrad.explanation.weights import initializer_lines, parameter_line
from minigrad.layers.connection import map_shapes, shape_of, without_batch
from minigrad.layers.input import InputLayer
from minigrad.layers.input_spec import InputSpec
from minigrad.layers.layer import Layer
from minigrad.layers.stored_weights import weights_to_be_loaded
from minigrad.models.inside import InnerCall, calls_inside
from minigrad.models.model import Model
from minigrad.notebook import html_table


class Explanation:
    """What `explain` found: it prints as text, and in a notebook shows itself as a table.

    Attributes:
        title: The name and the class.
        input_shape, output_shape: With None for the batch.
        lines: What is told, as (topic, text) pairs.
        parameters: The number of weights' elements.
        multiply_adds: The multiplications of inputs with weights, each added to a sum, for one example; of
            layers of one's own they aren't known: None, and a model's sum is that of those which are.
        activation_bytes: What the outputs take for one example.
        parts: The explanations of a model's layers.
    """

    def __init__(
        self,
        title: str,
        input_shape: Any,
        output_shape: Any,
        lines: list[Line],
        parameters: int,
        multiply_adds: int | None,
        activation_bytes: int,
        parts: Sequence[Explanation] = (),
    ) -> None:
        self.title = title
        self.input_shape, self.output_shape = input_shape, output_shape
        self.lines = lines
        self.parameters = parameters
        self.multiply_adds = multiply_adds
        self.activation_bytes = activation_bytes
        self.parts = list(parts)

    def __str__(self) -> str:
        own = [f"{self.title}: {self.input_shape} -> {self.output_shape}"]
        width = max((len(line.topic) for line in self.lines), default=0)
        own += [f"  {line.topic:<{width}}  {line.text}" for line in self.lines]
        return "\n\n".join([*map(str, self.parts), "\n".join(own)])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        title = f"{self.title}: {self.input_shape} -> {self.output_shape}"
        if not self.parts:
            return html_table(self.lines, title=title)
        rows = [
            (part.title, part.output_shape, "\n".join(f"{line.topic}: {line.text}" for line in part.lines))
            for part in self.parts
        ]
        notes = [f"{line.topic}: {line.text}" for line in self.lines]
        return html_table(rows, ("layer", "output", "how it comes about"), title, notes)


def explain(layer: Layer | Model, input_shape: Any = None) -> Explanation:
    """Explain the arithmetic of a layer or model: sizes, padding, weights, multiplications and memory.

    Nothing is changed: a layer that isn't built stays so, and no random number is drawn.

    Args:
        layer: A layer, or a model, whose layers are then explained one by one.
        input_shape: The shape of one example, such as ``(28, 28, 1)``, as for `Input`; it may begin with
            None, or have one axis more than one example, for the batch. A list of shapes for a layer with
            several inputs. Default: what it was built for.

    Returns:
        An object that prints as text, shows itself as a table in a notebook, and has ``parameters``,
        ``multiply_adds`` and ``activation_bytes``.

    Raises:
        NotBuiltError: If no input_shape is given and none is known.
        ShapeError: If a size other than the batch's is None, or the shape doesn't fit.
        TypeError: If it is neither layer nor model.

    Example:
        >>> import minigrad as mg
        >>> print(mg.explain(mg.layers.Conv2D(32, 3, padding="same", name="conv"), (28, 28, 1)))
        conv (Conv2D): (None, 28, 28, 1) -> (None, 28, 28, 32)
          height and width: output          O = ceil(I / S) = ceil(28 / 1) = 28
          height and width: padding         P = S·O - I + F - S = 1·28 - 28 + 3 - 1 = 2
          height and width: P_start, P_end  floor(2 / 2) = 1 at the start, ceil(2 / 2) = 1 at the end
          each output                       a dot product of 3·3·1 = 9 terms and the bias
          fan-in and fan-out                kernel (3, 3, 1, 32): fan_in = 3·3·1 = 9, fan_out = 3·3·32 = 288
          initializer                       GlorotUniform: uniform in ±sqrt(6 / (fan_in + fan_out)) = ...
          parameters                        kernel 3·3·1·32 = 288, bias 32; together 320
          multiply-adds                     28·28·32 outputs × 3·3·1 = 225,792
          memory of the output              28·28·32 × 4 bytes = 98.0 KB for one example
    """
    if not isinstance(layer, Layer):
        kind = "class; give an instance of it" if isinstance(layer, type) else type(layer).__name__
        raise TypeError(f"explain: a layer or model is needed; got a {kind}")
    shape = _known_shape(layer, input_shape)
    with no_grad():
        if not layer.built:
            layer = copy.deepcopy(layer)
            with weights_to_be_loaded():  # zeros: nothing is drawn for them
                layer.build(shape)
        return _explain_model(layer, shape) if isinstance(layer, Model) else _explain_layer(layer, shape)


def _known_shape(layer: Layer, given: Any) -> Any:
    """Return the input's shape with None for the batch, and no other None."""
    if given is None:
        given = layer.input_shape if layer.input_shape is not None else layer._build_shapes
        if given is None:
            raise NotBuiltError(
                f"explain: {layer.name!r} isn't built yet, so its input's shape isn't known; give "
                "input_shape, such as (28, 28, 1)"
            )
    try:
        shape = map_shapes(lambda one: _with_batch(layer, one), given)
    except TypeError as error:
        raise TypeError(f"explain: input_shape: {error}") from None
    unknown: list[Any] = []
    map_shapes(lambda one: unknown.append(one) if None in one[1:] else None, shape)
    if unknown:
        raise ShapeError(
            f"explain: every size but the batch's must be known to fill in the formulas of {layer.name!r}; "
            f"got {unknown[0]}: give input_shape"
        )
    return shape


def _with_batch(layer: Layer, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
    """Return a shape of one example, or of a batch of them, as that of a batch of any size."""
    axes: int | None = None
    if isinstance(layer, Model) and layer._graph is not None and len(layer.inputs) == 1:
        axes = layer.inputs[0].ndim
    elif isinstance(layer.input_spec, InputSpec):
        axes = layer.input_spec.ndim
    has_batch = bool(shape) and (shape[0] is None or len(shape) == axes)
    return (None, *(shape[1:] if has_batch else shape))


def _explain_layer(layer: Layer, shape: Any) -> Explanation:
    inputs = map_shapes(lambda one: KerasTensor(one, layer.dtype), shape)
    layer._check_input((inputs,))
    return _explain_call(InnerCall(layer.name, layer, inputs, layer.compute_output_spec(inputs)))


def _explain_call(call: InnerCall) -> Explanation:
    """Explain a layer, or an op of a model, by one call of it."""
    layer, inputs = call.layer, without_batch(shape_of(call.inputs))
    if isinstance(layer, Model):
        return _explain_model(layer, inputs, call.name)
    output = without_batch(shape_of(call.output))
    own = isinstance(layer, Layer)
    title = f"{call.name} ({type(layer).__name__ if own else 'op'})"
    found = arithmetic(layer, inputs, output)
    outputs = leaves(call.output)
    size = sum(math.prod(one.shape[1:]) * one.dtype.itemsize for one in outputs)
    lines = [*found.lines, *(initializer_lines(layer) if own else [])]
    if own:
        lines.append(parameter_line(layer))
    lines.append(Line("multiply-adds", found.formula))
    of = " and ".join(f"{product(one.shape[1:])} × {one.dtype.itemsize} bytes" for one in outputs)
    lines.append(Line("memory of the output", f"{of} = {memory(size)} for one example"))
    count = sum(weight.size for weight in layer.variables) if own else 0
    return Explanation(title, inputs, output, lines, count, found.multiply_adds, size)


def _explain_model(model: Model, shape: Any, name: str | None = None) -> Explanation:
    """Explain a model's layers one by one, and sum up."""
    inputs = map_shapes(lambda one: KerasTensor(one, model.dtype), shape)
    if model._graph is None:  # its call is Python code, which wants numbers
        inputs = map_shapes(lambda one: np.zeros((1, *one[1:]), model.dtype), shape)
    calls, output = calls_inside(model, inputs)
    calls = [call for call in calls if not isinstance(call.layer, InputLayer)]
    if not calls:
        raise ShapeError(f"explain: {model.name!r} calls no layer, so there is nothing to explain")
    parts = [_explain_call(call) for call in calls]
    counts = [part.multiply_adds for part in parts]
    known = sum(count for count in counts if count is not None)
    size = sum(part.activation_bytes for part in parts)
    parameters = sum(weight.size for weight in model.variables)
    frozen = sum(weight.size for weight in model.non_trainable_variables)
    lines = [
        Line("parameters", f"{parameters:,}" + (f", of which {frozen:,} are not trained" if frozen else "")),
        Line("multiply-adds", f"{known:,} for one example" + (" and more" if None in counts else "")),
        Line(
            "memory of the outputs",
            f"{memory(size)} for one example; training keeps most of it for the way back",
        ),
    ]
    title = f"{name or model.name} ({type(model).__name__})"
    total = None if None in counts else known
    return Explanation(title, shape, without_batch(shape_of(output)), lines, parameters, total, size, parts)
