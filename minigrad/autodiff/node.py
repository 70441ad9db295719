"""What a recorded computation is made of.

Idea:    a Tensor that came out of an op points to a `Node`; a Node points to the nodes that its inputs
         came from, down to the `Leaf` of each tensor that wants a gradient. That is the whole graph.
         Nothing points back, so there are no cycles, and numbers that count up are a topological order.
Before:  errors.py.  Next: tensor.py (the array that carries a node).
Source:  reverse mode as in Baydin et al., "Automatic Differentiation in Machine Learning" (2018), 3.2.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from minigrad.autodiff.op import Op

Vertex = "Node | Leaf | Output"

RECORD, CONSTANT, ARRAYS = range(3)
"""What ops do with their inputs: record them; record nothing; see and return plain ndarrays."""


class Mode(threading.local):
    """The state of this thread: what ops do now, and the tapes that are open (innermost last)."""

    level: int = RECORD

    def __init__(self) -> None:
        self.tapes: list[Any] = []


MODE = Mode()
next_number = itertools.count(1).__next__


class Leaf:
    """The start of a gradient's path: a tensor that was made with ``requires_grad=True``.

    Attributes:
        shape: The tensor's shape.
        grad: The gradient that ``backward`` left here, or None.
        number: When it was made, counted over all vertices.
        hooks: Functions that see the gradient as it arrives (None: no such function).
    """

    __slots__ = ("__weakref__", "grad", "hooks", "number", "shape")

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape
        self.grad: np.ndarray[Any, Any] | None = None
        self.number = next_number()
        self.hooks: list[Callable[[Any], Any]] | None = None


class Node:
    """One recorded call of an op.

    Attributes:
        op: The op that was called.
        parents: For each array input, the vertex that it came from; None where no gradient is wanted.
        saved: What the op's rule names, and so keeps: input tensors, the output array, options.
        shape: The output's shape, which is also its gradient's.
        version: The sum of the saved tensors' versions, to notice a change in place.
        number: When it was made, counted over all vertices: inputs come before outputs.
        hooks: Functions that see the gradient as it arrives (None: no such function).

    Once ``backward`` has passed, ``parents`` and ``saved`` are None: the graph is freed.
    """

    __slots__ = ("__weakref__", "hooks", "number", "op", "parents", "saved", "shape", "version")

    def __init__(
        self, op: Op, parents: tuple[Any, ...], saved: tuple[Any, ...], shape: Any, version: int
    ) -> None:
        self.op = op
        self.parents: tuple[Any, ...] | None = parents
        self.saved: tuple[Any, ...] | None = saved
        self.shape = shape
        self.version = version
        self.number = next_number()
        self.hooks: list[Callable[[Any], Any]] | None = None


class Output:
    """One of several outputs of a `Node`; it hands its gradient on to the node's slot ``index``.

    Attributes:
        node: The call that this is an output of.
        index: Which one.
        shape: The output's shape.
        number: When it was made, counted over all vertices.
        hooks: Functions that see the gradient as it arrives (None: no such function).
    """

    __slots__ = ("__weakref__", "hooks", "index", "node", "number", "shape")

    def __init__(self, node: Node, index: int, shape: tuple[int, ...]) -> None:
        self.node = node
        self.index = index
        self.shape = shape
        self.number = next_number()
        self.hooks: list[Callable[[Any], Any]] | None = None
