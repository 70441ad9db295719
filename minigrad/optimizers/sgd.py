"""Stochastic gradient descent, with momentum.

Idea:    walk downhill; with momentum, like a ball that keeps some of its speed.
Before:  optimizer.py.  Next: adam.py (a step size of its own for each weight).
Source:  Keras's ``keras/src/optimizers/sgd.py``; Sutskever et al., "On the importance of initialization and
         momentum in deep learning" (2013).
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


class SGD(Optimizer):
    """Gradient descent: ``w -= lr * g``; with momentum mu, ``m = mu * m - lr * g; w += m``.

    With ``nesterov``, ``m`` as above and ``w += mu * m - lr * g``: the step looks ahead along m.

    Args:
        learning_rate: A number, a `LearningRateSchedule`, or a callable without arguments. Default 0.01.
        momentum: In [0, 1]. Default 0: none.
        nesterov: Whether to use Nesterov's momentum. Default False.
        **options: The arguments that all optimizers share: see `Optimizer`.

    Raises:
        ValueError: For a value out of range.
        UnknownArgumentError: For any other argument.

    Source: ``keras.optimizers.SGD``.

    Example:
        >>> import minigrad as mg
        >>> w = mg.Variable([4.0])
        >>> optimizer = SGD(learning_rate=0.25)
        >>> for step in range(2):
        ...     with mg.GradientTape() as tape:
        ...         loss = (w * w).sum()
        ...     steps = optimizer.apply_gradients([(tape.gradient(loss, w), w)])
        >>> w.tolist()
        [1.0]
    """

    def __init__(
        self,
        learning_rate: Any = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        **options: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.momentum = number(type(self).__name__, "momentum", momentum, 0.0, 1.0)
        self.nesterov = nesterov
        self.slots = [{"momentum": 0.0}] if self.momentum else []

    def update_step(self, gradient: NDArray, variable: Variable, learning_rate: float) -> None:
        """Change one variable by its gradient."""
        momentum = self.momentum

        def plain(p: NDArray, s: NDArray, g: NDArray) -> None:
            np.multiply(g, learning_rate, out=s)
            np.subtract(p, s, out=p)

        def with_momentum(p: NDArray, s: NDArray, g: NDArray, m: NDArray) -> None:
            np.multiply(g, learning_rate, out=s)
            np.multiply(m, momentum, out=m)
            np.subtract(m, s, out=m)
            if self.nesterov:
                np.subtract(p, s, out=p)
                np.multiply(m, momentum, out=s)
                np.add(p, s, out=p)
            else:
                np.add(p, m, out=p)

        update_in_blocks(with_momentum if momentum else plain, variable, gradient, self.slots_of(variable))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew."""
        return {**super().get_config(), "momentum": self.momentum, "nesterov": self.nesterov}
