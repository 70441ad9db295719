"""Layers that only rearrange: Flatten.

Before:  ops/reshape.py.  Next: layers/regularization.py.
Source:  Keras's ``keras/src/layers/reshaping``.
"""

from __future__ import annotations

import math
from typing import Any

from minigrad import ops
from minigrad.config import standardize_data_format
from minigrad.layers.layer import Layer


class Flatten(Layer):
    """Lay each example out in one row: (N, H, W, C) -> (N, H W C). An input of (N,) becomes (N, 1).

    Args:
        data_format: With "channels_first" the channels are moved last before, so that the order of the
            numbers is the same for both formats. Default: as in ``~/.keras/keras.json``, else
            "channels_last".
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Source: ``keras.layers.Flatten``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> mg.layers.Flatten()(np.zeros((2, 4, 4, 128))).shape
        (2, 2048)
    """

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = standardize_data_format("Flatten", data_format)

    def call(self, inputs: Any) -> Any:
        """Return the rows."""
        if self.data_format == "channels_first" and inputs.ndim > 2:
            inputs = ops.moveaxis(inputs, 1, -1)
        return ops.reshape(inputs, (inputs.shape[0], math.prod(inputs.shape[1:])))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return (N, product of the other sizes)."""
        rest = input_shape[1:]
        return (input_shape[0], None if None in rest else math.prod(rest))

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"data_format": self.data_format}
