"""What a gradient check checks: a function of arrays, and what the rules say of its derivative.

Idea:    the gradient is itself a function of arrays to arrays, so the same comparison does for both orders.
Before:  testing/arguments.py.  Next: testing/messages.py.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from minigrad.autodiff.graph import gradients
from minigrad.autodiff.structures import leaves
from minigrad.autodiff.tensor import NDArray, Tensor
from minigrad.errors import DTypeError
from minigrad.testing.arguments import Arguments, Varied


@dataclass
class Problem:
    """A function of arrays to arrays whose derivative is to be checked.

    Attributes:
        order: 1 for the function itself, 2 for its gradient.
        name: The function's name.
        inputs: Its inputs.
        chosen: The numbers of those to check.
        run: Takes the inputs' values to the result, flat.
        differentiate: Takes the inputs' values and weights to the gradients of ``weights . result`` by
            the rules; None where they give none.
        caller: The check that was called, for messages.
        repeat: What a message says of how to see a failure again; None: the inputs' values.
    """

    order: int
    name: str
    inputs: Sequence[Varied]
    chosen: Sequence[int]
    run: Callable[[Sequence[NDArray]], NDArray]
    differentiate: Callable[[Sequence[NDArray], NDArray], list[Any]]
    caller: str = "check_gradients"
    repeat: str | None = None


def first_order(arguments: Arguments, chosen: Sequence[int]) -> tuple[Problem, list[NDArray]]:
    """Return the check of the function's own gradient, and the arrays that it is a function of."""
    name = function_name(arguments.fn)

    def run(arrays: Sequence[NDArray]) -> NDArray:
        return _flat([one._data for one in _outputs(arguments, arguments.call(arrays)[1])])

    def differentiate(arrays: Sequence[NDArray], weights: NDArray) -> list[Any]:
        tensors, result = arguments.call(arrays)
        outputs = _outputs(arguments, result)
        starts = _starts(outputs, _split(weights, [one.shape for one in outputs]))
        return gradients(starts, [tensor._node for tensor in tensors], False, False)

    told = arguments.caller, arguments.repeat
    problem = Problem(1, name, arguments.varied, chosen, run, differentiate, *told)
    return problem, [one.array for one in arguments.varied]


def second_order(
    arguments: Arguments, chosen: Sequence[int], weights: NDArray
) -> tuple[Problem, list[NDArray]]:
    """Return the check of the gradient's gradient, and the arrays that it is a function of.

    These are the inputs and the weights: a rule is linear in them, and must be so in a way that is
    recorded, too.
    """
    name = function_name(arguments.fn)
    arrays = [one.array for one in arguments.varied]
    shapes = [one.shape for one in _outputs(arguments, arguments.call(arrays)[1])]
    count = len(arrays)
    arrays = arrays + _split(weights, shapes)
    extra = [
        Varied(f"the weights of output {index}", array, None, -1)
        for index, array in enumerate(arrays[count:])
    ]

    def first(arrays: Sequence[NDArray], record: bool) -> tuple[list[Tensor], list[Any]]:
        tensors, result = arguments.call(arrays[:count])
        weights = [Tensor(array, requires_grad=True) for array in arrays[count:]]
        starts = _starts(_outputs(arguments, result), weights if record else [one._data for one in weights])
        return tensors + weights, gradients(starts, [tensors[i]._node for i in chosen], record, record)

    def run(arrays: Sequence[NDArray]) -> NDArray:
        _, found = first(arrays, record=False)
        zeros = (np.zeros(arrays[which].shape) for which in chosen)
        return _flat([zero if one is None else one._data for one, zero in zip(found, zeros, strict=True)])

    def differentiate(arrays: Sequence[NDArray], weights: NDArray) -> list[Any]:
        tensors, found = first(arrays, record=True)
        parts = _split(weights, [arrays[which].shape for which in chosen])
        given = [(one, part) for one, part in zip(found, parts, strict=True) if one is not None]
        starts = _starts([one for one, _ in given], [part for _, part in given])
        return gradients(starts, [tensor._node for tensor in tensors], False, False)

    both = [*chosen, *range(count, len(arrays))]
    told = arguments.caller, arguments.repeat
    return Problem(2, name, [*arguments.varied, *extra], both, run, differentiate, *told), arrays


def _outputs(arguments: Arguments, result: Any) -> list[Tensor]:
    """Return the floating tensors among the function's results.

    Raises:
        TypeError: If a result is no tensor, or none is floating.
        DTypeError: If one is of less precision than float64.
    """
    outputs = []
    name = f"{arguments.caller}: {function_name(arguments.fn)}"
    for one in leaves(result):
        if not isinstance(one, Tensor):
            raise TypeError(f"{name} must return tensors; got {type(one).__name__}")
        if one.dtype.kind != "f":
            continue
        if one.dtype != np.float64:
            raise DTypeError(
                f"{name} returned {one.dtype} for inputs in float64, too little for "
                "differences to be exact: let it compute in the dtype of its inputs"
            )
        outputs.append(one)
    if not outputs:
        raise TypeError(f"{name} returned no floating tensor, so there is no derivative")
    return outputs


def _starts(outputs: Sequence[Tensor], weights: Sequence[Any]) -> dict[Any, Any]:
    """Return the gradients to begin with, by vertex; an output may be returned twice."""
    starts: dict[Any, Any] = {}
    for output, weight in zip(outputs, weights, strict=True):
        if output._node is not None:
            before = starts.get(output._node)
            starts[output._node] = weight if before is None else before + weight
    return starts


def _flat(arrays: Sequence[NDArray]) -> NDArray:
    return arrays[0].ravel() if len(arrays) == 1 else np.concatenate([one.ravel() for one in arrays])


def _split(flat: NDArray, shapes: Sequence[tuple[int, ...]]) -> list[NDArray]:
    ends = np.cumsum([math.prod(shape) for shape in shapes])[:-1]
    return [part.reshape(shape) for part, shape in zip(np.split(flat, ends), shapes, strict=True)]


def function_name(fn: Callable[..., Any]) -> str:
    """Return what to call ``fn`` in a message: its name, and where a lambda stands."""
    name = getattr(fn, "__qualname__", None) or getattr(fn, "__name__", None) or type(fn).__name__
    name = name.rpartition("<locals>.")[2]
    code = getattr(inspect.unwrap(fn), "__code__", None)  # of an op: of its body
    return f"{name} ({code.co_filename}:{code.co_firstlineno})" if code is not None else name
