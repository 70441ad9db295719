"""How an op is declared, and what happens when it is called.

Idea:    an op and its derivative stand together. The body sees plain ndarrays; the rule says what it
         needs by naming it, and is written with operators and ops only, so that it is itself
         differentiable. This file is all that stands between ``x * y`` and NumPy.
Before:  op.py (the table), sharing.py.  Next: graph.py (how backward walks what is recorded here).
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
import weakref
from collections.abc import Callable, Sequence
from typing import Any, Generic, ParamSpec, Protocol, overload

import numpy as np

from minigrad.autodiff.node import ARRAYS, MODE, RECORD, Output, new_node
from minigrad.autodiff.op import Array, Op
from minigrad.autodiff.operation import record
from minigrad.autodiff.sharing import apart, kept, share
from minigrad.autodiff.symbolic import KerasTensor
from minigrad.autodiff.tensor import NDArray, Tensor, to_array, wrap
from minigrad.config import floatx
from minigrad.errors import DTypeError, ShapeError, SymbolicError
from minigrad.shapes import broadcast_shapes

P = ParamSpec("P")

REGISTRY: dict[str, Differentiable[...]] = {}
"""Every differentiable op by its name. The tests' suites run over all of it."""

DECLARED: weakref.WeakSet[Callable[..., Any]] = weakref.WeakSet()
"""Every function that either decorator made, for those who look at all of them (debugging.py)."""

_ndarray = np.ndarray
_NUMBERS = frozenset((float, int))
_PLAIN = frozenset((float, int, bool, str, slice, type(None), type(...)))
_float64 = np.dtype(np.float64)
_float16 = np.dtype(np.float16)


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
    several = str(forward.__annotations__.get("return")).startswith("tuple")
    plain = not aux and not op.sequence and not several
    if plain and op.parameters == ("x",):
        call: Any = _unary(op)
    elif plain and op.parameters == ("x1", "x2"):
        call = _binary(op)
    elif op.single and op.arrays == (0,) and not several and "dtype" not in op.parameters:
        call = _with_options(op)
    else:
        call = _general(op)
    functools.update_wrapper(call, forward)
    call.__name__ = op.name
    call.op, op.call = op, call
    call.vjp = op.vjp
    DECLARED.add(call)
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

    @functools.wraps(forward)
    def call(*args: P.args, **kwargs: P.kwargs) -> Any:
        if MODE.level == ARRAYS and not any(isinstance(arg, Tensor) for arg in args):
            return forward(*args, **kwargs)
        try:
            plain = [_plain(arg) for arg in args]
            out = forward(*plain, **{name: _plain(arg) for name, arg in kwargs.items()})
        except SymbolicError:
            return record(call, args, kwargs)
        except (ValueError, TypeError, IndexError) as error:
            raise _explain(forward.__name__, plain, error) from error
        passed = (*args, *kwargs.values())
        if isinstance(out, tuple | list):
            return type(out)(_constant(one, passed) for one in out)
        return _constant(out, passed)

    DECLARED.add(call)
    return call


# -- the four ways to call an op -----------------------------------------------------------------
#
# `_general` handles every case and is the one to read first. Nearly all calls are simpler, though: one
# tensor; two of one dtype, or one and a number; one and plain options. `_unary`, `_binary` and
# `_with_options` are the short way for these.


def _general(op: Op) -> Callable[..., Any]:
    forward, positions, count = op.forward, op.arrays, len(op.parameters)
    options = [position for position in range(count) if position not in positions]

    def call(*args: Any, **kwargs: Any) -> Any:
        values = list(args) if not kwargs and len(args) == count else op.bind(args, kwargs)
        given = list(values[positions[0]]) if op.sequence else [values[i] for i in positions]
        level = MODE.level
        if level == ARRAYS and not any(isinstance(one, Tensor) for one in given):
            out = forward(*values)
            return out[0] if op.aux else out

        try:
            inputs = _align(op.name, given)
        except SymbolicError:
            return record(op.call, args, kwargs)
        arrays = [_plain(one) for one in inputs]
        passed = [*values, *given]
        for position in options:  # they are seen, and kept, as plain values
            if isinstance(values[position], Tensor):
                share(values[position])
                values[position] = values[position]._data
        plain = list(values)
        for position, one, array in zip(positions, inputs, arrays, strict=False):
            values[position], plain[position] = one, array
        if op.sequence:
            values[positions[0]], plain[positions[0]] = tuple(inputs), tuple(arrays)
        try:
            out = forward(*plain)
        except SymbolicError:  # of an option
            return record(op.call, args, kwargs)
        except (ValueError, TypeError, IndexError) as error:
            raise _explain(op.name, arrays, error) from error
        out, aux = out if op.aux else (out, None)
        finish = functools.partial(_finish, op, inputs, given)
        out = tuple(map(finish, out)) if isinstance(out, tuple) else finish(out)

        parents = tuple(one._node if isinstance(one, Tensor) else None for one in inputs)
        if level != RECORD or not any(parents):
            return tuple(map(wrap, out)) if isinstance(out, tuple) else wrap(out)
        return _record(op, parents, kept(op.save(*values, out, aux), passed), out)

    return call


