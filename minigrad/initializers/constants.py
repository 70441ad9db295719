"""Initializers without chance: zeros, ones, given values, the identity matrix.

Shapes:  any; Identity (rows, columns).
Before:  initializers/initializer.py.  Next: initializers/distributions.py.
Source:  Keras's ``keras/src/initializers/constant_initializers.py``; the lecture's "constant initializer".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from minigrad.arguments import number, standardize_shape
from minigrad.autodiff.tensor import Tensor, to_array, wrap
from minigrad.autodiff.values import to_dtype
from minigrad.errors import ShapeError
from minigrad.initializers.initializer import Initializer
from minigrad.serialization import array_from_config, array_to_config


class Zeros(Initializer):
    """All zeros: what a bias starts with.

    Source: ``keras.initializers.Zeros``.

    Example:
        >>> import minigrad as mg
        >>> mg.initializers.Zeros()((3,))
        Tensor([0., 0., 0.], shape=(3,), dtype=float32)
    """

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Tensor:
        """Return a tensor of this shape and dtype (default: `floatx`)."""
        return wrap(np.zeros(standardize_shape("Zeros", shape), to_dtype(dtype)))


class Ones(Initializer):
    """All ones.

    Source: ``keras.initializers.Ones``.

    Example:
        >>> import minigrad as mg
        >>> mg.initializers.Ones()((3,))
        Tensor([1., 1., 1.], shape=(3,), dtype=float32)
    """

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Tensor:
        """Return a tensor of this shape and dtype (default: `floatx`)."""
        return wrap(np.ones(standardize_shape("Ones", shape), to_dtype(dtype)))


class Constant(Initializer):
    """Given values: one number for all elements, or an array.

    Args:
        value: A number, a (nested) list, an ndarray or a Tensor, which is broadcast to the shape asked
            for; an array of just that shape sets every element. Default 0.

    Raises:
        DTypeError: If the value is not numeric.
        ShapeError: When called, if the value doesn't broadcast to the shape.

    Source: ``keras.initializers.Constant``.

    Example:
        >>> import minigrad as mg
        >>> kernel = mg.initializers.Constant([[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]])
        >>> kernel((2, 2, 1, 1)).shape
        (2, 2, 1, 1)
        >>> mg.initializers.Constant(0.5)((2,)).tolist()
        [0.5, 0.5]
    """

    def __init__(self, value: Any = 0.0) -> None:
        if isinstance(value, list | tuple):
            value = to_array(value, np.float64)  # whatever the dtype asked for, nothing is lost
        self.value: Any = value if isinstance(value, bool | int | float) else to_array(value, copy=True)

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Tensor:
        """Return a tensor of this shape and dtype (default: `floatx`)."""
        wanted = standardize_shape("Constant", shape)
        try:
            return wrap(np.broadcast_to(self.value, wanted).astype(to_dtype(dtype)))
        except ValueError:
            raise ShapeError(
                f"Constant: a value of shape {np.shape(self.value)} does not broadcast to the shape asked "
                f"for, {wanted}; reshape it first"
            ) from None

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return {"value": array_to_config(self.value) if isinstance(self.value, np.ndarray) else self.value}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return a new initializer with the arguments that `get_config` gave."""
        value = config.get("value", 0.0)
        return cls(array_from_config(value) if isinstance(value, dict) else value)


class Identity(Initializer):
    """The identity matrix, times ``gain``: ``w_ii = gain``, else 0.

    Args:
        gain: Default 1.

    Raises:
        ValueError: If gain is not a number; when called, if the shape has not two axes.

    Source: ``keras.initializers.Identity``.

    Example:
        >>> import minigrad as mg
        >>> mg.initializers.Identity(gain=2.0)((2, 3)).tolist()
        [[2.0, 0.0, 0.0], [0.0, 2.0, 0.0]]
    """

    def __init__(self, gain: float = 1.0) -> None:
        self.gain = number("Identity", "gain", gain)

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Tensor:
        """Return a tensor of this shape and dtype (default: `floatx`)."""
        wanted = standardize_shape("Identity", shape)
        if len(wanted) != 2:
            raise ShapeError(f"Identity: shape must have 2 axes, (rows, columns); got {wanted}")
        return wrap((self.gain * np.eye(*wanted)).astype(to_dtype(dtype)))

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return {"gain": self.gain}
