"""Normalization of each example by its own numbers: LayerNormalization, RMS and unit length.

Idea:    what an example becomes doesn't depend on its neighbors in the batch, so training and inference
         are the same.
Shapes:  (N, ..., C) -> the same; gamma and beta have the shape of the normalized axes.
Before:  ops/example_normalization.py (the arithmetic), layers/normalization.py.
         Next: layers/group_normalization.py.
Source:  Ba, Kiros & Hinton 2016, "Layer Normalization"; Zhang & Sennrich 2019, "Root Mean Square Layer
         Normalization"; Keras's ``keras/src/layers/normalization``.
"""

from __future__ import annotations

import warnings
from typing import Any

from minigrad import ops
from minigrad.arguments import number
from minigrad.layers.layer import Layer
from minigrad.layers.scale_and_shift import ScaleAndShift, channel_axes
from minigrad.shapes import normalize_axes


class LayerNormalization(ScaleAndShift):
    """Normalize each example: ``y = gamma (x - mean) / sqrt(variance + epsilon) + beta``.

    Args:
        axis: The axis or axes that mean and variance are taken over, which are also those of gamma and
            beta. Default -1.
        epsilon: Added to the variance, so that its root is not 0. Default 0.001.
        center: Whether there is a beta. Default True.
        scale: Whether there is a gamma. Default True.
        beta_initializer: Default "zeros".
        gamma_initializer: Default "ones".
        beta_regularizer, gamma_regularizer: Terms added to the loss. Default: none.
        beta_constraint, gamma_constraint: Applied after each optimizer step. Default: none.
        rms_scaling: ``y = gamma x / sqrt(variance + epsilon)``; deprecated in Keras, as it is not the
            root mean square: it gives a warning. Default False.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        TypeError: If axis is neither an integer nor several.
        ValueError: If epsilon is negative, or a name is unknown.
        ShapeError: When called, if there is no such axis.

    Source: ``keras.layers.LayerNormalization``.

    Example:
        >>> import minigrad as mg
        >>> mg.layers.LayerNormalization(epsilon=0.0)(mg.Tensor([[1.0, 3.0], [10.0, 30.0]])).tolist()
        [[-1.0, 1.0], [-1.0, 1.0]]
    """

    def __init__(
        self,
        axis: Any = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        rms_scaling: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            epsilon,
            center,
            scale,
            beta_initializer,
            gamma_initializer,
            beta_regularizer,
            gamma_regularizer,
            beta_constraint,
            gamma_constraint,
            **kwargs,
        )
        self.axis = _axis_argument("LayerNormalization", axis)
        self.rms_scaling = rms_scaling
        if rms_scaling:
            warnings.warn(
                "LayerNormalization: rms_scaling=True is deprecated, as it divides by the standard deviation "
                "and not by the root mean square; use RMSNormalization",
                stacklevel=2,
            )

    def build(self, input_shape: Any) -> None:
        """Make gamma and beta."""
        _, shape = channel_axes(self.name, self.axis, input_shape)
        if self.rms_scaling:  # with a gamma and no beta, whatever the arguments say
            self.gamma = self.add_weight(
                shape,
                self.gamma_initializer,
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
                name="gamma",
            )
        else:
            self._add_gamma_and_beta(shape)

    def call(self, inputs: Any) -> Any:
        """Return the normalized inputs."""
        x = self._widened(inputs)
        if self.rms_scaling:
            axes, _ = channel_axes(self.name, self.axis, x.shape)
            broadcast = tuple(size if axis in axes else 1 for axis, size in enumerate(x.shape))
            y = x * ops.rsqrt(ops.var(x, axes, keepdims=True) + self.epsilon)
            y = y * ops.reshape(self.gamma, broadcast)
        else:
            y = ops.layer_normalization(x, self.gamma, self.beta, self.axis, self.epsilon)
        return ops.cast(y, self.dtype) if y.dtype != self.dtype else y

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the input's shape."""
        channel_axes(self.name, self.axis, input_shape)
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"axis": self.axis, "rms_scaling": self.rms_scaling}


class RMSNormalization(Layer):
    """Divide each example by its root mean square: ``y = scale x / sqrt(mean(x^2) + epsilon)``.

    Args:
        axis: The axis or axes that the mean is taken over, which are also those of scale. Default -1.
        epsilon: Added to the mean square, so that its root is not 0. Default 1e-6.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        TypeError: If axis is neither an integer nor several.
        ValueError: If epsilon is negative.
        ShapeError: When called, if there is no such axis.

    Source: ``keras.layers.RMSNormalization``.

    Example:
        >>> import minigrad as mg
        >>> mg.layers.RMSNormalization(epsilon=0.0)(mg.Tensor([[2.0, -2.0]])).tolist()
        [[1.0, -1.0]]
    """

    def __init__(self, axis: Any = -1, epsilon: float = 1e-6, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = _axis_argument("RMSNormalization", axis)
        self.epsilon = number("RMSNormalization", "epsilon", epsilon, 0)

    def build(self, input_shape: Any) -> None:
        """Make the scale."""
        _, shape = channel_axes(self.name, self.axis, input_shape)
        self.scale = self.add_weight(shape, "ones", name="scale")

    def call(self, inputs: Any) -> Any:
        """Return the normalized inputs."""
        return ops.rms_normalization(
            ops.cast(inputs, self.dtype), self.scale, axis=self.axis, epsilon=self.epsilon
        )

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the input's shape."""
        channel_axes(self.name, self.axis, input_shape)
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"axis": self.axis, "epsilon": self.epsilon}


class UnitNormalization(Layer):
    """Divide each example by its length: ``y = x / max(|x|_2, 1e-12)``.

    Args:
        axis: The axis or axes of a vector. Default -1.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        TypeError: If axis is neither an integer nor several.
        ShapeError: When called, if there is no such axis.

    Source: ``keras.layers.UnitNormalization``.

    Example:
        >>> import minigrad as mg
        >>> mg.layers.UnitNormalization()(mg.Tensor([[3.0, 4.0]])).numpy()
        array([[0.6, 0.8]], dtype=float32)
    """

    def __init__(self, axis: Any = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = _axis_argument("UnitNormalization", axis)

    def call(self, inputs: Any) -> Any:
        """Return the inputs at unit length."""
        return ops.normalize(ops.cast(inputs, self.dtype), axis=self.axis, order=2, epsilon=1e-12)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the input's shape."""
        normalize_axes(self.name, self.axis, len(input_shape))
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"axis": self.axis}


def _axis_argument(name: str, axis: Any) -> int | list[int]:
    """Return ``axis`` as an integer or a list of integers."""
    several = list(axis) if isinstance(axis, list | tuple) else [axis]
    if not several or any(isinstance(one, bool) or not isinstance(one, int) for one in several):
        raise TypeError(f"{name}: axis must be an integer or a list of integers; got {axis!r}")
    return several if isinstance(axis, list | tuple) else several[0]
