"""The backward pass: from an output's gradient to the gradients of what it was computed from.

Idea:    `backward` leaves gradients at the leaves, as in PyTorch; `grad` returns those that are asked
         for, and can record how it came to them, so that they can be differentiated again.
Before:  walk.py (the chain rule).  Next: tape.py (the same in TensorFlow's words).
Source:  ``torch.autograd``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np

from minigrad.autodiff.node import Leaf
from minigrad.autodiff.tensor import NDArray, Tensor, attach, to_array, wrap
from minigrad.autodiff.walk import ancestors, walk
from minigrad.errors import GraphError, ShapeError

Unconnected = Literal["none", "zero", "error"]


@attach("backward")
def backward(output: Tensor, gradient: Any = None, retain_graph: bool = False) -> None:
    """Add the gradient of ``output`` to ``.grad`` of every leaf that it was computed from.

    For each leaf w with dL/d(output) = ``gradient``, ``w.grad += dL/dw``.

    Args:
        output: A tensor that requires a gradient.
        gradient: The gradient of output, of its shape. Default: 1 for a tensor of one element.
        retain_graph: Keep what the graph saved, so that it can be walked again. Default False.

    Raises:
        GraphError: If the tensor requires no gradient, the graph was freed by an earlier pass, or a
            tensor that it saved was changed in place.
        ShapeError: If there is no gradient and the output is not of one element, or it doesn't fit.

    Source: ``torch.Tensor.backward``.

    Example:
        >>> import minigrad as mg
        >>> x = mg.Tensor(3.0, requires_grad=True)
        >>> (x * x + x).backward()
        >>> x.grad
        array(7., dtype=float32)
    """
    start = start_gradient("backward", output, gradient)
    order = ancestors([output._node])
    leaves = [vertex for vertex in order if isinstance(vertex, Leaf)]
    found = walk({output._node: start}, order, frozenset(leaves), False, retain_graph, useful=None)
    taken = {id(start)} if gradient is not None else set()
    for leaf in leaves:
        new = _owned(found[leaf], taken)
        leaf.grad = new if leaf.grad is None else leaf.grad + new


def grad(
    output: Tensor,
    inputs: Any,
    grad_output: Any = None,
    create_graph: bool = False,
    retain_graph: bool | None = None,
    unconnected: Unconnected = "none",
) -> Any:
    """Return the gradients of ``output`` with respect to ``inputs``; no ``.grad`` is touched.

    Args:
        output: A tensor that requires a gradient.
        inputs: A tensor, or a list or tuple of tensors: leaves or results in between.
        grad_output: The gradient of output, of its shape. Default: 1 for a tensor of one element.
        create_graph: Record the computation of the gradients, so that they can be differentiated
            again. Default False.
        retain_graph: Keep what the graph saved. Default: as create_graph.
        unconnected: What to give for an input that output does not depend on: ``"none"`` (the
            default), ``"zero"``, or ``"error"``.

    Returns:
        A Tensor of each input's shape and dtype (constant unless create_graph), in the form of inputs.

    Raises:
        GraphError: As for `backward`, and for an unconnected input on request.
        ShapeError: If grad_output is missing for a non-scalar, or doesn't fit.

    Source: ``torch.autograd.grad``.

    Example:
        >>> import minigrad as mg
        >>> x = mg.Tensor(2.0, requires_grad=True)
        >>> first = mg.grad(x**3, x, create_graph=True)
        >>> first.item(), mg.grad(first, x).item()
        (12.0, 12.0)
    """
    single = isinstance(inputs, Tensor)
    sources: list[Any] = [inputs] if single else list(inputs)
    for source in sources:
        if not isinstance(source, Tensor):
            raise TypeError(f"grad: inputs must be tensors; got {type(source).__name__}")
    start = start_gradient("grad", output, grad_output, create_graph)
    retain = create_graph if retain_graph is None else retain_graph
    found = gradients({output._node: start}, [source._node for source in sources], create_graph, retain)
    results = [
        connected("grad", index, source, gradient, unconnected)
        for index, (source, gradient) in enumerate(zip(sources, found, strict=True))
    ]
    return results[0] if single else type(inputs)(results)


def gradients(
    starts: dict[Any, Any],
    targets: Sequence[Any],
    create_graph: bool,
    retain_graph: bool,
    inside: Callable[[Any], bool] | None = None,
) -> list[Tensor | None]:
    """Return the gradient at each target vertex, given those at the starts; None where no path leads.

    This is what `grad` and the gradient tape share.

    Args:
        starts: The gradients to begin with, by vertex.
        targets: Vertices, or None for a tensor that has none.
        create_graph: Whether to record the computation.
        retain_graph: Whether to keep what the graph saved.
        inside: Which calls count; all others are taken as constants. Default: all.
    """
    wanted = frozenset(target for target in targets if target is not None)
    order = ancestors(list(starts), inside, wanted)
    found = walk(starts, order, wanted, create_graph, retain_graph, frozenset(order))
    taken = {id(start) for start in starts.values()}
    results: list[Tensor | None] = []
    for target in targets:
        gradient = found.get(target)
        if gradient is not None and not isinstance(gradient, Tensor):
            gradient = wrap(_owned(gradient, taken))
        results.append(gradient)
    return results


# -- beginning and end ---------------------------------------------------------------------------


def start_gradient(name: str, output: Any, gradient: Any, create_graph: bool = False) -> Any:
    """Return the gradient to begin with at ``output``: what was given, checked, or 1 for a scalar.

    Raises:
        GraphError: If output requires no gradient.
        ShapeError: If it is not of one element and no gradient is given, or the shapes differ.
    """
    if not isinstance(output, Tensor):
        raise TypeError(f"{name}: the output must be a Tensor; got {type(output).__name__}")
    if output._node is None:
        raise GraphError(
            f"{name}: the output (shape {output.shape}, {output.dtype}) requires no gradient: it was "
            "computed from no tensor with requires_grad=True, under no_grad(), by an op without derivative, "
            "or outside a GradientTape from variables that minigrad.tf lets be recorded only under one"
        )
    if gradient is None:
        if output.size != 1:
            raise ShapeError(
                f"{name}: the output has shape {output.shape}, so there is no single derivative: reduce it "
                "to one element (.sum(), .mean()) or pass a gradient of that shape"
            )
        start: Any = np.ones(output.shape, output.dtype)
    elif create_graph and isinstance(gradient, Tensor):
        start = gradient
    else:
        start = to_array(gradient, output.dtype)
    if start.shape != output.shape:
        raise ShapeError(f"{name}: a gradient of shape {start.shape} doesn't fit an output of {output.shape}")
    return wrap(start) if create_graph and not isinstance(start, Tensor) else start


def connected(name: str, index: int, source: Tensor, gradient: Any, unconnected: str) -> Tensor | None:
    """Return ``gradient``, or for None what ``unconnected`` asks for.

    Raises:
        GraphError: If it asks for an error.
        ValueError: If it is none of "none", "zero" and "error".
    """
    if unconnected not in ("none", "zero", "error"):
        raise ValueError(f"{name}: unconnected must be 'none', 'zero' or 'error'; got {unconnected!r}")
    if gradient is not None or unconnected == "none":
        return gradient  # type: ignore[no-any-return]
    if unconnected == "zero":
        return wrap(np.zeros(source.shape, source.dtype))
    raise GraphError(
        f"{name}: the output does not depend on input {index} (shape {source.shape}"
        + ("" if source.requires_grad else ", which has requires_grad=False")
        + ")"
    )


def _owned(gradient: Any, taken: set[int]) -> NDArray:
    """Return the gradient as an array that the caller may change: nobody else's, and no view."""
    array = np.asarray(gradient)
    if array.base is not None or id(array) in taken:
        array = array.copy()
    taken.add(id(array))
    return array