def _finish(op: Op, inputs: Sequence[Any], given: Sequence[Any], out: Any) -> NDArray:
    """Return one result of a body as an ndarray of the right dtype that shares no memory in secret."""
    if "dtype" in op.parameters:  # an op with such an option decides on its own
        return apart(np.asarray(out), inputs, given)
    reference = next((one._data for one in inputs if isinstance(one, Tensor)), None)
    return apart(_settle(out, reference), inputs, given)


def _record(op: Op, parents: tuple[Any, ...], saved: tuple[Any, ...], out: Any) -> Any:
    """Return the result as tensors that remember the call; integers and booleans have no derivative."""
    version = saved_version(saved)
    if not isinstance(out, tuple):
        return wrap(out, new_node(op, parents, saved, out.shape, version) if out.dtype.kind == "f" else None)
    node = new_node(op, parents, saved, tuple(one.shape for one in out), version)
    return tuple(
        wrap(one, Output(node, index, one.shape) if one.dtype.kind == "f" else None)
        for index, one in enumerate(out)
    )


def _unary(op: Op) -> Callable[..., Any]:
    forward, general = op.forward, _general(op)

    def call(x: Any) -> Any:
        if not isinstance(x, Tensor):
            return general(x)
        data = x._data
        try:
            out = forward(data)
        except (ValueError, TypeError, IndexError) as error:
            raise _explain(op.name, [data], error) from error
        if out.__class__ is not _ndarray or out.dtype is not data.dtype:
            if out.__class__ is tuple:
                return general(x)
            out = _settle_floats(forward, out, data)
        if out is data or out.base is not None:
            out = apart(out, (x,), (x,))
        node = x._node
        if node is None or MODE.level:
            return wrap(out)
        saved = op.save(x, out, None)
        return wrap(out, new_node(op, (node,), saved, out.shape, x._version and saved_version(saved)))

    return call


def _binary(op: Op) -> Callable[..., Any]:
    forward, general = op.forward, _general(op)

    def call(x1: Any, x2: Any) -> Any:
        a, b, node1, node2, version = x1, x2, None, None, 0
        if isinstance(x1, Tensor):
            a, node1, version = x1._data, x1._node, x1._version
            dtype = a.dtype
            if isinstance(x2, Tensor):
                b, node2 = x2._data, x2._node
                version += x2._version
                if dtype is not b.dtype:
                    return general(x1, x2)
            elif x2.__class__ not in _NUMBERS or dtype.kind != "f":
                return general(x1, x2)
        elif x1.__class__ in _NUMBERS and isinstance(x2, Tensor) and x2._data.dtype.kind == "f":
            b, node2, version = x2._data, x2._node, x2._version
            dtype = b.dtype
        else:
            return general(x1, x2)
        try:
            out = forward(a, b)
        except (ValueError, TypeError, IndexError) as error:
            raise _explain(op.name, [a, b], error) from error
        if out.__class__ is not _ndarray or out.dtype is not dtype:
            if out.__class__ is tuple:
                return general(x1, x2)
            out = np.asarray(out) if dtype.kind == "f" else _settle_floats(forward, out, a, b)
        if out is a or out is b or out.base is not None:
            out = apart(out, (x1, x2), (x1, x2))
        if (node1 is None and node2 is None) or MODE.level:
            return wrap(out)
        saved = op.save(x1, x2, out, None)
        return wrap(
            out, new_node(op, (node1, node2), saved, out.shape, saved_version(saved) if version else 0)
        )

    return call


def _with_options(op: Op) -> Callable[..., Any]:
    forward, general, count = op.forward, _general(op), len(op.parameters)

    def call(*args: Any, **kwargs: Any) -> Any:
        values = args if len(args) == count and not kwargs else op.bind(args, kwargs)
        x, *options = values
        if not isinstance(x, Tensor):
            return general(*values)
        if not _are_plain(options):  # an array, say, that the graph would have to copy
            return general(*values)
        data = x._data
        try:
            out = forward(data, *options)
        except (ValueError, TypeError, IndexError) as error:
            raise _explain(op.name, [data], error) from error
        aux = None
        if op.aux:
            out, aux = out
        if out.__class__ is tuple:
            return general(*values)
        if out.__class__ is not _ndarray or out.dtype is not data.dtype:
            out = _settle(out, data)
        if out is data or out.base is not None:
            out = apart(out, (x,), (x,))
        node = x._node
        if node is None or MODE.level or out.dtype.kind != "f":
            return wrap(out)
        saved = op.save(x, *options, out, aux)
        return wrap(out, new_node(op, (node,), saved, out.shape, x._version and saved_version(saved)))

    return call


# -- inputs and outputs --------------------------------------------------------------------------


