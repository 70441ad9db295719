"""Nested lists, tuples and dicts of tensors: taken apart, and put together again.

Idea:    a function may take its parameters as a dict and return a tuple. What differentiates it sees a
         flat list, and gives its answer in the form in which the question came.
         There are two views of a list of numbers. To `leaves` every list is a structure, and so it is in
         layers, models and tapes. To `flatten` it is one tensor, written as a list: so it is in
         ``grad(fn)([1.0, 2.0])``. (Data for a model have a third: data/structures.py.)
Before:  tensor.py.  Next: symbolic.py, transform_arguments.py.
Source:  TensorFlow's ``tf.nest``, Keras's ``keras.tree``; JAX's trees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from minigrad.autodiff.tensor import Tensor

# -- every list, tuple and dict is a structure ------------------------------------------------------


def leaves(structure: Any) -> list[Any]:
    """Return what lists, tuples and dicts hold, nested ones too; dicts in the order of their keys.

    Source: Keras's ``tree.flatten``.

    Example:
        >>> leaves({"b": 1, "a": [2, (3,)]})
        [2, 3, 1]
    """
    if isinstance(structure, list | tuple):
        return [leaf for part in structure for leaf in leaves(part)]
    if isinstance(structure, dict):
        return [leaf for key in sorted(structure) for leaf in leaves(structure[key])]
    return [structure]


def map_leaves(function: Callable[[Any], Any], structure: Any) -> Any:
    """Return the structure with ``function`` applied to what it holds, in the order of `leaves`.

    Example:
        >>> map_leaves(lambda x: x + 1, {"b": 1, "a": [2]})
        {'b': 2, 'a': [3]}
    """
    if isinstance(structure, dict):
        new = {key: map_leaves(function, structure[key]) for key in sorted(structure)}
        return {key: new[key] for key in structure}
    if isinstance(structure, list | tuple):
        parts = [map_leaves(function, part) for part in structure]
        return type(structure)(*parts) if hasattr(structure, "_fields") else type(structure)(parts)
    return function(structure)


# -- a list of numbers is a tensor -------------------------------------------------------------------


def is_structure(value: Any) -> bool:
    """Return whether ``value`` holds tensors, rather than being one.

    Dicts, and lists and tuples with tensors or arrays in them, do, and so do empty ones; a list of
    numbers is a tensor that is written as a list.

    Example:
        >>> is_structure([1.0, 2.0]), is_structure([np.ones(2), 1.0]), is_structure({"w": 1.0})
        (False, True, True)
    """
    if isinstance(value, list | tuple):
        return not value or any(isinstance(one, Tensor | np.ndarray) or is_structure(one) for one in value)
    return isinstance(value, dict)


def flatten(structure: Any) -> list[Any]:
    """Return what ``structure`` holds as a flat list; of something that is no structure, itself in a list.

    Example:
        >>> a, b = np.zeros(1), np.ones(1)
        >>> flatten({"x": a, "y": (b, [1.0, 2.0])})
        [array([0.]), array([1.]), [1.0, 2.0]]
    """
    if not is_structure(structure):
        return [structure]
    parts = structure.values() if isinstance(structure, dict) else structure
    return [leaf for part in parts for leaf in flatten(part)]


def rebuild(structure: Any, leaves: Iterable[Any]) -> Any:
    """Return a structure of the same form with these leaves: the inverse of `flatten`.

    Example:
        >>> rebuild({"x": 0, "y": (np.zeros(1), 0)}, [1, 2, 3])
        {'x': 1, 'y': (2, 3)}
    """
    return _rebuild(structure, iter(leaves))


def _rebuild(structure: Any, leaves: Iterator[Any]) -> Any:
    if not is_structure(structure):
        return next(leaves)
    if isinstance(structure, dict):
        return {key: _rebuild(part, leaves) for key, part in structure.items()}
    parts = [_rebuild(part, leaves) for part in structure]
    return type(structure)(*parts) if hasattr(structure, "_fields") else type(structure)(parts)


def flatten_like(name: str, argument: str, structure: Any, value: Any) -> list[Any]:
    """Return what ``value`` holds in the places where ``structure`` holds its leaves.

    Args:
        name: The function, for the error message.
        argument: Its argument, for the error message.
        structure: Says which form is expected.
        value: What was given.

    Raises:
        ValueError: If value has another form.

    Example:
        >>> flatten_like("vjp", "the gradient", (np.ones(2), np.ones(1)), ([1.0, 2.0], [3.0]))
        [[1.0, 2.0], [3.0]]
    """
    if not is_structure(structure):
        return [value]
    if isinstance(structure, dict):
        fits = isinstance(value, dict) and value.keys() == structure.keys()
        pairs = [(part, value[key]) for key, part in structure.items()] if fits else []
    else:
        fits = isinstance(value, list | tuple) and len(value) == len(structure)
        pairs = list(zip(structure, value, strict=True)) if fits else []
    if not fits:
        raise ValueError(f"{name}: {argument} must have the form {_form(structure)}; got {_form(value)}")
    return [leaf for part, one in pairs for leaf in flatten_like(name, argument, part, one)]


def _form(value: Any) -> str:
    """Return a structure as text with its types, such as ``(Tensor, Tensor)``."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_form(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list | tuple) and is_structure(value):
        listed = ", ".join(map(_form, value))
        return f"[{listed}]" if isinstance(value, list) else f"({listed}{',' * (len(value) == 1)})"
    return type(value).__name__
