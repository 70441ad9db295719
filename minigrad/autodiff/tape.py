"""GradientTape: the backward pass in TensorFlow's words.

Idea:    every call is recorded anyway where a gradient is wanted, so a tape need not record. It
         remembers from which number to which it was open, and takes only calls in between as
         functions; anything older is a constant to it. That is TensorFlow's semantics exactly.
Before:  graph.py, jacobians.py.  Next: custom_gradient.py.
Source:  ``tf.GradientTape``; the lecture's training loops.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import numpy as np

from minigrad.autodiff.graph import connected, gradients, start_gradient
from minigrad.autodiff.jacobians import batch_jacobian_rows, jacobian_rows
from minigrad.autodiff.node import MODE, next_number
from minigrad.autodiff.structures import leaves, map_leaves
from minigrad.autodiff.tensor import Tensor, wrap
from minigrad.autodiff.trace import Path, recorded
from minigrad.autodiff.variable import Variable
from minigrad.errors import DTypeError, GraphError, ShapeError

_FOREVER = float("inf")


class GradientTape:
    """A context in which computations are remembered for a gradient asked for inside or afterwards.

    Args:
        persistent: Whether `gradient` may be called more than once. Default False.
        watch_accessed_variables: Whether trainable variables (and tensors with requires_grad=True) are
            watched without being asked. Default True.

    Source: ``tf.GradientTape``.

    Example:
        >>> import minigrad as mg
        >>> x = mg.Tensor(3.0)
        >>> with mg.GradientTape() as tape:
        ...     tape.watch(x)
        ...     y = x * x
        >>> tape.gradient(y, x).item()
        6.0
    """

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        self.persistent = persistent
        self.watch_accessed_variables = watch_accessed_variables
        self._spans: list[list[float]] = []  # [first, last) of the numbers recorded while it was open
        self._watched: dict[int, tuple[Tensor, Any]] = {}  # by the tensor's id: it, and its vertex
        self._made: set[int] = set()  # those that are constants but for this tape
        self._open = False
        self._used = False
        self._alone = True  # no other tape was open meanwhile, which might walk the same graph later

    def __enter__(self) -> GradientTape:
        if self._open:
            raise GraphError("GradientTape: it is open already")
        for key, (tensor, vertex) in self._watched.items():  # the tape is opened again
            if not tensor.requires_grad:
                tensor._node = vertex
                self._made.add(key)
        self._start()
        return self

    def __exit__(self, *exception: object) -> None:
        if self._open:
            self._stop()
        self._release()

    def _release(self) -> None:
        """Make what only this tape watched constant again; where another open tape does, leave that to it."""
        for key in self._made:
            tensor, vertex = self._watched[key]
            heir = next((tape for tape in MODE.tapes if tape is not self and key in tape._watched), None)
            if heir is not None:
                heir._made.add(key)
            elif tensor._own_leaf() is vertex:
                tensor._node = None
        self._made = set()

    def _start(self) -> None:
        self._spans.append([next_number(), _FOREVER])
        for other in MODE.tapes:
            self._alone = other._alone = False
        MODE.tapes.append(self)
        self._open = True

    def _stop(self) -> None:
        self._spans[-1][1] = next_number()
        MODE.tapes.remove(self)
        self._open = False

    def watch(self, tensor: Any) -> None:
        """Take a tensor (or each of a list, tuple or dict) as something to differentiate by.

        Raises:
            DTypeError: If it isn't a floating tensor.
        """
        for one in leaves(tensor):
            if not isinstance(one, Tensor):
                raise TypeError(f"GradientTape.watch takes tensors; got {type(one).__name__}")
            if one.dtype.kind != "f":
                raise DTypeError(
                    f"GradientTape.watch: a {one.dtype} tensor has no gradient; cast it to float32"
                )
            if not one.requires_grad:
                one.requires_grad = True
                self._made.add(id(one))
            self._watched[id(one)] = one, one._own_leaf() or one._node

    @contextmanager
    def stop_recording(self) -> Iterator[None]:
        """Leave out of the tape what is computed inside this context."""
        if not self._open:
            raise GraphError("GradientTape.stop_recording: the tape is not open")
        self._stop()
        try:
            yield
        finally:
            self._start()

    def reset(self) -> None:
        """Forget what was recorded and watched so far."""
        was_open = self._open
        if was_open:
            self._stop()
        self._release()
        self._spans, self._watched, self._used = [], {}, False
        if was_open:
            self._start()

    def gradient(
        self,
        target: Any,
        sources: Any,
        output_gradients: Any = None,
        unconnected_gradients: Literal["none", "zero"] = "none",
    ) -> Any:
        """Return d(sum of targets)/d(source) for each source, in the form of ``sources``.

        Args:
            target: A tensor, or a list of them; of any shape.
            sources: A tensor or variable, or a nested list, tuple or dict of them.
            output_gradients: Weights of the targets' elements, in target's form. Default: ones.
            unconnected_gradients: What to give where there is no path: ``"none"`` (the default) or
                ``"zero"``.

        Returns:
            A Tensor of the source's shape for each source, or None.

        Raises:
            GraphError: If a tape that isn't persistent is asked twice.
        """
        self._use("gradient")
        targets = leaves(target)
        weights = _weights(target, len(targets), output_gradients)
        create_graph = recorded(False)  # another tape is open, say, and will want to see this
        starts: dict[Any, Any] = {}
        for one, weight in zip(targets, weights, strict=True):
            if not isinstance(one, Tensor) or one._node is None:
                continue
            weight = np.ones(one.shape, one.dtype) if weight is None else weight
            start = start_gradient("GradientTape.gradient", one, weight, create_graph)
            vertex = one._node
            starts[vertex] = start if vertex not in starts else starts[vertex] + start
        flat = leaves(sources)
        vertices = [self._vertex(source) for source in flat]
        found = gradients(starts, vertices, create_graph, self._retain(create_graph), inside=self._recorded)
        results = iter(
            connected("GradientTape.gradient", index, source, gradient, unconnected_gradients)
            for index, (source, gradient) in enumerate(zip(flat, found, strict=True))
        )
        return map_leaves(lambda _: next(results), sources)

    def jacobian(
        self, target: Any, sources: Any, unconnected_gradients: Literal["none", "zero"] = "none"
    ) -> Any:
        """Return d(target)/d(source) for each source, element by element, in the form of ``sources``.

        Args:
            target: A tensor of any shape.
            sources: A tensor or variable, or a nested list, tuple or dict of them.
            unconnected_gradients: What to give where there is no path: ``"none"`` (the default) or
                ``"zero"``.

        Returns:
            A Tensor of the target's shape followed by the source's for each source, or None.

        Raises:
            GraphError: If a tape that isn't persistent is asked twice.

        Example:
            >>> import minigrad as mg
            >>> x = mg.Variable([1.0, 2.0])
            >>> with mg.GradientTape() as tape:
            ...     y = x * x
            >>> tape.jacobian(y, x).tolist()
            [[2.0, 0.0], [0.0, 4.0]]
        """
        name = "GradientTape.jacobian"
        self._use("jacobian")
        if not isinstance(target, Tensor):
            raise TypeError(f"{name}: the target must be a tensor; got {type(target).__name__}")
        flat = leaves(sources)
        vertices = [self._vertex(source) for source in flat]
        path = Path(name, [target], flat, recorded(False), vertices, self._recorded)
        (found,) = jacobian_rows(path, self._retain(path.record))
        wholes = [np.broadcast_to(source._data, target.shape + source.shape) for source in flat]
        results = iter(
            connected(name, index, wrap(whole), one, unconnected_gradients)
            for index, (whole, one) in enumerate(zip(wholes, found, strict=True))
        )
        return map_leaves(lambda _: next(results), sources)

    def batch_jacobian(
        self, target: Any, source: Any, unconnected_gradients: Literal["none", "zero"] = "none"
    ) -> Any:
        """Return d(target[i])/d(source[i]) for each example i of a batch.

        It takes as many passes as one example of the target has elements, whatever the number of examples,
        and is right only if no example's target depends on another one's source. (Batch normalization
        in training mixes examples: use `jacobian` there.)

        Args:
            target: A tensor (N, M...).
            source: A tensor or variable (N, K...).
            unconnected_gradients: What to give where there is no path: ``"none"`` (the default) or
                ``"zero"``.

        Returns:
            A Tensor (N, M..., K...), or None.

        Raises:
            ShapeError: If there is no first axis of one size N.
            GraphError: If a tape that isn't persistent is asked twice.

        Example:
            >>> import minigrad as mg
            >>> x = mg.Variable([[1.0, 2.0], [3.0, 4.0]])
            >>> with mg.GradientTape() as tape:
            ...     y = x * x
            >>> tape.batch_jacobian(y, x).tolist()
            [[[2.0, 0.0], [0.0, 4.0]], [[6.0, 0.0], [0.0, 8.0]]]
        """
        name = "GradientTape.batch_jacobian"
        self._use("batch_jacobian")
        for argument, one in (("target", target), ("source", source)):
            if not isinstance(one, Tensor):
                raise TypeError(f"{name}: the {argument} must be a tensor; got {type(one).__name__}")
        if not target.ndim or target.shape[:1] != source.shape[:1]:
            raise ShapeError(
                f"{name}: target and source must have a first axis of one size, the examples; got shapes "
                f"{target.shape} and {source.shape}"
            )
        path = Path(name, [target], [source], recorded(False), [self._vertex(source)], self._recorded)
        found = batch_jacobian_rows(path, self._retain(path.record))
        whole = np.broadcast_to(np.zeros((), source.dtype), target.shape + source.shape[1:])
        return connected(name, 0, wrap(whole), found, unconnected_gradients)

    def _use(self, method: str) -> None:
        if self._used and not self.persistent:
            raise GraphError(
                f"GradientTape.{method}: derivatives can be asked for only once on a tape that is not "
                "persistent; write GradientTape(persistent=True)"
            )
        if self._open and not self.persistent:
            self._stop()
        self._used = True

    def _retain(self, create_graph: bool) -> bool:
        return self.persistent or create_graph or not self._alone

    def _recorded(self, vertex: Any) -> bool:
        return any(first <= vertex.number < last for first, last in self._spans)

    def _vertex(self, source: Any) -> Any:
        """Return the vertex to look for, or None if this tape knows nothing of ``source``."""
        if not isinstance(source, Tensor):
            raise TypeError(f"GradientTape.gradient: a source must be a tensor; got {type(source).__name__}")
        if id(source) in self._watched:
            return self._watched[id(source)][1]
        leaf = source._own_leaf()
        if isinstance(source, Variable) or leaf is not None:
            return leaf if self.watch_accessed_variables else None
        return source._node if source._node is not None and self._recorded(source._node) else None


def _weights(target: Any, count: int, output_gradients: Any) -> list[Any]:
    """Return the targets' weights as a list, None standing for ones.

    Raises:
        ValueError: If there are not as many as targets.
    """
    if output_gradients is None:
        return [None] * count
    weights = [output_gradients] if isinstance(target, Tensor) else leaves(output_gradients)
    if len(weights) != count:
        raise ValueError(
            f"GradientTape.gradient: there are {count} targets, but {len(weights)} output_gradients"
        )
    return weights
