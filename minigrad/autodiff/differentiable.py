"""How an op is declared: its body, and its derivative right below.

Idea:    an op and its derivative stand together. The body sees plain ndarrays; the rule says what it
         needs by naming it, and is written with operators and ops only, so that it is itself
         differentiable.
Before:  op.py (the table), calling.py (what a call does).  Next: graph.py (how backward walks what is
         recorded).
Source:  the table of rules is autograd's (HIPS); the convention of naming what is kept is our own.

    @differentiable
    def multiply(x1: Array, x2: Array):
        return x1 * x2

    @multiply.vjp
    def _(g, x1, x2):
        return g * x2, g * x1
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, Generic, ParamSpec, Protocol, overload

import numpy as np

from minigrad.autodiff.calling import calls, explain
from minigrad.autodiff.node import ARRAYS, MODE
from minigrad.autodiff.op import Array, Body, Op
from minigrad.autodiff.operation import record
from minigrad.autodiff.sharing import apart
from minigrad.autodiff.tensor import Tensor, wrap
from minigrad.autodiff.values import plain, to_dtype
from minigrad.errors import SymbolicError

P = ParamSpec("P")

REGISTRY: dict[str, Differentiable[...]] = {}
"""Every differentiable op by its name. The tests' suites run over all of it."""


class Differentiable(Protocol, Generic[P]):
    """What `differentiable` makes of a function: the op, with ``vjp`` to attach its rule."""

    op: Op
    vjp: Callable[[Callable[..., Any]], Callable[..., Any]]
    __name__: str
    __doc__: str | None

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Any:
        """Call the op on tensors, arrays, numbers or lists."""


@overload
def differentiable(forward: Callable[P, Any]) -> Differentiable[P]: ...
@overload
def differentiable(
    *, aux: bool = False, order: int | None = None, register: bool = True
) -> Callable[[Callable[P, Any]], Differentiable[P]]: ...
def differentiable(
    forward: Any = None, *, aux: bool = False, order: int | None = None, register: bool = True
) -> Any:
    """Declare an op from its forward function; state its derivative with ``.vjp`` right below.

    Args:
        forward: The body. Parameters annotated ``Array`` (or ``Array | None``, or one
            ``Sequence[Array]``) carry arrays and take part in differentiation; it sees them as ndarrays
            of one dtype (or as Python numbers). All other parameters are options. It returns an
            ndarray, or a tuple of them (then it is annotated ``-> tuple[Any, ...]``).
        aux: Whether it returns ``(out, aux)``: aux, which the rule may name, is not part of the result.
        order: The highest derivative there is. Default None: no limit, as the rule is made of ops.
        register: Whether the op joins the registry that minigrad's own tests run over. Ops of your
            own may have any name and need not.

    Returns:
        A function with the body's signature that takes tensors, arrays, numbers or lists and returns
        a Tensor. Decorate its rule with its attribute ``vjp`` (see `Op.vjp`).

    Raises:
        TypeError: When the module is imported: no array parameter, or a rule that names what isn't there.

    Example:
        >>> import minigrad as mg
        >>> @mg.differentiable(register=False)
        ... def cube(x: mg.Array):
        ...     return x * x * x
        >>> @cube.vjp
        ... def _(g, x):
        ...     return 3.0 * g * x * x
        >>> x = mg.Tensor([2.0], requires_grad=True)
        >>> cube(x).backward()
        >>> x.grad
        array([12.], dtype=float32)
    """
    if forward is None:
        return functools.partial(differentiable, aux=aux, order=order, register=register)
    op = Op(forward, aux=aux, order=order)
    call: Any = calls(op)
    functools.update_wrapper(call, forward)
    call.__name__ = op.name
    call.op, op.call = op, call
    call.vjp = op.vjp
    if register:
        known = REGISTRY.get(op.name)
        if known is not None and known.__module__ != forward.__module__:  # the same: a module reloaded
            raise TypeError(f"an op named {op.name!r} is registered already, by {known.__module__}")
        REGISTRY[op.name] = call
    return call


def nondifferentiable(forward: Callable[P, Any]) -> Callable[P, Any]:
    """Declare a function whose result is constant almost everywhere: comparisons, argmax, shapes.

    The body sees ndarrays where tensors were passed, and its arrays come back as constant Tensors.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.argmax(mg.Tensor([1.0, 3.0, 2.0])).item()
        1
    """
    body = Body(forward)

    @functools.wraps(forward)
    def call(*args: P.args, **kwargs: P.kwargs) -> Any:
        if MODE.level == ARRAYS and not any(isinstance(arg, Tensor) for arg in args):
            return body.forward(*args, **kwargs)
        try:
            seen = [plain(arg) for arg in args]
            out = body.forward(*seen, **{name: plain(arg) for name, arg in kwargs.items()})
        except SymbolicError:
            return record(call, args, kwargs)
        except (ValueError, TypeError, IndexError) as error:
            raise explain(body.name, seen, error) from error
        passed = (*args, *kwargs.values())
        if isinstance(out, tuple | list):
            return type(out)(_constant(one, passed) for one in out)
        return _constant(out, passed)

    call.op = body  # type: ignore[attr-defined]
    return call


def _constant(out: Any, passed: Sequence[Any]) -> Any:
    if not isinstance(out, np.ndarray | np.generic):
        return out
    inputs = [wrap(one) if isinstance(one, np.ndarray) else one for one in passed]
    return wrap(apart(np.asarray(out), inputs, passed))


@differentiable(aux=True)
def cast(x: Array, dtype: Any) -> Any:
    """Convert to another dtype; the gradient is converted back: ``y = x``, ``dx = g``.

    Args:
        x: Any tensor.
        dtype: Any dtype that `Tensor` can hold. A gradient passes only where it is a floating one.

    Returns:
        A tensor of x's shape and the new dtype.

    Source: ``keras.ops.cast``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.cast(mg.Tensor([1.7, -1.7]), "int32")
        Tensor([ 1, -1], shape=(2,), dtype=int32)
    """
    return x.astype(to_dtype(dtype), copy=False), x.dtype


@cast.vjp
def _(g: Any, aux: Any) -> Any:
    return cast(g, aux)
