"""Ftrl: follow the regularized leader, which sets unimportant weights to exactly 0.

Idea:    the weight is not moved but solved for at every step: it is the best one for all gradients so far
         taken together (their sum is z), with penalties on its size. An L1 penalty then gives exact
         zeros, which steps along a gradient never do.
Before:  adagrad.py (the same n).  Next: models/ (``compile(optimizer="ftrl")``).
Source:  Keras's ``keras/src/optimizers/ftrl.py``; McMahan et al., "Ad click prediction: a view from the
         trenches" (2013).
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


class Ftrl(Optimizer):
    """Follow the regularized leader. With ``p = -learning_rate_power``::

        n' = n + g^2
        sigma = (n'^p - n^p) / lr
        z = z + g + 2 * l2_shrinkage * w - sigma * w
        w = (clip(z, -l1, l1) - z) / (n'^p / lr + 2 * l2 + beta / lr)
        n = n'

    Args:
        learning_rate: A number, a `LearningRateSchedule`, or a callable without arguments; never 0.
            Default 0.001.
        learning_rate_power: At most 0. Default -0.5: the root, as in Adagrad; 0: steps that don't shrink.
        initial_accumulator_value: What n is at first; >= 0. Default 0.1.
        l1_regularization_strength: l1, >= 0. Default 0.
        l2_regularization_strength: l2, >= 0: a penalty on the weight that is solved for. Default 0.
        l2_shrinkage_regularization_strength: >= 0: a penalty whose gradient is added to g. Default 0.
        beta: >= 0. Default 0.
        **options: The arguments that all optimizers share: see `Optimizer`.

    Raises:
        ValueError: For a value out of range, and at a step whose learning rate is 0.
        UnknownArgumentError: For any other argument.

    Source: ``keras.optimizers.Ftrl``.

    Example:
        >>> import minigrad as mg
        >>> w = mg.Variable([0.0, 0.0])
        >>> Ftrl(learning_rate=0.5, l1_regularization_strength=1.0).apply([[2.0, -0.5]], [w])
        >>> [round(value, 3) for value in w.tolist()]
        [-0.247, 0.0]
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float = 0.0,
        **options: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.learning_rate_power = number("Ftrl", "learning_rate_power", learning_rate_power, maximum=0.0)
        self.initial_accumulator_value = initial_accumulator_value
        self.l1_regularization_strength = l1_regularization_strength
        self.l2_regularization_strength = l2_regularization_strength
        self.l2_shrinkage_regularization_strength = l2_shrinkage_regularization_strength
        self.beta = beta
        for argument in (
            "initial_accumulator_value",
            "l1_regularization_strength",
            "l2_regularization_strength",
            "l2_shrinkage_regularization_strength",
            "beta",
        ):
            setattr(self, argument, number("Ftrl", argument, getattr(self, argument), 0.0))
        self.slots = [{"accumulator": self.initial_accumulator_value, "linear": 0.0}]

    def update_step(self, gradient: NDArray, variable: Variable, learning_rate: float) -> None:
        """Change one variable by its gradient."""
        if not learning_rate:
            raise ValueError(f"{self.name}: the learning rate of a step is 0, but Ftrl divides by it")
        shrinkage = 2.0 * self.l2_shrinkage_regularization_strength
        l1, l2 = self.l1_regularization_strength, 2.0 * self.l2_regularization_strength
        l2 += self.beta / learning_rate

        def update(p: NDArray, s: NDArray, g: NDArray, n: NDArray, z: NDArray) -> None:
            before: Any = scratch("ftrl", p.shape, p.dtype)
            self._scale_of(n, learning_rate, out=before)
            np.multiply(g, g, out=s)
            np.add(n, s, out=n)
            self._scale_of(n, learning_rate, out=s)

            np.subtract(before, s, out=before)  # -sigma
            np.add(before, shrinkage, out=before)
            np.multiply(before, p, out=before)
            np.add(before, g, out=before)
            np.add(z, before, out=z)

            np.clip(z, -l1, l1, out=p)
            np.subtract(p, z, out=p)
            np.add(s, l2, out=s)
            np.divide(p, s, out=p)

        update_in_blocks(update, variable, gradient, self.slots_of(variable))

    def _scale_of(self, n: NDArray, learning_rate: float, out: NDArray) -> None:
        """Write ``n^p / lr`` to ``out``."""
        if self.learning_rate_power == -0.5:
            np.sqrt(n, out=out)  # many times faster than a power
        else:
            np.power(n, -self.learning_rate_power, out=out)
        np.multiply(out, 1.0 / learning_rate, out=out)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew."""
        return {
            **super().get_config(),
            "learning_rate_power": self.learning_rate_power,
            "initial_accumulator_value": self.initial_accumulator_value,
            "l1_regularization_strength": self.l1_regularization_strength,
            "l2_regularization_strength": self.l2_regularization_strength,
            "l2_shrinkage_regularization_strength": self.l2_shrinkage_regularization_strength,
            "beta": self.beta,
        }
