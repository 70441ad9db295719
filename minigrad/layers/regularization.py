"""Layers against overfitting: Dropout, of single numbers or of whole channels; a penalty on activity.

Before:  random/choices.py (where the masks come from).  Next: layers/noise.py.
Source:  Srivastava et al., "Dropout" (2014); Keras's ``keras/src/layers/regularization``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import random, regularizers
from minigrad.arguments import number
from minigrad.config import standardize_data_format
from minigrad.layers.input_spec import InputSpec
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
        ValueError: If rate is not between 0 and 1, or noise_shape is no sequence of integers >= 1 and None.

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
        self.rate = number(type(self).__name__, "rate", rate, 0, 1)
        self.noise_shape = None if noise_shape is None else _noise_shape(type(self).__name__, noise_shape)
        self.seed = seed
        self.seed_generator = as_seed_generator(type(self).__name__, seed)

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


def _noise_shape(name: str, shape: Any) -> tuple[int | None, ...]:
    """Return the shape of a mask, checked."""
    sizes = shape if isinstance(shape, list | tuple) else ()
    whole = all(size is None or isinstance(size, int | np.integer) for size in sizes)
    if not sizes or not whole or any(size is not None and size < 1 for size in sizes):
        raise ValueError(f"{name}: noise_shape must be a tuple of integers >= 1, and None; got {shape!r}")
    return tuple(sizes)


class _SpatialDropout(Dropout):
    """What the two spatial dropouts share: one decision for each channel of each example."""

    def __init__(self, rate: float, seed: Any = None, **kwargs: Any) -> None:
        super().__init__(rate, seed=seed, **kwargs)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return {
            "rate": self.rate,
            "seed": serialize_seed(self.seed),
            "name": self.name,
            "dtype": self.dtype.name,
        }


class SpatialDropout1D(_SpatialDropout):
    """Set random channels of sequences to zero in training, and scale up the rest.

    Neighbors in a sequence are much alike, so that dropping single numbers would take little away.

    Args:
        rate: The part of the channels to drop, between 0 and 1.
        seed: An integer, or a SeedGenerator. Default None: drawn from the global generator.
        name: Default: the class's name in snake case, numbered.
        dtype: Default: `floatx`.
        **kwargs: Those of `Layer`: trainable, input_shape.

    Shapes:
        inputs (N, L, C), the mask (N, 1, C); output (N, L, C).

    Raises:
        ValueError: If rate is not between 0 and 1.
        ShapeError: When called, if the input doesn't have 3 axes.

    Source: ``keras.layers.SpatialDropout1D``; Tompson et al. 2014.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> y = mg.layers.SpatialDropout1D(0.5, seed=1)(np.ones((1, 9, 9)), training=True).numpy()
        >>> bool(np.all(y == y[:, :1, :])), np.unique(y).tolist()
        (True, [0.0, 2.0])
    """

    def __init__(
        self, rate: float, seed: Any = None, name: str | None = None, dtype: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(rate, seed, name=name, dtype=dtype, **kwargs)
        self.noise_shape = (None, 1, None)
        self.input_spec = InputSpec(ndim=3)


class SpatialDropout2D(_SpatialDropout):
    """Set random channels of images to zero in training, and scale up the rest.

    Neighbors in an image are much alike, so that dropping single numbers would take little away.

    Args:
        rate: The part of the channels to drop, between 0 and 1.
        data_format: "channels_last" or "channels_first". Default: as in ``~/.keras/keras.json``, else
            "channels_last".
        seed: An integer, or a SeedGenerator. Default None: drawn from the global generator.
        name: Default: the class's name in snake case, numbered.
        dtype: Default: `floatx`.
        **kwargs: Those of `Layer`: trainable, input_shape.

    Shapes:
        inputs (N, H, W, C), the mask (N, 1, 1, C); output (N, H, W, C).

    Raises:
        ValueError: If rate is not between 0 and 1, or data_format is unknown.
        ShapeError: When called, if the input doesn't have 4 axes.

    Source: ``keras.layers.SpatialDropout2D``; Tompson et al. 2014.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> y = mg.layers.SpatialDropout2D(0.5, seed=1)(np.ones((1, 4, 4, 9)), training=True).numpy()
        >>> bool(np.all(y == y[:, :1, :1])), np.unique(y).tolist()
        (True, [0.0, 2.0])
    """

    def __init__(
        self,
        rate: float,
        data_format: str | None = None,
        seed: Any = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(rate, seed, name=name, dtype=dtype, **kwargs)
        self.data_format = standardize_data_format("SpatialDropout2D", data_format)
        self.noise_shape = (None, 1, 1, None) if self.data_format == "channels_last" else (None, None, 1, 1)
        self.input_spec = InputSpec(ndim=4)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"data_format": self.data_format}


class ActivityRegularization(Layer):
    """Hand the inputs on, and add a penalty on them to the loss: ``(l1 sum |x| + l2 sum x^2) / N``.

    Args:
        l1: The factor of the absolute values, >= 0. Default 0.
        l2: The factor of the squares, >= 0. Default 0.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If a factor is not a number >= 0.

    Source: ``keras.layers.ActivityRegularization``.

    Example:
        >>> import minigrad as mg
        >>> layer = mg.layers.ActivityRegularization(l2=0.5)
        >>> layer(mg.Tensor([[1.0, 2.0], [3.0, 0.0]])).shape, layer.losses[0].item()
        ((2, 2), 3.5)
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0, **kwargs: Any) -> None:
        self.l1 = number("ActivityRegularization", "l1", l1, 0)
        self.l2 = number("ActivityRegularization", "l2", l2, 0)
        super().__init__(activity_regularizer=regularizers.L1L2(self.l1, self.l2), **kwargs)

    def call(self, inputs: Any) -> Any:
        """Return the inputs as they are."""
        return inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        config = super().get_config()
        del config["activity_regularizer"]
        return config | {"l1": self.l1, "l2": self.l2}
