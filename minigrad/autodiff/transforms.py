"""Functions of functions: from a function of tensors to its derivatives.

Idea:    run the function on tensors of our own (trace.py) and walk back. Forward mode needs no rules of
         its own: the backward pass is linear in the gradient u that it begins with, u -> u . J, and the
         derivative of that by u, weighted with a tangent t, is J t.
Shapes:  for f: (N,) -> (M,), with its Jacobian J of shape (M, N): vjp (M,) -> (N,), jvp (N,) -> (M,).
Before:  trace.py.  Next: jacobians.py (whole matrices of derivatives).
Source:  names and results as in JAX and ``torch.func``; J. Townsend, "A new trick for calculating Jacobian
         vector products" (2017).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, overload

import numpy as np

from minigrad.autodiff import graph
from minigrad.autodiff.graph import Unconnected
from minigrad.autodiff.tensor import NDArray, Tensor, wrap
from minigrad.autodiff.trace import Path, Trace, filled, past, recorded
from minigrad.autodiff.transform_arguments import arguments, check_function, per_argument, positions


@overload
def grad(
    output: Tensor,
    inputs: Any,
    grad_output: Any = None,
    create_graph: bool = False,
    retain_graph: bool | None = None,
    unconnected: Unconnected = "none",
) -> Any: ...
@overload
def grad(
    output: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    create_graph: bool = False,
) -> Callable[..., Any]: ...
def grad(output: Any, *arguments: Any, **options: Any) -> Any:
    """Return gradients of a tensor, or the gradient function of a function.

    There are two forms:

    - ``grad(output, inputs, grad_output=None, create_graph=False, retain_graph=None, unconnected="none")``
      for a tensor and what it was computed from: `autodiff.graph.grad` describes its arguments.
    - ``grad(fn, argnums=0, has_aux=False, create_graph=False)`` for a function: its arguments are those of
      `value_and_grad`, and so is all else but that the gradients come without the value.

    Args:
        output: A tensor, or a function that returns a tensor of one element.
        *arguments: The arguments of either form.
        **options: The arguments of either form, by name.

    Returns:
        Of a tensor: a Tensor of each input's shape, in the form of inputs. Of a function: a function that
        takes the same arguments and returns the gradient by the one at argnums (a tuple for several),
        or ``(gradient, aux)``.

    Raises:
        GraphError: If the tensor requires no gradient, or its graph was freed.
        ShapeError: If the tensor, or what the function returns, is not of one element.
        NotDifferentiableError: If a derivative is recorded and an op has none of that order.

    Source: ``torch.autograd.grad``; ``jax.grad``, ``torch.func.grad``, ``autograd.grad``.

    Example:
        >>> import minigrad as mg
        >>> x = mg.Tensor(2.0, requires_grad=True)
        >>> mg.grad(x**3, x).item()
        12.0
        >>> cube = lambda x: x**3
        >>> mg.grad(cube)(2.0).item(), mg.grad(mg.grad(cube))(2.0).item()
        (12.0, 12.0)
    """
    if callable(output):
        return gradient_function("grad", output, *arguments, **options)
    return graph.grad(output, *arguments, **options)


def value_and_grad(
    fn: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    create_graph: bool = False,
) -> Callable[..., Any]:
    """Return a function that computes both the value of ``fn`` and its gradient.

    It may be differentiated in turn, by any of these functions or under a `GradientTape`.

    Args:
        fn: Takes tensors and returns a Tensor of one element.
        argnums: Which of the arguments, by position, to differentiate by: an integer or several. Such an
            argument may be a tensor, an ndarray, a number or a list of numbers, or a list, tuple or dict
            of tensors; fn gets tensors in their place. All other arguments, and those by name, are passed
            on as they are. Default 0.
        has_aux: Whether fn returns ``(value, aux)``, where aux is anything, not differentiated.
            Default False.
        create_graph: Whether the results are recorded, so that ``backward`` and ``grad`` lead through
            them to the arguments and to whatever fn uses. Default False: they are constants, unless a
            function that is itself being differentiated asks.

    Returns:
        A function with fn's arguments that returns ``(value, gradient)``, or ``((value, aux),
        gradient)``. The gradient is a Tensor of the argument's shape and dtype, in the form of the
        argument; for several argnums a tuple of these. It is zero for what fn doesn't depend on.

    Raises:
        ShapeError: When called: if fn returns no single number.
        DTypeError: When called: if an argument of argnums, or what fn returns, is not floating.
        TypeError: If fn is no function; when called, if it returns no Tensor.
        ValueError: When called: if there is no argument at argnums.
        NotDifferentiableError: When called, and recorded: if an op has no further derivative.

    Source: ``jax.value_and_grad``, ``torch.func.grad_and_value``.

    Example:
        >>> import minigrad as mg
        >>> def loss(w, x, y):
        ...     return ((w["kernel"] * x + w["bias"] - y) ** 2.0).sum()
        >>> value, slopes = mg.value_and_grad(loss)({"kernel": 2.0, "bias": 1.0}, [1.0, 2.0], [0.0, 0.0])
        >>> value.item(), slopes["kernel"].item(), slopes["bias"].item()
        (34.0, 26.0, 16.0)
    """
    return gradient_function("value_and_grad", fn, argnums, has_aux, create_graph, with_value=True)


def gradient_function(
    name: str,
    fn: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    create_graph: bool = False,
    *,
    with_value: bool = False,
) -> Callable[..., Any]:
    """Return what `grad` and `value_and_grad` do; ``name`` stands in error messages."""
    check_function(name, fn)

    @functools.wraps(fn, updated=())
    def call(*args: Any, **kwargs: Any) -> Any:
        trace = Trace(name, fn, args, kwargs, positions(name, argnums, len(args)), has_aux, create_graph)
        output = trace.scalar()
        one: NDArray = np.ones(output.shape, output.dtype)
        found = trace.gradients([wrap(one) if trace.record else one], trace.record, trace.record)
        gradient = trace.by_argnums(argnums, filled(found, trace.inputs))
        if not with_value:
            return (gradient, trace.aux) if has_aux else gradient
        value = trace.handed_out(trace.output)
        return ((value, trace.aux) if has_aux else value), gradient

    return call


def vjp(fn: Callable[..., Any], *inputs: Any, has_aux: bool = False, create_graph: bool = False) -> Any:
    """Return the value of ``fn(*inputs)``, and the function u -> u . J that walks back from it.

    Args:
        fn: Takes tensors and returns a Tensor of any shape, or a list, tuple or dict of them.
        *inputs: Its arguments, all floating: each a tensor, an ndarray, a number or a list of numbers, or
            a list, tuple or dict of tensors.
        has_aux: Whether fn returns ``(value, aux)``. Default False.
        create_graph: Whether the results are recorded; see `value_and_grad`. Default False.

    Returns:
        ``(value, vjp_fn)``, or ``(value, vjp_fn, aux)``. ``vjp_fn(u)``, for u in the form of the value, is
        the tuple of the gradients of ``(u * value).sum()`` by each input, in its form. It may be called
        often; what fn computed is kept for it.

    Raises:
        TypeError: If fn is no function. Of a tensor, `grad` with grad_output gives the same.
        ShapeError, DTypeError, ValueError: If an input or u doesn't fit; see `value_and_grad`.

    Source: ``jax.vjp``, ``torch.func.vjp``.

    Example:
        >>> import minigrad as mg
        >>> value, vjp_fn = mg.vjp(lambda x, y: x * y, [1.0, 2.0], [3.0, 4.0])
        >>> [gradient.tolist() for gradient in vjp_fn([1.0, 0.5])]
        [[3.0, 2.0], [1.0, 1.0]]
    """
    if isinstance(fn, Tensor):
        raise TypeError(
            "vjp takes a function; for a tensor y that was computed from x, u . J is "
            "grad(y, x, grad_output=u)"
        )
    check_function("vjp", fn)
    trace = Trace("vjp", fn, inputs, has_aux=has_aux, create_graph=create_graph)

    def vjp_fn(gradient: Any) -> Any:
        """Return the gradient of each input, given that of the value."""
        record = trace.record or recorded(False)
        starts = per_argument("vjp", "the gradient", [trace.output], [gradient], trace.outputs, record)
        found = trace.gradients(starts, record, retain_graph=True)
        return tuple(trace.by_argument(filled(found, trace.inputs)))

    value = trace.handed_out(trace.output)
    return (value, vjp_fn, trace.aux) if has_aux else (value, vjp_fn)


def jvp(
    fn: Any, inputs: Any, tangents: Any, has_aux: bool = False, create_graph: bool = False
) -> tuple[Any, ...]:
    """Return the value of a function and its directional derivative ``J t``, of one backward pass each way.

    It is found as the derivative of ``u . J`` by u, so that every op involved must have derivatives of
    second order (nearly all do), and costs about as much as a gradient of second order.

    Args:
        fn: Takes tensors and returns a Tensor, or a list, tuple or dict of them. Or a tensor that was
            computed from the inputs; its graph is kept.
        inputs: A tuple (or a list of tensors) of its arguments; anything else is a single argument. For
            what they may be see `vjp`.
        tangents: The direction t, in the form of inputs.
        has_aux: Whether fn returns ``(value, aux)``. Default False.
        create_graph: Whether the results are recorded; see `value_and_grad`. Default False.

    Returns:
        ``(value, tangent)``, or ``(value, tangent, aux)``: the tangent has the value's form. For each
        output y it is the sum over the inputs x of ``dy/dx . t``.

    Raises:
        NotDifferentiableError: If an op has no derivative of second order.
        GraphError: If a tensor, or an input, requires no gradient.
        ShapeError, DTypeError, ValueError, TypeError: If an input or tangent doesn't fit; see
            `value_and_grad`.

    Source: ``jax.jvp``, ``torch.func.jvp``.

    Example:
        >>> import minigrad as mg
        >>> value, tangent = mg.jvp(mg.ops.square, [1.0, 2.0, 3.0], [1.0, 1.0, 0.0])
        >>> value.tolist(), tangent.tolist()
        ([1.0, 4.0, 9.0], [2.0, 4.0, 0.0])
        >>> mg.jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 10.0))[1].item()
        23.0
    """
    if not callable(fn):
        if has_aux:
            raise TypeError("jvp: has_aux is for functions, and the first argument is no function")
        path = past("jvp", fn, inputs, create_graph)
        vectors = per_argument("jvp", "tangents", [inputs], [tangents], path.inputs, path.record)
        return fn, push(path, vectors)[0]
    args = arguments(inputs)
    trace = Trace("jvp", fn, args, has_aux=has_aux, create_graph=create_graph)
    directions = per_argument("jvp", "tangents", args, arguments(tangents), trace.inputs, trace.record)
    tangent = trace.rebuilt(push(trace, directions))
    value = trace.handed_out(trace.output)
    return (value, tangent, trace.aux) if has_aux else (value, tangent)


def push(path: Path, tangents: Sequence[Any]) -> list[Tensor]:
    """Return the tangent of each output, given those of the inputs, by walking back twice."""
    duals = [Tensor(np.zeros(one.shape, one.dtype), requires_grad=True) for one in path.outputs]
    pulled = path.gradients(duals, record=True, retain_graph=True)  # u . J, a linear function of u
    pairs = [(one, t) for one, t in zip(pulled, tangents, strict=True) if one is not None]
    back = Path(path.name, [one for one, _ in pairs], duals, path.record)
    found = back.gradients([t for _, t in pairs], path.record, retain_graph=path.record)
    return filled(found, duals)
