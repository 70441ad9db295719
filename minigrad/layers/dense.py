"""Dense: every output is connected to every input.

Idea:    ``y_i = sum_j x_j w_ji + b_i``, the lecture's first formula, for a whole batch as one matrix product.
Shapes:  (..., inputs) @ (inputs, units) + (units,) -> (..., units)
Before:  layers/layer.py.  Next: layers/convolution.py (the same sum over a small window only).
Source:  the lecture, "Dense"; ``keras.layers.Dense``.
"""

from __future__ import annotations

from typing import Any

from minigrad import activations, constraints, initializers, ops, regularizers
from minigrad.layers.input_spec import InputSpec
from minigrad.layers.layer import Layer
from minigrad.shapes import integers


class Dense(Layer):
    """A densely connected layer: ``activation(inputs @ kernel + bias)``.

    Args:
        units: The size of the output's last axis.
        activation: A name or callable. Default: none.
        use_bias: Whether a bias is added. Default True.
        kernel_initializer: Default "glorot_uniform".
        bias_initializer: Default "zeros".
        kernel_regularizer, bias_regularizer, activity_regularizer: Terms added to the loss. Default: none.
        kernel_constraint, bias_constraint: Applied after each optimizer step. Default: none.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Shapes:
        inputs (..., inputs), of any rank >= 2; kernel (inputs, units); bias (units,); output (..., units).

    Raises:
        ValueError: If units is not an integer >= 1, or a name is unknown.
        ShapeError: When called, if the last axis is not the one that the layer was built for.

    Source: ``keras.layers.Dense``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> layer = mg.layers.Dense(2, kernel_initializer="ones")
        >>> layer(np.array([[1.0, 2.0, 3.0]]))
        Tensor([[6., 6.]], shape=(1, 2), dtype=float32, op=add)
        >>> [weight.shape for weight in layer.weights]
        [(3, 2), (2,)]
    """

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        (self.units,) = integers("Dense", "units", units, count=1)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.input_spec = InputSpec(min_ndim=2)

    def build(self, input_shape: Any) -> None:
        """Make the kernel, and the bias if there is one."""
        self.input_spec.check(self.name, input_shape)
        inputs = input_shape[-1]
        self.kernel = self.add_weight(
            shape=(inputs, self.units),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
            name="kernel",
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                shape=(self.units,),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
                name="bias",
            )
        self.input_spec = InputSpec(min_ndim=2, axes={-1: inputs})

    def call(self, inputs: Any) -> Any:
        """Return ``activation(inputs @ kernel + bias)``."""
        outputs = ops.matmul(inputs, self.kernel)  # (..., units)
        if self.bias is not None:
            outputs = ops.add(outputs, self.bias)
        return outputs if self.activation is None else self.activation(outputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return (..., units)."""
        return (*input_shape[:-1], self.units)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {
            "units": self.units,
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "bias_regularizer": regularizers.serialize(self.bias_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
            "bias_constraint": constraints.serialize(self.bias_constraint),
        }
