"""Activation functions as layers.

Shapes:  the output has the input's shape.
Before:  activations.py (the functions).  Next: layers/reshaping.py.
Source:  Keras's ``keras/src/layers/activations``.
"""

from __future__ import annotations

from typing import Any

from minigrad import activations, ops
from minigrad.arguments import number
from minigrad.errors import ShapeError
from minigrad.layers.layer import Layer


class _Elementwise(Layer):
    """What all layers share whose output has the input's shape."""

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the input's shape."""
        return input_shape


class Activation(_Elementwise):
    """Apply an activation function.

    Args:
        activation: A name ("relu", "softmax" ...) or a callable.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        UnknownNameError: If the name is unknown; it says which are known.

    Source: ``keras.layers.Activation``.

    Example:
        >>> import minigrad as mg
        >>> mg.layers.Activation("relu")(mg.Tensor([-1.0, 2.0]))
        Tensor([0., 2.], shape=(2,), dtype=float32)
    """

    def __init__(self, activation: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.activation = activations.get(activation)

    def call(self, inputs: Any) -> Any:
        """Return ``activation(inputs)``."""
        return self.activation(inputs)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"activation": activations.serialize(self.activation)}


class ReLU(_Elementwise):
    """Rectified linear unit, in its most general form; by default ``f(x) = max(x, 0)``.

    ``f(x) = max_value if x >= max_value; x if x >= threshold; else negative_slope (x - threshold)``.

    Args:
        max_value: The largest output, >= 0. Default None: no bound.
        negative_slope: The slope below the threshold, >= 0. Default 0.
        threshold: Where the function leaves zero, >= 0. Default 0.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If an argument is negative, or negative_slope or threshold is None.

    Source: ``keras.layers.ReLU``.

    Example:
        >>> import minigrad as mg
        >>> mg.layers.ReLU(max_value=6.0, negative_slope=0.5)(mg.Tensor([-2.0, 3.0, 9.0]))
        Tensor([-1.,  3.,  6.], shape=(3,), dtype=float32)
    """

    def __init__(
        self,
        max_value: float | None = None,
        negative_slope: float = 0.0,
        threshold: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        for argument, value, optional in (
            ("max_value", max_value, True),
            ("negative_slope", negative_slope, False),
            ("threshold", threshold, False),
        ):
            if (value is None and not optional) or (value is not None and not value >= 0):
                raise ValueError(f"ReLU: {argument} must be a number >= 0; got {value!r}")
        self.max_value = max_value
        self.negative_slope = negative_slope
        self.threshold = threshold

    def call(self, inputs: Any) -> Any:
        """Return the rectified input."""
        return activations.relu(
            inputs,
            negative_slope=self.negative_slope,
            max_value=self.max_value,
            threshold=self.threshold,
        )

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {
            "max_value": self.max_value,
            "negative_slope": self.negative_slope,
            "threshold": self.threshold,
        }


class Softmax(_Elementwise):
    """Softmax: ``y_i = exp(x_i) / sum_j exp(x_j)`` along an axis, so that the outputs sum to 1.

    Args:
        axis: An axis, or a tuple of axes to normalise over together. Default -1.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Source: ``keras.layers.Softmax``.

    Example:
        >>> import minigrad as mg
        >>> mg.layers.Softmax()(mg.Tensor([0.0, 0.0]))
        Tensor([0.5, 0.5], shape=(2,), dtype=float32)
    """

    def __init__(self, axis: Any = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """Return the probabilities; where ``mask`` (of 0 and 1, broadcast to inputs) is 0 they are 0."""
        if mask is not None:
            keep = ops.greater(mask, 0.5) if mask.dtype != bool else mask
            if ops.broadcast_to(keep, inputs.shape).shape != inputs.shape:
                raise ShapeError(f"Softmax: a mask of shape {mask.shape} doesn't broadcast to {inputs.shape}")
            inputs = ops.where(keep, inputs, -3e4 if inputs.dtype == "float16" else -1e9)
        axis = tuple(self.axis) if isinstance(self.axis, list) else self.axis
        return ops.softmax(inputs, axis=axis)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"axis": self.axis}


class LeakyReLU(_Elementwise):
    """Rectifier that lets a little of the negative side through: ``y = x`` where ``x > 0``, else ``a x``.

    Args:
        negative_slope: The slope a, >= 0. Default 0.3 (the function `activations.leaky_relu` has 0.2).
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If negative_slope is not a number >= 0.

    Source: ``keras.layers.LeakyReLU``; Maas et al. 2013.

    Example:
        >>> import minigrad as mg
        >>> mg.layers.LeakyReLU(0.5)(mg.Tensor([-2.0, 3.0]))
        Tensor([-1.,  3.], shape=(2,), dtype=float32)
    """

    def __init__(self, negative_slope: float = 0.3, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.negative_slope = number("LeakyReLU", "negative_slope", negative_slope, 0)

    def call(self, inputs: Any) -> Any:
        """Return the rectified input."""
        return activations.leaky_relu(inputs, negative_slope=self.negative_slope)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"negative_slope": self.negative_slope}


class ELU(_Elementwise):
    """Exponential linear unit: ``y = x`` where ``x > 0``, else ``a (exp(x) - 1)``.

    Args:
        alpha: The size a of the limit -a for negative x. Default 1.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If alpha is not a number.

    Source: ``keras.layers.ELU``; Clevert et al. 2016.

    Example:
        >>> import minigrad as mg
        >>> mg.layers.ELU()(mg.Tensor([-1.0, 2.0])).numpy().round(4)
        array([-0.6321,  2.    ], dtype=float32)
    """

    def __init__(self, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha = number("ELU", "alpha", alpha)

    def call(self, inputs: Any) -> Any:
        """Return the activated input."""
        return activations.elu(inputs, alpha=self.alpha)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"alpha": self.alpha}
