"""The Variable: a tensor that keeps its name and is changed step by step.

Idea:    a layer's weights outlive every graph that they take part in. They are leaves with a name, and
         the only tensors that are meant to be assigned to.
Before:  tensor.py.  Next: tape.py.
Source:  ``keras.Variable``.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from minigrad.autodiff.node import MODE, Leaf, next_number
from minigrad.autodiff.tensor import NDArray, Tensor, to_array
from minigrad.errors import DTypeError, ShapeError

_OURS_ALONE = 2  # the references to an array that only its tensor holds: its slot, and the question's


class Variable(Tensor):
    """A named tensor that can be assigned to and, if trainable, wants a gradient.

    Args:
        initializer: The first value (number, list, array, Tensor), or a callable
            ``initializer(shape, dtype=...)``.
        shape: The shape; needed with a callable, and checked against a value.
        dtype: Default: as for `Tensor`; `floatx` with a callable.
        trainable: Whether it wants a gradient, and an optimizer should change it. Default True; an
            integer or boolean variable never is.
        name: Default "variable".

    Attributes:
        name: Its own name, such as "kernel".
        path: Its name with those of the layers around it, such as "conv2d/kernel".
        trainable: May be changed at any time.
        born_trainable: What trainable was at first: a layer that is frozen and thawed again asks for it.
        regularizer: A callable added to the loss by the layer that owns it, or None.
        constraint: A callable applied to the value after each optimizer step, or None.
        taped: Whether what it takes part in is recorded only where a tape is open, or where a training step
            or a transform such as `value_and_grad` asks for it; elsewhere it counts as a constant. Default
            False: always. Variables that ``minigrad.tf`` handles are so, as TensorFlow's are.

    Raises:
        ShapeError: If the value's shape is not ``shape``, or a callable comes without one.

    Source: ``keras.Variable``.

    Example:
        >>> import minigrad as mg
        >>> counter = mg.Variable(0.0, name="counter")
        >>> counter.assign_add(2.0).item()
        2.0
    """

    __slots__ = ("_leaf", "born_trainable", "constraint", "name", "path", "regularizer", "taped")
    _leaf: Leaf | None

    def __init__(
        self,
        initializer: Any,
        shape: tuple[int, ...] | None = None,
        dtype: DTypeLike | None = None,
        trainable: bool = True,
        name: str | None = None,
    ) -> None:
        self.name = name or "variable"
        self.path = self.name
        self.taped = False
        self.regularizer: Callable[[Tensor], Any] | None = None
        self.constraint: Callable[[Tensor], Any] | None = None
        if isinstance(initializer, Callable) and not isinstance(initializer, Tensor):  # type: ignore[arg-type]
            if shape is None:
                raise ShapeError(f"Variable {self.name!r}: an initializer function needs a shape")
            initializer = initializer(tuple(shape), dtype=dtype)
        super().__init__(initializer, dtype)
        if shape is not None and tuple(shape) != self.shape:
            raise ShapeError(
                f"Variable {self.name!r}: the value has shape {self.shape}, not the shape={tuple(shape)} "
                "that was asked for"
            )
        self.born_trainable = self.trainable = bool(trainable) and self.dtype.kind == "f"

    @property
    def _node(self) -> Leaf | None:
        """The leaf, as ops see it."""
        return None if self.taped and not MODE.tapes and not MODE.recordings else self._leaf

    @_node.setter
    def _node(self, leaf: Leaf | None) -> None:
        self._leaf = leaf

    @property
    def trainable(self) -> bool:
        """Whether it wants a gradient."""
        return self._leaf is not None

    @trainable.setter
    def trainable(self, value: bool) -> None:
        if value and self.dtype.kind != "f":
            raise DTypeError(
                f"Variable {self.path!r} is {self.dtype}: only floating variables can be trained"
            )
        if not value:
            self._leaf = None
        elif self._leaf is None:
            self._leaf = Leaf(self.shape, self)

    requires_grad = trainable

    def _own_leaf(self) -> Leaf | None:
        return self._leaf

    @property
    def value(self) -> Tensor:
        """The variable itself, which is a tensor; Keras's name for reading it."""
        return self

    def assign(self, value: Any) -> Variable:
        """Replace the value; return the variable. The array is new: whoever holds the old one keeps it.

        Raises:
            ShapeError: If the shape differs.
        """
        array = to_array(value, self.dtype, copy=True)
        if array.shape != self.shape:
            raise ShapeError(
                f"Variable {self.path!r}: a value of shape {array.shape} can't be assigned to one of "
                f"shape {self.shape}"
            )
        self._data = array
        self._changed = next_number()
        return self

    def assign_add(self, value: Any) -> Variable:
        """Add ``value`` (which may broadcast); return the variable."""
        return self.assign(np.asarray(self._data + to_array(value, self.dtype)))

    def assign_sub(self, value: Any) -> Variable:
        """Subtract ``value`` (which may broadcast); return the variable."""
        return self.assign(np.asarray(self._data - to_array(value, self.dtype)))

    def array_to_update(self) -> NDArray:
        """Return the array for an optimizer to change in place; this counts as a change.

        Where anybody else holds the array (a view, a saved copy of the weights), it is copied first,
        so that nothing but this variable changes.
        """
        if sys.getrefcount(self._data) > _OURS_ALONE or self._data.base is not None:
            self._data = self._data.copy()
        self._changed = next_number()
        return self._data

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore_variable, (self._data, self._facts())

    def __deepcopy__(self, memo: dict[int, Any]) -> Variable:
        return _restore_variable(self._data, copy.deepcopy(self._facts(), memo))

    def _facts(self) -> dict[str, Any]:
        """Return what a copy needs besides the value."""
        names = ("name", "path", "regularizer", "constraint", "trainable", "born_trainable", "taped")
        return {name: getattr(self, name) for name in names}

    def __repr__(self) -> str:
        values = np.array2string(self._data, separator=", ")
        return f"<Variable path={self.path}, shape={self.shape}, dtype={self.dtype}, value={values}>"


def _restore_variable(data: NDArray, facts: dict[str, Any]) -> Variable:
    variable = Variable(data)
    for name, value in facts.items():
        setattr(variable, name, value)
    return variable
