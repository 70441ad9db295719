"""What is passed to the transformations of functions, read and checked.

Idea:    they differ in what they do with a function, not in what they are given: which arguments to
         differentiate by, what the arguments are, and vectors in the form of these.
Before:  graph.py, structures.py.  Next: trace.py.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

from minigrad.autodiff.differentiable import cast
from minigrad.autodiff.modes import recording
from minigrad.autodiff.structures import flatten_like, is_structure
from minigrad.autodiff.tensor import Tensor, to_array, wrap
from minigrad.errors import ShapeError


def check_function(name: str, fn: Any) -> None:
    """Raise TypeError if ``fn`` can't be called."""
    if not callable(fn):
        raise TypeError(f"{name} takes a function; got {type(fn).__name__}")


def positions(name: str, argnums: int | Sequence[int], count: int) -> list[int]:
    """Return ``argnums`` as distinct positions, counted from the front.

    Raises:
        ValueError: If there are not that many arguments, or one is named twice.
        TypeError: If it is not an integer or a sequence of them.
    """
    try:
        numbers = [operator.index(one) for one in (argnums if isinstance(argnums, Sequence) else [argnums])]
    except TypeError:
        raise TypeError(
            f"{name}: argnums must be an integer or a sequence of them; got {argnums!r}"
        ) from None
    for number in numbers:
        if not -count <= number < count:
            raise ValueError(
                f"{name}: argnums={argnums!r} names an argument that the call doesn't have: it had {count} "
                "by position (those by name are constants)"
            )
    chosen = [number % count for number in numbers]
    if len(set(chosen)) != len(chosen):
        raise ValueError(f"{name}: argnums={argnums!r} names an argument twice")
    return chosen


def arguments(inputs: Any) -> tuple[Any, ...]:
    """Return the arguments that ``inputs`` stands for: those in a tuple or a list of tensors, else itself."""
    several = isinstance(inputs, tuple) or (isinstance(inputs, list) and is_structure(inputs))
    return tuple(inputs) if several else (inputs,)


def per_argument(
    name: str,
    argument: str,
    structures: Sequence[Any],
    values: Sequence[Any],
    likes: Sequence[Tensor],
    record: bool,
) -> list[Any]:
    """Return what ``values`` hold, each of the form of a structure, as vectors checked by `fitting`.

    Raises:
        ValueError: If there are not as many values as structures, or one has another form.
        ShapeError: If a shape differs.
    """
    if len(values) != len(structures):
        raise ValueError(
            f"{name}: {argument} must be a tuple of {len(structures)}, one for each argument; got "
            f"{len(values)}"
        )
    pairs = zip(structures, values, strict=True)
    leaves = [leaf for part, value in pairs for leaf in flatten_like(name, argument, part, value)]
    return [fitting(name, argument, leaf, like, record) for leaf, like in zip(leaves, likes, strict=True)]


def fitting(name: str, argument: str, value: Any, like: Tensor, record: bool) -> Any:
    """Return what a caller gave as a vector beside ``like``: an ndarray, or a Tensor to be recorded.

    Raises:
        ShapeError: If the shapes differ.
    """
    if record and isinstance(value, Tensor):
        with recording():
            vector: Any = value if value.dtype == like.dtype else cast(value, like.dtype)
    else:
        vector = to_array(value, like.dtype)
    if vector.shape != like.shape:
        raise ShapeError(f"{name}: {argument} of shape {vector.shape} doesn't fit a tensor of {like.shape}")
    return wrap(vector) if record and not isinstance(vector, Tensor) else vector
