"""Layers that add noise in training: GaussianNoise, GaussianDropout, AlphaDropout.

Idea:    a network that must do its work under noise can't rely on single numbers. In inference these
         layers hand on what they get.
Shapes:  the output has the input's shape.
Before:  random/distributions.py, layers/regularization.py (Dropout).  Next: layers/scale_and_shift.py.
Source:  Keras's ``keras/src/layers/regularization``.
"""

from __future__ import annotations

import math
from typing import Any

from minigrad import ops, random
from minigrad.arguments import number
from minigrad.layers.layer import Layer
from minigrad.ops.rectifiers import SELU_ALPHA, SELU_SCALE
from minigrad.random.seed import as_seed_generator, serialize_seed


class _Noise(Layer):
    """What the noise layers share: a seed, and the shape."""

    def __init__(self, seed: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed = seed
        self.seed_generator = as_seed_generator(type(self).__name__, seed)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"seed": serialize_seed(self.seed)}


class GaussianNoise(_Noise):
    """Add normal numbers in training: ``y = x + n`` with ``n ~ N(0, stddev^2)``.

    Args:
        stddev: The noise's standard deviation, >= 0.
        seed: An integer, or a SeedGenerator. Default None: drawn from the global generator.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If stddev is not a number >= 0.

    Source: ``keras.layers.GaussianNoise`` (which takes no stddev above 1).

    Example:
        >>> import minigrad as mg, numpy as np
        >>> layer = mg.layers.GaussianNoise(0.5, seed=1)
        >>> noise = layer(np.zeros((100, 100)), training=True).numpy()
        >>> bool(abs(noise.mean()) < 0.02), bool(abs(noise.std() - 0.5) < 0.02)
        (True, True)
    """

    def __init__(self, stddev: float, seed: Any = None, **kwargs: Any) -> None:
        super().__init__(seed, **kwargs)
        self.stddev = number("GaussianNoise", "stddev", stddev, 0)

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Return the inputs, with noise if ``training``."""
        if not training or self.stddev == 0:
            return inputs
        return inputs + random.normal(inputs.shape, 0.0, self.stddev, self.dtype, self.seed_generator)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"stddev": self.stddev}


class GaussianDropout(_Noise):
    """Multiply by normal numbers around 1 in training: ``y = x n`` with ``n ~ N(1, rate / (1 - rate))``.

    Their variance is that of the factors of a Dropout of this rate.

    Args:
        rate: As of Dropout, at least 0 and less than 1.
        seed: An integer, or a SeedGenerator. Default None: drawn from the global generator.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If rate is not in [0, 1).

    Source: ``keras.layers.GaussianDropout``; Srivastava et al. 2014, section 10.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> layer = mg.layers.GaussianDropout(0.5, seed=1)
        >>> factors = layer(np.ones((100, 100)), training=True).numpy()
        >>> bool(abs(factors.mean() - 1.0) < 0.05), bool(abs(factors.std() - 1.0) < 0.05)
        (True, True)
    """

    def __init__(self, rate: float, seed: Any = None, **kwargs: Any) -> None:
        super().__init__(seed, **kwargs)
        self.rate = number("GaussianDropout", "rate", rate, 0, below=1)

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Return the inputs, multiplied by noise if ``training``."""
        if not training or self.rate == 0:
            return inputs
        stddev = math.sqrt(self.rate / (1.0 - self.rate))
        return inputs * random.normal(inputs.shape, 1.0, stddev, self.dtype, self.seed_generator)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"rate": self.rate}


class AlphaDropout(_Noise):
    """Dropout for networks of `selu`: mean 0 and variance 1 stay what they are.

    What is dropped becomes selu's lower limit ``p = -1.7581``, and then all is scaled and shifted:
    ``y = a (x m + p (1 - m)) + b`` with ``a = ((1 - rate)(1 + rate p^2))^(-1/2)`` and ``b = -a p rate``.

    Args:
        rate: The part to drop, at least 0 and less than 1.
        noise_shape: The shape of the mask m, which is broadcast to the input; None in it stands for the
            input's size there. Default None: the input's shape.
        seed: An integer, or a SeedGenerator. Default None: drawn from the global generator.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If rate is not in [0, 1).
        ShapeError: When called, if noise_shape doesn't fit.

    Source: ``keras.layers.AlphaDropout``; Klambauer et al. 2017.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> x = mg.random.normal((200, 200), seed=1)
        >>> y = mg.layers.AlphaDropout(0.3, seed=2)(x, training=True).numpy()
        >>> bool(abs(y.mean()) < 0.02), bool(abs(y.std() - 1.0) < 0.02)
        (True, True)
    """

    def __init__(self, rate: float, noise_shape: Any = None, seed: Any = None, **kwargs: Any) -> None:
        super().__init__(seed, **kwargs)
        self.rate = number("AlphaDropout", "rate", rate, 0, below=1)
        self.noise_shape = None if noise_shape is None else tuple(noise_shape)

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Return the inputs, thinned out if ``training``."""
        if not training or self.rate == 0:
            return inputs
        ones = ops.ones_like(inputs, dtype=self.dtype)
        factors = random.dropout(ones, self.rate, noise_shape=self.noise_shape, seed=self.seed_generator)
        kept = ops.cast(ops.greater(factors, 0), self.dtype)
        limit = -SELU_ALPHA * SELU_SCALE
        a = ((1 - self.rate) * (1 + self.rate * limit**2)) ** -0.5
        b = -a * limit * self.rate
        return inputs * (kept * a) + ((1.0 - kept) * (a * limit) + b)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"rate": self.rate, "noise_shape": self.noise_shape}
