"""Lion: every weight makes a step of the same size, in the direction of its momentum.

Idea:    only the sign of the step's direction is used, and one array is remembered, half of what Adam keeps.
         All steps being as long as the learning rate, that should be three to ten times smaller than
         Adam's, and the weight decay as much larger.
Before:  adam.py.  Next: adagrad.py.
Source:  Keras's ``keras/src/optimizers/lion.py``; Chen et al., "Symbolic discovery of optimization
         algorithms" (2023).
"""

from __future__ import annotations

from typing import Any, Unpack

import numpy as np

from minigrad.arguments import number
from minigrad.autodiff.tensor import NDArray
from minigrad.autodiff.variable import Variable
from minigrad.kernels.scratch import scratch
from minigrad.optimizers.blocks import update_in_blocks
from minigrad.optimizers.optimizer import Optimizer
from minigrad.optimizers.settings import OptimizerOptions


class Lion(Optimizer):
    """Lion::

        w -= lr * sign(beta_1 * m + (1 - beta_1) * g)
        m = beta_2 * m + (1 - beta_2) * g

    Args:
        learning_rate: A number, a `LearningRateSchedule`, or a callable without arguments. Default 0.001.
        beta_1: How much m counts against g in the direction; in (0, 1]: with 0, nothing but the gradient's
            sign would be left. Default 0.9.
        beta_2: How much of m is kept; in [0, 1). Default 0.99.
        **options: The arguments that all optimizers share: see `Optimizer`.

    Raises:
        ValueError: For a value out of range.
        UnknownArgumentError: For any other argument.

    Source: ``keras.optimizers.Lion``.

    Example:
        >>> import minigrad as mg
        >>> w = mg.Variable([1.0, 1.0, 1.0])
        >>> Lion(learning_rate=0.25).apply([[100.0, -0.01, 0.0]], [w])
        >>> w.tolist()
        [0.75, 1.25, 1.0]
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.99,
        **options: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        name = type(self).__name__
        self.beta_1 = number(name, "beta_1", beta_1, maximum=1.0, above=0.0)
        self.beta_2 = number(name, "beta_2", beta_2, 0.0, below=1.0)
        self.slots = [{"momentum": 0.0}]

    def update_step(self, gradient: NDArray, variable: Variable, learning_rate: float) -> None:
        """Change one variable by its gradient."""
        beta_1, beta_2 = self.beta_1, self.beta_2

        def update(p: NDArray, s: NDArray, g: NDArray, m: NDArray) -> None:
            direction: Any = scratch("lion direction", p.shape, p.dtype)
            np.multiply(m, beta_1, out=direction)
            np.multiply(g, 1.0 - beta_1, out=s)
            np.add(direction, s, out=s)
            np.sign(s, out=s)
            np.multiply(s, learning_rate, out=s)
            np.subtract(p, s, out=p)

            np.multiply(m, beta_2, out=m)
            np.multiply(g, 1.0 - beta_2, out=s)
            np.add(m, s, out=m)

        update_in_blocks(update, variable, gradient, self.slots_of(variable))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew."""
        return {**super().get_config(), "beta_1": self.beta_1, "beta_2": self.beta_2}
