"""What a model is given, put in the order and form of its inputs.

Idea:    a model of several inputs takes them in the structure that it was made with, or by name in a dict.
         An axis of size 1 at the end may be left out, or be too many: images of (N, 28, 28) do for
         (N, 28, 28, 1).
Before:  models/graph.py.  Next: models/model.py.
Source:  Keras's ``keras/src/models/functional.py``.
"""

from __future__ import annotations

import warnings
from typing import Any

from minigrad import ops
from minigrad.autodiff.structures import leaves
from minigrad.autodiff.symbolic import KerasTensor, Shape
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import ShapeError


def standardize_inputs(name: str, structure: Any, given: Any) -> list[Any]:
    """Return one tensor for each input of a model, in their flat order.

    Args:
        name: The model's name, for error messages.
        structure: The model's inputs: symbolic tensors in lists, tuples and dicts.
        given: Tensors, arrays or symbolic tensors in the same structure, or by the inputs' names in a dict.

    Raises:
        ValueError: If the structure differs, or an input is missing.
        ShapeError: If a shape doesn't fit.
    """
    values: list[Any] = []
    _arrange(name, structure, given, "", values)
    return [fit(name, *one) for one in values]


def _arrange(name: str, structure: Any, given: Any, path: str, values: list[Any]) -> None:
    """Append (input, value, path) for each input to ``values``."""
    several = isinstance(given, list | tuple)
    if isinstance(structure, KerasTensor):
        if isinstance(given, dict):
            given = _by_name(name, [structure], given)[0]
        elif several and len(given) == 1:
            given = given[0]
        if isinstance(given, list | tuple | dict):
            raise ValueError(f"{name}: it expects 1 input, {structure.name!r}; got {_form(given)}")
        values.append((structure, given, path))
        return
    if isinstance(structure, dict):
        parts: Any = {key: structure[key] for key in sorted(structure)}
        if not isinstance(given, dict) or not parts.keys() <= given.keys():
            raise _mismatch(name, structure, given)
        _warn_of_others(name, parts, given)
        pairs = [(key, part, given[key]) for key, part in parts.items()]
    else:
        if isinstance(given, dict) and all(isinstance(part, KerasTensor) for part in structure):
            given = _by_name(name, structure, given)
        elif not several and len(structure) == 1:
            given = [given]
        if not isinstance(given, list | tuple) or len(given) != len(structure):
            raise _mismatch(name, structure, given)
        pairs = [(index, part, one) for index, (part, one) in enumerate(zip(structure, given, strict=True))]
    for key, part, one in pairs:
        _arrange(name, part, one, f"{path}.{key}" if path else str(key), values)


def _by_name(name: str, inputs: Any, given: dict[str, Any]) -> list[Any]:
    names = [tensor.name for tensor in inputs]
    missing = [one for one in names if one not in given]
    if missing:
        raise ValueError(
            f"{name}: its inputs are named {', '.join(map(repr, names))}, and {missing[0]!r} is missing; got "
            f"{', '.join(map(repr, given))}"
        )
    _warn_of_others(name, names, given)
    return [given[one] for one in names]


def _warn_of_others(name: str, names: Any, given: dict[str, Any]) -> None:
    others = [one for one in given if one not in names]
    if others:
        warnings.warn(
            f"{name}: it has no input named {', '.join(map(repr, others))}; what was given so is not used",
            stacklevel=2,
        )


def _mismatch(name: str, structure: Any, given: Any) -> ValueError:
    count = len(leaves(structure))
    kind = "named input(s) with keys" if isinstance(structure, dict) else "input(s):"
    return ValueError(f"{name}: it expects {count} {kind} {_form(structure)}; got {_form(given)}")


def _form(value: Any) -> str:
    """Return a structure as text, inputs by their names and tensors by their shapes."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_form(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_form, value))}]"
    if isinstance(value, KerasTensor):
        return f"{value.name!r} of shape {value.shape}"
    return "None" if value is None else f"a tensor of shape {getattr(value, 'shape', '?')}"


def fit(name: str, expected: KerasTensor, value: Any, path: str = "", any_size: bool = False) -> Any:
    """Return a value with the number of axes and the dtype of an input.

    Args:
        name: The model's name, for the error message.
        expected: The input.
        value: A tensor, array or symbolic tensor.
        path: Where in the structure of inputs it is, for the error message.
        any_size: Whether only the number of axes has to fit.

    Raises:
        ValueError: If it is None, and the input is not optional.
        ShapeError: If its shape doesn't fit; it tells which input.
    """
    if (
        value.__class__ is Tensor
        and value._data.dtype is expected._dtype
        and value._data.shape[1:] == expected._shape[1:]
        and expected._shape[0] is None
    ):
        return value  # nearly always
    if value is None:
        layer = expected._history[0].operation if expected._history is not None else None
        if getattr(layer, "optional", False):
            return None
        raise ValueError(f"{name}: the input {expected.name!r} is not optional, and None was given for it")
    if not isinstance(value, Tensor | KerasTensor):
        value = ops.convert_to_tensor(value, expected.dtype)
    shape, wanted = value.shape, expected.shape
    if len(shape) == len(wanted) + 1 and shape[-1] == 1:
        shape = shape[:-1]
    elif len(shape) == len(wanted) - 1 and wanted[-1] == 1:
        shape = (*shape, 1)
    if len(shape) != len(wanted) or not (any_size or fits(shape, wanted)):
        where = f" (at {path})" if path else ""
        raise ShapeError(
            f"{name}: the input {expected.name!r}{where} must have shape {wanted}; got shape {value.shape}"
        )
    if isinstance(value, KerasTensor):
        return KerasTensor(shape, expected.dtype)
    if value.dtype != expected.dtype:
        value = ops.cast(value, expected.dtype)
    return value if value.shape == shape else ops.reshape(value, shape)


def fits(shape: Shape, other: Shape) -> bool:
    """Tell whether two shapes are of the same sizes, where neither is None.

    Example:
        >>> fits((32, 28, 28, 1), (None, 28, 28, 1)), fits((None, 3), (None, 3, 1))
        (True, False)
    """
    return len(shape) == len(other) and all(
        None in (size, own) or size == own for size, own in zip(shape, other, strict=True)
    )
