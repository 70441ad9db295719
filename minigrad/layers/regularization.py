"""Layers that do something in training only: Dropout.

Before:  random.py (where the masks come from).  Next: models/sequential.py.
Source:  Srivastava et al., "Dropout" (2014); Keras's ``keras/src/layers/regularization``.
"""

from __future__ import annotations

from typing import Any

from minigrad import random
from minigrad.layers.layer import Layer
from minigrad.random.seed import as_seed_generator, serialize_seed


class Dropout(Layer):
    """Set a random part of the inputs to zero in training, and scale up the rest: ``y = x m / (1 - rate)``.

    The mean stays what it was, so that nothing needs to be done in inference, where ``y = x``.

    Args:
        rate: The part to drop, between 0 and 1. At 1 all is zero.
        noise_shape: The shape of the mask m, which is broadcast to the input; None in it stands for the
            input's size there. Default None: the input's shape.
        seed: An integer, or a SeedGenerator. Default None: drawn from the global generator (see
            ``utils.set_random_seed``).
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If rate is not between 0 and 1.

    Source: ``keras.layers.Dropout``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> layer = mg.layers.Dropout(0.5, seed=1)
        >>> layer(np.ones((1, 3))).tolist()
        [[1.0, 1.0, 1.0]]
        >>> np.unique(layer(np.ones((9, 9)), training=True)).tolist()
        [0.0, 2.0]
    """

    def __init__(self, rate: float, noise_shape: Any = None, seed: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate <= 1:
            raise ValueError(f"Dropout: rate must be a number between 0 and 1; got {rate!r}")
        self.rate = rate
        self.noise_shape = None if noise_shape is None else tuple(noise_shape)
        self.seed = seed
        self.seed_generator = as_seed_generator("Dropout", seed)

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Return the inputs, thinned out if ``training``."""
        if not training or self.rate == 0:
            return inputs
        return random.dropout(inputs, self.rate, noise_shape=self.noise_shape, seed=self.seed_generator)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {
            "rate": self.rate,
            "noise_shape": self.noise_shape,
            "seed": serialize_seed(self.seed),
        }
