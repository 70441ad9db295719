"""Weights by names: which name each weight has in a file, and how they find back to a model.

Idea:    names are unique within a model, but those of layers that were given none (dense, dense_1 ...) count
         what was made before. So a model's file is also known by the order of its weights.
Before:  layers/weights.py.  Next: saving/weights_npz.py, saving/weights_safetensors.py.
"""

from __future__ import annotations

import os
import warnings
from typing import Any

import numpy as np

from minigrad.autodiff.variable import Variable
from minigrad.errors import DataFileError, LikelyMistakeWarning, NotBuiltError, ShapeError
from minigrad.layers.stored_weights import check_value
from minigrad.layers.weights import WeightOwner

Arrays = dict[str, np.ndarray[Any, Any]]


def check_built(model: Any, what: str) -> None:
    """Raise unless the model has weights.

    Raises:
        NotBuiltError: With what to do.
    """
    if not model.built:
        raise NotBuiltError(f"{model.name} has no weights to {what} yet: call it, or build it with a shape")


def named_weights(model: Any) -> dict[str, Variable]:
    """Return a model's weights in its own order, by unique names: those of the layers that lead there.

    Example:
        >>> import minigrad as mg
        >>> inner = mg.Sequential([mg.Input((2,)), mg.layers.Dense(1, name="out")], name="inner")
        >>> list(named_weights(mg.Sequential([inner])))
        ['inner/out/kernel', 'inner/out/bias']
    """
    names: dict[int, str] = {}
    taken: set[str] = set()
    visited: set[int] = set()

    def visit(layer: Any, path: str) -> None:
        if id(layer) in visited:
            return
        visited.add(id(layer))
        for variable in layer._own_variables():
            name = full = f"{path}{variable.name}"
            number = 0
            while full in taken:
                number += 1
                full = f"{name}_{number}"
            if id(variable) not in names:
                names[id(variable)] = full
                taken.add(full)
        for part in layer._parts(WeightOwner):
            visit(part, f"{path}{part.name}/")

    visit(model, "")
    return {names[id(variable)]: variable for variable in model.variables}


def assign_in_order(path: Any, model: Any, arrays: Arrays) -> None:
    """Give a model's weights the arrays of a file in which they have the same order; all or none.

    A weight's own name (the last of its name in the file) and its shape must fit.

    Raises:
        ShapeError: If the number of weights, a name or a shape differs.
        DataFileError: If an array is of another kind of numbers.
    """
    file, variables = os.fspath(path), model.variables
    if len(arrays) != len(variables):
        raise ShapeError(
            f"{file} has {len(arrays)} weights, {model.name} has {len(variables)}: is it another model's?"
        )
    for (key, array), variable in zip(arrays.items(), variables, strict=True):
        if key.rsplit("/", 1)[-1] != variable.name:
            raise ShapeError(f"{file}: its weight {key!r} stands where {model.name} has {variable.path!r}")
        _check(file, model, key, variable, array)
    for array, variable in zip(arrays.values(), variables, strict=True):
        variable.assign(array)


def assign_by_name(path: Any, model: Any, arrays: Arrays, skip_mismatch: bool = False) -> None:
    """Give a model's weights the arrays of the same names.

    Args:
        path: The file.
        model: The model.
        arrays: What is in the file.
        skip_mismatch: Whether weights that are not in the file, or of another shape there, stay as they are,
            with a warning; else nothing is changed then.

    Raises:
        ShapeError: If a name or a shape differs.
        DataFileError: If an array is of another kind of numbers.
    """
    file, own = os.fspath(path), named_weights(model)
    missing, more = [name for name in own if name not in arrays], [name for name in arrays if name not in own]
    if (missing or more) and not skip_mismatch:
        lacks = f"it lacks {', '.join(missing[:5])}" if missing else "it has all its weights"
        extra = f", and has {', '.join(more[:5])}, which the model doesn't have" if more else ""
        raise ShapeError(f"{file} doesn't fit {model.name}: {lacks}{extra}")
    fitting = {}
    for name, variable in own.items():
        if name in arrays:
            try:
                _check(file, model, name, variable, arrays[name])
                fitting[name] = variable
            except ValueError:
                if not skip_mismatch:
                    raise
                missing.append(name)
    for name, variable in fitting.items():
        variable.assign(arrays[name])
    if missing or more:
        warn_of_mismatch(file, model, [*missing, *more])


def warn_of_mismatch(file: str, model: Any, names: list[str]) -> None:
    """Say which weights ``skip_mismatch`` left alone."""
    warnings.warn(
        f"{file} doesn't fit {model.name} everywhere; what was left as it is: {', '.join(names)}",
        LikelyMistakeWarning,
        stacklevel=5,
    )


def _check(file: str, model: Any, key: str, variable: Variable, array: np.ndarray[Any, Any]) -> None:
    if array.shape != variable.shape:
        raise ShapeError(
            f"{file}: its weight {key!r} has shape {array.shape}, {variable.path!r} of {model.name} "
            f"{variable.shape}"
        )
    try:
        check_value(variable, array)
    except TypeError as error:
        raise DataFileError(f"{file}: {error}") from None
