"""A model's outputs in one order, with their names, and what was given for each of them.

Idea:    losses, weights, metrics and targets may come as one for all, as lists in the outputs' order, or as
         dicts by the outputs' names. Here each of them becomes a list with one entry an output.
Before:  data/structures.py.  Next: models/compiled.py.
Source:  Keras's ``keras/src/trainers/compile_utils.py``.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from minigrad.autodiff.tensor import Tensor
from minigrad.data.structures import Path, at, flatten, form, is_structure, paths
from minigrad.errors import ShapeError


class Outputs:
    """The outputs of a model: where they are, and how they are called.

    Args:
        y_pred: What the model returned.
        names: The model's ``output_names``, or None.

    Attributes:
        paths: The keys that lead to each output.
        names: Its name each, or None where it has none. Outputs of a flat dict are called by its keys.
    """

    def __init__(self, y_pred: Any, names: Sequence[str] | None) -> None:
        self.form = form(y_pred)
        self.paths: list[Path] = paths(y_pred)
        self.named = isinstance(y_pred, dict) and all(len(path) == 1 for path in self.paths)
        given = list(names or ())
        if self.named:
            keys = [path[0] for path in self.paths]
            if set(given) == set(keys):
                keys = given
            elif not isinstance(y_pred, OrderedDict):
                keys = sorted(keys)
            self.paths = [(key,) for key in keys]
            given = keys
        self.names: list[Any] = given if len(given) == len(self.paths) else [None] * len(self.paths)

    def __len__(self) -> int:
        return len(self.paths)

    def select(self, y_pred: Any) -> list[Any]:
        """Return the outputs in their order."""
        return [at(y_pred, path) for path in self.paths]

    def spread(self, argument: str, given: Any) -> list[list[Any]]:
        """Return for each output the list of what was given for it.

        Args:
            argument: The argument of ``compile``, for the error message.
            given: A list or tuple with an entry for each output, a dict by names, or the outputs' own
                structure. An entry may itself be a list. Where there is one output, all is for it.

        Raises:
            ValueError: If it has none of these forms.
        """
        if len(self) == 1:
            return [leaves(given)]
        if isinstance(given, dict) and set(given) <= set(self.names):
            return [leaves(given.get(name)) for name in self.names]
        if isinstance(given, list | tuple) and len(given) == len(self):
            return [leaves(part) for part in given]
        try:
            return [leaves(_inside(given, path)) for path in self.paths]
        except (KeyError, IndexError, TypeError):
            known = (
                f", or a dict by their names: {', '.join(map(repr, self.names))}" if all(self.names) else ""
            )
            raise ValueError(
                f"compile: {argument} must be a list with an entry for each of the {len(self)} outputs"
                f"{known}; the model returns {self.form}, and {argument} is {given!r}"
            ) from None

    def targets(self, y_true: Any, wanted: Sequence[bool]) -> list[Any]:
        """Return the target of each output, None where there is none.

        Args:
            y_true: The targets.
            wanted: Which outputs have a loss. Targets may be given for these only.

        Raises:
            ValueError: If the targets don't fit the outputs.
        """
        found = self._by_name(y_true) if isinstance(y_true, dict) else self._in_order(y_true, wanted)
        if found is None or any(need and one is None for need, one in zip(wanted, found, strict=True)):
            hint = f"; give a dict by the outputs' names: {self.names}" if all(self.names) else ""
            raise ValueError(
                f"the targets don't fit the model's outputs: y is {form(y_true)}, the model returns "
                f"{self.form}{hint}"
            )
        return found

    def weights(self, sample_weight: Any) -> list[Any]:
        """Return the sample weights of each output; weights that are no structure are those of all.

        Raises:
            ValueError: If they don't fit the outputs.
        """
        if not is_structure(sample_weight):
            return [sample_weight] * len(self)
        found = self._by_name(sample_weight) if isinstance(sample_weight, dict) else None
        if isinstance(sample_weight, list | tuple) and len(sample_weight) == len(self):
            found = list(sample_weight)
        if found is None:
            raise ValueError(
                f"sample_weight must be one array, a list with one for each of the {len(self)} outputs, or a "
                f"dict by their names; got {form(sample_weight)} for outputs {self.form}"
            )
        return found

    def _by_name(self, given: dict[Any, Any]) -> list[Any] | None:
        if set(given) <= set(self.names):
            return [given.get(name) for name in self.names]
        if len(self) == 1 and len(given) == 1 and self.names == [None]:
            return list(given.values())
        return self._by_path(given)

    def _in_order(self, y_true: Any, wanted: Sequence[bool]) -> list[Any] | None:
        if len(self) == 1:
            parts = flatten(y_true)
            return parts if len(parts) == 1 else None
        if not is_structure(y_true) and sum(wanted) == 1:
            return [y_true if need else None for need in wanted]
        if not is_structure(y_true) or self.named:  # a list for a dict would be a guess
            return None
        if any(len(path) > 1 for path in self.paths):
            nested = self._by_path(y_true)
            if nested is not None:
                return nested
        parts = list(y_true)
        if len(parts) == len(self) and not any(is_structure(part) for part in parts):
            return parts
        if len(parts) == sum(wanted):
            remaining = iter(parts)
            return [next(remaining) if need else None for need in wanted]
        return None

    def _by_path(self, given: Any) -> list[Any] | None:
        try:
            return self.select(given)
        except (KeyError, IndexError, TypeError):
            return None


def _inside(given: Any, path: Path) -> Any:
    """Return what was given for the output at a path of several keys."""
    if len(path) < 2:
        raise KeyError(path)
    for key in path:
        if not isinstance(given, list | tuple | dict):
            raise TypeError(given)
        given = given[key]
    return given


def leaves(given: Any) -> list[Any]:
    """Return what is in nested lists, tuples and dicts; a config (a dict with "class_name") is one thing.

    Example:
        >>> leaves(["mse", {"a": "mae", "b": None}])
        ['mse', 'mae']
    """
    if given is None:
        return []
    if isinstance(given, dict) and "class_name" not in given:
        return [leaf for part in given.values() for leaf in leaves(part)]
    if isinstance(given, list | tuple):
        return [leaf for part in given for leaf in leaves(part)]
    return [given]


def check_rows(name: str, y_true: Any, y_pred: Any) -> None:
    """Raise a clear error if the targets and the output don't even have the same number of rows.

    Raises:
        ShapeError: Giving both shapes.
    """
    if isinstance(y_pred, Tensor) and y_pred.ndim and y_true.shape[:1] != y_pred.shape[:1]:
        raise ShapeError(
            f"{name}: the model gives outputs of shape {y_pred.shape} for targets of shape "
            f"{tuple(y_true.shape)}: the numbers of rows differ; does the model keep the batch axis?"
        )
