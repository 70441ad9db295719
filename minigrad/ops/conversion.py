"""From Python and NumPy to tensors, and back.

Idea:    Keras's rule for dtypes: what has a dtype keeps it; Python's own integers become int32, its
         floats `floatx`, its booleans bool. (`Tensor` itself makes floats of integers, as lists of
         numbers usually are data to compute with.)
Before:  ops/joining.py.  Next: ops/complex_parts.py.
Source:  ``keras.ops``: convert_to_tensor and its relatives.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import cast
from minigrad.autodiff.tensor import NDArray, Tensor, to_array, wrap
from minigrad.autodiff.values import to_dtype
from minigrad.errors import DTypeError
from minigrad.ops.joining import stack

_INT32 = np.iinfo(np.int32)


def convert_to_tensor(x: Any, dtype: Any = None) -> Any:
    """Return ``x`` as a Tensor.

    Args:
        x: A Tensor, which is returned as it is unless the dtype differs; an ndarray, which is copied; a
            number or a (nested) list. A list of Tensors is stacked, and the result depends on them.
        dtype: The dtype wanted. Default: x's own; int32 for Python's integers (int64 where one of
            them needs it), `floatx` for its floats.

    Returns:
        A Tensor.

    Raises:
        DTypeError: If x is not numeric.
        ShapeError: If a nested list is ragged.

    Source: ``keras.ops.convert_to_tensor``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.convert_to_tensor([1, 2, 3])
        Tensor([1, 2, 3], shape=(3,), dtype=int32)
        >>> mg.ops.convert_to_tensor([1.0, 2.0]).dtype
        dtype('float32')
    """
    if isinstance(x, list | tuple) and any(issubclass(kind, Tensor) for kind in _leaf_types(x)):
        x = stack([convert_to_tensor(one) for one in x])
    if isinstance(x, Tensor):
        wanted = x.dtype if dtype is None else to_dtype(dtype)
        return x if x.dtype == wanted else cast(x, wanted)
    return wrap(as_array(x, dtype, copy=True))


def array(x: Any, dtype: Any = None) -> Any:
    """Return ``x`` as a Tensor; another name of `convert_to_tensor`.

    Source: ``keras.ops.array``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.array([1, 2, 3], dtype="float32")
        Tensor([1., 2., 3.], shape=(3,), dtype=float32)
    """
    return convert_to_tensor(x, dtype)


def as_array(x: Any, dtype: Any = None, copy: bool = False) -> NDArray:
    """Return ``x`` as an ndarray by the rule of `convert_to_tensor`.

    Raises:
        DTypeError: If x is not numeric.
        ShapeError: If a nested list is ragged.
    """
    if dtype is not None:
        return to_array(x, to_dtype(dtype), copy)
    if isinstance(x, Tensor | np.ndarray | np.generic):
        return to_array(x, x.dtype, copy)
    kinds = _leaf_types(x)
    if any(hasattr(kind, "dtype") for kind in kinds):  # a list of arrays: NumPy finds the common dtype
        return to_array(np.asarray(x))
    if int not in kinds or not kinds <= {int, bool}:
        return to_array(x)
    array = to_array(x, "int64")
    small = not array.size or (_INT32.min <= array.min() and array.max() <= _INT32.max)
    return array.astype("int32") if small else array


def _leaf_types(x: Any) -> set[type]:
    """Return the types of the elements of a nested list."""
    if not isinstance(x, list | tuple):
        return {type(x)}
    kinds = {type(one) for one in x}
    if kinds & {list, tuple}:
        kinds = set().union(*map(_leaf_types, x))
    return kinds


def convert_to_numpy(x: Any) -> NDArray:
    """Return ``x`` as an ndarray of your own: a copy of a Tensor's data, without its past.

    Source: ``keras.ops.convert_to_numpy``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.convert_to_numpy(mg.Tensor([1.0, 2.0]))
        array([1., 2.], dtype=float32)
    """
    return as_array(x, copy=True)


def is_tensor(x: Any) -> bool:
    """Return whether ``x`` is a Tensor (a Variable is one).

    Source: ``keras.ops.is_tensor``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.is_tensor(mg.Tensor(1.0)), mg.ops.is_tensor(1.0)
        (True, False)
    """
    return isinstance(x, Tensor)


def dtype(x: Any) -> str:
    """Return the name of the dtype that ``x`` has, or would have as a tensor.

    Source: ``keras.ops.dtype``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.dtype(mg.Tensor([1.0]))
        'float32'
    """
    return str(x.dtype if hasattr(x, "dtype") else as_array(x).dtype)


def copy(x: Any) -> Any:
    """Return a copy of ``x`` that shares no memory with it: ``y = x``, ``dx = g``.

    Args:
        x: A tensor, array or list.

    Returns:
        A tensor of x's shape and dtype that depends on x.

    Source: ``keras.ops.copy``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.copy(mg.Tensor([1.0, 2.0]))
        Tensor([1., 2.], shape=(2,), dtype=float32)
    """
    x = convert_to_tensor(x)
    if x.dtype.kind != "f":
        return wrap(x._data.copy())
    return x * 1.0


def saturate_cast(x: Any, dtype: Any) -> Any:
    """Convert to another dtype; what lies beyond its range becomes its smallest or largest number.

    Args:
        x: A tensor, array or list.
        dtype: The dtype wanted.

    Returns:
        A tensor of x's shape and that dtype. A gradient passes between floating dtypes.

    Raises:
        DTypeError: If the dtype is not one that a tensor can have.

    Source: ``keras.ops.saturate_cast``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.saturate_cast(mg.Tensor([-1.0, 100.0, 256.0]), "uint8")
        Tensor([  0, 100, 255], shape=(3,), dtype=uint8)
    """
    from minigrad.ops.selection import clip

    x, wanted = convert_to_tensor(x), to_dtype(dtype)
    low, high = _range(x.dtype, wanted)
    return cast(clip(x, low, high), wanted)


def _range(old: np.dtype[Any], new: np.dtype[Any]) -> tuple[Any, Any]:
    """Return the smallest and largest numbers of dtype ``old`` that ``new`` can hold."""
    limits = []
    for end in ("min", "max"):
        own, other = _limit(old, end), _limit(new, end)
        nearer = max(own, other) if end == "min" else min(own, other)
        limit = old.type(nearer)
        if old.kind == "f" and abs(float(limit)) > abs(nearer):  # rounded to beyond the range
            limit = np.nextafter(limit, old.type(0))
        limits.append(limit.item())
    return limits[0], limits[1]


def _limit(kind: np.dtype[Any], end: str) -> Any:
    if kind.kind == "b":
        return 0 if end == "min" else 1
    info: Any = np.finfo(kind) if kind.kind == "f" else np.iinfo(kind)
    if kind.kind not in "fiu":
        raise DTypeError(f"saturate_cast: {kind} has no range")
    return (float if kind.kind == "f" else int)(getattr(info, end))
