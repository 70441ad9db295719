"""Adamax: Adam with the largest recent gradient in place of the root mean square.

Idea:    v of Adam is a mean of g^2. Of g^p, with p going to infinity, the p-th root of such a mean becomes
         a maximum that fades: it needs no correction for having begun at 0.
Before:  adam.py.  Next: nadam.py (another way to use the momentum).
Source:  Keras's ``keras/src/optimizers/adamax.py``; Kingma & Ba, "Adam" (2015), section 7.1.
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


class Adamax(Optimizer):
    """Adamax. With t counting the updates from 1::

        m = beta_1 * m + (1 - beta_1) * g
        u = max(beta_2 * u, |g|)
        w -= lr / (1 - beta_1^t) * m / (u + epsilon)

    Args:
        learning_rate: A number, a `LearningRateSchedule`, or a callable without arguments. Default 0.001.
        beta_1: How much of m is kept; in [0, 1). Default 0.9.
        beta_2: How fast u fades; in [0, 1). Default 0.999.
        epsilon: Keeps the division finite. Default 1e-7.
        **options: The arguments that all optimizers share: see `Optimizer`.

    Raises:
        ValueError: For a value out of range.
        UnknownArgumentError: For any other argument.

    Source: ``keras.optimizers.Adamax``.

    Example:
        >>> import minigrad as mg
        >>> w = mg.Variable([1.0, 1.0])
        >>> Adamax(learning_rate=0.25).apply([[100.0, -0.01]], [w])
        >>> [round(value, 3) for value in w.tolist()]
        [0.75, 1.25]
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        **options: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        name = type(self).__name__
        self.beta_1 = number(name, "beta_1", beta_1, 0.0, below=1.0)
        self.beta_2 = number(name, "beta_2", beta_2, 0.0, below=1.0)
        self.epsilon = number(name, "epsilon", epsilon, 0.0)
        self.slots = [{"momentum": 0.0, "norm": 0.0}]

    def update_step(self, gradient: NDArray, variable: Variable, learning_rate: float) -> None:
        """Change one variable by its gradient."""
        beta_1, beta_2 = self.beta_1, self.beta_2
        alpha = learning_rate / (1.0 - beta_1 ** (self.updates_done() + 1))

        def update(p: NDArray, s: NDArray, g: NDArray, m: NDArray, u: NDArray) -> None:
            np.multiply(m, beta_1, out=m)
            np.multiply(g, 1.0 - beta_1, out=s)
            np.add(m, s, out=m)

            np.multiply(u, beta_2, out=u)
            np.abs(g, out=s)
            np.maximum(u, s, out=u)

            np.add(u, self.epsilon, out=s)
            np.divide(m, s, out=s)
            np.multiply(s, alpha, out=s)
            np.subtract(p, s, out=p)

        update_in_blocks(update, variable, gradient, self.slots_of(variable))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew."""
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
        }
