"""What normalization layers share: the learned scale gamma and shift beta that follow.

Idea:    after normalization every channel has mean 0 and variance 1, wanted or not. A scale and a shift
         that are trained let the network undo that where it helps.
Before:  layers/layer.py.  Next: layers/normalization.py.
Source:  Ioffe & Szegedy 2015, "Batch Normalization", section 3; the names are those of Keras.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import constraints, initializers, ops, regularizers
from minigrad.arguments import number
from minigrad.errors import ShapeError
from minigrad.layers.layer import Layer
from minigrad.shapes import Shape, normalize_axes


class ScaleAndShift(Layer):
    """The base of normalization layers with ``y = gamma x_normalized + beta``.

    Args:
        epsilon: Added to the variance, so that its root is not 0.
        center: Whether there is a beta.
        scale: Whether there is a gamma.
        beta_initializer, gamma_initializer: Their first values.
        beta_regularizer, gamma_regularizer: Terms added to the loss.
        beta_constraint, gamma_constraint: Applied after each optimizer step.
        **kwargs: Those of `Layer`.

    Raises:
        ValueError: If epsilon is negative, or a name is unknown.
    """

    def __init__(
        self,
        epsilon: float,
        center: bool,
        scale: bool,
        beta_initializer: Any,
        gamma_initializer: Any,
        beta_regularizer: Any,
        gamma_regularizer: Any,
        beta_constraint: Any,
        gamma_constraint: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.epsilon = number(type(self).__name__, "epsilon", epsilon, 0)
        self.center = center
        self.scale = scale
        self.beta_initializer = initializers.get(beta_initializer)
        self.gamma_initializer = initializers.get(gamma_initializer)
        self.beta_regularizer = regularizers.get(beta_regularizer)
        self.gamma_regularizer = regularizers.get(gamma_regularizer)
        self.beta_constraint = constraints.get(beta_constraint)
        self.gamma_constraint = constraints.get(gamma_constraint)
        self.gamma: Any = None
        self.beta: Any = None

    def _add_gamma_and_beta(self, shape: Shape) -> None:
        """Make those of the two weights that the layer has."""
        if self.scale:
            self.gamma = self.add_weight(
                shape=shape,
                initializer=self.gamma_initializer,
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
                name="gamma",
            )
        if self.center:
            self.beta = self.add_weight(
                shape=shape,
                initializer=self.beta_initializer,
                regularizer=self.beta_regularizer,
                constraint=self.beta_constraint,
                name="beta",
            )

    def _widened(self, inputs: Any) -> Any:
        """Return the inputs in the layer's dtype, or in float32 where that is too narrow for squares."""
        return ops.cast(inputs, np.result_type(self.dtype, np.float32))

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {
            "epsilon": self.epsilon,
            "center": self.center,
            "scale": self.scale,
            "beta_initializer": initializers.serialize(self.beta_initializer),
            "gamma_initializer": initializers.serialize(self.gamma_initializer),
            "beta_regularizer": regularizers.serialize(self.beta_regularizer),
            "gamma_regularizer": regularizers.serialize(self.gamma_regularizer),
            "beta_constraint": constraints.serialize(self.beta_constraint),
            "gamma_constraint": constraints.serialize(self.gamma_constraint),
        }


def channel_axes(name: str, axis: Any, input_shape: Any) -> tuple[tuple[int, ...], Shape]:
    """Return a normalization's axes, counted from the front and sorted, and their sizes.

    Args:
        name: The layer, for the error message.
        axis: An axis or several.
        input_shape: The input's shape, None being a size that is not known.

    Raises:
        ShapeError: If an axis is out of range or named twice, or its size is not known.

    Example:
        >>> channel_axes("layer_normalization", [-1, 1], (None, 28, 28, 3))
        ((1, 3), (28, 3))
    """
    axes = tuple(sorted(normalize_axes(name, axis, len(input_shape))))
    sizes = tuple(input_shape[one] for one in axes)
    if None in sizes:
        raise ShapeError(
            f"{name}: the size of axis {axis} must be known, as its weights have that size; "
            f"got an input of shape {input_shape}"
        )
    return axes, sizes
