"""The base of every optimizer: all of a step that is not the update rule itself.

Idea:    a step is: scale and clip the gradients, decay the weights, let the rule change each weight, keep
         their averages, apply constraints, count. A rule states what it remembers of each weight (`slots`)
         and how it changes one (`update_step`).
Before:  state.py, gradients.py, blocks.py.  Next: sgd.py (the smallest rule), adam.py.
Source:  Keras's ``keras/src/optimizers/base_optimizer.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from minigrad.autodiff.modes import no_grad
from minigrad.autodiff.tensor import NDArray, Tensor
from minigrad.autodiff.variable import Variable
from minigrad.optimizers.blocks import decay, move_average
from minigrad.optimizers.gradients import check_gradients, check_variables, clip_factors, scaled, unzip
from minigrad.optimizers.state import OptimizerState


class Optimizer(OptimizerState):
    """What changes the weights by their gradients. Subclass it with `update_step` (and ``slots``).

    Args:
        learning_rate: A number, a `LearningRateSchedule`, or a callable without arguments.
        weight_decay: Before each step, ``w -= w * weight_decay * learning_rate``. Default None: no decay.
        clipnorm: The largest norm of each gradient. Default None.
        clipvalue: The largest absolute value of a gradient's element. Default None.
        global_clipnorm: The largest norm of all gradients together. Default None. Only one of these three
            may be given.
        use_ema: Whether to keep an exponential moving average of the weights, ``average = ema_momentum *
            average + (1 - ema_momentum) * w``. Default False.
        ema_momentum: In [0, 1]. Default 0.99.
        ema_overwrite_frequency: Every so many steps the weights become their averages. Default None:
            only when `finalize_variable_values` is called, as ``fit`` does at its end.
        loss_scale_factor: `scale_loss` multiplies the loss by it, and each step divides the gradients by
            it. Default None.
        gradient_accumulation_steps: An integer >= 2: only every so many calls the weights are changed, by
            the mean of the gradients since. Default None.
        name: Default: the class's name in snake case, numbered from the second on.

    Attributes:
        slots: What the rule remembers of each weight: groups of names with their initial values.
            `slots_of` returns the variables.
        built: Whether it has seen any variables.

    Raises:
        ValueError: For a value out of range, or more than one kind of clipping.
        UnknownArgumentError: For any other argument.

    Source: ``keras.optimizers.Optimizer``.

    Example:
        >>> import minigrad as mg
        >>> class Momentum(mg.optimizers.Optimizer):
        ...     slots = [{"velocity": 0.0}]
        ...     def update_step(self, gradient, variable, learning_rate):
        ...         (v,) = self.slots_of(variable)
        ...         v.assign(0.5 * v - learning_rate * gradient)
        ...         variable.assign_add(v)
        >>> w = mg.Variable([1.0, 2.0])
        >>> optimizer = Momentum(learning_rate=0.5)
        >>> for step in range(2):
        ...     optimizer.apply([[1.0, -1.0]], [w])
        >>> w.tolist()
        [-0.25, 3.25]
    """

    def __init__(self, learning_rate: Any, **options: Any) -> None:
        super().__init__(learning_rate, **options)
        self._excluded: tuple[set[Variable], re.Pattern[str] | None] = (set(), None)

    # -- a step ----------------------------------------------------------------------------------

    def update_step(self, gradient: NDArray, variable: Variable, learning_rate: float) -> None:
        """Change one variable by its gradient: the update rule, which a subclass defines.

        Args:
            gradient: Of the variable's shape and dtype; not to be written to.
            variable: What to change.
            learning_rate: Of this step.
        """
        raise NotImplementedError(
            f"{type(self).__name__}: define update_step(self, gradient, variable, learning_rate)"
        )

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Any, Variable]]) -> Tensor:
        """Change the variables by their gradients; return the number of calls so far.

        Args:
            grads_and_vars: (gradient, variable) pairs. A gradient is a Tensor, an array or None (that
                variable is left alone, with a warning).

        Raises:
            ValueError: If there is no pair, or every gradient is None.
            ShapeError: If a gradient's shape is not its variable's. Nothing is changed then.

        Source: ``keras.optimizers.Optimizer.apply_gradients``.

        Example:
            >>> import minigrad as mg
            >>> w = mg.Variable([1.0, 2.0])
            >>> steps = mg.optimizers.SGD(0.5).apply_gradients([(np.array([1.0, -1.0]), w)])
            >>> w.tolist(), int(steps)
            ([0.5, 2.5], 1)
        """
        self.apply(*unzip(self.name, grads_and_vars))
        return self._iterations

    def apply(self, grads: Iterable[Any], trainable_variables: Iterable[Variable] | None = None) -> None:
        """Change the variables by their gradients.

        Args:
            grads: Tensors, arrays or None (that variable is left alone, with a warning). If there are none
                at all, nothing happens.
            trainable_variables: As many variables. Default: all that the optimizer was built with.

        Raises:
            ValueError: If their numbers differ, or every gradient is None, or the optimizer knows no
                variables yet and none are given.
            ShapeError: If a gradient's shape is not its variable's. Nothing is changed then.

        Source: ``keras.optimizers.Optimizer.apply``.
        """
        grads = list(grads)
        if not grads:
            return
        if trainable_variables is None and not self.built:
            raise ValueError(
                f"{self.name}: gradients without variables need an optimizer that knows its variables: "
                "pass trainable_variables, or call build(trainable_variables) first"
            )
        variables = list(self._slots if trainable_variables is None else trainable_variables)
        check_variables(self.name, variables)
        pairs = check_gradients(self.name, grads, variables)
        if any(variable not in self._slots for variable in variables):
            self.build(variables)
        with no_grad(), np.errstate(all="ignore"):  # where training diverges, the loss shows it
            self._update(pairs)
            if self.use_ema:
                self._update_averages(variables)
            for _, variable in pairs:
                if variable.constraint is not None:
                    variable.assign(variable.constraint(variable))
        self._iterations.assign_add(1)

    def _update(self, pairs: list[tuple[NDArray, Variable]]) -> None:
        scale = 1.0 / (self.loss_scale_factor or 1.0)
        steps = self.gradient_accumulation_steps
        if steps:
            for gradient, variable in pairs:
                accumulator = self._slots[variable]["gradient_accumulator"].array_to_update()
                accumulator += gradient
            if (int(self._iterations) + 1) % steps:
                return
            pairs = [(self._slots[variable]["gradient_accumulator"]._data, variable) for _, variable in pairs]
            scale /= steps
        factors = clip_factors(
            [gradient for gradient, _ in pairs], scale, self.clipnorm, self.global_clipnorm
        )
        learning_rate = float(self.learning_rate)
        for (gradient, variable), factor in zip(pairs, factors, strict=True):
            if self.weight_decay is not None and self._decays(variable):
                decay(variable, self.weight_decay * learning_rate)
            self.update_step(scaled(gradient, factor, self.clipvalue), variable, learning_rate)
            if steps:
                gradient.fill(0.0)

    # -- weight decay ----------------------------------------------------------------------------

    def exclude_from_weight_decay(
        self, var_list: Iterable[Variable] | None = None, var_names: Iterable[str] | None = None
    ) -> None:
        """Let some variables not decay; this replaces what an earlier call said.

        Args:
            var_list: The variables. Default: none.
            var_names: Strings: any variable whose name contains one of them. Default: none.

        Source: ``keras.optimizers.Optimizer.exclude_from_weight_decay``.

        Example:
            >>> import minigrad as mg
            >>> optimizer = mg.optimizers.SGD(0.5, weight_decay=0.5)
            >>> optimizer.exclude_from_weight_decay(var_names=["bias"])
            >>> kernel, bias = mg.Variable([1.0], name="kernel"), mg.Variable([1.0], name="bias")
            >>> optimizer.apply([[0.0], [0.0]], [kernel, bias])
            >>> kernel.item(), bias.item()
            (0.75, 1.0)
        """
        names = list(var_names or ())
        self._excluded = (set(var_list or ()), re.compile("|".join(names)) if names else None)

    def _decays(self, variable: Variable) -> bool:
        variables, pattern = self._excluded
        return variable not in variables and (pattern is None or pattern.search(variable.name) is None)

    # -- averages of the weights -----------------------------------------------------------------

    def _update_averages(self, variables: list[Variable]) -> None:
        """Move each average towards its weight; at the first step it becomes the weight."""
        momentum = self.ema_momentum if self.updates_done() else 0.0
        frequency = self.ema_overwrite_frequency
        for variable in variables:
            average = self._slots[variable]["average"]
            move_average(average, variable._data, momentum)
            if frequency and (self.updates_done() + 1) % frequency == 0:
                variable.assign(average)

    def finalize_variable_values(self, var_list: Iterable[Variable]) -> None:
        """Let the variables become their averages, if `use_ema`; ``fit`` calls this at its end.

        Raises:
            ValueError: If the optimizer has never seen one of them.

        Source: ``keras.optimizers.Optimizer.finalize_variable_values``.
        """
        if not self.use_ema:
            return
        for variable in var_list:
            if variable not in self._slots:
                raise ValueError(f"{self.name}: it keeps no average of variable {variable.path!r}")
            variable.assign(self._slots[variable]["average"])
