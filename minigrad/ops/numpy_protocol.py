"""NumPy's own functions on a Tensor: ``np.exp(t)``, ``array + t``, ``np.concatenate([t, a])``.

Idea:    NumPy asks its arguments whether they know better. A Tensor does: where there is an op, the op
         is called, and recorded. Where there is none, a constant is handed on as the array that it is,
         and a tensor whose gradient would be lost is an error, not a surprise.
Before:  ops/methods.py, ops/numpy_functions.py (the table).  Next: initializers/.
Source:  NumPy's enhancement proposals 13 (``__array_ufunc__``) and 18 (``__array_function__``).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import ops
from minigrad.autodiff.node import MODE
from minigrad.autodiff.symbolic import KerasTensor
from minigrad.autodiff.tensor import Tensor, attach, wrap
from minigrad.ops.numpy_functions import FUNCTIONS, PLAIN


def _divmod(x1: Any, x2: Any) -> Any:
    return ops.floor_divide(x1, x2), ops.mod(x1, x2)


_SAME_NAME = """
    absolute add arccos arccosh arcsin arcsinh arctan arctan2 arctanh bitwise_and bitwise_or bitwise_xor
    cbrt ceil conjugate cos cosh deg2rad divide equal exp exp2 expm1 floor floor_divide fmax fmin fmod
    gcd greater greater_equal heaviside hypot isfinite isinf isnan lcm ldexp left_shift less less_equal
    log log10 log1p log2 logaddexp logaddexp2 logical_and logical_not logical_or logical_xor matmul
    maximum minimum multiply negative nextafter not_equal positive power rad2deg reciprocal right_shift
    sign signbit sin sinh sqrt square subtract tan tanh trunc
"""
UFUNCS: dict[Any, Any] = {getattr(np, name): getattr(ops, name) for name in _SAME_NAME.split()} | {
    np.degrees: ops.rad2deg,
    np.fabs: ops.fabs,
    np.float_power: ops.power,
    np.invert: ops.bitwise_not,
    np.radians: ops.deg2rad,
    np.remainder: ops.mod,
    np.rint: ops.round,
    np.divmod: _divmod,
}
"""The op for each of NumPy's elementwise functions."""

_REDUCE: dict[Any, Any] = {
    np.add: ops.sum,
    np.multiply: ops.prod,
    np.maximum: ops.max,
    np.minimum: ops.min,
    np.logical_and: ops.all,
    np.logical_or: ops.any,
    np.logaddexp: ops.logsumexp,
    np.fmax: ops.nanmax,
    np.fmin: ops.nanmin,
}
_ACCUMULATE: dict[Any, Any] = {np.add: ops.cumsum, np.multiply: ops.cumprod}


@attach("__array_ufunc__")
def _array_ufunc(self: Tensor, ufunc: Any, method: str, *inputs: Any, out: Any = (), **options: Any) -> Any:
    """Answer ``np.exp(t)``, ``array + t``, ``array += t`` and ``np.add.reduce(t)``."""
    if any(isinstance(one, Tensor) for one in out) or (method == "at" and isinstance(inputs[0], Tensor)):
        raise TypeError(
            f"np.{ufunc.__name__} can't write into a Tensor, since a gradient may need its old values; "
            "write the result to a new one: t = t + x"
        )
    if out or method == "at":  # into somebody's ndarray, which remembers nothing
        plain = [arrays_in(one) for one in inputs]
        return getattr(ufunc, method)(*plain, **({"out": out} if out else {}), **options)
    op = UFUNCS.get(ufunc)
    if method == "__call__" and op is not None:
        _no_options(f"np.{ufunc.__name__}", options)
        return op(*inputs)
    if method == "outer" and op is not None:
        _no_options(f"np.{ufunc.__name__}.outer", options)
        first, second = inputs
        return op(ops.reshape(first, ops.shape(first) + (1,) * ops.ndim(second)), second)
    if method in ("reduce", "accumulate"):
        along = (_REDUCE if method == "reduce" else _ACCUMULATE).get(ufunc)
        if along is not None:
            axis = options.pop("axis", inputs[1] if len(inputs) > 1 else 0)
            keep = {"keepdims": options.pop("keepdims", False)} if method == "reduce" else {}
            _no_options(f"np.{ufunc.__name__}.{method}", options)
            return along(inputs[0], axis=axis, **keep)
    name = f"np.{ufunc.__name__}" + ("" if method == "__call__" else f".{method}")
    _refuse_to_lose_gradients(name, (inputs, options))
    return _as_constants(getattr(ufunc, method)(*arrays_in(inputs), **arrays_in(options)))


def _symbolic_ufunc(self: KerasTensor, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
    """Answer ``np.exp(x)`` and ``array + x`` of a symbolic tensor."""
    op = UFUNCS.get(ufunc)
    if method != "__call__" or op is None or options:
        self._refuse(f"np.{ufunc.__name__} can't take it, while an op of minigrad.ops can")
    return op(*inputs)


KerasTensor.__array_ufunc__ = _symbolic_ufunc  # type: ignore[attr-defined]


@attach("__array_function__")
def _array_function(
    self: Tensor, function: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Answer ``np.concatenate([t, a])``, ``np.sum(t)`` and the like; others see plain ndarrays."""
    if not all(issubclass(one, Tensor | np.ndarray) for one in types):
        return NotImplemented
    known = FUNCTIONS.get(function)
    if known is not None:
        return known(*args, **kwargs)
    if function not in PLAIN:
        module = function.__module__.replace("numpy", "np")
        _refuse_to_lose_gradients(f"{module}.{function.__name__}", (args, kwargs))
    return function(*arrays_in(args), **arrays_in(kwargs))


def arrays_in(value: Any) -> Any:
    """Return ``value`` with read-only ndarrays for the Tensors in it: in its lists, tuples and dicts, too."""
    if isinstance(value, Tensor):
        return value.__array__()
    if isinstance(value, list | tuple):
        return type(value)(arrays_in(one) for one in value)
    if isinstance(value, dict):
        return {name: arrays_in(one) for name, one in value.items()}
    return value


def _refuse_to_lose_gradients(name: str, value: Any) -> None:
    """Raise if ``value`` holds a tensor that wants a gradient, while these are recorded."""
    if MODE.level == 0 and _wants_gradient(value):
        raise TypeError(
            f"{name} has no derivative here, and one of its arguments requires a gradient. Use an op of "
            "minigrad.ops, or pass t.detach() if no gradient is to flow through it; minigrad.differentiable "
            "declares an op of your own"
        )


def _wants_gradient(value: Any) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return any(_wants_gradient(one) for one in value)
    return isinstance(value, Tensor) and value.requires_grad


def _no_options(name: str, options: dict[str, Any]) -> None:
    for option, value in options.items():
        raise TypeError(
            f"{name} on a Tensor has no option {option} (got {value!r}); use t.astype(...), ops.where"
        )


def _as_constants(result: Any) -> Any:
    if isinstance(result, tuple):
        return tuple(_as_constants(one) for one in result)
    array = np.asarray(result)
    return wrap(array) if array.dtype.kind in "fiub" else result
