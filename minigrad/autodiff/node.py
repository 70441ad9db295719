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
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from minigrad.autodiff.op import Op

RECORD, CONSTANT, ARRAYS = range(3)
"""What ops do with their inputs: record them; record nothing; see and return plain ndarrays."""


class Mode(threading.local):
    """The state of this thread.

    Attributes:
        level: What ops do now.
        tapes: The gradient tapes that are open, innermost last.
        recordings: How many `recording` contexts are open.
        transforms: How many functions are being run to be differentiated, one inside the other.
        watcher: Who looks at every op's result (debugging.py), or None.
    """

    level: int = RECORD
    recordings: int = 0
    transforms: int = 0
    watcher: Any = None

    def __init__(self) -> None:
        self.tapes: list[Any] = []


MODE = Mode()
next_number = itertools.count(1).__next__
"""The clock: a number for each vertex that is made, and for each change of a tensor in place."""


class Leaf:
    """The start of a gradient's path: a tensor that was made with ``requires_grad=True``.

    Attributes:
        shape: The tensor's shape.
        grad: The gradient that ``backward`` left here, or None.
        number: When it was made, counted over all vertices.
        hooks: Functions that see the gradient as it arrives (None: no such function).
        owner: A weak reference to the tensor (which may have a name), or None.
    """

    __slots__ = ("__weakref__", "grad", "hooks", "number", "owner", "shape")
    parents: tuple[Any, ...] = ()

    def __init__(self, shape: tuple[int, ...], owner: Any = None) -> None:
        self.shape = shape
        self.owner = None if owner is None else weakref.ref(owner)
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
        number: When it was made, by the clock that counts vertices and changes in place: inputs come
            before outputs, and a saved tensor that was changed later than this is noticed.
        hooks: Functions that see the gradient as it arrives (None: no such function).

    Once ``backward`` has passed, ``parents`` and ``saved`` are None: the graph is freed.
    """

    __slots__ = ("__weakref__", "hooks", "number", "op", "parents", "saved", "shape")
    op: Op
    parents: tuple[Any, ...] | None
    saved: tuple[Any, ...] | None
    shape: Any
    number: int
    hooks: list[Callable[[Any], Any]] | None


def new_node(op: Op, parents: tuple[Any, ...], saved: tuple[Any, ...], shape: Any) -> Node:
    """Return a `Node`, the newest: a function takes a quarter less time than an ``__init__``."""
    node = Node()
    node.op = op
    node.parents = parents
    node.saved = saved
    node.shape = shape
    node.number = next_number()
    node.hooks = None
    return node


class Output:
    """One of several outputs of a `Node`; it hands its gradient on to the node's slot ``index``.

    A rule that names ``out`` and is recorded gets its op's outputs as new objects (a node that held on to
    its outputs would be a cycle). They are the same vertices: equal, and of one number.

    Attributes:
        node: The call that this is an output of.
        parents: The node, as the only one.
        index: Which one.
        shape: The output's shape.
        number: Between the node's number and that of any call that takes this as input.
        hooks: Functions that see the gradient as it arrives (None: no such function).
    """

    __slots__ = ("__weakref__", "hooks", "index", "node", "number", "parents", "shape")

    def __init__(self, node: Node, index: int, shape: tuple[int, ...]) -> None:
        self.node = node
        self.parents = (node,)
        self.index = index
        self.shape = shape
        self.number = node.number + 0.5
        self.hooks: list[Callable[[Any], Any]] | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Output) and self.node is other.node and self.index == other.index

    def __hash__(self) -> int:
        return hash((self.node.number, self.index))
