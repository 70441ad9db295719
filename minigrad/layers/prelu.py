"""PReLU: a rectifier whose slope below zero is learned.

Shapes:  the output has the input's shape; alpha has that of one example, with 1 for shared axes.
Before:  layers/activation.py.  Next: layers/embedding.py.
Source:  He et al. 2015, "Delving Deep into Rectifiers"; ``keras.layers.PReLU``.
"""

from __future__ import annotations

from typing import Any

from minigrad import constraints, initializers, ops, regularizers
from minigrad.errors import ShapeError
from minigrad.layers.input_spec import InputSpec
from minigrad.layers.layer import Layer


class PReLU(Layer):
    """Parametric rectifier: ``y = x`` where ``x > 0``, else ``alpha x``, alpha being a weight.

    Args:
        alpha_initializer: Default "zeros".
        alpha_regularizer: A term added to the loss. Default: none.
        alpha_constraint: Applied after each optimizer step. Default: none.
        shared_axes: The axes along which alpha is the same, such as ``[1, 2]`` to have one for each
            channel of an image. Default: none, so that every number of an example has its own.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If shared_axes are not integers >= 1, or a name is unknown.
        ShapeError: When called, if there is no such axis, or a size that alpha depends on isn't known.

    Source: ``keras.layers.PReLU``; He et al. 2015.

    Example:
        >>> import minigrad as mg
        >>> layer = mg.layers.PReLU(alpha_initializer=mg.initializers.Constant(0.25))
        >>> layer(mg.Tensor([[-4.0, 2.0]])).tolist()
        [[-1.0, 2.0]]
    """

    def __init__(
        self,
        alpha_initializer: Any = "zeros",
        alpha_regularizer: Any = None,
        alpha_constraint: Any = None,
        shared_axes: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.alpha_initializer = initializers.get(alpha_initializer)
        self.alpha_regularizer = regularizers.get(alpha_regularizer)
        self.alpha_constraint = constraints.get(alpha_constraint)
        several = shared_axes if isinstance(shared_axes, list | tuple) else [shared_axes]
        self.shared_axes = None if shared_axes is None else list(several)
        for axis in self.shared_axes or ():
            if isinstance(axis, bool) or not isinstance(axis, int) or axis < 1:
                raise ValueError(
                    f"PReLU: shared_axes must be integers >= 1 (axis 0 is the batch, which always shares); "
                    f"got {shared_axes!r}"
                )

    def build(self, input_shape: Any) -> None:
        """Make alpha."""
        shared = set(self.shared_axes or ())
        if any(axis >= len(input_shape) for axis in shared):
            raise ShapeError(
                f"{self.name}: shared_axes={self.shared_axes} names an axis that an input of shape "
                f"{input_shape} doesn't have"
            )
        shape = [1 if axis in shared else size for axis, size in enumerate(input_shape)][1:]
        if None in shape:
            raise ShapeError(
                f"{self.name}: alpha needs the size of each axis that isn't shared; got an input of shape "
                f"{input_shape} with shared_axes={self.shared_axes}"
            )
        self.alpha = self.add_weight(
            shape=shape,
            initializer=self.alpha_initializer,
            regularizer=self.alpha_regularizer,
            constraint=self.alpha_constraint,
            name="alpha",
        )
        own = {axis: size for axis, size in enumerate(input_shape) if axis and axis not in shared}
        self.input_spec = InputSpec(ndim=len(input_shape), axes=own)

    def call(self, inputs: Any) -> Any:
        """Return ``relu(x) - alpha relu(-x)``."""
        return ops.relu(inputs) - self.alpha * ops.relu(-inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {
            "alpha_initializer": initializers.serialize(self.alpha_initializer),
            "alpha_regularizer": regularizers.serialize(self.alpha_regularizer),
            "alpha_constraint": constraints.serialize(self.alpha_constraint),
            "shared_axes": self.shared_axes,
        }
