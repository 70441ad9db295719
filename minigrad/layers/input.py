"""Input: what a model is built on, a shape with no numbers yet.

Before:  layers/layer.py.  Next: models/sequential.py.
Source:  ``keras.Input``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minigrad.autodiff.differentiable import to_dtype
from minigrad.config import floatx
from minigrad.layers.layer import Layer


class InputLayer(Layer):
    """The start of a model: it hands its input on, and says which shape that has.

    Args:
        shape: The shape of one example, without the batch; None where any size will do.
        batch_size: The size of the batch, if it is always the same. Default None.
        batch_shape: The whole shape instead of the two.
        dtype: Default `floatx`.
        name: Default "input_layer", numbered.

    Raises:
        ValueError: If no shape is given, or both are.

    Source: ``keras.layers.InputLayer``.

    Example:
        >>> InputLayer((28, 28, 1)).batch_shape
        (None, 28, 28, 1)
    """

    def __init__(
        self,
        shape: Sequence[int | None] | None = None,
        batch_size: int | None = None,
        dtype: Any = None,
        batch_shape: Sequence[int | None] | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, dtype=None, **kwargs)
        if (shape is None) == (batch_shape is None):
            raise ValueError(f"Input: give either shape or batch_shape; got {shape!r} and {batch_shape!r}")
        if isinstance(shape, int):
            raise ValueError(f"Input: shape must be a tuple such as ({shape},); got the integer {shape}")
        self.batch_shape = (batch_size, *shape) if shape is not None else tuple(batch_shape or ())
        self.input_dtype = to_dtype(floatx() if dtype is None else dtype)
        self.built = True

    def call(self, inputs: Any) -> Any:
        """Return the inputs as they are."""
        return inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return {"batch_shape": self.batch_shape, "dtype": self.input_dtype.name, "name": self.name}


def Input(  # noqa: N802 - Keras's name
    shape: Sequence[int | None] | None = None,
    batch_size: int | None = None,
    dtype: Any = None,
    batch_shape: Sequence[int | None] | None = None,
    name: str | None = None,
) -> InputLayer:
    """Return the start of a model, to be the first in the list of a `Sequential`.

    Args:
        shape: The shape of one example, without the batch.
        batch_size: The size of the batch, if it is always the same. Default None.
        dtype: Default `floatx`.
        batch_shape: The whole shape instead of the two.
        name: Default "input_layer", numbered.

    Source: ``keras.Input``.

    Example:
        >>> import minigrad as mg
        >>> mg.Sequential([mg.Input((2,)), mg.layers.Dense(1)]).count_params()
        3
    """
    return InputLayer(shape, batch_size, dtype, batch_shape, name)
