"""A model as a graph: which calls lead from its inputs to its outputs, and how they are made again.

Idea:    every symbolic tensor knows the call that it came out of, so walking back from the outputs finds
         all of them. Put in an order in which each comes after those that it needs, they are a program:
         the model. It is run step by step, without recursion, however deep the model is.
Before:  autodiff/symbolic.py (what is walked), layers/input.py (where it ends).  Next: models/inputs.py.
Source:  Keras's ``keras/src/ops/function.py``, whose order of the layers, and so of the weights, this is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from minigrad.autodiff.structures import leaves, map_leaves
from minigrad.autodiff.symbolic import Call, KerasTensor
from minigrad.kernels.threads import single_threaded_blas
from minigrad.layers.fusion import ConvolutionThenPooling, are_a_pair
from minigrad.layers.input import Input, InputLayer

Step = tuple[Any, Any, Any, tuple[int, ...], bool, tuple[int, ...]]


class Graph:
    """The calls between some symbolic tensors and others.

    Args:
        name: The model's name, for error messages.
        inputs: A `KerasTensor`, or lists, tuples and dicts of them. They need not be those of `Input`: from
            others on, the calls are recorded anew.
        outputs: The same; they must be computable from the inputs.

    Attributes:
        calls: The calls in an order in which they can be made; those of the inputs are among them.
        operations: The layers and ops that are called, as Keras orders them.
        inputs, outputs: The tensors in a flat list.
        input, output: The same, in the structure in which they were given.

    Raises:
        ValueError: If something else is given, an output does not depend on the inputs alone, or two layers
            have the same name.
    """

    def __init__(self, name: str, inputs: Any, outputs: Any) -> None:
        _check_tensors(name, "inputs", inputs)
        _check_tensors(name, "outputs", outputs)
        found = _Walk(name, leaves(inputs), outputs)
        if not all(map(_is_start, leaves(inputs))):
            inputs, outputs = _rebase(inputs, outputs, found.calls)
            found = _Walk(name, leaves(inputs), outputs)
        self.calls, self.operations = _in_order(found, leaves(inputs))
        self.input, self.output = inputs, outputs
        self.inputs: list[KerasTensor] = leaves(inputs)
        self.outputs: list[KerasTensor] = leaves(outputs)
        names = [operation.name for operation in self.operations]
        for one in names:
            if names.count(one) > 1:
                raise ValueError(
                    f"{name}: {names.count(one)} of its layers are named {one!r}; give each its own name"
                )
        self._compile()

    def _compile(self) -> None:
        """Write the calls as steps that read from, and write to, numbered places."""
        place: dict[int, int] = {}
        for tensor in [*self.inputs, *(one for call in self.calls for one in call.outputs)]:
            place.setdefault(id(tensor), len(place))
        calls = [call for call in self.calls if call.inputs]
        kept = {place[id(tensor)] for tensor in self.outputs}
        last = {place[id(one)]: index for index, call in enumerate(calls) for one in call.inputs}
        self._steps: list[Step] = []
        for index, call in enumerate(calls):
            sources = tuple(place[id(one)] for one in call.inputs)
            free = tuple({one for one in sources if last[one] == index and one not in kept})
            single = call.args[0] if len(call.args) == 1 and not call.kwargs else None
            source: Any = None
            if isinstance(single, KerasTensor):
                source = sources[0]
            elif isinstance(single, list) and all(isinstance(one, KerasTensor) for one in single):
                source = sources
            targets = tuple(place[id(one)] for one in call.outputs)
            nested = not isinstance(call.output, KerasTensor)
            step = (call.operation, source, (call.args, call.kwargs), targets, nested, free)
            if self._steps and _are_one(self._steps[-1], step):
                convolution, source, arguments, _, _, free = self._steps.pop()
                pair = ConvolutionThenPooling(convolution, call.operation)
                step = (pair, source, arguments, targets, nested, free)
            self._steps.append(step)
        self._place = place
        self._starts = [place[id(tensor)] for tensor in self.inputs]
        self._ends = [place[id(tensor)] for tensor in self.outputs]

    def run(self, inputs: list[Any], call: Callable[..., Any] | None = None) -> Any:
        """Return the outputs for these inputs.

        Args:
            inputs: One value for each input, in their flat order.
            call: Makes a call, given the layer or op and its arguments. Default: as written, ``op(...)``.
        """
        values: list[Any] = [None] * len(self._place)
        for start, value in zip(self._starts, inputs, strict=True):
            values[start] = value
        with single_threaded_blas():  # held once for all layers, as for one image each time counts
            for step in self._steps:
                self._take(step, values, call)
        if isinstance(self.output, KerasTensor):
            return values[self._ends[0]]
        ends = iter(self._ends)
        return map_leaves(lambda _: values[next(ends)], self.output)

    def _take(self, step: Step, values: list[Any], call: Callable[..., Any] | None) -> None:
        """Make one call: read its arguments from their places, and put what it returns into its own."""
        operation, source, arguments, targets, nested, free = step
        if source.__class__ is int and call is None:
            result = operation(values[source])
        elif source.__class__ is tuple and call is None:
            result = operation([values[one] for one in source])
        else:
            args, kwargs = map_leaves(self._reader(values), arguments)
            result = operation(*args, **kwargs) if call is None else call(operation, *args, **kwargs)
        if nested:
            for target, value in zip(targets, leaves(result), strict=True):
                values[target] = value
        else:
            values[targets[0]] = result
        for one in free:  # nobody needs it any more
            values[one] = None

    def _reader(self, values: list[Any]) -> Callable[[Any], Any]:
        """Return a function that puts values in the place of symbolic tensors."""
        return lambda one: values[self._place[id(one)]] if isinstance(one, KerasTensor) else one

    def compute_output_spec(self, inputs: list[KerasTensor | None]) -> Any:
        """Return the symbolic outputs for symbolic inputs, without recording calls."""
        if all(one is None or one.shape == own.shape for one, own in zip(inputs, self.inputs, strict=True)):
            return map_leaves(lambda one: KerasTensor(one.shape, one.dtype), self.output)
        return self.run(
            inputs, lambda operation, *args, **kwargs: operation.compute_output_spec(*args, **kwargs)
        )


class _Walk:
    """The way back from the outputs: the calls, inputs before outputs, and who was met when."""

    def __init__(self, name: str, inputs: list[KerasTensor], outputs: Any) -> None:
        self.name = name
        self.inputs = {id(one) for one in inputs}
        self.calls: list[Call] = []
        self.met: dict[int, int] = {}  # the place of each operation, by when it was first come upon
        self._finished: set[int] = set()
        for path, tensor in zip(paths(outputs), leaves(outputs), strict=True):
            self._from(tensor, f"output {path!r}" if path else "output")

    def _from(self, tensor: KerasTensor, what: str) -> None:
        stack: list[tuple[Call, Iterator[KerasTensor]]] = []

        def enter(one: KerasTensor) -> None:
            call = self._call_of(one, what)
            if call is not None and id(call) not in self._finished:
                self.met.setdefault(id(call.operation), len(self.met))
                stack.append((call, iter(call.inputs)))

        enter(tensor)
        while stack:
            call, rest = stack[-1]
            following = next(rest, None)
            if following is not None:
                enter(following)
            else:
                stack.pop()
                if id(call) not in self._finished:
                    self._finished.add(id(call))
                    self.calls.append(call)

    def _call_of(self, tensor: KerasTensor, what: str) -> Call | None:
        """Return the call that a tensor came out of, or None where it is an input that begins the graph."""
        given = id(tensor) in self.inputs
        if tensor._history is None or (given and tensor._history[0].inputs):
            if given:
                return None
        elif given or tensor._history[0].inputs:
            return tensor._history[0]
        raise ValueError(
            f"{self.name}: the {what} is not connected to the inputs alone: it also depends on {tensor!r}"
            + ("" if tensor._history is None else f" of {tensor._history[0].operation.name!r}")
            + ", which is not among them; the graph is disconnected there"
        )


def _in_order(found: _Walk, inputs: list[KerasTensor]) -> tuple[list[Call], list[Any]]:
    """Return the calls and the operations by their depth: how many calls there are at most to an output."""
    ours = {id(call) for call in found.calls}
    depth: dict[int, int] = {}  # of calls, by id
    deepest: dict[int, int] = {}  # of operations, by id
    by_id = {id(call): call for call in found.calls}
    for call in reversed(found.calls):
        here = max(depth.get(id(call), 0), deepest.get(id(call.operation), 0))
        depth[id(call)] = deepest[id(call.operation)] = here
        for one in call.inputs:
            parent = one._history[0] if one._history is not None else None
            if parent is not None and id(parent) in ours:
                depth[id(parent)] = max(here + 1, depth.get(id(parent), 0))
    operations = {id(call.operation): call.operation for call in found.calls}
    for tensor in inputs:  # an input that leads to no output is one of the model's all the same
        start = tensor._history[0] if tensor._history is not None else None
        if start is not None and id(start.operation) not in operations:
            operations[id(start.operation)] = start.operation
            deepest[id(start.operation)], found.met[id(start.operation)] = 0, -1
            depth[id(start)], by_id[id(start)] = 0, start
    calls = [by_id[one] for one in sorted(depth, key=lambda one: -depth[one])]
    return calls, sorted(operations.values(), key=lambda one: (-deepest[id(one)], found.met[id(one)]))


def _check_tensors(name: str, argument: str, structure: Any) -> None:
    tensors = leaves(structure)
    if not tensors:
        raise ValueError(f"{name}: {argument} must hold at least one tensor; got {structure!r}")
    for one in tensors:
        if not isinstance(one, KerasTensor):
            raise ValueError(
                f"{name}: {argument} must be symbolic tensors, as keras.Input gives them; got {one!r}, which "
                f"is of type {type(one).__name__}"
            )
    if argument == "inputs" and len({id(one) for one in tensors}) < len(tensors):
        raise ValueError(f"{name}: a tensor is given twice among the inputs")


def _are_one(first: Step, second: Step) -> bool:
    """Tell whether two steps are a pair of layers, the second of which alone needs what the first gives."""
    return (
        are_a_pair(first[0], second[0])
        and first[1].__class__ is int
        and first[3] == (second[1],)
        and second[1] in second[5]
    )


def _is_start(tensor: KerasTensor) -> bool:
    """Tell whether a tensor is that of an `Input`."""
    return tensor._history is not None and isinstance(tensor._history[0].operation, InputLayer)


def _rebase(inputs: Any, outputs: Any, calls: list[Call]) -> tuple[Any, Any]:
    """Return inputs that are all of `Input`, and the outputs computed from them by the same layers."""
    new: dict[int, KerasTensor] = {}

    def start(one: KerasTensor) -> KerasTensor:
        new[id(one)] = one if _is_start(one) else Input(batch_shape=one.shape, dtype=one.dtype)
        return new[id(one)]

    def swap(one: Any) -> Any:
        return new.get(id(one), one) if isinstance(one, KerasTensor) else one

    inputs = map_leaves(start, inputs)
    for call in calls:
        if call.inputs:
            output = map_leaves(lambda one: KerasTensor(one.shape, one.dtype), call.output)
            Call(call.operation, map_leaves(swap, call.args), map_leaves(swap, call.kwargs), output)
            for old, one in zip(call.outputs, leaves(output), strict=True):
                new.setdefault(id(old), one)
    return inputs, map_leaves(swap, outputs)


def paths(structure: Any, path: str = "") -> list[str]:
    """Return how each leaf is reached, in the order of `leaves`.

    Example:
        >>> paths({"b": 1, "a": [2, (3,)]})
        ['a.0', 'a.1.0', 'b']
    """
    if isinstance(structure, dict):
        parts = [(key, structure[key]) for key in sorted(structure)]
    elif isinstance(structure, list | tuple):
        parts = list(enumerate(structure))
    else:
        return [path]
    return [one for key, part in parts for one in paths(part, f"{path}.{key}" if path else str(key))]
