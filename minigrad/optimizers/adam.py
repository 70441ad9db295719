"""Adam: each weight's step is scaled by how large its gradients have been.

Idea:    divide the mean of the recent gradients by the root of the mean of their squares. Where they
         agree the quotient is near 1, where they are noise it is near 0, whatever their size.
Before:  sgd.py.  Next: adamw.py.
Source:  Keras's ``keras/src/optimizers/adam.py``; Kingma & Ba, "Adam" (2015), before its section 2.1 for
         this form; Reddi et al., "On the convergence of Adam and beyond" (2018) for AMSGrad.
"""

from __future__ import annotations

import math
from typing import Any, Unpack

import numpy as np

from minigrad.arguments import number
from minigrad.autodiff.tensor import NDArray
from minigrad.autodiff.variable import Variable
from minigrad.optimizers.blocks import update_in_blocks
from minigrad.optimizers.optimizer import Optimizer
from minigrad.optimizers.settings import OptimizerOptions


class Adam(Optimizer):
    """Adam. With t counting the updates from 1::

        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g^2
        w -= alpha * m / (sqrt(v) + epsilon),   alpha = lr * sqrt(1 - beta_2^t) / (1 - beta_1^t)

    With ``amsgrad``, w is changed by ``v_hat = max(v_hat, v)`` in place of v.

    Args:
        learning_rate: A number, a `LearningRateSchedule`, or a callable without arguments. Default 0.001.
        beta_1: How much of m is kept; in [0, 1). Default 0.9.
        beta_2: How much of v is kept; in [0, 1). Default 0.999.
        epsilon: Keeps the division finite; it is the paper's "epsilon hat". Default 1e-7.
        amsgrad: Whether a weight's step may only shrink as v grows. Default False.
        **options: The arguments that all optimizers share: see `Optimizer`.

    Raises:
        ValueError: For a value out of range.
        UnknownArgumentError: For any other argument.

    Source: ``keras.optimizers.Adam``.

    Example:
        >>> import minigrad as mg
        >>> w = mg.Variable([1.0, 1.0])
        >>> Adam(learning_rate=0.25).apply([[100.0, -0.01]], [w])
        >>> [round(value, 3) for value in w.tolist()]
        [0.75, 1.25]
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        **options: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        name = type(self).__name__
        self.beta_1 = number(name, "beta_1", beta_1, 0.0, below=1.0)
        self.beta_2 = number(name, "beta_2", beta_2, 0.0, below=1.0)
        self.epsilon = number(name, "epsilon", epsilon, 0.0)
        self.amsgrad = amsgrad
        self.slots = [{"momentum": 0.0, "velocity": 0.0}]
        if amsgrad:
            self.slots.append({"velocity_hat": 0.0})

    def update_step(self, gradient: NDArray, variable: Variable, learning_rate: float) -> None:
        """Change one variable by its gradient."""
        beta_1, beta_2, epsilon = self.beta_1, self.beta_2, self.epsilon
        t = self.updates_done() + 1
        alpha = learning_rate * math.sqrt(1.0 - beta_2**t) / (1.0 - beta_1**t)

        def update(p: NDArray, s: NDArray, g: NDArray, m: NDArray, v: NDArray, *v_hat: NDArray) -> None:
            np.multiply(m, beta_1, out=m)
            np.multiply(g, 1.0 - beta_1, out=s)
            np.add(m, s, out=m)

            np.multiply(v, beta_2, out=v)
            np.multiply(g, g, out=s)
            np.multiply(s, 1.0 - beta_2, out=s)
            np.add(v, s, out=v)
            if v_hat:
                v = np.maximum(v_hat[0], v, out=v_hat[0])

            np.sqrt(v, out=s)
            np.add(s, epsilon, out=s)
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
            "amsgrad": self.amsgrad,
        }
