"""Whole matrices of derivatives: Jacobians and Hessians, and a Hessian's product with a vector.

Idea:    a backward pass gives one row of the Jacobian, the gradient of one output element; so walk back
         once for each. A Hessian is the Jacobian of a gradient that was recorded; its product with a
         vector v needs only one more pass, which begins with v.
Shapes:  output (M...), input (N...): Jacobian (M..., N...); of a single number the Hessian is (N..., N...).
Before:  transforms.py.  Next: tape.py (where they are asked for in TensorFlow's words).
Source:  names and results as in JAX and ``torch.func``; B. Pearlmutter, "Fast exact multiplication by the
         Hessian" (1994).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, overload

import numpy as np

from minigrad.autodiff.modes import recording
from minigrad.autodiff.structures import rebuild
from minigrad.autodiff.tensor import NDArray, Tensor, wrap
from minigrad.autodiff.trace import Path, Trace, filled, past
from minigrad.autodiff.transform_arguments import arguments, check_function, per_argument, positions
from minigrad.autodiff.transforms import gradient_function
from minigrad.errors import ShapeError
from minigrad.shapes import Shape


@overload
def jacobian(
    output: Tensor, inputs: Any, create_graph: bool = False, retain_graph: bool | None = None
) -> Any: ...
@overload
def jacobian(
    output: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    create_graph: bool = False,
) -> Callable[..., Any]: ...
def jacobian(output: Any, *arguments: Any, **options: Any) -> Any:
    """Return all derivatives of a tensor, or the function that computes those of a function.

    ``J[i, j] = dy_i / dx_j``, by one backward pass for each element of y. There are two forms:

    - ``jacobian(output, inputs, create_graph=False, retain_graph=None)`` for a tensor and what it was
      computed from: a tensor, or a list, tuple or dict of them.
    - ``jacobian(fn, argnums=0, has_aux=False, create_graph=False)`` for a function that returns a Tensor
      of any shape, or a list, tuple or dict of them; all else is as for `value_and_grad`.

    Args:
        output: A tensor, or a function.
        *arguments: The arguments of either form.
        **options: The arguments of either form, by name.

    Returns:
        For each input (or argument) a Tensor of the output's shape followed by the input's, in the form
        of inputs; zeros where the output doesn't depend on it. A function's Jacobian has the form of what
        it returns and, inside that, the form of the argument (a tuple of these for several argnums).

    Raises:
        GraphError: If the tensor, or an input, requires no gradient, or the graph was freed.
        NotDifferentiableError: If it is recorded and an op has no further derivative.
        TypeError, DTypeError, ValueError: As for `value_and_grad`.

    Source: ``jax.jacobian``, ``torch.func.jacrev``, ``autograd.jacobian``.

    Example:
        >>> import minigrad as mg
        >>> x = mg.Tensor([1.0, 2.0], requires_grad=True)
        >>> mg.jacobian(x * x, x).tolist()
        [[2.0, 0.0], [0.0, 4.0]]
        >>> mg.jacobian(mg.ops.multiply, argnums=(0, 1))([1.0, 2.0], 3.0)[1].tolist()
        [1.0, 2.0]
    """
    if callable(output):
        return _jacobian_function("jacobian", output, *arguments, **options)
    return _jacobian_of(output, *arguments, **options)


def _jacobian_of(
    output: Any, inputs: Any, create_graph: bool = False, retain_graph: bool | None = None
) -> Any:
    path = past("jacobian", output, inputs, create_graph)
    rows = jacobian_rows(path, create_graph if retain_graph is None else retain_graph)
    return rebuild(inputs, _filled(rows[0], output, path.inputs))


def _jacobian_function(
    name: str,
    fn: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    create_graph: bool = False,
) -> Callable[..., Any]:
    check_function(name, fn)

    @functools.wraps(fn, updated=())
    def call(*args: Any, **kwargs: Any) -> Any:
        trace = Trace(name, fn, args, kwargs, positions(name, argnums, len(args)), has_aux, create_graph)
        rows = jacobian_rows(trace, retain_graph=trace.record)
        parts = [
            trace.by_argnums(argnums, _filled(row, output, trace.inputs))
            for row, output in zip(rows, trace.outputs, strict=True)
        ]
        return (trace.rebuilt(parts), trace.aux) if has_aux else trace.rebuilt(parts)

    return call


def jacobian_rows(path: Path, retain_graph: bool) -> list[list[Tensor | None]]:
    """Return for each output, for each input, the Jacobian; None where no path leads between them."""
    result = []
    for position, output in enumerate(path.outputs):
        rows: list[list[Tensor | None]] = [[] for _ in path.inputs]
        for index in range(output.size):
            last = index == output.size - 1 and position == len(path.outputs) - 1
            start: NDArray = np.zeros(output.shape, output.dtype)
            start.reshape(-1)[index] = 1.0
            starts: list[Any] = [None] * len(path.outputs)
            starts[position] = wrap(start) if path.record else start
            for row, gradient in zip(
                rows, path.gradients(starts, path.record, retain_graph or not last), strict=True
            ):
                row.append(gradient)
        result.append(
            [_stacked(row, output.shape + one.shape, one) for row, one in zip(rows, path.inputs, strict=True)]
        )
    return result


def batch_jacobian_rows(path: Path, retain_graph: bool) -> Tensor | None:
    """Return the Jacobians of a batch of examples that don't depend on each other; None as above.

    A pass that begins with element k of every example comes back with row k of every example's Jacobian.

    Args:
        path: From one output (N, M...) to one input (N, K...).
        retain_graph: Whether to keep what the graph saved.

    Returns:
        (N, M..., K...).
    """
    (output,), (source,) = path.outputs, path.inputs
    count = math.prod(output.shape[1:])
    rows: list[Tensor | None] = []
    for index in range(count):
        start: NDArray = np.zeros((output.shape[0], count), output.dtype)
        start[:, index] = 1.0
        start = start.reshape(output.shape)
        again = retain_graph or index < count - 1
        rows += path.gradients([wrap(start) if path.record else start], path.record, again)
    return _stacked(rows, output.shape + source.shape[1:], source, axis=1)


def _stacked(rows: Sequence[Tensor | None], shape: Shape, source: Tensor, axis: int = 0) -> Tensor | None:
    """Return one Jacobian from its rows."""
    if all(row is None for row in rows):
        return None
    complete: Any = filled(rows, [source] * len(rows))
    with recording():  # of tensors, np.stack is ops.stack
        whole: Any = np.stack(complete, axis).reshape(shape)
    return whole  # type: ignore[no-any-return]


def _filled(row: Iterable[Tensor | None], output: Tensor, inputs: Iterable[Tensor]) -> list[Tensor]:
    """Return the Jacobians of one output with zeros in the place of None."""
    return [
        wrap(np.zeros(output.shape + one.shape, one.dtype)) if found is None else found
        for found, one in zip(row, inputs, strict=True)
    ]


@overload
def hessian(
    output: Tensor, inputs: Any, create_graph: bool = False, retain_graph: bool | None = None
) -> Any: ...
@overload
def hessian(
    output: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    create_graph: bool = False,
) -> Callable[..., Any]: ...
def hessian(output: Any, *arguments: Any, **options: Any) -> Any:
    """Return all second derivatives of a scalar, or the function that computes those of a function.

    ``H[i, j] = d2y / dx_i dx_j``. The two forms are those of `jacobian`, of a single number.

    Args:
        output: A tensor of one element, or a function that returns one.
        *arguments: The arguments of either form: ``(inputs, create_graph, retain_graph)`` or ``(argnums,
            has_aux, create_graph)``.
        **options: The same by name.

    Returns:
        For one input a Tensor of its shape twice. For several, their form inside their form:
        ``H[a][b]`` has a's shape followed by b's.

    Raises:
        ShapeError: If the output is not of one element.
        NotDifferentiableError: If an op has no derivative of second order.
        GraphError, TypeError, DTypeError, ValueError: As for `jacobian`.

    Source: ``jax.hessian``, ``torch.func.hessian``, ``autograd.hessian``.

    Example:
        >>> import minigrad as mg
        >>> mg.hessian(lambda x: x[0] * x[0] * x[1])([1.0, 3.0]).tolist()
        [[6.0, 2.0], [2.0, 0.0]]
        >>> x = mg.Tensor([1.0, 2.0], requires_grad=True)
        >>> mg.hessian((x**3).sum(), x).tolist()
        [[6.0, 0.0], [0.0, 12.0]]
    """
    if callable(output):
        return _hessian_function(output, *arguments, **options)
    return _hessian_of(output, *arguments, **options)


def _hessian_function(
    fn: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    create_graph: bool = False,
) -> Callable[..., Any]:
    gradient = gradient_function("hessian", fn, argnums, has_aux)
    return _jacobian_function("hessian", gradient, argnums, has_aux, create_graph)


def _hessian_of(
    output: Any, inputs: Any, create_graph: bool = False, retain_graph: bool | None = None
) -> Any:
    path = past("hessian", output, inputs, create_graph)
    retain = create_graph if retain_graph is None else retain_graph
    found = _recorded_gradients(path)
    again = Path("hessian", found, path.inputs, create_graph)
    rows = jacobian_rows(again, retain)
    parts = [rebuild(inputs, _filled(row, one, path.inputs)) for row, one in zip(rows, found, strict=True)]
    return rebuild(inputs, parts)


def hvp(fn: Any, inputs: Any, v: Any, create_graph: bool = False) -> Any:
    """Return the product of a scalar's Hessian with a vector, ``H v``, without computing H.

    It is the gradient of ``grad(f) . v``, at about the cost of two gradients.

    Args:
        fn: Takes tensors and returns a Tensor of one element. Or a tensor of one element that was
            computed from the inputs; its graph is kept.
        inputs: A tuple (or a list of tensors) of its arguments; anything else is a single argument. For
            what they may be see `vjp`.
        v: The vector, in the form of inputs.
        create_graph: Whether the result is recorded; see `value_and_grad`. Default False.

    Returns:
        A Tensor of each input's shape, in the form of inputs.

    Raises:
        ShapeError: If there is more than one output element, or v doesn't fit.
        NotDifferentiableError: If an op has no derivative of second order.
        GraphError, TypeError, DTypeError, ValueError: As for `jvp`.

    Source: ``torch.autograd.functional.hvp``, ``autograd.hessian_vector_product``.

    Example:
        >>> import minigrad as mg
        >>> mg.hvp(lambda x: (x**3).sum(), [1.0, 2.0], [1.0, 10.0]).tolist()
        [6.0, 120.0]
    """
    if not callable(fn):
        path = past("hvp", fn, inputs, create_graph)
        vectors = per_argument("hvp", "v", [inputs], [v], path.inputs, path.record)
        return rebuild(inputs, _push_gradient(path, vectors))
    args = arguments(inputs)
    trace = Trace("hvp", fn, args, create_graph=create_graph)
    trace.scalar()
    vectors = per_argument("hvp", "v", args, arguments(v), trace.inputs, trace.record)
    products = trace.by_argument(_push_gradient(trace, vectors))
    if len(args) == 1 and args[0] is inputs:
        return products[0]
    return products if isinstance(inputs, list) else tuple(products)


def _push_gradient(path: Path, vectors: Sequence[Any]) -> list[Tensor]:
    """Return the gradients of ``grad(output) . v``."""
    again = Path(path.name, _recorded_gradients(path), path.inputs, path.record, inside=path.inside)
    return filled(again.gradients(vectors, path.record, retain_graph=True), path.inputs)


def _recorded_gradients(path: Path) -> list[Tensor]:
    """Return the gradients of a scalar, recorded."""
    output = path.outputs[0]
    if output.size != 1:
        raise ShapeError(
            f"{path.name}: only a single number has a Hessian, and the output has shape {output.shape}: "
            "reduce it (.sum(), .mean())"
        )
    start = wrap(np.ones(output.shape, output.dtype))
    return filled(path.gradients([start], record=True, retain_graph=True), path.inputs)
