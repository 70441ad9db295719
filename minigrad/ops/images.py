"""The one layout that convolution and pooling compute in: (N, H, W, C).

Idea:    a sequence is an image of height 1, and channels_first is a transposed view. Both are brought into
         one layout and back without a copy, so that nothing further has to be written for them.
Shapes:  (N, L, C), (N, C, L), (N, H, W, C) or (N, C, H, W) -> (N, H, W, C) and back
Before:  ops/reshape.py.  Next: ops/conv_functions.py, ops/pooling.py.
Source:  ``keras.config.image_data_format``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from minigrad.config import standardize_data_format
from minigrad.errors import ShapeError
from minigrad.ops.axes import transpose
from minigrad.ops.matrix_products import matmul
from minigrad.ops.reshape import reshape
from minigrad.ops.reshape import shape as shape_of
from minigrad.shapes import Padding, Shape, integers


@dataclass(frozen=True, slots=True)
class Layout:
    """How some inputs lie: what an operation needs to know to bring them to (N, H, W, C) and back.

    Attributes:
        name: The operation, for error messages.
        shape: The inputs' shape as given.
        channels_first: Whether the channels stand before the spatial axes.
    """

    name: str
    shape: Shape
    channels_first: bool

    @property
    def dimensions(self) -> int:
        """1 for sequences, 2 for images."""
        return len(self.shape) - 2

    @property
    def spatial(self) -> Shape:
        """The sizes of the spatial axes."""
        return self.shape[2:] if self.channels_first else self.shape[1:-1]

    @property
    def channels(self) -> int:
        """The number of channels."""
        return self.shape[1] if self.channels_first else self.shape[-1]

    def integers(self, argument: str, value: int | Sequence[int], minimum: int = 1) -> Shape:
        """Return an argument's value for each spatial axis, checked; see `minigrad.shapes.integers`."""
        return integers(self.name, argument, value, self.dimensions, minimum=minimum)

    def to_images(self, inputs: Any) -> Any:
        """Return the inputs as (N, H, W, C): a view."""
        if self.channels_first:
            inputs = transpose(inputs, (0, *range(2, len(self.shape)), 1))
        if self.dimensions == 1:
            inputs = reshape(inputs, (self.shape[0], 1, *self.spatial, self.channels))
        return inputs

    def from_images(self, images: Any) -> Any:
        """Return (N, H, W, C) in the layout that the inputs had: a view."""
        if self.dimensions == 1:
            images = reshape(images, (images.shape[0], *images.shape[2:]))
        if self.channels_first:
            images = transpose(images, (0, len(self.shape) - 1, *range(1, len(self.shape) - 1)))
        return images


def layout(name: str, inputs: Any, data_format: str | None) -> Layout:
    """Return the layout of ``inputs``.

    Args:
        name: The operation, for error messages.
        inputs: A tensor, array or list of 3 axes (sequences) or 4 axes (images).
        data_format: "channels_last", "channels_first" or None for Keras's setting.

    Raises:
        ShapeError: If it has another number of axes.
        ValueError: If the data format is unknown.

    Example:
        >>> import numpy as np
        >>> layout("conv", np.zeros((2, 3, 28, 28)), "channels_first").spatial
        (28, 28)
    """
    channels_first = standardize_data_format(name, data_format) == "channels_first"
    shape = shape_of(inputs)
    if len(shape) not in (3, 4):
        images, sequences = ("(N, C, H, W)", "(N, C, L)") if channels_first else ("(N, H, W, C)", "(N, L, C)")
        raise ShapeError(f"{name} expects inputs of rank 4 {images} or rank 3 {sequences}; got shape {shape}")
    return Layout(name, shape, channels_first)


def as_2d(sizes: Shape) -> Shape:
    """Return sizes of 1 or 2 spatial axes as (height, width): a sequence has height 1."""
    return (1, *sizes) if len(sizes) == 1 else sizes


def padding_2d(padding: Padding) -> Padding:
    """Return the padding of 1 or 2 spatial axes as that of (height, width)."""
    return ((0, 0), *padding) if len(padding) == 1 else padding


def separable_resize(images: Any, down: Any, across: Any) -> Any:
    """Return ``y[n, p, q, c] = sum_{h, w} down[p, h] across[q, w] images[n, h, w, c]``.

    This is how an image gets another size: each new cell is a weighted mean of old ones, and as the weights
    are a product of one for the row and one for the column, two small matrix products do it.

    Args:
        images: (N, H, W, C), floating.
        down: A constant matrix (P, H).
        across: A constant matrix (Q, W).

    Returns:
        (N, P, Q, C) of the images' dtype.

    Example: the mean of both rows

        >>> import numpy as np
        >>> image = np.array([[1.0, 2.0], [3.0, 6.0]]).reshape(1, 2, 2, 1)
        >>> separable_resize(image, np.array([[0.5, 0.5]]), np.eye(2)).numpy().ravel()
        array([2., 4.])
    """
    n, height, width, channels = images.shape
    rows = matmul(down.astype(images.dtype), reshape(images, (n, height, width * channels)))
    columns = reshape(rows, (n * len(down), width, channels))
    cells = matmul(across.astype(images.dtype), columns)
    return reshape(cells, (n, len(down), len(across), channels))
