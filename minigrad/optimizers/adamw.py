"""AdamW: Adam whose weights also decay.

Idea:    in plain gradient descent an L2 penalty and a decay of the weights are the same thing. In Adam they
         are not: a penalty's gradient would be divided by the root of v like any other. So the weights
         are made smaller by themselves, apart from the gradient.
Before:  adam.py.  Next: adamax.py (another norm in place of the root).
Source:  Keras's ``keras/src/optimizers/adamw.py``; Loshchilov & Hutter, "Decoupled weight decay
         regularization" (2019).
"""

from __future__ import annotations

from typing import Any

from minigrad.arguments import number
from minigrad.optimizers.adam import Adam


class AdamW(Adam):
    """Adam with weight decay: before each step of `Adam`, ``w -= w * weight_decay * lr``.

    Args:
        learning_rate: A number, a `LearningRateSchedule`, or a callable without arguments. Default 0.001.
        weight_decay: A number >= 0. Default 0.004.
        beta_1: How much of m is kept; in [0, 1). Default 0.9.
        beta_2: How much of v is kept; in [0, 1). Default 0.999.
        epsilon: Keeps the division finite. Default 1e-7.
        amsgrad: Whether a weight's step may only shrink as v grows. Default False.
        **options: The arguments that all optimizers share: see `Optimizer`.

    Raises:
        ValueError: For a value out of range, or if weight_decay is None.
        UnknownArgumentError: For any other argument.

    Source: ``keras.optimizers.AdamW``.

    Example:
        >>> import minigrad as mg
        >>> w = mg.Variable([8.0])
        >>> AdamW(learning_rate=0.5, weight_decay=0.25).apply([[0.0]], [w])
        >>> w.tolist()
        [7.0]
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        **options: Any,
    ) -> None:
        weight_decay = number(type(self).__name__, "weight_decay", weight_decay, 0.0)
        super().__init__(
            learning_rate, beta_1, beta_2, epsilon, amsgrad, weight_decay=weight_decay, **options
        )
