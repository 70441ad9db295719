"""Initializers that draw every element from one distribution, whatever the shape.

Idea:    without chance, all units of a layer would start equal, get equal gradients and stay equal.
Shapes:  any.
Before:  random/distributions.py.  Next: initializers/scaling.py (a spread that fits the shape).
Source:  Keras's ``keras/src/initializers/random_initializers.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minigrad import random
from minigrad.arguments import number
from minigrad.autodiff.tensor import Tensor
from minigrad.initializers.initializer import Initializer
from minigrad.random.seed import serialize_seed, standardize_seed


class RandomInitializer(Initializer):
    """The base of the random ones: it keeps the seed.

    Args:
        seed: None: other values at every call, so that layers may share one initializer. An integer:
            the same values at every call. A `SeedGenerator`: the next ones of its own.

    Raises:
        ValueError: If it is anything else.

    Source: ``keras.initializers``, except for ``seed=None``: in Keras 3 such an instance gives the same
        values at every call, in TensorFlow's Keras it doesn't.
    """

    def __init__(self, seed: Any = None) -> None:
        self.seed = standardize_seed(type(self).__name__, seed)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return {"seed": serialize_seed(self.seed)}


class RandomNormal(RandomInitializer):
    """A normal distribution.

    Args:
        mean: Default 0.
        stddev: At least 0. Default 0.05.
        seed: None (the default: other values at every call), an integer (the same at every call) or a
            `SeedGenerator`.

    Raises:
        ValueError: If an argument is none of that.

    Source: ``keras.initializers.RandomNormal``.

    Example:
        >>> import minigrad as mg
        >>> w = mg.initializers.RandomNormal(stddev=0.1, seed=1)((100, 100))
        >>> 0.099 < w.std().item() < 0.101
        True
    """

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: Any = None) -> None:
        self.mean = number("RandomNormal", "mean", mean)
        self.stddev = number("RandomNormal", "stddev", stddev, 0)
        super().__init__(seed)

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Tensor:
        """Return a tensor of this shape and dtype (default: `floatx`)."""
        return random.normal(shape, self.mean, self.stddev, dtype, self.seed)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return {"mean": self.mean, "stddev": self.stddev, **super().get_config()}


class TruncatedNormal(RandomInitializer):
    """A normal distribution, drawn again where it is more than two stddev from the mean.

    Args:
        mean: Default 0.
        stddev: Of the distribution before it is cut, at least 0. Default 0.05.
        seed: None (the default: other values at every call), an integer (the same at every call) or a
            `SeedGenerator`.

    Raises:
        ValueError: If an argument is none of that.

    Source: ``keras.initializers.TruncatedNormal``.

    Example:
        >>> import minigrad as mg
        >>> w = mg.initializers.TruncatedNormal(stddev=0.1, seed=1)((100, 100))
        >>> w.abs().max().item() <= 0.2
        True
    """

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: Any = None) -> None:
        self.mean = number("TruncatedNormal", "mean", mean)
        self.stddev = number("TruncatedNormal", "stddev", stddev, 0)
        super().__init__(seed)

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Tensor:
        """Return a tensor of this shape and dtype (default: `floatx`)."""
        return random.truncated_normal(shape, self.mean, self.stddev, dtype, self.seed)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return {"mean": self.mean, "stddev": self.stddev, **super().get_config()}


class RandomUniform(RandomInitializer):
    """A uniform distribution over ``[minval, maxval)``.

    Args:
        minval: Default -0.05.
        maxval: At least minval. Default 0.05.
        seed: None (the default: other values at every call), an integer (the same at every call) or a
            `SeedGenerator`.

    Raises:
        ValueError: If an argument is none of that.

    Source: ``keras.initializers.RandomUniform``.

    Example:
        >>> import minigrad as mg
        >>> w = mg.initializers.RandomUniform(0.0, 2.0, seed=1)((100, 100))
        >>> 0.99 < w.mean().item() < 1.01
        True
    """

    def __init__(self, minval: float = -0.05, maxval: float = 0.05, seed: Any = None) -> None:
        self.minval = number("RandomUniform", "minval", minval)
        self.maxval = number("RandomUniform", "maxval", maxval, self.minval)
        super().__init__(seed)

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Tensor:
        """Return a tensor of this shape and dtype (default: `floatx`)."""
        return random.uniform(shape, self.minval, self.maxval, dtype, self.seed)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return {"minval": self.minval, "maxval": self.maxval, **super().get_config()}
