"""What an op's body is given, and what becomes of what it returns.

Idea:    a body is plain NumPy. So its inputs, whatever they were, arrive as ndarrays of one dtype, and
         what it returns leaves as an ndarray of the dtype that a reader would expect: float32 stays
         float32, and integers become `floatx` where NumPy would make float64 of them.
Before:  tensor.py, symbolic.py.  Next: calling.py.
Source:  the promotion rules of NumPy 2 (NEP 50), with tensors and ndarrays as the ones that decide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minigrad.autodiff.symbolic import KerasTensor
from minigrad.autodiff.tensor import NDArray, Tensor, to_array, wrap
from minigrad.config import floatx
from minigrad.errors import DTypeError, ShapeError, SymbolicError

_PLAIN = frozenset((float, int, bool, str, slice, type(None), type(...)))
_float64 = np.dtype(np.float64)
_float16 = np.dtype(np.float16)


def align(name: str, given: Sequence[Any]) -> list[Any]:
    """Return an op's inputs with one dtype among them, as tensors, numbers and None.

    Tensors and ndarrays decide: the widest float among them, else the widest integer. Integers beside
    floats are converted, and lists take whatever the others have. Python numbers beside an array stay
    as they are, since NumPy lets them follow the array's dtype.
    """
    if _are_aligned(given):
        return list(given)
    strong = [one.dtype for one in given if isinstance(one, Tensor | np.ndarray)]
    if not strong:  # numbers and lists alone
        wrapped = [None if one is None else wrap(_named(name, one)) for one in given]
        strong = [one.dtype for one in wrapped if one is not None]
        return wrapped if len(set(strong)) <= 1 else align(name, wrapped)

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
            array = _named(name, one)
            tensor = wrap(array.astype(dtype) if not isinstance(one, np.ndarray | np.generic) else array)
        inputs.append(tensor if tensor.dtype == dtype else tensor.astype(dtype))  # an op: it has a gradient
    return inputs


def _are_aligned(given: Sequence[Any]) -> bool:
    """Tell whether all are tensors of one dtype, or None: the usual case."""
    dtype = None
    for one in given:
        if one is None:
            continue
        if not isinstance(one, Tensor):
            return False
        if dtype is None:
            dtype = one._data.dtype
        elif one._data.dtype is not dtype:
            return False
    return dtype is not None


def _named(name: str, value: Any) -> NDArray:
    """Return ``value`` as an array, or raise `to_array`'s error with the op's name."""
    try:
        return to_array(value)
    except (DTypeError, ShapeError) as error:
        raise type(error)(f"{name}: {error}") from None


def plain(value: Any) -> Any:
    """Return a tensor's array, and anything else as it is.

    Raises:
        SymbolicError: If it is a symbolic tensor.
    """
    if isinstance(value, Tensor):
        return value._data
    if isinstance(value, KerasTensor):
        raise SymbolicError(f"{value!r} has no numbers yet")
    return value


def are_plain(options: Sequence[Any]) -> bool:
    """Tell whether options are numbers, names, slices and the like, and tuples of these."""
    for option in options:
        if option.__class__ not in _PLAIN and not (option.__class__ is tuple and are_plain(option)):
            return False
    return True


def settle(out: Any, reference: Any) -> NDArray:
    """Return what a body returned as an ndarray; floats that NumPy made of integers become `floatx`."""
    if isinstance(out, tuple):
        raise TypeError("the body of an op with several outputs must be annotated: -> tuple[Any, ...]")
    array = np.asarray(out)
    if array.dtype is _float64 and reference is not None and reference.dtype.kind in "iub":
        return array.astype(floatx())
    return array


def settle_floats(forward: Callable[..., Any], out: Any, *arrays: NDArray) -> NDArray:
    """Return ``out`` settled; what NumPy made float16, as of integers of 8 bits, is made in `floatx`."""
    settled = settle(out, arrays[0])
    if settled.dtype is _float16 and arrays[0].dtype.kind in "iub":
        return settle(forward(*(array.astype(floatx()) for array in arrays)), arrays[0])
    return settled


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
