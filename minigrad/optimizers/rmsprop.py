"""RMSprop: each weight's step is divided by the size that its gradients have had lately.

Idea:    the root of a running mean of squares is a gradient's usual size. Divided by it, steep and flat
         directions get steps of the same size.
Before:  sgd.py.  Next: adam.py (which smooths the gradient, too).
Source:  Keras's ``keras/src/optimizers/rmsprop.py``; Hinton, "Neural Networks for Machine Learning",
         lecture 6 (2012).
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


class RMSprop(Optimizer):
    """RMSprop::

        v = rho * v + (1 - rho) * g^2
        step = lr * g / sqrt(v + epsilon)
        w -= step

    With ``momentum``, ``m = momentum * m + step`` is subtracted instead of the step. With ``centered``, the
    gradients' variance ``v - a^2`` takes the place of v, where ``a = rho * a + (1 - rho) * g``.

    Args:
        learning_rate: A number, a `LearningRateSchedule`, or a callable without arguments. Default 0.001.
        rho: How much of v is kept; in [0, 1). Default 0.9.
        momentum: How much of the last change is kept; in [0, 1]. Default 0.
        epsilon: Keeps the division finite; it is inside the root. Default 1e-7.
        centered: Whether to divide by the variance. Default False.
        **options: The arguments that all optimizers share: see `Optimizer`.

    Raises:
        ValueError: For a value out of range.
        UnknownArgumentError: For any other argument.

    Source: ``keras.optimizers.RMSprop``.

    Example:
        >>> import minigrad as mg
        >>> w = mg.Variable([1.0, 1.0])
        >>> RMSprop(learning_rate=0.1, rho=0.75).apply([[100.0, -1.0]], [w])
        >>> [round(value, 3) for value in w.tolist()]
        [0.8, 1.2]
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        **options: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        name = type(self).__name__
        self.rho = number(name, "rho", rho, 0.0, below=1.0)
        self.momentum = number(name, "momentum", momentum, 0.0, 1.0)
        self.epsilon = number(name, "epsilon", epsilon, 0.0)
        self.centered = centered
        self.slots = [{"velocity": 0.0}]
        if self.momentum:
            self.slots.append({"momentum": 0.0})
        if centered:
            self.slots.append({"average_gradient": 0.0})

    def update_step(self, gradient: NDArray, variable: Variable, learning_rate: float) -> None:
        """Change one variable by its gradient."""
        rho, momentum, epsilon = self.rho, self.momentum, self.epsilon

        def update(p: NDArray, s: NDArray, g: NDArray, v: NDArray, *others: NDArray) -> None:
            np.multiply(v, rho, out=v)
            np.multiply(g, g, out=s)
            np.multiply(s, 1.0 - rho, out=s)
            np.add(v, s, out=v)
            if self.centered:
                a = others[-1]
                np.multiply(a, rho, out=a)
                np.multiply(g, 1.0 - rho, out=s)
                np.add(a, s, out=a)
                np.multiply(a, a, out=s)
                np.subtract(v, s, out=s)
                np.add(s, epsilon, out=s)
            else:
                np.add(v, epsilon, out=s)
            np.sqrt(s, out=s)
            np.divide(g, s, out=s)
            np.multiply(s, learning_rate, out=s)
            if momentum:
                m = others[0]
                np.multiply(m, momentum, out=m)
                s = np.add(m, s, out=m)
            np.subtract(p, s, out=p)

        update_in_blocks(update, variable, gradient, self.slots_of(variable))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew."""
        return {
            **super().get_config(),
            "rho": self.rho,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "centered": self.centered,
        }
