"""Adadelta: steps as large as the weight's recent steps, in the direction of the gradient.

Idea:    a gradient has the unit of the loss divided by that of the weight, so subtracting it from the weight
         makes no sense by itself. Dividing it by the size of recent gradients and multiplying it by
         the size of recent steps gives the weight's own unit, whatever the scale of the loss.
Before:  adagrad.py.  Next: ftrl.py.
Source:  Keras's ``keras/src/optimizers/adadelta.py``; Zeiler, "ADADELTA: an adaptive learning rate method"
         (2012), whose learning rate is 1.
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


class Adadelta(Optimizer):
    """Adadelta::

        v = rho * v + (1 - rho) * g^2
        step = g * sqrt((d + epsilon) / (v + epsilon))
        d = rho * d + (1 - rho) * step^2
        w -= lr * step

    Args:
        learning_rate: A number, a `LearningRateSchedule`, or a callable without arguments. Default 0.001;
            the paper's is 1.
        rho: How much of v and d is kept; in [0, 1). Default 0.95.
        epsilon: Keeps the division finite, and lets the steps begin: d is 0 at first. Default 1e-7.
        **options: The arguments that all optimizers share: see `Optimizer`.

    Raises:
        ValueError: For a value out of range.
        UnknownArgumentError: For any other argument.

    Source: ``keras.optimizers.Adadelta``.

    Example:
        >>> import minigrad as mg
        >>> w = mg.Variable([1.0, 1.0])
        >>> Adadelta(learning_rate=1.0, rho=0.75, epsilon=1e-4).apply([[100.0, -10.0]], [w])
        >>> [round(value, 3) for value in w.tolist()]
        [0.98, 1.02]
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.95,
        epsilon: float = 1e-7,
        **options: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        name = type(self).__name__
        self.rho = number(name, "rho", rho, 0.0, below=1.0)
        self.epsilon = number(name, "epsilon", epsilon, 0.0)
        self.slots = [{"accumulated_grad": 0.0, "accumulated_delta_var": 0.0}]

    def update_step(self, gradient: NDArray, variable: Variable, learning_rate: float) -> None:
        """Change one variable by its gradient."""
        rho, epsilon = self.rho, self.epsilon

        def update(p: NDArray, s: NDArray, g: NDArray, v: NDArray, d: NDArray) -> None:
            np.multiply(v, rho, out=v)
            np.multiply(g, g, out=s)
            np.multiply(s, 1.0 - rho, out=s)
            np.add(v, s, out=v)

            step: Any = scratch("adadelta step", p.shape, p.dtype)
            np.add(d, epsilon, out=step)
            np.add(v, epsilon, out=s)
            np.divide(step, s, out=step)
            np.sqrt(step, out=step)
            np.multiply(step, g, out=step)

            np.multiply(d, rho, out=d)
            np.multiply(step, step, out=s)
            np.multiply(s, 1.0 - rho, out=s)
            np.add(d, s, out=d)

            np.multiply(step, learning_rate, out=step)
            np.subtract(p, step, out=p)

        update_in_blocks(update, variable, gradient, self.slots_of(variable))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew."""
        return {**super().get_config(), "rho": self.rho, "epsilon": self.epsilon}
