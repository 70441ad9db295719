"""What happens when an op is called.

Idea:    this file is all that stands between ``x * y`` and NumPy. Take the arrays out of the tensors,
         run the body, wrap what it returns; and if an input wants a gradient, leave a `Node` that keeps
         what the rule will ask for.
Before:  op.py, values.py (the arrays), sharing.py.  Next: differentiable.py (how an op is declared).

`general` handles every case and is the one to read first. Nearly all calls are simpler, though: one
tensor; two of one dtype, or one and a number; one and plain options. `unary`, `binary` and
`with_options` are the short way for these.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minigrad.autodiff.node import ARRAYS, MODE, RECORD, Output, new_node
from minigrad.autodiff.op import Op
from minigrad.autodiff.operation import record
from minigrad.autodiff.sharing import apart, kept, share
from minigrad.autodiff.tensor import NDArray, Tensor, to_array, wrap
from minigrad.autodiff.values import align, are_plain, plain, settle, settle_floats
from minigrad.errors import DTypeError, ShapeError, SymbolicError
from minigrad.shapes import broadcast_shapes

_ndarray = np.ndarray
_NUMBERS = frozenset((float, int))


def calls(op: Op) -> Callable[..., Any]:
    """Return the function that calls ``op``: of the four below, the shortest that does."""
    if op.several:
        return general(op)
    if not op.aux and op.parameters == ("x",) and not op.sequence:
        return unary(op)
    if not op.aux and op.parameters == ("x1", "x2") and op.arrays == (0, 1):
        return binary(op)
    if op.single and op.arrays == (0,) and "dtype" not in op.parameters:
        return with_options(op)
    return general(op)


def general(op: Op) -> Callable[..., Any]:
    """Return the call of any op."""
    positions, count = op.arrays, len(op.parameters)
    options = [position for position in range(count) if position not in positions]

    def call(*args: Any, **kwargs: Any) -> Any:
        values = list(args) if not kwargs and len(args) == count else op.bind(args, kwargs)
        given = list(values[positions[0]]) if op.sequence else [values[i] for i in positions]
        level = MODE.level
        if level == ARRAYS and not any(isinstance(one, Tensor) for one in given):
            if not any(isinstance(one, np.ndarray | np.generic) for one in given):  # numbers and lists alone
                given = [None if one is None else to_array(one) for one in given]
                for position, one in zip(positions, [given] if op.sequence else given, strict=True):
                    values[position] = one
            out = op.forward(*values)
            return out[0] if op.aux else out

        for position in op.required:
            if values[position] is None:
                raise DTypeError(f"{op.name}: {op.parameters[position]} must be a tensor; got None")
        try:
            inputs = align(op.name, given)
        except SymbolicError:
            return record(op.call, args, kwargs)
        arrays = [plain(one) for one in inputs]
        passed = [*values, *given]
        for position in options:  # they are seen, and kept, as plain values
            if isinstance(values[position], Tensor):
                share(values[position])
                values[position] = values[position]._data
        seen = list(values)
        for position, one, array in zip(positions, inputs, arrays, strict=False):
            values[position], seen[position] = one, array
        if op.sequence:
            values[positions[0]], seen[positions[0]] = tuple(inputs), tuple(arrays)
        try:
            out = op.forward(*seen)
        except SymbolicError:  # of an option
            return record(op.call, args, kwargs)
        except (ValueError, TypeError, IndexError) as error:
            raise explain(op.name, arrays, error) from error
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
    return apart(settle(out, reference), inputs, given)


def _record(op: Op, parents: tuple[Any, ...], saved: tuple[Any, ...], out: Any) -> Any:
    """Return the result as tensors that remember the call; integers and booleans have no derivative."""
    if not isinstance(out, tuple):
        return wrap(out, new_node(op, parents, saved, out.shape) if out.dtype.kind == "f" else None)
    node = new_node(op, parents, saved, tuple(one.shape for one in out))
    return tuple(
        wrap(one, Output(node, index, one.shape) if one.dtype.kind == "f" else None)
        for index, one in enumerate(out)
    )


def unary(op: Op) -> Callable[..., Any]:
    """Return the call of an op of one tensor ``x`` and nothing else."""
    in_general = general(op)

    def call(x: Any) -> Any:
        if not isinstance(x, Tensor):
            return in_general(x)
        data = x._data
        try:
            out = op.forward(data)
        except (ValueError, TypeError, IndexError) as error:
            raise explain(op.name, [data], error) from error
        if out.__class__ is not _ndarray or out.dtype is not data.dtype:
            if out.__class__ is tuple:
                return in_general(x)
            out = settle_floats(op.forward, out, data)
        if out is data or out.base is not None:
            out = apart(out, (x,), (x,))
        node = x._node
        if node is None or MODE.level:
            return wrap(out)
        return wrap(out, new_node(op, (node,), op.save(x, out, None), out.shape))

    return call


def binary(op: Op) -> Callable[..., Any]:
    """Return the call of an op of two tensors ``x1`` and ``x2``, or of one and a number."""
    in_general = general(op)

    def call(x1: Any, x2: Any) -> Any:
        a, b, node1, node2 = x1, x2, None, None
        if isinstance(x1, Tensor):
            a, node1 = x1._data, x1._node
            dtype = a.dtype
            if isinstance(x2, Tensor):
                b, node2 = x2._data, x2._node
                if dtype is not b.dtype:
                    return in_general(x1, x2)
            elif x2.__class__ not in _NUMBERS or dtype.kind != "f":
                return in_general(x1, x2)
        elif x1.__class__ in _NUMBERS and isinstance(x2, Tensor) and x2._data.dtype.kind == "f":
            b, node2 = x2._data, x2._node
            dtype = b.dtype
        else:
            return in_general(x1, x2)
        try:
            out = op.forward(a, b)
        except (ValueError, TypeError, IndexError) as error:
            raise explain(op.name, [a, b], error) from error
        if out.__class__ is not _ndarray or out.dtype is not dtype:
            if out.__class__ is tuple:
                return in_general(x1, x2)
            out = np.asarray(out) if dtype.kind == "f" else settle_floats(op.forward, out, a, b)
        if out is a or out is b or out.base is not None:
            out = apart(out, (x1, x2), (x1, x2))
        if (node1 is None and node2 is None) or MODE.level:
            return wrap(out)
        return wrap(out, new_node(op, (node1, node2), op.save(x1, x2, out, None), out.shape))

    return call


def with_options(op: Op) -> Callable[..., Any]:
    """Return the call of an op of one tensor and then options."""
    in_general, count = general(op), len(op.parameters)

    def call(*args: Any, **kwargs: Any) -> Any:
        values = args if len(args) == count and not kwargs else op.bind(args, kwargs)
        x, *options = values
        if not isinstance(x, Tensor):
            return in_general(*values)
        if not are_plain(options):  # an array, say, that the graph would have to copy
            return in_general(*values)
        data = x._data
        try:
            out = op.forward(data, *options)
        except (ValueError, TypeError, IndexError) as error:
            raise explain(op.name, [data], error) from error
        aux = None
        if op.aux:
            out, aux = out
        if out.__class__ is tuple:
            return in_general(*values)
        if out.__class__ is not _ndarray or out.dtype is not data.dtype:
            out = settle(out, data)
        if out is data or out.base is not None:
            out = apart(out, (x,), (x,))
        node = x._node
        if node is None or MODE.level or out.dtype.kind != "f":
            return wrap(out)
        return wrap(out, new_node(op, (node,), op.save(x, *options, out, aux), out.shape))

    return call


def explain(name: str, arrays: Sequence[Any], error: Exception) -> Exception:
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
