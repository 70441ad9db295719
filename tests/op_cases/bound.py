"""A drawn call as a function of its floating arrays alone."""

from __future__ import annotations

from typing import Any

import numpy as np

import minigrad as mg
from minigrad.autodiff.graph import gradients
from minigrad.autodiff.tensor import wrap
from op_cases.call import Call


class Bound:
    """One `Call` of an op with everything but its floating arrays fixed.

    Attributes:
        op: The op's description.
        arrays: The floating arrays, in the order that calling this expects them.
    """

    def __init__(self, function: Any, call: Call) -> None:
        self.function = function
        self.op = function.op
        self.__name__ = f"{self.op.name}{call}"
        self.options = self.op.bind(call.args, call.kwargs)
        self.places: list[tuple[int, int | None]] = []
        self.arrays: list[Any] = []
        for position in self.op.arrays:
            value = self.options[position]
            for index, part in enumerate(value) if self.op.sequence else [(None, value)]:
                if isinstance(part, np.ndarray) and part.dtype.kind == "f":
                    self.places.append((position, index))
                    self.arrays.append(part)

    def __call__(self, *arrays: Any) -> Any:
        values = [
            list(value) if self.op.sequence and i in self.op.arrays else value
            for i, value in enumerate(self.options)
        ]
        for (position, index), array in zip(self.places, arrays, strict=True):
            if index is None:
                values[position] = array
            else:
                values[position][index] = array
        return self.function(*values)

    def leaves(self, arrays: Any) -> list[mg.Tensor]:
        """Tensors around these very arrays (no copy, which would lose their layout) that want a gradient."""
        tensors = [wrap(array) for array in arrays]
        for tensor in tensors:
            tensor.requires_grad = True
        return tensors

    def tensors(self, result: Any) -> list[mg.Tensor]:
        """The floating tensors of a result."""
        parts = result if isinstance(result, tuple | list) else [result]
        return [part for part in parts if part.dtype.kind == "f"]

    def weights(self, shape: tuple[int, ...]) -> Any:
        """A gradient for an output of this shape: of both signs, and the same each time."""
        return np.cos(np.arange(float(np.prod(shape)))).reshape(shape)

    def run(self, arrays: Any, layout: Any = None) -> tuple[list[Any], list[Any]]:
        """Return the outputs and the inputs' gradients as ndarrays."""
        leaves = self.leaves(arrays)
        outputs = self.tensors(self(*leaves))
        starts = {}
        for one in outputs:
            if one.requires_grad:
                start = self.weights(one.shape).astype(one.dtype)
                starts[one._node] = start if layout is None else layout(start)
        found = gradients(starts, [leaf._node for leaf in leaves], False, False)
        return [one._data for one in outputs], [None if one is None else one._data for one in found]
