"""What an optimizer remembers: how often it was called, and its slots for each weight.

Idea:    a rule states what it keeps of each weight (`slots`); the variables are made when a weight is first
         seen, so one optimizer may serve several models.
Before:  settings.py.  Next: optimizer.py (what is done with them).
Source:  Keras's ``keras/src/optimizers/base_optimizer.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from minigrad import initializers
from minigrad.autodiff.tensor import Tensor, wrap
from minigrad.autodiff.variable import Variable
from minigrad.config import floatx
from minigrad.optimizers.gradients import check_variables
from minigrad.optimizers.settings import OptimizerSettings


class OptimizerState(OptimizerSettings):
    """The state of an optimizer; `Optimizer` documents the arguments."""

    slots: Sequence[Mapping[str, float]] = ()

    def __init__(self, learning_rate: Any, **options: Any) -> None:
        super().__init__(learning_rate, **options)
        self.built = False
        self._state: list[Variable] = []
        self._slots: dict[Variable, dict[str, Variable]] = {}  # of each variable seen, in that order

    @property
    def iterations(self) -> Tensor:
        """The number of updates done: calls of `apply`, divided by gradient_accumulation_steps if given."""
        if self.gradient_accumulation_steps:
            return wrap(np.asarray(self.updates_done()))
        return self._iterations

    def updates_done(self) -> int:
        """Return `iterations` as an int."""
        return int(self._iterations) // (self.gradient_accumulation_steps or 1)

    @property
    def variables(self) -> list[Variable]:
        """Its state in Keras's order: iteration, learning rate (if it is a number), the slots."""
        rate = [self._learning_rate] if isinstance(self._learning_rate, Variable) else []
        return [self._iterations, *rate, *self._state]

    def build(self, variables: Iterable[Variable]) -> None:
        """Make the slots of those ``variables`` that have none yet.

        `apply` does this when it first sees a variable, so that one optimizer may serve several models.

        Raises:
            TypeError: If one is no Variable.
            DTypeError: If one is not floating.
        """
        new = [variable for variable in variables if variable not in self._slots]
        check_variables(self.name, new)
        made: dict[Variable, dict[str, Variable]] = {variable: {} for variable in new}
        before = len(self._state)
        try:
            for group in self._groups():
                for variable in new:
                    for name, value in group.items():
                        made[variable][name] = self.add_variable_from_reference(variable, name, value)
        except BaseException:  # interrupted, say: all or none, so that the next step can begin anew
            del self._state[before:]
            raise
        self._slots.update(made)
        self.built = True

    def _groups(self) -> list[Mapping[str, float | None]]:
        """Return all that is remembered of each variable: the base's own groups, then ``slots``."""
        groups: list[Mapping[str, float | None]] = []
        if self.use_ema:
            groups.append({"average": None})
        if self.gradient_accumulation_steps:
            groups.append({"gradient_accumulator": 0.0})
        return [*groups, *self.slots]

    def state_of(self, variables: Sequence[Variable]) -> list[Variable]:
        """Return `variables` as they would be if the optimizer had been built with these only, at once.

        This is the order of a file: whatever else the optimizer serves, and since when.
        """
        self.build(variables)
        slots = {id(slot) for own in self._slots.values() for slot in own.values()}
        others = [one for one in self.variables if id(one) not in slots]
        count = len(self.variables) - len(self._state)  # the iteration, and the learning rate
        ours = [
            self._slots[variable][name]
            for group in self._groups()
            for variable in variables
            for name in group
        ]
        return [*others[:count], *ours, *others[count:]]

    def add_variable_from_reference(
        self, reference_variable: Variable, name: str = "var", initial_value: float | None = 0.0
    ) -> Variable:
        """Add a state variable of the shape and dtype of ``reference_variable``, and return it.

        Args:
            reference_variable: A model's variable.
            name: It will be called "<path of the reference>_<name>".
            initial_value: The value of every element. Default 0; None: the reference's own values.
        """
        values = np.array(reference_variable, order="C")
        if initial_value is not None:
            values.fill(initial_value)
        full_name = f"{reference_variable.path.replace('/', '_')}_{name}"
        self._state.append(Variable(values, trainable=False, name=full_name))
        return self._state[-1]

    def slots_of(self, variable: Variable) -> list[Variable]:
        """Return what the rule remembers of ``variable``, in the order of ``slots``."""
        own = self._slots[variable]
        return [own[name] for group in self.slots for name in group]

    def add_variable(
        self,
        shape: Sequence[int],
        initializer: Any = "zeros",
        dtype: DTypeLike | None = None,
        name: str | None = None,
    ) -> Variable:
        """Add a state variable that belongs to no weight in particular, and return it.

        Args:
            shape: Its shape.
            initializer: A name or an initializer. Default "zeros".
            dtype: Default: `floatx`.
            name: Default: "variable".
        """
        values = initializers.get(initializer)(shape, dtype=dtype or floatx())
        self._state.append(Variable(values, trainable=False, name=name or "variable"))
        return self._state[-1]

    def assign(self, variable: Variable, value: Any) -> None:
        """Set a variable; `assign_add` and `assign_sub` add to it and subtract from it.

        Source: the three methods of ``keras.optimizers.Optimizer`` that rules of your own may use.
        """
        variable.assign(value)

    def assign_add(self, variable: Variable, value: Any) -> None:
        """Add to a variable."""
        variable.assign_add(value)

    def assign_sub(self, variable: Variable, value: Any) -> None:
        """Subtract from a variable."""
        variable.assign_sub(value)

    def _get_variable_index(self, variable: Variable) -> int:
        """Return the place of a variable among those seen: what Keras's own rules find their lists by."""
        return {one: index for index, one in enumerate(self._slots)}[variable]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Set the values of `variables`, in their order.

        Raises:
            ValueError: If there is another number of them.
            ShapeError: If one has another shape.

        Source: ``keras.optimizers.Optimizer.set_weights``.
        """
        if len(weights) != len(self.variables):
            raise ValueError(
                f"{self.name}: set_weights needs {len(self.variables)} arrays, one for each variable; "
                f"got {len(weights)}"
            )
        for variable, value in zip(self.variables, weights, strict=True):
            variable.assign(value)
