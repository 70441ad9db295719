"""Adagrad: a weight's steps shrink as its squared gradients add up.

Idea:    a weight whose gradient is rarely anything but 0, as that of a rare word, should make the most of
         it; one that is pushed all the time need not. What was added is never forgotten, so the steps
         go on shrinking.
Before:  rmsprop.py (which does forget).  Next: adadelta.py, ftrl.py.
Source:  Keras's ``keras/src/optimizers/adagrad.py``; Duchi et al., "Adaptive subgradient methods for online
         learning and stochastic optimization" (2011).
"""

from __future__ import annotations

from typing import Any, Unpack

import numpy as np

from minigrad.arguments import number
from minigrad.autodiff.tensor import NDArray
from minigrad.autodiff.variable import Variable
from minigrad.optimizers.blocks import update_in_blocks
from minigrad.optimizers.optimizer import Optimizer
from minigrad.optimizers.settings import OptimizerOptions


class Adagrad(Optimizer):
    """Adagrad: ``n = n + g^2; w -= lr * g / sqrt(n + epsilon)``.

    Args:
        learning_rate: A number, a `LearningRateSchedule`, or a callable without arguments. Default 0.001.
        initial_accumulator_value: What n is at first; >= 0. Default 0.1.
        epsilon: Keeps the division finite; it is inside the root. Default 1e-7.
        **options: The arguments that all optimizers share: see `Optimizer`.

    Raises:
        ValueError: For a value out of range.
        UnknownArgumentError: For any other argument.

    Source: ``keras.optimizers.Adagrad``.

    Example:
        >>> import minigrad as mg
        >>> w = mg.Variable([1.0, 1.0])
        >>> optimizer = Adagrad(learning_rate=0.5, initial_accumulator_value=0.0)
        >>> optimizer.apply([[100.0, -0.01]], [w])
        >>> [round(value, 3) for value in w.tolist()]
        [0.5, 1.5]
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        initial_accumulator_value: float = 0.1,
        epsilon: float = 1e-7,
        **options: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        name = type(self).__name__
        self.initial_accumulator_value = number(
            name, "initial_accumulator_value", initial_accumulator_value, 0.0
        )
        self.epsilon = number(name, "epsilon", epsilon, 0.0)
        self.slots = [{"accumulator": self.initial_accumulator_value}]

    def update_step(self, gradient: NDArray, variable: Variable, learning_rate: float) -> None:
        """Change one variable by its gradient."""

        def update(p: NDArray, s: NDArray, g: NDArray, n: NDArray) -> None:
            np.multiply(g, g, out=s)
            np.add(n, s, out=n)
            np.add(n, self.epsilon, out=s)
            np.sqrt(s, out=s)
            np.divide(g, s, out=s)
            np.multiply(s, learning_rate, out=s)
            np.subtract(p, s, out=p)

        update_in_blocks(update, variable, gradient, self.slots_of(variable))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew."""
        return {
            **super().get_config(),
            "initial_accumulator_value": self.initial_accumulator_value,
            "epsilon": self.epsilon,
        }
