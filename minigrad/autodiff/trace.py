"""One run of a function that is to be differentiated.

Idea:    give the function tensors of our own for its arguments, so that whatever it computes leads back
         to these and to nothing else: the caller's tensors, their ``grad`` and what the function uses
         besides stay as they are. A run inside a run works alike, as ours are then computed from theirs.
Before:  graph.py, structures.py, transform_arguments.py.  Next: transforms.py (what is asked of a run).
Source:  the functions of ``jax`` and ``torch.func``, on a graph instead of a tracer.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.graph import gradients, start_gradient
from minigrad.autodiff.modes import recording
from minigrad.autodiff.node import MODE, RECORD, next_number
from minigrad.autodiff.op import Array
from minigrad.autodiff.structures import flatten, is_structure, rebuild
from minigrad.autodiff.tensor import Tensor, wrap
from minigrad.errors import DTypeError, GraphError, ShapeError


class Path:
    """The way back from some outputs to some inputs.

    Args:
        name: Who differentiates, for error messages.
        outputs: Tensors.
        inputs: Tensors that these may have been computed from.
        record: Whether gradients are recorded, so that they can be differentiated again.
        vertices: The inputs' vertices. Default: those that they have.
        inside: Which vertices belong to the way; all others are constants. Default: all.
    """

    def __init__(
        self,
        name: str,
        outputs: Sequence[Tensor],
        inputs: Sequence[Tensor],
        record: bool,
        vertices: Sequence[Any] | None = None,
        inside: Callable[[Any], bool] | None = None,
    ) -> None:
        self.name = name
        self.outputs = list(outputs)
        self.inputs = list(inputs)
        self.record = record
        self.vertices = [one._node for one in inputs] if vertices is None else list(vertices)
        self.inside = inside

    def gradients(self, starts: Iterable[Any], record: bool, retain_graph: bool) -> list[Tensor | None]:
        """Return the gradient of each input, given those of the outputs; None where no path leads.

        Args:
            starts: For each output a gradient of its shape (a Tensor if record, else an ndarray), or None.
            record: Whether this pass is recorded.
            retain_graph: Whether to keep what the graph saved.
        """
        begin: dict[Any, Any] = {}
        for output, start in zip(self.outputs, starts, strict=True):
            vertex = output._node
            if vertex is None or start is None:
                continue
            with recording():  # or the sum, where one tensor was returned twice, would be lost
                begin[vertex] = begin[vertex] + start if vertex in begin else start
        return gradients(begin, self.vertices, record, retain_graph, self.inside)


class Trace(Path):
    """A function's run, and the way back from what it returned to its arguments.

    Args:
        name: Who differentiates, for error messages.
        fn: The function.
        args: Its arguments by position.
        kwargs: Its arguments by name; these are constants.
        argnums: Which of args to differentiate by. Default: all.
        has_aux: Whether it returns ``(output, aux)``.
        create_graph: Whether gradients are to be recorded; see `recorded`.

    Attributes:
        output: What it returned, without aux.
        aux: The rest, or None.
    """

    def __init__(
        self,
        name: str,
        fn: Callable[..., Any],
        args: Sequence[Any],
        kwargs: dict[str, Any] | None = None,
        argnums: Sequence[int] | None = None,
        has_aux: bool = False,
        create_graph: bool = False,
    ) -> None:
        record = recorded(create_graph)
        first = next_number()
        seen = list(args)
        chosen = range(len(seen)) if argnums is None else argnums
        self._given = [seen[position] for position in chosen]
        inputs: list[Tensor] = []
        for position in chosen:
            mine = [_own(name, position, leaf, record) for leaf in flatten(seen[position])]
            inputs += mine
            seen[position] = rebuild(seen[position], mine)
        with _running():
            result = fn(*seen, **(kwargs or {}))
        output, aux = _apart(name, result) if has_aux else (result, None)
        outputs = [_output(name, leaf) for leaf in flatten(output)]
        super().__init__(name, outputs, inputs, record, inside=lambda vertex: vertex.number > first)
        self.output = rebuild(output, outputs)
        self.aux = self.handed_out(aux)

    def by_argument(self, leaves: Iterable[Any]) -> list[Any]:
        """Return the values for all inputs as one for each argument, in its form."""
        rest = iter(leaves)
        return [rebuild(given, [next(rest) for _ in flatten(given)]) for given in self._given]

    def by_argnums(self, argnums: int | Sequence[int], leaves: Iterable[Any]) -> Any:
        """Return the same in the form of argnums: one for an integer, a tuple for several."""
        values = self.by_argument(leaves)
        return tuple(values) if isinstance(argnums, Sequence) else values[0]

    def rebuilt(self, leaves: Iterable[Any]) -> Any:
        """Return the values for all outputs in the form of the output."""
        return rebuild(self.output, leaves)

    def handed_out(self, structure: Any) -> Any:
        """Return what the function returned as the caller gets it: without its past, unless recorded."""
        if self.record:
            return structure
        leaves = [one.detach() if isinstance(one, Tensor) else one for one in flatten(structure)]
        return rebuild(structure, leaves)

    def scalar(self) -> Tensor:
        """Return the output, checked to be a single number.

        Raises:
            ShapeError: If it isn't.
        """
        if is_structure(self.output):
            raise ShapeError(
                f"{self.name}: the function must return a single number, but returned a "
                f"{type(self.output).__name__}: return the loss alone, or (loss, aux) with has_aux=True"
            )
        output = self.outputs[0]
        if output.size != 1:
            raise ShapeError(
                f"{self.name}: the function must return a single number, but returned a tensor of shape "
                f"{output.shape}: reduce it (.sum(), .mean()), or get all derivatives by jacobian(fn)"
            )
        return output


def recorded(create_graph: bool) -> bool:
    """Return whether gradients are to be recorded, so that they can be differentiated again.

    They are on request, inside a function that is itself being differentiated, and while a tape is open.
    """
    return create_graph or (MODE.level == RECORD and bool(MODE.transforms or MODE.tapes))


def filled(found: Iterable[Tensor | None], inputs: Iterable[Tensor]) -> list[Tensor]:
    """Return gradients with zeros for those inputs that no path leads to."""
    return [
        wrap(np.zeros(one.shape, one.dtype)) if gradient is None else gradient
        for gradient, one in zip(found, inputs, strict=True)
    ]


def past(name: str, output: Any, inputs: Any, create_graph: bool) -> Path:
    """Return the way from a tensor back to the tensors in ``inputs``.

    Raises:
        GraphError: If one of them requires no gradient.
        TypeError: If something is no tensor.
    """
    start_gradient(name, output, np.ones(np.shape(output)))  # raises if output has no past
    leaves = flatten(inputs)
    for position, leaf in enumerate(leaves):
        if not isinstance(leaf, Tensor):
            raise TypeError(f"{name}: inputs must be tensors; got {type(leaf).__name__}")
        if leaf._node is None:
            raise GraphError(
                f"{name}: input {position} (shape {leaf.shape}) requires no gradient, so nothing was "
                "recorded for it: make it with requires_grad=True before computing the output"
            )
    return Path(name, [output], leaves, create_graph)


@contextlib.contextmanager
def _running() -> Iterator[None]:
    MODE.transforms += 1
    try:
        with recording():
            yield
    finally:
        MODE.transforms -= 1


@differentiable(register=False)
def argument(x: Array) -> Any:
    """Return ``x`` as an argument of a function: the same, and yet a vertex of its own. ``dx = g``."""
    return x


@argument.vjp
def _(g: Any) -> Any:
    return g


def _own(name: str, position: int, value: Any, record: bool) -> Tensor:
    """Return a tensor for the function to see in the place of what the caller gave."""
    tensor = value if isinstance(value, Tensor) else Tensor(value)
    if tensor.dtype.kind != "f":
        raise DTypeError(
            f"{name}: argument {position} is {tensor.dtype}, and only floating arguments have a derivative; "
            "convert it by .astype('float32'), or leave it out of argnums"
        )
    if record and tensor._node is not None:
        with recording():
            return argument(tensor)  # type: ignore[no-any-return]
    mine = tensor.detach()
    mine.requires_grad = True
    return mine


def _output(name: str, value: Any) -> Tensor:
    """Return something that the function returned, checked to be a floating tensor."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        value = Tensor(value)
    if not isinstance(value, Tensor):
        raise TypeError(
            f"{name}: the function must return tensors, but returned {type(value).__name__}; write it with "
            "operators and minigrad.ops on its arguments, and return what is no tensor as aux (has_aux=True)"
        )
    if value.dtype.kind != "f":
        raise DTypeError(f"{name}: the function returned a tensor of {value.dtype}, which has no derivative")
    return value


def _apart(name: str, result: Any) -> tuple[Any, Any]:
    if not isinstance(result, tuple) or len(result) != 2:
        raise TypeError(
            f"{name}: with has_aux=True the function must return (output, aux); got {type(result).__name__}"
        )
    return result
