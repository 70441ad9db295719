"""Nadam: Adam with Nesterov's momentum.

Idea:    the step is made of the momentum as it will be at the next update, of which this gradient is already
         known. How much of the momentum counts, u, grows slowly at first: early gradients are poor.
Before:  adam.py, sgd.py (Nesterov's momentum).  Next: lion.py.
Source:  Keras's ``keras/src/optimizers/nadam.py``; Dozat, "Incorporating Nesterov momentum into Adam" (2016).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable
from typing import Any, Unpack

import numpy as np

from minigrad.arguments import number
from minigrad.autodiff.tensor import NDArray
from minigrad.autodiff.variable import Variable
from minigrad.config import floatx
from minigrad.kernels.scratch import scratch
from minigrad.optimizers.blocks import update_in_blocks
from minigrad.optimizers.optimizer import Optimizer
from minigrad.optimizers.settings import OptimizerOptions


def _warmth(t: int) -> float:
    """Return which part of beta_1 counts at update t."""
    return float(1.0 - 0.5 * 0.96**t)


@functools.lru_cache(maxsize=16)
def _product_of_warmths(t: int) -> float:
    """Return the product of the parts of updates 1 to t; from the 1000th on they are 1 but for rounding."""
    return math.prod(map(_warmth, range(1, min(t, 1000) + 1)))


class Nadam(Optimizer):
    """Nadam. With t counting the updates from 1::

        u_t = beta_1 * (1 - 0.5 * 0.96^t),   U_t = u_1 * u_2 * ... * u_t
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g^2
        m_hat = u_{t+1} * m / (1 - U_{t+1}) + (1 - u_t) * g / (1 - U_t)
        w -= lr * m_hat / (sqrt(v / (1 - beta_2^t)) + epsilon)

    Args:
        learning_rate: A number, a `LearningRateSchedule`, or a callable without arguments. Default 0.001.
        beta_1: How much of m is kept; in [0, 1). Default 0.9.
        beta_2: How much of v is kept; in [0, 1). Default 0.999.
        epsilon: Keeps the division finite. Default 1e-7.
        **options: The arguments that all optimizers share: see `Optimizer`.

    Raises:
        ValueError: For a value out of range.
        UnknownArgumentError: For any other argument.

    Source: ``keras.optimizers.Nadam``. U is part of the state as it is there, but follows from t.

    Example:
        >>> import minigrad as mg
        >>> w = mg.Variable([1.0, 1.0])
        >>> Nadam(learning_rate=0.25, beta_1=0.0).apply([[100.0, -0.01]], [w])
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
        self.slots = [{"momentum": 0.0, "velocity": 0.0}]
        self._u_product: Variable | None = None

    def build(self, variables: Iterable[Variable]) -> None:
        """Make the slots of those ``variables`` that have none yet, and U."""
        variables = list(variables)
        super().build(variables)
        if self._u_product is None:
            dtype = variables[0].dtype if variables else floatx()
            self._u_product = Variable(1.0, dtype=dtype, trainable=False, name="u_product")
            self._state.append(self._u_product)

    def _factors(self, learning_rate: float) -> tuple[float, float, float]:
        """Return what to multiply m, g and v by; note U."""
        t, beta_1 = self.updates_done() + 1, self.beta_1
        product = beta_1**t * _product_of_warmths(t)
        if self._u_product is not None:
            self._u_product.assign(product)
        next_warmth = beta_1 * _warmth(t + 1)
        of_momentum = learning_rate * next_warmth / (1.0 - product * next_warmth)
        of_gradient = learning_rate * (1.0 - beta_1 * _warmth(t)) / (1.0 - product)
        return of_momentum, of_gradient, 1.0 / (1.0 - self.beta_2**t)

    def update_step(self, gradient: NDArray, variable: Variable, learning_rate: float) -> None:
        """Change one variable by its gradient."""
        beta_1, beta_2 = self.beta_1, self.beta_2
        of_momentum, of_gradient, of_velocity = self._factors(learning_rate)

        def update(p: NDArray, s: NDArray, g: NDArray, m: NDArray, v: NDArray) -> None:
            np.multiply(m, beta_1, out=m)
            np.multiply(g, 1.0 - beta_1, out=s)
            np.add(m, s, out=m)

            np.multiply(v, beta_2, out=v)
            np.multiply(g, g, out=s)
            np.multiply(s, 1.0 - beta_2, out=s)
            np.add(v, s, out=v)

            step: Any = scratch("nadam step", p.shape, p.dtype)
            np.multiply(m, of_momentum, out=step)
            np.multiply(g, of_gradient, out=s)
            np.add(step, s, out=step)
            np.multiply(v, of_velocity, out=s)
            np.sqrt(s, out=s)
            np.add(s, self.epsilon, out=s)
            np.divide(step, s, out=step)
            np.subtract(p, step, out=p)

        update_in_blocks(update, variable, gradient, self.slots_of(variable))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew."""
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
        }
