"""Ops in a model's graph: an op that is called on symbolic tensors leaves a call, as a layer does.

Before:  symbolic.py, inference.py.  Next: op.py and differentiable.py (which ops do so).
Source:  Keras's ``keras/src/ops/operation.py``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from minigrad.autodiff.inference import infer
from minigrad.autodiff.structures import leaves, map_leaves
from minigrad.autodiff.symbolic import Call, KerasTensor, holds_symbolic
from minigrad.errors import SymbolicError
from minigrad.naming import unique_name

F = TypeVar("F", bound=Callable[..., Any])


class Operation:
    """An op that was called on symbolic tensors: what stands in a model's graph where no layer does.

    Args:
        function: The op, a function of tensors.
        name: Default: the function's name, numbered.
    """

    def __init__(self, function: Callable[..., Any], name: str | None = None) -> None:
        self.function = function
        self.name = name or unique_name(function.__name__)
        self._inbound_nodes: list[Call] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the op."""
        return self.function(*args, **kwargs)

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Return the symbolic tensors that it gives for symbolic ones, without recording anything."""
        try:
            return infer(self.function, args, kwargs)
        except Exception as error:
            shapes = [one.shape for one in leaves((args, kwargs)) if isinstance(one, KerasTensor)]
            error.add_note(f"  in {self.name!r} on symbolic input of shape {', '.join(map(str, shapes))}")
            raise

    @property
    def output(self) -> Any:
        """What its call gave."""
        return self._inbound_nodes[0].output

    def __repr__(self) -> str:
        return f"<Operation name={self.name}>"


def record(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return the symbolic result of an op, which remembers the call.

    Raises:
        SymbolicError: If there is no symbolic tensor among the arguments.
    """
    if not holds_symbolic((args, kwargs)):
        raise SymbolicError(f"{function.__name__}: a symbolic tensor is used where numbers are needed")
    args, kwargs = map_leaves(_own, args), map_leaves(_own, kwargs)
    operation = Operation(function)
    output = operation.compute_output_spec(*args, **kwargs)
    Call(operation, args, kwargs, output)
    return output


def _own(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value  # the caller may change it


def recordable(function: F) -> F:
    """Return a function of tensors that records its call where it is given a symbolic one.

    For functions made of ops; the ops themselves see to it in differentiable.py.
    """

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        for arg in args:
            kind = arg.__class__
            if kind is KerasTensor or ((kind is list or kind is tuple) and holds_symbolic(arg)):
                return record(call, args, kwargs)
        if kwargs and holds_symbolic(kwargs):
            return record(call, args, kwargs)
        return function(*args, **kwargs)

    return call  # type: ignore[return-value]
