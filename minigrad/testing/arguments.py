"""The inputs of a checked function: which numbers in them are varied, and how the function is called.

Idea:    whatever is passed (arrays, lists of arrays, variables) comes down to a flat list of float64
         arrays to vary, and a way to put them, changed, back where they were.
Before:  autodiff/variable.py.  Next: testing/gradients.py.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from minigrad.autodiff.node import Leaf, next_number
from minigrad.autodiff.tensor import NDArray, Tensor, to_array
from minigrad.autodiff.variable import Variable


class Varied(NamedTuple):
    """One array to vary.

    Attributes:
        name: What messages call it, such as ``input 1 ('x2')``.
        array: Its float64 values.
        variable: The variable that it is the value of, if it is.
        position: Which input it is part of.
    """

    name: str
    array: NDArray
    variable: Variable | None
    position: int


class _Slot(NamedTuple):
    which: int  # of the varied arrays


class Arguments:
    """The inputs of ``fn``, taken apart.

    Args:
        fn: The function.
        inputs: Its positional arguments.
        caller: The check that was called, for messages.
        repeat: What a message says of how to see a failure again. Default: the inputs' values.

    Attributes:
        varied: The arrays to vary.
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        inputs: Sequence[Any],
        caller: str = "check_gradients",
        repeat: str | None = None,
    ) -> None:
        self.fn, self.caller, self.repeat = fn, caller, repeat
        self.varied: list[Varied] = []
        names = _parameter_names(fn, len(inputs))
        self._template = [
            self._take_apart(value, f"input {position}" + (f" ({name!r})" if name else ""), position)
            for position, (value, name) in enumerate(zip(inputs, names, strict=True))
        ]
        self._kept = [
            (one.variable, one.variable._data, one.variable._own_leaf(), one.variable.taped)
            for one in self._variables()
        ]

    def _variables(self) -> list[Any]:
        return [one for one in self.varied if one.variable is not None]

    def call(self, arrays: Sequence[NDArray]) -> tuple[list[Tensor], Any]:
        """Call the function with these values: return the tensors that it was given, and its result."""
        tensors: list[Tensor] = []
        for one, array in zip(self.varied, arrays, strict=True):
            if one.variable is None:
                tensors.append(Tensor(array, requires_grad=True))
            else:
                _put(one.variable, array.copy(), one.variable._own_leaf() or Leaf(array.shape), taped=False)
                tensors.append(one.variable)
        return tensors, self.fn(*(_fill(part, tensors) for part in self._template))

    def restore(self) -> None:
        """Give the variables their own values back."""
        for variable, data, leaf, taped in self._kept:
            _put(variable, data, leaf, taped)

    def _take_apart(self, value: Any, name: str, position: int) -> Any:
        """Return ``value`` with a slot in the place of each array to vary."""
        if isinstance(value, dict):
            return {key: self._take_apart(part, f"{name}[{key!r}]", position) for key, part in value.items()}
        if isinstance(value, list | tuple) and _holds_arrays(value):
            parts = [self._take_apart(part, f"{name}[{index}]", position) for index, part in enumerate(value)]
            return parts if isinstance(value, list) else tuple(parts)
        if isinstance(value, bool | int):
            return value
        array = to_array(value)  # raises for what is not numeric
        if array.dtype.kind != "f":
            return value if isinstance(value, Tensor) else Tensor(array)
        variable = value if isinstance(value, Variable) else None
        if isinstance(value, list | tuple | float):  # these were read as floatx
            array = np.asarray(value)
        self.varied.append(Varied(name, array.astype(np.float64), variable, position))
        return _Slot(len(self.varied) - 1)


def _put(variable: Variable, data: NDArray, leaf: Leaf | None, taped: bool) -> None:
    variable._data = data
    variable._node = leaf
    variable.taped = taped
    variable._changed = next_number()


def _fill(part: Any, tensors: Sequence[Tensor]) -> Any:
    if isinstance(part, _Slot):
        return tensors[part.which]
    if isinstance(part, dict):
        return {key: _fill(inner, tensors) for key, inner in part.items()}
    if isinstance(part, list | tuple):
        return type(part)(_fill(inner, tensors) for inner in part)
    return part


def _holds_arrays(value: Any) -> bool:
    """Return whether a list is one of arrays; otherwise it is itself an array, written as a list."""
    if isinstance(value, dict):
        return True
    if isinstance(value, list | tuple):
        return any(map(_holds_arrays, value))
    return isinstance(value, np.ndarray | Tensor)


def _parameter_names(fn: Callable[..., Any], count: int) -> list[str | None]:
    """Return the names of the first ``count`` positional parameters; None where there is none."""
    try:
        parameters = inspect.signature(fn).parameters.values()
    except (TypeError, ValueError):
        return [None] * count
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    names: list[str | None] = [one.name for one in parameters if one.kind in positional]
    return (names + [None] * count)[:count]