def _align(name: str, given: Sequence[Any]) -> list[Any]:
    """Return the inputs with one dtype among them.

    Tensors and ndarrays decide: the widest float among them, else the widest integer. Integers beside
    floats are converted, and lists take whatever the others have. Python numbers beside an array stay
    as they are, since NumPy lets them follow the array's dtype.
    """
    strong = [one.dtype for one in given if isinstance(one, Tensor | np.ndarray)]
    if not strong:  # numbers and lists alone
        wrapped = [None if one is None else wrap(to_array(one)) for one in given]
        strong = [one.dtype for one in wrapped if one is not None]
        return wrapped if len(set(strong)) <= 1 else _align(name, wrapped)

    floats = [dtype for dtype in strong if dtype.kind == "f"]
    dtype = np.result_type(*(floats or strong))
    if dtype.kind != "f" and any(isinstance(one, float) for one in given):
        dtype = np.dtype(floatx())
    inputs: list[Any] = []
    for one in given:
        if one is None or isinstance(one, bool | int | float):
            inputs.append(float(one) if isinstance(one, float) else one)  # np.float64 is a float, too
            continue
        tensor = one if isinstance(one, Tensor) else None
        if tensor is None:
            array = to_array(one)
            tensor = wrap(array.astype(dtype) if not isinstance(one, np.ndarray | np.generic) else array)
        inputs.append(tensor if tensor.dtype == dtype else cast(tensor, dtype))
    return inputs


def saved_version(saved: Sequence[Any]) -> int:
    """Return the sum of the versions of the tensors in ``saved``: it grows when one is changed in place."""
    version = 0
    for value in saved:
        if isinstance(value, Tensor):
            version += value._version
        elif value.__class__ is tuple:  # a sequence of inputs
            version += saved_version(value)
    return version


def _settle(out: Any, reference: Any) -> NDArray:
    """Return ``out`` as an ndarray; floats that NumPy made of integers become `floatx`."""
    if isinstance(out, tuple):
        raise TypeError("the body of an op with several outputs must be annotated: -> tuple[Any, ...]")
    array = np.asarray(out)
    if array.dtype is _float64 and reference is not None and reference.dtype.kind in "iub":
        return array.astype(floatx())
    return array


def _settle_floats(forward: Callable[..., Any], out: Any, *arrays: NDArray) -> NDArray:
    """Return ``out`` settled; what NumPy made float16, as of integers of 8 bits, is made in `floatx`."""
    settled = _settle(out, arrays[0])
    if settled.dtype is _float16 and arrays[0].dtype.kind in "iub":
        return _settle(forward(*(array.astype(floatx()) for array in arrays)), arrays[0])
    return settled


def _are_plain(options: Sequence[Any]) -> bool:
    """Tell whether options are numbers, names, slices and the like, and tuples of these."""
    for option in options:
        if option.__class__ not in _PLAIN and not (option.__class__ is tuple and _are_plain(option)):
            return False
    return True


def _plain(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value._data
    if isinstance(value, KerasTensor):
        raise SymbolicError(f"{value!r} has no numbers yet")
    return value


def _constant(out: Any, passed: Sequence[Any]) -> Any:
    if not isinstance(out, np.ndarray | np.generic):
        return out
    inputs = [wrap(one) if isinstance(one, np.ndarray) else one for one in passed]
    return wrap(apart(np.asarray(out), inputs, passed))


def _explain(name: str, arrays: Sequence[Any], error: Exception) -> Exception:
    """Return the error to raise for what NumPy raised: our class, naming the op and the shapes."""
    message = str(error)
    if type(error).__module__.startswith("minigrad") or message.startswith(f"{name}:"):
        return error
    shapes = [array.shape for array in arrays if isinstance(array, np.ndarray)]
    if "broadcast" in message and len(shapes) > 1:
        try:
            broadcast_shapes(name, *shapes)
        except ShapeError as better:
            return better
    listed = " and ".join(map(str, shapes))
    if isinstance(error, np.linalg.LinAlgError):
        return np.linalg.LinAlgError(f"{name}: {message} (inputs of shape {listed})")
    if isinstance(error, TypeError):
        dtypes = ", ".join(str(getattr(array, "dtype", type(array).__name__)) for array in arrays)
        return DTypeError(f"{name}: {message} (inputs of dtype {dtypes})")
    if isinstance(error, IndexError) and not isinstance(error, ValueError):
        return IndexError(f"{name}: {message} (inputs of shape {listed})")
    return ShapeError(f"{name}: {message} (inputs of shape {listed})")


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


def to_dtype(dtype: Any) -> np.dtype[Any]:
    """Return ``dtype`` (a name, NumPy type or dtype; None means `floatx`) as a dtype a tensor can have.

    Raises:
        DTypeError: If it is unknown, or not floating, integer or boolean.
    """
    try:
        found = np.dtype(floatx() if dtype is None else dtype)
    except TypeError:
        raise DTypeError(f"unknown dtype {dtype!r}") from None
    if found.kind not in "fiub":
        raise DTypeError(f"a tensor holds floats, integers or booleans, not {found}")
    return found


def floating(array: Any) -> Any:
    """Return ``array`` as it is if it holds floats, else converted to `floatx`.

    For bodies of several steps; those of one leave integers to NumPy.

    Example:
        >>> import numpy as np
        >>> floating(np.array([1, 2])).dtype
        dtype('float32')
    """
    return array if array.dtype.kind == "f" else array.astype(floatx())
