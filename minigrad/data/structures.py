"""Arrays in nested tuples, lists and dicts: the form of what a model takes, and of what it gives.

Before:  autodiff/tensor.py.  Next: data/packing.py.
Source:  Keras's ``keras.tree``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Path = tuple[Any, ...]


def is_structure(value: Any) -> bool:
    """Tell whether a value holds arrays, rather than being one (or a nested list of numbers).

    Example:
        >>> import numpy as np
        >>> is_structure([np.zeros(2), np.ones(2)]), is_structure([[1, 2], [3, 4]]), is_structure((1, 2))
        (True, False, True)
    """
    if isinstance(value, tuple | dict):
        return True
    return isinstance(value, list) and any(hasattr(part, "shape") or is_structure(part) for part in value)


def flatten(structure: Any) -> list[Any]:
    """Return the arrays in nested tuples, lists of arrays and dicts, without the Nones.

    Example:
        >>> flatten({"a": (1, None), "b": 2})
        [1, 2]
    """
    if structure is None:
        return []
    if isinstance(structure, dict):
        return [leaf for part in structure.values() for leaf in flatten(part)]
    if is_structure(structure):
        return [leaf for part in structure for leaf in flatten(part)]
    return [structure]


def map_structure(function: Callable[[Any], Any], structure: Any) -> Any:
    """Return the structure with ``function`` applied to each array in it; None stays None.

    Example:
        >>> map_structure(lambda x: x + 1, {"a": (1, None), "b": 2})
        {'a': (2, None), 'b': 3}
    """
    if structure is None:
        return None
    if isinstance(structure, dict):
        return type(structure)((key, map_structure(function, part)) for key, part in structure.items())
    if is_structure(structure):
        parts = [map_structure(function, part) for part in structure]
        return type(structure)(*parts) if hasattr(structure, "_fields") else type(structure)(parts)
    return function(structure)


def paths(structure: Any) -> list[Path]:
    """Return where each array is: the keys and indices that lead to it. None counts as an array here.

    Example:
        >>> paths({"a": (1, 2), "b": 3})
        [('a', 0), ('a', 1), ('b',)]
    """
    if isinstance(structure, dict):
        return [(key, *rest) for key, part in structure.items() for rest in paths(part)]
    if is_structure(structure):
        return [(index, *rest) for index, part in enumerate(structure) for rest in paths(part)]
    return [()]


def at(structure: Any, path: Path) -> Any:
    """Return what is at a path.

    Example:
        >>> at({"a": (1, 2)}, ("a", 1))
        2
    """
    for key in path:
        structure = structure[key]
    return structure


def form(structure: Any) -> str:
    """Return the structure as text, each array as its shape.

    Example:
        >>> import numpy as np
        >>> form({"a": np.zeros((2, 3)), "b": [np.zeros(2), None]})
        "{'a': (2, 3), 'b': [(2,), None]}"
    """
    if isinstance(structure, dict):
        return "{" + ", ".join(f"{key!r}: {form(part)}" for key, part in structure.items()) + "}"
    if is_structure(structure):
        listed = ", ".join(map(form, structure))
        return f"[{listed}]" if isinstance(structure, list) else f"({listed})"
    return str(tuple(structure.shape)) if hasattr(structure, "shape") else repr(structure)


def join(structures: Sequence[Any], function: Callable[[list[Any]], Any]) -> Any:
    """Return one structure, each array of which is ``function`` of the list of those at its place.

    Example:
        >>> join([{"a": 1}, {"a": 2}], sum)
        {'a': 3}
    """
    columns = iter([function(list(column)) for column in zip(*map(flatten, structures), strict=True)])
    return map_structure(lambda _: next(columns), structures[0])
