"""Constraints on weights: after each step, the nearest value that is allowed (or a move towards it).

Idea:    a projection. It is no part of the loss: the optimizer steps as it likes, and is put back.
Shapes:  w -> the same shape; a norm is taken over ``axis``, so by default over a unit's inputs.
Before:  ops/, serialization.py.  Next: optimizers/optimizer.py (which applies them).
Source:  Keras's ``keras/src/constraints``; Srivastava et al., "Dropout" (2014), 5.1 for max-norm.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from minigrad import ops
from minigrad.arguments import number
from minigrad.autodiff.tensor import TensorLike
from minigrad.config import epsilon
from minigrad.serialization import Family

Axis = int | Sequence[int] | None


class Constraint:
    """The base of all constraints. Subclass it with ``__call__``, and ``get_config`` if it has arguments.

    Any function from a tensor to one of the same shape may serve as a constraint, too.

    Source: ``keras.constraints.Constraint``.

    Example:
        >>> import minigrad as mg
        >>> class AtMostOne(mg.constraints.Constraint):
        ...     def __call__(self, w):
        ...         return mg.ops.minimum(w, 1.0)
        >>> AtMostOne()(mg.Tensor([0.5, 3.0])).tolist()
        [0.5, 1.0]
    """

    def __call__(self, w: TensorLike) -> Any:
        """Return the allowed value for ``w``; here w itself."""
        return w

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return a new constraint with the arguments that `get_config` gave."""
        return cls(**config)


class MaxNorm(Constraint):
    """A norm of at most ``max_value``: ``w min(|w|, max_value) / (epsilon + |w|)``.

    Args:
        max_value: At least 0. Default 2.
        axis: Over which the norm is taken. Default 0: a dense kernel's inputs, so each unit has its own
            norm. For a convolution's filters that is ``[0, 1, 2]``. None: over all.

    Raises:
        ValueError: If an argument is none of that; when called, if there is no such axis.

    Source: ``keras.constraints.MaxNorm``.

    Example:
        >>> import minigrad as mg
        >>> w = mg.constraints.MaxNorm(5.0)(mg.Tensor([[3.0, 6.0], [4.0, 8.0]]))
        >>> w.numpy().round(3).tolist()
        [[3.0, 3.0], [4.0, 4.0]]
    """

    def __init__(self, max_value: float = 2, axis: Axis = 0) -> None:
        self.max_value = number("MaxNorm", "max_value", max_value, 0)
        self.axis = axis

    def __call__(self, w: TensorLike) -> Any:
        """Return ``w`` with no norm above max_value."""
        norms = _norms(w, self.axis)
        return w * (ops.clip(norms, 0.0, self.max_value) / (epsilon() + norms))

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return {"max_value": self.max_value, "axis": self.axis}


class NonNeg(Constraint):
    """No negative weights: ``max(w, 0)``.

    Source: ``keras.constraints.NonNeg``.

    Example:
        >>> import minigrad as mg
        >>> mg.constraints.NonNeg()(mg.Tensor([-1.0, 2.0])).tolist()
        [0.0, 2.0]
    """

    def __call__(self, w: TensorLike) -> Any:
        """Return ``w`` with zeros for what is negative."""
        return ops.maximum(w, 0.0)


class UnitNorm(Constraint):
    """A norm of 1: ``w / (epsilon + |w|)``.

    Args:
        axis: Over which the norm is taken; see `MaxNorm`. Default 0.

    Raises:
        ShapeError: When called, if there is no such axis.

    Source: ``keras.constraints.UnitNorm``.

    Example:
        >>> import minigrad as mg
        >>> mg.constraints.UnitNorm()(mg.Tensor([[3.0], [4.0]])).numpy().round(3)
        array([[0.6],
               [0.8]], dtype=float32)
    """

    def __init__(self, axis: Axis = 0) -> None:
        self.axis = axis

    def __call__(self, w: TensorLike) -> Any:
        """Return ``w`` scaled to norm 1."""
        return w / (epsilon() + _norms(w, self.axis))

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return {"axis": self.axis}


class MinMaxNorm(Constraint):
    """A norm between two bounds, reached at once or step by step.

    The new norm is ``rate clip(|w|, min_value, max_value) + (1 - rate) |w|``.

    Args:
        min_value: At least 0. Default 0.
        max_value: At least min_value. Default 1.
        rate: Between 0 (nothing is done) and 1 (the default: done at once).
        axis: Over which the norm is taken; see `MaxNorm`. Default 0.

    Raises:
        ValueError: If an argument is none of that; when called, if there is no such axis.

    Source: ``keras.constraints.MinMaxNorm``.

    Example:
        >>> import minigrad as mg
        >>> w = mg.constraints.MinMaxNorm(1.0, 5.0, rate=0.5)(mg.Tensor([[0.3, 6.0], [0.4, 8.0]]))
        >>> w.numpy().round(3)
        array([[0.45, 4.5 ],
               [0.6 , 6.  ]], dtype=float32)
    """

    def __init__(
        self, min_value: float = 0.0, max_value: float = 1.0, rate: float = 1.0, axis: Axis = 0
    ) -> None:
        self.min_value = number("MinMaxNorm", "min_value", min_value, 0)
        self.max_value = number("MinMaxNorm", "max_value", max_value, self.min_value)
        self.rate = number("MinMaxNorm", "rate", rate, 0, 1)
        self.axis = axis

    def __call__(self, w: TensorLike) -> Any:
        """Return ``w`` with its norms within the bounds, or nearer to them."""
        norms = _norms(w, self.axis)
        wanted = self.rate * ops.clip(norms, self.min_value, self.max_value) + (1 - self.rate) * norms
        return w * (wanted / (epsilon() + norms))

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return {
            "min_value": self.min_value,
            "max_value": self.max_value,
            "rate": self.rate,
            "axis": self.axis,
        }


def _norms(w: Any, axis: Axis) -> Any:
    return ops.sqrt(ops.sum(ops.square(w), axis=axis, keepdims=True))


max_norm = MaxNorm
min_max_norm = MinMaxNorm
non_neg = NonNeg
unit_norm = UnitNorm

FAMILY = Family("constraint", "keras.constraints", [MaxNorm, MinMaxNorm, NonNeg, UnitNorm])


def get(identifier: Any) -> Any:
    """Return the constraint that ``identifier`` names; None for None.

    Args:
        identifier: A name ("max_norm", "NonNeg" ...), a config, a class, an instance or a function.

    Raises:
        UnknownNameError: If the name is unknown; it says which are known.
        ValueError: If it is nothing of that.

    Source: ``keras.constraints.get``.

    Example:
        >>> get("max_norm").max_value
        2.0
    """
    return FAMILY.get(identifier)


def serialize(constraint: Any) -> Any:
    """Return a config that JSON can hold: a dict for an instance, its name for a function.

    Raises:
        ValueError: If it is a lambda or has no ``get_config``.

    Source: ``keras.constraints.serialize``.

    Example:
        >>> serialize(UnitNorm())["config"]
        {'axis': 0}
    """
    return FAMILY.serialize(constraint)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Return the constraint that `serialize` described.

    Args:
        config: What `serialize` gave, or Keras.
        custom_objects: Classes and functions of your own, by name.

    Raises:
        UnknownNameError: If the name is unknown.

    Source: ``keras.constraints.deserialize``.

    Example:
        >>> deserialize({"class_name": "UnitNorm", "config": {"axis": 1}}).axis
        1
    """
    return FAMILY.deserialize(config, custom_objects)
