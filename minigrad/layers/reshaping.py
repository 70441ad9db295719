"""Layers that only rearrange: Flatten, Reshape, Permute, RepeatVector.

Idea:    the numbers stay, the shape changes; the batch axis is never touched.
Before:  ops/reshape.py, ops/axes.py.  Next: layers/regularization.py.
Source:  Keras's ``keras/src/layers/reshaping``.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

from minigrad import ops
from minigrad.config import standardize_data_format
from minigrad.errors import ShapeError
from minigrad.layers.input_spec import InputSpec
from minigrad.layers.layer import Layer
from minigrad.shapes import integers


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
        self.input_spec = InputSpec(min_ndim=1)

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


class Reshape(Layer):
    """The numbers of each example in another shape: (N, ...) -> (N, *target_shape).

    Args:
        target_shape: The shape of one example, without the batch. One size may be -1, for what is left.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If target_shape is not a sequence of integers >= 0, but for one -1.
        ShapeError: When called, if the sizes don't multiply to the input's.

    Source: ``keras.layers.Reshape``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> mg.layers.Reshape((7, 7, -1))(np.zeros((2, 6272))).shape
        (2, 7, 7, 128)
    """

    def __init__(self, target_shape: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        try:
            self.target_shape = tuple(map(operator.index, target_shape))
        except TypeError:
            self.target_shape = (-2,)
        if min(self.target_shape, default=0) < -1 or self.target_shape.count(-1) > 1:
            raise ValueError(
                "Reshape: target_shape must be a sequence of integers >= 0, of which one may be -1; "
                f"got {target_shape!r}"
            )

    def call(self, inputs: Any) -> Any:
        """Return the inputs in their new shape."""
        return ops.reshape(inputs, self.compute_output_shape(inputs.shape))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return (N, *target_shape), with None for the -1 if the input's sizes are not all known.

        Raises:
            ShapeError: If the sizes don't multiply to the input's.
        """
        batch, *sizes = input_shape
        if None in sizes:
            return (batch, *(None if size == -1 else size for size in self.target_shape))
        total = math.prod(sizes)
        known = math.prod(size for size in self.target_shape if size != -1)
        left = total // known if known else 0
        target = tuple(left if size == -1 else size for size in self.target_shape)
        if math.prod(target) != total:
            raise ShapeError(
                f"Reshape: target_shape={self.target_shape} doesn't hold the {total} elements of each "
                f"example (inputs {tuple(input_shape)})"
            )
        return (batch, *target)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"target_shape": self.target_shape}


class Permute(Layer):
    """The axes of each example in another order: ``dims=(2, 1)`` makes (N, A, B) to (N, B, A).

    Args:
        dims: For each axis of the result, the axis of the input that it was; 1 is the first after the batch.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If dims is not a permutation of 1, 2, ...
        ShapeError: When called, if the input doesn't have that many axes.

    Source: ``keras.layers.Permute``.

    Example: channels first to channels last

        >>> import minigrad as mg, numpy as np
        >>> mg.layers.Permute((2, 3, 1))(np.zeros((2, 3, 28, 32))).shape
        (2, 28, 32, 3)
    """

    def __init__(self, dims: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        try:
            self.dims = tuple(map(operator.index, dims))
        except TypeError:
            self.dims = (0,)
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise ValueError(
                f"Permute: dims must be a permutation of the axes 1, 2, ... (0 is the batch); got {dims!r}"
            )
        self.input_spec = InputSpec(ndim=len(self.dims) + 1)

    def call(self, inputs: Any) -> Any:
        """Return the inputs with their axes permuted."""
        return ops.transpose(inputs, (0, *self.dims))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the input's sizes in the new order."""
        self.input_spec.check(self.name, tuple(input_shape))
        return (input_shape[0], *(input_shape[axis] for axis in self.dims))

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"dims": self.dims}


class RepeatVector(Layer):
    """Each vector n times, one after the other: (N, C) -> (N, n, C).

    Args:
        n: How often.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If n is not an integer >= 1.
        ShapeError: When called, if the input doesn't have 2 axes.

    Source: ``keras.layers.RepeatVector``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> mg.layers.RepeatVector(3)(np.array([[1.0, 2.0]])).tolist()
        [[[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]]]
    """

    def __init__(self, n: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        (self.n,) = integers("RepeatVector", "n", n, count=1)
        self.input_spec = InputSpec(ndim=2)

    def call(self, inputs: Any) -> Any:
        """Return the repeated vectors."""
        return ops.repeat(ops.expand_dims(inputs, 1), self.n, axis=1)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return (N, n, C)."""
        self.input_spec.check(self.name, tuple(input_shape))
        return (input_shape[0], self.n, input_shape[1])

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"n": self.n}
