"""Pooling layers: a window that keeps the largest value, or the mean.

Shapes:  (N, H, W, C) -> (N, OH, OW, C), (N, L, C) -> (N, OL, C); the channels stay.
Before:  ops/pooling.py (the arithmetic), layers/spatial.py.  Next: layers/global_pooling.py.
Source:  the lecture, "Pooling"; Keras's ``keras/src/layers/pooling``.
"""

from __future__ import annotations

from typing import Any

from minigrad import ops
from minigrad.config import standardize_data_format
from minigrad.layers.input_spec import InputSpec
from minigrad.layers.layer import Layer
from minigrad.layers.spatial import join_shape, split_shape, window_sizes
from minigrad.shapes import integers, padding_mode


class _Pooling(Layer):
    """What the poolings share: their arguments and the output's shape."""

    rank: int

    def __init__(
        self,
        pool_size: Any,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        own = type(self).__name__
        self.pool_size = integers(own, "pool_size", pool_size, self.rank)
        self.strides = self.pool_size if strides is None else integers(own, "strides", strides, self.rank)
        self.padding = padding_mode(own, padding)
        self.data_format = standardize_data_format(own, data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the input's shape with the number of windows for each spatial size."""
        name = type(self).__name__
        batch, spatial, channels = split_shape(name, input_shape, self.rank, self.data_format)
        output = window_sizes(name, spatial, self.pool_size, self.strides, self.padding)
        return join_shape(batch, output, channels, self.data_format)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {
            "pool_size": self.pool_size,
            "strides": self.strides,
            "padding": self.padding,
            "data_format": self.data_format,
        }


class _MaxPooling(_Pooling):
    def call(self, inputs: Any) -> Any:
        """Return the maxima."""
        return ops.max_pool(inputs, self.pool_size, self.strides, self.padding, self.data_format)


class _AveragePooling(_Pooling):
    def call(self, inputs: Any) -> Any:
        """Return the means."""
        return ops.average_pool(inputs, self.pool_size, self.strides, self.padding, self.data_format)


class MaxPooling1D(_MaxPooling):
    """The largest value of each window of a sequence: ``y[n, i, c] = max_u x[n, i s + u, c]``.

    The gradient goes to the first maximum of each window.

    Args:
        pool_size: The window's length. Default 2.
        strides: The step of the window. Default None: pool_size.
        padding: "valid" or "same", in any letter case; what "same" adds counts as minus infinity.
            Default "valid".
        data_format: "channels_last" (N, L, C) or "channels_first" (N, C, L). Default: as in
            ``~/.keras/keras.json``, else "channels_last".
        name: Default: max_pooling1d, numbered.
        **kwargs: Those of `Layer`: dtype, trainable, input_shape.

    Raises:
        ValueError: If an argument is out of range or unknown.
        ShapeError: When called, if the input doesn't have 3 axes, or is shorter than a "valid" window.

    Source: ``keras.layers.MaxPooling1D``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> mg.layers.MaxPooling1D()(np.array([1.0, 4.0, 3.0, 2.0]).reshape(1, 4, 1)).numpy().ravel()
        array([4., 3.], dtype=float32)
    """

    rank = 1

    def __init__(
        self,
        pool_size: Any = 2,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(pool_size, strides, padding, data_format, name, **kwargs)


class MaxPooling2D(_MaxPooling):
    """The largest value of each window: ``y[n, i, j, c] = max_uv x[n, i s + u, j s + v, c]``.

    The gradient goes to the first maximum of each window, in row order.

    Args:
        pool_size: An integer or (height, width) of the window. Default (2, 2).
        strides: An integer or two: the step of the window. Default None: pool_size.
        padding: "valid" or "same", in any letter case; what "same" adds counts as minus infinity.
            Default "valid".
        data_format: "channels_last" or "channels_first". Default: as in ``~/.keras/keras.json``, else
            "channels_last".
        name: Default: max_pooling2d, numbered.
        **kwargs: Those of `Layer`: dtype, trainable, input_shape.

    Raises:
        ValueError: If an argument is out of range or unknown.
        ShapeError: When called, if the input doesn't have 4 axes, or is smaller than a "valid" window.

    Source: ``keras.layers.MaxPooling2D``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> image = np.array([[4.0, 3.0], [2.0, 1.0]]).reshape(1, 2, 2, 1)
        >>> mg.layers.MaxPool2D(2, strides=1, padding="SAME")(image).numpy().reshape(2, 2)
        array([[4., 3.], [2., 1.]], dtype=float32)
    """

    rank = 2

    def __init__(
        self,
        pool_size: Any = (2, 2),
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(pool_size, strides, padding, data_format, name, **kwargs)


class AveragePooling1D(_AveragePooling):
    """The mean of each window of a sequence: ``y[n, i, c] = mean_u x[n, i s + u, c]``.

    Where the window hangs over the edge, the mean is over the real cells only.

    Args:
        pool_size: The window's length; it has no default, as in Keras 3.
        strides: The step of the window. Default None: pool_size.
        padding: "valid" or "same", in any letter case. Default "valid".
        data_format: "channels_last" (N, L, C) or "channels_first" (N, C, L). Default: as in
            ``~/.keras/keras.json``, else "channels_last".
        name: Default: average_pooling1d, numbered.
        **kwargs: Those of `Layer`: dtype, trainable, input_shape.

    Raises:
        ValueError: If an argument is out of range or unknown.
        ShapeError: When called, if the input doesn't have 3 axes, or is shorter than a "valid" window.

    Source: ``keras.layers.AveragePooling1D``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> layer = mg.layers.AveragePooling1D(2, padding="same")
        >>> layer(np.array([1.0, 4.0, 3.0]).reshape(1, 3, 1)).numpy().ravel()
        array([2.5, 3. ], dtype=float32)
    """

    rank = 1


class AveragePooling2D(_AveragePooling):
    """The mean of each window: ``y[n, i, j, c] = mean_uv x[n, i s + u, j s + v, c]``.

    Where the window hangs over the edge, the mean is over the real cells only.

    Args:
        pool_size: An integer or (height, width) of the window; it has no default, as in Keras 3.
        strides: An integer or two: the step of the window. Default None: pool_size.
        padding: "valid" or "same", in any letter case. Default "valid".
        data_format: "channels_last" or "channels_first". Default: as in ``~/.keras/keras.json``, else
            "channels_last".
        name: Default: average_pooling2d, numbered.
        **kwargs: Those of `Layer`: dtype, trainable, input_shape.

    Raises:
        ValueError: If an argument is out of range or unknown.
        ShapeError: When called, if the input doesn't have 4 axes, or is smaller than a "valid" window.

    Source: ``keras.layers.AveragePooling2D``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> image = np.array([[4.0, 3.0], [2.0, 1.0]]).reshape(1, 2, 2, 1)
        >>> mg.layers.AveragePooling2D(2)(image).item()
        2.5
    """

    rank = 2


MaxPool1D = MaxPooling1D
MaxPool2D = MaxPooling2D
AvgPool1D = AveragePooling1D
AvgPool2D = AveragePooling2D
