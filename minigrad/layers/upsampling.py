"""Larger images: every cell repeated, or the space between the cells filled by straight lines.

Idea:    both are linear. Nearest copies each cell; bilinear gives each new cell a mean of the four cells
         around it, weighted by how near they are, which is one matrix for the rows and one for the columns.
Shapes:  (N, H, W, C) -> (N, SH H, SW W, C), (N, L, C) -> (N, S L, C)
Before:  ops/repeating.py, ops/resizing.py, layers/spatial.py.  Next: layers/reshaping.py.
Source:  Keras's ``keras/src/layers/reshaping/up_sampling2d.py``.
"""

from __future__ import annotations

from typing import Any

from minigrad import ops
from minigrad.config import standardize_data_format
from minigrad.layers.input_spec import InputSpec
from minigrad.layers.layer import Layer
from minigrad.layers.spatial import join_shape, split_shape
from minigrad.ops.images import layout, separable_resize
from minigrad.ops.resizing import resizing_matrix
from minigrad.shapes import integers

_INTERPOLATIONS = ("nearest", "bilinear")


class UpSampling1D(Layer):
    """Every step of a sequence, ``size`` times: ``y[n, i, c] = x[n, floor(i / size), c]``.

    Args:
        size: How often. Default 2.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If size is not an integer >= 1.
        ShapeError: When called, if the input doesn't have 3 axes.

    Source: ``keras.layers.UpSampling1D``, which knows no data format: the axis is the second.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> mg.layers.UpSampling1D()(np.array([[[3.0], [4.0]]])).numpy().ravel()
        array([3., 3., 4., 4.], dtype=float32)
    """

    def __init__(self, size: int = 2, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        (self.size,) = integers("UpSampling1D", "size", size, count=1)
        self.input_spec = InputSpec(ndim=3)

    def call(self, inputs: Any) -> Any:
        """Return the repeated steps."""
        return ops.repeat(inputs, self.size, axis=1)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return (N, size L, C)."""
        batch, (length,), channels = split_shape("UpSampling1D", input_shape, 1, "channels_last")
        return batch, None if length is None else length * self.size, channels

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"size": self.size}


class UpSampling2D(Layer):
    """An image, larger by whole factors.

    "nearest" repeats each cell: ``y[n, i, j, c] = x[n, floor(i / SH), floor(j / SW), c]``. "bilinear" reads
    the image at the new cells' centers, ``((i + 1/2) / SH - 1/2, (j + 1/2) / SW - 1/2)``, between the cells
    along straight lines; beyond the outermost centers it goes on unchanged.

    Args:
        size: An integer or (vertical, horizontal) factor. Default (2, 2).
        data_format: "channels_last" or "channels_first". Default: as in ``~/.keras/keras.json``, else
            "channels_last".
        interpolation: "nearest" or "bilinear", in any letter case. Default "nearest".
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If size is not one or two integers >= 1, or another interpolation is asked for: Keras's
            "bicubic", "lanczos3" and "lanczos5" are not supported.
        ShapeError: When called, if the input doesn't have 4 axes.

    Source: ``keras.layers.UpSampling2D``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> image = np.array([[0.0, 4.0]]).reshape(1, 1, 2, 1)
        >>> mg.layers.UpSampling2D((1, 2))(image).numpy().ravel()
        array([0., 0., 4., 4.], dtype=float32)
        >>> mg.layers.UpSampling2D((1, 2), interpolation="bilinear")(image).numpy().ravel()
        array([0., 1., 3., 4.], dtype=float32)
    """

    def __init__(
        self,
        size: Any = (2, 2),
        data_format: str | None = None,
        interpolation: str = "nearest",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        height, width = integers("UpSampling2D", "size", size, count=2)
        self.size = height, width
        self.data_format = standardize_data_format("UpSampling2D", data_format)
        self.interpolation = interpolation.lower() if isinstance(interpolation, str) else interpolation
        if self.interpolation not in _INTERPOLATIONS:
            raise ValueError(
                f"UpSampling2D: interpolation must be 'nearest' or 'bilinear' (in any letter case); "
                f"got {interpolation!r}"
            )
        self.input_spec = InputSpec(ndim=4)

    def call(self, inputs: Any) -> Any:
        """Return the larger images."""
        if self.interpolation == "nearest":
            return self._repeat(inputs)
        found = layout("UpSampling2D", inputs, self.data_format)
        matrices = (
            resizing_matrix(size, size * factor, "bilinear", antialias=False)
            for size, factor in zip(found.spatial, self.size, strict=True)
        )
        return found.from_images(separable_resize(ops.cast(found.to_images(inputs), self.dtype), *matrices))

    def _repeat(self, inputs: Any) -> Any:
        """Repeat rows and columns in one broadcast: (N, H, 1, W, 1, C) -> (N, H, SH, W, SW, C)."""
        batch, (height, width), channels = split_shape("UpSampling2D", inputs.shape, 2, self.data_format)
        down, across = self.size
        apart = join_shape(batch, (height, 1, width, 1), channels, self.data_format)
        spread = join_shape(batch, (height, down, width, across), channels, self.data_format)
        repeated = ops.broadcast_to(ops.reshape(inputs, apart), spread)
        return ops.reshape(repeated, self.compute_output_shape(inputs.shape))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the input's shape with its spatial sizes multiplied by the factors."""
        batch, spatial, channels = split_shape("UpSampling2D", input_shape, 2, self.data_format)
        larger = tuple(
            None if size is None else size * factor for size, factor in zip(spatial, self.size, strict=True)
        )
        return join_shape(batch, larger, channels, self.data_format)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {
            "size": self.size,
            "data_format": self.data_format,
            "interpolation": self.interpolation,
        }
