"""The base of every metric: a number that is gathered batch by batch.

Idea:    a metric keeps a little state, such as a total and a count. Each batch adds to it, `result` makes one
         number of it, and it is reset at the start of each epoch. No gradient goes through it.
Before:  autodiff/variable.py, initializers/.  Next: reduction.py (means: nearly all metrics are one).
Source:  Keras's ``keras/src/metrics/metric.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import DTypeLike

from minigrad import initializers
from minigrad.autodiff.values import to_dtype
from minigrad.autodiff.variable import Variable
from minigrad.naming import unique_name


class Metric:
    """A number gathered over batches. Subclass it with `update_state` and `result`.

    Args:
        dtype: The dtype of the result. Default: `floatx`.
        name: Default: the class's name in snake case, numbered from the second on.

    Attributes:
        direction: ``"up"`` if more is better, ``"down"`` if less is, None where that isn't known.

    Source: ``keras.metrics.Metric``.

    Example:
        >>> import minigrad as mg
        >>> class Positives(mg.metrics.Metric):
        ...     def __init__(self, **kwargs):
        ...         super().__init__(**kwargs)
        ...         self.count = self.add_weight(name="count")
        ...     def update_state(self, y_true, y_pred, sample_weight=None):
        ...         self.count.assign_add(np.sum(np.asarray(y_pred) > 0))
        ...     def result(self):
        ...         return self.count
        >>> metric = Positives()
        >>> metric.update_state([0, 1], [0.5, -0.5])
        >>> float(metric([1, 1], [0.25, 0.5]))
        3.0
    """

    direction: Literal["up", "down"] | None = None

    def __init__(self, dtype: DTypeLike | None = None, name: str | None = None) -> None:
        self.name = name or unique_name(type(self).__name__)
        self._dtype = to_dtype(dtype)
        self._variables: list[Variable] = []

    @property
    def dtype(self) -> str:
        """The dtype of the result."""
        return self._dtype.name

    # -- state -----------------------------------------------------------------------------------

    def add_variable(
        self,
        shape: tuple[int, ...] = (),
        initializer: Any = None,
        dtype: DTypeLike | None = None,
        name: str | None = None,
    ) -> Variable:
        """Add a variable to the state, and return it.

        Args:
            shape: Its shape. Default: a scalar.
            initializer: A name, an initializer or a function of shape and dtype. Default: zeros.
            dtype: Default: `floatx`.
            name: Default "variable".

        Raises:
            RuntimeError: If the subclass has not called ``super().__init__()`` yet.
        """
        if not hasattr(self, "_variables"):
            raise RuntimeError(
                f"{type(self).__name__}: call super().__init__() first in __init__, then add variables"
            )
        make = initializers.get("zeros" if initializer is None else initializer)
        variable = Variable(make, shape=shape, dtype=to_dtype(dtype), trainable=False, name=name)
        self._variables.append(variable)
        return variable

    def add_weight(
        self,
        shape: tuple[int, ...] = (),
        initializer: Any = None,
        dtype: DTypeLike | None = None,
        name: str | None = None,
    ) -> Variable:
        """Add a variable to the state, and return it; Keras's older name of `add_variable`."""
        return self.add_variable(shape, initializer, dtype, name)

    @property
    def variables(self) -> list[Variable]:
        """The state: variables that were added, that are attributes, and those of metrics that are."""
        found = {id(variable): variable for variable in self._variables}
        for value in vars(self).values():
            found.update((id(variable), variable) for variable in _variables_in(value))
        return list(found.values())

    def reset_state(self) -> None:
        """Set all variables to zero, as at the start of an epoch."""
        for variable in self.variables:
            variable.array_to_update().fill(0)

    # -- what it does ----------------------------------------------------------------------------

    def update_state(self, *args: Any, **kwargs: Any) -> None:
        """Take in a batch: what a subclass defines."""
        raise NotImplementedError(f"{type(self).__name__}: define update_state")

    def result(self) -> Any:
        """Return the value over all batches since the last reset: what a subclass defines."""
        raise NotImplementedError(f"{type(self).__name__}: define result")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Take in a batch, and return the value over all batches since the last reset."""
        self.update_state(*args, **kwargs)
        return self.result()

    # -- config ----------------------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew, without its state."""
        return {"name": self.name, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return the metric that `get_config` described."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"


def _variables_in(value: Any) -> Iterator[Variable]:
    if isinstance(value, Variable):
        yield value
    elif isinstance(value, Metric):
        yield from value.variables
    elif isinstance(value, list | tuple | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _variables_in(one)


def add_to(variable: Variable, amount: Any) -> None:
    """Add ``amount`` to a variable, in place.

    Example:
        >>> total = Variable(np.zeros(2))
        >>> add_to(total, 3.0)
        >>> total.tolist()
        [3.0, 3.0]
    """
    array = variable.array_to_update()
    np.add(array, amount, out=array)
