"""What the elements of a data set look like: shapes and dtypes.

Before:  data/structures.py.  Next: data/stages.py.
Source:  TensorFlow's ``tf.TensorSpec``.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from minigrad.data.structures import map_structure


class TensorSpec(NamedTuple):
    """The shape (None where it varies) and the dtype of a tensor.

    Source: ``tf.TensorSpec``.

    Example:
        >>> TensorSpec((None, 2), "float32")
        TensorSpec(shape=(None, 2), dtype='float32')
    """

    shape: tuple[int | None, ...]
    dtype: str


def spec_of(element: Any) -> Any:
    """Return the specs of an element's arrays, in its structure.

    Example:
        >>> import numpy as np
        >>> spec_of((np.zeros(3), np.array(1)))
        (TensorSpec(shape=(3,), dtype='float64'), TensorSpec(shape=(), dtype='int64'))
    """
    return _map_specs(lambda array: TensorSpec(array.shape, array.dtype.name), element)


def batched(spec: Any, size: int | None) -> Any:
    """Return the specs of batches of such elements.

    Example:
        >>> batched(TensorSpec((3,), "int64"), None)
        TensorSpec(shape=(None, 3), dtype='int64')
    """
    return _map_specs(lambda one: TensorSpec((size, *one.shape), one.dtype), spec)


def unbatched(spec: Any) -> Any:
    """Return the specs of such batches' rows."""
    return _map_specs(lambda one: TensorSpec(one.shape[1:], one.dtype), spec)


def _map_specs(function: Any, spec: Any) -> Any:
    if isinstance(spec, TensorSpec):
        return function(spec)
    if isinstance(spec, dict):
        return {key: _map_specs(function, part) for key, part in spec.items()}
    if isinstance(spec, tuple):
        return tuple(_map_specs(function, part) for part in spec)
    return map_structure(function, spec)


def varies(spec: Any) -> bool:
    """Tell whether the first axis of all parts is that of a batch of varying size.

    Example:
        >>> varies((TensorSpec((None, 2), "float32"), TensorSpec((None,), "int64")))
        True
    """
    return all(leaf.shape[:1] == (None,) for leaf in _leaves(spec))


def _leaves(spec: Any) -> list[TensorSpec]:
    if isinstance(spec, TensorSpec):
        return [spec]
    return [leaf for part in (spec.values() if isinstance(spec, dict) else spec) for leaf in _leaves(part)]
