"""How ``x * y`` and ``x.sum()`` become ops: Python's operators and NumPy's methods on a Tensor.

Idea:    a method is an op with the tensor as its first argument, so the op itself is the method.
Before:  all other files of ops/.  Next: ops/numpy_functions.py (NumPy's own functions on a Tensor).
Source:  Python's "Emulating numeric types"; the methods of ``numpy.ndarray``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import ops
from minigrad.autodiff import graph, representation  # noqa: F401 - give tensors backward() and a notebook's view
from minigrad.autodiff.symbolic import KerasTensor
from minigrad.autodiff.tensor import Tensor, attach
from minigrad.ops import recording  # noqa: F401 - comes first: the methods are what it makes of the functions


def _reflected(op: Any) -> Any:
    """Return the method for a tensor on the right: ``2.0 - t`` is ``op(2.0, t)``."""

    def call(self: Tensor, other: Any) -> Any:
        return op(other, self)

    call.__name__ = f"reflected_{op.__name__}"
    return call


_BINARY = {
    "add": ops.add,
    "sub": ops.subtract,
    "mul": ops.multiply,
    "truediv": ops.divide,
    "floordiv": ops.floor_divide,
    "mod": ops.mod,
    "pow": ops.power,
    "matmul": ops.matmul,
    "and": ops.bitwise_and,
    "or": ops.bitwise_or,
    "xor": ops.bitwise_xor,
    "lshift": ops.left_shift,
    "rshift": ops.right_shift,
}
for _name, _op in _BINARY.items():
    attach(f"__{_name}__")(_op)
    attach(f"__r{_name}__")(_reflected(_op))

_SAME = {
    "__neg__": ops.negative,
    "__pos__": ops.positive,
    "__abs__": ops.absolute,
    "__invert__": ops.bitwise_not,
    "__round__": ops.round,
    "__lt__": ops.less,
    "__le__": ops.less_equal,
    "__gt__": ops.greater,
    "__ge__": ops.greater_equal,
    "__getitem__": ops.get_item,
    "astype": ops.cast,
    "flatten": ops.ravel,
}
"""Methods that are an op under another name."""

_NAMED = (
    "abs all any argmax argmin argsort clip copy cumprod cumsum diagonal dot exp log max mean min nonzero "
    "prod ravel repeat round sqrt squeeze std sum swapaxes take tanh trace var"
)
"""Methods that are the op of the same name."""

for _name, _op in _SAME.items():
    attach(_name)(_op)
for _name in _NAMED.split():
    attach(_name)(getattr(ops, _name))


@attach("__eq__")
def _equal(self: Tensor, other: object) -> Any:
    return ops.equal(self, other) if _comparable(other) else NotImplemented


@attach("__ne__")
def _not_equal(self: Tensor, other: object) -> Any:
    return ops.not_equal(self, other) if _comparable(other) else NotImplemented


def _comparable(other: object) -> bool:
    """Return whether == compares elements. It is never an error: ``t == None`` is just False."""
    return isinstance(other, Tensor | KerasTensor | np.ndarray | np.generic | int | float | list | tuple)


@attach("__contains__")
def _contains(self: Tensor, value: Any) -> bool:
    return bool(ops.any(ops.equal(self, value)))


@attach("__divmod__")
def _divmod(self: Tensor, other: Any) -> Any:
    return ops.floor_divide(self, other), ops.mod(self, other)


@attach("__rdivmod__")
def _reflected_divmod(self: Tensor, other: Any) -> Any:
    return ops.floor_divide(other, self), ops.mod(other, self)


@attach("reshape")
def _reshape(self: Tensor, *newshape: Any) -> Any:
    return ops.reshape(self, newshape[0] if len(newshape) == 1 else newshape)


@attach("transpose")
def _transpose(self: Tensor, *axes: Any) -> Any:
    if len(axes) == 1 and (axes[0] is None or not isinstance(axes[0], int)):
        return ops.transpose(self, axes[0])
    return ops.transpose(self, axes or None)


Tensor.T = property(ops.transpose)  # type: ignore[assignment]

# Symbolic tensors have all of them, too: the ops record what is done.
_OPERATORS = [f"__{_side}{_name}__" for _name in (*_BINARY, "divmod") for _side in ("", "r")]
_OWN = ("__eq__", "__ne__", "T", "reshape", "transpose")
for _name in (*_OPERATORS, *_SAME, *_NAMED.split(), *_OWN):
    setattr(KerasTensor, _name, getattr(Tensor, _name))
